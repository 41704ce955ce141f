"""Results as files: numbers come back as they were, pictures show what they say, and nothing is left half-written."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import IO

import numpy as np
import pytest
from PIL import Image, ImageSequence

from convviz.spec.errors import InputError
from convviz.spec.lab import result_file
from convviz.spec.lab.ends import ON_DARK, ON_LIGHT
from convviz.spec.lab.palette import signed_indices, signed_palette
from convviz.spec.lab.result_file import How, save_result

DICE = np.random.default_rng(3)
SIGNED = DICE.normal(size=(1, 7, 9)).astype(np.float32)
COLOURED = DICE.random((3, 7, 9), np.float32)


@pytest.fixture(autouse=True, params=[2**22, 20], ids=["whole", "strips"])
def _strips(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(result_file, "_STRIP_VALUES", request.param)


def pixels(path: Path, mode: str = "L") -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert(mode))


@pytest.mark.parametrize("channels", [1, 2, 3, 5])
def test_numbers_come_back_as_they_were(tmp_path: Path, channels: int) -> None:
    values = DICE.normal(size=(channels, 7, 9)).astype(np.float32)
    values[0, 0, :3] = np.nan, np.inf, -np.inf
    assert "as they are" in save_result(tmp_path / "it.npy", values)
    assert np.array_equal(np.load(tmp_path / "it.npy"), values, equal_nan=True)
    says = save_result(tmp_path / "it.TIF", values)
    assert ("a page for each" in says) == (channels > 1)
    with Image.open(tmp_path / "it.TIF") as image:
        pages = [np.array(page) for page in ImageSequence.Iterator(image)]
    assert np.array_equal(np.stack(pages), values, equal_nan=True)
    assert pages[0].dtype == np.float32


def test_clipped(tmp_path: Path) -> None:
    values = np.array([[[-0.5, 0, 0.2, 1, 1.5]]], np.float32)
    says = save_result(tmp_path / "it.png", values, "clip")
    assert pixels(tmp_path / "it.png").tolist() == [[0, 0, 51, 255, 255]]
    assert says == "0 is black and 1 is white, 40 % of the values lie outside and were cut off"
    assert save_result(tmp_path / "it.png", COLOURED, "clip") == "0 is black and 1 is white"
    assert np.abs(pixels(tmp_path / "it.png", "RGB").transpose(2, 0, 1) / 255 - COLOURED).max() <= 0.5 / 255 + 1e-6


def test_with_an_offset(tmp_path: Path) -> None:
    values = np.array([[[-1, 0, 0.2, 1]]], np.float32)
    says = save_result(tmp_path / "it.png", values, "offset")
    assert pixels(tmp_path / "it.png").tolist() == [[0, 128, 153, 255]]
    assert says == "0 is grey 128, −1 is black and 1 is white"
    says = save_result(tmp_path / "it.png", values * 4, "offset")
    assert says == "0 is grey 128, −4 is black and 4 is white", "nothing is cut off"
    assert pixels(tmp_path / "it.png").tolist() == [[0, 128, 153, 255]]
    save_result(tmp_path / "it.png", np.zeros((3, 2, 2), np.float32), "offset")
    assert (pixels(tmp_path / "it.png", "RGB") == 128).all()


def test_stretched(tmp_path: Path) -> None:
    values = np.array([[[-1, 0, 3]]], np.float32)
    says = save_result(tmp_path / "it.png", values, "stretch")
    assert pixels(tmp_path / "it.png").tolist() == [[0, 64, 255]]
    assert says == "−1 is black and 3 is white"
    assert save_result(tmp_path / "it.png", np.full((1, 2, 2), 7, np.float32), "stretch") == "7 is black"
    assert (pixels(tmp_path / "it.png") == 0).all()


@pytest.mark.parametrize("unit", [3e38, 1e-40])
def test_stretched_where_32_bits_hold_no_difference(tmp_path: Path, unit: float) -> None:
    values = np.array([[[-unit, -unit / 2, unit / 2, unit]]], np.float32)
    save_result(tmp_path / "it.png", values, "stretch")
    assert pixels(tmp_path / "it.png").tolist() == [[0, 64, 191, 255]]


@pytest.mark.parametrize(
    ("outside", "words"), [(4, "40 %"), (10, "100 %"), (0.06, "0.6 %"), (0.0001, "less than 0.01 %")]
)
def test_how_much_is_cut_off(tmp_path: Path, outside: float, words: str) -> None:
    values = np.zeros((1, 100, 1000), np.float32)
    values.ravel()[: round(outside * values.size / 10)] = 2
    assert f", {words} of the values lie outside" in save_result(tmp_path / "it.png", values, "clip")


def test_in_signed_colours(tmp_path: Path) -> None:
    values = np.array([[[-2, -1, 0, 1, 2]]], np.float32)
    says = save_result(tmp_path / "it.png", values, "signed", dark=False)
    assert says == "signed colours: 0 is white, −2 is blue and 2 is orange"
    assert pixels(tmp_path / "it.png", "RGB")[0].tolist() == [
        [22, 89, 181],
        [138, 171, 218],
        [255, 255, 255],
        [225, 166, 126],
        [196, 78, 0],
    ]
    says = save_result(tmp_path / "it.png", values, "signed")
    assert says == "signed colours: 0 is nearly black, −2 is blue and 2 is orange"
    assert pixels(tmp_path / "it.png", "RGB")[0, [0, 2, 4]].tolist() == signed_palette(ON_DARK)[[1, 128, 255]].tolist()
    says = save_result(tmp_path / "it.png", np.zeros((1, 2, 2), np.float32), "signed", dark=False)
    assert says == "signed colours: 0 is white"
    assert (pixels(tmp_path / "it.png", "RGB") == 255).all()


def test_a_range_is_chosen(tmp_path: Path) -> None:
    values = np.array([[[-2, -1, 0, 1, 2]]], np.float32)
    says = save_result(tmp_path / "it.png", values, "signed", extreme=1.0)
    assert says.endswith("−1 is blue and 1 is orange, 40 % of the values lie beyond and are as strong")
    assert (
        pixels(tmp_path / "it.png", "RGB")[0, [0, 1, 3, 4]].tolist()
        == signed_palette(ON_DARK)[[1, 1, 255, 255]].tolist()
    )
    says = save_result(tmp_path / "it.png", values, "offset", extreme=1.0)
    assert says == "0 is grey 128, −1 is black and 1 is white, 40 % of the values lie outside and were cut off"
    assert pixels(tmp_path / "it.png").tolist() == [[0, 0, 128, 255, 255]]


def test_signed_colours_span_nearly_all_values(tmp_path: Path) -> None:
    values = DICE.uniform(-1, 1, (1, 400, 500)).astype(np.float32)
    values[0, 7, :100] = 1000.0
    says = save_result(tmp_path / "it.png", values, "signed")
    found = re.search(r"and (.*) is orange, (.*) % of the values lie beyond", says)
    assert found
    assert float(found[1]) == pytest.approx(0.995, abs=0.004)
    assert float(found[2]) == pytest.approx(0.5, abs=0.2)


def test_the_colours_are_those_of_the_screen() -> None:
    from convviz.ui.look.colours import indices, table
    from convviz.ui.look.theme import DARK, LIGHT

    for theme, ends in ((LIGHT, ON_LIGHT), (DARK, ON_DARK)):
        colours = table(theme)[1:]  # 0 is for what is no number
        rgb = np.stack([colours >> 16 & 255, colours >> 8 & 255, colours & 255], axis=1)
        assert np.array_equal(signed_palette(ends)[1:], rgb)
    assert np.array_equal(signed_indices(SIGNED, 1.5), indices(SIGNED, 1.5))


@pytest.mark.parametrize(
    ("name", "values", "how", "words"),
    [
        ("it.jpg", SIGNED, "clip", r"it\.jpg: a jpg would change the values; give a name that ends in \.png or \.tif"),
        ("it.txt", SIGNED, "clip", r"it\.txt ends in '\.txt'; give a name that ends in \.png, \.tif or \.npy"),
        ("it", SIGNED, "clip", "it has no ending"),
        ("it.png", DICE.random((2, 3, 3), np.float32), "clip", "a PNG holds 1 or 3 channels, not 2"),
        ("it.png", COLOURED, "signed", "signed colours show one channel"),
        ("it.png", np.full((1, 2, 2), np.nan, np.float32), "clip", "4 values that are NaN or infinite"),
        ("it.png", np.array([[[0, np.inf]]], np.float32), "stretch", "a value that is NaN or infinite"),
        ("it.png", np.array([[[0, -np.inf]]], np.float32), "signed", "a value that is NaN or infinite"),
        ("it.png", SIGNED, "loud", "no way to show values called 'loud'"),
        ("gone/it.png", SIGNED, "clip", r"cannot write .*it\.png: No such file or directory"),
        ("gone/it.npy", SIGNED, "clip", r"cannot write .*it\.npy"),
        ("gone/it.tif", SIGNED, "clip", r"cannot write .*it\.tif"),
        ("it.npy", np.zeros((0, 2, 2), np.float32), "clip", "at least 1"),
    ],
)
def test_what_cannot_be_written_is_said(tmp_path: Path, name: str, values: np.ndarray, how: How, words: str) -> None:
    with pytest.raises(InputError, match=words):
        save_result(tmp_path / name, values, how)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="cannot write"):
        save_result(tmp_path / "it.png", SIGNED)
    tmp_path.chmod(0o700)


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt(), MemoryError()])
@pytest.mark.parametrize("ending", ["npy", "tif", "png"])
def test_an_error_in_the_middle_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, ending: str
) -> None:
    path = tmp_path / f"it.{ending}"
    path.write_bytes(b"what was there")

    def full(first: IO[bytes] | Image.Image, second: IO[bytes] | np.ndarray, *_: object, **__: object) -> None:
        file = second if isinstance(first, Image.Image) else first
        assert not isinstance(file, np.ndarray | Image.Image)
        file.write(b"half of it")
        raise error

    monkeypatch.setattr(np, "save", full)
    monkeypatch.setattr(Image.Image, "save", full)
    monkeypatch.setattr(result_file, "write_tiff", full)
    with pytest.raises(InputError if isinstance(error, OSError) else type(error)):
        save_result(path, SIGNED)
    assert path.read_bytes() == b"what was there"
    assert list(tmp_path.iterdir()) == [path]

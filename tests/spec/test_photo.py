"""Photos at full size: the same scene however it lies in the file, and no more memory than there must be."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convviz.spec import photo
from convviz.spec.errors import InputError
from convviz.spec.photo import Cancelled, Photo, load_photo
from convviz.spec.picture import load

DICE = np.random.default_rng(5)
COLOURED = DICE.integers(0, 256, (11, 17, 3), np.uint8)
GREY = DICE.integers(0, 256, (11, 17), np.uint8)
TURNS = {  # EXIF's orientation: how such a file was made from the upright picture
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def turned(image: Image.Image, orientation: int, kind: str) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    way = TURNS[orientation]
    return encoded(image if way is None else image.transpose(way), kind, exif=exif)


@pytest.fixture(params=[2**20, 17 * 3], ids=["one strip", "strips of 3 rows"])
def _strips(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo, "_STRIP_PIXELS", request.param)


@pytest.mark.usefixtures("_strips")
@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize("orientation", TURNS)
@pytest.mark.parametrize("values", [COLOURED, GREY], ids=["colour", "grey"])
def test_all_orientations_are_one_picture(values: np.ndarray, orientation: int, kind: str) -> None:
    read = load_photo(turned(Image.fromarray(values), orientation, kind))
    assert np.array_equal(read.pixels, values.reshape(11, 17, -1))


@pytest.mark.parametrize("orientation", [0, 9])
def test_an_orientation_that_is_none_is_upright(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(Image.fromarray(GREY), exif=exif)
    assert np.array_equal(load_photo(data).pixels[..., 0], GREY)
    damaged = encoded(Image.fromarray(GREY), "JPEG", exif=b"Exif\0\0garbage")
    assert load_photo(damaged).pixels.shape == (11, 17, 1)


def test_photos_of_one_scene(shared_data: Path) -> None:
    for first, second in (("Landscape_1", "Landscape_6"), ("Portrait_3", "Portrait_8")):
        a, b = (load_photo(shared_data / f"photos/exif_{name}.jpg").pixels for name in (first, second))
        assert a.shape == b.shape
        assert float(np.abs(a.astype(float) - b).mean()) < 5


def _palette() -> Image.Image:
    return Image.fromarray(GREY).quantize(16)


def _grey_alpha() -> Image.Image:
    image = Image.fromarray(GREY).convert("LA")
    image.putalpha(Image.fromarray(GREY[::-1].copy()))
    return image


KINDS: dict[str, Callable[[], bytes]] = {
    "grey": lambda: encoded(Image.fromarray(GREY)),
    "colour": lambda: encoded(Image.fromarray(COLOURED)),
    "1 bit": lambda: encoded(Image.fromarray(GREY).convert("1")),
    "palette": lambda: encoded(_palette()),
    "palette with a transparent colour": lambda: encoded(_palette(), transparency=3),
    "colour with a transparent one": lambda: encoded(
        Image.fromarray(COLOURED), transparency=tuple(COLOURED[0, 0].tolist())
    ),
    "grey with alpha": lambda: encoded(_grey_alpha()),
    "16 bits": lambda: encoded(Image.fromarray(GREY.astype(np.uint16) * 257)),
    "8 bits saved as 16": lambda: encoded(Image.fromarray(GREY.astype(np.uint16))),
    "floats": lambda: encoded(Image.fromarray(GREY.astype(np.float32) - 100), "TIFF"),
    "jpeg": lambda: encoded(Image.fromarray(COLOURED), "JPEG"),
    "cmyk": lambda: encoded(Image.fromarray(COLOURED).convert("CMYK"), "JPEG"),
    "gif": lambda: encoded(Image.fromarray(GREY), "GIF", save_all=True, append_images=[Image.new("L", (17, 11))]),
    "bmp": lambda: encoded(Image.fromarray(COLOURED), "BMP"),
    "webp": lambda: encoded(Image.fromarray(COLOURED), "WEBP", lossless=True),
    "1 × 1": lambda: encoded(Image.new("L", (1, 1), 7)),
}


@pytest.mark.usefixtures("_strips")
@pytest.mark.parametrize("kind", KINDS)
def test_the_pixels_are_those_of_the_small_picture(kind: str) -> None:
    data = KINDS[kind]()
    read, small = load_photo(data, "it"), load(data, "it").pixels
    assert read.pixels.dtype == np.uint8
    assert not read.pixels.flags.writeable
    assert (read.name, read.data) == ("it", data)
    assert read.pixels.transpose(2, 0, 1).shape == small.shape
    # transparency lies on white by another way where pictures may be shrunk, and rounds otherwise
    assert np.abs(read.pixels.transpose(2, 0, 1) / 255 - small).max() <= (3.1 if "alpha" in kind else 0.51) / 255


@pytest.mark.parametrize("size", [(20_000, 1), (1, 20_000), (3000, 2000)])
def test_full_size_stays_full_size(tmp_path: Path, size: tuple[int, int]) -> None:
    Image.new("RGB", size, "red").save(tmp_path / "large.png")
    read = load_photo(tmp_path / "large.png")
    assert read.pixels.shape == (*size[::-1], 3)
    assert read.name == "large.png"
    assert (read.pixels == (255, 0, 0)).all()


def test_bad_files_end_in_the_sentences_of_pictures(tmp_path: Path) -> None:
    for data, words in (
        (b"", "large.jpg is empty"),
        (b"hello", "large.jpg is not a picture"),
        (KINDS["jpeg"]()[:400], r"large.jpg is (damaged|not a picture)"),
    ):
        with pytest.raises(InputError, match=words):
            load_photo(data, "large.jpg")
        (tmp_path / "large.jpg").write_bytes(data)
        with pytest.raises(InputError, match=words):
            load_photo(tmp_path / "large.jpg")
    with pytest.raises(InputError, match="there is no file"):
        load_photo(tmp_path / "gone.jpg")
    with pytest.raises(InputError, match="is a folder"):
        load_photo(tmp_path)


NOISE = Image.fromarray(DICE.integers(0, 256, (1000, 900, 3), np.uint8))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP", "GIF", "TIFF", "WEBP"])
def test_progress_goes_from_0_to_1(kind: str) -> None:
    told: list[float] = []
    data = encoded(NOISE if kind != "GIF" else NOISE.quantize(), kind)
    load_photo(data, told=told.append)
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)
    assert len(told) > (20 if kind in ("JPEG", "PNG", "BMP") else 3), "no news while it is decoded"


@pytest.mark.parametrize("after", [0, 1, 5, 20])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "TIFF", "WEBP"])
def test_it_can_be_cancelled_at_any_time(tmp_path: Path, kind: str, after: int) -> None:
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > after

    path = tmp_path / "large"
    path.write_bytes(encoded(NOISE if kind != "GIF" else NOISE.quantize(), kind))
    if after < 4 or kind in ("JPEG", "PNG"):
        with pytest.raises(Cancelled):
            load_photo(path, cancelled=cancelled)
        assert asked == after + 1, "it went on"
    assert load_photo(path).pixels.shape == (1000, 900, 3), "the next one is as the first"


def test_a_photo_is_bytes_in_three_axes() -> None:
    for wrong in (np.zeros((2, 2), np.uint8), np.zeros((2, 2, 4), np.uint8), np.zeros((2, 2, 3), np.float32)):
        with pytest.raises(InputError, match="a photo has 1 or 3 channels"):
            Photo(wrong)

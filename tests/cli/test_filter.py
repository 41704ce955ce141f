"""``convviz filter``: the same pixels as the Lab, or one sentence and no file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convviz.cli import main
from convviz.cli.filter import kernel_of, lab_of
from convviz.session.engine import Engine
from convviz.session.filtering import Filtered, filtered
from convviz.session.outbox import Progress
from convviz.spec.errors import InputError
from convviz.spec.kernels import PRESETS, preset
from convviz.spec.lab.lab import Lab
from convviz.spec.lab.palette import signed_indices, signed_palette
from convviz.spec.lab.source import Channel, FromPhoto
from convviz.spec.lab.strongest import strongest
from convviz.spec.photo import load_photo

PIXELS = np.random.default_rng(0).integers(0, 256, (60, 40, 3), np.uint8)
LAPLACIAN = "[[0, -1, 0], [-1, 4, -1], [0, -1, 0]]"


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A photo that lies on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(PIXELS).transpose(Image.Transpose.ROTATE_90).save(tmp_path / "in.png", exif=exif)
    return tmp_path / "in.png"


def of_the_session(lab: Lab) -> np.ndarray:
    engine = Engine()
    engine.run(lambda: filtered(lab))
    while engine.step():
        pass
    end = engine.outbox.take()[1][-1]
    assert isinstance(end, Progress)
    assert isinstance(end.value, Filtered)
    return end.value.values


@pytest.mark.parametrize("channel", ["grey", "rgb", "red", "green", "blue"])
@pytest.mark.parametrize(
    ("more", "stride", "padding", "dilation", "flipped"),
    [
        ([], (1, 1), (0, 0), (1, 1), False),
        (["--stride", "2", "3", "--padding", "1", "4", "--dilation", "3", "2"], (2, 3), (1, 4), (3, 2), False),
        (["--convolution", "--padding", "2", "2"], (1, 1), (2, 2), (1, 1), True),
    ],
)
def test_the_result_is_that_of_the_lab(
    picture: Path,
    capsys: pytest.CaptureFixture[str],
    channel: Channel,
    more: list[str],
    stride: tuple[int, int],
    padding: tuple[int, int],
    dilation: tuple[int, int],
    flipped: bool,
) -> None:
    out = picture.with_name("out.npy")
    arguments = ["filter", str(picture), str(out), "--kernel", "emboss", "--channel", channel, *more]
    assert main(arguments) == 0
    said, errors = capsys.readouterr()
    assert errors == ""
    values = np.load(out)
    shape = "×".join(map(str, values.shape))
    assert said == f"{out}: {shape}, the values as they are, 32-bit floats\n"
    source = FromPhoto(load_photo(picture), channel)
    assert np.array_equal(source.photo.pixels, PIXELS), "upright"
    lab = lab_of(source, preset("emboss", (3, 3)), stride, padding, dilation, flipped)
    assert np.array_equal(values, of_the_session(lab))
    one = {"grey": None, "rgb": None, "red": 0, "green": 1, "blue": 2}[channel]
    if not more and one is not None:
        kernel, colour = preset("emboss", (3, 3)), PIXELS[..., one] / 255
        exact = sum(kernel[i, j] * colour[i : i + 58, j : j + 38] for i in range(3) for j in range(3))
        assert values[0] == pytest.approx(exact, abs=1e-5)


def test_pictures_of_it(picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = picture.with_name("out.png")
    arguments = ["filter", str(picture), str(out), "--kernel", "identity", "--channel", "rgb", "--size", "1", "1"]
    assert main(arguments) == 0
    assert capsys.readouterr().out == f"{out}: 3×60×40, 0 is black and 1 is white\n"
    with Image.open(out) as image:
        assert np.array_equal(np.asarray(image), PIXELS), "to the last bit"
    for values, words in (("offset", "0 is grey 128"), ("signed", "0 is nearly black"), ("stretch", "is black and")):
        assert main(["filter", str(picture), str(out), "--kernel", LAPLACIAN, "--values", values]) == 0
        assert words in capsys.readouterr().out
    assert main(["filter", str(picture), str(picture.with_name("out.tif")), "--kernel", "box", "--size", "5", "1"]) == 0
    with Image.open(picture.with_name("out.tif")) as image:
        assert (image.mode, image.size) == ("F", (40, 56))


def test_signed_colours_in_a_range_and_a_theme(picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = picture.with_name("out.png")
    command = ["filter", str(picture), str(out), "--kernel", LAPLACIAN, "--values", "signed"]
    assert main([*command, "--range", "0.5", "--theme", "light"]) == 0
    said = capsys.readouterr().out
    assert "0 is white, −0.5 is blue and 0.5 is orange, " in said
    assert "% of the values lie beyond" in said
    lab = lab_of(FromPhoto(load_photo(picture)), np.array(json.loads(LAPLACIAN), np.float32))
    values = of_the_session(lab)[0]
    with Image.open(out) as image:
        assert np.array_equal(np.asarray(image), signed_indices(values, 0.5))
        assert np.array_equal(np.asarray(image.convert("RGB")), signed_palette()[signed_indices(values, 0.5)])
    assert main(command) == 0
    with Image.open(out) as image:
        assert np.array_equal(np.asarray(image), signed_indices(values, strongest(values)))


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
def test_what_the_padding_holds(picture: Path, mode: str) -> None:
    import torch
    from torch.nn import functional

    out = picture.with_name("out.npy")
    command = ["filter", str(picture), str(out), "--kernel", LAPLACIAN, "--channel", "red", "--padding", "3", "2"]
    assert main([*command, "--padding-mode", mode]) == 0
    red = torch.from_numpy((PIXELS[..., 0] / np.float32(255)).astype(np.float32))[None, None]
    kernel = torch.tensor(json.loads(LAPLACIAN), dtype=torch.float32)[None, None]
    expected = functional.conv2d(functional.pad(red, (2, 2, 3, 3), mode=mode), kernel)[0].numpy()
    assert np.load(out) == pytest.approx(expected, abs=1e-5)


def test_names_are_listed_as_they_are_typed() -> None:
    with pytest.raises(InputError, match="identity, all-ones, box, gaussian, horizontal-difference") as error:
        kernel_of("sobel")
    listed = str(error.value).partition("take one of ")[2].partition(", or give")[0].split(", ")
    assert len(listed) == len(PRESETS)
    for typed, name in zip(listed, PRESETS, strict=True):
        assert np.array_equal(kernel_of(typed), kernel_of(name))


@pytest.mark.parametrize("name", PRESETS)
def test_every_named_kernel(name: str) -> None:
    for typed in (name, name.upper(), name.replace(" ", "-"), name.replace(" ", "_")):
        made = kernel_of(typed)
        assert made.shape == (3, 3)
        assert name == "random" or np.array_equal(made, preset(name, (3, 3)))
        assert np.array_equal(made, kernel_of(name)), "the same each time"
    assert kernel_of(name, (5, 4)).shape == (5, 4)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sobel", "no kernel called 'sobel'; take one of identity"),
        ("", "no kernel called ''"),
        ("[[1, 2], [3]]", "rows of the kernel have 1 and 2 cells"),
        ("[[1, 2", "is not JSON"),
        ("[[1;2]]", "is not JSON"),
        ("[]", "no rows of cells"),
        ("[[]]", "no rows of cells"),
        ("[1, 2]", "no rows of cells"),
        ('[["1,5"]]', "cell '1,5' is not a number"),
        ("[[1e999]]", "cell 'inf' is not a number"),
        ("[[NaN]]", "cell 'nan' is not a number"),
        ("[[true]]", "cell 'True' is not a number"),
        ("[[null]]", "cell 'None' is not a number"),
        ("[[1e39]]", "is not a number that a cell can hold"),
        ("[[" + "9" * 400 + "]]", "is not a number that a cell can hold"),
        (json.dumps([[0] * 65]), "1 to 64 rows and columns, not 1 × 65"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_kernels_that_are_none(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        kernel_of(text)


@pytest.mark.parametrize(
    ("out", "more", "words"),
    [
        ("out.png", ["--kernel", "sharp"], "no kernel called 'sharp'"),
        ("out.png", [], "required: --kernel"),
        ("out.png", ["--kernel", LAPLACIAN, "--size", "3", "3"], "--size is for kernels with a name"),
        ("out.png", ["--kernel", "box", "--size", "0", "3"], "1 to 64 rows and columns"),
        ("out.png", ["--kernel", "Sobel vertical", "--size", "2", "2"], "at least 3 × 3"),
        ("out.png", ["--kernel", "box", "--stride", "0", "1"], "convolution: "),
        ("out.png", ["--kernel", "box", "--stride", "1", str(2**63)], "--stride is too large; give at most"),
        ("out.png", ["--kernel", "box", "--dilation", "1", "0"], "convolution: "),
        ("out.png", ["--kernel", "box", "--padding", "-1", "0"], "convolution: "),
        ("out.png", ["--kernel", "box", "--padding", "1000000", "1000000"], "convolution: "),
        ("out.png", ["--kernel", "box", "--size", "61", "3"], "does not fit into its input 60×40"),
        ("out.png", ["--kernel", "box", "--stride", "1.5", "1"], "invalid int value"),
        ("out.png", ["--kernel", LAPLACIAN, "--channel", "rgb", "--values", "signed"], "signed colours show one"),
        ("out.png", ["--kernel", "box", "--range", "2"], "--values clip has a range of its own; leave --range away"),
        ("out.png", ["--kernel", "box", "--values", "signed", "--range", "0"], "give a number above 0"),
        ("out.png", ["--kernel", "box", "--values", "signed", "--range", "nan"], "give a number above 0"),
        ("out.png", ["--kernel", "box", "--theme", "grey"], "invalid choice"),
        ("out.png", ["--kernel", "box", "--padding-mode", "mirror"], "invalid choice"),
        ("out.png", ["--kernel", "box", "--padding", "60", "0", "--padding-mode", "reflect"], "convolution: "),
        ("out.jpg", ["--kernel", "box"], r"out.jpg: a jpg would change the values"),
        ("out", ["--kernel", "box"], "out has no ending"),
        ("in.png", ["--kernel", "box"], "in.png is the picture itself"),
        ("gone/out.png", ["--kernel", "box"], "cannot write"),
        ("in.png/out.png", ["--kernel", "box"], "there is no folder"),
    ],
)
def test_mistakes_are_sentences_and_write_nothing(
    picture: Path, capsys: pytest.CaptureFixture[str], out: str, more: list[str], words: str
) -> None:
    before = picture.read_bytes()
    assert main(["filter", str(picture), str(picture.parent / out), *more]) == 2
    said, errors = capsys.readouterr()
    assert said == ""
    assert errors.startswith("convviz: error: ")
    assert errors.count("\n") == 1
    assert words in errors
    assert [path.name for path in picture.parent.iterdir()] == ["in.png"]
    assert picture.read_bytes() == before


def test_a_place_that_is_none_is_known_before_the_work(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "out.png").mkdir()
    for out in ("gone/out.npy", "out.png"):
        assert main(["filter", "no picture", str(tmp_path / out), "--kernel", "box"]) == 2
        assert "cannot write" in capsys.readouterr().err


@pytest.mark.parametrize("data", [b"", b"hello", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes) -> None:
    (tmp_path / "in.png").write_bytes(data)
    for name in ("in.png", "gone.png", "."):
        assert main(["filter", str(tmp_path / name), str(tmp_path / "out.png"), "--kernel", "box"]) == 2
        errors = capsys.readouterr().err
        assert errors.startswith("convviz: error: ")
        assert errors.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["in.png"]


def test_what_a_png_cannot_show_is_known_before_the_work(
    picture: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("convviz.core.filtering.strips", lambda _: pytest.fail("it was computed"))
    more = ["--kernel", LAPLACIAN, "--channel", "rgb", "--values", "signed"]
    assert main(["filter", str(picture), str(picture.parent / "out.png"), *more]) == 2
    assert "signed colours show one" in capsys.readouterr().err

"""Pictures of every odd kind, and the ink in them."""

from __future__ import annotations

import io
import os
import struct
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convviz.spec import picture
from convviz.spec.errors import InputError
from convviz.spec.picture import Picture, fitted, ink, load
from convviz.spec.resample import Floats

GREY = np.zeros((28, 28), np.uint8)
GREY[6:22, 12:15] = 255
GREY[6:22, 15] = 100


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def grey() -> Image.Image:
    return Image.fromarray(GREY)


def transparent() -> Image.Image:
    image = Image.new("RGBA", (28, 28), (0, 0, 0, 0))
    image.putalpha(grey())
    return image


def png_of_size(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")
    )


EXACT: dict[str, Callable[[], bytes]] = {
    "grey": lambda: encoded(grey()),
    "colour": lambda: encoded(grey().convert("RGB")),
    "grey with alpha": lambda: encoded(grey().convert("LA")),
    "16 bits": lambda: encoded(Image.fromarray(GREY.astype(np.uint16) * 257)),
    "8 bits saved as 16": lambda: encoded(Image.fromarray(GREY.astype(np.uint16))),
    "32-bit integers": lambda: encoded(Image.fromarray(GREY.astype(np.int32) * 257), "TIFF"),
    "floats": lambda: encoded(Image.fromarray(GREY.astype(np.float32) / 255), "TIFF"),
    "bmp": lambda: encoded(grey(), "BMP"),
    "lossless webp": lambda: encoded(grey().convert("RGB"), "WEBP", lossless=True),
    "palette": lambda: encoded(grey().quantize(8)),
    "first of two frames": lambda: encoded(grey(), "GIF", save_all=True, append_images=[Image.new("L", (28, 28))]),
}


@pytest.mark.parametrize("kind", EXACT)
def test_every_lossless_kind_gives_the_same_values(kind: str) -> None:
    pixels = load(EXACT[kind](), kind).pixels
    assert pixels.dtype == np.float32
    for channel in pixels:
        assert channel == pytest.approx(GREY / 255, abs=1e-6)


def test_transparency_lies_on_white() -> None:
    assert load(encoded(transparent())).pixels[1] == pytest.approx(1 - GREY / 255, abs=0.003)
    palette = grey().quantize(8)
    data = encoded(palette, transparency=palette.getpixel((0, 0)))
    assert load(data).pixels[0, 0, 0] == 1.0


def test_cmyk_is_not_inverted() -> None:
    assert load(encoded(grey().convert("RGB").convert("CMYK"), "JPEG")).pixels[0] == pytest.approx(GREY / 255, abs=0.15)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_floats_that_are_no_numbers_become_grey(value: float) -> None:
    values = GREY.astype(np.float32) / 255
    values[0, 0] = value
    pixels = load(encoded(Image.fromarray(values), "TIFF")).pixels
    assert np.isfinite(pixels).all()
    assert pixels[0, 0, 0] == (1.0 if value == np.inf else 0.0)


def test_exif_orientation_is_applied(shared_data: Path) -> None:
    for first, second in (("Landscape_1", "Landscape_6"), ("Portrait_3", "Portrait_8")):
        a, b = (load(shared_data / f"photos/exif_{name}.jpg").pixels for name in (first, second))
        assert a.shape == b.shape
        assert float(np.abs(a - b).mean()) < 0.02


def test_damaged_exif_does_not_cost_the_picture() -> None:
    assert load(encoded(grey(), "JPEG", exif=b"Exif\0\0garbage")).pixels.shape == (1, 28, 28)


@pytest.mark.parametrize(
    ("size", "expected"),
    [((20000, 1), (1, 560)), ((1, 20000), (560, 1)), ((1, 1), (1, 1)), ((3000, 1500), (280, 560))],
)
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_long_and_large_pictures_are_shrunk(size: tuple[int, int], expected: tuple[int, int], kind: str) -> None:
    assert load(encoded(Image.new("RGB", size, "red"), kind)).pixels.shape == (3, *expected)


def test_shrinking_averages_areas() -> None:
    stripes = np.tile(np.array([0, 255], np.uint8), (8, 1120))  # (8, 2240)
    assert load(encoded(Image.fromarray(stripes))).pixels == pytest.approx(0.5, abs=0.005)
    deep = stripes.astype(np.uint16) * 257
    assert load(encoded(Image.fromarray(deep))).pixels == pytest.approx(0.5, abs=0.005)


REFUSED = {
    "empty": (lambda: b"", "is empty"),
    "text": (lambda: b"hello", "not a picture"),
    "svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>', "not a picture"),
    "postscript": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "not a picture"),
    "header": (lambda: png_of_size(28, 28), "is damaged"),
    "bomb": (lambda: png_of_size(100_000, 100_000), "200 megapixels"),
    "just too large": (lambda: png_of_size(20_000, 10_001), "200 megapixels"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_picture_is_refused_by_name(kind: str) -> None:
    make, words = REFUSED[kind]
    with pytest.raises(InputError, match=f"^it.png .*{words}"):
        load(make(), "it.png")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "WEBP"])
def test_half_a_file_is_refused(kind: str) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
    data = encoded(Image.fromarray(noise), kind)
    with pytest.raises(InputError, match=r"damaged|not a picture"):
        load(data[: len(data) // 2])


def test_damaged_bytes_end_in_a_picture_or_a_sentence() -> None:
    rng = np.random.default_rng(1)
    refused = []
    for kind in EXACT:
        data = EXACT[kind]()
        for _ in range(60):
            broken = bytearray(data)
            for position in rng.integers(0, len(data), rng.integers(1, 6)):
                broken[position] = rng.integers(256)
            try:
                assert np.isfinite(ink(load(bytes(broken), kind))).all()
            except InputError as error:
                refused.append(str(error))
    assert len(refused) > 50
    assert not [text for text in refused if "\n" in text]


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        load(tmp_path)
    with pytest.raises(InputError, match="there is no file"):
        load(tmp_path / "gone.png")
    with pytest.raises(InputError):
        load("a\0b")
    with pytest.raises(InputError, match=r"not an ordinary file|no file"):
        load(Path(os.devnull))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "kept.png"
    path.write_bytes(encoded(grey()))

    def refuse(self: Path, *_: object) -> bytes:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match=r"cannot read kept\.png: Permission denied"):
        load(path)


def test_pillows_limit_and_the_warning_filters_are_left_as_they_were() -> None:
    before = (Image.MAX_IMAGE_PIXELS, list(warnings.filters))
    load(encoded(grey()))
    with pytest.raises(InputError):
        load(png_of_size(100_000, 100_000))
    assert (Image.MAX_IMAGE_PIXELS, list(warnings.filters)) == before


def test_pixels_cannot_change_under_a_picture() -> None:
    source = np.zeros((1, 2, 2), np.float32)
    held = Picture(source)
    source[:] = 1
    assert held.pixels.max() == 0
    with pytest.raises(ValueError, match="read-only"):
        held.pixels[0, 0, 0] = 1
    with pytest.raises(InputError, match="1 or 3 channels"):
        Picture(np.zeros((2, 4, 4), np.float32))


# --- ink -----------------------------------------------------------------------------------------------------


def digit(height: int = 280, width: int = 200) -> Floats:
    """A thick 7 as ink, with soft edges."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    bar = 1 - np.clip(np.maximum(np.abs(y - 60) - 8, np.abs(x - 100) - 50), 0, 1)
    leg = 1 - np.clip(np.maximum(np.abs(x - (150 - (y - 60) * 0.4)) - 9, np.abs(y - 140) - 80), 0, 1)
    return np.maximum(bar, leg)


def of(grey_values: Floats) -> Picture:
    return Picture(np.clip(grey_values, 0, 1)[None])


def test_mnist_comes_out_value_by_value(shared_data: Path) -> None:
    raw = np.fromfile(shared_data / "MNIST/raw/t10k-images-idx3-ubyte", np.uint8, 28 * 28 * 500, offset=16)
    for values in raw.reshape(-1, 28, 28):
        assert np.array_equal(ink(load(encoded(Image.fromarray(values)))), values.astype(np.float32) / np.float32(255))


def test_dark_on_light_is_the_same_ink_as_light_on_dark() -> None:
    assert np.allclose(ink(of(digit())), digit(), atol=1e-6)
    assert np.allclose(ink(of(1 - digit())), digit(), atol=1e-6)


@pytest.mark.parametrize("paper", [0.9, 0.6])
@pytest.mark.parametrize("strength", [0.15, 0.5])
def test_faint_ink_reaches_full_strength(paper: float, strength: float) -> None:
    assert np.allclose(ink(of(paper - strength * digit())), digit(), atol=1e-5)


def test_noisy_unevenly_lit_paper_is_no_ink() -> None:
    rng = np.random.default_rng(5)
    y, x = np.mgrid[:280, :200]
    paper = 0.8 + 0.0004 * x - 0.0006 * y + rng.normal(0, 0.015, (280, 200))
    drawn = ink(of((paper - 0.5 * digit()).astype(np.float32)))
    assert float(drawn[digit() == 0].mean()) < 0.002
    assert float(drawn[digit() == 1].mean()) > 0.85


def test_coloured_ink_on_coloured_paper_is_found() -> None:
    paper, pen = np.array([0.95, 0.9, 0.7])[:, None, None], np.array([0.1, 0.2, 0.7])[:, None, None]
    pixels = (paper * (1 - digit()) + pen * digit()).astype(np.float32)
    assert np.allclose(ink(Picture(pixels)), digit(), atol=1e-4)


@pytest.mark.parametrize("shape", [(1, 1), (1, 1120), (28, 28), (2, 3)])
@pytest.mark.parametrize("value", [0.0, 0.4, 1.0])
def test_an_even_picture_has_no_ink(shape: tuple[int, int], value: float) -> None:
    assert ink(of(np.full(shape, value, np.float32))).max() == 0


def test_noise_alone_has_no_ink() -> None:
    rng = np.random.default_rng(6)
    noise = rng.normal(0.5, 0.008, (200, 200)).astype(np.float32)
    assert ink(of(noise)).max() == 0


def test_a_digit_that_touches_the_border_does_not_become_the_paper() -> None:
    drawn = digit()
    drawn[:, :12] = 1  # a stroke along the whole left edge
    assert np.allclose(ink(of(1 - drawn)), drawn, atol=0.02)


def test_ink_along_the_border_of_unevenly_lit_paper_does_not_bend_the_paper() -> None:
    rng = np.random.default_rng(7)
    x = np.mgrid[:280, :200][1]
    drawn = digit()
    drawn[60:240, :30] = 1
    paper = 0.9 - 0.001 * x + rng.normal(0, 0.004, drawn.shape)
    found = ink(of((paper - 0.3 * drawn).astype(np.float32)))
    assert float(found[drawn == 0].mean()) < 0.01
    assert float(found[drawn == 1].mean()) > 0.8


def test_ink_that_is_nearly_black_is_left_as_it_is() -> None:
    drawn = 0.95 * digit()
    assert np.array_equal(ink(of(drawn)), drawn)


def test_exif_orientation_of_a_made_picture() -> None:
    tags = Image.Exif()
    tags[0x0112] = 6  # stored lying on its left side
    stored = np.zeros((8, 16), np.uint8)
    stored[:, :8] = 255  # bright on the left as stored, at the top when upright
    pixels = load(encoded(Image.fromarray(stored), "PNG", exif=tags)).pixels
    assert pixels.shape == (1, 16, 8)
    assert pixels[0, :8].min() == 1
    assert pixels[0, 8:].max() == 0


def test_fitted_keeps_proportions_and_fills() -> None:
    wide = Picture(np.tile(np.linspace(0, 1, 64, dtype=np.float32), (1, 32, 1)))
    grey_field = fitted(wide, (1, 16, 16))
    assert grey_field.shape == (1, 16, 16)
    assert grey_field[0, 0, 0] == pytest.approx(16.5 / 63, abs=0.01)  # the middle half of the width
    assert np.array_equal(fitted(wide, (3, 16, 16))[2], grey_field[0])


def test_the_working_size_is_four_pixels_a_unit_of_the_pad() -> None:
    from convviz.spec.strokes import PAD, Canvas

    assert picture.WORKING_PX == 2 * PAD == Canvas().resolution


def test_a_float_picture_of_the_largest_numbers_is_finite() -> None:
    values = np.array([[-3e38, 0.0], [3e38, 1.0]], np.float32)
    pixels = load(encoded(Image.fromarray(values), "TIFF")).pixels
    assert np.isfinite(pixels).all()
    assert pixels.min() >= 0
    assert pixels.max() <= 1

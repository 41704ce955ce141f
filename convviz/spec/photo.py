"""A photo at its full size, in as little memory as it can have."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .errors import Cancelled, InputError
from .network import times

if TYPE_CHECKING:
    from PIL import Image  # at run time only where a file is decoded: the window is there before Pillow is imported

__all__ = ["Cancelled", "Photo", "load_photo"]

Bytes = NDArray[np.uint8]
_ORIENTATION = 0x0112  # of EXIF
_STRIP_PIXELS = 2**20  # decoded ones that are copied at a time
_BLOCKS = 64  # into which Pillow lays an image, at most
_BLOCK_BYTES = 34 * 2**20  # what malloc takes from the system by itself, and gives back at once, has over 32 MB
_BREATH_S = 0.0005  # in which another thread goes on
_DECODED = 0.9  # of the work, when only the pixels remain to be copied


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """``pixels`` (H, W, C) uint8, read-only, not copied; C is 1 (grey) or 3 (red, green, blue). Compared by identity.

    ``data`` are the bytes of the file it was decoded from, which an experiment keeps; b"" where there is none.
    """

    pixels: Bytes  # (H, W, C)
    name: str = ""
    data: bytes = b""

    def __post_init__(self) -> None:
        pixels = self.pixels
        if pixels.ndim != 3 or pixels.shape[2] not in (1, 3) or not pixels.size or pixels.dtype != np.uint8:
            raise InputError(f"a photo has 1 or 3 channels of bytes and at least one pixel, not {times(pixels.shape)}")
        pixels.setflags(write=False)

    def as_file(self) -> bytes:
        """Its ``data``; a photo without them is encoded as PNG the first time, which takes a second for 12 megapixels.

        >>> photo = Photo(np.zeros((2, 3, 1), np.uint8))
        >>> photo.as_file()[1:4], photo.as_file() is photo.as_file()
        (b'PNG', True)
        """
        if not self.data:
            from PIL import Image

            file = io.BytesIO()
            image = Image.fromarray(self.pixels[:, :, 0] if self.pixels.shape[2] == 1 else self.pixels)
            image.save(file, "PNG", compress_level=1)
            object.__setattr__(self, "data", file.getvalue())  # what it shows stays the same
        return self.data


def load_photo(
    source: Path | bytes,
    name: str = "",
    told: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Photo:
    """Decodes a picture at its full size: upright, first frame, transparency on white, 8 bits.

    Args:
        source: a file, or the bytes of one.
        name: what to call it in messages; the file's name by default.
        told: hears how much is done, from 0 to 1.
        cancelled: asked now and then; True ends the work.

    Raises:
        InputError: not there, not readable, not a picture, damaged, or larger than 200 megapixels.
        Cancelled: ``cancelled`` said so.

    >>> from PIL import Image
    >>> file = io.BytesIO(); Image.new("RGB", (3, 2), "red").save(file, "PNG")
    >>> load_photo(file.getvalue()).pixels[0, 0].tolist()
    [255, 0, 0]
    """
    from .decoding import read_file

    def tell(share: float) -> None:
        if cancelled is not None and cancelled():
            raise Cancelled
        if told is not None:
            told(share)

    tell(0.0)
    if isinstance(source, bytes):
        data, name = source, name or "the picture"
    else:
        name = name or source.name or str(source)
        data = read_file(source, name, lambda: tell(0.0))
    pixels = _decoded(data, name, tell)
    tell(1.0)
    return Photo(pixels, name, data)


def _decoded(data: bytes, name: str, tell: Callable[[float], None]) -> Bytes:
    """(H, W, C) of the bytes of a file; its memory is given back in pieces."""
    from PIL import ImageFile

    from .decoding import opened

    with opened(_Told(data, tell) if data else b"", name) as image:
        if isinstance(image, ImageFile.ImageFile):
            image.decodermaxblock = 2**15  # bytes that are decoded between two looks at the time
        _blocks().set_block_size(_BLOCK_BYTES)
        try:
            image.load()
            tell(_DECODED)
            return _upright_pixels(image, lambda share: tell(_DECODED + (1 - _DECODED) * share))
        finally:
            _free(image)


class _Told(io.BytesIO):
    """The bytes of a file, which say how far they have been read."""

    def __init__(self, data: bytes, tell: Callable[[float], None]) -> None:
        super().__init__(data)
        self._tell, self._size, self._furthest = tell, len(data), 0

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(size)
        self._furthest = max(self._furthest, self.tell())  # TIFF goes to and fro
        self._tell(_DECODED * (self._furthest / self._size))
        return found


def _upright_pixels(image: Image.Image, tell: Callable[[float], None]) -> Bytes:
    """(H, W, C) of a decoded image in any of Pillow's modes, as it should be seen.

    A strip at a time: Pillow's own way to turn an image, and to make an array of one, has all of it in memory three
    times over.
    """
    from .decoding import DeepRange, is_deep, on_white

    deep = DeepRange.of(np.asarray(part).astype(np.float32) for _, part in _strips(image)) if is_deep(image) else None
    grey = deep is not None or (image.mode in ("1", "L") and not image.has_transparency_data)
    lying, turn = (image.height, image.width), _orientation(image)
    high, wide = lying[::-1] if turn >= 5 else lying
    pixels = np.empty((high, wide, 1 if grey else 3), np.uint8)
    as_stored = _as_stored(pixels, turn)
    for top, part in _strips(image):
        if deep is not None:
            values = np.rint(deep.shares(np.asarray(part).astype(np.float32)) * np.float32(255)).astype(np.uint8)
        else:
            values = np.asarray(on_white(part))
        as_stored[top : top + part.height] = values.reshape(part.height, image.width, -1)
        tell((top + part.height) / image.height)
    return pixels


def _blocks() -> Any:
    """What Pillow calls its block allocator."""
    from PIL import Image

    return Image.core  # type: ignore[attr-defined]


def _free(image: Image.Image) -> None:
    """Gives a decoded image's memory back a block at a time: 400 MB at once would stop all threads for 30 to 100 ms."""
    core = _blocks()
    before = core.get_blocks_max()
    core.set_blocks_max(max(before, _BLOCKS))  # so many are kept when the image goes
    image.close()
    for left in range(core.get_stats()["blocks_cached"], before - 1, -1):
        core.clear_cache(left)
        sleep(_BREATH_S)
    core.set_blocks_max(before)


def _strips(image: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    """The image in strips, each with the row where it begins."""
    rows = max(_STRIP_PIXELS // image.width, 1)
    for top in range(0, image.height, rows):
        yield top, image.crop((0, top, image.width, min(top + rows, image.height)))


def _orientation(image: Image.Image) -> int:
    """1 … 8 as EXIF counts them: how the rows and columns in the file lie."""
    try:
        found = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # damaged metadata is no reason to refuse good pixels
        return 1
    return found if found in range(1, 9) else 1


def _as_stored(upright: Bytes, orientation: int) -> Bytes:
    """A view of upright pixels whose rows and columns are those of the file."""
    if orientation in (5, 6, 7, 8):
        upright = upright.transpose(1, 0, 2)
    if orientation in (3, 4, 6, 7):
        upright = upright[::-1]
    if orientation in (2, 3, 7, 8):
        upright = upright[:, ::-1]
    return upright

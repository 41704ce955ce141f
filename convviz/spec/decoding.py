"""Picture files of every kind, decoded by Pillow alone: what is refused, and what becomes of odd pixels."""

from __future__ import annotations

import io
import logging
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from .errors import Cancelled, InputError

Floats = NDArray[np.float32]
MAX_PIXELS = 200_000_000
MAX_FILE_BYTES = 500 * 2**20
# Only decoders of pictures people have; Pillow's EPS decoder, for one, would start Ghostscript.
_FORMATS = (
    "PNG", "JPEG", "MPO", "GIF", "BMP", "DIB", "TIFF", "WEBP", "AVIF", "PPM", "TGA", "PCX", "QOI", "ICO", "ICNS",
    "JPEG2000",
)  # fmt: skip
_FURTHEST = 1e30  # of deep greys: differences of larger ones are infinite
_AT_ONCE = 2**22  # bytes of a file, between two looks at whether it is still wanted
_lock = threading.Lock()  # Pillow's limit and Python's warning filters belong to the process


def read_file(path: Path, name: str, go_on: Callable[[], object] = lambda: None) -> bytes:
    """The bytes of a picture's file; ``go_on`` is called now and then.

    Raises:
        InputError: not there, not a file, not readable, or too large.
    """
    try:
        if path.is_dir():
            raise InputError(f"{name} is a folder; choose a picture in it")
        if not path.exists():
            raise InputError(f"there is no file {path}; it may have been moved or deleted")
        if not path.is_file():
            raise InputError(f"{name} is not an ordinary file; choose a picture")
        if path.stat().st_size > MAX_FILE_BYTES:
            raise InputError(f"{name} is larger than {MAX_FILE_BYTES // 2**20} MB; choose a smaller picture")
        parts = []
        with path.open("rb") as file:
            while part := file.read(_AT_ONCE):
                parts.append(part)
                go_on()
        return b"".join(parts)
    except OSError as error:
        raise InputError(f"cannot read {name}: {error.strerror or error}") from None
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{name!r} is not the name of a file") from None  # a zero byte in it


@contextmanager
def opened(data: bytes | IO[bytes], name: str) -> Iterator[Image.Image]:
    """The picture in some bytes; whatever goes wrong with it inside this context becomes a sentence.

    Raises:
        InputError: empty, not a picture, damaged, or too large.
    """
    if not data:
        raise InputError(f"{name} is empty; choose another picture")
    with _pillow_limits(), _sentences(name):
        Image.init()
        formats = [kind for kind in _FORMATS if kind in Image.OPEN]
        file = io.BytesIO(data) if isinstance(data, bytes) else data
        with Image.open(file, formats=formats) as image:
            yield image


@contextmanager
def _pillow_limits() -> Iterator[None]:
    log = logging.getLogger("PIL")
    with _lock, warnings.catch_warnings():
        before = Image.MAX_IMAGE_PIXELS, log.level
        Image.MAX_IMAGE_PIXELS = MAX_PIXELS
        log.setLevel(logging.CRITICAL + 1)  # what it logs of a damaged picture, it also raises
        warnings.simplefilter("ignore")  # odd metadata and the like: the pixels are what counts
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            yield
        finally:
            Image.MAX_IMAGE_PIXELS = before[0]
            log.setLevel(before[1])


@contextmanager
def _sentences(name: str) -> Iterator[None]:
    try:
        yield
    except Cancelled:
        raise
    except UnidentifiedImageError:
        raise InputError(f"{name} is not a picture that convviz can read; give a PNG or a JPEG") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise InputError(f"{name} has more than {MAX_PIXELS // 10**6} megapixels; make it smaller first") from None
    except MemoryError:
        raise InputError(f"{name} is too large for this computer's memory; make it smaller first") from None
    except Exception as error:  # decoders raise nearly everything on damaged bytes, and all of it means the same
        reason = str(error).strip() or type(error).__name__
        raise InputError(f"{name} is damaged ({reason}); choose another picture") from None


def is_deep(image: Image.Image) -> bool:
    """Whether its greys have more than 8 bits."""
    return image.mode in ("I", "F") or image.mode.startswith("I;")


def on_white(image: Image.Image) -> Image.Image:
    """A decoded image as grey ("L") or "RGB"; what is transparent lies on white."""
    if image.has_transparency_data:
        seen = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("RGB")
    return image if image.mode in ("L", "RGB") else image.convert("L" if image.mode == "1" else "RGB")


class DeepRange(NamedTuple):
    """Where 16- and 32-bit greys begin, and how far they go: the smallest usual range (1, 255, 65,535) that holds
    them, else their own. So a picture of 8 bits that was saved as 16 is not black.
    """

    low: np.float32
    high: np.float32  # the largest that is there, and what an infinite one becomes
    start: np.float32
    full: np.float32

    @classmethod
    def of(cls, parts: Iterable[Floats]) -> DeepRange:
        """Of values that come in parts, those that are no numbers left out.

        >>> DeepRange.of([np.array([3.0, 200.0], np.float32)]).full
        np.float32(255.0)
        """
        lows, highs = [], []
        for part in parts:
            there = part[np.isfinite(part)]
            if there.size:
                lows.append(max(there.min(), np.float32(-_FURTHEST)))
                highs.append(min(there.max(), np.float32(_FURTHEST)))
        low, high = (min(lows), max(highs)) if lows else (np.float32(0), np.float32(0))
        if low >= 0:
            for full in (1.0, 255.0, 65535.0):
                if high <= full:
                    return cls(low, high, np.float32(0), np.float32(full))
        return cls(low, high, low, np.float32(max(float(high) - float(low), 1e-30)))

    def shares(self, values: Floats) -> Floats:
        """The values in 0…1; infinite ones at the ends, NaN as the lowest."""
        finite = np.nan_to_num(np.clip(values, self.low, self.high), nan=float(self.low))
        return np.asarray((finite - self.start) / self.full, np.float32)

"""Sound files as signals. WAV with plain samples, whole numbers of 8 to 32 bits or floats; nothing compressed.

Python's ``wave`` is of no use here: before 3.12 it refuses the header that most 24 bit files have.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from ..cells import LIMIT
from ..errors import InputError
from .source import LARGEST_GRID, Grid

Floats = NDArray[np.float32]
PCM, FLOAT, EXTENSIBLE = 1, 3, 0xFFFE
_STREAMED = 0x7FFFF000  # bytes, or more, or none: a program that could not go back to say how many
SUFFIX = " Hz"  # ends the names of sounds, and of nothing else
LONGEST_NAME = 40
_HELP = "save it as WAV (PCM) and open that"


@dataclass(frozen=True, slots=True)
class _Format:
    """What a file says of its samples."""

    coding: int
    channels: int
    rate_hz: int
    bits: int

    @property
    def frame_bytes(self) -> int:
        return self.channels * self.bits // 8


def load(path: Path) -> Grid:
    """The sound of a file as a signal (channels, 1, samples), −1…1; its name tells duration and rate.

    Of a sound with more than ``LARGEST_GRID`` values the beginning is taken, and the name says so.

    Raises:
        InputError: it cannot be read, or is no sound that convviz knows.
    """
    try:
        with path.open("rb") as file:
            return _read(file, path.name)
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"cannot read {str(path)[:200]!r}: {reason or error}; choose another file") from None


def _read(file: BinaryIO, name: str) -> Grid:
    shown = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
    sound, there = _header(file, shown)
    frames = there // sound.frame_bytes
    if not frames:
        raise InputError(f"{shown} holds no samples; choose another sound")
    most = LARGEST_GRID // sound.channels
    data = file.read(min(frames, most) * sound.frame_bytes)
    values = _samples(data, sound).reshape(-1, sound.channels).T[:, None]
    if not np.isfinite(values).all():
        raise InputError(f"{shown} has samples that are NaN or infinite; {_HELP}")
    if np.abs(values).max() > LIMIT:
        raise InputError(f"{shown} has samples beyond ±{LIMIT:,.0f}, more than a number here can be; make it quieter")
    seconds = values.shape[2] / sound.rate_hz
    part = "the first " if frames > most else ""
    return Grid(values, f"{shown}, {part}{_short(seconds)} s at {sound.rate_hz}{SUFFIX}")


def _short(seconds: float) -> str:
    """Three digits, never an exponent.

    >>> _short(0.00625), _short(3723.5), _short(1 / 48000)
    ('0.00625', '3720', '0.0000208')
    """
    return np.format_float_positional(float(f"{seconds:.3g}"), trim="-")


def _header(file: BinaryIO, name: str) -> tuple[_Format, int]:
    """Reads up to the samples; gives their format and how many bytes they are."""
    start = file.read(12)
    if not start:
        raise InputError(f"{name} is empty; choose another sound")
    if start[:4] != b"RIFF" or start[8:] != b"WAVE":
        raise InputError(f"{name} is no WAV file; {_HELP}")
    sound: _Format | None = None
    while len(head := file.read(8)) == 8:
        kind, size = head[:4], int.from_bytes(head[4:], "little")
        if kind == b"data":
            if sound is None:
                break
            return sound, _promised(file, size, name, _whole(file, start))
        if kind == b"fmt ":
            sound = _format(file.read(min(size, 1024)), name)
            size = max(size - 1024, 0)
        file.seek(size + size % 2, 1)
    raise InputError(f"{name} is a damaged WAV file: no samples follow its header; choose another sound")


def _whole(file: BinaryIO, start: bytes) -> bool:
    """Whether a file is as long as it says in its first bytes."""
    return _length(file) == int.from_bytes(start[4:8], "little") + 8


def _length(file: BinaryIO) -> int:
    at = file.tell()
    length = file.seek(0, 2)
    file.seek(at)
    return length


def _promised(file: BinaryIO, size: int, name: str, whole: bool) -> int:
    """The bytes of samples, if they are all there; up to the end of a file whose writer did not know how many."""
    there = _length(file) - file.tell()
    if (not size and not whole) or size >= max(_STREAMED, there):
        return there
    if size > there:
        raise InputError(f"{name} is cut off: {there:,} of its {size:,} bytes of samples are there; copy it once more")
    return size


def _format(data: bytes, name: str) -> _Format:
    if len(data) < 16:
        raise InputError(f"{name} is a damaged WAV file: its header is too short; choose another sound")
    coding, channels, rate_hz, _, _, bits = struct.unpack("<HHIIHH", data[:16])
    if coding == EXTENSIBLE and len(data) >= 26:
        coding = int.from_bytes(data[24:26], "little")
    possible = (8, 16, 24, 32) if coding == PCM else (32, 64) if coding == FLOAT else ()
    if not possible:
        raise InputError(f"{name} is compressed (format {coding}), which convviz does not read; {_HELP}")
    if bits not in possible or not channels or not rate_hz:
        raise InputError(f"{name} says {channels} channels of {bits} bits at {rate_hz} Hz, no sound; {_HELP}")
    return _Format(coding, channels, rate_hz, bits)


def _samples(data: bytes, sound: _Format) -> Floats:
    """All samples in a row, −1…1."""
    if sound.coding == FLOAT:
        with np.errstate(over="ignore"):
            return np.frombuffer(data, f"<f{sound.bits // 8}").astype(np.float32)
    if sound.bits == 8:
        return (np.frombuffer(data, np.uint8).astype(np.float32) - np.float32(128)) / np.float32(128)
    if sound.bits == 24:
        wide = np.zeros((len(data) // 3, 4), np.uint8)
        wide[:, 1:] = np.frombuffer(data, np.uint8).reshape(-1, 3)
        whole = wide.view("<i4")[:, 0]
    else:
        whole = np.frombuffer(data, f"<i{sound.bits // 8}")
    largest = 2.0 ** (15 if sound.bits == 16 else 31)
    return (whole / largest).astype(np.float32)

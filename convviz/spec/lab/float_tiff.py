"""Arrays of 32-bit floats as TIFF, written straight from memory: of a result of gigabytes there is no second copy."""

from __future__ import annotations

import struct
from typing import IO, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
STRIP_BYTES = 1 << 20  # about, of whole rows
PIECE_BYTES = 1 << 22  # written at a time: other threads go on meanwhile
LARGEST = 2**32 - 2**16  # bytes that offsets of 32 bits reach; a larger file is a BigTIFF
_SHORT, _LONG, _LONG8 = 3, 4, 16  # types of a field
_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _MEANING, _OFFSETS, _SAMPLES, _ROWS, _COUNTS, _FORMAT = (
    *(256, 257, 258, 259, 262, 273, 277, 278, 279, 339),
)
_FIELDS = 10


class _Kind(NamedTuple):
    """How a file of its size writes what it says of itself."""

    header: bytes
    number: str  # of the fields of a page
    field: str  # number, type, how many, value or where they are
    offset: str
    type: int

    @property
    def page_bytes(self) -> int:
        return struct.calcsize(self.number) + _FIELDS * struct.calcsize(self.field) + struct.calcsize(self.offset)


_CLASSIC = _Kind(struct.pack("<2sHI", b"II", 42, 8), "<H", "<HHII", "<I", _LONG)
_BIG = _Kind(struct.pack("<2sHHHQ", b"II", 43, 8, 0, 16), "<Q", "<HHQQ", "<Q", _LONG8)


def write_tiff(file: IO[bytes], values: Floats, *, largest: int = LARGEST) -> None:
    """A page for each channel of (C, H, W), not compressed; ``largest`` bytes are written as a plain TIFF."""
    channels, height, width = values.shape
    rows = max(STRIP_BYTES // (4 * width), 1)
    strips = -(-height // rows)
    kind = _CLASSIC if values.nbytes + channels * (256 + 8 * strips) <= largest else _BIG
    lists = 2 * strips * struct.calcsize(kind.offset)  # the strips' offsets and sizes, behind the page
    at = len(kind.header)
    file.write(kind.header)
    for number, channel in enumerate(values):
        data = at + kind.page_bytes + lists
        following = 0 if number == channels - 1 else data + channel.nbytes
        file.write(_page(kind, at, (height, width), rows, strips, following))
        _write(file, channel)
        at = data + channel.nbytes


def _page(kind: _Kind, at: int, size: tuple[int, int], rows: int, strips: int, following: int) -> bytes:
    """What stands in front of a channel's values."""
    height, width = size
    behind = at + kind.page_bytes
    one = struct.calcsize(kind.offset)
    data = behind + 2 * strips * one
    sizes = [4 * width * min(rows, height - n * rows) for n in range(strips)]
    offsets = [data + 4 * width * rows * n for n in range(strips)]
    alone = strips == 1  # then they stand in the field itself
    fields = (
        (_WIDTH, _LONG, 1, width),
        (_HEIGHT, _LONG, 1, height),
        (_BITS, _SHORT, 1, 32),
        (_COMPRESSION, _SHORT, 1, 1),
        (_MEANING, _SHORT, 1, 1),  # 0 is black
        (_OFFSETS, kind.type, strips, offsets[0] if alone else behind),
        (_SAMPLES, _SHORT, 1, 1),
        (_ROWS, _LONG, 1, rows),
        (_COUNTS, kind.type, strips, sizes[0] if alone else behind + strips * one),
        (_FORMAT, _SHORT, 1, 3),  # floats
    )
    parts = [struct.pack(kind.number, _FIELDS), *(struct.pack(kind.field, *field) for field in fields)]
    parts.append(struct.pack(kind.offset, following))
    parts.append(struct.pack(f"<{2 * strips}{kind.offset[1]}", *offsets, *sizes))
    return b"".join(parts)


def _write(file: IO[bytes], channel: Floats) -> None:
    rows = max(PIECE_BYTES // (4 * channel.shape[1]), 1)
    for top in range(0, len(channel), rows):
        file.write(np.ascontiguousarray(channel[top : top + rows], "<f4").data)

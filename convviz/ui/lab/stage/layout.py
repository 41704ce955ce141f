"""Where every cell of the stage lies: input left, kernel in the middle, output right. Pure arithmetic, in pixels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from math import ceil, floor
from typing import NamedTuple

from PySide6.QtCore import QRectF

CAPTION_PX, SIDE_PX = 22, 22  # above a block, and at the stage's left and right
SCALE_PX = 18  # below a block, for what its colours mean
FOOT_PX = 22 + SCALE_PX
GAP_PX, LABEL_PX = 8, 13  # between maps; above each, for its number
BESIDE_PX = 40  # that a small picture of a kernel leaves to the words beside it
COLUMN_GAP_PX = 26
LARGEST_PX, LARGEST_KERNEL_PX, LEAST_KERNEL_PX = 60, 54, 26
SHEET = 3  # maps, or more
BESIDE_SHEET_PX = 34  # a kernel's cells at most, where one map beside a sheet of several wants the room
MOST_GROWN = 3  # times the size of a sheet's cells
KERNEL_SHARE = 0.36  # of the stage's width at most
LABELLED = 64  # maps that have numbers above them
PITCHES = (*range(LARGEST_PX, 0, -1), *(1 / n for n in range(2, 9)), *(2.0**-n for n in range(4, 22)))


class Margins(NamedTuple):
    """Cells around a map that are not part of it: padding."""

    top: int = 0
    left: int = 0
    bottom: int = 0
    right: int = 0


NO_MARGINS = Margins()


@dataclass(frozen=True, slots=True)
class Block:
    """``count`` maps of ``rows`` × ``columns`` cells with ``margins`` around each, ``across`` of them side by side.

    A cell is ``pitch`` pixels large; ``x`` and ``y`` are the corner of the first map's margin. Above each of several
    maps are lines of text ``line_px`` high, or a small picture with the size ``thumb`` and two lines beside it.
    """

    count: int
    rows: int
    columns: int
    margins: Margins = NO_MARGINS
    across: int = 1
    pitch: float = 1.0
    x: float = 0.0
    y: float = 0.0
    line_px: int = LABEL_PX
    thumb: tuple[float, float] = (0.0, 0.0)

    @property
    def has_thumbs(self) -> bool:
        """Whether there is room for small pictures above the maps."""
        wide, high = self.map_size
        return 0 < self.thumb[0] <= wide - BESIDE_PX and self.thumb[1] * 2 <= high

    @property
    def label_px(self) -> int:
        """How high the words above each of several maps are."""
        if not 1 < self.count <= LABELLED:
            return 0
        return max(2 * self.line_px, ceil(self.thumb[1])) + 3 if self.has_thumbs else self.line_px

    @property
    def map_size(self) -> tuple[float, float]:
        """(width, height) of a map with its margins."""
        top, left, bottom, right = self.margins
        return (left + self.columns + right) * self.pitch, (top + self.rows + bottom) * self.pitch

    @property
    def size(self) -> tuple[float, float]:
        """(width, height) of all maps."""
        wide, high = self.map_size
        down = ceil(self.count / self.across)
        return self.across * (wide + GAP_PX) - GAP_PX, down * (high + GAP_PX + self.label_px) - GAP_PX

    @property
    def box(self) -> QRectF:
        return QRectF(self.x, self.y, *self.size)

    def corner(self, n: int) -> tuple[float, float]:
        """(x, y) of the cell (0, 0) of a map."""
        down, right = divmod(n, self.across)
        wide, high = self.map_size
        return (
            self.x + right * (wide + GAP_PX) + self.margins.left * self.pitch,
            self.y + down * (high + GAP_PX + self.label_px) + self.label_px + self.margins.top * self.pitch,
        )

    def cells(self, n: int, top: int, left: int, bottom: int, right: int) -> QRectF:
        """Rows and columns of a map, ends excluded; they may lie in its margins."""
        x, y = self.corner(n)
        return QRectF(
            x + left * self.pitch, y + top * self.pitch, (right - left) * self.pitch, (bottom - top) * self.pitch
        )

    def cell(self, n: int, row: int, column: int) -> QRectF:
        return self.cells(n, row, column, row + 1, column + 1)

    def map_rect(self, n: int) -> QRectF:
        """A map without its margins."""
        return self.cells(n, 0, 0, self.rows, self.columns)

    def frame_rect(self, n: int) -> QRectF:
        """A map with its margins."""
        top, left, bottom, right = self.margins
        return self.cells(n, -top, -left, self.rows + bottom, self.columns + right)

    def at(self, x: float, y: float) -> tuple[int, int, int] | None:
        """(map, row, column) of the cell at a point, also in a margin; None elsewhere."""
        wide, high = self.map_size
        down, right = floor((y - self.y) / (high + GAP_PX + self.label_px)), floor((x - self.x) / (wide + GAP_PX))
        n = down * self.across + right
        if not (0 <= right < self.across and down >= 0 and n < self.count):
            return None
        left, top = self.corner(n)
        row, column = floor((y - top) / self.pitch), floor((x - left) / self.pitch)
        margin = self.margins
        if -margin.top <= row < self.rows + margin.bottom and -margin.left <= column < self.columns + margin.right:
            return n, row, column
        return None


class Parts(NamedTuple):
    """What is to be placed, before it has a size.

    ``least`` are the widths that the captions ask for, ``below`` the height of what is written below the kernel.
    """

    input: Block
    kernel: Block | None
    output: Block
    least: tuple[float, float, float] = (0.0, 0.0, 0.0)
    below: float = 0.0


class StageLayout(NamedTuple):
    """``columns`` are the left edges and the widths of the three columns."""

    input: Block
    kernel: Block | None
    output: Block
    columns: tuple[tuple[float, float], ...]

    @property
    def blocks(self) -> tuple[Block | None, Block | None, Block | None]:
        return self.input, self.kernel, self.output


@lru_cache(maxsize=64)
def arrange(width: float, height: float, parts: Parts) -> StageLayout:
    """Input and output with cells of one size, as large as fits; the kernel's cells larger, for their numbers.

    >>> parts = Parts(Block(1, 28, 28), Block(1, 3, 3), Block(1, 26, 26))
    >>> placed = arrange(690, 420, parts)
    >>> placed.input.pitch, placed.kernel.pitch
    (9, 36)
    """
    room_w, room_h = max(width - 2 * SIDE_PX, 1.0), max(height - CAPTION_PX - FOOT_PX, 1.0)
    for n, pitch in enumerate(PITCHES):
        found = _fitted(room_w, room_h, parts, pitch)
        if found is None:
            continue
        if not _alike(parts.input, parts.output):
            smaller = (_fitted(room_w, room_h, parts, less) for less in PITCHES[n + 1 : n + 3])
            found = max((found, *(one for one in smaller if one is not None)), key=_worth)
        return _placed(width, height, found, parts)
    return _placed(width, height, [parts.input, parts.kernel, parts.output], parts)


def _worth(blocks: list[Block | None]) -> float:
    """Of one map beside a sheet: the sheet's cells count more, but not all."""
    first, _, last = blocks
    assert first is not None
    assert last is not None
    one, sheet = sorted((first, last), key=lambda block: block.count)
    return one.pitch + 3 * sheet.pitch


def _fitted(room_w: float, room_h: float, parts: Parts, pitch: float) -> list[Block | None] | None:
    first, last = _grid(parts.input, pitch, room_h), _grid(parts.output, pitch, room_h)
    if first is None or last is None:
        return None
    used = max(first.size[0], parts.least[0]) + max(last.size[0], parts.least[2])
    if parts.kernel is None:
        left = room_w - used - COLUMN_GAP_PX
        return _grown([first, None, last], left, room_h) if left >= 0 else None
    left = room_w - used - 2 * COLUMN_GAP_PX
    if left < parts.least[1]:
        return None
    most = max(room_w * KERNEL_SHARE, parts.least[1])
    high = room_h - parts.below
    largest = LARGEST_KERNEL_PX if _alike(first, last) else BESIDE_SHEET_PX
    kernel = _kernel(parts.kernel, _least(parts.kernel, pitch, most, high), largest, min(left, most), high)
    if kernel is None:
        return None
    return _grown([first, kernel, last], left - max(kernel.size[0], parts.least[1]), room_h)


def _grown(blocks: list[Block | None], spare: float, room_h: float) -> list[Block | None]:
    """One map beside a sheet of several takes the room that is left, up to several times the size."""
    first, kernel, last = blocks
    assert first is not None
    assert last is not None
    if _alike(first, last):
        return blocks
    one = first if first.count == 1 else last
    around = one.margins
    cells_w, cells_h = one.columns + around.left + around.right, one.rows + around.top + around.bottom
    most = min(one.pitch * MOST_GROWN, one.pitch + spare / cells_w, room_h / cells_h, LARGEST_PX)
    grown = replace(one, pitch=max(floor(most) if one.pitch >= 1 else most, one.pitch))
    return [grown, kernel, last] if one is first else [first, kernel, grown]


def _alike(first: Block, last: Block) -> bool:
    """Whether cells of one size suit both: beside a sheet of maps, one alone would be small."""
    return min(first.count, last.count) > 1 or max(first.count, last.count) < SHEET


def _least(block: Block, pitch: float, room_w: float, room_h: float) -> float:
    """How large a kernel's cells must be: for their numbers if it is small, else no smaller than the other cells."""
    found = _grid(block, LEAST_KERNEL_PX, room_h, room_w)
    return LEAST_KERNEL_PX if found is not None else min(pitch, LEAST_KERNEL_PX)


def _kernel(block: Block, least: float, largest: int, room_w: float, room_h: float) -> Block | None:
    """As large as its column has room for, but no smaller than ``least``."""
    for size in range(largest, 0, -1):
        if size < least:
            break
        found = _grid(block, size, room_h, room_w)
        if found is not None:
            return found
    return _grid(block, least, room_h, room_w) if least < 1 else None


def _grid(block: Block, pitch: float, room_h: float, room_w: float = float("inf")) -> Block | None:
    """With as few maps side by side as the height allows."""
    sized = replace(block, pitch=pitch)
    high = sized.map_size[1] + sized.label_px
    down = floor((room_h + GAP_PX) / (high + GAP_PX))
    if down < 1:
        return None
    found = replace(sized, across=ceil(block.count / min(down, block.count)))
    return found if found.size[0] <= room_w else None


def _placed(width: float, height: float, blocks: list[Block | None], parts: Parts) -> StageLayout:
    widths = [max(block.size[0], wide) if block else 0.0 for block, wide in zip(blocks, parts.least, strict=True)]
    gaps = sum(1 for block in blocks if block) - 1
    spare = max(width - sum(widths) - 2 * SIDE_PX, 0.0)
    gap = min(max(spare / (gaps + 2), COLUMN_GAP_PX), 64.0)
    x = max(floor((width - sum(widths) - gaps * gap) / 2), 0)
    starts: list[float] = []
    for block, wide in zip(blocks, widths, strict=True):
        starts.append(x)
        x = floor(x + wide + gap) if block else x
    placed = [
        _at(block, start + (wide - block.size[0]) / 2, _top(height, block.size[1], below)) if block else None
        for block, start, wide, below in zip(blocks, starts, widths, (0, parts.below, 0), strict=True)
    ]
    assert placed[0] is not None
    assert placed[2] is not None
    return StageLayout(placed[0], placed[1], placed[2], tuple(zip(starts, widths, strict=True)))


def _top(height: float, high: float, below: float) -> float:
    """In the middle, with room ``below`` it."""
    middle = CAPTION_PX + (height - CAPTION_PX - FOOT_PX - high) / 2
    return max(min(middle, height - FOOT_PX - below - high), CAPTION_PX)


def _at(block: Block, x: float, y: float) -> Block:
    return replace(block, x=floor(x), y=floor(y))


def runs(lines: tuple[int, ...]) -> list[tuple[int, int]]:
    """Ascending numbers as stretches (first, end), end excluded.

    >>> runs((0, 1, 2, 5, 7, 8))
    [(0, 3), (5, 6), (7, 9)]
    """
    if not lines:
        return []
    cuts = [n + 1 for n, (a, b) in enumerate(pairwise(lines)) if b != a + 1]
    return [(lines[a], lines[b - 1] + 1) for a, b in zip((0, *cuts), (*cuts, len(lines)), strict=True)]

"""From ink to what the network receives: the MNIST pipeline, every step visible and optional.

MNIST's digits were cropped to their ink, scaled to fit a 20-pixel box and placed in a 28×28 field by their centre
of mass (LeCun, Cortes, Burges). The steps here only *decide* where the ink goes (a scale and an offset, kept exact);
the pixels are sampled once, at the end, so that no step blurs what the one before it made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .errors import InputError
from .grey import grey
from .network import NetworkSpec
from .resample import Floats, Placement, Source

BOX = 20  # pixels of the longer side, as in MNIST
INK = 0.1  # a pixel below this share of the darkest ink does not count as ink when cropping


@dataclass(frozen=True, slots=True)
class Preparation:
    """Which steps are on.

    crop: keep the smallest rectangle that holds the ink. fit: scale its longer side to 20 pixels.
    centre: put the centre of mass (not of the rectangle) in the middle. smooth: average the ink over each
    pixel's area; without it every pixel takes the ink at its centre, black or white.
    """

    crop: bool = True
    fit: bool = True
    centre: bool = True
    smooth: bool = True


class Rect(NamedTuple):
    """Rows ``top`` up to ``bottom`` and columns ``left`` up to ``right``, ends excluded."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """What came out, with each step's placement so that it can be shown.

    ``placements`` holds the placement of the source after crop, fit and centre, in pixels of the field.
    """

    region: Rect  # of the ink that went on
    source: Source  # that region
    placements: dict[str, Placement]
    result: Floats  # (size, size) or (3, size, size), in 0…1

    def step_picture(self, step: str, pixels: int) -> Floats:
        """The field after ``step`` ("crop", "fit", "centre"), finer than the network sees it, (…, pixels, pixels)."""
        zoom = pixels / self.result.shape[-1]
        return self.source.placed(self.placements[step].zoomed(zoom), (pixels, pixels))


def prepare(ink: Floats, steps: Preparation | None = None, size: int = 28) -> Prepared:
    """Runs the pipeline on ``ink`` (H, W) in 0…1, 1 where the pen was; returns a (size, size) field.

    In colour, (3, H, W), where it goes is decided by how bright it is, and each colour goes there: (3, size, size).

    >>> ink = np.zeros((280, 280), np.float32); ink[200:260, 20:40] = 1
    >>> field = prepare(ink).result
    >>> rows, columns = np.nonzero(field > 0.5)
    >>> int(rows.min()), int(rows.max()), int(columns.min()), int(columns.max())
    (4, 23, 11, 16)
    """
    steps = steps or Preparation()
    shown = grey(ink) if steps.crop or steps.centre else ink
    height, width = ink.shape[-2:]
    whole = Rect(0, 0, height, width)
    region = (_ink_rectangle(shown) or whole) if steps.crop else whole
    rows, columns = slice(region.top, region.bottom), slice(region.left, region.right)
    source = Source(ink[..., rows, columns])
    extent = source.pixels.shape[-2:]
    in_place = _centred(extent, size / max(height, width), size)
    fitted = _centred(extent, box_side(size) / max(extent), size) if steps.fit else in_place
    balanced = _balanced(shown[rows, columns], fitted, size) if steps.centre else fitted
    result = source.placed(balanced, (size, size)) if steps.smooth else _nearest(source.pixels, balanced, size)
    placements = {"crop": in_place, "fit": fitted, "centre": balanced}
    return Prepared(region, source, placements, result)


def box_side(size: int) -> int:
    """Pixels of the longer side in a field of ``size``: MNIST's proportion.

    >>> box_side(28), box_side(32)
    (20, 23)
    """
    return max(1, round(BOX * size / 28))


def _nearest(source: Floats, placement: Placement, size: int) -> Floats:
    field = np.zeros((*source.shape[:-2], size, size), np.float32)
    rows, columns = (
        np.floor((np.arange(size) + 0.5 - offset) / placement.scale).astype(int) for offset in placement.offset
    )
    r = np.flatnonzero((rows >= 0) & (rows < source.shape[-2]))
    c = np.flatnonzero((columns >= 0) & (columns < source.shape[-1]))
    field[..., r[:, None], c] = source[..., rows[r][:, None], columns[c]] >= 0.5
    return field


def _ink_rectangle(ink: Floats) -> Rect | None:
    darkest = float(ink.max()) if ink.size else 0.0
    if darkest <= 0.0:
        return None
    there = ink > INK * darkest
    rows, columns = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    return Rect(int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1)


def _centred(shape: tuple[int, ...], scale: float, size: int) -> Placement:
    return Placement(scale, ((size - shape[0] * scale) / 2, (size - shape[1] * scale) / 2))


def _balanced(cut: Floats, placement: Placement, size: int) -> Placement:
    """Moved so that the centre of mass lies in the middle of the field."""
    total = float(cut.sum())
    if total <= 0.0:
        return placement
    y = float(cut.sum(axis=1) @ (np.arange(cut.shape[0]) + 0.5)) / total
    x = float(cut.sum(axis=0) @ (np.arange(cut.shape[1]) + 0.5)) / total
    return Placement(placement.scale, (size / 2 - y * placement.scale, size / 2 - x * placement.scale))


def received(ink: Floats, steps: Preparation, shape: tuple[int, int, int]) -> tuple[Prepared, Floats]:
    """What a network with inputs of ``shape`` (C, size, size) receives of ``ink`` (H, W) or (3, H, W), and how.

    Colours where it takes three channels; else the same grey in all.

    >>> red = np.zeros((3, 28, 28), np.float32); red[0] = 1
    >>> steps = Preparation(crop=False, fit=False, centre=False)
    >>> [received(red, steps, (channels, 28, 28))[1][:, 0, 0].tolist() for channels in (3, 2)]
    [[1.0, 0.0, 0.0], [0.29899999499320984, 0.29899999499320984]]
    """
    prepared = prepare(ink if shape[0] == 3 else grey(ink), steps, shape[1])
    return prepared, np.broadcast_to(prepared.result, shape).copy()


def input_side(network: NetworkSpec) -> int:
    """Pixels across of what the network receives.

    Raises:
        InputError: it is not square, so a drawing cannot feed it.
    """
    _, height, width = network.input_shape
    if height != width:
        raise InputError(f"{network.name} takes inputs of {height}×{width}; drawings need a network with a square one")
    return height

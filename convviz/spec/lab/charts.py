"""Pictures that convviz makes, for trying filters without a file: (1, H, W) in 0…1, in any size."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ..errors import InputError
from ..network import times
from .source import LARGEST_GRID, Grid

Floats = NDArray[np.float32]
SIDE = 128
LETTERS = ("Abc", "123", "xyz")


def chart(name: str, size: tuple[int, int] = (SIDE, SIDE)) -> Grid:
    """A picture by its name in :data:`CHARTS`, which is the Grid's name as well; the same each time.

    >>> chart("zone plate", (20, 30)).values.shape
    (1, 20, 30)

    Raises:
        InputError: there is no such picture, or it cannot have that size.
    """
    if name not in CHARTS:
        raise InputError(f"there is no picture called {name!r}; take one of {', '.join(CHARTS)}")
    if min(size) < 1 or size[0] * size[1] > LARGEST_GRID:
        raise InputError(f"a picture has 1 to {LARGEST_GRID:,} pixels; it cannot have {times(size)}")
    return Grid(np.clip(CHARTS[name](*size), 0.0, 1.0).astype(np.float32)[None], name)


def _test_chart(height: int, width: int) -> NDArray[np.float64]:
    """Quarters: bars that get finer; a slanted edge; a ring; a grey wedge above a chessboard."""
    y, x = _places(height, width)
    v, u = 2 * y % 1, 2 * x % 1  # in each quarter
    bars = np.sin(2 * np.pi * (3 * u + 9 * u**2)) > 0
    edge = u - 0.5 > 0.2 * (v - 0.5)
    radius = np.hypot(u - 0.5, v - 0.5)
    ring = (radius < 0.38) & (radius > 0.24) | (radius < 0.1)
    wedge = np.floor(u * 6) / 5
    board = (np.floor(u * 8) + np.floor(v * 8)) % 2
    below = np.where(v < 0.5, wedge, board)
    return np.asarray(np.where(y < 0.5, np.where(x < 0.5, bars, edge), np.where(x < 0.5, ring, below)), np.float64)


def _zone_plate(height: int, width: int) -> NDArray[np.float64]:
    """Waves around the middle, finer outwards: at the end of the shorter side they are two pixels long."""
    y, x = np.arange(height)[:, None] - (height - 1) / 2, np.arange(width)[None] - (width - 1) / 2
    return np.asarray(0.5 + 0.5 * np.cos(np.pi * (y**2 + x**2) / min(height, width)), np.float64)


def _letters(height: int, width: int) -> NDArray[np.float64]:
    """White on black, in lines."""
    image = Image.new("L", (width, height))
    draw = ImageDraw.Draw(image)
    size = max(min(height / 3.5, width / 2.2), 4)
    font = ImageFont.load_default(size)
    for at, line in enumerate(LETTERS):
        draw.text((width / 2, height * (at + 0.5) / len(LETTERS)), line, fill=255, font=font, anchor="mm")
    return np.asarray(image, np.float64) / 255


def _texture(height: int, width: int) -> NDArray[np.float64]:
    """A slanted weave with uneven threads."""
    rng = np.random.default_rng(0)
    y, x = np.arange(height)[:, None], np.arange(width)[None]
    across, along = np.sin((x + 0.5 * y) * 2 * np.pi / 9), np.sin((y - 0.4 * x) * 2 * np.pi / 6)
    return np.asarray(0.5 + 0.22 * across + 0.22 * along + 0.1 * rng.normal(size=(height, width)), np.float64)


def _places(height: int, width: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The middles of pixels as shares of the height and the width, (H, 1) and (1, W)."""
    return (np.arange(height)[:, None] + 0.5) / height, (np.arange(width)[None] + 0.5) / width


CHARTS: dict[str, Callable[[int, int], NDArray[np.float64]]] = {
    "test chart": _test_chart,
    "zone plate": _zone_plate,
    "letters": _letters,
    "texture": _texture,
}

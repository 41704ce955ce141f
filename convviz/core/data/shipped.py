"""The digits that come with convviz: written once, kept as two grey PNG pictures of all of them, side by side.

``python -m convviz.core.data.shipped [FOLDER]`` writes them again, the same ones, in about half a minute.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from ...paths import resources
from ...spec.decoding import opened, read_file
from ...spec.errors import InputError
from ...spec.training.news import Loading
from .images import Images, Job, Split, finish
from .strokes import TEN, written

PARTS = {"train": (10_000, 2**40 + 1), "test": (2_000, 2**40 + 2)}  # digits, and a seed that nothing else has
_ACROSS, _SIDE = 100, 28


def shipped(folder: Path | None = None) -> Job[Split]:
    """10,000 digits to learn from and 2,000 to measure on; there at once, as nothing is written or downloaded.

    Raises:
        InputError: the files are missing or damaged.
    """
    folder = folder or resources() / "digits"
    halves: dict[str, Images] = {}
    for part, (count, _) in PARTS.items():
        yield Loading("reading digits", len(halves), len(PARTS))
        halves[part] = _read(folder / f"{part}.png", count)
    return Split("digits", halves["train"], halves["test"], TEN)


def _read(path: Path, count: int) -> Images:
    with opened(read_file(path, path.name), path.name) as image:
        pixels = np.array(image)  # a copy, as Pillow's own is read-only
    if pixels.dtype != np.uint8 or pixels.shape != (count // _ACROSS * _SIDE, _ACROSS * _SIDE):
        raise InputError(f"{path} does not hold the {count:,} digits that come with convviz; install convviz again")
    tiles = pixels.reshape(-1, _SIDE, _ACROSS, _SIDE).swapaxes(1, 2).reshape(count, 1, _SIDE, _SIDE)
    return Images(torch.from_numpy(tiles), torch.arange(count) % 10)


def write(folder: Path) -> None:
    """Writes both pictures: digit i of a part stands in row i // 100, column i % 100, and its label is i % 10."""
    for part, (count, seed) in PARTS.items():
        tiles = finish(written(count, seed)).images.numpy()
        rows = tiles.reshape(-1, _ACROSS, _SIDE, _SIDE).swapaxes(1, 2).reshape(-1, _ACROSS * _SIDE)
        Image.fromarray(rows).save(folder / f"{part}.png", compress_level=9)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else resources() / "digits")

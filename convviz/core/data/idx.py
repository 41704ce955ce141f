"""IDX, the format of MNIST's files: a header of a few numbers, and then bytes."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from ...spec.errors import InputError
from ...spec.training.news import Loading
from ...spec.training.source import IDX_FILES
from .images import Images, Job

_AT_ONCE = 2**20  # bytes, a few milliseconds to unpack
_MOST_BYTES = 2**30


def present(folder: Path, name: str) -> Path | None:
    """The file called ``name`` in ``folder``, or the same gzipped."""
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    return None


def read(folder: Path, title: str, classes: int = 10) -> Job[tuple[Images, Images]]:
    """What to learn from and what to measure on, of the four files in ``folder``.

    Raises:
        InputError: a file is missing, damaged, or does not hold 28×28 images of ``classes`` classes.
    """
    halves: list[Images] = []
    for images_name, labels_name in IDX_FILES:
        yield Loading(f"reading {title}", 2 * len(halves), 2 * len(IDX_FILES))
        images = yield from array(folder, images_name, 3, title)
        labels = yield from array(folder, labels_name, 1, title)
        if images.shape[1:] != (28, 28) or len(images) != len(labels) or not len(labels) or labels.max() >= classes:
            raise InputError(f"{folder}: {images_name} and its labels are not 28×28 digits that belong together")
        halves.append(Images(torch.from_numpy(images)[:, None], torch.from_numpy(labels).long()))
    return halves[0], halves[1]


def array(folder: Path, name: str, dimensions: int, title: str = "MNIST") -> Job[NDArray[np.uint8]]:
    """One file of bytes: two zeros, 8 (bytes), the number of dimensions, each as a big-endian 32-bit number.

    Raises:
        InputError: it is missing or damaged.
    """
    path = present(folder, name)
    if path is None:
        raise InputError(f"{folder} lacks {name}; copy all four {title} files there")
    data = yield from _unpacked(path, title)
    start = 4 + 4 * dimensions
    if data[:4] != bytes([0, 0, 8, dimensions]) or len(data) < start:
        raise InputError(f"{path} is no file of {title}; copy it again")
    shape = [int(n) for n in np.frombuffer(data, ">u4", dimensions, 4)]
    if len(data) - start != int(np.prod(shape, dtype=object)):
        raise InputError(f"{path} is cut short or damaged; copy it again")
    return np.frombuffer(data, np.uint8, offset=start).reshape(shape)


def _unpacked(path: Path, title: str) -> Job[bytearray]:
    data = bytearray()
    try:
        with path.open("rb") as plain:
            zipped = plain.read(2) == b"\x1f\x8b"
            plain.seek(0)
            with gzip.GzipFile(fileobj=plain) if zipped else plain as file:
                while part := file.read(_AT_ONCE):
                    data += part
                    if len(data) > _MOST_BYTES:
                        raise InputError(f"{path} is far larger than a file of {title}; copy it again")
                    yield Loading(f"reading {title}: {path.name}", len(data), 0)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"cannot read {path}: {error}; copy it again") from None
    return data

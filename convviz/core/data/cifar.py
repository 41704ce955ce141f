"""CIFAR-10's files, which are Python pickles: read without running anything that is in them."""

from __future__ import annotations

import io
import os
import pickle
import tarfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ...spec.errors import InputError
from ...spec.training.news import Loading
from .images import Images, Job

BATCHES = (*(f"data_batch_{i}" for i in range(1, 6)), "test_batch")
CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
_IMAGE = (3, 32, 32)
_META = "batches.meta"
_MOST_BYTES = 2**27  # of one file; the real ones have 31 MB
_AT_ONCE = 2**20


def read(folder: Path, title: str = "CIFAR-10") -> Job[tuple[Images, Images]]:
    """The five batches to learn from, and the one to measure on.

    Raises:
        InputError: a file is missing, damaged, or holds anything but images and labels.
    """
    parts = []
    for i, name in enumerate(BATCHES):
        yield Loading(f"reading {title}", i, len(BATCHES))
        parts.append(_batch(folder / name, title))
    (pixels, labels), test = (np.concatenate(column) for column in zip(*parts[:-1], strict=True)), parts[-1]
    return _images(pixels, labels), _images(*test)


def _images(pixels: NDArray[np.uint8], labels: NDArray[np.int64]) -> Images:
    return Images(torch.from_numpy(pixels.copy()), torch.from_numpy(labels))


def _batch(path: Path, title: str) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Pixels (N, 3, 32, 32) and labels (N,) of one file."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError(f"{path} is far larger than a file of {title}; copy it again")
        data = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path.parent} lacks {path.name}; copy all six batches of {title} there") from None
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}; copy it again") from None
    try:
        found = {k.decode() if isinstance(k, bytes) else k: v for k, v in harmless(data).items()}
        pixels, labels = found["data"].values.reshape(-1, *_IMAGE), np.array(found["labels"], np.int64)
        if labels.shape != pixels.shape[:1] or not len(labels) or not 0 <= labels.min() <= labels.max() < len(CLASSES):
            raise ValueError("its labels do not fit")
        return pixels, labels
    except Exception as error:  # damaged pickles raise nearly everything, and all of it means the same
        raise InputError(f"{path} is damaged or not a file of {title} ({error}); copy it again") from None


def unpack(archive: Path, folder: Path) -> Job[None]:
    """The batches out of the archive that was downloaded, each file whole or not at all.

    Raises:
        InputError: not such an archive, or the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tarfile.open(archive, "r|gz") as tar:
            for member in tar:
                name = member.name.rsplit("/", 1)[-1]
                content = tar.extractfile(member) if member.isfile() and name in (*BATCHES, _META) else None
                if content is None:
                    continue
                part = folder / f"{name}.part"
                with part.open("wb") as file:
                    while piece := content.read(_AT_ONCE):
                        file.write(piece)
                        yield Loading(f"unpacking {name}", file.tell(), member.size)
                os.replace(part, folder / name)
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise InputError(f"{archive} is damaged ({error}); delete it and try again") from None
    except OSError as error:
        raise InputError(f"cannot unpack {archive} into {folder}: {error.strerror or error}; make room") from None


# --- pickles ---------------------------------------------------------------------------------------------------


def harmless(data: bytes) -> dict[Any, Any]:
    """What a pickle holds that is made of dicts, lists, texts, numbers and arrays of bytes (``.values``) alone.

    Nothing that it names is imported or called, numpy included: arrays are put together here, from their bytes.

    Raises:
        pickle.UnpicklingError: it asks for anything else.
    """
    found = _Harmless(io.BytesIO(data), encoding="bytes").load()
    if not isinstance(found, dict):
        raise pickle.UnpicklingError("it holds no table")
    return found


class _Array:
    """Stands in for numpy's arrays while they are read."""

    def __init__(self, *_: object) -> None:
        self.values = np.empty(0, np.uint8)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        _, shape, kind, by_columns, data = state
        if not isinstance(kind, _Kind) or kind.name not in ("u1", b"u1") or by_columns or not isinstance(data, bytes):
            raise pickle.UnpicklingError("an array in it is not of bytes")
        self.values = np.frombuffer(data, np.uint8).reshape(shape)


class _Kind:
    """Stands in for the type of an array's values."""

    def __init__(self, name: str | bytes = "", *_: object) -> None:
        self.name = name

    def __setstate__(self, state: object) -> None:
        """Byte order and the like mean nothing to bytes."""


class _Harmless(pickle.Unpickler):
    _known = {  # noqa: RUF012 - never written to
        ("numpy.core.multiarray", "_reconstruct"): _Array,
        ("numpy._core.multiarray", "_reconstruct"): _Array,
        ("numpy", "ndarray"): _Array,
        ("numpy", "dtype"): _Kind,
    }

    def find_class(self, module: str, name: str, /) -> Any:
        try:
            return self._known[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}, which is not run") from None

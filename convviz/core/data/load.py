"""Labelled digits in memory: MNIST from a folder or downloaded, and digits convviz writes itself.

Loading is a generator, as every long job here: it yields how far it is, may be closed at any time, and returns the
data. ``finish`` runs one to its end.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterable
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import numpy as np
import torch
from numpy.typing import NDArray

from ...spec.errors import InputError
from ...spec.handwriting import digit
from ...spec.preparation import prepare
from ...spec.strokes import Canvas
from ...spec.training.news import Loading
from ...spec.weights import write_atomically
from .images import Images, Job, Split

Bytes = NDArray[np.uint8]
STROKES = 60_000
_RESOLUTIONS = (112, 140, 168)  # of the canvas, small for speed; the last trace of it is not to be learnt
_FINE, _SMALL = 420, 120.0  # a small digit (pad units) needs more pixels to look as it does on the pad
_FILES = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}
_NAMES = [name for pair in _FILES.values() for name in pair]


def load(source: str, seed: int = 0) -> Job[Split]:
    """The data called ``source``: ``strokes``, ``strokes:90000``, ``mnist`` (downloaded once), or MNIST's folder.

    Raises:
        InputError: no such data, the folder lacks files or holds damaged ones, the download failed.
    """
    name, _, count = source.partition(":")
    if name == "strokes" and not Path(source).exists():
        if count and not (count.isdecimal() and 10 <= int(count) <= 10_000_000):
            raise InputError(f"{source!r}: after the colon goes how many digits to write, from 10 to 10000000")
        return _strokes(int(count or STROKES), seed)
    if source == "mnist" and not Path(source).exists():
        return _downloaded()
    return _folder(Path(source))


# --- digits convviz writes itself ------------------------------------------------------------------------------


def _strokes(count: int, seed: int) -> Job[Split]:
    train = yield from written(count, seed)
    test = yield from written(max(count // 20, 10), seed + 2**32)  # never a seed of the training digits
    return Split("strokes", train, test)


def written(count: int, seed: int) -> Job[Images]:
    """``count`` digits from :mod:`convviz.spec.handwriting`, the ten classes in turn, through the pad's own pipeline.

    >>> from convviz.core.data import finish
    >>> finish(written(10, seed=1)).labels.tolist()
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    """
    rng = np.random.default_rng(seed)
    coarse, fine = [Canvas(size) for size in _RESOLUTIONS], Canvas(_FINE)
    images = np.empty((count, 1, 28, 28), np.uint8)
    for i in range(count):
        drawing = digit(i % 10, rng)
        size = max(float(np.ptp(stroke.points, axis=0).max()) for stroke in drawing.strokes)
        canvas = fine if size < _SMALL else coarse[i // 10 % len(coarse)]
        images[i, 0] = np.rint(prepare(canvas.show(drawing)).result * 255)
        if i % 4 == 3:
            yield Loading("writing digits", i + 1, count)
    return Images(torch.from_numpy(images), torch.arange(count) % 10)


# --- MNIST -----------------------------------------------------------------------------------------------------


def _folder(folder: Path) -> Job[Split]:
    for place in (folder / "MNIST" / "raw", folder / "raw", folder):
        if any(_present(place, name) for name in _NAMES):
            return (yield from _read(place))
    if not folder.is_dir():
        raise InputError(f"there is no data called {str(folder)!r}; give strokes, mnist or a folder that holds MNIST")
    raise InputError(f"{folder} holds no MNIST; give the folder with MNIST/raw or with {_NAMES[0]}")


def _present(folder: Path, name: str) -> Path | None:
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    return None


def _read(folder: Path) -> Job[Split]:
    halves: dict[str, Images] = {}
    for half, (images_name, labels_name) in _FILES.items():
        images, labels = _idx(folder, images_name, 3), _idx(folder, labels_name, 1)
        yield Loading("reading MNIST", 2 * len(halves) + 2, len(_NAMES))
        if images.shape[1:] != (28, 28) or len(images) != len(labels) or not len(labels) or labels.max() > 9:
            raise InputError(f"{folder}: {images_name} and its labels are not 28×28 digits that belong together")
        halves[half] = Images(torch.from_numpy(images)[:, None], torch.from_numpy(labels).long())
    return Split("mnist", halves["train"], halves["test"])


def _idx(folder: Path, name: str, dimensions: int) -> Bytes:
    """One IDX file of bytes: two zeros, 8 (bytes), the number of dimensions, each as a big-endian 32-bit number."""
    path = _present(folder, name)
    if path is None:
        raise InputError(f"{folder} lacks {name}; copy all four MNIST files there")
    try:
        data = path.read_bytes()
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"cannot read {path}: {error}; copy it again") from None
    start = 4 + 4 * dimensions
    if data[:4] != bytes([0, 0, 8, dimensions]) or len(data) < start:
        raise InputError(f"{path} is not an MNIST file; copy it again")
    shape = [int(n) for n in np.frombuffer(data, ">u4", dimensions, 4)]
    if len(data) - start != int(np.prod(shape, dtype=object)):
        raise InputError(f"{path} is cut short or damaged; copy it again")
    return np.frombuffer(data, np.uint8, offset=start).reshape(shape).copy()


def _downloaded() -> Job[Split]:
    import platformdirs

    folder = Path(platformdirs.user_data_dir("convviz", appauthor=False)) / "MNIST" / "raw"
    if any(_present(folder, name) is None for name in _NAMES):
        yield from download(folder)
    return (yield from _read(folder))


def download(
    folder: Path, mirrors: Iterable[str] | None = None, files: Iterable[tuple[str, str]] | None = None
) -> Job[None]:
    """MNIST's four files from the addresses torchvision knows, checked against their MD5, into ``folder``.

    ``mirrors`` and ``files`` (name, MD5) replace torchvision's. A file that is already there is not fetched again.

    Raises:
        InputError: no mirror gave the right files, or the folder cannot be written.
    """
    if mirrors is None or files is None:
        from ..vision import torchvision

        dataset = torchvision().datasets.MNIST
        mirrors, files = mirrors or dataset.mirrors, files or dataset.resources
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot make the folder {folder}: {error.strerror}") from None
    for name, md5 in files:
        if not (folder / name).is_file():
            data = yield from _fetched(name, md5, tuple(mirrors))
            write_atomically(folder / name, data)


def _fetched(name: str, md5: str, mirrors: tuple[str, ...]) -> Job[bytes]:
    reason = "no address is known"
    for mirror in mirrors:
        try:
            parts = []
            with urlopen(f"{mirror.rstrip('/')}/{name}", timeout=20) as answer:
                total, done = int(answer.headers.get("Content-Length") or 0), 0
                while part := answer.read(1 << 16):
                    parts.append(part)
                    done += len(part)
                    yield Loading(f"downloading {name}", done, max(total, done))
            data = b"".join(parts)
            if hashlib.md5(data, usedforsecurity=False).hexdigest() == md5:
                return data
            reason = "what came was not the file"
        except (URLError, OSError, ValueError) as error:
            reason = str(getattr(error, "reason", error))
    raise InputError(
        f"MNIST could not be downloaded ({reason}); check the connection, give a folder that holds it, or use strokes"
    )

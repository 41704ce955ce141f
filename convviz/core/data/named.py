"""The sets that torchvision knows: MNIST, Fashion-MNIST, KMNIST and CIFAR-10, downloaded once or found in a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...spec.errors import InputError
from ...spec.training.news import Loading
from ...spec.training.source import IDX_FILES, LAYOUTS, Kind, set_folder
from . import cifar, idx
from .fetching import RemoteFile, fetch
from .images import Job, Split
from .strokes import TEN


@dataclass(frozen=True, slots=True)
class NamedSet:
    """One of torchvision's: its ``kind`` here, its ``title`` for people, its class in ``torchvision.datasets``."""

    kind: Kind
    title: str
    dataset: str
    classes: tuple[str, ...]


_CLOTHES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
_SETS = (
    NamedSet("mnist", "MNIST", "MNIST", TEN),
    NamedSet("fashion-mnist", "Fashion-MNIST", "FashionMNIST", _CLOTHES),
    NamedSet("kmnist", "KMNIST", "KMNIST", ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")),
    NamedSet("cifar10", "CIFAR-10", "CIFAR10", cifar.CLASSES),
)
SETS: dict[Kind, NamedSet] = {one.kind: one for one in _SETS}


def named(which: NamedSet, folder: Path | None = None) -> Job[Split]:
    """One of the sets: out of ``folder``, or out of the user's own data folder, downloaded there the first time.

    Raises:
        InputError: the folder lacks it, its files are damaged, or the download failed.
    """
    if folder is None:
        root = _home()
        place = root / LAYOUTS[which.kind]
        if not _complete(which, place):
            yield from download(which, root)
    else:
        found = set_folder(which.kind, folder)
        if found is None:
            first = cifar.BATCHES[0] if which.kind == "cifar10" else IDX_FILES[0][0]
            raise InputError(f"{folder} holds no {which.title}; give the folder with {LAYOUTS[which.kind]} or {first}")
        place = found
    train, test = yield from (
        cifar.read(place, which.title) if which.kind == "cifar10" else idx.read(place, which.title)
    )
    return Split(which.kind, train, test, which.classes)


def download(which: NamedSet, root: Path, files: tuple[RemoteFile, ...] | None = None) -> Job[None]:
    """The set's files, in torchvision's layout under ``root``; the names, addresses and MD5 sums are torchvision's too.

    ``files`` replace torchvision's.

    Raises:
        InputError: see :func:`.fetch`.
    """
    if files is None:
        yield Loading(f"asking torchvision for {which.title}", 0, 0, remote=True)
        files = remote_files(which)
    place = root / LAYOUTS[which.kind]
    if which.kind != "cifar10":
        for file in files:
            yield from fetch(place, file, which.title)
        return
    for file in files:
        archive = yield from fetch(root, file, which.title)
        yield from cifar.unpack(archive, place)
        archive.unlink(missing_ok=True)


def remote_files(which: NamedSet) -> tuple[RemoteFile, ...]:
    """What torchvision would download for the set."""
    from ..vision import torchvision

    dataset = getattr(torchvision().datasets, which.dataset)
    if which.kind == "cifar10":
        return (RemoteFile(dataset.filename, (dataset.url,), dataset.tgz_md5),)
    return tuple(
        RemoteFile(name, tuple(f"{mirror.rstrip('/')}/{name}" for mirror in dataset.mirrors), md5)
        for name, md5 in dataset.resources
    )


def _home() -> Path:
    import platformdirs

    return Path(platformdirs.user_data_dir("convviz", appauthor=False))


def _complete(which: NamedSet, place: Path) -> bool:
    if which.kind == "cifar10":
        return all((place / name).is_file() for name in cifar.BATCHES)
    return all(idx.present(place, name) is not None for pair in IDX_FILES for name in pair)

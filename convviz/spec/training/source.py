"""Where labelled images come from, as frozen data: what the data card shows and a project saves."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, get_args

from ..errors import InputError
from ..preparation import Preparation
from ..strokes import Drawing

Kind = Literal["digits", "strokes", "mnist", "fashion-mnist", "kmnist", "cifar10", "pictures", "handwriting"]
FEWEST, MOST = 10, 10_000_000
DATA_SEED = 0  # of digits that are written anew: everybody learns from the same ones, so that runs can be compared
_LOOKED = 500  # entries of a folder
IDX_FILES = (
    ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
)
CIFAR_FILE = "data_batch_1"
LAYOUTS: dict[Kind, Path] = {  # where torchvision puts what it downloads, under the folder it is given
    "mnist": Path("MNIST", "raw"),
    "fashion-mnist": Path("FashionMNIST", "raw"),
    "kmnist": Path("KMNIST", "raw"),
    "cifar10": Path("cifar-10-batches-py"),
}


@dataclass(frozen=True, slots=True)
class DataSource:
    """Labelled images to learn from and to measure on.

    ``digits`` come with convviz, which wrote them; ``strokes`` are ``count`` digits that it writes anew. The named
    sets are those of torchvision, downloaded once, or taken from ``folder`` where they are already. ``pictures`` is a
    ``folder`` with one sub-folder a class. ``handwriting`` are the drawings that were kept with a label.

    Raises:
        InputError: a kind that does not exist, no folder of pictures, or a count outside 10 … 10,000,000.

    >>> DataSource("strokes", count=90_000).text
    'strokes:90000'
    """

    kind: Kind = "digits"
    folder: Path | None = None
    count: int = 60_000

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise InputError(f"there is no data called {self.kind!r}; give one of {', '.join(get_args(Kind))}")
        if self.kind == "pictures" and self.folder is None:
            raise InputError("choose the folder of pictures: one with a sub-folder for each class")
        if type(self.count) is not int or not FEWEST <= self.count <= MOST:
            raise InputError(f"the number of digits to write must be from {FEWEST} to {MOST}, not {self.count}")

    @property
    def text(self) -> str:
        """The source as the command line takes it, see :meth:`parse`."""
        if self.kind == "strokes":
            return f"strokes:{self.count}"
        return self.kind if self.folder is None else f"{self.kind}:{self.folder}"

    @classmethod
    def parse(cls, text: str) -> DataSource:
        """The source that a text names: a kind, ``strokes:90000``, ``mnist:DIR`` (also of the other sets, and of
        ``pictures``), or a folder, of which is found out what it holds.

        Raises:
            InputError: no such data, or a folder that holds neither a set nor sub-folders of pictures.

        >>> DataSource.parse("strokes:90000")
        DataSource(kind='strokes', folder=None, count=90000)
        >>> DataSource.parse("fashion-mnist").kind
        'fashion-mnist'
        """
        name, _, rest = text.partition(":")
        if name == "strokes":
            return cls("strokes", count=_count(text, rest)) if rest else cls("strokes")
        for kind in get_args(Kind):
            if name == kind and rest and (kind in LAYOUTS or kind == "pictures"):
                return cls(kind, Path(rest))
            if text.rstrip(":") == kind:
                return cls(kind)
        if not text or not os.path.isdir(text):  # unlike Path.is_dir never a traceback, whatever was typed
            raise InputError(f"there is no data called {text!r}; give {', '.join(get_args(Kind))} or a folder")
        return cls(_held(Path(text)), Path(text))


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """A drawing that was kept, and which class it is of: its number, and what that was called; "" where unknown.

    ``preparation`` is that of the pad when it was kept: the network learns from what it received there.
    """

    drawing: Drawing
    label: int
    name: str = ""
    preparation: Preparation = field(default_factory=Preparation)

    @property
    def class_name(self) -> str:
        """What its class is called.

        >>> from ..strokes import Drawing
        >>> Labelled(Drawing(), 3).class_name, Labelled(Drawing(), 1, "dog").class_name
        ('3', 'dog')
        """
        return self.name or str(self.label)


def of_classes(kept: tuple[Labelled, ...], names: tuple[str, ...]) -> tuple[tuple[Labelled, ...], tuple[str, ...]]:
    """The drawings with their numbers among the classes of these ``names``, and the names; digits are always digits.

    Raises:
        InputError: some are of classes that are not among them.

    >>> from ..strokes import Drawing
    >>> kept = (Labelled(Drawing(), 0, "dog"),)
    >>> of_classes(kept, ("cat", "dog"))[0][0].label
    1
    """
    known = {name: label for label, name in enumerate(names)}
    others = sorted({one.class_name for one in kept} - known.keys())
    if names and not others:
        return tuple(replace(one, label=known[one.class_name]) for one in kept), names
    if all(one.class_name == str(one.label) for one in kept):
        return kept, ()
    count = sum(one.class_name in others for one in kept)
    raise InputError(
        f"{count:,} of {len(kept):,} drawings were kept as {', '.join(others[:5])}{' …' if len(others) > 5 else ''}, "
        "which the network does not have; remove them (Clear), or choose the network that has"
    )


def _count(text: str, digits: str) -> int:
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 9:
        raise InputError(f"{text!r}: after the colon goes how many digits to write, from {FEWEST} to {MOST}")
    return int(digits)


def _held(folder: Path) -> Kind:
    """What a folder holds: one of torchvision's sets, in its layout or only its files, else pictures.

    The window waits for it: of many entries only some are looked at, and who reads the pictures finds out.
    """
    for kind, place in LAYOUTS.items():
        if set_folder(kind, folder, (place,)) is not None:
            return kind
    if set_folder("cifar10", folder) is not None:
        return "cifar10"
    if set_folder("mnist", folder) is not None:  # the three sets of this format have files of the same names
        above = {part.lower() for part in folder.absolute().parts}
        return "fashion-mnist" if "fashionmnist" in above else "kmnist" if "kmnist" in above else "mnist"
    try:
        with os.scandir(folder) as entries:
            for looked, entry in enumerate(entries):
                if looked == _LOOKED or visible_folder(entry):
                    return "pictures"
    except OSError as error:
        raise InputError(f"cannot read {folder}: {error.strerror}") from None
    raise InputError(f"{folder} holds no MNIST, none of the other sets, and no sub-folders of pictures, one a class")


def visible_folder(entry: os.DirEntry[str]) -> bool:
    """Whether an entry of a folder is one too, or a link to one, and not hidden."""
    try:
        return not entry.name.startswith(".") and entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def set_folder(kind: Kind, folder: Path, places: tuple[Path, ...] = ()) -> Path | None:
    """Where under ``folder`` the files of one of torchvision's sets are; None where none of them is.

    ``places`` are looked into; by default torchvision's, ``raw``, and the folder itself.
    """
    names = [CIFAR_FILE] if kind == "cifar10" else [name for pair in IDX_FILES for name in pair]
    for place in places or (LAYOUTS[kind], Path("raw"), Path()):
        if any((folder / place / f"{name}{end}").is_file() for name in names for end in ("", ".gz")):
            return folder / place
    return None

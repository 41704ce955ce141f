"""Where labelled images come from, as frozen data: what the data card shows and a project saves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from ..errors import InputError
from ..strokes import Drawing

Kind = Literal["digits", "strokes", "mnist", "fashion-mnist", "kmnist", "cifar10", "pictures", "handwriting"]
FEWEST, MOST = 10, 10_000_000


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
        """The source as the command line takes it."""
        if self.kind == "strokes":
            return f"strokes:{self.count}"
        if self.kind == "pictures":
            return str(self.folder)
        return self.kind


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """A drawing that was kept, and which class it is of."""

    drawing: Drawing
    label: int

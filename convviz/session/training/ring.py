"""The moments of a run to which the time machine can go: as many as memory allows, evenly over all of it."""

from __future__ import annotations

from collections.abc import Iterable

from ...spec.training.checkpoint import Checkpoint
from ...spec.training.thinning import thinned

MOST = 64
MOST_BYTES = 256 * 2**20
MOST_BYTES_OF_OTHERS = 128 * 2**20  # of all the runs that are not on screen


class Ring:
    """Checkpoints in the order of their steps. When there are too many, those go that lie closest together.

    The first, the last and those at the end of an epoch stay as long as there is anything else to give up.
    """

    def __init__(self, checkpoints: Iterable[Checkpoint] = (), most: int = MOST, most_bytes: int = MOST_BYTES) -> None:
        self._most, self._most_bytes = most, most_bytes
        self._all = tuple(checkpoints)
        self.nbytes = sum(checkpoint.nbytes for checkpoint in self._all)

    @property
    def all(self) -> tuple[Checkpoint, ...]:
        return self._all

    @property
    def newest(self) -> Checkpoint | None:
        return self._all[-1] if self._all else None

    def add(self, checkpoint: Checkpoint) -> None:
        """The newest; one of the same step is replaced, and what is later is forgotten."""
        self._set((*(old for old in self._all if old.step < checkpoint.step), checkpoint))
        while (self.nbytes > self._most_bytes or len(self._all) > self._most) and len(self._all) > 2:
            self._set(thinned(self._all))

    def _set(self, checkpoints: tuple[Checkpoint, ...]) -> None:
        self._all = checkpoints
        self.nbytes = sum(checkpoint.nbytes for checkpoint in checkpoints)

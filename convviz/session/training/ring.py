"""The moments of a run to which the time machine can go: as many as memory allows, evenly over all of it."""

from __future__ import annotations

from collections.abc import Iterable

from ...spec.training.checkpoint import Checkpoint

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

    def cut(self, step: int) -> None:
        """Forgets the moments after that step."""
        self._set(tuple(checkpoint for checkpoint in self._all if checkpoint.step <= step))

    def _set(self, checkpoints: tuple[Checkpoint, ...]) -> None:
        self._all = checkpoints
        self.nbytes = sum(checkpoint.nbytes for checkpoint in checkpoints)


def thinned(checkpoints: tuple[Checkpoint, ...]) -> tuple[Checkpoint, ...]:
    """Without the one between the two nearest neighbours, in the midst of an epoch if any is; the ends stay."""
    inner = range(1, len(checkpoints) - 1)
    midst = [i for i in inner if not ends_epoch(checkpoints[i])]
    drop = min(midst or inner, key=lambda i: checkpoints[i + 1].step - checkpoints[i - 1].step)
    return checkpoints[:drop] + checkpoints[drop + 1 :]


def ends_epoch(checkpoint: Checkpoint) -> bool:
    """Whether no image of an epoch is waiting for its turn."""
    return checkpoint.seen in (0, checkpoint.images)


def within(total: int, rings: dict[int, tuple[Checkpoint, ...]]) -> dict[int, tuple[Checkpoint, ...]]:
    """The checkpoints of several runs, by number, thinned until they take ``total`` bytes or each has one left."""
    sizes = {number: sum(c.nbytes for c in found) for number, found in rings.items()}
    rings = dict(rings)
    while sum(sizes.values()) > total:
        largest = max((n for n in rings if len(rings[n]) > 1), key=lambda n: sizes[n], default=None)
        if largest is None:
            break
        found = rings[largest]
        rings[largest] = thinned(found) if len(found) > 2 else found[-1:]
        sizes[largest] = sum(c.nbytes for c in rings[largest])
    return rings

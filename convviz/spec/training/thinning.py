"""Which moments of a training are given up first where memory or a file has no room for all of them."""

from __future__ import annotations

from .checkpoint import Checkpoint


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
    rings, left = dict(rings), sum(sizes.values())
    while left > total:
        largest = max((n for n in rings if len(rings[n]) > 1), key=lambda n: sizes[n], default=None)
        if largest is None:
            break
        found = rings[largest]
        rings[largest] = thinned(found) if len(found) > 2 else found[-1:]
        less = sum(c.nbytes for c in found) - sum(c.nbytes for c in rings[largest])
        sizes[largest] -= less
        left -= less
    return rings

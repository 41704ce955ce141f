"""Which checkpoints are kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convviz.session.training.ring import MOST_BYTES, MOST_BYTES_OF_OTHERS, Ring
from convviz.spec.project.moments import MOST_BYTES_BESIDE
from convviz.spec.training.checkpoint import Checkpoint
from convviz.spec.training.settings import TrainingSettings
from convviz.spec.training.thinning import within
from convviz.spec.weights import Weights

IMAGES = 100


def at(step: int) -> Checkpoint:
    """A hundred bytes a moment; an epoch has ten steps."""
    weights = Weights({"a.bias": np.full(25, step, np.float32)})
    epoch, of_it = divmod(step, 10)
    return Checkpoint(step, epoch, of_it * 10, IMAGES, weights, weights, {}, b"", b"", TrainingSettings())


def steps(ring: Ring) -> list[int]:
    return [checkpoint.step for checkpoint in ring.all]


def test_never_more_than_fit() -> None:
    ring = Ring(most=16, most_bytes=10**6)
    for step in range(1000):
        ring.add(at(step))
        assert len(ring.all) <= 16
        assert steps(ring)[0] == 0
        assert steps(ring)[-1] == step
    gaps = np.diff(steps(ring))
    assert gaps.max() <= 1000 / 3


def test_the_ends_of_epochs_stay_longest() -> None:
    ring = Ring(most=16)
    for step in range(100):
        ring.add(at(step))
    assert set(range(0, 100, 10)) <= set(steps(ring))


def test_never_more_bytes_than_allowed() -> None:
    ring = Ring(most=64, most_bytes=1000)
    for step in range(100):
        ring.add(at(step))
        assert ring.nbytes == sum(checkpoint.nbytes for checkpoint in ring.all) <= 1000


def test_two_are_kept_however_large() -> None:
    ring = Ring(most=64, most_bytes=10)
    for step in range(5):
        ring.add(at(step))
    assert steps(ring) == [0, 4]


def test_one_of_the_past_makes_the_later_ones_void() -> None:
    ring = Ring([at(step) for step in range(5)])
    again = at(2)
    ring.add(again)
    assert steps(ring) == [0, 1, 2]
    assert ring.newest is again
    assert ring.nbytes == 300


def test_the_largest_rings_shrink_first() -> None:
    rings = {1: tuple(at(step) for step in range(10)), 2: (at(1),), 3: ()}
    kept = within(500, rings)
    assert sum(c.nbytes for found in kept.values() for c in found) <= 500
    assert kept[2] is rings[2]
    assert kept[1][-1] is rings[1][-1]
    assert [len(found) for found in within(0, rings).values()] == [1, 1, 0]
    assert within(10**6, rings)[1] is rings[1]


def test_a_moment_that_is_made_of_another_counts_its_own_bytes() -> None:
    one = at(1)
    mean = Weights({"a.bias": np.zeros(25, np.float32)})
    moments = {"a.bias/exp_avg": np.zeros(50, np.float32)}
    assert [c.nbytes for c in (one, replace(one, mean=mean), replace(one, moments=moments))] == [100, 200, 300]


def test_beside_an_autosave_there_is_room_for_all_that_memory_holds() -> None:
    assert MOST_BYTES_BESIDE == MOST_BYTES + MOST_BYTES_OF_OTHERS

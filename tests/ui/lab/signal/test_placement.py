"""One scale for all rows: taps stand under what they are multiplied with, outputs under the middle of their window."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest

from convviz.spec.arithmetic.taps import PADDING, readers
from convviz.spec.errors import InputError
from convviz.spec.lab.trial import Trial
from convviz.spec.unused import unused
from convviz.ui.lab.signal.placement import placement, read_by, unread, users

KINDS = ("conv", "transposed", "max", "mean")
SETTINGS = [
    (kind, size, k, s, p, d)
    for kind, size, k, s, p, d in product(
        ("conv", "transposed", "max", "mean"), (1, 7, 12), (1, 3, 4), (1, 3), (0, 2), (1, 2)
    )
    if not (kind == "mean" and d > 1) and not (kind in ("max", "mean") and p > k // 2)
]


def trials(make: Callable[..., Trial]) -> list[Trial]:
    found = []
    for kind, size, k, s, p, d in SETTINGS:
        kernel = np.ones(k) if kind in ("conv", "transposed") else None
        settings = {"s": s, "p": p, "d": d} | ({} if kernel is not None else {"k": k})
        try:
            found.append(make(np.arange(size), kind, kernel, **settings))
        except InputError:
            continue
    return found


def test_a_tap_stands_at_the_input_it_reads(make_trial: Callable[..., Trial]) -> None:
    for trial in trials(make_trial):
        place = placement(trial.row)
        read = read_by(trial.row, np.arange(place.outputs))
        for o, tap in zip(*np.nonzero(read != PADDING), strict=True):
            assert place.tap_at(o, tap) == place.input_at(read[o, tap])


def test_an_output_stands_under_the_middle_of_its_taps(make_trial: Callable[..., Trial]) -> None:
    for trial in trials(make_trial):
        place = placement(trial.row)
        for o in range(place.outputs):
            assert place.output_at(o) == np.mean([place.tap_at(o, tap) for tap in range(place.kernel)])


def test_everything_lies_in_the_whole(make_trial: Callable[..., Trial]) -> None:
    for trial in trials(make_trial):
        place = placement(trial.row)
        first, last = place.whole
        places = [place.tap_at(o, tap) for o in range(place.outputs) for tap in range(place.kernel)]
        places += [place.input_at(i) for i in range(place.inputs)]
        assert first <= min(places) - 0.5 <= max(places) + 0.5 <= last
        assert place.inputs_between(first, last) == range(place.inputs)
        assert place.outputs_between(first, last) == range(place.outputs)


def test_users_are_the_readers(make_trial: Callable[..., Trial]) -> None:
    for trial in trials(make_trial):
        for i in range(trial.values.shape[2]):
            assert users(trial.row, i) == tuple(np.unique(readers(trial.row, 1, i).outputs).tolist())


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
def test_users_by_way_of_the_padding_are_found(make_trial: Callable[..., Trial], mode: str) -> None:
    trial = make_trial(np.arange(40), "conv", np.ones(5), p=4, s=2, padding_mode=mode)
    for i in range(40):
        assert users(trial.row, i) == tuple(np.unique(readers(trial.row, 1, i).outputs).tolist())


def test_unread_is_unused(make_trial: Callable[..., Trial]) -> None:
    for trial in trials(make_trial):
        size = trial.values.shape[2]
        found = unread(trial.row, range(size))
        if placement(trial.row).transposed:
            assert all(not users(trial.row, i) for i in found)
        else:
            assert found == unused(trial.row)[1]
        assert unread(trial.row, range(size // 2, size)) == tuple(i for i in found if i >= size // 2)


def test_relu_stands_over_itself(make_trial: Callable[..., Trial]) -> None:
    trial = make_trial([1, -1, 2], "relu")
    place = placement(trial.row)
    assert [place.input_at(i) for i in range(3)] == [place.output_at(i) for i in range(3)]
    assert users(trial.row, 1) == (1,)
    assert unread(trial.row, range(3)) == ()

"""A restored experiment says what there is of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from convviz.session.experiment import State
from convviz.spec.training.checkpoint import Checkpoint
from convviz.spec.training.run import Run, Runs, Status
from convviz.ui.restored import came_back


def runs(state: State, status: Status, *counts: int) -> Runs:
    settings, weights = state.plan.settings, state.weights
    made = tuple(
        Run(
            number,
            state.network,
            settings,
            state.plan.source,
            status,
            checkpoints=tuple(
                Checkpoint(1000 * step, 0, 0, 80, weights, weights, {}, b"", b"", settings) for step in range(count)
            ),
        )
        for number, count in enumerate(counts, 1)
    )
    return Runs(made, len(made))


@pytest.mark.parametrize(
    ("status", "counts", "words"),
    [
        ("paused", (1,), "1 run, 1 moment to go back to; Run 1 can go on at step 0"),
        ("paused", (1, 3), "2 runs, 4 moments to go back to; Run 2 can go on at step 2,000"),
        ("done", (1, 3), "2 runs, 4 moments to go back to"),
    ],
)
def test_it_says_which_trainings_are_there(
    make_state: Callable[..., State], status: Status, counts: tuple[int, ...], words: str
) -> None:
    found = runs(make_state(), status, *counts)
    assert came_back("", found) == f"restored: the experiment; {words}"

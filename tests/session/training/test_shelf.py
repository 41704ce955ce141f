"""The list that runs are kept in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import ref

from convviz.session.experiment import Experiment, State
from convviz.session.training.record import Shelf
from convviz.spec.training.run import Run, Runs


def test_a_new_run_is_drawn_over_the_newest_few(make_state: Callable[..., State]) -> None:
    state = make_state()

    def made(number: int, **values: Any) -> Run:
        return Run(number, state.network, state.plan.settings, state.plan.source, **values)

    shelf = Shelf(Experiment(state))
    for number in range(1, 6):
        shelf.begin(made(number))
    assert all(run.shown for run in shelf.runs.runs)
    shelf.begin(made(6))
    assert [run.number for run in shelf.runs.runs if run.shown] == [2, 3, 4, 5, 6]
    shelf.put(Runs(tuple(made(run.number, shown=run.number in (1, 3, 6)) for run in shelf.runs.runs), 6))
    shelf.begin(made(7))
    assert [run.number for run in shelf.runs.runs if run.shown] == [1, 3, 6, 7], "what was chosen stays"


def test_lists_that_are_no_more_are_not_kept(make_state: Callable[..., State]) -> None:
    """Else the moments of every run would stay in memory with them."""
    experiment = Experiment(make_state())
    shelf = Shelf(experiment)
    first = experiment.state
    for shown in (True, False) * 20:
        shelf.put(Runs((Run(1, first.network, first.plan.settings, first.plan.source, shown=shown),), 1))
    assert shelf.is_own(first), "however long ago, as long as somebody has it"
    assert shelf.is_own(experiment.state)
    assert not shelf.is_own(make_state(runs=Runs()))
    gone = ref(experiment.state.runs)
    shelf.put(Runs())
    assert gone() is None

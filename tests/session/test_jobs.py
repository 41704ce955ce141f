"""Jobs that take turns, sleep and are steered, without the engine around them."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, cast

import pytest

from convviz.session.jobs import Jobs
from convviz.session.outbox import Outbox, Progress
from convviz.session.steering import Steering
from convviz.spec.presets import lecture
from convviz.spec.training.checkpoint import Checkpoint
from convviz.spec.training.news import Paused

Steps = Generator[object, None, object]


class Table:
    def __init__(self) -> None:
        self.outbox, self.unsteered = Outbox(), 0
        self.jobs = Jobs(self.outbox, self._unsteered)

    def _unsteered(self) -> None:
        self.unsteered += 1

    def said(self) -> list[tuple[int, object, bool, bool]]:
        progress = cast(list[Progress], self.outbox.take()[1])
        return [(one.job, one.value, one.done, one.cancelled) for one in progress]


@pytest.fixture
def table() -> Table:
    return Table()


class Heard:
    """A steering that notes what it hears."""

    def __init__(self) -> None:
        self.turns: list[str] = []

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_: self.turns.append(name)


def steering() -> tuple[Heard, Steering]:
    heard = Heard()
    return heard, cast(Steering, heard)


def counting(count: int) -> Callable[[], Steps]:
    def job() -> Steps:
        yield from range(count)
        return "end"

    return job


def test_they_take_turns(table: Table) -> None:
    table.jobs.start(1, counting(2))
    table.jobs.start(2, counting(1))
    while table.jobs.slice():
        pass
    assert [(number, value) for number, value, _, _ in table.said()] == [
        (1, 0),
        (2, 0),
        (1, 1),
        (2, "end"),
        (1, "end"),
    ]
    assert not table.jobs


def test_one_that_pauses_sleeps_until_it_is_steered(table: Table) -> None:
    paused = Paused(cast(Checkpoint, None))

    def job() -> Steps:
        yield paused
        yield "on"

    heard, hand = steering()
    table.jobs.start(1, job, hand)
    assert table.jobs.slice()
    assert not table.jobs
    assert not table.jobs.slice()
    table.jobs.steer(lambda steering: steering.play(), number=2)
    assert not table.jobs, "that was another"
    table.jobs.steer(lambda steering: steering.play(), number=1)
    assert table.jobs
    table.jobs.slice()
    assert heard.turns == ["play"]
    assert [value for _, value, _, _ in table.said()] == [paused, "on"]


def test_only_jobs_of_that_network_are_steered(table: Table) -> None:
    own, other, every = steering(), steering(), steering()
    table.jobs.start(1, counting(9), own[1], lecture())
    table.jobs.start(2, counting(9), other[1], lecture().__class__("other", (1, 3, 3), ()))
    table.jobs.start(3, counting(9), every[1])
    table.jobs.steer(lambda steering: steering.play(), lecture())
    table.jobs.give_way()
    assert [heard.turns for heard, _ in (own, other, every)] == [
        ["play", "give_way"],
        ["give_way"],
        ["play", "give_way"],
    ]


def test_ended_by_hand(table: Table) -> None:
    closed: list[int] = []

    def job() -> Steps:
        try:
            while True:
                yield None
        finally:
            closed.append(1)

    table.jobs.start(1, job, steering()[1])
    table.jobs.slice()
    table.jobs.end(1)
    table.jobs.end(1)
    table.jobs.end(7)
    assert closed == [1]
    assert table.unsteered == 1
    assert table.said() == [(1, None, True, True)]


def test_one_that_fails_is_over(table: Table) -> None:
    def fails() -> Steps:
        yield 1
        raise RuntimeError("broken")

    def cannot_begin() -> Any:
        raise RuntimeError("no")

    table.jobs.start(1, fails, steering()[1])
    table.jobs.slice()
    with pytest.raises(RuntimeError, match="broken"):
        table.jobs.slice()
    with pytest.raises(RuntimeError, match="no"):
        table.jobs.start(2, cannot_begin, steering()[1])
    assert not table.jobs
    assert table.unsteered == 2
    assert table.said() == [(1, 1, False, False), (1, None, True, True)]


@pytest.mark.expects_log
def test_all_are_closed_whatever_happens(table: Table) -> None:
    def stubborn() -> Steps:
        try:
            yield None
        finally:
            raise RuntimeError("will not")

    for number in (1, 2):
        table.jobs.start(number, stubborn, steering()[1])
    table.jobs.slice()
    table.jobs.slice()
    table.jobs.close()
    assert [(number, cancelled) for number, _, _, cancelled in table.said()] == [(1, True), (2, True)]

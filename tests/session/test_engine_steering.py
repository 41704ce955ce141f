"""Edits made by hand, on their way to a job that trains: none lost, in order, and only while there is such a job."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from convviz.session import editing
from convviz.session.engine import Engine
from convviz.session.experiment import State
from convviz.session.outbox import Failure, Progress
from convviz.session.steering import tell_jobs
from convviz.spec.channels import Channel
from convviz.spec.errors import InputError
from convviz.spec.weight_edit import Cells, WeightEdit, same
from convviz.spec.weights import Weights

MakeState = Callable[..., State]
Steps = Generator[object, None, object]


class Hand:
    """A steering that writes down what it is told."""

    def __init__(self) -> None:
        self.edits: list[WeightEdit] = []
        self.frozen: list[frozenset[Channel]] = []

    def edit(self, edit: WeightEdit) -> None:
        self.edits.append(edit)

    def set_frozen(self, channels: frozenset[Channel]) -> None:
        self.frozen.append(channels)

    def give_way(self) -> None:
        pass

    def onto(self, weights: Weights) -> Weights:
        for edit in self.edits:
            weights = edit.apply(weights)
        return weights


def one_cell(value: float) -> WeightEdit:
    return WeightEdit({"conv1.bias": Cells(np.array([0]), np.array([value], np.float32))})


def endless() -> Steps:
    while True:
        yield "slice"


def short() -> Steps:
    yield "slice"
    return "end"


def turns(engine: Engine, count: int = 12) -> list[object]:
    for _ in range(count):
        engine.step()
    return engine.outbox.take()[1]


# --- the engine ---------------------------------------------------------------------------------------------------


def test_every_edit_arrives_in_order_and_between_slices() -> None:
    engine, hand, seen = Engine(), Hand(), []

    def job() -> Steps:
        while True:
            seen.append(len(hand.edits))
            yield
            assert len(hand.edits) >= seen[-1]

    engine.run(job, hand)
    turns(engine, 3)
    edits = [one_cell(value) for value in range(5)]
    for edit in edits:
        engine.edit(edit)
        engine.step()
    turns(engine)
    assert hand.edits == edits
    assert seen[-1] == 5


def test_edits_made_before_the_job_has_begun_arrive() -> None:
    engine, hand = Engine(), Hand()
    engine.run(endless, hand)
    assert engine.steered, "it is in the inbox"
    engine.edit(one_cell(1.0))
    engine.freeze(frozenset({("conv1", 3)}))
    turns(engine)
    assert len(hand.edits) == 1
    assert hand.frozen == [frozenset({("conv1", 3)})]


def test_every_steered_job_follows_and_no_other() -> None:
    engine, hands = Engine(), [Hand(), Hand()]
    first, _ = (engine.run(endless, hand) for hand in hands)
    engine.run(endless)
    turns(engine)
    engine.edit(one_cell(1.0))
    engine.cancel(first)
    engine.edit(one_cell(2.0))
    turns(engine)
    assert [len(hand.edits) for hand in hands] == [1, 2]
    assert engine.steered


@pytest.mark.parametrize("end", ["returns", "cancelled", "fails", "never begins"])
def test_a_job_that_ended_is_steered_no_more(end: str) -> None:
    def fails() -> Steps:
        yield
        raise InputError("no images")

    def never() -> Steps:
        raise InputError("no network")

    engine, hand = Engine(), Hand()
    assert not engine.steered
    number = engine.run({"returns": short, "fails": fails, "never begins": never}.get(end, endless), hand)
    assert engine.steered
    turns(engine, 2)
    if end == "cancelled":
        engine.cancel(number)
    messages = turns(engine)
    assert not engine.steered, "neither counted twice nor forgotten"
    engine.edit(one_cell(1.0))
    turns(engine)
    assert hand.edits == []
    if end == "cancelled":
        assert Progress(number, None, done=True, cancelled=True) in messages


@pytest.mark.expects_log
def test_a_steering_that_fails_is_said_and_the_engine_goes_on(make_state: MakeState) -> None:
    class Broken(Hand):
        def edit(self, edit: WeightEdit) -> None:
            raise RuntimeError("no such cell")

    engine = Engine()
    engine.run(endless, Broken())
    engine.edit(one_cell(1.0))
    messages = turns(engine)
    assert any(isinstance(message, Failure) and "no such cell" in message.text for message in messages)
    engine.show(make_state())
    engine.step()
    assert engine.outbox.take()[0] is not None


# --- what the window tells ----------------------------------------------------------------------------------------


@pytest.fixture
def steered() -> tuple[Engine, Hand]:
    engine, hand = Engine(), Hand()
    engine.run(endless, hand)
    engine.step()
    return engine, hand


def test_what_was_edited_is_told_cell_by_cell(steered: tuple[Engine, Hand], make_state: MakeState) -> None:
    engine, hand = steered
    first = make_state()
    second = editing.with_bias_of(first, "conv1", 3, 5.0)
    third = editing.with_mark(second, "frozen", "conv1", 3)
    fourth = editing.network_reset(editing.with_bias_of(third, "fc2", 0, 1.0))
    states = [first, second, third, fourth, second, first]
    for old, new in pairwise(states):
        tell_jobs(engine, old, new)
        turns(engine)
        assert same(hand.onto(first.weights), new.weights)
    assert [len(edit.cells) for edit in hand.edits] == [1, 1, 1, 1]
    assert hand.edits[0].cells["conv1.bias"].at.tolist() == [3]
    assert hand.frozen[0] == {("conv1", 3)}
    assert hand.frozen[1] == frozenset(), "a reset thaws"


def test_what_changes_no_weight_is_not_told(steered: tuple[Engine, Hand], make_state: MakeState) -> None:
    engine, hand = steered
    state = make_state()
    again = Weights({name: array.copy() for name, array in state.weights.items()})
    for new in (
        replace(state, weights=again),
        replace(state, device="cuda:0"),
        editing.with_mark(state, "muted", "conv1", 3),
        state,
    ):
        tell_jobs(engine, state, new)
    turns(engine)
    assert hand.edits == []
    assert hand.frozen == []


def test_another_network_is_nothing_a_job_can_follow(steered: tuple[Engine, Hand], make_state: MakeState) -> None:
    engine, hand = steered
    state = make_state()
    tell_jobs(engine, state, make_state("lenet5"))
    tell_jobs(engine, state, editing.without(state, "relu1"))
    turns(engine)
    assert hand.edits == []
    assert hand.frozen == []


def test_without_a_job_nobody_is_told(make_state: MakeState) -> None:
    engine = Engine()
    state = make_state()
    tell_jobs(engine, state, editing.with_bias_of(state, "conv1", 3, 5.0))
    assert engine.step() is False


def test_a_job_hears_of_its_own_network_only(make_state: MakeState) -> None:
    engine, hand, state = Engine(), Hand(), make_state()
    engine.run(endless, hand, state.network)
    engine.step()
    other = make_state("lenet5")
    tell_jobs(engine, other, editing.with_bias_of(other, "conv1", 3, 2.0))
    turns(engine)
    assert hand.edits == []
    edited = editing.with_bias_of(state, "conv1", 3, 2.0)
    tell_jobs(engine, state, edited)
    turns(engine)
    assert same(hand.onto(state.weights), edited.weights)
    engine.stop()

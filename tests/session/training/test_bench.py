"""What is measured beside a training, an engine's turn at a time."""

from __future__ import annotations

import pytest

from convviz.session.engine import Engine
from convviz.session.training.bench import Bench
from convviz.spec.network import NetworkSpec
from convviz.spec.presets import lenet5
from convviz.spec.training.processes import BatchSpeed, Machine, Measured, Scattered
from convviz.spec.weights import initial


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
def heard() -> list[Measured]:
    return []


@pytest.fixture
def bench(engine: Engine, heard: list[Measured]) -> Bench:
    return Bench(engine, heard.append)  # type: ignore[arg-type]


def _run(engine: Engine) -> None:
    while engine.step():
        pass


def test_a_machine_and_a_split_arrive_with_their_end(engine: Engine, bench: Bench, heard: list[Measured]) -> None:
    bench.machine()
    bench.scatter(lenet5(), initial(lenet5()), 10, 4)
    _run(engine)
    found = {type(measured.value): measured.what for measured in heard if measured.value is not None}
    assert found == {Machine: "machine", Scattered: "scattered"}
    assert sorted(measured.what for measured in heard if measured.done) == ["machine", "scattered"]


def test_both_measurements_take_turns(engine: Engine, bench: Bench, heard: list[Measured]) -> None:
    bench.scatter(lenet5(), initial(lenet5()), 10, 4)
    bench.speeds(lenet5(), "cpu")
    while not any(isinstance(measured.value, BatchSpeed) for measured in heard):
        assert engine.step()
    bench.close()
    _run(engine)
    assert [type(measured.value) for measured in heard if measured.value is not None] == [Scattered, BatchSpeed]


def test_what_is_refused_is_a_sentence(engine: Engine, bench: Bench, heard: list[Measured]) -> None:
    bench.scatter(lenet5(), initial(lenet5()), 10, 99)
    bench.speeds(NetworkSpec("nothing", (1, 28, 28), ()), "cpu")
    _run(engine)
    refused = {measured.what: measured.refused for measured in heard if measured.refused}
    assert "from 1 to 8" in refused["scattered"]
    assert "nothing to train" in refused["speeds"]


def test_what_is_cancelled_ends_once_and_can_be_asked_for_again(
    engine: Engine, bench: Bench, heard: list[Measured]
) -> None:
    bench.speeds(lenet5(), "cpu")
    bench.cancel("speeds")  # before it has begun
    assert [measured.done for measured in heard] == [True]
    bench.speeds(lenet5(), "cpu")
    for _ in range(5):
        engine.step()
    bench.speeds(lenet5(), "cpu")  # instead of the last one
    bench.cancel("speeds")
    bench.cancel("speeds")
    _run(engine)
    assert [measured.done for measured in heard] == [True, True, True]

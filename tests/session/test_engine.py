"""The engine a turn at a time, without thread or clock; then with its thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convviz.session.engine import Engine
from convviz.session.experiment import State
from convviz.session.outbox import Failure, Frame, Outbox, Progress, Ready
from convviz.spec.errors import InputError
from convviz.spec.weights import Weights

MakeState = Callable[..., State]
Steps = Generator[object, None, object]


def drained(engine: Engine, turns: int = 1000) -> tuple[Frame | None, list[object]]:
    """Turns until nothing is left to do, and what came of them."""
    for _ in range(turns):
        if not engine.step():
            break
    return engine.outbox.take()


def failures(messages: list[object]) -> list[Failure]:
    return [message for message in messages if isinstance(message, Failure)]


def counting(n: int, result: object = "end") -> Callable[[], Steps]:
    def job() -> Steps:
        yield from range(n)
        return result

    return job


# --- show -------------------------------------------------------------------------------------------------------


def test_idle_has_nothing_to_do() -> None:
    engine = Engine()
    assert engine.step() is False
    assert engine.outbox.take() == (None, [])


def test_newest_show_wins(make_state: MakeState) -> None:
    engine = Engine()
    states = [make_state(seed=seed) for seed in range(4)]
    for state in states:
        engine.show(state)
    assert engine.step()
    frame, messages = engine.outbox.take()
    assert frame is not None
    assert frame.state is states[-1]
    assert messages == []
    assert engine.step() is False


def test_show_answers_before_the_next_slice(make_state: MakeState) -> None:
    engine = Engine()
    engine.run(counting(3))
    engine.step()  # starts
    engine.step()  # one slice
    engine.show(make_state())
    assert engine.outbox.take()[1] == [Progress(1, 0)]
    engine.step()
    frame, messages = engine.outbox.take()
    assert frame is not None
    assert messages == []


def test_requests_are_taken_in_order(make_state: MakeState) -> None:
    engine = Engine()
    seen: list[str] = []

    def job() -> Steps:
        yield 1

    def started(name: str) -> Callable[[], Steps]:
        def start() -> Steps:
            seen.append(name)
            return job()

        return start

    engine.outbox.wake = lambda: seen.append("frame")
    engine.run(started("first"))
    engine.show(make_state())
    engine.run(started("second"))
    for _ in range(3):
        engine.step()
    assert seen == ["first", "frame", "second"]


def test_a_wrong_state_is_a_sentence_and_the_next_one_works(
    make_state: MakeState, networks: dict[str, tuple[object, Weights]]
) -> None:
    engine = Engine()
    engine.show(make_state())
    drained(engine)
    engine.show(make_state(weights=networks["lenet5"][1]))
    frame, messages = drained(engine)
    assert frame is None
    assert [bool(f.text) and "\n" not in f.text and not f.details for f in failures(messages)] == [True]
    assert "conv1.weight" in failures(messages)[0].text
    good = make_state(seed=5)
    engine.show(good)
    frame, messages = drained(engine)
    assert frame is not None
    assert frame.state is good
    assert messages == []


# --- jobs -------------------------------------------------------------------------------------------------------


def test_what_a_job_yields_and_returns() -> None:
    engine = Engine()
    number = engine.run(counting(2, result="weights"))
    assert drained(engine)[1] == [
        Progress(number, 0),
        Progress(number, 1),
        Progress(number, "weights", done=True),
    ]


def test_none_is_only_a_pause() -> None:
    def job() -> Steps:
        yield from (None, 0, None)

    engine = Engine()
    number = engine.run(job)
    assert drained(engine)[1] == [Progress(number, 0), Progress(number, None, done=True)]


def test_jobs_take_turns() -> None:
    engine = Engine()
    first, second, third = (engine.run(counting(2)) for _ in range(3))
    order = [m.job for m in drained(engine)[1] if isinstance(m, Progress)]
    assert order == [first, second, third] * 3


def test_cancel_closes_the_generator() -> None:
    engine = Engine()
    seen: list[type[BaseException]] = []

    def job() -> Steps:
        try:
            while True:
                yield
        except GeneratorExit as leave:
            seen.append(type(leave))
            raise

    number = engine.run(job)
    for _ in range(5):
        engine.step()
    engine.outbox.take()
    engine.cancel(number)
    assert drained(engine)[1] == [Progress(number, None, done=True, cancelled=True)]
    assert seen == [GeneratorExit]
    engine.cancel(number)
    assert drained(engine)[1] == []


def test_cancel_before_it_began_and_of_unknown_jobs() -> None:
    engine = Engine()
    engine.cancel(77)
    number = engine.run(counting(3))
    engine.cancel(number)
    assert drained(engine)[1] == [Progress(number, None, done=True, cancelled=True)]


def test_after_a_cancel_a_job_can_run_again() -> None:
    engine = Engine()
    engine.cancel(engine.run(counting(3)))
    again = engine.run(counting(1))
    assert drained(engine)[1][-1] == Progress(again, "end", done=True)


def test_a_job_says_what_the_user_did_wrong() -> None:
    def job() -> Steps:
        yield 1
        raise InputError("the data folder is empty; choose another one")

    engine = Engine()
    number = engine.run(job)
    messages = drained(engine)[1]
    assert failures(messages) == [Failure("the data folder is empty; choose another one")]
    assert [m for m in messages if isinstance(m, Progress)][-1] == Progress(number, None, done=True, cancelled=True)


@pytest.mark.expects_log
def test_a_broken_job_leaves_the_others_running(make_state: MakeState, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> Steps:
        yield 1
        raise ZeroDivisionError("first line\nsecond line")

    engine = Engine()
    engine.run(broken)
    other = engine.run(counting(4))
    messages = drained(engine)[1]
    (failure,) = failures(messages)
    assert "first line" in failure.text
    assert "\n" not in failure.text
    assert "ZeroDivisionError" in failure.details
    assert messages[-1] == Progress(other, "end", done=True)
    assert "on the compute thread" in caplog.text
    engine.show(make_state())
    assert drained(engine)[0] is not None


@pytest.mark.expects_log
@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory")])
def test_out_of_memory_says_so(error: Exception) -> None:
    def job() -> Steps:
        raise error
        yield

    engine = Engine()
    engine.run(job)
    (failure,) = failures(drained(engine)[1])
    assert "not enough memory" in failure.text


@pytest.mark.expects_log
def test_a_job_that_fails_while_it_is_closed_has_ended_all_the_same() -> None:
    def job() -> Steps:
        try:
            while True:
                yield
        finally:
            raise OSError("disk full")

    engine = Engine()
    number = engine.run(job)
    engine.step()
    engine.step()
    engine.outbox.take()
    engine.cancel(number)
    messages = drained(engine)[1]
    assert Progress(number, None, done=True, cancelled=True) in messages
    assert len(failures(messages)) == 1


@pytest.mark.expects_log
def test_stop_closes_every_job_even_when_one_of_them_fails() -> None:
    closed: list[int] = []

    def job(number: int) -> Callable[[], Steps]:
        def run() -> Steps:
            try:
                while True:
                    yield
            finally:
                closed.append(number)
                raise OSError("disk full")

        return run

    engine = Engine()
    for number in range(3):
        engine.run(job(number))
    for _ in range(8):
        engine.step()
    assert engine.stop()
    assert sorted(closed) == [0, 1, 2]


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["return", "input error", "cancel"])), max_size=6))
def test_every_job_ends_once(jobs: list[tuple[int, str]]) -> None:
    engine = Engine()

    def job(n: int, ending: str) -> Callable[[], Steps]:
        def run() -> Steps:
            yield from range(n)
            if ending == "input error":
                raise InputError("no")
            while ending == "cancel":
                yield

        return run

    numbers = [engine.run(job(n, ending)) for n, ending in jobs]
    for _ in range(60):
        engine.step()
    for number in numbers:
        engine.cancel(number)
    messages = drained(engine)[1]
    ends = [m for m in messages if isinstance(m, Progress) and m.done]
    assert sorted(m.job for m in ends) == sorted(numbers)
    last = {m.job: m for m in messages if isinstance(m, Progress)}
    assert all(m.done for m in last.values()), "something came after a job's end"
    assert len(failures(messages)) == sum(ending == "input error" for _, ending in jobs)


# --- devices ----------------------------------------------------------------------------------------------------


def test_a_device_that_is_not_there_is_said_once(make_state: MakeState) -> None:
    engine = Engine()
    texts = []
    for seed in range(3):
        engine.show(make_state(seed=seed, device="cuda:99"))
        frame, messages = drained(engine)
        assert frame is not None
        assert frame.device == "cpu"
        assert frame.state.device == "cuda:99"
        texts += [f.text for f in failures(messages)]
    assert len(texts) == 1
    assert "cuda:99" in texts[0]


def test_a_device_is_tried_out_once(make_state: MakeState, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def choose(asked: str) -> tuple[str, str]:
        tried.append(asked)
        return "cpu", ""

    monkeypatch.setattr("convviz.core.device.choose", choose)
    engine = Engine()
    for seed in range(4):
        for device in ("cuda:0", "cuda:1"):
            engine.show(make_state(seed=seed, device=device))
            drained(engine)
    assert tried == ["cuda:0", "cuda:1"]


@pytest.mark.parametrize("first_on_cpu", [True, False])
def test_a_device_that_fails_gives_way_to_the_cpu(
    make_state: MakeState, monkeypatch: pytest.MonkeyPatch, first_on_cpu: bool
) -> None:
    # torch's "meta" device holds no data: whatever is read back from it is a RuntimeError, as from a lost GPU.
    monkeypatch.setattr("convviz.core.device.choose", lambda asked: (asked, ""))
    engine = Engine()
    if first_on_cpu:
        engine.show(make_state())
        assert drained(engine)[0] is not None
    texts = []
    for seed in range(3):
        state = make_state(seed=seed, device="meta")
        engine.show(state)
        frame, messages = drained(engine)
        assert frame is not None
        assert frame.device == "cpu"
        assert frame.state is state
        texts += [f.text for f in failures(messages)]
    assert len(texts) == 1
    assert texts[0].startswith("meta cannot compute")
    engine.show(make_state())
    assert drained(engine)[0] is not None


# --- with its thread ----------------------------------------------------------------------------------------------


class Mailbox:
    """Collects what an engine with a thread says, without a window."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._woken = threading.Event()
        outbox.wake = self._woken.set
        self.frame: Frame | None = None
        self.messages: list[object] = []

    def until(self, done: Callable[[], bool], seconds: float = 30.0) -> None:
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, f"waited {seconds} s; messages {self.messages[-5:]}"
            self._woken.wait(0.05)
            self._woken.clear()
            frame, messages = self._outbox.take()
            self.frame = frame or self.frame
            self.messages += messages


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine()
    yield engine
    assert engine.stop()


def test_starts_and_stops(engine: Engine) -> None:
    mail = Mailbox(engine.outbox)
    engine.start()
    mail.until(lambda: bool(mail.messages))
    (ready,) = mail.messages
    assert isinstance(ready, Ready)
    assert ready.devices[0] == ("cpu", "CPU")
    assert engine.stop()
    assert engine.stop(), "stopping twice is harmless"


def test_what_was_asked_before_torch_was_there_is_answered(engine: Engine, make_state: MakeState) -> None:
    mail = Mailbox(engine.outbox)
    state = make_state()
    engine.show(state)
    engine.start()
    mail.until(lambda: mail.frame is not None)
    assert mail.frame is not None
    assert mail.frame.state is state


def test_shows_are_answered_while_a_job_runs(engine: Engine, make_state: MakeState) -> None:
    mail = Mailbox(engine.outbox)
    engine.start()

    def endless() -> Steps:
        count = 0
        while True:
            time.sleep(0.001)
            yield (count := count + 1)

    number = engine.run(endless)
    for seed in range(20):
        state = make_state(seed=seed)
        engine.show(state)
        mail.until(lambda state=state: mail.frame is not None and mail.frame.state is state)
    values = [m.value for m in mail.messages if isinstance(m, Progress)]
    assert values == list(range(1, len(values) + 1))
    engine.cancel(number)
    ended = Progress(number, None, done=True, cancelled=True)
    mail.until(lambda: ended in mail.messages)
    assert mail.messages[-1] == ended
    assert failures(mail.messages) == []


def test_stop_during_a_long_job_closes_it(engine: Engine) -> None:
    mail = Mailbox(engine.outbox)
    closed_on: list[str] = []

    def long() -> Steps:
        try:
            while True:
                time.sleep(0.01)
                yield "slice"
        finally:
            closed_on.append(threading.current_thread().name)

    engine.start()
    engine.run(long)
    mail.until(lambda: any(isinstance(m, Progress) for m in mail.messages))
    assert engine.stop()
    assert closed_on == ["convviz-engine"]


@pytest.mark.expects_log
def test_the_thread_outlives_an_exception(engine: Engine, make_state: MakeState) -> None:
    def broken() -> Steps:
        raise KeyError("x")
        yield

    mail = Mailbox(engine.outbox)
    engine.start()
    engine.run(broken)
    mail.until(lambda: bool(failures(mail.messages)))
    engine.show(make_state())
    mail.until(lambda: mail.frame is not None)


@pytest.mark.expects_log
def test_without_torch_the_window_is_told(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_torch() -> None:
        raise ImportError("libtorch_cpu.so: cannot open shared object file")

    monkeypatch.setattr("convviz.core.device.devices", no_torch)
    mail = Mailbox(engine.outbox)
    engine.start()
    mail.until(lambda: bool(failures(mail.messages)))
    (failure,) = failures(mail.messages)
    assert "libtorch_cpu.so" in failure.text
    assert "convviz doctor" in failure.text

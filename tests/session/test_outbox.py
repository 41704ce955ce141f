"""Frames overwrite, messages are never lost, one wake-up at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from convviz.session.experiment import State
from convviz.session.outbox import Failure, Frame, Outbox


def frame_of(state: State, number: int) -> Frame:
    return Frame(state, {}, None, {}, {}, "cpu", float(number))  # type: ignore[arg-type]


@given(st.lists(st.sampled_from(["frame", "message", "take"]), max_size=40))
def test_any_order_of_calls(calls: list[str]) -> None:
    box = Outbox()
    wakes: list[int] = []
    box.wake = lambda: wakes.append(1)
    newest: Frame | None = None
    waiting: list[object] = []
    for number, call in enumerate(calls):
        something_waits = newest is not None or bool(waiting)
        woken_before = len(wakes)
        if call == "frame":
            newest = frame_of(None, number)  # type: ignore[arg-type]
            box.put_frame(newest)
        elif call == "message":
            waiting.append(Failure(str(number)))
            box.put(waiting[-1])
        else:
            assert box.take() == (newest, waiting)
            newest, waiting = None, []
        assert len(wakes) - woken_before == int(call != "take" and not something_waits)
    assert box.take() == (newest, waiting)


def test_many_threads_lose_no_message() -> None:
    box = Outbox()
    woken = threading.Event()
    box.wake = woken.set
    writers, each = 4, 400

    def write(writer: int) -> None:
        for number in range(each):
            box.put((writer, number))
            box.put_frame(frame_of(None, number))  # type: ignore[arg-type]

    threads = [threading.Thread(target=write, args=(writer,), name=f"writer {writer}") for writer in range(writers)]
    for thread in threads:
        thread.start()
    got: list[tuple[int, int]] = []
    while len(got) < writers * each:
        assert woken.wait(10), "a message waits, but nobody was woken"
        woken.clear()
        got += box.take()[1]  # type: ignore[arg-type]
    for thread in threads:
        thread.join()
    for writer in range(writers):
        assert [number for who, number in got if who == writer] == list(range(each))


def test_a_frame_is_not_a_message(make_state: Callable[..., State]) -> None:
    box = Outbox()
    first = frame_of(make_state(), 1)
    box.put_frame(first)
    box.put_frame(replace(first, latency_ms=2.0))
    frame, messages = box.take()
    assert frame is not None
    assert frame.latency_ms == 2.0
    assert messages == []


def test_scores_that_are_infinite_on_both_sides_have_no_change(make_state: Callable[..., State]) -> None:
    scores = np.array([np.inf, 2.0, np.inf], np.float32)
    frame = replace(frame_of(make_state(), 1), maps={"fc": scores}, origin_scores=np.array([np.inf, 1.5, 0.0], "f"))
    changes = frame.score_changes  # without a warning, which would fail the test
    assert changes is not None
    np.testing.assert_array_equal(changes, np.array([np.nan, 0.5, np.inf], np.float32))

"""How fast, how often."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from convviz.session.outbox import Frame
from convviz.session.training.live import CHECKPOINT_S, LEAST_S, MOST_S, Live
from convviz.session.training.pace import Pace


def frame(latency_ms: float) -> Frame:
    return cast(Frame, cast(Any, SimpleNamespace(latency_ms=latency_ms)))


def test_the_speed_is_that_of_the_last_seconds() -> None:
    pace = Pace()
    for i in range(100):
        pace.add(i * 0.1, 1, 10)
    assert pace.speed == pytest.approx(100)
    for i in range(100):
        pace.add(10 + i * 0.1, 2, 40)
    assert pace.speed == pytest.approx(400)
    assert pace.seconds(50) == pytest.approx(2.5)
    assert pace.batch == pytest.approx(20)
    pace.reset()
    assert (pace.speed, pace.seconds(50)) == (0.0, None)


def test_slow_steps_have_a_speed_too() -> None:
    pace = Pace()
    for i in range(4):
        pace.add(i * 10.0, 1, 50)
    assert pace.speed == pytest.approx(5)


@pytest.mark.parametrize(("frame_ms", "interval_s"), [(0.1, LEAST_S), (8.0, 0.3), (500.0, MOST_S)])
def test_pictures_take_their_share_of_the_time(frame_ms: float, interval_s: float) -> None:
    live = Live()
    for _ in range(60):
        live.seen(frame(frame_ms))
    assert live.interval_s == pytest.approx(interval_s, rel=0.01)


def test_no_picture_is_asked_for_while_one_is_under_way() -> None:
    live = Live()
    live.seen(frame(1.0))
    live.restart(0.0)
    assert not live.weights_due(0.5), "they were asked for and have not come"
    live.arrived(newest=True)
    live.shown(0.5)
    assert not live.weights_due(0.8), "they have not been computed"
    live.seen(frame(1.0))
    assert live.weights_due(0.8)
    assert live.weights_due(5.0), "one that is lost does not stop the next"


def test_weights_without_the_newest_edit_are_asked_for_again_at_once() -> None:
    live = Live()
    live.restart(0.0)
    live.arrived(newest=False)
    assert live.weights_due(0.001)


def test_checkpoints_come_by_time_and_after_an_edit() -> None:
    live = Live()
    live.restart(0.0)
    assert not live.checkpoint_due(CHECKPOINT_S - 0.1)
    assert live.checkpoint_due(CHECKPOINT_S)
    assert not live.checkpoint_due(CHECKPOINT_S + LEAST_S / 2, soon=True)
    assert live.checkpoint_due(CHECKPOINT_S + LEAST_S, soon=True)

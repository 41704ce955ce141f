"""Everything the compute thread says arrives on the GUI thread, each kind by its own signal."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot

from convviz.session.experiment import State
from convviz.session.outbox import Failure, Frame, Outbox, Progress, Ready
from convviz.session.reader import DrawingRead, WeightsRead
from convviz.ui.bridge import Bridge


class Heard(QObject):
    """What a bridge emitted, in order, and whether on the GUI thread."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self.got: list[tuple[str, Any]] = []
        self.threads: set[bool] = set()
        for name in ("frame_arrived", "ready", "failed", "progressed", "read"):
            getattr(bridge, name).connect(lambda value, name=name: self._hear(name, value))

    def _hear(self, name: str, value: Any) -> None:
        self.got.append((name, value))
        self.threads.add(QThread.currentThread() is self.thread())


def test_every_kind_from_another_thread(
    qtbot: QtBot, make_state: Callable[..., State], make_frame: Callable[..., Frame]
) -> None:
    box = Outbox()
    bridge = Bridge(box)
    heard = Heard(bridge)
    state = make_state()
    messages = [
        ("ready", Ready((("cpu", "CPU"),))),
        ("failed", Failure("no")),
        ("progressed", Progress(1, {2**40: [1, 2]})),
        ("read", DrawingRead("a", state.drawing)),
        ("read", WeightsRead("b", state.network, state.weights)),
    ]
    frame = make_frame(state)

    def speak() -> None:
        for _, message in messages:
            box.put(message)
        box.put_frame(make_frame(state, 1))
        box.put_frame(frame)

    thread = threading.Thread(target=speak, name="speaker")
    thread.start()
    thread.join()
    assert heard.got == [], "nothing happens before the event loop turns"
    qtbot.waitUntil(lambda: len(heard.got) == 6)
    assert heard.got[:-1] == messages
    assert all(got is sent for (_, got), (_, sent) in zip(heard.got, messages, strict=False)), "payloads are not copied"
    assert heard.got[-1] == ("frame_arrived", frame)
    assert heard.threads == {True}


def test_a_busy_window_finds_one_wake_up(
    qtbot: QtBot, make_state: Callable[..., State], make_frame: Callable[..., Frame]
) -> None:
    box = Outbox()
    bridge = Bridge(box)
    heard = Heard(bridge)
    state = make_state()
    frames = [make_frame(state, 0) for _ in range(3)] * 100
    for number, frame in enumerate(frames):
        box.put_frame(frame)
        box.put(Progress(1, number))
    qtbot.waitUntil(lambda: bool(heard.got))
    qtbot.wait(5)
    assert [v.value for n, v in heard.got if n == "progressed"] == list(range(300))
    assert [v for n, v in heard.got if n == "frame_arrived"] == [frames[-1]]


def test_after_closing_nothing_wakes_it(qtbot: QtBot) -> None:
    box = Outbox()
    bridge = Bridge(box)
    heard = Heard(bridge)
    qtbot.wait(5)
    bridge.close()
    box.put(Failure("late"))
    qtbot.wait(5)
    assert heard.got == []
    assert box.take()[1] == [Failure("late")]


def test_what_was_said_before_the_bridge_was_built_arrives(qtbot: QtBot) -> None:
    box = Outbox()
    box.put(Failure("early"))
    bridge = Bridge(box)
    heard = Heard(bridge)
    box.put(Failure("later"))
    qtbot.waitUntil(lambda: len(heard.got) == 2)

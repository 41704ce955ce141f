"""Slots are called in turn, also when they change who listens."""

from __future__ import annotations

import pytest

from convviz.session.signal import Signal


def test_in_order_of_connection() -> None:
    heard: list[tuple[str, int]] = []
    signal = Signal[[int]]()
    signal.connect(lambda n: heard.append(("a", n)))
    signal.connect(lambda n: heard.append(("b", n)))
    signal.emit(4)
    assert heard == [("a", 4), ("b", 4)]


def test_a_slot_may_disconnect_itself() -> None:
    heard: list[str] = []
    signal = Signal[[]]()

    def once() -> None:
        heard.append("once")
        signal.disconnect(once)

    signal.connect(once)
    signal.connect(lambda: heard.append("always"))
    signal.emit()
    signal.emit()
    assert heard == ["once", "always", "always"]


def test_who_does_not_listen_cannot_leave() -> None:
    with pytest.raises(ValueError, match=r"x not in list|not in list"):
        Signal[[]]().disconnect(print)

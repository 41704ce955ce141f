"""At most so often, and the last request is never forgotten."""

from __future__ import annotations

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from convviz.ui.throttle import Throttle


def test_first_at_once_the_rest_together_later(qtbot: QtBot, qapp: QObject) -> None:
    owner = QObject()
    calls: list[int] = []
    throttle = Throttle(lambda: calls.append(1), 60, owner)
    for _ in range(50):
        throttle.request()
    assert len(calls) == 1
    qtbot.waitUntil(lambda: len(calls) == 2)
    qtbot.wait(90)
    assert len(calls) == 2, "nothing was asked meanwhile"
    throttle.request()
    assert len(calls) == 3


def test_it_dies_with_its_parent(qtbot: QtBot, qapp: QObject) -> None:
    owner = QObject()
    calls: list[int] = []
    throttle = Throttle(lambda: calls.append(1), 30, owner)
    throttle.request()
    throttle.request()
    owner.deleteLater()
    qtbot.wait(60)
    assert len(calls) == 1

"""Mouse and wheel as they come from a window, for widgets whose numbers are dragged."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


@pytest.fixture
def move() -> Callable[..., None]:
    """The mouse moves to (x, y) of a widget, with the left button down unless told."""

    def move_(widget: QWidget, x: float, y: float = 8.0, buttons: Qt.MouseButton = LEFT) -> None:
        at = QPointF(x, y)
        kind, modifiers = QEvent.Type.MouseMove, Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(widget, QMouseEvent(kind, at, widget.mapToGlobal(at), NONE, buttons, modifiers))

    return move_


@pytest.fixture
def drag(qtbot: QtBot, move: Callable[..., None]) -> Callable[..., None]:
    """Presses at 10, moves by each distance in turn, releases there unless told not to."""

    def drag_(widget: QWidget, *by: float, release: bool = True) -> None:
        qtbot.mousePress(widget, LEFT, pos=QPoint(10, 8))
        for distance in by:
            move(widget, 10 + distance)
        if release:
            qtbot.mouseRelease(widget, LEFT, pos=QPoint(10 + round(by[-1]), 8))

    return drag_


@pytest.fixture
def wheel() -> Callable[..., bool]:
    """Turns the wheel over a widget, in eighths of a degree; whether the widget took it."""

    def wheel_(widget: QWidget, angle: int) -> bool:
        at = QPointF(widget.rect().center())
        event = QWheelEvent(
            at,
            widget.mapToGlobal(at),
            QPoint(),
            QPoint(0, angle),
            NONE,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, event)
        return event.isAccepted()

    return wheel_

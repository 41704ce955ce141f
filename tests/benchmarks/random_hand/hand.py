"""The hand itself: dice, eyes for what is on screen, and a mouse."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from convviz.session.experiment import State
from convviz.spec.training.source import DataSource
from convviz.ui.desk import Desk
from convviz.ui.main_window import MainWindow

from .watch import Watch

T = TypeVar("T")
LEFT, RIGHT, PLAIN = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier


@dataclass
class Hand:
    """``sources`` are data that lie in folders; ``folder`` is where files are written."""

    window: MainWindow
    desk: Desk
    watch: Watch
    dice: random.Random
    live: Callable[[float], None]  # lets the window live for so many seconds
    folder: Path
    sources: tuple[DataSource, ...]

    @property
    def state(self) -> State:
        return self.desk.experiment.state

    @property
    def runs(self) -> list[int]:
        return [run.number for run in self.state.runs.runs]

    def one(self, values: Sequence[T]) -> T:
        return self.dice.choice(values)

    def chance(self, share: float) -> bool:
        return self.dice.random() < share

    def layers(self, *kinds: type) -> list[Any]:
        return [layer for layer in self.state.network.layers if isinstance(layer, kinds)]

    def visible(self, kind: type[QWidget], under: QWidget | None = None) -> list[Any]:
        """What of a kind a mouse could reach."""
        found = (under or self.window).findChildren(kind)
        return [w for w in found if w.isEnabled() and w.isVisible() and not w.visibleRegion().isEmpty()]

    def place(self, widget: QWidget) -> QPoint:
        """Somewhere on a widget, in the window."""
        seen = widget.visibleRegion().boundingRect()
        at = QPoint(self.dice.randint(seen.left(), seen.right()), self.dice.randint(seen.top(), seen.bottom()))
        return self.inside(widget.mapTo(self.window, at))

    def inside(self, at: QPoint) -> QPoint:
        """The point of the window that is nearest."""
        return QPoint(min(max(at.x(), 0), self.window.width() - 1), min(max(at.y(), 0), self.window.height() - 1))

    def drag(self, start: QPoint, points: Sequence[QPoint], button: Qt.MouseButton = LEFT) -> None:
        """A button down, moved, up: as from outside, with all that Qt makes of it."""
        self.point(start)
        with self.watch.turn("a button pressed"):
            QTest.mousePress(self.window.windowHandle(), button, PLAIN, start)
        for at in points:
            self.point(at)
            self.live(0.005)
        with self.watch.turn("a button released"):
            QTest.mouseRelease(self.window.windowHandle(), button, PLAIN, points[-1] if points else start)

    def point(self, at: QPoint) -> None:
        """The mouse moves there."""
        with self.watch.turn("the mouse moved"):
            QTest.mouseMove(self.window.windowHandle(), at)

    def walk(self, start: QPoint, steps: int, reach: int = 40) -> list[QPoint]:
        """A crooked line."""
        points = [start]
        for _ in range(steps):
            at = points[-1] + QPoint(self.dice.randint(-reach, reach), self.dice.randint(-reach, reach))
            points.append(self.inside(at))
        return points[1:]

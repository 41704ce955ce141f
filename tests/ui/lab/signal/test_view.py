"""A signal under mouse and keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convviz.spec.lab.trial import Trial
from convviz.ui.lab.scene import Pointer, Scene
from convviz.ui.lab.signal.overview import strip_of
from convviz.ui.lab.signal.view import SignalView
from convviz.ui.look.theme import DARK

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


class Heard:
    def __init__(self, view: SignalView) -> None:
        self.pointed: list[Any] = []
        self.chosen: list[Any] = []
        view.pointed.connect(self.pointed.append)
        view.chosen.connect(self.chosen.append)


@pytest.fixture
def view(show: Callable[..., Any]) -> SignalView:
    return show(SignalView(), 800, 460)  # type: ignore[no-any-return]


def at(view: SignalView, part: Any, *index: int) -> QPoint:
    place = view.center_of(Pointer(part, index))
    assert place is not None
    return place.toPoint()


def mouse(view: SignalView, kind: QEvent.Type, place: QPoint) -> None:
    button, buttons = (
        (NONE if kind == QEvent.Type.MouseMove else LEFT),
        (NONE if kind == QEvent.Type.MouseButtonRelease else LEFT),
    )
    where = QPointF(place)
    event = QMouseEvent(kind, where, view.mapToGlobal(where), button, buttons, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(view, event)


def drag(view: SignalView, start: QPoint, *stops: QPoint) -> None:
    mouse(view, QEvent.Type.MouseButtonPress, start)
    for stop in stops:
        mouse(view, QEvent.Type.MouseMove, stop)
    mouse(view, QEvent.Type.MouseButtonRelease, stops[-1])


def wheel(view: SignalView, place: QPoint, y: int, x: int = 0) -> None:
    event = QWheelEvent(
        QPointF(place),
        view.mapToGlobal(QPointF(place)),
        QPoint(),
        QPoint(x, y),
        NONE,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


@pytest.fixture
def trial(make_trial: Callable[..., Trial]) -> Trial:
    return make_trial([1, 2, 3, 4], "conv", [[[3, 2]], [[-1, 1]]])


@pytest.fixture
def long(make_trial: Callable[..., Trial]) -> Trial:
    return make_trial(np.sin(np.arange(20_000) / 300), "conv", [-1, 0, 1])


def test_what_the_mouse_is_over_is_pointed_at(view: SignalView, trial: Trial, qtbot: QtBot) -> None:
    view.show_scene(Scene(trial, 3))
    heard = Heard(view)
    for part, index in (("input", (0, 0, 2)), ("kernel", (0, 0, 0, 1)), ("output", (1, 0, 2))):
        qtbot.mouseMove(view, at(view, part, *index))
        assert heard.pointed[-1] == Pointer(part, index)  # type: ignore[arg-type]
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert heard.pointed[-1] is None
    assert not heard.chosen


def test_a_click_chooses(view: SignalView, trial: Trial, qtbot: QtBot) -> None:
    view.show_scene(Scene(trial, 3))
    heard = Heard(view)
    qtbot.mouseClick(view, LEFT, pos=at(view, "output", 1, 0, 2))
    qtbot.mouseClick(view, LEFT, pos=QPoint(3, 3))
    assert heard.chosen == [Pointer("output", (1, 0, 2))]


def test_showing_says_nothing(view: SignalView, trial: Trial, long: Trial) -> None:
    heard = Heard(view)
    for scene in (Scene(trial, 2), Scene(long, 5, Pointer("output", (0, 0, 7))), Scene(trial, 3, symbol="W")):
        view.show_scene(scene)
        view.grab()
    assert not heard.pointed
    assert not heard.chosen


def test_arrows_walk_the_outputs_and_return_chooses(view: SignalView, trial: Trial, qtbot: QtBot) -> None:
    view.show_scene(Scene(trial, 3))
    heard = Heard(view)
    view.setFocus()
    for key in ("Right", "Right", "Down", "End", "Right", "Home", "Up", "Return"):
        qtbot.keyClick(view, getattr(Qt.Key, f"Key_{key}"))
    walked = [pointer.index for pointer in heard.pointed]
    assert walked == [(0, 0, 0), (0, 0, 1), (1, 0, 1), (1, 0, 2), (1, 0, 0), (0, 0, 0)]
    assert heard.chosen == [Pointer("output", (0, 0, 0))]
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert heard.pointed[-1] is None


def test_while_it_fills_the_arrows_are_the_parents(view: SignalView, trial: Trial, qtbot: QtBot) -> None:
    view.show_scene(Scene(trial, 1))
    heard = Heard(view)
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert not heard.pointed
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert heard.chosen == [Pointer("output", (0, 0, 0))], "the one that the window computed last"


def test_the_wheel_zooms_around_the_mouse(view: SignalView, long: Trial) -> None:
    view.show_scene(Scene(long, long.positions))
    place = at(view, "input", 0, 0, 5000)
    whole = view.span
    for _ in range(30):
        wheel(view, place, 120)
    first, last = view.span
    assert last - first < 100
    assert first < 5000 + 20
    assert last > 5000 - 20
    for _ in range(40):
        wheel(view, place, -120)
    assert view.span == whole


def test_a_drag_moves_along_and_chooses_nothing(view: SignalView, long: Trial) -> None:
    view.show_scene(Scene(long, long.positions))
    view.zoom(0.01, 5000.0)
    heard, before = Heard(view), view.span
    drag(view, QPoint(400, 200), QPoint(300, 200), QPoint(200, 205))
    assert view.span[0] > before[0]
    assert view.span[1] - view.span[0] == pytest.approx(before[1] - before[0])
    assert not heard.chosen
    drag(view, QPoint(400, 200), QPoint(401, 201))
    assert len(heard.chosen) == 1, "a hand that trembles clicks"


def test_the_overview_leads_anywhere(view: SignalView, long: Trial) -> None:
    view.show_scene(Scene(long, long.positions))
    view.zoom(0.01, 100.0)
    strip = strip_of(view.rect().toRectF())
    end, middle = QPoint(round(strip.right()) - 1, 15), QPoint(round(strip.center().x()), 15)
    drag(view, end, middle)
    first, last = view.span
    assert first < 10_000 < last
    assert QColor(view.grab().toImage().pixel(end)).name() != DARK.card


def test_keys_zoom_and_show_all(view: SignalView, long: Trial, qtbot: QtBot) -> None:
    view.show_scene(Scene(long, long.positions))
    view.setFocus()
    whole = view.span
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.span[1] - view.span[0] < whole[1] - whole[0]
    qtbot.keyClick(view, Qt.Key.Key_0)
    assert view.span == whole


def test_the_window_is_followed_while_it_moves(view: SignalView, long: Trial) -> None:
    view.show_scene(Scene(long, 10))
    view.zoom(0.01, 10.0)
    view.show_scene(Scene(long, 15_000))
    first, last = view.span
    assert first <= 14_999 - 0.5 + 1
    assert last >= 15_000


def test_another_kernel_keeps_what_is_seen(view: SignalView, long: Trial, make_trial: Callable[..., Trial]) -> None:
    view.show_scene(Scene(long, long.positions))
    view.zoom(0.01, 5000.0)
    seen = view.span
    view.show_scene(Scene(make_trial(long.values[0, 0], "conv", [1, 2, 1]), 0))
    assert view.span == seen
    view.show_scene(Scene(make_trial([1, 2, 3], "conv", [1, 2]), 0))
    assert view.span == (-0.5, 2.5)


def test_without_a_scene_it_is_empty(view: SignalView, qtbot: QtBot) -> None:
    qtbot.mouseMove(view, QPoint(100, 100))
    qtbot.mouseClick(view, LEFT, pos=QPoint(100, 100))
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert QColor(view.grab().toImage().pixel(5, 5)).name() == DARK.card

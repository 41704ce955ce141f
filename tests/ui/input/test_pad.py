"""What the mouse draws is what the pad reports, and what it shows is what is computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convviz.spec.strokes import PAD, Canvas, Drawing, Stroke
from convviz.ui.input.pad import FARTHEST, DrawingPad

LEFT, RIGHT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.NoButton
SIDE = 200
UNITS = PAD / SIDE


class Heard:
    """What a pad has said."""

    def __init__(self, pad: DrawingPad) -> None:
        self.drawings: list[Drawing] = []
        self.strokes: list[Stroke] = []
        pad.drawing_changed.connect(self.drawings.append)
        pad.stroke_finished.connect(self.strokes.append)


@pytest.fixture
def pad(show: Callable[..., Any]) -> DrawingPad:
    return show(DrawingPad(), SIDE, SIDE)  # type: ignore[no-any-return]


@pytest.fixture
def heard(pad: DrawingPad) -> Heard:
    return Heard(pad)


def mouse(pad: DrawingPad, kind: QEvent.Type, x: float, y: float, buttons: Any = LEFT, button: Any = NONE) -> None:
    """One mouse event, at a place QTest could not give: between pixels, or far away."""
    at = QPointF(x, y)
    event = QMouseEvent(kind, at, pad.mapToGlobal(at), button, buttons, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(pad, event)


def drag(pad: DrawingPad, qtbot: QtBot, *points: tuple[int, int], button: Any = LEFT) -> None:
    qtbot.mousePress(pad, button, pos=QPoint(*points[0]))
    for point in points[1:]:
        mouse(pad, QEvent.Type.MouseMove, *point, buttons=button)
    qtbot.mouseRelease(pad, button, pos=QPoint(*points[-1]))


def test_a_stroke_is_where_the_mouse_was(pad: DrawingPad, heard: Heard, qtbot: QtBot) -> None:
    points = [(10, 20), (50, 60), (90, 20), (199, 199)]
    drag(pad, qtbot, *points)
    (stroke,) = heard.strokes
    assert np.allclose(stroke.points, np.array(points) * UNITS, atol=1e-3)
    assert not stroke.erase
    assert stroke.width == pad.pen_width
    assert [len(d.strokes[-1].points) for d in heard.drawings] == [1, 2, 3, 4], "it answers while the pen is down"
    assert pad.drawing.strokes == (stroke,)


def test_positions_between_pixels_are_kept(pad: DrawingPad, heard: Heard, qtbot: QtBot) -> None:
    qtbot.mousePress(pad, LEFT, pos=QPoint(10, 10))
    mouse(pad, QEvent.Type.MouseMove, 20.25, 30.75)
    assert np.allclose(heard.drawings[-1].strokes[0].points[-1], [20.25 * UNITS, 30.75 * UNITS])
    qtbot.mouseRelease(pad, LEFT, pos=QPoint(20, 30))


def test_moving_without_a_button_draws_nothing(pad: DrawingPad, heard: Heard, qtbot: QtBot) -> None:
    qtbot.mouseMove(pad, QPoint(20, 20))
    mouse(pad, QEvent.Type.MouseMove, 80, 80, buttons=NONE)
    qtbot.mouseClick(pad, Qt.MouseButton.MiddleButton, pos=QPoint(30, 30))
    assert heard.drawings == []
    assert heard.strokes == []


def test_a_click_is_a_dot_and_a_double_click_two(pad: DrawingPad, heard: Heard, qtbot: QtBot) -> None:
    qtbot.mouseClick(pad, LEFT, pos=QPoint(40, 40))
    assert [len(s.points) for s in heard.strokes] == [1]
    release = QEvent.Type.MouseButtonRelease
    for kind in (QEvent.Type.MouseButtonPress, release, QEvent.Type.MouseButtonDblClick, release):
        mouse(pad, kind, 90, 90, NONE if kind is release else LEFT, LEFT)
    assert len(heard.strokes) == 3
    assert all(np.allclose(s.points, 90 * UNITS) for s in heard.strokes[1:])
    ink = Canvas(SIDE).show(pad.drawing)
    assert ink[40, 40] == ink[90, 90] == 1


def test_the_right_button_erases(pad: DrawingPad, heard: Heard, qtbot: QtBot) -> None:
    drag(pad, qtbot, (20, 100), (180, 100))
    drag(pad, qtbot, (100, 60), (100, 140), button=RIGHT)
    assert [s.erase for s in heard.strokes] == [False, True]
    ink = Canvas(SIDE).show(pad.drawing)
    assert ink[100, 100] == 0
    assert ink[100, 40] == ink[100, 160] == 1


def test_the_eraser_makes_the_left_button_erase(pad: DrawingPad, heard: Heard, qtbot: QtBot) -> None:
    pad.erasing = True
    drag(pad, qtbot, (20, 100), (180, 100))
    assert heard.strokes[0].erase


def test_width_of_the_pen_is_that_of_the_moment_it_touches(pad: DrawingPad, heard: Heard, qtbot: QtBot) -> None:
    pad.pen_width = 40.0
    qtbot.mousePress(pad, LEFT, pos=QPoint(50, 50))
    pad.pen_width = 10.0
    mouse(pad, QEvent.Type.MouseMove, 60, 60)
    qtbot.mouseRelease(pad, LEFT, pos=QPoint(60, 60))
    assert heard.strokes[0].width == 40.0


def test_a_second_button_does_not_begin_another_stroke(pad: DrawingPad, heard: Heard, qtbot: QtBot) -> None:
    mouse(pad, QEvent.Type.MouseButtonPress, 20, 20, LEFT, LEFT)
    mouse(pad, QEvent.Type.MouseButtonPress, 30, 30, LEFT | RIGHT, RIGHT)
    mouse(pad, QEvent.Type.MouseMove, 40, 40, LEFT | RIGHT)
    mouse(pad, QEvent.Type.MouseButtonRelease, 40, 40, LEFT, RIGHT)
    mouse(pad, QEvent.Type.MouseMove, 60, 60, LEFT)
    mouse(pad, QEvent.Type.MouseButtonRelease, 60, 60, NONE, LEFT)
    (stroke,) = heard.strokes
    assert np.allclose(stroke.points, np.array([[20, 20], [40, 40], [60, 60]]) * UNITS)
    drag(pad, qtbot, (10, 10), (12, 12))
    assert len(heard.strokes) == 2


@pytest.mark.parametrize("far", [(-1e6, 50), (1e9, -1e9), (float("nan"), 10), (float("inf"), float("-inf"))])
def test_far_outside_stays_finite(pad: DrawingPad, heard: Heard, qtbot: QtBot, far: tuple[float, float]) -> None:
    qtbot.mousePress(pad, LEFT, pos=QPoint(100, 100))
    mouse(pad, QEvent.Type.MouseMove, *far)
    mouse(pad, QEvent.Type.MouseMove, 120, 100)
    qtbot.mouseRelease(pad, LEFT, pos=QPoint(120, 100))
    (stroke,) = heard.strokes
    assert np.isfinite(stroke.points).all()
    assert np.abs(stroke.points).max() <= FARTHEST
    assert np.isfinite(Canvas(64).show(pad.drawing)).all()
    pad.grab()


def test_a_stroke_that_leaves_the_pad_and_comes_back(pad: DrawingPad, heard: Heard, qtbot: QtBot) -> None:
    drag(pad, qtbot, (100, 100), (300, 100), (300, 180), (100, 180))
    (stroke,) = heard.strokes
    assert np.allclose(stroke.points[1], [300 * UNITS, 100 * UNITS], atol=1e-3)
    ink = Canvas(SIDE).show(pad.drawing)
    assert ink[100, 199] == ink[180, 199] == 1
    assert ink[140, 199] == 0


@pytest.mark.parametrize(("width", "height"), [(200, 120), (120, 200), (333, 333)])
def test_the_pad_is_a_square_in_the_middle(show: Callable[..., Any], qtbot: QtBot, width: int, height: int) -> None:
    pad = show(DrawingPad(), width, height)
    heard = Heard(pad)
    qtbot.mouseClick(pad, LEFT, pos=QPoint(width // 2, height // 2))
    assert np.allclose(heard.strokes[0].points, PAD / 2, atol=PAD / min(width, height))
    shot = pad.grab().toImage()
    assert shot.pixelColor(width // 2, height // 2).red() > 250


# --- showing ------------------------------------------------------------------------------------------------------


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 199), st.integers(0, 199)), min_size=1, max_size=5), max_size=4),
    st.booleans(),
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_seen_is_what_is_computed(
    pad: DrawingPad, qtbot: QtBot, strokes: list[list[tuple[int, int]]], erase: bool
) -> None:
    pad.set_drawing(Drawing())
    for number, points in enumerate(strokes):
        drag(pad, qtbot, *points, button=RIGHT if erase and number % 2 else LEFT)
    mouse(pad, QEvent.Type.MouseMove, 1, 1, NONE)
    QApplication.sendEvent(pad, QEvent(QEvent.Type.Leave))
    if not pad.drawing:
        return
    shot = pad.grab().toImage()
    ink = Canvas(SIDE).show(pad.drawing)
    for y, x in np.random.default_rng(0).integers(8, SIDE - 8, (60, 2)).tolist():
        assert abs(shot.pixelColor(x, y).red() - ink[y, x] * 255) <= 1


def test_a_picture_is_seen_in_its_colours_and_drawn_over_in_white_and_black(pad: DrawingPad, qtbot: QtBot) -> None:
    base = np.zeros((3, 2, 2), np.float32)
    base[0, :, 0], base[2, :, 1] = 1.0, 1.0  # red on the left, blue on the right
    pad.set_drawing(Drawing(base=base))
    drag(pad, qtbot, (20, 50), (180, 50))
    drag(pad, qtbot, (20, 120), (180, 120), button=RIGHT)
    QApplication.sendEvent(pad, QEvent(QEvent.Type.Leave))
    shot = pad.grab().toImage()
    for at, colour in {
        (20, 180): "#ff0000",
        (180, 180): "#0000ff",
        (30, 50): "#ffffff",
        (170, 50): "#ffffff",
        (100, 120): "#000000",
    }.items():
        assert shot.pixelColor(*at).name() == colour, at


def test_setters_do_not_echo(pad: DrawingPad, heard: Heard) -> None:
    drawing = Drawing((Stroke(np.array([[5, 5]])),))
    pad.set_drawing(drawing)
    pad.set_drawing(drawing)
    pad.set_drawing(Drawing())
    assert heard.drawings == []
    assert heard.strokes == []
    assert not pad.drawing


def test_drawing_goes_on_from_what_is_shown(pad: DrawingPad, heard: Heard, qtbot: QtBot) -> None:
    base = np.ones((4, 4), np.float32)
    first = Stroke(np.array([[5, 5]]))
    pad.set_drawing(Drawing((first,), base))
    qtbot.mouseClick(pad, LEFT, pos=QPoint(9, 9))
    assert pad.drawing.base is base
    assert pad.drawing.strokes[0] is first
    assert pad.drawing.strokes[1] is heard.strokes[0]


def test_a_drawing_from_elsewhere_ends_the_stroke_under_way(pad: DrawingPad, heard: Heard, qtbot: QtBot) -> None:
    qtbot.mousePress(pad, LEFT, pos=QPoint(50, 50))
    mouse(pad, QEvent.Type.MouseMove, 60, 60)
    said = len(heard.drawings)
    undone = Drawing()
    pad.set_drawing(undone)
    mouse(pad, QEvent.Type.MouseMove, 90, 90)
    qtbot.mouseRelease(pad, LEFT, pos=QPoint(90, 90))
    assert len(heard.drawings) == said
    assert heard.strokes == []
    assert pad.drawing is undone
    qtbot.mouseClick(pad, LEFT, pos=QPoint(9, 9))
    assert len(heard.strokes) == 1, "the next stroke works"


def test_the_drawing_it_reported_does_not_end_the_stroke(pad: DrawingPad, heard: Heard, qtbot: QtBot) -> None:
    pad.drawing_changed.connect(pad.set_drawing)  # as the experiment does
    drag(pad, qtbot, (10, 10), (20, 20), (30, 30))
    assert [len(s.points) for s in heard.strokes] == [3]


def test_an_empty_pad_says_what_to_do(pad: DrawingPad) -> None:
    def lit() -> int:
        shot = pad.grab().toImage()
        return sum(shot.pixelColor(x, y).red() > 60 for x in range(20, 180) for y in range(90, 110))

    QApplication.sendEvent(pad, QEvent(QEvent.Type.Leave))
    assert lit() > 50
    pad.set_drawing(Drawing(base=np.zeros((3, 3), np.float32)))
    assert lit() == 0


def test_a_hundred_thousand_points(pad: DrawingPad, heard: Heard, qtbot: QtBot) -> None:
    rng = np.random.default_rng(0)
    long = Stroke(rng.uniform(0, PAD, (1, 2)) + np.cumsum(rng.normal(0, 0.5, (100_000, 2)), axis=0))
    pad.set_drawing(Drawing((long,)))
    pad.grab()
    drag(pad, qtbot, *[(int(x), int(y)) for x, y in rng.uniform(0, SIDE, (1000, 2))])
    pad.grab()
    assert len(heard.strokes[0].points) == 1000
    assert pad.drawing.strokes[0] is long


def test_points_end_at_the_limit(pad: DrawingPad, heard: Heard, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convviz.ui.input.pad.MAX_POINTS", 5)
    drag(pad, qtbot, *[(i, i) for i in range(10, 30)])
    assert [len(s.points) for s in heard.strokes] == [5]
    drag(pad, qtbot, (1, 1), (2, 2))
    assert len(heard.strokes) == 2


def test_a_ring_shows_the_pen(pad: DrawingPad) -> None:
    pad.set_drawing(Drawing(base=np.zeros((3, 3), np.float32)))
    QApplication.sendEvent(pad, QEvent(QEvent.Type.Leave))
    before = pad.grab().toImage()
    mouse(pad, QEvent.Type.MouseMove, 100, 100, NONE)
    assert pad.grab().toImage() != before
    QApplication.sendEvent(pad, QEvent(QEvent.Type.Leave))
    assert pad.grab().toImage() == before


def test_a_pen_lifted_unseen_does_not_go_on_drawing(pad: DrawingPad, heard: Heard) -> None:
    mouse(pad, QEvent.Type.MouseButtonPress, 50, 50, LEFT, LEFT)
    mouse(pad, QEvent.Type.MouseMove, 60, 60)
    moved = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(90, 90), pad.mapToGlobal(QPointF(90, 90)), NONE, NONE, Qt.KeyboardModifier(0)
    )
    QApplication.sendEvent(pad, moved)
    assert [len(stroke.points) for stroke in heard.strokes] == [2]


@pytest.mark.parametrize("side", [120, 136, 244])
def test_what_an_empty_pad_says_is_inside_of_it(show: Callable[..., Any], side: int) -> None:
    seen = show(DrawingPad(), side, side).grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    grey = np.frombuffer(seen.constBits(), np.uint8).reshape(seen.height(), seen.bytesPerLine())[:, :side]
    inked = np.argwhere(grey[8:-8] > 60)[:, 1]  # not the corners, which are round
    assert len(inked)
    assert inked.min() >= 4
    assert inked.max() < side - 4

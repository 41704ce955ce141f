"""Occlusion: the sweep and its heat map, the patch by hand, and what is no longer true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from convviz.session.experiment import State
from convviz.session.outbox import Frame
from convviz.session.probing import OcclusionRead
from convviz.spec.probe import Patch, Probe
from convviz.spec.strokes import Drawing
from convviz.spec.weights import initial
from convviz.ui.why.page import WhyPage

LEFT = Qt.MouseButton.LeftButton
Frames = Callable[..., Frame]


@pytest.fixture
def page(show: Callable[..., Any]) -> WhyPage:
    return show(WhyPage(), 256, 600)  # type: ignore[no-any-return]


@pytest.fixture
def state(make_state: Callable[..., State]) -> State:
    return make_state()


@pytest.fixture
def frame(page: WhyPage, state: State, make_frame: Frames) -> Frame:
    made = make_frame(state)
    page.show_state(state)
    page.show_frame(made)
    return made


def read(frame: Frame, done: float = 1.0, **values: Any) -> OcclusionRead:
    target = int(frame.scores.argmax())
    heat = np.eye(28, dtype=np.float32)
    given = {"state": frame.state, "target": target, "patch": (5, 5), "heat": heat, "done": done}
    return OcclusionRead(**(given | values))


def move(widget: QWidget, to: QPoint) -> None:
    place = QPointF(to)
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, place, widget.mapToGlobal(place), none, LEFT, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(widget, event)


# --- the sweep -----------------------------------------------------------------------------------------------


def test_a_sweep_is_asked_for_fills_in_and_ends(page: WhyPage, frame: Frame, qtbot: QtBot) -> None:
    wanted: list[tuple[int, int, float]] = []
    page.sweep_wanted.connect(lambda *what: wanted.append(what))
    occlusion = page.occlusion
    qtbot.mouseClick(occlusion.sweep, LEFT)
    assert wanted == [(5, 2, 0.5)]
    assert (occlusion.sweep.text(), occlusion.progress.share) == ("Cancel", 0.0)
    page.show_occlusion(read(frame, 0.25))
    assert occlusion.progress.share == 0.25
    assert occlusion.section.picture.heat is not None
    page.show_occlusion(read(frame))
    assert (occlusion.sweep.text(), occlusion.progress.share) == ("Sweep", None)
    assert not occlusion.section.picture.dimmed


def test_a_sweep_is_cancelled_and_started_again(page: WhyPage, frame: Frame, qtbot: QtBot) -> None:
    cancelled: list[int] = []
    page.cancel_wanted.connect(lambda: cancelled.append(1))
    wanted: list[int] = []
    page.sweep_wanted.connect(lambda *_: wanted.append(1))
    qtbot.mouseClick(page.occlusion.sweep, LEFT)
    qtbot.mouseClick(page.occlusion.sweep, LEFT)
    page.sweep_ended()
    assert (cancelled, wanted) == ([1], [1])
    assert (page.occlusion.sweep.text(), page.occlusion.progress.share) == ("Sweep", None)
    qtbot.mouseClick(page.occlusion.sweep, LEFT)
    assert wanted == [1, 1]


def test_patch_and_stride_stay_within_the_input(page: WhyPage, frame: Frame, qtbot: QtBot) -> None:
    box = page.occlusion.side.boxes[0]
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_End)
    assert page.occlusion.side.value == 28
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert page.occlusion.side.value == 28
    assert "1 to 28 pixels" in page.refusal.text()
    qtbot.keyClick(box, Qt.Key.Key_Home)
    assert page.occlusion.side.value == 1


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda s: replace(s, drawing=Drawing()), "of an earlier drawing"),
        (
            lambda s: replace(s, weights=initial(s.network)),
            "of earlier weights",
        ),
        (lambda s: replace(s, channels=s.channels.toggled("muted", "conv1", 3)), "of earlier weights"),
    ],
)
def test_a_sweep_that_is_no_longer_true_is_dimmed(
    page: WhyPage, frame: Frame, make_frame: Frames, change: Callable[[State], State], why: str
) -> None:
    page.show_occlusion(read(frame))
    newer = change(frame.state)
    page.show_state(newer)
    page.show_frame(make_frame(newer))
    picture = page.occlusion.section.picture
    assert (picture.dimmed, picture.note) == (True, why)
    assert picture.picture is frame.maps["input"], "the heat stays on the drawing it is of"
    page.show_frame(make_frame(frame.state))
    assert not picture.dimmed, "an undo makes it true again"


def test_a_sweep_of_another_class_is_dimmed(page: WhyPage, frame: Frame, make_frame: Frames) -> None:
    page.show_occlusion(read(frame))
    other = replace(frame.state, probe=Probe(target=(int(frame.scores.argmax()) + 1) % 10))
    page.show_state(other)
    page.show_frame(make_frame(other))
    assert page.occlusion.section.picture.note == "of another class"


def test_a_sweep_of_nan_scores_crashes_nothing(page: WhyPage, frame: Frame) -> None:
    page.show_occlusion(read(frame, heat=np.full((28, 28), np.nan, np.float32)))
    assert page.grab().width() > 0
    assert page.occlusion.section.reading.text() == "not a number in places"


def test_the_map_speaks_as_the_patch_by_hand_does(page: WhyPage, frame: Frame, qtbot: QtBot) -> None:
    heat = np.zeros((28, 28), np.float32)
    heat[4, 9], heat[20, 3] = 4.2, -0.5
    page.show_occlusion(read(frame, heat=heat))
    section = page.occlusion.section
    assert section.reading.text() == "falls by up to 4.20"
    for pixel, text in (
        ((4, 9), "falls by 4.20 here"),
        ((20, 3), "rises by 0.50 here"),
        ((0, 0), "stays as it is here"),
    ):
        qtbot.mouseMove(section.picture, section.picture.center_of(pixel).toPoint())
        assert section.reading.text() == text
    assert "mean over all patches that cover the pixel" in section.picture.toolTip()


def test_a_stride_is_not_larger_than_the_patch(page: WhyPage, frame: Frame, make_frame: Frames, qtbot: QtBot) -> None:
    side, stride = page.occlusion.side, page.occlusion.stride
    box = stride.boxes[0]
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_End)
    assert stride.value == 5
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert stride.value == 5
    assert "1 to 5 pixels, the side of the patch" in page.refusal.text()
    side.boxes[0].setFocus()
    qtbot.keyClick(side.boxes[0], Qt.Key.Key_Down)
    assert (side.value, stride.value) == (4, 4), "it goes down with the patch"


# --- by hand -------------------------------------------------------------------------------------------------


def test_the_patch_follows_the_mouse_and_goes_with_the_button(page: WhyPage, frame: Frame, qtbot: QtBot) -> None:
    moved: list[Patch | None] = []
    page.patch_moved.connect(moved.append)
    picture = page.occlusion.section.picture
    at = [picture.center_of(pixel).toPoint() for pixel in ((10, 10), (12, 10), (12, 27))]
    qtbot.mousePress(picture, LEFT, pos=at[0])
    for place in at[1:]:
        move(picture, place)
    qtbot.mouseRelease(picture, LEFT, pos=at[2])
    assert moved == [Patch(10, 8, 5, 5, 0.5), Patch(10, 25, 5, 5, 0.5), None]


def test_the_score_with_the_patch_is_that_of_the_class_without_it(
    page: WhyPage, frame: Frame, make_frame: Frames
) -> None:
    best = int(frame.scores.argmax())
    covered = replace(frame.state, probe=Probe(patch=Patch(0, 0, 5, 5)))
    page.show_state(covered)
    answer = make_frame(covered, seed=3)
    answer.maps["fc2"][:] = np.arange(10)
    page.show_frame(answer)
    change = best - float(frame.scores[best])
    text = page.occlusion.by_hand.text()
    assert text == f"{best} with the patch: {best:.2f}, {'rises' if change > 0 else 'falls'} by {abs(change):.2f}"
    picture = page.occlusion.section.picture
    assert picture.picture is answer.maps["input"]
    assert not picture.dimmed


def test_no_change_is_claimed_against_an_earlier_drawing(page: WhyPage, frame: Frame, make_frame: Frames) -> None:
    covered = replace(frame.state, drawing=Drawing(), probe=Probe(patch=Patch(0, 0, 5, 5)))
    page.show_state(covered)
    page.show_frame(make_frame(covered, seed=3))
    assert " by " not in page.occlusion.by_hand.text()


def test_the_score_with_the_patch_is_that_of_a_class_chosen_meanwhile(
    page: WhyPage, frame: Frame, make_frame: Frames
) -> None:
    chosen = (int(frame.scores.argmax()) + 1) % 10
    covered = make_frame(replace(frame.state, probe=Probe(target=chosen, patch=Patch(0, 0, 5, 5))), seed=3)
    page.show_state(covered.state)
    page.show_frame(covered)
    change = float(covered.scores[chosen]) - float(frame.scores[chosen])
    word = "rises" if change > 0 else "falls"
    text = f"{chosen} with the patch: {covered.scores[chosen]:.2f}, {word} by {abs(change):.2f}".replace("-", "−")
    assert page.occlusion.by_hand.text() == text


def test_keys_lay_the_patch(page: WhyPage, frame: Frame, qtbot: QtBot) -> None:
    moved: list[Patch | None] = []
    page.patch_moved.connect(moved.append)
    picture = page.occlusion.section.picture
    picture.setFocus()
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_Escape):
        qtbot.keyClick(picture, key)
    assert moved == [Patch(12, 12, 5, 5, 0.5), Patch(12, 13, 5, 5, 0.5), None]


def test_leaving_the_page_takes_the_patch_away(page: WhyPage, frame: Frame, qtbot: QtBot) -> None:
    moved: list[Patch | None] = []
    page.patch_moved.connect(moved.append)
    picture = page.occlusion.section.picture
    picture.setFocus()
    qtbot.keyClick(picture, Qt.Key.Key_Space)
    page.hide()
    assert moved[-1] is None

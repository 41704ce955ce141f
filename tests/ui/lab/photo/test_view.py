"""The photo's view under mouse and keys; what stands on screen against the operation's values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from convviz.spec.lab.lab import Lab, drawn_lab
from convviz.spec.lab.statistics import statistics
from convviz.spec.lab.trial import perform
from convviz.spec.network import AvgPool2d, Conv2d, ConvTranspose2d, MaxPool2d
from convviz.spec.weights import Weights
from convviz.ui.lab.photo.canvas import PhotoCanvas
from convviz.ui.lab.photo.captions import captions
from convviz.ui.lab.photo.footer import FOR, written
from convviz.ui.lab.photo.view import PhotoView
from convviz.ui.lab.photo.whole import Whole
from convviz.ui.lab.scene import Pointer

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
PRESS, MOVE, RELEASE = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease
Pixel = Callable[[QWidget, QPoint], QColor]


@pytest.fixture
def view(show: Callable[..., Any], photo_lab) -> PhotoView:
    shown: PhotoView = show(PhotoView(), 680, 540)
    shown.show_lab(photo_lab())
    return shown


def told(signal: Any) -> list[Any]:
    heard: list[Any] = []
    signal.connect(heard.append)
    return heard


def wheel(canvas: PhotoCanvas, at: QPointF, notches: int) -> None:
    no = Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        at, canvas.mapToGlobal(at), QPoint(), QPoint(0, 120 * notches), NONE, no, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(canvas, event)


def mouse(canvas: PhotoCanvas, kind: QEvent.Type, at: QPointF, *, held: bool = True) -> None:
    button, buttons = (NONE if kind == MOVE else LEFT), (LEFT if held and kind != RELEASE else NONE)
    no = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(canvas, QMouseEvent(kind, at, canvas.mapToGlobal(at), button, buttons, no))


def near(view: PhotoView, place: tuple[int, int], scale: float = 40.0) -> QPointF:
    """Zooms to a place of the result, and says where it is then."""
    view.canvas.zoom_to(scale, view.canvas.point_of(1, place))
    return view.canvas.point_of(1, place)


def test_the_result_on_screen_is_the_operations(view: PhotoView, pixel: Pixel) -> None:
    lab = view._lab
    assert lab is not None
    whole = perform(lab).output[0]
    sampled = view.canvas.sampled
    assert sampled is not None
    expected = whole[sampled.rows.places][:, sampled.columns.places]
    assert np.allclose(sampled.values[0], expected, atol=1e-6)
    near(view, (150, 200))
    for place in ((150, 200), (151, 201), (149, 202)):
        colour = pixel(view.canvas, view.canvas.point_of(1, place).toPoint() - QPoint(17, 17))
        assert np.sign(colour.red() - colour.blue()) == np.sign(whole[place]), "orange is positive, blue negative"


def test_both_pictures_show_the_same_place(view: PhotoView) -> None:
    canvas = view.canvas
    for place in ((0, 0), (297, 397), (100, 50)):
        middle = place[0] + 1, place[1] + 1  # of its 3×3 window
        offset = QPointF(canvas.pane(1).left() - canvas.pane(0).left(), 0)
        assert canvas.point_of(1, place) - canvas.point_of(0, middle) == offset


def test_the_wheel_zooms_around_the_mouse(view: PhotoView) -> None:
    canvas = view.canvas
    at = canvas.point_of(0, (220, 100))
    before = canvas.view.scale
    wheel(canvas, at, 8)
    assert canvas.view.scale == pytest.approx(before * 1.25**8)
    assert (canvas.point_of(0, (220, 100)) - at).manhattanLength() < 1e-6
    wheel(canvas, at, -20)
    assert canvas.view.scale == pytest.approx(before), "never smaller than it fits"


def test_a_drag_moves_both(view: PhotoView) -> None:
    canvas, chosen = view.canvas, told(view.chosen)
    at = near(view, (150, 200), 4.0)
    mouse(canvas, PRESS, at)
    mouse(canvas, MOVE, at + QPointF(30, -20))
    assert (canvas.point_of(1, (150, 200)) - at - QPointF(30, -20)).manhattanLength() < 1e-6
    mouse(canvas, MOVE, at + QPointF(10_000, 0))
    assert canvas.view.left == 0.0, "not beyond the photo"
    mouse(canvas, RELEASE, at + QPointF(10_000, 0))
    assert not chosen


def test_a_click_chooses_a_value_and_marks_it(view: PhotoView, qtbot: QtBot) -> None:
    chosen = told(view.chosen)
    at = near(view, (150, 200))
    qtbot.mouseClick(view.canvas, LEFT, pos=at.toPoint())
    assert chosen == [Pointer("output", (0, 150, 200))]
    view.select(chosen[0])
    assert view.canvas.selected == (150, 200)
    view.select(None)
    assert view.canvas.selected is None


def test_what_is_under_the_mouse_is_told(view: PhotoView, qtbot: QtBot) -> None:
    said = told(view.pointed_at)
    lab = view._lab
    assert lab is not None
    trial = perform(lab)
    near(view, (150, 200))
    for side in (0, 1):
        place = (151, 201) if side == 0 else (150, 200)
        mouse(view.canvas, MOVE, view.canvas.point_of(side, place), held=False)
        before, after = trial.values[0, 151, 201], trial.output[0, 150, 200]
        expected = f"photo row 151, column 201 = {before:.5g}  →  result[0] row 150, column 200 = {after:.5g}"
        assert said[-1] == expected.replace("-", "−")
    kernel = np.zeros((1, 1, 3, 3), np.float32)
    view.show_lab(replace(lab, weights=Weights({"conv.weight": kernel, "conv.bias": np.ones(1)})))
    assert said[-1].endswith("column 200 = 1"), "it follows the kernel"
    QApplication.sendEvent(view.canvas, QEvent(QEvent.Type.Leave))
    assert said[-1] == ""


def test_the_rim_has_no_result(view: PhotoView) -> None:
    said = told(view.pointed_at)
    near(view, (0, 0))
    view.canvas.look(view.canvas.view.moved(1e4, 1e4))
    mouse(view.canvas, MOVE, view.canvas.point_of(0, (0, 0)), held=False)
    assert said[-1].startswith("photo row 0, column 0")
    assert "result" not in said[-1]


def test_keys(view: PhotoView, qtbot: QtBot) -> None:
    canvas, chosen = view.canvas, told(view.chosen)
    canvas.setFocus()
    whole = canvas.view.scale
    qtbot.keyClick(canvas, Qt.Key.Key_1)
    assert canvas.view.scale == 1.0
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.view.scale == pytest.approx(1.25**2)
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    before = canvas.view
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    qtbot.keyClick(canvas, Qt.Key.Key_Down)
    assert canvas.view.left > before.left
    assert canvas.view.top > before.top
    qtbot.keyClick(canvas, Qt.Key.Key_Minus)
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert chosen[0].part == "output"
    qtbot.keyClick(canvas, Qt.Key.Key_0)
    assert canvas.view.scale == pytest.approx(whole)
    assert canvas.fitted


def test_it_fits_beside_the_panels_of_a_small_window(view: PhotoView, photo_lab) -> None:
    for channel in ("grey", "rgb"):
        view.show_lab(photo_lab(channel=channel))
        assert view.minimumSizeHint().width() <= 676
        assert view.minimumSizeHint().height() <= 400


def test_a_fitted_photo_stays_fitted(view: PhotoView) -> None:
    before = view.canvas.view.scale
    view.resize(1000, 540)
    assert view.canvas.view.scale > before
    near(view, (10, 10), 4.0)
    view.resize(680, 540)
    assert view.canvas.view.scale == 4.0


@pytest.mark.parametrize(
    "layer",
    [
        MaxPool2d("pool", (2, 2)),
        AvgPool2d("pool", (3, 3), (1, 1), (1, 1)),
        ConvTranspose2d("conv", 2, (3, 3), (2, 2)),
        Conv2d("conv", 3, (5, 5), padding=(4, 4), dilation=(2, 2), padding_mode="reflect"),
    ],
)
@pytest.mark.parametrize("scale", [None, 0.5, 30.0, 100.0])
def test_every_operation_is_painted_at_every_zoom(view: PhotoView, photo_lab, layer: Any, scale: float | None) -> None:
    lab: Lab = photo_lab(layer, "rgb", (90, 120))
    view.show_lab(lab)
    if scale is not None:
        view.canvas.zoom_to(scale)
    mouse(view.canvas, MOVE, view.canvas.pane(1).center(), held=False)
    view.grab()
    sampled = view.canvas.sampled
    assert sampled is not None
    whole = perform(lab).output[list(view.outputs)]
    expected = whole[:, sampled.rows.places][:, :, sampled.columns.places]
    assert np.allclose(sampled.values, expected, atol=1e-5)


def test_colour_photos_have_a_colour_result(view: PhotoView, photo_lab) -> None:
    view.show_lab(photo_lab(channel="rgb"))
    assert view.outputs == (0, 1, 2)
    assert view.tone == "offset"
    assert not view.tones.buttons["signed"].isEnabled()
    heard = told(view.channel_chosen)
    view.channels.setCurrentIndex(2)
    view.channels.activated.emit(2)
    assert (view.outputs, heard) == ((1,), [1])
    assert view.tones.buttons["signed"].isEnabled()
    view.show_lab(photo_lab())
    assert view.outputs == (0,)


def test_the_tone_fits_until_it_is_chosen(view: PhotoView, photo_lab, qtbot: QtBot) -> None:
    assert view.tone == "signed"
    assert view.controls.bar.isVisible()
    view.show_lab(photo_lab(MaxPool2d("pool", (2, 2))))
    assert view.tone == "clip"
    assert view.controls.legend.text()
    qtbot.mouseClick(view.tones.buttons["offset"], LEFT)
    view.show_lab(photo_lab())
    assert view.tone == "offset"


def test_a_whole_result_is_shown_until_the_lab_changes(view: PhotoView) -> None:
    lab = view._lab
    assert lab is not None
    values = perform(lab).output + np.float32(1)  # not what is computed here
    whole = Whole(values, (0,))
    assert not view.footer.save.isEnabled()
    view.show_full(whole)
    view.show_statistics([statistics(values)])
    sampled = view.canvas.sampled
    assert sampled is not None
    assert np.array_equal(sampled.values[0], values[0][sampled.rows.places][:, sampled.columns.places])
    assert view.footer.save.isEnabled()
    assert view.footer.facts.text().startswith("all pixels: −")
    view.show_lab(replace(lab, preset="other"))
    assert view.full is whole, "it computes the same"
    view.show_lab(replace(lab, flipped=True))
    assert view.full is None
    assert not view.footer.save.isEnabled()
    assert view.footer.facts.text() == FOR


def test_progress_and_cancel(view: PhotoView, qtbot: QtBot) -> None:
    wanted, cancelled = [], []
    view.full_wanted.connect(lambda: wanted.append(1))
    view.cancel_wanted.connect(lambda: cancelled.append(1))
    qtbot.mouseClick(view.footer.compute, LEFT)
    view.show_progress(64, 300, "64 of 300 rows")
    assert view.footer.compute.text() == "Cancel"
    assert view.footer.progress.share == 64 / 300
    qtbot.mouseClick(view.footer.compute, LEFT)
    view.show_progress(0, 0)
    assert (wanted, cancelled) == ([1], [1])
    assert view.footer.compute.text() == "Compute every pixel"


def test_what_is_no_photo_leaves_nothing(view: PhotoView, photo_lab) -> None:
    lab = view._lab
    assert lab is not None
    view.show_full(Whole(perform(lab).output, (0,)))
    view.show_lab(drawn_lab())
    assert (view.full, view.canvas.lab, view.canvas.sampled) == (None, None, None)
    mouse(view.canvas, MOVE, view.canvas.pane(1).center(), held=False)
    wheel(view.canvas, view.canvas.pane(1).center(), 1)
    view.grab()
    view.show_lab(lab)
    assert view.canvas.sampled is not None


def test_another_photo_is_seen_whole(view: PhotoView, photo_lab) -> None:
    near(view, (150, 200))
    view.select(Pointer("output", (0, 150, 200)))
    view.show_lab(photo_lab(size=(50, 40)))
    assert view.canvas.fitted
    assert view.canvas.selected is None
    assert view.footer.name.text() == "made.png · 40 × 50"


@pytest.mark.parametrize("size", [(1, 1), (1, 2000), (2000, 1), (3, 3)])
def test_odd_photos(view: PhotoView, photo_lab, size: tuple[int, int]) -> None:
    view.show_lab(photo_lab(Conv2d("conv", 1, (1, 1)), size=size))
    view.grab()
    view.canvas.zoom_to(1e9)
    view.grab()


def test_the_size_of_the_result_is_explained(view: PhotoView, photo_lab) -> None:
    assert view.formula.texts[1].endswith("⌊(400 + 2·0 − 1·(3 − 1) − 1)/1⌋ + 1 = 398")
    view.show_lab(photo_lab(MaxPool2d("pool", (2, 2))))
    assert view.formula.texts[0].endswith("= 150")


def test_the_statistics_are_of_the_channels_on_screen(view: PhotoView, photo_lab, qtbot: QtBot) -> None:
    lab = photo_lab(channel="rgb")
    view.show_lab(lab)
    whole = perform(lab).output
    view.show_full(Whole(whole, (0, 1, 2)))
    assert view.footer.facts.text() == "all pixels are computed"
    view.show_statistics([statistics(part) for part in whole])
    assert view.footer.facts.text() == written(statistics(whole), "all 3 colours")
    view.channels.setCurrentIndex(view.channels.findData(2))
    view.channels.activated.emit(view.channels.currentIndex())
    assert view.footer.facts.text() == written(statistics(whole[2]), "channel 2")
    view.set_channel(1)
    assert view.footer.facts.text() == written(statistics(whole[1]), "channel 1")


def test_no_tool_tip_hangs_over_the_pictures(view: PhotoView) -> None:
    canvas = view.canvas

    def tip_at(at: QPoint) -> str:
        QApplication.sendEvent(canvas, QHelpEvent(QEvent.Type.ToolTip, at, canvas.mapToGlobal(at)))
        text = QToolTip.text()
        QToolTip.hideText()
        return text

    assert [tip_at(canvas.pane(side).center().toPoint()) for side in (0, 1)] == ["", ""]
    for side in (0, 1):
        assert "Wheel: zoom" in tip_at(QPoint(int(canvas.pane(side).left()) + 20, 6))


@pytest.mark.parametrize("size", [(1, 20000), (20000, 1)])
def test_a_photo_that_is_a_line_is_seen_whole_and_can_be_pointed_at(
    view: PhotoView, photo_lab, pixel: Pixel, size: tuple[int, int]
) -> None:
    lab = photo_lab(size=size, padding=(1, 1))
    view.show_lab(lab)
    told_of = told(view.pointed_at)
    canvas, long = view.canvas, 0 if size[1] == 1 else 1
    assert canvas.sampled is not None
    values, whole = canvas.sampled.values[0], perform(lab).output[0]
    assert values.shape[1 - long] == 1
    assert values.shape[long] > 200
    places = canvas.sampled.columns.places if long else canvas.sampled.rows.places
    assert np.allclose(values.ravel(), whole.ravel()[places], atol=1e-6)
    middle = (0, 10000) if long else (10000, 0)
    at = QPoint(int(canvas.point_of(0, middle).x()), int(canvas.point_of(0, middle).y()))
    assert pixel(canvas, at) != pixel(canvas, at + QPoint(*((0, 9) if long else (9, 0))))
    mouse(canvas, MOVE, QPointF(canvas.point_of(1, middle)), held=False)
    assert "result[0]" in told_of[-1]
    assert all("thicker" in text for text in captions(lab, lab.row, canvas.view))
    canvas.zoom_to(4.0)
    assert not any("thicker" in text for text in captions(lab, lab.row, canvas.view))

"""The card of the input follows the State, and says what was chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from convviz.session.experiment import State
from convviz.spec.lab.charts import chart
from convviz.spec.lab.presets import PRESETS, lab
from convviz.spec.lab.signals import row_of, signal
from convviz.spec.lab.source import FromDrawing, FromPhoto, Grid, Source
from convviz.spec.photo import Photo
from convviz.spec.preparation import Preparation, prepare
from convviz.spec.strokes import Canvas, Drawing
from convviz.ui.lab.source.kinds import KINDS, kind_of
from convviz.ui.lab.source.panel import SourcePanel
from convviz.ui.look import theme

if TYPE_CHECKING:
    from .conftest import Desk

LEFT = Qt.MouseButton.LeftButton
PHOTO = FromPhoto(Photo(np.zeros((30, 40, 3), np.uint8), "dog.jpg"))
SOUND = Grid(np.zeros((2, 1, 8000)), "bell.wav, 1 s at 8000 Hz")
SOURCES: dict[str, list[Source]] = {
    "drawing": [FromDrawing()],
    "numbers": [Grid(np.ones((2, 3, 5))), lab("template-1d").source, lab("five-filters").source],
    "signal": [
        signal("noise", 9),
        row_of(np.zeros((1, 5, 5), np.float32), 3),
        Grid(np.ones((1, 1, 4)), "drawn signal"),
    ],
    "picture": [chart("letters", (20, 30))],
    "photo": [PHOTO],
    "sound": [SOUND],
}


def choose(desk: Desk, kind: str) -> None:
    """As the opened list does it."""
    desk.panel.kind.setCurrentIndex(list(KINDS).index(kind))
    desk.panel.kind.activated.emit(desk.panel.kind.currentIndex())


def test_the_page_is_that_of_the_input_and_setters_are_silent(desk: Desk) -> None:
    for kind, sources in SOURCES.items():
        for source in sources:
            assert kind_of(source) == kind
            desk.show(source)
            assert desk.panel.shown_kind == kind
            assert desk.panel.stack.currentWidget() is desk.panel._pages[kind]
    for name in PRESETS:
        desk.show(lab(name).source)
    assert not desk.said
    assert not desk.asked


def test_another_kind_is_one_edit_and_comes_back_as_it_was(desk: Desk) -> None:
    desk.show(chart("texture"))
    desk.show(signal("ramp", 12))
    desk.show(FromDrawing())
    choose(desk, "picture")
    assert desk.source.name == "texture"
    assert desk.chosen[-1][1] == "input: texture, 1×128×128"
    desk.show(FromDrawing())
    choose(desk, "signal")
    assert (desk.source.name, desk.source.values.shape) == ("ramp", (1, 1, 12))
    assert desk.state.lab.dims == 1
    choose(desk, "drawing")
    assert isinstance(desk.source, FromDrawing)
    assert desk.chosen[-1][1] == "input: the drawing"


def test_numbers_begin_with_those_that_are_there(desk: Desk) -> None:
    choose(desk, "numbers")
    state = desk.state
    received = prepare(Canvas().ink(state.drawing), state.preparation).result
    assert np.array_equal(desk.source.values[0], received), "those of the drawing"
    assert len(desk.chosen) == 1
    desk.show(PHOTO)
    choose(desk, "numbers")
    assert desk.source.values.shape == (1, 3, 5), "a photo has too many"


def test_the_keys_choose(desk: Desk, qtbot: QtBot) -> None:
    desk.panel.kind.setFocus()
    for _ in range(3):
        qtbot.keyClick(desk.panel.kind, Qt.Key.Key_Down)
    assert [kind_of(source) for source, _ in desk.chosen] == ["numbers", "signal", "picture"]


def test_a_photo_or_a_sound_waits_for_its_file(desk: Desk, qtbot: QtBot) -> None:
    desk.show(signal("sine", 8))
    choose(desk, "photo")
    assert desk.panel.stack.currentWidget() is desk.panel.photo
    assert not desk.chosen
    qtbot.mouseClick(desk.panel.photo.open, LEFT)
    qtbot.mouseClick(desk.panel.photo.paste, LEFT)
    choose(desk, "sound")
    qtbot.mouseClick(desk.panel.sound.open, LEFT)
    assert desk.asked == ["photo", "paste", "sound"]
    old = desk.state
    desk.state = replace(old, drawing=Drawing())
    desk.panel.show_state(old, desk.state)
    assert desk.panel.shown_kind == "sound", "what has nothing to do with the input leaves the page"
    desk.show(PHOTO)
    assert desk.panel.shown_kind == "photo"
    desk.show(FromDrawing())
    choose(desk, "photo")
    assert desk.source is PHOTO, "the photo that was there"


def test_an_input_that_is_refused_leaves_the_page(
    make_state: Callable[..., State], show: Callable[..., Any], tools: dict[str, QAction]
) -> None:
    panel = show(SourcePanel(tools), 256, 310)
    panel.show_state(None, make_state())  # nobody applies anything
    panel.kind.setCurrentIndex(list(KINDS).index("picture"))
    panel.kind.activated.emit(0)
    assert panel.shown_kind == "drawing"


def test_the_pad_draws(desk: Desk, qtbot: QtBot) -> None:
    drawings: list[Drawing] = []
    strokes: list[Any] = []
    desk.panel.drawing_changed.connect(drawings.append)
    desk.panel.stroke_finished.connect(strokes.append)
    qtbot.mousePress(desk.panel.pad, LEFT, pos=QPoint(60, 60))
    qtbot.mouseMove(desk.panel.pad, QPoint(90, 90))
    qtbot.mouseRelease(desk.panel.pad, LEFT, pos=QPoint(90, 90))
    assert drawings[-1].strokes[-1] is strokes[0]


def test_what_is_done_to_a_drawing_is_said(desk: Desk) -> None:
    page = desk.panel.drawing
    assert page.steps.text() == "prepared: cropped, scaled, centred"
    assert "28 × 28" in page.steps.toolTip()
    for steps, words in (
        ({"crop": False}, "prepared: scaled, centred"),
        ({"crop": False, "fit": False, "centre": False}, "not prepared"),
    ):
        old = desk.state
        desk.state = replace(old, preparation=replace(Preparation(), **steps))
        desk.panel.show_state(old, desk.state)
        assert page.steps.text() == words


def test_buttons_of_the_drawing_are_those_of_the_window(desk: Desk, tools: dict[str, QAction], qtbot: QtBot) -> None:
    done: list[str] = []
    for name in ("sample", "eraser", "clear"):
        tools[name].triggered.connect(lambda _on, n=name: done.append(n))
        button = desk.panel.findChild(QAbstractButton, f"lab_{name}_button")
        assert button is not None
        assert button.isVisible()
        qtbot.mouseClick(button, LEFT)
    assert done == ["sample", "eraser", "clear"]
    desk.show(PHOTO)
    assert not desk.panel.tools.isVisible(), "there is nothing to draw on"


@pytest.mark.parametrize("look", [theme.DARK, theme.LIGHT], ids=["dark", "light"])
def test_it_fits_its_column(desk: Desk, qapp: Any, look: theme.Theme) -> None:
    theme.apply(qapp, look)
    assert desk.panel.minimumSizeHint().width() <= theme.LEFT_PX
    assert desk.panel.sizeHint().height() <= 330
    for sources in SOURCES.values():
        desk.show(sources[0])
        desk.panel.grab()
        page = desk.panel.stack.currentWidget()
        for part in page.findChildren(QWidget):
            if part.isVisible() and part.parentWidget() is page:
                assert page.rect().contains(part.geometry()), part.objectName()


def test_everything_has_a_name(desk: Desk) -> None:
    for kind in (QAbstractButton, QComboBox):
        for part in desk.panel.findChildren(kind):
            if part.focusPolicy() != Qt.FocusPolicy.NoFocus and not part.objectName().startswith("qt_"):
                assert part.objectName(), part
                assert part.accessibleName(), part.objectName()

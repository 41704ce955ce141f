"""The page of a kernel: what it shows of a KernelView, and what it says when somebody works on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QMenu, QScrollArea, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from convviz.spec import cells, kernels
from convviz.spec.kernel_view import KernelView
from convviz.ui.kernel.operations import OPERATIONS
from convviz.ui.kernel.panel import KernelPanel
from convviz.ui.look import theme
from convviz.ui.look.colours import table

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


def view_of(shape: tuple[int, int, int] = (4, 3, 3), **values: Any) -> KernelView:
    """A kernel of distinct numbers, untouched; other fields as given."""
    array = (np.arange(np.prod(shape), dtype=np.float32).reshape(shape) - 10) / 8
    given = {"layer": "conv2", "channel": 5, "values": array, "original": array.copy(), "bias": 0.5}
    given |= {"original_bias": 0.5, "cells": shape[1] * shape[2], "reads": "relu1"}
    return KernelView(**(given | values))


class Desk:
    """Stands for the window: takes edits into its kernel and shows the result at once."""

    def __init__(self, panel: KernelPanel) -> None:
        self.panel = panel
        self.view = view_of()
        self.marks: frozenset[str] = frozenset()
        self.said: list[object] = []
        self.edits = 0
        panel.kernel_edited.connect(self._kernel)
        panel.bias_edited.connect(self._bias)
        for signal in (panel.edit_finished, panel.mark_toggled, panel.reset_wanted, panel.refused):
            signal.connect(self.said.append)

    def show(self, view: KernelView) -> None:
        self.view = view
        self.panel.show_kernel(view, self.marks)

    def _kernel(self, values: np.ndarray) -> None:
        assert values.shape == self.view.values.shape
        assert values.dtype == np.float32
        self.edits += 1
        self.show(replace(self.view, values=values))

    def _bias(self, value: float) -> None:
        self.show(replace(self.view, bias=value))


@pytest.fixture
def panel(show: Callable[..., Any], qtbot: QtBot) -> Iterator[KernelPanel]:
    """The page on a card, as the inspector has it."""
    card = QFrame()
    card.setProperty("role", "card")
    made = KernelPanel()
    QVBoxLayout(card).addWidget(made)
    show(card, 266, 420)
    card.activateWindow()
    made.grid.setFocus()
    qtbot.waitUntil(made.grid.hasFocus)
    yield made
    del card


@pytest.fixture
def desk(panel: KernelPanel) -> Desk:
    made = Desk(panel)
    made.show(made.view)
    return made


def mouse(widget: QWidget, kind: QEvent.Type, at: QPoint, *, down: bool = True) -> None:
    button = NONE if kind == QEvent.Type.MouseMove else LEFT
    place = QPointF(at)
    held = Qt.KeyboardModifier.NoModifier
    event = QMouseEvent(kind, place, widget.mapToGlobal(place), button, LEFT if down else NONE, held)
    QApplication.sendEvent(widget, event)


# --- showing --------------------------------------------------------------------------------------------------


def test_setters_say_nothing(desk: Desk) -> None:
    desk.marks = frozenset({"muted", "frozen"})
    for view in (view_of(), view_of((1, 2, 3)), view_of(channel=6), view_of(bias=None), view_of(layer="x")):
        desk.show(view)
    desk.panel.show_kernel(None)
    assert (desk.said, desk.edits) == ([], 0)


def test_captions(desk: Desk) -> None:
    panel = desk.panel
    panel.choose_slice(3)
    assert panel.caption.text() == "slice 3 of 4 · reads relu1[3]"
    desk.show(view_of(first=8))
    assert panel.caption.text() == "slice 3 of 4 · reads relu1[11]"
    desk.show(view_of((1, 3, 3), reads="input"))
    assert panel.caption.text() == "reads input"
    assert panel.cell_line.text() == "row 0, column 0: -1.25"


def test_one_slice_needs_no_strip(desk: Desk) -> None:
    panel = desk.panel
    assert panel.strip.isVisible()
    assert panel.marks.all_slices.isVisible()
    desk.show(view_of((1, 3, 3)))
    assert not panel.strip.isVisible()
    assert not panel.marks.all_slices.isVisible()


def test_the_chosen_slice_and_cell_stay_with_the_kernel(desk: Desk, qtbot: QtBot) -> None:
    panel = desk.panel
    middle = panel.strip.thumbnails.slice_rect(2).center().toPoint()
    qtbot.mouseClick(panel.strip.thumbnails, LEFT, pos=middle)
    qtbot.mouseClick(panel.grid, LEFT, pos=panel.grid.cell_center((1, 2)))
    desk.show(replace(desk.view, values=desk.view.values * 2))
    assert (panel.chosen_slice, panel.grid.selected) == (2, (1, 2))
    assert np.array_equal(panel.grid.values, desk.view.values[2])
    desk.show(view_of(layer="conv3"))
    assert (panel.chosen_slice, panel.grid.selected) == (0, (0, 0))
    assert desk.said == []


def test_a_slice_that_the_kernel_does_not_have_is_its_last(desk: Desk) -> None:
    """The page of gradients may know a wider kernel than this one, which waits until it is seen."""
    desk.show(view_of((2, 3, 3)))
    desk.panel.choose_slice(9)
    assert desk.panel.chosen_slice == 1
    desk.show(view_of((4, 3, 3)))
    desk.panel.choose_slice(3)
    assert desk.panel.chosen_slice == 3


def test_marks_are_shown_and_toggled(desk: Desk, qtbot: QtBot) -> None:
    buttons = desk.panel.marks.buttons
    desk.marks = frozenset({"solo"})
    desk.show(desk.view)
    assert [name for name, button in buttons.items() if button.isChecked()] == ["solo"]
    for button in buttons.values():
        assert button.toolTip()
        qtbot.mouseClick(button, LEFT)
    assert desk.said == ["muted", "solo", "frozen"]


def test_values_that_are_not_numbers_show(desk: Desk) -> None:
    values = desk.view.values.copy()
    values[0, 0, 0], values[1, 1, 1] = np.nan, np.inf
    desk.show(replace(desk.view, values=values))
    panel = desk.panel
    at = panel.grid.cell_rect((0, 0)).topLeft() + QPoint(8, 8)
    assert panel.grid.grab().toImage().pixelColor(at).name() == theme.DARK.not_a_number
    assert panel.cell_line.text() == "row 0, column 0: NaN (was -1.25)"
    assert np.isfinite(panel.grid.extreme)


@pytest.mark.parametrize("look", [theme.DARK, theme.LIGHT])
def test_zero_is_the_card_in_both_themes(desk: Desk, qapp: QApplication, look: theme.Theme) -> None:
    theme.apply(qapp, look)
    desk.show(view_of(values=np.zeros((4, 3, 3), np.float32), original=None))
    shot = desk.panel.window().grab().toImage()
    for part, at in [
        (desk.panel.grid, desk.panel.grid.cell_rect((1, 1)).topLeft() + QPoint(8, 8)),
        (desk.panel.strip.thumbnails, desk.panel.strip.thumbnails.slice_rect(2).center().toPoint()),
    ]:
        assert shot.pixelColor(part.mapTo(desk.panel.window(), at)).name() == look.card


def test_the_thumbnails_have_the_kernels_colours(desk: Desk) -> None:
    strip = desk.panel.strip.thumbnails
    shot = strip.grab().toImage()
    extreme = float(np.abs(desk.view.values).max())
    for number in (1, 3):  # slice 0 is framed
        for cell in np.ndindex(3, 3):
            expected = QColor.fromRgb(
                int(table(theme.DARK)[round(float(desk.view.values[number][cell]) / extreme * 127) + 128])
            )
            assert shot.pixelColor(strip.unit_center((number, *cell))).name() == expected.name()


@pytest.mark.parametrize(
    "shape", [(1, 1, 1), (512, 1, 1), (512, 3, 3), (3, 11, 11), (1, 205, 20), (1, 1, 7), (256, 6, 6), (1, 28, 28)]
)
def test_every_kernel_fits_into_the_inspector(desk: Desk, shape: tuple[int, int, int]) -> None:
    desk.show(view_of(shape))
    panel = desk.panel
    assert panel.width() == 242
    for part in (panel.grid.parentWidget(), panel.commands, panel.strip, panel.marks):
        widest = part.mapTo(panel, QPoint(0, 0)).x() + (part.width() if part is not panel.grid.parentWidget() else 0)
        assert widest <= 242
    scroll = panel.findChild(QScrollArea, "kernel_scroll")
    assert scroll.mapTo(panel, QPoint(0, 0)).x() + scroll.width() <= panel.commands.x()
    assert scroll.height() <= 186


def test_a_narrow_page_has_a_smaller_grid(desk: Desk) -> None:
    desk.panel.window().resize(250, 420)
    assert desk.panel.grid.width() <= 242 - 16 - 60
    assert desk.panel.commands.geometry().right() < desk.panel.width()


def test_everything_interactive_has_names(desk: Desk) -> None:
    for kind in (QToolButton, QLineEdit):
        for widget in desk.panel.findChildren(kind):
            if widget.objectName().startswith("qt_"):
                continue
            assert widget.objectName()
            assert widget.accessibleName()


# --- cells ----------------------------------------------------------------------------------------------------


def test_a_drag_edits_the_whole_kernel_and_is_not_disturbed(desk: Desk) -> None:
    panel, before = desk.panel, desk.view.values
    panel.choose_slice(1)
    at = panel.grid.cell_center((0, 2))
    mouse(panel.grid, QEvent.Type.MouseButtonPress, at)
    for up in (10, 20, 60):
        mouse(panel.grid, QEvent.Type.MouseMove, at - QPoint(0, up))
        desk.show(replace(desk.view, bias=up / 100))  # training goes on
    mouse(panel.grid, QEvent.Type.MouseButtonRelease, at, down=False)
    expected = before.copy()
    expected[1, 0, 2] += float(np.abs(before).max())  # half of the range
    assert desk.view.values == pytest.approx(expected, abs=0.002)
    assert desk.said == ["kernel cell (0, 2)"]
    assert desk.edits == 3


def test_what_training_does_to_other_cells_survives_a_drag(desk: Desk) -> None:
    panel = desk.panel
    at = panel.grid.cell_center((0, 0))
    mouse(panel.grid, QEvent.Type.MouseButtonPress, at)
    mouse(panel.grid, QEvent.Type.MouseMove, at - QPoint(0, 30))
    trained = desk.view.values + np.float32(0.5)
    desk.show(replace(desk.view, values=trained))
    mouse(panel.grid, QEvent.Type.MouseMove, at - QPoint(0, 31))
    mouse(panel.grid, QEvent.Type.MouseButtonRelease, at, down=False)
    same = desk.view.values == trained
    assert list(zip(*np.nonzero(~same), strict=True)) == [(0, 0, 0)]


def test_another_kernel_ends_a_drag_without_a_word(desk: Desk) -> None:
    at = desk.panel.grid.cell_center((0, 0))
    mouse(desk.panel.grid, QEvent.Type.MouseButtonPress, at)
    mouse(desk.panel.grid, QEvent.Type.MouseMove, at - QPoint(0, 30))
    desk.show(view_of(channel=6))
    mouse(desk.panel.grid, QEvent.Type.MouseMove, at - QPoint(0, 60))
    mouse(desk.panel.grid, QEvent.Type.MouseButtonRelease, at, down=False)
    assert (desk.edits, desk.said) == (1, [])
    assert np.array_equal(desk.view.values, view_of().values)


def test_the_brush_paints_its_value(desk: Desk, qtbot: QtBot) -> None:
    panel = desk.panel
    qtbot.mouseClick(panel.commands.brush, LEFT)
    qtbot.mouseClick(panel.commands.brush_value, LEFT)
    qtbot.keyClicks(panel.commands.brush_value, "7")
    qtbot.keyClick(panel.commands.brush_value, Qt.Key.Key_Return)
    assert desk.said == []  # a brush is no edit
    qtbot.mouseClick(panel.grid, LEFT, pos=panel.grid.cell_center((2, 2)))
    assert desk.view.values[0, 2, 2] == 7.0
    assert desk.said == ["kernel paint"]
    qtbot.mouseClick(panel.commands.brush, LEFT)
    qtbot.mouseClick(panel.grid, LEFT, pos=panel.grid.cell_center((1, 1)))
    assert desk.edits == 1


def test_page_keys_go_through_the_slices(desk: Desk, qtbot: QtBot) -> None:
    for key, number in [(Qt.Key.Key_PageDown, 1), (Qt.Key.Key_PageDown, 2), (Qt.Key.Key_PageUp, 1)]:
        qtbot.keyClick(desk.panel.grid, key)
        assert desk.panel.chosen_slice == number


# --- presets, operations, resets --------------------------------------------------------------------------------


@pytest.mark.parametrize("every", [False, True])
@pytest.mark.parametrize("name", [name for name in kernels.PRESETS if name != "random"])
def test_presets(desk: Desk, qtbot: QtBot, name: str, every: bool) -> None:
    if every:
        qtbot.mouseClick(desk.panel.marks.all_slices, LEFT)
    expected = desk.view.values.copy()
    expected[slice(None) if every else 0] = kernels.preset(name, (3, 3))
    desk.panel.commands.presets[name].trigger()
    assert np.array_equal(desk.view.values, expected)
    assert desk.said == [f"preset {name}"]


@pytest.mark.parametrize("every", [False, True])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.text)
def test_operations(desk: Desk, qtbot: QtBot, operation: Any, every: bool) -> None:
    if every:
        qtbot.mouseClick(desk.panel.marks.all_slices, LEFT)
    chosen = slice(None) if every else slice(0, 1)
    expected = desk.view.values.copy()
    expected[chosen] = operation.function(expected[chosen])
    desk.panel.commands.operations[operation.text].trigger()
    assert np.array_equal(desk.view.values, expected)
    assert desk.said == [operation.text]


def test_presets_that_do_not_fit_are_not_offered(desk: Desk) -> None:
    desk.show(view_of((4, 1, 1)))
    offered = {name for name, action in desk.panel.commands.presets.items() if action.isEnabled()}
    assert offered == {"identity", "all ones", "box", "Gaussian", "random", "zero"}
    assert "needs at least 3 × 3" in desk.panel.commands.presets["Laplacian"].toolTip()


def test_operations_refused_in_a_sentence(desk: Desk) -> None:
    desk.show(view_of((4, 2, 3)))
    desk.panel.commands.operations["rotate"].trigger()
    assert desk.edits == 0
    assert "rotate it by 180° instead" in str(desk.said[0])


def test_rows_that_are_no_maps(desk: Desk, qtbot: QtBot) -> None:
    desk.show(view_of((1, 2, 4), cells=6))
    commands = desk.panel.commands
    commands.operations["rotate by 180°"].trigger()
    assert "nothing to turn" in str(desk.said.pop())
    commands.operations["normalise to sum 0"].trigger()
    assert desk.view.values.ravel()[:6].sum() == pytest.approx(0, abs=1e-6)
    commands.presets["all ones"].trigger()
    kept = view_of((1, 2, 4)).values.ravel()[6:]  # what the blank cells hold is not ours
    assert desk.view.values.ravel().tolist() == [1] * 6 + kept.tolist()


def test_resets(desk: Desk, qtbot: QtBot) -> None:
    original = desk.view.original
    desk.show(replace(desk.view, values=desk.view.values * 2))
    qtbot.mouseClick(desk.panel.grid, LEFT, pos=desk.panel.grid.cell_center((2, 1)))
    for name in ("cell", "kernel", "layer", "network"):
        desk.panel.commands.resets[name].trigger()
    assert desk.said == ["reset kernel cell (2, 1)", "kernel", "layer", "network"]
    assert original is not None
    assert desk.view.values[0, 2, 1] == original[0, 2, 1]
    assert (desk.view.values == original).sum() <= 2  # and zero, which doubling left alone


def test_nothing_to_reset_a_cell_to(desk: Desk) -> None:
    desk.show(replace(desk.view, original=None))
    desk.panel.commands.resets["cell"].trigger()
    assert "had another shape when the network was opened" in str(desk.said[0])


def test_menus_hold_every_command(desk: Desk) -> None:
    menus = {
        menu.objectName(): [a.text() for a in menu.actions() if a.text()] for menu in desk.panel.findChildren(QMenu)
    }
    assert menus["preset_menu"] == list(kernels.PRESETS)
    assert menus["edit_menu"] == [*(o.label for o in OPERATIONS), "Copy kernel", "Paste"]
    assert len(menus["reset_menu"]) == 4


# --- clipboard and bias -----------------------------------------------------------------------------------------


def test_copy_kernel_to_kernel(desk: Desk) -> None:
    copied = desk.view.values
    desk.panel.commands.copy.trigger()
    desk.show(view_of(channel=6, values=np.zeros((4, 3, 3), np.float32)))
    desk.panel.commands.paste.trigger()
    assert np.array_equal(desk.view.values, copied)
    assert desk.said == ["kernel paste"]


def test_one_block_goes_to_the_selected_cell(desk: Desk, qtbot: QtBot) -> None:
    desk.panel.choose_slice(2)
    desk.panel.grid.set_selected((1, 1))
    QGuiApplication.clipboard().setText("9\t8\n7\t6")
    desk.panel.commands.paste.trigger()
    assert desk.view.values[2, 1:, 1:].tolist() == [[9, 8], [7, 6]]
    assert np.array_equal(desk.view.values[:2], view_of().values[:2])


@pytest.mark.parametrize("shape", [(3, 3, 3), (5, 3, 3), (4, 2, 2), (2, 100, 100)])
def test_kernels_that_do_not_fit(desk: Desk, shape: tuple[int, int, int]) -> None:
    QGuiApplication.clipboard().setText(cells.text(np.ones(shape, np.float32)))
    desk.panel.commands.paste.trigger()
    assert desk.edits == 0
    (sentence,) = desk.said
    assert f"{shape[1]} × {shape[2]}" in str(sentence)


def test_a_long_row_there_and_back(desk: Desk) -> None:
    desk.show(view_of((1, 205, 20), cells=4096))
    desk.panel.commands.copy.trigger()
    desk.show(replace(desk.view, values=desk.view.values * 0))
    desk.panel.commands.paste.trigger()
    assert np.array_equal(desk.view.values.ravel()[:4096], view_of((1, 205, 20)).values.ravel()[:4096])
    assert desk.said == ["kernel paste"]


@pytest.mark.parametrize(("bias", "text"), [(0.06375, "+0.064"), (-0.0213, "-0.0213")])
def test_a_bias_is_written_as_the_cells_are(desk: Desk, bias: float, text: str) -> None:
    desk.show(view_of(bias=bias))
    assert desk.panel.commands.bias.text() == text, "with its leading zero"


def test_the_bias(desk: Desk, qtbot: QtBot) -> None:
    field = desk.panel.commands.bias
    at = field.rect().center()
    mouse(field, QEvent.Type.MouseButtonPress, at)
    mouse(field, QEvent.Type.MouseMove, at - QPoint(0, 20))
    assert desk.said == []
    mouse(field, QEvent.Type.MouseButtonRelease, at, down=False)
    assert desk.view.bias != 0.5
    qtbot.mouseClick(field, LEFT)
    qtbot.keyClicks(field, "1,5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert desk.said[0] == "bias"
    assert "'1.5' with a point" in str(desk.said[1])
    desk.show(replace(desk.view, bias=None))
    assert not field.isVisible()

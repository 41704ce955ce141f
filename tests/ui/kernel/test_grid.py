"""The cells under real mouse and key events: every gesture, every bad input, what is painted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QHelpEvent, QKeySequence, QMouseEvent, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QToolTip, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from convviz.spec import cells
from convviz.ui.kernel.grid import KernelGrid
from convviz.ui.look import theme
from convviz.ui.look.colours import table
from convviz.ui.look.numbers import exact

VALUES = np.linspace(-1, 1, 25, dtype=np.float32).reshape(5, 5)
LEFT, RIGHT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.NoButton
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


class Heard:
    """What the grid said, in order."""

    def __init__(self, grid: KernelGrid) -> None:
        self.edits: list[np.ndarray] = []
        self.ends: list[str] = []
        self.refusals: list[str] = []
        grid.cells_edited.connect(self.edits.append)
        grid.edit_finished.connect(self.ends.append)
        grid.refused.connect(self.refusals.append)

    @property
    def last(self) -> np.ndarray:
        return self.edits[-1]


@pytest.fixture
def grid(show: Callable[..., Any], qtbot: QtBot) -> Iterator[KernelGrid]:
    """Five by five cells in a window with room around them."""
    window = QWidget()
    made = KernelGrid()
    column = QVBoxLayout(window)
    column.addWidget(made)
    other = QLineEdit()
    other.setObjectName("other")
    column.addWidget(other)
    made.show_slice(VALUES, VALUES.copy())
    show(window, 260, 300)
    window.activateWindow()
    made.setFocus()
    qtbot.waitUntil(made.hasFocus)
    yield made
    del window


@pytest.fixture
def heard(grid: KernelGrid) -> Heard:
    return Heard(grid)


def editor(grid: KernelGrid) -> QLineEdit | None:
    found: list[QLineEdit] = grid.window().findChildren(QLineEdit, "cell_editor")
    return next((line for line in found if line.isVisible()), None)


def opened(grid: KernelGrid) -> QLineEdit:
    line = editor(grid)
    assert line is not None
    return line


def mouse(grid: KernelGrid, kind: QEvent.Type, at: QPoint, button: Qt.MouseButton, **more: Any) -> None:
    """A mouse event with the buttons and keys that are down."""
    down = more.get("down", button)
    held = more.get("held", Qt.KeyboardModifier.NoModifier)
    place = QPointF(at)
    QApplication.sendEvent(grid, QMouseEvent(kind, place, grid.mapToGlobal(place), button, down, held))


def press(grid: KernelGrid, at: QPoint, button: Qt.MouseButton = LEFT) -> None:
    mouse(grid, QEvent.Type.MouseButtonPress, at, button)


def move(grid: KernelGrid, at: QPoint, down: Qt.MouseButton = LEFT, **more: Any) -> None:
    mouse(grid, QEvent.Type.MouseMove, at, NONE, down=down, **more)


def release(grid: KernelGrid, at: QPoint, button: Qt.MouseButton = LEFT) -> None:
    mouse(grid, QEvent.Type.MouseButtonRelease, at, button, down=NONE)


def changed(values: np.ndarray, **at: float) -> np.ndarray:
    """The values with cells r1c2=… set."""
    result = values.copy()
    for name, value in at.items():
        result[int(name[1]), int(name[3])] = value
    return result


# --- dragging -------------------------------------------------------------------------------------------------


def test_dragging_up_and_down_follows_the_mouse(grid: KernelGrid, heard: Heard) -> None:
    at = grid.cell_center((2, 2))
    press(grid, at)
    move(grid, at - QPoint(0, 30))
    assert np.array_equal(heard.last, changed(VALUES, r2c2=0.5))
    move(grid, at + QPoint(0, 60))
    assert np.array_equal(heard.last, changed(VALUES, r2c2=-1.0))
    assert heard.ends == []
    release(grid, at + QPoint(0, 60))
    assert heard.ends == ["cell (2, 2)"]
    assert grid.selected == (2, 2)


def test_shift_is_ten_times_finer(grid: KernelGrid, heard: Heard) -> None:
    at = grid.cell_center((2, 2))
    press(grid, at)
    move(grid, at - QPoint(0, 30), held=SHIFT)
    assert heard.last[2, 2] == np.float32(0.05)
    release(grid, at)


def test_a_click_only_selects(grid: KernelGrid, heard: Heard, qtbot: QtBot) -> None:
    chosen: list[object] = []
    grid.cell_selected.connect(chosen.append)
    qtbot.mouseClick(grid, LEFT, pos=grid.cell_center((3, 1)))
    assert chosen == [(3, 1)]
    assert (heard.edits, heard.ends) == ([], [])


def test_the_colours_keep_their_scale_while_the_button_is_down(grid: KernelGrid, heard: Heard) -> None:
    at = grid.cell_center((2, 2))
    press(grid, at)
    move(grid, at - QPoint(0, 240))
    grid.show_slice(heard.last, VALUES)  # as a window shows what it was told
    assert grid.extreme == 1.0
    release(grid, at)
    assert grid.extreme == 4.0


def test_other_cells_move_on_under_a_drag(grid: KernelGrid, heard: Heard) -> None:
    at = grid.cell_center((0, 0))
    press(grid, at)
    move(grid, at - QPoint(0, 30))
    trained = VALUES + np.float32(0.25)
    grid.show_slice(trained, VALUES)
    move(grid, at - QPoint(0, 60))
    assert np.array_equal(heard.last, changed(trained, r0c0=0.0))
    release(grid, at)
    assert np.array_equal(grid.values, changed(trained, r0c0=0.0))


def test_escape_brings_the_start_back(grid: KernelGrid, heard: Heard, qtbot: QtBot) -> None:
    at = grid.cell_center((1, 1))
    press(grid, at)
    move(grid, at - QPoint(0, 50))
    qtbot.keyClick(grid, Qt.Key.Key_Escape)
    assert np.array_equal(heard.last, VALUES)
    assert heard.ends == ["cell (1, 1)"]
    move(grid, at - QPoint(0, 90))
    release(grid, at)
    assert (len(heard.edits), len(heard.ends)) == (2, 1)


def test_a_drag_that_was_undone_sets_nothing_more(grid: KernelGrid, heard: Heard) -> None:
    at = grid.cell_center((2, 2))
    press(grid, at)
    move(grid, at - QPoint(0, 30))
    grid.show_slice(heard.last, VALUES)  # the owner has it
    assert grid.busy
    grid.show_slice(VALUES, VALUES)  # and takes it back
    assert not grid.busy
    move(grid, at - QPoint(0, 60))
    release(grid, at - QPoint(0, 60))
    assert len(heard.edits) == 1
    assert heard.ends == []
    assert np.array_equal(grid.values, VALUES)


def test_after_a_drag_the_cells_are_what_was_shown_last(grid: KernelGrid, heard: Heard) -> None:
    at, other = grid.cell_center((2, 2)), VALUES + 7
    press(grid, at)
    move(grid, at - QPoint(0, 30))
    grid.show_slice(other, VALUES)  # reset, or weights from a file
    release(grid, at - QPoint(0, 30))
    assert np.array_equal(grid.values, other)


def test_escape_brings_back_what_was_there_when_the_drag_really_began(
    grid: KernelGrid, heard: Heard, qtbot: QtBot
) -> None:
    at, earlier = grid.cell_center((2, 2)), VALUES + 7
    press(grid, at)
    grid.show_slice(earlier, VALUES)  # an undo between the press and the first move
    move(grid, at - QPoint(0, 30))
    qtbot.keyClick(grid, Qt.Key.Key_Escape)
    assert np.array_equal(heard.last, earlier)


def test_a_release_that_was_missed_ends_the_drag(grid: KernelGrid, heard: Heard) -> None:
    at = grid.cell_center((1, 1))
    press(grid, at)
    move(grid, at - QPoint(0, 50))
    move(grid, at - QPoint(0, 80), down=NONE)
    assert (len(heard.edits), heard.ends) == (1, ["cell (1, 1)"])


def test_another_slice_gives_up_the_drag_without_a_word(grid: KernelGrid, heard: Heard) -> None:
    at = grid.cell_center((1, 1))
    press(grid, at)
    move(grid, at - QPoint(0, 50))
    grid.show_slice(np.zeros((3, 3), np.float32))
    move(grid, at - QPoint(0, 80))
    release(grid, at)
    assert (len(heard.edits), heard.ends) == (1, [])
    assert not grid.values.any()


def test_setters_say_nothing(grid: KernelGrid, heard: Heard) -> None:
    grid.show_slice(np.ones((3, 3), np.float32), None, 7, 2.0)
    grid.set_selected((9, 9))
    grid.set_brush(1.0)
    grid.set_side(150)
    assert grid.selected == (2, 0)  # the last that is real
    assert (heard.edits, heard.ends, heard.refusals) == ([], [], [])


# --- painting -------------------------------------------------------------------------------------------------


def test_a_fast_stroke_skips_nothing(grid: KernelGrid, heard: Heard) -> None:
    grid.set_brush(0.5)
    press(grid, grid.cell_center((0, 0)))
    move(grid, grid.cell_center((0, 4)))
    move(grid, grid.cell_center((4, 4)))
    release(grid, grid.cell_center((4, 4)))
    expected = VALUES.copy()
    expected[0, :] = expected[:, 4] = 0.5
    assert np.array_equal(heard.last, expected)
    assert heard.ends == ["paint"]


def test_the_right_button_paints_zero(grid: KernelGrid, heard: Heard) -> None:
    grid.set_brush(0.5)
    press(grid, grid.cell_center((1, 0)), RIGHT)
    move(grid, grid.cell_center((1, 2)), RIGHT)
    release(grid, grid.cell_center((1, 2)), RIGHT)
    assert np.array_equal(heard.last, changed(VALUES, r1c0=0.0, r1c1=0.0, r1c2=0.0))
    assert heard.ends == ["paint"]


def test_the_right_button_without_a_brush_does_nothing(grid: KernelGrid, heard: Heard, qtbot: QtBot) -> None:
    qtbot.mouseClick(grid, RIGHT, pos=grid.cell_center((1, 0)))
    assert (heard.edits, heard.ends) == ([], [])


def test_escape_takes_a_stroke_back(grid: KernelGrid, heard: Heard, qtbot: QtBot) -> None:
    grid.set_brush(9.0)
    press(grid, grid.cell_center((0, 0)))
    move(grid, grid.cell_center((3, 3)))
    qtbot.keyClick(grid, Qt.Key.Key_Escape)
    assert np.array_equal(heard.last, VALUES)
    assert np.array_equal(grid.values, VALUES)


def test_a_stroke_may_leave_the_grid_and_blank_cells_stay_blank(grid: KernelGrid, heard: Heard) -> None:
    grid.show_slice(np.zeros((2, 3), np.float32), None, 4)
    grid.set_brush(1.0)
    press(grid, grid.cell_center((0, 0)))
    move(grid, QPoint(-500, 90))
    move(grid, grid.cell_center((1, 2)))
    release(grid, QPoint(999, 999))
    assert heard.last.tolist() == [[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]]
    press(grid, grid.cell_center((1, 2)))
    release(grid, grid.cell_center((1, 2)))
    assert heard.ends == ["paint"]


# --- typing ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2])
def test_keys_open_the_line_with_the_value(grid: KernelGrid, qtbot: QtBot, key: Qt.Key) -> None:
    grid.set_selected((0, 1))
    qtbot.keyClick(grid, key)
    assert np.float32(opened(grid).text()) == VALUES[0, 1]
    assert opened(grid).hasSelectedText()


def test_a_double_click_opens_it_where_it_is(grid: KernelGrid, heard: Heard, qtbot: QtBot) -> None:
    at = grid.cell_center((3, 3))
    qtbot.mouseClick(grid, LEFT, pos=at)
    qtbot.mouseDClick(grid, LEFT, pos=at)
    line = opened(grid)
    assert line.geometry().contains(grid.mapTo(grid.window(), at))
    qtbot.keyClicks(line, "0.75")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert np.array_equal(heard.last, changed(VALUES, r3c3=0.75))
    assert heard.ends == ["cell (3, 3)"]
    assert editor(grid) is None
    assert grid.hasFocus()


@pytest.mark.parametrize(("keys", "value"), [("7", 7.0), ("-1e-3", -0.001), (".5", 0.5), ("+2", 2.0)])
def test_typing_just_starts(grid: KernelGrid, heard: Heard, qtbot: QtBot, keys: str, value: float) -> None:
    grid.set_selected((1, 1))
    qtbot.keyClicks(grid, keys[0])
    qtbot.keyClicks(opened(grid), keys[1:])
    qtbot.keyClick(opened(grid), Qt.Key.Key_Return)
    assert np.array_equal(heard.last, changed(VALUES, r1c1=np.float32(value)))


def test_tab_goes_on_and_shift_tab_back(grid: KernelGrid, heard: Heard, qtbot: QtBot) -> None:
    grid.set_selected((0, 4))
    qtbot.keyClicks(grid, "5")
    qtbot.keyClick(opened(grid), Qt.Key.Key_Tab)
    assert grid.selected == (1, 0)
    assert grid.hasFocus()
    qtbot.keyClicks(grid, "6")
    qtbot.keyClick(opened(grid), Qt.Key.Key_Backtab, SHIFT)
    assert grid.selected == (0, 4)
    assert np.array_equal(heard.last, changed(VALUES, r0c4=5.0, r1c0=6.0))
    assert heard.ends == ["cell (0, 4)", "cell (1, 0)"]


def test_escape_leaves_the_value(grid: KernelGrid, heard: Heard, qtbot: QtBot) -> None:
    qtbot.keyClicks(grid, "5")
    qtbot.keyClick(opened(grid), Qt.Key.Key_Escape)
    assert editor(grid) is None
    assert grid.hasFocus()
    assert (heard.edits, heard.ends, heard.refusals) == ([], [], [])


@pytest.mark.parametrize("text", ["1,5", "1e999", "", "abc", "NaN", "inf", "1e38", "1e7"])
@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Tab])
def test_bad_texts_are_refused_where_they_are_typed(
    grid: KernelGrid, heard: Heard, qtbot: QtBot, text: str, key: Qt.Key
) -> None:
    qtbot.keyClick(grid, Qt.Key.Key_F2)
    qtbot.keyClicks(opened(grid), text) if text else qtbot.keyClick(opened(grid), Qt.Key.Key_Delete)
    qtbot.keyClick(opened(grid), key)
    assert len(heard.refusals) == 1
    assert opened(grid).text() == text
    assert opened(grid).hasFocus()
    assert np.array_equal(grid.values, VALUES)
    opened(grid).selectAll()
    qtbot.keyClicks(opened(grid), "2")
    qtbot.keyClick(opened(grid), Qt.Key.Key_Return)
    assert np.array_equal(heard.last, changed(VALUES, r0c0=2.0))
    assert heard.ends == ["cell (0, 0)"]


def test_a_click_elsewhere_takes_what_was_typed(grid: KernelGrid, heard: Heard, qtbot: QtBot) -> None:
    other = grid.window().findChild(QLineEdit, "other")
    qtbot.keyClicks(grid, "5")
    qtbot.mouseClick(other, LEFT)
    other.setFocus(Qt.FocusReason.MouseFocusReason)
    assert editor(grid) is None
    assert other.hasFocus()
    assert np.array_equal(heard.last, changed(VALUES, r0c0=5.0))
    grid.setFocus()
    qtbot.keyClicks(grid, "-")
    other.setFocus(Qt.FocusReason.MouseFocusReason)
    assert editor(grid) is None
    assert len(heard.refusals) == 1
    assert heard.ends == ["cell (0, 0)"]


def test_new_values_do_not_close_the_line_but_another_slice_does(grid: KernelGrid, heard: Heard, qtbot: QtBot) -> None:
    qtbot.keyClicks(grid, "5")
    grid.show_slice(VALUES * 2, VALUES)
    assert opened(grid).text() == "5"
    grid.show_slice(np.zeros((3, 3), np.float32))
    assert editor(grid) is None
    assert (heard.edits, heard.ends) == ([], [])


def test_the_same_value_is_no_edit(grid: KernelGrid, heard: Heard, qtbot: QtBot) -> None:
    qtbot.keyClick(grid, Qt.Key.Key_F2)
    qtbot.keyClick(opened(grid), Qt.Key.Key_Return)
    assert (heard.edits, heard.ends) == ([], [])


# --- other keys -----------------------------------------------------------------------------------------------


def test_arrows_walk_and_stop_at_the_rim(grid: KernelGrid, qtbot: QtBot) -> None:
    for key, cell in [
        (Qt.Key.Key_Up, (0, 0)),
        (Qt.Key.Key_Right, (0, 1)),
        (Qt.Key.Key_Down, (1, 1)),
        (Qt.Key.Key_Left, (1, 0)),
        (Qt.Key.Key_Left, (1, 0)),
    ]:
        qtbot.keyClick(grid, key)
        assert grid.selected == cell


def test_nudges(grid: KernelGrid, heard: Heard, qtbot: QtBot) -> None:
    grid.set_selected((2, 2))
    qtbot.keyClick(grid, Qt.Key.Key_Up, ALT)
    assert heard.last[2, 2] == np.float32(0.1)
    qtbot.keyClick(grid, Qt.Key.Key_Down, ALT)
    qtbot.keyClick(grid, Qt.Key.Key_Down, ALT)
    assert heard.last[2, 2] == np.float32(-0.1)
    qtbot.keyClick(grid, Qt.Key.Key_Down, ALT | SHIFT)
    assert heard.last[2, 2] == np.float32(-0.11)
    assert heard.ends == ["cell (2, 2)"] * 4


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_delete_is_zero(grid: KernelGrid, heard: Heard, qtbot: QtBot, key: Qt.Key) -> None:
    qtbot.keyClick(grid, key)
    assert np.array_equal(heard.last, changed(VALUES, r0c0=0.0))
    assert heard.ends == ["cell (0, 0)"]


def test_page_keys_ask_for_another_slice(grid: KernelGrid, qtbot: QtBot) -> None:
    steps: list[int] = []
    grid.slice_stepped.connect(steps.append)
    qtbot.keyClick(grid, Qt.Key.Key_PageDown)
    qtbot.keyClick(grid, Qt.Key.Key_PageUp)
    assert steps == [1, -1]


def test_the_windows_shortcuts_do_not_take_the_keys_of_cells(grid: KernelGrid, heard: Heard, qtbot: QtBot) -> None:
    fired: list[str] = []
    for name in ("R", "E", "M", "?", "[", "Delete", "Ctrl+V", "Ctrl+C", "1", "-", "Return", "Escape"):
        shortcut = QShortcut(QKeySequence(name), grid.window())
        shortcut.activated.connect(lambda n=name: fired.append(n))
    qtbot.keyClicks(grid, "1")
    qtbot.keyClicks(opened(grid), "e-1RM?[")
    assert opened(grid).text() == "1e-1RM?["
    qtbot.keyClick(opened(grid), Qt.Key.Key_Delete)
    qtbot.keyClick(opened(grid), Qt.Key.Key_Escape)
    qtbot.keyClick(grid, Qt.Key.Key_Delete)
    qtbot.keyClick(grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert fired == []
    qtbot.keyClicks(grid, "R")  # this one is nothing to the cells
    assert fired == ["R"]


# --- clipboard ------------------------------------------------------------------------------------------------


def paste(grid: KernelGrid, qtbot: QtBot, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    qtbot.keyClick(grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def test_copy_and_paste_a_slice(grid: KernelGrid, heard: Heard, qtbot: QtBot) -> None:
    qtbot.keyClick(grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert np.array_equal(cells.block(QGuiApplication.clipboard().text())[0], VALUES)
    grid.show_slice(np.zeros((5, 5), np.float32))
    grid.set_selected((2, 2))
    qtbot.keyClick(grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert np.array_equal(heard.last, VALUES)
    assert heard.ends == ["paste"]


def test_a_block_goes_to_the_selected_cell(grid: KernelGrid, heard: Heard, qtbot: QtBot) -> None:
    grid.set_selected((3, 2))
    paste(grid, qtbot, "7\t8\n9\t10\n")
    assert np.array_equal(heard.last, changed(VALUES, r3c2=7, r3c3=8, r4c2=9, r4c3=10))


def test_several_blocks_are_not_for_one_slice(grid: KernelGrid, heard: Heard, qtbot: QtBot) -> None:
    blocks: list[np.ndarray] = []
    grid.blocks_pasted.connect(blocks.append)
    paste(grid, qtbot, "1 2\n\n3 4")
    assert blocks[0].tolist() == [[[1, 2]], [[3, 4]]]
    assert heard.edits == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1 2\n3 4", "2 × 2 cells, and from row 4, column 4 on there are 1 × 1"),
        ("\n".join(["1\t" * 99 + "1"] * 100), "100 × 100"),
        ("1\t1,5", "column 2 .* '1.5' with a point"),
        ("nan", "finite"),
        ("1e38", "too large"),
        ("", "nothing to paste"),
        ("a drawing", "'a' is not a number"),
    ],
)
def test_pastes_refused(grid: KernelGrid, heard: Heard, qtbot: QtBot, text: str, says: str) -> None:
    grid.set_selected((4, 4))
    paste(grid, qtbot, text)
    (sentence,) = heard.refusals
    assert re.search(says, sentence)
    assert heard.edits == []


# --- what is seen ---------------------------------------------------------------------------------------------


def colour_of(value: float, extreme: float, look: theme.Theme = theme.DARK) -> str:
    return QColor.fromRgb(int(table(look)[round(value / extreme * 127) + 128])).name()


@pytest.mark.parametrize("look", [theme.DARK, theme.LIGHT])
def test_every_cell_has_its_colour(grid: KernelGrid, qapp: QApplication, look: theme.Theme) -> None:
    theme.apply(qapp, look)
    shot = grid.grab().toImage()
    for cell in np.ndindex(VALUES.shape):
        at = grid.cell_rect(cell).topLeft() + QPoint(6, 6)  # beside the number
        assert shot.pixelColor(at).name() == colour_of(float(VALUES[cell]), 1.0, look), cell


def test_the_ghost_has_the_colour_that_was(grid: KernelGrid) -> None:
    grid.show_slice(changed(VALUES, r2c2=0.5), VALUES)
    corner = grid.cell_rect((2, 2)).bottomRight() - QPoint(6, 6)
    assert grid.grab().toImage().pixelColor(corner).name() == colour_of(0.0, 1.0)
    same = grid.cell_rect((2, 3)).bottomRight() - QPoint(6, 6)
    assert grid.grab().toImage().pixelColor(same).name() == colour_of(float(VALUES[2, 3]), 1.0)


def test_odd_values_are_seen_and_do_not_spoil_the_scale(grid: KernelGrid) -> None:
    values = changed(VALUES, r0c1=np.nan, r0c2=np.inf, r0c3=-np.inf)
    grid.show_slice(values, VALUES)
    shot = grid.grab().toImage()
    look = [shot.pixelColor(grid.cell_rect((0, c)).topLeft() + QPoint(6, 6)).name() for c in (1, 2, 3)]
    assert look == [theme.DARK.not_a_number, theme.DARK.positive, theme.DARK.negative]
    assert grid.extreme == 1.0
    assert grid.describe((0, 1)) == f"row 0, column 1: NaN (was {exact(VALUES[0, 1])})"


def test_the_selected_cell_is_framed(grid: KernelGrid) -> None:
    grid.set_selected((1, 3))
    at = QPoint(grid.cell_rect((1, 3)).left() + 1, grid.cell_center((1, 3)).y())
    assert grid.grab().toImage().pixelColor(at).name() == theme.DARK.accent


def test_the_tool_tip_tells_the_value_and_what_it_was(grid: KernelGrid, qtbot: QtBot) -> None:
    grid.show_slice(changed(VALUES, r1c2=0.25), changed(VALUES, r1c2=0.31))
    at = grid.cell_center((1, 2))
    QApplication.sendEvent(grid, QHelpEvent(QEvent.Type.ToolTip, at, grid.mapToGlobal(at)))
    assert QToolTip.text() == "row 1, column 2: 0.25 (was 0.31)"
    QToolTip.hideText()
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


def test_hover_follows_the_mouse(grid: KernelGrid, qtbot: QtBot) -> None:
    heard: list[object] = []
    grid.cell_hovered.connect(heard.append)
    for cell in [(0, 0), (0, 0), (4, 2)]:
        qtbot.mouseMove(grid, grid.cell_center(cell))
    QApplication.sendEvent(grid, QEvent(QEvent.Type.Leave))
    assert heard == [(0, 0), (4, 2), None]

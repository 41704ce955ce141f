"""A number changes by real mouse, keys and wheel, never leaves its range, and says why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAction, QColor, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from convviz.spec.limits import Range
from convviz.ui.layer.value_box import DOUBLE_PX, STEP_PX, ValueBox, dragged
from convviz.ui.look.theme import DARK

LEFT = Qt.MouseButton.LeftButton


def why(value: int) -> str:
    return "" if 1 <= value <= 9 else f"not {value}"


class Heard:
    """What a box has said, in order."""

    def __init__(self, box: ValueBox) -> None:
        self.all: list[tuple[str, Any]] = []
        box.edited.connect(lambda value: self.all.append(("edited", value)))
        box.finished.connect(lambda: self.all.append(("finished", None)))
        box.refused.connect(lambda text: self.all.append(("refused", text)))

    def of(self, kind: str) -> list[Any]:
        return [value for name, value in self.all if name == kind]


@pytest.fixture
def pair(show: Callable[..., Any], qtbot: QtBot) -> tuple[ValueBox, QLineEdit]:
    """A box with value 3 in 1…9, and something else that can have the focus."""
    outside, box, other = QWidget(), ValueBox("it", "It"), QLineEdit()
    column = QVBoxLayout(outside)
    column.addWidget(other)
    column.addWidget(box)
    box.set_value(3)
    box.range_wanted.connect(lambda: box.set_range(Range(1, 9, why)))
    show(outside, 200, 80)
    outside.activateWindow()
    qtbot.waitUntil(outside.isActiveWindow)
    other.setFocus()
    box.box_window = outside  # type: ignore[attr-defined]  # kept alive
    return box, other


@pytest.fixture
def box(pair: tuple[ValueBox, QLineEdit]) -> ValueBox:
    return pair[0]


@pytest.fixture
def heard(box: ValueBox) -> Heard:
    return Heard(box)


def test_setters_say_nothing(box: ValueBox, heard: Heard) -> None:
    box.set_value(7)
    box.set_range(Range(1, 5, why))
    box.set_range(None)
    assert heard.all == []
    assert box.value == 7


def test_a_drag_edits_live_and_ends_once(box: ValueBox, heard: Heard, drag: Callable[..., None]) -> None:
    drag(box, 1, STEP_PX, 2 * STEP_PX + 1, STEP_PX)
    assert heard.all == [("edited", 4), ("edited", 5), ("edited", 4), ("finished", None)]
    assert box.value == 4
    assert not box.changing
    assert not box.editor.isVisible()


def test_a_drag_stops_at_the_ends_and_says_why_once(box: ValueBox, heard: Heard, drag: Callable[..., None]) -> None:
    drag(box, 30 * STEP_PX, 40 * STEP_PX, -40 * STEP_PX, 0)
    assert heard.of("edited") == [9, 1, 3]
    assert heard.of("refused") == ["not 33"]
    drag(box, -5 * STEP_PX)
    assert heard.of("refused") == ["not 33", "not -2"]
    assert heard.of("finished") == [None, None]


def test_a_range_that_nobody_knows_changes_nothing(qtbot: QtBot, show: Any, drag: Callable[..., None]) -> None:
    box = show(ValueBox("it", "It"), 80, 26)
    heard = Heard(box)
    drag(box, 50)
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert heard.of("edited") == []


def test_a_lost_release_ends_the_drag(
    box: ValueBox, heard: Heard, drag: Callable[..., None], move: Callable[..., None]
) -> None:
    drag(box, 2 * STEP_PX, release=False)
    assert box.changing
    move(box, 80, buttons=Qt.MouseButton.NoButton)
    assert heard.all == [("edited", 5), ("finished", None)]
    move(box, 10)
    assert box.value == 5


def test_hiding_it_ends_the_drag(box: ValueBox, heard: Heard, drag: Callable[..., None]) -> None:
    drag(box, 2 * STEP_PX, release=False)
    box.hide()
    assert heard.all == [("edited", 5), ("finished", None)]


def test_another_button_does_not_drag(box: ValueBox, heard: Heard, qtbot: QtBot, move: Callable[..., None]) -> None:
    qtbot.mousePress(box, Qt.MouseButton.RightButton, pos=QPoint(10, 8))
    move(box, 60, buttons=Qt.MouseButton.RightButton)
    qtbot.mouseRelease(box, Qt.MouseButton.RightButton, pos=QPoint(60, 8))
    assert heard.all == []
    assert not box.editor.isVisible()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (Qt.Key.Key_Up, 4),
        (Qt.Key.Key_Right, 4),
        (Qt.Key.Key_Down, 2),
        (Qt.Key.Key_Left, 2),
        (Qt.Key.Key_PageUp, 8),
        (Qt.Key.Key_Home, 1),
        (Qt.Key.Key_End, 9),
    ],
)
def test_keys(box: ValueBox, heard: Heard, qtbot: QtBot, key: Qt.Key, value: int) -> None:
    box.setFocus()
    qtbot.keyClick(box, key)
    assert heard.all == [("edited", value), ("finished", None)]


def test_a_key_at_the_end_says_why_each_time_it_is_pressed(box: ValueBox, heard: Heard, qtbot: QtBot) -> None:
    box.setFocus()
    for key in (Qt.Key.Key_PageDown, Qt.Key.Key_Down, Qt.Key.Key_Up):
        qtbot.keyClick(box, key)
    assert heard.of("refused") == ["not -2", "not 0"]
    assert heard.of("edited") == [1, 2]
    assert heard.of("finished") == [None, None, None]


def test_a_held_key_is_one_gesture(box: ValueBox, heard: Heard, qtbot: QtBot) -> None:
    box.setFocus()
    for _ in range(8):
        qtbot.keyPress(box, Qt.Key.Key_Up)
    qtbot.keyRelease(box, Qt.Key.Key_Up)
    assert heard.of("edited") == [4, 5, 6, 7, 8, 9]
    assert heard.of("refused") == ["not 10"]
    assert heard.of("finished") == [None]


def test_losing_the_focus_ends_a_held_key(pair: tuple[ValueBox, QLineEdit], heard: Heard, qtbot: QtBot) -> None:
    pair[0].setFocus()
    qtbot.keyPress(pair[0], Qt.Key.Key_Up)
    pair[1].setFocus()
    assert heard.all == [("edited", 4), ("finished", None)]


def test_the_wheel_needs_the_focus(box: ValueBox, heard: Heard, wheel: Callable[..., bool], qtbot: QtBot) -> None:
    assert not wheel(box, 120)
    assert heard.all == []
    box.setFocus()
    assert wheel(box, 120)
    assert wheel(box, 60)
    assert wheel(box, 60)
    assert heard.of("edited") == [4, 5]
    qtbot.waitUntil(lambda: heard.of("finished") == [None])


def test_a_click_opens_a_line_and_return_takes_the_number(box: ValueBox, heard: Heard, qtbot: QtBot) -> None:
    qtbot.mouseClick(box, LEFT, pos=QPoint(10, 8))
    assert box.editor.hasFocus()
    assert box.editor.selectedText() == "3"
    qtbot.keyClicks(box.editor, "7")
    assert heard.all == []
    qtbot.keyClick(box.editor, Qt.Key.Key_Return)
    assert heard.all == [("edited", 7), ("finished", None)]
    assert box.hasFocus()
    assert not box.editor.isVisible()


def test_a_typed_digit_starts_the_line(box: ValueBox, heard: Heard, qtbot: QtBot) -> None:
    box.setFocus()
    qtbot.keyClicks(box, "x")
    assert not box.editor.isVisible(), "a letter begins no number"
    qtbot.keyClicks(box, "8")
    assert box.editor.text() == "8"
    qtbot.keyClick(box.editor, Qt.Key.Key_Enter)
    assert heard.of("edited") == [8]


BLOCK = "\n".join("\t".join("0.5" for _ in range(100)) for _ in range(100))


@pytest.mark.parametrize("text", ["99", "0", "-1"])
def test_a_number_that_cannot_be_gives_way_to_the_one_that_is(
    box: ValueBox, heard: Heard, qtbot: QtBot, text: str
) -> None:
    qtbot.mouseClick(box, LEFT, pos=QPoint(10, 8))
    qtbot.keyClicks(box.editor, text)
    qtbot.keyClick(box.editor, Qt.Key.Key_Return)
    assert heard.of("refused") == [f"not {text}"]
    assert heard.of("edited") == heard.of("finished") == []
    assert not box.editor.isVisible(), "else it would look as if it had been taken"
    assert box.value == 3
    assert box.hasFocus()
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert heard.of("edited") == [4], "and it works as before"


@pytest.mark.parametrize("modifier", [Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier])
def test_keys_that_command_the_window_are_no_digits(
    box: ValueBox, heard: Heard, qtbot: QtBot, modifier: Qt.KeyboardModifier
) -> None:
    """Ctrl+1 brings another workspace to the front, also while a number has the keys; some systems send it as "1"."""
    pressed = []
    action = QAction(box.window())
    name = "Ctrl" if modifier == Qt.KeyboardModifier.ControlModifier else "Alt"
    action.setShortcut(QKeySequence(f"{name}+1"))
    action.triggered.connect(lambda: pressed.append(1))
    box.window().addAction(action)
    qtbot.mouseClick(box, LEFT, pos=QPoint(10, 8))
    qtbot.keyClicks(box.editor, "5")
    qtbot.keyClick(box.editor, Qt.Key.Key_Return)
    heard.all.clear()
    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
        event = QKeyEvent(kind, Qt.Key.Key_1, modifier, "1")
        event.setAccepted(False)
        QApplication.sendEvent(box, event)
        assert not event.isAccepted() or pressed, kind
    assert pressed
    assert not box.editor.isVisible()
    assert heard.all == []


@pytest.mark.parametrize("text", ["", "1,5", "1e999", "abc", "1.5", "nan", "inf", "1e38", BLOCK])
def test_what_cannot_be_is_refused_where_it_is_typed(
    box: ValueBox, heard: Heard, qtbot: QtBot, text: str, pixel: Callable[..., QColor]
) -> None:
    qtbot.mouseClick(box, LEFT, pos=QPoint(10, 8))
    QGuiApplication.clipboard().setText(text)
    qtbot.keyClick(box.editor, Qt.Key.Key_Delete)
    box.editor.paste()
    qtbot.keyClick(box.editor, Qt.Key.Key_Return)
    (reason,) = heard.of("refused")
    assert 0 < len(reason) < 120
    assert "\n" not in reason
    assert heard.of("edited") == heard.of("finished") == []
    assert box.value == 3
    assert box.editor.isVisible(), "to be corrected"
    assert pixel(box, QPoint(box.width() // 2, 0)).name() == DARK.warning
    qtbot.keyClick(box.editor, Qt.Key.Key_Escape)
    assert not box.editor.isVisible()
    assert pixel(box, QPoint(box.width() // 2, 0)).name() == DARK.accent
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert heard.of("edited") == [4], "and it works as before"


def test_correcting_takes_the_mark_away(box: ValueBox, heard: Heard, qtbot: QtBot) -> None:
    qtbot.mouseClick(box, LEFT, pos=QPoint(10, 8))
    qtbot.keyClicks(box.editor, "1,5")
    qtbot.keyClick(box.editor, Qt.Key.Key_Return)
    assert box.editor.wrong
    box.editor.selectAll()
    qtbot.keyClicks(box.editor, "5")
    assert not box.editor.wrong
    qtbot.keyClick(box.editor, Qt.Key.Key_Return)
    assert heard.of("edited") == [5]


def test_leaving_takes_a_number_and_drops_what_is_none(
    pair: tuple[ValueBox, QLineEdit], heard: Heard, qtbot: QtBot
) -> None:
    box, other = pair
    for text, value in (("6", 6), ("6x", 6)):
        qtbot.mouseClick(box, LEFT, pos=QPoint(10, 8))
        qtbot.keyClicks(box.editor, text)
        other.setFocus()
        assert other.hasFocus()
        assert not box.editor.isVisible()
        assert box.value == value
    assert heard.of("edited") == [6]
    assert heard.of("refused") == ["'6x' is not a whole number; type one such as 3"]


def test_tab_leaves_the_line_for_the_next_widget(show: Callable[..., Any], qtbot: QtBot) -> None:
    outside = QWidget()
    column = QVBoxLayout(outside)
    boxes = [ValueBox(f"box{n}", f"Box {n}") for n in range(3)]
    for box in boxes:
        box.range_wanted.connect(lambda b=box: b.set_range(Range(1, 9, why)))
        column.addWidget(box)
    show(outside, 100, 120)
    boxes[0].setFocus()
    qtbot.keyClicks(boxes[0], "4")
    qtbot.keyClick(boxes[0].editor, Qt.Key.Key_Tab)
    assert boxes[0].value == 4
    assert boxes[1].hasFocus()


def test_the_same_number_typed_is_no_edit(box: ValueBox, heard: Heard, qtbot: QtBot) -> None:
    qtbot.mouseClick(box, LEFT, pos=QPoint(10, 8))
    qtbot.keyClick(box.editor, Qt.Key.Key_Return)
    assert heard.of("edited") == heard.of("refused") == []


def test_the_range_is_asked_for_before_it_counts(show: Callable[..., Any], qtbot: QtBot, drag: Any) -> None:
    box = show(ValueBox("it", "It"), 80, 26)
    asked: list[int] = []
    box.range_wanted.connect(lambda: asked.append(1))
    box.range_wanted.connect(lambda: box.set_range(Range(0, 9, why)))
    before = len(asked)
    drag(box, 20, 30, 40)
    assert len(asked) == before + 1, "once a gesture"
    assert box.value > 0


def test_drags_of_wide_ranges_and_of_few_values() -> None:
    wide = Range(1, 4096, str)
    assert [dragged(wide, 64, n * DOUBLE_PX) for n in (-1, 0, 1, 2, -100)] == [32, 64, 128, 256, 0]
    assert dragged(wide, 64, 1e9) > 4096
    few = Range(1, 8, str, (1, 2, 4, 8))
    assert [dragged(few, 2, n * 2 * STEP_PX) for n in (-2, -1, 0, 1, 2, 3)] == [0, 1, 2, 4, 8, 9]


def test_a_refusal_comes_after_the_edit_that_leads_to_the_end(
    box: ValueBox, heard: Heard, drag: Callable[..., None]
) -> None:
    """Else the sentence would go as soon as it is there: the next edit takes it away."""
    drag(box, 30 * STEP_PX)
    assert heard.all == [("edited", 9), ("refused", "not 33"), ("finished", None)]


def test_a_quiet_box_stops_at_its_ends_without_a_word(
    box: ValueBox, heard: Heard, drag: Callable[..., None], qtbot: QtBot
) -> None:
    box.quiet = True
    drag(box, 30 * STEP_PX, -40 * STEP_PX)
    assert heard.all == [("edited", 9), ("edited", 1), ("finished", None)]
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_F2)
    box.editor.selectAll()
    qtbot.keyClicks(box.editor, "12")
    qtbot.keyClick(box.editor, Qt.Key.Key_Return)
    assert heard.of("refused") == ["not 12"], "what is typed is answered"

"""Two sides that are linked or not, by real mouse and keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from convviz.spec.limits import Range
from convviz.ui.layer.size_field import LinkButton, SizeField
from convviz.ui.layer.value_box import STEP_PX, ValueBox

LEFT = Qt.MouseButton.LeftButton


class Heard:
    """What a field has said."""

    def __init__(self, field: SizeField) -> None:
        self.edits: list[Any] = []
        self.refused: list[str] = []
        self.asked: list[tuple[int, bool]] = []
        self.finished = 0
        field.value_edited.connect(self.edits.append)
        field.refused.connect(self.refused.append)
        field.range_wanted.connect(lambda axis, linked: self.asked.append((axis, linked)))
        field.edit_finished.connect(self._finish)

    def _finish(self) -> None:
        self.finished += 1


def answered(field: SizeField, high: int = 9) -> SizeField:
    """A field whose ranges are 1…high, however it is asked."""
    allowed = Range(1, high, lambda n: "" if 1 <= n <= high else f"not {n}")
    field.range_wanted.connect(lambda axis, linked: field.set_range(allowed, axis))
    return field


@pytest.fixture
def field(show: Callable[..., Any]) -> SizeField:
    made = answered(show(SizeField("kernel", "kernel"), 118, 48))
    made.set_value((3, 3), fresh=True)
    return made


def click_link(field: SizeField, qtbot: QtBot) -> LinkButton:
    assert field.link is not None
    qtbot.mouseClick(field.link, LEFT, pos=QPoint(8, 6))
    return field.link


def test_setters_say_nothing(field: SizeField) -> None:
    heard = Heard(field)
    for pair in ((2, 5), (4, 4), (1, 2)):
        field.set_value(pair)
        assert field.value == pair
    field.set_range(Range(1, 3, str))
    field.set_value((7, 7), fresh=True)
    assert (heard.edits, heard.refused, heard.finished) == ([], [], 0)


def test_linked_sides_change_together(field: SizeField, drag: Callable[..., None]) -> None:
    heard = Heard(field)
    drag(field.boxes[1], STEP_PX, 2 * STEP_PX)
    assert heard.edits == [(4, 4), (5, 5)]
    assert heard.finished == 1
    assert all(linked for _, linked in heard.asked)


def test_unlinked_sides_change_alone(field: SizeField, drag: Callable[..., None], qtbot: QtBot) -> None:
    heard = Heard(field)
    click_link(field, qtbot)
    drag(field.boxes[0], 2 * STEP_PX)
    drag(field.boxes[1], -STEP_PX)
    assert heard.edits == [(5, 3), (5, 2)]
    assert heard.finished == 2
    assert heard.asked[-1] == (1, False)


def test_equal_sides_of_a_fresh_layer_are_linked_and_unequal_ones_never(field: SizeField) -> None:
    for pair, fresh, linked in (
        ((2, 2), True, True),
        ((2, 3), False, False),
        ((3, 3), False, False),  # the user's choice for this layer stays
        ((3, 3), True, True),
        ((3, 4), True, False),
    ):
        field.set_value(pair, fresh=fresh)
        assert field.linked is linked, (pair, fresh)


def test_linking_unequal_sides_makes_them_equal(field: SizeField, qtbot: QtBot) -> None:
    field.set_value((4, 2))
    heard = Heard(field)
    click_link(field, qtbot)
    assert field.linked
    assert (heard.edits, heard.finished) == ([(4, 4)], 1)
    click_link(field, qtbot)
    assert (heard.edits, heard.finished) == ([(4, 4)], 1), "unlinking changes nothing"


def test_linking_takes_the_nearest_value_that_fits(show: Callable[..., Any], qtbot: QtBot) -> None:
    field = answered(show(SizeField("kernel", "kernel"), 118, 48), high=5)
    field.set_value((8, 2), fresh=True)
    heard = Heard(field)
    click_link(field, qtbot)
    assert heard.edits == [(5, 5)]


def test_linking_where_nothing_fits_both_stays_unlinked(show: Callable[..., Any], qtbot: QtBot) -> None:
    field: SizeField = show(SizeField("kernel", "kernel"), 118, 48)
    field.set_value((4, 2), fresh=True)
    heard = Heard(field)
    link = click_link(field, qtbot)
    assert not link.isChecked()
    assert heard.edits == []
    assert field.value == (4, 2)


def test_the_link_by_keyboard(field: SizeField, qtbot: QtBot) -> None:
    assert field.link is not None
    field.link.setFocus()
    qtbot.keyClick(field.link, Qt.Key.Key_Space)
    assert not field.linked


def test_a_typed_side_of_linked_ones(field: SizeField, qtbot: QtBot) -> None:
    heard = Heard(field)
    qtbot.mouseClick(field.boxes[1], LEFT, pos=QPoint(10, 8))
    qtbot.keyClicks(field.boxes[1].editor, "12")
    qtbot.keyClick(field.boxes[1].editor, Qt.Key.Key_Return)
    assert (heard.edits, heard.refused) == ([], ["not 12"])
    qtbot.keyClick(field.boxes[1].editor, Qt.Key.Key_Backspace)
    qtbot.keyClick(field.boxes[1].editor, Qt.Key.Key_Return)
    assert heard.edits == [(1, 1)]
    assert [box.value for box in field.boxes] == [1, 1]


def test_a_single_number(show: Callable[..., Any], drag: Callable[..., None]) -> None:
    field = answered(show(SizeField("groups", "groups", pair=False), 118, 48))
    field.set_value(3, fresh=True)
    heard = Heard(field)
    drag(field.boxes[0], STEP_PX)
    assert heard.edits == [4]
    assert field.value == 4
    assert field.link is None
    assert not field.linked


def test_everything_has_a_name(field: SizeField) -> None:
    assert isinstance(field.link, LinkButton)
    for widget in (*field.boxes, field.link, *(box.editor for box in field.boxes)):
        assert isinstance(widget, QWidget)
        assert widget.objectName()
        assert widget.accessibleName()
    assert [box.objectName() for box in field.findChildren(ValueBox)] == ["kernel_height", "kernel_width"]


def test_two_fit_side_by_side_in_the_panel(field: SizeField) -> None:
    assert field.minimumSizeHint().width() <= (242 - 8) // 2

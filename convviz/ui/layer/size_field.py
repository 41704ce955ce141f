"""A setting of a layer: its caption, and one number or a height and a width that may be linked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QLabel, QWidget

from ...spec.limits import Range, whole_number
from ..look.theme import theme_of
from .value_box import ValueBox

AXES = ("height", "width")


class SizeField(QWidget):
    """A pair (height, width), or a single number where ``pair`` is false. Setters never emit.

    ``range_wanted(axis, linked)`` asks for :meth:`set_range` before a gesture, and when a box gets the mouse or the
    focus. While the sides are linked they are equal, and each gesture changes both.
    """

    value_edited = Signal(object)  # (height, width), or an int; also during a drag
    edit_finished = Signal()
    refused = Signal(str)
    range_wanted = Signal(int, bool)

    def __init__(
        self,
        name: str,
        caption: str,
        parent: QWidget | None = None,
        *,
        pair: bool = True,
        parse: Callable[[str], int] = whole_number,
        text: Callable[[int], str] = str,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._pair = pair
        self.boxes: Sequence[ValueBox] = tuple(
            ValueBox(
                f"{name}_{axis}" if pair else f"{name}_value",
                f"{caption}, {axis}" if pair else caption,
                parse=parse,
                text=text,
            )
            for axis in (AXES if pair else ("value",))
        )
        self.link = LinkButton(name, caption) if pair else None
        self._flat = False
        for axis, box in enumerate(self.boxes):
            box.edited.connect(self._edited)
            box.finished.connect(self.edit_finished)
            box.refused.connect(self.refused)
            box.range_wanted.connect(lambda a=axis: self.range_wanted.emit(a, self.linked))
        self._build(caption)

    def _build(self, caption: str) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(2)
        label = QLabel(caption)
        label.setProperty("role", "caption")
        grid.addWidget(label, 0, 0, 1, len(self.boxes))
        self._grid = grid
        for column, box in enumerate(self.boxes):
            grid.addWidget(box, 1, column)
            grid.setColumnStretch(column, 1)
        if self.link is not None:
            grid.addWidget(self.link, 0, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.link.toggled.connect(self._link_toggled)

    @property
    def value(self) -> Any:
        """(height, width), or the single number."""
        return tuple(box.value for box in self.boxes) if self._pair else self.boxes[0].value

    @property
    def linked(self) -> bool:
        return self.link is not None and self.link.isChecked()

    @property
    def changing(self) -> bool:
        """Whether a gesture is going on."""
        return any(box.changing for box in self.boxes)

    def finish(self) -> None:
        """The gesture, if there is one, is over."""
        for box in self.boxes:
            box.finish()

    def set_value(self, value: Any, *, fresh: bool = False) -> None:
        """Shows a value. Unequal sides are not linked; those of a ``fresh`` layer are where they are equal."""
        sides: tuple[int, ...] = value if self._pair else (value,)
        for box, side in zip(self.boxes, sides, strict=True):
            box.set_value(side)
        if self.link is not None:
            equal = sides[0] == sides[1] and not self._flat
            self._set_linked(equal and (fresh or self.linked))

    def set_flat(self, flat: bool) -> None:
        """Whether only the width can be changed, as that of a signal."""
        if self.link is None or flat == self._flat:
            return
        self._flat = flat
        self.boxes[0].setVisible(not flat)
        self._grid.addWidget(self.boxes[1], 1, int(not flat), 1, 1 + int(flat))
        self.link.setVisible(not flat)
        self._set_linked(not flat)  # until the next value, which may have unequal sides

    def set_range(self, allowed: Range | None, axis: int | None = None) -> None:
        """What one side may be; both where they are linked or no side is named."""
        for a, box in enumerate(self.boxes):
            if axis is None or self.linked or a == axis:
                box.set_range(allowed)

    def _set_linked(self, linked: bool) -> None:
        if self.link is not None:
            with QSignalBlocker(self.link):
                self.link.setChecked(linked)

    def _edited(self, value: int) -> None:
        if self.linked:
            for box in self.boxes:
                box.set_value(value)
        self.value_edited.emit(self.value)

    def _link_toggled(self, linked: bool) -> None:
        """Linking unequal sides makes both what the height is, or the nearest that is possible."""
        self.set_range(None)
        self.range_wanted.emit(0, linked)
        allowed, (height, width) = self.boxes[0].range, self.value
        if not linked or height == width:
            if not linked:
                self.range_wanted.emit(1, False)
            return
        if allowed is None:  # no value fits both; who was asked for the range has said so
            self._set_linked(False)
            return
        side = allowed.nearest(height)
        for box in self.boxes:
            box.set_value(side)
        self.value_edited.emit(self.value)
        self.edit_finished.emit()


class LinkButton(QAbstractButton):
    """Two links of a chain, closed while height and width are linked."""

    def __init__(self, name: str, caption: str) -> None:
        super().__init__()
        self.setObjectName(f"{name}_link")
        self.setAccessibleName(f"{caption}: height and width linked")
        self.setToolTip("Change height and width together")
        self.setCheckable(True)
        self.setChecked(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        return QSize(22, 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            lively = self.isChecked() or self.underMouse() or self.hasFocus()
            painter.setPen(QPen(QColor(theme.accent if lively else theme.dim), 1.4))
            middle, apart = self.rect().center().y() + 0.5, 0.0 if self.isChecked() else 1.5
            for x in (2.0 - apart, 10.0 + apart):
                painter.drawRoundedRect(QRectF(x + 0.5, middle - 3, 9, 6), 3, 3)
            if self.isChecked():
                painter.drawLine(QPointF(8, middle), QPointF(14, middle))
            if self.hasFocus():
                painter.setPen(QPen(QColor(theme.accent), 1))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)

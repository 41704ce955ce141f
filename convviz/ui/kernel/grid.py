"""The cells of a slice under mouse and keys: drag, paint, type, nudge, paste."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from ...spec import cells
from ...spec.errors import InputError
from ..look.numbers import exact
from .cell_typing import Typing
from .gesture import NumberDrag, Touch, rounded
from .grid_keys import command
from .grid_layout import Cell
from .slice_view import SliceView

NUDGES = 20  # in the whole range


class KernelGrid(SliceView):
    """``cells_edited`` carries the new slice as long as a gesture lasts, ``edit_finished`` says what it was."""

    cells_edited = Signal(object)  # (h, w) float32
    edit_finished = Signal(str)
    refused = Signal(str)
    cell_selected = Signal(object)  # Cell
    blocks_pasted = Signal(object)  # (B, rows, columns) with B > 1: more than one slice
    slice_stepped = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._brush: float | None = None
        self._drag: NumberDrag | None = None
        self._ink = 0.0  # what the present stroke paints
        self._last = QPointF()  # where the stroke was
        self._typing = Typing(self)
        self._typing.typed.connect(self._typed)
        self._typing.refused.connect(self.refused)
        self.set_brush(None)

    def set_brush(self, value: float | None) -> None:
        """What the left button paints; None makes it drag the value of a cell."""
        self._brush = value
        self.setCursor(Qt.CursorShape.SizeVerCursor if value is None else Qt.CursorShape.CrossCursor)

    def give_up(self) -> None:
        """Ends a gesture or typing without a word: another slice is to be shown."""
        self._drag = None
        self._typing.end()
        super().give_up()

    def hideEvent(self, event: QHideEvent) -> None:
        self._finish()
        self._typing.end()
        super().hideEvent(event)

    # --- edits at once ----------------------------------------------------------------------------------------

    def edit(self, changes: dict[Cell, float], text: str) -> None:
        """Sets cells as one edit; nothing happens if they have these values already."""
        touch = Touch(self._values, text)
        for cell, value in changes.items():
            touch.set(cell, value)
        values = touch.values
        if not np.array_equal(values, self._values, equal_nan=True):
            self._values = values
            self._refresh()
            self.cells_edited.emit(values)
            self.edit_finished.emit(text)

    def nudge(self, steps: float) -> None:
        """Moves the selected cell by twentieths of the range."""
        value, extreme = float(self._values[self._selected]), self._extreme or 1.0
        value = (value if np.isfinite(value) else 0.0) + steps * 2 * extreme / NUDGES
        value = min(max(value, -cells.LIMIT), cells.LIMIT)
        self.edit({self._selected: rounded(value, extreme)}, cell_text(self._selected))

    def clear_cell(self) -> None:
        self.edit({self._selected: 0.0}, cell_text(self._selected))

    def copy(self) -> None:
        """The slice to the clipboard, as a spreadsheet takes it."""
        QGuiApplication.clipboard().setText(cells.text(self.values))

    def paste(self) -> None:
        """A block from the clipboard to the selected cell; one as large as the slice replaces it."""
        high, wide = self._values.shape
        try:
            largest = max(high, cells.LARGEST[0]), max(wide, cells.LARGEST[1])
            blocks = cells.block(QGuiApplication.clipboard().text(), largest)
            if len(blocks) > 1:
                self.blocks_pasted.emit(blocks)
                return
            row, column = (0, 0) if blocks[0].shape == (high, wide) else self._selected
            if row + blocks.shape[1] > high or column + blocks.shape[2] > wide:
                raise InputError(
                    f"the pasted block has {blocks.shape[1]} × {blocks.shape[2]} cells, and from row {row}, "
                    f"column {column} on there are {high - row} × {wide - column}; copy a smaller block"
                )
        except InputError as error:
            self.refused.emit(str(error))
            return
        places = {(row + r, column + c): float(value) for (r, c), value in np.ndenumerate(blocks[0])}
        self.edit({cell: value for cell, value in places.items() if self._layout.real(cell)}, "paste")

    def select(self, cell: Cell) -> None:
        """The user chooses a cell."""
        self.set_selected(cell)
        self.cell_selected.emit(self._selected)

    def walk(self, rows: int, columns: int) -> None:
        """The user goes on to a neighbour."""
        cell = self._selected[0] + rows, self._selected[1] + columns
        if self._layout.real(cell):
            self.select(cell)

    def open_editor(self, text: str = "") -> None:
        """A line over the selected cell: its value, to be replaced, or what was typed first."""
        value = exact(float(self._values[self._selected]))
        self._typing.start(text or value, self.cell_rect(self._selected), select=not text)

    def _typed(self, value: float, onward: int) -> None:
        cell = self._selected
        self.edit({cell: value}, cell_text(cell))
        if onward:
            flat = cell[0] * self._layout.columns + cell[1] + onward
            self.select(divmod(min(max(flat, 0), self._layout.cells - 1), self._layout.columns))

    # --- mouse ------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at, left = event.position(), event.button() == Qt.MouseButton.LeftButton
        cell = self._layout.cell_at(at.x(), at.y())
        erasing = event.button() == Qt.MouseButton.RightButton and self._brush is not None
        if cell is None or self.busy or not (left or erasing):
            return
        self.select(cell)
        if self._brush is None:
            self._touch = Touch(self._values, cell_text(cell))
            self._drag = NumberDrag(float(self._values[cell]), at.y(), self._extreme)
        else:
            self._touch, self._ink, self._last = Touch(self._values, "paint"), self._brush if left else 0.0, at
            self._paint_to(at)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._brush is not None:
            self.mousePressEvent(event)  # the second of two quick dots is a dot as well
        elif event.button() == Qt.MouseButton.LeftButton and self._layout.cell_at(at.x(), at.y()) is not None:
            self.open_editor()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        self._hover(self._layout.cell_at(at.x(), at.y()))
        if self._touch is None:
            return
        if not event.buttons():
            self._finish()  # it was released where we could not see it
        elif self._drag is None:
            self._paint_to(at)
        else:
            value = self._drag.moved(at.y(), fine=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
            if self._drag.started:
                self._touch.set(self._selected, value)
                self._show_touch()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not event.buttons():
            self._finish()

    def restore(self) -> None:
        """Escape: everything as it was before the button went down."""
        if self._touch is not None and self._touch.touched:
            self._touch.restore()
            self._show_touch()
        self._finish()

    def _paint_to(self, at: QPointF) -> None:
        assert self._touch is not None
        crossed = self._layout.crossed((self._last.x(), self._last.y()), (at.x(), at.y()))
        self._last = at
        for cell in crossed:
            self._touch.set(cell, self._ink)
        if crossed:
            self._show_touch()

    def _show_touch(self) -> None:
        self._values = self.values  # until somebody shows what came of it, which is what stays at the end
        self._refresh()
        self.cells_edited.emit(self._values)

    def _finish(self) -> None:
        touch, self._touch, self._drag = self._touch, None, None
        if touch is None:
            return
        self._extreme = self._next_extreme
        self._refresh()
        if touch.touched:
            self.edit_finished.emit(touch.text)

    # --- keys -------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and command(self, event) is not None:
            event.accept()  # else Delete would clear the drawing, and Ctrl+V paste a picture
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = command(self, event)
        if action is None:
            super().keyPressEvent(event)
        else:
            action()


def cell_text(cell: Cell) -> str:
    return f"cell ({cell[0]}, {cell[1]})"

"""Typing a number into a cell: the line over it, from its opening to the last key."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect, Qt, Signal
from PySide6.QtWidgets import QWidget

from ...spec import cells
from ...spec.errors import InputError
from .cell_editor import CellEditor


class Typing(QObject):
    """At most one line is open. Enter keeps what was typed, Escape and a text that is no number do not."""

    typed = Signal(float, int)  # value, and by how many cells to go on
    refused = Signal(str)

    def __init__(self, grid: QWidget) -> None:
        super().__init__(grid)
        self._grid = grid
        self._editor: CellEditor | None = None

    @property
    def open(self) -> bool:
        return self._editor is not None

    def start(self, text: str, cell: QRect, *, select: bool) -> None:
        """Opens the line over ``cell``, a place in the grid; ``select`` makes the next key replace its text."""
        self.end()
        window = self._grid.window()  # the grid itself may be smaller than the line
        place = QRect(self._grid.mapTo(window, cell.topLeft()), cell.size())
        editor = self._editor = CellEditor(text, place, window)
        editor.accepted.connect(self._accept)
        editor.left.connect(self._leave)
        editor.cancelled.connect(self._cancel)
        editor.show()
        editor.setFocus(Qt.FocusReason.OtherFocusReason)
        if select:
            editor.selectAll()

    def end(self, heir: QWidget | None = None) -> None:
        """Closes the line without another word; ``heir`` gets the focus."""
        editor, self._editor = self._editor, None
        if editor is not None:
            editor.close_quietly(heir)

    def _accept(self, text: str, onward: int) -> None:
        value = self._value(text)
        if value is None and self._editor is not None:
            self._editor.show_wrong(True)
        elif value is not None:
            self._cancel()
            self.typed.emit(value, onward)

    def _leave(self, text: str) -> None:
        """The focus went elsewhere and shall stay there."""
        self.end()
        value = self._value(text)
        if value is not None:
            self.typed.emit(value, 0)

    def _cancel(self) -> None:
        self.end(self._grid)

    def _value(self, text: str) -> float | None:
        try:
            return cells.value(text)
        except InputError as error:
            self.refused.emit(str(error))
            return None

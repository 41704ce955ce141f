"""One slice of a kernel as cells: what is selected, what is under the mouse, what was there before."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from ..look.colours import Floats
from ..look.numbers import exact
from ..look.theme import theme_of
from .gesture import Touch
from .grid_layout import SIDE_PX, Cell, GridLayout
from .grid_paint import different, paint_cells, paint_frame


class SliceView(QWidget):
    """Shows a slice (h, w) and, on top of it, the cells that a gesture is setting."""

    cell_hovered = Signal(object)  # Cell, or None when the mouse left

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("kernel_grid")
        self.setAccessibleName("Kernel cells")
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # spares repainting the card behind it
        self._side_px = SIDE_PX
        self._flat = False  # cells are taps of a signal's kernel
        self._layout = GridLayout.fitted(1, 1, 1)
        self._values: Floats = np.zeros((1, 1), np.float32)
        self._original: Floats | None = None
        self._extreme = self._next_extreme = 0.0
        self._selected: Cell = (0, 0)
        self._hovered: Cell | None = None
        self._shown: tuple[Floats, Floats | None, float] | None = None  # values, original, extreme
        self._touch: Touch | None = None  # from the press of a button to its release

    def show_slice(
        self, values: Floats, original: Floats | None = None, real: int | None = None, extreme: float | None = None
    ) -> None:
        """A slice; the first ``real`` cells exist, ``extreme`` has the strongest colour.

        Under a gesture only the cells move that it has not touched, and the colours keep their scale. One that was
        undone ends: the mouse that is still down sets nothing more.
        """
        self._place(values.shape[0], values.shape[1], values.size if real is None else real)
        self._values, self._original = values, original
        self._next_extreme = strongest(values, original) if extreme is None else extreme
        if self._touch is not None:
            self._touch.rebase(values)
            if self._touch.undone:
                self.give_up()
        else:
            self._extreme = self._next_extreme
        self._refresh()

    def set_side(self, side_px: int) -> None:
        """How much room there is, either way."""
        if side_px != self._side_px:
            self._side_px = side_px
            self._place(self._layout.rows, self._layout.columns, self._layout.cells)

    def set_flat(self, flat: bool) -> None:
        """Whether its cells are called taps, as those of a signal's kernel are."""
        self._flat = flat

    def _place(self, rows: int, columns: int, real: int) -> None:
        layout = GridLayout.fitted(rows, columns, real, self._side_px)
        if layout != self._layout:
            self.give_up()
            self._layout, self._shown = layout, None
            self._selected, self._hovered = layout.near(self._selected), None
            self.setFixedSize(self.sizeHint())

    def give_up(self) -> None:
        """Ends a gesture without a word: another slice is to be shown."""
        self._touch = None
        self._extreme = self._next_extreme
        self._refresh()

    def set_selected(self, cell: Cell) -> None:
        self._selected = self._layout.near(cell)
        self.setAccessibleDescription(self.describe(self._selected))
        self.update()

    @property
    def values(self) -> Floats:
        """The slice as it is on screen."""
        return self._values if self._touch is None else self._touch.values

    @property
    def selected(self) -> Cell:
        return self._selected

    @property
    def hovered(self) -> Cell | None:
        return self._hovered

    @property
    def extreme(self) -> float:
        """The value of the strongest colour."""
        return self._extreme

    @property
    def busy(self) -> bool:
        """Whether a gesture is under way."""
        return self._touch is not None

    def cell_rect(self, cell: Cell) -> QRect:
        return QRect(*self._layout.rect(cell))

    def cell_center(self, cell: Cell) -> QPoint:
        return self.cell_rect(cell).center()

    def describe(self, cell: Cell, write: Callable[[float], str] = exact) -> str:
        """Where a cell is, its value, and what that was."""
        value, was = float(self.values[cell]), ""
        if self._original is not None and different(self.values[cell], self._original[cell]):
            was = f" (was {write(float(self._original[cell]))})"
        where = f"tap {cell[1]}" if self._flat else f"row {cell[0]}, column {cell[1]}"
        return f"{where}: {write(value)}{was}"

    def sizeHint(self) -> QSize:
        high, wide = self._layout.size
        return QSize(wide, high)

    def _refresh(self) -> None:
        """Repaints the cells that are no longer what is on screen; in a drag that is one of them."""
        shown = self.values, self._original, self._extreme
        before, self._shown = self._shown, shown
        alike = before is not None and before[0].shape == shown[0].shape and before[2] == shown[2]
        if before is None or not alike or not _same(before[1], shown[1]):
            self.update()
            return
        rows, columns = np.nonzero(different(shown[0], before[0]))
        if rows.size:
            first, last = (int(rows.min()), int(columns.min())), (int(rows.max()), int(columns.max()))
            self.update(self.cell_rect(first) | self.cell_rect(last))

    # --- painting and hovering ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        with QPainter(self) as painter:
            paint_cells(painter, self._layout, event.rect(), (self.values, self._original, self._extreme), theme)
            if self._hovered is not None:
                paint_frame(painter, self._layout, self._hovered, QColor(theme.text), 1)
            paint_frame(painter, self._layout, self._selected, QColor(theme.accent), 2 if self.hasFocus() else 1)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)

    def _hover(self, cell: Cell | None) -> None:
        if cell != self._hovered:
            self._hovered = cell
            self.update()
            self.cell_hovered.emit(cell)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            cell = self._layout.cell_at(event.pos().x(), event.pos().y())
            if cell is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), self.describe(cell), self, self.cell_rect(cell))
            return True
        return super().event(event)


def _same(one: Floats | None, other: Floats | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.shape == other.shape and not different(one, other).any()


def strongest(values: Floats, original: Floats | None) -> float:
    """The largest finite magnitude, now or before."""
    arrays = (values,) if original is None else (values, original)
    return max(float(np.abs(a[np.isfinite(a)]).max(initial=0.0)) for a in arrays)

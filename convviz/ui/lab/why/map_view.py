"""Some maps, or a matrix, on a card: what is under the mouse, what is lit, arrows walk."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ...arrows import ARROWS
from ...look.colours import Floats
from ...look.theme import CAPTION_PX, font, theme_of
from .cells import (
    Grid,
    Mask,
    Pictures,
    Shown,
    bands,
    paint_groups,
    paint_label,
    paint_lit,
    paint_map,
    paint_samples,
    paint_stems,
    ring,
    tiles,
)
from .maps import MOST, NOTHING, Index, Maps
from .scale import Scale

MARGIN_PX = 3
VEIL = 120


class MapView(QWidget):
    """Shows (C, H, W), channel beside channel; signals as stems. One that is not ``square`` fills its room."""

    hovered = Signal(object)  # Index, or None when the mouse left

    def __init__(self, name: str, accessible: str, *, square: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(16, 16)
        self._square = square
        self._maps: Maps = NOTHING
        self._pictures: dict[int, Pictures] = {}
        self._lit: Mask | None = None
        self._focus: Mask | None = None
        self._cell: tuple[int, int] | None = None
        self._at: Index | None = None
        self._note = ""

    def show_values(
        self, values: Floats, *, dims: int = 2, scale: Scale | None = None, greyed: bool = False, seen: int = 0
    ) -> None:
        """See :class:`Maps`."""
        self._maps, self._note = Maps.of(values, scale, dims=dims, greyed=greyed, seen=seen), ""
        self._pictures.clear()
        if self._at is not None and not self._maps.holds(self._at):
            self._at = None
        self._forget_marks()
        self.update()

    def show_note(self, note: str) -> None:
        """A sentence instead of values."""
        self._note, self._at = note, None
        self.update()

    def show_lit(self, lit: Mask | None, focus: Mask | None = None) -> None:
        """Marks cells (C, H, W) that belong together, and with the accent the one that is meant."""
        self._lit, self._focus = (None if mask is None else mask[:MOST] for mask in (lit, focus))
        self.update()

    def show_cells(self, cell: tuple[int, int] | None) -> None:
        """The pooling cells (height, width) around groups of values."""
        self._cell = cell
        self.update()

    def _forget_marks(self) -> None:
        for mask in (self._lit, self._focus):
            if mask is not None and mask.shape != self.values.shape:
                self._lit = self._focus = None

    @property
    def values(self) -> Floats:
        return self._maps.values

    @property
    def scale(self) -> Scale:
        """Of the colours."""
        return self._maps.scale

    @property
    def dims(self) -> int:
        """1 for signals."""
        return self._maps.dims

    @property
    def lit(self) -> Mask | None:
        """Which cells are marked."""
        return self._lit

    @property
    def note(self) -> str:
        return self._note

    @property
    def at(self) -> Index | None:
        """The cell under the mouse, or that the arrows walked to."""
        return self._at

    # --- places -----------------------------------------------------------------------------------------------

    @property
    def grids(self) -> tuple[Grid, ...]:
        """Where each channel lies."""
        channels, rows, columns = self.values.shape
        box = QRectF(self.rect()).adjusted(MARGIN_PX, MARGIN_PX, -MARGIN_PX, -MARGIN_PX)
        if self._maps.dims == 1:
            return bands(box, channels, columns)
        if channels == 1:
            return (Grid.fitted(box, rows, columns, square=self._square),)
        return tiles(box, channels, rows, columns)

    def rect_of(self, index: Index) -> QRectF:
        """Where a cell lies, in the widget's pixels."""
        return self.grids[index[0]].rect(index[1], index[2])

    def index_at(self, at: QPointF) -> Index | None:
        """The cell at a point; None beside all of them."""
        if self._note:
            return None
        for channel, grid in enumerate(self.grids):
            cell = grid.cell_at(at)
            if cell is not None:
                return channel, *cell
        return None

    @property
    def size_text(self) -> str:
        """What is shown, as C × H × W; a signal has no height."""
        return self._maps.size_text

    def sizeHint(self) -> QSize:
        return QSize(200, 160)

    # --- painting ---------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(theme.card))
            if self._note:
                painter.setFont(font(CAPTION_PX))
                painter.setPen(QColor(theme.dim))
                flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
                painter.drawText(self.rect().adjusted(8, 0, -8, 0), flags, self._note)
                return
            for channel, grid in enumerate(self.grids):
                self._paint_channel(painter, channel, grid)
            if self._at is not None:
                ring(painter, self.rect_of(self._at), theme.accent)
            if self.hasFocus():
                painter.setPen(QColor(theme.accent))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def _paint_channel(self, painter: QPainter, channel: int, grid: Grid) -> None:
        theme = theme_of(self)
        maps = self._maps
        shown = Shown(maps.values[channel], maps.shares[channel], maps.scale.signed(channel), maps.greyed)
        if len(maps.values) > 1:
            paint_label(painter, grid, maps.label(channel), theme, beside=maps.dims == 1)
        if self._maps.dims == 1:
            paint_stems(painter, grid, shown, theme)
        else:
            paint_map(painter, grid, shown, theme, self._pictures.setdefault(channel, {}))
        if self._cell is not None:
            paint_groups(painter, grid, self._cell, theme)
        for mask, colour in ((self._lit, theme.field), (self._focus, theme.accent)):
            if mask is not None and mask[channel].any():
                if maps.dims == 1:
                    paint_samples(painter, grid, mask[channel], colour)
                    continue
                alpha = VEIL if self._square else 255  # entries of a matrix are few; a map must be seen through it
                paint_lit(painter, grid, mask[channel], colour, strong=mask is self._focus, alpha=alpha)

    # --- mouse and keys ---------------------------------------------------------------------------------------

    def _hover(self, index: Index | None) -> None:
        if index != self._at:
            self._at = index
            self.setAccessibleDescription("" if index is None else self._maps.describe(index))
            self.update()
            self.hovered.emit(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.index_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = ARROWS.get(event.key())
        if step is None or self._note:
            super().keyPressEvent(event)
            return
        channel, row, column = self._at or (0, -max(step[0], 0), -max(step[1], 0))
        _, rows, columns = self.values.shape
        self._hover((channel, min(max(row + step[0], 0), rows - 1), min(max(column + step[1], 0), columns - 1)))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self.index_at(QPointF(event.pos()))
            if index is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), self._maps.describe(index), self)
            return True
        return super().event(event)

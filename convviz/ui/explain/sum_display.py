"""A number as the sum it is, on screen: parts, the cells of one of them, the lines around them."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...spec.arithmetic.explanation import Explanation
from ..look.theme import theme_of
from ..throttle import Throttle
from . import words
from .cell_table import Cell
from .compose import Composed, compose, first_opened, part_of
from .cursor import Cursor
from .sum_layout import HEIGHTS, INSET, LINE_HIGH, NOWHERE
from .sum_paint import paint_line
from .sum_picture import paint_sum, place_of

FADED = 0.4  # of what waits for its frame
LIVE_MS = 100  # digits that change faster cannot be read, and writing them takes as long as painting all maps


class SumDisplay(QWidget):
    """Shows an Explanation, from one frame to the next: what was opened stays open."""

    def __init__(self, parent: QWidget | None = None, *, by: str = "torch", opens: bool = False) -> None:
        """``by`` is what computed the values that are explained.

        ``opens``: of several parts the strongest is opened unasked, and the same channel's stays open for the next
        number.
        """
        super().__init__(parent)
        self._by, self._opens = by, opens
        self._channel: int | None = None  # whose part is opened
        self._closed = False  # by the user
        self.setObjectName("sum_view")
        self.setAccessibleName("How it came about")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # spares repainting the card behind it
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._explanation: Explanation | None = None
        self._message = ""
        self._opened: int | None = None
        self._everything = False
        self._fresh = True
        self._cursor = Cursor()
        self._hovered = NOWHERE
        self._composed: Composed | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.update)
        self._live = Throttle(self._soon.start, LIVE_MS, self)
        self.setFixedHeight(LINE_HIGH)

    # --- what to show -----------------------------------------------------------------------------------------

    def show_explanation(self, explanation: Explanation) -> None:
        """Another number, or the same one in a new frame: what was opened stays open."""
        old, self._explanation = self._explanation, explanation
        self._fresh, self._message = True, ""
        same = old is not None and _same(old, explanation)
        if not same:
            self._everything, self._cursor = False, Cursor()
            self._opened = self._first_opened(explanation)
            if self._opened is not None and len(explanation.values) > 1:
                self._channel = explanation.channels[self._opened]
            self._hovered = NOWHERE
        keeps = same and self.underMouse() and self._composed is not None
        self._compose(keep_order=keeps, soon=same)
        if not same:
            self.setAccessibleDescription(words.spoken(explanation, self._by))

    def _first_opened(self, explanation: Explanation) -> int | None:
        if self._opens and not self._closed and len(explanation.values) > 1:
            return part_of(explanation, self._channel)
        return first_opened(explanation)

    def _keep(self) -> None:
        """What the user opened or closed is for the next number, too."""
        found = self._explanation
        if found is not None and len(found.values) > 1:
            self._closed = self._opened is None
            self._channel = self._channel if self._opened is None else found.channels[self._opened]

    def show_message(self, text: str) -> None:
        """A sentence instead of a number."""
        if text != self._message or self._explanation is not None:
            self._explanation, self._composed, self._message = None, None, text
            self._hovered, self._cursor = NOWHERE, Cursor()
            self.setAccessibleDescription(text)
            self.setFixedHeight(LINE_HIGH * 2)
            self.update()

    def set_fresh(self, fresh: bool) -> None:
        """Whether the number is that of the present State; else it is faded until it is."""
        if fresh != self._fresh:
            self._fresh = fresh
            self.update()

    @property
    def explanation(self) -> Explanation | None:
        return self._explanation

    @property
    def fresh(self) -> bool:
        return self._fresh

    @property
    def opened(self) -> int | None:
        """The part whose cells are shown."""
        return self._composed.opened if self._composed is not None else None

    @property
    def parts(self) -> list[int]:
        """The parts that are shown, from the top on."""
        return self._composed.ranks.tolist() if self._composed is not None else []

    def part_center(self, part: int) -> QPointF:
        """The middle of a part's line."""
        assert self._composed is not None
        layout, rank = self._composed.layout, self._composed.rank_of(part)
        assert rank is not None
        return QPointF(self.width() / 2, INSET + layout.row_top(rank) + layout.row_high / 2)

    def cell_center(self, cell: Cell, grid: int = 0) -> QPointF:
        """The middle of a cell of the opened part."""
        assert self._composed is not None
        layout = self._composed.layout
        assert layout.table is not None
        x, y, wide, high = layout.table.rect(grid, cell)
        return QPointF(INSET + x + wide / 2, INSET + layout.table_top + y + high / 2)

    def line_center(self, name: str) -> QPointF:
        """The middle of a line: "formula", "note", "result", "torch", "more", "bias", and so on."""
        assert self._composed is not None
        top = INSET + self._composed.layout.line_top(name)
        return QPointF(self.width() / 2, top + HEIGHTS.get(name, LINE_HIGH) / 2)

    def line(self, name: str) -> str:
        """What a line says."""
        assert self._composed is not None
        if name in self._composed.layout.tail:
            return self._composed.text_of(name)[0]
        return " ".join(line.text for line in self._composed.head if line.name == name)

    def _compose(self, *, keep_order: bool = False, soon: bool = False) -> None:
        """``soon`` is after the maps and classes of the same frame are painted, which eyes follow while one draws."""
        if self._explanation is None:
            return
        order = None
        if keep_order and self._composed is not None:  # what the mouse is over does not move away from under it
            order = self._composed.ranks
        self._composed = compose(
            self._explanation, self._room, self._opened, everything=self._everything, order=order, by=self._by
        )
        high = self._composed.layout.height + 2 * INSET
        if high != self.height():
            self.setFixedHeight(high)
        if soon:
            self._live.request()
        else:
            self.update()

    @property
    def _room(self) -> int:
        """The width inside."""
        return self.width() - 2 * INSET

    # --- painting ---------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), QColor(theme.card))
            painter.translate(INSET, INSET)
            composed = self._composed
            if composed is None:
                paint_line(painter, QRectF(0, 0, self._room, LINE_HIGH), self._message, theme, "dim")
                return
            painter.setOpacity(1.0 if self._fresh else FADED)
            paint_sum(painter, composed, self._hovered, self._cursor, event.rect().translated(-INSET, -INSET), theme)
            if self.hasFocus():
                painter.translate(-INSET, -INSET)
                painter.setPen(QColor(theme.accent))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(QRectF(self._place(composed)).adjusted(0.5, 0.5, -0.5, -0.5))

    def _place(self, composed: Composed) -> QRect:
        """Where the keys are."""
        place = place_of(composed, self._cursor)
        return place if place is not None else self.rect()

    # --- what Qt asks ---------------------------------------------------------------------------------------------

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._composed is not None and self._composed.width != self._room:
            self._compose(keep_order=True)

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())


def _same(one: Explanation, other: Explanation) -> bool:
    """Whether two explanations are of one number, with as many terms."""
    return (one.layer, one.index, one.kind, one.source, one.values.shape) == (
        other.layer,
        other.index,
        other.kind,
        other.source,
        other.values.shape,
    )

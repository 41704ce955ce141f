"""The confusion matrix, and what the mouse and the keys do to it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ....spec.training.confusion import Confusion
from ...arrows import ARROWS
from ...look.theme import CAPTION_PX, font, theme_of
from ...network.hover_tip import HoverTip
from ..pointed import Pointed
from . import matrix_paint
from .matrix_layout import HEAD_PX, MatrixLayout
from .words import Cell, Names, name_of, of_cell, of_precision, of_recall, total

GUTTER_PX = (54, 110)  # at least (for the word "precision"), at most
MOST_HEAD_PX = 76  # for names that stand upright


class Matrix(Pointed):
    """Rows are the true classes, columns those that were predicted. Arrow keys walk the cells, Return is a click."""

    cell_hovered = Signal(object)  # Cell, or None when the mouse left; beyond the classes lie recall and precision
    cell_clicked = Signal(object)  # Cell

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("confusion_matrix")
        self.setAccessibleName("Confusion matrix: rows are the true classes, columns the answers")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(260, 150)
        self._confusion: Confusion | None = None
        self._names: Names = ()
        self._widest_px = 0  # of the names
        self._selected: Cell | None = None
        self._hovered: Cell | None = None
        self.tip = HoverTip(self)

    # --- what to show -----------------------------------------------------------------------------------------

    def show_confusion(self, confusion: Confusion, names: Names) -> None:
        """Other counts; what is selected and under the mouse stays where there is such a class."""
        self._confusion, self._names = confusion, names
        metrics = QFontMetrics(font(CAPTION_PX, bold=True))
        widths = (metrics.horizontalAdvance(name_of(names, number)) for number in range(confusion.classes))
        self._widest_px = max(widths, default=0)
        if self._hovered is not None and max(self._hovered) > confusion.classes:
            self._hovered = None
        if self._selected is not None and max(self._selected) >= confusion.classes:
            self._selected = None
        self._say()
        self.update()

    def set_selected(self, cell: Cell | None) -> None:
        if cell != self._selected:
            self._selected = cell
            self.update()

    @property
    def confusion(self) -> Confusion | None:
        return self._confusion

    @property
    def selected(self) -> Cell | None:
        return self._selected

    @property
    def hovered(self) -> Cell | None:
        return self._hovered

    @property
    def words(self) -> str:
        """Of the cell under the mouse."""
        if self._hovered is None or self._confusion is None:
            return ""
        (row, column), classes = self._hovered, self._confusion.classes
        if row < classes and column < classes:
            return of_cell(self._confusion, self._names, (row, column))
        if row < classes:
            return of_recall(self._confusion, self._names, row)
        return of_precision(self._confusion, self._names, column) if column < classes else total(self._confusion)

    @property
    def placement(self) -> MatrixLayout:
        """Where the cells lie."""
        classes, widest = (self._confusion.classes if self._confusion is not None else 0), self._widest_px
        gutter = min(max(widest + 10, GUTTER_PX[0]), GUTTER_PX[1])
        layout = MatrixLayout(classes, self.width(), self.height(), gutter, HEAD_PX)
        if not layout.named or widest <= layout.cell[0]:
            return layout
        return MatrixLayout(classes, self.width(), self.height(), gutter, min(widest + 8, MOST_HEAD_PX))

    def cell_center(self, cell: Cell) -> QPoint:
        return QRect(*self.placement.rect(cell)).center()

    def sizeHint(self) -> QSize:
        return QSize(420, 320)

    # --- painting ---------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, layout, confusion = theme_of(self), self.placement, self._confusion
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(theme.card))
            if confusion is None or not confusion.classes:
                return
            matrix_paint.paint_names(painter, layout, self._names, self._hovered or self._selected, theme)
            matrix_paint.paint_shares(painter, layout, confusion, theme)
            matrix_paint.paint_cells(painter, layout, confusion, theme)
            if self._selected is not None:
                matrix_paint.mark(painter, QRect(*layout.rect(self._selected)), theme.accent, 2)
            if self._hovered is not None and max(self._hovered) < confusion.classes:
                matrix_paint.mark(painter, QRect(*layout.rect(self._hovered)), theme.text, 1)
            if self.hasFocus():
                matrix_paint.mark(painter, self.rect().adjusted(1, 1, 0, 0), theme.accent, 1)

    # --- mouse and keys ---------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._cell_at(event.position()), event.position().toPoint())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton:
            self._click(cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        classes = self._confusion.classes if self._confusion is not None else 0
        at = self._hovered or self._selected
        if event.key() in ARROWS and classes:
            down, right = ARROWS[event.key()]
            row, column = (at[0] + down, at[1] + right) if at is not None else (0, 0)
            cell = min(max(row, 0), classes - 1), min(max(column, 0), classes - 1)
            self._hover(cell, self.cell_center(cell))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and at is not None:
            self._click(at)
        else:
            super().keyPressEvent(event)

    def _cell_at(self, point: QPointF) -> Cell | None:
        if self._confusion is None or not self._confusion.classes:
            return None
        return self.placement.cell_at(point.x(), point.y())

    def _click(self, cell: Cell | None) -> None:
        if cell is not None and self._confusion is not None and max(cell) < self._confusion.classes:
            self.cell_clicked.emit(cell)

    def _hover(self, cell: Cell | None, at: QPoint | None = None) -> None:
        moved, self._hovered = cell != self._hovered, cell
        if moved:
            self.update()
            self.cell_hovered.emit(cell)
        self._say(at)

    def _say(self, at: QPoint | None = None) -> None:
        """Writes beside the cell what it means."""
        words = self.words
        self.setAccessibleDescription(words)
        if not words:
            self.tip.hide()
        elif at is not None:
            self.tip.show_at(at, words)
        elif self.tip.isVisible():
            self.tip.show_at(self._tip_place(), words)

    def _tip_place(self) -> QPoint:
        """Where the mouse rests, or else the cell."""
        assert self._hovered is not None
        pointer = self.mapFromGlobal(self.cursor().pos())
        return pointer if self.rect().contains(pointer) else self.cell_center(self._hovered)

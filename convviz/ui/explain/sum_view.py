"""A number as the sum it is: every part, every term, each of which can be followed to where it comes from."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from ...spec.arithmetic.explanation import Explanation
from . import words
from .cell_table import Cell
from .cursor import Cursor, moved
from .sum_display import SumDisplay
from .sum_layout import INSET, NOWHERE, Spot

TIPS = {
    "torch": "What was computed in single precision, and how far the sum above is from it",
    "in float32": "The Lab's output in single precision (float32), as PyTorch computes it too.\n"
    "Δ: how far the sum above, added up in double precision, is from it",
    "bias": "The layer's bias for this channel, added once",
    "more": "Click to show all parts, or only the strongest",
    "result": "All parts and the bias together, added up in double precision",
}


class SumView(SumDisplay):
    """Up and Down walk the parts, Left and Right the cells of the opened one; Enter opens a part or follows a cell."""

    source_chosen = Signal(str, object)  # layer id, Index
    source_hovered = Signal(str, object)  # layer id, Index; "" and None when the mouse left
    part_opened = Signal(int)  # by the user
    reached = Signal(object)  # QRect that the keys came to

    def __init__(self, parent: QWidget | None = None, *, by: str = "torch", opens: bool = False) -> None:
        super().__init__(parent, by=by, opens=opens)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_explanation(self, explanation: Explanation) -> None:
        before = self._hovered
        super().show_explanation(explanation)
        if before != self._hovered:  # what was under the mouse is gone
            self._point(self._hovered)

    def open_part(self, part: int) -> None:
        """Shows the cells of a part, as a click on it does."""
        if self._composed is not None and part != self._opened and part < len(self._composed.explanation.values):
            self._opened = part
            self._keep()
            self._compose()

    # --- mouse ------------------------------------------------------------------------------------------------

    def _spot(self, point: QPointF) -> Spot:
        return self._composed.layout.at(point.x() - INSET, point.y() - INSET) if self._composed is not None else NOWHERE

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._spot(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(NOWHERE)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._hover(NOWHERE)  # what was under the mouse moves away
        event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._act(self._spot(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()  # who took the press takes the release

    def _hover(self, spot: Spot) -> None:
        if spot == self._hovered:
            return
        self._hovered = spot
        self.setCursor(
            Qt.CursorShape.PointingHandCursor if spot.what in ("part", "cell", "more") else Qt.CursorShape.ArrowCursor
        )
        self.update()
        self._point(spot)

    def _point(self, spot: Spot) -> None:
        """Says which unit lies there; a part of several cells is none."""
        place, composed = None, self._composed
        if composed is not None and spot.rank >= 0 and (spot.cell is not None or composed.cells == (1, 1)):
            place = composed.explanation.source_of(int(composed.ranks[spot.rank]), *(spot.cell or (0, 0)))
        self.source_hovered.emit(*(place or ("", None)))

    def _act(self, spot: Spot) -> None:
        """Opens a part, follows a term, or shows all parts."""
        composed = self._composed
        if composed is None or not spot.what:
            return
        if spot.what == "more":
            self._everything = not self._everything
            self._compose()
        elif spot.rank >= 0:
            part = int(composed.ranks[spot.rank])
            self._cursor = Cursor(part, spot.cell)
            if spot.cell is not None or composed.cells == (1, 1):
                self._follow(part, spot.cell or (0, 0))
            elif spot.what == "part":
                self._opened = None if self._opened == part else part
                self._keep()
                self._compose()
                if self._opened is not None:
                    self.part_opened.emit(part)

    def _follow(self, part: int, cell: Cell) -> None:
        place = self._explanation.source_of(part, *cell) if self._explanation is not None else None
        if place is not None and self._fresh:
            self.source_chosen.emit(*place)

    # --- keys -------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, composed = Qt.Key(event.key()), self._composed
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if composed is None or not plain:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._act(self._cursor.spot(composed))
            self._tell()
        else:
            cursor = moved(self._cursor, key, composed)
            if cursor is None:
                super().keyPressEvent(event)
            else:
                self._cursor = cursor
                self._tell()

    def _tell(self) -> None:
        """Shows and says where the keys are."""
        if self._composed is None:
            return
        cursor, explanation = self._cursor, self._composed.explanation
        if cursor.part is not None and cursor.part < len(explanation.labels):
            text = f"{words.part_name(explanation, cursor.part)}: {explanation.subtotals[cursor.part]:.4g}"
            if cursor.cell is not None:
                text = ": ".join(words.term(explanation, cursor.part, cursor.cell))
            self.setAccessibleDescription(text)
            self._point(cursor.spot(self._composed))
        self.reached.emit(self._place(self._composed))
        self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            what = self._spot(QPointF(event.pos())).what
            tip = TIPS.get(self._by if what == "torch" else what, "")
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().event(event)

"""One bar a class: its probability, and on hover how it came about."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ...session.outbox import Frame
from ...spec.network import NetworkSpec
from ...spec.softmax import softmax
from ..look.colours import Floats
from ..look.numbers import exact, percent, signed
from ..look.theme import CAPTION_PX, VALUE_PX, Theme, font, theme_of

ROW_PX, LEAST_ROW_PX = 25, 16
NAME_PX, LONGEST_NAME_PX, NAME_GAP_PX = 20, 78, 6  # with the gap before the bar; a longer name ends in …
VALUE_WIDTH, CHANGE_WIDTH = 58, 54
MOST_ROWS = 20  # of a network with many classes, the most probable


class ClassBars(QWidget):
    """Shows probabilities (classes,); the winner is bold. A click asks how a class's score came about."""

    class_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None, *, low: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName("class_bars")
        self.setAccessibleName("Class probabilities")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # it stands on a card; that need not repaint
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._row_px = LEAST_ROW_PX if low else ROW_PX  # that it asks for; it grows with the room there is
        self._classes: tuple[str, ...] = ()
        self._name_px = NAME_PX
        self._probabilities: Floats | None = None
        self._scores: Floats | None = None
        self._changes: Floats | None = None  # of the scores, by edits
        self._before: Floats | None = None  # probabilities of the untouched network

    def set_network(self, network: NetworkSpec) -> None:
        """The classes of another network; the values of one with as many outputs stay until the next frame."""
        if len(network.classes) != len(self._classes):
            self._probabilities = self._scores = None
        self._name(network.classes)
        self.updateGeometry()
        self.update()

    def show_frame(self, frame: Frame) -> None:
        self._probabilities = frame.probabilities
        self._scores = frame.scores
        self._changes = frame.score_changes
        self._before = None if frame.origin_scores is None else softmax(frame.origin_scores)
        names = tuple(str(i) for i in range(len(self._probabilities)))
        if len(self._classes) != len(names):
            self._name(names)
        best = self.best
        said = f"{self._classes[best]}, {percent(float(self._probabilities[best]))}" if best is not None else "none"
        self.setAccessibleDescription(f"Most probable: {said}")
        self.update()

    def _name(self, classes: tuple[str, ...]) -> None:
        """All bars begin where the longest name ends."""
        self._classes = classes
        metrics = QFontMetrics(font(VALUE_PX, bold=True))
        widest = max((metrics.horizontalAdvance(name) for name in classes), default=0)
        self._name_px = min(max(widest + NAME_GAP_PX, NAME_PX), LONGEST_NAME_PX)

    @property
    def best(self) -> int | None:
        """The most probable class, None before the first frame or when the scores are not numbers."""
        if self._probabilities is None or np.isnan(self._probabilities).any():
            return None
        return int(self._probabilities.argmax())

    def clear(self) -> None:
        """Shows the classes without values, for an empty pad."""
        self._probabilities = self._changes = None
        self.setAccessibleDescription("Nothing drawn yet")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(232, self._row_px * max(min(len(self._classes), MOST_ROWS), 1))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, LEAST_ROW_PX * max(min(len(self._classes), MOST_ROWS), 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            theme = theme_of(self)
            painter.fillRect(self.rect(), QColor(theme.card))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            best = self.best
            for place, index in enumerate(self.shown):
                self._paint_row(painter, theme, self._row(place), index, winner=index == best)

    @property
    def shown(self) -> list[int]:
        """The classes that have a bar: all of them, or the most probable where there are many."""
        if len(self._classes) <= MOST_ROWS:
            return list(range(len(self._classes)))
        if self._probabilities is None:
            return list(range(MOST_ROWS))
        return [int(i) for i in np.argsort(-np.nan_to_num(self._probabilities), kind="stable")[:MOST_ROWS]]

    def _paint_row(self, painter: QPainter, theme: Theme, row: QRect, index: int, *, winner: bool) -> None:
        colour = QColor(theme.text if winner else theme.dim)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font(VALUE_PX, bold=winner))
        painter.setPen(colour)
        room = self._name_px - NAME_GAP_PX
        name = painter.fontMetrics().elidedText(self._classes[index], Qt.TextElideMode.ElideRight, room)
        painter.drawText(row, middle | Qt.AlignmentFlag.AlignLeft, name)
        taken = self._name_px + VALUE_WIDTH + (CHANGE_WIDTH if self._changes is not None else 0)
        groove = QRectF(row.left() + self._name_px, row.center().y() - 3, row.width() - taken, 7)
        if self._probabilities is not None:
            painter.drawText(row, middle | Qt.AlignmentFlag.AlignRight, percent(float(self._probabilities[index])))
            if self._changes is not None:
                self._paint_change(painter, row.adjusted(0, 0, -VALUE_WIDTH, 0), float(self._changes[index]))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.line))
        painter.drawRoundedRect(groove, 3.5, 3.5)
        if self._probabilities is not None:
            width = groove.width()
            groove.setWidth(max(width * _share(self._probabilities[index]), 2.0))
            painter.setBrush(QColor(theme.accent))
            painter.drawRoundedRect(groove, min(3.5, groove.width() / 2), 3.5)
            if self._changes is not None and self._before is not None:
                x = groove.left() + max(width * _share(self._before[index]), 1.0)
                painter.fillRect(QRectF(x - 1, groove.top() - 3, 2, 13), QColor(theme.text))

    def _paint_change(self, painter: QPainter, place: QRect, change: float) -> None:
        theme = theme_of(self)
        colour = theme.dim if abs(change) < 5e-3 else theme.positive if change > 0 else theme.negative
        painter.setFont(font(CAPTION_PX))
        painter.setPen(QColor(colour))
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, signed(change))

    def _class_at(self, point: QPoint) -> int | None:
        return next((index for place, index in enumerate(self.shown) if self._row(place).contains(point)), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self._class_at(event.position().toPoint())
        if row is not None and event.button() == Qt.MouseButton.LeftButton:
            self.class_chosen.emit(row)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.explanation(event.pos()), self)
            return True
        return super().event(event)

    def explanation(self, point: QPoint) -> str:
        """How the bar at ``point`` came about: softmax with the numbers put in."""
        row = self._class_at(point)
        if row is None or self._probabilities is None or self._scores is None:
            return ""
        score, share = float(self._scores[row]), float(self._probabilities[row])
        most = float(self._scores.max())
        with np.errstate(invalid="ignore", over="ignore"):
            own, total = (
                math.exp(score - most) if score == score else math.nan,
                float(np.exp(self._scores - most).sum()),
            )
        return (
            f"class {self._classes[row]}\nsoftmax: exp({exact(score)} − m) / Σ exp(score − m) = {own:.4g} / {total:.4g}"
            f" = {exact(share)}\nm = {exact(most)} is the highest score; the scores are the last layer's values."
            f"{self._comparison(row, score)}\nClick to see how the score came about."
        )

    def _comparison(self, index: int, score: float) -> str:
        """What the edits did to a class, "" where there were none."""
        if self._changes is None or self._before is None:
            return ""
        change, before = float(self._changes[index]), float(self._before[index])
        return (
            f"\nBefore the edits the score was {exact(score - change)}, {percent(before)} (the tick); "
            f"they moved it by {signed(change)}."
        )

    def _row(self, i: int) -> QRect:
        pitch = min(self.height() / max(min(len(self._classes), MOST_ROWS), 1), ROW_PX + 7)
        return QRect(0, round(i * pitch), self.width(), round(min(pitch, ROW_PX + 6)))


def _share(probability: float) -> float:
    return 0.0 if probability != probability else float(probability)

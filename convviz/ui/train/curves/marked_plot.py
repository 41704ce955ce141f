"""A plot with a title, a frame where it has the focus, and small marks that say something on hover."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGraphicsView, QSizePolicy, QToolTip

from ...look.theme import CAPTION_PX, font, theme_of
from .axes import Axis, Field
from .marks import Frame, Mark, paint_beyond, paint_changes, words_at
from .series import Across
from .strokes import Beyond, Strokes

HINT = "Click: the nearest moment that was kept. Wheel or a box: zoom. Double click: all"


class MarkedPlot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """Paints over what pyqtgraph has drawn."""

    def __init__(self, name: str, accessible: str, title: str, *, percent: bool, bare: bool) -> None:
        self.field = Field()
        self._axes = {"left": Axis("left", percent=percent), "bottom": Axis("bottom", bare=bare)}
        super().__init__(viewBox=self.field, axisItems=self._axes)
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 90)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.title, self.notes = title, tuple[str, ...]()
        self.held = False  # y was zoomed by hand
        self.strokes = Strokes(self)
        self.across: Across = "step"
        self.changes: tuple[Mark, ...] = ()
        self.hideButtons()
        # By itself every item that moved is painted at once, and a plot twice; here once, with the rest of the window.
        # Whoever wants it painted says so to the scene, or there are two reasons to.
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.NoViewportUpdate)
        self.scene().changed.connect(self._changed)
        self.getPlotItem().setContentsMargins(0, 18, 10, 0)

    def _changed(self, *_: object) -> None:
        self.viewport().update()

    @property
    def sight(self) -> tuple[float, float, int]:
        """From which x to which, and in how many pixels."""
        (left, right), _ = self.field.viewRange()
        return left, right, max(int(self.field.width()), 50)

    def show_changes(self, changes: tuple[Mark, ...], across: Across) -> None:
        """Where settings were changed, and what x is."""
        self.across = across
        if changes != self.changes:
            self.changes = changes
            self.scene().update()

    def show_note(self, *notes: str) -> None:
        """What is said behind the title, in brackets: the first that fits, all of the first on hover."""
        if notes != self.notes:
            self.notes = notes
            self.scene().update()

    @property
    def note(self) -> str:
        """All of it."""
        return self.notes[0] if self.notes else ""

    @property
    def heading(self) -> str:
        """The title, with the longest note that there is room for."""
        metrics, room = QFontMetrics(font(CAPTION_PX, bold=True)), self.viewport().width() - 16
        texts = [f"{self.title} ({note})" for note in self.notes] or [self.title]
        fitting = (text for text in texts if metrics.horizontalAdvance(text) <= room)
        return metrics.elidedText(next(fitting, texts[-1]), Qt.TextElideMode.ElideRight, room)

    @property
    def frame(self) -> Frame:
        """Where the field is on the viewport."""
        left, right, _ = self.sight
        return Frame(self.field.sceneBoundingRect(), left, right)

    @property
    def beyond(self) -> list[Beyond]:
        """Where curves leave the field; whoever has zoomed in knows that they do."""
        return [] if self.held else self.strokes.beyond

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            words = words_at(event.pos(), self.frame, self.changes, self.beyond, self.title.lower(), self.across)
            inside = self.frame.rect.contains(QPointF(event.pos()))  # there it would cover what is read off
            about = "\n".join(filter(None, (self.note, HINT)))
            QToolTip.showText(event.globalPos(), words or ("" if inside else about), self.viewport())
            return True
        return bool(super().viewportEvent(event))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.scene().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.scene().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        theme = theme_of(self)
        with QPainter(self.viewport()) as painter:
            painter.setFont(font(CAPTION_PX, bold=True))
            painter.setPen(QColor(theme.text))
            painter.drawText(8, 13, self.heading)
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_changes(painter, self.frame, self.changes, theme)
            paint_beyond(painter, self.frame, self.beyond)
            painter.restore()
            if self.hasFocus():
                painter.setPen(QColor(theme.accent))
                painter.drawRoundedRect(self.viewport().rect().adjusted(0, 0, -1, -1), 5, 5)

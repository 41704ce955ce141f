"""All channels of a layer, each with the pictures that it answers most strongly to."""

from __future__ import annotations

from math import isfinite

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...arrows import ARROWS
from ...look.numbers import typeset
from ...look.theme import CAPTION_PX, Theme, font, theme_of
from ..errors.thumbnail import draw, thumbnail
from ..pointed import Pointed
from .answers import Answers
from .grid_layout import VALUE_PX, GridLayout, Spot

DEAD_OPACITY = 0.35
KEPT = 2000  # pictures in memory


class ChannelGrid(Pointed):
    """Paints only what can be seen. Arrow keys walk names and pictures, Return is a click."""

    spot_hovered = Signal(object)  # Spot or None
    spot_clicked = Signal(object)  # Spot

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("channel_grid")
        self.setAccessibleName("Every channel, with what it answers most strongly to")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._answers: Answers | None = None
        self._whole = False
        self._hovered: Spot | None = None
        self._pictures: dict[Spot, QImage] = {}

    # --- what to show -----------------------------------------------------------------------------------------

    def show_answers(self, answers: Answers, *, whole: bool) -> None:
        """A layer's strongest answers; ``whole`` images, or only what the unit sees of them."""
        self._answers, self._whole = answers, whole
        self._pictures.clear()
        if self._hovered is not None and self._hovered.channel >= answers.channels:
            self._hovered = None
        self._arrange()

    @property
    def answers(self) -> Answers | None:
        return self._answers

    @property
    def whole(self) -> bool:
        return self._whole

    @property
    def hovered(self) -> Spot | None:
        """What is under the mouse or the keys."""
        return self._hovered

    @property
    def words(self) -> str:
        """Of what is under the mouse."""
        return self._answers.words(*self._hovered) if self._answers is not None and self._hovered is not None else ""

    @property
    def placement(self) -> GridLayout:
        answers = self._answers
        return GridLayout(answers.channels, answers.pictures, self.width()) if answers else GridLayout(0, 9, 1)

    def tip_place(self) -> QPoint:
        """Where to write of what is under the mouse."""
        if self._hovered is None:
            return QPoint()
        rect = self.placement.rect(self._hovered)
        return QPoint(rect.center().x(), rect.bottom())

    def picture(self, spot: Spot) -> QImage:
        """What is painted of an answer."""
        if spot not in self._pictures:
            assert self._answers is not None
            if len(self._pictures) >= KEPT:
                self._pictures.clear()
            self._pictures[spot] = thumbnail(self._answers.image(*spot, whole=self._whole))
        return self._pictures[spot]

    def _arrange(self) -> None:
        self.setFixedHeight(self.placement.height)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != self.width():
            self._arrange()

    # --- painting ---------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, layout = theme_of(self), self.placement
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), QColor(theme.card))
            for channel in layout.within(event.rect().top(), event.rect().bottom()):
                self._paint_channel(painter, layout, theme, channel)
            if self._hovered is not None:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(theme.accent), 2))
                name = self._hovered.number < 0
                inside = -1 if name else 0
                painter.drawRect(layout.rect(self._hovered).adjusted(inside, inside, -inside, -inside))
            elif self.hasFocus():
                painter.setPen(QPen(QColor(theme.accent), 1))
                painter.drawRect(self.visibleRegion().boundingRect().adjusted(0, 0, -1, -1))

    def _paint_channel(self, painter: QPainter, layout: GridLayout, theme: Theme, channel: int) -> None:
        answers = self._answers
        assert answers is not None
        note = answers.note(channel)
        name = layout.rect(Spot(channel, -1)).adjusted(1, 0, 0, 0)
        painter.setFont(font(CAPTION_PX, bold=True))
        painter.setPen(QColor(theme.text))
        painter.drawText(name, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, answers.name(channel))
        if note:
            painter.setFont(font(CAPTION_PX))
            painter.setPen(QColor(theme.warning))
            painter.drawText(name, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, note)
        for number in range(layout.pictures):
            self._paint_answer(painter, layout.rect(Spot(channel, number)), theme, Spot(channel, number), bool(note))

    def _paint_answer(self, painter: QPainter, rect: QRect, theme: Theme, spot: Spot, faint: bool) -> None:
        assert self._answers is not None
        value = self._answers.value(*spot)
        if not isfinite(value):
            painter.fillRect(rect, QColor(theme.raised))
            return
        painter.fillRect(rect, Qt.GlobalColor.black)
        painter.setOpacity(DEAD_OPACITY if faint else 1.0)
        draw(painter, self.picture(spot), QRectF(rect), theme)
        painter.setOpacity(1.0)
        painter.setFont(font(CAPTION_PX))
        painter.setPen(QColor(theme.dim))
        line = QRect(rect.x() - 2, rect.bottom() + 1, rect.width() + 4, VALUE_PX)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, typeset(short(value)))

    # --- mouse and keys ---------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._spot_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = self._spot_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and spot is not None:
            self.spot_clicked.emit(spot)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in ARROWS and self._answers is not None and self._answers.channels:
            self._hover(self.placement.moved(self._hovered, *ARROWS[key]) if self._hovered else Spot(0, -1))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._hovered is not None:
            self.spot_clicked.emit(self._hovered)
        else:
            super().keyPressEvent(event)

    def _spot_at(self, point: QPointF) -> Spot | None:
        return self.placement.spot_at(int(point.x()), int(point.y())) if self._answers is not None else None

    def _hover(self, spot: Spot | None) -> None:
        if spot != self._hovered:
            for changed in (self._hovered, spot):
                if changed is not None:
                    self.update(self.placement.rect(changed).adjusted(-2, -2, 2, 2))
            self._hovered = spot
            self.setCursor(Qt.CursorShape.PointingHandCursor if spot is not None else Qt.CursorShape.ArrowCursor)
            self.setAccessibleDescription(self.words)
            self.spot_hovered.emit(spot)


def short(value: float) -> str:
    """A value with three digits.

    >>> short(3.14159), short(-0.0421), short(1234.0), short(0.0)
    ('3.14', '-0.042', '1234', '0')
    """
    size = abs(value)
    if size >= 1e5 or 0 < size < 1e-3:
        return f"{value:.1e}"
    digits = 0 if size >= 100 or not size else 1 if size >= 10 else 2 if size >= 0.1 else 3
    return f"{value + 0.0:.{digits}f}"

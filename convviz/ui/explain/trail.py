"""The way from a score down to the pixels: the units that were followed, and a line that leads back."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...session.experiment import Focus, State, nearest
from ...spec.network import NetworkSpec
from ..look.theme import CAPTION_PX, font, theme_of
from .words import crumb

HIGH_PX = 18
BETWEEN, BEFORE = " › ", "… › "
DOWN, UP = "Click a term to follow it to the pixels", "Click a term to follow it towards the score"


def hint(page: str, state: State) -> str:
    """Where the terms of a page lead from the selected unit; empty where there are none."""
    focus, layers = state.focus, state.network.layers
    if page == "value" and focus is not None and focus.layer != "input":
        return DOWN
    if page == "gradient" and focus is not None and layers and focus.layer != layers[-1].id:
        return UP
    return ""


class Trail:
    """The units from where the trace began to the selected one.

    Whoever follows a term says so first; a unit that is selected in any other way begins a new trail, and so does
    another network, in which units of the same names have nothing to do with each other.
    """

    def __init__(self) -> None:
        self.crumbs: tuple[Focus, ...] = ()
        self._expected: tuple[Focus, ...] | None = None
        self._origin: NetworkSpec | None = None

    def follow(self, focus: Focus) -> None:
        """A term is followed: the State will select this unit."""
        self._expected = (*self.crumbs, focus)

    def cut(self, at: int) -> Focus:
        """A crumb is chosen: the State will select it, and what comes behind it goes."""
        self._expected = self.crumbs[: at + 1]
        return self.crumbs[at]

    def show_state(self, state: State) -> None:
        """Follows what is selected; units that the network no longer has fall away."""
        expected, self._expected = self._expected, None
        if state.origin.network is not self._origin:
            self._origin, self.crumbs, expected = state.origin.network, (), None
        if state.focus is None:
            self.crumbs = ()
            return
        for crumbs in (self.crumbs, expected or ()):
            if crumbs and crumbs[-1] == state.focus:
                self.crumbs = tuple(c for c in crumbs if nearest(state.network, c) == c)
                return
        self.crumbs = (state.focus,)


class TrailLine(QWidget):
    """Shows the crumbs in one line, as many of the last as fit. Left and Right walk them, Enter goes back to one."""

    crumb_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trail")
        self.setAccessibleName("Trail")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFixedHeight(HIGH_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._names: tuple[str, ...] = ()
        self._hint = ""
        self._hovered: int | None = None
        self._at: int | None = None

    def show_trail(self, trail: Trail) -> None:
        names = tuple(map(crumb, trail.crumbs))
        if names != self._names:
            self._names, self._at, self._hovered = names, None, None
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if len(names) > 1 else Qt.FocusPolicy.NoFocus)
            self.setAccessibleDescription(BETWEEN.join(names))
            self.setToolTip(BETWEEN.join(names) + "\nBackspace goes one back" if len(names) > 1 else "")
            self.update()

    def set_hint(self, text: str) -> None:
        """What is said as long as the trail has only one unit."""
        if text != self._hint:
            self._hint = text
            self.update()

    @property
    def text(self) -> str:
        """What is shown."""
        placed = self._placed()
        if len(self._names) < 2:
            return self._hint if self._names else ""
        return (BEFORE if placed[0][0] else "") + BETWEEN.join(self._names[at] for at, _ in placed)

    def crumb_center(self, at: int) -> QPointF:
        """The middle of a crumb that is shown."""
        return dict(self._placed())[at].center()

    def _placed(self) -> list[tuple[int, QRectF]]:
        """The crumbs that fit and where they are."""
        advance = QFontMetrics(font(CAPTION_PX)).horizontalAdvance
        between, first = advance(BETWEEN), 0
        wide = [advance(name) for name in self._names]
        while first < len(wide) - 1:
            room = self.width() - (advance(BEFORE) if first else 0)
            if sum(wide[first:]) + between * (len(wide) - first - 1) <= room:
                break
            first += 1
        x, placed = float(advance(BEFORE) if first else 0), []
        for at in range(first, len(wide)):
            placed.append((at, QRectF(x, 0, wide[at], self.height())))
            x += wide[at] + between
        return placed

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(theme.card))
            painter.setFont(font(CAPTION_PX))
            middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.setPen(QColor(theme.dim))
            if len(self._names) < 2:
                painter.drawText(self.rect(), middle, self.text)
                return
            placed = self._placed()
            if placed[0][0]:
                painter.drawText(self.rect(), middle, BEFORE)
            for at, rect in placed:
                last = at == len(self._names) - 1
                pointed = at == self._hovered or (self.hasFocus() and at == self._at)
                painter.setPen(QColor(theme.text if last else theme.accent))
                painter.drawText(rect.adjusted(0, 0, 4, 0), middle, self._names[at])
                if pointed and not last:
                    painter.drawLine(rect.bottomLeft() - QPointF(0, 3), rect.bottomRight() - QPointF(0, 3))
                if not last:
                    painter.setPen(QColor(theme.dim))
                    painter.drawText(QRectF(rect.right(), 0, 40, self.height()), middle, BETWEEN)

    # --- mouse and keys ---------------------------------------------------------------------------------------

    def _crumb_at(self, point: QPointF) -> int | None:
        if len(self._names) < 2:
            return None
        found = next((at for at, rect in self._placed() if rect.contains(point)), None)
        return found if found != len(self._names) - 1 else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._crumb_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)

    def _hover(self, at: int | None) -> None:
        if at != self._hovered:
            self._hovered = at
            self.setCursor(Qt.CursorShape.ArrowCursor if at is None else Qt.CursorShape.PointingHandCursor)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._crumb_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and at is not None:
            self.crumb_chosen.emit(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, last = event.key(), len(self._names) - 1
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = 1 if key == Qt.Key.Key_Right else -1
            self._at = min(max((last if self._at is None else self._at) + step, self._placed()[0][0]), last)
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._at not in (None, last):
            self.crumb_chosen.emit(self._at)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._at = max(len(self._names) - 2, 0)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(80, HIGH_PX)

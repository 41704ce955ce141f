"""The window itself: there at once, furnished a moment later.

It imports nothing but Qt, so that something to look at is painted before numpy, let alone torch, is imported; until
the desk stands in it, it paints the cards' outlines where they will be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QColor, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QMainWindow

from .look import theme
from .settings import Settings

if TYPE_CHECKING:
    from ..session.engine import Engine
    from ..session.experiment import State
    from .desk import Desk

SIZE_PX = (1280, 800)
LEAST_PX = (1080, 660)
FRAME_PX = 40  # what the desktop's title bar may take


class MainWindow(QMainWindow):
    """Emits ``painted`` after its first paint; :meth:`furnish` then fills it."""

    painted = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.setWindowTitle("convviz")
        self.settings = settings
        self.desk: Desk | None = None
        self._was_painted = self._keep = False
        theme.apply_chosen(settings.theme)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_theme_changed)
        self.setMinimumSize(*LEAST_PX)
        room = QGuiApplication.primaryScreen().availableGeometry()
        self.resize(min(SIZE_PX[0], room.width()), min(SIZE_PX[1], room.height() - FRAME_PX))
        geometry = settings.layout("window")
        if geometry is not None:
            self.restoreGeometry(geometry)

    def furnish(self, state: State, engine: Engine) -> Desk:
        """Puts the desk in; imports what it needs."""
        from .desk import Desk
        from .look.icons import icon

        self.desk = Desk(state, engine, self.settings)
        self.setCentralWidget(self.desk)
        self.setWindowIcon(icon("app", theme.DARK))
        self.desk.network.take_focus()
        return self.desk

    def _system_theme_changed(self) -> None:
        theme.apply_chosen(self.settings.theme)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.desk is None:
            self._paint_outlines()
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self, self.painted.emit)

    def _paint_outlines(self) -> None:
        look = theme.theme_of(self)
        with QPainter(self) as painter:
            painter.setPen(QColor(look.line))
            painter.setBrush(QColor(look.card))
            top, margin = theme.HEADER_PX, theme.MARGIN
            painter.drawRect(-1, -1, self.width() + 2, top)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            high = self.height() - top - theme.STATUS_PX - 2 * margin
            right = self.width() - margin - theme.RIGHT_PX
            for x, width in ((margin, theme.LEFT_PX), (right, theme.RIGHT_PX)):
                painter.drawRoundedRect(QRectF(x + 0.5, top + margin + 0.5, width, high), theme.RADIUS, theme.RADIUS)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.desk is not None and not self._keep and not self.desk.files.may_leave():
            event.ignore()
            return
        self.settings.set_layout("window", self.saveGeometry())
        self.hide()  # at once, whatever still has to end
        self.shut_down()
        self.settings.save()
        super().closeEvent(event)

    def close_unasked(self) -> None:
        """Closes without a question; unsaved work is offered again next time."""
        self._keep = True
        self.close()

    def shut_down(self) -> None:
        """Ends what runs behind the window; safe to call twice."""
        if self.desk is not None:
            self.desk.shut_down(keep=self._keep)

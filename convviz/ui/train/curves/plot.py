"""One plot: lines over steps or epochs, the cursor of the time machine, and where the mouse is."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from ...look.shades import faint
from ...look.theme import theme_of
from .marked_plot import MarkedPlot
from .strokes import Scale, Stroke

MARGIN = 0.06  # of the height, above and below the curves


class CurvePlot(MarkedPlot):
    """Shows strokes. ←/→ move along, + and − zoom, a double click or Home shows all."""

    zoomed = Signal()  # by hand
    seen = Signal()  # other x are in sight, or in another width
    reset_wanted = Signal()
    hovered = Signal(object)  # x or None
    cursor_dragged = Signal(object)  # x
    clicked = Signal(object)  # x

    def __init__(self, name: str, accessible: str, title: str, *, percent: bool = False, bare: bool = False) -> None:
        super().__init__(name, accessible, title, percent=percent, bare=bare)
        self._log = self._used = False
        self._limits: tuple[float, float] = (0.0, 1.0)
        self.cursor_line = pg.InfiniteLine(angle=90, movable=True)
        self.cursor_line.setZValue(20)
        self.hair = pg.InfiniteLine(angle=90, movable=False)
        for line in (self.hair, self.cursor_line):
            self.addItem(line, ignoreBounds=True)
            line.hide()
        self._connect()
        self._dress()

    def _connect(self) -> None:
        self.cursor_line.sigDragged.connect(lambda line: self.cursor_dragged.emit(float(line.value())))
        self.field.boxed.connect(self._hold)
        self.field.clicked.connect(self.clicked.emit)
        self.field.sigRangeChangedManually.connect(lambda _: self.zoomed.emit())
        self.field.sigXRangeChanged.connect(lambda *_: self.seen.emit())
        self.field.sigResized.connect(lambda _: self.seen.emit())
        self.scene().sigMouseMoved.connect(self._moved)

    # --- what it is told --------------------------------------------------------------------------------------

    @property
    def height_range(self) -> tuple[float, float]:
        """The least and the largest y in sight; of a logarithmic axis their logarithms."""
        low, high = self.field.viewRange()[1]
        return low, high

    @property
    def log(self) -> bool:
        return self._log

    def set_log(self, on: bool) -> None:
        """Whether y is logarithmic; what is not above 0 is then a gap."""
        if on != self._log:
            self._log = on
            self._axes["left"].setLogMode(on)
            self.forget_height()

    def show_across(self, left: float, right: float) -> None:
        """These x are in sight."""
        self.field.setXRange(left, right, padding=0)

    def set_limits(self, left: float, right: float) -> None:
        """No zoom leads beyond these x."""
        self.field.setLimits(xMin=left, xMax=right, minXRange=(right - left) * 1e-5)

    def show_height(self, low: float, high: float) -> None:
        """Puts heights from ``low`` to ``high`` in sight, unless they nearly are: a jumping axis cannot be read."""
        if self.held:
            return
        if not (np.isfinite(low) and np.isfinite(high)):
            low, high = (-1.0, 0.0) if self._log else (0.0, 1.0)
        margin = MARGIN * (high - low) or (0.1 if self._log else abs(high) * 0.1 or 0.1)
        before, after = self._limits
        if before <= low and high <= after and (high - low) >= 0.6 * (after - before) - 2 * margin:
            return
        self._limits = low - margin, high + margin
        self.field.setYRange(*self._limits, padding=0)

    def forget_height(self) -> None:
        """The next values in sight decide, whatever was there before."""
        self._limits, self.held = (0.0, 0.0), False

    def show_strokes(self, strokes: dict[str, Stroke]) -> None:
        """Draws these, in their order, and nothing else."""
        before = self.strokes.beyond
        self.strokes.show(strokes, Scale(*self.height_range, self._log, self.sight[2], self.devicePixelRatioF()))
        self.scene().prepareForPaint()  # what moves with the sight moves now, not when it is painted: that paints twice
        if before != self.strokes.beyond:
            self.scene().update()

    def set_cursor(self, x: float | None, *, used: bool) -> None:
        """Where the time machine is; fainter where it is at the newest step, not ``used``."""
        self.cursor_line.setVisible(x is not None)
        if x is not None and not self.cursor_line.moving:
            self.cursor_line.setValue(x)
        if used != self._used:
            self._used = used
            self._dress_cursor()

    def set_hair(self, x: float | None) -> None:
        """A thin line at the step that is read off."""
        self.hair.setVisible(x is not None)
        if x is not None:
            self.hair.setValue(x)

    def _hold(self) -> None:
        self.held = True

    # --- hands ------------------------------------------------------------------------------------------------

    def _moved(self, at: QPointF) -> None:
        inside = self.field.sceneBoundingRect().contains(at)
        self.hovered.emit(float(self.field.mapSceneToView(at).x()) if inside else None)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset_wanted.emit()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.hovered.emit(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        left, right, _ = self.sight
        wide, middle = right - left, (left + right) / 2
        before = self.sight
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                by = wide / 10 * (1 if event.key() == Qt.Key.Key_Right else -1)
                self.field.translateBy(x=by)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal | Qt.Key.Key_Up:
                self.field.scaleBy(x=0.8, center=(middle, 0))
            case Qt.Key.Key_Minus | Qt.Key.Key_Down:
                self.field.scaleBy(x=1.25, center=(middle, 0))
            case Qt.Key.Key_Home | Qt.Key.Key_0:
                self.reset_wanted.emit()
                return
            case _:
                QWidget.keyPressEvent(self, event)
                return
        if self.sight != before:  # at its end the axis stays where it is
            self.zoomed.emit()

    # --- the look ---------------------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "cursor_line"):
            self._dress()

    def _dress(self) -> None:
        theme = theme_of(self)
        self.setBackground(theme.card)
        for axis in self._axes.values():
            axis.dress(theme)
        self.field.dress(theme)
        self.hair.setPen(pg.mkPen(theme.dim, width=1))
        self._dress_cursor()

    def _dress_cursor(self) -> None:
        theme, used = theme_of(self), self._used
        self.cursor_line.setPen(pg.mkPen(faint(theme.field, 255 if used else 110), width=2 if used else 1))
        self.cursor_line.setHoverPen(pg.mkPen(theme.field, width=3))

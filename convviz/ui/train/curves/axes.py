"""The axes of a plot in the look of the application, and a field that is zoomed by wheel and box."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor

from ...look.numbers import typeset
from ...look.shades import faint
from ...look.theme import CAPTION_PX, Theme, font
from .ticks import log_ticks, ticks, written, written_round, written_share

LEFT_PX, BOTTOM_PX = 48, 20
APART_PX = 22, 84  # two numbers, up and across


class Axis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Numbers in the font of captions; shares as percentages, or only the lines of the grid, where asked for."""

    def __init__(self, side: str, *, percent: bool = False, bare: bool = False) -> None:
        super().__init__(side)
        self._percent = percent
        self.setStyle(
            tickFont=font(CAPTION_PX),
            tickLength=0,
            tickTextOffset=6,
            autoReduceTextSpace=False,
            hideOverlappingLabels=False,
        )
        self.enableAutoSIPrefix(False)
        if side == "left":
            self.setWidth(LEFT_PX)
        else:
            self.setStyle(showValues=not bare)
            self.setHeight(2 if bare else BOTTOM_PX)

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:  # noqa: N802 - pyqtgraph's name
        apart = APART_PX[0] if self.orientation == "left" else APART_PX[1]
        most = max(int(size / apart), 2)
        if self.logMode:
            return [(1.0, log_ticks(low, high, most))]
        return [ticks(low, high, most)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:  # noqa: N802 - pyqtgraph's name
        if self._percent:
            return [typeset(written_share(value, spacing)) for value in values]
        if self.logMode:
            return [written_round(10**value) for value in values]
        return [typeset(written(value, spacing)) for value in values]

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """With room for the numbers at both ends, which would be left out."""
        rect: QRectF = super().boundingRect()
        return rect.adjusted(0, -8, 0, 8) if self.orientation == "left" else rect.adjusted(-20, 0, 20, 0)

    def dress(self, theme: Theme) -> None:
        """The colours of a theme; the ticks are the lines of the grid."""
        self.setPen(pg.mkPen(theme.line))
        self.setTickPen(pg.mkPen(theme.line))
        self.setTextPen(pg.mkPen(theme.dim))
        self.setGrid(150)


class Field(pg.ViewBox):  # type: ignore[misc]  # pyqtgraph has no types
    """The wheel zooms along, a box both ways, the middle button moves."""

    boxed = Signal()  # y was zoomed too
    clicked = Signal(float)  # x

    def __init__(self) -> None:
        super().__init__(enableMenu=False)
        self.setMouseMode(pg.ViewBox.RectMode)
        self.disableAutoRange()
        self.setDefaultPadding(0.0)

    def wheelEvent(self, event: Any, axis: int | None = None) -> None:
        if axis == 1:
            self.boxed.emit()
        super().wheelEvent(event, axis=0 if axis is None else axis)

    def showAxRect(self, box: Any, **how: Any) -> None:  # noqa: N802 - pyqtgraph's name
        self.boxed.emit()
        super().showAxRect(box, **how)

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        if event.button() == Qt.MouseButton.RightButton:
            event.ignore()
        else:
            middle = event.button() == Qt.MouseButton.MiddleButton
            super().mouseDragEvent(event, 0 if middle and axis is None else axis)

    def mouseClickEvent(self, event: Any) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not event.double():
            event.accept()
            self.clicked.emit(float(self.mapSceneToView(event.scenePos()).x()))

    def keyPressEvent(self, event: Any) -> None:
        event.ignore()  # the plot has keys of its own

    def dress(self, theme: Theme) -> None:
        self.rbScaleBox.setPen(pg.mkPen(theme.accent))
        self.rbScaleBox.setBrush(pg.mkBrush(faint(QColor(theme.accent), 40)))

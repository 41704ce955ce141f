"""The axes of a plot in the look of the application, and a field that is zoomed by wheel and box."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor

from ...look.numbers import typeset
from ...look.shades import faint
from ...look.theme import CAPTION_PX, Theme, font

LEFT_PX, BOTTOM_PX = 48, 20


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

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:  # noqa: N802 - pyqtgraph's name
        if self._percent:
            digits = 0 if spacing >= 0.01 else 1 if spacing >= 0.001 else 2
            return [f"{value * 100:.{digits}f} %" for value in values]
        if self.logMode:
            return [typeset(f"{10**value:.3g}") if _round(value) else "" for value in values]
        if spacing >= 1 and max(map(abs, values), default=0) < 1e9:
            return [f"{value:,.0f}" for value in values]
        return [typeset(text) for text in super().tickStrings(values, scale, spacing)]

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


def _round(logarithm: float) -> bool:
    """Whether it is that of a number that begins with 1, 2 or 5: more cannot be read.

    >>> [_round(value) for value in (0.0, -0.30103, -0.39794)]
    [True, True, False]
    """
    first = 10 ** (logarithm % 1.0)
    return any(abs(first - digit) < 0.01 for digit in (1, 2, 5, 10))


class Field(pg.ViewBox):  # type: ignore[misc]  # pyqtgraph has no types
    """The wheel zooms along, a box both ways, the middle button moves."""

    boxed = Signal()  # y was zoomed too

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

    def keyPressEvent(self, event: Any) -> None:
        event.ignore()  # the plot has keys of its own

    def dress(self, theme: Theme) -> None:
        self.rbScaleBox.setPen(pg.mkPen(theme.accent))
        self.rbScaleBox.setBrush(pg.mkBrush(faint(QColor(theme.accent), 40)))

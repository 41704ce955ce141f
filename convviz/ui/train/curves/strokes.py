"""Lines of a plot as pyqtgraph draws them: made, kept and removed as they are needed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from ...look.shades import faint
from .thinning import Doubles, Line

FAR = 20.0  # heights beyond the field: farther out Qt would draw slowly
DOT_PX = 6
FULL_DOTS = 8  # pixels between two dots, below which there is only the line
DOTS_Z = 15.0
MOST_BEYOND = 60  # of one line, that are marked


class Stroke(NamedTuple):
    """A line and how it is drawn: ``colour`` as ``#rrggbb``, ``alpha`` of 255, with ``dots`` at its corners or not."""

    line: Line
    colour: str
    alpha: int = 255
    width: float = 1.0
    dash: Qt.PenStyle = Qt.PenStyle.SolidLine
    dots: bool = False


class Scale(NamedTuple):
    """How heights are drawn: between which (of their logarithms, if ``log``), in how many pixels across."""

    low: float
    high: float
    log: bool
    columns: int
    pixel_ratio: float

    def drawable(self, y: Doubles) -> Doubles:
        """As they are drawn: the logarithm where asked for, nothing farther out than need be."""
        if self.log:
            with np.errstate(divide="ignore", invalid="ignore"):
                y = np.where(y > 0, np.log10(y), np.nan)
        far = FAR * (self.high - self.low)
        return np.clip(y, self.low - far, self.high + far)


class Beyond(NamedTuple):
    """Where a line leaves the field: ``y`` is the farthest value out there, above the field or below it."""

    x: float
    y: float
    above: bool
    colour: str


class Strokes:
    """The lines of one plot, by name."""

    def __init__(self, plot: pg.PlotWidget) -> None:
        self._plot = plot
        self._strokes: dict[str, Stroke] = {}
        self._made: dict[str, tuple[Line, Scale]] = {}  # of what each was last drawn
        self.curves: dict[str, Curve] = {}
        self.dots: dict[str, Dots] = {}
        self._beyond: dict[str, list[Beyond]] = {}

    def show(self, strokes: dict[str, Stroke], scale: Scale) -> None:
        """Draws these, in their order, and nothing else."""
        for key in [key for key in self.curves if key not in strokes]:
            self._remove(key)
        for z, (key, stroke) in enumerate(strokes.items()):
            if key not in self.curves:
                self.curves[key] = Curve(connect="finite")
                self._plot.addItem(self.curves[key], ignoreBounds=True)
            self._dress(key, z, stroke, scale)
            if self._made.get(key) != (stroke.line, scale):
                self._made[key] = stroke.line, scale
                self._draw(key, stroke, scale)
        self._strokes = strokes

    def _remove(self, key: str) -> None:
        self._plot.removeItem(self.curves.pop(key))
        if key in self.dots:
            self._plot.removeItem(self.dots.pop(key))
        self._made.pop(key, None)
        self._beyond.pop(key, None)

    @property
    def beyond(self) -> list[Beyond]:
        """Where lines leave the field, above or below."""
        return [each for found in self._beyond.values() for each in found]

    def _dress(self, key: str, z: int, stroke: Stroke, scale: Scale) -> None:
        curve, known = self.curves[key], self._strokes.get(key)
        curve.setZValue(z)
        if key in self.dots:
            self.dots[key].setZValue(DOTS_Z + z / 100)  # over all lines, and in their order
        if known is not None and known[1:] == stroke[1:]:
            return
        thick = stroke.width > 1
        pen = QPen(faint(stroke.colour, stroke.alpha), stroke.width * scale.pixel_ratio, stroke.dash)
        pen.setCosmetic(True)
        curve.opts["antialias"] = thick
        curve.setSegmentedLineMode("on" if thick and stroke.dash is Qt.PenStyle.SolidLine else "off")  # far quicker
        curve.setPen(pen)

    def _draw(self, key: str, stroke: Stroke, scale: Scale) -> None:
        height = scale.drawable(stroke.line.y)
        self.curves[key].setData(stroke.line.x, height, connect="finite", antialias=stroke.width > 1)
        self._beyond[key] = _beyond(stroke, height, scale)
        if not stroke.dots:
            return
        if key not in self.dots:
            self.dots[key] = Dots()
            self.dots[key].setZValue(DOTS_Z + self.curves[key].zValue() / 100)
            self._plot.addItem(self.dots[key], ignoreBounds=True)
        known = np.isfinite(height)
        roomy = len(height) * FULL_DOTS <= scale.columns or known.sum() == 1
        x, y = (stroke.line.x[known], height[known]) if roomy else (height[:0], height[:0])
        self.dots[key].put(x, y, stroke.colour, DOT_PX * scale.pixel_ratio)


class Curve(pg.PlotCurveItem):  # type: ignore[misc]  # pyqtgraph has no types
    """A line that may be anywhere in the field: where it is Qt asks a dozen times for one picture of it."""

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        field = self.getViewBox()
        return QRectF() if field is None else field.viewRect()


class Dots(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no types
    """Round dots that are as large at every zoom."""

    def __init__(self) -> None:
        super().__init__()
        self._points = QPolygonF()
        self._pen = QPen()

    def put(self, x: Doubles, y: Doubles, colour: str, size: float) -> None:
        """At these places and nowhere else; ``size`` in pixels of the screen."""
        self._points = QPolygonF([QPointF(*place) for place in zip(x.tolist(), y.tolist(), strict=True)])
        self._pen = QPen(QColor(colour), size, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        self._pen.setCosmetic(True)
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        field = self.getViewBox()
        return QRectF() if field is None else field.viewRect()

    def viewTransformChanged(self) -> None:  # noqa: N802 - pyqtgraph's name
        self.prepareGeometryChange()

    def paint(self, painter: QPainter, *_: object) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._pen)
        painter.drawPoints(self._points)


def _beyond(stroke: Stroke, height: Doubles, scale: Scale) -> list[Beyond]:
    """The farthest place of every stretch of a line that lies outside of the field."""
    found = []
    for above in (True, False):
        out = height > scale.high if above else height < scale.low
        if not out.any():
            continue
        edges = np.flatnonzero(np.diff(out, prepend=False, append=False)).reshape(-1, 2)
        for first, last in edges[:MOST_BEYOND].tolist():
            part = stroke.line.y[first:last]
            at = first + int(np.argmax(part) if above else np.argmin(part))
            found.append(Beyond(float(stroke.line.x[at]), float(stroke.line.y[at]), above, stroke.colour))
    return found

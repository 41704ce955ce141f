"""A photo and its result side by side, under one zoom: what they look like. Takes no input."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ....spec.geometry import LayerGeometry
from ....spec.lab.lab import Lab
from ....spec.lab.viewport import Viewport, extent, input_lattices, output_lattices
from ...look.colours import Range
from ...look.theme import theme_of
from .captions import captions, write_captions
from .marks import Place, box, paint_marked
from .panes import Panes
from .sampler import Sampled, Sampler, photo_sampled
from .side import Side
from .span import Span
from .tones import picture
from .whole import Whole


class PhotoFace(QWidget):
    """``looked`` follows whatever changed what is seen: zoom, range, coarseness."""

    looked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # it stands on a card; that need not repaint
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.sampler = Sampler(self)
        self.sampler.refined.connect(self._refined)
        self.lab: Lab | None = None
        self.row: LayerGeometry | None = None
        self.view = Viewport(0.0, 0.0, 1.0, (1, 1))
        self.fitted = True  # the view follows the size of the window
        self.range = Range(0.0, 0.0)  # of the whole result, wherever one looks
        self._span = Span()
        self._tone = "signed"
        self._outputs: tuple[int, ...] = (0,)
        self._input = Side(lambda values: picture(values, "clip", self.range, theme_of(self)))
        self._result = Side(lambda values: picture(values, self._tone, self.range, theme_of(self)))
        self._sides = self._input, self._result
        self._hovered: Place | None = None  # of the result
        self._selected: Place | None = None

    # --- what to show -----------------------------------------------------------------------------------------

    def show_lab(self, lab: Lab, outputs: tuple[int, ...]) -> None:
        """Some output channels of a Lab whose input is a photo."""
        other = self.lab is None or self.lab.source is not lab.source
        before = self.row
        self.lab, self.row, self._outputs = lab, lab.row, outputs
        if other:
            self.fitted, self._hovered, self._selected = True, None, None
            self._input.show_sampled(None)
        if before is None or before.output_shape != self.row.output_shape:
            self._hovered = None
            if self._selected is not None and not _has(self.row, self._selected):
                self._selected = None
        self._look(self.view, moved=other or before is None or extent(before) != extent(self.row))

    def forget(self) -> None:
        """Shows nothing, and keeps nothing of the photo in memory."""
        self.sampler.forget()
        self._span.forget()
        self.lab = self.row = self._hovered = self._selected = None
        for side in self._sides:
            side.show_sampled(None)
        self.update()

    def set_tone(self, tone: str) -> None:
        """One of TONES."""
        if tone != self._tone:
            self._tone = tone
            self._result.recolour()
            self._update_right()

    def set_full(self, whole: Whole | None) -> None:
        """All values, which are shown from now on."""
        self.sampler.set_full(whole)
        if self.lab is not None:
            self._look(self.view, moved=False)

    def select(self, place: Place | None) -> None:
        """Marks a value of the result."""
        if place != self._selected:
            self._selected = place
            self.update()

    @property
    def sampled(self) -> Sampled | None:
        """What is on screen of the result."""
        return self._result.sampled

    @property
    def hovered(self) -> Place | None:
        return self._hovered

    @property
    def selected(self) -> Place | None:
        return self._selected

    @property
    def tone(self) -> str:
        return self._tone

    # --- where things are -------------------------------------------------------------------------------------

    @property
    def room(self) -> tuple[int, int]:
        """(rows, columns) of each of both pictures, in device pixels."""
        return self._panes.room

    def pane(self, side: int) -> QRectF:
        """The left (0) or the right (1) picture, in device pixels."""
        return self._panes.rect(side)

    @property
    def _panes(self) -> Panes:
        return Panes(self.width(), self.height(), self.devicePixelRatioF())

    def point_of(self, side: int, place: Place) -> QPointF:
        """The middle of a pixel of the photo (side 0) or of a value of the result (side 1), in logical pixels."""
        assert self.row is not None
        lattices = output_lattices(self.row) if side else input_lattices(self.row)
        middle = box(self.view, *lattices, place).center()
        return (self.pane(side).topLeft() + middle) / self.devicePixelRatioF()

    def sizeHint(self) -> QSize:
        return QSize(668, 440)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 140)

    # --- looking ----------------------------------------------------------------------------------------------

    def look(self, view: Viewport) -> None:
        """Another part of the photo, or another zoom."""
        self._look(view, moved=True)

    def _look(self, view: Viewport, *, moved: bool) -> None:
        if self.lab is None or self.row is None:
            return
        whole = extent(self.row)
        if self.fitted:
            view = Viewport.fitted(whole, self.room)
        elif moved:
            view = view.within(whole)
        moved = moved or view != self.view or self._input.sampled is None
        self.view = view
        self._show_result(self.sampler.show(self.lab, self.row, view, self._outputs))
        if moved:
            self._read_input(self._result.coarse)
            self.update()
        self.looked.emit()

    def _refined(self) -> None:
        if self.sampler.sampled is not None:
            self._show_result(self.sampler.sampled)
            if self._input.coarse > 1:
                self._read_input(1)
                self.update()
            self.looked.emit()

    def _show_result(self, sampled: Sampled) -> None:
        self._result.show_sampled(sampled)
        if self.lab is not None and self.row is not None:
            self.range = self._span.of(self.lab, self.row, self._outputs)
        self._update_right()

    def _read_input(self, coarse: int) -> None:
        assert self.lab is not None
        assert self.row is not None
        self._input.show_sampled(photo_sampled(self.lab, self.row, self.view, coarse))

    def _update_right(self) -> None:
        self.update(QRect(int(self.pane(1).left() / self.devicePixelRatioF()), 0, self.width(), self.height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._look(Viewport(self.view.top, self.view.left, self.view.scale, self.room), moved=True)

    # --- painting ---------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self.room != self.view.room and self.lab is not None:  # it came to another screen
            self._look(Viewport(self.view.top, self.view.left, self.view.scale, self.room), moved=True)
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), QColor(theme_of(self).card))
            if self.lab is not None and self.row is not None:
                texts = captions(self.lab, self.row, self.view, self._result.coarse)
                write_captions(painter, self._panes, texts, theme_of(self))
            painter.scale(1 / ratio, 1 / ratio)
            for side in (0, 1):
                rect = self.pane(side)
                seen = QRectF(rect.topLeft() / ratio, rect.size() / ratio).toAlignedRect()
                if event.rect().intersects(seen):
                    painter.save()
                    painter.setClipRect(rect)
                    painter.fillRect(rect, QColor(theme_of(self).window))
                    painter.translate(rect.topLeft())
                    self._paint_side(painter, side, ratio)
                    painter.restore()
            if self.hasFocus():
                painter.setPen(QPen(QColor(theme_of(self).accent), ratio))
                for side in (0, 1):
                    painter.drawRect(self.pane(side).adjusted(ratio / 2, ratio / 2, -ratio / 2, -ratio / 2))

    def _paint_side(self, painter: QPainter, side: int, ratio: float) -> None:
        if self.row is None or any(one.sampled is None for one in self._sides):
            return
        if self._sides[side].paint(painter, ratio):
            marked = self._selected, self._hovered
            paint_marked(painter, side, self.view, self.row, marked, theme_of(self), 2 * ratio)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._result.recolour()
            self.update()
        super().changeEvent(event)


def _has(row: LayerGeometry, place: Place) -> bool:
    return place[0] < row.output_shape[1] and place[1] < row.output_shape[2]

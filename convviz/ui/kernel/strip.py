"""All slices of a kernel as thumbnails; one of them is chosen."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from ..look.colours import Floats
from ..look.theme import theme_of
from ..network.mosaic import Mosaic
from ..network.mosaic_layout import MosaicLayout
from .grid_layout import SCROLL_BAR_PX

HIGH_PX, LEAST_PX, LARGEST_PX = 84, 8, 28  # of the strip; of a thumbnail
NARROWEST_PX = 12  # of a thumbnail's shorter side: one row of a signal's kernel must be seen, and hit
GAP_PX = 2
MOST_FRAMED = 64  # slices that have an edge, as zeros look like the card in the light theme


class _Thumbnails(Mosaic):
    """The mosaic with a frame around a whole slice rather than around one value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.placed: MosaicLayout | None = None
        self.ratio = 1.0
        self.chosen = 0
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def place(self, layout: MosaicLayout, ratio: float) -> None:
        if (layout, ratio) != (self.placed, self.ratio):
            self.placed, self.ratio = layout, ratio
            self.set_layout(layout, ratio)

    def slice_rect(self, number: int) -> QRectF:
        """Where a slice is, in logical pixels."""
        assert self.placed is not None
        x, y, width, height = self.placed.map_rect(number)
        return QRectF(x / self.ratio, y / self.ratio, width / self.ratio, height / self.ratio)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.placed is None:
            return
        with QPainter(self) as painter:
            if self.placed.count <= MOST_FRAMED:
                painter.setPen(QPen(QColor(theme_of(self).line), 1))
                frames = [self.slice_rect(n).adjusted(-0.5, -0.5, 0.5, 0.5) for n in range(self.placed.count)]
                painter.drawRects([frame & QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5) for frame in frames])
            painter.setPen(QPen(QColor(theme_of(self).accent), 2, j=Qt.PenJoinStyle.MiterJoin))
            inside = QRectF(self.rect()).adjusted(1, 1, -1, -1)  # else the outer side is lost at the rim
            painter.drawRect(self.slice_rect(self.chosen).adjusted(-1, -1, 1, 1) & inside)


class SliceStrip(QScrollArea):
    """Thumbnails as large as fit into a strip; when there are too many it scrolls. Arrow keys go along them."""

    slice_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("slice_strip")
        self.setAccessibleName("All slices of the kernel")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.thumbnails = _Thumbnails()
        self.thumbnails.setObjectName("slices")
        self.thumbnails.setAccessibleName("Slices")
        holder = QWidget()  # the style sheet makes a scroll area's own widget transparent, and its palette with it
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.thumbnails)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
        self.setWidget(holder)
        self._count = 0
        self.thumbnails.unit_clicked.connect(lambda index: self._choose(index[0]))

    def show_slices(self, values: Floats, chosen: int, extreme: float, width_px: int) -> None:
        """All slices (S, h, w), ``width_px`` wide; ``extreme`` has the strongest colour."""
        self._count = len(values)
        ratio = self.devicePixelRatioF()
        layout = thumbnails(values.shape, int(width_px * ratio), ratio)
        if layout.size[0] > HIGH_PX * ratio:
            layout = thumbnails(values.shape, int((width_px - SCROLL_BAR_PX) * ratio), ratio)
        self.thumbnails.place(layout, ratio)
        self.setFixedHeight(min(self.thumbnails.height(), HIGH_PX))
        self.thumbnails.set_values(values, extreme)
        if chosen != self.thumbnails.chosen:
            self.thumbnails.chosen = chosen
            self.thumbnails.update()
            middle = self.thumbnails.slice_rect(chosen).center().toPoint()
            self.ensureVisible(middle.x(), middle.y(), 0, 14)

    def step(self, by: int) -> None:
        """The user goes on to another slice."""
        self._choose(min(max(self.thumbnails.chosen + by, 0), self._count - 1))

    def _choose(self, number: int) -> None:
        if number != self.thumbnails.chosen:
            self.slice_chosen.emit(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        columns = self.thumbnails.columns
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -columns,
            Qt.Key.Key_Down: columns,
            Qt.Key.Key_PageUp: -1,
            Qt.Key.Key_PageDown: 1,
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif 0 <= self.thumbnails.chosen + step < self._count:
            self.step(step)


def thumbnails(shape: tuple[int, ...], width: int, ratio: float) -> MosaicLayout:
    """The largest thumbnails of (S, h, w) slices that fit a strip ``width`` device pixels wide, or the smallest.

    Whole pixels a value where there is room for them.
    """
    count, high, wide = shape
    longest, least, gap = max(high, wide), round(LEAST_PX * ratio), round(GAP_PX * ratio)
    whole = [side for side in range(longest * (round(LARGEST_PX * ratio) // longest), 0, -longest) if side >= least]
    for side in [*whole, *range(min(longest, round(LARGEST_PX * ratio)), least - 1, -1), least]:
        narrowest = min(round(NARROWEST_PX * ratio), side)
        cell = max(round(side * high / longest), narrowest), max(round(side * wide / longest), narrowest)
        rows = ceil(count / max((width + gap) // (cell[1] + gap), 1))
        layout = MosaicLayout(count, high, wide, ceil(count / rows), cell, gap)  # rows as long as each other
        if layout.size[0] <= HIGH_PX * ratio:
            return layout
    return layout

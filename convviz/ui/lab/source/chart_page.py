"""Pictures that convviz makes, each a thumbnail to click on."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QWidget

from ....spec.lab.charts import CHARTS, SIDE, chart
from ....spec.lab.source import Grid
from ....spec.network import times
from ...look.choice import Choice
from ...look.colours import grey_image
from ...look.theme import CAPTION_PX, font, theme_of
from .page import SourcePage

SIDES = (32, 64, 128, 256, 512, 1024)
CAPTION_HEIGHT = 17


class ChartThumb(QAbstractButton):
    """A small picture and its name; the present one has an edge."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"chart_{name.replace(' ', '_')}")
        self.setText(name)
        self.setAccessibleName(f"Picture: {name}")
        self.setToolTip(f"Take the {name} as the input")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._image = grey_image(chart(name).values[0])
        self._present = False

    @property
    def present(self) -> bool:
        """Whether it is the input now."""
        return self._present

    def set_present(self, present: bool) -> None:
        """Whether this chart is the input now."""
        if present != self._present:
            self._present = present
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(80, 80 + CAPTION_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        with QPainter(self) as painter:
            side = min(self.width(), self.height() - CAPTION_HEIGHT)
            square = QRect((self.width() - side) // 2, 0, side, side)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(square, self._image)
            lively = self._present or self.hasFocus() or self.underMouse()
            painter.setPen(QPen(QColor(theme.accent if lively else theme.line), 2 if self._present else 1))
            painter.drawRect(QRectF(square).adjusted(0.5, 0.5, -0.5, -0.5))
            painter.setFont(font(CAPTION_PX))
            painter.setPen(QColor(theme.text if self._present else theme.dim))
            line = QRect(0, side, self.width(), CAPTION_HEIGHT)
            painter.drawText(line, Qt.AlignmentFlag.AlignCenter, self.text())


class ChartPage(SourcePage):
    """Gives the picture that was clicked on, in the size that is chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("chart_page", parent)
        self._source = chart("test chart")
        self.side = Choice()
        self.side.setObjectName("chart_size")
        self.side.setAccessibleName("Size of the picture")
        for side in SIDES:
            self.side.addItem(f"{times((side, side))} pixels", side)
        self.side.setCurrentIndex(SIDES.index(SIDE))
        self.thumbs: dict[str, ChartThumb] = {}
        grid = QGridLayout()
        grid.setSpacing(8)
        for at, name in enumerate(CHARTS):
            thumb = self.thumbs[name] = ChartThumb(name)
            thumb.clicked.connect(lambda _, n=name: self._give(n))
            grid.addWidget(thumb, at // 2, at % 2)
        self.column.addLayout(grid, 1)
        self.column.addWidget(self.side)
        self.side.activated.connect(lambda _: self._give(self._source.name))

    @property
    def source(self) -> Grid:
        """The last one that was shown."""
        return self._source

    def show_source(self, source: Grid | None) -> None:
        """Shows which picture is the input; None: it is none of these."""
        for name, thumb in self.thumbs.items():
            thumb.set_present(source is not None and name == source.name)
        if source is not None:
            self._source = source
            _, height, width = source.values.shape
            self.side.setCurrentIndex(SIDES.index(height) if height == width and height in SIDES else -1)
            self.side.setPlaceholderText(f"{times((height, width))} pixels")

    def _give(self, name: str) -> None:
        side = self.side.currentData()
        size = self._source.values.shape[1:] if side is None else (side, side)
        self.given.emit(chart(name, (size[0], size[1])), f"{name}, {times(size)}")

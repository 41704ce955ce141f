"""The steps between the drawing and the network, each a small picture that can be switched off."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from ...session.outbox import Frame
from ...spec.preparation import Preparation, box_side
from ..look.colours import Floats, picture_image
from ..look.theme import CAPTION_PX, font, theme_of

STEPS = (
    ("crop", "crop", "crop", "Keep only the rectangle that holds the ink. Off: the whole pad goes on."),
    (
        "fit",
        "fit",
        "{box} px",
        "Scale the longer side to {box} of {side} pixels, {as_in} MNIST. Off: the ink keeps its size on the pad.",
    ),
    (
        "centre",
        "centre",
        "centre",
        "Put the ink's centre of mass in the middle, as in MNIST. Off: the middle of its rectangle.",
    ),
    (
        "smooth",
        "result",
        "{side}×{side}",
        "What the network receives. On: each pixel is the mean of the ink it covers. Off: black or white.",
    ),
)
CAPTION_HEIGHT = 18


class StepThumb(QAbstractButton):
    """One step: its picture, its name, and a dot that is full while the step is on."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"step_{name}")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # it stands on a card; that need not repaint
        self.setCheckable(True)
        self.setChecked(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._picture: Floats = np.zeros((1, 1), np.float32)
        self._image = picture_image(self._picture)
        self._smooth = True

    def set_texts(self, caption: str, why: str) -> None:
        """What it is called, and what it does."""
        self.setText(caption)
        self.setAccessibleName(f"Preparation step: {caption}")
        self.setToolTip(f"{caption}\n{why}\nClick to switch it off or on.")

    def set_picture(self, picture: Floats, *, smooth: bool) -> None:
        """(H, W) ink or (3, H, W) colours; ``smooth`` interpolates, otherwise pixels stay visible."""
        if smooth == self._smooth and np.array_equal(picture, self._picture):
            return  # a kernel is edited, not the drawing
        self._picture = picture
        self._image = picture_image(picture)
        self._smooth = smooth
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(52, 52 + CAPTION_HEIGHT)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return width + CAPTION_HEIGHT

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(theme.card))
            side = min(self.width(), self.height() - CAPTION_HEIGHT)
            square = QRect((self.width() - side) // 2, 0, side, side)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._smooth)
            painter.fillRect(square, Qt.GlobalColor.black)  # paper is black in both themes, also where the ink is faint
            painter.setOpacity(1.0 if self.isChecked() else 0.5)
            painter.drawImage(square, self._image)
            painter.setOpacity(1.0)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.hasFocus() or self.underMouse():
                painter.setPen(QPen(QColor(theme.accent), 1))
                painter.drawRect(QRectF(square).adjusted(0.5, 0.5, -0.5, -0.5))
            self._paint_caption(painter, QRect(0, side, self.width(), CAPTION_HEIGHT))

    def _paint_caption(self, painter: QPainter, line: QRect) -> None:
        theme = theme_of(self)
        painter.setFont(font(CAPTION_PX))
        text = self.text()
        wide = painter.fontMetrics().horizontalAdvance(text) + 10
        left = line.left() + max((line.width() - wide) / 2, 0)
        dot = QRectF(left, line.center().y() - 2, 6, 6)
        painter.setPen(QPen(QColor(theme.accent if self.isChecked() else theme.dim), 1))
        painter.setBrush(QColor(theme.accent) if self.isChecked() else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(dot)
        painter.setPen(QColor(theme.dim))
        painter.drawText(line.adjusted(int(left) + 10, 0, 6, 0), Qt.AlignmentFlag.AlignVCenter, text)


class PreparationStrip(QWidget):
    """All steps in a row; emits the Preparation that a click asks for."""

    preparation_edited = Signal(object, str)  # Preparation, text of the edit

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("preparation_strip")
        self._preparation = Preparation()
        self.thumbs: dict[str, StepThumb] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self._side = 0  # of what the network receives
        for name, *_ in STEPS:
            thumb = StepThumb(name)
            thumb.clicked.connect(lambda on, name=name: self._clicked(name, on))
            self.thumbs[name] = thumb
            row.addWidget(thumb)
        self._show_side(28)

    def set_preparation(self, preparation: Preparation) -> None:
        """Shows which steps are on; does not emit."""
        self._preparation = preparation
        for name, thumb in self.thumbs.items():
            thumb.setChecked(getattr(preparation, name))

    def show_frame(self, frame: Frame) -> None:
        """The pictures of another frame."""
        received = frame.maps["input"]
        self._show_side(received.shape[1])
        for name, picture, _, _ in STEPS:
            if picture == "result":
                self.thumbs[name].set_picture(received if len(received) == 3 else received[0], smooth=False)
            else:
                self.thumbs[name].set_picture(frame.steps[picture], smooth=True)

    def _show_side(self, side: int) -> None:
        """The steps towards a network whose input has so many rows."""
        if side != self._side:
            self._side = side
            words = {"side": side, "box": box_side(side), "as_in": "as in" if side == 28 else "in the proportion of"}
            for name, _, caption, why in STEPS:
                self.thumbs[name].set_texts(caption.format(**words), why.format(**words))

    def _clicked(self, name: str, on: bool) -> None:
        caption, word = self.thumbs[name].text(), "on" if on else "off"
        self.preparation_edited.emit(replace(self._preparation, **{name: on}), f"{caption} {word}")

"""One of the two pictures, the photo or its result: the values on screen, and how they are painted."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from ...look.colours import Floats
from .marks import paint_numbers
from .sampler import Sampled


class Side:
    """``coloured`` makes the colours of values (C, R, K), once, when they are painted first."""

    def __init__(self, coloured: Callable[[Floats], QImage]) -> None:
        self._coloured = coloured
        self._sampled: Sampled | None = None
        self._image: QImage | None = None

    @property
    def sampled(self) -> Sampled | None:
        """What is on screen; None where that was not read yet."""
        return self._sampled

    @property
    def coarse(self) -> int:
        """How many pixels of the screen a value stands for, along each axis."""
        return self._sampled.coarse if self._sampled is not None else 1

    def show_sampled(self, sampled: Sampled | None) -> None:
        self._sampled, self._image = sampled, None

    def recolour(self) -> None:
        """The colours are others now."""
        self._image = None

    def paint(self, painter: QPainter, ratio: float) -> bool:
        """The pixels, and their numbers where these have room; whether there are any."""
        sampled = self._sampled
        if sampled is None or not sampled.values.size:
            return False
        shown = self._image = self._image or self._coloured(sampled.values)
        painter.drawImage(sampled.target, shown, QRectF(shown.rect()))
        paint_numbers(painter, sampled.target, sampled.values, shown, ratio)
        return True

"""What is said of the unit under the mouse: beside it, and in the status line."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QWidget

from ...session.outbox import Frame
from ...spec.geometry import describe
from ..look.colours import Floats
from ..look.numbers import exact, unit_name
from .field_words import sees
from .hover_tip import HoverTip
from .mosaic_layout import Index


class Told(QObject):
    """Writes over ``over``. ``said`` is for the status line; "" when nothing is under the mouse any more."""

    said = Signal(str)

    def __init__(self, over: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._over = over
        self._tip = HoverTip(over)
        self._speaking = False  # whether something stands in the status line

    def tell(self, name: str, value: str, field: str, *, beside: bool) -> None:
        """A unit, its value and its field; ``beside`` the mouse too, unless it would lie where one looks."""
        self._speaking = True
        self.said.emit(f"{name} = {value}{field}")
        if beside:
            self._tip.show_at(self._over.mapFromGlobal(QCursor.pos()), f"{name}\n{value}")
        else:
            self._tip.hide()

    def fall_silent(self) -> None:
        """Nothing is under the mouse."""
        if self._speaking:  # else what was told meanwhile would go with the next frame
            self._speaking = False
            self.said.emit("")
        self._tip.hide()

    def hide_tip(self) -> None:
        """Until the next unit, or the next frame."""
        self._tip.hide()


def named(frame: Frame, shown: Mapping[str, Floats], layer: str, index: Index) -> tuple[str, str]:
    """A unit, or its gradient where ``shown`` are the frame's gradients, and the exact value."""
    name, value = unit_name(layer, index), exact(float(shown[layer][index]))
    gradients = frame.gradients
    if gradients is not None and shown is gradients.maps:
        name = f"∂ score of {frame.state.network.class_name(gradients.target)} / ∂ {name}"
    return name, value


def field_of(frame: Frame, layer: str, index: Index) -> str:
    """What a unit sees, for the end of a line; "" for a pixel."""
    row = next((row for row in describe(frame.state.network) if row.layer.id == layer), None)
    return "" if row is None else f"   {sees(row, index)}"

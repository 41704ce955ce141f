"""One way to ask why: a picture of the input under heat, and beside it what that is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ...spec.state import Focus
from ..field.heat import strongest
from ..field.input_picture import InputPicture
from ..field.picture_layout import Pixel
from ..layer.note import Note
from ..look.colours import Floats
from ..look.numbers import brief
from ..look.text_line import TextLine
from ..look.theme import CAPTION_PX

PICTURE_PX = 112


class Section(QWidget):
    """Title, a line what it is, what its subclasses put into ``controls``, and the value under the mouse.

    ``show_heat`` is what is true now; ``wait`` leaves the last picture, dimmed. ``words`` says what a value of the heat
    means, at a pixel or, at None, as the strongest of all.
    """

    unit_selected = Signal(object)  # Focus, of the input

    def __init__(
        self, name: str, title: str, about: str, formula: str, parent: QWidget | None = None, *, draggable: bool = False
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.picture = InputPicture(f"{name}_picture", f"{title} over the input", PICTURE_PX, draggable=draggable)
        self.picture.setFixedWidth(PICTURE_PX)
        self.picture.setToolTip(formula)
        self.title = QLabel(title)
        self.title.setProperty("role", "title")
        self.title.setToolTip(formula)
        self.about = Note(f"{name}_about", 3)
        self.about.show_text(about, formula)
        self.reading = TextLine(f"{name}_reading", CAPTION_PX)
        self.controls = QVBoxLayout()
        self.nothing = "zero everywhere"
        self.words: Callable[[float, Pixel | None], str] = _words
        self._build()
        self.picture.pixel_hovered.connect(lambda _: self._show_reading())
        self.picture.pixel_clicked.connect(self._clicked)

    def _build(self) -> None:
        beside = QVBoxLayout()
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(2)
        self.controls.setSpacing(4)
        beside.addWidget(self.title)
        beside.addWidget(self.about)
        beside.addLayout(self.controls)
        beside.addStretch(1)
        beside.addWidget(self.reading)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(8)
        self.row.addWidget(self.picture)
        self.row.addLayout(beside, 1)

    def show_heat(self, picture: Floats, heat: Floats | None) -> None:
        """The input (C, H, W) and over it ``heat`` (H, W)."""
        self.picture.show_picture(picture, heat)
        self.picture.set_dimmed(False)
        self._show_reading()

    def wait(self, note: str, picture: Floats) -> None:
        """What is shown is no longer true; before there was anything, the bare input is shown."""
        if self.picture.heat is None or self.picture.picture.shape != picture.shape:
            self.picture.show_picture(picture)
        self.picture.set_dimmed(True, note)
        self._show_reading()

    def _show_reading(self) -> None:
        heat, at = self.picture.heat, self.picture.hovered
        if heat is None or self.picture.dimmed:
            self.reading.setText("" if at is None else f"row {at[0]}, column {at[1]}")
        elif at is not None:
            self.reading.setText(self.words(float(heat[at]), at))
        elif not np.isfinite(heat).all():
            self.reading.setText("not a number in places")
        else:
            most = strongest(heat)
            self.reading.setText(self.words(most, None) if most else self.nothing)

    def _clicked(self, pixel: Pixel) -> None:
        self.unit_selected.emit(Focus("input", (0, *pixel)))


def _words(value: float, at: Pixel | None) -> str:
    return f"strongest {number(value)}" if at is None else f"row {at[0]}, col {at[1]}: {number(value)}"


def number(value: float) -> str:
    """A value with a real minus.

    >>> number(-0.25)
    '−0.2'
    """
    return brief(value).replace("-", "−")

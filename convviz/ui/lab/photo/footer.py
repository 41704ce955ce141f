"""Below a photo: what it is, how large it is on screen, and the way to all of its pixels."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ....spec.lab.lab import Lab
from ....spec.lab.look import photo_of
from ....spec.lab.statistics import Statistics, together
from ...look.numbers import typeset
from ...look.text_line import TextLine
from ...look.theme import CAPTION_PX, VALUE_PX
from ...why.progress_line import ProgressLine
from .whole import Whole

ZOOM_WIDE = 56
COMPUTE = "Compute every pixel"
LEAST_TO_LARGEST = "The least and the largest of all values of the result at its full size, and their mean"
FOR = "for saving and statistics; the view is exact"


class Footer(QWidget):
    """Two lines; the second one says what was computed, or how far it is."""

    fit_wanted = Signal()
    whole_wanted = Signal()  # one to one
    full_wanted = Signal()
    cancel_wanted = Signal()
    save_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("photo_footer")
        self.name = TextLine("photo_name", VALUE_PX)
        self.zoom = TextLine("photo_zoom", CAPTION_PX, dim=True)
        self.fit = _tool("photo_fit", "Fit", "All of the photo (0)")
        self.whole = _tool("photo_1to1", "1 : 1", "One pixel of the photo for one of the screen (1)")
        self.compute = QPushButton(COMPUTE)
        self.save = QPushButton("Save result…")
        self.progress = ProgressLine("photo_progress")
        self.facts = TextLine("photo_facts", CAPTION_PX, dim=True)
        self._running = False
        self._build()
        self._connect()

    def _build(self) -> None:
        self.compute.setObjectName("photo_compute")
        self.compute.setProperty("role", "action")
        self.save.setObjectName("photo_save")
        for button in (self.compute, self.save):
            button.setAccessibleName(button.text())
        self.compute.setToolTip(f"All of the result at the photo's full size, {FOR}")
        self.zoom.setFixedWidth(ZOOM_WIDE)
        first, second = QHBoxLayout(), QHBoxLayout()
        for row in (first, second):
            row.setSpacing(8)
        first.addWidget(self.name, 1)
        for widget in (self.zoom, self.fit, self.whole):
            first.addWidget(widget)
        second.addWidget(self.compute)
        second.addWidget(self.facts, 1)
        second.addWidget(self.progress, 1)
        second.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(first)
        column.addLayout(second)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_facts("")
        self.set_savable(savable=False)
        self.progress.hide()

    def _connect(self) -> None:
        self.fit.clicked.connect(self.fit_wanted)
        self.whole.clicked.connect(self.whole_wanted)
        self.compute.clicked.connect(lambda: (self.cancel_wanted if self._running else self.full_wanted).emit())
        self.save.clicked.connect(self.save_wanted)

    # --- what to show -----------------------------------------------------------------------------------------

    def show_lab(self, lab: Lab) -> None:
        self.name.setText(about(lab))

    def show_zoom(self, scale: float) -> None:
        """Device pixels for one of the photo."""
        percent = scale * 100
        self.zoom.setText(f"{percent:.0f} %" if percent >= 10 else f"{percent:.1f} %")

    def show_progress(self, share: float | None, text: str = "") -> None:
        """0 to 1 while all pixels are computed; None when nothing runs."""
        running = share is not None
        self.progress.show_share(share)
        self.progress.setToolTip(text)
        if running != self._running:
            self._running = running
            self.compute.setText("Cancel" if running else COMPUTE)
            self.compute.setAccessibleName(self.compute.text())
        self.progress.setVisible(running)
        self.facts.setVisible(not running)

    @property
    def running(self) -> bool:
        return self._running

    def show_facts(self, text: str) -> None:
        """What was found of all pixels; without that, what they would be computed for."""
        self.facts.setText(text or FOR)
        self.facts.setToolTip(LEAST_TO_LARGEST if "mean" in text else "")

    def set_savable(self, *, savable: bool) -> None:
        """Whether there is a whole result to be saved."""
        self.save.setEnabled(savable)
        self.save.setToolTip("PNG, TIFF or NumPy file" if savable else f"{COMPUTE} first")

    def sizeHint(self) -> QSize:
        return QSize(400, 64)


def _tool(name: str, text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setObjectName(name)
    button.setAccessibleName(text)
    button.setToolTip(tip)
    button.setProperty("role", "toggle")
    return button


def about(lab: Lab) -> str:
    """What a photo is called and how large it is: width first, as everywhere for photos."""
    height, width, _ = photo_of(lab).photo.pixels.shape
    size = f"{width} × {height} · {width * height / 1e6:.1f} MP" if width * height >= 50_000 else f"{width} × {height}"
    name = photo_of(lab).photo.name
    return f"{name} · {size}" if name else size


def facts(whole: Whole, found: Sequence[Statistics], outputs: Sequence[int], depth: int) -> str:
    """What is known of the channels on screen, ``outputs`` of ``depth``; ``found`` is of each that was computed."""
    if not found:
        return "all pixels are computed"
    parts = [found[whole.outputs.index(d)] for d in outputs]
    of = "all 3 colours" if len(parts) > 1 else f"channel {outputs[0]}"
    return written(together(parts, whole.values[0].size), "" if depth == 1 else of)


def written(found: Statistics, of: str = "") -> str:
    """Statistics in one line; ``of`` says of which of several channels.

    >>> written(Statistics(-1.25, 2.0, 0.0312, 0), "channel 2")
    'channel 2: −1.25 … 2, mean 0.0312'
    """
    pixels = of or "all pixels"
    if not isfinite(found.mean):
        return f"{pixels}: none of them is a finite number"
    text = f"{pixels}: {found.low:.4g} … {found.high:.4g}, mean {found.mean:.3g}"
    return typeset(text + (f" · {found.others:,} not finite" if found.others else ""))

"""Occlusion: a patch over the input, laid by hand or swept over all of it, and what that does to the score."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ...session.outbox import Frame
from ...spec.limits import Range
from ...spec.probe import Patch
from ...spec.state import State
from ..field.picture_layout import Pixel
from ..layer.size_field import SizeField
from ..look.choice import Choice
from ..look.numbers import signed
from ..look.text_line import TextLine
from ..look.theme import CAPTION_PX
from .progress_line import ProgressLine
from .section import Section

if TYPE_CHECKING:
    from ...session.probing import OcclusionRead

PATCH, STRIDE = 5, 2  # at first
VALUES = {"grey": 0.5, "black": 0.0, "white": 1.0}
ABOUT = "How far the score falls, on average, when a patch covers that place."
FORMULA = (
    "score − score with the patch, the mean over all patches that cover the pixel (Zeiler and Fergus 2014).\n"
    "One patch laid by hand may do more than that mean.\n"
    "Orange: the class needs what is there. Blue: it would score higher without.\n"
    "Drag over the picture, or press Space and use the arrow keys, to lay the patch by hand."
)


class Occlusion(QWidget):
    """Emits a sweep as patch side, stride, value; and where the patch is laid by hand, None when it is taken away."""

    unit_selected = Signal(object)  # Focus, of the input
    sweep_wanted = Signal(int, int, float)  # patch, stride, value
    cancel_wanted = Signal()
    patch_moved = Signal(object)  # Patch | None
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("occlusion")
        self.section = Section("occlusion_map", "Occlusion", ABOUT, FORMULA, draggable=True)
        self.side = SizeField("occlusion_patch", "patch", pair=False)
        self.stride = SizeField("occlusion_stride", "stride", pair=False)
        self.value = Choice()
        self.sweep = QPushButton("Sweep")
        self.progress = ProgressLine("occlusion_progress")
        self.by_hand = TextLine("occlusion_by_hand", CAPTION_PX)
        self._read: OcclusionRead | None = None
        self._bare: Frame | None = None  # the last frame without a patch
        self._side, self._sweeping = 28, False
        self._build()
        self._connect()

    def _build(self) -> None:
        self.side.setToolTip("Side of the square patch, in pixels of the input")
        self.stride.setToolTip("Pixels from one place of the patch to the next: fewer take longer, and show more")
        self.side.set_value(PATCH)
        self.stride.set_value(STRIDE)
        self.value.setObjectName("occlusion_value")
        self.value.setAccessibleName("Colour of the patch")
        self.value.setToolTip("What the patch is filled with; black is paper")
        self.value.addItems(list(VALUES))
        self.sweep.setObjectName("occlusion_sweep")
        self.sweep.setProperty("role", "action")
        self.sweep.setAccessibleName("Sweep")
        fields = QHBoxLayout()
        fields.setSpacing(6)
        fields.addWidget(self.side)
        fields.addWidget(self.stride)
        self.section.controls.addLayout(fields)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.value)
        below.addWidget(self.sweep)
        below.addWidget(self.progress, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.section)
        column.addWidget(self.by_hand)
        column.addLayout(below)

    def _connect(self) -> None:
        self.section.unit_selected.connect(self.unit_selected)
        self.section.picture.pixel_dragged.connect(self._dragged)
        self.sweep.clicked.connect(self._sweep_clicked)
        self.section.words = _words
        self.side.value_edited.connect(lambda _: self._show_sizes())
        for field in (self.side, self.stride):
            field.range_wanted.connect(lambda *_, f=field: f.set_range(self._range(f)))
            field.refused.connect(self.refused)

    def _range(self, field: SizeField) -> Range:
        if field is self.side:
            most, rule = self._side, f"the patch must be 1 to {self._side} pixels"
        else:
            most = self.side.value
            rule = f"the stride must be 1 to {most} pixels, the side of the patch, or some would never be covered"

        def why(value: int) -> str:
            return "" if 1 <= value <= most else f"{rule}; it cannot be {value}"

        return Range(1, most, why)

    def _show_sizes(self) -> None:
        """A patch is not larger than the input, and a stride not than the patch."""
        self.side.set_value(min(self.side.value, self._side))
        self.stride.set_value(min(self.stride.value, self.side.value))

    # --- what to show -----------------------------------------------------------------------------------------

    def show_frame(self, frame: Frame, target: int, name: str) -> None:
        """The input, under the last sweep where that is still true; ``target`` is the class, and what it is called."""
        height, width = frame.maps["input"].shape[1:]
        self._side = min(height, width)
        self._show_sizes()
        if frame.state.probe.patch is None:
            self._bare = frame
        self._show_by_hand(frame, target, name)
        picture, read = frame.maps["input"], self._read
        if read is None or frame.state.probe.patch is not None:
            self.section.show_heat(picture, None)
            return
        late = lateness(read, frame.state, target)
        if late or read.heat.shape != picture.shape[1:]:
            self.section.wait(late or "of another network", picture)
        else:
            self.section.show_heat(picture, read.heat)

    def show_read(self, read: OcclusionRead, frame: Frame | None, target: int, name: str) -> None:
        """More of the heat map, or all of it."""
        self._read = read
        self.progress.show_share(read.done if read.done < 1 else None)
        self._set_sweeping(read.done < 1)
        if frame is not None:
            self.show_frame(frame, target, name)

    def sweep_ended(self) -> None:
        """No more will come: it is done, was cancelled, or failed. How far it came stays, where that is not all."""
        part = self._read is not None and self._read.done < 1
        self.progress.show_share(self._read.done if part and self._read is not None else None)
        self._set_sweeping(False)

    def _set_sweeping(self, sweeping: bool) -> None:
        if sweeping != self._sweeping:
            self._sweeping = sweeping
            self.sweep.setText("Cancel" if sweeping else "Sweep")
            self.sweep.setAccessibleName(self.sweep.text())

    def _show_by_hand(self, frame: Frame, target: int, name: str) -> None:
        """The score with the patch, and its change where the frame without it is of the same drawing and weights."""
        bare = self._bare
        if frame.state.probe.patch is None or target >= frame.scores.size:
            self.by_hand.setText("Drag over it to lay the patch by hand.")
            return
        score = float(frame.scores[target])
        text = f"{name} with the patch: {score:.2f}".replace("-", "−")
        if bare is not None and bare is not frame and not changed(bare.state, frame.state):
            text += f", {change_of(float(bare.scores[target]) - score)}"
        self.by_hand.setText(text)

    # --- what is asked ----------------------------------------------------------------------------------------

    def _sweep_clicked(self) -> None:
        if self._sweeping:
            self.cancel_wanted.emit()
            return
        self._read = None
        self.progress.show_share(0.0)
        self._set_sweeping(True)
        self.sweep_wanted.emit(self.side.value, self.stride.value, VALUES[self.value.currentText()])

    def _dragged(self, pixel: Pixel | None) -> None:
        if pixel is None:
            self.patch_moved.emit(None)
            return
        side = self.side.value
        top, left = pixel[0] - side // 2, pixel[1] - side // 2
        self.patch_moved.emit(Patch(top, left, side, side, VALUES[self.value.currentText()]))


def lateness(read: OcclusionRead, state: State, target: int) -> str:
    """Why a sweep is not that of ``state`` and class ``target``; "" where it is."""
    return changed(read.state, state) or ("of another class" if read.target != target else "")


def changed(old: State, new: State) -> str:
    """What is no longer as it was, of all that decides scores; "" where nothing is."""
    if old.network is not new.network and old.network != new.network:
        return "of another network"
    if old.weights is not new.weights or old.channels != new.channels:
        return "of earlier weights"
    if old.drawing is not new.drawing or old.preparation != new.preparation:
        return "of an earlier drawing"
    return ""


def change_of(fall: float) -> str:
    """What a patch does to the score, in the words of the map and of the patch by hand alike.

    >>> change_of(5.06), change_of(-0.5), change_of(0.001), change_of(float("nan"))
    ('falls by 5.06', 'rises by 0.50', 'stays as it is', 'is not a number')
    """
    if not isfinite(fall):
        return "is not a number"
    size = signed(abs(fall)).removeprefix("+")
    if size == "0.00":
        return "stays as it is"
    return f"{'falls' if fall > 0 else 'rises'} by {size}"


def _words(fall: float, at: Pixel | None) -> str:
    return change_of(fall).replace(" by ", " by up to ") if at is None else f"{change_of(fall)} here"

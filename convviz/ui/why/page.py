"""Why this class: which pixels move its score, where its evidence lies, and what happens when a place is covered."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from ...session.outbox import Frame, Gradients
from ...spec.cam import grad_cam
from ...spec.geometry import describe
from ...spec.network import Conv2d, NetworkSpec
from ...spec.state import State
from ..class_choice import ClassChoice, predicted
from ..layer.choices import Tick
from ..layer.note import Note
from ..look.choice import Choice
from ..look.colours import Floats
from ..look.numbers import percent
from ..look.text_line import TextLine
from ..look.theme import VALUE_PX
from .occlusion import Occlusion
from .section import Section

if TYPE_CHECKING:
    from ...session.probing import OcclusionRead

WAIT = "computing…"
SALIENCY = (
    "|∂score / ∂pixel|, the largest over the input's channels (Simonyan et al. 2014).\n"
    "Signed: ∂score / ∂pixel itself. Orange: more ink raises the score. Blue: more ink lowers it."
)
CAM = (
    "relu(Σ αₖ · mapₖ), αₖ = the mean of ∂score / ∂mapₖ over its positions (Selvaraju et al. 2017),\n"
    "enlarged from the size of the maps to the input."
)


class WhyPage(QWidget):
    """Follows the State and the frames while it is on screen; needs frames that hold gradients."""

    unit_selected = Signal(object)  # Focus, of the input
    target_chosen = Signal(object)  # int, or None for the class that the network answers
    sweep_wanted = Signal(int, int, float)  # patch, stride, value
    cancel_wanted = Signal()
    patch_moved = Signal(object)  # Patch | None
    cards_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("why_page")
        self.setAccessibleName("Why this class")
        self._state: State | None = None
        self._frame: Frame | None = None
        self._network: NetworkSpec | None = None
        self._target = 0  # the chosen class, else that which the last frame without a patch answers
        self.classes = ClassChoice("why_class")
        self.score = TextLine("why_score", VALUE_PX, bold=True)
        self.saliency = Section("saliency", "Saliency", "How much each pixel moves the score.", SALIENCY)
        self.signed = Tick("signed")
        self.cam = Section("grad_cam", "Grad-CAM", "Where the maps speak for the class.", CAM)
        self.layer = Choice()
        self.occlusion = Occlusion()
        self.cards = QToolButton()
        self.refusal = Note("why_refusal", 2, warning=True)
        self._build()
        self._connect()

    def _build(self) -> None:
        self.signed.setObjectName("saliency_signed")
        self.signed.setAccessibleName("Signed gradient")
        self.signed.setToolTip("Shows which pixels raise the score and which lower it")
        self.saliency.nothing = "no pixel moves it"
        self.saliency.controls.addWidget(self.signed)
        self.layer.setObjectName("grad_cam_layer")
        self.layer.setAccessibleName("Convolution of Grad-CAM")
        self.layer.setToolTip("The convolution whose maps are weighted")
        self.layer.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.cam.nothing = "no map speaks for it"
        self.cam.controls.addWidget(self.layer)
        self.cards.setText("Gradients in all maps")
        self.cards.setProperty("role", "toggle")
        self.cards.setObjectName("gradient_cards")
        self.cards.setAccessibleName("Gradients in all maps")
        self.cards.setCheckable(True)
        self.cards.setToolTip("All cards show ∂score / ∂unit in the place of the values")
        head = QHBoxLayout()
        head.setSpacing(6)
        label = QLabel("Score of")
        label.setProperty("role", "dim")
        head.addWidget(label)
        head.addWidget(self.classes, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        for widget in (self.score, self.saliency, self.cam, self.occlusion, self.refusal, self.cards):
            column.addWidget(widget)
        column.addStretch(1)

    def _connect(self) -> None:
        self.classes.target_chosen.connect(self.target_chosen)
        self.signed.clicked.connect(lambda _on: self._show_gradients())
        self.layer.activated.connect(lambda _at: self._show_gradients())
        self.cards.toggled.connect(self.cards_wanted)
        for section in (self.saliency, self.cam, self.occlusion):
            section.unit_selected.connect(self.unit_selected)
        self.occlusion.sweep_wanted.connect(self.sweep_wanted)
        self.occlusion.sweep_wanted.connect(lambda *_: self.refusal.show_text(""))
        self.occlusion.cancel_wanted.connect(self.cancel_wanted)
        self.occlusion.patch_moved.connect(self.patch_moved)
        self.occlusion.refused.connect(self.refusal.show_text)

    # --- what to show -----------------------------------------------------------------------------------------

    def show_state(self, state: State) -> None:
        self._state = state
        if state.network is not self._network:
            self._network = state.network
            self.classes.set_classes(state.network, _outputs(state.network))
            self._show_layers(state.network)
        self.classes.show_target(state.probe.target)
        self._show_selected()
        self._show_score()
        self._show_gradients()

    def show_frame(self, frame: Frame) -> None:
        self._frame = frame
        if self._state is None:
            self.show_state(frame.state)
        probe = frame.state.probe
        if (probe.patch is None or probe.target is not None) and frame.state.network is self._network:
            self._target = probe.class_of(frame.scores)
        self._show_score()
        self._show_gradients()
        self.occlusion.show_frame(frame, self._target, self.classes.name_of(self._target))

    def show_occlusion(self, read: OcclusionRead) -> None:
        """More of a sweep, or all of it."""
        self.occlusion.show_read(read, self._frame, self._target, self.classes.name_of(self._target))

    def sweep_ended(self) -> None:
        """No more of a sweep will come: it was cancelled, or failed."""
        self.occlusion.sweep_ended()

    def _show_layers(self, network: NetworkSpec) -> None:
        """Offers the convolutions of another network; the one chosen stays where there is one of its name."""
        names = [layer.id for layer in network if isinstance(layer, Conv2d)]
        if names == [self.layer.itemText(at) for at in range(self.layer.count())]:
            return
        last = self.layer.count() - 1
        chosen = self.layer.currentText() if self.layer.currentIndex() != last else ""
        with QSignalBlocker(self.layer):
            self.layer.clear()
            self.layer.addItems(names)
            self.layer.setCurrentIndex(names.index(chosen) if chosen in names else len(names) - 1)
        self.layer.setVisible(bool(names))

    def _show_selected(self) -> None:
        focus = self._state.focus if self._state is not None else None
        pixel = (focus.index[1], focus.index[2]) if focus is not None and focus.layer == "input" else None
        for section in (self.saliency, self.cam, self.occlusion.section):
            section.picture.set_selected(pixel)

    def _show_score(self) -> None:
        frame, state = self._frame, self._state
        if frame is None or state is None or frame.state.network is not state.network:
            self.score.setText("…")
            return
        self.classes.show_predicted(predicted(frame))
        target = state.probe.class_of(frame.scores)
        share = percent(float(frame.probabilities[target]))
        self.score.setText(f"score {number_of(float(frame.scores[target]))}, probability {share}")

    # --- gradients --------------------------------------------------------------------------------------------

    def _show_gradients(self) -> None:
        """Saliency and Grad-CAM, where the frame's gradients are those of the class that is asked for."""
        frame, state = self._frame, self._state
        if frame is None or state is None:
            return
        picture, gradients = frame.maps["input"], frame.gradients
        asked = state.probe.class_of(frame.scores)
        if frame.state.network is not state.network or gradients is None or gradients.target != asked:
            self.saliency.wait(WAIT, picture)
            self.cam.wait(WAIT, picture)
            return
        self.saliency.show_heat(picture, saliency(gradients, signed=self.signed.isChecked()))
        self._show_cam(frame, gradients)

    def _show_cam(self, frame: Frame, gradients: Gradients) -> None:
        layer, picture = self.layer.currentText(), frame.maps["input"]
        if layer not in frame.maps or layer not in gradients.maps:
            self.cam.wait("no convolution" if not layer else WAIT, picture)
            return
        heat = grad_cam(frame.maps[layer], gradients.maps[layer], picture.shape[1:])
        self.cam.show_heat(picture, heat)


def saliency(gradients: Gradients, *, signed: bool) -> Floats:
    """(H, W): the strongest |∂score/∂pixel| of the channels; signed, their sum, as grey moves all channels at once."""
    values = gradients.maps["input"]
    with np.errstate(invalid="ignore", over="ignore"):
        found: Floats = values.sum(axis=0) if signed else np.abs(values).max(axis=0)
    return found


def number_of(score: float) -> str:
    """A score with two decimals."""
    return f"{score:.2f}".replace("-", "−")


def _outputs(network: NetworkSpec) -> int:
    return prod(describe(network)[-1].output_shape) if network.layers else 0

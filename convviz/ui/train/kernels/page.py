"""All kernels of the network while it learns; beside them their gradients, or how far they have come."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from ....session.experiment import State
from ....session.training.gradients import WeightGradients
from ....session.training.trainer import Trainer, What
from ...field.switch import Switch
from ...look.colours import Floats
from ...look.theme import CAPTION_PX, GAP, MARGIN
from ...network.hover_tip import HoverTip
from ..fitting_line import FittingLine
from ..page import Page
from .card import KernelCard, Part
from .kernel_layout import Place
from .words import (
    KernelNames,
    gradients_caption,
    gradients_missing,
    gradients_said,
    values_said,
    with_kernels,
)

MODES = {
    "both": ("Both", "Weights, and beside them their gradients"),
    "weights": ("Weights", "The kernels as they are now"),
    "gradients": (
        "Gradients",
        "∂loss/∂weight of the last mini-batch, else of training images; a scale of their own",
    ),
    "change": ("Change", "Weights − those of the run's first checkpoint"),
}
SCROLL_PX = 12
NO_START = "How far a kernel has come is counted from the first checkpoint of a run: press Start."


class KernelsPage(Page):
    """A card a layer; weights follow the State, gradients the trainer."""

    wants: ClassVar[frozenset[What]] = frozenset({"gradients"})
    pointed_at = Signal(str)
    channel_opened = Signal(object)  # (layer id, channel)

    def __init__(self, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(trainer, parent)
        self.setObjectName("kernels_page")
        self._state: State | None = None
        self._changes: dict[str, tuple[Floats, Floats, Floats]] = {}  # weights, start, their difference
        self.cards: dict[str, KernelCard] = {}
        self.mode = Switch("kernel_mode", MODES, "toggle")
        self.images = FittingLine("kernels_gradients_of", CAPTION_PX, dim=True)
        self.empty = QLabel("This network has no layer with kernels: give it a convolution in the Network workspace.")
        self.empty.setProperty("role", "dim")
        self.empty.setWordWrap(True)
        self._body, self._area, self._tip = QWidget(), QScrollArea(), HoverTip(self)
        self._pointed: tuple[str, Place] | None = None
        self._build()
        self.mode.chosen.connect(lambda _name: self._show())

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(MARGIN)
        head.addWidget(self.mode)
        head.addWidget(self.images, 1)
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GAP)
        self._column.addWidget(self.empty)
        self._column.addStretch(1)
        self._area.setObjectName("kernels_area")
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(self._body)
        whole = self._whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(GAP)
        whole.addLayout(head)
        whole.addWidget(self._area, 1)

    # --- what to show -----------------------------------------------------------------------------------------

    def show_state(self, old: State | None, new: State) -> None:
        before, self._state = self._state, new
        if before is None or before.network is not new.network:
            self._make_cards(new)
        if before is None or before.channels is not new.channels or before.network is not new.network:
            for layer, card in self.cards.items():
                card.set_frozen(frozenset(channel for name, channel in new.channels.frozen if name == layer))
        if before is None or before.weights is not new.weights or before.network is not new.network:
            self._show()

    def refresh(self, what: frozenset[What]) -> None:
        if what & {"gradients", "checkpoints", "cursor", "status", "runs"}:
            self._show()

    def _make_cards(self, state: State) -> None:
        for card in self.cards.values():
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards, self._changes = {}, {}
        self._forget_pointer()
        for layer in with_kernels(state.network):
            card = KernelCard(KernelNames.of(state, layer), state.weights[f"{layer}.weight"].shape)
            card.place_pointed.connect(self._pointed_at)
            card.channel_opened.connect(self.channel_opened)
            self._column.insertWidget(self._column.count() - 1, card)
            self.cards[layer] = card
        self.empty.setVisible(not self.cards)
        self._lay_out()

    def _show(self) -> None:
        if self._state is None:
            return
        mode, trainer = self.mode.current, self.trainer
        of, going = trainer.gradients_of, trainer.status in ("loading", "running")
        caption = gradients_caption(of, self._state.weights, trainer.cursor is not None)
        missing = gradients_missing(of, going)
        for layer, card in self.cards.items():
            weights = self._state.weights[f"{layer}.weight"]
            first: Part | None = None
            second: Part | None = None
            if mode in ("both", "weights"):
                first = (weights, ("weights",), "")
            if mode in ("both", "gradients"):
                second = (self._gradient(layer, weights), caption, missing)
            if mode == "change":
                first = (self._change(layer, weights), ("change since the start", "change"), NO_START)
            card.show_arrays(first, second)
        self._say_of_which(of)
        self._say()

    def _say_of_which(self, of: WeightGradients | None) -> None:
        """The images that the gradients are of."""
        trainer, run = self.trainer, self.trainer.run
        shown = self.mode.current in ("both", "gradients") and trainer.gradients and self.cards
        batch = int(trainer.batch) or (run.latest.batch if run is not None else 0)  # it may have been halved
        self.images.show_texts(*(gradients_said(of, batch) if shown else ("",)))

    def _gradient(self, layer: str, weights: Floats) -> Floats | None:
        found = self.trainer.gradients.get(f"{layer}.weight")
        return found if found is not None and found.shape == weights.shape else None

    def _change(self, layer: str, weights: Floats) -> Floats | None:
        points, name = self.trainer.checkpoints, f"{layer}.weight"
        start = points[0].mean.get(name) if points else None
        if start is None or start.shape != weights.shape:
            return None
        known = self._changes.get(layer)
        if known is None or known[0] is not weights or known[1] is not start:
            with np.errstate(invalid="ignore", over="ignore"):
                known = self._changes[layer] = (weights, start, weights - start)
        return known[2]

    # --- layout -----------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        for card in self.cards.values():
            card.set_room(self._area.width() - SCROLL_PX, self.devicePixelRatioF())
        self._column.setContentsMargins(0, 0, SCROLL_PX, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._whole.activate()
        self._lay_out()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            QTimer.singleShot(0, self, self._lay_out)
        return super().event(event)

    # --- the value under the mouse ----------------------------------------------------------------------------

    def _pointed_at(self, layer: str, place: Place | None) -> None:
        if place is None:
            self._forget_pointer()
        else:
            self._pointed = layer, place
            self._say()

    def _forget_pointer(self) -> None:
        self._pointed = None
        self._tip.hide()
        self.pointed_at.emit("")

    def _say(self) -> None:
        """The value under the mouse, again with every new picture."""
        if self._pointed is None or self._state is None or self._pointed[0] not in self.cards:
            return
        layer, place = self._pointed
        card, weights = self.cards[layer], self._state.weights[f"{layer}.weight"]
        at = place[: weights.ndim]
        gradient = self._gradient(layer, weights)
        values: dict[str, float | None] = {"weight": float(weights[at])}
        values["gradient"] = None if gradient is None else float(gradient[at])
        if self.mode.current == "change":
            change = self._change(layer, weights)
            values["change"] = None if change is None else float(change[at])
        name, said = card.names.place_name(place, card.size_of_weights), values_said(values)
        self.pointed_at.emit(f"{name}: {said}")
        picture = next(column.picture for column in card.columns if not column.isHidden())
        under = next((c.picture for c in card.columns if c.picture.underMouse()), picture)
        if under.isVisible():
            spot = under.mapTo(self, under.center_of(place).toPoint())
            self._tip.show_at(spot, f"{name}\n{said.replace('   ', chr(10))}")

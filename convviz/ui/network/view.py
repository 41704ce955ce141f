"""The network as columns of cards, left to right."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QToolButton, QWidget

from ...session.experiment import Focus
from ...session.outbox import Frame
from ...spec.channels import Channels
from ...spec.footprint import Footprint
from ...spec.geometry import describe
from ...spec.network import NetworkSpec, times
from ..look.colours import Floats
from ..look.theme import GAP
from .arrange import arrange, columns_of
from .layer_card import LayerCard
from .mosaic_layout import Index, as_maps

TOGGLE_PX = 26


class NetworkView(QScrollArea):
    """Shows a network's frames; emits what the user points at. Cards scroll sideways when they do not fit."""

    unit_hovered = Signal(str, object)  # layer id, Index or None
    unit_selected = Signal(object)  # Focus

    def __init__(self, per_map: QAction, gradients: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("network_view")
        self.setAccessibleName("Layers of the network")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setMinimumSize(320, 240)
        self._shapes: dict[str, tuple[int, ...]] = {}
        self._columns: list[list[str]] = []
        self._per_map = False
        self.cards: dict[str, LayerCard] = {}
        self._body = QWidget()
        self._body.setObjectName("cards")
        self.setWidget(self._body)
        self._toggles = (
            self._toggle(per_map, "Per map", "Colour range per map"),
            self._toggle(gradients, "Gradients", "Gradients in all maps"),
        )
        self._gradients = False

    # --- what to show -----------------------------------------------------------------------------------------

    def set_network(self, network: NetworkSpec) -> None:
        """Makes the cards of another network; their maps come with the next frame."""
        rows = describe(network)
        self._shapes = {"input": network.input_shape} | {row.layer.id: row.output_shape for row in rows}
        self._columns = columns_of(rows)
        had_keys = next((layer for layer, card in self.cards.items() if card.hasFocus()), None)
        known, self.cards = self.cards, {}
        settings = {row.layer.id: row.layer.setting for row in rows}
        for layer, shape in self._shapes.items():
            card = known.pop(layer, None) or self._make_card(layer)
            card.set_texts(settings.get(layer, ""), _shape_text(layer, shape))
            self.cards[layer] = card
        for card in known.values():
            card.hide()
            card.deleteLater()
        self.lay_out()
        for widget in (*self.cards.values(), *self._toggles):
            widget.show()
        if had_keys in known:
            self.cards["input"].setFocus(Qt.FocusReason.OtherFocusReason)

    def _make_card(self, layer: str) -> LayerCard:
        card = LayerCard(layer, self._body)
        card.unit_hovered.connect(self.unit_hovered)
        card.unit_clicked.connect(lambda name, index: self.unit_selected.emit(Focus(name, index)))
        card.walked.connect(self._walk)
        card.chosen.connect(self.choose_layer)
        card.set_per_map(self._per_map)
        return card

    def _toggle(self, action: QAction, text: str, name: str) -> QToolButton:
        button = QToolButton(self._body)
        action.setIconText(text)  # what a button shows, however often the action is switched
        button.setDefaultAction(action)
        button.setObjectName(f"{action.objectName().removeprefix('action_')}_button")
        button.setProperty("role", "toggle")
        button.setAccessibleName(name)
        return button

    def show_frame(self, frame: Frame) -> None:
        """New maps for every card; gradients, where these are wanted and there are any."""
        gradients = self._gradients and frame.gradients is not None
        for layer, values in self.shown(frame).items():
            if layer in self.cards:
                self.cards[layer].set_values(values, gradients=gradients)

    def set_gradients(self, wanted: bool) -> None:
        """Whether the frames to come are shown as gradients."""
        self._gradients = wanted

    def shown(self, frame: Frame) -> Mapping[str, Floats]:
        """What the cards show of a frame."""
        return frame.gradients.maps if self._gradients and frame.gradients is not None else frame.maps

    def set_focus(self, focus: Focus | None) -> None:
        """The selected unit; None selects nothing."""
        self._focus = focus
        for layer, card in self.cards.items():
            card.mosaic.set_selected(focus.index if focus is not None and focus.layer == layer else None)

    def set_channels(self, channels: Channels) -> None:
        """Which channels are silent or frozen."""
        for layer, card in self.cards.items():
            shape = self._shapes[layer]
            silent = frozenset(channels.silent(layer, shape[0])) if channels else frozenset()
            frozen = frozenset(c for name, c in channels.frozen if name == layer)
            card.mosaic.set_marks(silent, frozen)

    def set_unused(self, layer: str, rows: tuple[int, ...], columns: tuple[int, ...]) -> None:
        """Which rows and columns of a layer's maps the next layer does not read; other layers have none marked."""
        for name, card in self.cards.items():
            card.mosaic.set_unused(rows if name == layer else (), columns if name == layer else ())

    def set_fields(self, seen: Mapping[str, Footprint], seeing: Mapping[str, Footprint]) -> None:
        """What a unit sees in some layers, and which units of others see it; none in the rest."""
        for layer, card in self.cards.items():
            card.set_field(seen.get(layer, seeing.get(layer)), forwards=layer not in seen)

    def set_per_map(self, per_map: bool) -> None:
        """Whether every map has its own colour range, or all maps of a layer share one."""
        self._per_map = per_map
        for card in self.cards.values():
            card.set_per_map(per_map)

    _focus: Focus | None = None

    # --- layout -----------------------------------------------------------------------------------------------

    def lay_out(self) -> None:
        """Fits the cards to the present size and screen."""
        if not self._columns:
            return
        ratio = self.devicePixelRatioF()
        room = self.size().width(), self.size().height()
        places, needed = arrange(self._columns, self._shapes, room, ratio)
        if needed > room[0]:
            bar = self.horizontalScrollBar().sizeHint().height()
            places, needed = arrange(self._columns, self._shapes, (room[0], room[1] - bar), ratio)
        for place in places:
            self.cards[place.layer].set_place(place, ratio)
        below = places[0]
        for i, toggle in enumerate(self._toggles):
            toggle.setGeometry(below.x, below.y + below.height + GAP + i * (TOGGLE_PX + GAP), below.width, TOGGLE_PX)
        bottom = max(place.y + place.height for place in places)
        self._body.resize(needed, bottom)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.lay_out()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            QTimer.singleShot(0, self, self.lay_out)
        return super().event(event)

    def shape_of(self, layer: str) -> tuple[int, ...] | None:
        """The shape of a layer's output, None where there is no such layer."""
        return self._shapes.get(layer)

    def has(self, layer: str, index: Index) -> bool:
        """Whether the network on the cards has such a unit."""
        shape = self._shapes.get(layer, ())
        return len(index) == len(shape) > 0 and all(i < n for i, n in zip(index, shape, strict=True))

    # --- walking ----------------------------------------------------------------------------------------------

    def select_layer(self, step: int) -> None:
        """Moves the selection to the next (+1) or previous (−1) layer, to the unit nearest in position."""
        names = list(self._shapes)
        if not names:
            return
        if self._focus is None or self._focus.layer not in names:
            self.choose_layer(names[0 if step > 0 else -1])
            return
        self.choose_layer(names[min(max(names.index(self._focus.layer) + step, 0), len(names) - 1)])

    def choose_layer(self, layer: str) -> None:
        """Selects a layer: the unit nearest in position to the selected one."""
        if self._focus is None or self._focus.layer not in self._shapes:
            self._select(layer, self._shapes[layer], None)
        elif layer != self._focus.layer:
            self._select(layer, self._shapes[self._focus.layer], self._focus.index)

    def _select(self, layer: str, old_shape: tuple[int, ...], old: Index | None) -> None:
        shape = self._shapes[layer]
        if old is None:
            index: Index = tuple(0 for _ in shape)
        elif len(shape) == len(old) == 3:
            row, column = (min(old[a] * shape[a] // old_shape[a], shape[a] - 1) for a in (1, 2))
            index = (min(old[0], shape[0] - 1), row, column)
        else:
            index = tuple(min(i, n - 1) for i, n in zip((*old, 0, 0)[: len(shape)], shape, strict=True))
        self.cards[layer].setFocus(Qt.FocusReason.OtherFocusReason)
        self.ensureWidgetVisible(self.cards[layer], 8, 8)
        self.unit_selected.emit(Focus(layer, index))

    def _walk(self, layer: str, maps: int, rows: int, columns: int) -> None:
        shape = self._shapes[layer]
        if self._focus is None or self._focus.layer != layer:
            self.unit_selected.emit(Focus(layer, tuple(0 for _ in shape)))
            return
        index = self._focus.index
        if len(shape) == 3:
            moved = tuple(i + d for i, d in zip(index, (maps, rows, columns), strict=True))
            stays = tuple(min(max(i, 0), n - 1) for i, n in zip(moved, shape, strict=True))
        else:
            wide = self.cards[layer].mosaic.columns
            stays = (min(max(index[0] + (maps or columns) + rows * wide, 0), shape[0] - 1),)
        if stays != index:
            self.unit_selected.emit(Focus(layer, stays))


def _shape_text(layer: str, shape: tuple[int, ...]) -> str:
    count, height, width = as_maps(shape)
    if layer == "input" and count == 1:
        return f"{height}×{width}"
    return f"{count}@{height}×{width}" if len(shape) == 3 else times(shape)

"""The Network workspace: input on the left, layers and their table in the middle, the selected unit on the right."""

from __future__ import annotations

from math import prod

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QSplitter, QVBoxLayout, QWidget

from ..session.experiment import Focus, State, differs
from ..session.outbox import Frame
from ..spec.footprint import fields, seen_by
from ..spec.geometry import describe
from ..spec.unused import unused
from .input.panel import InputPanel
from .look.theme import GAP, LEFT_PX, MARGIN, RIGHT_PX
from .network.inspector import Inspector
from .network.layer_table import LayerTable
from .network.mosaic_layout import Index
from .network.told import Told, field_of, named
from .network.view import NetworkView


class NetworkWorkspace(QSplitter):
    """Shows States and Frames, and remembers nothing of its own but what is under the mouse."""

    unit_selected = Signal(object)  # Focus
    pointed_at = Signal(str)
    hovered = Signal(object)  # (layer id, Index) of the unit under the mouse, or None

    def __init__(self, tools: dict[str, QAction], parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("network_workspace")
        self.setChildrenCollapsible(False)
        self.setHandleWidth(MARGIN)
        self._told = Told(parent, self)  # a splitter would take its tip for one of the panes
        self.input = InputPanel(tools)
        self.layers = NetworkView(tools["per_map"], tools["gradients"])
        self.table = LayerTable()
        self.inspector = Inspector()
        self._frame: Frame | None = None
        self._newest: State | None = None
        self._shown: State | None = None  # what the cards show
        self._hovered: tuple[str, Index] | None = None
        self._on_card = False  # the mouse is over a card, which may show gradients
        self._on_sum = False  # it is over a sum, which the tip would cover
        self._fields = tools["fields"]
        self._fields.setChecked(True)
        self._fields.toggled.connect(self._fields_wanted)
        tools["gradients"].toggled.connect(self._show_gradients)
        self._build()
        self._told.said.connect(self.pointed_at)
        self.layers.unit_hovered.connect(self._hover)
        self.layers.unit_selected.connect(self.unit_selected)
        self.inspector.unit_selected.connect(self.unit_selected)
        self.inspector.unit_hovered.connect(self._hover_value)
        self.inspector.term_hovered.connect(self._hover_term)
        self.hovered.connect(self.inspector.show_hover)
        self.input.pad.pixel_hovered.connect(self._hover_pixel)
        self.table.layer_chosen.connect(self._layer_chosen)
        self.input.bars.class_chosen.connect(self._class_chosen)
        for bar in (self.layers.horizontalScrollBar(), self.layers.verticalScrollBar()):
            bar.valueChanged.connect(self._scrolled)

    def _build(self) -> None:
        card = QFrame()
        card.setProperty("role", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(10, 6, 10, 6)
        inside.addWidget(self.table)
        self.table_card = card
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.layers, 1)
        column.addWidget(card)
        self.input.setMinimumWidth(210)
        self.inspector.setMinimumWidth(RIGHT_PX)
        for widget in (self.input, middle, self.inspector):
            self.addWidget(widget)
        for i, stretch in enumerate((0, 1, 0)):
            self.setStretchFactor(i, stretch)
        self.setSizes([LEFT_PX, 700, RIGHT_PX])

    # --- what to show -----------------------------------------------------------------------------------------

    def show_state(self, old: State | None, new: State) -> None:
        """Redraws what differs. The cards of an edited network wait for its first frame: the last picture stays."""
        self._newest = new
        self.inspector.show_state(old, new)
        self.input.show_state(old, new)
        if self._frame is None or new.network is self._frame.state.network:
            self._show_network(new)

    def show_frame(self, frame: Frame) -> None:
        self._frame = frame
        newest = self._newest  # the selection may have moved since the frame was asked for
        self._show_network(newest if newest is not None and newest.network is frame.state.network else frame.state)
        self.input.show_frame(frame)
        self.layers.show_frame(frame)
        self.inspector.show_frame(frame)
        self.table.show_frame(frame)
        self._point()

    def _show_network(self, new: State) -> None:
        """Brings cards and table up to date with a State."""
        old, self._shown = self._shown, new
        if old is None or differs(old, new, "network"):
            self._set_hovered(None)
            self.layers.set_network(new.network)
        if old is None or differs(old, new, "network") or old.origin.network is not new.origin.network:
            self.table.set_network(new.network, new.origin.network)
            rows = self.table.table.rowCount()
            self.table_card.setFixedHeight(min(self.table.sizeHint().height() + 14, 260 if rows > 14 else 280))
        if old is None or differs(old, new, "channels", "network"):
            self.layers.set_channels(new.channels)
        if old is None or differs(old, new, "focus", "network"):
            self._told.hide_tip()
            self.layers.set_focus(new.focus)
            self._show_unused(new)
            self.table.set_layer(new.focus.layer if new.focus else None)
            self._show_fields()

    def _show_unused(self, state: State) -> None:
        """Marks what the selected layer leaves unread of the maps before it."""
        ids = ["input", *(layer.id for layer in state.network)]
        layer = state.focus.layer if state.focus is not None else "input"
        if layer not in ids[1:]:
            self.layers.set_unused("", (), ())
            return
        at = ids.index(layer)
        self.layers.set_unused(ids[at - 1], *unused(describe(state.network)[at - 1]))

    def _show_gradients(self, wanted: bool) -> None:
        self.layers.set_gradients(wanted)
        if self._frame is not None:
            self.layers.show_frame(self._frame)
            self._point()

    def set_per_map(self, per_map: bool) -> None:
        self.layers.set_per_map(per_map)
        self.inspector.set_per_map(per_map)

    # --- what the user points at ------------------------------------------------------------------------------

    def _hover(self, layer: str, index: Index | None) -> None:
        self._on_card, self._on_sum = True, False
        self._hover_unit(layer, index)

    def _scrolled(self, _to: int) -> None:
        if self._on_card and self._hovered is not None:
            self._hover("", None)  # it moved away from under the mouse

    def _hover_value(self, layer: str, index: Index | None) -> None:
        self._on_card = self._on_sum = False
        self._hover_unit(layer, index)

    def _hover_term(self, layer: str, index: Index | None) -> None:
        self._on_card, self._on_sum = False, True
        self._hover_unit(layer, index)

    def _hover_unit(self, layer: str, index: Index | None) -> None:
        self._set_hovered(None if index is None else (layer, index))
        self._show_fields()
        self._point()

    def _hover_pixel(self, pixel: tuple[int, int] | None) -> None:
        self._hover_value("input", None if pixel is None else (0, *pixel))

    def _set_hovered(self, unit: tuple[str, Index] | None) -> None:
        if unit != self._hovered:
            self._hovered = unit
            self.hovered.emit(unit)

    def _show_fields(self) -> None:
        """What the unit under the mouse sees and is seen by, else what the selected one sees: in the network on screen.

        Who sees the selected one is shown of pixels only: that light stays, and would change the colours of all layers.
        """
        state = self._shown
        unit = self._hovered
        if unit is None and state is not None and state.focus is not None:
            unit = state.focus.layer, state.focus.index
        if state is None or unit is None or not self._fields.isChecked() or not self.layers.has(*unit):
            self.layers.set_fields({}, {})
            self.input.pad.set_field(None)
            return
        seen = fields(state.network, *unit)
        both = self._hovered is not None or unit[0] == "input"
        self.layers.set_fields(seen, seen_by(state.network, *unit) if both else {})
        self.input.pad.set_field(seen["input"])

    def _fields_wanted(self, _on: bool) -> None:
        self._show_fields()
        if self._hovered is not None:
            self._point()  # the line says what is drawn

    def _point(self) -> None:
        frame, unit = self._frame, self._hovered
        if frame is None or unit is None or unit[0] not in frame.maps or not self.layers.has(*unit):
            self._told.fall_silent()
            return
        shown = self.layers.shown(frame) if self._on_card else frame.maps
        field = field_of(frame, *unit) if self._fields.isChecked() else ""
        free = self.input.pad.pixel is None and not self._on_sum  # else one wants to draw or to read there
        self._told.tell(*named(frame, shown, *unit), field, beside=free)

    def _layer_chosen(self, layer: str) -> None:
        shape = self.layers.shape_of(layer)
        if shape is not None:
            self.unit_selected.emit(Focus(layer, tuple(0 for _ in shape)))

    def _class_chosen(self, output: int) -> None:
        """Selects what the network put out for a class, and shows how that came about."""
        state = self._shown
        if state is None or not state.network.layers:
            return
        layer = state.network.layers[-1].id
        shape = self.layers.shape_of(layer) or ()
        if output < prod(shape):
            self.inspector.choose("value")
            self.unit_selected.emit(Focus(layer, tuple(int(i) for i in np.unravel_index(output, shape))))

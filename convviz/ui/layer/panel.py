"""The layer page of the inspector: settings, border that is not used, cost of the last change, place in the chain."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ...spec.cost import change, cost, cost_of
from ...spec.geometry import describe
from ...spec.network import Layer, NetworkSpec, times
from ...spec.unused import sentence
from ..look.text_line import TextLine
from ..look.theme import VALUE_PX
from .chain_bar import ChainBar
from .choices import MEANINGS, TITLES
from .cost_table import CostTable
from .note import Note
from .settings import LayerSettings

WARNING_PX = 94  # the width of "needs training"


class LayerPanel(QWidget):
    """Applies nothing: an edit comes back through :meth:`show_layer`, many times a second during a drag."""

    layer_edited = Signal(object, str)  # the new Layer, what was done ("conv2 stride 2"); also during a drag
    edit_finished = Signal()
    kind_chosen = Signal(str, str)  # layer id, kind
    insert_wanted = Signal(int, str)  # position, kind
    move_wanted = Signal(str, int)  # layer id, -1 earlier or 1 later
    remove_wanted = Signal(str)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layer_panel")
        self.setAccessibleName("Settings of the layer")
        self._spec: NetworkSpec | None = None
        self._before: NetworkSpec | None = None  # what the costs are compared with
        self._layer_id = ""
        self._pinned = False  # an edit is going on: compare with what was there when it began
        self.heading = TextLine("layer_heading", VALUE_PX, bold=True)
        self.warning = Note("needs_training", 1, warning=True)
        self.meaning = Note("layer_meaning", 2)
        self.settings = LayerSettings()
        self.unused = Note("unused_border", 3)
        self.costs = CostTable()
        self.chain = ChainBar()
        self._build()
        self.settings.layer_edited.connect(self._edited)
        self.settings.edit_finished.connect(self._finished)
        self.settings.kind_chosen.connect(self.kind_chosen)
        self.settings.refused.connect(self.refused)
        self.chain.insert_wanted.connect(self.insert_wanted)
        self.chain.move_wanted.connect(self.move_wanted)
        self.chain.remove_wanted.connect(self.remove_wanted)
        self.chain.refused.connect(self.refused)

    def _build(self) -> None:
        self.warning.setFixedWidth(WARNING_PX)
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.heading)
        top.addWidget(self.warning)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(top)
        column.addWidget(self.meaning)
        column.addWidget(self.settings)
        column.addWidget(self.unused)
        column.addWidget(self.costs)
        column.addSpacing(4)
        column.addWidget(self.chain)
        column.addStretch(1)

    # --- what to show -----------------------------------------------------------------------------------------

    def show_layer(self, spec: NetworkSpec, layer_id: str, untrained: bool) -> None:
        """Shows a layer of ``spec``, or its "input"; ``untrained`` marks a layer that needs training."""
        if self._spec is None or spec.name != self._spec.name:
            self._before, self._pinned = spec, False
        elif spec is not self._spec and not self._pinned:
            self._before = self._spec
        self._spec, self._layer_id = spec, layer_id
        rows = describe(spec)
        row = next((row for row in rows if row.layer.id == layer_id), None)
        self.settings.show_layer(spec, row.layer if row else None)
        self.chain.show_layer(spec, layer_id)
        self.heading.setText(TITLES[row.layer.kind] if row else _other(layer_id))
        self.meaning.show_text(MEANINGS[row.layer.kind] if row else _input(spec) if layer_id == "input" else "")
        self.warning.show_text("needs training" if row and untrained else "", WHY_TRAINING)
        self.unused.show_text(sentence(row) if row else "")
        assert self._before is not None
        before = cost(self._before, _former(self._before, spec, layer_id))
        self.costs.show_changes(change(before, cost_of(rows, layer_id, spec.input_shape)))

    def forget_cost(self) -> None:
        """Costs are compared with the present network from now on, as another experiment is shown."""
        self._before = self._spec
        if self._spec is not None:
            present = cost(self._spec, self._layer_id)
            self.costs.show_changes(change(present, present))

    # --- edits ------------------------------------------------------------------------------------------------

    def _edited(self, layer: Layer, text: str) -> None:
        if not self._pinned:
            self._pinned, self._before = True, self._spec
        self.layer_edited.emit(layer, text)

    def _finished(self) -> None:
        if self._pinned:  # else the gesture changed nothing
            self._pinned = False
            self.edit_finished.emit()


WHY_TRAINING = (
    "Its inputs or outputs are not those it was trained with, so some of its weights are new: train the network, or "
    "undo the change, before you believe the scores."
)


def _former(before: NetworkSpec, now: NetworkSpec, layer_id: str) -> str | None:
    """The layer of ``before`` to compare with: of that name, else the one in its place if it became this one."""
    ids = [layer.id for layer in now]
    if layer_id == "input" or layer_id in before or len(before.layers) != len(ids) or layer_id not in ids:
        return layer_id
    return before.layers[ids.index(layer_id)].id


def _other(layer_id: str) -> str:
    return "The input" if layer_id == "input" else "No layer selected"


def _input(spec: NetworkSpec) -> str:
    return f"the network receives {times(spec.input_shape)} values (channels × height × width)"

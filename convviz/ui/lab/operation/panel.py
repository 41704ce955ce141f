"""The card of the operation: which one it is, and its settings."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from ....spec.lab.edits import KINDS
from ....spec.lab.lab import Lab, Operation
from ....spec.network import NetworkSpec
from ...layer.choices import MEANINGS, ChoiceField
from ...layer.note import Note
from ...layer.settings import LayerSettings
from ...look.scroll_column import ScrollColumn
from ...look.theme import UNIT


class OperationPanel(QFrame):
    """Shows a Lab's operation and says what was edited; applies nothing."""

    layer_edited = Signal(object, str)  # the new Operation, the setting as "stride 2"; also during a drag
    edit_finished = Signal()
    kind_chosen = Signal(str)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("operation_panel")
        self.setProperty("role", "card")
        self._lab: Lab | None = None
        self._spec: NetworkSpec | None = None
        self.kind = ChoiceField("operation_kind", "operation")
        self.kind.set_items({kind: text[0].upper() + text[1:] for kind, text in KINDS.items()})
        self.meaning = Note("operation_meaning", 2)
        self.settings = LayerSettings(kinds=False)
        self._build()
        self.kind.chosen.connect(self._kind_chosen)
        self.settings.layer_edited.connect(self._edited)
        self.settings.edit_finished.connect(self.edit_finished)
        self.settings.refused.connect(self.refused)

    def _build(self) -> None:
        title = QLabel("Operation")
        title.setProperty("role", "title")
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        for widget in (self.kind, self.meaning, self.settings):
            column.addWidget(widget)
        column.addStretch(1)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(10, 6, 10, 8)
        outside.setSpacing(UNIT)
        outside.addWidget(title)
        outside.addWidget(ScrollColumn(inside, "operation_scroll"), 1)

    def show_lab(self, lab: Lab) -> None:
        """The operation of a Lab; its ranges are tried on an input of its size, or a smaller one for a photo."""
        old, self._lab = self._lab, lab
        if old is None or self._spec is None or old.layer is not lab.layer or old.shape != lab.shape:
            self._spec = lab.tried_on
        self.kind.set_value(lab.layer.kind)
        self.meaning.show_text(MEANINGS[lab.layer.kind])
        begun = old is not None and old.origin is not lab.origin  # another example, or another experiment
        self.settings.show_layer(self._spec, lab.layer, flat=lab.dims == 1, fresh=begun)

    def _edited(self, layer: Operation, text: str) -> None:
        self.layer_edited.emit(layer, text.removeprefix(layer.id).strip())

    def _kind_chosen(self, kind: str) -> None:
        self.kind_chosen.emit(kind)
        if self._lab is not None:
            self.kind.set_value(self._lab.layer.kind)  # what it is now, whoever decided

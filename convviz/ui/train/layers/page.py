"""How strongly every layer learns, step by step: gradients, updates, dead channels."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from ....session.training.trainer import Trainer, What
from ...look.theme import GAP, MARGIN, UNIT
from ..page import Page
from .figure_cell import FigureCell
from .verdict import FIGURES, recent, verdict, with_activations

SCROLL_PX, NAME_PX = 12, 56
EMPTY = (
    "Here stands, for every layer, how long its gradient is, how far a step moves its weights, and how many of its "
    "channels are dead. It is measured while a training runs and this page is in front: press Start."
)


class LayerRow(QFrame):
    """One layer: its name, and a cell a figure."""

    def __init__(self, layer: str, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"layer_row_{layer}")
        self.setProperty("role", "card")
        self.cells = tuple(FigureCell(layer, figure) for figure in FIGURES)
        name, what = QLabel(layer), QLabel(kind)
        name.setProperty("role", "title")
        what.setProperty("role", "caption")
        names = QVBoxLayout()
        names.setSpacing(0)
        for label in (name, what):
            label.setMinimumWidth(NAME_PX)
            names.addWidget(label)
        names.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, UNIT, MARGIN, UNIT)
        row.setSpacing(MARGIN)
        row.addLayout(names)
        for cell in self.cells:
            row.addWidget(cell, 1)


class LayersPage(Page):
    """A row a layer, in the order of the network; all of it from the curves of the run on screen."""

    wants: ClassVar[frozenset[What]] = frozenset({"layers"})
    pointed_at = Signal(str)

    def __init__(self, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(trainer, parent)
        self.setObjectName("layers_page")
        self.rows: dict[str, LayerRow] = {}
        self.empty = QLabel(EMPTY)
        self.empty.setObjectName("layers_empty")
        self.empty.setProperty("role", "dim")
        self.empty.setWordWrap(True)
        self._body, area = QWidget(), QScrollArea()
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(0, 0, SCROLL_PX, 0)
        self._column.setSpacing(GAP)
        self._column.addWidget(self.empty)
        self._column.addStretch(1)
        area.setObjectName("layers_area")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self._body)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)

    def refresh(self, what: frozenset[What]) -> None:
        if what & {"layers", "curves", "cursor", "status", "runs"}:
            self._show()

    def _show(self) -> None:
        known = {layer: rows for layer, rows in self.trainer.curves.layers.items() if len(rows)}
        network = self.trainer.run.network if self.trainer.run is not None else None
        if network is not None:
            known = with_activations([layer.id for layer in network], known)
        kinds = {layer: network[layer].kind if network is not None else "" for layer in known}
        if list(known) != list(self.rows):
            self._make_rows(kinds)
        cursor = self.trainer.cursor
        until = {layer: rows if cursor is None else rows[rows[:, 0] <= cursor] for layer, rows in known.items()}
        now = {figure: [recent(rows, figure) for rows in until.values()] for figure in FIGURES}
        for place, (layer, rows) in enumerate(known.items()):
            row = self.rows[layer]
            for cell in row.cells:
                values = now[cell.figure]
                cell.show_rows(rows, cursor, verdict(cell.figure, values[place], values))

    def _make_rows(self, kinds: dict[str, str]) -> None:
        for row in self.rows.values():
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = {layer: LayerRow(layer, kind) for layer, kind in kinds.items()}
        for row in self.rows.values():
            for cell in row.cells:
                cell.pointed_at.connect(self.pointed_at)
            self._column.insertWidget(self._column.count() - 1, row)
        self.empty.setVisible(not self.rows)

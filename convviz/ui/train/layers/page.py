"""How strongly every layer learns, step by step: gradients, updates, dead channels."""

from __future__ import annotations

from collections import Counter
from typing import ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ....session.training.trainer import Trainer, What
from ....spec.channels import channels_of
from ....spec.training.run import Run
from ...look.scroll_column import ScrollColumn
from ...look.theme import GAP, MARGIN, UNIT
from ..page import Page
from .figure_cell import FigureCell
from .verdict import FIGURES, newest, recent, verdict, with_activations

SCROLL_PX, NAME_PX = 12, 56
WIDE_PX = 600  # pages that are narrower have a layer's name above its figures
EMPTY = (
    "Here stands, for every layer, how long its gradient is, how far a step moves its weights, and how many of its "
    "channels are dead. It is measured while a training runs: press Start."
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
        names = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        for label in (name, what):
            names.addWidget(label)
        names.addStretch(1)
        self._names, self._name, self._what = names, name, what
        row = self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        cells = QHBoxLayout()
        row.setContentsMargins(MARGIN, UNIT, MARGIN, UNIT)
        cells.setSpacing(MARGIN)
        row.addLayout(names)
        for cell in self.cells:
            cells.addWidget(cell, 1)
        row.addLayout(cells, 1)
        self.arrange(wide=True)

    def arrange(self, *, wide: bool) -> None:
        """The name at the left of the cells, or where they need the room above them."""
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._row.setDirection(across if wide else down)
        self._row.setSpacing(MARGIN if wide else UNIT)
        self._names.setDirection(down if wide else across)
        self._names.setSpacing(0 if wide else 2 * UNIT)
        for label in (self._name, self._what):
            label.setMinimumWidth(NAME_PX if wide else 0)


def frozen_layers(run: Run, cursor: int | None) -> frozenset[str]:
    """The layers of which no kernel was trained by the step at ``cursor``, None for the newest.

    >>> from ....spec.presets import lecture
    >>> from ....spec.training.run import Frozen
    >>> from ....spec.training.settings import TrainingSettings
    >>> from ....spec.training.source import DataSource
    >>> some = frozenset({("conv1", channel) for channel in range(32)} | {("conv2", 0)})
    >>> run = Run(1, lecture(), TrainingSettings(), DataSource(), frozen=(Frozen(50, some),))
    >>> frozen_layers(run, None), frozen_layers(run, 50)
    (frozenset({'conv1'}), frozenset())
    """
    at = [each.channels for each in run.frozen if cursor is None or each.step < cursor][-1:]
    counts = Counter(layer for channels in at for layer, _ in channels)
    return frozenset(layer.id for layer in run.network if 0 < channels_of(layer) <= counts[layer.id])


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
        self._body = QWidget()
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(0, 0, SCROLL_PX, 0)
        self._column.setSpacing(GAP)
        self._column.addWidget(self.empty)
        self._column.addStretch(1)
        area = ScrollColumn(self._body, "layers_area")
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # nothing in it takes the keys, so they scroll
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
        frozen = frozen_layers(self.trainer.run, cursor) if self.trainer.run is not None else frozenset()
        for place, (layer, rows) in enumerate(known.items()):
            for cell in self.rows[layer].cells:
                values, last = now[cell.figure], newest(until[layer], cell.figure)
                said = verdict(cell.figure, values[place], values, last, frozen=layer in frozen)
                cell.show_rows(rows, cursor, said)

    def _make_rows(self, kinds: dict[str, str]) -> None:
        for row in self.rows.values():
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = {layer: LayerRow(layer, kind) for layer, kind in kinds.items()}
        for row in self.rows.values():
            for cell in row.cells:
                cell.pointed_at.connect(self.pointed_at)
            row.arrange(wide=self.width() >= WIDE_PX)
            self._column.insertWidget(self._column.count() - 1, row)
        self.empty.setVisible(not self.rows)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for row in self.rows.values():
            row.arrange(wide=self.width() >= WIDE_PX)

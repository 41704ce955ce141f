"""The gradient of the selected unit's kernel, slice by slice, and the sum over all positions that share one cell."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ...session.outbox import Frame
from ...spec.arithmetic import Explanation, explain_weight_gradient
from ...spec.kernel_view import KernelView, kernel_view
from ...spec.state import Focus, State
from ..kernel.slice_view import strongest
from ..kernel.strip import SliceStrip
from ..look.colours import Floats
from ..look.text_line import TextLine
from ..look.theme import CAPTION_PX, GAP, TITLE_PX, UNIT
from .follower import Follower
from .kernel_gradient import KernelGradient
from .sum_view import SumView

GRID_PX = 136  # a 5 × 5 slice has room for its numbers
TOLD = "∂score/∂kernel: by how much the score of the class rises where the cell does, per unit"


class KernelGradientView(QWidget):
    """Empty where the layer has no kernel."""

    slice_chosen = Signal(int)
    source_chosen = Signal(str, object)  # layer id, Index
    source_hovered = Signal(str, object)
    reached = Signal(object, object)  # QWidget, QRect

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("kernel_gradient_view")
        self.title = TextLine("kernel_gradient_title", TITLE_PX, bold=True)
        self.title.setToolTip(TOLD)
        self.grid = KernelGradient()
        self.grid.set_side(GRID_PX)
        self.lines = [TextLine(f"kernel_gradient_line_{i}", CAPTION_PX, dim=i < 2) for i in range(4)]
        self.strip = SliceStrip()
        self.strip.setObjectName("gradient_strip")
        self.strip.setAccessibleName("Gradients of all slices of the kernel")
        self.sum = SumView()
        self.sum.setObjectName("kernel_sum")
        self.sum.setAccessibleName("How the gradient of the kernel cell came about")
        self._follower = Follower(self.sum, self._explain)
        self._state: State | None = None
        self._frame: Frame | None = None
        self._view: KernelView | None = None
        self._values: Floats | None = None  # (S, h, w)
        self._values_of = ("", 0)  # the layer and channel that they are of
        self._count = 0  # of them, without the blanks of a wrapped row
        self._slice = 0
        self._build()
        self.grid.cell_chosen.connect(lambda _: self._show_cell(again=True))
        self.grid.cell_hovered.connect(lambda _: self._show_cell())
        self.strip.slice_chosen.connect(self.slice_chosen)
        self.sum.source_chosen.connect(self.source_chosen)
        self.sum.source_hovered.connect(self.source_hovered)
        self.sum.reached.connect(lambda rect: self.reached.emit(self.sum, rect))

    def _build(self) -> None:
        beside = QVBoxLayout()
        beside.setSpacing(0)
        for line in self.lines:
            beside.addWidget(line)
        beside.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self.grid, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(beside, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, UNIT, 0, 0)
        column.setSpacing(UNIT)
        for part in (self.title, row, self.strip, self.sum):
            column.addLayout(part) if isinstance(part, QHBoxLayout) else column.addWidget(part)

    # --- what to show -----------------------------------------------------------------------------------------

    def show_state(self, state: State) -> None:
        self._state = state
        self._view = kernel_view(state, state.focus.layer, state.focus.index[0]) if state.focus is not None else None
        self.setVisible(self._view is not None)
        if self._view is not None:
            self.title.setText(f"∂ score / ∂ kernel of {self._view.layer}[{self._view.channel}]")
            self._slice = min(self._slice, len(self._view.values) - 1)
            self._read()
            self._follower.show_state(state)

    def show_frame(self, frame: Frame) -> None:
        self._frame = frame
        if self._view is not None:
            self._read()
            self._follower.show_frame(frame)

    def _read(self) -> None:
        """Takes the kernel's gradients from the last frame, if that is of the present network."""
        view, frame = self._view, self._frame
        assert view is not None
        gradients = frame.gradients if frame is not None else None
        known = self._state is not None and frame is not None and frame.state.network is self._state.network
        array = gradients.weights.get(f"{view.layer}.weight") if known and gradients is not None else None
        if array is not None:
            row = array[view.channel]  # (C, h, w) or (F,)
            values = np.zeros(view.values.size, np.float32)
            values[: row.size] = row.ravel()
            self._count = row.size
            self._values, self._values_of = values.reshape(view.values.shape), (view.layer, view.channel)
        elif self._values is not None and (
            self._values_of != (view.layer, view.channel) or self._values.shape != view.values.shape
        ):
            self._values = None  # those of the selected kernel are on their way
        self._show_values()

    def choose_slice(self, number: int) -> None:
        """The slice that is shown as cells, of the same number as on the page of the value."""
        if self._view is not None:
            number = min(max(number, 0), len(self._view.values) - 1)
        changed, self._slice = number != self._slice, number
        if changed:
            self._show_values()
            self._follower.refresh()

    def _show_values(self) -> None:
        view, values = self._view, self._values
        self.grid.setVisible(values is not None)
        nothing = values is not None and not values.any()
        self.strip.setVisible(values is not None and len(values) > 1 and not nothing)
        self.lines[3].setText(f"all {self._count:,} are 0" if nothing else "")
        if view is None or values is None:
            return
        extreme = strongest(values, None)
        self.grid.show_slice(values[self._slice], None, view.cells, extreme)
        if len(values) > 1:
            self.strip.show_slices(values, self._slice, extreme, self.width())
        self._show_cell()

    def _show_cell(self, *, again: bool = False) -> None:
        values = self._values
        if values is None:
            return
        cell = self.grid.hovered or self.grid.selected
        count = len(values)
        self.lines[0].setText(f"slice {self._slice} of {count}" if count > 1 else "")
        self.lines[1].setText(f"row {cell[0]}, column {cell[1]}")
        self.lines[2].setText(f"{float(values[(self._slice, *cell)]) + 0.0:.6g}".replace("-", "−"))
        if again:
            self._follower.refresh()

    def _explain(self, frame: Frame, focus: Focus) -> Explanation | None:
        view, gradients = self._view, frame.gradients
        name = f"{view.layer}.weight" if view is not None else ""
        if view is None or gradients is None or name not in gradients.weights:
            return None  # of another layer
        array = gradients.weights[name]
        row, column = self.grid.selected
        flat = (self._slice * view.values.shape[1] + row) * view.values.shape[2] + column
        place = tuple(int(i) for i in np.unravel_index(min(flat, array[0].size - 1), array.shape[1:]))
        index = (view.channel, *place)
        return explain_weight_gradient(
            frame.state.network, frame.maps, gradients.maps, gradients.weights, name, index, weights=frame.weights
        )

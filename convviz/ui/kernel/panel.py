"""The page of one kernel: a slice as cells, all slices, and what can be done to them."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ...spec import cells
from ...spec.errors import InputError
from ...spec.kernel_view import KernelView
from ..look.colours import Floats
from ..look.numbers import exact
from ..look.text_line import TextLine
from ..look.theme import CAPTION_PX, GAP, UNIT
from .commands import COMMANDS_PX, RESETS, Commands
from .grid import KernelGrid, cell_text
from .grid_layout import SCROLL_BAR_PX, SIDE_PX, Cell
from .marks import MarkRow
from .operations import Operation, changed, preset, replaced, size
from .slice_view import strongest
from .strip import SliceStrip

WIDE_PX, LEAST_WIDE_PX = 242, 180
ALONE_PX = 138  # of the cells, where a sum that should be seen as well stands below


class KernelPanel(QWidget):
    """Shows a kernel and says what the user makes of it; it changes nothing by itself.

    ``kernel_edited`` and ``bias_edited`` also follow a drag; ``edit_finished`` comes once for each of them.
    """

    kernel_edited = Signal(object)  # (S, h, w) float32
    bias_edited = Signal(float)
    edit_finished = Signal(str)
    mark_toggled = Signal(str)  # "muted", "solo" or "frozen"
    reset_wanted = Signal(str)  # "kernel", "layer" or "network"
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, alone: bool = False) -> None:
        """``alone``: the kernel of no network, so there is no channel to mute, and only cell and kernel are reset."""
        super().__init__(parent)
        self.setObjectName("kernel_panel")
        self._view: KernelView | None = None
        self._chosen = 0  # slice
        self._random = np.random.default_rng()
        self.caption = TextLine("kernel_caption", CAPTION_PX, dim=True)
        self.cell_line = TextLine("kernel_cell", CAPTION_PX, dim=True)
        self.grid = KernelGrid()
        self.commands = Commands(resets=RESETS[:2] if alone else RESETS)
        self.strip = SliceStrip()
        self.marks = MarkRow(marks=not alone)
        self._alone = alone
        self._scroll = QScrollArea()
        self._build()
        self._connect()

    def _build(self) -> None:
        self._scroll.setObjectName("kernel_scroll")
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        holder = QWidget()  # the style sheet makes a scroll area's own widget transparent, and its palette with it
        inside = QVBoxLayout(holder)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.grid)
        inside.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
        self._scroll.setWidget(holder)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self._scroll, 0, Qt.AlignmentFlag.AlignTop)
        row.addStretch(1)
        row.addWidget(self.commands)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        column.addWidget(self.caption)
        column.addLayout(row)
        column.addWidget(self.cell_line)
        slices = QHBoxLayout() if self._alone else QVBoxLayout()  # the only mark has room beside them
        slices.setSpacing(UNIT)
        slices.addWidget(self.strip, 1)
        slices.addWidget(self.marks, 0, Qt.AlignmentFlag.AlignTop if self._alone else Qt.AlignmentFlag(0))
        column.addLayout(slices)
        column.addStretch(1)

    def _connect(self) -> None:
        grid, commands = self.grid, self.commands
        grid.cells_edited.connect(self._cells_edited)
        grid.edit_finished.connect(lambda text: self.edit_finished.emit(f"kernel {text}"))
        grid.blocks_pasted.connect(lambda blocks: self._apply("kernel paste", lambda v: replaced(v, blocks)))
        grid.cell_selected.connect(self._cell_selected)
        grid.cell_hovered.connect(lambda _: self._show_cell())
        grid.slice_stepped.connect(self.strip.step)
        commands.preset_chosen.connect(lambda name: self._operate(preset(name, self._random)))
        commands.operation_chosen.connect(self._operate)
        commands.copy_wanted.connect(self._copy)
        commands.paste_wanted.connect(grid.paste)
        commands.reset_chosen.connect(self._reset)
        commands.brush_changed.connect(grid.set_brush)
        commands.bias.value_edited.connect(self.bias_edited)
        commands.bias.edit_finished.connect(lambda: self.edit_finished.emit("bias"))
        self.strip.slice_chosen.connect(self.choose_slice)
        self.marks.mark_toggled.connect(self.mark_toggled)
        for part in (grid, commands.bias, commands.brush_value):
            part.refused.connect(self.refused)

    # --- what to show -----------------------------------------------------------------------------------------

    def show_kernel(self, view: KernelView | None, marks: frozenset[str] = frozenset()) -> None:
        """A kernel and the marks of its channel; None shows nothing. The same kernel again disturbs no gesture."""
        old, self._view = self._view, view
        if view is None or old is None or not _same(old, view):
            self.grid.give_up()
        self.setEnabled(view is not None)
        if view is None:
            return
        if old is None or old.layer != view.layer:
            self._chosen = 0
            self.grid.set_selected((0, 0))
            self.commands.suggest_brush(_brush(strongest(view.values, view.original)))
        self._chosen = min(self._chosen, len(view.values) - 1)
        self.marks.set_marks(marks)
        self.marks.all_slices.setVisible(len(view.values) > 1)
        self.marks.setVisible(not self._alone or len(view.values) > 1)
        self.caption.setVisible(not self._alone or len(view.values) > 1 or view.first > 0)
        self.strip.setVisible(len(view.values) > 1)
        self.commands.set_size(size(view))
        self._show_values()

    def choose_slice(self, number: int) -> None:
        """The slice that is shown as cells; another page that chooses may know a kernel with more of them."""
        number = min(number, len(self._view.values) - 1) if self._view is not None else 0
        if self._view is not None and number != self._chosen:
            self._chosen = number
            self.grid.give_up()
            self._show_values()

    def sizeHint(self) -> QSize:
        return QSize(WIDE_PX, super().sizeHint().height())

    @property
    def chosen_slice(self) -> int:
        return self._chosen

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_WIDE_PX, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.grid.set_side(min(self.width() - COMMANDS_PX - GAP, ALONE_PX if self._alone else SIDE_PX))
        if self._view is not None:
            self._show_values()

    def _show_values(self) -> None:
        view, chosen = self._view, self._chosen
        assert view is not None
        original = view.original[chosen] if view.original is not None else None
        extreme = strongest(view.values, view.original)
        self.grid.show_slice(view.values[chosen], original, view.cells, extreme)
        room = self.grid.sizeHint().boundedTo(QSize(SIDE_PX, SIDE_PX))
        bar = SCROLL_BAR_PX if self.grid.height() > SIDE_PX else 0
        self._scroll.setFixedSize(room.width() + bar, room.height())
        bias = view.bias
        self.commands.set_bias(bias, max(extreme, abs(view.original_bias or 0.0)))
        if len(view.values) > 1:
            beside = self.marks.sizeHint().width() + UNIT if self._alone else 0
            self.strip.show_slices(view.values, chosen, self.grid.extreme, self.width() - beside)
        self.caption.setText(_caption(view, chosen))
        self._show_cell()

    def _show_cell(self) -> None:
        cell = self.grid.selected if self.grid.busy or self.grid.hovered is None else self.grid.hovered
        self.cell_line.setText(self.grid.describe(cell, _short))

    def _cell_selected(self, cell: Cell) -> None:
        place = self.grid.cell_center(cell)
        self._scroll.ensureVisible(place.x(), place.y(), 20, 20)
        self._show_cell()

    # --- what the user does -----------------------------------------------------------------------------------

    def _cells_edited(self, values: Floats) -> None:
        if self._view is not None:
            whole = self._view.values.copy()
            whole[self._chosen] = values
            self._show_cell()
            self.kernel_edited.emit(whole)

    def _operate(self, operation: Operation) -> None:
        count = len(self._view.values) if self._view is not None else 1
        every = self.marks.all_slices.isChecked() and count > 1
        chosen = slice(None) if every else slice(self._chosen, self._chosen + 1)
        self._apply(operation.text, lambda view: changed(view, chosen, operation))

    def _apply(self, text: str, edit: Callable[[KernelView], Floats]) -> None:
        """One edit of the whole kernel, if it changes anything."""
        if self._view is None or self.grid.busy:
            return
        try:
            values = edit(self._view)
        except InputError as error:
            self.refused.emit(str(error))
            return
        if not np.array_equal(values, self._view.values, equal_nan=True):
            self.kernel_edited.emit(values)
            self.edit_finished.emit(text)

    def _copy(self) -> None:
        if self._view is not None:
            QGuiApplication.clipboard().setText(cells.text(self._view.values))

    def _reset(self, what: str) -> None:
        if what == "cell":
            self._apply(f"reset kernel {cell_text(self.grid.selected)}", self._with_cell_reset)
        elif self._view is not None:
            self.reset_wanted.emit(what)

    def _with_cell_reset(self, view: KernelView) -> Floats:
        if view.original is None:
            before = (
                "when they began; choose that size" if self._alone else "when the network was opened; reset the layer"
            )
            raise InputError(f"the kernels of {view.layer} had another shape {before} instead")
        values, place = view.values.copy(), (self._chosen, *self.grid.selected)
        values[place] = view.original[place]
        return values


def _same(one: KernelView, other: KernelView) -> bool:
    """Whether two views are of one kernel."""
    return all(getattr(one, name) == getattr(other, name) for name in ("layer", "channel", "cells")) and (
        one.values.shape == other.values.shape
    )


def _caption(view: KernelView, chosen: int) -> str:
    count = len(view.values)
    if count == 1:
        return f"reads {view.reads}" + (f"[{view.first}]" if view.first else "")
    return f"slice {chosen} of {count} · reads {view.reads}[{view.first + chosen}]"


def _brush(extreme: float) -> float:
    """A strong value of a kernel, with two digits."""
    return float(f"{extreme:.2g}") if extreme > 0 else 1.0


def _short(value: float) -> str:
    """A value where its former one must fit beside it; the tool tip has both exactly."""
    return f"{value:.5g}" if isfinite(value) else exact(value)

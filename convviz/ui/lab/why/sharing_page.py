"""Weight sharing: the same operation with its kernel, as patches times kernels, and as one big sparse matrix."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QLayout, QVBoxLayout, QWidget

from ....spec.lab.edits import KINDS
from ....spec.lab.sharing import SHOWN, counts, fully_connected_cost, kernel_matrix, patch_matrix
from ....spec.lab.trial import Trial
from ....spec.network import times
from ...layer.note import Note
from ...look.colours import Floats
from ...look.text_line import TextLine
from ...look.theme import CAPTION_PX
from ..scene import Pointer
from .map_view import Index, MapView
from .sharing_lights import Lights, Links

NEAR_PX = 3  # as near as this to an entry, the mouse means it
REST = "Point at any cell: whatever belongs together lights up in all three."
LARGE = "{} × {} values: too many to show"


class SharingPage(QWidget):
    """Three ways to write one convolution, linked, with what each has to store."""

    pointed = Signal(object)  # Pointer or None
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sharing_page")
        self.setAccessibleName("Weight sharing")
        self._trial: Trial | None = None
        self._links: Links | None = None
        self.input = MapView("shared_input", "The input")
        self.kernel = MapView("shared_kernel", "The kernels")
        self.output = MapView("shared_output", "The output")
        self.patches = MapView("shared_patches", "The patch matrix: one column a position", square=False)
        self.factors = MapView("shared_factors", "The kernel matrix: one row an output channel", square=False)
        self.result = MapView("shared_result", "The output, one row a channel", square=False)
        self.matrix = MapView("shared_matrix", "The matrix of a fully connected layer", square=False)
        self.vector = MapView("shared_vector", "The input as one row", square=False)
        self.made = MapView("shared_made", "The output as one column", square=False)
        names = ("input", "kernel", "output", "patches", "matrix")
        self.captions = {name: TextLine(f"shared_{name}_caption", CAPTION_PX, dim=True) for name in names}
        self.counts = tuple(Note(f"shared_count_{n}", 2) for n in range(3))
        self.reading = TextLine("shared_reading", CAPTION_PX)
        self.cost = QLabel(fully_connected_cost().sentence)
        self._build()
        self._connect()

    # --- how it is laid out -----------------------------------------------------------------------------------

    def _build(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(6)
        whole.addLayout(self._operation(), 4)
        diagrams = QHBoxLayout()
        diagrams.setSpacing(16)
        diagrams.addLayout(self._product(), 1)
        diagrams.addLayout(self._connected(), 1)
        whole.addLayout(diagrams, 6)
        whole.addWidget(self.reading)
        whole.addWidget(self._box())
        self.reading.setText(REST)

    def _operation(self) -> QLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        for name, sign, stretch in (("input", "⊛", 3), ("kernel", "=", 2), ("output", "", 3)):
            column = QVBoxLayout()
            column.setSpacing(0)
            column.addWidget(self.captions[name])
            column.addWidget(getattr(self, name), 1)
            row.addLayout(column, stretch)
            if sign:
                row.addWidget(QLabel(sign))
        beside = QVBoxLayout()
        title = QLabel("One kernel for all positions")
        title.setProperty("role", "title")
        beside.addWidget(title)
        beside.addWidget(self.counts[0])
        beside.addStretch(1)
        row.addLayout(beside, 4)
        return row

    def _product(self) -> QLayout:
        grid = _diagram("Patch matrix × kernel", self.captions["patches"], self.counts[1])
        grid.addWidget(self.patches, 2, 1)
        grid.addWidget(self.factors, 3, 0)
        grid.addWidget(self.result, 3, 1)
        self.factors.setFixedWidth(72)
        grid.setRowStretch(2, 3)
        grid.setRowStretch(3, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def _connected(self) -> QLayout:
        grid = _diagram("One matrix of a fully connected layer", self.captions["matrix"], self.counts[2])
        grid.addWidget(self.vector, 2, 0)
        grid.addWidget(self.matrix, 3, 0)
        grid.addWidget(self.made, 3, 1)
        self.vector.setFixedHeight(20)
        self.made.setFixedWidth(20)
        grid.setRowStretch(3, 1)
        grid.setColumnStretch(0, 1)
        return grid

    def _box(self) -> QWidget:
        box = QFrame()
        box.setProperty("role", "raised")
        box.setObjectName("shared_cost")
        self.cost.setWordWrap(True)
        self.cost.setProperty("role", "caption")
        inside = QVBoxLayout(box)
        inside.setContentsMargins(10, 5, 10, 5)
        inside.addWidget(self.cost)
        return box

    def _connect(self) -> None:
        part: dict[MapView, Callable[[Links, Index], Lights | None]] = {
            self.input: lambda links, at: links.of_input(at),
            self.kernel: lambda links, at: links.of_pointer(self._kernel_pointer(links, at)),
            self.output: lambda links, at: links.of_output(at),
            self.patches: lambda links, at: links.of_patch(at[1], at[2]),
            self.factors: lambda links, at: links.of_factor(at[1], at[2]),
            self.result: lambda links, at: links.of_output(_unravel(at[1], at[2], links)),
            self.matrix: lambda links, at: links.of_place(at[1], at[2], self._reach()),
            self.vector: lambda links, at: links.of_input(_index(at[2], links.sharing.row.input_shape)),
            self.made: lambda links, at: links.of_output(_index(at[1], links.sharing.row.output_shape)),
        }
        for view, find in part.items():
            view.hovered.connect(lambda at, find=find: self._hovered(at, find))

    # --- what to show -----------------------------------------------------------------------------------------

    def show_trial(self, trial: Trial) -> None:
        """A trial; where nothing is shared a sentence says so."""
        lab = trial.lab
        old = self._trial.lab if self._trial is not None else None
        self._trial = trial
        if old is None or old.layer != lab.layer or old.shape != lab.shape or self._links is None:
            self._light(None)
            self._links = Links.of(lab)
        else:
            self._links = Links(lab, self._links.sharing)
        self._show_operation(trial)
        if not lab.has_kernels:
            self._show_nothing(f"{KINDS[lab.layer.kind]}: no weights".capitalize() if lab.layer.kind != "ReLU" else "")
            return
        for note, text in zip(self.counts, counts(lab.row), strict=True):
            note.show_text(text)
        kernels = lab.multiplied["conv.weight"]
        self._show_product(trial, kernels)
        self._show_connected(trial, kernels)

    def _show_operation(self, trial: Trial) -> None:
        dims = trial.lab.dims
        self.input.show_values(trial.values, dims=dims)
        self.output.show_values(trial.output, dims=dims)
        self.captions["input"].setText(f"input {self.input.size_text}")
        self.captions["output"].setText(f"output {self.output.size_text}")
        if trial.lab.has_kernels:
            shown = trial.lab.weights["conv.weight"]
            self.kernel.show_values(shown.reshape(-1, *shown.shape[2:]))
            self.captions["kernel"].setText(f"kernel {times(shown.shape)}")
        else:
            self.kernel.show_note("no kernel")
            self.captions["kernel"].setText("")

    def _show_nothing(self, what: str) -> None:
        self._links = None
        for note in self.counts:
            note.show_text("")
        for view in (self.patches, self.factors, self.result, self.matrix, self.vector, self.made):
            view.show_note(" ")
        for view in (self.patches, self.matrix):
            view.show_note("nothing is learnt here: choose a convolution")
        for name in ("patches", "matrix"):
            self.captions[name].setText("")
        self.reading.setText(f"{what or 'ReLU: no weights'} to share. Choose a convolution to see how it shares them.")

    def _show_product(self, trial: Trial, kernels: Floats) -> None:
        row, output = trial.row, trial.output
        taps, positions = row.input_shape[0] * kernels[0, 0].size, trial.positions
        fits = max(taps, positions, len(kernels)) <= SHOWN and self._links is not None
        self.captions["patches"].setText(
            f"{times((len(kernels), taps))} times {times((taps, positions))}, plus the bias"
        )
        if fits:
            self.patches.show_values(patch_matrix(row, trial.values)[None])
            self.factors.show_values(kernel_matrix(row, kernels)[None])
            self.result.show_values(output.reshape(1, len(output), -1))
        else:
            self.patches.show_note(LARGE.format(f"{taps:,}", f"{positions:,}"))
            self.factors.show_note("…")
            self.result.show_note("…")

    def _show_connected(self, trial: Trial, kernels: Floats) -> None:
        links, (rows, columns) = self._links, (trial.output.size, trial.values.size)
        self.captions["matrix"].setText(f"{rows:,} outputs × {columns:,} inputs, plus the bias")
        if links is not None and max(rows, columns) <= SHOWN:
            self.matrix.show_values(links.sharing.matrix(kernels)[None])
            self.vector.show_values(trial.values.reshape(1, 1, -1))
            self.made.show_values(trial.output.reshape(1, -1, 1))
        else:
            self.matrix.show_note(LARGE.format(f"{rows:,}", f"{columns:,}"))
            self.vector.show_note("…")
            self.made.show_note("…")

    # --- what lights up ---------------------------------------------------------------------------------------

    def point(self, pointer: Pointer | None) -> None:
        """Lights what belongs to a cell that is pointed at elsewhere."""
        links = self._links
        self._light(None if pointer is None or links is None else links.of_pointer(pointer))

    def _hovered(self, at: Index | None, find: Callable[[Links, Index], Lights | None]) -> None:
        links = self._links
        lights = None if at is None or links is None else find(links, at)
        self._light(lights)
        self.pointed.emit(None if lights is None else lights.pointer)

    def _light(self, lights: Lights | None) -> None:
        links = self._links
        if links is None:
            return
        self.reading.setText(REST if lights is None else lights.sentence)
        taps, positions = self.patches.values.shape[1:]
        shapes = links.sharing.matrix_shape
        for view, mask in (
            (self.input, links.inputs),
            (self.output, links.outputs),
            (self.kernel, links.kernels),
            (self.patches, lambda entries: links.patches(entries, (taps, positions))),
            (self.factors, lambda entries: links.factors(entries, taps)),
            (self.result, lambda entries: links.outputs(entries).reshape(1, len(self.output.values), -1)),
            (self.matrix, links.matrix),
            (self.vector, lambda entries: links.inputs(entries).reshape(1, 1, shapes[1])),
            (self.made, lambda entries: links.outputs(entries).reshape(1, shapes[0], 1)),
        ):
            if view.note:
                continue
            if lights is None:
                view.show_lit(None)
            else:
                view.show_lit(mask(lights.entries), None if lights.meant is None else mask(lights.meant))

    def _kernel_pointer(self, links: Links, at: Index) -> Pointer:
        channel, seen = divmod(at[0], links.sharing.kernel_shape[1])
        return Pointer("kernel", (channel, seen, at[1], at[2]))

    def _reach(self) -> int:
        """How many cells of the matrix are as near as the mouse can be moved."""
        grid = self.matrix.grids[0]
        side = min(grid.wide, grid.high)
        return ceil(NEAR_PX / side) if side < 2 * NEAR_PX else 0


def _diagram(title: str, caption: QWidget, count: QWidget) -> QGridLayout:
    """A title over what its subclasses add from the third row on, and below it the count."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(2)
    grid.setVerticalSpacing(2)
    label = QLabel(title)
    label.setProperty("role", "title")
    grid.addWidget(label, 0, 0, 1, 2)
    grid.addWidget(caption, 1, 0, 1, 2)
    grid.addWidget(count, 4, 0, 1, 2)
    return grid


def _index(place: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(int(n) for n in np.unravel_index(place, shape))


def _unravel(channel: int, position: int, links: Links) -> tuple[int, ...]:
    """(d, y, x) of a channel's position."""
    return channel, *_index(position, links.sharing.row.output_shape[1:])

"""The views of weight sharing and their places: a convolution written in three ways, and what each has to store."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QLayout, QVBoxLayout, QWidget

from ....spec.lab.sharing import (
    SHOWN,
    Sharing,
    counts,
    fully_connected_cost,
    kernel_matrix,
    matrix_fits,
    patch_matrix,
)
from ....spec.lab.trial import Trial
from ....spec.network import ReLU, times
from ...layer.note import Note
from ...look.colours import Floats
from ...look.text_line import TextLine
from ...look.theme import CAPTION_PX
from .map_view import MapView
from .matrix_view import MatrixView
from .scale import Scale
from .scale_bar import ScaleBar

REST = "Point at any cell: whatever belongs together lights up in all three."
SMALLER = "Too many to be seen here; of a smaller input, such as a drawing, all are shown."


class SharingBoard(QWidget):
    """Shows the operation of a trial, and lights nothing yet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.input = MapView("shared_input", "The input")
        self.kernel = MapView("shared_kernel", "The kernels")
        self.output = MapView("shared_output", "The output")
        self.patches = MapView("shared_patches", "The patch matrix: one column a position", square=False)
        self.factors = MapView("shared_factors", "The kernel matrix: one row an output channel", square=False)
        self.result = MapView("shared_result", "The output, one row a channel", square=False)
        self.matrix = MatrixView("shared_matrix", "The matrix of a fully connected layer", square=False)
        self.vector = MapView("shared_vector", "The input as one row", square=False)
        self.made = MapView("shared_made", "The output as one column", square=False)
        names = ("input", "kernel", "output", "patches", "matrix")
        self.captions = {name: TextLine(f"shared_{name}_caption", CAPTION_PX, dim=True) for name in names}
        self.counts = tuple(Note(f"shared_count_{n}", 2 if n else 1) for n in range(3))
        self.scales = {name: ScaleBar(f"shared_{name}_scale") for name in names[:3]}
        self.about = TextLine("shared_about", CAPTION_PX, dim=True)
        self.reading = Note("shared_reading", 2)
        self.cost = QLabel(fully_connected_cost().sentence)
        self._build()

    # --- how it is laid out -----------------------------------------------------------------------------------

    def _build(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(6)
        self.about.hide()
        whole.addWidget(self.about)
        whole.addLayout(self._operation(), 4)
        diagrams = QHBoxLayout()
        diagrams.setSpacing(16)
        diagrams.addLayout(self._product(), 1)
        diagrams.addLayout(self._connected(), 1)
        whole.addLayout(diagrams, 6)
        whole.addWidget(self.reading)
        whole.addWidget(self._box())
        self.reading.show_text(REST)

    def _operation(self) -> QLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        for name, sign, stretch in (("input", "⊛", 3), ("kernel", "=", 3), ("output", "", 3)):
            column = QVBoxLayout()
            column.setSpacing(0)
            column.addWidget(self.captions[name])
            column.addWidget(getattr(self, name), 1)
            column.addWidget(self.scales[name])
            row.addLayout(column, stretch)
            if sign:
                row.addWidget(QLabel(sign))
        title = QLabel("One kernel for all positions")
        title.setProperty("role", "title")
        heading = QHBoxLayout()
        heading.setSpacing(12)
        heading.addWidget(title)
        heading.addWidget(self.counts[0], 1, Qt.AlignmentFlag.AlignVCenter)
        whole = QVBoxLayout()
        whole.setSpacing(2)
        whole.addLayout(heading)
        whole.addLayout(row, 1)
        return whole

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

    # --- what to show -----------------------------------------------------------------------------------------

    @property
    def views(self) -> tuple[MapView, ...]:
        return self.input, self.kernel, self.output, *self._product_views, *self._connected_views

    @property
    def _product_views(self) -> tuple[MapView, ...]:
        return self.patches, self.factors, self.result

    @property
    def _connected_views(self) -> tuple[MapView, ...]:
        return self.matrix, self.vector, self.made

    def show_about(self, about: str) -> None:
        """A line on where the input comes from; "" for none."""
        self.about.setText(about)
        self.about.setVisible(bool(about))

    def show_operation(self, trial: Trial) -> None:
        """Input, kernels as they are shown, and output."""
        dims, relu = trial.lab.dims, isinstance(trial.lab.layer, ReLU)
        self.input.show_values(trial.values, dims=dims, greyed=relu)
        self.output.show_values(trial.output, dims=dims, scale=Scale.each(trial.output))
        self.captions["input"].setText(f"input {self.input.size_text}")
        self.captions["output"].setText(f"output {self.output.size_text}")
        if trial.lab.has_kernels:
            shown = trial.lab.weights["conv.weight"]
            self.kernel.show_values(shown.reshape(-1, *shown.shape[2:]), seen=shown.shape[1])
            hidden = len(shown) * shown.shape[1] - len(self.kernel.values)
            cut = f", {len(self.kernel.values)} slices shown" if hidden else ""
            self.captions["kernel"].setText(f"kernel {times(shown.shape)}{cut}")
        else:
            self.kernel.show_note("no kernel")
            self.captions["kernel"].setText("")
        for name, bar in self.scales.items():
            view: MapView = getattr(self, name)
            bar.setVisible(not view.note)
            bar.show_scale(view.scale)

    def show_nothing(self, kind: str) -> None:
        """No matrices: this kind of operation has no weights."""
        for note in self.counts:
            note.show_text("")
        for views in (self._product_views, self._connected_views):
            _show_only_note(views, "nothing is learnt here: choose a convolution")
        for name in ("patches", "matrix"):
            self.captions[name].setText("")
        self.reading.show_text(f"{kind} has no weights to share; choose a convolution to see how it shares them.")

    def show_matrices(self, trial: Trial, found: Sharing | None) -> None:
        """The kernels of a convolution in both products, with the counts; None where there are too many entries."""
        kernels = trial.lab.multiplied["conv.weight"]
        for note, text in zip(self.counts, counts(trial.row), strict=True):
            note.show_text(text)
        self._show_product(trial, kernels)
        self._show_connected(trial, kernels, found)

    def _show_product(self, trial: Trial, kernels: Floats) -> None:
        row, output = trial.row, trial.output
        taps, positions = row.input_shape[0] * kernels[0, 0].size, trial.positions
        added = _added(trial)
        self.captions["patches"].setText(f"{times((len(kernels), taps))} times {times((taps, positions))}{added}")
        if taps * positions > SHOWN:
            _show_only_note(self._product_views, f"{_values(taps, positions)}\n\n{SMALLER}")
            return
        self.patches.show_values(patch_matrix(row, trial.values)[None], scale=Scale.together(trial.values))
        self.factors.show_values(kernel_matrix(row, kernels)[None], scale=Scale.together(kernels))
        self.result.show_values(output.reshape(1, len(output), -1), scale=Scale.each(output).lined(1))
        _show_all(self._product_views)

    def _show_connected(self, trial: Trial, kernels: Floats, found: Sharing | None) -> None:
        rows, columns = trial.output.size, trial.values.size
        self.captions["matrix"].setText(f"{_counted(rows, 'output')} × {_counted(columns, 'input')}{_added(trial)}")
        if found is None or not matrix_fits(trial.row):
            _show_only_note(self._connected_views, f"{_values(rows, columns)}\n{_nonzero(trial, found)}\n\n{SMALLER}")
            return
        output = trial.output
        self.matrix.show_values(found.matrix(kernels)[None], scale=Scale.together(kernels))
        self.vector.show_values(trial.values.reshape(1, 1, -1))
        self.made.show_values(output.reshape(1, -1, 1), scale=Scale.each(output).lined(trial.positions))
        _show_all(self._connected_views)


def _show_only_note(views: tuple[MapView, ...], note: str) -> None:
    """In the first, which is the largest; the others go."""
    for view in views:
        view.show_note(note)
        view.setVisible(view is views[0])


def _show_all(views: tuple[MapView, ...]) -> None:
    for view in views:
        view.show()


def _added(trial: Trial) -> str:
    return ", plus the bias" if getattr(trial.lab.layer, "bias", False) else ""


def _values(rows: int, columns: int) -> str:
    return f"{rows:,} × {columns:,} = {_counted(rows * columns, 'value')}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _nonzero(trial: Trial, found: Sharing | None) -> str:
    """How few of the big matrix are not zero because of where they stand."""
    count = min(trial.row.products, trial.output.size * trial.values.size) if found is None else len(found.weights)
    share = count / (trial.output.size * trial.values.size)
    return f"{'at most ' if found is None else ''}{count:,} of them ({100 * share:.2g} %) are weights, all others are 0"


def _diagram(title: str, caption: QWidget, count: QWidget) -> QGridLayout:
    """A title over what is added from the third row on, and below it the count."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(2)
    grid.setVerticalSpacing(2)
    label = QLabel(title)
    label.setProperty("role", "title")
    grid.addWidget(label, 0, 0, 1, 2)
    grid.addWidget(caption, 1, 0, 1, 2)
    grid.addWidget(count, 4, 0, 1, 2)
    return grid

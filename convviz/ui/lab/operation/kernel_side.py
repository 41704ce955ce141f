"""The right side of the Lab: the kernel of an output channel, how it is laid on the input, and one value as a sum."""

from __future__ import annotations

from PySide6.QtCore import QRect, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from ....spec.arithmetic import Explanation
from ....spec.kernel_view import kernel_view
from ....spec.lab.lab import Lab
from ...explain.sum_view import SumView
from ...field.switch import Switch
from ...kernel.panel import KernelPanel
from ...layer.note import Note
from ...look.scroll_column import ScrollColumn
from ...look.text_line import TextLine
from ...look.theme import CAPTION_PX, TITLE_PX, UNIT
from ..scene import Pointer

SENSES = {
    "correlation": ("Correlation", "The kernel lies on the input as it is shown"),
    "convolution": ("True convolution", "The kernel is turned by 180° first"),
}
SENTENCES = {
    "correlation": "The kernel as it is shown: the lecture and PyTorch call this convolution.",
    "convolution": "The kernel turned by 180°: convolution as in mathematics, not as in PyTorch.",
}
NO_KERNEL = {
    "MaxPool2d": "Max pooling has no kernel: there is nothing to learn in it.",
    "AvgPool2d": "Average pooling has no kernel of its own: all values of a window count alike.",
    "ReLU": "ReLU has no kernel: it looks at each value alone.",
}


class KernelSide(QFrame):
    """Shows the Lab's kernel of one output channel and an Explanation; says what was edited."""

    kernel_edited = Signal(object)  # (C, h, w)
    bias_edited = Signal(float)
    edit_finished = Signal(str)
    reset_wanted = Signal()
    sense_chosen = Signal(bool)  # whether the kernel is turned
    channel_stepped = Signal(int)  # −1 or 1
    pointed = Signal(object)  # Pointer to a cell of the kernel or of the input, or None
    followed = Signal(object)  # Pointer to the cell of the input that a term was clicked for
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("kernel_side")
        self.setProperty("role", "card")
        self._channel = 0
        self._first = 0  # the input channel of slice 0
        self.heading = TextLine("kernel_heading", TITLE_PX, bold=True)
        self.before = _step("channel_before", "◂", "Previous output channel (PgUp)")
        self.after = _step("channel_after", "▸", "Next output channel (PgDown)")
        self.none = Note("no_kernel", 2)
        self.kernel = KernelPanel(alone=True)
        self.sense = Switch("kernel_sense", SENSES, "toggle")
        self.sentence = Note("sense_note", 2)
        self.sum_title = TextLine("sum_title", TITLE_PX, bold=True)
        self.sum_title.setText("How it came about")
        self.sum_place = TextLine("sum_place", CAPTION_PX, dim=True)
        self.sum = SumView(by="in float32", opens=True)
        self._build()
        self._connect()

    def _build(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(2)
        for widget in (self.heading, self.before, self.after):
            top.addWidget(widget)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        column.addLayout(top)
        for part in (self.none, self.kernel, self.sense, self.sentence, self.sum_title, self.sum_place, self.sum):
            column.addWidget(part)
        column.addStretch(1)
        self._scroll = ScrollColumn(inside, "kernel_side_scroll")
        outside = QVBoxLayout(self)
        outside.setContentsMargins(10, 6, 4, 4)
        outside.addWidget(self._scroll)

    def _connect(self) -> None:
        self.kernel.kernel_edited.connect(self.kernel_edited)
        self.kernel.bias_edited.connect(self.bias_edited)
        self.kernel.edit_finished.connect(self.edit_finished)
        self.kernel.reset_wanted.connect(lambda _what: self.reset_wanted.emit())
        self.kernel.refused.connect(self.refused)
        self.kernel.grid.cell_hovered.connect(self._cell_hovered)
        self.sense.chosen.connect(lambda name: self.sense_chosen.emit(name == "convolution"))
        self.before.clicked.connect(lambda: self.channel_stepped.emit(-1))
        self.after.clicked.connect(lambda: self.channel_stepped.emit(1))
        self.sum.source_hovered.connect(lambda layer, at: self.pointed.emit(_input(layer, at)))
        self.sum.source_chosen.connect(lambda layer, at: self.followed.emit(_input(layer, at)))
        self.sum.reached.connect(self._reach)
        self.sum.part_opened.connect(self._part_opened)
        self.kernel.strip.slice_chosen.connect(self._slice_chosen)

    # --- what to show -----------------------------------------------------------------------------------------

    def show_lab(self, lab: Lab, channel: int, channels: int) -> None:
        """The kernel of one of ``channels`` output channels; a sentence where the operation has none."""
        self._channel = channel
        view = kernel_view(lab, lab.layer.id, channel) if lab.has_kernels else None
        self._first = view.first if view is not None else channel
        what = "Kernel" if view is not None else "Output channel"
        self.heading.setText(f"{what} {channel} of {channels}" if channels > 1 else what if view else "No kernel")
        for button, enabled in ((self.before, channel > 0), (self.after, channel < channels - 1)):
            button.setVisible(channels > 1)
            button.setEnabled(enabled)
        self.none.setVisible(view is None)
        self.none.show_text(NO_KERNEL.get(lab.layer.kind, ""))
        for part in (self.kernel, self.sense, self.sentence):
            part.setVisible(view is not None)
        self.kernel.grid.set_flat(lab.dims == 1)
        self.kernel.show_kernel(view)
        name = "convolution" if lab.flipped else "correlation"
        self.sense.choose(name)
        self.sentence.show_text(SENTENCES[name])

    def show_sum(self, explanation: Explanation | None, place: str) -> None:
        """How the value at a ``place`` came about; without one the words are what is to be done."""
        self.sum_place.setVisible(explanation is not None)
        self.sum_place.setText(place)
        if explanation is not None:
            self.sum.show_explanation(explanation)
        else:
            self.sum.show_message(place)

    # --- what the user points at ------------------------------------------------------------------------------

    def _cell_hovered(self, cell: tuple[int, int] | None) -> None:
        at = None if cell is None else (self._channel, self.kernel.chosen_slice, *cell)
        self.pointed.emit(None if at is None else Pointer("kernel", at))

    def _part_opened(self, part: int) -> None:
        self.kernel.choose_slice(part)

    def _slice_chosen(self, number: int) -> None:
        """Its part of the sum is opened, unless all are closed."""
        if self.sum.opened is not None:
            self.sum.open_part(number)

    def _reach(self, rect: QRect) -> None:
        """Scrolls to where the keys came in the sum."""
        inside = self._scroll.widget()
        assert inside is not None
        centre = self.sum.mapTo(inside, rect.center())
        self._scroll.ensureVisible(centre.x(), centre.y(), rect.width() // 2, rect.height() // 2 + 4)


def _input(layer: str, index: tuple[int, ...] | None) -> Pointer | None:
    return Pointer("input", index) if layer == "input" and index is not None else None


def _step(name: str, text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(name)
    button.setText(text)
    button.setAccessibleName(tip)
    button.setToolTip(tip)
    return button

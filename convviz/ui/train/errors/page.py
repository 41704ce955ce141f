"""The page Errors: the confusion matrix after each epoch, and the test images behind each of its cells."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ....session.training.trainer import Trainer, What
from ....spec.training.confusion import Confusion, all_errors, confused, in_cell
from ....spec.training.news import Indices, Judged, Loaded
from ....spec.training.sample import Sample
from ...look.text_line import TextLine
from ...look.theme import CAPTION_PX, MARGIN, TITLE_PX, UNIT
from ..moment import measured
from ..page import Page
from .matrix import Matrix
from .row_splitter import RowSplitter
from .samples import GAP_PX, SampleGrid
from .scrolled import Scrolled
from .words import Cell, Names, of_cell, of_errors, total
from .worst import WorstPairs

IDLE = "Start a training. After its first epoch this page shows which class is taken for which, and the images."
WAITING = "After the first epoch this page shows which class is taken for which, and the images behind it."
MEASURING = "The test images are being read by the network on screen."
WIDE_PX = 560  # pages that are narrower have the worst pairs above the matrix
COLOURS = (
    "Orange: the share of a row's images that was taken for another class. It grows with the cube root, so that\n"
    "one image of a thousand can be seen. Blue: the share that was recognised"
)


class ErrorsPage(Page):
    """The chosen cell stays chosen from epoch to epoch; without one there are all errors."""

    wants: ClassVar[frozenset[What]] = frozenset({"epoch"})
    pointed_at = Signal(str)
    sample_opened = Signal(object)  # Sample

    def __init__(self, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(trainer, parent)
        self.setObjectName("errors_page")
        self.judged: Judged | None = None
        self.data: Loaded | None = None
        self._confusion: Confusion | None = None
        self.cell: Cell | None = None
        self.title = TextLine("errors_title", TITLE_PX, bold=True)
        self.title.setToolTip(COLOURS)
        self.when = TextLine("errors_when", CAPTION_PX, dim=True)
        self.matrix, self.worst, self.samples = Matrix(), WorstPairs(), SampleGrid()
        self.chosen = TextLine("errors_chosen", TITLE_PX, bold=True)
        self.scrolled = Scrolled(self.samples, "errors_scroll")
        self.scrolled.snap(self.samples.pitch_px, GAP_PX)
        self.everything = QToolButton()
        self.everything.setText("All errors")
        self.everything.setObjectName("all_errors")
        self.everything.setAccessibleName("Show all errors")
        self.everything.setToolTip("Every test image that is read wrongly, the most confident first")
        self.everything.setCheckable(True)
        self.everything.setProperty("role", "toggle")
        self.empty = QLabel(IDLE)
        self.empty.setObjectName("errors_empty")
        self.empty.setProperty("role", "dim")
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._build()
        self._connect()

    def _build(self) -> None:
        upper, lower, rule = QWidget(), QWidget(), QFrame()
        self.above, below = QVBoxLayout(upper), QVBoxLayout(lower)
        rule.setProperty("role", "rule")
        rule.setFixedHeight(1)
        below.addWidget(rule)
        side = self._side = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        side.setSpacing(MARGIN)
        side.addWidget(self.matrix, 1)
        side.addWidget(self.worst)
        self.above.addWidget(self.title)
        self.above.addWidget(self.when)
        self.above.addLayout(side, 1)
        head = QHBoxLayout()
        head.addWidget(self.chosen, 1)
        head.addWidget(self.everything)
        below.addLayout(head)
        below.addWidget(self.scrolled, 1)
        for column in (self.above, below):
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(UNIT)
        self.splitter = RowSplitter(upper, lower)
        rest = 1 + 2 * UNIT + max(self.everything.sizeHint().height(), self.chosen.sizeHint().height())
        self.splitter.snap(self.samples.pitch_px, rest - GAP_PX)
        self.stack = QStackedLayout(self)
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.splitter)

    def _connect(self) -> None:
        self.matrix.cell_clicked.connect(self.choose)
        self.worst.cell_clicked.connect(self.choose)
        self.everything.clicked.connect(lambda _on: self.choose(None))
        self.matrix.cell_hovered.connect(lambda _cell: self.pointed_at.emit(self.matrix.words))
        self.samples.sample_hovered.connect(self._sample_hovered)
        self.samples.sample_clicked.connect(self._sample_clicked)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the matrix has all of the width."""
        super().resizeEvent(event)
        wide = self.width() >= WIDE_PX
        self.worst.arrange(wide=wide)
        self._side.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.BottomToTop)
        self._side.setSpacing(MARGIN if wide else UNIT)

    # --- what to show -----------------------------------------------------------------------------------------

    def refresh(self, what: frozenset[What]) -> None:
        """The judgement of another epoch, or of another run."""
        judged, data = self.trainer.judged, self.trainer.data
        fits = judged is not None and data is not None and len(judged.predicted) == len(data.test)
        if not fits:
            judged = None
            waits = self.trainer.status in ("loading", "running", "paused")
            self.empty.setText(MEASURING if self.trainer.measuring else WAITING if waits else IDLE)
        self.stack.setCurrentIndex(1 if fits else 0)
        if judged is not None and data is not None:
            if judged is not self.judged or data is not self.data:
                self._show(judged, data)
            self.when.setText(measured(judged.step, self.trainer))
        self.judged, self.data = judged, data

    def choose(self, cell: Cell | None) -> None:
        """The images of a cell, or of all errors."""
        self.cell = cell
        if self.judged is not None and self.data is not None:
            self._show_samples(self.judged, self.data)
            self.scrolled.verticalScrollBar().setValue(0)

    @property
    def _names(self) -> Names:
        return self.data.classes if self.data is not None else ()

    def _show(self, judged: Judged, data: Loaded) -> None:
        self.judged, self.data = judged, data
        confusion = self._confusion = confused(data.test.labels, judged.predicted, len(data.classes))
        if self.cell is not None and max(self.cell) >= confusion.classes:
            self.cell = None
        self.title.setText(total(confusion, held_back=data.held_back))
        self.matrix.show_confusion(confusion, data.classes)
        self.worst.show_confusion(confusion, data.classes)
        self._show_samples(judged, data)

    def _show_samples(self, judged: Judged, data: Loaded) -> None:
        assert self._confusion is not None
        indices: Indices
        if self.cell is None:
            indices = all_errors(data.test.labels, judged)
            text = of_errors(len(indices))
        else:
            indices = in_cell(data.test.labels, judged, *self.cell)
            text = of_cell(self._confusion, data.classes, self.cell)
            text = text[0].upper() + text[1:] if not len(indices) else text
        self.chosen.setText(text)
        self.matrix.set_selected(self.cell)
        self.everything.setChecked(self.cell is None)
        self.samples.show_samples(indices, data.test, judged, data.classes)

    # --- what is asked for ------------------------------------------------------------------------------------

    def _sample_hovered(self, place: int | None) -> None:
        words = self.samples.words
        if place is not None and self.samples.hasFocus():
            self.scrolled.reveal(self.samples.tile(place))
        self.scrolled.say(words, self.samples.tip_place())
        self.pointed_at.emit(f"{words}. A click opens it in the Network workspace" if words else "")

    def _sample_clicked(self, index: int) -> None:
        if self.data is not None:
            self.sample_opened.emit(Sample.of(self.data.test, index))

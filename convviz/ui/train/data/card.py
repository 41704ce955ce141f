"""The card that chooses what is learnt from."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from ....session.experiment import State
from ....session.training.trainer import Trainer
from ....spec.errors import InputError
from ....spec.limits import Range, whole_number
from ....spec.training.plan import Plan
from ....spec.training.source import FEWEST, MOST, DataSource
from ...layer.note import Note
from ...layer.value_box import ValueBox
from ...look.choice import Choice
from ...look.text_line import TextLine
from ...look.theme import CAPTION_PX
from ..packing import Packing
from .mosaic import SampleStrip
from .words import DOWNLOADED, TIPS, TITLES, before, classes, counts, is_of, still, title

MOST_DRAGGED = 1_000_000
USUAL, CLOSE = Packing((12, 6, 12, 8), 4), Packing((12, 3, 12, 4), 2)


class DataCard(QFrame):
    """Shows a State's source and what was read of it; applies nothing, and its setters never emit."""

    source_chosen = Signal(object, str)  # DataSource, text for undo
    source_previewed = Signal(object, str)  # while the mouse is down
    edit_finished = Signal()
    folder_wanted = Signal(str)  # of the kind: "pictures", or a set that is already there
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("data_card")
        self.setProperty("role", "card")
        self._plan = Plan()
        self.kind = Choice()
        self.folder = QToolButton()
        self.count = ValueBox("strokes_count", "Number of new digits", parse=whole_number, text=lambda n: f"{n:,}")
        self.counts = TextLine("data_counts", CAPTION_PX, dim=True)
        self.classes = TextLine("data_classes", CAPTION_PX, dim=True)
        self.samples = SampleStrip()
        self.notes = Note("data_notes", 2)
        self._build()
        self.kind.activated.connect(lambda at: self._kind_chosen(self.kind.itemData(at)))
        self.folder.clicked.connect(lambda: self.folder_wanted.emit(self._plan.source.kind))
        self.count.edited.connect(self._count_edited)
        self.count.finished.connect(self.edit_finished)
        self.count.refused.connect(self.refused)

    def _build(self) -> None:
        self.kind.setObjectName("data_kind")
        self.kind.setAccessibleName("Data to learn from")
        self.kind.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for name, text in TITLES.items():
            self.kind.addItem(text, name)
            self.kind.setItemData(self.kind.count() - 1, TIPS[name], Qt.ItemDataRole.ToolTipRole)
        self.folder.setObjectName("data_folder")
        self.folder.setText("Folder…")
        self.folder.setAccessibleName("Choose a folder")
        self.folder.setProperty("role", "toggle")
        self.count.setFixedWidth(84)
        self.count.setToolTip("How many digits are written: one in six of them is kept for the test")
        self.count.set_range(Range(FEWEST, MOST_DRAGGED, self._why))
        self.count.quiet = True
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.kind, 1)
        row.addWidget(self.folder)
        row.addWidget(self.count)
        head = QHBoxLayout()
        head.setSpacing(8)
        caption = QLabel("Data")
        caption.setProperty("role", "title")
        head.addWidget(caption)
        head.addWidget(self.counts, 1)
        self._column = column = QVBoxLayout(self)
        USUAL.apply(column)
        for line in (head, row):
            column.addLayout(line)
        for part in (self.samples, self.classes, self.notes):
            column.addWidget(part)
        self.notes.hide()

    def pack(self, close: bool) -> None:
        """Rows closer together, or as they are usually; then the classes are told on hover only."""
        (CLOSE if close else USUAL).apply(self._column)
        self.classes.setVisible(not close)

    @staticmethod
    def _why(count: int) -> str:
        return "" if FEWEST <= count <= MOST else f"from {FEWEST} to {MOST:,} digits can be written, not {count:,}"

    # --- what the user does -----------------------------------------------------------------------------------

    def _kind_chosen(self, kind: str) -> None:
        source = self._plan.source
        if kind == "pictures" and source.kind != "pictures":
            self._show_kind(source)  # until there is a folder
            self.folder_wanted.emit(kind)
            return
        if kind == source.kind:
            return
        try:
            chosen = DataSource(kind, count=source.count)  # type: ignore[arg-type]
        except InputError as error:
            self.refused.emit(str(error))
            return
        self.source_chosen.emit(chosen, title(chosen))

    def _count_edited(self, count: int) -> None:
        source = replace(self._plan.source, count=count)
        self.source_previewed.emit(source, title(source))

    # --- what to show -----------------------------------------------------------------------------------------

    def show_state(self, old: State | None, new: State) -> None:
        """Redraws what differs."""
        if old is None or old.plan is not new.plan:
            self._plan = new.plan
            self._show_kind(new.plan.source)

    def _show_kind(self, source: DataSource) -> None:
        with QSignalBlocker(self.kind):
            self.kind.setCurrentIndex(self.kind.findData(source.kind))
        self.kind.setToolTip(TIPS[source.kind] + (f"\n{source.folder}" if source.folder is not None else ""))
        self.count.setVisible(source.kind == "strokes")
        self.count.set_value(source.count)
        self.folder.setVisible(source.kind in (*DOWNLOADED, "pictures"))
        named = source.kind in DOWNLOADED
        self.folder.setToolTip("A folder that is already there…" if named else "Another folder of pictures…")

    def show_data(self, trainer: Trainer) -> None:
        """What was read, where it is of the source that is chosen."""
        data, run = trainer.data, trainer.run
        if data is None or not is_of(data, self._plan):
            told = before(self._plan)
            other = still(run, self._plan) if run is not None else ""
            self.counts.setText(other or told)
            self.counts.setToolTip(f"{other}.\nThis is for the next run: {told}" if other else told)
            self.classes.setText(told if other else "")
            self.classes.setToolTip(told if other else "")
            self.samples.show_data(None)
            self.notes.hide()
            return
        self.counts.setText(counts(data))
        self.counts.setToolTip("\n".join(filter(None, (counts(data), classes(data)))))
        self.classes.setText(classes(data))
        self.classes.setToolTip(classes(data))
        self.samples.show_data(data)
        self.notes.setVisible(bool(data.notes))  # few data have any
        self.notes.show_text(" ".join(_sentence(note) for note in data.notes), "\n".join(data.notes))


def _sentence(note: str) -> str:
    return note if note.endswith((".", "…")) else f"{note}."

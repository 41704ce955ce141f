"""The list of runs, the newest on top: what each was trained with, and how well it does."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from ....spec.training.run import Run, Runs
from ...look.numbers import typeset
from ...look.rows import AnyIndex, HeadedRows, RowTable
from . import words
from .changes import change_texts
from .row_paint import NOTE_PX, RunRows

HEADERS = ("curves", "run", "network, data", "settings, note", "steps", "train loss", "test", "status")
MEANINGS = (
    "whether its curves are drawn (Space)",
    "its number, and what it began with, if not with random weights",
    "what was trained, and on which images",
    "how: bold is what differs between the runs",
    "mini-batches so far",
    "mean loss of its last 50 mini-batches",
    "accuracy on the test images, after the newest epoch; where it was stopped, once that was measured",
    "how far it is",
)
WIDTHS_PX = (46, 76, 104, 0, 54, 64, 62, 64)  # 0: what is left
NARROW_PX = (46, 70, 0, 0, 50, 60, 62, 62)  # in a narrow window, where the network and the data are said on hover
ROOMY_PX = 600
ROW_PX, HEAD_PX = 38, 20  # a note has a line of its own
SECOND = Qt.ItemDataRole.UserRole  # the second line of a cell
RUN = Qt.ItemDataRole.UserRole + 1
NUMBERS = (4, 5, 6)  # columns


class RunsTableModel(HeadedRows):
    """One row a run."""

    def __init__(self) -> None:
        super().__init__(HEADERS, MEANINGS, NUMBERS)
        self.runs: tuple[Run, ...] = ()
        self.current, self.away = 0, False
        self.different: frozenset[str] = frozenset()

    def set_runs(self, runs: Runs, away: bool = False) -> None:
        """Shows these; only what changed is painted again. ``away``: the weights on screen are none of theirs."""
        new = tuple(reversed(runs.runs))
        old, same = self.runs, [run.number for run in new] == [run.number for run in self.runs]
        different = words.differing(new)
        whole = different != self.different or runs.current != self.current or away != self.away
        if not same:
            self.beginResetModel()
        self.runs, self.current, self.away, self.different = new, runs.current, away, different
        if not same:
            self.endResetModel()
            return
        for row, (before, after) in enumerate(zip(old, new, strict=True)):
            if whole or before is not after:
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(HEADERS) - 1))

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.runs)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        run = self.runs[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._first(run, index.column())
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(run, index.column())
            case _ if role == SECOND:
                return self._second(run, index.column())
            case _ if role == RUN:
                return run
        return None

    def _first(self, run: Run, column: int) -> str:
        match HEADERS[column]:
            case "curves":
                return "drawn" if run.shown else "not drawn"
            case "run":
                return run.name
            case "network, data":
                return run.network.name
            case "settings, note":
                return ", ".join(part.text for part in words.parts(run, self.different))
            case "steps":
                return f"{run.curves.last_step:,}"
            case "train loss":
                return typeset(words.recent_loss(run))
            case "test":
                return words.accuracy(run)
        return run.status

    def _second(self, run: Run, column: int) -> str:
        match HEADERS[column]:
            case "run":
                here = run.number == self.current and not self.away
                return "on screen" if here else words.origin_in_short(run)
            case "network, data":
                return words.data(run.source)
            case "settings, note":
                return run.note
        return ""

    def _tip(self, run: Run, column: int) -> str:
        match HEADERS[column]:
            case "train loss":
                last = f"of the last one {words.loss(run)}, at step {run.curves.last_step:,}"
                return f"{run.name}: mean loss of the last mini-batches {words.recent_loss(run)}\n{last}"
            case "test":
                when = words.tested_at(run)
                now = f"{words.accuracy(run)} {when}\n" if when else ""
                return f"{run.name}: {now}at best {words.best(run)}"
            case "run":
                return f"{run.name}\n{run.network.name} on {words.data(run.source)}\n{words.origin(run)}".strip()
            case "settings, note":
                parts = (part.text for part in words.parts(run, self.different))
                return "\n".join(filter(None, (", ".join(parts), run.note, *(t for _, t in change_texts(run)))))
            case "network, data":
                return f"{run.network.name}\n{words.data(run.source, full=True)}"
        return "\n".join(filter(None, (self._first(run, column), self._second(run, column))))


class RunsTable(RowTable):
    """Enter chooses a run, Space draws its curves or not, Delete deletes."""

    run_chosen = Signal(object)  # number
    shown_toggled = Signal(object)  # number
    delete_asked = Signal()
    selection_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(ROW_PX, HEAD_PX, parent)
        self.setObjectName("runs_table")
        self.setAccessibleName("Runs")
        self.table = RunsTableModel()
        self.setModel(self.table)
        self.setItemDelegate(RunRows(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.horizontalHeader().setMinimumSectionSize(36)
        self._fit(roomy=True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().selectionChanged.connect(lambda *_: self.selection_changed.emit())
        self.doubleClicked.connect(self._choose)

    def _fit(self, *, roomy: bool) -> None:
        """Columns for this much room."""
        self.setColumnHidden(HEADERS.index("network, data"), not roomy)
        self.set_widths(WIDTHS_PX if roomy else NARROW_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        roomy = self.width() >= ROOMY_PX
        if roomy == self.isColumnHidden(HEADERS.index("network, data")):
            self._fit(roomy=roomy)
        super().resizeEvent(event)

    @property
    def whole_px(self) -> int:
        """How high it is with all its rows in sight."""
        return HEAD_PX + self.verticalHeader().length() + 2 * self.frameWidth()

    def _fit_rows(self) -> None:
        for row, run in enumerate(self.table.runs):
            high = ROW_PX + (NOTE_PX if run.note else 0)
            if self.rowHeight(row) != high:
                self.setRowHeight(row, high)

    def show_runs(self, runs: Runs, away: bool = False) -> None:
        """These runs; those that were selected stay so. ``away``: the weights on screen are none of theirs."""
        kept = {run.number for run in self.selected}
        there = self.currentIndex().row()
        at = self.table.runs[there].number if 0 <= there < len(self.table.runs) else 0
        numbers = [run.number for run in self.table.runs]
        self.table.set_runs(runs, away)
        self._fit_rows()
        if [run.number for run in self.table.runs] == numbers:
            return
        model, flag = self.selectionModel(), QItemSelectionModel.SelectionFlag
        for row, run in enumerate(self.table.runs):
            if run.number == at:
                model.setCurrentIndex(self.table.index(row, 0), flag.NoUpdate)
            if run.number in kept:
                model.select(self.table.index(row, 0), flag.Select | flag.Rows)
        self.selection_changed.emit()

    @property
    def selected(self) -> tuple[Run, ...]:
        """The oldest first."""
        rows = sorted((index.row() for index in self.selectionModel().selectedRows()), reverse=True)
        return tuple(self.table.runs[row] for row in rows if row < len(self.table.runs))

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:  # noqa: N802 - Qt's
        super().currentChanged(current, previous)
        self.viewport().update()  # the lines of the current row are as long as it; Qt repaints one cell of it

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid() and index.column() != 0:
            self.run_chosen.emit(self.table.runs[index.row()].number)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and index.column() == 0 and event.button() == Qt.MouseButton.LeftButton:
            self.shown_toggled.emit(self.table.runs[index.row()].number)
            return
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().row()
        run = self.table.runs[row] if 0 <= row < len(self.table.runs) else None
        match event.key():
            case Qt.Key.Key_Space | Qt.Key.Key_Delete | Qt.Key.Key_Backspace if event.isAutoRepeat():
                return  # a key that is held is one press: the second is what deletes for good
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if run is not None:
                self.run_chosen.emit(run.number)
            case Qt.Key.Key_Space if run is not None:
                self.shown_toggled.emit(run.number)
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace if self.selected:
                self.delete_asked.emit()
            case Qt.Key.Key_Escape if self.selected:
                self.clearSelection()
            case _:
                super().keyPressEvent(event)

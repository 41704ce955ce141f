"""All trainings of the experiment: choose one, compare two, delete, export."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ....session.experiment import State
from ....session.training.trainer import Trainer, What
from ....spec.training.run import Run, Runs
from ...look.theme import GAP, MARGIN, UNIT
from ...throttle import Throttle
from ..page import Page
from .compare import CompareTable
from .table import RunsTable

REFRESH_MS, SURE_MS = 250, 4000
NARROW_PX = 560  # pages that are narrower have shorter texts on the buttons
LEAST_PX = 44  # of the lower part, where it only says what to do
DRAWN: frozenset[What] = frozenset({"curves", "epoch", "runs", "status", "data"})
NOTHING = (
    "No training yet.\nEvery run is kept here, with its settings, its curves and its weights: "
    "to look at it again, to compare it with another, to export it."
)
HINT = "Select a run to see its figures, two to compare them."
BUTTONS = {
    "choose": ("Show on screen", "Its weights, curves and checkpoints (Enter)"),
    "delete": ("Delete", "Forgets the selected runs (Delete)"),
    "all": ("Select all", "All runs (Ctrl A); Esc selects none"),
    "csv": ("CSV…", "Their curves as a table, and their settings"),
    "json": ("JSON…", "Their curves, settings and layers"),
}


class RunsPage(Page):
    """The list above, the selected runs in numbers below."""

    export_wanted = Signal(str, object)  # "csv" or "json", runs

    def __init__(self, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(trainer, parent)
        self.setObjectName("runs_page")
        self.setAccessibleName("Runs")
        self._runs = Runs()
        self.table = RunsTable()
        self.compare = CompareTable()
        self.hint = QLabel(HINT)
        self.empty = QLabel(NOTHING)
        self.which = QLabel()
        self.upper = QWidget()
        self.stack, self.below = QStackedWidget(), QStackedWidget()
        self.buttons = {name: _button(name, *texts) for name, texts in BUTTONS.items()}
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._shares = [300, 300]  # where runs are selected; else the list has all
        self._share = QTimer(self, singleShot=True, interval=QApplication.doubleClickInterval())
        self._sure = QTimer(self, singleShot=True, interval=SURE_MS)
        self._redraw = Throttle(self._show, REFRESH_MS, self)
        self._build()
        self._connect()
        self._select()

    def _build(self) -> None:
        for label, name in ((self.hint, "runs_hint"), (self.empty, "runs_empty")):
            label.setObjectName(name)
            label.setProperty("role", "dim")
            label.setWordWrap(True)
            label.setIndent(MARGIN)
        self.which.setObjectName("runs_which")
        self.which.setProperty("role", "dim")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.below.addWidget(self.hint)
        self.below.addWidget(self.compare)
        row = QHBoxLayout()
        row.setSpacing(UNIT)
        for name, button in self.buttons.items():
            row.addWidget(button)
            if name == "all":
                row.addStretch(1)
                row.addWidget(self.which)
        column = QVBoxLayout(self.upper)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        column.addWidget(self.table, 1)
        column.addLayout(row)
        both = self._splitter
        both.setObjectName("runs_splitter")
        both.setHandleWidth(GAP)
        both.setChildrenCollapsible(False)
        for part in (self.upper, self.below):
            both.addWidget(part)
        self._share_out()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(both)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.stack)

    def _connect(self) -> None:
        self.table.run_chosen.connect(self.trainer.choose_run)
        self.table.shown_toggled.connect(self._toggle)
        self.table.delete_asked.connect(self._delete)
        self.table.selection_changed.connect(self._select)
        self.buttons["choose"].clicked.connect(self._choose)
        self.buttons["delete"].clicked.connect(self._delete)
        self.buttons["all"].clicked.connect(self.table.selectAll)
        self.buttons["csv"].clicked.connect(lambda: self._export("csv"))
        self.buttons["json"].clicked.connect(lambda: self._export("json"))
        self._sure.timeout.connect(self._show_delete)
        self._share.timeout.connect(self._share_out)

    # --- what it is told --------------------------------------------------------------------------------------

    def refresh(self, what: frozenset[What]) -> None:
        if "runs" in what or "status" in what:
            self._show()
        elif what & DRAWN:
            self._redraw.request()

    def show_state(self, old: State | None, new: State) -> None:
        away = not self.trainer.at_hand
        if old is None or old.runs is not new.runs or away != self.table.table.away:
            self._runs = new.runs
            self._show()

    def _show(self) -> None:
        run = self.trainer.run
        runs = self._runs
        if run is not None:  # what the State holds of it may be older
            runs = Runs(runs.having(run).runs, run.number)
        self.stack.setCurrentIndex(1 if runs.runs else 0)
        self.table.show_runs(runs, away=not self.trainer.at_hand)
        self.upper.setMaximumHeight(self.table.whole_px + UNIT + self.buttons["csv"].sizeHint().height())
        self._show_figures()

    def _select(self) -> None:
        self._sure.stop()
        self._show_delete()
        self._show_figures()

    def _show_figures(self) -> None:
        selected = self.table.selected
        few = 1 <= len(selected) <= 2
        if few != (self.below.currentIndex() == 1):
            if not few:
                self._shares = self._splitter.sizes()
            self.below.setCurrentIndex(1 if few else 0)
            self._share.start()  # not between the two halves of a double click
        self.hint.setText(HINT if not selected else f"{len(selected)} runs are selected; select two to compare them.")
        if few:
            self.compare.show_runs(selected)
        table = self.table.table
        self.buttons["choose"].setEnabled(len(selected) == 1 and (table.away or selected[0].number != table.current))
        self.buttons["delete"].setEnabled(bool(selected))
        self.buttons["all"].setEnabled(len(selected) < len(self.table.table.runs))
        self._show_export()

    def _share_out(self) -> None:
        """How high the list is, and what is below it."""
        few = self.below.currentIndex() == 1
        self._splitter.setSizes(self._shares if few else [2**20, LEAST_PX])
        if few:
            self.table.scrollTo(self.table.currentIndex())

    @property
    def exported(self) -> tuple[Run, ...]:
        """Those that are selected; all, the oldest first, where none is."""
        return self.table.selected or tuple(reversed(self.table.table.runs))

    def _show_export(self) -> None:
        """Says what a file would hold."""
        runs = self.exported
        every = "all " if len(runs) > 1 and len(runs) == len(self.table.table.runs) else ""
        what = runs[0].name if len(runs) == 1 else f"{every}{len(runs)} runs"
        self.which.setText("Export:" if self.width() < NARROW_PX else f"Export {what}:")
        for name in ("csv", "json"):
            text, why = BUTTONS[name]
            self.buttons[name].setAccessibleName(f"Export {what} as {text}")
            self.buttons[name].setToolTip(f"Exports {what} to a file. {why}")

    # --- hands ------------------------------------------------------------------------------------------------

    def _toggle(self, number: object) -> None:
        run = next((run for run in self.table.table.runs if run.number == number), None)
        if run is not None:
            self.trainer.show_run(run.number, not run.shown)

    def _choose(self) -> None:
        for run in self.table.selected[:1]:
            self.trainer.choose_run(run.number)

    def _delete(self) -> None:
        """Asked for twice, as nothing brings a run back."""
        selected = self.table.selected
        if not selected:
            return
        if not self._sure.isActive():
            self._sure.start()
            self._show_delete()
            return
        self._sure.stop()
        for run in selected:
            self.trainer.delete_run(run.number)
        self._show_delete()

    def _show_delete(self) -> None:
        count = len(self.table.selected)
        what = "this run" if count == 1 else f"these {count} runs"
        sure, narrow = self._sure.isActive(), self.width() < NARROW_PX
        text = f"Delete {what} for good?" if sure else BUTTONS["delete"][0]
        self.buttons["delete"].setText("Delete for good?" if sure and narrow else text)
        self.buttons["delete"].setAccessibleName(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.buttons["choose"].setText("Show" if self.width() < NARROW_PX else BUTTONS["choose"][0])
        self._show_delete()
        self._show_export()

    def _export(self, kind: str) -> None:
        if runs := self.exported:
            self.export_wanted.emit(kind, runs)


def _button(name: str, text: str, why: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(f"runs_{name}")
    button.setText(text)
    button.setAccessibleName(text)
    button.setToolTip(why)
    return button

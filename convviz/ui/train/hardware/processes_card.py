"""A training in several processes: DistributedDataParallel, started by torchrun as a child of the window."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from ....spec.training.processes import MOST_PROCESSES, ChildEnded, ChildSaid, ChildStepped
from . import words
from .cards import Card, StartButton, caption, number, small
from .curve import Curve
from .wrapped import Commands, Wrapped

WHY = "Each process holds the whole network and computes its part of every mini-batch; their gradients are averaged"
IDLE = "Real processes, a part of every mini-batch each (DistributedDataParallel): but for rounding, the curve of one."
LINES = 2
HOST = "HOST: the name or address of one of the two, the same on both; its port 29500 must be open to the other."
TERMINAL = (
    "The first command trains on this machine; the second is given on each of two, of which HOST is the address of one."
    "\nA file of weights that they name is written when they are copied; the other machine needs it in the same place"
)


class ProcessesCard(Card):
    """A number, a button, what the processes say, and the command that does the same in a terminal."""

    start_wanted = Signal(int)
    cancel_wanted = Signal()
    take_wanted = Signal()  # what it has learnt
    count_changed = Signal()
    copy_wanted = Signal()
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("processes_card", "Several processes", WHY, parent)
        self.count = number("process_count", "Processes", 2, 1, MOST_PROCESSES)
        self.button = StartButton("train_processes", "Train", "in several processes")
        self.curve = Curve("process_curve", "Loss of the training in several processes")
        self.note = Wrapped("process_note", LINES)
        self.take = QToolButton()
        self.commands = Commands("process_commands", "The commands for a terminal")
        self.commands.setToolTip(TERMINAL)
        self.host = Wrapped("process_host", 1)
        self.copy = QToolButton()
        self._going = 0  # processes that train
        self._build()
        self._connect()
        self.note.show_text(IDLE)

    def _build(self) -> None:
        for button, name, text, why in (
            (self.take, "take_trained", "Show it", "What the processes have learnt comes on screen; can be undone"),
            (self.copy, "copy_command", "Copy", "Copies the commands"),
        ):
            button.setObjectName(name)
            button.setText(text)
            button.setAccessibleName(why)
            button.setToolTip(why)
            button.setProperty("role", "toggle")
        self.take.setEnabled(False)
        small(self.commands)
        self.add_row("processes", self.count, self.button)
        self.column.addWidget(self.curve)
        said = QHBoxLayout()
        said.addWidget(self.note, 1)
        said.addWidget(self.take)
        self.column.addLayout(said)
        row = QHBoxLayout()
        row.addWidget(caption("in a terminal; on two machines"), 1)
        row.addWidget(self.copy)
        self.column.addLayout(row)
        self.column.addWidget(self.commands)
        self.column.addWidget(self.host)
        self.host.show_text(HOST)
        self.column.addStretch(1)

    def _connect(self) -> None:
        self.button.clicked.connect(self._clicked)
        self.take.clicked.connect(lambda: self.take_wanted.emit())
        self.copy.clicked.connect(lambda: self.copy_wanted.emit())
        self.count.refused.connect(self.refused)
        self.count.edited.connect(lambda _: self.count_changed.emit())

    # --- what to show -----------------------------------------------------------------------------------------

    def show_commands(self, lines: tuple[str, ...]) -> None:
        self.commands.show_code("\n\n".join(lines))
        self.host.show()
        self.copy.setEnabled(True)

    def show_no_commands(self, why: str) -> None:
        """No command could do that."""
        self.commands.show_code(why)
        self.host.hide()
        self.copy.setEnabled(False)

    def begin(self, count: int) -> None:
        """So many processes are on their way; Python and torch take some seconds."""
        self._going = count
        self.curve.clear()
        self.button.set_going(True)
        self.take.setEnabled(False)

    def forget(self) -> None:
        """What was trained belongs to another experiment."""
        self.curve.clear()
        self.take.setEnabled(False)
        self.note.show_text(IDLE)

    def show_news(self, news: ChildSaid | ChildStepped | ChildEnded) -> None:
        """What the child says."""
        match news:
            case ChildSaid(text):
                self.note.show_text(text)
            case ChildStepped():
                self.curve.add(news.step, news.steps, news.loss)
                self.note.show_text(words.progress(news, self._going))
            case ChildEnded(text=text):
                self.button.set_going(False)
                self.take.setEnabled(_shows(news))
                done = "Done: " + self.note.text() if news.weights is not None else text[:1].upper() + text[1:]
                self.note.show_text(done)

    # --- what a person does -----------------------------------------------------------------------------------

    def _clicked(self) -> None:
        if self.button.going:
            self.cancel_wanted.emit()
        else:
            self.start_wanted.emit(self.count.value)


def _shows(ended: ChildEnded) -> bool:
    """Whether it has left weights."""
    return ended.weights is not None or (ended.run is not None and bool(ended.run.checkpoints))

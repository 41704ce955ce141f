"""What computes: devices and threads, sizes of a batch, several GPUs, several processes."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from ....paths import copies_folder
from ....session.experiment import State
from ....session.outbox import Outbox
from ....session.training.adopting import adopt
from ....session.training.bench import Bench
from ....session.training.child import ChildTraining
from ....session.training.trainer import Trainer, What
from ....spec.errors import InputError
from ....spec.state import opened
from ....spec.training.processes import (
    BatchSpeed,
    ChildEnded,
    ChildSaid,
    ChildStepped,
    Machine,
    Measured,
    Scattered,
)
from ...bridge import Bridge
from ...look.theme import GAP
from ..page import Page
from .machine_card import MachineCard
from .processes_card import ProcessesCard
from .scatter_card import ScatterCard
from .speed_card import SpeedCard
from .terminal import Terminal, beginning

TWO_PX = 600  # pages that are wide enough for two cards in a row
LEAVING_S = 2.0  # that the window waits for the processes when it closes; they end by themselves also later


class HardwarePage(Page):
    """Four cards. What they measure arrives through an outbox of the page's own, from the compute thread and others."""

    refused = Signal(str)
    told = Signal(str)

    def __init__(self, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(trainer, parent)
        self.setObjectName("hardware_page")
        self._state: State | None = None
        self._ended: ChildEnded | None = None
        self._adopted = 0  # the number of its run
        outbox = Outbox()
        self._bridge = Bridge(outbox, self)
        self.bench = Bench(trainer.engine, outbox.put)
        self.child = ChildTraining(outbox.put)
        self.machine, self.speeds = MachineCard(), SpeedCard()
        self.scatter, self.processes = ScatterCard(), ProcessesCard()
        self._build()
        self._connect()
        child, bench = self.child, self.bench

        def leave() -> None:
            outbox.wake = lambda: None
            bench.close()
            child.cancel()

        self.destroyed.connect(leave)
        app = QApplication.instance()
        assert app is not None
        app.aboutToQuit.connect(lambda: child.close(LEAVING_S))
        self.bench.machine()

    def _build(self) -> None:
        body, area = QWidget(), QScrollArea()
        self._grid = QGridLayout(body)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GAP)
        self._arrange(2)
        area.setObjectName("hardware_area")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(body)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)

    def _arrange(self, columns: int) -> None:
        """The cards beside each other, or where there is no room for two below each other."""
        grid = self._grid
        for at, card in enumerate((self.machine, self.speeds, self.scatter, self.processes)):
            grid.removeWidget(card)
            grid.addWidget(card, at // columns, at % columns)
        for column in (0, 1):
            grid.setColumnStretch(column, int(column < columns))
        for row in range(4):
            grid.setRowStretch(row, int(row == 4 // columns - 1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(2 if self.width() >= TWO_PX else 1)

    def _connect(self) -> None:
        self._bridge.read.connect(self._heard)
        self.speeds.wanted.connect(self._measure)
        self.speeds.cancelled.connect(lambda: self.bench.cancel("speeds"))
        self.scatter.wanted.connect(self._scatter)
        self.scatter.refused.connect(self.refused)
        card = self.processes
        card.start_wanted.connect(self._train)
        card.cancel_wanted.connect(self.child.cancel)
        card.take_wanted.connect(self._take)
        card.count_changed.connect(self._show_commands)
        card.copy_wanted.connect(self._copy)
        card.refused.connect(self.refused)

    # --- what to show -----------------------------------------------------------------------------------------

    def refresh(self, what: frozenset[What]) -> None:
        if what & {"status", "data", "checkpoints", "runs"}:
            self.machine.show_trainer(self.trainer)

    def show_state(self, old: State | None, new: State) -> None:
        before, self._state = self._state, new
        if before is not None and (before.network is not new.network or before.device != new.device):
            self.bench.cancel("speeds")
            self.speeds.forget()
        fields = ("plan", "device", "network")
        if before is None or any(getattr(before, name) != getattr(new, name) for name in fields):
            self._show_commands()

    def _show_commands(self) -> None:
        if self._state is None:
            return
        try:
            terminal = Terminal.of(self._state, self.processes.count.value, copies_folder())
        except InputError as error:
            text = str(error)
            self.processes.show_no_commands(f"# {text[:1].upper()}{text[1:]}")
        else:
            self.processes.show_commands(terminal.lines)

    def _copy(self) -> None:
        """What is copied runs as it is: the weights that it begins with are written."""
        if self._state is None:
            return
        try:
            terminal = Terminal.of(self._state, self.processes.count.value, copies_folder())
            terminal.write(self._state)
        except InputError as error:
            self.refused.emit(str(error))
            return
        QGuiApplication.clipboard().setText("\n\n".join(terminal.lines))
        where = "" if terminal.file is None else f"; the weights to begin with lie in {terminal.file}"
        self.told.emit(f"The commands are on the clipboard{where}")

    def _heard(self, message: object) -> None:
        match message:
            case Measured(what, value, refused, done):
                self._measured(what, value, refused, done)
            case ChildSaid() | ChildStepped() | ChildEnded():
                self.processes.show_news(message)
                if isinstance(message, ChildEnded):
                    self._child_ended(message)

    def _measured(self, what: str, value: object | None, refused: str, done: bool) -> None:
        match value:
            case Machine():
                self.machine.show_machine(value)
            case BatchSpeed():
                self.speeds.add(value)
            case Scattered():
                self.scatter.show_result(value)
        if refused:
            self.refused.emit(refused)
        if done and what == "speeds":
            self.speeds.end()

    def _child_ended(self, ended: ChildEnded) -> None:
        self._ended, self._adopted = ended, 0
        if ended.run is not None:
            run = adopt(self.trainer, ended.run)
            self._adopted = run.number
            self.told.emit(f"{run.name} is in the list: {run.note}")
        if ended.weights is None and not ended.cancelled:
            self.refused.emit(f"the training in several processes has ended: {ended.text}")

    # --- what a person asks for -------------------------------------------------------------------------------

    def _measure(self) -> None:
        if self._state is not None:
            self.speeds.begin(self._state.device)
            self.bench.speeds(self._state.network, self._state.device)

    def _scatter(self, samples: int, gpus: int) -> None:
        if self._state is not None:
            self.bench.scatter(self._state.network, self._state.weights, samples, gpus)

    def _train(self, processes: int) -> None:
        state = self._state
        if state is None:
            return
        plan, weights = state.plan, beginning(state)
        device = "cuda" if state.device.startswith("cuda") else "cpu"
        self.processes.begin()
        try:
            self.child.start(state.network, weights, plan.settings, plan.source, processes, device)
        except InputError as error:
            self.processes.show_news(ChildEnded(str(error)))
            self.refused.emit(str(error))

    def _take(self) -> None:
        """What the processes have learnt comes on screen: their run, or as an edit what there is of it."""
        ended = self._ended
        if ended is not None and ended.run is not None and ended.run.checkpoints and self._adopted:
            self.trainer.choose_run(self._adopted)
            return
        if self._state is not None and ended is not None and ended.network is not None and ended.weights is not None:
            after = opened(self._state, ended.network, ended.weights)
            self.trainer.edit_wanted.emit("training in several processes", after)

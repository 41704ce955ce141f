"""What computes: devices and threads, sizes of a batch, several GPUs, several processes."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from ....paths import copies_folder
from ....session.experiment import State
from ....session.file_thread import FileThread
from ....session.outbox import Failure, Outbox
from ....session.training.bench import Bench
from ....session.training.child import ChildTraining
from ....session.training.record import alike
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
from ..page import Page
from .card_area import CardArea
from .machine_card import MachineCard
from .processes_card import ProcessesCard
from .scatter_card import ScatterCard
from .speed_card import SpeedCard
from .terminal import Terminal, beginning

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
        self._left = False  # what trains does so for an experiment that is not open any more
        outbox = Outbox()
        self._bridge = Bridge(outbox, self)
        self.bench = Bench(trainer.engine, outbox.put)
        self.child = ChildTraining(outbox.put)
        self.files = FileThread(outbox, "commands", "write")
        self.machine, self.speeds = MachineCard(), SpeedCard()
        self.scatter, self.processes = ScatterCard(), ProcessesCard()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(CardArea(self.machine, self.speeds, self.scatter, self.processes))
        self._connect()
        child, bench, files = self.child, self.bench, self.files

        def leave() -> None:
            outbox.wake = lambda: None
            bench.close()
            child.cancel()
            files.stop()

        self.destroyed.connect(leave)
        app = QApplication.instance()
        assert app is not None
        app.aboutToQuit.connect(lambda: child.close(LEAVING_S))
        self.bench.machine()

    def _connect(self) -> None:
        self._bridge.read.connect(self._heard)
        self._bridge.failed.connect(self._failed)
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
        if before is not None and (not alike(before.network, new.network) or before.device != new.device):
            self.bench.cancel("speeds")
            self.speeds.forget()
        fields = ("plan", "device", "network", "channels")
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
        """What is copied runs as it is: the weights that it begins with are written first."""
        state = self._state
        if state is None:
            return
        try:
            terminal = Terminal.of(state, self.processes.count.value, copies_folder())
        except InputError as error:
            self.refused.emit(str(error))
            return
        if terminal.file is None:
            self._copied(terminal)
        else:
            self.files.submit(lambda: terminal.write(state))

    def _copied(self, terminal: Terminal) -> None:
        QGuiApplication.clipboard().setText("\n\n".join(terminal.lines))
        where = "" if terminal.file is None else f"; the weights to begin with lie in {terminal.file}"
        self.told.emit(f"The commands are on the clipboard{where}")

    def _heard(self, message: object) -> None:
        match message:
            case Measured(what, value, refused, done):
                self._measured(what, value, refused, done)
            case Terminal():
                self._copied(message)
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

    def _failed(self, failure: Failure) -> None:
        self.refused.emit(failure.text)

    def leave_experiment(self) -> None:
        """What trains now ends, and is not for the experiment that takes the place of this one."""
        self._left = self.processes.button.going
        self.child.cancel()
        self._ended, self._adopted = None, 0
        self.processes.forget()

    def _child_ended(self, ended: ChildEnded) -> None:
        if self._left:
            self._left = False
            self.processes.forget()
            self.told.emit("the training in several processes has ended: another experiment is open")
            return
        self._ended, self._adopted = ended, 0
        died = ended.weights is None and not ended.cancelled
        if ended.run is not None:
            run = self.trainer.adopt(ended.run)
            self._adopted = run.number
            self.told.emit(f"{run.name} is in the list{'' if died else f': {run.note}'}")
        if died:
            self.refused.emit(f"the training in several processes has ended{self._goes_on(ended)}: {ended.text}")

    @staticmethod
    def _goes_on(ended: ChildEnded) -> str:
        """Where it can be gone on from; before the reason, as the banner may have no room for all of that."""
        run = ended.run
        if run is None:
            return ""
        if not run.checkpoints:
            return " before any of its weights were kept"
        return f"; Show it, then Resume here goes on from step {run.checkpoints[-1].step:,}"

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
        self.processes.begin(processes)
        try:
            frozen = state.channels.frozen
            self.child.start(state.network, weights, plan.settings, plan.source, processes, device, frozen)
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

"""All that stands in the window: makes the parts, and connects what they say to who listens. Decides nothing itself."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ..session.edits import UNDOABLE
from ..session.engine import Engine
from ..session.experiment import Experiment, State, differs
from ..session.importing import ArraysRead, importing
from ..session.outbox import Failure, Frame, Progress, Ready
from ..session.reader import Reader
from ..session.shipped import NAMES
from ..session.steering import tell_jobs
from ..session.training.trainer import Trainer
from ..session.writer import Writer
from .action_wires import ActionWires
from .actions import make_actions
from .banner import Banner
from .bridge import Bridge
from .code.wires import CodeWires
from .editing_wires import EditingWires
from .files import Files
from .header import Header
from .history_panel import HistoryPanel
from .input.intake import Intake
from .intents import Intents
from .lab.wires import LabWires
from .look import theme
from .network_intents import NetworkIntents
from .network_wires import NetworkWires
from .probe_wires import ProbeWires
from .report import ReportDialog
from .settings import Settings
from .status import StatusLine
from .train.wires import TrainWires
from .undo import History
from .workspace import NetworkWorkspace
from .workspaces import Workspaces

COMPUTED = ("network", "weights", "drawing", "preparation", "device", "origin", "channels", "probe")


class Desk(QWidget):
    """The whole inside of the window. Whoever closes the window calls :meth:`shut_down`."""

    ready = Signal()  # torch is there

    def __init__(self, state: State, engine: Engine, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("desk")
        self.setAcceptDrops(True)
        self._down = False
        self.experiment = Experiment(state)
        self.history = History(self.experiment, self)
        self.intents = Intents(self.experiment, self.history, self)
        self.network_intents = NetworkIntents(self.experiment, self.history, self)
        self.engine = engine
        self.bridge = Bridge(engine.outbox, self)
        self.reader = Reader(engine.outbox)
        self.writer = Writer(engine.outbox)
        self.trainer = Trainer(self.experiment, engine)
        self.history.follow(self.trainer)
        self.files = Files(self.experiment, self.history, self.writer, settings, self)
        self.intake = Intake(self.reader, self)
        self.settings = settings
        self.actions_by_name = make_actions(self)
        self.header = Header(self.actions_by_name, NAMES)
        self.workspace = NetworkWorkspace(self.actions_by_name, self)
        self.workspaces = Workspaces(
            {"network": lambda: self.workspace, "lab": lambda: self.lab.made(), "train": lambda: self.train.made()}
        )
        self.wires = EditingWires(self.workspace.inspector, self.network_intents, self.experiment)
        self.probes = ProbeWires(self.experiment, self.engine, self.bridge, self)
        self.probes.connect_views(self.workspace.inspector, self.actions_by_name["gradients"])
        self.status = StatusLine()
        self._build()
        self.network = NetworkWires(self)
        self.lab = LabWires(self)
        self.train = TrainWires(self)
        self._connect_views()
        self.code = CodeWires(self)
        self.action_wires = ActionWires(self)
        self._restore()
        self._changed(None, state)

    # --- making -----------------------------------------------------------------------------------------------

    def _build(self) -> None:
        body = QWidget()
        inside = QVBoxLayout(body)
        inside.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        inside.addWidget(self.workspaces)
        self.workspaces.choose("network")
        self.banner = Banner(self)
        self.banner.take_place_of(self.status.pointed)
        self.status.mirror(self.banner.below)
        self.edits = HistoryPanel(self.history.stack, body)
        self.edits.chosen.connect(lambda: self.trainer.lead_back())  # what an entry has led to, not a moment before it
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(body, 1)
        column.addWidget(self.status)

    def _connect_views(self) -> None:
        self.experiment.changed.connect(self._changed)
        self.header.workspaces.chosen.connect(self.workspaces.choose)
        self.workspaces.shown.connect(self._workspace_shown)
        self.history.stepped.connect(self.workspaces.follow)
        self.history.told.connect(self.status.tell)
        self.header.network_chosen.connect(self.intents.choose_network)
        self.header.device_chosen.connect(self.intents.choose_device)
        for part in (self.intents, self.network_intents, self.intake, self.files):
            part.refused.connect(self.banner.say)
        self.intents.refused.connect(lambda _: self.header.set_network(self.experiment.state.network.name))
        self.intake.edit_wanted.connect(self.history.do_state)
        self.intake.edit_wanted.connect(lambda _text, _state: self.banner.settle())
        self.intake.told.connect(self.banner.say)
        self.intake.matched.connect(self._tell_matches)
        self.intake.experiment_read.connect(self.files.opened)
        self.intake.import_wanted.connect(self._import)
        self.bridge.frame_arrived.connect(self._show_frame)
        self.bridge.ready.connect(self._ready)
        self.bridge.failed.connect(self._failed)
        self.bridge.read.connect(lambda message: self.intake.arrived(message, self.experiment.state))
        self.bridge.saved.connect(self.files.arrived)
        self.bridge.progressed.connect(self._progressed)
        self.history.stack.indexChanged.connect(self.status.show_edits)
        self._connect_files()

    def _connect_files(self) -> None:
        self.header.recent_chosen.connect(self.open)
        self.header.set_recent(self.settings.recent)
        self.files.recent_changed.connect(lambda: self.header.set_recent(self.settings.recent))
        self.files.restore_wanted.connect(self.open)
        self.files.import_wanted.connect(self._import)
        self.files.told.connect(self.status.tell)
        self.files.noted.connect(self.banner.say)
        self.files.changed.connect(self._name_changed)

    def _restore(self) -> None:
        self.network.restore()
        self.actions_by_name["per_map"].setChecked(self.settings.per_map)
        self.actions_by_name["fields"].setChecked(self.settings.fields)
        self.header.colour_icons()
        self.workspaces.choose(self.settings.workspace)

    # --- what arrives -----------------------------------------------------------------------------------------

    def _changed(self, old: State | None, new: State) -> None:
        if old is None or old.network is not new.network:
            self.header.set_network(new.network.name)
        if old is None or old.device != new.device:
            self.header.set_device(new.device)
        self.network.show_state(new)
        self.lab.show_state(old, new)
        self.train.show_state(new)
        moving = self.trainer.moving
        if old is not None and not moving:
            tell_jobs(self.engine, old, new)
            if differs(old, new, "network", "weights", "channels", "lab", "plan"):
                self.banner.settle()
            if differs(old, new, *UNDOABLE):
                self.status.settle()
        if old is None or differs(old, new, *COMPUTED) or _asks_elsewhere(old, new):
            self.engine.show(new, live=moving)  # last: from now on its thread takes turns with this one

    def _show_frame(self, frame: Frame) -> None:
        state = self.experiment.state
        if frame.state.network is state.network or frame.state.origin is state.origin:  # else another is on its way
            self.network.show_frame(frame)
            self.train.show_frame(frame)
            self.status.show_frame(frame)

    def _workspace_shown(self, name: str) -> None:
        self.header.workspaces.choose(name)
        self.settings.workspace = name

    def _import(self, path: Path) -> None:
        self.engine.run(lambda: importing(path))

    def _progressed(self, progress: Progress) -> None:
        if isinstance(progress.value, ArraysRead):
            self.intake.arrived(progress.value, self.experiment.state)

    def _tell_matches(self, name: str, sentence: str, report: str) -> None:
        self.banner.offer(f"{name}: {sentence}", {"Report": lambda: ReportDialog(name, report, self).open()})

    def _name_changed(self) -> None:
        self.status.show_file(self.files.name, unsaved=self.files.unsaved)
        self.window().setWindowTitle(f"{self.files.name}[*] — convviz" if self.files.name else "convviz[*]")
        self.window().setWindowModified(self.files.unsaved)

    def _ready(self, ready: Ready) -> None:
        self.header.set_devices(ready.devices, self.experiment.state.device)
        self.ready.emit()

    def _failed(self, failure: Failure) -> None:
        self.banner.say(failure.text, failure.details)

    def can_undo(self, *_what: object) -> None:
        """A drag can be undone midway."""
        self.actions_by_name["undo"].setEnabled(True)

    def open(self, path: Path) -> None:
        """Opens an experiment, a picture, drawings or weights as if dropped on the window."""
        self.intake.open(path)

    # --- window events ----------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.intake.accepts(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        if not self.train.take(event.mimeData()):
            self.intake.take(event.mimeData(), "what was dropped")

    def shut_down(self, *, keep: bool = False) -> None:
        """Remembers the layout and ends the threads, once. ``keep`` leaves unsaved work for next time."""
        if self._down:
            return
        self._down = True
        self.settings.set_layout("workspace", self.workspace.saveState())
        self.code.close()
        self.bridge.close()
        self.reader.stop()
        self.files.end(keep=keep)
        self.engine.stop()
        self.history.close()


def _asks_elsewhere(old: State, new: State) -> bool:
    """Whether the selection moved to where the last frame does not hold what the probe asks for."""
    layers = [state.focus.layer if state.focus is not None else "" for state in (old, new)]
    return (new.probe.effective and differs(old, new, "focus")) or (new.probe.gradients and layers[0] != layers[1])

"""The experiment's file: open, save, what is unsaved, and the last files used. For what a crash leaves: autosave.py."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from ..session.edits import UNDOABLE
from ..session.experiment import Experiment
from ..session.reader import ExperimentRead
from ..session.writer import Saved, Writer
from ..spec.state import State, differs
from .autosave import Autosave
from .recovery import Recovery
from .restored import came_back
from .settings import Settings
from .undo import History
from .unsaved import ask_to_save

EXPERIMENTS = "convviz experiments (*.convviz)"
WEIGHTS = "Weights (*.safetensors *.pt *.pth *.ckpt)"


class Files(QObject):
    """Knows which file the experiment is, and asks before anything unsaved would be lost."""

    refused = Signal(str)
    told = Signal(str)
    noted = Signal(str)  # not a mistake, but worth knowing of what was opened
    changed = Signal()  # the name, or whether there is something unsaved
    replaced = Signal()  # another experiment is open
    recent_changed = Signal()
    import_wanted = Signal(object)  # Path
    restore_wanted = Signal(object)  # Path

    def __init__(self, experiment: Experiment, history: History, writer: Writer, settings: Settings, window: QWidget):
        super().__init__(window)
        self._experiment, self._history = experiment, history
        self._writer, self._settings, self._window = writer, settings, window
        self.path: Path | None = None
        self._kept = Autosave(experiment, history, writer, self)  # for a crash
        self._kept.refused.connect(self.refused)
        self._kept.restore_wanted.connect(self.restore_wanted)
        self._kept.due.timeout.connect(self.autosave)
        self._read: ExperimentRead | None = None
        self._asking = False
        self._worked = False  # on the network, since the last save: also where another one took its place
        self._saving: tuple[Path, State] | None = None  # asked for last, not yet known to be done
        history.stack.cleanChanged.connect(self.changed)  # no lambdas: the stack may live longer
        history.stack.indexChanged.connect(self._follow)  # a drag that ends may change nothing more
        experiment.changed.connect(self._follow)

    # --- what there is ----------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The file's name, "" without one."""
        return self.path.name if self.path is not None else ""

    @property
    def unsaved(self) -> bool:
        """Whether there are edits that no file holds."""
        return not self._history.stack.isClean()

    @property
    def worth_asking(self) -> bool:
        """Whether closing would lose work: in a window without a file, a mere drawing is not asked about."""
        return self.unsaved and (self.path is not None or self._worked)

    def may_leave(self, why: str = "closing") -> bool:
        """Asks about unsaved work; True when it was saved or may be dropped."""
        self._history.finish()
        if not self.worth_asking:
            return True
        name = self.name or "this experiment"
        answer = ask_to_save(self._window, f"Save the changes to {name} before {why}?", self._experiment.state)
        if answer == QMessageBox.StandardButton.Save:
            future = self.save()
            return future is not None and future.result() and self._settle()
        return answer == QMessageBox.StandardButton.Discard

    # --- saving -----------------------------------------------------------------------------------------------

    def save(self) -> Future[bool] | None:
        """Saves where the experiment lies, or asks where; None where the question was cancelled."""
        return self.save_as() if self.path is None else self._save(self.path)

    def save_as(self) -> Future[bool] | None:
        """Asks where to save."""
        path = self.ask_where("Save the experiment", self.path or self.folder / "experiment.convviz", EXPERIMENTS)
        return None if path is None else self._save(path)

    def export_weights(self) -> None:
        """Asks where to write the weights, with the network's description inside."""
        name = self._experiment.state.network.name
        path = self.ask_where("Export weights", self.folder / f"{name}.safetensors", "Weights (*.safetensors)")
        if path is not None:
            self._writer.export_weights(path, self._experiment.state)

    def choose_weights(self) -> None:
        """Asks for a file of weights for the present network."""
        name, _ = QFileDialog.getOpenFileName(self._window, "Import weights", str(self.folder), WEIGHTS)
        if name:
            self.import_wanted.emit(Path(name))

    def arrived(self, saved: Saved) -> None:
        """A file was written."""
        later = ""
        if self._saving is not None and self._saving[1] is saved.state and self._saving[0] == saved.path:
            self._settle()  # else these are exported weights, or a newer save is on its way
            if self.unsaved:
                run = saved.state.runs.chosen
                goes_on = run is not None and run.open and saved.state.weights is not self._experiment.state.weights
                later = ", as it was then; the training goes on" if goes_on else ", without what was done since"
        moments = f" with {saved.moments} (thinned evenly: no room for all)" if saved.moments else ""
        self.told.emit(f"saved {saved.path.name}{moments}{later}")

    def _save(self, path: Path) -> Future[bool]:
        self._history.finish()
        state = self._experiment.state
        self._saving = path, state
        return self._writer.save(path, state)

    def _settle(self) -> bool:
        """The save that was asked for last went well: its file is the experiment's from now on. Always True."""
        if self._saving is not None:
            (path, state), self._saving = self._saving, None
            self._set_file(path, state)
            if not differs(self._experiment.state, state, *UNDOABLE):
                self._history.stack.setClean()
                self._kept.settled()
            self.changed.emit()
        return True

    def ask_where(self, title: str, at: Path, kinds: str) -> Path | None:
        """A path with the ending of ``at``, which a person need not type; None where there is none."""
        name, _ = QFileDialog.getSaveFileName(self._window, title, str(at), kinds)
        if not name or Path(name).suffix.lower() == at.suffix.lower():
            return Path(name) if name else None
        path = Path(name + at.suffix)
        if path.exists():  # nobody was asked whether it may be replaced
            self.refused.emit(f"{path.name} is there already; choose that file itself to replace it, or another name")
            return None
        return path

    @property
    def folder(self) -> Path:
        """Where a person will look for files of this experiment."""
        return self.path.parent if self.path is not None else Path.home()

    # --- opening ----------------------------------------------------------------------------------------------

    def opened(self, read: ExperimentRead) -> None:
        """Another experiment takes the place of this one, and its history begins."""
        self._read = read
        if self._asking:
            return  # it takes the place of the one that is being asked about
        self._asking = True
        may = self.may_leave(f"opening {'what was recovered' if self.recovery.has(read.path) else read.path.name}")
        self._asking = False
        newest, self._read = self._read or read, None
        if not may:
            return
        read = newest
        recovered = self.recovery.has(read.path)
        device = self._experiment.state.device
        self._saving = None  # of the experiment that was here
        self._history.replace(replace(read.state, device=device), dirty=recovered)
        self.replaced.emit()
        if recovered:
            self.path, self._worked = self._kept.restored(read.path), True
        else:
            self._set_file(read.path, self._experiment.state)
            self._kept.settled()
        self.changed.emit()
        if recovered:
            self.told.emit(came_back(self.name, read.state.runs))
        if read.note:
            self.noted.emit(read.note)

    def _set_file(self, path: Path, state: State) -> None:
        self.path, self._worked = path, False
        self._kept.saved(state)
        self.remember(path)

    def remember(self, path: Path) -> None:
        """Puts a file at the head of the recent ones."""
        self._settings.add_recent(path)
        self.recent_changed.emit()

    # --- autosave ---------------------------------------------------------------------------------------------

    @property
    def recovery(self) -> Recovery:
        """What this window and those before it have kept for a crash."""
        return self._kept.recovery

    def _follow(self, *_what: object) -> None:
        state = self._experiment.state
        trained = state.origin.new or state.runs.current > 0
        self._worked = self._worked or state.edited or bool(state.channels) or trained or state.lab.edited
        self._kept.soon()

    def autosave(self) -> None:
        """Writes what no file holds where a later window will find it after a crash."""
        self._kept.write(self.path)

    def offer_recovery(self, offer: Callable[[str, dict[str, Callable[[], object]]], None]) -> None:
        """Offers the newest experiment that a crash left behind."""
        self._kept.offer(offer)

    def end(self, *, keep: bool = False) -> None:
        """The window closes; ``keep`` leaves unsaved work to be offered next time."""
        self._kept.end(self.path, keep=keep)

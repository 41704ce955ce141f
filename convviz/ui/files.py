"""The experiment's file: open, save, autosave, what is unsaved, and the last files used."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from ..session.experiment import Experiment
from ..session.reader import ExperimentRead
from ..session.writer import Saved, Writer
from ..spec.state import State, differs
from .recovery import Recovery
from .settings import Settings
from .undo import History

EXPERIMENTS = "convviz experiments (*.convviz)"
WEIGHTS = "Weights (*.safetensors *.pt *.pth *.ckpt)"
AUTOSAVE_MS = 10_000
WORK = ("network", "weights", "origin", "channels")  # what takes effort to make again


class Files(QObject):
    """Knows which file the experiment is, and asks before anything unsaved would be lost."""

    refused = Signal(str)
    told = Signal(str)
    changed = Signal()  # the name, or whether there is something unsaved
    recent_changed = Signal()
    import_wanted = Signal(object)  # Path
    restore_wanted = Signal(object)  # Path

    def __init__(self, experiment: Experiment, history: History, writer: Writer, settings: Settings, window: QWidget):
        super().__init__(window)
        self._experiment, self._history = experiment, history
        self._writer, self._settings, self._window = writer, settings, window
        self.path: Path | None = None
        self.recovery = Recovery()
        self._saved = experiment.state  # what the file, or a new window, holds
        self._autosaved = experiment.state
        self._restored: Path | None = None
        self._saves: dict[Path, tuple[State, int]] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(AUTOSAVE_MS)
        self._timer.timeout.connect(self.autosave)
        history.stack.cleanChanged.connect(lambda _: self.changed.emit())
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
        if not self.unsaved:
            return False
        return self.path is not None or differs(self._saved, self._experiment.state, *WORK)

    def may_leave(self, why: str = "closing") -> bool:
        """Asks about unsaved work; True when it was saved or may be dropped."""
        self._history.finish()
        if not self.worth_asking:
            return True
        name = self.name or "this experiment"
        box = QMessageBox(self._window)
        box.setObjectName("unsaved_box")
        box.setWindowTitle("Unsaved changes")
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(f"Save the changes to {name} before {why}?")
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        box.setDefaultButton(buttons.Save)
        answer = box.exec()
        if answer == buttons.Save:
            future = self.save()
            return future is not None and future.result()
        return answer == buttons.Discard

    # --- saving -----------------------------------------------------------------------------------------------

    def save(self) -> Future[bool] | None:
        """Saves where the experiment lies, or asks where; None where the question was cancelled."""
        return self.save_as() if self.path is None else self._save(self.path)

    def save_as(self) -> Future[bool] | None:
        """Asks where to save."""
        path = self._ask_where("Save the experiment", self.path or self._folder() / "experiment.convviz", EXPERIMENTS)
        return None if path is None else self._save(path.with_suffix(".convviz") if not path.suffix else path)

    def export_weights(self) -> None:
        """Asks where to write the weights, with the network's description inside."""
        name = self._experiment.state.network.name
        path = self._ask_where("Export weights", self._folder() / f"{name}.safetensors", "Weights (*.safetensors)")
        if path is not None:
            path = path.with_suffix(".safetensors") if not path.suffix else path
            self._writer.export_weights(path, self._experiment.state)

    def choose_weights(self) -> None:
        """Asks for a file of weights for the present network."""
        name, _ = QFileDialog.getOpenFileName(self._window, "Import weights", str(self._folder()), WEIGHTS)
        if name:
            self.import_wanted.emit(Path(name))

    def arrived(self, saved: Saved) -> None:
        """A file was written."""
        self.told.emit(f"saved {saved.path.name}")
        state, index = self._saves.pop(saved.path, (None, 0))
        if state is not saved.state or state is None:
            return  # exported weights, or a newer save is on its way
        self._set_file(saved.path, state)
        if self._history.stack.index() == index:
            self._history.stack.setClean()
        self.changed.emit()

    def _save(self, path: Path) -> Future[bool]:
        self._history.finish()
        state = self._experiment.state
        self._saves[path] = state, self._history.stack.index()
        return self._writer.save(path, state)

    def _ask_where(self, title: str, at: Path, kinds: str) -> Path | None:
        name, _ = QFileDialog.getSaveFileName(self._window, title, str(at), kinds)
        return Path(name) if name else None

    def _folder(self) -> Path:
        return self.path.parent if self.path is not None else Path.home()

    # --- opening ----------------------------------------------------------------------------------------------

    def opened(self, read: ExperimentRead) -> None:
        """Another experiment takes the place of this one, and its history begins."""
        recovered = self.recovery.has(read.path)
        if not self.may_leave(f"opening {'what was recovered' if recovered else read.path.name}"):
            return
        device = self._experiment.state.device
        self._history.replace(replace(read.state, device=device), dirty=recovered)
        if recovered:
            self.path, self._restored = None, read.path
            self._saved = replace(read.state)
            self._autosaved = read.state
        else:
            self._set_file(read.path, self._experiment.state)
        self.changed.emit()

    def _set_file(self, path: Path, state: State) -> None:
        self.path, self._saved, self._autosaved = path, state, state
        self.recovery.drop()
        if self._restored is not None:
            self.recovery.forget(self._restored)
            self._restored = None
        self._settings.add_recent(path)
        self.recent_changed.emit()

    # --- autosave ---------------------------------------------------------------------------------------------

    def _follow(self, _old: State, _new: State) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def autosave(self) -> None:
        """Writes what no file holds where a later window will find it after a crash."""
        self._timer.stop()
        state = self._experiment.state
        if self.unsaved and state is not self._autosaved and self.recovery.claim():
            self._autosaved = state
            self._writer.autosave(self.recovery.file, state)

    def offer_recovery(self, offer: Callable[[str, dict[str, Callable[[], object]]], None]) -> None:
        """Offers the newest experiment that a crash left behind."""
        found = self.recovery.orphans()
        if not found:
            return
        path = found[0]
        answers: dict[str, Callable[[], object]] = {
            "Restore": lambda: self.restore_wanted.emit(path),
            "Discard": lambda: self.recovery.forget(path),
        }
        offer("convviz did not end in order last time; the experiment can be restored", answers)

    def end(self, *, keep: bool = False) -> None:
        """The window closes; ``keep`` leaves unsaved work to be offered next time."""
        if keep:
            self.autosave()
        self._timer.stop()
        self._writer.stop(finish=True)
        if self._restored is not None and not keep:
            self.recovery.forget(self._restored)
        self.recovery.end(keep=keep and self.unsaved)

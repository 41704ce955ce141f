"""What no file holds yet is written where a later window finds it after a crash, and what a crash left is offered."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from ..session.experiment import Experiment
from ..session.writer import Writer
from ..spec.state import State
from .recovery import Recovery
from .undo import History

AUTOSAVE_MS = 10_000


class Autosave(QObject):
    """Writes while the experiment differs from its file; ``path`` of a call is that file, None where there is none.

    All that takes time, the moments of trainings above all, is the writer's.
    """

    refused = Signal(str)
    restore_wanted = Signal(object)  # Path

    def __init__(self, experiment: Experiment, history: History, writer: Writer, parent: QObject) -> None:
        super().__init__(parent)
        self._experiment, self._history, self._writer = experiment, history, writer
        self.recovery = Recovery()
        self._written = experiment.state  # what the file, the autosave or a new window holds
        self._restored: Path | None = None
        self._since: Future[bool] | None = None  # the last autosave, unless it was dropped again
        self._timer = QTimer(self)
        self._timer.setInterval(AUTOSAVE_MS)
        self._hindered = False

    @property
    def due(self) -> QTimer:
        """Runs out when it is time to :meth:`write`."""
        return self._timer

    def soon(self) -> None:
        """Something changed: it will be written in a while."""
        if not self._timer.isActive():
            self._timer.start()

    def write(self, path: Path | None) -> None:
        """Writes what no file holds; removes what a file holds by now."""
        self._timer.stop()
        state, unsaved = self._experiment.state, not self._history.stack.isClean()
        if state is self._written:
            return
        if not unsaved and not self._history.dragging:
            self._written = state
            self._drop()
            self._writer.tidy(self.recovery.file)
        elif unsaved and self._claim():
            self._written = state
            self._writer.submit(lambda: self.recovery.note(path))  # first: an autosave never lacks its name
            self._since = self._writer.autosave(self.recovery.file, state)

    def _drop(self) -> None:
        """The autosave goes, in its turn: an older one may still be waiting."""
        self._writer.submit(self.recovery.drop)
        self._since = None

    def _claim(self) -> bool:
        may = self.recovery.claim()
        if not may and not self._hindered:
            self.refused.emit(
                f"nothing can be kept for a crash in {self.recovery.file.parent}; save your work yourself"
            )
        self._hindered = not may
        return may

    def saved(self, state: State) -> None:
        """A file holds ``state``: what was kept for a crash is needless. Of a training that goes on moments stay."""
        self._written = state
        self._drop()
        self.soon()  # one that held what was done since is dropped, too
        if self._restored is not None:
            self._forget(self._restored)
            self._restored = None

    def settled(self) -> None:
        """There is nothing unsaved."""
        self._writer.tidy(self.recovery.file)

    def restored(self, path: Path) -> Path | None:
        """What a crash left is on screen; returns which file it is."""
        self._drop()  # what was here before
        self._writer.tidy(self.recovery.file)
        self._written, self._restored = self._experiment.state, path
        return self.recovery.origin(path)

    def offer(self, offer: Callable[[str, dict[str, Callable[[], object]]], None]) -> None:
        """Offers the newest experiment that a crash left behind."""
        found = self.recovery.orphans()
        self._writer.submit(self.recovery.sweep)
        if not found:
            return
        path = found[0]
        answers: dict[str, Callable[[], object]] = {
            "Restore": lambda: self.restore_wanted.emit(path),
            "Discard": lambda: self._forget(path),
        }
        origin = self.recovery.origin(path)
        what = "the experiment" if origin is None else f"{origin.name} with its unsaved changes"
        offer(f"convviz ended unexpectedly last time; {what} can be restored", answers)

    def _forget(self, path: Path) -> None:
        self.recovery.forget(path)
        self._writer.submit(self.recovery.sweep)

    def end(self, path: Path | None, *, keep: bool) -> None:
        """The window closes; ``keep`` leaves unsaved work to be offered next time."""
        if keep:
            self.write(path)
        self._timer.stop()
        self._writer.stop(finish=True, autosaves=keep)
        newer = self._since is not None and self._since.result()
        if self._restored is not None and (not keep or newer):  # the newer one is enough
            self.recovery.forget(self._restored)
        self.recovery.end(keep=keep and not self._history.stack.isClean())
        self.recovery.sweep()

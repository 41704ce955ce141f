"""Copies, saves and runs what the code window and the menu ask for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from ...paths import copies_folder
from ...session.exporting import Exported, copied, scripted, stem_of
from ...session.lessons import LessonRun, running
from ...session.outbox import Failure, Frame, Progress
from ...spec.state import State, differs

if TYPE_CHECKING:
    from ..desk import Desk
    from .window import CodeWindow

SHOWN = ("network", "weights", "drawing", "preparation", "channels")  # what the numbers of a program come from
MOST_FRAMES = 3  # that a wish waits for the numbers of the very last edit: a training never rests


@dataclass(frozen=True, slots=True)
class _Wish:
    """The program of a layer, or of the network where it is None; to be copied where ``script`` is None.

    ``selected`` is the part of it that is to be copied; None is all.
    """

    layer: str | None
    script: Path | None = None
    selected: str | None = None


class CodeWires(QObject):
    """A program is made from a frame, so that its weights and its input are those of the numbers on screen."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self.window: CodeWindow | None = None
        self._frame: Frame | None = None
        self._wish: _Wish | None = None
        self._waited = 0
        self._runs: dict[int, str] = {}  # lessons by the number of their job
        desk.experiment.changed.connect(self._changed)
        desk.bridge.frame_arrived.connect(self._show_frame)
        desk.bridge.read.connect(self._arrived)
        desk.bridge.failed.connect(self._failed)
        desk.bridge.progressed.connect(self._progressed)

    # --- the window -------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Shows the window, or brings it to the front."""
        from .window import CodeWindow  # few need it, and not when the application starts

        if self.window is None:
            self.window = CodeWindow(self._desk.experiment.state, self._desk)
            self.window.finished.connect(self._closed)
            self.window.code.copy_wanted.connect(self.copy)
            self.window.code.save_wanted.connect(self.save)
            self.window.submodules.run_wanted.connect(self._run)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def close(self) -> None:
        """Closes the window, if it is open."""
        if self.window is not None:
            self.window.close()

    def _closed(self) -> None:
        self.window = None

    def _changed(self, old: State, new: State) -> None:
        if self.window is not None:
            self.window.show_state(old, new)

    def _tell(self, sentence: str) -> None:
        self._desk.status.tell(sentence)
        if self.window is not None:
            self.window.tell(sentence)

    # --- copying and saving -----------------------------------------------------------------------------------

    def copy(self, layer: str | None = None, selected: str | None = None) -> None:
        """Puts the program of the network, or of a ``layer``, on the clipboard once its weights are written.

        ``selected``: only this part of what the window shows.
        """
        self._want(_Wish(layer, selected=selected))

    def copy_layer(self) -> None:
        """As :meth:`copy`, for the selected layer."""
        state = self._desk.experiment.state
        if state.focus is None or state.focus.layer not in state.network:
            self._desk.banner.say("No layer is selected; select one and copy again")
        else:
            self.copy(state.focus.layer)

    def save(self, layer: str | None = None) -> None:
        """Asks where to write the program and its weights."""
        files, network = self._desk.files, self._desk.experiment.state.network
        script = files.ask_where("Save the script", files.folder / f"{stem_of(network, layer)}.py", "Python (*.py)")
        if script is not None:
            self._want(_Wish(layer, script))

    def _want(self, wish: _Wish) -> None:
        self._wish, self._waited = wish, 0
        if not self._grant():
            self._tell("Waiting until what is on screen is computed …")

    def _grant(self) -> bool:
        """Does what is wished for, if the last frame is of the present State."""
        frame, wish, state = self._frame, self._wish, self._desk.experiment.state
        if frame is None or wish is None or frame.state.network is not state.network:
            return False
        if differs(frame.state, state, *SHOWN) and self._waited < MOST_FRAMES:
            return False
        self._wish = None
        layer, script, focus = wish.layer, wish.script, state.focus
        unit = focus.index if focus is not None and focus.layer == layer else None
        if script is None:
            selected = wish.selected
            self._desk.writer.submit(lambda: copied(frame, layer, copies_folder(), unit=unit, selected=selected))
        else:
            self._desk.writer.submit(lambda: scripted(frame, layer, script, unit=unit))
        return True

    def _show_frame(self, frame: Frame) -> None:
        self._frame = frame
        self._waited += 1
        self._grant()

    def _arrived(self, message: object) -> None:
        match message:
            case Exported(code=code, tensors=tensors, script=None):
                QGuiApplication.clipboard().setText(code)
                self._tell(f"Copied. The weights and this input lie in {tensors}")
            case Exported(tensors=tensors, script=Path() as script):
                self._tell(f"Saved {script.name}, and beside it {tensors.name} with the weights and this input")

    def _failed(self, failure: Failure) -> None:
        """What is computed may never come; and what could not be written is said where it was asked for."""
        self._wish = None
        if self.window is not None:
            self.window.tell(failure.text)

    # --- lessons ----------------------------------------------------------------------------------------------

    def _run(self, lesson: str) -> None:
        self._runs[self._desk.engine.run(lambda: running(lesson))] = lesson

    def _progressed(self, progress: Progress) -> None:
        lesson = self._runs.get(progress.job)
        if lesson is None or not progress.done:
            return
        del self._runs[progress.job]
        if self.window is not None:
            run = progress.value if isinstance(progress.value, LessonRun) else None
            self.window.submodules.show_run(lesson, run)

"""One undo history for everything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSignalBlocker, Signal
from PySide6.QtGui import QUndoStack

from ..session.edits import Edit, Undoable, rebased
from ..session.experiment import Experiment, State, differs, nearest
from ..session.training.entry import EditMeanwhile, RunChoice, is_of_weights
from .undo_command import Command, commands, forget_old

if TYPE_CHECKING:
    from ..session.training.trainer import Trainer
    from ..spec.training.run import Run

LIMIT = 1000  # edits kept


class History(QObject):
    """The only way an undoable change reaches the experiment.

    A drag is many :meth:`preview` and one :meth:`finish`: all follow it, one entry remains. ``stepped`` follows each
    edit that was done, undone or redone; ``told`` says in a sentence what was taken back or done again.

    It tells of the newest moment of a training, never of a past one that the time machine shows: what takes weights
    back, does them again or puts others in their place leads out of the past first. What the hand does to weights of
    the past is done to the newest ones as well.
    """

    stepped = Signal(object)  # Undoable
    told = Signal(str)

    def __init__(self, experiment: Experiment, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._experiment = experiment
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(LIMIT)
        self._before: State | None = None
        self._text = ""
        self._trainer: Trainer | None = None

    @property
    def start(self) -> State:
        """The State before the present drag, or the present one."""
        return self._before or self._experiment.state

    @property
    def dragging(self) -> bool:
        """Whether a drag has begun and not ended."""
        return self._before is not None

    def do(self, text: str, **values: Any) -> None:
        """One edit: these fields of the State get these values."""
        self.finish()
        self.do_state(text, replace(self._experiment.state, **values))

    def do_state(self, text: str, after: State) -> None:
        """One edit that leads to ``after``, made from the present State; its focus is taken along."""
        self.finish()
        self._leave_past(after)
        self._push_by_hand(Edit.between(text, self._experiment.state, after))
        self._focus_as(after)

    def _focus_as(self, after: State) -> None:
        focus = nearest(after.network, after.focus) if after.focus is not None else None
        if focus is not None:  # else its layer is gone, and the experiment has found the one nearest to it
            self._experiment.change(focus=focus)

    def preview(self, text: str, **values: Any) -> None:
        """A drag goes on: shown at once, recorded when it finishes."""
        self.preview_state(text, replace(self._experiment.state, **values))

    def preview_state(self, text: str, after: State) -> None:
        """A drag goes on and leads to ``after``."""
        if self._before is None:
            self._leave_past(after)
            self._before = self._experiment.state
        self._text = text
        self._experiment.commit(after)

    def finish(self, text: str = "") -> None:
        """The drag is over: one entry for all of it, called ``text`` or what the last preview said."""
        before, self._before = self._before, None
        if before is not None:
            self._push_by_hand(Edit.between(text or self._text, before, self._experiment.state))

    def replace(self, state: State, *, dirty: bool = False) -> None:
        """Another experiment: its history begins here. A ``dirty`` one counts as unsaved from the start."""
        self._before = None
        self.stack.clear()
        self._experiment.commit(state)
        if dirty:
            self.stack.resetClean()
        else:
            self.stack.setClean()  # clear() does nothing to an empty stack, and a dirty one may be empty

    def close(self) -> None:
        """Forgets all of it without a word, before anybody lets go of it.

        A history that goes with its training, as garbage, is taken apart in any order: Qt may then come upon commands
        that Python has half taken away already, which ends the process.
        """
        with QSignalBlocker(self.stack):
            self.stack.clear()

    # --- what trains by itself --------------------------------------------------------------------------------

    def follow(self, trainer: Trainer) -> None:
        """A training is an entry like any other, and what it does to the weights is no hand's doing."""
        self._trainer = trainer
        trainer.edit_wanted.connect(self.do_state)
        trainer.choice_wanted.connect(self.choose_run)
        trainer.screen.recorded.connect(self.record)
        trainer.screen.split.connect(self.split)
        trainer.screen.retitled.connect(self.retitle)
        trainer.screen.moved.connect(self.rebase)
        trainer.screen.redoable = self.stack.canRedo
        self._experiment.changed.connect(self._list_runs)

    def _leave_past(self, after: State) -> None:
        """Other weights, or another network, take the place of the newest ones."""
        if self._trainer is not None and differs(self._experiment.state, after, "network", "origin"):
            self._trainer.lead_back()

    def _begins(self, edit: Undoable) -> None:
        """It is about to be undone, or done again."""
        if self._trainer is not None and edit.touched & {"network", "origin", "weights"}:
            self._trainer.lead_back()

    def record(self, edit: Undoable) -> None:
        """An edit that is done already; a drag under way will lie above it."""
        self._push(edit)

    def choose_run(self, run: Run, after: State, before: int) -> None:
        """One edit that brings a run on screen; undone, the run of the number ``before`` is there again."""
        self.finish()
        if self._trainer is not None:
            self._trainer.screen.rest()
            self._trainer.screen.cover()
        self._push(RunChoice(Edit.between(run.name, self._experiment.state, after), before, run.number))
        self._focus_as(after)

    def split(self, edit: Undoable) -> None:
        """As :meth:`record`, of what nobody asks for at that moment: nothing comes to the front for it."""
        with QSignalBlocker(self):
            self._push(edit)

    def retitle(self, edit: Undoable) -> None:
        """An edit is called something else by now."""
        for command in commands(self.stack):
            if command.edit is edit:
                command.setText(edit.text)
                self.stack.undoTextChanged.emit(self.stack.undoText())  # whoever lists them looks
                return

    def rebase(self, old: State, new: State) -> None:
        """The weights moved by themselves: a drag begins where they are now, and a file no longer holds them."""
        if self._before is not None:
            self._before = rebased(self._before, old, new)
        self._spoil()

    def _list_runs(self, old: State, new: State) -> None:
        """Runs came, went or ended, which cannot be undone."""
        if old.runs is not new.runs:
            self._spoil()

    def _spoil(self) -> None:
        """A file no longer holds what there is."""
        if self.stack.isClean():
            self.stack.resetClean()

    def undo(self) -> None:
        self.finish()
        self._tell("undone", self.stack.undoText(), self.stack.undo)

    def redo(self) -> None:
        self.finish()
        self._tell("done again", self.stack.redoText(), self.stack.redo)

    def _tell(self, what: str, text: str, step: Callable[[], None]) -> None:
        step()
        if text:
            self.told.emit(f"{what}: {text.removeprefix('Lab: ')}")

    def _step(self, edit: Undoable) -> None:
        if isinstance(edit, RunChoice) and self._trainer is not None:
            self._trainer.stand(edit.number)
        if isinstance(edit, EditMeanwhile):
            forget_old(self.stack)
        self.stepped.emit(edit)

    def _push_by_hand(self, edit: Edit) -> None:
        """An edit in the midst of a training says when it was; what is trained next comes later."""
        trainer = self._trainer
        if trainer is None or not edit:
            self._push(edit)
        elif trainer.cursor is not None and is_of_weights(edit):
            trainer.screen.cover()
            self._push(trainer.carried(edit))
        elif trainer.status == "running" and is_of_weights(edit):
            meanwhile = EditMeanwhile(edit, lambda: trainer.screen.at)
            self._push(meanwhile)
            trainer.screen.edited(meanwhile)
        else:
            if trainer.status == "running":
                edit = replace(edit, text=f"{edit.text} at step {trainer.screen.at[1]:,}")
            if edit.touched & {"network", "origin"}:  # after which nothing on screen is trained any more
                trainer.screen.rest()
            trainer.screen.cover()
            self._push(edit)

    def _push(self, edit: Undoable) -> None:
        if edit:
            self.stack.push(Command(self._experiment, edit, self._begins, self._step))

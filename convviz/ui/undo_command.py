"""What lies in the undo stack: an Edit around which Qt puts a command."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtGui import QUndoCommand, QUndoStack

from ..session.edits import Undoable
from ..session.experiment import Experiment
from ..session.training.entry import EditMeanwhile

MOST_BYTES = 32 * 2**20  # of whole weights that edits in the midst of trainings lead to


class Command(QUndoCommand):
    """An edit in the stack. ``begins`` hears of it before it is undone or done again, ``told`` after it was made."""

    def __init__(
        self,
        experiment: Experiment,
        edit: Undoable,
        begins: Callable[[Undoable], object],
        told: Callable[[Undoable], object],
    ) -> None:
        super().__init__(edit.text)
        self._experiment, self.edit, self._begins, self._told = experiment, edit, begins, told
        self._new = True

    def redo(self) -> None:
        if not self._new:  # what is new was made on what is on screen
            self._begins(self.edit)
        self._new = False
        self._experiment.commit(self.edit.apply(self._experiment.state))
        self.setText(self.edit.text)  # what is done again while a training goes on is done at another step
        self._told(self.edit)

    def undo(self) -> None:
        self._begins(self.edit)
        self._experiment.commit(self.edit.revert(self._experiment.state))
        self._told(self.edit)


def commands(stack: QUndoStack) -> Iterator[Command]:
    """The newest first."""
    for at in reversed(range(stack.count())):
        command = stack.command(at)
        if isinstance(command, Command):
            yield command


def forget_old(stack: QUndoStack) -> None:
    """Only the newest edits in the midst of trainings hold whole weights."""
    room = MOST_BYTES
    for edit in (command.edit for command in commands(stack)):
        if isinstance(edit, EditMeanwhile):
            room -= edit.nbytes
            if room < 0:
                edit.forget()

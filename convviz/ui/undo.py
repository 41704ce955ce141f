"""One undo history for everything: an Edit around which Qt puts a command."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoCommand, QUndoStack

from ..session.edits import Edit
from ..session.experiment import Experiment, State

LIMIT = 1000  # edits kept


class _Command(QUndoCommand):
    def __init__(self, experiment: Experiment, edit: Edit) -> None:
        super().__init__(edit.text)
        self._experiment, self._edit = experiment, edit

    def redo(self) -> None:
        self._experiment.commit(self._edit.apply(self._experiment.state))

    def undo(self) -> None:
        self._experiment.commit(self._edit.revert(self._experiment.state))


class History(QObject):
    """The only way an undoable change reaches the experiment.

    A drag is many :meth:`preview` and one :meth:`finish`: all follow it, one entry remains.
    """

    def __init__(self, experiment: Experiment, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._experiment = experiment
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(LIMIT)
        self._before: State | None = None
        self._text = ""

    def do(self, text: str, **values: Any) -> None:
        """One edit: these fields of the State get these values."""
        self.finish()
        state = self._experiment.state
        self._push(Edit.between(text, state, replace(state, **values)))

    def preview(self, text: str, **values: Any) -> None:
        """A drag goes on: shown at once, recorded when it finishes."""
        if self._before is None:
            self._before = self._experiment.state
        self._text = text
        self._experiment.change(**values)

    def finish(self, text: str = "") -> None:
        """The drag is over: one entry for all of it, called ``text`` or what the last preview said."""
        before, self._before = self._before, None
        if before is not None:
            self._push(Edit.between(text or self._text, before, self._experiment.state))

    def undo(self) -> None:
        self.finish()
        self.stack.undo()

    def redo(self) -> None:
        self.finish()
        self.stack.redo()

    def _push(self, edit: Edit) -> None:
        if edit:
            self.stack.push(_Command(self._experiment, edit))

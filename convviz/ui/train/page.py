"""What every page in the middle of the workspace Train has in common."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtWidgets import QWidget

from ...session.experiment import State
from ...session.outbox import Frame
from ...session.training.trainer import Trainer, What


class Page(QWidget):
    """Reads from the trainer what it shows. Only the page in front is told what is new.

    When it comes to the front, :meth:`refresh` is called with everything; later with what is new, at most every 400 ms:
    painting more often slows the training, which waits for Python's lock meanwhile.
    """

    wants: ClassVar[frozenset[What]] = frozenset()  # see Trainer.want

    def __init__(self, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.trainer = trainer

    def refresh(self, what: frozenset[What]) -> None:
        """Redraws what depends on these."""

    def show_state(self, old: State | None, new: State) -> None:
        """The State moved on; ``old`` is None when the page comes to the front."""

    def leave_experiment(self) -> None:
        """Another experiment was opened: also pages that are not in front are told."""

    def show_frame(self, frame: Frame) -> None:
        """The network was computed on what is drawn."""

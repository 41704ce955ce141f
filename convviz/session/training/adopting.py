"""A run that was trained elsewhere comes into the list."""

from __future__ import annotations

from ...spec.training.run import Run
from .trainer import Trainer


def adopt(trainer: Trainer, run: Run) -> Run:
    """As :meth:`convviz.session.training.trainer.Trainer.adopt`."""
    return trainer.adopt(run)

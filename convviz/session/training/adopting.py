"""A run that was trained elsewhere comes into the list."""

from __future__ import annotations

from dataclasses import replace

from ...spec.training.run import Run
from .trainer import Trainer


def adopt(trainer: Trainer, run: Run) -> Run:
    """Puts it into the list, with a number that no other run has; what is on screen stays."""
    runs, present = trainer._shelf.runs, trainer.run
    number = runs.next_number if present is None else max(runs.next_number, present.number + 1)
    found = replace(run, number=number)
    trainer._shelf.put(runs.having(found))
    trainer.changed.emit(frozenset({"runs"}))
    return found

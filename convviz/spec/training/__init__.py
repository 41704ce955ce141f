"""What a training is, as frozen data: settings, where the images come from, its curves, where it can go on from."""

from __future__ import annotations

from .settings import Loss, Optimizer, Schedule, TrainingSettings

__all__ = ["Loss", "Optimizer", "Schedule", "TrainingSettings"]

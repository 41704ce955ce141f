"""What a person has chosen for the next training: all of it can be undone, and is saved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from .settings import TrainingSettings
from .source import DataSource, Labelled

Begin = Literal["random", "screen"]


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """``begin``: with random weights, or with those on screen. ``kept`` are the drawings of "my handwriting"."""

    settings: TrainingSettings = field(default_factory=TrainingSettings)
    source: DataSource = field(default_factory=DataSource)
    begin: Begin = "random"
    kept: tuple[Labelled, ...] = ()

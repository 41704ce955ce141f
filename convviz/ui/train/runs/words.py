"""What a run was and what came of it, in words."""

from __future__ import annotations

from dataclasses import fields
from typing import NamedTuple

import numpy as np

from ....spec.training.run import Run
from ....spec.training.settings import TrainingSettings
from ...look.numbers import exact, percent, plain

FIRST = ("rate", "optimizer", "schedule", "batch", "epochs")
NAMES = (*FIRST, *(field.name for field in fields(TrainingSettings) if field.name not in FIRST))
USUAL = TrainingSettings()
ALWAYS = ("rate", "optimizer", "batch", "epochs")  # said of every run
BARE = ("optimizer", "schedule", "loss")  # their values say what they are
NONE = "–"


class Part(NamedTuple):
    """A piece of a line; ``bold`` where it tells this run from another."""

    text: str
    bold: bool


def setting(settings: TrainingSettings, name: str) -> str:
    """The value of a setting.

    >>> setting(TrainingSettings(rate=0.001), "rate"), setting(TrainingSettings(), "batch")
    ('0.001', '64')
    """
    value = getattr(settings, name)
    return f"{value:,}" if isinstance(value, int) else plain(value) if isinstance(value, float) else str(value)


def differing(runs: tuple[Run, ...]) -> frozenset[str]:
    """The settings that are not the same in all runs."""
    return frozenset(name for name in NAMES if len({getattr(run.settings, name) for run in runs}) > 1)


def parts(settings: TrainingSettings, different: frozenset[str]) -> tuple[Part, ...]:
    """The settings in short: what differs between the runs first, then what is not as usual.

    >>> [part.text for part in parts(TrainingSettings(seed=3), frozenset(("batch",)))]
    ['batch 64', 'rate 0.002', 'adamw', '5 epochs', 'seed 3']
    """
    first = [name for name in NAMES if name in different]
    said = [name for name in NAMES if name not in ALWAYS and getattr(settings, name) != getattr(USUAL, name)]
    order = dict.fromkeys((*first, *ALWAYS, *said))
    return tuple(Part(_short(settings, name), name in different) for name in order)


def _short(settings: TrainingSettings, name: str) -> str:
    text = setting(settings, name)
    if name == "epochs":
        return f"{text} epoch{'' if settings.epochs == 1 else 's'}"
    return text if name in BARE else f"{name.replace('_', ' ')} {text}"


def last(run: Run, column: str) -> float:
    """The newest value of a column of the curves; NaN before the first one.

    >>> from convviz.spec.presets import lecture
    >>> from convviz.spec.training.source import DataSource
    >>> last(Run(1, lecture(), TrainingSettings(), DataSource()), "test_accuracy")
    nan
    """
    values = run.curves.column(column)
    return float(values[-1]) if len(values) else float("nan")


def measured(run: Run, column: str) -> bool:
    """Whether there is any value of it: a data set without test images has none."""
    values = run.curves.column(column)
    return bool(len(values)) and (column in ("loss", "accuracy") or bool(np.isfinite(values).any()))


def loss(run: Run, column: str = "loss", *, full: bool = False) -> str:
    """The newest loss, with all its digits or so many as fit."""
    if not measured(run, column):
        return NONE
    value = last(run, column)
    return exact(value) if full or not np.isfinite(value) else f"{value:.4g}"


def accuracy(run: Run, column: str = "test_accuracy") -> str:
    """The newest accuracy."""
    return percent(last(run, column)) if measured(run, column) else NONE


def best(run: Run) -> str:
    """The highest accuracy on the test images, and after which epoch."""
    if not measured(run, "test_accuracy"):
        return NONE
    row = int(np.nanargmax(run.curves.column("test_accuracy")))
    return f"{percent(float(run.curves.epochs[row, 5]))} after epoch {run.curves.epochs[row, 1]:.0f}"


def origin(run: Run) -> str:
    """Where it branched off.

    >>> from convviz.spec.presets import lecture
    >>> from convviz.spec.training.source import DataSource
    >>> origin(Run(2, lecture(), TrainingSettings(), DataSource(), parent=(1, 1240)))
    'of run 1, step 1,240'
    """
    return "" if run.parent is None else f"of run {run.parent[0]}, step {run.parent[1]:,}"


def figures(run: Run) -> dict[str, str]:
    """All of what a run was and what came of it, by name; the settings follow."""
    epochs = len(run.curves.epochs)
    return {
        "network": run.network.name,
        "data": run.source.text,
        "device": run.device,
        "began": origin(run) or "from the start",
        "status": run.status,
        "steps": f"{run.curves.last_step:,}",
        "epochs done": f"{epochs:,}",
        "last loss": loss(run, full=True),
        "train loss": loss(run, "train_loss", full=True),
        "test loss": loss(run, "test_loss", full=True),
        "train accuracy": accuracy(run, "train_accuracy"),
        "test accuracy": accuracy(run),
        "best test accuracy": best(run),
    }


def side_by_side(runs: tuple[Run, ...]) -> list[tuple[str, tuple[str, ...], bool]]:
    """Rows of a name, its value in every run, and whether they differ; of the settings, those that differ first."""
    all_figures = [figures(run) for run in runs]
    rows = [(name, tuple(each[name] for each in all_figures)) for name in all_figures[0]]
    different = differing(runs)
    for name in sorted(NAMES, key=lambda name: name not in different):
        rows.append((name.replace("_", " "), tuple(setting(run.settings, name) for run in runs)))
    return [(name, values, len(set(values)) > 1) for name, values in rows]

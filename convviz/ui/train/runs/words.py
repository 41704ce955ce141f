"""What a run was and what came of it, in words."""

from __future__ import annotations

from dataclasses import replace  # noqa: F401 - for the examples
from typing import NamedTuple

import numpy as np

from ....spec.training.run import Run
from ....spec.training.settings import TrainingSettings
from ....spec.training.source import DataSource
from ...look.numbers import accuracy_text, exact
from ..curves.ticks import written
from ..data.words import title
from .changes import FROZEN, NAMES, NOTHING, in_short, named, phases, setting, values

USUAL = TrainingSettings()
ALWAYS = ("rate", "optimizer", "batch", "epochs")  # said of every run
BARE = ("optimizer", "schedule", "loss")  # their values say what they are
NONE = "–"
MEAN_STEPS = 50  # of whose losses the list shows the mean: that of one mini-batch is chance


class Part(NamedTuple):
    """A piece of a line; ``bold`` where it tells this run from another."""

    text: str
    bold: bool


def differing(runs: tuple[Run, ...]) -> frozenset[str]:
    """The settings that were not the same in all runs."""
    return frozenset(name for name in (*NAMES, FROZEN) if len({values(run, name) for run in runs}) > 1)


def parts(run: Run, different: frozenset[str]) -> tuple[Part, ...]:
    """The settings in short: what differs between the runs first, then what was changed, and what is not as usual.

    >>> from convviz.spec.presets import lecture
    >>> from convviz.spec.training.source import DataSource
    >>> run = Run(1, lecture(), TrainingSettings(seed=3), DataSource())
    >>> [part.text for part in parts(run, frozenset(("batch",)))]
    ['batch 64', 'rate 0.002', 'AdamW', '5 epochs', 'seed 3']
    """
    usual = {name: setting(USUAL, name) for name in NAMES} | {FROZEN: NOTHING}
    first = [name for name in usual if name in different]
    said = [name for name in usual if name not in ALWAYS and values(run, name) != usual[name]]
    changed = [name for name in said if len(phases(run, name)) > 1]  # meanwhile: a row has no room for all
    order = dict.fromkeys((*first, *changed, *ALWAYS, *said))
    return tuple(Part(_short(run, name), name in different) for name in order)


def _short(run: Run, name: str) -> str:
    text = in_short(run, name)
    if name == "epochs":
        return f"{text} epoch{'' if text == '1' else 's'}"
    return text if name in BARE else f"{named(name)} {text}"


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


def loss(run: Run, column: str = "loss") -> str:
    """The newest loss, with all its digits."""
    return exact(last(run, column)) if measured(run, column) else NONE


def recent_loss(run: Run) -> str:
    """The mean of its last mini-batches, as far as they had the same loss; that of the last where it is no number.

    >>> import numpy as np
    >>> from convviz.spec.presets import lecture
    >>> from convviz.spec.training.curves import Curves
    >>> from convviz.spec.training.source import DataSource
    >>> rows = np.array([[step, step / 99, step / 100, 0, 1] for step in range(1, 100)], np.float32)
    >>> recent_loss(Run(1, lecture(), TrainingSettings(), DataSource(), curves=Curves(rows)))
    '0.745'
    """
    if not measured(run, "loss"):
        return NONE
    value = last(run, "loss")
    if not np.isfinite(value):
        return exact(value)
    settings = (run.settings, *(change.settings for change in run.changes))
    other = [c.step for old, c in zip(settings, run.changes, strict=False) if old.loss != c.settings.loss]
    rows = run.curves.steps[-MEAN_STEPS:]
    rows = rows[(rows[:, 0] > max(other, default=0)) & np.isfinite(rows[:, 2])]
    return short(float(rows[:, 2].mean(dtype=np.float64)) if len(rows) else value)


def short(value: float) -> str:
    """A loss in three digits or so, never in powers of e.

    >>> [short(value) for value in (0.081234, 2.3, 1234.5, 49_400.0, 4_940_000.0, 5.3e-7, 0.0)]
    ['0.0812', '2.3', '1,234', '49,400', '4.9·10⁶', '5.3·10⁻⁷', '0']
    """
    if value >= 1e6 or 0 < value < 1e-4:
        return written(value, value / 10)
    return f"{value:,.0f}" if value >= 1000 else f"{value:.{3 if value >= 1e-3 else 2}g}"


def data(source: DataSource, *, full: bool = False) -> str:
    """What was learnt from; in ``full`` with its folder.

    >>> from pathlib import Path
    >>> data(DataSource()), data(DataSource("mnist", Path("/home/ada/data")), full=True)
    ('Digits of convviz', 'MNIST in /home/ada/data')
    """
    where = f" in {source.folder}" if full and source.folder is not None else ""
    return f"{title(source)}{where}"


def accuracy(run: Run, column: str = "test_accuracy") -> str:
    """The newest accuracy; that of its last moment, where it was tested without the end of an epoch."""
    if column == "test_accuracy" and (tested := _tested(run)) is not None:
        return accuracy_text(tested)
    return accuracy_text(last(run, column)) if measured(run, column) else NONE


def _tested(run: Run) -> float | None:
    """The accuracy of its last moment, where no epoch has said it."""
    now, epochs = run.curves.last_step, run.curves.epochs
    known = len(epochs) and int(epochs[-1, 0]) == now
    return run.tested[1] if run.tested is not None and run.tested[0] == now and not known else None


def tested_at(run: Run) -> str:
    """Of which moment the accuracy on the test images is."""
    if _tested(run) is not None:
        return f"at step {run.curves.last_step:,}"
    return f"after epoch {run.curves.epochs[-1, 1]:.0f}" if measured(run, "test_accuracy") else ""


def best(run: Run) -> str:
    """The highest accuracy on the test images, and after which epoch."""
    if not measured(run, "test_accuracy"):
        return NONE
    row = int(np.nanargmax(run.curves.column("test_accuracy")))
    return f"{accuracy_text(float(run.curves.epochs[row, 5]))} after epoch {run.curves.epochs[row, 1]:.0f}"


def origin(run: Run) -> str:
    """What it began with.

    >>> from convviz.spec.presets import lecture
    >>> from convviz.spec.training.source import DataSource
    >>> run = Run(2, lecture(), TrainingSettings(), DataSource(), begin="screen", taught=(1, 785))
    >>> origin(run), origin(replace(run, taught=None)), origin(replace(run, begin="random"))
    ("with Run 1's weights, step 785", 'with what was on screen', 'with random weights, seed 0')
    >>> origin(replace(run, parent=(1, 1240)))
    'branched off Run 1 at step 1,240'
    """
    if run.parent is not None:
        begin = "the rest of" if run.set_aside else "branched off"
        return f"{begin} Run {run.parent[0]} {'after' if run.set_aside else 'at'} step {run.parent[1]:,}"
    if run.begin is None:
        return ""
    if run.begin == "random":
        return f"with random weights, seed {run.settings.seed}"
    if run.taught is None:
        return "with what was on screen"
    return f"with Run {run.taught[0]}'s weights, step {run.taught[1]:,}"


def origin_in_short(run: Run) -> str:
    """What it began with, where that was not random weights.

    >>> from convviz.spec.presets import lecture
    >>> from convviz.spec.training.source import DataSource
    >>> run = Run(2, lecture(), TrainingSettings(), DataSource(), begin="screen", taught=(1, 785))
    >>> origin_in_short(run), origin_in_short(replace(run, parent=(3, 9)))
    ('from Run 1', 'off Run 3')
    """
    if run.parent is not None:
        return f"{'rest of' if run.set_aside else 'off'} Run {run.parent[0]}"
    if run.begin == "screen":
        return "as on screen" if run.taught is None else f"from Run {run.taught[0]}"
    return ""


def figures(run: Run) -> dict[str, str]:
    """All of what a run was and what came of it, by name; the settings follow."""
    epochs = len(run.curves.epochs)
    return {
        "network": run.network.name,
        "data": data(run.source, full=True),
        "device": run.device,
        "began": origin(run) or NONE,
        "status": run.status,
        "steps": f"{run.curves.last_step:,}",
        "epochs done": f"{epochs:,}",
        "last loss": loss(run),
        "train loss": loss(run, "train_loss"),
        "test loss": loss(run, "test_loss"),
        "train accuracy": accuracy(run, "train_accuracy"),
        "test accuracy": accuracy(run),
        "best test accuracy": best(run),
    }


def side_by_side(runs: tuple[Run, ...]) -> list[tuple[str, tuple[str, ...], bool]]:
    """Rows of a name, its value in every run, and whether they differ; of the settings, those that differ first."""
    all_figures = [figures(run) for run in runs]
    rows = [(name, tuple(each[name] for each in all_figures)) for name in all_figures[0]]
    different = differing(runs)
    for name in sorted((*NAMES, FROZEN), key=lambda name: name not in different):
        rows.append((named(name), tuple(values(run, name, steps=True) for run in runs)))
    return [(name, found, len(set(found)) > 1) for name, found in rows]

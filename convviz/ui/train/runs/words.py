"""What a run was and what came of it, in words."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ....spec.training.run import Run
from ....spec.training.settings import TrainingSettings
from ....spec.training.source import DataSource
from ...look.numbers import accuracy_text, exact, plain
from ..curves.ticks import written

FIRST = ("rate", "optimizer", "schedule", "batch", "epochs")
NAMES = (*FIRST, *(field.name for field in fields(TrainingSettings) if field.name not in FIRST))
USUAL = TrainingSettings()
ALWAYS = ("rate", "optimizer", "batch", "epochs")  # said of every run
BARE = ("optimizer", "schedule", "loss")  # their values say what they are
NONE = "–"
NEAR = 50  # steps: changes of the same that lie closer are one, as those of a number that is dragged
SAID = {"target": "stop at accuracy", "smoothing": "label smoothing", "average": "running mean of weights"}


class Part(NamedTuple):
    """A piece of a line; ``bold`` where it tells this run from another."""

    text: str
    bold: bool


def setting(settings: TrainingSettings, name: str) -> str:
    """The value of a setting.

    >>> setting(TrainingSettings(rate=0.001), "rate"), setting(TrainingSettings(), "target")
    ('0.001', 'never')
    """
    value = getattr(settings, name)
    if name == "target":
        return f"{100 * value:.6g} %" if value else "never"
    return f"{value:,}" if isinstance(value, int) else plain(value) if isinstance(value, float) else str(value)


def named(name: str) -> str:
    """What a setting is called.

    >>> named("target"), named("weight_decay")
    ('stop at accuracy', 'weight decay')
    """
    return SAID.get(name, name.replace("_", " "))


def values(run: Run, name: str, *, steps: bool = False) -> str:
    """All that a setting was during a run, one after the other; with the ``steps`` from which on it was another.

    >>> from convviz.spec.presets import lecture
    >>> from convviz.spec.training.run import Change
    >>> from convviz.spec.training.source import DataSource
    >>> changes = Change(300, TrainingSettings(rate=5)), Change(400, TrainingSettings(rate=5, batch=32))
    >>> run = Run(1, lecture(), TrainingSettings(), DataSource(), changes=changes)
    >>> values(run, "rate"), values(run, "rate", steps=True), values(run, "seed")
    ('0.002 → 5', '0.002 → 5 at 301', '0')
    """
    text = before = setting(run.settings, name)
    for change in run.changes:
        now = setting(change.settings, name)
        if now != before:
            text, before = f"{text} → {now}{f' at {change.step + 1:,}' if steps else ''}", now
    return text


def change_texts(run: Run) -> list[tuple[int, str]]:
    """After which steps a run was given other settings, and which, or weights by hand, in the order of the steps.

    >>> from convviz.spec.presets import lecture
    >>> from convviz.spec.training.run import Change
    >>> from convviz.spec.training.source import DataSource
    >>> changes = (Change(300, TrainingSettings(rate=5)),)
    >>> run = Run(1, lecture(), TrainingSettings(), DataSource(), changes=changes, edited=(9,))
    >>> for step, text in change_texts(run):
    ...     print(step, text)
    9 Run 1, after step 9: weights set by hand
    300 Run 1, from step 301: rate 0.002 → 5
    """
    near = max(NEAR, run.curves.last_step // 25)
    found = []
    for first, last, before, after in _changes(run, near):
        names = _between(before, after)
        said = ", ".join(f"{named(name)} {setting(before, name)} → {setting(after, name)}" for name in names)
        if said:
            found.append((first, f"{run.name}, {_from(first + 1, last + 1)}: {said}"))
    for first, last in _bundles(run.edited, near):
        steps = f"step {first:,}" if first == last else f"steps {first:,} to {last:,}"
        found.append((first, f"{run.name}, after {steps}: weights set by hand"))
    return sorted(found)


def _from(first: int, last: int) -> str:
    return f"from step {first:,}" if first == last else f"from steps {first:,} to {last:,}"


def _between(before: TrainingSettings, after: TrainingSettings) -> list[str]:
    return [name for name in NAMES if getattr(before, name) != getattr(after, name)]


def _changes(run: Run, near: int) -> list[tuple[int, int, TrainingSettings, TrainingSettings]]:
    """The first and the last step of what was changed in one go, as when a number is dragged; before, and after."""
    found: list[tuple[int, int, TrainingSettings, TrainingSettings]] = []
    before, names = run.settings, [""]
    for change in run.changes:
        same, names = names, _between(before, change.settings)
        if found and names and names == same and change.step - found[-1][1] <= near:
            found[-1] = found[-1][0], change.step, found[-1][2], change.settings
        elif names:
            found.append((change.step, change.step, before, change.settings))
        before = change.settings
    return found


def _bundles(steps: tuple[int, ...], near: int) -> list[tuple[int, int]]:
    """The first and the last of steps that lie close to one another.

    >>> _bundles((3, 5, 20, 29, 60), 10)
    [(3, 5), (20, 29), (60, 60)]
    """
    found: list[tuple[int, int]] = []
    for step in sorted(steps):
        if found and step - found[-1][1] <= near:
            found[-1] = found[-1][0], step
        else:
            found.append((step, step))
    return found


def differing(runs: tuple[Run, ...]) -> frozenset[str]:
    """The settings that were not the same in all runs."""
    return frozenset(name for name in NAMES if len({values(run, name) for run in runs}) > 1)


def parts(run: Run, different: frozenset[str]) -> tuple[Part, ...]:
    """The settings in short: what differs between the runs first, then what is not as usual.

    >>> from convviz.spec.presets import lecture
    >>> from convviz.spec.training.source import DataSource
    >>> run = Run(1, lecture(), TrainingSettings(seed=3), DataSource())
    >>> [part.text for part in parts(run, frozenset(("batch",)))]
    ['batch 64', 'rate 0.002', 'adamw', '5 epochs', 'seed 3']
    """
    usual = {name: setting(USUAL, name) for name in NAMES}
    first = [name for name in NAMES if name in different]
    said = [name for name in NAMES if name not in ALWAYS and values(run, name) != usual[name]]
    order = dict.fromkeys((*first, *ALWAYS, *said))
    return tuple(Part(_short(run, name), name in different) for name in order)


def _short(run: Run, name: str) -> str:
    text = values(run, name)
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


def loss(run: Run, column: str = "loss", *, full: bool = False) -> str:
    """The newest loss, with all its digits or so many as fit."""
    if not measured(run, column):
        return NONE
    value = last(run, column)
    return exact(value) if full or not np.isfinite(value) else short(value)


def short(value: float) -> str:
    """A loss in three digits or so, never in powers of e.

    >>> [short(value) for value in (0.081234, 2.3, 1234.5, 49_400.0, 4_940_000.0, 5.3e-7, 0.0)]
    ['0.0812', '2.3', '1,234', '49,400', '4.9·10⁶', '5.3·10⁻⁷', '0']
    """
    if value >= 1e6 or 0 < value < 1e-4:
        return written(value, value / 10)
    return f"{value:,.0f}" if value >= 1000 else f"{value:.{3 if value >= 1e-3 else 2}g}"


def data(source: DataSource) -> str:
    """What was learnt from, without the way to its folder.

    >>> data(DataSource()), data(DataSource("mnist", Path("/home/ada/a long way/data")))
    ('digits', 'mnist: data')
    """
    return source.text if source.folder is None else f"{source.kind}: {Path(source.folder).name}"


def accuracy(run: Run, column: str = "test_accuracy") -> str:
    """The newest accuracy."""
    return accuracy_text(last(run, column)) if measured(run, column) else NONE


def best(run: Run) -> str:
    """The highest accuracy on the test images, and after which epoch."""
    if not measured(run, "test_accuracy"):
        return NONE
    row = int(np.nanargmax(run.curves.column("test_accuracy")))
    return f"{accuracy_text(float(run.curves.epochs[row, 5]))} after epoch {run.curves.epochs[row, 1]:.0f}"


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
        rows.append((named(name), tuple(values(run, name, steps=True) for run in runs)))
    return [(name, found, len(set(found)) > 1) for name, found in rows]

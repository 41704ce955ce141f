"""What is read off the curves, in a line."""

from __future__ import annotations

import numpy as np

from ....spec.training.curves import EPOCH, STEP, Curves
from ....spec.training.run import Run
from ....spec.training.settings import TrainingSettings
from ...look.numbers import accuracy_text, exact, plain
from .series import Across
from .thinning import Doubles

LOSSES = {"cross-entropy": "cross-entropy", "mse": "MSE"}


def row_at(curves: Curves, across: Across, x: float) -> int:
    """The index of the step nearest to ``x``.

    >>> rows = np.array([[1, 0.5, 2, 0, 1], [2, 1.0, 2, 0, 1]], np.float32)
    >>> row_at(Curves(rows), "step", 1.4), row_at(Curves(rows), "epoch", 9.0)
    (0, 1)
    """
    places = curves.steps[:, STEP.index(across)]
    after = min(int(np.searchsorted(places, x)), len(places) - 1)
    return after - 1 if after and x - places[after - 1] < places[after] - x else after


def reading(curves: Curves, row: int) -> tuple[str, ...]:
    """What was measured at a step, from all of it with all digits to what fits a narrow window.

    >>> for text in reading(Curves(np.array([[1250, 2.5, 0.8127034, 0.75, 0.002]], np.float32)), 0):
    ...     print(text)
    step 1,250 · epoch 2.50 · its mini-batch: loss 0.8127034, accuracy 75.0 % · rate 0.002
    step 1,250 · epoch 2.50 · mini-batch: loss 0.8127034, 75.0 %
    step 1,250 · mini-batch: loss 0.8127034, 75.0 %
    step 1,250 · mini-batch 0.813, 75.0 %
    """
    step, epoch, loss, accuracy, rate = (float(value) for value in curves.steps[row])
    test = _tested(curves, step)
    right = accuracy_text(accuracy)
    long = f"step {step:,.0f} · epoch {epoch:.2f} · its mini-batch: loss {exact(loss)}, accuracy {right}"
    short = f"step {step:,.0f} · mini-batch"
    figures = f": loss {exact(loss)}, {right}{_of_test(test, ' · test: loss {}, {}')}"
    return (
        f"{long}{_of_test(test, ' · test images: loss {}, accuracy {}')} · rate {plain(rate)}",
        f"{short.replace(' ·', f' · epoch {epoch:.2f} ·')}{figures}",
        f"{short}{figures}",
        f"{short} {_three(loss)}, {right}{_of_test(test, ' · test {}, {}', brief=True)}",
    )


def _of_test(test: tuple[float, float] | None, form: str, *, brief: bool = False) -> str:
    return "" if test is None else form.format((_three if brief else exact)(test[0]), accuracy_text(test[1]))


def _three(value: float) -> str:
    return f"{value:.3g}" if np.isfinite(value) else exact(value)


def _tested(curves: Curves, step: float) -> tuple[float, float] | None:
    """Loss and accuracy of the test images at the end of an epoch at that step."""
    for row in curves.epochs[curves.epochs[:, 0] == step]:
        loss, accuracy = float(row[EPOCH.index("test_loss")]), float(row[EPOCH.index("test_accuracy")])
        if np.isfinite(accuracy):
            return loss, accuracy
    return None


def why_lower(settings: TrainingSettings) -> tuple[str, ...]:
    """Why a training may do worse on its own mini-batches than on the test images; in full, and short.

    >>> why_lower(TrainingSettings(augmentation=0, average=0))[1]
    'A mini-batch may do worse than the test images: it is measured before its step.'
    >>> why_lower(TrainingSettings())[1]
    'A mini-batch may do worse than the test images: its images are bent, its weights are not averaged.'
    """
    begin = "A mini-batch may do worse than the test images:"
    full = [
        *(["its images are bent anew"] if settings.augmentation else []),
        *(["parts of the network are switched off"] if settings.dropout else []),
        *(["its labels are smoothed"] if settings.smoothing else []),
        "it is measured before its step",
        *(["by weights that are not averaged yet"] if settings.average else []),
    ]
    short = ["its images are bent"] if settings.augmentation else []
    short += ["its weights are not averaged"] if settings.average else []
    return (
        f"{begin} {', '.join(full)}.",
        f"{begin} {', '.join(short) or 'it is measured before its step'}.",
        f"{begin[:-1]}.",
    )


def losses(run: Run) -> list[tuple[int, str]]:
    """After which steps a run was trained with which loss.

    >>> from convviz.spec.presets import lecture
    >>> from convviz.spec.training.run import Change
    >>> from convviz.spec.training.source import DataSource
    >>> changes = (Change(300, TrainingSettings(loss="mse")), Change(310, TrainingSettings(loss="mse", rate=1.0)))
    >>> losses(Run(1, lecture(), TrainingSettings(), DataSource(), changes=changes))
    [(0, 'cross-entropy'), (300, 'MSE')]
    """
    found = [(0, LOSSES[run.settings.loss])]
    for change in run.changes:
        if (name := LOSSES[change.settings.loss]) != found[-1][1]:
            found = [*(each for each in found if each[0] < change.step), (change.step, name)]
    return found


def comparable(runs: tuple[Run, ...], current: int) -> tuple[Run, ...]:
    """Those whose losses are on the scale of the present run's, or of the newest run where none is present."""
    if not runs:
        return ()
    present = max(runs, key=lambda run: (run.number == current, run.number))
    return tuple(run for run in runs if run.latest.loss == present.latest.loss)


def of_losses(runs: tuple[Run, ...], current: int) -> tuple[str, ...]:
    """Which losses are drawn, where there is more than one, and of which runs none is: its scale is another.

    All of it first, then less and less.

    >>> from convviz.spec.presets import lecture
    >>> from convviz.spec.training.source import DataSource
    >>> square = Run(2, lecture(), TrainingSettings(loss="mse"), DataSource())
    >>> for text in of_losses((Run(1, lecture(), TrainingSettings(), DataSource()), square), 2):
    ...     print(text)
    MSE; of Run 1 (cross-entropy) only the accuracy is drawn
    MSE; of 1 other run only the accuracy
    MSE
    """
    ordered = sorted(runs, key=lambda run: (run.number != current, -run.number))
    each = [(run, losses(run)) for run in ordered]
    if len({name for _, found in each for _, name in found}) < 2:
        return ()
    drawn = comparable(runs, current)
    said = [
        f"{'' if run.number == current else f'{run.name}: '}{_in_turn(found)}"
        for run, found in each
        if run in drawn and (run is ordered[0] or len(found) > 1)
    ]
    left = [f"{run.name} ({_in_turn(found)})" for run, found in each if run not in drawn]
    texts = ["; ".join(said + ([f"of {', '.join(left)} only the accuracy is drawn"] if left else []))]
    if left:
        count = f"of {len(left)} other run{'' if len(left) == 1 else 's'} only the accuracy"
        texts += ["; ".join((*said, count)), "; ".join((said[0], count))]
    return tuple(dict.fromkeys((*texts, said[0])))


def _in_turn(found: list[tuple[int, str]]) -> str:
    return "; ".join(name if not step else f"{name} from step {step:,}" for step, name in found)


def of_others(runs: tuple[Run, ...], current: int) -> str:
    """Of a page whose present run has no step yet: the others that have."""
    names = [run.name for run in runs if run.number != current and len(run.curves.steps)]
    return f"earlier runs: {', '.join(names)}" if names else ""


def step_of(curves: Curves, across: Across, x: float) -> float:
    """The step at a place of the axis."""
    return x if across == "step" else float(np.interp(x, *_columns(curves, ("epoch", "step")), left=0.0))


def place_of(curves: Curves, across: Across, step: float) -> float:
    """The place of a step on the axis.

    >>> rows = np.array([[1, 0.5, 2, 0, 1], [2, 1.0, 2, 0, 1]], np.float32)
    >>> place_of(Curves(rows), "epoch", 2), step_of(Curves(rows), "epoch", 0.5), place_of(Curves(rows), "epoch", 0)
    (1.0, 1.0, 0.0)
    """
    return step if across == "step" else float(np.interp(step, *_columns(curves, ("step", "epoch"))))


def _columns(curves: Curves, names: tuple[str, str]) -> tuple[Doubles, Doubles]:
    """Two columns of the steps, from 0 and 0 on."""
    first, second = (np.concatenate(([0.0], curves.column(name))) for name in names)
    return first, second

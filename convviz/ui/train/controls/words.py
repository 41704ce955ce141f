"""What a run does, in words: on the card, in the status line."""

from __future__ import annotations

from math import isfinite, isnan

from ....session.training.trainer import Trainer
from ....spec.training.plan import Plan
from ...look.numbers import percent
from ..data.words import title

STARTS = {"idle": "Start", "loading": "Pause", "running": "Pause", "paused": "Go on"}  # else "Start"


def steps_of(trainer: Trainer) -> int:
    """Steps of the whole run; 0 while nobody knows."""
    run, points = trainer.run, trainer.checkpoints
    if run is None:
        return 0
    images = points[-1].images if points else len(trainer.data.train) if trainer.data is not None else 0
    return run.settings.steps(images) if images else 0


def headline(trainer: Trainer, plan: Plan) -> str:
    """Where the run is: ``epoch 3 of 5 · step 1,204 of 4,690``."""
    run = trainer.run
    if trainer.status == "loading" and trainer.loading is not None:
        return trainer.loading.what
    if run is None or trainer.status == "idle":
        count = plan.settings.epochs
        return f"{count:,} epoch{'' if count == 1 else 's'} on {title(plan.source)}"
    steps, total = trainer.curves.last_step, steps_of(trainer)
    if not steps:
        return f"{run.name}: no step yet"
    epoch = min(int(trainer.curves.steps[-1, 1] - 1e-6) + 1, run.settings.epochs)
    place = f"epoch {epoch:,} of {run.settings.epochs:,} · step {steps:,}"
    return f"{place} of {total:,}" if total else place


def details(trainer: Trainer) -> str:
    """Two lines: how fast, or why it ended; and the newest figures."""
    run = trainer.run
    if run is None:
        return "Start begins here, without any download. Every control acts at once while the network learns."
    if trainer.status == "loading":
        return ""
    first = pace(trainer) if trainer.status == "running" else run.note or _states(trainer)
    return f"{first}\n{figures(trainer)}".strip()


def _states(trainer: Trainer) -> str:
    moment = "" if trainer.cursor is None else f" · step {trainer.cursor:,} is on screen"
    return f"{trainer.run.name if trainer.run is not None else ''} {trainer.status}{moment}".strip()


def pace(trainer: Trainer) -> str:
    """``4,980 images/s · 0:42 left``."""
    parts = [f"{trainer.speed:,.0f} images/s"] if trainer.speed > 0 else []
    if trainer.seconds_left is not None and isfinite(trainer.seconds_left):
        parts.append(f"{clock(trainer.seconds_left)} left")
    return " · ".join(parts)


def clock(seconds: float) -> str:
    """
    >>> clock(42.3), clock(3725)
    ('0:42', '1:02:05')
    """
    hours, rest = divmod(round(seconds), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def figures(trainer: Trainer) -> str:
    """The newest figures: ``test 97.1 % · mini-batch 98.4 % · loss 0.12``."""
    curves, parts = trainer.curves, []
    if len(curves.epochs) and not isnan(tested := float(curves.column("test_accuracy")[-1])):
        parts.append(f"test {percent(tested)}")
    if len(curves.steps):
        parts.append(f"mini-batch {percent(float(curves.column('accuracy')[-1]))}")
        parts.append(f"loss {float(curves.column('loss')[-1]):.3g}")
    return " · ".join(parts)


def share(trainer: Trainer) -> float | None:
    """How much is done; None where nothing is."""
    loading = trainer.loading
    if trainer.status == "loading":
        return loading.done / loading.total if loading is not None and loading.total else None
    total = steps_of(trainer)
    return min(trainer.curves.last_step / total, 1.0) if total and trainer.run is not None else None


def brief(trainer: Trainer) -> str:
    """For the status line, "" where nothing can go on."""
    status = trainer.status
    if status == "loading":
        return f"training: {trainer.loading.what}" if trainer.loading is not None else "training: loading"
    if status not in ("running", "paused") or not len(trainer.curves.steps):
        return "training" if status in ("running", "paused") else ""
    _, epoch, loss, *_ = trainer.curves.steps[-1]
    word = "training" if status == "running" else "training paused"
    return f"{word}: epoch {int(epoch - 1e-6) + 1}, loss {float(loss):.3g}"

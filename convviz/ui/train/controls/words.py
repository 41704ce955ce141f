"""What a run does, in words: on the card, in the status line."""

from __future__ import annotations

from math import isfinite, isnan

from ....session.training.record import alike
from ....session.training.trainer import Trainer
from ....spec.network import NetworkSpec
from ....spec.training.curves import Curves
from ....spec.training.plan import Begin, Plan
from ....spec.training.run import Run
from ...look.numbers import accuracy_text
from ..data.words import title
from .memory import resident, written

ONWARD = "Epoch goes on with it, New run begins anew"
STARTS = {"loading": "Pause", "running": "Pause"}  # else "Start", "Go on", or "New run"


def start(trainer: Trainer, network: NetworkSpec | None) -> str:
    """What the button would do. ``network`` is the one on screen."""
    if trainer.status == "paused" and not instead(trainer, network, "random"):
        return "Go on"
    return STARTS.get(trainer.status, "Start" if trainer.run is None else "New run")


def began(run: Run) -> Begin | None:
    """What a run began with; None where that is not known. A branch begins with a moment that was on screen."""
    return "screen" if run.parent is not None else run.begin


def is_away(trainer: Trainer, network: NetworkSpec | None) -> bool:
    """Whether what is on screen is neither the run's nor made of it."""
    run = trainer.run
    if run is None or trainer.status in ("loading", "running"):
        return False
    return trainer.departed or (network is not None and not alike(run.network, network))


def instead(trainer: Trainer, network: NetworkSpec | None, begin: Begin, fresh: bool = False) -> str:
    """Why Start begins a new run although there is one that waits; "" where it goes on, or nothing waits.

    ``fresh`` weights are random ones.
    """
    run = trainer.run
    if run is None or trainer.status in ("loading", "running"):
        return ""
    if trainer.departed and fresh:
        return f"The network has random weights: a new run begins with them. The curves are those of {run.name}."
    if trainer.departed:
        return f"These are not the weights of {run.name}: a new run begins from what is on screen."
    if is_away(trainer, network):
        return f"{run.name} trained another network; a new run begins with the one on screen."
    if trainer.status != "paused":
        return ""
    if trainer.other_data:
        learnt = f"{run.name} learnt from {title(run.source)}; a new run begins"
        if begin == "screen":
            return f"{learnt} from what is on screen."
        return f"{learnt} with random weights. Choose “as on screen” above to begin it with what is learnt already."
    return ""


def headline(trainer: Trainer, plan: Plan) -> str:
    """Where the run is: ``epoch 3 of 5 · step 1,204 of 4,690``."""
    run = trainer.run
    if trainer.status == "loading" and trainer.loading is not None:
        return trainer.loading.what
    if run is None or trainer.status == "idle":
        return next_run(plan)
    curves, total = until_now(trainer), trainer.steps
    steps = curves.last_step
    if not steps:
        return f"{run.name}: no step yet" if trainer.cursor is None else f"{run.name} before its first step"
    epoch = min(int(curves.steps[-1, 1] - 1e-6) + 1, run.latest.epochs)
    if ended := _early_end(trainer):
        return f"epoch {epoch:,} · step {steps:,} of {ended:,}"
    place = f"epoch {epoch:,} of {run.latest.epochs:,} · step {steps:,}"
    return f"{place} of {total:,}" if total else place


def _early_end(trainer: Trainer) -> int:
    """The last step of a run that is done before all its epochs, as its target was reached; else 0."""
    run, last = trainer.run, trainer.curves.last_step
    return last if run is not None and run.status == "done" and last < trainer.steps else 0


def next_run(plan: Plan) -> str:
    """What Start would train: ``5 epochs on MNIST``."""
    count = plan.settings.epochs
    return f"{count:,} epoch{'' if count == 1 else 's'} on {title(plan.source)}"


def details(trainer: Trainer, network: NetworkSpec | None = None, begin: Begin = "random", fresh: bool = False) -> str:
    """Three lines: how fast, or why it ended, or why Start would not go on; and the newest figures."""
    run = trainer.run
    if run is None:
        return "Start begins here, without any download. Every control acts at once while the network learns."
    if trainer.status == "loading":
        return ""
    new = instead(trainer, network, begin, fresh)
    if new:
        return new
    rests = _states(trainer) if trainer.cursor is not None else _ended(run) or _states(trainer)
    first = pace(trainer) if trainer.status == "running" else rests
    found = figures(trainer)
    if trainer.onward and trainer.cursor is None and run.status in ("stopped", "done"):
        return "\n".join(filter(None, (first, *found[:1], ONWARD)))
    return "\n".join(filter(None, (first, *found)))


def _ended(run: Run) -> str:
    return f"{run.name} is done: {run.note}" if run.status == "done" and run.note else run.note


def _states(trainer: Trainer) -> str:
    name = trainer.run.name if trainer.run is not None else ""
    if trainer.cursor is None:
        return f"{name} {trainer.status}".strip()
    return f"{name} is {trainer.status}; this is how it was at step {trainer.cursor:,}"


def pace(trainer: Trainer) -> str:
    """``4,980 images/s · 0:42 left · 1.2 GB``."""
    parts = [f"{trainer.speed:,.0f} images/s"] if trainer.speed > 0 else []
    if trainer.seconds_left is not None and isfinite(trainer.seconds_left):
        parts.append(f"{clock(trainer.seconds_left)} left")
    memory = resident()
    return " · ".join((*parts, written(memory)) if memory else parts)


def clock(seconds: float) -> str:
    """
    >>> clock(42.3), clock(3725)
    ('0:42', '1:02:05')
    """
    hours, rest = divmod(round(seconds), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def until_now(trainer: Trainer) -> Curves:
    """What was measured up to the moment on screen."""
    return trainer.curves if trainer.cursor is None else trainer.curves.until(trainer.cursor)


def figures(trainer: Trainer) -> list[str]:
    """The newest figures up to the moment on screen, each with what it is of: test images, the last mini-batch."""
    curves, found = until_now(trainer), []
    if len(curves.epochs) and not isnan(tested := float(curves.column("test_accuracy")[-1])):
        found.append(f"test images {accuracy_text(tested)} right after epoch {int(curves.epochs[-1, 1]):,}")
    if len(curves.steps):
        accuracy, loss = (float(curves.column(name)[-1]) for name in ("accuracy", "loss"))
        found.append(f"last mini-batch {accuracy_text(accuracy)} right, its loss {loss:.3g}")
    return found


def share(trainer: Trainer) -> float | None:
    """How much is done; None where nothing is."""
    loading = trainer.loading
    if trainer.status == "loading":
        return loading.done / loading.total if loading is not None and loading.total else None
    total = _early_end(trainer) or trainer.steps
    step = trainer.curves.last_step if trainer.cursor is None else trainer.cursor
    return min(step / total, 1.0) if total else None


def brief(trainer: Trainer) -> str:
    """For the status line, "" where nothing can go on."""
    status = trainer.status
    if status == "loading":
        return f"training: {trainer.loading.what}" if trainer.loading is not None else "training: loading"
    if status == "paused" and trainer.departed:
        return ""
    if status not in ("running", "paused") or not len(trainer.curves.steps):
        return "training" if status in ("running", "paused") else ""
    epoch, word = int(trainer.curves.steps[-1, 1] - 1e-6) + 1, "training" if status == "running" else "training paused"
    count = trainer.run.latest.epochs if trainer.run is not None else epoch
    return f"{word}: epoch {min(epoch, count):,} of {count:,}"

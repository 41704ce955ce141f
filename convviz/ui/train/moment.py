"""Which moment of a training is on screen, and which something was measured at, in words."""

from __future__ import annotations

from ...session.training.trainer import Trainer
from ...spec.training.curves import Curves
from .moments import Moments, epoch_at

NO_RUN = "Once something is trained, go back in time here", "nothing trained yet"
NO_PAST = "The first checkpoint is yet to come", "no checkpoint yet"
NO_MORE = "Only its last moment was kept", "only its last moment"
NO_EARLIER = "No moment before this one is kept yet", "no earlier moment"


def measured(step: int, trainer: Trainer) -> str:
    """As :func:`measured_at`, of the run there is; where none of its moments is on screen that was measured."""
    if trainer.at_hand:
        return measured_at(step, trainer.curves, trainer.cursor)
    return "The network on screen" if trainer.run is None else f"The network on screen, not {trainer.run.name}"


def measured_at(step: int, curves: Curves, cursor: int | None = None) -> str:
    """After which epoch; and that it is not the moment on screen, where the time machine shows another.

    >>> import numpy as np
    >>> curves = Curves(epochs=np.array([[938, 1, 0.2, 0.9, 0.1, 0.95]], np.float32))
    >>> measured_at(938, curves), measured_at(400, curves)
    ('After epoch 1 (step 938)', 'At step 400')
    >>> measured_at(938, curves, cursor=400)
    'After epoch 1 (step 938), not step 400 that the time machine shows'
    """
    ended = next((int(row[1]) for row in curves.epochs if int(row[0]) == step), None)
    when = f"At step {step:,}" if ended is None else f"After epoch {ended} (step {step:,})"
    if cursor is None or cursor == step:
        return when
    return f"{when}, not step {cursor:,} that the time machine shows"


def on_screen(trainer: Trainer, moments: Moments, index: int, away: bool) -> tuple[str, ...]:
    """Where the time machine is, at that index of the moments, from the longest sentence to the shortest.

    ``away``: what is on screen is none of them.
    """
    if away and trainer.run is not None and trainer.checkpoints:
        name = trainer.run.name
        return f"{name} is not on screen; drag to see it", f"{name} is not on screen", f"not {name}"
    if not moments.past and not moments.later:
        if trainer.run is None:
            return NO_RUN
        if trainer.status in ("loading", "running") or not trainer.checkpoints:
            return NO_PAST
        return NO_EARLIER if trainer.run.open else NO_MORE
    step = moments.step(index)
    behind = moments.now - step
    now = moments.at(index) is None
    name = "last kept" if moments.later and trainer.checkpoints else "now"
    where, back = f"step {step:,}", name if now else f"{behind:,} steps back"
    epoch = f"epoch {epoch_at(trainer.curves, step):.1f}"
    short = name if now else f"{behind:,} back"
    return f"{where} · {epoch} · {back}", f"{where} · {back}", f"{where} · {short}", f"{step:,} · {short}"

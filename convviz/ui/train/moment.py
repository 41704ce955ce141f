"""Which moment of a training something was measured at, in words."""

from __future__ import annotations

from ...session.training.trainer import Trainer
from ...spec.training.curves import Curves


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

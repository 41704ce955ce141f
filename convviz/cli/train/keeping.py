"""Checkpoints in the midst of an epoch, so that a training that is killed loses seconds, not an epoch."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from ...spec.errors import InputError
from ...spec.training import checkpoint_file
from ...spec.training.checkpoint import Checkpoint
from ...spec.training.news import Stepped
from .options import Wanted
from .show import Show

if TYPE_CHECKING:
    from ...core.steering import Steering

EVERY_S = 2.0  # at the most, as in the window
SHARE = 20  # a checkpoint of a large network takes seconds to write: no more than a twentieth of all time


class Keeping:
    """Asks a training for checkpoints, the first one after its first step, and writes them."""

    def __init__(self, goal: Wanted, steering: Steering) -> None:
        self._goal, self._steering = goal, steering
        self._next_at = float("-inf")

    def stepped(self, news: Stepped, show: Show) -> str:
        """Hears of a step; says what was kept, "" where nothing was.

        No other process waits for this one: what cannot be written now is tried again, and the epoch's end refuses it.
        """
        path = self._goal.checkpoint
        if path is None:
            return ""
        now = perf_counter()
        if news.checkpoint is None:
            if now >= self._next_at:
                self._steering.want_checkpoint()
            return ""
        try:
            keep(self._goal, path, news.checkpoint)
        except InputError as error:
            show.notes((f"nothing is kept at step {news.step:,}: {error}",))
            return ""
        finally:
            then = perf_counter()
            self._next_at = then + max(EVERY_S, SHARE * (then - now))
        return f"go on after step {news.step:,}, in epoch {news.checkpoint.epoch + 1}, with --resume {path}"


def keep(goal: Wanted, path: Path, checkpoint: Checkpoint) -> None:
    """Writes a checkpoint, all of it or nothing.

    Raises:
        InputError: it cannot be written.
    """
    checkpoint_file.save(path, goal.network, checkpoint, goal.data, goal.frozen)

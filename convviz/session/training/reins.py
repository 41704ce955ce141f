"""What is asked of a training before it can hear: torch may not be there yet, and its data is being loaded."""

from __future__ import annotations

from collections.abc import Callable

from ...spec.channels import Channel
from ...spec.training.settings import TrainingSettings
from ...spec.weight_edit import WeightEdit
from ..steering import Steering

Turn = Callable[[Steering], object]


class Reins:
    """A Steering that remembers what it was told until there is one that trains. Lives on the compute thread.

    Whether to play or to pause is only remembered until :meth:`let_go`: the newest of these counts.
    """

    def __init__(self) -> None:
        self._steering: Steering | None = None
        self._told: list[Turn] = []
        self._way: Turn | None = None
        self._held = True
        self.turns = 0  # how often it was told to play or to pause

    def attach(self, steering: Steering) -> None:
        """From now on everything reaches ``steering``; first what was told so far."""
        self._steering = steering
        for turn in self._told:
            turn(steering)
        self._told.clear()

    def let_go(self) -> None:
        """The training plays, or does what it was told meanwhile."""
        self._held = False
        assert self._steering is not None
        (self._way or (lambda steering: steering.play()))(self._steering)

    def _tell(self, turn: Turn) -> None:
        if self._steering is None:
            self._told.append(turn)
        else:
            turn(self._steering)

    def _direct(self, turn: Turn) -> None:
        self.turns += 1
        if self._held:
            self._way = turn
        else:
            self._tell(turn)

    # --- what can be told -------------------------------------------------------------------------------------

    def edit(self, edit: WeightEdit) -> None:
        self._tell(lambda steering: steering.edit(edit))

    def set_frozen(self, channels: frozenset[Channel]) -> None:
        self._tell(lambda steering: steering.set_frozen(channels))

    def set_settings(self, settings: TrainingSettings) -> None:
        self._tell(lambda steering: steering.set_settings(settings))

    def set_device(self, device: str) -> None:
        self._tell(lambda steering: steering.set_device(device))

    def want(self, names: frozenset[str]) -> None:
        self._tell(lambda steering: steering.want(names))

    def want_weights(self) -> None:
        self._tell(lambda steering: steering.want_weights())

    def want_checkpoint(self) -> None:
        self._tell(lambda steering: steering.want_checkpoint())

    def give_way(self) -> None:
        if self._steering is not None:  # while there is no step, nobody is in the way
            self._steering.give_way()

    def play(self) -> None:
        self._direct(lambda steering: steering.play())

    def pause(self) -> None:
        self._direct(lambda steering: steering.pause())

    def play_steps(self, count: int) -> None:
        self._direct(lambda steering: steering.play_steps(count))

    def play_epoch(self) -> None:
        self._direct(lambda steering: steering.play_epoch())

    def end(self) -> None:
        self._direct(lambda steering: steering.end())

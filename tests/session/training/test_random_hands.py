"""Anything that can be asked, in any order and at any time: nothing fails, and what is on screen is what is trained."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from convviz.session import editing
from convviz.spec.project import load, save
from convviz.spec.training.settings import TrainingSettings
from convviz.spec.weight_edit import same

from .conftest import TINY, Hand

MakeHand = Callable[..., Hand]


class RandomHand:
    """Does one thing after the other, as the dice fall."""

    def __init__(self, hand: Hand, seed: int) -> None:
        self.hand, self.dice = hand, random.Random(seed)

    def act(self) -> None:
        trainer = self.hand.trainer
        numbers = [run.number for run in self.hand.state.runs.runs] or [1]
        points = trainer.checkpoints
        acts: list[Callable[[], object]] = [
            trainer.start,
            trainer.start,
            trainer.pause,
            trainer.step,
            trainer.epoch,
            trainer.stop,
            lambda: trainer.reset(self.dice.choice([None, 1, 2])),
            lambda: trainer.scrub(None),
            lambda: trainer.choose_run(self.dice.choice(numbers)),
            lambda: trainer.show_run(self.dice.choice(numbers), self.dice.random() < 0.5),
            lambda: trainer.want(frozenset({"layers", "gradients", "epoch"})),
            lambda: trainer.want(frozenset()),
            self.edit,
            self.edit,
            self.settings,
            self.undo,
            self.network,
        ]
        if len(numbers) > 3:
            acts.append(lambda: trainer.delete_run(self.dice.choice(numbers)))
        if points:
            acts += [
                lambda f=f: f(self.dice.choice(points)) for f in (trainer.scrub, trainer.resume_from, trainer.branch)
            ]
        self.dice.choice(acts)()

    def edit(self) -> None:
        value = self.dice.uniform(-1, 1)
        self.hand.experiment.commit(editing.with_bias_of(self.hand.state, "conv1", self.dice.randrange(4), value))

    def settings(self) -> None:
        settings = TrainingSettings(
            epochs=self.dice.randint(1, 6),
            batch=self.dice.choice([8, 16, 33]),
            rate=self.dice.choice([1e-3, 1e-2]),
            optimizer=self.dice.choice(["sgd", "adam", "adamw"]),  # type: ignore[arg-type]
            average=self.dice.choice([0.0, 0.8]),
            augmentation=0.0,
        )
        begin = self.dice.choice(["random", "screen"])
        self.hand.experiment.change(plan=replace(self.hand.state.plan, settings=settings, begin=begin))

    def undo(self) -> None:
        if self.hand.entries:
            entry = self.dice.choice(self.hand.entries[-2:])
            step = entry.revert if entry.done else entry.apply
            after = step(self.hand.state)
            if all(after.weights[name].shape == shape for name, shape in editing_shapes(after.network)):
                self.hand.experiment.commit(after)

    def network(self) -> None:
        padding = self.dice.choice([(0, 0), (1, 1)])
        changed = editing.with_layer(self.hand.state, replace(TINY["conv1"], padding=padding))
        self.hand.experiment.commit(changed)


def editing_shapes(network: object) -> list[tuple[str, tuple[int, ...]]]:
    from convviz.spec.network import NetworkSpec
    from convviz.spec.weights import shapes

    assert isinstance(network, NetworkSpec)
    return list(shapes(network).items())


@pytest.mark.parametrize("seed", range(3))
def test_nothing_fails_and_nothing_contradicts_itself(make_hand: MakeHand, tmp_path: Path, seed: int) -> None:
    hand = make_hand()
    random_hand = RandomHand(hand, seed)
    for turn in range(150):
        random_hand.act()
        for _ in range(random_hand.dice.choice([0, 1, 5, 60])):
            hand.turn()
        trainer = hand.trainer
        steps = trainer.curves.column("step")
        assert (np.diff(steps) > 0).all()
        points = [checkpoint.step for checkpoint in trainer.checkpoints]
        assert points == sorted(set(points))
        run = hand.state.runs.chosen
        assert run is None or trainer.run is not None
        if turn % 25 == 0:
            save(tmp_path / "x.convviz", hand.state)
            assert len(load(tmp_path / "x.convviz").runs.runs) == len(hand.state.runs.runs)
    hand.trainer.pause()
    hand.idle()
    assert hand.trainer.status in ("idle", "paused", "stopped", "done", "diverged", "failed")
    assert hand.engine.steered <= (hand.trainer.status == "paused"), "a job that nobody has any more"
    save(tmp_path / "x.convviz", hand.state)
    again = Hand(load(tmp_path / "x.convviz"))
    assert same(again.state.weights, hand.state.weights)
    assert again.trainer.curves.steps.tolist() == hand.trainer.curves.steps.tolist()
    again.trainer.start()
    again.until(lambda: again.trainer.status != "loading")
    if again.trainer.status == "running":
        assert same(again.trainer.checkpoints[-1].mean, again.state.weights), "what is on screen is what is trained"
    again.idle()

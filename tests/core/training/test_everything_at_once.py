"""Everything that can be asked of a training, at random moments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from convviz.core.data import Split
from convviz.core.steering import Steering
from convviz.core.training import train
from convviz.spec.network import NetworkSpec
from convviz.spec.training import TrainingSettings
from convviz.spec.training.news import Epoch, Note, Paused, Stepped
from convviz.spec.weight_edit import Cells, WeightEdit
from convviz.spec.weights import initial

SETTINGS = TrainingSettings(epochs=10_000, batch=40, rate=0.003)


def _settings(rng: np.random.Generator) -> TrainingSettings:
    return replace(
        SETTINGS,
        batch=int(rng.integers(1, 150)),
        rate=float(rng.choice([1e-4, 1e-2])),
        optimizer=str(rng.choice(["sgd", "adam", "adamw"])),
        schedule=str(rng.choice(["constant", "cosine", "one-cycle"])),
        momentum=float(rng.choice([0.0, 0.9])),
        average=float(rng.choice([0.0, 0.9])),
        augmentation=float(rng.choice([0.0, 1.0])),
        dropout=float(rng.choice([0.0, 0.5])),
        smoothing=float(rng.choice([0.0, 0.2])),
        loss=str(rng.choice(["cross-entropy", "mse"])),
        seed=int(rng.integers(9)),
    )


def _asked(rng: np.random.Generator, steering: Steering, spec: NetworkSpec) -> int:
    """Asks for one thing; 1 where that was an edit."""
    kind = int(rng.integers(12))
    if kind == 0:
        steering.set_settings(_settings(rng))
    elif kind == 1:
        steering.set_frozen(frozenset(("conv1", int(c)) for c in rng.integers(6, size=rng.integers(4))))
    elif kind == 2:
        steering.set_device(str(rng.choice(["cpu", "cuda:99"])))
    elif kind == 3:
        steering.want(frozenset(name for name in ("layers", "gradients", "epoch") if rng.random() < 0.5))
    elif kind == 4:
        name = str(rng.choice(tuple(initial(spec))))
        steering.edit(WeightEdit({name: Cells(np.array([0]), rng.random(1).astype(np.float32))}))
        return 1
    else:
        turns: list[Callable[[], None]] = [
            steering.pause,
            steering.play,
            lambda: steering.play_steps(int(rng.integers(1, 4))),
            steering.play_epoch,
            steering.want_weights,
            steering.want_checkpoint,
            steering.give_way,
        ]
        turns[kind - 5]()
    return 0


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_lost_and_every_moment_can_be_gone_on_from(
    data: Split, small: Callable[..., NetworkSpec], course: Any, seed: int
) -> None:
    rng, steering, spec = np.random.default_rng(seed), Steering(), small(norm=bool(seed % 2), dropout=seed > 1)
    job, edits, steps, moments = train(spec, data, SETTINGS, steering=steering), 0, 0, []
    for news in job:
        if isinstance(news, Stepped):
            assert news.step == steps + 1
            assert np.isfinite([news.loss, news.accuracy, news.rate]).all()
            steps = news.step
            moments += [news.checkpoint] if news.checkpoint is not None else []
        elif isinstance(news, Epoch | Paused):
            assert news.checkpoint.step == steps
            moments.append(news.checkpoint)
            if isinstance(news, Paused):
                steering.play()
        else:
            assert news is None or isinstance(news, Note)
        if rng.random() < 0.1:
            edits += _asked(rng, steering, spec)
        if steps > 150:
            steering.end()
    assert steering.edits == edits
    for moment in (moments[0], moments[len(moments) // 2], moments[-1]):
        assert all(np.isfinite(array).all() for array in moment.weights.values())
        go_on = replace(moment.settings, epochs=moment.epoch + 1)
        again, other = (course(train(spec, data, go_on, start=moment)) for _ in range(2))
        assert again.losses == other.losses
        assert again.steps or moment.seen >= moment.images - 1

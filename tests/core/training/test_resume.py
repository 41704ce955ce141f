"""From a checkpoint a training goes on as if it had never stopped, to the last bit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from convviz.core.data import Images, Split
from convviz.core.steering import Steering
from convviz.core.training import train
from convviz.spec.errors import InputError
from convviz.spec.network import NetworkSpec
from convviz.spec.training import Optimizer, TrainingSettings
from convviz.spec.training.checkpoint import Checkpoint
from convviz.spec.training.news import Epoch, Paused, Stepped
from convviz.spec.weights import Weights

Small = Callable[..., NetworkSpec]
Equal = Callable[[Weights, Weights], bool]
STEPS = 3 * 5  # of three epochs


def _settings(optimizer: Optimizer = "adamw", average: float = 0.9, **more: Any) -> TrainingSettings:
    return TrainingSettings(epochs=3, batch=45, rate=0.01, optimizer=optimizer, average=average, dropout=0.2, **more)


def _copied(checkpoint: Checkpoint) -> Checkpoint:
    """As it comes back from a file."""
    arrays = {name: array.copy() for name, array in checkpoint.weights.items()}
    mean = {name: array.copy() for name, array in checkpoint.mean.items()}
    moments = {name: array.copy() for name, array in checkpoint.moments.items()}
    return replace(checkpoint, weights=Weights(arrays), mean=Weights(mean), moments=moments)


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw"])
@pytest.mark.parametrize("average", [0.0, 0.9])
@pytest.mark.parametrize("norm", [False, True])
def test_every_moment_can_be_gone_on_from(
    untested: Split, small: Small, course: Any, equal: Equal, optimizer: Optimizer, average: float, norm: bool
) -> None:
    spec, settings, steering = small(norm=norm, dropout=True), _settings(optimizer, average), Steering()

    def keep(_news: object) -> None:
        steering.want_checkpoint()

    expected = course(train(spec, untested, settings, steering=steering), keep)
    moments = [step.checkpoint for step in expected.steps if step.checkpoint is not None]
    moments += [epoch.checkpoint for epoch in expected.epochs]
    assert len(moments) >= STEPS
    for moment in moments:
        ran = course(train(spec, untested, settings, start=_copied(moment)))
        assert ran.losses == expected.losses[moment.step :]
        assert equal(ran.weights, expected.weights)
        assert [step.rate for step in ran.steps] == [step.rate for step in expected.steps[moment.step :]]
        after = [epoch for epoch in expected.epochs if epoch.number > moment.epoch]
        assert [(epoch.number, epoch.train_loss, epoch.train_accuracy) for epoch in ran.epochs] == [
            (epoch.number, epoch.train_loss, epoch.train_accuracy) for epoch in after
        ]


def test_a_pause_is_such_a_moment(data: Split, small: Small, course: Any, equal: Equal) -> None:
    spec, settings = small(dropout=True), _settings()
    expected = course(train(spec, data, settings))
    steering = Steering()
    job = train(spec, data, settings, steering=steering)
    steering.play_steps(7)
    paused = next(news for news in job if isinstance(news, Paused))
    steering.play()
    assert equal(course(job).weights, expected.weights)  # the one that was paused
    ran = course(train(spec, data, settings, start=paused.checkpoint))
    assert ran.losses == expected.losses[7:]
    assert equal(ran.weights, expected.weights)


def test_the_start_is_left_alone(untested: Split, small: Small, course: Any) -> None:
    steering = Steering()
    steering.want_checkpoint()
    job = train(small(), untested, _settings(), steering=steering)
    moment = next(news for news in job if isinstance(news, Stepped)).checkpoint
    assert moment is not None
    before = _copied(moment)
    course(train(small(), untested, _settings(), start=moment))
    course(job)
    for kept, was in ((moment.weights, before.weights), (moment.mean, before.mean), (moment.moments, before.moments)):
        assert all(np.array_equal(kept[name], was[name]) for name in was)


def test_more_epochs_after_the_last(untested: Split, small: Small, course: Any) -> None:
    ended = course(train(small(), untested, _settings()))
    last = ended.epochs[-1].checkpoint
    assert course(train(small(), untested, _settings(), start=last)).news == []
    more = course(train(small(), untested, replace(_settings(), epochs=4), start=last))
    assert [epoch.number for epoch in more.epochs] == [4]
    assert [step.step for step in more.steps] == list(range(STEPS + 1, STEPS + 6))


def test_on_other_images_the_epoch_begins_anew(untested: Split, small: Small, course: Any) -> None:
    steering = Steering()
    steering.want_checkpoint()
    job = train(small(), untested, _settings(), steering=steering)
    moment = next(news for news in job if isinstance(news, Stepped)).checkpoint
    images = untested.train
    fewer = Split("fewer", Images(images.images[:90], images.labels[:90]), untested.test)
    ran = course(train(small(), fewer, _settings(), start=moment))
    assert [step.step for step in ran.steps] == list(range(2, 8))
    assert [epoch.number for epoch in ran.epochs] == [1, 2, 3]


def test_with_other_settings_than_it_had(untested: Split, small: Small, course: Any) -> None:
    """Another optimizer begins without memory; a running mean can begin and end."""
    for before, after in ((_settings("adam"), _settings("sgd", 0.0)), (_settings("sgd", 0.0), _settings("adamw"))):
        moment = course(train(small(), untested, replace(before, epochs=1))).epochs[0].checkpoint
        ran = course(train(small(), untested, after, start=moment))
        assert [epoch.number for epoch in ran.epochs] == [2, 3]
        names = {name.rsplit("/")[1] for name in ran.epochs[-1].checkpoint.moments}
        assert names == ({"momentum_buffer"} if after.optimizer == "sgd" else {"exp_avg", "exp_avg_sq", "step"})
        last = ran.epochs[-1].checkpoint
        assert (last.mean is last.weights) == (after.average == 0)


@pytest.mark.parametrize("fault", ["missing", "unknown", "shape", "weights"])
def test_a_damaged_moment_is_refused(untested: Split, small: Small, course: Any, fault: str) -> None:
    moment = course(train(small(), untested, replace(_settings(), epochs=1))).epochs[0].checkpoint
    moments = dict(moment.moments)
    if fault == "missing":
        del moments["fc1.bias/exp_avg"]
    elif fault == "unknown":
        moments["fc9.bias/exp_avg"] = np.zeros(3, np.float32)
    elif fault == "shape":
        moments["fc1.bias/exp_avg"] = np.zeros(3, np.float32)
    else:
        moment = replace(moment, weights=Weights({"conv1.weight": np.zeros(3)}))
    with pytest.raises(InputError):
        course(train(small(), untested, _settings(), start=replace(moment, moments=moments)))


def test_an_epoch_says_where_it_can_go_on(data: Split, small: Small, course: Any) -> None:
    epoch = course(train(small(), data, _settings())).epochs[0]
    assert isinstance(epoch, Epoch)
    assert epoch.checkpoint.mean is epoch.weights
    assert epoch.checkpoint.settings == _settings()
    assert epoch.checkpoint.images == len(data.train)


@pytest.mark.parametrize("bytes_", [b"", b"\0" * 16, b"\0" * 5056])
@pytest.mark.parametrize("field", ["random", "order"])
def test_what_is_random_and_damaged_is_refused(
    untested: Split, small: Small, steering: Steering, field: str, bytes_: bytes
) -> None:
    steering.play_steps(2)
    job = train(small(), untested, _settings(), steering=steering)
    moment = next(news for news in job if isinstance(news, Paused)).checkpoint
    with pytest.raises(InputError, match=r"this moment of the training is damaged: .*; choose another one"):
        next(train(small(), untested, _settings(), start=replace(moment, **{field: bytes_})))

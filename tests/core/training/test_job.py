"""Training against a bare torch loop, and what it says."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from convviz.core.data import Images, Split, finish, written
from convviz.core.network import build, snapshot
from convviz.core.steering import Steering
from convviz.core.training import accuracy, as_input, mini_batch, rate_factor, train
from convviz.spec.cost import cost
from convviz.spec.network import NetworkSpec
from convviz.spec.training import Optimizer, TrainingSettings
from convviz.spec.training.news import Paused, Stepped
from convviz.spec.weights import Weights, initial

Small = Callable[..., NetworkSpec]
Equal = Callable[[Weights, Weights], bool]


def test_equals_a_bare_torch_loop(untested: Split, small: Small, course: Any) -> None:
    settings = TrainingSettings(
        epochs=2, batch=32, rate=0.05, optimizer="sgd", schedule="cosine", average=0.0, augmentation=0.0, smoothing=0.1
    )
    weights = course(train(small(), untested, settings)).weights
    network = build(small(), initial(small(), settings.seed)).train()
    optimizer = torch.optim.SGD(network.parameters(), 0.05, momentum=0.9, weight_decay=0.01, nesterov=True)
    generator = torch.Generator().manual_seed(settings.seed)
    step, steps = 0, settings.steps(200)
    images = untested.train
    for _ in range(2):
        for batch in torch.randperm(200, generator=generator).split(32):
            optimizer.param_groups[0]["lr"] = 0.05 * 0.5 * (1 + math.cos(math.pi * step / steps))
            optimizer.zero_grad()
            scores = network(images.images[batch] / 255.0)
            functional.cross_entropy(scores, images.labels[batch], label_smoothing=0.1).backward()
            optimizer.step()
            step += 1
    for name, expected in snapshot(network).items():
        assert np.allclose(weights[name], expected, atol=1e-4), name


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw"])
def test_it_learns_and_is_reproducible(
    untested: Split, small: Small, course: Any, equal: Equal, optimizer: Optimizer
) -> None:
    rate = 0.1 if optimizer == "sgd" else 0.01
    settings = TrainingSettings(epochs=15, batch=20, rate=rate, optimizer=optimizer, average=0.9)
    first, again = (course(train(small(), untested, settings)) for _ in range(2))
    assert equal(first.weights, again.weights)
    assert first.losses == again.losses
    assert accuracy(build(small(), first.weights), untested.train) > 0.75


def test_it_learns_by_the_mean_square_too(untested: Split, small: Small, course: Any) -> None:
    settings = TrainingSettings(epochs=15, batch=20, rate=0.01, average=0.9, loss="mse", augmentation=0.0)
    learnt = course(train(small(), untested, settings))
    assert learnt.losses[0] < 1.0
    assert accuracy(build(small(), learnt.weights), untested.train) > 0.75


def test_another_seed_gives_other_weights(untested: Split, small: Small, course: Any, equal: Equal) -> None:
    first, other = (course(train(small(), untested, TrainingSettings(epochs=1, seed=seed))) for seed in (0, 1))
    assert not equal(first.weights, other.weights)


def test_the_mean_of_the_weights_lags_behind_them(untested: Split, small: Small, course: Any) -> None:
    settings = TrainingSettings(epochs=2, batch=5, average=0.999, schedule="constant")
    start = initial(small(norm=True), 0)
    mean = course(train(small(norm=True), untested, settings)).weights
    last = course(train(small(norm=True), untested, replace(settings, average=0.0))).weights
    name = "conv1.weight"
    travelled = float(np.abs(last[name] - start[name]).mean())
    lag = float(np.abs(last[name] - mean[name]).mean())
    assert 0.02 * travelled < lag < 0.5 * travelled
    assert np.array_equal(mean["norm1.running_mean"], last["norm1.running_mean"])


def test_test_images_are_measured_with_the_loss_that_is_trained(data: Split, small: Small, course: Any) -> None:
    settings = TrainingSettings(epochs=2, batch=64, loss="mse", smoothing=0.1)
    for epoch in course(train(small(), data, settings)).epochs:
        with torch.inference_mode():
            scores = build(small(), epoch.weights)(as_input(data.test.images, "cpu"))
        targets = functional.one_hot(data.test.labels, scores.shape[1]).float()
        assert epoch.test_loss == pytest.approx(float(functional.mse_loss(scores, targets)), rel=1e-4)


def test_the_news_counts_steps_and_epochs_and_measures_its_own_weights(data: Split, small: Small, course: Any) -> None:
    settings = TrainingSettings(epochs=3, batch=64)
    ran = course(train(small(), data, settings))
    assert [step.step for step in ran.steps] == list(range(1, settings.steps(200) + 1))
    assert all(step.steps == settings.steps(200) for step in ran.steps)
    assert [step.images for step in ran.steps[:4]] == [64, 64, 64, 8]
    assert [step.epoch for step in ran.steps[:5]] == pytest.approx([0.32, 0.64, 0.96, 1.0, 1.32])
    assert [step.rate for step in ran.steps] == [settings.rate * rate_factor(settings, step, 12) for step in range(12)]
    assert [(epoch.number, epoch.step) for epoch in ran.epochs] == [(1, 4), (2, 8), (3, 12)]
    for epoch in ran.epochs:
        network = build(small(), epoch.weights)
        with torch.inference_mode():
            scores = network(as_input(data.test.images, "cpu"))
        right = scores.argmax(dim=1) == data.test.labels
        assert epoch.test_accuracy == pytest.approx(float(right.float().mean()))
        assert epoch.test_loss == pytest.approx(float(functional.cross_entropy(scores, data.test.labels)), rel=1e-4)
        assert epoch.judged is not None
        assert (torch.from_numpy(epoch.judged.predicted.copy()) == data.test.labels).tolist() == right.tolist()
        steps = ran.steps[epoch.step - 4 : epoch.step]
        assert epoch.train_loss == pytest.approx(sum(step.loss * step.images for step in steps) / 200, rel=1e-6)
        assert epoch.train_accuracy == pytest.approx(sum(step.accuracy * step.images for step in steps) / 200)
        assert (epoch.checkpoint.step, epoch.checkpoint.epoch) == (epoch.step, epoch.number)
        assert epoch.best is None


def test_without_test_images_there_is_nothing_to_judge(untested: Split, small: Small, course: Any) -> None:
    ran = course(train(small(), untested, TrainingSettings(epochs=1)))
    assert math.isnan(ran.epochs[0].test_loss)
    assert math.isnan(ran.epochs[0].test_accuracy)
    assert ran.epochs[0].judged is None
    assert ran.epochs[0].train_loss > 0


def test_the_best_images_of_an_epoch_are_there_where_they_are_wanted(
    data: Split, small: Small, course: Any, steering: Steering
) -> None:
    steering.want(frozenset({"epoch"}))
    ran = course(train(small(), data, TrainingSettings(epochs=1), steering=steering))
    assert set(ran.epochs[0].best.values) == {"conv1", "relu1", "pool1", "fc1"}


def test_it_ends_with_the_epoch_that_reaches_its_target(data: Split, small: Small, course: Any) -> None:
    settings = TrainingSettings(epochs=50, batch=20, rate=0.01, average=0.0, target=0.5)
    ran = course(train(small(), data, settings))
    shares = [epoch.test_accuracy for epoch in ran.epochs]
    assert shares[-1] >= 0.5
    assert all(share < 0.5 for share in shares[:-1])
    assert len(shares) < 50


def test_nothing_but_the_images_enters_a_batch_norms_statistics(untested: Split, small: Small, course: Any) -> None:
    settings = TrainingSettings(epochs=1, batch=200, augmentation=0.0, average=0.0)
    conv = build(small(norm=True), initial(small(norm=True), settings.seed))[0]
    with torch.inference_mode():
        mean = conv(as_input(untested.train.images, "cpu")).mean(dim=(0, 2, 3)).numpy()
    after = course(train(small(norm=True), untested, settings)).weights
    assert np.allclose(after["norm1.running_mean"], 0.1 * mean, atol=1e-4)  # momentum 0.1, from 0


def test_start_is_continued_from_and_left_alone(untested: Split, small: Small, course: Any) -> None:
    start = initial(small(), 7)
    before = {name: array.copy() for name, array in start.items()}
    ran = course(train(small(), untested, TrainingSettings(epochs=1, rate=1e-6, average=0.0), start=start))
    for name, array in before.items():
        assert np.array_equal(start[name], array)
        assert np.allclose(ran.weights[name], array, atol=1e-4)


def test_closing_ends_it_and_the_next_one_is_not_disturbed(
    untested: Split, small: Small, course: Any, equal: Equal
) -> None:
    settings = TrainingSettings(epochs=1, batch=20)
    expected = course(train(small(), untested, settings)).weights
    job = train(small(), untested, settings)
    assert any(isinstance(record, Stepped) for record in job)  # to the end of the first step
    assert next(job) is None  # and into the second
    job.close()
    assert list(job) == []
    assert equal(course(train(small(), untested, settings)).weights, expected)


def test_torchs_own_random_state_is_neither_read_nor_changed(
    data: Split, small: Small, course: Any, equal: Equal
) -> None:
    spec, settings = small(norm=True, dropout=True), TrainingSettings(epochs=1, dropout=0.2)
    torch.manual_seed(3)
    before = torch.get_rng_state()
    first = course(train(spec, data, settings)).weights
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(99)
    assert equal(first, course(train(spec, data, settings)).weights)


def test_batches_are_computed_in_pieces_that_change_nothing_but_rounding(
    small: Small, course: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = finish(written(700, seed=2))
    split = Split("many", images, Images(images.images[:0], images.labels[:0]))
    settings = TrainingSettings(epochs=2, batch=600, average=0.0, augmentation=0.0, optimizer="sgd", rate=0.1)
    pieces = course(train(small(), split, settings))
    monkeypatch.setattr(mini_batch, "PIECE", 600)
    whole = course(train(small(), split, settings))
    assert pieces.losses == pytest.approx(whole.losses, rel=1e-4)
    for name, array in whole.weights.items():
        assert np.allclose(pieces.weights[name], array, atol=1e-4)


@pytest.mark.parametrize("norm", [False, True])
@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_pauses_do_not_become_rarer_with_larger_batches(small: Small, norm: bool, dropout: float) -> None:
    """Of 64 images at a time; a batch norm needs all of them, which are computed layer by layer."""
    few = finish(written(640, seed=2))
    spec, counts = small(norm=norm, dropout=not norm), []
    for times in (1, 4):
        images = Images(few.images.repeat(times, 1, 1, 1), few.labels.repeat(times))
        split = Split("many", images, Images(images.images[:0], images.labels[:0]))
        counts.append(_pauses(train(spec, split, TrainingSettings(batch=len(images), dropout=dropout))))
    assert counts[0] >= 10 + 2 * len(spec.layers) if norm else counts[0] >= 30
    assert counts[1] - counts[0] >= (30 if norm else 90)


def _pauses(job: Any) -> int:
    """In its first step."""
    count = 0
    for news in job:
        if isinstance(news, Stepped):
            job.close()
        count += news is None
    return count


def test_a_network_with_much_to_compute_pauses_between_its_layers(
    untested: Split, small: Small, course: Any, equal: Equal, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = TrainingSettings(epochs=1, batch=40)
    expected = course(train(small(), untested, settings)).weights
    monkeypatch.setattr(mini_batch, "LONG", 1)
    assert _pauses(train(small(), untested, settings)) == 2 + 2 * len(small().layers)
    assert equal(course(train(small(), untested, settings)).weights, expected)
    monkeypatch.setattr(mini_batch, "MOST_PRODUCTS", 10 * cost(small()).products)
    assert _pauses(train(small(), untested, settings)) == 4 * (2 + 2 * len(small().layers))


def test_the_first_step_needs_no_symbolic_mathematics() -> None:
    """torch imports sympy for some of what could be used instead, which keeps the first loss waiting."""
    program = """
import sys
from convviz.core.data import Images, Split, finish, written
from convviz.core.steering import Steering
from convviz.core.training import train
from convviz.spec.presets import lecture
from convviz.spec.training import TrainingSettings
some, steering = finish(written(20, seed=0)), Steering()
steering.want(frozenset({"layers", "gradients"}))
steering.give_way()
steering.want_checkpoint()
job = train(lecture(), Split("few", some, some), TrainingSettings(epochs=1), steering=steering)
assert any(type(news).__name__ == "Epoch" for news in job)
assert "sympy" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)


# --- what is asked of it ----------------------------------------------------------------------------------------


def test_it_pauses_steps_and_goes_on(untested: Split, small: Small, steering: Steering) -> None:
    job = train(small(), untested, TrainingSettings(epochs=2, batch=50), steering=steering)

    def until_paused() -> list[str]:
        found = []
        for news in job:
            if news is not None:
                found.append(type(news).__name__)
            if isinstance(news, Paused):
                return found
        return [*found, "end"]

    steering.play_steps(1)
    assert until_paused() == ["Stepped", "Paused"]
    assert isinstance(next(job), Paused)  # until it is told something
    steering.play_steps(2)
    assert until_paused() == ["Stepped", "Stepped", "Paused"]
    steering.play_steps(2)  # over the end of the epoch
    assert until_paused() == ["Stepped", "Epoch", "Stepped", "Paused"]
    steering.play()
    assert next(job) is None
    steering.pause()
    assert until_paused() == ["Stepped", "Paused"]
    steering.play_epoch()
    assert until_paused() == ["Stepped", "Stepped", "Epoch", "end"]


def test_an_epoch_is_played_to_its_end(untested: Split, small: Small, steering: Steering) -> None:
    job = train(small(), untested, TrainingSettings(epochs=3, batch=100), steering=steering)
    steering.play_epoch()
    names = []
    for news in job:
        names += [] if news is None else [type(news).__name__]
        if isinstance(news, Paused):
            break
    assert names == ["Stepped", "Stepped", "Epoch", "Paused"]
    assert news is not None
    assert (news.checkpoint.epoch, news.checkpoint.seen) == (1, 0)  # type: ignore[union-attr]
    job.close()


@pytest.mark.parametrize("paused", [False, True])
def test_it_ends_with_what_it_has(
    untested: Split, small: Small, course: Any, equal: Equal, steering: Steering, paused: bool
) -> None:
    job = train(small(), untested, TrainingSettings(epochs=2, batch=50), steering=steering)
    steering.want_weights()
    first = next(news for news in job if isinstance(news, Stepped))
    if paused:
        steering.pause()
        assert isinstance(next(job), Paused)
    steering.end()
    ran = course(job)
    assert ran.news == []
    assert equal(ran.weights, first.weights)


def test_it_ends_while_it_measures(data: Split, small: Small, course: Any, steering: Steering) -> None:
    job = train(small(), data, TrainingSettings(epochs=2, batch=200), steering=steering)
    assert any(isinstance(news, Stepped) for news in job)
    assert next(job) is None  # it measures
    steering.end()
    assert course(job).news == []


def test_wishes_are_met_once(untested: Split, small: Small, course: Any, equal: Equal, steering: Steering) -> None:
    steering.want(frozenset({"gradients"}))

    def wish(news: object) -> None:
        if isinstance(news, Stepped) and news.step == 2:
            steering.want_weights()
        if isinstance(news, Stepped) and news.step == 5:
            steering.want_checkpoint()

    ran = course(train(small(), untested, TrainingSettings(batch=50), steering=steering), wish)
    assert [step.step for step in ran.steps if step.weights is not None] == [3]
    assert [step.step for step in ran.steps if step.gradients is not None] == [3]
    assert [step.step for step in ran.steps if step.checkpoint is not None] == [6]
    assert ran.steps[5].checkpoint.step == 6
    assert equal(ran.weights, course(train(small(), untested, TrainingSettings(batch=50))).weights)


def test_the_gradients_are_those_of_the_mini_batch(
    untested: Split, small: Small, course: Any, steering: Steering
) -> None:
    steering.want(frozenset({"gradients"}))
    steering.want_weights()
    settings = TrainingSettings(epochs=1, batch=200, augmentation=0.0)
    step = course(train(small(), untested, settings, steering=steering)).steps[0]
    network = build(small(), initial(small()))
    functional.cross_entropy(network(as_input(untested.train.images, "cpu")), untested.train.labels).backward()  # type: ignore[no-untyped-call]
    assert set(step.gradients) == {name for name, _ in network.named_parameters()}
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None
        assert np.allclose(step.gradients[name], parameter.grad.numpy(), atol=1e-6), name


@pytest.mark.parametrize("schedule", ["constant", "cosine", "one-cycle"])
def test_the_rate_never_exceeds_its_highest_and_ends_low(schedule: str) -> None:
    settings = TrainingSettings(schedule=schedule)  # type: ignore[arg-type]
    factors = [rate_factor(settings, step, 200) for step in range(201)]
    assert all(0 <= f <= 1 for f in factors)
    assert max(factors) == pytest.approx(1.0, abs=1e-3)
    if schedule != "constant":
        assert factors[-1] == pytest.approx(0.0)
        peak = factors.index(max(factors))
        assert factors[: peak + 1] == sorted(factors[: peak + 1])
        assert factors[peak:] == sorted(factors[peak:], reverse=True)

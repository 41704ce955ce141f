"""Training against a bare torch loop, and everything that can end it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional

from convviz.core.data import Digits, finish, written
from convviz.core.network import build, snapshot
from convviz.core.training import DivergedError, Progress, accuracy, as_input, rate_factor, train
from convviz.spec.errors import InputError
from convviz.spec.network import BatchNorm2d, Conv2d, Flatten, Linear, MaxPool2d, NetworkSpec, ReLU
from convviz.spec.training import TrainingSettings
from convviz.spec.weights import Weights, initial


def _spec(classes: int = 10, norm: bool = False) -> NetworkSpec:
    layers = (
        Conv2d("conv1", 6, (5, 5), stride=(2, 2)),
        *((BatchNorm2d("norm1"),) if norm else ()),
        ReLU("relu1"),
        MaxPool2d("pool1", (2, 2)),
        Flatten("flatten"),
        Linear("fc1", classes),
    )
    return NetworkSpec("small", (1, 28, 28), layers)


@pytest.fixture(scope="module")
def digits() -> Digits:
    return finish(written(200, seed=0))


def _run(spec: NetworkSpec, digits: Digits, settings: TrainingSettings, **options: object) -> Weights:
    job = train(spec, digits, settings, **options)  # type: ignore[arg-type]
    try:
        while True:
            next(job)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]


def _equal(a: Weights, b: Weights) -> bool:
    return set(a) == set(b) and all(np.array_equal(a[name], b[name]) for name in a)


@pytest.mark.parametrize("slice_images", [None, 7, 16])
def test_equals_a_bare_torch_loop(digits: Digits, slice_images: int | None) -> None:
    settings = TrainingSettings(
        epochs=2, batch=32, rate=0.05, optimizer="sgd", schedule="cosine", average=0.0, augmentation=0.0, smoothing=0.1
    )
    weights = _run(_spec(), digits, settings, slice_images=slice_images)
    network = build(_spec(), initial(_spec(), settings.seed)).train()
    optimizer = torch.optim.SGD(network.parameters(), 0.05, momentum=0.9, weight_decay=0.01, nesterov=True)
    generator = torch.Generator().manual_seed(settings.seed)
    step, steps = 0, settings.steps(200)
    for _ in range(2):
        for batch in torch.randperm(200, generator=generator).split(32):
            optimizer.param_groups[0]["lr"] = 0.05 * 0.5 * (1 + math.cos(math.pi * step / steps))
            optimizer.zero_grad()
            scores = network(digits.images[batch] / 255.0)
            functional.cross_entropy(scores, digits.labels[batch], label_smoothing=0.1).backward()
            optimizer.step()
            step += 1
    for name, expected in snapshot(network).items():
        assert np.allclose(weights[name], expected, atol=1e-4), name


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw"])
def test_it_learns_and_is_reproducible(digits: Digits, optimizer: str) -> None:
    rate = 0.1 if optimizer == "sgd" else 0.01
    settings = TrainingSettings(epochs=15, batch=20, rate=rate, optimizer=optimizer, average=0.9)  # type: ignore[arg-type]
    first, again = (_run(_spec(), digits, settings) for _ in range(2))
    assert _equal(first, again)
    assert accuracy(build(_spec(), first), digits) > 0.75


def test_another_seed_gives_other_weights(digits: Digits) -> None:
    first, other = (_run(_spec(), digits, TrainingSettings(epochs=1, seed=seed)) for seed in (0, 1))
    assert not _equal(first, other)


def test_the_mean_of_the_weights_lags_behind_them(digits: Digits) -> None:
    settings = TrainingSettings(epochs=2, batch=5, average=0.999, schedule="constant")
    start = initial(_spec(norm=True), 0)
    mean = _run(_spec(norm=True), digits, settings)
    last = _run(_spec(norm=True), digits, replace(settings, average=0.0))
    name = "conv1.weight"
    travelled = float(np.abs(last[name] - start[name]).mean())
    lag = float(np.abs(last[name] - mean[name]).mean())
    assert 0.02 * travelled < lag < 0.5 * travelled
    assert np.array_equal(mean["norm1.running_mean"], last["norm1.running_mean"])


def test_progress_counts_steps_and_epochs_and_its_accuracy_is_that_of_its_weights(digits: Digits) -> None:
    settings = TrainingSettings(epochs=3, batch=64)
    test = finish(written(130, seed=9))
    slices = train(_spec(), digits, settings, {"own": digits, "other": test})
    records = [record for record in slices if record is not None]
    steps = [record.step for record in records if record.phase == "train"]
    assert steps == list(range(1, settings.steps(200) + 1))
    ends = [record for record in records if record.accuracy is not None]
    assert [end.epoch for end in ends] == [0, 1, 2]
    for end in ends:
        assert end.accuracy is not None
        assert end.weights is not None
        network = build(_spec(), end.weights)
        for name, held in (("own", digits), ("other", test)):
            with torch.inference_mode():
                right = network(as_input(held.images)).argmax(dim=1) == held.labels
            assert end.accuracy[name] == pytest.approx(float(right.float().mean()))


def test_a_batch_norm_sees_the_whole_batch(digits: Digits) -> None:
    settings = TrainingSettings(epochs=1, batch=50)
    whole, sliced = (_run(_spec(norm=True), digits, settings, slice_images=n) for n in (None, 8))
    assert _equal(whole, sliced)


def test_nothing_but_the_images_enters_a_batch_norms_statistics(digits: Digits) -> None:
    settings = TrainingSettings(epochs=1, batch=200, augmentation=0.0, average=0.0)
    start = initial(_spec(norm=True), settings.seed)
    conv = build(_spec(norm=True), start)[0]
    with torch.inference_mode():
        mean = conv(as_input(digits.images)).mean(dim=(0, 2, 3)).numpy()
    after = _run(_spec(norm=True), digits, settings)
    assert np.allclose(after["norm1.running_mean"], 0.1 * mean, atol=1e-4)  # momentum 0.1, from 0


def test_start_is_continued_from_and_left_alone(digits: Digits) -> None:
    start = initial(_spec(), 7)
    before = {name: array.copy() for name, array in start.items()}
    job = train(_spec(), digits, TrainingSettings(epochs=1, rate=1e-6, average=0.0), start=start)
    records = [record for record in job if record is not None]
    assert records[-1].weights is not None
    for name, array in before.items():
        assert np.array_equal(start[name], array)
        assert np.allclose(records[-1].weights[name], array, atol=1e-4)


def test_closing_ends_it_and_the_next_one_is_not_disturbed(digits: Digits) -> None:
    settings = TrainingSettings(epochs=1, batch=20)
    expected = _run(_spec(), digits, settings)
    job = train(_spec(), digits, settings)
    assert any(isinstance(record, Progress) for record in job)  # to the end of the first step
    assert next(job) is None  # and into the second
    job.close()
    assert list(job) == []
    assert _equal(_run(_spec(), digits, settings), expected)


def test_torchs_own_random_state_is_left_alone(digits: Digits) -> None:
    torch.manual_seed(3)
    before = torch.get_rng_state()
    job = train(_spec(), digits, TrainingSettings(epochs=1))
    next(job)
    next(job)
    job.close()
    # building modules draws their first weights from torch's state; the training's own choices must not depend on it
    torch.manual_seed(99)
    first = _run(_spec(), digits, TrainingSettings(epochs=1))
    torch.set_rng_state(before)
    assert _equal(first, _run(_spec(), digits, TrainingSettings(epochs=1)))


def test_divergence_names_the_step_and_keeps_good_weights(digits: Digits) -> None:
    settings = TrainingSettings(epochs=20, batch=20, rate=10.0, optimizer="sgd", schedule="constant", momentum=0.99)
    with pytest.raises(DivergedError, match="lower the learning rate") as caught:
        _run(_spec(), digits, settings, start=Weights({k: v * 1e3 for k, v in initial(_spec(), 0).items()}))
    assert all(np.isfinite(array).all() for array in caught.value.weights.values())


def test_nothing_to_train_on() -> None:
    empty = Digits(torch.empty(0, 1, 28, 28, dtype=torch.uint8), torch.empty(0, dtype=torch.int64))
    with pytest.raises(InputError, match="no images"):
        _run(_spec(), empty, TrainingSettings())


def test_labels_without_an_output(digits: Digits) -> None:
    with pytest.raises(InputError, match="5 outputs"):
        _run(_spec(classes=5), digits, TrainingSettings())


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

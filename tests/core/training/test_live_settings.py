"""Whatever is changed while it trains is followed from the next step on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from convviz.core.data import Split
from convviz.core.distributed import Share
from convviz.core.network import build
from convviz.core.steering import Steering
from convviz.core.training import course as parts
from convviz.core.training import train
from convviz.core.training.noise import Noise
from convviz.core.training.schedule import rate_factor
from convviz.spec.network import NetworkSpec
from convviz.spec.training import TrainingSettings
from convviz.spec.training.news import Note, Paused, Stepped
from convviz.spec.weights import Weights, initial

Small = Callable[..., NetworkSpec]
SETTINGS = TrainingSettings(epochs=3, batch=50, rate=0.01, schedule="constant", average=0.9, augmentation=0.0)


def _changing(steering: Steering, changes: dict[int, TrainingSettings]) -> Callable[[object], None]:
    """Sets settings after the steps of these numbers."""

    def heard(news: object) -> None:
        if isinstance(news, Stepped) and news.step in changes:
            steering.set_settings(changes[news.step])

    return heard


@pytest.mark.parametrize(
    "change",
    [
        {"rate": 0.1},
        {"momentum": 0.1},
        {"weight_decay": 0.9},
        {"smoothing": 0.5},
        {"average": 0.1},
        {"average": 0.0},
        {"augmentation": 1.0},
        {"dropout": 0.5},
        {"loss": "mse"},
        {"optimizer": "sgd"},
        {"schedule": "cosine"},
        {"batch": 20},
    ],
)
def test_a_change_is_as_going_on_from_a_checkpoint_with_it(
    untested: Split, small: Small, course: Any, equal: Any, change: dict[str, Any]
) -> None:
    steering = Steering()
    after = replace(SETTINGS, **change)

    def keep(news: object) -> None:
        if isinstance(news, Stepped) and news.step == 5:
            steering.want_checkpoint()
        _changing(steering, {6: after})(news)

    ran = course(train(small(dropout=True), untested, SETTINGS, steering=steering), keep)
    unchanged = course(train(small(dropout=True), untested, SETTINGS))
    assert ran.losses[:6] == unchanged.losses[:6]
    assert not equal(ran.weights, unchanged.weights)
    resumed = course(train(small(dropout=True), untested, after, start=ran.steps[5].checkpoint))
    assert resumed.losses == ran.losses[6:]
    assert equal(resumed.weights, ran.weights)
    assert ran.epochs[-1].checkpoint.settings == after


def test_another_batch_splits_the_rest_of_the_epoch_anew(untested: Split, small: Small, course: Any) -> None:
    steering = Steering()
    ran = course(
        train(small(), untested, SETTINGS, steering=steering), _changing(steering, {2: replace(SETTINGS, batch=30)})
    )
    assert [step.images for step in ran.steps[:6]] == [50, 50, 30, 30, 30, 10]
    assert [epoch.step for epoch in ran.epochs] == [6, 13, 20]
    assert [step.steps for step in ran.steps] == [12, 12] + [20] * 18


def test_epochs_can_be_added_and_taken_away(untested: Split, small: Small, course: Any) -> None:
    steering = Steering()
    changes = {2: replace(SETTINGS, epochs=9, schedule="cosine"), 6: replace(SETTINGS, epochs=1)}
    ran = course(train(small(), untested, SETTINGS, steering=steering), _changing(steering, changes))
    assert len(ran.epochs) == 2  # the second was under way
    assert [step.steps for step in ran.steps] == [12, 12, 36, 36, 36, 36, 8, 8]
    assert ran.steps[3].rate == pytest.approx(0.01 * rate_factor(changes[2], 3, 36))


def test_the_seed_has_no_effect_in_the_midst(untested: Split, small: Small, course: Any, equal: Any) -> None:
    steering = Steering()
    ran = course(
        train(small(), untested, SETTINGS, steering=steering), _changing(steering, {3: replace(SETTINGS, seed=8)})
    )
    assert equal(ran.weights, course(train(small(), untested, SETTINGS)).weights)


def test_settings_are_heard_while_it_is_paused(untested: Split, small: Small, steering: Steering) -> None:
    job = train(small(), untested, SETTINGS, steering=steering)
    steering.pause()
    assert isinstance(next(job), Paused)
    steering.set_settings(replace(SETTINGS, rate=0.5))
    paused = next(job)
    assert isinstance(paused, Paused)
    assert paused.checkpoint.settings.rate == 0.5
    assert paused.checkpoint.step == 0
    steering.play()
    assert next(news for news in job if isinstance(news, Stepped)).rate == 0.5


def test_dropout_zeroes_its_share() -> None:
    noise = Noise(bytes(torch.Generator().manual_seed(0).get_state().numpy()), torch.device("cpu"), Share())
    values = torch.ones(200, 50)
    generator = torch.Generator().manual_seed(1)
    kept = noise.dropped(values, 0.3, generator)
    assert kept.unique().tolist() == pytest.approx([0.0, 1 / 0.7])
    assert float((kept == 0).float().mean()) == pytest.approx(0.3, abs=0.02)
    assert noise.dropped(values, 0.0, generator) is values
    assert not noise.dropped(values, 1.0, generator).any()


@pytest.mark.parametrize("sizes", [(200,), (64, 64, 72), (1,) * 200])
def test_a_dropout_is_the_same_however_a_batch_is_cut(small: Small, sizes: tuple[int, ...]) -> None:
    """Of the layers and of the settings; each step has other ones, and they depend on the state before it alone."""
    values, found = torch.ones(200, 1, 28, 28), []
    for cut in ((200,), sizes):
        network = build(small(dropout=True), initial(small(dropout=True))).train()
        noise = Noise(bytes(torch.Generator().manual_seed(5).get_state().numpy()), torch.device("cpu"), Share())
        noise.fit(network)
        seen: dict[str, list[torch.Tensor]] = {"dropout1": [], "dropout2": [], "fc1": []}
        for name in ("dropout1", "dropout2", "fc1"):
            network.get_submodule(name).register_forward_hook(
                lambda _m, inputs, output, name=name, seen=seen: seen[name].append(
                    inputs[0] if name == "fc1" else output
                )
            )
        for _ in range(2):
            noise.begin_step(200, 0.25)
            for part in values.split(cut):
                network(part)
        found.append([torch.cat(parts) != 0 for parts in seen.values()])
    for whole, pieces in zip(*found, strict=True):
        assert torch.equal(whole, pieces)
        assert not torch.equal(whole[:200], whole[200:])  # of two steps


def test_without_dropout_nothing_is_drawn_for_it(small: Small) -> None:
    noise = Noise(bytes(torch.Generator().manual_seed(0).get_state().numpy()), torch.device("cpu"), Share())
    noise.fit(build(small(), initial(small())))
    before = noise.state
    noise.begin_step(8, 0.0)
    assert noise.state == before
    noise.begin_step(8, 0.1)
    assert noise.state != before


# --- another device ---------------------------------------------------------------------------------------------


def test_an_unusable_device_is_said_and_the_training_stays(
    untested: Split, small: Small, course: Any, equal: Any, steering: Steering
) -> None:
    def heard(news: object) -> None:
        if isinstance(news, Stepped) and news.step == 4:
            steering.set_device("cuda:77")

    ran = course(train(small(), untested, SETTINGS, steering=steering), heard)
    notes = [news.text for news in ran.news if isinstance(news, Note)]
    assert notes == ["there is no device cuda:77 on this machine; the training stays on CPU"]
    assert equal(ran.weights, course(train(small(), untested, SETTINGS)).weights)


def test_an_unusable_device_at_the_start(untested: Split, small: Small, course: Any) -> None:
    ran = course(train(small(), untested, SETTINGS, device="mps:5"))
    assert isinstance(ran.news[0], Note)
    assert "the CPU is used instead" in ran.news[0].text
    assert len(ran.epochs) == 3


def test_another_device_goes_on_from_a_checkpoint(
    untested: Split, small: Small, course: Any, equal: Any, steering: Steering, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a device of another name that is the CPU; a real one rounds differently."""
    from convviz.core.training import job as trainings

    monkeypatch.setattr(trainings, "choose", lambda device: ("cpu:0" if device == "other" else device, ""))

    def heard(news: object) -> None:
        if isinstance(news, Stepped) and news.step == 6:
            steering.set_device("other")

    ran = course(train(small(dropout=True), untested, SETTINGS, steering=steering), heard)
    expected = course(train(small(dropout=True), untested, SETTINGS))
    assert ran.losses == expected.losses
    assert equal(ran.weights, expected.weights)


@pytest.mark.parametrize("wishes", [False, True])
def test_where_reading_waits_steps_are_read_ten_at_a_time(
    untested: Split, small: Small, course: Any, equal: Any, monkeypatch: pytest.MonkeyPatch, wishes: bool
) -> None:
    """As on a GPU: what is said, and what is learnt, is the same."""
    settings, steering = replace(SETTINGS, batch=15), Steering()
    expected = course(train(small(), untested, settings))
    monkeypatch.setattr(parts.Course, "at_hand", False)
    groups: list[list[int]] = [[]]

    def heard(news: object) -> None:
        if isinstance(news, Stepped):
            groups[-1].append(news.step)
            if wishes and news.step == 10:
                steering.want_weights()
        elif groups[-1]:
            groups.append([])

    ran = course(train(small(), untested, settings, steering=steering), heard)
    assert ran.losses == expected.losses
    assert equal(ran.weights, expected.weights)
    assert [epoch.train_loss for epoch in ran.epochs] == [epoch.train_loss for epoch in expected.epochs]
    assert groups[0] == list(range(1, 11))
    assert groups[1] == ([11] if wishes else [11, 12, 13, 14])  # fourteen steps are an epoch
    assert [step.step for step in ran.steps if step.weights is not None] == ([11] if wishes else [])


def test_weights_can_be_had_after_every_change(untested: Split, small: Small, course: Any, steering: Steering) -> None:
    """Random changes of everything, with weights asked for: no step is lost, nothing is NaN."""
    rng = np.random.default_rng(0)
    seen: list[Weights] = []

    def heard(news: object) -> None:
        if isinstance(news, Stepped):
            seen.extend([news.weights] if news.weights is not None else [])
            steering.want_weights()
            change = {
                "rate": float(rng.choice([1e-4, 1e-2])),
                "batch": int(rng.integers(1, 90)),
                "optimizer": str(rng.choice(["sgd", "adam", "adamw"])),
                "average": float(rng.choice([0.0, 0.5])),
                "loss": str(rng.choice(["mse", "cross-entropy"])),
                "dropout": float(rng.choice([0.0, 0.4])),
                "augmentation": float(rng.choice([0.0, 1.0])),
                "momentum": float(rng.choice([0.0, 0.9])),
            }
            steering.set_settings(replace(SETTINGS, **change))

    ran = course(train(small(norm=True), untested, SETTINGS, steering=steering), heard)
    assert [step.step for step in ran.steps] == list(range(1, len(ran.steps) + 1))
    assert len(seen) == len(ran.steps) - 1
    assert all(np.isfinite(array).all() for weights in seen for array in weights.values())
    assert set(ran.weights) == set(initial(small(norm=True)))
    assert sum(step.images for step in ran.steps) == 3 * 200

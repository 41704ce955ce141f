"""The gradients of the weights on screen, at any moment of a training and without one: against autograd."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from convviz.session import editing
from convviz.spec.errors import InputError
from convviz.spec.network import NetworkSpec
from convviz.spec.project import load, save
from convviz.spec.strokes import Drawing, Stroke
from convviz.spec.training.news import Loading
from convviz.spec.training.source import DataSource, Labelled
from convviz.spec.weight_edit import same
from convviz.spec.weights import Weights, initial

from .conftest import IMAGES, SETTINGS, TINY, Hand, images

MakeHand = Callable[..., Hand]
GRADIENTS = frozenset({"gradients"})
MOST = 64  # images


def autograd(network: NetworkSpec, weights: Weights, loss: str = "cross-entropy") -> dict[str, np.ndarray]:
    """One backward pass of torch through all of the network, of the images that were drawn once."""
    import torch
    from torch.nn import functional

    from convviz.core.network import assemble
    from convviz.core.training import as_input
    from convviz.core.training.loss_gradients import chosen

    some = chosen(images(IMAGES, 1), MOST)
    made = assemble(network, weights)[0].train().double()
    scores = made(as_input(some.images).double())
    if loss == "mse":
        value = functional.mse_loss(scores, functional.one_hot(some.labels, scores.shape[1]).double())
    else:
        value = functional.cross_entropy(scores, some.labels)
    names, parameters = zip(*made.named_parameters(), strict=True)
    return {n: g.numpy() for n, g in zip(names, torch.autograd.grad(value, parameters), strict=True)}


def assert_gradients(hand: Hand, loss: str = "cross-entropy") -> None:
    """Those of the weights on screen are there, and it is said whose they are."""
    of = hand.trainer.gradients_of
    assert of is not None
    assert (of.images, of.among, of.why) == (MOST, IMAGES, "")
    assert of.weights is hand.state.weights
    expected = autograd(hand.state.network, hand.state.weights, loss)
    assert set(hand.trainer.gradients) == set(expected)
    for name, gradient in expected.items():
        scale = max(float(np.abs(gradient).max()), 1e-2)  # before a batch norm a bias has 0
        assert np.allclose(hand.trainer.gradients[name], gradient, rtol=1e-4, atol=1e-4 * scale), name


@pytest.fixture
def paused(hand: Hand) -> Hand:
    """In the third epoch, while somebody looks at gradients."""
    hand.trainer.want(GRADIENTS)
    hand.trainer.start()
    hand.until_step(12)
    hand.trainer.pause()
    hand.idle()
    return hand


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Weights]:
    """The weights whose gradients were begun to be computed."""
    from convviz.core.training import loss_gradients as module

    begun: list[Weights] = []
    real = module.loss_gradients

    def noted(network: NetworkSpec, weights: Weights, *rest: object) -> object:
        begun.append(weights)
        return real(network, weights, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "loss_gradients", noted)
    return begun


def test_of_a_pause(paused: Hand) -> None:
    assert_gradients(paused)
    assert "gradients" in paused.what


def test_while_it_steps_they_are_those_of_the_last_mini_batch(hand: Hand, asked: list[Weights]) -> None:
    hand.trainer.want(GRADIENTS)
    hand.trainer.start()
    hand.until_step(1)
    asked.clear()
    hand.until(lambda: hand.trainer.gradients and hand.trainer.gradients_of is None)
    hand.until_step(8)
    assert hand.trainer.gradients_of is None
    assert asked == []
    hand.idle()
    assert hand.trainer.status == "done"
    assert_gradients(hand)


def test_every_moment_of_the_past_has_its_own(paused: Hand) -> None:
    trainer = paused.trainer
    found = []
    for checkpoint in (*trainer.checkpoints[:-1], None):
        trainer.scrub(checkpoint)
        paused.idle()
        assert_gradients(paused)
        found.append(trainer.gradients["conv1.weight"])
    assert not any(np.array_equal(one, other) for one, other in pairwise(found))
    trainer.scrub(trainer.checkpoints[1])
    paused.idle()
    assert np.array_equal(trainer.gradients["conv1.weight"], found[1]), "a moment has the same every time"


def test_moments_that_are_passed_quickly_are_left_out(paused: Hand, asked: list[Weights]) -> None:
    asked.clear()
    trainer = paused.trainer
    before = trainer.gradients_of
    for checkpoint in trainer.checkpoints[:-1]:
        trainer.scrub(checkpoint)
        paused.turn()  # it has begun by then
        assert trainer.gradients_of is before
        assert before is not None
        assert before.weights is not paused.state.weights, "who shows them can tell whose they are"
    paused.idle()
    assert_gradients(paused)
    assert asked[-1] is trainer.checkpoints[-2].mean
    assert len(asked) == 1


def test_it_goes_on_as_if_nobody_had_looked(make_hand: MakeHand) -> None:
    whole, hand = make_hand(), make_hand()
    whole.trainer.start()
    whole.idle()
    for step in (3, 7, 12):
        hand.trainer.want(GRADIENTS)
        hand.trainer.start()
        hand.until_step(step)
        hand.trainer.pause()
        hand.until(lambda: hand.trainer.status == "paused")
        hand.turn()
        hand.turn()  # in the midst of it
        if step == 7:
            hand.idle()
            assert_gradients(hand)
    hand.trainer.start()
    hand.idle()
    assert hand.losses == whole.losses
    assert same(hand.state.weights, whole.state.weights)
    assert_gradients(hand)


def test_after_a_file_was_opened(paused: Hand, tmp_path: Path) -> None:
    save(tmp_path / "x.convviz", paused.state)
    again = Hand(load(tmp_path / "x.convviz"))
    again.idle()
    assert again.trainer.gradients == {}, "nobody looks"
    again.trainer.want(GRADIENTS)
    again.idle()
    assert_gradients(again)
    for name, array in paused.trainer.gradients.items():
        assert np.array_equal(again.trainer.gradients[name], array), name
    assert again.trainer.loading is None
    assert not again.engine.steered


def test_before_anything_was_trained(hand: Hand, loads: list[object]) -> None:
    hand.idle()
    assert loads == []
    hand.trainer.want(GRADIENTS)
    hand.idle()
    assert_gradients(hand)


def test_only_while_somebody_looks(paused: Hand, asked: list[Weights]) -> None:
    asked.clear()
    paused.trainer.want(frozenset())
    paused.trainer.scrub(paused.trainer.checkpoints[0])
    paused.idle()
    assert asked == []
    paused.trainer.want(GRADIENTS)
    paused.turn()
    paused.trainer.want(frozenset())
    paused.idle()
    assert asked == []


def test_an_edit_by_hand_has_its_own(paused: Hand) -> None:
    paused.experiment.commit(editing.with_bias_of(paused.state, "fc1", 1, 3.0))
    paused.idle()
    assert_gradients(paused)


def test_of_weights_that_are_not_the_runs(paused: Hand) -> None:
    paused.experiment.commit(paused.entries[0].revert(paused.state))
    paused.idle()
    assert paused.trainer.departed
    assert_gradients(paused)


def test_the_loss_is_that_of_the_moment(hand: Hand) -> None:
    hand.trainer.want(GRADIENTS)
    hand.idle()
    hand.experiment.change(plan=replace(hand.state.plan, settings=replace(SETTINGS, loss="mse")))
    hand.idle()
    assert_gradients(hand, "mse")
    hand.trainer.start()
    hand.idle()
    hand.experiment.change(plan=replace(hand.state.plan, settings=SETTINGS))
    hand.idle()
    assert_gradients(hand, "mse")  # the run is over: it was trained so


def test_the_test_images_can_be_judged_meanwhile(paused: Hand) -> None:
    paused.trainer.want(frozenset({"gradients", "epoch"}))
    paused.trainer.scrub(paused.trainer.checkpoints[1])
    paused.idle()
    assert_gradients(paused)
    assert paused.trainer.judged is not None
    assert paused.trainer.judged.step == paused.trainer.cursor


def test_drawings_kept_by_hand_matter_where_they_are_learnt_from(hand: Hand, asked: list[Weights]) -> None:
    drawing = Labelled(Drawing((Stroke(np.array([[1.0, 2.0], [3.0, 4.0]]), 2.0),)), 1)
    hand.trainer.want(GRADIENTS)
    hand.idle()
    hand.experiment.change(plan=replace(hand.state.plan, kept=(drawing,)))
    hand.experiment.change(weights=hand.state.weights.replaced("fc1.bias", np.ones(3, np.float32)))
    hand.idle()
    count = len(asked)
    hand.experiment.change(plan=replace(hand.state.plan, source=DataSource("handwriting")))
    hand.idle()
    assert len(asked) == count + 1
    hand.experiment.change(plan=replace(hand.state.plan, kept=(drawing, drawing)))
    hand.idle()
    assert len(asked) == count + 2


def test_why_there_are_none(make_hand: MakeHand) -> None:
    network = TINY.with_layer(replace(TINY["fc1"], out_features=7))
    hand = make_hand(network=network, weights=initial(network))
    hand.trainer.want(GRADIENTS)
    hand.idle()
    of = hand.trainer.gradients_of
    assert of is not None
    assert of.why == "'squares' has 3 classes, but 'tiny' has 7 outputs; give its last layer 3 outputs"
    assert hand.trainer.gradients == {}
    assert hand.refused == hand.told == []
    hand.experiment.change(network=TINY, weights=initial(TINY))
    hand.idle()
    assert_gradients(hand)


def test_nothing_is_downloaded_for_them(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    from convviz.core import data

    asked = []

    def downloads(source: object, *_: object) -> Generator[Loading, None, data.Split]:
        yield Loading("asking torchvision for MNIST", 0, 0, remote=True)
        asked.append(source)
        return data.Split("squares", images(IMAGES, 1), images(12, 2), ("a", "b", "c"))

    monkeypatch.setattr(data, "load", downloads)
    hand.trainer.want(GRADIENTS)
    hand.idle()
    assert asked == []
    of = hand.trainer.gradients_of
    assert of is not None
    assert "downloaded first" in of.why
    hand.trainer.start()
    hand.idle()
    assert_gradients(hand)


def fails_with(error: Exception, hand: Hand, monkeypatch: pytest.MonkeyPatch) -> str:
    """What is said where the gradients cannot be computed."""
    from convviz.core.training import loss_gradients as module

    def fails(*_: object) -> Generator[None, None, object]:
        yield None
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(module, "loss_gradients", fails)
        hand.trainer.want(GRADIENTS)
        hand.idle()
    of = hand.trainer.gradients_of
    assert of is not None
    assert hand.trainer.gradients == {}
    assert hand.refused == hand.told == []
    hand.experiment.commit(editing.with_bias_of(hand.state, "fc1", 1, 3.0))
    hand.idle()
    assert_gradients(hand)
    return of.why


def test_too_little_memory_is_said(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    error = InputError("there is not enough memory for the gradients of 64 images")
    assert fails_with(error, hand, monkeypatch) == str(error)


@pytest.mark.expects_log
def test_what_nobody_expected_is_a_sentence_too(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    error = RuntimeError("the device is lost\nat 0x77")
    assert fails_with(error, hand, monkeypatch) == "they could not be computed (the device is lost)"

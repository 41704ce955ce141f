"""The test images are judged whenever somebody looks, also where no training does it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from convviz.session import editing
from convviz.session.training import gathering
from convviz.spec.network import NetworkSpec
from convviz.spec.project import load, save
from convviz.spec.state import opened
from convviz.spec.strokes import Drawing, Stroke
from convviz.spec.training.news import Judged, Loading
from convviz.spec.training.source import DataSource, Labelled
from convviz.spec.weights import Weights, initial

from . import conftest
from .conftest import TINY, Hand, images

MakeHand = Callable[..., Hand]
EPOCH = frozenset({"epoch"})


def judgement(network: NetworkSpec, weights: Weights) -> list[int]:
    """What the library makes of the test images."""
    import torch

    from convviz.core.network import assemble
    from convviz.core.training import as_input

    with torch.no_grad():
        scores = assemble(network, weights)[0].eval()(as_input(images(12, 2).images))
    return [int(at) for at in scores.argmax(dim=1)]


def assert_judged(hand: Hand, step: int) -> None:
    judged, best = hand.trainer.judged, hand.trainer.best
    assert judged is not None
    assert best is not None
    assert judged.step == best.step == step
    assert judged.predicted.tolist() == judgement(hand.state.network, hand.state.weights)


@pytest.fixture
def done(hand: Hand) -> Hand:
    hand.trainer.start()
    hand.idle()
    return hand


def test_how_a_stopped_run_does_is_in_the_list(hand: Hand) -> None:
    hand.trainer.start()
    hand.until_step(7)
    hand.trainer.stop()
    hand.idle()
    assert hand.trainer.run is not None
    assert hand.trainer.run.tested is None, "nobody looks"
    hand.trainer.want(EPOCH)
    hand.idle()
    step, right = hand.trainer.curves.last_step, judgement(TINY, hand.state.weights)
    share = sum(one == other for one, other in zip(right, images(12, 2).labels.tolist(), strict=True)) / 12
    assert hand.trainer.run.tested == (step, pytest.approx(share))
    assert hand.state.runs.runs[0].tested == hand.trainer.run.tested, "also in a file"
    hand.experiment.commit(editing.with_bias_of(hand.state, "conv1", 0, 50.0))
    hand.idle()
    assert hand.trainer.run.tested[1] == pytest.approx(share), "what is edited by hand is not what the run has learnt"


def test_after_a_file_was_opened(done: Hand, tmp_path: Path) -> None:
    save(tmp_path / "x.convviz", done.state)
    again = Hand(load(tmp_path / "x.convviz"))
    again.idle()
    assert again.trainer.judged is None, "nobody looks"
    again.trainer.want(EPOCH)
    again.idle()
    assert_judged(again, 20)
    assert again.trainer.data is not None
    assert again.trainer.loading is None
    assert {"data", "epoch"} <= again.what
    assert not again.engine.steered


def test_before_anything_was_trained(hand: Hand) -> None:
    hand.trainer.want(EPOCH)
    hand.idle()
    assert_judged(hand, 0)


def test_the_past_is_judged_too_and_remembered(done: Hand) -> None:
    done.trainer.want(EPOCH)
    done.idle()
    newest = done.trainer.judged
    for checkpoint in done.trainer.checkpoints[:-1]:
        done.trainer.scrub(checkpoint)
    done.idle()
    assert_judged(done, done.trainer.checkpoints[-2].step)
    done.trainer.scrub(None)
    assert done.trainer.judged is newest, "at once"


def test_an_edit_by_hand_is_judged(done: Hand) -> None:
    done.trainer.want(EPOCH)
    done.idle()
    done.experiment.commit(editing.with_bias_of(done.state, "fc1", 1, 50.0))
    done.idle()
    assert_judged(done, 20)
    assert done.trainer.judged is not None
    assert set(done.trainer.judged.predicted.tolist()) == {1}


def test_a_pause_is_enough(hand: Hand) -> None:
    hand.trainer.want(EPOCH)
    hand.trainer.start()
    hand.until_step(7)
    hand.trainer.pause()
    hand.idle()
    assert_judged(hand, hand.trainer.curves.last_step)


def test_while_it_trains_what_is_missing_is_measured_once(hand: Hand) -> None:
    hand.trainer.start()
    hand.until_step(2)
    assert hand.trainer.judged is None
    hand.trainer.want(EPOCH)
    hand.until(lambda: hand.trainer.judged is not None)
    hand.idle()
    assert hand.trainer.status == "done"
    assert_judged(hand, 20)


def test_what_takes_long_is_measured_all_the_same(make_hand: MakeHand, monkeypatch: pytest.MonkeyPatch) -> None:
    from convviz.core import judging

    begun, judged = [], judging.judged

    def slow(network: object, images: object, device: str = "cpu", step: int = 0) -> Generator[None, None, object]:
        begun.append(step)
        for _ in range(300):
            yield
        return (yield from judged(network, images, device, step))  # type: ignore[arg-type]

    monkeypatch.setattr(judging, "judged", slow)
    monkeypatch.setattr(gathering, "SAY_S", 0.0)  # each step is heard of, and the trainer asks for more checkpoints
    monkeypatch.setattr(conftest, "IMAGES", 6400)  # 400 steps an epoch
    hand = make_hand()
    hand.trainer.start()
    hand.until_step(2)
    hand.trainer.want(EPOCH)
    hand.until(lambda: hand.trainer.judged is not None)
    assert len(begun) == 1
    assert hand.trainer.judged is not None
    assert begun[0] == hand.trainer.judged.step
    assert hand.trainer.checkpoints[-1].step > begun[0], "there is a newer one by now"
    hand.trainer.stop()
    hand.idle()


def test_other_data_is_judged_anew(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    from convviz.core import data

    def loads(source: DataSource, *_: object) -> Generator[Loading, None, data.Split]:
        yield Loading("making images", 1, 2)
        return data.Split(source.kind, images(80, 1), images(12 if source.kind == "digits" else 9, 2), ("a", "b", "c"))

    monkeypatch.setattr(data, "load", loads)
    hand.trainer.want(EPOCH)
    hand.idle()
    assert_judged(hand, 0)
    both: list[tuple[int, int]] = []  # images, judgements

    def look(_: object) -> None:
        if hand.trainer.judged is not None and hand.trainer.data is not None:
            both.append((len(hand.trainer.data.test), len(hand.trainer.judged.predicted)))

    hand.trainer.changed.connect(look)
    hand.experiment.change(plan=replace(hand.state.plan, source=DataSource("strokes")))
    hand.idle()
    assert both[-1] == (9, 9)
    assert all(count == judgements for count, judgements in both)
    hand.experiment.change(plan=replace(hand.state.plan, source=DataSource("digits")))
    hand.idle()
    assert both[-1] == (12, 12)


def test_drawings_of_other_classes_are_not_learnt_as_these(make_hand: MakeHand) -> None:
    network = replace(TINY, classes=("top", "middle", "bottom"))
    hand = make_hand(network=network, weights=initial(network))
    drawing = Drawing((Stroke(np.array([[1.0, 2.0], [3.0, 4.0]]), 2.0),))
    kept = tuple(Labelled(drawing, 1, name) for name in ("middle", "cat"))
    hand.experiment.change(plan=replace(hand.state.plan, source=DataSource("handwriting"), kept=kept))
    hand.trainer.start()
    hand.idle()
    assert "1 of 2 drawings were kept as cat, which the network does not have" in hand.refused[0]
    hand.experiment.change(plan=replace(hand.state.plan, kept=kept[:1]))
    hand.trainer.start()
    hand.until(lambda: hand.trainer.status == "running")
    assert hand.trainer.data is not None
    assert hand.trainer.data.classes == network.classes


def test_further_handwriting_is_judged_anew(make_hand: MakeHand, loads: list[object]) -> None:
    hand = make_hand()
    drawing = Labelled(Drawing((Stroke(np.array([[1.0, 2.0], [3.0, 4.0]]), 2.0),)), 1)
    hand.experiment.change(plan=replace(hand.state.plan, source=DataSource("handwriting"), kept=(drawing,)))
    hand.trainer.want(EPOCH)
    hand.idle()
    first = hand.trainer.judged
    assert (len(loads), first is not None) == (1, True)
    hand.experiment.change(plan=replace(hand.state.plan, kept=(drawing, drawing)))
    hand.idle()
    assert len(loads) == 2
    assert hand.trainer.judged is not first
    assert_judged(hand, 0)


def test_weights_that_are_not_the_runs_are_judged_too(done: Hand) -> None:
    done.trainer.want(EPOCH)
    done.idle()
    before = done.trainer.judged
    done.experiment.commit(done.entries[0].revert(done.state))
    assert done.trainer.departed
    assert done.trainer.judged is None, "what the run has made of them is not said of others"
    assert done.trainer.measuring
    done.idle()
    assert not done.trainer.measuring
    assert_judged(done, 0)
    done.experiment.commit(done.entries[0].apply(done.state))
    assert done.trainer.judged is before, "at once"
    assert isinstance(before, Judged)
    assert before.step == 20


def test_another_network_is_judged_instead_of_the_run(done: Hand) -> None:
    done.trainer.want(EPOCH)
    done.idle()
    for padding, classes in (((1, 1), 3), ((0, 0), 7)):
        other = TINY.with_layer(replace(TINY["conv1"], padding=padding))
        other = other.with_layer(replace(other["fc1"], out_features=classes))
        done.experiment.commit(opened(done.state, other, initial(other)))
        done.what.clear()
        done.idle()
        if classes == 3:
            assert_judged(done, 0)
        else:
            assert done.trainer.judged is None, "it has no answer for these images"
            assert "epoch" in done.what
    assert done.refused == []


def test_a_network_of_other_classes_is_left_alone(make_hand: MakeHand) -> None:
    from convviz.spec.weights import initial

    network = TINY.with_layer(replace(TINY["fc1"], out_features=7))
    hand = make_hand(network=network, weights=initial(network))
    hand.trainer.want(EPOCH)
    hand.idle()
    assert hand.trainer.judged is None
    assert hand.refused == hand.told == []


def test_nothing_is_downloaded_for_it(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    from convviz.core import data

    asked = []

    def downloads(source: object, *_: object) -> Generator[Loading, None, data.Split]:
        yield Loading("asking torchvision for MNIST", 0, 0, remote=True)
        asked.append(source)
        return data.Split("squares", images(80, 1), images(12, 2), ("a", "b", "c"))

    with monkeypatch.context() as slow:
        slow.setattr(data, "load", downloads)
        hand.experiment.change(plan=replace(hand.state.plan, source=DataSource("mnist")))
        hand.trainer.want(EPOCH)
        hand.idle()
    assert asked == []
    assert hand.trainer.judged is None
    assert hand.trainer.loading is None
    hand.experiment.change(plan=replace(hand.state.plan, source=DataSource("digits")))
    hand.idle()
    assert_judged(hand, 0)


def test_layers_are_measured_at_times_also_where_nobody_looks(done: Hand) -> None:
    assert done.trainer.curves.layers["conv1"][:, 0].tolist() == [1]
    done.trainer.want(frozenset({"layers"}))
    done.trainer.start()
    done.idle()
    assert done.trainer.curves.layers["conv1"][:, 0].tolist() == [1, 11]
    assert np.isfinite(done.trainer.curves.layers["conv1"][:, 1]).all()


def test_who_looks_away_ends_the_loading(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    from convviz.core import data

    def loads(source: DataSource, *_: object) -> Generator[Loading, None, data.Split]:
        for done in range(5):
            yield Loading("making images", done, 5)
        return data.Split(source.kind, images(80, 1), images(12, 2), ("a", "b", "c"))

    monkeypatch.setattr(data, "load", loads)
    hand.trainer.want(EPOCH)
    hand.until(lambda: hand.trainer.loading is not None)
    hand.trainer.want(frozenset())
    assert hand.trainer.loading is None
    hand.idle()
    assert hand.trainer.loading is None


def test_looking_at_data_that_would_have_to_be_downloaded_leaves_what_is_there(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    from convviz.core import data

    loaded = []

    def loads(source: DataSource, *_: object) -> Generator[Loading, None, data.Split]:
        loaded.append(source.kind)
        yield Loading("a file", 0, 1, remote=source.kind == "mnist")
        return data.Split(source.kind, images(80, 1), images(12, 2), ("a", "b", "c"))

    monkeypatch.setattr(data, "load", loads)
    hand.trainer.want(EPOCH)
    hand.idle()
    here = hand.state.plan
    for source in (DataSource("mnist"), here.source):
        hand.experiment.change(plan=replace(here, source=source))
        hand.idle()
    assert loaded == [here.source.kind, "mnist"], "the first was still there"
    assert_judged(hand, 0)

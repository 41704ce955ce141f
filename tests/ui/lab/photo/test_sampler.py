"""Coarse at once, every pixel when nothing moves; always the operation's own values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from convviz.spec.lab.lab import Lab
from convviz.spec.lab.trial import perform
from convviz.spec.lab.viewport import Viewport, extent
from convviz.spec.network import Conv2d, MaxPool2d
from convviz.spec.weights import initial
from convviz.ui.lab.photo import sampler as module
from convviz.ui.lab.photo.sampler import Sampled, Sampler
from convviz.ui.lab.photo.whole import Whole


def true(lab: Lab, sampled: Sampled, outputs: tuple[int, ...] = (0,)) -> bool:
    whole = perform(lab).output[list(outputs)]
    expected = whole[:, sampled.rows.places][:, :, sampled.columns.places]
    return expected.shape == sampled.values.shape and np.allclose(sampled.values, expected, atol=1e-5)


@pytest.fixture
def sampler(qtbot: QtBot) -> Sampler:
    return Sampler()


def fitted(lab: Lab) -> Viewport:
    return Viewport.fitted(extent(lab.row), (150, 160))


def test_a_small_look_is_whole_at_once(sampler: Sampler, photo_lab) -> None:
    lab = photo_lab()
    found = sampler.show(lab, lab.row, fitted(lab), (0,))
    assert found.coarse == 1
    assert not sampler.refining
    assert true(lab, found)


@pytest.mark.parametrize("kept", [True, False])
def test_a_large_one_becomes_finer(
    sampler: Sampler, photo_lab, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, kept: bool
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 20_000)
    if not kept:
        monkeypatch.setattr(module, "KEPT", 0)
    lab = photo_lab(Conv2d("conv", 4, (5, 5), padding=(2, 2)), "rgb")
    view = fitted(lab)
    first = sampler.show(lab, lab.row, view, (1, 3))
    assert first.coarse > 1
    assert true(lab, first, (1, 3))
    with qtbot.waitSignal(sampler.refined):
        pass
    assert sampler.sampled is not None
    assert sampler.sampled.coarse == 1
    assert true(lab, sampler.sampled, (1, 3))
    other = replace(lab, weights=initial(lab.network, seed=9))
    again = sampler.show(other, other.row, view, (1, 3))
    assert (again.coarse == 1) == kept, "what was read is there for the next kernel"
    assert true(other, again, (1, 3))


def test_large_patches_that_are_kept_are_summed_when_idle(
    sampler: Sampler, photo_lab, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 20_000)
    monkeypatch.setattr(module, "SUMMED", 50_000)
    lab = photo_lab()
    view = fitted(lab)
    for seed in range(3):
        lab = replace(lab, weights=initial(lab.network, seed=seed))
        assert sampler.show(lab, lab.row, view, (0,)).coarse > 1
        with qtbot.waitSignal(sampler.refined):
            pass
        assert sampler.sampled is not None
        assert sampler.sampled.coarse == 1
        assert true(lab, sampler.sampled)


def test_a_move_ends_what_was_made_finer(
    sampler: Sampler, photo_lab, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 5_000)
    lab = photo_lab()
    sampler.show(lab, lab.row, fitted(lab), (0,))
    near = fitted(lab).zoomed(3.0)
    with qtbot.waitSignal(sampler.refined):
        sampler.show(lab, lab.row, near, (0,))
    assert sampler.sampled is not None
    assert len(sampler.sampled.rows.places) <= 51
    assert true(lab, sampler.sampled)
    sampler.show(lab, lab.row, near.moved(5, 5), (0,))
    sampler.stop()
    assert not sampler.refining


def test_the_whole_result_is_shown_where_there_is_one(sampler: Sampler, photo_lab) -> None:
    lab = photo_lab(MaxPool2d("pool", (3, 3)))
    values = np.full(lab.row.output_shape, 7, np.float32)
    sampler.set_full(Whole(values, (1,)))
    assert true(lab, sampler.show(lab, lab.row, fitted(lab), (0,))), "of another channel"
    sampler.set_full(Whole(values, (0,)))
    assert (sampler.show(lab, lab.row, fitted(lab), (0,)).values == 7).all()
    sampler.set_full(None)
    assert true(lab, sampler.show(lab, lab.row, fitted(lab), (0,)))


def test_nothing_to_be_seen(sampler: Sampler, photo_lab) -> None:
    lab = photo_lab()
    beside = Viewport(-500.0, 0.0, 1.0, (50, 50))
    assert sampler.show(lab, lab.row, beside, (0,)).values.size == 0

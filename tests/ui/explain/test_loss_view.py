"""Softmax and cross-entropy with the numbers put in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from convviz.session.experiment import State
from convviz.session.outbox import Frame
from convviz.spec.arithmetic import cross_entropy
from convviz.spec.arithmetic.written import written
from convviz.spec.probe import Probe
from convviz.spec.strokes import Drawing
from convviz.ui.explain.loss_view import LossView, short


@pytest.fixture
def frame_with(make_state: Callable[..., State], make_frame: Callable[..., Frame]) -> Callable[..., Frame]:
    """A frame whose last layer puts out these scores."""

    def make(scores: Any, **values: Any) -> Frame:
        frame = make_frame(make_state(**values))
        frame.maps["fc2"] = np.asarray(scores, np.float32)
        return frame

    return make


def test_the_lectures_example(show: Callable[..., Any], frame_with: Callable[..., Frame]) -> None:
    view = show(LossView(), 256, 400)
    losses = []
    for scores, target in (([-1, -3, 4], 0), ([-3, 3, -1], 1)):
        view.show_frame(frame_with(scores), Probe(target=target))
        losses.append(view.lines.loss.loss)
    assert np.mean(losses) == pytest.approx(2.5141, abs=5e-5)
    assert "exp(−3)" in view.lines.accessibleDescription()


def test_the_sum_is_written_out_once_and_the_loss_from_the_probability() -> None:
    for scores, target, told in (
        ([-1, -3, 4], 0, "−log(0.006687) = 5.008"),
        ([20, 0], 0, "−log(1 − 2.061e−09) = 2.061e−09"),
        ([0, 900], 0, "log(1) − (−900) = 900"),
        ([3], 0, "−log(1) = 0"),
    ):
        loss = cross_entropy(scores, target)
        assert short(loss)[1] == told
        assert written(loss.loss) == told.rsplit(" ", 1)[1]


def test_an_empty_pad_answers_nothing(show: Callable[..., Any], frame_with: Callable[..., Frame]) -> None:
    view = show(LossView(), 256, 400)
    scores = np.arange(10)
    for values, text in (({}, "predicted (9)"), ({"drawing": Drawing()}, "predicted")):
        view.show_frame(frame_with(scores, **values), Probe())
        assert view.chooser.currentText() == text
    frame = frame_with(scores)
    frame.maps["input"][:] = 0
    view.show_frame(frame, Probe())
    assert view.chooser.currentText() == "predicted", "what was drawn lies outside"


@pytest.mark.parametrize("scores", [np.zeros(1), np.linspace(-900, 900, 1000), np.array([np.nan, 1.0]), [np.inf, 0]])
def test_any_scores_are_shown(show: Callable[..., Any], frame_with: Callable[..., Frame], scores: Any) -> None:
    view = show(LossView(), 246, 400)
    view.show_frame(frame_with(scores), Probe())
    view.grab()
    assert view.height() < 700

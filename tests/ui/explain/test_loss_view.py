"""Softmax and cross-entropy with the numbers put in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from convviz.spec.presets import lecture
from convviz.spec.probe import Probe
from convviz.ui.explain.loss_view import LossView


def test_the_lectures_example(show: Callable[..., Any]) -> None:
    view = show(LossView(), 256, 400)
    losses = []
    for scores, target in (([-1, -3, 4], 0), ([-3, 3, -1], 1)):
        view.show_scores(lecture(), np.array(scores, np.float32), Probe(target=target))
        losses.append(view.lines.loss.loss)
    assert np.mean(losses) == pytest.approx(2.5141, abs=5e-5)
    assert "exp(−3)" in view.lines.accessibleDescription()


@pytest.mark.parametrize("scores", [np.zeros(1), np.linspace(-900, 900, 1000), np.array([np.nan, 1.0]), [np.inf, 0]])
def test_any_scores_are_shown(show: Callable[..., Any], scores: Any) -> None:
    view = show(LossView(), 246, 400)
    view.show_scores(lecture(), np.asarray(scores, np.float32), Probe())
    view.grab()
    assert view.height() < 700

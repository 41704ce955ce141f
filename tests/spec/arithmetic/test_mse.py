"""The mean squared error and its gradient, against torch."""

from __future__ import annotations

import numpy as np
import pytest

from convviz.spec.arithmetic import mean_square
from convviz.spec.errors import InputError


@pytest.mark.parametrize("classes", [1, 3, 10, 1000])
def test_loss_and_gradient_are_torchs(classes: int) -> None:
    import torch
    from torch.nn import functional

    rng = np.random.default_rng(classes)
    scores, target = rng.normal(0, 5, classes), int(rng.integers(classes))
    inputs = torch.tensor(scores, requires_grad=True)
    loss = functional.mse_loss(inputs, functional.one_hot(torch.tensor(target), classes).double())
    loss.backward()
    found = mean_square(scores, target)
    assert found.loss == pytest.approx(loss.item(), rel=1e-12)
    assert inputs.grad is not None
    assert [term.gradient for term in found.terms] == pytest.approx(inputs.grad.tolist(), rel=1e-12)
    assert sum(term.square for term in found.terms) / classes == pytest.approx(found.loss)


def test_the_numbers_are_put_in() -> None:
    assert mean_square([-1, -3, 4], 0).numbers == "((−1 − 1)² + (−3 − 0)² + (4 − 0)²) / 3 = 9.667"
    assert "… (12 terms)" in mean_square(np.zeros(12), 0).numbers


def test_scores_that_are_no_numbers_have_a_loss_that_is_none() -> None:
    assert np.isnan(mean_square([np.nan, 1], 1).loss)
    assert mean_square([1e300, 1], 1).loss == np.inf


def test_mistakes_are_refused() -> None:
    with pytest.raises(InputError, match="no scores"):
        mean_square([], 0)
    with pytest.raises(InputError, match="no class 3"):
        mean_square([1, 2, 3], 3)

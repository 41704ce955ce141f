"""The loss against torch, and as the lecture writes it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional as F  # noqa: N812 - as everybody calls it

from convviz.spec.arithmetic import cross_entropy, mean_cross_entropy
from convviz.spec.errors import InputError


def test_the_lectures_example() -> None:
    found = mean_cross_entropy([[-1, -3, 4], [-3, 3, -1]], (0, 1))
    assert round(found.loss, 4) == 2.5141
    assert found.numbers == "(5.008 + 0.02058) / 2 = 2.514"
    first, second = found.rows
    assert first.formula == "−log(exp x[y] / Σ_c exp x[c])"
    assert first.numbers == "−log(exp(−1) / (exp(−1) + exp(−3) + exp(4))) = 5.008"
    assert second.softmax(1) == ("exp x[1] / Σ_c exp x[c]", "exp(3) / (exp(−3) + exp(3) + exp(−1)) = 0.9796")


@pytest.mark.parametrize("seed", range(200))
def test_as_torch(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(0, rng.choice([0.1, 1, 10, 500]), rng.integers(1, 30))
    target = int(rng.integers(values.size))
    scores = torch.tensor(values, requires_grad=True)
    loss = F.cross_entropy(scores[None], torch.tensor([target]))
    loss.backward()
    found = cross_entropy(values, target)
    assert found.loss == pytest.approx(loss.item(), rel=1e-9, abs=1e-12)
    assert found.probability == found.terms[target].probability
    np.testing.assert_allclose([t.probability for t in found.terms], scores.softmax(0).detach(), atol=1e-15)
    np.testing.assert_allclose([t.gradient for t in found.terms], scores.grad, atol=1e-15)
    assert sum(t.exponential for t in found.terms) == pytest.approx(found.exponentials)
    assert found.largest == values.max()


def test_large_scores_do_not_overflow_and_many_are_cut_short() -> None:
    found = cross_entropy([1000.0, -1000.0], 1)
    assert (found.loss, found.probability) == (2000, 0)
    many = cross_entropy(np.zeros(1000, np.float32), 5)
    assert many.loss == pytest.approx(np.log(1000))
    assert many.numbers.endswith("+ exp(0) + … (1000 terms))) = 6.908")


def test_numbers_that_are_not_finite_flow_through() -> None:
    assert np.isnan(cross_entropy([np.nan, 0], 1).loss)
    assert np.isnan(cross_entropy([np.inf, 0], 0).loss)
    assert cross_entropy([-np.inf, 0], 0).loss == np.inf
    assert np.isnan(cross_entropy([-np.inf, -np.inf], 0).loss)


def test_refused() -> None:
    with pytest.raises(InputError, match="no class 3; choose one from 0 to 2"):
        cross_entropy([1, 2, 3], 3)
    with pytest.raises(InputError, match="there are no scores"):
        cross_entropy([], 0)
    with pytest.raises(InputError, match="2 rows of scores and 1 classes"):
        mean_cross_entropy([[1, 2], [3, 4]], [0])

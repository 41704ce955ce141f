"""Probabilities of a batch are those of each input alone."""

from __future__ import annotations

import numpy as np
import torch

from convviz.core.classify import probabilities
from convviz.core.network import build
from convviz.spec.presets import lenet5
from convviz.spec.weights import initial


def test_batches_do_not_matter() -> None:
    network = build(lenet5(), initial(lenet5(), 1))
    inputs = np.random.default_rng(0).random((7, 1, 28, 28), np.float32)
    whole = probabilities(network, inputs)
    assert whole.shape == (7, 10)
    assert np.allclose(whole.sum(axis=1), 1, atol=1e-6)
    assert np.allclose(probabilities(network, inputs, batch=3), whole, atol=1e-6)
    alone = torch.softmax(network(torch.tensor(inputs[4:5])), dim=1).detach().numpy()[0]
    assert np.allclose(whole[4], alone, atol=1e-6)


def test_no_inputs_have_no_probabilities() -> None:
    assert len(probabilities(build(lenet5()), np.empty((0, 1, 28, 28), np.float32))) == 0

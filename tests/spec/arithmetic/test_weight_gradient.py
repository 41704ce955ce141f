"""Explained gradients of weights against autograd."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest

from convviz.spec.arithmetic import Explanation, explain_weight_gradient
from convviz.spec.errors import InputError
from convviz.spec.network import BatchNorm2d, Conv2d, Flatten, Linear, NetworkSpec, ReLU
from convviz.spec.presets import lecture
from convviz.spec.weights import initial

NETWORKS_DRAWN = 400


def gradient(run, name: str, index: tuple[int, ...]) -> Explanation:
    return explain_weight_gradient(
        run.network, run.maps, run.gradients, run.weight_gradients, name, index, weights=run.weights
    )


@pytest.mark.parametrize("part", range(4))
def test_sums_are_autograds_and_every_term_is_a_unit(part: int, drawing: Callable, choosing: Callable) -> None:
    for seed in range(part, NETWORKS_DRAWN, 4):
        rng, run = np.random.default_rng(seed), drawing(seed, (Conv2d, BatchNorm2d, ReLU) if seed % 2 else ())
        for name, values in run.weight_gradients.items():
            for _ in range(3):
                found = gradient(run, name, choosing(rng, values.shape))
                assert (found.layer, found.shown) == (name, values[found.index])
                run.explained(found)
                kind = "gradients" if name.endswith("bias") else "values"
                assert found.names[0].endswith(f"{kind} of {found.source}")
                if found.weights is not None:
                    assert found.names[1] == f"gradients of {name.rsplit('.', 1)[0]}"
                if not isinstance(run.network[name.rsplit(".", 1)[0]], BatchNorm2d):
                    assert_terms_lie_in(run.gradients if name.endswith("bias") else run.maps, found)


def assert_terms_lie_in(arrays: dict[str, np.ndarray], found: Explanation) -> None:
    for part, i, j in product(*map(range, found.values.shape)):
        source = found.source_of(part, i, j)
        value = 0 if source is None else arrays[source[0]][source[1]]
        assert found.values[part, i, j] == value


def test_lecture(running: Callable) -> None:
    network = lecture()
    run = running(network, initial(network), np.random.default_rng(0).random((1, 28, 28), np.float32), 3)
    found = gradient(run, "conv2.weight", (7, 31, 2, 4))
    run.explained(found)
    assert found.values.shape == (1, 4, 4)
    assert found.formula == "Σ x · ∂score/∂conv2, over all 16 positions that share it"
    assert found.source_of(0, 3, 0) == ("relu1", (31, 5, 4))
    assert gradient(run, "conv2.bias", (7,)).source_of(0, 3, 0) == ("conv2", (7, 3, 0))
    assert gradient(run, "fc1.weight", (3, 74)).labels == ("flatten[74]",)
    assert gradient(run, "fc2.bias", (3,)).total == 1


def test_numbers_that_are_not_finite_flow_through(drawing: Callable, choosing: Callable) -> None:
    for seed in range(60):
        rng, run = np.random.default_rng(seed), drawing(seed)
        for bad in (np.nan, np.inf, -np.inf):
            for arrays in (run.maps, run.gradients):
                for array in arrays.values():
                    array[rng.random(array.shape) < 0.2] = bad
            for name, values in run.weight_gradients.items():
                assert isinstance(gradient(run, name, choosing(rng, values.shape)).difference, float)


def test_refused_in_one_sentence(running: Callable) -> None:
    layers = (Conv2d("conv1", 2, (3, 3)), BatchNorm2d("norm1"), Flatten("flatten"), Linear("fc1", 2))
    network = NetworkSpec("small", (1, 4, 4), layers)
    run = running(network, initial(network), np.ones((1, 4, 4), np.float32))
    with pytest.raises(InputError, match=r"no weights called 'conv9\.weight'"):
        gradient(run, "conv9.weight", (0,))
    with pytest.raises(InputError, match="no weights called 'conv1'"):
        gradient(run, "conv1", (0,))
    with pytest.raises(InputError, match=r"conv1\.weight has 2×1×3×3 values, and none at .0, 1, 0, 0."):
        gradient(run, "conv1.weight", (0, 1, 0, 0))
    with pytest.raises(InputError, match=r"norm1\.running_mean is measured while training, not learned"):
        gradient(run, "norm1.running_mean", (0,))
    with pytest.raises(InputError, match="give the weights as well"):
        explain_weight_gradient(network, run.maps, run.gradients, run.weight_gradients, "norm1.weight", (0,))
    with pytest.raises(InputError, match=r"there are no gradients of conv1\.weight"):
        explain_weight_gradient(network, run.maps, run.gradients, {}, "conv1.weight", (0, 0, 0, 0))

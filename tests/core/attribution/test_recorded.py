"""One pass with its graph: torch's own gradients, whatever the modules do in place."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from convviz.core.attribution.recorded import Recorded
from convviz.core.network import build
from convviz.core.trace import trace
from convviz.spec.errors import InputError
from convviz.spec.presets import lecture, lenet5
from convviz.spec.weights import initial


def picture(shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random(shape, dtype=np.float32)


class Twice(nn.Module):
    """Calls one in-place ReLU twice, as residual networks do."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, 3, 3)
        self.relu = nn.ReLU(inplace=True)
        self.second = nn.Conv2d(3, 2, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.relu(self.second(self.relu(self.first(x)))).flatten(1)


@pytest.mark.parametrize("spec", [lecture(), lenet5()], ids=lambda spec: spec.name)
def test_values_are_those_of_a_trace(spec: object) -> None:
    network = build(spec, initial(spec, 1))  # type: ignore[arg-type]
    shown = picture(spec.input_shape)  # type: ignore[attr-defined]
    recorded, plain = Recorded(network, shown), trace(network, shown)
    assert recorded.trace.maps.keys() == plain.maps.keys() == recorded.trace.layer_ms.keys()
    for name, values in plain.maps.items():
        assert np.allclose(recorded.trace.maps[name], values, rtol=1e-5, atol=1e-6), name
    assert np.array_equal(recorded.output, recorded.trace.scores)


def test_gradients_are_those_of_the_network_written_out() -> None:
    torch.manual_seed(0)
    network = Twice().eval()
    shown = picture((1, 6, 6))
    x = torch.tensor(shown)[None].requires_grad_()
    a = functional.conv2d(x, network.first.weight, network.first.bias)
    b = functional.relu(a)
    c = functional.conv2d(b, network.second.weight, network.second.bias)
    d = functional.relu(c)
    parameters = list(network.parameters())
    places = [x, a, b, c, d, *parameters]
    target = int(d.flatten().argmax())
    wanted = torch.autograd.grad(d.flatten()[target], places)
    found = Recorded(network, shown).of_score(target)
    assert list(found.maps) == ["input", "first", "relu", "second", "relu#2"]
    assert list(found.weights) == ["first.weight", "first.bias", "second.weight", "second.bias"]
    for ours, theirs in zip([*found.maps.values(), *found.weights.values()], wanted, strict=True):
        theirs = theirs if theirs.shape == ours.shape else theirs[0]
        assert np.allclose(ours, theirs.numpy(), rtol=1e-5, atol=1e-7)
    assert all(parameter.grad is None for parameter in parameters)


def test_what_is_overwritten_in_place_was_recorded_before() -> None:
    network = nn.Sequential(OrderedDict(relu0=nn.ReLU(inplace=True), flat=nn.Flatten(), relu1=nn.ReLU(inplace=True)))
    recorded = Recorded(network, np.array([[[-1, 2]]], np.float32))
    assert recorded.of_score(0).maps["input"].tolist() == [[[0, 0]]]
    assert recorded.of_score(1).maps["input"].tolist() == [[[0, 1]]]
    convolution = nn.Conv2d(1, 1, 1, bias=False)
    convolution.weight.data.fill_(-1.0)
    recorded = Recorded(nn.Sequential(convolution, nn.ReLU(inplace=True)), np.ones((1, 1, 2), np.float32))
    assert recorded.trace.maps["0"].tolist() == [[[-1, -1]]]
    assert recorded.trace.maps["1"].tolist() == [[[0, 0]]]


def test_one_unit_and_one_layer_are_those_of_all() -> None:
    network = build(lecture(), initial(lecture(), 2))
    recorded = Recorded(network, picture((1, 28, 28)))
    everything = recorded.of_score(3)
    for name, values in everything.maps.items():
        assert np.array_equal(recorded.of_score_at(name, 3), values), name
    assert np.allclose(recorded.of_unit("fc2", (3,)), everything.maps["input"], atol=1e-7)


def test_a_pixel_moves_itself_only() -> None:
    found = Recorded(build(lecture(), initial(lecture(), 2)), picture((1, 28, 28))).of_unit("input", (0, 3, 4))
    assert found[0, 3, 4] == 1
    assert np.abs(found).sum() == 1


def test_parameters_without_gradients_are_left_alone() -> None:
    network = nn.Sequential(OrderedDict(flat=nn.Flatten(), fc=nn.Linear(4, 2)))
    network.requires_grad_(False)
    found = Recorded(network, picture((1, 2, 2))).of_score(1)
    assert found.weights == {}
    assert np.array_equal(found.maps["input"].ravel(), network.fc.weight[1].numpy())


def test_it_works_where_gradients_are_switched_off() -> None:
    network = build(lenet5(), initial(lenet5(), 2))
    with torch.no_grad():
        without = Recorded(network, picture((1, 28, 28))).of_score(0)
    with torch.inference_mode():
        inference = Recorded(network, picture((1, 28, 28))).of_score(0)
    assert without.maps["input"].any()
    assert np.array_equal(without.maps["input"], inference.maps["input"])


def test_what_is_not_there_is_a_sentence() -> None:
    recorded = Recorded(build(lecture(), initial(lecture(), 2)), picture((1, 28, 28)))
    with pytest.raises(InputError, match="there is no class 10: the network has 10"):
        recorded.of_score(10)
    with pytest.raises(InputError, match="there is no layer 'conv9'; the layers are conv1"):
        recorded.of_unit("conv9", (0,))
    with pytest.raises(InputError, match=r"conv1 has no unit \(0, 24, 0\): it is 32×24×24"):
        recorded.of_unit("conv1", (0, 24, 0))


def test_not_a_number_comes_through() -> None:
    shown = picture((1, 28, 28))
    shown[0, 0, 0] = np.nan
    recorded = Recorded(build(lecture(), initial(lecture(), 2)), shown)
    assert np.isnan(recorded.output).any()
    assert recorded.of_score(0).maps["input"].shape == (1, 28, 28)

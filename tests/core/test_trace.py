"""What hooks record is what each layer put out, and hooks leave no trace."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from torch import Tensor, nn

from convviz.core.network import build
from convviz.core.trace import capture, softmax, trace
from convviz.spec.presets import NETWORKS

PARTS = {
    "conv": lambda: nn.Conv2d(3, 3, 3, padding=1),
    "strided": lambda: nn.Conv2d(3, 3, 2, stride=2),
    "relu": lambda: nn.ReLU(),
    "relu in place": lambda: nn.ReLU(inplace=True),
    "hardtanh in place": lambda: nn.Hardtanh(inplace=True),
    "tanh": lambda: nn.Tanh(),
    "max": lambda: nn.MaxPool2d(2),
    "average": lambda: nn.AvgPool2d(2),
    "norm": lambda: nn.BatchNorm2d(3),
    "identity": lambda: nn.Identity(),
    "dropout": lambda: nn.Dropout(0.5, inplace=True),
}


def hooks_of(network: nn.Module) -> int:
    return sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in network.modules())


@given(st.lists(st.sampled_from(sorted(PARTS)), min_size=1, max_size=5), st.integers(0, 2**16))
@settings(deadline=None, max_examples=60)
def test_chains_equal_layer_after_layer(names: list[str], seed: int) -> None:
    torch.manual_seed(seed)
    network = nn.Sequential(*(PARTS[name]() for name in names)).eval()
    picture = np.random.default_rng(seed).normal(size=(3, 64, 64)).astype(np.float32)
    before = picture.copy()
    result = trace(network, picture)
    assert np.array_equal(picture, before), "the input was written to"
    assert list(result.maps) == [str(i) for i in range(len(names))]
    assert list(result.layer_ms) == list(result.maps)
    assert all(ms >= 0 for ms in result.layer_ms.values())
    value = torch.tensor(picture)[None]
    with torch.no_grad():
        for name, module in network.named_children():
            value = module(value.clone())
            assert np.allclose(result.maps[name], value[0].numpy(), atol=1e-5), name
    assert result.scores is result.maps[str(len(names) - 1)]
    assert hooks_of(network) == 0


@pytest.mark.parametrize("name", NETWORKS)
def test_shipped_networks(name: str) -> None:
    network = build(NETWORKS[name]())
    picture = np.random.default_rng(1).random((1, 28, 28)).astype(np.float32)
    result = trace(network, picture)
    assert list(result.maps) == [layer.id for layer in NETWORKS[name]()]
    with torch.no_grad():
        assert np.allclose(result.scores, network(torch.tensor(picture)[None])[0].numpy(), atol=1e-5)


class Shared(nn.Module):
    """One in-place ReLU called three times, as residual networks do; and one layer never called."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 1, 1)
        self.relu = nn.ReLU(inplace=True)
        self.unused = nn.Linear(2, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.relu(self.conv(self.relu(self.conv(self.relu(x)))))  # type: ignore[no-any-return]


def test_a_layer_called_again_has_a_name_of_its_own() -> None:
    network = Shared().eval()
    with torch.no_grad():
        network.conv.weight.fill_(-2.0)
        network.conv.bias.fill_(1.0)  # type: ignore[union-attr]
    result = trace(network, np.array([[[-1.0, 1.0]]], np.float32))
    assert {name: values.ravel().tolist() for name, values in result.maps.items()} == {
        "relu": [0.0, 1.0],
        "conv": [1.0, -1.0],
        "relu#2": [1.0, 0.0],
        "conv#2": [-1.0, 1.0],
        "relu#3": [0.0, 1.0],
    }
    assert list(result.maps) == ["relu", "conv", "relu#2", "conv#2", "relu#3"]


class Breaks(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        raise RuntimeError("CUDA error: device lost")


@pytest.mark.parametrize("inside", [True, False])
def test_hooks_go_also_when_something_raises(inside: bool) -> None:
    network = nn.Sequential(nn.ReLU(), Breaks() if inside else nn.ReLU())

    def run() -> None:
        with capture(network) as seen:
            network(torch.ones(1))
            assert list(seen.outputs) == ["0", "1"]
            raise RuntimeError("lost on the way")

    with pytest.raises(RuntimeError, match="lost"):
        run()
    assert hooks_of(network) == 0


def test_two_passes_in_one_capture_do_not_mix() -> None:
    network = nn.Sequential(nn.ReLU(inplace=True))
    with capture(network) as seen, torch.no_grad():
        network(torch.tensor([1.0]))
        network(torch.tensor([2.0]))
    assert [tensor.item() for tensor in seen.outputs.values()] == [1.0, 2.0]


class Pair(nn.Module):
    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return x, x + 1


class TakesTheSecond(nn.Module):
    def forward(self, pair: tuple[Tensor, Tensor]) -> Tensor:
        return pair[1]


def test_outputs_that_are_no_tensor_are_passed_over() -> None:
    result = trace(nn.Sequential(OrderedDict(pair=Pair(), last=TakesTheSecond())), np.zeros((1, 1, 1), np.float32))
    assert {name: values.ravel().tolist() for name, values in result.maps.items()} == {"last": [1.0]}


def test_copies_share_nothing_with_the_network() -> None:
    network = build(NETWORKS["lecture"]())
    result = trace(network, np.ones((1, 28, 28), np.float32))
    kept = {name: values.copy() for name, values in result.maps.items()}
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.fill_(3.0)
    trace(network, np.zeros((1, 28, 28), np.float32))
    assert all(np.array_equal(result.maps[name], values) for name, values in kept.items())


def test_gradients_are_left_alone() -> None:
    network = build(NETWORKS["lenet5"]())
    trace(network, np.ones((1, 28, 28), np.float32))
    network(torch.ones(1, 1, 28, 28)).sum().backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in network.parameters())


@given(arrays(np.float32, st.integers(1, 12), elements=st.floats(-(2.0**99), 2.0**99, width=32)))
@settings(deadline=None)
def test_softmax_equals_torch(scores: np.ndarray) -> None:
    ours = softmax(scores)
    assert ours.dtype == np.float32
    assert np.allclose(ours, torch.softmax(torch.tensor(scores).double(), 0).numpy(), atol=1e-6)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_softmax_of_what_is_no_number(bad: float) -> None:
    assert np.isnan(softmax(np.array([0.0, bad, 1.0], np.float32))).all()


def test_softmax_of_minus_infinity_is_nothing() -> None:
    assert softmax(np.array([0.0, -np.inf], np.float32)).tolist() == [1.0, 0.0]

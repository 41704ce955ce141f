"""What torch builds is what the spec says, and shares no memory with it."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812 - its usual name

from convviz.core.network import as_tensor, assemble, build, load, snapshot
from convviz.spec.errors import InputError
from convviz.spec.network import (
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    Linear,
    MaxPool2d,
    NetworkSpec,
    ReLU,
    Tanh,
)
from convviz.spec.presets import lecture, lenet5
from convviz.spec.weights import initial

EVERYTHING = NetworkSpec(
    "everything",
    (2, 15, 14),
    (
        Conv2d("conv", 4, (3, 2), (2, 1), (1, 1), (1, 2), groups=2, bias=False, padding_mode="reflect"),
        BatchNorm2d("bn", eps=1e-3),
        Tanh("tanh"),
        MaxPool2d("max", (2, 3), (1, 2), (1, 1), ceil_mode=True),
        AvgPool2d("mean", (2, 2), padding=(1, 0), count_include_pad=False),
        ReLU("relu"),
        Flatten("flatten"),
        Dropout("dropout"),
        Linear("fc", 5, bias=False),
    ),
)


def test_the_lectures_network_computes_what_its_slide_says() -> None:
    weights = initial(lecture(), seed=3)
    w = {name: as_tensor(array) for name, array in weights.items()}
    x = torch.rand(2, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        h = F.relu(F.max_pool2d(F.conv2d(x, w["conv1.weight"], w["conv1.bias"]), kernel_size=3, stride=3))
        h = F.relu(F.max_pool2d(F.conv2d(h, w["conv2.weight"], w["conv2.bias"]), kernel_size=2, stride=2))
        h = F.relu(F.linear(h.view(-1, 256), w["fc1.weight"], w["fc1.bias"]))
        expected = F.linear(h, w["fc2.weight"], w["fc2.bias"])
        assert torch.equal(build(lecture(), weights)(x), expected)


def test_every_setting_reaches_torch() -> None:
    weights = initial(EVERYTHING, seed=4)
    weights = weights.replaced("bn.running_mean", np.linspace(-1, 1, 4)).replaced("bn.running_var", np.full(4, 0.5))
    w = {name: as_tensor(array) for name, array in weights.items()}
    x = torch.rand(3, 2, 15, 14, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        h = F.conv2d(F.pad(x, (1, 1, 1, 1), "reflect"), w["conv.weight"], None, (2, 1), 0, (1, 2), 2)
        h = (h - w["bn.running_mean"][:, None, None]) / torch.sqrt(w["bn.running_var"] + 1e-3)[:, None, None]
        h = torch.tanh(h * w["bn.weight"][:, None, None] + w["bn.bias"][:, None, None])
        h = F.max_pool2d(h, (2, 3), (1, 2), (1, 1), ceil_mode=True)
        h = F.relu(F.avg_pool2d(h, (2, 2), None, (1, 0), count_include_pad=False))
        expected = h.flatten(1) @ w["fc.weight"].T
        assert torch.allclose(build(EVERYTHING, weights)(x), expected, atol=1e-6)


def test_a_snapshot_is_the_weights_loaded_and_does_not_follow_training() -> None:
    weights = initial(lenet5(), seed=5)
    network = build(lenet5(), weights)
    taken = snapshot(network)
    assert all(np.array_equal(taken[name], weights[name]) for name in weights)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(1)
    assert all(np.array_equal(taken[name], weights[name]) for name in weights)
    load(network, weights)
    assert all(np.array_equal(snapshot(network)[name], weights[name]) for name in weights)


def test_networks_evaluate_and_carry_the_layers_ids() -> None:
    network = build(EVERYTHING)
    assert not any(module.training for module in network.modules())
    assert [name for name, _ in network.named_children()] == [layer.id for layer in EVERYTHING]
    assert isinstance(network, nn.Sequential)


def test_weights_of_another_network_are_refused() -> None:
    with pytest.raises(InputError, match=r"not for the network 'lecture'|but 'lecture' needs"):
        build(lecture(), initial(lenet5()))


def test_a_name_torch_keeps_for_itself_is_refused() -> None:
    with pytest.raises(InputError, match="forward"):
        build(NetworkSpec("odd", (1, 4, 4), (ReLU("forward"),)))


def test_a_network_is_assembled_without_torchs_symbolic_mathematics() -> None:
    """It takes a quarter of a second to import, before the first picture or the first step."""
    program = (
        "import sys\n"
        "from convviz.core.network import assemble\n"
        "from convviz.spec.presets import lecture\n"
        "from convviz.spec.weights import initial\n"
        "assemble(lecture(), initial(lecture()))\n"
        "assert 'sympy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_assembled_is_what_is_built() -> None:
    weights = initial(EVERYTHING, 3)
    one, other = build(EVERYTHING, weights), assemble(EVERYTHING, weights)[0]
    state = other.state_dict()
    assert {name: (tensor.shape, tensor.dtype) for name, tensor in one.state_dict().items()} == {
        name: (tensor.shape, tensor.dtype) for name, tensor in state.items()
    }
    assert all(torch.equal(tensor, state[name]) for name, tensor in one.state_dict().items())
    assert all(parameter.requires_grad for parameter in other.parameters())

"""Saliency, Grad-CAM and occlusion are those of captum, on random networks and on the shipped one."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch
from torch import nn

from convviz.core import attribution
from convviz.core.network import build
from convviz.paths import weights_file
from convviz.spec.network import (
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    Flatten,
    Layer,
    LeakyReLU,
    Linear,
    MaxPool2d,
    NetworkSpec,
    ReLU,
    Sigmoid,
    Tanh,
)
from convviz.spec.presets import lecture
from convviz.spec.weights import initial, load

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of what captum imports
    captum = pytest.importorskip("captum.attr")

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:captum")  # that inputs get gradients, and hooks
SEEDS = range(12)


def network_of(seed: int) -> NetworkSpec:
    """A small random network for inputs of one to three channels."""
    rng = np.random.default_rng(seed)
    kernel, padding, stride, dilation = (
        (int(a), int(b)) for a, b in (rng.integers(2, 4, 2), rng.integers(0, 2, 2), rng.integers(1, 3, 2), (1, 2))
    )
    functions: list[Layer] = [ReLU("f1"), Tanh("f1"), Sigmoid("f1"), LeakyReLU("f1")]
    pools: list[Layer] = [MaxPool2d("pool", (2, 2)), AvgPool2d("pool", (3, 2)), BatchNorm2d("norm")]
    layers = (
        Conv2d("conv1", 4, kernel, stride, padding, dilation),
        functions[seed % 4],
        pools[seed % 3],
        Conv2d("conv2", 6, (2, 2)),
        ReLU("f2"),
        Flatten("flatten"),
        Linear("fc", 5),
    )
    return NetworkSpec(f"random{seed}", (int(rng.integers(1, 4)), 13, 12), layers)


def pair(seed: int) -> tuple[nn.Module, np.ndarray]:
    spec = network_of(seed)
    network = build(spec, initial(spec, seed))
    return network, np.random.default_rng(seed + 100).random(spec.input_shape, dtype=np.float32)


def shipped() -> tuple[nn.Module, np.ndarray]:
    """The trained network and a bar, which looks like a 1."""
    weights = load(weights_file("lecture"))[1]
    picture = np.zeros((1, 28, 28), np.float32)
    picture[0, 4:24, 13:16] = np.linspace(0.6, 1, 20)[:, None]
    return build(lecture(), weights), picture


def tensor(picture: np.ndarray) -> torch.Tensor:
    return torch.tensor(picture)[None].requires_grad_()


@pytest.mark.parametrize("seed", SEEDS)
def test_saliency(seed: int) -> None:
    network, picture = pair(seed)
    for target in range(5):
        wanted = captum.Saliency(network).attribute(tensor(picture), target=target)[0].detach().numpy()
        found = attribution.saliency(network, picture, target)
        assert np.allclose(found, wanted, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("layer", ["conv1", "f1", "conv2"])
def test_grad_cam(seed: int, layer: str) -> None:
    network, picture = pair(seed)
    theirs = captum.LayerGradCam(network, network.get_submodule(layer))
    for target in range(5):
        wanted = theirs.attribute(tensor(picture), target=target, relu_attributions=True)[0, 0].detach().numpy()
        found = attribution.grad_cam(network, picture, layer, target)
        assert np.allclose(found, wanted, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_occlusion(seed: int) -> None:
    network, picture = pair(seed)
    rng = np.random.default_rng(seed)
    channels = picture.shape[0]
    patch = int(rng.integers(1, 7)), int(rng.integers(1, 7))
    stride = int(rng.integers(1, patch[0] + 1)), int(rng.integers(1, patch[1] + 1))
    value = float(rng.choice([0.0, 0.5, -1.25]))
    target = int(rng.integers(5))
    wanted = captum.Occlusion(network).attribute(
        tensor(picture).detach(),
        sliding_window_shapes=(channels, *patch),
        strides=(channels, *stride),
        baselines=value,
        target=target,
    )[0, 0]
    found = attribution.occlusion(network, picture, target, patch, stride, value)
    assert np.allclose(found, wanted.numpy(), rtol=1e-4, atol=1e-6)


def test_the_shipped_network() -> None:
    network, picture = shipped()
    target = int(network(tensor(picture)).argmax())
    wanted = captum.Saliency(network).attribute(tensor(picture), target=target)[0].detach().numpy()
    assert np.allclose(attribution.saliency(network, picture), wanted, rtol=1e-5, atol=1e-6)
    for layer in ("conv1", "conv2"):
        theirs = captum.LayerGradCam(network, network.get_submodule(layer))
        cam = theirs.attribute(tensor(picture), target=target, relu_attributions=True)[0, 0].detach().numpy()
        assert cam.max() > 0
        assert np.allclose(attribution.grad_cam(network, picture, layer), cam, rtol=1e-4, atol=1e-5)
    heat = captum.Occlusion(network).attribute(
        tensor(picture).detach(), (1, 5, 5), strides=(1, 2, 2), baselines=0.5, target=target
    )
    found = attribution.occlusion(network, picture, patch=(5, 5), stride=(2, 2))
    assert np.allclose(found, heat[0, 0].numpy(), rtol=1e-4, atol=1e-4)


def test_the_effective_field_is_the_mean_of_captums_saliency_of_a_unit() -> None:
    network, _ = shipped()
    pictures = np.random.default_rng(0).random((3, 1, 28, 28), dtype=np.float32)
    theirs = captum.NeuronGradient(network, network.get_submodule("conv2"))
    wanted = theirs.attribute(torch.tensor(pictures).requires_grad_(), (5, 1, 2)).abs().mean(dim=0)
    found = attribution.effective_field(network, pictures, "conv2", (5, 1, 2))
    assert np.allclose(found, wanted.detach().numpy(), rtol=1e-5, atol=1e-7)

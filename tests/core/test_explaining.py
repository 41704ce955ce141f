"""The library: numbers explained from a picture alone, and what importing it costs."""

from __future__ import annotations

import inspect
import subprocess
import sys

import numpy as np
import pytest
import torch

import convviz.core as library
from convviz.core import build, explain, explain_gradient, gradients, receptive_field, trace
from convviz.spec.errors import InputError
from convviz.spec.geometry import describe
from convviz.spec.network import Conv2d, Flatten, Linear, MaxPool2d, NetworkSpec, ReLU
from convviz.spec.presets import lecture, lenet5
from convviz.spec.receptive_field import ReceptiveField
from convviz.spec.weights import initial

NETWORKS = [
    lecture(),
    lenet5(),
    NetworkSpec(
        "dilated",
        (3, 17, 15),
        (
            Conv2d("conv1", 4, (3, 2), (2, 1), (2, 1), (2, 3)),
            ReLU("relu1"),
            MaxPool2d("pool1", (2, 2)),
            Flatten("flatten"),
            Linear("fc1", 3),
        ),
    ),
]


def picture_of(network: NetworkSpec) -> np.ndarray:
    return np.random.default_rng(3).random(network.input_shape, dtype=np.float32)


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.name)
def test_every_layer_explained_forwards_and_backwards(network: NetworkSpec) -> None:
    rng = np.random.default_rng(0)
    weights, picture = initial(network, 5), picture_of(network)
    built = build(network, weights)
    maps, back = trace(built, picture).maps, gradients(built, picture)
    for row in describe(network):
        index = tuple(int(rng.integers(n)) for n in row.output_shape)
        forwards = explain(network, weights, picture, row.layer.id, index)
        assert forwards.shown == maps[row.layer.id][index]
        scale = np.abs(forwards.products).sum() + abs(forwards.bias or 0.0) + abs(forwards.total)
        assert abs(forwards.difference) <= 1e-5 * scale
        backwards = explain_gradient(network, weights, picture, row.layer.id, index)
        assert backwards.shown == back.maps[row.layer.id][index]
        assert abs(backwards.difference) <= 1e-5 * (np.abs(backwards.products).sum() + abs(backwards.total))
    for name, array in weights.items():
        index = tuple(int(rng.integers(n)) for n in array.shape)
        cell = explain_gradient(network, weights, picture, name, index)
        assert cell.shown == back.weights[name][index]
        assert abs(cell.difference) <= 1e-5 * (np.abs(cell.products).sum() + abs(cell.total))


def test_the_field_of_a_layer_and_of_a_unit() -> None:
    assert receptive_field(lecture(), "pool2") == ReceptiveField((22, 22), (6, 6), (0, 0))
    assert receptive_field(lecture(), "input") == ReceptiveField()
    assert receptive_field(lecture(), "fc1") is None
    dilated = NETWORKS[2]
    size = receptive_field(dilated, "conv1")
    assert size == ReceptiveField((5, 4), (2, 1), (-2, -1))
    seen = receptive_field(dilated, "conv1", (0, 0, 0))
    assert seen["input"].rows == (0, 2)
    assert seen["input"].columns == (2,)
    seen["input"] = seen["conv1"]  # what is given is one's own
    assert receptive_field(dilated, "conv1", (0, 0, 0))["input"].rows == (0, 2)


def test_what_is_not_there_is_a_sentence() -> None:
    network, weights, picture = lecture(), initial(lecture()), picture_of(lecture())
    for function in (explain, explain_gradient):
        with pytest.raises(InputError, match=r"lecture takes pictures of 1×28×28 .*, not 28×28"):
            function(network, weights, picture[0], "conv1", (0, 0, 0))
        with pytest.raises(InputError, match="conv9"):
            function(network, weights, picture, "conv9", (0, 0, 0))
        with pytest.raises(InputError, match="conv1"):
            function(network, weights, picture, "conv1", (0, 99, 0))
    with pytest.raises(InputError, match="there is no class 12"):
        explain_gradient(network, weights, picture, "conv1", (0, 0, 0), target=12)
    for index in (None, (0, 0, 0)):
        with pytest.raises(InputError, match="there is no layer 'conv9'; the layers are"):
            receptive_field(network, "conv9", index)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"conv1\.weight"):
        explain(network, initial(lenet5()), picture, "conv1", (0, 0, 0))


def test_pictures_of_other_numbers_are_taken() -> None:
    network, weights = lecture(), initial(lecture())
    whole = np.eye(28)[None]
    found = explain(network, weights, whole, "conv1", (0, 1, 1))  # type: ignore[arg-type]
    assert found.shown == explain(network, weights, whole.astype(np.float32), "conv1", (0, 1, 1)).shown


def test_asking_leaves_the_network_as_it_was() -> None:
    built = build(lecture(), initial(lecture()))
    before = {name: value.clone() for name, value in built.state_dict().items()}
    picture = picture_of(lecture())
    kept = picture.copy()
    library.saliency(built, picture)
    library.grad_cam(built, picture, "conv2")
    library.occlusion(built, picture, patch=(9, 9), stride=(9, 9))
    library.effective_field(built, [picture], "conv2", (0, 0, 0))
    gradients(built, picture)
    assert np.array_equal(picture, kept)
    for name, value in built.state_dict().items():
        assert torch.equal(value, before[name])
    assert all(parameter.grad is None for parameter in built.parameters())
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in built.modules())


def test_all_is_documented() -> None:
    for name in library.__all__:
        thing = getattr(library, name)
        assert inspect.getdoc(thing), name
        if inspect.isfunction(thing):
            assert "return" in thing.__annotations__, name
            assert ">>>" in thing.__doc__ or name == "running_field", name


def test_importing_it_brings_torch_and_little_else() -> None:
    script = "import convviz.core, sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    brought = set(
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    )
    assert "torch" in brought
    assert not brought & {"torchvision", "PySide6", "shiboken6", "pyqtgraph", "captum", "matplotlib", "pytest"}

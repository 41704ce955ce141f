"""Networks as plain data: the way there and back, and every field that can be wrong."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from convviz.spec.errors import InputError
from convviz.spec.network import (
    LAYER_TYPES,
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Linear,
    MaxPool2d,
    NetworkSpec,
    ReLU,
)
from convviz.spec.network_json import from_json, to_json
from convviz.spec.presets import NETWORKS, lecture, network

pairs = st.tuples(st.integers(0, 9), st.integers(0, 9))
modes = st.sampled_from(("zeros", "reflect", "replicate", "circular"))
counts = st.integers(1, 99)


def layer_strategy(name: str) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.builds(Conv2d, st.just(name), counts, pairs, pairs, pairs, pairs, counts, st.booleans(), modes),
        st.builds(MaxPool2d, st.just(name), pairs, st.none() | pairs, pairs, pairs, st.booleans()),
        st.builds(AvgPool2d, st.just(name), pairs, st.none() | pairs, pairs, st.booleans(), st.booleans()),
        st.builds(BatchNorm2d, st.just(name), st.floats(0, 1), st.floats(0, 1), st.booleans()),
        st.builds(Dropout, st.just(name), st.floats(0, 1)),
        st.builds(Linear, st.just(name), counts, st.booleans()),
        st.builds(ReLU, st.just(name)),
    )


networks = st.tuples(*(layer_strategy(f"layer{i}") for i in range(4))).map(
    lambda layers: NetworkSpec("drawn", (3, 8, 9), layers, ("a", "b"))
)


@given(networks)
def test_json_and_back_is_the_same_network(spec: NetworkSpec) -> None:
    assert from_json(json.loads(json.dumps(to_json(spec)))) == spec


def test_every_layer_type_is_reached_by_its_name() -> None:
    assert all(cls.kind == name for name, cls in LAYER_TYPES.items())


def changed(path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    data = json.loads(json.dumps(to_json(lecture())))
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return data


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "must be a JSON object"),
        ([], "must be a JSON object"),
        ({}, "no list of layers"),
        (changed(("name",), 3), "no name"),
        (changed(("layers",), "conv"), "no list of layers"),
        (changed(("layers", 0), 5), "a layer must be a JSON object"),
        (changed(("layers", 0, "type"), "Conv9d"), "unknown layer type 'Conv9d'"),
        (changed(("layers", 0, "type"), ["Conv2d"]), "unknown layer type"),
        (changed(("layers", 0, "kernel"), [5]), "Conv2d.kernel must be two whole numbers"),
        (changed(("layers", 0, "kernel"), [5, 5.0]), "whole numbers"),
        (changed(("layers", 0, "kernel"), [True, 5]), "whole numbers"),
        (changed(("layers", 0, "kernel"), None), "whole numbers"),
        (changed(("layers", 0, "bias"), 1), "must be of type bool"),
        (changed(("layers", 0, "out_channels"), True), "must be of type int"),
        (changed(("layers", 0, "id"), 7), "must be of type str"),
        (changed(("layers", 0, "padding_mode"), "mirror"), "must be one of zeros"),
        (changed(("layers", 0, "colour"), 1), "no setting 'colour'"),
        (changed(("layers", 1, "id"), "conv1"), "two layers of 'lecture' are called 'conv1'"),
        (changed(("input_shape",), [1, 28]), "three whole numbers"),
        (changed(("input_shape",), "1x28"), "whole numbers"),
        (changed(("classes",), [1, 2]), "list of names"),
    ],
)
def test_what_is_wrong_is_named(data: object, words: str) -> None:
    with pytest.raises(InputError, match=words):
        from_json(data)


def test_a_missing_setting_without_default_is_named() -> None:
    data = copy.deepcopy(to_json(lecture()))
    del data["layers"][0]["out_channels"]
    with pytest.raises(InputError, match="needs a value for 'out_channels'"):
        from_json(data)


def test_an_edit_shares_every_other_layer() -> None:
    before = lecture()
    after = before.with_layer(Conv2d("conv2", 64, (3, 3)))
    assert [a is b for a, b in zip(before, after, strict=True)] == [layer.id != "conv2" for layer in before]
    assert after["conv2"].kernel == (3, 3)  # type: ignore[attr-defined]
    assert "conv2" in after
    assert "conv9" not in after


def test_a_setting_shows_only_what_differs_from_pytorchs_default() -> None:
    assert Conv2d("c", 1, (5, 3)).setting == "5×3"
    assert Conv2d("c", 1, (5, 5), (2, 2), (1, 0)).setting == "5×5, stride 2, padding 1×0"
    assert MaxPool2d("p", (2, 2), ceil_mode=True).setting == "max 2, ceil"
    assert AvgPool2d("p", (2, 2), (1, 1)).setting == "mean 2, stride 1"


def test_an_unknown_preset_names_those_there_are() -> None:
    with pytest.raises(InputError, match="lecture and lenet5"):
        network("lecture2")
    assert all(network(name).name == name for name in NETWORKS)


@pytest.mark.parametrize(
    "layer",
    [
        {"type": "ReLU", "id": ""},
        {"type": "ReLU", "id": "a.b"},
        {"type": "ReLU", "id": "input"},
        {"type": "Dropout", "id": "drop", "p": 5},
        {"type": "Dropout", "id": "drop", "p": float("nan")},
        {"type": "BatchNorm2d", "id": "norm", "eps": -5.0},
        {"type": "BatchNorm2d", "id": "norm", "momentum": 10**400},
        {"type": "Conv2d", "id": "conv", "out_channels": 10**400, "kernel": [3, 3]},
        {"type": "MaxPool2d", "id": "pool", "kernel": [2, 2], "stride": [2**63, 1]},
    ],
)
def test_absurd_values_are_refused_in_a_short_sentence(layer: dict[str, object]) -> None:
    data = {"name": "odd", "input_shape": [1, 28, 28], "classes": [], "layers": [layer]}
    with pytest.raises(InputError) as refused:
        from_json(data)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize("name", ["", "a/b", "a\\b", "a\0b", "x" * 200])
def test_a_name_that_cannot_be_a_file_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="name"):
        from_json({"name": name, "input_shape": [1, 28, 28], "classes": [], "layers": []})


def test_a_layer_that_torch_would_refuse_is_refused_first() -> None:
    """Else a file would open in the place of what is on screen, and never be computed."""
    for name in dir(nn.Sequential()):
        data = {"name": "x", "input_shape": [1, 4, 4], "layers": [{"type": "ReLU", "id": name}]}
        with pytest.raises(InputError, match="a layer cannot be called"):
            from_json(data)

"""Edits of the list of layers: what comes out fits together, or the refusal says why it would not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from convviz.core.network import build
from convviz.spec.chain import STEMS, TEMPLATES, fresh_id, inserted, moved, removed, retyped
from convviz.spec.errors import InputError
from convviz.spec.geometry import describe
from convviz.spec.network import LAYER_TYPES, AvgPool2d, Conv2d, Flatten, Linear, MaxPool2d, NetworkSpec, ReLU
from convviz.spec.presets import lecture

KINDS = tuple(LAYER_TYPES)
templates = st.sampled_from(sorted(TEMPLATES)).map(lambda name: TEMPLATES[name]())


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_every_template_computes_ten_classes(name: str) -> None:
    spec = TEMPLATES[name]()
    assert build(spec)(torch.zeros(1, 1, 28, 28)).shape == (1, 10)
    assert len(spec.classes) == 10


@given(templates, st.data())
def test_what_was_inserted_is_there_changes_no_other_and_can_be_removed(spec: NetworkSpec, data: st.DataObject) -> None:
    at, kind = data.draw(st.integers(0, len(spec.layers))), data.draw(st.sampled_from(KINDS))
    before = spec.input_shape if at == 0 else describe(spec)[at - 1].output_shape
    try:
        longer, name = inserted(spec, at, kind)
    except InputError:
        flat = len(before) == 1
        refused = kind in ("Conv2d", "MaxPool2d", "AvgPool2d", "BatchNorm2d") if flat else kind in ("Linear", "Flatten")
        assert refused or kind in ("MaxPool2d", "AvgPool2d")  # half as large may be too small for what follows
        return
    assert longer.layers[at].id == name
    assert longer.layers[at].kind == kind
    assert name not in spec
    assert name.startswith(STEMS[kind])
    row = describe(longer)[at]
    assert (row.output_shape == row.input_shape) or kind in ("MaxPool2d", "AvgPool2d", "Flatten")
    assert removed(longer, name) == spec


@given(templates, st.data())
def test_moved_there_and_back(spec: NetworkSpec, data: st.DataObject) -> None:
    layer = data.draw(st.sampled_from(spec.layers)).id
    step = data.draw(st.integers(-3, 3))
    at = [la.id for la in spec].index(layer)
    if not 0 <= at + step < len(spec.layers):
        with pytest.raises(InputError, match="already the"):
            moved(spec, layer, step)
        return
    try:
        other = moved(spec, layer, step)
    except InputError:
        return
    assert other.layers[at + step].id == layer
    assert sorted(la.id for la in other) == sorted(la.id for la in spec)
    assert moved(other, layer, -step) == spec


@pytest.mark.parametrize("shape", [(2, 1, 9), (2, 9, 1), (2, 1, 1), (2, 2, 2)])
@pytest.mark.parametrize("kind", ["Conv2d", "MaxPool2d", "AvgPool2d"])
def test_windows_fit_maps_of_one_line(shape: tuple[int, int, int], kind: str) -> None:
    spec = NetworkSpec("line", shape, (Flatten("flatten"), Linear("fc1", 3)))
    (row, *_) = describe(inserted(spec, 0, kind)[0])
    expected = [n if kind == "Conv2d" else max(n // 2, 1) for n in shape[1:]]
    assert list(row.output_shape) == [2, *expected]


def test_an_empty_network_can_be_begun() -> None:
    spec = NetworkSpec("empty", (1, 28, 28), ())
    spec, name = inserted(spec, 0, "Flatten")
    assert (name, describe(spec)[-1].output_shape) == ("flatten1", (784,))


def test_the_last_layer_stays() -> None:
    spec = NetworkSpec("one", (1, 3, 3), (ReLU("relu1"),))
    with pytest.raises(InputError, match="relu1 is the only layer; a network needs at least one"):
        removed(spec, "relu1")


@pytest.mark.parametrize(
    ("at", "kind", "words"),
    [
        (7, "Conv2d", "Conv2d needs maps, but here are 256 values; insert it before the flatten"),
        (10, "MaxPool2d", "here are 10 values"),
        (1, "Linear", "here are maps of 32×24×24; flatten first"),
        (0, "Flatten", "conv1: Conv2d needs maps"),
        (3, "MaxPool2d", "conv2: its kernel 5×5 does not fit into its input 4×4"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(at: int, kind: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        inserted(lecture(), at, kind)


def test_removing_what_others_need_is_refused() -> None:
    with pytest.raises(InputError, match="fc1: a fully connected layer needs a flat input"):
        removed(lecture(), "flatten")
    with pytest.raises(InputError, match="flatten first"):
        moved(lecture(), "flatten", 1)


def test_names_are_free_ones() -> None:
    spec = NetworkSpec(
        "gap", (1, 9, 9), (Conv2d("conv1", 1, (3, 3)), Conv2d("conv3", 1, (3, 3)), MaxPool2d("pool", (2, 2)))
    )
    assert [fresh_id(spec, kind) for kind in ("Conv2d", "MaxPool2d", "AvgPool2d")] == ["conv2", "pool1", "pool1"]


def test_an_activation_takes_its_name_along_where_it_is_free() -> None:
    spec, name = retyped(lecture(), "relu2", "GELU")
    assert (name, spec["gelu2"].kind) == ("gelu2", "GELU")
    spec, name = retyped(spec, "relu3", "GELU")
    assert name == "gelu3"
    taken = replace(spec, layers=(*spec.layers, ReLU("tanh1")))
    assert retyped(taken, "relu1", "Tanh")[1] == "tanh2"
    assert retyped(taken, "tanh1", "Sigmoid")[1] == "sigmoid1"  # a name that says something else


@pytest.mark.parametrize(("layer", "kind"), [("relu1", "ReLU"), ("pool1", "MaxPool2d"), ("conv1", "Conv2d")])
def test_the_same_kind_again_is_no_edit(layer: str, kind: str) -> None:
    spec = lecture()
    assert retyped(spec, layer, kind) == (spec, layer)
    assert retyped(spec, layer, kind)[0] is spec


@pytest.mark.parametrize(("layer", "kind"), [("relu1", "MaxPool2d"), ("pool1", "ReLU"), ("conv1", "Linear")])
def test_a_layer_of_another_sort_is_refused(layer: str, kind: str) -> None:
    with pytest.raises(InputError, match=f"{layer} is a .*, which cannot become a {kind}"):
        retyped(lecture(), layer, kind)


def test_pooling_keeps_its_window_and_averages_what_was_the_largest() -> None:
    pool = MaxPool2d("pool1", (3, 2), (2, 1), (1, 1), ceil_mode=True)
    spec = NetworkSpec("pool", (1, 9, 9), (pool,))
    mean, name = retyped(spec, "pool1", "AvgPool2d")
    assert mean["pool1"] == AvgPool2d("pool1", (3, 2), (2, 1), (1, 1), ceil_mode=True)
    assert describe(mean)[0].output_shape == describe(spec)[0].output_shape
    assert retyped(mean, name, "MaxPool2d")[0] == spec
    image = torch.from_numpy(np.random.default_rng(0).random((1, 1, 9, 9)).astype(np.float32))
    assert bool((build(mean)(image) <= build(spec)(image)).all())

"""Footprints against autograd on random networks, against a pulse sent forwards, and against each other."""

from __future__ import annotations

from itertools import product
from math import prod
from time import perf_counter
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, conv2d, pad

from convviz.spec.errors import InputError
from convviz.spec.footprint import Box, Footprint, Index, fields, seen_by
from convviz.spec.geometry import LayerGeometry, describe, output_size, window
from convviz.spec.network import (
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    Layer,
    Linear,
    MaxPool2d,
    NetworkSpec,
    Pair,
    ReLU,
    Tanh,
)
from convviz.spec.presets import lecture

NETWORKS_DRAWN = 500
MODES = ("zeros", "zeros", "reflect", "replicate", "circular")

# --- networks at random --------------------------------------------------------------------------------------


def drawn_layer(rng: np.random.Generator, name: str, channels: int) -> Layer:
    def pair(low: int, high: int) -> Pair:
        return int(rng.integers(low, high + 1)), int(rng.integers(low, high + 1))

    kernel, stride = pair(1, 4), pair(1, 3)
    half = int(rng.integers(0, kernel[0] // 2 + 1)), int(rng.integers(0, kernel[1] // 2 + 1))
    ceil = bool(rng.random() < 0.4)
    match rng.integers(7):
        case 0:
            return MaxPool2d(name, kernel, stride if rng.random() < 0.5 else None, half, pair(1, 3), ceil)
        case 1:
            return AvgPool2d(name, kernel, stride if rng.random() < 0.5 else None, half, ceil)
        case 2:
            kinds = (ReLU, Tanh, BatchNorm2d, Dropout)
            return kinds[rng.integers(len(kinds))](name)
    groups = channels if rng.random() < 0.2 else 2 if channels % 2 == 0 and rng.random() < 0.3 else 1
    outputs = groups * int(rng.integers(1, 3))
    mode: Any = MODES[rng.integers(len(MODES))]
    return Conv2d(name, outputs, kernel, stride, pair(0, 3), pair(1, 3), groups, padding_mode=mode)


def drawn(rng: np.random.Generator, largest: int = 24) -> NetworkSpec:
    """A network of one to five layers, one in three with a classifier; settings that do not fit are drawn again."""
    shape = int(rng.integers(1, 4)), int(rng.integers(4, largest)), int(rng.integers(4, largest))
    network = NetworkSpec("drawn", shape, ())
    for i in range(rng.integers(1, 6)):
        rows = describe(network)
        layer = drawn_layer(rng, f"layer{i}", (rows[-1].output_shape if rows else shape)[0])
        longer = NetworkSpec("drawn", shape, (*network.layers, layer))
        try:
            describe(longer)
        except InputError:
            continue
        network = longer
    if rng.random() < 0.3 or not network.layers:
        network = NetworkSpec("drawn", shape, (*network.layers, Flatten("flat"), ReLU("act"), Linear("fc", 3)))
    return network


def drawn_unit(rng: np.random.Generator, shape: tuple[int, ...]) -> Index:
    """At the border half of the time."""
    ends = rng.random() < 0.5
    return tuple(int(rng.choice((0, n - 1)) if ends else rng.integers(n)) for n in shape)


def shapes_of(network: NetworkSpec) -> dict[str, tuple[int, ...]]:
    return {"input": network.input_shape} | {row.layer.id: row.output_shape for row in describe(network)}


# --- the oracle: torch, every weight positive ----------------------------------------------------------------


def positive(row: LayerGeometry, x: Tensor) -> Tensor:
    """The layer with the same windows whose every tap has a positive weight, so that no gradient hides."""
    layer = row.layer
    match layer:
        case Conv2d(kernel=k, stride=s, padding=p, dilation=d, groups=g, padding_mode=mode):
            conv = nn.Conv2d(x.shape[1], layer.out_channels, k, s, p, d, g, False, mode).double()
            nn.init.constant_(conv.weight, 1 / prod(conv.weight.shape[1:]))
            return conv(x)  # type: ignore[no-any-return]
        case MaxPool2d(kernel=k, stride=s, padding=p, dilation=d):
            step = s or k
            ends = [
                max((row.output_shape[1 + a] - 1) * step[a] + (k[a] - 1) * d[a] + 1 - x.shape[2 + a] - p[a], 0)
                for a in (0, 1)
            ]
            padded = pad(x, (p[1], ends[1], p[0], ends[0]))
            ones = torch.full((x.shape[1], 1, *k), 1 / prod(k), dtype=torch.float64)
            _, height, width = row.output_shape
            return conv2d(padded, ones, None, step, 0, d, x.shape[1])[:, :, :height, :width]
        case AvgPool2d(kernel=k, stride=s, padding=p, ceil_mode=ceil, count_include_pad=counted):
            return avg_pool2d(x, k, s, p, ceil, counted)
        case Flatten():
            return x.flatten(1)
        case Linear():
            return x.mean(dim=1, keepdim=True).expand(-1, layer.out_features)
    return x * 1.0


def gradients(network: NetworkSpec, layer: str, index: Index) -> dict[str, NDArray[np.bool_]]:
    """Where the gradient of one unit is positive, in every layer up to its own."""
    x = torch.ones(1, *network.input_shape, dtype=torch.float64, requires_grad=True)
    maps = {"input": x}
    for row in describe(network):
        if layer == "input":
            break
        x = positive(row, x)
        assert x.shape[1:] == row.output_shape
        maps[row.layer.id] = x
        if row.layer.id == layer:
            break
    found = torch.autograd.grad(maps[layer][(0, *index)], list(maps.values()), allow_unused=True)
    return {
        name: np.zeros(maps[name].shape[1:], bool) if g is None else (g[0] > 0).numpy()
        for name, g in zip(maps, found, strict=True)
    }


def pulses(network: NetworkSpec, layer: str, index: Index) -> dict[str, NDArray[np.bool_]]:
    """Where a one at one unit, all else zero, arrives in every later layer."""
    shape = shapes_of(network)[layer]
    x = torch.zeros(1, *shape, dtype=torch.float64)
    x[(0, *index)] = 1
    names = list(shapes_of(network))
    found = {}
    for row in describe(network)[names.index(layer) :]:
        x = positive(row, x)
        found[row.layer.id] = (x[0] > 0).detach().numpy()
    return found


def mask(footprint: Footprint | None, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    marked = np.zeros(shape if len(shape) == 3 else (*shape, 1, 1), bool)
    if footprint is not None and len(footprint):
        marked[np.ix_(footprint.channels, footprint.rows, footprint.columns)] = True
    return marked.reshape(shape)


def test_fields_are_the_support_of_autograds_gradient() -> None:
    rng = np.random.default_rng(21)
    clipped = sparse = 0
    for _ in range(NETWORKS_DRAWN):
        network = drawn(rng)
        shapes = shapes_of(network)
        layer = network.layers[rng.integers(len(network.layers))].id
        index = drawn_unit(rng, shapes[layer])
        found, expected = fields(network, layer, index), gradients(network, layer, index)
        assert set(found) == set(expected)
        for name, support in expected.items():
            assert np.array_equal(mask(found[name], shapes[name]), support), (network, layer, index, name)
        clipped += min(found["input"].box[:2]) < 0
        sparse += found["input"].sparse
    assert min(clipped, sparse) > NETWORKS_DRAWN // 20, "the interesting ones were not drawn"


def test_seen_by_is_where_a_pulse_arrives() -> None:
    rng = np.random.default_rng(22)
    for _ in range(NETWORKS_DRAWN):
        network = drawn(rng)
        shapes = shapes_of(network)
        layer = list(shapes)[rng.integers(len(shapes))]
        index = drawn_unit(rng, shapes[layer])
        found = seen_by(network, layer, index)
        for name, arrived in pulses(network, layer, index).items():
            assert np.array_equal(mask(found.get(name), shapes[name]), arrived), (network, layer, index, name)
            assert (name in found) == bool(arrived.any())


def test_each_is_the_exact_inverse_of_the_other() -> None:
    rng = np.random.default_rng(23)
    for _ in range(25):
        network = drawn(rng, 9)
        shapes = shapes_of(network)
        last = network.layers[-1].id
        for layer in ("input", network.layers[0].id):
            seeing = {u: mask(fields(network, last, u)[layer], shapes[layer]) for u in units(shapes[last])}
            for unit in units(shapes[layer]):
                if layer == last:
                    continue
                forwards = mask(seen_by(network, layer, unit).get(last), shapes[last])
                assert all(forwards[u] == seen[unit] for u, seen in seeing.items()), (network, layer, unit)


def units(shape: tuple[int, ...]) -> list[Index]:
    return list(product(*(range(n) for n in shape)))


def test_boxes_are_the_windows_hull_and_hold_the_taps() -> None:
    rng = np.random.default_rng(24)
    for _ in range(200):
        network = drawn(rng)
        rows = describe(network)
        shapes = shapes_of(network)
        index = drawn_unit(rng, rows[-1].output_shape)
        found = fields(network, rows[-1].layer.id, index)
        for row, name in zip(rows, shapes, strict=False):  # a layer, and what it reads
            settings, after, box = window(row.layer), found[row.layer.id], found[name].box
            if settings is None or not len(after):
                continue
            kernel, stride, padding, dilation = settings
            ends = (box.top, box.bottom), (box.left, box.right)
            for a, lines in enumerate((after.rows, after.columns)):
                reach = [
                    line * stride[a] - padding[a] + tap * dilation[a] for line in lines for tap in range(kernel[a])
                ]
                within = shapes[name][1 + a] + padding[a]
                assert ends[a] == (min(reach), min(max(reach) + 1, within))
        for name, seen in seen_by(network, "input", drawn_unit(rng, network.input_shape)).items():
            assert seen.box == Box(seen.rows[0], seen.columns[0], seen.rows[-1] + 1, seen.columns[-1] + 1), name


# --- by hand -------------------------------------------------------------------------------------------------


def test_the_lectures_second_convolution() -> None:
    seen = fields(lecture(), "conv2", (7, 1, 3))
    assert seen["conv2"] == Footprint((7,), (1,), (3,), Box(1, 3, 2, 4))
    assert (
        seen["relu1"] == seen["pool1"] == Footprint(tuple(range(32)), (1, 2, 3, 4, 5), (3, 4, 5, 6, 7), Box(1, 3, 6, 8))
    )
    assert seen["conv1"].box == Box(3, 9, 18, 24)
    assert seen["input"].box == Box(3, 9, 22, 28)


def test_after_a_fully_connected_layer_all_is_seen_that_anything_reads() -> None:
    seen = fields(lecture(), "fc1", (3,))
    assert len(seen["flatten"]) == 256
    assert seen["flatten"].box == Box(0, 0, 1, 1)
    assert len(seen["pool2"]) == 256
    assert len(seen["input"]) == 28 * 28
    assert seen_by(lecture(), "input", (0, 27, 27))["fc2"].channels == tuple(range(10))


def test_flatten_takes_channel_first() -> None:
    assert fields(lecture(), "flatten", (4 * 17 + 3,))["relu2"] == Footprint((17,), (1,), (1,), Box(1, 1, 2, 2))
    assert seen_by(lecture(), "relu2", (17, 1, 1))["flatten"].channels == (4 * 17 + 3,)


def test_only_padding_is_seen() -> None:
    network = NetworkSpec("rim", (1, 4, 4), (Conv2d("a", 2, (2, 2)), Conv2d("rim", 1, (1, 1), padding=(1, 1))))
    seen = fields(network, "rim", (0, 0, 0))
    assert len(seen["a"]) == len(seen["input"]) == 0
    assert seen["a"].box == Box(-1, -1, 0, 0)
    assert seen_by(network, "a", (0, 0, 0))["rim"].rows == (1,)


def test_a_pixel_that_the_stride_leaves_over_is_seen_by_nobody() -> None:
    network = NetworkSpec("left over", (1, 28, 28), (MaxPool2d("pool", (3, 3)), ReLU("relu")))
    assert seen_by(network, "input", (0, 27, 5)) == {}


@pytest.mark.parametrize(
    ("mode", "rows"), [("zeros", (0, 1)), ("replicate", (0, 1)), ("reflect", (0, 1)), ("circular", (0, 1, 5))]
)
def test_padding_reads_where_it_takes_its_values_from(mode: Any, rows: tuple[int, ...]) -> None:
    network = NetworkSpec("modes", (1, 6, 6), (Conv2d("it", 1, (3, 3), padding=(1, 1), padding_mode=mode),))
    seen = fields(network, "it", (0, 0, 0))["input"]
    assert seen.rows == rows
    assert seen.box == Box(-1, -1, 2, 2)
    assert seen.sparse == (mode == "circular")


# --- mistakes of other tools ---------------------------------------------------------------------------------


def test_mistake_strides_that_do_not_divide_are_not_refused() -> None:
    network = NetworkSpec("stride", (1, 10, 10), (Conv2d("it", 1, (3, 3), stride=(4, 4)),))
    assert [fields(network, "it", (0, i, i))["input"].rows for i in (0, 1)] == [(0, 1, 2), (4, 5, 6)]
    assert seen_by(network, "input", (0, 9, 0)) == {}


def test_mistake_a_pixel_is_seen_by_all_its_outputs_not_one() -> None:
    network = NetworkSpec("all", (1, 9, 9), (Conv2d("it", 2, (3, 3), padding=(1, 1), dilation=(2, 2)),))
    seen = seen_by(network, "input", (0, 4, 4))["it"]
    assert seen == Footprint((0, 1), (1, 3, 5), (1, 3, 5), Box(1, 1, 6, 6))


def test_mistake_the_start_counts_padding_and_dilation() -> None:
    layers = (
        Conv2d("a", 1, (3, 3), padding=(2, 2), dilation=(2, 2)),
        Conv2d("b", 1, (3, 3), padding=(3, 3), dilation=(3, 3)),
    )
    network = NetworkSpec("start", (1, 20, 20), layers)
    (_, row) = describe(network)
    assert row.receptive_field is not None
    inner = fields(network, "b", (0, 10, 10))["input"]
    assert tuple(inner.box) == row.receptive_field.box(10, 10) == (5, 5, 16, 16)
    assert inner.rows == (5, 7, 8, 9, 10, 11, 12, 13, 15)
    corner = fields(network, "b", (0, 0, 0))
    assert corner["a"].box == Box(-3, -3, 4, 4)
    assert corner["input"].box == Box(-2, -2, 6, 6)  # of the units of a that exist


def test_mistake_the_box_is_not_the_same_everywhere() -> None:
    seen = fields(lecture(), "pool2", (0, 0, 0))
    sides = {name: footprint.box.bottom - footprint.box.top for name, footprint in seen.items()}
    assert sides == {"pool2": 1, "conv2": 2, "relu1": 6, "pool1": 6, "conv1": 18, "input": 22}


def test_dilation_has_holes() -> None:
    network = NetworkSpec("dilated", (1, 20, 30), (Conv2d("conv", 1, (3, 3), dilation=(4, 4)),))
    seen = fields(network, "conv", (0, 2, 5))["input"]
    assert (seen.rows, seen.columns) == ((2, 6, 10), (5, 9, 13))
    assert seen.sparse
    assert seen.box == Box(2, 5, 11, 14)


def test_a_field_larger_than_the_picture() -> None:
    network = NetworkSpec("larger", (1, 3, 3), (Conv2d("it", 1, (9, 9), padding=(4, 4)),))
    seen = fields(network, "it", (0, 0, 0))["input"]
    assert seen.rows == (0, 1, 2)
    assert seen.box == Box(-4, -4, 5, 5)
    assert output_size(3, 9, 1, 4, 1) == 3


@pytest.mark.parametrize(
    ("layer", "index", "words"),
    [("conv9", (0, 0, 0), "no layer 'conv9'"), ("conv1", (0, 24, 0), "no unit"), ("fc1", (0, 0, 0), "it is 200")],
)
def test_what_is_not_there_is_said(layer: str, index: Index, words: str) -> None:
    for ask in (fields, seen_by):
        with pytest.raises(InputError, match=words):
            ask(lecture(), layer, index)


def test_a_new_unit_takes_no_time() -> None:
    network = lecture()
    took = []
    for layer, shape in shapes_of(network).items():
        for index in units(shape)[:: max(prod(shape) // 40, 1)]:
            start = perf_counter()
            fields.__wrapped__(network, layer, index)
            seen_by.__wrapped__(network, layer, index)
            took.append((perf_counter() - start) * 1e3)
    assert sorted(took)[len(took) // 2] < 1.0  # both; measured 0.1 ms

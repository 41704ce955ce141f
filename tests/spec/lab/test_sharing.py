"""Convolutions as matrix products: torch's unfold and the operation itself are the oracles."""

from __future__ import annotations

from math import prod

import numpy as np
import pytest
import torch
from torch.nn import functional

from convviz.spec.geometry import LayerGeometry, describe
from convviz.spec.lab.evaluate import evaluate
from convviz.spec.lab.sharing import (
    bias_of,
    counts,
    entry_count,
    fully_connected_cost,
    kernel_matrix,
    patch_matrix,
    sharing,
)
from convviz.spec.network import Conv2d, ConvTranspose2d, NetworkSpec
from convviz.spec.weights import Weights

LAYERS = {
    "plain": Conv2d("conv", 2, (3, 3)),
    "strided": Conv2d("conv", 3, (3, 2), stride=(2, 1), padding=(2, 1)),
    "dilated": Conv2d("conv", 2, (2, 3), dilation=(3, 2), bias=False),
    "grouped": Conv2d("conv", 4, (3, 3), groups=2, padding=(1, 1)),
    "circular": Conv2d("conv", 2, (5, 5), padding=(4, 4), padding_mode="circular"),
    "reflect": Conv2d("conv", 2, (3, 3), padding=(2, 2), padding_mode="reflect"),
    "transposed": ConvTranspose2d("conv", 2, (3, 2), stride=(2, 3), padding=(1, 0), output_padding=(1, 2)),
    "transposed in groups": ConvTranspose2d("conv", 4, (3, 3), stride=(2, 2), groups=2, dilation=(2, 1)),
}


def made(layer: Conv2d | ConvTranspose2d, seed: int = 0) -> tuple[LayerGeometry, Weights, np.ndarray]:
    rng = np.random.default_rng(seed)
    (row,) = describe(NetworkSpec("lab", (2, 6, 7), (layer,)))
    kernels = rng.normal(size=(layer.out_channels, 2 // layer.groups, *layer.kernel))
    weights = Weights({"conv.weight": kernels, "conv.bias": rng.normal(size=layer.out_channels)})
    return row, weights, rng.normal(size=(2, 6, 7)).astype(np.float32)


@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)
def test_both_products_are_the_operation(layer: Conv2d | ConvTranspose2d) -> None:
    row, weights, values = made(layer)
    output = evaluate(row, weights, values)
    kernels, bias = weights["conv.weight"], bias_of(row, weights)
    patches = kernel_matrix(row, kernels) @ patch_matrix(row, values) + bias[:, None]
    assert np.allclose(patches.reshape(output.shape), output, atol=1e-5)
    matrix = sharing(row).matrix(kernels)
    assert matrix.shape == (prod(output.shape), prod(values.shape))
    connected = matrix @ values.ravel() + np.repeat(bias, prod(output.shape[1:]))
    assert np.allclose(connected.reshape(output.shape), output, atol=1e-5)


@pytest.mark.parametrize("name", ["plain", "strided", "dilated"])
def test_patches_are_those_of_unfold(name: str) -> None:
    layer = LAYERS[name]
    assert isinstance(layer, Conv2d)
    row, _, values = made(layer)
    expected = functional.unfold(
        torch.from_numpy(values)[None], layer.kernel, layer.dilation, layer.padding, layer.stride
    )[0]
    assert np.array_equal(patch_matrix(row, values), expected.numpy())


@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)
def test_entries_know_their_place_in_the_patch_matrix(layer: Conv2d | ConvTranspose2d) -> None:
    row, weights, values = made(layer)
    found = sharing(row)
    patches, kernels = patch_matrix(row, values), kernel_matrix(row, weights["conv.weight"])
    depth = found.outputs // prod(row.output_shape[1:])
    assert np.array_equal(values.ravel()[found.inputs], patches[found.patch_rows, found.patch_columns])
    assert np.array_equal(weights["conv.weight"].ravel()[found.weights], kernels[depth, found.patch_rows])


def test_what_belongs_together() -> None:
    row, _, _ = made(LAYERS["strided"])
    found = sharing(row)
    one = found.with_output((1, 2, 3))
    assert set(found.outputs[one]) == {np.ravel_multi_index((1, 2, 3), row.output_shape)}
    assert one.sum() == 2 * 3 * 2, "inside, it has every tap"
    weight = found.with_weight((2, 1, 0, 1))
    assert set(found.weights[weight]) == {np.ravel_multi_index((2, 1, 0, 1), found.kernel_shape)}
    assert not found.with_input((0, -1, 0)).any(), "the padding has no column"
    inputs = found.with_input((0, 5, 6))
    assert set(found.inputs[inputs]) == {np.ravel_multi_index((0, 5, 6), row.input_shape)}


@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)
def test_nothing_has_more_entries_than_are_counted_beforehand(layer: Conv2d | ConvTranspose2d) -> None:
    row, _, values = made(layer)
    most = entry_count(row)
    assert len(sharing(row).weights) <= most
    assert patch_matrix(row, values).size <= most
    assert row.products <= most


def test_kernels_laid_far_apart_make_many_places_of_few_products() -> None:
    layer = ConvTranspose2d("conv", 1, (64, 64), stride=(2, 2), dilation=(64, 1))
    (row,) = describe(NetworkSpec("lab", (1, 5, 6), (layer,)))
    assert row.products == 30 * 64 * 64
    assert entry_count(row) == prod(row.output_shape) * 64 * 64 > 10**9


def test_the_numbers_are_counted() -> None:
    (row,) = describe(NetworkSpec("lab", (3, 10, 12), (Conv2d("conv", 4, (2, 3)),)))
    convolution, patches, connected = counts(row)
    conv = torch.nn.Conv2d(3, 4, (2, 3))
    linear = torch.nn.Linear(3 * 10 * 12, prod(row.output_shape), device="meta")
    assert convolution.endswith(f"= {sum(p.numel() for p in conv.parameters()):,} parameters")
    assert f"= {patch_matrix(row, np.zeros((3, 10, 12), np.float32)).size:,} values" in patches
    assert f"= {sum(p.numel() for p in linear.parameters()):,} parameters" in connected


def test_the_lectures_256_by_256_picture() -> None:
    cost = fully_connected_cost()
    assert (cost.weights, cost.memory_bytes) == (38_654_705_664, 154_618_822_656)
    assert cost.sentence == (
        "A fully connected layer from a 256×256 RGB picture to one of the same size has (3·256·256)² = "
        "38,654,705,664 ≃ 3.87e10 weights; with 4 bytes each that is ≃ 150 GB."
    )

"""Weights that follow shapes: random networks and walks of edits, torch as the oracle for what they compute."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from torch.nn import functional

from convviz.core.network import build
from convviz.spec import chain
from convviz.spec.adapt import NOTHING_KEPT, adapt, all_new, maps_before, untrained
from convviz.spec.channels import Channels, effective
from convviz.spec.errors import InputError
from convviz.spec.network import (
    BatchNorm2d,
    Conv2d,
    Flatten,
    Layer,
    Linear,
    MaxPool2d,
    NetworkSpec,
    ReLU,
)
from convviz.spec.presets import lecture
from convviz.spec.weight_edit import same
from convviz.spec.weights import Weights, check, initial

Floats = NDArray[np.float32]
seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=40)


def drawn_network(rng: np.random.Generator) -> NetworkSpec:
    """Convolutions, with or without groups, batch norm and pooling, before fully connected layers."""
    layers: list[Layer] = []
    channels = int(rng.integers(1, 4))
    shape = (channels, int(rng.integers(6, 13)), int(rng.integers(6, 13)))
    for n in range(1, int(rng.integers(2, 4))):
        groups = int(rng.choice([g for g in (1, 2, 3) if channels % g == 0]))
        channels = groups * int(rng.integers(1, 4))
        kernel: Any = tuple(int(k) for k in rng.integers(1, 5, 2))
        layers.append(Conv2d(f"conv{n}", channels, kernel, padding=(1, 1), groups=groups, bias=bool(rng.integers(2))))
        if rng.integers(2):
            layers.append(BatchNorm2d(f"norm{n}"))
        layers.append(ReLU(f"relu{n}"))
        if rng.integers(2):
            layers.append(MaxPool2d(f"pool{n}", (2, 1), stride=(1, 1)))
    layers += [Flatten("flatten"), Linear("fc1", int(rng.integers(2, 8))), ReLU("relu9"), Linear("fc2", 3)]
    return NetworkSpec("drawn", shape, tuple(layers))


def drawn_weights(spec: NetworkSpec, rng: np.random.Generator) -> Weights:
    """Trained ones, as it were: batch norms too are no identities."""
    arrays = {name: rng.normal(size=array.shape) for name, array in initial(spec).items()}
    return Weights({name: np.abs(a) + 0.5 if name.endswith("running_var") else a for name, a in arrays.items()})


def scores(spec: NetworkSpec, weights: Weights, seed: int = 0) -> NDArray[np.float64]:
    images = torch.from_numpy(np.random.default_rng(seed).random((3, *spec.input_shape)))
    with torch.inference_mode():
        return build(spec, weights).double()(images).numpy()  # type: ignore[no-any-return]


def changed(spec: NetworkSpec, layer_id: str, **settings: object) -> NetworkSpec:
    return spec.with_layer(replace(spec[layer_id], **settings))  # type: ignore[arg-type]


def followed(*specs: NetworkSpec, weights: Weights) -> tuple[Weights, Any]:
    """Weights of the first network brought from each to the next."""
    kept: Any = NOTHING_KEPT
    for old, new in pairwise(specs):
        weights, kept = adapt(old, weights, new, kept)
        check(new, weights)
    return weights, kept


# --- kernels -------------------------------------------------------------------------------------------------


def one_convolution(kernel: tuple[int, int], **settings: Any) -> NetworkSpec:
    return NetworkSpec("one", (2, 20, 21), (Conv2d("conv", 3, kernel, **settings),))


sizes = st.tuples(st.integers(1, 6), st.integers(1, 6))


@few
@given(sizes, st.tuples(st.integers(0, 4), st.integers(0, 4)), st.integers(1, 2), st.integers(1, 3), seeds)
def test_a_kernel_grown_around_its_centre_computes_the_same(
    small: tuple[int, int], more: tuple[int, int], dilation: int, stride: int, seed: int
) -> None:
    """Padded by as much as its centre moved; odd ones grown by 2: by one pixel of dilation."""
    large = (small[0] + more[0], small[1] + more[1])
    moved = [(large[a] - 1) // 2 - (small[a] - 1) // 2 for a in (0, 1)]
    common: Any = {"dilation": (dilation, dilation), "stride": (stride, stride)}
    before = one_convolution(small, padding=(1, 2), **common)
    after = one_convolution(large, padding=(1 + moved[0] * dilation, 2 + moved[1] * dilation), **common)
    weights = drawn_weights(before, np.random.default_rng(seed))
    expected = scores(before, weights)
    found = scores(after, followed(before, after, weights=weights)[0])
    if (small[0] % 2, small[1] % 2) == (large[0] % 2, large[1] % 2):
        assert found.shape == expected.shape
    rows, columns = (min(found.shape[a], expected.shape[a]) for a in (2, 3))  # an even one fits less often
    np.testing.assert_allclose(found[..., :rows, :columns], expected[..., :rows, :columns], rtol=1e-9, atol=1e-9)


@few
@given(sizes, sizes, seeds)
def test_a_smaller_kernel_is_the_middle_of_the_larger(one: tuple[int, int], other: tuple[int, int], seed: int) -> None:
    """Cut from what was grown, it is what it was: without any memory."""
    small = (min(one[0], other[0]), min(one[1], other[1]))
    large = (max(one[0], other[0]), max(one[1], other[1]))
    weights = drawn_weights(one_convolution(small), np.random.default_rng(seed))
    grown, _ = adapt(one_convolution(small), weights, one_convolution(large))
    back, _ = adapt(one_convolution(large), grown, one_convolution(small))
    np.testing.assert_array_equal(back["conv.weight"], weights["conv.weight"])
    assert np.count_nonzero(grown["conv.weight"]) == weights["conv.weight"].size


@given(st.lists(sizes, min_size=2, max_size=5), seeds)
def test_sizes_on_the_way_do_not_shift_a_kernel(way: list[tuple[int, int]], seed: int) -> None:
    """Even sizes have no middle; growing through them, and edited there, a kernel ends where it would have at once."""
    way = [tuple(sorted(axis)) for axis in zip(*way, strict=True)]  # type: ignore[misc]
    specs = [one_convolution((h, w)) for h, w in zip(*way, strict=True)]
    weights = drawn_weights(specs[0], np.random.default_rng(seed))
    slowly = weights
    for old, new in pairwise(specs):
        slowly, _ = adapt(old, slowly, new)  # as after an edit: nothing is remembered
    at_once, _ = adapt(specs[0], weights, specs[-1])
    np.testing.assert_array_equal(slowly["conv.weight"], at_once["conv.weight"])


def grouped(groups: int, channels: int = 4, outputs: int = 4) -> NetworkSpec:
    return NetworkSpec("groups", (channels, 6, 6), (Conv2d("conv", outputs, (3, 3), groups=groups),))


@pytest.mark.parametrize("groups", [2, 4])
def test_groups_there_and_back(groups: int) -> None:
    weights = drawn_weights(grouped(1), np.random.default_rng(0))
    split, kept = adapt(grouped(1), weights, grouped(groups))
    back, kept = adapt(grouped(groups), split, grouped(1), kept)
    assert back["conv.weight"] is weights["conv.weight"]
    assert not kept
    # a group's kernels keep the channels that it sees, and lose the others
    images = torch.from_numpy(np.random.default_rng(1).random((1, 4, 6, 6)).astype(np.float32))
    whole, share = weights["conv.weight"], 4 // groups
    mask = np.kron(np.eye(groups), np.ones((share, share)))[..., None, None].astype(np.float32)
    expected = functional.conv2d(images, torch.from_numpy(whole * mask), torch.tensor(weights["conv.bias"]))
    with torch.inference_mode():
        found = build(grouped(groups), split)(images)
    np.testing.assert_allclose(found, expected, atol=1e-5)


@given(st.sampled_from([(2, 1), (4, 1), (4, 2), (6, 3), (6, 2)]), seeds)
def test_fewer_groups_compute_the_same(groups: tuple[int, int], seed: int) -> None:
    before, after = (grouped(g, 12, 12) for g in groups)
    weights = drawn_weights(before, np.random.default_rng(seed))
    merged, kept = adapt(before, weights, after)
    np.testing.assert_allclose(scores(after, merged), scores(before, weights), rtol=1e-9, atol=1e-9)
    assert untrained(after, kept) == ()


def test_kernels_that_see_none_of_their_channels_any_more_are_kept_and_marked() -> None:
    before, after = grouped(4, 4, 4), grouped(4, 4, 8)  # the second kernel saw channel 1, and sees channel 0 now
    weights = drawn_weights(before, np.random.default_rng(2))
    result, kept = adapt(before, weights, after)
    np.testing.assert_array_equal(result["conv.weight"][:4], weights["conv.weight"])
    assert untrained(after, kept) == ("conv",)
    assert adapt(after, result, before, kept)[0]["conv.weight"] is weights["conv.weight"]


def two_groups(channels: int, groups: int = 2) -> NetworkSpec:
    layers = (Conv2d("conv1", channels, (1, 1)), Conv2d("conv2", 4, (3, 3), groups=groups))
    return NetworkSpec("stack", (1, 6, 6), layers)


def test_a_group_that_lost_all_its_channels_reads_others_and_is_marked() -> None:
    before, after = two_groups(8), two_groups(4)  # the second group saw channels 4 to 7
    weights = drawn_weights(before, np.random.default_rng(3))
    result, kept = adapt(before, weights, after)
    np.testing.assert_array_equal(result["conv2.weight"], weights["conv2.weight"][:, :2])
    assert untrained(after, kept) == ("conv2",)
    back, kept = adapt(after, result, before, kept)
    assert same(back, weights)
    assert untrained(before, kept) == ()


def test_kernels_of_one_shape_may_see_other_channels() -> None:
    """4 channels in one group and 8 in two are kernels of the same shape."""
    before, after = two_groups(4, 1), two_groups(8, 2)
    weights = drawn_weights(before, np.random.default_rng(3))
    result, kept = adapt(before, weights, after)
    assert result["conv2.weight"].shape == weights["conv2.weight"].shape
    np.testing.assert_array_equal(result["conv2.weight"][:2], weights["conv2.weight"][:2])
    assert "conv2" in untrained(after, kept)  # the second half sees channels 4 to 7, which are new
    assert adapt(after, result, before, kept)[0]["conv2.weight"] is weights["conv2.weight"]


# --- channels and features -----------------------------------------------------------------------------------


@few
@given(seeds)
def test_more_channels_leave_the_scores_as_they_were(seed: int) -> None:
    rng = np.random.default_rng(seed)
    spec = drawn_network(rng)
    spec = replace(spec, layers=tuple(replace(la, groups=1) if isinstance(la, Conv2d) else la for la in spec))
    weights = drawn_weights(spec, rng)
    grown = spec
    for layer in spec:
        match layer:
            case Conv2d(out_channels=count):
                grown = changed(grown, layer.id, out_channels=count + int(rng.integers(3)))
            case Linear(id="fc1", out_features=count):
                grown = changed(grown, layer.id, out_features=count + int(rng.integers(3)))
    result, _ = followed(spec, grown, weights=weights)
    np.testing.assert_allclose(scores(grown, result), scores(spec, weights), rtol=1e-9, atol=1e-9)


@few
@given(seeds, st.integers(0, 2), st.integers(0, 2))
def test_fewer_channels_are_as_silent_ones(seed: int, kernels: int, features: int) -> None:
    """What is left of a network reads what is left as before, through a flatten and a fully connected layer too."""
    layers = (
        Conv2d("conv1", 4, (3, 3)),
        Conv2d("conv2", 5, (3, 2)),
        ReLU("relu2"),
        MaxPool2d("pool2", (2, 2)),
        Flatten("flatten"),
        Linear("fc1", 6),
        ReLU("relu3"),
        Linear("fc2", 3),
    )
    spec = NetworkSpec("cut", (1, 9, 11), layers)
    weights = drawn_weights(spec, np.random.default_rng(seed))
    cut = changed(changed(spec, "conv2", out_channels=5 - kernels), "fc1", out_features=6 - features)
    result, kept = followed(spec, cut, weights=weights)
    silent = Channels(
        frozenset(("conv2", 4 - n) for n in range(kernels)) | frozenset(("fc1", 5 - n) for n in range(features))
    )
    expected = scores(spec, effective(spec, weights, silent))
    np.testing.assert_allclose(scores(cut, result), expected, rtol=1e-9, atol=1e-9)
    assert untrained(cut, kept) == ("fc1",) * bool(kernels) + ("fc2",) * bool(features)


def test_channels_added_one_by_one_and_edited_on_the_way_differ() -> None:
    """Two equal kernels would stay equal in training."""
    specs = [lecture(), *(changed(lecture(), "conv1", out_channels=n) for n in (33, 34))]
    weights = initial(specs[0])
    one, kept = adapt(specs[0], weights, specs[1])
    edited = one.replaced("conv1.weight", one["conv1.weight"] + 1)
    two, _ = adapt(specs[1], edited, specs[2], kept)
    np.testing.assert_array_equal(two["conv1.weight"][:33], edited["conv1.weight"])
    at_once, _ = adapt(specs[0], weights, specs[2])
    np.testing.assert_array_equal(two["conv1.weight"][33], at_once["conv1.weight"][33])
    assert not np.array_equal(at_once["conv1.weight"][33], at_once["conv1.weight"][32])
    assert not two["conv1.bias"][32]
    assert (np.abs(at_once["conv1.weight"][32:]) <= 1 / 5).all()  # as PyTorch draws them


def test_a_batch_norm_keeps_its_channels_and_starts_new_ones_as_identity() -> None:
    spec = chain.deep()
    weights = drawn_weights(spec, np.random.default_rng(3))
    for count in (10, 20):
        result, kept = adapt(spec, weights, changed(spec, "conv1", out_channels=count))
        least = min(count, 16)
        for part, start in {"weight": 1, "bias": 0, "running_mean": 0, "running_var": 1}.items():
            name = f"norm1.{part}"
            np.testing.assert_array_equal(result[name][:least], weights[name][:least])
            assert (result[name][least:] == start).all()
        assert "norm1" not in untrained(spec, kept)


# --- what a fully connected layer reads ----------------------------------------------------------------------


@pytest.mark.parametrize("padding", [(1, 1), (2, 0), (0, 1)])
def test_units_around_the_old_maps_do_not_count_until_trained(padding: tuple[int, int]) -> None:
    """A border added to the maps changes no score, though the layer is marked."""
    spec = NetworkSpec("pad", (1, 6, 7), (Conv2d("conv1", 3, (3, 3)), Flatten("flatten"), Linear("fc1", 4)))
    weights = drawn_weights(spec, np.random.default_rng(4))
    padded = changed(spec, "conv1", padding=padding)
    result, kept = adapt(spec, weights, padded)
    np.testing.assert_allclose(scores(padded, result), scores(spec, weights), rtol=1e-9, atol=1e-9)
    assert untrained(padded, kept) == ("fc1",)
    assert maps_before(padded, "fc1") == (3, 4 + 2 * padding[0], 5 + 2 * padding[1])


def test_a_layer_that_reads_something_else_altogether_starts_anew_and_comes_back() -> None:
    spec, weights = lecture(), initial(lecture())
    narrow = replace(spec, layers=(*spec.layers[:7], Linear("fc9", 30), *spec.layers[7:]))
    result, kept = adapt(spec, weights, narrow)
    assert untrained(narrow, kept) == ("fc1", "fc9")[::-1]
    assert result["fc1.weight"].any(axis=1).all()  # a unit of zeros with a negative bias would be dead for ever
    np.testing.assert_array_equal(result["fc1.bias"], weights["fc1.bias"])
    back, kept = adapt(narrow, result, spec, kept)
    assert same(back, weights)
    assert not kept


def test_a_pool_put_in_and_taken_out() -> None:
    spec, weights = lecture(), initial(lecture())
    pooled, name = chain.inserted(spec, 6, "MaxPool2d")
    result, kept = adapt(spec, weights, pooled)
    assert untrained(pooled, kept) == ("fc1",)
    rows = weights["fc1.weight"].reshape(200, 64, 2, 2)
    np.testing.assert_array_equal(result["fc1.weight"], rows[:, :, 0, 0])
    back, kept = adapt(pooled, result, chain.removed(pooled, name), kept)
    assert same(back, weights)
    assert not kept


@few
@given(seeds)
def test_inserted_layers_pass_on_what_they_get(seed: int) -> None:
    rng = np.random.default_rng(seed)
    spec = drawn_network(rng)
    weights = drawn_weights(spec, rng)
    expected = scores(spec, weights)
    tried = 0
    for kind in ("Conv2d", "Linear", "Flatten", "Dropout"):
        for at in range(len(spec.layers) + 1):
            try:
                longer, name = chain.inserted(spec, at, kind)
            except InputError:
                continue
            tried += 1
            result, kept = adapt(spec, weights, longer)
            np.testing.assert_allclose(scores(longer, result), expected, rtol=1e-9, atol=1e-9)
            assert untrained(longer, kept) == ()
            assert all(result[array] is weights[array] for array in weights)
            assert same(adapt(longer, result, chain.removed(longer, name), kept)[0], weights)
    assert tried > 8


def test_another_activation_keeps_everything() -> None:
    spec, weights = lecture(), initial(lecture())
    for layer in ("relu1", "relu3"):
        smooth, _ = chain.retyped(spec, layer, "GELU")
        assert adapt(spec, weights, smooth) == (weights, {})


# --- walks ---------------------------------------------------------------------------------------------------


def drawn_step(spec: NetworkSpec, own: NetworkSpec, rng: np.random.Generator) -> NetworkSpec:
    """One edit of the layers. Those of the first network may move, but they are not removed."""
    layer: Any = spec.layers[rng.integers(len(spec.layers))]
    match int(rng.integers(6)):
        case 0:
            kinds = ("Conv2d", "MaxPool2d", "ReLU", "BatchNorm2d", "Linear", "Flatten", "AvgPool2d")
            return chain.inserted(spec, int(rng.integers(len(spec.layers) + 1)), str(rng.choice(kinds)))[0]
        case 1 if layer.id not in own:
            return chain.removed(spec, layer.id)
        case 2:
            return chain.moved(spec, layer.id, int(rng.choice((-1, 1))))
        case 3 if isinstance(layer, ReLU):
            return chain.retyped(spec, layer.id, "Tanh")[0]
        case 4 if isinstance(layer, Conv2d):
            return changed(spec, layer.id, out_channels=int(rng.integers(1, 9)), groups=int(rng.integers(1, 4)))
    if isinstance(layer, Linear):
        return changed(spec, layer.id, out_features=int(rng.integers(1, 9)))
    if isinstance(layer, Conv2d | MaxPool2d):
        name = str(rng.choice(("kernel", "stride", "padding")))
        return changed(spec, layer.id, **{name: tuple(int(n) for n in rng.integers(name != "padding", 5, 2))})
    return spec


@few
@given(seeds)
def test_a_walk_of_edits_that_comes_back_gives_the_trained_network_back(seed: int) -> None:
    rng = np.random.default_rng(seed)
    first = spec = drawn_network(rng)
    given_weights = weights = drawn_weights(first, rng)
    kept: Any = NOTHING_KEPT
    walked = 0
    while walked < 12:
        try:
            new = drawn_step(spec, first, rng)
            weights_now, kept_now = adapt(spec, weights, new, kept)
        except InputError:
            continue
        check(new, weights_now)
        assert all(np.isfinite(array).all() for array in weights_now.values())
        assert all(kept_now[name].result is weights_now[name] for name in kept_now)
        spec, weights, kept, walked = new, weights_now, kept_now, walked + 1
    back, kept = adapt(spec, weights, first, kept)
    assert same(back, given_weights)
    assert all(back[name] is given_weights[name] for name in back)
    assert not kept
    assert untrained(first, kept) == ()


@few
@given(seeds)
def test_what_was_edited_on_the_way_is_not_taken_back(seed: int) -> None:
    rng = np.random.default_rng(seed)
    spec, weights = lecture(), initial(lecture())
    small = changed(changed(spec, "conv2", kernel=(4, 4)), "conv1", out_channels=20)  # fc1 reads as many maps as ever
    cut, kept = adapt(spec, weights, small)
    name = str(rng.choice(tuple(cut)))
    array = cut[name].copy()
    at = int(rng.integers(array.size))
    array.flat[at] = rng.choice([np.nan, np.inf, -0.0, 0.25]).astype(np.float32)
    edited = cut.replaced(name, array)
    back, _ = adapt(small, edited, spec, kept)
    again, _ = adapt(spec, back, small)
    assert again[name].view(np.int32).flat[at] == array.view(np.int32).flat[at]
    untouched = [other for other in weights if other != name]
    assert all(back[other] is weights[other] for other in untouched)


def test_an_edit_from_zero_to_minus_zero_is_an_edit() -> None:
    spec = one_convolution((3, 3))
    weights = Weights({name: np.zeros_like(array) for name, array in initial(spec).items()})
    small, kept = adapt(spec, weights, one_convolution((1, 1)))
    edited = small.replaced("conv.weight", -small["conv.weight"])
    back, _ = adapt(one_convolution((1, 1)), edited, spec, kept)
    assert np.signbit(back["conv.weight"][:, :, 1, 1]).all()


def test_not_a_number_is_no_edit() -> None:
    spec = one_convolution((3, 3))
    weights = Weights({name: np.full_like(array, np.nan) for name, array in initial(spec).items()})
    small, kept = adapt(spec, weights, one_convolution((1, 1)))
    copied = Weights({name: array.copy() for name, array in small.items()})  # as undo and files make them
    assert adapt(one_convolution((1, 1)), copied, spec, kept)[0]["conv.weight"] is weights["conv.weight"]


# --- marks ---------------------------------------------------------------------------------------------------


def test_a_mark_stays_with_what_was_never_trained() -> None:
    spec, weights = lecture(), initial(lecture())
    wide = changed(spec, "conv2", padding=(2, 2))
    result, kept = adapt(spec, weights, wide)
    edited = result.replaced("fc1.weight", result["fc1.weight"] * 2)
    smooth, _ = chain.retyped(wide, "relu3", "GELU")
    result, kept = adapt(wide, edited, smooth, kept)
    assert untrained(smooth, kept) == ("fc1",)
    result, kept = adapt(smooth, result, spec, kept)  # the first shape again, but no longer the first values
    assert untrained(spec, kept) == ("fc1",)
    bent, _ = chain.retyped(spec, "relu3", "Tanh")
    assert untrained(bent, adapt(spec, result, bent, kept)[1]) == ("fc1",)


def test_a_new_network_is_marked_everywhere_and_stays_so() -> None:
    spec, weights = chain.deep(), initial(chain.deep())
    kept = all_new(spec, weights)
    kernels = ("conv1", "conv2", "conv3", "fc1")
    assert untrained(spec, kept) == kernels
    longer, _ = chain.inserted(changed(spec, "conv2", kernel=(5, 5)), 1, "Conv2d")
    result, kept = adapt(spec, weights, longer, kept)
    assert untrained(longer, kept) == kernels  # the inserted one passes its input on
    assert untrained(spec, adapt(longer, result, spec, kept)[1]) == kernels


@pytest.mark.parametrize(
    ("layer", "settings", "marked"),
    [
        ("conv1", {"kernel": (7, 7), "padding": (1, 1)}, ()),  # the maps keep their size
        ("conv2", {"kernel": (5, 3)}, ("fc1",)),
        ("conv2", {"padding": (2, 2)}, ("fc1",)),
        ("conv1", {"out_channels": 30}, ()),
        ("conv1", {"out_channels": 33}, ("conv1",)),
        ("conv2", {"out_channels": 63}, ("fc1",)),
        ("conv2", {"groups": 2}, ()),
        ("fc1", {"out_features": 100}, ("fc2",)),
        ("fc2", {"out_features": 9}, ()),
        ("fc2", {"out_features": 11}, ("fc2",)),
    ],
)
def test_marks(layer: str, settings: dict[str, object], marked: tuple[str, ...]) -> None:
    spec, weights = lecture(), initial(lecture())
    after = changed(spec, layer, **settings)
    result, kept = adapt(spec, weights, after)
    assert untrained(after, kept) == marked
    back, kept = adapt(after, result, spec, kept)
    assert all(back[name] is weights[name] for name in weights)
    assert untrained(spec, kept) == ()


def test_nothing_changes_where_no_shape_does() -> None:
    spec = NetworkSpec("flat", (1, 8, 8), (Conv2d("conv1", 2, (3, 3), padding=(1, 1)), Flatten("f"), Linear("fc1", 2)))
    weights = initial(spec)
    result, kept = adapt(spec, weights, changed(spec, "conv1", padding_mode="circular"))
    assert result is weights
    assert not kept


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(InputError, match="conv2: its kernel"):
        adapt(lecture(), initial(lecture()), changed(lecture(), "conv1", stride=(2, 2)))

"""The ranges against trying every value, and everything a person may type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import prod
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convviz.spec.chain import deep
from convviz.spec.errors import InputError
from convviz.spec.geometry import describe
from convviz.spec.limits import (
    MOST_OUTPUTS,
    MOST_VALUES,
    REACH,
    Range,
    allowed,
    share,
    value_of,
    whole_number,
    why_not,
    with_value,
)
from convviz.spec.network import (
    AvgPool2d,
    Conv2d,
    ConvTranspose2d,
    Dropout,
    Flatten,
    Layer,
    LeakyReLU,
    Linear,
    MaxPool2d,
    NetworkSpec,
    PaddingMode,
)
from convviz.spec.presets import lecture, lenet5

PAIRS = ("kernel", "stride", "padding", "dilation")


def fits(spec: NetworkSpec, layer: Layer) -> bool:
    try:
        describe(spec.with_layer(layer))
    except InputError:
        return False
    return True


def changed(layer: Layer, field: str, axis: int, linked: bool, value: int) -> Layer:
    pair = list(value_of(layer, field))
    pair[axis] = value
    return with_value(layer, field, (value, value) if linked else tuple(pair))


@pytest.mark.parametrize("make", [lecture, lenet5, deep])
@pytest.mark.parametrize("linked", [True, False])
def test_a_range_is_what_trying_every_value_finds(make: Callable[[], NetworkSpec], linked: bool) -> None:
    spec = make()
    for layer in spec:
        for field in PAIRS:
            if not hasattr(layer, field):
                continue
            got = allowed(spec, layer.id, field, 1, linked=linked)
            expected = [n for n in range(REACH + 1) if fits(spec, changed(layer, field, 1, linked, n))]
            assert list(range(got.low, got.high + 1)) == expected, (layer.id, field)
            for beyond in (got.low - 1, got.high + 1):
                assert got.why(beyond)
            assert not got.why(got.low)
            assert not got.why(got.high)


@settings(max_examples=60)
@given(st.data())
def test_a_range_is_one_stretch_in_random_networks(data: st.DataObject) -> None:
    def size(low: int, high: int) -> int:
        return data.draw(st.integers(low, high))

    def conv(name: str) -> Conv2d:
        mode: PaddingMode = data.draw(st.sampled_from(get_args(PaddingMode)))
        pads = size(0, 2), size(0, 2)
        return Conv2d(
            name, 2, (size(1, 4), size(1, 4)), (size(1, 3), size(1, 3)), pads, (size(1, 2), 1), padding_mode=mode
        )

    pool = MaxPool2d("pool", (size(1, 4), size(1, 4)), ceil_mode=data.draw(st.booleans()))
    spec = NetworkSpec(
        "random", (1, size(8, 30), size(8, 30)), (conv("a"), pool, conv("b"), Flatten("f"), Linear("l", 3))
    )
    try:
        describe(spec)
    except InputError:
        return
    layer, axis = spec[data.draw(st.sampled_from(["a", "pool", "b"]))], size(0, 1)
    field = data.draw(st.sampled_from(PAIRS))
    got = allowed(spec, layer.id, field, axis)
    expected = [n for n in range(REACH + 1) if fits(spec, changed(layer, field, axis, False, n))]
    assert list(range(got.low, got.high + 1)) == expected


def test_a_range_is_what_trying_every_value_finds_for_transposed_convolutions() -> None:
    rng = np.random.default_rng(1)
    ran = 0
    while ran < 60:

        def pair(low: int, high: int) -> tuple[int, int]:
            return int(rng.integers(low, high + 1)), int(rng.integers(low, high + 1))

        layer = ConvTranspose2d("up", 1, pair(1, 4), pair(1, 3), pair(0, 4), pair(0, 2), pair(1, 3))
        spec = NetworkSpec("lab", (1, *pair(1, 6)), (layer,))
        if not fits(spec, layer):
            continue
        ran += 1
        for field in (*PAIRS, "output_padding"):
            for axis in (0, 1):
                got = allowed(spec, "up", field, axis)
                expected = [n for n in range(REACH + 1) if fits(spec, changed(layer, field, axis, False, n))]
                assert list(range(got.low, got.high + 1)) == expected, (spec, field, axis)
                assert got.why(got.low - 1)
                assert got.why(got.high + 1)


def test_the_sentences_of_a_transposed_convolution() -> None:
    spec = NetworkSpec("lab", (4, 5, 5), (ConvTranspose2d("conv", 6, (3, 3), (2, 2), (1, 1), (1, 1)),))
    more = allowed(spec, "conv", "output_padding", linked=True)
    assert (more.low, more.high) == (0, 1)
    assert "output padding must be smaller than the stride or the dilation, so here at most 1" in more.why(2)
    assert "output padding must be at least 0" in more.why(-1)
    padding = allowed(spec, "conv", "padding", linked=True)
    assert padding.high == 5
    assert "cuts away all of the output" in padding.why(6)
    assert "smaller than the stride" in allowed(spec, "conv", "stride").why(1)
    assert allowed(spec, "conv", "groups").values == (1, 2)
    assert allowed(spec, "conv", "out_channels").high == MOST_OUTPUTS
    grouped = spec.with_layer(replace(spec["conv"], groups=2))  # type: ignore[call-arg]
    assert "groups must divide" in allowed(grouped, "conv", "out_channels").why(3)
    assert allowed(grouped, "conv", "out_channels").low == 2


def test_one_operation_may_have_any_channels_and_the_groups_of_its_input() -> None:
    spec = NetworkSpec("lab", (3, 28, 28), (Conv2d("conv", 6, (3, 3)),))
    assert allowed(spec, "conv", "groups").values == (1, 3)
    channels = allowed(spec, "conv", "out_channels")
    assert (channels.low, channels.high, channels.values) == (1, MOST_OUTPUTS, ())
    assert allowed(NetworkSpec("lab", (1, 1, 1), (Conv2d("conv", 1, (1, 1)),)), "conv", "kernel").high == 1


def test_a_pools_padding_is_at_most_half_its_kernel_and_its_kernel_at_least_twice_its_padding() -> None:
    spec = NetworkSpec("pool", (1, 28, 28), (MaxPool2d("pool", (5, 5), padding=(2, 2)),))
    assert allowed(spec, "pool", "padding", linked=True).high == 2
    assert allowed(spec, "pool", "kernel", linked=True).low == 4
    assert "at most half its kernel" in allowed(spec, "pool", "padding").why(3)


def test_a_pools_stride_that_was_never_set_is_its_kernel() -> None:
    spec = lecture()
    assert value_of(spec["pool1"], "stride") == (3, 3)
    assert allowed(spec, "pool1", "stride", linked=True).low == 1
    assert value_of(replace(spec["pool1"], stride=(2, 1)), "stride") == (2, 1)  # type: ignore[call-arg]


def test_unequal_sides_get_a_common_range() -> None:
    spec = lecture()
    spec = spec.with_layer(replace(spec["conv2"], kernel=(7, 2)))  # type: ignore[call-arg]
    assert allowed(spec, "conv2", "kernel", 0, linked=True).high == 7
    assert allowed(spec, "conv2", "kernel", 1).low == 1


def test_sides_that_no_common_value_fits_are_refused_in_a_sentence() -> None:
    spec = NetworkSpec("low", (1, 1, 8), (MaxPool2d("pool", (1, 4), padding=(0, 2)),))
    assert allowed(spec, "pool", "kernel", 1).low == 4
    with pytest.raises(InputError, match="no kernel fits that is the same in height and width; leave them unlinked"):
        allowed(spec, "pool", "kernel", linked=True)


def test_groups_are_the_divisors_of_both_sides() -> None:
    got = allowed(lecture(), "conv2", "groups")
    assert got.values == (1, 2, 4, 8, 16, 32)
    assert got.why(5).endswith("without remainder; possible are 1, 2, 4, 8, 16, 32")
    assert got.why(64)
    assert not got.why(8)
    assert allowed(lecture(), "conv1", "groups").values == (1,)


def test_channels_keep_to_the_groups_here_and_downstream() -> None:
    spec = lecture()
    spec = spec.with_layer(replace(spec["conv2"], groups=4))  # type: ignore[call-arg]
    first, second = (allowed(spec, name, "out_channels") for name in ("conv1", "conv2"))
    for got in (first, second):
        assert (got.low, got.high) == (4, MOST_OUTPUTS)
        assert set(got.values) == set(range(4, MOST_OUTPUTS + 1, 4))
        assert "groups must divide" in got.why(6)
    assert allowed(lecture(), "conv1", "out_channels").values == ()


@pytest.mark.parametrize(("layer", "field"), [("conv2", "out_channels"), ("fc1", "out_features")])
def test_ten_thousand_channels_are_refused(layer: str, field: str) -> None:
    got = allowed(lecture(), layer, field)
    assert got.high == MOST_OUTPUTS
    assert "10,000" in got.why(10_000)
    assert "choose at most 4,096" in got.why(10_000)
    assert got.why(0)


def test_the_values_limit_the_channels_before_their_number_does() -> None:
    spec = NetworkSpec("large", (1, 1000, 1000), (Conv2d("conv", 8, (1, 1)),))
    got = allowed(spec, "conv", "out_channels")
    assert got.high < MOST_OUTPUTS
    assert fits(spec, with_value(spec["conv"], "out_channels", got.high))
    assert "values in all would be too slow" in got.why(got.high + 1)


def test_a_transposed_stride_is_limited_by_the_values_it_makes() -> None:
    spec = NetworkSpec("lab", (1, 1024, 1024), (ConvTranspose2d("conv", 1, (3, 3)),))
    got = allowed(spec, "conv", "stride", linked=True)
    assert got.high == 5
    assert prod(describe(spec.with_layer(with_value(spec["conv"], "stride", (5, 5))))[0].output_shape) <= MOST_VALUES
    assert "values in all would be too slow" in got.why(16), "1.1 GB, and as much again to look at"


def test_a_network_too_large_to_edit_live_may_only_shrink() -> None:
    spec = NetworkSpec("wide", (1, 28, 28), (Conv2d("a", 4096, (3, 3)), Conv2d("b", 64, (3, 3))))
    got = allowed(spec, "b", "out_channels")
    grown = with_value(spec["b"], "out_channels", 4096)
    assert "parameters in all would be too slow" in why_not(spec, grown)
    assert fits(spec, with_value(spec["b"], "out_channels", got.high))
    assert why_not(spec, with_value(spec["b"], "out_channels", got.high + 1))
    large = spec.with_layer(grown)
    assert not why_not(large, with_value(grown, "out_channels", 4000))
    assert not why_not(large, replace(grown, stride=(2, 2)))  # type: ignore[call-arg]


def test_products_are_limited_as_well() -> None:
    spec = NetworkSpec("long", (1, 28, 28), (Conv2d("a", 512, (3, 3)), Conv2d("b", 512, (3, 3))))
    padded = replace(spec["a"], padding=(64, 64))  # type: ignore[call-arg]
    assert "products in all would be too slow" in why_not(spec, padded)


@pytest.mark.parametrize(
    ("layer", "field", "value", "part"),
    [
        ("conv1", "kernel", (99, 99), "does not fit into its input 28×28"),
        ("conv1", "kernel", (0, 5), "the kernel must be at least 1"),
        ("conv1", "stride", (0, 0), "the stride must be at least 1"),
        ("conv1", "dilation", (0, 1), "the dilation must be at least 1"),
        ("conv1", "padding", (-1, 0), "the padding must be at least 0"),
        ("conv1", "padding", (999_999_999, 999_999_999), "GB"),
        ("pool1", "padding", (2, 2), "at most half its kernel"),
        ("conv2", "stride", (9, 9), "pool2: its kernel 2×2 does not fit into its input 1×1"),
        ("conv2", "groups", 7, "7 groups must divide its 32 input and 64 output channels"),
        ("conv2", "out_channels", 0, "at least 1 output channel"),
        ("conv2", "out_channels", 10_000, "too slow to follow the mouse"),
        ("fc1", "out_features", 10_000, "too slow to follow the mouse"),
        ("fc1", "out_features", 0, "at least 1 output"),
    ],
)
def test_what_does_not_fit_is_a_sentence(layer: str, field: str, value: object, part: str) -> None:
    reason = why_not(lecture(), with_value(lecture()[layer], field, value))
    assert part in reason
    assert "\n" not in reason


def test_what_fits_has_no_reason() -> None:
    assert why_not(lecture(), replace(lecture()["conv1"], kernel=(7, 3))) == ""  # type: ignore[call-arg]
    pool = NetworkSpec("p", (1, 8, 8), (AvgPool2d("p", (2, 2)), Dropout("d", 1.0), LeakyReLU("s", 0.0)))
    for layer in pool:
        assert why_not(pool, layer) == ""
    assert why_not(pool, Dropout("d", float("nan")))
    assert why_not(pool, Dropout("d", 1.5))
    assert why_not(pool, LeakyReLU("s", -1.0))


def test_beyond_the_reach_of_a_slider_there_is_a_reason_too() -> None:
    spec = NetworkSpec("wide", (1, 500, 500), (Conv2d("conv", 1, (3, 3)),))
    got = allowed(spec, "conv", "stride")
    assert got.high == REACH
    assert "at most 64" in got.why(65)
    far = spec.with_layer(Conv2d("conv", 1, (100, 100)))
    assert allowed(far, "conv", "kernel", linked=True).high == 100


# --- ranges ---------------------------------------------------------------------------------------------------


def test_the_nearest_value_and_steps_among_few() -> None:
    few = Range(1, 16, str, (1, 2, 4, 8, 16))
    assert [few.nearest(n) for n in (-5, 1, 3, 5, 7, 11, 13, 99)] == [1, 1, 2, 4, 8, 8, 16, 16]
    assert [few.stepped(4, n) for n in (-9, -2, -1, 0, 1, 2, 9)] == [0, 1, 2, 4, 8, 16, 17]
    every = Range(1, 9, str)
    assert [every.nearest(n) for n in (-5, 3, 99)] == [1, 3, 9]
    assert every.stepped(3, -7) == -4


# --- typed numbers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *("", "  ", "1,5", "1.5", "1e999", "1e3", "abc", "5 5", "NaN", "inf", "1_0", "0x10", "٣", "²", "--3"),
        "9" * 10,
        "9" * 10_000,
        "\n".join("\t".join("1" for _ in range(100)) for _ in range(100)),
    ],
)
def test_what_is_no_whole_number_is_refused_in_one_short_sentence(text: str) -> None:
    with pytest.raises(InputError) as caught:
        whole_number(text)
    assert "whole number" in str(caught.value)
    assert len(str(caught.value)) < 120
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "number"), [("3", 3), (" 12\n", 12), ("+4", 4), ("007", 7), ("-2", -2), ("−2", -2), ("0", 0)]
)
def test_whole_numbers(text: str, number: int) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize(
    "text", ["", "1,5", "0,5", "1e999", "nan", "inf", "-0.1", "1.01", "abc", "1_0", "٣", "0.5 0.5"]
)
def test_what_is_no_share_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(InputError) as caught:
        share(text)
    assert len(str(caught.value)) < 120


def test_shares() -> None:
    assert [share(text) for text in ("0", "1", ".5", " 0.25 ", "1e-3")] == [0.0, 1.0, 0.5, 0.25, 0.001]

"""Who reads what: against pulses that run through torch, and against sliding the window by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

import convviz.spec.arithmetic.taps as taps_module
from convviz.spec.geometry import LayerGeometry, describe, window
from convviz.spec.lab.lab import Lab
from convviz.spec.lab.links import Taps, channels_seen, places_of, taps_of, users_of
from convviz.spec.network import AvgPool2d, Conv2d, ConvTranspose2d, Layer, MaxPool2d, NetworkSpec, ReLU
from convviz.spec.weights import Weights

Floats = NDArray[np.float32]
_MODES = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def row_of(layer: Layer, height: int, width: int, channels: int = 1) -> LayerGeometry:
    return describe(NetworkSpec("one", (channels, height, width), (layer,)))[0]


def read(row: LayerGeometry, axis: int, places: tuple[int | None, ...]) -> set[int]:
    """The lines of the input that stand at these places, also in its padding."""
    size, mode = row.input_shape[1 + axis], getattr(row.layer, "padding_mode", "zeros")
    inside = {place for place in places if place is not None and 0 <= place < size}
    if mode == "zeros":
        return inside
    padding = row.layer.padding[axis]  # type: ignore[attr-defined]
    padded = np.pad(np.arange(size), padding, _MODES[mode])  # type: ignore[call-overload]
    return {int(padded[place + padding]) for place in places if place is not None}


def of_ones(lab: Lab) -> Lab:
    """With kernels of ones and no bias, where every tap counts."""
    return replace(lab, weights=Weights({n: np.full(a.shape, float(a.ndim == 4)) for n, a in lab.weights.items()}))


def test_users_are_where_a_pulse_comes_out(draw: Callable[[int], Lab], by_torch: Callable[..., Floats]) -> None:
    rng = np.random.default_rng(0)
    for seed in range(150):
        lab = of_ones(draw(seed))
        for _ in range(3):
            place = tuple(int(rng.integers(size)) for size in lab.shape)
            pulse = np.zeros(lab.shape, np.float32)
            pulse[place] = 1
            reached = by_torch(lab, pulse).any(axis=0)
            rows, columns = users_of(lab.row, *place[1:])
            expected = np.zeros(reached.shape, np.bool_)
            expected[np.ix_(rows, columns)] = True
            assert np.array_equal(reached, expected), (lab.layer, lab.shape, place)


def test_users_are_the_exact_inverse_of_taps(draw: Callable[[int], Lab]) -> None:
    for seed in range(200):
        lab = draw(seed)
        row = lab.row
        for axis in (0, 1):
            outputs = range(row.output_shape[1 + axis])
            found = [read(row, axis, taps_of(row, *((n, 0) if axis == 0 else (0, n)))[axis]) for n in outputs]
            for place in range(row.input_shape[1 + axis]):
                users = users_of(row, *((place, 0) if axis == 0 else (0, place)))[axis]
                assert users == tuple(n for n in outputs if place in found[n]), (lab.layer, axis, place)


def test_places_of_a_kernel_cell_are_its_taps_in_all_positions(draw: Callable[[int], Lab]) -> None:
    for seed in range(200):
        row = draw(seed).row
        kernel = getattr(row.layer, "kernel", (1, 1))
        for axis in (0, 1):
            for tap in range(kernel[axis]):
                found = places_of(row, *((tap, 0) if axis == 0 else (0, tap)))[axis]
                outputs = range(row.output_shape[1 + axis])
                every = [taps_of(row, *((n, 0) if axis == 0 else (0, n)))[axis][tap] for n in outputs]
                assert found == tuple(place for place in every if place is not None)


def test_channels_seen_are_where_a_pulse_comes_from(
    draw: Callable[[int], Lab], by_torch: Callable[..., Floats]
) -> None:
    for seed in range(60):
        lab = of_ones(draw(seed))
        reached = np.zeros((lab.row.output_shape[0], lab.shape[0]), np.bool_)
        for channel in range(lab.shape[0]):
            values = np.zeros(lab.shape, np.float32)
            values[channel] = 1
            reached[:, channel] = by_torch(lab, values).any(axis=(1, 2))
        for d, seen in enumerate(reached):
            assert set(np.flatnonzero(seen).tolist()) in (set(channels_seen(lab.row, d)), set())  # all may be cropped


def test_the_lectures_padded_convolution() -> None:
    row = row_of(Conv2d("conv", 1, (3, 3), (2, 2), (2, 1)), 3, 5)
    assert taps_of(row, 0, 1) == Taps((-2, -1, 0), (1, 2, 3))
    assert users_of(row, 0, 2) == ((0, 1), (1,))
    assert places_of(row, 0, 2) == ((-2, 0, 2), (1, 3, 5))


def test_relu_reads_the_same_place() -> None:
    row = row_of(ReLU("relu"), 3, 4)
    assert (taps_of(row, 1, 2), users_of(row, 1, 2)) == (Taps((1,), (2,)), ((1,), (2,)))
    assert places_of(row, 0, 0) == ((0, 1, 2), (0, 1, 2, 3))


@pytest.mark.parametrize(
    "layer",
    [
        Conv2d("conv", 1, (1, 5), (1, 2), (0, 3), (1, 2)),
        Conv2d("conv", 1, (1, 5), (1, 2), (0, 3), (1, 2), padding_mode="reflect"),
        Conv2d("conv", 1, (1, 4), (1, 1), (0, 7), (1, 3), padding_mode="circular"),
        Conv2d("conv", 1, (1, 4), (1, 5), (0, 7), padding_mode="replicate"),
        ConvTranspose2d("conv", 1, (1, 5), (1, 2), (0, 3), (0, 1), (1, 2)),
        MaxPool2d("pool", (1, 3), (1, 2), (0, 1), ceil_mode=True),
        AvgPool2d("pool", (1, 2), (1, 3)),
    ],
    ids=lambda layer: f"{layer.setting} {getattr(layer, 'padding_mode', '')}",
)
def test_long_signals_need_no_table(layer: Layer, monkeypatch: pytest.MonkeyPatch) -> None:
    row = row_of(layer, 1, 61)
    expected = [users_of(row, 0, place)[1] for place in range(61)]
    monkeypatch.setattr(taps_module, "REMEMBERED", 0)
    assert [users_of(row, 0, place)[1] for place in range(61)] == expected


def test_a_window_that_is_rounded_up_reads_beyond_the_padding() -> None:
    row = row_of(MaxPool2d("pool", (2, 2), ceil_mode=True), 5, 5)
    assert window(row.layer) is not None
    assert taps_of(row, 2, 2) == Taps((4, 5), (4, 5))
    assert users_of(row, 4, 4) == ((2,), (2,))

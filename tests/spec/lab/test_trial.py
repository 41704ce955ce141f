"""One operation done: its output, and every value of it explained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from convviz.spec.errors import InputError
from convviz.spec.lab.lab import Lab, drawn_lab
from convviz.spec.lab.pose import Pose
from convviz.spec.lab.source import Channel, FromPhoto, Grid
from convviz.spec.lab.trial import grey, perform, photo_values
from convviz.spec.network import Conv2d, ConvTranspose2d
from convviz.spec.photo import Photo
from convviz.spec.weights import Weights

Floats = NDArray[np.float32]


def test_every_value_is_explained_by_what_adds_up_to_it(draw: Callable[[int], Lab]) -> None:
    rng = np.random.default_rng(0)
    for seed in range(300):
        trial = perform(draw(seed))
        assert trial.positions * trial.output.shape[0] == trial.output.size
        for _ in range(4):
            index = tuple(int(rng.integers(size)) for size in trial.output.shape)
            found = trial.explain(index)
            assert found.shown == trial.output[index] or np.isnan(trial.output[index])
            with np.errstate(invalid="ignore", over="ignore"):
                size = np.abs(found.products[np.isfinite(found.products)]).sum() + abs(found.bias or 0.0)
            same = found.total == found.shown or (np.isnan(found.total) and np.isnan(found.shown))
            assert same or abs(found.difference) <= 1e-5 * max(size, abs(found.total)), (trial.lab.layer, index)


def by_definition(signal: list[float], kernel: list[float]) -> list[float]:
    """(x ∗ k)(n) = Σ x(n − m) k(m), where all of the kernel lies on the signal."""
    w = len(kernel)
    return [sum(signal[n - m] * kernel[m] for m in range(w)) for n in range(w - 1, len(signal))]


def test_flipped_it_is_the_convolution_of_mathematics() -> None:
    signal, kernel = [1.0, 2.0, 3.0, 4.0], [3.0, 2.0]
    weights = Weights({"conv.weight": np.array(kernel).reshape(1, 1, 1, 2)})
    lab = Lab(Grid(np.array([[signal]], np.float32)), (1, 1, 4), Conv2d("conv", 1, (1, 2), bias=False), weights, dims=1)
    assert perform(lab).output[0, 0].tolist() == [7, 12, 17]  # what the lecture and PyTorch call convolution
    turned = perform(replace(lab, flipped=True))
    assert turned.output[0, 0].tolist() == by_definition(signal, kernel) == [8, 13, 18]
    assert turned.explain((0, 0, 0)).total == 8.0


def test_flipped_in_two_dimensions() -> None:
    rng = np.random.default_rng(2)
    values, kernels = rng.normal(size=(2, 6, 7)), rng.normal(size=(3, 2, 3, 2))
    lab = Lab(
        Grid(values.astype(np.float32)),
        (2, 6, 7),
        Conv2d("conv", 3, (3, 2), bias=False),
        Weights({"conv.weight": kernels}),
        flipped=True,
    )
    expected = np.zeros((3, 4, 6))
    for d, y, x, c, i, j in np.ndindex(3, 4, 6, 2, 3, 2):
        expected[d, y, x] += values[c, y + 2 - i, x + 1 - j] * kernels[d, c, i, j]
    np.testing.assert_allclose(perform(lab).output, expected, rtol=1e-5, atol=1e-5)


def test_a_transposed_convolution_lays_its_kernel_down() -> None:
    pulse = np.zeros((1, 3, 3), np.float32)
    pulse[0, 1, 1] = 2
    kernel = np.arange(9, dtype=np.float32).reshape(1, 1, 3, 3)
    layer = ConvTranspose2d("conv", 1, (3, 3), (2, 2), bias=False)
    trial = perform(Lab(Grid(pulse), (1, 3, 3), layer, Weights({"conv.weight": kernel})))
    assert np.array_equal(trial.output[0, 2:5, 2:5], 2 * kernel[0, 0])
    assert trial.output.sum() == 2 * kernel.sum()


# --- inputs -----------------------------------------------------------------------------------------------------


def test_the_drawing_is_the_input_and_stays_the_callers() -> None:
    drawing = np.random.default_rng(3).random((1, 28, 28), np.float32)
    trial = perform(drawn_lab(), drawing)
    assert np.array_equal(trial.values, drawing)
    assert trial.unmoved is trial.values
    drawing[0, 0, 0] = 9
    assert trial.values[0, 0, 0] != 9
    assert not trial.values.flags.writeable
    assert not trial.output.flags.writeable
    assert not perform(drawn_lab()).output.any()


def test_a_drawing_of_another_size_is_refused() -> None:
    with pytest.raises(InputError, match="1×28×28"):
        perform(drawn_lab(), np.zeros((1, 32, 32), np.float32))


def test_a_moved_input_knows_where_it_was() -> None:
    drawing = np.random.default_rng(3).random((1, 28, 28), np.float32)
    trial = perform(replace(drawn_lab(), pose=Pose(down=2, right=-1)), drawing)
    assert np.array_equal(trial.values[:, 2:, :-1], drawing[:, :-2, 1:])
    assert trial.unmoved is not None
    assert np.array_equal(trial.unmoved, drawing)
    still = perform(drawn_lab(), drawing).output
    np.testing.assert_allclose(trial.output[:, 3:-1, 1:-1], still[:, 1:-3, 2:], atol=1e-6)


@pytest.mark.parametrize(
    ("channel", "expected"),
    [("rgb", [1.0, 0.6, 0.2]), ("red", [1.0]), ("green", [0.6]), ("blue", [0.2]), ("grey", [0.299 + 0.3522 + 0.0228])],
)
def test_the_channels_of_a_photo(channel: Channel, expected: list[float]) -> None:
    pixels = np.array([[[255, 153, 51]]], np.uint8)
    source = FromPhoto(Photo(pixels), channel)
    found = photo_values(source)
    assert found.shape == source.shape
    np.testing.assert_allclose(found[:, 0, 0], expected, rtol=1e-6)


@pytest.mark.parametrize("channel", ["rgb", "red", "green", "blue", "grey"])
def test_a_grey_photo_has_one_channel_whatever_is_asked(channel: Channel) -> None:
    pixels = np.array([[[51], [255]]], np.uint8)
    found = photo_values(FromPhoto(Photo(pixels), channel))
    np.testing.assert_allclose(found, [[[0.2, 1.0]]], rtol=1e-6)
    assert grey(pixels).dtype == np.float32

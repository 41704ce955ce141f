"""The MNIST pipeline: position and size do not matter, each step does only its own part, real digits stay."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convviz.spec.grey import grey
from convviz.spec.preparation import Preparation, prepare, received
from convviz.spec.resample import Floats, Placement, resample
from convviz.spec.strokes import Canvas, Drawing, Stroke

SIDE = 140


def square(top: int, left: int, height: int, width: int, value: float = 1.0) -> Floats:
    ink = np.zeros((SIDE, SIDE), np.float32)
    ink[top : top + height, left : left + width] = value
    return ink


def centre(field: Floats) -> tuple[float, float]:
    total = float(field.sum())
    rows, columns = field.sum(axis=1) @ (np.arange(28) + 0.5), field.sum(axis=0) @ (np.arange(28) + 0.5)
    return float(rows) / total, float(columns) / total


@given(st.integers(0, 80), st.integers(0, 80), st.integers(20, 60), st.integers(20, 60))
def test_mass_comes_to_the_middle_and_the_longer_side_to_twenty(top: int, left: int, height: int, width: int) -> None:
    field = prepare(square(top, left, height, width)).result
    assert centre(field) == pytest.approx((14, 14), abs=0.02)
    scale = 20 / max(height, width)
    assert float(field.sum()) == pytest.approx(height * width * scale * scale, rel=0.02)
    sizes = (field.max(axis=1) > 1e-3).sum(), (field.max(axis=0) > 1e-3).sum()
    assert 20 <= max(sizes) <= 22


@given(st.integers(0, 60), st.integers(0, 60))
def test_where_a_drawing_is_makes_no_difference(down: int, right: int) -> None:
    rng = np.random.default_rng(3)
    ink = np.zeros((SIDE, SIDE), np.float32)
    ink[5:70, 9:60] = rng.random((65, 51), np.float32)
    moved = np.roll(ink, (down, right), (0, 1))
    assert np.allclose(prepare(ink).result, prepare(moved).result, atol=1e-5)


@settings(max_examples=30)
@given(st.floats(0.5, 1.0))
def test_how_large_a_drawing_is_makes_little_difference(scale: float) -> None:
    points = np.array([[60.0, 40.0], [220.0, 60.0], [140.0, 150.0], [200.0, 240.0], [70.0, 230.0]])
    whole, smaller = (prepare(Canvas().show(Drawing((Stroke(points * s, 18.0 * s),)))).result for s in (1.0, scale))
    assert np.abs(whole - smaller).max() < 0.15


def test_without_crop_fit_and_centre_the_whole_pad_is_shrunk() -> None:
    ink = square(14, 28, 35, 7)
    field = prepare(ink, Preparation(crop=False, fit=False, centre=False)).result
    assert np.allclose(field, ink.reshape(28, 5, 28, 5).mean(axis=(1, 3)), atol=1e-6)


def test_each_step_moves_the_ink_where_its_name_says() -> None:
    ink = np.maximum(square(10, 10, 10, 40), square(10, 10, 40, 10))  # an L turned over, its mass top left
    off = Preparation(crop=True, fit=False, centre=False)
    cropped = prepare(ink, off).result
    assert centre(cropped) != pytest.approx((14, 14), abs=0.5)
    rows = np.flatnonzero(cropped.max(axis=1))
    assert (rows[0] + rows[-1] + 1) / 2 == 14  # the rectangle is in the middle, at the pad's own scale
    assert len(rows) == 8
    fitted = prepare(ink, Preparation(centre=False)).result
    assert np.flatnonzero(fitted.max(axis=1))[[0, -1]].tolist() == [4, 23]
    assert centre(prepare(ink).result) == pytest.approx((14, 14), abs=0.02)


def test_without_smoothing_every_pixel_is_black_or_white() -> None:
    ink = Canvas().show(Drawing((Stroke(np.array([[40.0, 60.0], [240.0, 200.0]])),)))
    assert set(np.unique(prepare(ink, Preparation(smooth=False)).result)) == {0.0, 1.0}
    assert len(np.unique(prepare(ink).result)) > 50


@pytest.mark.parametrize("crop", [True, False])
@pytest.mark.parametrize("fit", [True, False])
@pytest.mark.parametrize("centred", [True, False])
@pytest.mark.parametrize("smooth", [True, False])
@pytest.mark.parametrize("ink", [np.zeros((9, 9)), np.full((1, 1), 0.5), np.ones((1, 300)), np.full((9, 9), 1e-30)])
def test_nothing_one_pixel_and_a_line_give_a_field(
    crop: bool, fit: bool, centred: bool, smooth: bool, ink: Floats
) -> None:
    field = prepare(ink.astype(np.float32), Preparation(crop, fit, centred, smooth)).result
    assert field.shape == (28, 28)
    assert np.isfinite(field).all()
    assert field.min() >= 0
    assert field.max() <= 1


@pytest.mark.parametrize("smooth", [True, False])
def test_colours_go_where_their_brightness_goes(smooth: bool) -> None:
    shown = square(30, 12, 40, 25) * np.random.default_rng(0).random((SIDE, SIDE), np.float32)
    ink = np.stack([shown * np.float32(share) for share in (1.0, 0.5, 0.25)])
    steps = Preparation(smooth=smooth)
    bright, colour = prepare(grey(ink), steps), prepare(ink, steps)
    assert (colour.region, colour.placements) == (bright.region, bright.placements)
    assert colour.result.shape == (3, 28, 28)
    for channel, plane in zip(colour.result, ink, strict=True):
        cut = plane[bright.region.top : bright.region.bottom, bright.region.left : bright.region.right]
        expected = resample(cut, bright.placements["centre"], (28, 28))
        assert np.allclose(channel, expected, atol=1e-6) if smooth else set(np.unique(channel)) <= {0.0, 1.0}
    assert colour.step_picture("fit", 40).shape == (3, 40, 40)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_a_network_gets_colours_where_it_takes_three_channels_and_else_grey(channels: int) -> None:
    colours = np.random.default_rng(2).random((3, 20, 20), np.float32)
    raw = Preparation(crop=False, fit=False, centre=False)
    picture = received(colours, raw, (channels, 20, 20))[1]
    brightness = 0.299 * colours[0] + 0.587 * colours[1] + 0.114 * colours[2]
    assert np.allclose(picture, colours if channels == 3 else np.stack([brightness] * channels), atol=1e-6)
    ink = received(colours[0], raw, (channels, 20, 20))[1]
    assert np.allclose(ink, np.stack([colours[0]] * channels), atol=1e-6)
    ink[0, 0, 0] = 7  # its own memory: no channel is another one
    assert (ink[1:, 0, 0] < 7).all()


def test_faint_specks_do_not_widen_the_crop() -> None:
    ink = square(50, 50, 40, 20)
    expected = prepare(ink).region
    ink[3, 3] = 0.05
    assert prepare(ink).region == expected == (50, 50, 90, 70)


def test_the_steps_pictures_end_in_what_the_network_receives() -> None:
    ink = square(20, 20, 50, 20)
    prepared = prepare(ink)
    assert np.array_equal(prepared.step_picture("centre", 28), prepared.result)
    fine = prepared.step_picture("centre", 56).reshape(28, 2, 28, 2).mean(axis=(1, 3))
    assert np.allclose(fine, prepared.result, atol=1e-5)


def test_mnists_own_digits_stay_as_they_are_where_their_centre_of_mass_is_exact(shared_data: Path) -> None:
    """MNIST moved its digits by whole pixels; those that happened to need no fraction must pass through unchanged."""
    raw = np.fromfile(shared_data / "MNIST/raw/t10k-images-idx3-ubyte", np.uint8, offset=16)
    digits = raw.reshape(-1, 28, 28).astype(np.float32) / 255
    exact = [digit for digit in digits if centre(digit) == pytest.approx((14, 14), abs=0.03)]
    assert len(exact) >= 3
    for digit in exact:
        assert np.abs(prepare(digit).result - digit).max() < 0.15
        assert np.abs(prepare(digit).result - digit).mean() < 0.006


@given(st.integers(1, 9), st.integers(1, 9))
def test_resampling_to_fewer_pixels_averages_exact_areas(height: int, width: int) -> None:
    rng = np.random.default_rng(height * 10 + width)
    source = rng.random((height * 4, width * 3), np.float32)
    one = resample(source, Placement(1 / 2, (0.0, 0.0)), (height * 2, 1))
    assert one[:, 0] == pytest.approx(source.reshape(height * 2, 2, -1)[:, :, :2].mean(axis=(1, 2)), abs=1e-6)


@given(st.integers(2, 9))
def test_resampling_to_more_pixels_interpolates_between_centres(width: int) -> None:
    source = np.tile(np.linspace(0, 1, width, dtype=np.float32), (3, 1))
    fine = resample(source, Placement(8.0, (0.0, 0.0)), (24, 8 * width))[12]
    places = (np.arange(8 * width) + 0.5) / 8 - 0.5
    inside = (places >= 0) & (places <= width - 1)
    assert fine[inside] == pytest.approx(places[inside] / (width - 1), abs=1e-5)

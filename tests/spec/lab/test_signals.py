"""Signals have the shape their name says, at any length."""

from __future__ import annotations

import numpy as np
import pytest

from convviz.spec.errors import InputError
from convviz.spec.lab.signals import LONGEST, PERIODS, SIGNALS, row_of, row_of_picture, signal, stretched
from convviz.spec.lab.source import Channel, FromPhoto, Grid
from convviz.spec.lab.trial import photo_values
from convviz.spec.photo import Photo


@pytest.mark.parametrize("kind", SIGNALS)
@pytest.mark.parametrize("length", [1, 2, 7, 64, LONGEST])
def test_any_length(kind: str, length: int) -> None:
    made = signal(kind, length)
    assert made.values.shape == (1, 1, length)
    assert made.name == kind
    assert np.isfinite(made.values).all()
    assert np.array_equal(made.values, signal(kind, length).values), "the same each time"


def test_what_their_names_say() -> None:
    step, ramp, pulse, sine, noise = (signal(kind, 60).values[0, 0] for kind in SIGNALS)
    assert np.flatnonzero(np.diff(step)).tolist() == [29]
    assert np.allclose(np.diff(ramp), 1 / 59)
    assert (ramp[0], ramp[-1]) == (0, 1)
    assert pulse.sum() == pulse[30] == 1
    assert np.abs(np.fft.rfft(sine)).argmax() == PERIODS
    assert abs(noise.mean()) < 0.5
    assert 0.5 < noise.std() < 1.5


@pytest.mark.parametrize("length", [6, 12, 60, 64])
def test_a_sine_is_zero_where_it_should_be(length: int) -> None:
    sine = signal("sine", length).values[0, 0]
    zeros = np.flatnonzero(sine == 0)
    assert zeros.tolist() == [n for n in range(length) if (2 * PERIODS * n) % length == 0]
    assert not np.signbit(sine[zeros]).any()
    assert np.abs(sine - np.sin(2 * np.pi * PERIODS * np.arange(length) / length)).max() < 1e-6


def test_a_row_of_a_picture() -> None:
    values = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    row = row_of(values, 2)
    assert row.values.tolist() == [[[8, 9, 10, 11]], [[20, 21, 22, 23]]]
    assert row.name == "row 2 of the drawing"
    with pytest.raises(InputError, match="rows 0 to 2; there is no row 3"):
        row_of(values, 3)


def test_a_signal_in_another_length_keeps_its_ends() -> None:
    values = np.array([[[0, 1, 4]], [[5, 5, 5]]], np.float32)
    assert stretched(values, 5).tolist() == [[[0, 0.5, 1, 2.5, 4]], [[5] * 5]]
    assert np.array_equal(stretched(values, 3), values)
    assert stretched(values, 1).tolist() == [[[0]], [[5]]]


@pytest.mark.parametrize("length", [0, -1, LONGEST + 1])
def test_lengths_that_cannot_be(length: int) -> None:
    for make in (lambda: signal("step", length), lambda: stretched(np.ones((1, 1, 2), np.float32), length)):
        with pytest.raises(InputError, match="samples; give it 1 to 1,048,576"):
            make()
    with pytest.raises(InputError, match="take one of step, ramp"):
        signal("square", 5)


@pytest.mark.parametrize("channel", ["grey", "rgb", "blue"])
def test_a_row_of_a_photo_has_the_values_of_the_whole(channel: Channel) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (7, 300, 3), np.uint8)
    photo = FromPhoto(Photo(pixels, "a" * 50 + ".png"), channel)
    row = row_of_picture(photo, 6)
    assert np.array_equal(row.values, photo_values(photo)[:, 6:7])
    assert row.name == f"row 6 of {'a' * 39}…"
    with pytest.raises(InputError, match="rows 0 to 6; there is no row 7"):
        row_of_picture(photo, 7)


def test_a_row_of_numbers_and_one_that_is_too_long() -> None:
    values = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    row = row_of_picture(Grid(values, "zone plate"), 1)
    assert (row.values.tolist(), row.name) == (values[:, 1:2].tolist(), "row 1 of zone plate")
    wide = Photo(np.zeros((2, LONGEST + 1, 1), np.uint8))
    with pytest.raises(InputError, match="cannot have 1,048,577 samples"):
        row_of_picture(FromPhoto(wide), 0)
    longest = row_of_picture(FromPhoto(Photo(wide.pixels[:, 1:])), 1)
    assert longest.values.shape == (1, 1, LONGEST)
    assert longest.name == "row 1 of photo"

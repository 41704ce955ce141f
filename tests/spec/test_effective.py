"""The size of an effective receptive field, where it is known in closed form."""

from __future__ import annotations

from math import isnan, log, pi, sqrt

import numpy as np
import pytest

from convviz.spec.effective import SHARE, effective_size, magnitude, profile


def gaussian(side: int, sigma: float) -> np.ndarray:
    d = np.arange(side) - side // 2
    line = np.exp(-(d**2) / (2 * sigma**2))
    return np.outer(line, line).astype(np.float32)


@pytest.mark.parametrize("sigma", [5.0, 10.0, 15.0])
def test_a_gaussian_has_the_area_of_its_disc(sigma: float) -> None:
    radius = sigma * sqrt(-2 * log(SHARE))  # where it has fallen to 4.55 %
    assert effective_size(gaussian(101, sigma)) == pytest.approx(sqrt(pi) * radius, rel=0.03)


@pytest.mark.parametrize("side", [1, 3, 19])
def test_an_even_field_is_as_large_as_it_is(side: int) -> None:
    field = np.zeros((28, 28), np.float32)
    field[4 : 4 + side, 2 : 2 + side] = 0.3
    assert effective_size(field) == side


def test_the_scale_does_not_matter() -> None:
    field = gaussian(51, 4.0)
    assert (
        effective_size(field * np.float32(1e-30)) == effective_size(field) == effective_size(field * np.float32(1e30))
    )


def test_the_limit_itself_counts() -> None:
    field = np.array([[1, SHARE, SHARE * 0.999]], np.float64)
    assert effective_size(field) == pytest.approx(sqrt(2))  # type: ignore[arg-type]


def test_nothing_and_not_a_number() -> None:
    assert effective_size(np.zeros((5, 5), np.float32)) == 0
    assert effective_size(np.zeros((0, 0), np.float32)) == 0
    for value in (np.nan, np.inf):
        field = gaussian(5, 1.0)
        field[0, 0] = value
        assert isnan(effective_size(field))
        profile(field)
        magnitude(field[None])


def test_magnitude_adds_channels_without_cancelling() -> None:
    gradient = np.stack([gaussian(5, 1.0), -gaussian(5, 1.0)])
    assert np.allclose(magnitude(gradient), 2 * gaussian(5, 1.0))


def test_the_profile_of_a_gaussian_is_one() -> None:
    rows, columns = profile(gaussian(31, 3.0))
    line = gaussian(31, 3.0)[15]
    assert np.allclose(rows, line, atol=1e-6)
    assert np.allclose(columns, line, atol=1e-6)
    assert all(not axis.any() for axis in profile(np.zeros((3, 4), np.float32)))

"""Moving an input: exact by whole cells, and a quarter turn is a quarter turn."""

from __future__ import annotations

from math import inf, nan

import numpy as np
import pytest

from convviz.spec.errors import InputError
from convviz.spec.lab.pose import UNMOVED, Pose, described, posed


def picture(height: int = 7, width: int = 7, channels: int = 2) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(channels, height, width)).astype(np.float32)


def shifted_by_hand(values: np.ndarray, down: int, right: int) -> np.ndarray:
    result = np.zeros_like(values)
    for y in range(values.shape[1]):
        for x in range(values.shape[2]):
            if 0 <= y - down < values.shape[1] and 0 <= x - right < values.shape[2]:
                result[:, y, x] = values[:, y - down, x - right]
    return result


@pytest.mark.parametrize("size", [(7, 7), (4, 6), (1, 9), (5, 1)])
def test_whole_cells_are_exact(size: tuple[int, int]) -> None:
    values = picture(*size)
    for down in (-9, -3, 0, 1, 4):
        for right in (-10, -2, 0, 3, 9):
            found = posed(values, Pose(down, right))
            assert np.array_equal(found, shifted_by_hand(values, down, right))


def test_nothing_is_copied_where_nothing_moves() -> None:
    values = picture()
    assert posed(values, UNMOVED) is values
    assert posed(values, Pose(scale=1.0)) is values


@pytest.mark.parametrize("size", [7, 8])
def test_quarter_turns_go_clockwise(size: int) -> None:
    values = picture(size, size)
    for turns in range(4):
        found = posed(values, Pose(turn_deg=90 * turns))
        assert np.array_equal(found, np.rot90(values, -turns, (1, 2)))
    assert np.array_equal(posed(values, Pose(turn_deg=-360)), values)


def test_half_a_cell_is_the_mean_of_two() -> None:
    values = picture(1, 5, 1)
    found = posed(values, Pose(right=0.5))
    before = np.concatenate([[0], values[0, 0, :-1]])
    np.testing.assert_allclose(found[0, 0], (values[0, 0] + before) / 2, rtol=1e-6)


def test_twice_as_large_around_the_middle() -> None:
    values = np.zeros((1, 9, 9), np.float32)
    values[0, 4, 4] = values[0, 4, 6] = 1
    found = posed(values, Pose(scale=2))
    assert found[0, 4, 4] == found[0, 4, 8] == 1
    assert found[0, 4, 5] == 0.5


def test_far_away_is_nothing() -> None:
    for pose in (Pose(down=1e300), Pose(right=-1e300, turn_deg=33), Pose(scale=1e-300), Pose(down=1e9, scale=0.5)):
        found = posed(picture(8, 8), pose)
        assert np.isfinite(found).all()
        assert not found.any()


def test_values_that_are_not_finite_move_along() -> None:
    values = picture(3, 3, 1)
    values[0, 1, 1], values[0, 1, 2] = inf, -inf
    assert posed(values, Pose(down=1))[0, 2, 1] == inf
    assert np.isnan(posed(values, Pose(right=0.5))[0, 1, 2])


@pytest.mark.parametrize("odd", [{"scale": 0.0}, {"scale": -1.0}, {"scale": nan}, {"down": inf}, {"turn_deg": nan}])
def test_a_pose_that_is_none_is_refused(odd: dict[str, float]) -> None:
    with pytest.raises(InputError, match="above 0"):
        Pose(**odd)


def test_in_words() -> None:
    assert described(Pose(-1, 0.5, -90)) == "0.5 right, 1 up, 90° counterclockwise"
    assert described(Pose(scale=0.5)) == "50 %"
    assert described(Pose(down=3), flat=True) == ""

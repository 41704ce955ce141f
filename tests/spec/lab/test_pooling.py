"""Pooling does not see the order inside a cell; a stride does."""

from __future__ import annotations

import numpy as np
import pytest

from convviz.spec.errors import InputError
from convviz.spec.lab.lab import Lab, drawn_lab
from convviz.spec.lab.pooling import cell_of, changed, permuted, side_by_side, swapped
from convviz.spec.lab.source import Grid
from convviz.spec.network import AvgPool2d, MaxPool2d
from convviz.spec.weights import Weights

RNG = np.random.default_rng(5)


def values(*shape: int) -> np.ndarray:
    return RNG.normal(size=shape).astype(np.float32)


def lab_of(layer: MaxPool2d | AvgPool2d, x: np.ndarray, **fields: object) -> Lab:
    return Lab(Grid(x), x.shape, layer, Weights({}), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", [(2, 2), (1, 2), (3, 2), (4, 4)])
def test_a_permutation_stays_inside_its_cells(cell: tuple[int, int]) -> None:
    x = values(2, 9, 10)
    mixed = permuted(x, cell, 7)
    assert (mixed != x).any()
    for c in range(2):
        for y in range(0, 9 - cell[0] + 1, cell[0]):
            for left in range(0, 10 - cell[1] + 1, cell[1]):
                part = np.s_[c, y : y + cell[0], left : left + cell[1]]
                assert sorted(mixed[part].ravel()) == sorted(x[part].ravel())
    beyond = np.s_[:, 9 // cell[0] * cell[0] :, :]
    assert np.array_equal(mixed[beyond], x[beyond])
    assert np.array_equal(mixed, permuted(x, cell, 7)), "the same seed, the same order"


@pytest.mark.parametrize("seed", range(5))
def test_pooling_stays_and_a_stride_does_not(seed: int) -> None:
    lab, x = drawn_lab(), values(1, 28, 28)
    before, after = (side_by_side(lab, v, (2, 2)) for v in (x, permuted(x, (2, 2), seed)))
    assert np.array_equal(before.largest, after.largest)
    assert not changed(before.mean, after.mean).any()
    assert changed(before.strided, after.strided).mean() > 0.9


def test_without_a_convolution_the_stride_keeps_one_value_a_cell() -> None:
    x = values(3, 6, 8)
    sides = side_by_side(lab_of(MaxPool2d("pool", (2, 2)), x), x, (2, 2))
    assert np.array_equal(sides.strided, x[:, ::2, ::2])
    assert np.array_equal(sides.largest, x.reshape(3, 3, 2, 4, 2).max(axis=(2, 4)))
    assert np.allclose(sides.mean, x.reshape(3, 3, 2, 4, 2).mean(axis=(2, 4)), atol=1e-6)


def test_the_cell_is_that_of_the_labs_pooling_where_cells_do_not_overlap() -> None:
    x = values(1, 12, 12)
    assert cell_of(lab_of(MaxPool2d("pool", (3, 4)), x)) == (3, 4)
    assert cell_of(lab_of(AvgPool2d("pool", (3, 4)), x)) == (3, 4)
    assert cell_of(lab_of(MaxPool2d("pool", (3, 3), (2, 2)), x)) == (2, 2)
    assert cell_of(lab_of(MaxPool2d("pool", (1, 3), (1, 1)), values(1, 1, 9), dims=1)) == (1, 2)
    assert cell_of(drawn_lab()) == (2, 2)


def test_two_values_of_a_cell_are_swapped() -> None:
    x = values(1, 4, 4)
    other = swapped(x, (0, 0, 1), (0, 1, 0), (2, 2))
    assert other[0, 0, 1] == x[0, 1, 0]
    assert other[0, 1, 0] == x[0, 0, 1]
    assert (other != x).sum() == 2
    with pytest.raises(InputError, match="different cells"):
        swapped(x, (0, 0, 1), (0, 0, 2), (2, 2))


def test_what_changed_is_more_than_rounding() -> None:
    before = np.array([1.0, 0.0, np.nan, np.inf], np.float32)
    assert not changed(before, before).any()
    after = np.array([np.nextafter(np.float32(1), np.float32(2)), 0.1, 1.0, np.inf], np.float32)
    assert changed(before, after).tolist() == [False, True, True, False]

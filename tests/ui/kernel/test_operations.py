"""Operations of the menus on whole kernels, without a window."""

from __future__ import annotations

import numpy as np
import pytest

from convviz.spec.errors import InputError
from convviz.spec.kernel_view import KernelView
from convviz.ui.kernel.operations import OPERATIONS, changed, preset, replaced, size

RNG = np.random.default_rng(0)


def view_of(shape: tuple[int, int, int], real: int) -> KernelView:
    values = RNG.normal(size=shape).astype(np.float32)
    values.setflags(write=False)
    return KernelView("fc2", 0, values, None, None, None, real, "relu3")


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.text)
def test_only_the_chosen_slices_change(operation: object) -> None:
    view = view_of((3, 3, 3), 9)
    after = changed(view, slice(1, 2), operation)  # type: ignore[arg-type]
    assert np.array_equal(after[[0, 2]], view.values[[0, 2]])
    assert not np.array_equal(after[1], view.values[1])


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.text)
def test_blank_cells_are_left_alone(operation: object) -> None:
    view = view_of((1, 3, 4), 10)
    if operation.turns:  # type: ignore[attr-defined]
        with pytest.raises(InputError, match="nothing to turn"):
            changed(view, slice(None), operation)  # type: ignore[arg-type]
        return
    after = changed(view, slice(None), operation).ravel()  # type: ignore[arg-type]
    assert np.array_equal(after[10:], view.values.ravel()[10:])
    assert not np.array_equal(after[:10], view.values.ravel()[:10])


def test_presets_of_a_row_are_one_row() -> None:
    view = view_of((1, 3, 4), 10)
    assert size(view) == (1, 10)
    assert size(view_of((2, 3, 4), 12)) == (3, 4)
    after = changed(view, slice(None), preset("box", RNG)).ravel()
    assert after[:10] == pytest.approx(0.1)


def test_every_slice_gets_random_numbers_of_its_own() -> None:
    after = changed(view_of((2, 3, 3), 9), slice(None), preset("random", RNG))
    assert not np.array_equal(after[0], after[1])


def test_replacing_needs_the_same_shape() -> None:
    view = view_of((2, 3, 3), 9)
    blocks = np.ones((2, 3, 3), np.float32)
    assert np.array_equal(replaced(view, blocks), blocks)
    with pytest.raises(InputError, match="has 3 slices of 3 × 3, this kernel 2 slices of 3 × 3"):
        replaced(view, np.ones((3, 3, 3), np.float32))

"""Edits cell by cell: from weights to weights bit for bit, whatever floats they hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from convviz.spec.weight_edit import WeightEdit, same, same_bits
from convviz.spec.weights import Weights

PAYLOADS = np.array([0x7FC00000, 0x7FC00001, 0xFFC00000, 0x80000000, 0, 0x7F800000, 1], np.uint32)  # NaNs, ±0, inf
bits = st.integers(0, 2**32 - 1) | st.sampled_from(PAYLOADS.tolist())
kernels = arrays(np.uint32, (2, 1, 2, 3), elements=bits)
biases = arrays(np.uint32, (2,), elements=bits)


def held(kernel: np.ndarray, bias: np.ndarray) -> Weights:
    return Weights({"conv.weight": kernel.view(np.float32), "conv.bias": bias.view(np.float32)})


pairs = st.builds(held, kernels, biases)


@given(pairs, pairs)
def test_there_and_back_bit_for_bit(old: Weights, new: Weights) -> None:
    edit = WeightEdit.between(old, new)
    assert same(edit.apply(old), new)
    assert same(WeightEdit.between(new, old).apply(new), old)
    assert bool(edit) != same(old, new)


@given(pairs, pairs, st.lists(st.integers(0, 11), max_size=4))
def test_cells_that_were_not_edited_stay_as_training_made_them(
    old: Weights, trained: Weights, cells: list[int]
) -> None:
    array = old["conv.weight"].copy()
    array.ravel()[cells] = 0.625
    result = WeightEdit.between(old, old.replaced("conv.weight", array)).apply(trained)["conv.weight"]
    touched = [c for c in cells if old["conv.weight"].ravel()[c] != 0.625]
    assert (result.ravel()[touched] == 0.625).all()
    others = np.delete(np.arange(12), touched)
    assert same_bits(result.ravel()[others], trained["conv.weight"].ravel()[others])


def test_zeros_of_either_sign_and_every_nan_are_told_apart() -> None:
    values = PAYLOADS.view(np.float32)
    for a in values:
        for b in values:
            one, other = (Weights({"a": np.array([v], np.float32)}) for v in (a, b))
            assert same(one, other) == (one["a"].tobytes() == other["a"].tobytes())


def test_an_edit_holds_its_cells_and_nothing_else() -> None:
    old = Weights({"a": np.zeros((200, 200)), "b": np.zeros(3)})
    array = old["a"].copy()
    array[7, 9] = 1
    edit = WeightEdit.between(old, old.replaced("a", array))
    assert list(edit.cells) == ["a"]
    assert edit.cells["a"].at.tolist() == [7 * 200 + 9]
    assert edit.cells["a"].values.tolist() == [1]
    assert edit.cells["a"].values.base is None  # no view that would keep the whole array
    assert edit.apply(old)["b"] is old["b"]


def test_arrays_in_another_order_of_memory_are_the_same() -> None:
    values = np.arange(6, dtype=np.float32).reshape(2, 3)
    rows, columns = Weights({"a": values}), Weights({"a": np.asfortranarray(values)})
    assert same(rows, columns)
    edited = rows.replaced("a", values * np.array([[1], [2]], np.float32))
    assert np.array_equal(WeightEdit.between(columns, edited).apply(columns)["a"], edited["a"])


def test_nothing_is_an_edit_of_nothing() -> None:
    weights = Weights({"a": np.ones(3)})
    edit = WeightEdit.between(weights, Weights({"a": np.ones(3)}))
    assert not edit
    assert edit.apply(weights) is weights


def test_other_networks_are_no_edit() -> None:
    weights = Weights({"a": np.ones(3)})
    with pytest.raises(ValueError, match="different networks"):
        WeightEdit.between(weights, Weights({"b": np.ones(3)}))
    with pytest.raises(ValueError, match="another shape"):
        WeightEdit.between(weights, Weights({"a": np.ones(4)}))
    assert not same(weights, Weights({"b": np.ones(3)}))
    assert not same(weights, Weights({"a": np.ones(4)}))
    assert not same(Weights({"a": np.ones((2, 3))}), Weights({"a": np.ones((3, 2))}))

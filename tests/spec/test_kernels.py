"""Presets against the lecture, textbooks and what they do to pictures; operations against their definitions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from convviz.spec import kernels
from convviz.spec.errors import InputError
from convviz.spec.kernels import PRESETS, name_of, preset

LECTURE = {
    "identity": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
    "all ones": [[1, 1, 1], [1, 1, 1], [1, 1, 1]],
    "horizontal difference": [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
    "vertical difference": [[-1, -1, -1], [0, 0, 0], [1, 1, 1]],
    "Laplacian": [[0, -1, 0], [-1, 4, -1], [0, -1, 0]],
}
TEXTBOOK = {
    "Sobel horizontal": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    "Sobel vertical": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    "Gaussian": [[1 / 16, 2 / 16, 1 / 16], [2 / 16, 4 / 16, 2 / 16], [1 / 16, 2 / 16, 1 / 16]],
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "emboss": [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]],
    "zero": [[0, 0, 0], [0, 0, 0], [0, 0, 0]],
}
SIZES = [(3, 3), (4, 4), (5, 5), (3, 5), (7, 4), (11, 11)]
SLICES = hnp.arrays(np.float32, st.just((3, 4, 4)), elements=st.floats(-100, 100, width=32))


def correlated(picture: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """The lecture's definition, without a flip."""
    windows = np.lib.stride_tricks.sliding_window_view(picture, kernel.shape)
    result: np.ndarray = np.einsum("yxij,ij->yx", windows, kernel)
    return result


@pytest.mark.parametrize("name", [*LECTURE, *TEXTBOOK])
def test_three_by_three_is_the_textbook(name: str) -> None:
    expected = np.array((LECTURE | TEXTBOOK)[name], np.float32)
    assert np.array_equal(preset(name, (3, 3)), expected)
    assert preset(name, (3, 3)).dtype == np.float32


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", [name for name in PRESETS if name != "random"])
def test_what_a_preset_answers_to_flat_ground(name: str, size: tuple[int, int]) -> None:
    ones = {"identity", "box", "Gaussian", "sharpen", "emboss"}
    total = size[0] * size[1] if name == "all ones" else 1.0 if name in ones else 0.0
    assert preset(name, size).shape == size
    assert preset(name, size).sum(dtype=np.float64) == pytest.approx(total, abs=1e-6)


@pytest.mark.parametrize("size", SIZES)
def test_differences_answer_to_a_slope_and_not_across_it(size: tuple[int, int]) -> None:
    down, right = (a.astype(np.float32) for a in np.mgrid[:20, :20])
    for kind in ("difference", "Sobel"):
        horizontal, vertical = (
            f"{kind} {way}" if kind == "Sobel" else f"{way} {kind}" for way in ("horizontal", "vertical")
        )
        assert (correlated(right, preset(horizontal, size)) > 0).all()
        assert (correlated(down, preset(horizontal, size)) == 0).all()
        assert (correlated(down, preset(vertical, size)) > 0).all()
        assert (correlated(right, preset(vertical, size)) == 0).all()


@pytest.mark.parametrize("size", [*SIZES, (1, 1), (2, 2), (1, 6)])
def test_identity_passes_the_picture_on(size: tuple[int, int]) -> None:
    picture = np.random.default_rng(0).random((14, 14), np.float32)
    top, left = (size[0] - 1) // 2, (size[1] - 1) // 2
    shown = correlated(picture, preset("identity", size))
    assert np.array_equal(shown, picture[top : top + shown.shape[0], left : left + shown.shape[1]])


def test_the_lectures_differential_operator() -> None:
    signal = np.array([[0, 0, 0, 0, 1, 2, 3, 4, 4, 4, 4]], np.float32)
    assert correlated(signal, preset("horizontal difference", (1, 2))).tolist() == [[0, 0, 0, 1, 1, 1, 1, 0, 0, 0]]


def test_a_wide_gaussian_is_finite_and_sums_to_one() -> None:
    assert preset("Gaussian", (1, 4096)).sum(dtype=np.float64) == pytest.approx(1.0)


def test_random_follows_its_generator() -> None:
    first, again = (preset("random", (5, 5), np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(first, again)
    assert np.abs(first).max() <= 0.2
    assert len(np.unique(first)) == 25


@pytest.mark.parametrize(
    ("name", "size", "says"),
    [
        ("Sobel horizontal", (1, 1), "at least 3 × 3; this one is 1 × 1"),
        ("Laplacian", (1, 3), "at least 3 × 3"),
        ("horizontal difference", (3, 1), "at least 1 × 2"),
        ("vertical difference", (1, 3), "at least 2 × 1"),
        ("sobel", (3, 3), "no preset called 'sobel'"),
    ],
)
def test_presets_refused(name: str, size: tuple[int, int], says: str) -> None:
    with pytest.raises(InputError, match=says):
        preset(name, size)


@given(SLICES)
def test_operations_undo_themselves(values: np.ndarray) -> None:
    for turn, times in [
        (kernels.rotated, 4),
        (kernels.rotated_half, 2),
        (kernels.flipped_horizontally, 2),
        (kernels.flipped_vertically, 2),
        (kernels.negated, 2),
    ]:
        result = values
        for _ in range(times):
            result = turn(result)
        assert np.array_equal(result, values)
    assert np.array_equal(kernels.rotated(kernels.rotated(values)), kernels.rotated_half(values))


def test_which_way_things_turn() -> None:
    values = np.array([[1, 2], [3, 4]], np.float32)
    assert kernels.rotated(values).tolist() == [[3, 1], [4, 2]]
    assert kernels.rotated_half(values).tolist() == [[4, 3], [2, 1]]
    assert kernels.flipped_horizontally(values).tolist() == [[2, 1], [4, 3]]
    assert kernels.flipped_vertically(values).tolist() == [[3, 4], [1, 2]]
    assert kernels.negated(values).tolist() == [[-1, -2], [-3, -4]]
    assert kernels.scaled(values, 0.5).tolist() == [[0.5, 1], [1.5, 2]]


def test_operations_make_arrays_of_their_own() -> None:
    values = np.ones((2, 3, 3), np.float32)
    values.setflags(write=False)
    for function in (kernels.rotated, kernels.rotated_half, kernels.flipped_horizontally, kernels.flipped_vertically):
        result = function(values)
        assert result.flags.writeable
        assert result.flags.c_contiguous
        assert result.dtype == np.float32


@given(SLICES)
def test_sums_after_normalising(values: np.ndarray) -> None:
    assert np.abs(kernels.normalised(values, 0).sum(axis=(1, 2), dtype=np.float64)).max() < 1e-3
    positive = np.abs(values) + 1
    assert kernels.normalised(positive, 1).sum(axis=(1, 2), dtype=np.float64) == pytest.approx([1.0] * 3, abs=1e-6)


def test_operations_refused() -> None:
    with pytest.raises(InputError, match="3 × 5 cannot be rotated by 90°; rotate it by 180°"):
        kernels.rotated(np.zeros((3, 5), np.float32))
    with pytest.raises(InputError, match="the kernel sum to 0"):
        kernels.normalised(preset("Laplacian", (3, 3)), 1)
    with pytest.raises(InputError, match="slice 1 sum to 0"):
        kernels.normalised(np.stack([preset("box", (3, 3)), preset("zero", (3, 3))]), 1)
    with pytest.raises(InputError, match="NaN or infinite"):
        kernels.normalised(np.array([[np.nan, 1.0]], np.float32), 0)
    with pytest.raises(InputError, match="pass 1,000,000"):
        kernels.scaled(np.array([[6e5]], np.float32), 2.0)


def test_values_that_were_too_large_can_be_made_smaller() -> None:
    assert kernels.scaled(np.array([[4e6, np.nan]], np.float32), 0.5)[0, 0] == 2e6


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", [name for name in PRESETS if name != "random"])
def test_a_kernel_knows_its_name(name: str, size: tuple[int, int]) -> None:
    kernel = preset(name, size)
    assert name_of(kernel) == name
    assert name_of(np.stack([kernel, kernel])) == name, "all slices are it"
    changed = kernel.copy()
    changed[0, 0] = np.nextafter(changed[0, 0], np.float32(9))
    assert name_of(changed) == "", "to the last bit"
    assert name_of(np.stack([kernel, changed])) == ""


def test_names_of_what_is_no_preset() -> None:
    assert name_of(np.array([[1.0]], np.float32)) == "identity", "the first of the names that fit"
    assert name_of(-np.zeros((2, 2), np.float32)) == "zero"
    assert name_of(np.full((3, 3), np.nan, np.float32)) == ""
    assert name_of(preset("random", (3, 3), np.random.default_rng(0))) == ""

"""A photo's small copy keeps its sides' ratio, its tones and its pose."""

from __future__ import annotations

from dataclasses import replace
from weakref import ref

import numpy as np
import pytest

from convviz.spec.lab.colours import with_input
from convviz.spec.lab.edits import with_layer
from convviz.spec.lab.lab import Lab, drawn_lab
from convviz.spec.lab.pose import Pose
from convviz.spec.lab.reduced import SIDES, about, reduced
from convviz.spec.lab.sharing import SHOWN, matrix_fits
from convviz.spec.lab.source import FromPhoto
from convviz.spec.network import Conv2d
from convviz.spec.photo import Photo


def photo_lab(height: int, width: int) -> tuple[Lab, np.ndarray]:
    pixels = np.random.default_rng(height).integers(0, 256, (height, width, 3), np.uint8)
    return with_input(drawn_lab(), FromPhoto(Photo(pixels), "rgb")), pixels


@pytest.mark.parametrize(
    ("size", "expected"),
    [((128, 256), (32, 64)), ((5, 7), (5, 7)), ((1, 3000), (1, 64)), ((3000, 1), (64, 1)), ((100, 70), (64, 45))],
)
def test_at_most_so_many_cells(size: tuple[int, int], expected: tuple[int, int]) -> None:
    small = reduced(photo_lab(*size)[0])
    assert small.values.shape == (3, *expected)
    assert max(small.values.shape) <= SIDES[0]


def test_a_cell_is_the_mean_of_its_pixels() -> None:
    lab, pixels = photo_lab(128, 256)
    means = pixels.reshape(32, 4, 64, 4, 3).astype(np.float64).mean(axis=(1, 3)).transpose(2, 0, 1)
    assert np.abs(reduced(lab).values * 255 - means).max() <= 0.51


def test_what_is_small_stays_and_nothing_is_said() -> None:
    lab, pixels = photo_lab(40, 64)
    small = reduced(lab)
    assert np.array_equal(np.rint(small.values * 255), pixels.transpose(2, 0, 1))
    assert about(lab, small) == ""


def test_what_was_made_of_a_photo_is_said() -> None:
    lab, _ = photo_lab(300, 400)
    said = about(lab, reduced(lab))
    assert said.startswith("The photo in 48×64 cells, each a mean of its pixels: ")
    wide = with_layer(lab, Conv2d("conv", 3, (201, 201), groups=3))
    assert "; the operation is cut to fit: " in about(wide, reduced(wide))


def test_fewer_cells_where_a_matrix_has_to_fit() -> None:
    lab, _ = photo_lab(400, 400)
    small = reduced(lab, matrix_fits)
    assert small.output.size * small.values.size <= SHOWN
    assert small.values.shape[1] in SIDES[1:]


def test_its_pose_stays() -> None:
    lab = replace(photo_lab(300, 400)[0], pose=Pose(2, -3))
    assert reduced(lab).lab.pose == lab.pose


def test_a_copy_is_made_once_and_does_not_keep_its_photo() -> None:
    lab, _ = photo_lab(300, 400)
    first = reduced(lab)
    assert reduced(replace(lab, pose=Pose(1, 1))).unmoved is first.unmoved
    assert isinstance(lab.source, FromPhoto)
    grey = reduced(with_input(lab, FromPhoto(lab.source.photo, "grey")))
    assert grey.values.shape == (1, 48, 64)
    gone = ref(lab.source.photo.pixels)
    del lab, first, grey, _
    assert gone() is None

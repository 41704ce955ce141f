"""What lights up together: brute force over the taps is the oracle."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from convviz.spec.lab.lab import Lab
from convviz.spec.lab.presets import lab
from convviz.spec.lab.sharing import patch_matrix
from convviz.spec.lab.trial import perform
from convviz.spec.network import Conv2d
from convviz.ui.lab.scene import Pointer
from convviz.ui.lab.why.sharing_lights import Links


@pytest.fixture
def links(labs: dict[str, Lab]) -> Links:
    found = Links.of(labs["three"])
    assert found is not None
    return found


def test_an_output_lights_its_window_its_kernel_and_its_row(links: Links) -> None:
    lights = links.of_pointer(Pointer("output", (1, 0, 2)))  # its first row of taps lies in the padding
    assert lights is not None
    inputs = np.zeros((3, 5, 6), np.bool_)
    inputs[:, 0, 2:5] = True
    assert np.array_equal(links.inputs(lights.entries), inputs)
    kernels = np.zeros((2, 3, 2, 3), np.bool_)
    kernels[1, :, 1] = True
    assert np.array_equal(links.kernels(lights.entries), kernels.reshape(6, 2, 3))
    assert links.outputs(lights.entries).sum() == 1
    assert links.matrix(lights.entries).sum() == 9


def test_an_entry_lights_all_that_share_its_weight(links: Links) -> None:
    row = links.sharing.row
    entry = int(np.flatnonzero(links.sharing.with_weight((1, 2, 0, 1)))[3])
    lights = links.of_place(int(links.sharing.outputs[entry]), int(links.sharing.inputs[entry]))
    assert lights.pointer == Pointer("kernel", (1, 2, 0, 1))
    assert lights.meant is not None
    assert np.flatnonzero(lights.meant).tolist() == [entry]
    assert np.array_equal(lights.entries, links.sharing.with_weight((1, 2, 0, 1)))
    assert links.outputs(lights.entries)[1].sum() == row.output_shape[1] * row.output_shape[2] - row.output_shape[2]


def test_between_the_entries_is_a_zero_unless_one_is_near(links: Links) -> None:
    nothing = links.of_place(0, 89)
    assert nothing.sentence.startswith("0:")
    assert nothing.pointer == Pointer("output", (0, 0, 0))
    near = links.nearest(0, 4, 2)
    assert links.sharing.matrix(np.ones(links.sharing.kernel_shape, np.float32))[near] == 1
    assert max(abs(near[0] - 0), abs(near[1] - 4)) <= 2
    found = links.of_place(*near)
    assert found.pointer is not None
    assert found.pointer.part == "kernel"
    assert links.nearest(0, 89, 2) == (0, 89)


def test_a_place_of_the_patch_matrix_is_what_a_tap_reads(links: Links, labs: dict[str, Lab]) -> None:
    trial = perform(labs["three"])
    patches = patch_matrix(trial.row, trial.values)
    for tap, position in np.ndindex(patches.shape):
        pointer = links.of_patch(tap, position).pointer
        assert pointer is not None
        c, y, x = pointer.index
        inside = 0 <= y < 5 and 0 <= x < 6
        assert patches[tap, position] == (trial.values[c, y, x] if inside else 0)


def test_a_true_convolution_is_pointed_at_as_it_is_shown(labs: dict[str, Lab]) -> None:
    links = Links.of(replace(labs["three"], flipped=True))
    assert links is not None
    pointer = Pointer("kernel", (1, 0, 0, 2))
    lights = links.of_pointer(pointer)
    assert lights is not None
    assert lights.pointer == pointer
    assert np.argwhere(links.kernels(lights.entries)).tolist() == [[3, 0, 2]]
    assert set(links.sharing.weights[lights.entries]) == {np.ravel_multi_index((1, 0, 1, 0), (2, 3, 2, 3))}


def test_a_group_has_zeros_in_the_kernel_matrix(labs: dict[str, Lab]) -> None:
    three = labs["three"]
    weights = three.weights.replaced("conv.weight", np.ones((3, 1, 2, 3), np.float32))
    weights = weights.replaced("conv.bias", np.zeros(3, np.float32))
    grouped = replace(three, layer=Conv2d("conv", 3, (2, 3), groups=3), weights=weights)
    links = Links.of(grouped)
    assert links is not None
    assert links.of_factor(1, 3) is None
    found = links.of_factor(1, 6 + 4)
    assert found is not None
    assert found.pointer == Pointer("kernel", (1, 0, 1, 1))
    assert np.argwhere(links.factors(found.entries, 18)).tolist() == [[0, 1, 10]]


def test_what_is_not_there_lights_nothing(links: Links, labs: dict[str, Lab]) -> None:
    assert links.of_pointer(Pointer("output", (9, 0, 0))) is None
    assert links.of_pointer(Pointer("kernel", (0, 0, 5, 0))) is None
    padding = links.of_pointer(Pointer("input", (0, -1, 2)))
    assert padding is not None
    assert not padding.entries.any()
    assert Links.of(labs["pooling"]) is None


def counted(lab: Lab, index: tuple[int, ...]) -> str:
    links = Links.of(lab)
    assert links is not None
    lights = links.of_pointer(Pointer("kernel", index))
    assert lights is not None
    return lights.sentence


def test_the_uses_of_a_weight_are_those_in_the_padding_and_those_in_the_matrix(labs: dict[str, Lab]) -> None:
    """Counted by hand: 6 × 4 positions, the upper row of taps meets the padding in the first row of them."""
    assert counted(labs["three"], (1, 2, 0, 1)).startswith("Weight (row 0, column 1) of kernel 1, channel 2 = ")
    assert counted(labs["three"], (1, 2, 0, 1)).endswith(
        "is used at 24 positions, 4 of them in the padding: it stands in the matrix 20 times."
    )
    assert counted(labs["signal"], (0, 0, 0, 1)) == (
        "Weight (column 1) = 1 is used at 23 positions: it stands in the matrix 23 times."
    )
    assert counted(lab("stride-padding"), (0, 0, 0, 0)).endswith(
        "is used at 9 positions, 5 of them in the padding: it stands in the matrix 4 times."
    )


def test_the_products_of_a_transposed_convolution_are_cut_off_at_the_rim() -> None:
    assert counted(lab("transposed"), (0, 0, 0, 0)).endswith(
        "is multiplied with 30 values of the input, 10 of the products cut off at the rim: "
        "it stands in the matrix 20 times."
    )
    assert "cut off" not in counted(lab("transposed"), (0, 0, 1, 1))

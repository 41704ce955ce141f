"""What lies where: the scale, the rims, and the samples."""

from __future__ import annotations

import numpy as np
import pytest

from convviz.spec.geometry import describe
from convviz.spec.lab.links import taps_of
from convviz.spec.lab.viewport import LARGEST_PX, Extent, Lattice, Viewport, extent, output_lattices
from convviz.spec.network import Conv2d, ConvTranspose2d, Layer, MaxPool2d, NetworkSpec, ReLU

WHOLE = Extent(0, 0, 3000, 4000)


@pytest.mark.parametrize(
    "layer",
    [
        Conv2d("conv", 1, (3, 3)),
        Conv2d("conv", 1, (4, 5), (2, 3), (1, 2), (1, 2)),
        MaxPool2d("pool", (2, 2)),
        ConvTranspose2d("conv", 1, (3, 3), (2, 2), (1, 1)),
        ReLU("relu"),
    ],
)
def test_a_result_lies_in_the_middle_of_what_it_was_made_of(layer: Layer) -> None:
    (row,) = describe(NetworkSpec("", (1, 20, 30), (layer,)))
    for axis, lattice in enumerate(output_lattices(row)):
        for place in range(lattice.size):
            centre = lattice.start + (place + 0.5) * lattice.step
            assert lattice.place(centre) == place
            if isinstance(layer, ConvTranspose2d):
                continue
            taps = taps_of(row, place if axis == 0 else 0, place if axis == 1 else 0)[axis]
            assert centre == pytest.approx((taps[0] + taps[-1] + 1) / 2)  # type: ignore[operator]


def test_a_transposed_result_lies_around_the_value_it_spreads() -> None:
    (row,) = describe(NetworkSpec("", (1, 5, 5), (ConvTranspose2d("conv", 1, (3, 3), (2, 2), (1, 1)),)))
    lattice = output_lattices(row)[0]
    assert lattice.step == 0.5
    for place in range(5):  # the middle of its kernel lies on output 2 · place
        assert lattice.start + (2 * place + 0.5) * lattice.step == place + 0.5


def test_zoom_stays_where_the_mouse_is_and_within_the_photo() -> None:
    view = Viewport.fitted(WHOLE, (420, 330))
    assert view.scale == pytest.approx(330 / 4000)
    place = view.at(200, 100)
    near = view.zoomed(4.0, (200, 100))
    assert near.at(200, 100) == pytest.approx(place)
    assert near.within(WHOLE) == near
    assert near.zoomed(1e9).within(WHOLE).scale == LARGEST_PX
    assert near.zoomed(1e-9).within(WHOLE) == view
    assert near.moved(1e9, 1e9).within(WHOLE).at(0, 0) == (0, 0)
    assert near.moved(-1e9, -1e9).within(WHOLE).at(420, 330) == pytest.approx((3000, 4000))


@pytest.mark.parametrize("coarse", [1, 2, 3])
@pytest.mark.parametrize("scale", [0.1, 0.37, 1.0, 2.5, 40.0])
def test_samples_are_the_values_under_the_pixels_of_the_screen(scale: float, coarse: int) -> None:
    view = Viewport(700.3, 1200.7, scale, (420, 330)).within(WHOLE)
    for axis, lattice in enumerate((Lattice(1.0, 1.0, 2998), Lattice(-0.5, 2.0, 2001))):
        found = view.samples(axis, lattice, coarse)
        each = (found.end - found.begin) / len(found.places)
        for n in range(0, len(found.places), 7):
            middle = found.begin + (n + 0.5) * each
            at = (view.top, view.left)[axis] + middle / scale
            assert abs(lattice.start + (found.places[n] + 0.5) * lattice.step - at) <= lattice.step / 2 + 1e-6


def test_the_same_samples_after_a_move() -> None:
    view, lattice = Viewport(700.0, 1200.0, 0.1, (420, 330)), Lattice(0.0, 1.0, 3000)
    before = view.samples(0, lattice, 3).places
    after = view.moved(-4, 0).samples(0, lattice, 3).places
    assert np.isin(after[1:-2], before).all()


def test_the_extent_holds_both() -> None:
    (row,) = describe(NetworkSpec("", (1, 8, 8), (Conv2d("conv", 1, (1, 1), padding=(2, 0)),)))
    assert extent(row) == Extent(-2, 0, 10, 8)
    assert Viewport.fitted(extent(row), (600, 600)).on_screen(0, -2) == 0

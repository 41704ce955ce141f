"""Cards never overlap, fit where they can, and both shipped networks fit the window."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convviz.spec.geometry import describe
from convviz.spec.network import NetworkSpec
from convviz.spec.presets import lecture, lenet5
from convviz.ui.look.theme import GAP
from convviz.ui.network.arrange import FOOTER, HEADER, Place, arrange, columns_of
from convviz.ui.network.mosaic_layout import as_maps

RATIOS = [1.0, 1.25, 1.5, 2.0]


def arranged(spec: NetworkSpec, area: tuple[int, int], ratio: float) -> tuple[list[Place], int]:
    rows = describe(spec)
    shapes = {"input": spec.input_shape} | {row.layer.id: row.output_shape for row in rows}
    return arrange(columns_of(rows), shapes, area, ratio)


def overlap(a: Place, b: Place) -> bool:
    return a.x < b.x + b.width and b.x < a.x + a.width and a.y < b.y + b.height and b.y < a.y + a.height


@given(
    st.sampled_from([lecture(), lenet5()]),
    st.tuples(st.integers(200, 3000), st.integers(150, 2000)),
    st.sampled_from(RATIOS),
)
@settings(max_examples=60, deadline=None)
def test_cards_hold_their_maps_and_do_not_overlap(spec: NetworkSpec, area: tuple[int, int], ratio: float) -> None:
    places, needed = arranged(spec, area, ratio)
    assert [place.layer for place in places] == ["input", *(layer.id for layer in spec)]
    assert not [(a.layer, b.layer) for a, b in combinations(places, 2) if overlap(a, b)]
    assert max(place.x + place.width for place in places) <= needed
    assert needed >= area[0]
    shapes = {"input": spec.input_shape} | {row.layer.id: row.output_shape for row in describe(spec)}
    for place in places:
        assert place.x >= 0
        assert place.y >= 0
        high, wide = place.mosaic.size
        assert wide / ratio <= place.width
        assert high / ratio <= place.height - HEADER - FOOTER + 1
        assert (place.mosaic.count, place.mosaic.height, place.mosaic.width) == as_maps(shapes[place.layer])


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("spec", [lecture(), lenet5()], ids=lambda spec: spec.name)
@pytest.mark.parametrize("area", [(720, 440), (1200, 700), (1700, 900)])
def test_it_fits_where_there_is_room(spec: NetworkSpec, area: tuple[int, int], ratio: float) -> None:
    places, needed = arranged(spec, area, ratio)
    assert needed == area[0]
    assert max(place.x + place.width for place in places) <= area[0]
    assert max(place.y + place.height for place in places) <= area[1]


@pytest.mark.parametrize("spec", [lecture(), lenet5()], ids=lambda spec: spec.name)
def test_columns_read_from_left_to_right(spec: NetworkSpec) -> None:
    places, _ = arranged(spec, (900, 500), 1.0)
    for before, after in pairwise(places):
        assert (before.x, before.y) < (after.x, after.y), "a later layer stands further right, or below"
        if before.x != after.x:
            assert after.x == before.x + before.width + GAP


@given(st.sampled_from([lecture(), lenet5()]), st.sampled_from(RATIOS))
@settings(max_examples=10, deadline=None)
def test_more_room_never_makes_a_map_smaller_by_more_than_a_pixel_a_value(spec: NetworkSpec, ratio: float) -> None:
    before = None
    for width in range(500, 2000, 150):
        places, _ = arranged(spec, (width, width * 2 // 3), ratio)
        sizes = {place.layer: place.mosaic for place in places}
        if before is not None:  # values are whole pixels: where a larger map takes the next one, a smaller may give one
            lost = {name: (before[name].cell[0] - sizes[name].cell[0]) / sizes[name].height for name in sizes}
            assert max(lost.values()) <= 1, (width, lost)
        before = sizes

"""Where lines lie, found again at every pixel."""

from __future__ import annotations

import pytest

from convviz.ui.explain.cell_table import CellTable
from convviz.ui.explain.sum_layout import NOWHERE, PART_HIGH, SumLayout

TABLE = CellTable(246, 3, 3, 3)


@pytest.mark.parametrize("opened", [None, 0, 3, 6])
def test_every_line_is_found_where_it_lies(opened: int | None) -> None:
    table = TABLE if opened is not None else None
    layout = SumLayout(("formula", "formula", "result", "torch"), 7, PART_HIGH, opened, table, ("more", "bias"))
    for rank in range(7):
        for y in (layout.row_top(rank), layout.row_top(rank) + PART_HIGH - 1):
            spot = layout.at(100, y)
            assert (spot.what, spot.rank) == ("part", rank)
    for name in layout.head + layout.tail:
        assert layout.at(3, layout.line_top(name) + 1).what == name
    assert layout.at(3, layout.line_top("result") - 1).what == "formula", "its second line"
    assert layout.at(3, -1) == NOWHERE
    assert layout.at(3, layout.height) == NOWHERE
    if opened is not None:
        x, y, wide, high = TABLE.rect(1, (2, 1))
        spot = layout.at(x + wide / 2, layout.table_top + y + high / 2)
        assert (spot.what, spot.rank, spot.cell) == ("cell", opened, (2, 1))


@pytest.mark.parametrize("opened", [None, 0, 500, 999])
def test_what_is_painted_covers_what_is_seen(opened: int | None) -> None:
    table = TABLE if opened is not None else None
    layout = SumLayout(("formula",), 1000, PART_HIGH, opened, table, ())
    for top in range(0, layout.height, 997):
        painted = layout.ranks(top, top + 600)
        seen = [r for r in range(1000) if layout.row_top(r) + PART_HIGH > top and layout.row_top(r) <= top + 600]
        assert set(seen) <= set(painted)
        assert len(painted) < 60


def test_the_only_part_needs_no_line() -> None:
    layout = SumLayout(("formula",), 1, 0, 0, TABLE, ("bias",))
    assert layout.at(5, layout.table_top + 20).what == "cell"
    assert layout.table_top == layout.top

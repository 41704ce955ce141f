"""Facts and formulas: the numbers of geometry, and the sentences for what is special."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from convviz.spec.geometry import describe
from convviz.spec.network import Conv2d, NetworkSpec
from convviz.spec.presets import NETWORKS, lecture
from convviz.ui.field.facts import COLUMNS, chain, facts, remark, side_text
from convviz.ui.field.outline import outline


def said(network: NetworkSpec, layer: str, index: tuple[int, ...]) -> dict[str, str]:
    return {fact.name: fact.value for fact in facts(network, layer, index, outline(network, layer, index))}


@pytest.mark.parametrize("name", list(NETWORKS))
def test_the_chain_says_what_geometry_says(name: str) -> None:
    network = NETWORKS[name]()
    last = network.layers[-1].id
    rows = {row.cells[0]: dict(zip(COLUMNS, row.cells, strict=True)) for row in chain(network, last)}
    assert list(rows) == ["input", *(layer.id for layer in network)]
    for geometry in describe(network):
        cells, field = rows[geometry.layer.id], geometry.receptive_field
        expected = ("all", "–", "–") if field is None else (*map(str, (field.size[0], field.jump[0], field.start[0])),)
        assert tuple(cells[n].replace("−", "-") for n in ("size", "jump", "start")) == expected


def test_the_formula_holds_along_the_chain() -> None:
    network = lecture().with_layer(replace(lecture()["conv1"], padding=(2, 2), dilation=(2, 2)))
    rows = [row.cells for row in chain(network, "pool2")]
    for before, after in itertools.pairwise(rows):
        if after[1] == "–":
            assert after[5:] == before[5:]
            continue
        k, s, p, d, *_ = map(int, after[1:5])
        size, jump, start = (int(c.replace("−", "-")) for c in before[5:])
        found = tuple(int(c.replace("−", "-")) for c in after[5:])
        assert found == (size + (k - 1) * d * jump, jump * s, start - p * jump), "dilation is part of the size"


def test_what_lies_in_the_padding_is_said() -> None:
    network = lecture().with_layer(replace(lecture()["conv1"], padding=(2, 0)))
    told = said(network, "conv1", (0, 0, 3))
    assert told["rows"] == "−2…2, in the picture 0…2"
    assert told["columns"] == "3…7"
    assert told["start"] == "−2, 0"
    assert "padding" in remark(network, "conv1", outline(network, "conv1", (0, 0, 3)))


def test_holes_are_counted() -> None:
    network = NetworkSpec("one", (1, 12, 12), (Conv2d("c", 1, (3, 3), dilation=(2, 3)),))
    assert "9 of the 5×7 pixels" in remark(network, "c", outline(network, "c", (0, 0, 0)))


def test_a_unit_that_sees_padding_only_says_so() -> None:
    network = NetworkSpec("one", (1, 4, 4), (Conv2d("c", 1, (2, 2), padding=(2, 2)),))
    assert "nothing of the picture" in remark(network, "c", outline(network, "c", (0, 0, 0)))
    assert said(network, "c", (0, 0, 0))["rows"] == "−2…−1, none in the picture"


def test_a_field_larger_than_the_picture_says_so() -> None:
    network = NetworkSpec("one", (1, 4, 4), (Conv2d("c", 1, (3, 3), padding=(4, 4), dilation=(3, 3)),))
    assert "larger than the picture" in remark(network, "c", outline(network, "c", (0, 2, 2)))


def test_behind_flatten_all_is_seen() -> None:
    assert said(lecture(), "fc1", (3,)) == {
        "size": "all", "jump": "–", "start": "–", "centre": "–", "rows": "0…27", "columns": "0…27"
    }  # fmt: skip
    assert "whole input" in remark(lecture(), "fc2", outline(lecture(), "fc2", (3,)))
    assert [side_text(lecture(), name) for name in ("input", "conv2", "fc1")] == ["1", "19", "28×28"]


def test_a_pixel_is_itself() -> None:
    told = said(lecture(), "input", (0, 4, 5))
    assert (told["size"], told["rows"], told["columns"], told["centre"]) == ("1", "4…4", "5…5", "4, 5")

"""Costs against the lecture's table, and a change against the two costs it stands between."""

from __future__ import annotations

from dataclasses import replace

from convviz.spec.chain import inserted, removed
from convviz.spec.cost import Cost, change, cost
from convviz.spec.geometry import describe
from convviz.spec.network import Flatten, Linear, NetworkSpec
from convviz.spec.presets import lecture


def test_the_lectures_totals() -> None:
    assert cost(lecture()) == Cost(105_506, 1_333_200, (22, 22), None, (10,))
    assert cost(lecture(), "pool2").output == (64, 2, 2)
    assert cost(lecture(), "input").output == (1, 28, 28)
    assert [cost(lecture(), name).layer_field for name in ("input", "conv2", "flatten")] == [(1, 1), (19, 19), None]
    assert cost(lecture(), "nobody") == cost(lecture())


def test_a_network_without_a_receptive_field() -> None:
    bare = NetworkSpec("bare", (1, 2, 2), (Flatten("flatten"), Linear("fc", 3)))
    assert cost(bare) == Cost(15, 12, None, None, (3,))
    assert change(cost(bare), cost(bare))[2] == ("network", "field", "all", "all", False)
    empty = NetworkSpec("empty", (1, 2, 2), ())
    assert cost(empty) == Cost(0, 0, None, (1, 1), (1, 2, 2))


def test_a_change_marks_what_changed() -> None:
    old = lecture()
    new = old.with_layer(replace(old["conv2"], stride=(2, 2), kernel=(4, 4)))  # type: ignore[call-arg]
    lines = change(cost(old, "conv2"), cost(new, "conv2"))
    rows = describe(new)
    assert [line.name for line in lines] == ["field", "output", "field", "parameters", "products"]
    assert lines[0] == ("layer", "field", "19×19", "16×16", True)
    assert lines[1] == ("layer", "output", "64×4×4", "64×3×3", True)
    assert lines[2] == ("network", "field", "22×22", "22×22", False)
    assert lines[3][2:] == ("105,506", f"{sum(row.params for row in rows):,}", True)
    assert lines[4].after == f"{sum(row.products for row in rows):,}"
    assert not any(line.changed for line in change(cost(old), cost(old)))


def test_layers_that_came_or_went() -> None:
    old = lecture()
    more, name = inserted(old, 1, "Conv2d")
    lines = change(cost(old, name), cost(more, name))
    assert lines[3].changed
    assert (lines[1].before, lines[1].after) == ("10", "32×24×24")  # it was not there: the network's output
    fewer = removed(old, "relu1")
    assert [line.name for line in change(cost(old, "relu1"), cost(fewer, "relu1")) if line.changed] == [
        "field",
        "output",
    ]

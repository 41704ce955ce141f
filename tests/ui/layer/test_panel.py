"""The layer page: what it says about a layer and a change, and that it applies nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from convviz.spec.chain import inserted, removed
from convviz.spec.cost import change, cost
from convviz.spec.network import Layer, NetworkSpec
from convviz.spec.presets import lecture, lenet5
from convviz.ui.layer.panel import LayerPanel
from convviz.ui.layer.value_box import STEP_PX

LEFT = Qt.MouseButton.LeftButton


class Heard:
    """Everything the panel has said."""

    def __init__(self, panel: LayerPanel) -> None:
        self.all: list[tuple[Any, ...]] = []
        for name in ("layer_edited", "kind_chosen", "insert_wanted", "move_wanted", "remove_wanted", "refused"):
            getattr(panel, name).connect(lambda *values, n=name: self.all.append((n, *values)))
        panel.edit_finished.connect(lambda: self.all.append(("edit_finished",)))

    @property
    def names(self) -> list[str]:
        return [said[0] for said in self.all]


@pytest.fixture
def panel(show: Callable[..., Any]) -> LayerPanel:
    return show(LayerPanel(), 242, 430)  # type: ignore[no-any-return]


@pytest.fixture
def heard(panel: LayerPanel) -> Heard:
    return Heard(panel)


def follow(panel: LayerPanel, spec: NetworkSpec) -> None:
    """Shows the network with every edit, as the window does."""
    held = [spec]

    def apply(layer: Layer, text: str) -> None:
        held[0] = held[0].with_layer(layer)
        panel.show_layer(held[0], layer.id, False)

    panel.layer_edited.connect(apply)


def with_stride(spec: NetworkSpec, stride: int) -> NetworkSpec:
    """Another stride of conv1; a smaller pooling makes room for it."""
    spec = spec.with_layer(replace(spec["pool1"], kernel=(2, 2)))  # type: ignore[call-arg]
    return spec.with_layer(replace(spec["conv1"], stride=(stride, stride)))  # type: ignore[call-arg]


def test_every_layer_can_be_shown_and_showing_says_nothing(panel: LayerPanel, heard: Heard) -> None:
    for spec in (lecture(), lenet5(), lecture()):
        for layer_id in ("input", *(layer.id for layer in spec), "nobody"):
            panel.show_layer(spec, layer_id, True)
            assert panel.heading.text()
            assert bool(panel.warning.text()) == (layer_id in spec)
    assert panel.heading.text() == "No layer selected"
    panel.forget_cost()
    assert heard.all == []


def test_nothing_is_applied_here(panel: LayerPanel, heard: Heard, qtbot: QtBot) -> None:
    spec = lecture()
    panel.show_layer(spec, "conv1", False)
    qtbot.keyClick(panel.settings.numbers["kernel"].boxes[0], Qt.Key.Key_Up)
    assert heard.names == ["layer_edited", "edit_finished"]
    _, layer, text = heard.all[0]
    assert (layer, text) == (replace(spec["conv1"], kernel=(6, 6)), "conv1 kernel 6")  # type: ignore[call-arg]
    assert [line.after for line in panel.costs.changes] == [line.after for line in same(spec, "conv1")]


def same(spec: NetworkSpec, layer_id: str) -> Any:
    return change(cost(spec, layer_id), cost(spec, layer_id))


def test_a_border_the_stride_leaves_over_is_named(panel: LayerPanel) -> None:
    spec = lecture()
    panel.show_layer(spec, "conv1", False)
    assert panel.unused.text() == ""
    panel.show_layer(with_stride(spec, 2), "conv1", False)
    assert panel.unused.text() == ("the last 1 row and 1 column of its input are not used: the stride leaves them over")


def test_needs_training_says_why(panel: LayerPanel) -> None:
    panel.show_layer(lecture(), "fc1", True)
    assert panel.warning.text() == "needs training"
    assert "train the network" in panel.warning.toolTip()
    panel.show_layer(lecture(), "fc1", False)
    assert panel.warning.text() == ""


def test_the_cost_of_the_last_change(panel: LayerPanel) -> None:
    one = lecture()
    two = with_stride(one, 2)
    panel.show_layer(one, "conv1", False)
    assert not any(line.changed for line in panel.costs.changes)
    panel.show_layer(two, "conv1", False)
    panel.show_layer(two, "conv1", False)
    assert list(panel.costs.changes) == change(cost(one, "conv1"), cost(two, "conv1"))
    panel.show_layer(two, "conv2", False)
    assert list(panel.costs.changes) == change(cost(one, "conv2"), cost(two, "conv2"))
    panel.show_layer(one, "conv2", False)
    assert list(panel.costs.changes) == change(cost(two, "conv2"), cost(one, "conv2")), "undone"
    panel.forget_cost()
    assert list(panel.costs.changes) == same(one, "conv2")


def test_the_cost_of_a_layer_more_or_less(panel: LayerPanel) -> None:
    one = lecture()
    more, name = inserted(one, 1, "Conv2d")
    panel.show_layer(one, "conv1", False)
    panel.show_layer(more, name, True)
    assert panel.costs.changes[3].changed
    fewer = removed(more, name)
    panel.show_layer(fewer, "conv1", False)
    assert list(panel.costs.changes) == change(cost(more, "conv1"), cost(fewer, "conv1"))


def test_another_network_is_not_compared(panel: LayerPanel) -> None:
    panel.show_layer(lecture(), "conv1", False)
    panel.show_layer(lenet5(), "conv1", False)
    assert list(panel.costs.changes) == same(lenet5(), "conv1")


def test_a_drag_is_compared_with_what_was_before_it(
    panel: LayerPanel, heard: Heard, drag: Callable[..., None], move: Callable[..., None], qtbot: QtBot
) -> None:
    spec = lecture()
    panel.show_layer(with_stride(spec, 2), "conv1", False)
    panel.show_layer(spec, "conv1", False)
    follow(panel, spec)
    box = panel.settings.numbers["kernel"].boxes[0]
    drag(box, STEP_PX, 2 * STEP_PX, release=False)
    expected = spec.with_layer(replace(spec["conv1"], kernel=(7, 7)))  # type: ignore[call-arg]
    assert list(panel.costs.changes) == change(cost(spec, "conv1"), cost(expected, "conv1"))
    move(box, 10 + STEP_PX)
    qtbot.mouseRelease(box, LEFT)
    assert heard.names == ["layer_edited"] * 3 + ["edit_finished"]
    middle = spec.with_layer(replace(spec["conv1"], kernel=(6, 6)))  # type: ignore[call-arg]
    assert list(panel.costs.changes) == change(cost(spec, "conv1"), cost(middle, "conv1"))
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert list(panel.costs.changes) == change(cost(middle, "conv1"), cost(spec, "conv1"))


def test_a_gesture_that_changes_nothing_is_no_edit(panel: LayerPanel, heard: Heard, qtbot: QtBot) -> None:
    spec = lecture()
    panel.show_layer(spec, "pool1", False)
    qtbot.keyClick(panel.settings.numbers["padding"].boxes[0], Qt.Key.Key_Down)
    assert heard.names == ["refused"]


def test_no_field_is_made_again(panel: LayerPanel) -> None:
    before = set(panel.findChildren(QWidget))
    for stride in (1, 2, 1):
        panel.show_layer(with_stride(lecture(), stride), "conv1", False)
    assert set(panel.findChildren(QWidget)) == before


def test_the_buttons_are_heard_here(panel: LayerPanel, heard: Heard, qtbot: QtBot) -> None:
    panel.show_layer(lecture(), "relu1", False)
    qtbot.mouseClick(panel.chain.earlier, LEFT)
    qtbot.mouseClick(panel.chain.remove, LEFT)
    panel.show_layer(lecture(), "flatten", False)
    qtbot.mouseClick(panel.chain.remove, LEFT)
    panel.settings.kind.chosen.emit("Tanh")
    assert heard.all[:2] == [("move_wanted", "relu1", -1), ("remove_wanted", "relu1")]
    assert heard.names == ["move_wanted", "remove_wanted", "refused", "kind_chosen"]


def test_it_fits_the_inspector(panel: LayerPanel) -> None:
    panel.show_layer(lecture(), "conv1", True)
    assert panel.minimumSizeHint().width() <= 242

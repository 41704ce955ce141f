"""Every field of every kind of layer, by mouse and keys, with a network that the edits go into or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from convviz.spec.chain import deep, inserted, retyped
from convviz.spec.geometry import describe
from convviz.spec.network import AvgPool2d, Conv2d, Dropout, Layer, LeakyReLU, Linear, MaxPool2d, NetworkSpec
from convviz.spec.presets import lecture
from convviz.ui.layer.choices import cells
from convviz.ui.layer.settings import LayerSettings
from convviz.ui.layer.value_box import STEP_PX

LEFT = Qt.MouseButton.LeftButton


class Experiment:
    """Puts what is edited into a network and shows it again, as the window does."""

    def __init__(self, settings: LayerSettings, spec: NetworkSpec, layer_id: str) -> None:
        self.settings, self.spec, self.layer_id = settings, spec, layer_id
        self.texts: list[str] = []
        self.refused: list[str] = []
        self.kinds: list[tuple[str, str]] = []
        self.finished = 0
        settings.layer_edited.connect(self._edit)
        settings.edit_finished.connect(self._finish)
        settings.refused.connect(self.refused.append)
        settings.kind_chosen.connect(lambda layer, kind: self.kinds.append((layer, kind)))
        settings.show_layer(spec, spec[layer_id])

    def _edit(self, layer: Layer, text: str) -> None:
        self.texts.append(text)
        self.spec = self.spec.with_layer(layer)
        describe(self.spec)  # whatever is emitted fits
        self.settings.show_layer(self.spec, layer)

    def _finish(self) -> None:
        self.finished += 1

    @property
    def layer(self) -> Any:
        return self.spec[self.layer_id]


@pytest.fixture
def experiment(show: Callable[..., Any]) -> Callable[..., Experiment]:
    return lambda spec, layer_id: Experiment(show(LayerSettings(), 242, 260), spec, layer_id)


def type_in(box: Any, text: str, qtbot: QtBot) -> None:
    qtbot.mouseClick(box, LEFT, pos=QPoint(10, 8))
    qtbot.keyClick(box.editor, Qt.Key.Key_Delete)
    qtbot.keyClicks(box.editor, text)
    qtbot.keyClick(box.editor, Qt.Key.Key_Return)


@pytest.mark.parametrize("make", [lecture, deep])
def test_showing_says_nothing_and_shows_the_fields_of_the_layer(
    make: Callable[[], NetworkSpec], experiment: Callable[..., Experiment]
) -> None:
    spec = make()
    for kind in ("Dropout", "LeakyReLU"):
        spec, _ = inserted(spec, 1, kind)
    spec, _ = retyped(spec, "pool1", "AvgPool2d")
    it = experiment(spec, spec.layers[0].id)
    for layer in (*spec, *reversed(spec.layers)):
        it.settings.show_layer(spec, layer)
        shown = [name for name, widget in it.settings._cells.items() if widget.isVisible()]
        assert set(shown) == set(cells(layer))
    it.settings.show_layer(spec, None)
    assert not any(widget.isVisible() for widget in it.settings._cells.values())
    assert (it.texts, it.refused, it.kinds, it.finished) == ([], [], [], 0)


def test_a_drag_is_live_and_stays_what_fits(experiment: Callable[..., Experiment], drag: Callable[..., None]) -> None:
    it = experiment(lecture(), "conv2")
    drag(it.settings.numbers["kernel"].boxes[0], STEP_PX, 2 * STEP_PX, 30 * STEP_PX)
    assert it.texts == ["conv2 kernel 6", "conv2 kernel 7"]
    assert it.layer.kernel == (7, 7)
    assert it.refused == [
        "conv2: its kernel 35×35 does not fit into its input 8×8; make the kernel smaller or the padding larger"
    ]
    assert it.finished == 1
    drag(it.settings.numbers["padding"].boxes[0], 2 * STEP_PX)
    assert it.layer.padding == (2, 2)


def test_a_drag_that_fits_no_more_springs_back(
    experiment: Callable[..., Experiment], drag: Callable[..., None], move: Callable[..., None]
) -> None:
    it = experiment(lecture(), "conv1")
    dilation = it.settings.numbers["dilation"].boxes[0]
    drag(dilation, STEP_PX, release=False)
    it.spec = it.spec.with_layer(replace(it.layer, kernel=(9, 9)))  # an undo, while the mouse is down
    it.settings.show_layer(it.spec, it.layer)
    move(dilation, 10 + 3 * STEP_PX)
    assert it.layer.dilation == (2, 2)
    assert dilation.value == 2
    assert len(it.refused) == 1


def test_a_range_follows_the_other_settings(experiment: Callable[..., Experiment], drag: Callable[..., None]) -> None:
    it = experiment(lecture(), "conv2")
    drag(it.settings.numbers["padding"].boxes[0], 3 * STEP_PX)
    drag(it.settings.numbers["kernel"].boxes[0], 100 * STEP_PX)
    assert it.layer.kernel == (13, 13)


def test_sides_apart(experiment: Callable[..., Experiment], qtbot: QtBot, drag: Callable[..., None]) -> None:
    it = experiment(lecture(), "conv1")
    field = it.settings.numbers["kernel"]
    assert field.link is not None
    qtbot.mouseClick(field.link, LEFT, pos=QPoint(8, 6))
    drag(field.boxes[1], -2 * STEP_PX)
    assert it.layer.kernel == (5, 3)
    assert it.texts[-1] == "conv1 kernel 5×3"
    assert not field.linked


@pytest.mark.parametrize(
    ("layer", "field", "text", "part"),
    [
        ("conv1", "kernel", "99", "does not fit into its input"),
        ("conv1", "kernel", "1,5", "is not a whole number"),
        ("conv1", "kernel", "1e999", "is not a whole number"),
        ("conv1", "kernel", "x", "is not a whole number"),
        ("conv1", "kernel", "0", "at least 1"),
        ("conv1", "padding", "-1", "at least 0"),
        ("conv1", "padding", "999999999", "GB"),
        ("conv2", "stride", "9", "does not fit"),
        ("pool1", "padding", "2", "at most half its kernel"),
        ("conv2", "groups", "5", "groups must divide"),
        ("conv2", "out_channels", "10000", "too slow"),
        ("fc1", "out_features", "10000", "too slow"),
        ("fc1", "out_features", "0", "at least 1"),
    ],
)
def test_what_does_not_fit_is_refused_where_it_is_typed(
    experiment: Callable[..., Experiment], qtbot: QtBot, layer: str, field: str, text: str, part: str
) -> None:
    it = experiment(lecture(), layer)
    box = it.settings.numbers[field].boxes[0]
    before = it.layer
    type_in(box, text, qtbot)
    (reason,) = it.refused
    assert part in reason
    assert (it.texts, it.layer) == ([], before)
    if "whole number" in part:
        assert box.editor.wrong, "to be corrected"
        return
    assert not box.editor.isVisible()
    shown = {other.value for other in it.settings.numbers[field].boxes}
    value = getattr(before, field)
    assert shown == ({*value} if isinstance(value, tuple) else {value}), "both sides are the network's again"


@pytest.mark.parametrize(
    ("layer", "field", "text", "said"),
    [
        ("conv2", "groups", "8", "conv2 groups 8"),
        ("conv2", "out_channels", "16", "conv2 channels 16"),
        ("fc1", "out_features", "50", "fc1 outputs 50"),
        ("pool1", "stride", "2", "pool1 stride 2"),
        ("conv1", "dilation", "2", "conv1 dilation 2"),
    ],
)
def test_what_fits_is_taken(
    experiment: Callable[..., Experiment], qtbot: QtBot, layer: str, field: str, text: str, said: str
) -> None:
    it = experiment(lecture(), layer)
    type_in(it.settings.numbers[field].boxes[0], text, qtbot)
    assert it.texts == [said]
    assert (it.refused, it.finished) == ([], 1)
    value = getattr(it.layer, field)
    assert value == (int(text),) * 2 if isinstance(value, tuple) else value == int(text)


def test_channels_step_with_the_groups(experiment: Callable[..., Experiment], qtbot: QtBot) -> None:
    spec = lecture()
    it = experiment(spec.with_layer(replace(spec["conv2"], groups=4)), "conv2")  # type: ignore[call-arg]
    box = it.settings.numbers["out_channels"].boxes[0]
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert it.layer.out_channels == 68
    groups = it.settings.numbers["groups"].boxes[0]
    qtbot.keyClick(groups, Qt.Key.Key_Down)
    assert it.layer.groups == 2


def test_a_stride_that_follows_the_kernel_does_so_until_it_is_edited(
    experiment: Callable[..., Experiment], qtbot: QtBot
) -> None:
    it = experiment(lecture(), "pool1")
    numbers = it.settings.numbers
    assert numbers["stride"].value == (3, 3)
    qtbot.keyClick(numbers["kernel"].boxes[0], Qt.Key.Key_Down)
    assert (it.layer.kernel, it.layer.stride, numbers["stride"].value) == ((2, 2), None, (2, 2))
    qtbot.keyClick(numbers["stride"].boxes[0], Qt.Key.Key_Down)
    assert (it.layer.stride, numbers["stride"].value) == ((1, 1), (1, 1))


def test_boxes_to_tick(experiment: Callable[..., Experiment], qtbot: QtBot) -> None:
    it = experiment(lecture(), "conv1")
    qtbot.mouseClick(it.settings.checks["bias"].box, LEFT, pos=QPoint(8, 13))
    assert it.layer.bias is False
    assert (it.texts, it.finished) == (["conv1 bias off"], 1)
    it.layer_id = "pool1"
    it.settings.show_layer(it.spec, it.layer)
    qtbot.mouseClick(it.settings.checks["ceil_mode"].box, LEFT, pos=QPoint(8, 13))
    assert it.layer.ceil_mode is True
    assert it.texts[-1] == "pool1 round size up on"


def test_a_choice_that_was_open_when_another_layer_came_is_none(experiment: Callable[..., Experiment]) -> None:
    it = experiment(lecture(), "conv1")
    it.settings.show_layer(it.spec, it.spec["pool1"])
    it.settings.padding_mode.chosen.emit("circular")
    assert it.texts == []


def test_a_padding_mode_that_does_not_fit_springs_back(experiment: Callable[..., Experiment], qtbot: QtBot) -> None:
    spec = NetworkSpec("small", (1, 3, 3), (Conv2d("conv", 1, (3, 3), padding=(3, 3)),))
    it = experiment(spec, "conv")
    box = it.settings.padding_mode.box
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)  # reflect needs a padding below the size
    assert "reflect padding takes its values from the input" in it.refused[0]
    assert (box.currentText(), it.texts) == ("zeros", [])
    qtbot.keyClick(box, Qt.Key.Key_End)
    assert (it.layer.padding_mode, it.texts) == ("circular", ["conv padding mode circular"])


def test_another_kind_is_wished_for_and_the_list_shows_what_is(
    experiment: Callable[..., Experiment], qtbot: QtBot
) -> None:
    it = experiment(lecture(), "pool1")
    box = it.settings.kind.box
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert it.kinds == [("pool1", "AvgPool2d")]
    assert box.currentData() == "MaxPool2d", "nobody changed it"
    it.layer_id = "relu1"
    it.settings.show_layer(it.spec, it.layer)
    assert [box.itemData(at) for at in range(box.count())] == ["ReLU", "LeakyReLU", "Tanh", "Sigmoid", "GELU"]
    qtbot.keyClick(box, Qt.Key.Key_End)
    assert it.kinds[-1] == ("relu1", "GELU")


@pytest.mark.parametrize(
    ("layer", "field", "attribute"), [(Dropout("it"), "p", "p"), (LeakyReLU("it", 0.01), "slope", "slope")]
)
def test_shares(experiment: Callable[..., Experiment], qtbot: QtBot, layer: Layer, field: str, attribute: str) -> None:
    it = experiment(NetworkSpec("one", (1, 4, 4), (layer,)), "it")
    box = it.settings.numbers[field].boxes[0]
    type_in(box, "0.125", qtbot)
    assert getattr(it.layer, attribute) == 0.125
    for text in ("0,5", "2", "-1", "nan", "", "1e999"):
        type_in(box, text, qtbot)
        qtbot.keyClick(box.editor, Qt.Key.Key_Escape)
    assert len(it.refused) == 6
    assert getattr(it.layer, attribute) == 0.125
    qtbot.keyClick(box, Qt.Key.Key_End)
    assert getattr(it.layer, attribute) == 1.0


def test_the_tracks_follow_when_nobody_waits(experiment: Callable[..., Experiment], qtbot: QtBot) -> None:
    it = experiment(lecture(), "conv2")
    numbers = it.settings.numbers
    qtbot.waitUntil(lambda: all(numbers[n].boxes[0].range is not None for n in cells(it.layer) if n in numbers))
    high = numbers["kernel"].boxes[0].range
    assert high is not None
    assert high.high == 7
    conv2 = replace(it.layer, padding=(2, 2))
    it.settings.show_layer(it.spec.with_layer(conv2), conv2)
    qtbot.waitUntil(lambda: (numbers["kernel"].boxes[0].range or high).high == 11)


def test_a_gesture_ends_when_another_layer_is_shown(
    experiment: Callable[..., Experiment], drag: Callable[..., None], move: Callable[..., None]
) -> None:
    it = experiment(lecture(), "conv1")
    box = it.settings.numbers["kernel"].boxes[0]
    drag(box, -STEP_PX, release=False)
    assert it.settings.changing
    it.settings.show_layer(it.spec, it.spec["conv2"])
    assert (it.finished, it.settings.changing) == (1, False)
    move(box, 80)
    assert it.texts == ["conv1 kernel 4"]


def test_everything_interactive_has_a_name(experiment: Callable[..., Experiment]) -> None:
    it = experiment(lecture(), "conv1")
    for widget in it.settings.findChildren(QWidget):
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not widget.inherits("QAbstractItemView"):
            assert widget.objectName(), widget
            assert widget.accessibleName(), widget.objectName()


def test_settings_that_only_mean_pools_count_padding(experiment: Callable[..., Experiment], qtbot: QtBot) -> None:
    pool = AvgPool2d("it", (3, 3), padding=(1, 1))
    it = experiment(NetworkSpec("one", (1, 8, 8), (pool, MaxPool2d("next", (2, 2)))), "it")
    qtbot.mouseClick(it.settings.checks["count_include_pad"].box, LEFT, pos=QPoint(8, 13))
    assert it.layer.count_include_pad is False
    assert not isinstance(it.layer, Linear)

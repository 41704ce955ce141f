"""Cards of a network: clicks, keys and frames reach the right one, and nothing scrolls in the usual window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from convviz.session.experiment import Focus, State, shape_of
from convviz.session.outbox import Frame
from convviz.spec.chain import inserted, removed
from convviz.spec.channels import Channels
from convviz.spec.presets import NETWORKS, lecture, lenet5
from convviz.ui.look import theme
from convviz.ui.network.layer_card import LayerCard
from convviz.ui.network.mosaic import Mosaic
from convviz.ui.network.view import NetworkView

LEFT = Qt.MouseButton.LeftButton


class Follower:
    """Does what the experiment does with a selection: gives it back as the focus."""

    def __init__(self, view: NetworkView, focus: Focus | None = None) -> None:
        self.heard: list[Focus] = []
        self._view = view
        view.unit_selected.connect(self._selected)
        view.set_focus(focus)

    def _selected(self, focus: Focus) -> None:
        self.heard.append(focus)
        self._view.set_focus(focus)


@pytest.fixture
def view(show: Callable[..., Any], tools: dict[str, QAction]) -> NetworkView:
    made = NetworkView(tools["per_map"], tools["gradients"])
    made.set_network(lecture())
    return show(made, 760, 460)  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", NETWORKS)
def test_one_card_a_layer_with_its_values(
    view: NetworkView, make_state: Callable[..., State], make_frame: Callable[..., Frame], name: str
) -> None:
    state = make_state(name)
    view.set_network(state.network)
    frame = make_frame(state)
    view.show_frame(frame)
    assert list(view.cards) == ["input", *(layer.id for layer in state.network)]
    for layer, card in view.cards.items():
        assert card.isVisible()
        assert np.array_equal(card.mosaic.values, frame.maps[layer])
        assert view.shape_of(layer) == frame.maps[layer].shape


def test_a_frame_of_another_network_does_no_harm(
    view: NetworkView, make_state: Callable[..., State], make_frame: Callable[..., Frame]
) -> None:
    view.show_frame(make_frame(make_state("lenet5")))
    view.grab()
    view.show_frame(make_frame(make_state("lecture")))
    view.grab()


@pytest.mark.parametrize(("layer", "index"), [("conv1", (31, 23, 23)), ("relu2", (0, 1, 1)), ("fc1", (199,))])
def test_a_click_selects(
    view: NetworkView,
    qtbot: QtBot,
    make_state: Callable[..., State],
    make_frame: Callable[..., Frame],
    layer: str,
    index: tuple[int, ...],
) -> None:
    view.show_frame(make_frame(make_state()))
    follower = Follower(view)
    mosaic = view.cards[layer].mosaic
    at = mosaic.unit_center(index)
    qtbot.mouseClick(mosaic, LEFT, pos=at)
    assert [focus.layer for focus in follower.heard] == [layer]
    assert np.abs(np.array(follower.heard[0].index) - index).max() <= 1, "a value may be less than a pixel wide"


def test_arrows_walk_and_stop_at_the_edges(view: NetworkView, qtbot: QtBot) -> None:
    follower = Follower(view, Focus("conv1", (0, 0, 0)))
    card = view.cards["conv1"]
    keys = Qt.Key
    for key, expected in [
        (keys.Key_Up, None),
        (keys.Key_Left, None),
        (keys.Key_PageUp, None),
        (keys.Key_Down, (0, 1, 0)),
        (keys.Key_Right, (0, 1, 1)),
        (keys.Key_PageDown, (1, 1, 1)),
        (keys.Key_Left, (1, 1, 0)),
    ]:
        before = len(follower.heard)
        qtbot.keyClick(card, key)
        assert [focus.index for focus in follower.heard[before:]] == ([] if expected is None else [expected])


def test_arrows_in_a_flat_layer_follow_what_is_seen(view: NetworkView, qtbot: QtBot) -> None:
    follower = Follower(view, Focus("fc1", (0,)))
    card = view.cards["fc1"]
    wide = card.mosaic.columns
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Left):
        qtbot.keyClick(card, key)
    assert [focus.index for focus in follower.heard] == [(wide,), (wide + 1,), (1,), (0,)]


def test_arrows_in_another_layer_select_there(view: NetworkView, qtbot: QtBot) -> None:
    follower = Follower(view, Focus("conv1", (3, 3, 3)))
    qtbot.keyClick(view.cards["pool2"], Qt.Key.Key_Down)
    assert follower.heard == [Focus("pool2", (0, 0, 0))]


def colours(mosaic: Mosaic) -> set[str]:
    shot = mosaic.grab().toImage()
    return {shot.pixelColor(x, y).name() for x in range(shot.width()) for y in range(shot.height())}


@given(
    st.lists(st.sampled_from(["next", "previous", "left", "right", "up", "down", "page"]), max_size=40), st.booleans()
)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_walk_stays_inside(
    view: NetworkView,
    qtbot: QtBot,
    make_state: Callable[..., State],
    make_frame: Callable[..., Frame],
    steps: list[str],
    other: bool,
) -> None:
    spec = lenet5() if other else lecture()
    view.set_network(spec)
    view.show_frame(make_frame(make_state(spec.name)))
    follower = Follower(view)
    keys = {
        "left": Qt.Key.Key_Left,
        "right": Qt.Key.Key_Right,
        "up": Qt.Key.Key_Up,
        "down": Qt.Key.Key_Down,
        "page": Qt.Key.Key_PageDown,
    }
    layer = "conv1"
    for step in steps:
        if step in keys:
            qtbot.keyClick(view.cards[layer], keys[step])
        else:
            view.select_layer(1 if step == "next" else -1)
        if follower.heard:
            focus = follower.heard[-1]
            layer = focus.layer
            shape = shape_of(spec, layer)
            assert shape is not None
            assert len(focus.index) == len(shape)
            assert all(0 <= i < n for i, n in zip(focus.index, shape, strict=True))
    framed = [name for name, card in view.cards.items() if theme.DARK.accent in colours(card.mosaic)]
    assert framed == ([layer] if follower.heard else []), "one selection on screen"
    view.unit_selected.disconnect(follower._selected)


def test_next_layer_keeps_the_place(view: NetworkView) -> None:
    follower = Follower(view, Focus("conv1", (5, 12, 23)))
    for _ in range(2):
        view.select_layer(1)
    assert follower.heard == [Focus("pool1", (5, 4, 7)), Focus("relu1", (5, 4, 7))]
    for _ in range(20):
        view.select_layer(1)
    assert follower.heard[-1].layer == "fc2"
    for _ in range(30):
        view.select_layer(-1)
    assert follower.heard[-1].layer == "input"


def test_keys_stay_with_the_layers_when_the_network_changes(view: NetworkView, qtbot: QtBot) -> None:
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    for before, spec, after in (("pool2", lenet5(), "pool2"), ("fc3", lecture(), "input")):
        view.cards[before].setFocus()
        assert view.cards[before].hasFocus()
        view.set_network(spec)
        qtbot.wait(1)
        assert view.cards[after].hasFocus()


def test_setters_do_not_echo(
    view: NetworkView, make_state: Callable[..., State], make_frame: Callable[..., Frame]
) -> None:
    view.unit_selected.connect(lambda focus: pytest.fail(f"selected {focus}"))
    for focus in (Focus("conv1", (1, 2, 3)), Focus("fc2", (1,)), Focus("gone", (0,)), None):
        view.set_focus(focus)
    view.set_network(lenet5())
    view.show_frame(make_frame(make_state("lenet5")))
    view.set_per_map(True)


def test_per_map_stays_when_the_network_changes(
    view: NetworkView, make_state: Callable[..., State], make_frame: Callable[..., Frame]
) -> None:
    state = make_state("lenet5")
    frame = make_frame(state)
    frame.maps["conv1"][0] *= 1e-3  # invisible beside the others, but not by itself

    def spread() -> int:
        view.show_frame(frame)
        mosaic = view.cards["conv1"].mosaic
        shot = mosaic.grab().toImage()
        return len({shot.pixel(mosaic.unit_center((0, r, c))) for r in range(0, 28, 3) for c in range(0, 28, 3)})

    view.set_network(state.network)
    assert spread() <= 3
    view.set_per_map(True)
    view.set_network(replace(state.network))
    assert spread() > 20
    view.set_per_map(False)
    assert spread() <= 3


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("size", [(330, 250), (720, 400), (1600, 1000)])
def test_resizing_keeps_cards_apart_and_reachable(view: NetworkView, name: str, size: tuple[int, int]) -> None:
    view.set_network(NETWORKS[name]())
    view.resize(*size)
    cards = list(view.cards.values())
    for i, card in enumerate(cards):
        assert view.widget().rect().contains(card.geometry()), card.objectName()
        assert not any(card.geometry().intersects(other.geometry()) for other in cards[:i])


def test_cards_of_layers_that_stay_are_kept(
    view: NetworkView, qtbot: QtBot, make_state: Callable[..., State], make_frame: Callable[..., Frame]
) -> None:
    """A card under the mouse must not be made again while a setting is dragged."""
    view.show_frame(make_frame(make_state()))
    known = dict(view.cards)
    wide, _ = inserted(lecture(), 1, "Tanh")
    fewer = removed(wide, "relu1")
    for spec in (wide, fewer, lecture()):
        view.set_network(spec)
        assert list(view.cards) == ["input", *(layer.id for layer in spec)]
        assert all(card is known[layer] for layer, card in view.cards.items() if layer in known and layer != "relu1")
        assert all(card.isVisible() for card in view.cards.values())
    qtbot.waitUntil(lambda: len(view.findChildren(LayerCard)) == len(view.cards))
    assert view.cards["relu1"] is not known["relu1"], "it was gone meanwhile"


def test_kept_cards_show_the_new_setting_and_shape(view: NetworkView) -> None:
    pool = lecture()["pool1"]
    view.set_network(lecture().with_layer(replace(pool, kernel=(2, 2), stride=(3, 3))))  # type: ignore[call-arg]
    assert view.shape_of("pool1") == (32, 8, 8)
    view.set_network(lecture().with_layer(replace(lecture()["conv1"], out_channels=7)))  # type: ignore[call-arg]
    assert view.shape_of("pool1") == (7, 8, 8)
    assert view.cards["conv1"].accessibleName().endswith("output 7@24×24")


def marked(view: NetworkView, layer: str) -> list[int]:
    """The maps of a layer with a dot at their upper right, or a cross through their middle."""
    mosaic = view.cards[layer].mosaic
    shot, layout = mosaic.grab().toImage(), mosaic._layout
    assert layout is not None
    found = []
    for channel in range(layout.count):
        x, y, width, _ = layout.map_rect(channel)
        if shot.pixelColor(x + width - 1, y).name() == theme.DARK.accent:
            found.append(channel)
    return found


def test_marks_of_channels_are_on_their_maps(
    view: NetworkView, make_state: Callable[..., State], make_frame: Callable[..., Frame]
) -> None:
    frame = make_frame(make_state())
    view.show_frame(frame)
    plain = {layer: card.mosaic.grab().toImage() for layer, card in view.cards.items()}
    view.set_channels(Channels(frozen=frozenset({("conv1", 3), ("conv2", 60)})))
    assert marked(view, "conv1") == [3]
    assert marked(view, "conv2") == [60]
    view.set_channels(Channels(solo=frozenset({("conv1", 3)})))
    crossed = view.cards["conv1"].mosaic.grab().toImage()
    layout = view.cards["conv1"].mosaic._layout
    assert layout is not None
    for channel in range(32):
        x, y, _, _ = layout.map_rect(channel)
        changed = crossed.pixelColor(x, y) != plain["conv1"].pixelColor(x, y)
        assert changed == (channel != 3), "all but the soloed one are silent"
    view.set_channels(Channels())
    assert all(card.mosaic.grab().toImage() == plain[layer] for layer, card in view.cards.items())


def test_unused_lines_are_marked_in_one_layer_only(
    view: NetworkView, make_state: Callable[..., State], make_frame: Callable[..., Frame]
) -> None:
    view.show_frame(make_frame(make_state()))
    plain = {layer: card.mosaic.grab().toImage() for layer, card in view.cards.items()}

    def hatched() -> list[str]:
        return [layer for layer, card in view.cards.items() if card.mosaic.grab().toImage() != plain[layer]]

    for layer in ("input", "conv1", "relu1"):
        view.set_unused(layer, (0, 1), (7,))
        assert hatched() == [layer]
    view.set_unused("", (), ())
    assert hatched() == []


def test_a_click_on_a_title_chooses_the_layer(view: NetworkView, qtbot: QtBot) -> None:
    heard: list[Focus] = []
    view.unit_selected.connect(heard.append)
    view.set_focus(Focus("conv1", (4, 12, 23)))
    qtbot.mouseClick(view.cards["pool1"], Qt.MouseButton.LeftButton, pos=QPoint(20, 12))
    assert heard == [Focus("pool1", (4, 4, 7))]
    view.set_focus(heard[0])
    qtbot.mouseClick(view.cards["pool1"], Qt.MouseButton.LeftButton, pos=QPoint(20, 12))
    assert len(heard) == 1, "it is selected already"

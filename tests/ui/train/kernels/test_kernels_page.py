"""The kernels page: what is shown is the State's weights and the trainer's gradients; hands and keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from convviz.session.experiment import State
from convviz.session.training.gradients import WeightGradients
from convviz.session.training.job import Request
from convviz.spec.channels import Channels
from convviz.spec.network import NetworkSpec, ReLU
from convviz.spec.presets import lecture
from convviz.spec.training.settings import TrainingSettings
from convviz.spec.training.source import DataSource
from convviz.spec.weights import Weights, initial
from convviz.ui.look import theme
from convviz.ui.look.colours import indices, table
from convviz.ui.train.kernels.kernel_layout import Place
from convviz.ui.train.kernels.page import KernelsPage

ALL = frozenset({"gradients", "checkpoints", "cursor", "status", "runs"})
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def training(make_trainer: Callable[..., Any], make_run: Callable[..., Any]) -> Any:
    return make_trainer(make_run(network=lecture()))


@pytest.fixture
def page(training: Any, make_state: Callable[..., State], show: Callable[..., Any]) -> KernelsPage:
    shown: KernelsPage = show(KernelsPage(training), 690, 560)
    shown.show_state(None, make_state())
    shown.refresh(ALL)
    return shown


def picture(page: KernelsPage, layer: str, which: int = 0) -> Any:
    return page.cards[layer].columns[which].picture


def test_a_card_for_every_layer_with_kernels(page: KernelsPage) -> None:
    assert list(page.cards) == ["conv1", "conv2", "fc1", "fc2"]
    assert not page.empty.isVisibleTo(page)
    for card in page.cards.values():
        assert all(column.isVisibleTo(page) for column in card.columns)


def test_pixels_have_the_colours_of_the_weights(page: KernelsPage, pixel: Callable[..., QColor], qtbot: QtBot) -> None:
    assert page._state is not None
    weights = page._state.weights["conv1.weight"]
    shown = picture(page, "conv1")
    qtbot.waitUntil(lambda: shown.visibleRegion().boundingRect().height() > 40)
    colours = table(theme.DARK)[indices(weights, float(np.abs(weights).max()))]
    for place in (Place(0, 0, 0, 0), Place(3, 0, 2, 4), Place(9, 0, 4, 4)):
        at = shown.center_of(place).toPoint()
        assert pixel(shown, at) == QColor.fromRgb(int(colours[place])), place


def test_live_weights_are_followed_and_gradients_have_a_range_of_their_own(page: KernelsPage, training: Any) -> None:
    assert page._state is not None
    old = page._state
    new = replace(old, weights=Weights({name: 2 * array for name, array in old.weights.items()}))
    page.show_state(old, new)
    assert picture(page, "fc2").array is new.weights["fc2.weight"]
    training.gradients = {name: np.full_like(array, -7e-5) for name, array in new.weights.items()}
    page.refresh(frozenset({"gradients"}))
    assert picture(page, "conv2", 1).extreme == pytest.approx(7e-5)
    assert picture(page, "conv2").extreme == pytest.approx(float(np.abs(new.weights["conv2.weight"]).max()))


def test_where_there_is_no_gradient_stands_a_sentence(page: KernelsPage, training: Any) -> None:
    training.gradients = {"conv1.weight": np.zeros((3, 3), np.float32)}  # of another network
    page.refresh(frozenset({"gradients"}))
    column = page.cards["conv1"].columns[1]
    assert column.note.isVisibleTo(page)
    assert "next step" in column.note.text()
    assert not column.picture.isVisibleTo(page)


def found(page: KernelsPage, **values: Any) -> WeightGradients:
    """Gradients of the weights on screen, as they are computed where no training steps."""
    state = page._state
    assert state is not None
    request = Request(state.network, DataSource(), (), TrainingSettings(), state.weights, "cpu")
    arrays = {name: np.full_like(array, 3e-4) for name, array in state.weights.items()}
    return WeightGradients(request, **({"arrays": arrays, "images": 64, "among": 10_000} | values))


def said(page: KernelsPage) -> str:
    return page.cards["conv1"].columns[1].caption.text()


def test_it_says_of_which_images_and_weights_the_gradients_are(page: KernelsPage, training: Any) -> None:
    assert said(page) == "gradients of the last mini-batch"
    assert page.images.whole == "∂loss/∂weight of the last mini-batch; the batch size is 64"
    of = training.gradients_of = found(page)
    training.gradients = of.arrays
    page.refresh(frozenset({"gradients"}))
    assert said(page) == "gradients of 64 training images, these weights"
    assert "the mean of 64 of the 10,000 training images, always the same; not augmented" in page.images.whole
    assert page.images.text() in page.images._texts
    assert picture(page, "fc2", 1).array is of.arrays["fc2.weight"]
    old = page._state
    assert old is not None
    page.show_state(old, replace(old, weights=Weights(dict(old.weights))))
    assert said(page) == "gradients of 64 training images, other weights", "until those of these are there"
    page.mode.buttons["weights"].click()
    assert page.images.whole == ""


def test_of_few_images_it_says_all_of_them(page: KernelsPage, training: Any) -> None:
    of = training.gradients_of = found(page, images=1, among=1)
    training.gradients = of.arrays
    page.refresh(frozenset({"gradients"}))
    assert said(page) == "gradients of 1 training image, these weights"
    assert "the mean of the only training image" in page.images.whole
    of = training.gradients_of = found(page, images=12, among=12)
    training.gradients = of.arrays
    page.refresh(frozenset({"gradients"}))
    assert "the mean of all 12 training images;" in page.images.whole


def test_why_there_are_none_is_a_sentence_in_their_place(page: KernelsPage, training: Any) -> None:
    training.run = replace(training.run, status="paused")
    training.gradients_of = found(page, arrays={}, images=0, why="digits has 10 classes, but 'x' has 7 outputs")
    training.gradients = training.gradients_of.arrays
    page.refresh(frozenset({"gradients", "status"}))
    column = page.cards["conv2"].columns[1]
    assert column.note.isVisibleTo(page)
    assert column.note.text() == "No gradients: digits has 10 classes, but 'x' has 7 outputs."
    assert column.caption.text() == "gradients"
    assert page.images.whole == ""
    assert picture(page, "conv2").isVisibleTo(page), "the weights stay"


def test_the_switch_chooses_what_is_shown(page: KernelsPage, training: Any, qtbot: QtBot) -> None:
    for mode, shown in (("weights", (True, False)), ("gradients", (False, True)), ("both", (True, True))):
        qtbot.mouseClick(page.mode.buttons[mode], LEFT)
        assert tuple(column.isVisibleTo(page) for column in page.cards["conv2"].columns) == shown
    qtbot.mouseClick(page.mode.buttons["change"], LEFT)
    assert page._state is not None
    start = training.checkpoints[0].mean["conv2.weight"]
    change = picture(page, "conv2").array
    assert np.array_equal(change, page._state.weights["conv2.weight"] - start)
    training.run = replace(training.run, checkpoints=())
    page.refresh(frozenset({"checkpoints"}))
    assert "first checkpoint" in page.cards["conv2"].columns[0].note.text()


def test_one_input_channel_can_be_chosen(page: KernelsPage, qtbot: QtBot) -> None:
    choice = page.cards["conv2"].slices
    assert choice is not None
    assert choice.count() == 33
    assert choice.itemText(6) == "relu1[5]"
    assert page.cards["conv1"].slices is None
    assert page.cards["fc1"].slices is None
    choice.setFocus()
    qtbot.keyClick(choice, Qt.Key.Key_Down)
    assert picture(page, "conv2").layout_.slice == 0
    assert picture(page, "conv2", 1).layout_.slice == 0
    page.cards["conv2"].show_slice(None)
    assert picture(page, "conv2").layout_.slice is None


def test_the_mouse_says_the_exact_value_and_a_click_opens(page: KernelsPage, qtbot: QtBot) -> None:
    said: list[str] = []
    opened: list[object] = []
    page.pointed_at.connect(said.append)
    page.channel_opened.connect(opened.append)
    shown, place = picture(page, "conv1"), Place(3, 0, 2, 4)
    assert page._state is not None
    value = str(page._state.weights["conv1.weight"][place])
    qtbot.mouseMove(shown, shown.center_of(place).toPoint())
    qtbot.waitUntil(lambda: bool(said))
    assert said[-1].startswith(f"conv1[3] on input[0], row 2, column 4: weight {value.replace('-', '−')}")
    assert "gradient" in said[-1]
    assert page._tip.isVisible()
    qtbot.mouseClick(shown, LEFT, pos=shown.center_of(place).toPoint())
    assert opened == [("conv1", 3)]
    shown.leaveEvent(None)
    assert said[-1] == ""
    assert not page._tip.isVisible()


def test_keys_walk_the_kernels_and_enter_opens(page: KernelsPage, qtbot: QtBot) -> None:
    opened: list[object] = []
    page.channel_opened.connect(opened.append)
    card = page.cards["conv2"]
    card.setFocus()
    qtbot.keyClick(card, Qt.Key.Key_Return)  # nothing is chosen yet
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Return):
        qtbot.keyClick(card, key)
    assert opened == [("conv2", 1)]
    assert card._chosen == Place(1, 1, 0, 0)


def test_frozen_channels_are_marked_outside_their_values(page: KernelsPage, qtbot: QtBot) -> None:
    assert page._state is not None
    old = page._state
    page.show_state(old, replace(old, channels=Channels(frozen=frozenset({("conv1", 2)}))))
    for name in ("conv1", "conv2", "fc1"):
        shown = picture(page, name)
        shown.set_frozen(frozenset())
        before = shown.grab().toImage()
        shown.set_frozen(frozenset({2}))
        after = shown.grab().toImage()
        _, slices, high, wide = shown.size_of_array
        values = (Place(2, s, r, c) for s in range(min(slices, 9)) for r in range(high) for c in range(wide))
        for place in values:
            at = shown.center_of(place).toPoint()
            assert after.pixelColor(at) == before.pixelColor(at)
        mark = shown.frozen_mark(2).toRect()
        assert after.pixelColor(mark.right(), mark.center().y()) == QColor(theme.DARK.text)
    assert page.cards["conv1"].summary.text().endswith("· 1 frozen (marked)")


def test_kernels_stand_apart_in_a_colour_of_no_scale(page: KernelsPage) -> None:
    for name in ("conv1", "conv2"):
        shown = picture(page, name)
        one, other = (shown._logical(shown.layout_.kernel_rect(0, s)) for s in (0, 1))
        if shown.layout_.slice is not None:
            one, other = (shown._logical(shown.layout_.kernel_rect(c, 0)) for c in (0, 1))
        assert other.left() - one.right() >= 2
        image = shown.grab().toImage()
        gap = range(round(one.right()), round(other.left()))
        colours = [image.pixelColor(x, round(one.center().y())).name() for x in gap]
        if shown.layout_.slice is None:
            assert set(colours) == {theme.DARK.window}
        else:
            assert colours == [theme.DARK.window, theme.DARK.dim, theme.DARK.window], "a line between two of a grid"


def test_the_line_ends_with_the_last_kernel(page: KernelsPage) -> None:
    shown = picture(page, "conv1")
    shown.set_room(214, None, None, 1.0)
    mosaic = shown.layout_.mosaic
    assert mosaic.count % mosaic.columns
    last, above = (shown._logical(mosaic.map_rect(n)) for n in (mosaic.count - 1, mosaic.count - mosaic.columns))
    image, y = shown.grab().toImage(), round(last.top()) - 2  # in the gap between the last two rows
    assert image.pixelColor(round(last.center().x()), y) == QColor(theme.DARK.dim)
    assert image.pixelColor(round(above.center().x()), y) != QColor(theme.DARK.dim)


def test_a_narrow_page_cuts_no_card(page: KernelsPage, training: Any, qtbot: QtBot) -> None:
    of = training.gradients_of = found(page)
    training.gradients = of.arrays
    page.refresh(frozenset({"gradients"}))
    page.setMinimumSize(1, 1)  # as the workspace allows it
    page.resize(478, 445)
    cards, view = page.cards.values(), page._area.viewport()
    qtbot.waitUntil(lambda: all(card.mapTo(view, card.rect().topRight()).x() < view.width() for card in cards))
    assert said(page) == "gradients, these weights"


def test_only_the_value_has_a_tip_over_a_kernel(page: KernelsPage) -> None:
    for widget in (*page.cards.values(), *(c for card in page.cards.values() for c in card.columns)):
        assert not widget.toolTip()
        assert not any(part.toolTip() for part in (getattr(widget, "picture", None), widget) if part is not None)


def test_weights_that_are_no_numbers_are_counted(page: KernelsPage) -> None:
    assert page._state is not None
    old = page._state
    array = old.weights["conv1.weight"].copy()
    array[0, 0, 0, 0] = np.nan
    page.show_state(old, replace(old, weights=old.weights.replaced("conv1.weight", array)))
    shown = picture(page, "conv1")
    assert np.isfinite(shown.extreme)
    shown.grab()


def test_another_network_has_other_cards(page: KernelsPage, make_state: Callable[..., State]) -> None:
    assert page._state is not None
    page.show_state(page._state, make_state("lenet5"))
    assert list(page.cards)[-1] == "fc3"
    page.grab()
    bare = NetworkSpec("bare", (1, 28, 28), (ReLU("relu1"),))
    page.show_state(page._state, make_state(network=bare, weights=initial(bare), focus=None))
    assert not page.cards
    assert page.empty.isVisibleTo(page)


def test_before_any_training(
    make_trainer: Callable[..., Any], make_state: Callable[..., State], show: Callable[..., Any]
) -> None:
    page = show(KernelsPage(make_trainer()), 690, 560)
    page.refresh(ALL)
    page.show_state(None, make_state())
    assert "being computed" in page.cards["fc1"].columns[1].note.text()
    page.grab()


def test_one_strong_weight_does_not_blank_a_table(
    page: KernelsPage, make_state: Callable[..., State], pixel: Callable[..., QColor]
) -> None:
    state = make_state()
    weights = {name: np.array(array) for name, array in state.weights.items()}
    weights["conv2.weight"][5, 3, 1, 2] = 9.0
    page.show_state(state, make_state(weights=weights))
    shown = picture(page, "conv2")
    usual = float(np.abs(state.weights["conv2.weight"]).max())
    assert 0.9 * usual < shown.extreme <= usual
    assert shown.cut
    page.grab()
    page.cards["conv2"].show_slice(3)
    assert shown.extreme == 9.0, "one slice has room, and a scale of its own"
    assert not shown.cut

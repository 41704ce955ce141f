"""Buttons and menus ask for what fits, and say why the rest does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from convviz.spec.chain import inserted, moved, removed
from convviz.spec.errors import InputError
from convviz.spec.network import LAYER_TYPES, Flatten, NetworkSpec
from convviz.spec.presets import lecture
from convviz.ui.layer.chain_bar import ChainBar

LEFT = Qt.MouseButton.LeftButton


class Heard:
    """What the bar has asked for."""

    def __init__(self, bar: ChainBar) -> None:
        self.all: list[tuple[Any, ...]] = []
        bar.insert_wanted.connect(lambda at, kind: self.all.append(("insert", at, kind)))
        bar.move_wanted.connect(lambda layer, step: self.all.append(("move", layer, step)))
        bar.remove_wanted.connect(lambda layer: self.all.append(("remove", layer)))
        bar.refused.connect(lambda text: self.all.append(("refused", text)))


@pytest.fixture
def bar(show: Callable[..., Any]) -> ChainBar:
    return show(ChainBar(), 242, 60)  # type: ignore[no-any-return]


def offered(button: QToolButton) -> dict[str, QAction]:
    menu = button.menu()
    assert menu is not None
    menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
    return {action.data(): action for action in menu.actions()}


def close(button: QToolButton) -> None:
    menu = button.menu()
    assert menu is not None
    menu.close()


@pytest.mark.parametrize("layer", ["conv1", "relu2", "flatten", "fc1", "fc2"])
def test_the_menus_offer_what_can_be_inserted(bar: ChainBar, layer: str) -> None:
    spec = lecture()
    bar.show_layer(spec, layer)
    place = [one.id for one in spec].index(layer)
    for button, at in ((bar.before, place), (bar.after, place + 1)):
        actions = offered(button)
        assert set(actions) == set(LAYER_TYPES)
        for kind, action in actions.items():
            try:
                inserted(spec, at, kind)
                reason = ""
            except InputError as error:
                reason = str(error)
            assert action.isEnabled() == (not reason), kind
            if reason:
                assert action.toolTip() == reason
        close(button)


def test_choosing_asks_for_a_kind_at_a_place(bar: ChainBar, qtbot: QtBot) -> None:
    heard = Heard(bar)
    bar.show_layer(lecture(), "conv2")
    for button in (bar.before, bar.after):
        actions = offered(button)
        menu = button.menu()
        assert menu is not None
        menu.setActiveAction(actions["Tanh"])
        qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert heard.all == [("insert", 3, "Tanh"), ("insert", 4, "Tanh")]


def test_behind_the_input_is_the_first_place(bar: ChainBar, qtbot: QtBot) -> None:
    heard = Heard(bar)
    bar.show_layer(lecture(), "input")
    assert bar.after.isEnabled()
    assert not any(b.isEnabled() for b in (bar.before, bar.earlier, bar.later, bar.remove))
    actions = offered(bar.after)
    menu = bar.after.menu()
    assert menu is not None
    menu.setActiveAction(actions["Conv2d"])
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert heard.all == [("insert", 0, "Conv2d")]


def test_a_layer_that_is_not_there_has_no_place(bar: ChainBar) -> None:
    bar.show_layer(lecture(), "nobody")
    assert not any(b.isEnabled() for b in (bar.before, bar.after, bar.earlier, bar.later, bar.remove))


@pytest.mark.parametrize("layer", [layer.id for layer in lecture()])
def test_moving_and_removing_ask_or_say_why_not(bar: ChainBar, qtbot: QtBot, layer: str) -> None:
    spec = lecture()
    bar.show_layer(spec, layer)
    tries: list[tuple[QToolButton, tuple[Any, ...], Callable[[], object]]] = [
        (bar.earlier, ("move", layer, -1), lambda: moved(spec, layer, -1)),
        (bar.later, ("move", layer, 1), lambda: moved(spec, layer, 1)),
        (bar.remove, ("remove", layer), lambda: removed(spec, layer)),
    ]
    for button, wanted, attempt in tries:
        heard = Heard(bar)
        try:
            attempt()
            expected = wanted
        except InputError as error:
            expected = ("refused", str(error))
        qtbot.mouseClick(button, LEFT)
        assert heard.all == ([expected] if button.isEnabled() else [])


def test_the_ends_cannot_be_left(bar: ChainBar) -> None:
    bar.show_layer(lecture(), "conv1")
    assert (bar.earlier.isEnabled(), bar.later.isEnabled()) == (False, True)
    bar.show_layer(lecture(), "fc2")
    assert (bar.earlier.isEnabled(), bar.later.isEnabled()) == (True, False)


def test_the_only_layer_stays(bar: ChainBar, qtbot: QtBot) -> None:
    heard = Heard(bar)
    bar.show_layer(NetworkSpec("one", (1, 2, 2), (Flatten("flatten"),)), "flatten")
    qtbot.mouseClick(bar.remove, LEFT)
    ((kind, text),) = heard.all
    assert kind == "refused"
    assert "a network needs at least one" in text


def test_the_names(bar: ChainBar) -> None:
    for button in bar.findChildren(QToolButton):
        assert button.objectName()
        assert button.accessibleName()

"""A drawing is kept with one click, or with K and a digit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from convviz.session.experiment import State
from convviz.spec.training.plan import Plan
from convviz.spec.training.source import Labelled
from convviz.ui.train.class_keys import KeepCard

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def state(make_state: Callable[..., State]) -> State:
    return make_state()


@pytest.fixture
def card(show: Callable[..., Any], state: State) -> KeepCard:
    made = KeepCard()
    made.show_state(None, state)
    return show(made, 256, 70)  # type: ignore[no-any-return]


def test_a_key_for_every_class(card: KeepCard, qtbot: QtBot) -> None:
    said: list[int] = []
    card.kept.connect(said.append)
    assert [key.text() for key in card.keys] == [str(n) for n in range(10)]
    qtbot.mouseClick(card.keys[4], LEFT)
    card.keys[7].setFocus()
    qtbot.keyClick(card.keys[7], Qt.Key.Key_Space)
    assert said == [4, 7]
    assert not card.last.isEnabled()


def test_counts(card: KeepCard, state: State, qtbot: QtBot) -> None:
    kept = tuple(Labelled(state.drawing, label) for label in (3, 3, 9))
    card.show_state(state, replace(state, plan=Plan(kept=kept)))
    assert [key.count for key in card.keys] == [0, 0, 0, 2, 0, 0, 0, 0, 0, 1]
    assert card.caption.text() == "3 kept"
    said: list[str] = []
    card.last_removed.connect(lambda: said.append("last"))
    card.cleared.connect(lambda: said.append("all"))
    qtbot.mouseClick(card.last, LEFT)
    qtbot.mouseClick(card.clear, LEFT)
    assert said == ["last", "all"]


def test_drawings_of_other_classes_are_not_counted_as_these(card: KeepCard, state: State) -> None:
    kept = (*(Labelled(state.drawing, 1, name) for name in ("1", "1", "b")), Labelled(state.drawing, 7, "7"))
    network = replace(state.network, classes=("a", "b"))
    card.show_state(state, replace(state, network=network, plan=Plan(kept=kept)))
    assert [(key.text(), key.count) for key in card.keys] == [("a", 0), ("b", 1)]
    assert card.caption.text() == "4 kept, 3 of others"
    assert "as 1: 2" in card.caption.toolTip()


def test_classes_with_long_names_have_a_menu(card: KeepCard, state: State, qtbot: QtBot) -> None:
    names = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag & more", "Boot")
    card.show_state(state, replace(state, network=replace(state.network, classes=names)))
    assert card.keys == []
    said: list[int] = []
    card.kept.connect(said.append)
    qtbot.mouseClick(card.choose, LEFT)
    menu = card.findChild(QMenu, "keep_menu")
    assert isinstance(menu, QMenu)
    menu.actions()[8].trigger()
    menu.close()
    assert said == [8]


def test_digits_choose_from_the_menu(card: KeepCard, qtbot: QtBot) -> None:
    said: list[int] = []
    card.kept.connect(said.append)
    card.ask()
    menu = card.findChild(QMenu, "keep_menu")
    qtbot.keyClick(menu, Qt.Key.Key_6)
    assert said == [6]

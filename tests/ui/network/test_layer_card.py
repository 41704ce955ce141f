"""Cards take keys, tell what is under the mouse, and say what is wrong with their values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convviz.spec.footprint import Box, Footprint
from convviz.ui.look import theme
from convviz.ui.network.arrange import FOOTER, HEADER, Place
from convviz.ui.network.layer_card import LayerCard
from convviz.ui.network.mosaic_layout import MosaicLayout

Key = Qt.Key
LAYOUT = MosaicLayout(4, 6, 6, 2, (60, 60), 2)
VALUES = np.random.default_rng(0).normal(size=(4, 6, 6)).astype(np.float32)


@pytest.fixture
def card(show: Callable[..., Any]) -> LayerCard:
    made = LayerCard("conv1")
    made.set_texts("k 5×5", "4@6×6")
    made.set_place(Place("conv1", 0, 0, 200, HEADER + LAYOUT.size[0] + FOOTER, LAYOUT), 1.0)
    made.set_values(VALUES)
    return show(made)  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("key", "step"),
    [
        (Key.Key_Left, (0, 0, -1)),
        (Key.Key_Right, (0, 0, 1)),
        (Key.Key_Up, (0, -1, 0)),
        (Key.Key_Down, (0, 1, 0)),
        (Key.Key_PageUp, (-1, 0, 0)),
        (Key.Key_PageDown, (1, 0, 0)),
    ],
)
@pytest.mark.parametrize("modifier", [Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier])
def test_keys_walk(card: LayerCard, qtbot: QtBot, key: Qt.Key, step: tuple[int, ...], modifier: Any) -> None:
    walked: list[tuple[Any, ...]] = []
    card.walked.connect(lambda *args: walked.append(args))
    qtbot.keyClick(card, key, modifier)
    assert walked == [("conv1", *step)]


@pytest.mark.parametrize(
    ("key", "modifier"),
    [(Key.Key_A, Qt.KeyboardModifier.NoModifier), (Key.Key_Right, Qt.KeyboardModifier.ControlModifier)],
)
def test_other_keys_are_left_to_others(card: LayerCard, qtbot: QtBot, key: Qt.Key, modifier: Any) -> None:
    card.walked.connect(lambda *args: pytest.fail(f"walked {args}"))
    qtbot.keyClick(card, key, modifier)


def test_mouse_over_and_click_carry_the_layer(card: LayerCard, qtbot: QtBot) -> None:
    heard: list[tuple[str, Any]] = []
    card.unit_hovered.connect(lambda layer, index: heard.append((layer, index)))
    card.unit_clicked.connect(lambda layer, index: heard.append((layer, index)))
    qtbot.mouseMove(card.mosaic, card.mosaic.unit_center((2, 3, 4)))
    qtbot.mouseClick(card.mosaic, Qt.MouseButton.LeftButton, pos=card.mosaic.unit_center((2, 3, 4)))
    assert heard == [("conv1", (2, 3, 4)), ("conv1", (2, 3, 4))]


def test_a_click_takes_the_keys(card: LayerCard, qtbot: QtBot, qapp: QApplication) -> None:
    card.activateWindow()
    qtbot.waitUntil(card.isActiveWindow)
    card.clearFocus()
    before = card.grab().toImage().pixelColor(100, 0)
    qtbot.mouseClick(card.mosaic, Qt.MouseButton.LeftButton, pos=card.mosaic.unit_center((0, 0, 0)))
    assert card.hasFocus()
    assert card.grab().toImage().pixelColor(100, 0) != before, "focus must be visible"


def band(card: LayerCard, top: int, bottom: int) -> set[str]:
    shot = card.grab().toImage()
    return {shot.pixelColor(x, y).name() for x in range(8, card.width() - 8) for y in range(top, bottom)}


def test_the_colour_bar_spans_what_the_values_span(card: LayerCard) -> None:
    foot = card.height() - FOOTER
    signed = band(card, foot, card.height() - 3)
    assert theme.DARK.negative in signed
    assert theme.DARK.positive in signed
    card.set_values(np.abs(VALUES))
    positive = band(card, foot, card.height() - 3)
    assert theme.DARK.negative not in positive
    assert theme.DARK.positive in positive


def test_values_that_are_no_numbers_are_counted(card: LayerCard) -> None:
    foot = card.height() - FOOTER
    assert theme.DARK.not_a_number not in band(card, foot, card.height() - 3)
    values = VALUES.copy()
    values[0, 0, 0], values[1, 1, 1] = np.nan, np.inf
    card.set_values(values)
    assert theme.DARK.not_a_number in band(card, foot, card.height() - 3), "the badge"
    card.set_values(VALUES)
    assert theme.DARK.not_a_number not in band(card, foot, card.height() - 3)


def test_an_infinitely_wrong_layer_paints(card: LayerCard) -> None:
    for values in (np.full_like(VALUES, np.nan), np.full_like(VALUES, -np.inf), np.zeros_like(VALUES)):
        card.set_values(values)
        card.set_per_map(True)
        card.grab()
        card.set_per_map(False)
        card.grab()


def test_it_says_what_it_is(card: LayerCard) -> None:
    assert all(part in card.accessibleName() for part in ("conv1", "k 5×5", "4@6×6"))
    assert card.mosaic.accessibleName()
    assert card.mosaic.pos() == QPoint((200 - LAYOUT.size[1]) // 2, HEADER)


def test_the_legend_says_what_the_colours_mean(card: LayerCard) -> None:
    layer = card.bar.ends
    card.set_per_map(True)
    assert card.bar.ends == ("−max", "max"), "each map has a range of its own"
    card.set_values(np.array([-1.0, 2.0], np.float32))
    assert card.bar.ends == ("−2.0", "2.0"), "single values share the layer's"
    card.set_values(VALUES)
    card.set_per_map(False)
    assert card.bar.ends == layer


def test_padding_that_is_read_is_drawn_beside_a_single_map(show: Callable[..., Any]) -> None:
    made = LayerCard("input")
    layout = MosaicLayout(1, 6, 6, 1, (60, 60), 0)
    made.set_place(Place("input", 0, 0, 104, HEADER + 60 + FOOTER, layout), 1.0)
    made.set_values(VALUES[:1])
    card = show(made)
    maps = card.mosaic.geometry()
    plain = card.grab().toImage()
    inside = Footprint((0,), (0, 1), (0, 1), Box(0, 0, 2, 2))
    card.set_field(inside)
    assert changed(card, plain) <= set(points(maps)), "nothing beside the map"
    card.set_field(replace(inside, box=Box(-1, -1, 2, 2)))
    beside = changed(card, plain) - set(points(maps))
    assert beside
    assert all(maps.left() - 10 <= x < maps.left() + 20 and maps.top() - 10 <= y < maps.top() + 20 for x, y in beside)
    card.set_field(replace(inside, box=Box(-1, -1, 2, 2)), forwards=True)
    assert changed(card, plain) <= set(points(maps))
    card.set_field(None)
    assert not changed(card, plain)


def points(rect: QRect) -> Iterator[tuple[int, int]]:
    return ((x, y) for x in range(rect.left(), rect.right() + 1) for y in range(rect.top(), rect.bottom() + 1))


def changed(card: LayerCard, plain: QImage) -> set[tuple[int, int]]:
    shot = card.grab().toImage()
    return {point for point in points(plain.rect()) if shot.pixelColor(*point) != plain.pixelColor(*point)}

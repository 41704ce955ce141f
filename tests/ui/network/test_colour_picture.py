"""The channels of an input in colour beside them: where there is a place, and something to show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from convviz.ui.network.arrange import FOOTER, HEADER, Place, arrange
from convviz.ui.network.colour_picture import ColourPicture
from convviz.ui.network.layer_card import LayerCard
from convviz.ui.network.mosaic_layout import MosaicLayout

Pixel = Callable[[QWidget, QPoint], QColor]
BESIDE = MosaicLayout(3, 2, 2, 2, (40, 40), 2)
VALUES = np.array([[[1, 0], [0, 1]], [[0, 1], [0, 0.5]], [[0, 0], [1, 0]]], np.float32)


def picture(card: LayerCard) -> ColourPicture:
    assert card.in_colour is not None
    return card.in_colour


def placed(card: LayerCard, layout: MosaicLayout) -> None:
    card.set_place(Place("input", 0, 0, 110, HEADER + layout.size[0] + FOOTER, layout), 1.0)


@pytest.fixture
def card(show: Callable[..., Any]) -> LayerCard:
    made = LayerCard("input")
    placed(made, BESIDE)
    made.set_values(VALUES)
    return show(made)  # type: ignore[no-any-return]


def test_red_green_and_blue_are_one_picture(card: LayerCard, pixel: Pixel) -> None:
    shown = picture(card)
    assert shown.isVisible()
    found = [pixel(shown, QPoint(x, y)).name() for y in (10, 30) for x in (10, 30)]
    assert found == ["#ff0000", "#00ff00", "#0000ff", "#ff8000"]
    corner = card.mosaic.pos() + QPoint(42, 42)
    assert (shown.pos(), shown.width(), shown.height()) == (corner, 40, 40)
    card.set_values(VALUES[::-1].copy())
    assert pixel(shown, QPoint(10, 10)).name() == "#0000ff"


def test_gradients_and_grey_inputs_are_none(card: LayerCard) -> None:
    card.set_values(VALUES, gradients=True)
    assert not picture(card).isVisible()
    card.set_values(VALUES)
    assert picture(card).isVisible()
    placed(card, MosaicLayout(1, 2, 2, 1, (80, 80), 2))
    card.set_values(VALUES[:1])
    assert not picture(card).isVisible()


def test_a_click_on_it_chooses_the_input(card: LayerCard, qtbot: QtBot) -> None:
    chosen: list[str] = []
    card.chosen.connect(chosen.append)
    qtbot.mouseClick(picture(card), Qt.MouseButton.LeftButton)
    assert chosen == ["input"]


def test_only_an_input_of_three_channels_has_the_free_place() -> None:
    columns = [["input"], ["conv1"]]
    for shapes, wide in (
        ({"input": (3, 32, 32), "conv1": (3, 28, 28)}, [2, 3]),
        ({"input": (1, 32, 32), "conv1": (4, 28, 28)}, [1, 2]),
    ):
        places, _ = arrange(columns, dict(shapes), (800, 600), 1.0)
        assert [place.mosaic.columns for place in places] == wide
    assert LayerCard("conv1").in_colour is None

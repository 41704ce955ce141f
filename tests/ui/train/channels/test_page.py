"""The page Channels: it follows the epochs, keeps the layer, opens images and channels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from convviz.session.training.trainer import What
from convviz.spec.presets import lecture
from convviz.spec.training.sample import Sample
from convviz.ui.train.channels.grid_layout import Spot
from convviz.ui.train.channels.page import ChannelsPage

LEFT = Qt.MouseButton.LeftButton
EPOCH: frozenset[What] = frozenset({"epoch"})


@pytest.fixture
def page(show_page: Callable[..., Any], trainer: Any) -> ChannelsPage:
    shown: ChannelsPage = show_page(ChannelsPage, trainer)
    return shown


def test_layers_can_be_chosen_and_stay(page: ChannelsPage, trainer: Any, qtbot: QtBot) -> None:
    names = [page.layers.itemData(at) for at in range(page.layers.count())]
    assert names == ["conv1", "pool1", "relu1", "fc1"]
    assert page.layers.itemText(3) == "fc1  (10 units)"
    assert page.layer == "conv1"
    page.layers.setFocus()
    qtbot.keyClick(page.layers, Qt.Key.Key_Down)
    assert page.layer == "pool1"
    assert page.grid.answers is not None
    assert page.grid.answers.layer == "pool1"
    trainer.best = replace(trainer.best, step=300)
    page.refresh(EPOCH)
    assert page.grid.answers.best is trainer.best
    assert page.layer == "pool1"
    assert page.when.text() == "At step 300, on test images"


def test_patches_or_whole_images(page: ChannelsPage, qtbot: QtBot) -> None:
    assert page.grid.picture(Spot(0, 0)).width() == 5
    qtbot.mouseClick(page.views.buttons["images"], LEFT)
    assert page.grid.picture(Spot(0, 0)).width() == 28
    qtbot.mouseClick(page.views.buttons["patches"], LEFT)
    page.choose_layer("fc1")
    assert page.grid.whole, "each of its units sees everything"
    assert not page.views.isEnabled()


def test_an_image_and_a_channel_are_opened(page: ChannelsPage, trainer: Any, qtbot: QtBot) -> None:
    samples: list[Sample] = []
    channels: list[tuple[str, int]] = []
    page.sample_opened.connect(samples.append)
    page.channel_opened.connect(channels.append)
    spot = Spot(2, 3)
    qtbot.mouseClick(page.grid, LEFT, pos=page.grid.placement.rect(spot).center())
    index = int(trainer.best.images["conv1"][2, 3])
    assert samples[0].index == index
    assert np.array_equal(samples[0].image, trainer.data.test.images[index])
    qtbot.mouseClick(page.grid, LEFT, pos=page.grid.placement.rect(Spot(3, -1)).center())
    assert channels == [("conv1", 3)]


def test_pointing_is_said_beside_it_and_below(page: ChannelsPage, qtbot: QtBot) -> None:
    said: list[str] = []
    page.pointed_at.connect(said.append)
    qtbot.mouseMove(page.grid, page.grid.placement.rect(Spot(1, 1)).center())
    assert said[-1].startswith("conv1[1] is ")
    assert page.scrolled.tip.text() == said[-1]
    assert page.scrolled.tip.isVisible()


def test_a_run_of_another_network_is_not_mixed_up(page: ChannelsPage, trainer: Any, make_run: Any) -> None:
    trainer.run = make_run(2, lecture())
    page.refresh(frozenset({"runs"}))
    assert page.empty.isVisible(), "these answers are those of the other run"
    trainer.run = make_run(1)
    page.refresh(frozenset({"runs"}))
    assert not page.empty.isVisible()


def test_dead_channels_are_counted(page: ChannelsPage, trainer: Any) -> None:
    values = dict(trainer.best.values)
    values["relu1"] = values["relu1"].copy()
    values["relu1"][1] = 0.0
    trainer.best = replace(trainer.best, values=values)
    page.refresh(EPOCH)
    page.choose_layer("relu1")
    assert page.title.text() == "1 of 4 is dead"
    page.grab()
    page.choose_layer("conv1")
    assert page.title.text() == ""

"""Pooling does not see a permutation, and the page says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from convviz.spec.lab.edits import with_layer
from convviz.spec.lab.lab import Lab
from convviz.spec.lab.pose import Pose
from convviz.spec.lab.trial import perform
from convviz.spec.network import Conv2d
from convviz.ui.lab.why.pooling_page import PoolingPage

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(show: Callable[..., Any]) -> PoolingPage:
    shown: PoolingPage = show(PoolingPage(), 690, 560)
    return shown


@pytest.mark.parametrize("name", ["picture", "three", "signal", "pooling"])
def test_after_a_permutation_pooling_is_unchanged_and_a_stride_is_not(
    page: PoolingPage, labs: dict[str, Lab], qtbot: QtBot, name: str
) -> None:
    trial = perform(labs[name])
    page.show_trial(trial)
    assert page.largest.verdict.text() == ""
    qtbot.mouseClick(page.permute, LEFT)
    assert page.values is not None
    assert not np.array_equal(page.values, trial.values)
    assert np.array_equal(np.sort(page.values.ravel()), np.sort(trial.values.ravel()))
    assert page.largest.verdict.text() == page.mean.verdict.text() == "unchanged"
    assert page.strided.verdict.text().endswith("changed")
    assert page.strided.view.lit is not None
    page.grab()
    qtbot.mouseClick(page.restore, LEFT)
    assert page.values is trial.values
    assert page.strided.verdict.text() == ""


def test_each_permutation_is_another_one(page: PoolingPage, labs: dict[str, Lab], qtbot: QtBot) -> None:
    page.show_trial(perform(labs["picture"]))
    seen = []
    for _ in range(3):
        qtbot.mouseClick(page.permute, LEFT)
        seen.append(page.values)
    assert not np.array_equal(seen[0], seen[1])
    assert not np.array_equal(seen[1], seen[2])


def test_two_values_of_a_cell_are_swapped_by_hand(
    page: PoolingPage, labs: dict[str, Lab], mouse: Callable[..., None], heard: Callable[..., Any]
) -> None:
    trial, refused = perform(labs["picture"]), heard(page.refused)
    page.show_trial(trial)
    view = page.input
    mouse(view, "press", view.rect_of((0, 2, 2)).center())
    mouse(view, "move", view.rect_of((0, 3, 3)).center())
    mouse(view, "release", view.rect_of((0, 3, 3)).center())
    assert page.values is not None
    assert page.values[0, 2, 2] == trial.values[0, 3, 3]
    assert page.values[0, 3, 3] == trial.values[0, 2, 2]
    assert page.mean.verdict.text() == "unchanged"
    mouse(view, "press", view.rect_of((0, 2, 2)).center())
    mouse(view, "release", view.rect_of((0, 2, 4)).center())
    assert refused == ["these two values lie in different cells; swap two inside one cell"]
    assert (page.values != trial.values).sum() == 2


def test_the_order_stays_with_its_input(page: PoolingPage, labs: dict[str, Lab], qtbot: QtBot) -> None:
    lab = labs["picture"]
    page.show_trial(perform(lab))
    qtbot.mouseClick(page.permute, LEFT)
    mixed = page.values
    page.show_trial(perform(with_layer(lab, Conv2d("conv", 1, (5, 5)))))
    assert page.values is mixed, "another operation"
    moved = perform(replace(lab, pose=Pose(1, 0)))
    page.show_trial(moved)
    assert page.values is moved.values, "another input"


def test_a_cell_and_what_became_of_it_light_up(
    page: PoolingPage, labs: dict[str, Lab], mouse: Callable[..., None]
) -> None:
    page.show_trial(perform(labs["pooling"]))
    assert "in cells of 3×2 values" in page.caption.text()
    mouse(page.input, "move", page.input.rect_of((0, 4, 5)).center(), held=False)
    expected = np.zeros((1, 12, 12), np.bool_)
    expected[0, 3:6, 4:6] = True
    assert page.input.lit is not None
    assert np.array_equal(page.input.lit, expected)
    mouse(page.largest.view, "move", page.largest.view.rect_of((0, 0, 0)).center(), held=False)
    assert page.input.lit.sum() == 6
    assert page.input.lit[0, :3, :2].all()

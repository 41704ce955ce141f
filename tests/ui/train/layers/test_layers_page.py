"""The layers page: a row a layer with its figures, now and in the past."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convviz.spec.training.run import Frozen
from convviz.ui.look import theme
from convviz.ui.train.layers.figure_cell import CHART_PX, FOOT_PX, LINE_PX, NUMBER_PX, thinned
from convviz.ui.train.layers.page import LayersPage
from convviz.ui.train.layers.verdict import verdict

LAYERS = frozenset({"layers"})


def rows(steps: int, **columns: Any) -> np.ndarray:
    """(steps, 4): gradients, updates, dead shares."""
    table = np.zeros((steps, 4), np.float32)
    table[:, 0] = np.arange(1, steps + 1)
    for place, (_, values) in enumerate(columns.items(), 1):
        table[:, place] = values
    return table


def measured(trainer: Any, **layers: np.ndarray) -> None:
    trainer.run = replace(trainer.run, curves=replace(trainer.run.curves, layers=MappingProxyType(layers)))


@pytest.fixture
def page(trainer: Any, show: Callable[..., Any]) -> LayersPage:
    falling = np.linspace(1, 0.1, 100)
    measured(
        trainer,
        fc1=rows(100, gradient=falling, update=2e-3, dead=np.nan),
        conv1=rows(100, gradient=falling * 1e-5, update=1e-5, dead=0.25),
    )
    shown: LayersPage = show(LayersPage(trainer), 690, 560)
    shown.refresh(LAYERS)
    return shown


def cells(page: LayersPage, layer: str) -> list[Any]:
    return list(page.rows[layer].cells)


def test_layers_stand_in_the_order_of_the_network(page: LayersPage) -> None:
    assert list(page.rows) == ["conv1", "fc1"]
    assert not page.empty.isVisibleTo(page)


def test_dead_channels_of_a_relu_stand_with_the_layer_before_it(page: LayersPage, trainer: Any) -> None:
    assert trainer.run.network["relu1"]
    conv, relu = rows(9, gradient=1, update=1e-3, dead=np.nan), rows(9, gradient=np.nan, update=np.nan, dead=0.5)
    measured(trainer, conv1=conv, relu1=relu, fc1=conv)
    page.refresh(LAYERS)
    assert list(page.rows) == ["conv1", "fc1"]
    assert cells(page, "conv1")[2].value == 0.5
    assert cells(page, "conv1")[0].value == 1.0
    assert np.isnan(cells(page, "fc1")[2].value)


def test_values_and_what_they_mean(page: LayersPage) -> None:
    gradient, update, dead = cells(page, "conv1")
    assert gradient.value == pytest.approx(1e-6)
    assert gradient.verdict.text.startswith("vanishes")
    assert update.value_text == "1e−05"
    assert update.verdict.text.startswith("slow")
    assert dead.value_text == "25.0 %"
    assert dead.verdict == ("many: usual while it learns", False)
    assert cells(page, "fc1")[2].value_text == "–"
    assert "does not apply" in cells(page, "fc1")[2].accessibleDescription()


def test_the_past_is_looked_at(page: LayersPage, trainer: Any) -> None:
    trainer.cursor = 1
    page.refresh(frozenset({"cursor"}))
    assert cells(page, "fc1")[0].value == pytest.approx(1.0)
    trainer.cursor = 0  # before anything was measured
    page.refresh(frozenset({"cursor"}))
    assert cells(page, "fc1")[0].value_text == "–"
    page.grab()
    trainer.cursor = None
    page.refresh(frozenset({"cursor"}))
    assert cells(page, "fc1")[0].value == pytest.approx(0.1)


def test_the_course_is_drawn(page: LayersPage, pixel: Callable[..., QColor], qtbot: QtBot) -> None:
    cell = cells(page, "fc1")[1]  # 2e-3 throughout, between 1e-3 and 1e-2
    chart = cell.chart
    at = QPoint(round(chart.center().x()), round(chart.bottom() - chart.height() * np.log10(2)))
    colours = [pixel(cell, at + QPoint(0, dy)) for dy in (-1, 0, 1)]
    assert QColor(theme.DARK.accent) in colours


def test_the_mouse_says_the_value_of_a_step(page: LayersPage, qtbot: QtBot) -> None:
    said: list[str] = []
    page.pointed_at.connect(said.append)
    cell = cells(page, "fc1")[0]
    qtbot.mouseMove(cell, QPoint(round(cell.chart.left()) - 5, 30))
    qtbot.waitUntil(lambda: bool(said))
    assert said[-1].startswith("fc1, step 1: gradient ‖g‖ 1")


def test_strange_values_do_no_harm(page: LayersPage, trainer: Any) -> None:
    odd = np.array([np.inf, np.nan, 0, -1, 1e30, 1e-30] * 10, np.float32)
    measured(trainer, conv1=rows(60, gradient=odd, update=odd, dead=odd), fc1=rows(1, gradient=0, update=0, dead=0))
    page.refresh(LAYERS)
    page.grab()
    assert cells(page, "conv1")[0].verdict.alarming


def test_before_any_training(
    idle: Any, trainer: Any, show: Callable[..., Any], make_trainer: Callable[..., Any]
) -> None:
    page = show(LayersPage(idle), 690, 560)
    page.refresh(LAYERS)
    assert page.empty.isVisibleTo(page)
    assert "press Start" in page.empty.text()


def test_many_steps_keep_their_extremes() -> None:
    heights = np.zeros(100_000, np.float32)
    heights[54_321], heights[777] = 5, np.nan
    steps, thin = thinned(np.arange(100_000, dtype=np.float32), heights, 200)
    assert len(steps) == len(thin) == 400
    assert np.nanmax(thin) == 5
    assert not np.isnan(thin).any()


@pytest.mark.parametrize("width", [478, 682])
def test_nothing_is_printed_over_anything_or_cut(page: LayersPage, width: int, qtbot: QtBot) -> None:
    page.resize(width, 445)
    assert page.rows
    caption, value = (QFontMetrics(theme.font(px, bold=px == theme.VALUE_PX)) for px in (theme.CAPTION_PX, 12))
    for cell in (cell for row in page.rows.values() for cell in row.cells):
        wide = caption.horizontalAdvance(cell.title) + value.horizontalAdvance(cell.value_text)
        assert wide < cell.width()
        for number in (0.0, 0.05, 0.2, 0.7, 2e-5, 5e-4, 0.02, 0.5, 123.0, np.nan, np.inf):
            said = verdict(cell.figure, number, (number, 4.0))
            cell.show_rows(rows(3, gradient=1, update=0.000452, dead=0.2), None, said)
            assert " ".join(cell.verdict_lines) == said.text
            assert len(cell.verdict_lines) * FOOT_PX + LINE_PX + CHART_PX <= cell.height()


def test_frozen_layers_are_called_so_from_their_step_on(page: LayersPage, trainer: Any) -> None:
    whole = frozenset(("conv1", channel) for channel in range(4))
    trainer.run = replace(trainer.run, frozen=(Frozen(60, whole), Frozen(90, whole | {("fc1", 0)})))
    page.refresh(LAYERS)
    texts = [cell.verdict.text for cell in cells(page, "conv1")[:2]]
    assert texts == ["frozen: left as it is"] * 2
    assert "frozen" not in cells(page, "fc1")[1].verdict.text, "one of its kernels is"
    trainer.cursor = 50
    page.refresh(LAYERS)
    assert not any("frozen" in cell.verdict.text for cell in cells(page, "conv1"))


def test_the_update_of_the_last_steps_is_judged_as_it_is(page: LayersPage, trainer: Any) -> None:
    update = np.full(100, 2e-3)
    update[-3:] = 1.5e-6  # the end of a one-cycle schedule
    measured(trainer, fc1=rows(100, gradient=1, update=update, dead=np.nan))
    page.refresh(LAYERS)
    assert cells(page, "fc1")[1].verdict.text == "slow now, usual before"
    trainer.cursor = 90
    page.refresh(LAYERS)
    assert cells(page, "fc1")[1].verdict.text == "usual"


@pytest.mark.parametrize("look", [theme.DARK, theme.LIGHT])
def test_the_dashed_line_has_a_name(page: LayersPage, trainer: Any, look: Any, qapp: QApplication) -> None:
    theme.apply(qapp, look)
    measured(trainer, fc1=rows(100, gradient=1, update=np.geomspace(1e-5, 1e-1, 100), dead=np.nan))
    page.refresh(LAYERS)
    cell = cells(page, "fc1")[1]
    image, y = cell.grab().toImage(), round(cell.chart.center().y())
    wanted = QColor(theme.theme_of(cell).field)
    near = [image.pixelColor(x, y + dy) for x in range(NUMBER_PX - 4) for dy in range(-4, 5)]
    apart = [
        abs(c.red() - wanted.red()) + abs(c.green() - wanted.green()) + abs(c.blue() - wanted.blue()) for c in near
    ]
    assert min(apart) < 60

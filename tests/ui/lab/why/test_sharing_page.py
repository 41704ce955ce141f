"""Three ways to write one convolution light up together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from convviz.spec.lab.edits import with_layer
from convviz.spec.lab.lab import Lab, drawn_lab
from convviz.spec.lab.presets import lab
from convviz.spec.lab.source import Grid
from convviz.spec.lab.trial import perform
from convviz.spec.network import Conv2d, ConvTranspose2d
from convviz.spec.weights import Weights
from convviz.ui.lab.scene import Pointer
from convviz.ui.lab.why.map_view import MapView
from convviz.ui.lab.why.sharing_board import REST
from convviz.ui.lab.why.sharing_page import UNLINKED, SharingPage
from convviz.ui.look.numbers import exact, typeset


@pytest.fixture
def page(show: Callable[..., Any], labs: dict[str, Lab]) -> SharingPage:
    shown: SharingPage = show(SharingPage(), 690, 560)
    shown.show_trial(perform(labs["three"]))
    return shown


def views(page: SharingPage) -> list[Any]:
    matrices = [page.patches, page.factors, page.result, page.matrix, page.vector, page.made]
    return [page.input, page.kernel, page.output, *matrices]


def test_what_is_shown_multiplies_to_the_output(page: SharingPage, labs: dict[str, Lab]) -> None:
    bias = labs["three"].weights["conv.bias"]
    product = page.factors.values[0] @ page.patches.values[0] + bias[:, None]
    assert np.allclose(product, page.result.values[0], atol=1e-5)
    made = page.matrix.values[0] @ page.vector.values[0, 0]
    assert np.allclose(made.reshape(2, -1) + bias[:, None], page.result.values[0], atol=1e-5)
    assert np.array_equal(page.made.values.ravel(), page.output.values.ravel())
    assert "2 × (3 × 2 × 3 + 1) = 38 parameters" in page.counts[0].text()
    assert "≃ 3.87e10" in page.cost.text()


def test_every_view_lights_all_others(page: SharingPage, mouse: Callable[..., None], heard: Callable[..., Any]) -> None:
    pointed = heard(page.pointed)
    places = [(0, 2, 3), (4, 1, 2), (1, 2, 2), (0, 9, 9), (0, 1, 9), (0, 1, 9), (0, 25, 30), (0, 0, 30), (0, 25, 0)]
    for view, index in zip(views(page), places, strict=True):
        mouse(view, "move", view.rect_of(index).center(), held=False)
        assert isinstance(pointed[-1], Pointer)
        for other in views(page):
            assert other.lit is not None
            assert other.lit.any(), (view.objectName(), other.objectName())
        assert page.reading.text() != REST
        page.grab()
    mouse(page.made, "move", QPointF(0, 0), held=False)
    assert pointed[-1] is None
    assert page.reading.text() == REST


def test_near_an_entry_of_tiny_cells_light_ring_and_tool_tip_agree(
    page: SharingPage, labs: dict[str, Lab], mouse: Callable[..., None]
) -> None:
    rng = np.random.default_rng(3)
    kernel = rng.normal(size=(1, 1, 3, 3)).astype(np.float32)
    page.show_trial(
        perform(replace(labs["picture"], weights=Weights({"conv.weight": kernel, "conv.bias": np.zeros(1)})))
    )
    view = page.matrix
    assert view.grids[0].wide < 3, "cells are smaller than the mouse can be moved to"
    row, column = (int(n) for n in np.argwhere(view.values[0] != 0)[40])
    beside = view.rect_of((0, row, column)).center() + QPointF(3 * view.grids[0].wide, 0)
    assert MapView.index_at(view, beside) == (0, row, column + 3)
    assert view.values[0, row, column + 3] == 0
    mouse(view, "move", beside, held=False)
    assert view.at is not None
    told = typeset(exact(float(view.values[view.at])))
    assert view.values[view.at] in kernel
    assert f"= {told} is used" in page.reading.text()
    QToolTip.hideText()
    QApplication.sendEvent(view, QHelpEvent(QEvent.Type.ToolTip, beside.toPoint(), view.mapToGlobal(beside.toPoint())))
    assert QToolTip.text() == f"row {view.at[1]}, column {view.at[2]}: {told}"
    QToolTip.hideText()


def test_pointing_elsewhere_lights_without_a_word(page: SharingPage, heard: Callable[..., Any]) -> None:
    pointed = heard(page.pointed)
    page.point(Pointer("output", (1, 3, 1)))
    assert np.argwhere(page.output.lit).tolist() == [[1, 3, 1]]
    assert page.reading.text() == "One output is one row: 18 weights in 90 places, all others are 0."
    page.point(None)
    assert all(view.lit is None for view in views(page))
    assert pointed == []


def test_another_setting_puts_the_lights_out_and_another_weight_does_not(
    page: SharingPage, labs: dict[str, Lab]
) -> None:
    three = labs["three"]
    page.point(Pointer("output", (1, 3, 1)))
    heavier = replace(three, weights=three.weights.replaced("conv.weight", three.weights["conv.weight"] * 2))
    page.show_trial(perform(heavier))
    assert page.output.lit is not None
    assert np.array_equal(page.kernel.values.ravel(), heavier.weights["conv.weight"].ravel())
    page.show_trial(perform(with_layer(three, Conv2d("conv", 2, (2, 3), stride=(2, 1), padding=(1, 0)))))
    assert page.output.lit is None


def test_filters_on_a_digit_are_shown_and_a_larger_picture_is_counted(page: SharingPage) -> None:
    page.show_trial(perform(lab("five-filters")))
    assert page.matrix.values.shape == (1, 3380, 784)
    values = np.zeros((1, 64, 64), np.float32)
    drawn = drawn_lab()
    page.show_trial(perform(Lab(Grid(values), values.shape, drawn.layer, drawn.weights)))
    assert page.matrix.note.startswith("3,844 × 4,096 = 15,745,024 values\n34,596 of them (0.22 %) are weights")
    assert not page.vector.isVisible()
    assert page.patches.values.shape == (1, 9, 3844)
    page.point(Pointer("kernel", (0, 0, 1, 1)))
    assert "3,844 times" in page.reading.text()
    page.show_trial(perform(drawn))
    assert page.vector.isVisible()


def test_a_kernel_that_is_laid_far_apart_is_counted(page: SharingPage) -> None:
    layer = ConvTranspose2d("conv", 1, (16, 16), stride=(2, 2), dilation=(64, 1), bias=False)
    values = np.zeros((1, 5, 6), np.float32)
    page.show_trial(perform(Lab(Grid(values), values.shape, layer, Weights({"conv.weight": np.ones((1, 1, 16, 16))}))))
    assert "at most 7,680 of them" in page.matrix.note, "some gigabytes, for so few products"
    assert page.reading.text() == UNLINKED


def test_what_has_no_weights_says_so_and_comes_back(page: SharingPage, labs: dict[str, Lab]) -> None:
    page.show_trial(perform(labs["pooling"]))
    assert page.reading.text().startswith("Max pooling has no weights to share;")
    page.point(Pointer("output", (0, 0, 0)))
    page.grab()
    page.show_trial(perform(labs["signal"]))
    assert page.matrix.values.shape == (1, 23, 24)
    assert not page.matrix.note
    assert page.reading.text() == REST


def test_a_bias_is_named_where_there_is_one(page: SharingPage, labs: dict[str, Lab]) -> None:
    for name, there in (("three", True), ("signal", False)):
        page.show_trial(perform(labs[name]))
        for caption in ("patches", "matrix"):
            assert ("plus the bias" in page.captions[caption].text()) is there


def test_every_map_has_its_own_colours_which_the_matrices_share(page: SharingPage) -> None:
    trial = perform(lab("five-filters"))
    page.show_trial(trial)
    most = np.abs(trial.output).max(axis=(1, 2))
    assert np.array_equal(page.output.scale.extremes.ravel(), most)
    assert np.array_equal(page.result.scale.extremes.ravel(), most)
    assert np.array_equal(page.made.scale.extremes.ravel(), np.repeat(most, 676))
    assert page.scales["output"].ends[1] == "max"
    assert page.scales["kernel"].ends == ("−4.0", "4.0")


def test_where_the_input_comes_from_is_said(page: SharingPage, labs: dict[str, Lab]) -> None:
    assert not page.about.isVisible()
    page.show_trial(perform(labs["three"]), "a photo in few cells")
    assert page.about.isVisible()
    assert page.about.text() == "a photo in few cells"

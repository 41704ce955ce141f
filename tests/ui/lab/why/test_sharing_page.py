"""Three ways to write one convolution light up together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from convviz.spec.lab.edits import with_layer
from convviz.spec.lab.lab import Lab, drawn_lab
from convviz.spec.lab.source import Grid
from convviz.spec.lab.trial import perform
from convviz.spec.network import Conv2d, ConvTranspose2d
from convviz.spec.weights import Weights
from convviz.ui.lab.scene import Pointer
from convviz.ui.lab.why.sharing_board import REST
from convviz.ui.lab.why.sharing_page import SharingPage


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
    lab = labs["three"]
    page.point(Pointer("output", (1, 3, 1)))
    heavier = replace(lab, weights=lab.weights.replaced("conv.weight", lab.weights["conv.weight"] * 2))
    page.show_trial(perform(heavier))
    assert page.output.lit is not None
    assert np.array_equal(page.kernel.values.ravel(), heavier.weights["conv.weight"].ravel())
    page.show_trial(perform(with_layer(lab, Conv2d("conv", 2, (2, 3), stride=(2, 1), padding=(1, 0)))))
    assert page.output.lit is None


def test_a_digit_is_shown_and_a_larger_picture_is_counted(page: SharingPage) -> None:
    page.show_trial(perform(drawn_lab()))
    assert page.matrix.values.shape == (1, 676, 784)
    assert not page.matrix.note
    values = np.zeros((1, 64, 64), np.float32)
    lab = drawn_lab()
    page.show_trial(perform(Lab(Grid(values), values.shape, lab.layer, lab.weights)))
    assert page.matrix.note == "3,844 × 4,096 values: too many to show"
    assert page.patches.note == "9 × 3,844 values: too many to show"
    page.point(Pointer("kernel", (0, 0, 1, 1)))
    assert "3,844 times" in page.reading.text()


def test_a_kernel_that_is_laid_far_apart_is_counted(page: SharingPage) -> None:
    layer = ConvTranspose2d("conv", 1, (16, 16), stride=(2, 2), dilation=(64, 1), bias=False)
    values = np.zeros((1, 5, 6), np.float32)
    page.show_trial(perform(Lab(Grid(values), values.shape, layer, Weights({"conv.weight": np.ones((1, 1, 16, 16))}))))
    assert page.matrix.note.endswith("values: too many to show"), "some gigabytes, for 7,680 products"


def test_what_has_no_weights_says_so_and_comes_back(page: SharingPage, labs: dict[str, Lab]) -> None:
    page.show_trial(perform(labs["pooling"]))
    assert page.reading.text().startswith("Max pooling has no weights to share;")
    page.point(Pointer("output", (0, 0, 0)))
    page.grab()
    page.show_trial(perform(labs["signal"]))
    assert page.matrix.values.shape == (1, 23, 24)
    assert not page.matrix.note

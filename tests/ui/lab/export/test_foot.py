"""Formulas below a figure, in whatever room there is."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtGui import QFontMetricsF

from convviz.spec.lab.lab import Lab
from convviz.spec.lab.presets import PRESETS, lab
from convviz.spec.lab.source import Grid
from convviz.spec.lab.trial import Trial
from convviz.spec.network import ConvTranspose2d
from convviz.spec.weights import Weights
from convviz.ui.lab.export.figure import moment, svg
from convviz.ui.lab.export.foot import LEAST_PX, fitted
from convviz.ui.lab.export.page import LEAST, MARGIN_PX, Look, formulas_of
from convviz.ui.look.theme import font


def words_of(data: bytes) -> list[str]:
    root = ElementTree.fromstring(data)
    return ["".join(element.itertext()).strip() for element in root.iter() if element.tag.endswith("}text")]


@pytest.mark.parametrize("width", [LEAST[0], 400, 600, 960])
@pytest.mark.parametrize("name", PRESETS)
def test_nothing_of_a_formula_is_lost(qapp: object, name: str, width: int) -> None:
    room, formulas = width - 2 * MARGIN_PX, formulas_of(lab(name))
    foot = fitted(formulas, room)
    assert "".join("".join(foot.lines).split()) == "".join("".join(formulas).split())
    metrics = QFontMetricsF(font(foot.letters_px))
    assert max(map(metrics.horizontalAdvance, foot.lines)) <= room
    assert foot.letters_px >= 9


def test_the_longest_one_fits_the_smallest_figure(qapp: object) -> None:
    layer = ConvTranspose2d("conv", 1, (64, 64), (12, 12), (30, 30), (11, 11), dilation=(13, 13))
    values = np.zeros((1, 200, 200), np.float32)
    weights = Weights({"conv.weight": np.zeros((1, 1, 64, 64)), "conv.bias": np.zeros(1)})
    made = Lab(Grid(values), values.shape, layer, weights)
    room = LEAST[0] - 2 * MARGIN_PX
    foot = fitted(formulas_of(made), room)
    assert foot.letters_px > LEAST_PX
    assert max(map(QFontMetricsF(font(foot.letters_px)).horizontalAdvance, foot.lines)) <= room


@pytest.mark.parametrize("size", [LEAST, (400, 300), (960, 540)])
def test_the_answer_is_in_a_small_figure(qapp: object, trial_of: Callable[[str], Trial], size: tuple[int, int]) -> None:
    words = words_of(svg(moment(trial_of("dilation")), Look(size=size)))
    assert any(text.endswith("+ 1 = 12") for text in words)
    assert any(text.endswith("+ 1 = 22") for text in words)

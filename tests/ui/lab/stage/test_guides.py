"""Lines between the maps lie behind them."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from convviz.spec.lab.presets import PRESETS, lab
from convviz.spec.lab.trial import perform
from convviz.ui.lab.scene import Pointer, Scene
from convviz.ui.lab.stage import guides
from convviz.ui.lab.stage.cells import has_numbers
from convviz.ui.lab.stage.paint import layout_of, paint_stage
from convviz.ui.look.theme import DARK

SIZE = 714, 560


def pixels(scene: Scene) -> np.ndarray:
    shown = QImage(*SIZE, QImage.Format.Format_RGB32)
    with QPainter(shown) as painter:
        paint_stage(painter, QRectF(0, 0, *SIZE), scene, DARK)
    return np.frombuffer(shown.constBits(), np.uint32).reshape(SIZE[1], SIZE[0]).copy()


@pytest.mark.parametrize("name", [name for name in PRESETS if lab(name).dims == 2])
def test_no_line_crosses_a_number_or_another_map(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    trial = perform(lab(name))
    last = trial.output.shape[0] - 1
    scene = Scene(trial, trial.positions, Pointer("output", (last, 1, 0)), last)
    placed = layout_of(*SIZE, scene)
    drawn = pixels(scene)
    monkeypatch.setattr(guides, "lines_of", lambda *_: [])
    different = drawn != pixels(scene)
    assert different.any(), "there are lines"
    for block in placed.blocks:
        for n in range(block.count) if block is not None else ():
            assert block is not None
            rect = block.frame_rect(n).adjusted(2, 2, -2, -2).toRect()
            inside = different[rect.top() : rect.bottom(), rect.left() : rect.right()].any()
            own = n == last if block is placed.output else block is placed.input
            assert not inside or (own and not has_numbers(block)), (name, n)

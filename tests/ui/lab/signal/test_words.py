"""What a signal says along its lower rim, read in a drawing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QIODevice, QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgGenerator

from convviz.spec.lab.trial import Trial
from convviz.ui.lab.scene import Pointer, Scene
from convviz.ui.lab.signal.layout import SUM_PX, TICKS_PX, signal_layout
from convviz.ui.lab.signal.paint import paint_signal
from convviz.ui.look.theme import DARK

SIZE = 714, 556


def drawing(scene: Scene, size: tuple[int, int] = SIZE) -> str:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(QSize(*size))
    with QPainter(generator) as painter:
        paint_signal(painter, QRectF(0, 0, *size), scene, DARK)
    return bytes(buffer.data().data()).decode()


@pytest.mark.parametrize("height", [260, 420, 556, 800])
@pytest.mark.parametrize(("channels", "outputs"), [(1, 1), (2, 3), (12, 6), (40, 40)])
def test_rows_leave_room_for_ticks_and_words(
    make_trial: Callable[..., Trial], channels: int, outputs: int, height: int
) -> None:
    made = make_trial(np.ones((channels, 30)), "conv", np.ones((outputs, channels, 3)))
    layout = signal_layout(QRectF(0, 0, 714, height), Scene(made, made.positions, channel=outputs - 1))
    assert layout.rows[-1].bottom + TICKS_PX + SUM_PX <= height + 1


def test_it_says_which_channels_are_drawn(make_trial: Callable[..., Trial]) -> None:
    made = make_trial(np.ones((40, 30)), "conv", np.ones((6, 40, 3)))
    scene = Scene(made, made.positions, channel=0)
    layout = signal_layout(QRectF(0, 0, *SIZE), scene)
    inputs, outputs = ([row.channel for row in layout.rows if row.part == part] for part in ("input", "output"))
    text = drawing(scene)
    assert f"drawn: input channels {inputs[0]} to {inputs[-1]} of 40" in text
    assert (f"output channels {outputs[0]} to {outputs[-1]} of 6" in text) == (len(outputs) < 6)
    few = make_trial(np.ones((2, 30)), "conv", np.ones((1, 2, 3)))
    assert "drawn:" not in drawing(Scene(few, few.positions))


def test_a_letter_and_a_hatched_sample_are_explained(make_trial: Callable[..., Trial]) -> None:
    made = make_trial([1, 2, 3, 4, 5], "conv", [1, 1], s=2)
    assert "p: padding left and right, 0 samples each" in drawing(Scene(made, made.positions, symbol="q"))
    text = drawing(Scene(made, made.positions, Pointer("input", (0, 0, 4))))
    assert "x[4] = 5: hatched, as no window reads it" in text
    assert "hatched" not in drawing(Scene(made, made.positions, Pointer("input", (0, 0, 3))))


@pytest.mark.parametrize("width", [400, 520, 714, 1240])
def test_products_never_run_together(make_trial: Callable[..., Trial], width: int) -> None:
    """At 34 pixels a tap they would: there the values stand alone."""
    made = make_trial([1, 3, 3, 1, 2, 3, 1, 2, 3, 1], "conv", [1, 1, 3, 3, 1, 1])
    text = drawing(Scene(made, made.positions, Pointer("output", (0, 0, 1))), (width, 420))
    whole = [product for product in ("1·3=3", "3·1=3", "3·2=6") if f">{product}<" in text]
    assert len(whole) in (0, 3), "all as products, or none"
    assert (len(whole) == 3) == (width > 400)

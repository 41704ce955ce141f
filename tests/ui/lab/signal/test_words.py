"""What a signal says along its lower rim, read in a drawing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QIODevice, QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgGenerator

from convviz.spec.lab.trial import Trial
from convviz.ui.lab.scene import Part, Pointer, Scene
from convviz.ui.lab.signal.layout import SUM_PX, TICKS_PX, signal_layout
from convviz.ui.lab.signal.paint import paint_signal
from convviz.ui.look.theme import DARK

SIZE = 714, 556
Index = tuple[int, ...]


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


WORDS = [
    ({}, (1, 1), "input", (0, 0, 2), "x[2] = 3 is used by 2 outputs: y[1], y[2]"),
    ({}, (2, 2), "input", (1, 0, 2), "x[1][2] = 3 is used by 4 outputs: y[0][1], y[0][2], y[1][1], y[1][2]"),
    ({"p": 1}, (1, 1), "input", (0, 0, -1), "x[−1], in the padding, is used by 1 output: y[0]"),
    ({}, (1, 1), "kernel", (0, 0, 0, 0), "u[0] = 2 meets 4 samples"),
    ({"p": 1}, (1, 1), "kernel", (0, 0, 0, 0), "u[0] = 2 meets 5 samples, and padding once"),
    ({"p": 2}, (1, 1), "kernel", (0, 0, 0, 0), "u[0] = 2 meets 5 samples, and padding 3 times"),
    ({}, (2, 2), "kernel", (1, 0, 0, 1), "u[1,0][1] = 5 meets 4 samples"),
    ({"flipped": True}, (1, 1), "kernel", (0, 0, 0, 0), "u[0] = 2, turned to tap 1, meets 4 samples"),
]


@pytest.mark.parametrize(("more", "sizes", "part", "index", "words"), WORDS)
def test_a_sample_and_a_tap_say_what_they_meet(
    make_trial: Callable[..., Trial], more: dict[str, int], sizes: tuple[int, int], part: Part, index: Index, words: str
) -> None:
    outputs, channels = sizes
    kernel = np.broadcast_to([2, 5], (outputs, channels, 2))
    made = make_trial(np.broadcast_to([1, 2, 3, 4, 5], (channels, 5)), "conv", kernel, **more)
    assert words in drawing(Scene(made, made.positions, Pointer(part, index)))


def test_of_a_long_signal_too(make_trial: Callable[..., Trial]) -> None:
    made = make_trial(np.arange(5000), "conv", np.ones(9))
    text = drawing(Scene(made, made.positions, Pointer("input", (0, 0, 2500))))
    assert "x[2500] = 2500 is used by 9 outputs" in text
    assert "u[3] = 1 meets 4,992 samples" in drawing(Scene(made, made.positions, Pointer("kernel", (0, 0, 0, 3))))
    near = drawing(Scene(made, made.positions, Pointer("input", (0, 0, 3)), span=(-0.5, 20.5)))
    assert "x[3] = 3 is used by 4 outputs: y[0], y[1], y[2], y[3]" in near


def test_a_transposed_convolution_lays_samples_on_outputs(make_trial: Callable[..., Trial]) -> None:
    made = make_trial([1, 2, 3], "transposed", np.ones((1, 1, 2)), s=2)
    assert "x[1] = 2 lies on 2 outputs: y[2], y[3]" in drawing(Scene(made, 6, Pointer("input", (0, 0, 1))))
    assert "u[0] = 1 meets 3 samples" in drawing(Scene(made, 6, Pointer("kernel", (0, 0, 0, 0))))


def test_pooling_has_taps_of_a_window(make_trial: Callable[..., Trial]) -> None:
    made = make_trial([1, 2, 3, 4], "max", s=2)
    assert "tap 1 of the window meets 2 samples" in drawing(Scene(made, 2, Pointer("kernel", (0, 0, 0, 1))))


def test_negative_summands_stand_in_parentheses(make_trial: Callable[..., Trial]) -> None:
    made = make_trial([0, -1, -2, 3], "mean", s=2)
    assert "y[0] = (0 + (−1)) / 2 = −0.5" in drawing(Scene(made, 2, Pointer("output", (0, 0, 0))))
    assert "y[1] = (−2 + 3) / 2 = 0.5" in drawing(Scene(made, 2, Pointer("output", (0, 0, 1))))


@pytest.mark.parametrize("width", [400, 520, 714, 1240])
def test_products_never_run_together(make_trial: Callable[..., Trial], width: int) -> None:
    """At 34 pixels a tap they would: there the values stand alone."""
    made = make_trial([1, 3, 3, 1, 2, 3, 1, 2, 3, 1], "conv", [1, 1, 3, 3, 1, 1])
    text = drawing(Scene(made, made.positions, Pointer("output", (0, 0, 1))), (width, 420))
    whole = [product for product in ("1·3=3", "3·1=3", "3·2=6") if f">{product}<" in text]
    assert len(whole) in (0, 3), "all as products, or none"
    assert (len(whole) == 3) == (width > 400)

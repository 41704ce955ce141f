"""What lights up belongs together."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QRectF

from convviz.spec.lab.links import places_of, taps_of, users_of
from convviz.spec.lab.trial import Trial
from convviz.ui.lab.scene import Pointer, Scene
from convviz.ui.lab.signal.kernel_row import standing_of
from convviz.ui.lab.signal.layout import signal_layout
from convviz.ui.lab.signal.marks import Links, links_of
from convviz.ui.lab.signal.words import sum_texts

RECT = QRectF(0, 0, 800, 460)


def links(trial: Trial, pointer: Pointer | None, filled: int | None = None) -> Links:
    scene = Scene(trial, trial.positions if filled is None else filled, pointer)
    layout = signal_layout(RECT, scene)
    return links_of(scene, layout, standing_of(scene, layout))


def test_an_output_lights_its_taps(make_trial: Callable[..., Trial]) -> None:
    trial = make_trial(np.arange(12), "conv", [1, 2, 3], d=2, p=1, s=2)
    for o in range(trial.positions):
        found = links(trial, Pointer("output", (0, 0, o)))
        assert found.places == taps_of(trial.row, 0, o).columns
        assert found.outputs == (o,)
        assert links(trial, None, o + 1).places == found.places or o + 1 == trial.positions


def test_an_input_lights_the_outputs_that_use_it(make_trial: Callable[..., Trial]) -> None:
    trial = make_trial(np.arange(12), "transposed", [1, 2, 3], s=2, p=1)
    for i in range(12):
        assert links(trial, Pointer("input", (0, 0, i))).outputs == users_of(trial.row, 0, i)[1]


def test_a_kernel_cell_lights_all_it_is_multiplied_with(make_trial: Callable[..., Trial]) -> None:
    trial = make_trial(np.arange(12), "conv", [1, 2, 3], d=2, p=1, s=2)
    for j in range(3):
        found = links(trial, Pointer("kernel", (0, 0, 0, j)))
        assert found.places == places_of(trial.row, 0, j)[1]
        assert found.outputs == tuple(range(trial.positions))


def test_a_turned_kernel_cell_lights_where_it_is_multiplied(make_trial: Callable[..., Trial]) -> None:
    trial = make_trial(np.arange(5), "conv", [1, 2, 3], flipped=True)
    assert links(trial, Pointer("kernel", (0, 0, 0, 0))).places == (2, 3, 4)


def test_too_many_places_are_one_stretch(make_trial: Callable[..., Trial]) -> None:
    trial = make_trial(np.arange(10_000), "conv", [1, 2, 3])
    found = links(trial, Pointer("kernel", (0, 0, 0, 1)))
    assert found.places == ()
    assert found.stretches == ((1, 9998), (1, 9998))


def test_the_sum_is_written_out(make_trial: Callable[..., Trial]) -> None:
    def texts(trial: Trial, channel: int, o: int) -> tuple[str, ...]:
        scene = Scene(trial, trial.positions, Pointer("output", (channel, 0, o)))
        layout = signal_layout(RECT, scene)
        return sum_texts(standing_of(scene, layout), channel, len(trial.output))

    assert texts(make_trial([1, 2, 3, 4], "conv", [3, 2]), 0, 2)[0] == "y[2] = 3·3 + 2·4 = 17"
    two = make_trial([1, -2, 3, 4], "conv", [[[3, 2]], [[-1, 1]]])
    assert texts(two, 1, 0)[0] == "y[1][0] = (−1)·1 + 1·(−2) = −3"
    assert texts(make_trial([1, 4, -1, 0], "max", k=2, s=2), 0, 1) == ("y[1] = max(−1, 0) = 0",)
    assert texts(make_trial([1, 4, -1, 0], "mean", k=2, s=2), 0, 0) == ("y[0] = (1 + 4) / 2 = 2.5",)
    assert texts(make_trial([1, -4], "relu"), 0, 1) == ("y[1] = max(0, −4) = 0",)
    long = make_trial(np.ones(30), "conv", np.ones(20))
    assert texts(long, 0, 0) == ("y[0] = Σ of 20 products + bias = 20 + 0 = 20",)

"""Every cell is found where it is drawn."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF

from convviz.spec.lab.trial import Trial
from convviz.ui.lab.scene import Pointer, Scene
from convviz.ui.lab.signal.layout import LABEL_PX, SUM_PX, checked, signal_layout, standing

RECT = QRectF(0, 0, 800, 460)


def pointers(trial: Trial, channel: int) -> list[Pointer]:
    channels, _, size = trial.values.shape
    found = [Pointer("input", (c, 0, i)) for c in range(channels) for i in range(size)]
    found += [Pointer("output", (d, 0, o)) for d in range(len(trial.output)) for o in range(trial.output.shape[2])]
    if trial.lab.has_kernels:
        _, c, _, w = trial.lab.weights["conv.weight"].shape
        found += [Pointer("kernel", (channel, n, 0, j)) for n in range(c) for j in range(w)]
    return found


@pytest.mark.parametrize("flipped", [False, True])
@pytest.mark.parametrize("kind", ["conv", "transposed"])
@pytest.mark.parametrize(("s", "p", "d"), [(1, 0, 1), (2, 2, 1), (1, 1, 3), (3, 0, 2)])
def test_every_cell_is_found(
    make_trial: Callable[..., Trial], kind: str, flipped: bool, s: int, p: int, d: int
) -> None:
    kernel = np.arange(12).reshape(2, 2, 3)
    trial = make_trial(np.zeros((2, 9)), kind, kernel, s=s, p=p, d=d, flipped=flipped)
    scene = Scene(trial, trial.positions, channel=1)
    layout = signal_layout(RECT, scene)
    for pointer in pointers(trial, 1):
        at = layout.centre(pointer, scene)
        assert at is not None
        assert layout.pointer_at(at, scene) == pointer


def test_taps_too_close_are_drawn_larger(make_trial: Callable[..., Trial]) -> None:
    trial = make_trial(np.zeros(5000), "conv", [1, 2, 3])
    scene = Scene(trial, 2500)
    layout = signal_layout(RECT, scene)
    assert layout.magnified
    for j in range(3):
        pointer = Pointer("kernel", (0, 0, 0, j))
        at = layout.centre(pointer, scene)
        assert at is not None
        assert layout.pointer_at(at, scene) == pointer


def test_padding_can_be_pointed_at(make_trial: Callable[..., Trial]) -> None:
    trial = make_trial([1, 2, 3], "conv", [1, 1], p=1)
    scene = Scene(trial, trial.positions)
    layout = signal_layout(RECT, scene)
    row = layout.of("input")[0]
    at = QPointF(layout.x(-1), row.top + 3)
    assert layout.pointer_at(at, scene) == Pointer("input", (0, 0, -1))
    assert layout.pointer_at(QPointF(LABEL_PX / 2, row.top + 3), scene) is None


def test_rows_stand_in_order_and_leave_room_for_the_sum(make_trial: Callable[..., Trial]) -> None:
    trial = make_trial(np.zeros((2, 9)), "conv", np.ones((3, 2, 3)))
    layout = signal_layout(RECT, Scene(trial, trial.positions))
    assert [(row.part, row.channel) for row in layout.rows] == [
        ("input", 0),
        ("kernel", 0),
        ("input", 1),
        ("kernel", 1),
        ("output", 0),
        ("output", 1),
        ("output", 2),
    ]
    assert all(a.bottom < b.top for a, b in zip(layout.rows, layout.rows[1:], strict=False))
    assert layout.rows[-1].bottom <= RECT.bottom() - SUM_PX


def test_of_many_channels_those_around_the_one_in_hand_are_shown(make_trial: Callable[..., Trial]) -> None:
    trial = make_trial(np.zeros((40, 9)), "max", k=2)
    layout = signal_layout(RECT, Scene(trial, trial.positions, channel=20))
    shown = [row.channel for row in layout.of("output")]
    assert 20 in shown
    assert 1 < len(shown) < 40
    assert [row.channel for row in layout.of("kernel")] == [0]
    assert layout.rows[-1].bottom <= RECT.bottom() - SUM_PX


def test_a_pointer_to_what_is_gone_is_none(make_trial: Callable[..., Trial]) -> None:
    trial = make_trial([1, 2, 3], "conv", [1, 1])
    assert checked(Scene(trial, 2, Pointer("output", (0, 0, 2)))).pointer is None
    assert checked(Scene(trial, 2, Pointer("output", (0, 0, 1)))).pointer is not None


def test_the_window_stands_where_the_last_output_was_computed(make_trial: Callable[..., Trial]) -> None:
    trial = make_trial([1, 2, 3, 4], "conv", [1, 1])
    assert [standing(Scene(trial, n)) for n in range(4)] == [None, 0, 1, None]
    assert standing(Scene(trial, 3, Pointer("output", (0, 0, 2)))) == 2
    assert standing(Scene(trial, 2, Pointer("input", (0, 0, 2)))) is None

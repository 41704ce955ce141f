"""Curves that grow."""

from __future__ import annotations

import numpy as np
import pytest

from convviz.session.training.log import Log
from convviz.spec.training.curves import Curves
from convviz.spec.training.news import LayerFigures


def filled(count: int) -> Log:
    log = Log(Curves())
    for step in range(1, count + 1):
        log.step(step, step / 100, 1 / step, 0.5, 1e-3)
        log.layers(step, {"conv1": LayerFigures(1.0, 2.0, float("nan"))})
        if step % 100 == 0:
            log.epoch(step, step / 100, (0.1, 0.9), (0.2, 0.8))
    return log


def test_rows_come_back_in_order() -> None:
    curves = filled(1000).curves
    assert curves.steps.shape == (1000, 5)
    assert curves.column("step").tolist() == list(range(1, 1001))
    assert curves.column("test_loss").tolist() == pytest.approx([0.2] * 10)
    assert curves.layers["conv1"].shape == (1000, 4)
    assert not curves.steps.flags.writeable


@pytest.mark.parametrize("at", [0, 1, 255, 256, 257, 300])
def test_what_was_read_never_changes(at: int) -> None:
    log = filled(300)
    before = log.curves
    copies = before.steps.copy(), before.epochs.copy(), before.layers["conv1"].copy()
    log.cut(at)
    assert log.curves.last_step == at
    assert len(log.curves.layers["conv1"]) == at
    for step in range(at + 1, 700):
        log.step(step, 9.0, 9.0, 9.0, 9.0)
        log.layers(step, {"conv1": LayerFigures(9.0, 9.0, 9.0)})
    assert np.array_equal(before.steps, copies[0])
    assert np.array_equal(before.epochs, copies[1])
    assert np.array_equal(before.layers["conv1"], copies[2], equal_nan=True)
    assert log.curves.column("step").tolist() == list(range(1, 700))


def test_a_log_goes_on_with_curves_that_were_read() -> None:
    log = Log(filled(20).curves)
    assert log.curves is log.curves
    log.step(21, 0.21, 1.0, 1.0, 1.0)
    assert log.curves.last_step == 21


def test_a_loss_beyond_all_numbers_is_infinite() -> None:
    log = Log(Curves())
    log.step(1, 0.1, 1e300, 0.0, 1.0)
    assert np.isinf(log.curves.column("loss")[0])


def test_reading_copies_nothing() -> None:
    log = filled(300)
    first = log.curves.steps
    log.step(301, 3.0, 1.0, 1.0, 1.0)
    assert np.shares_memory(first, log.curves.steps)

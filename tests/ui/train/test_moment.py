"""Which moment something was measured at."""

from __future__ import annotations

from typing import Any

import numpy as np

from convviz.spec.training.curves import Curves
from convviz.ui.train.moment import measured, measured_at


def test_the_moment_is_that_of_an_epoch_or_of_a_step() -> None:
    curves = Curves(epochs=np.array([[50, 1, 0, 0, 0, 0], [100, 2, 0, 0, 0, 0]], np.float32))
    assert measured_at(100, curves) == "After epoch 2 (step 100)"
    assert measured_at(70, curves) == "At step 70"
    assert measured_at(100, curves, 100) == "After epoch 2 (step 100)"
    assert measured_at(100, curves, 60) == "After epoch 2 (step 100), not step 60 that the time machine shows"


def test_what_another_network_makes_of_them_is_not_said_of_the_run(trainer: Any, idle: Any) -> None:
    assert measured(200, trainer) == "After epoch 4 (step 200)"
    trainer.departed = True
    assert measured(0, trainer) == "The network on screen, not Run 1"
    assert measured(0, idle) == "The network on screen"

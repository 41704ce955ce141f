"""Settings that cannot be used are refused with a sentence."""

from __future__ import annotations

import math
from typing import Any

import pytest

from convviz.spec.errors import InputError
from convviz.spec.training import TrainingSettings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", 0),
        ("epochs", 2.5),
        ("epochs", True),
        ("batch", -1),
        ("seed", -1),
        ("rate", 0.0),
        ("rate", math.nan),
        ("rate", math.inf),
        ("rate", 1.1e9),
        ("momentum", 1.0),
        ("weight_decay", math.nan),
        ("smoothing", 1.0),
        ("average", 1.0),
        ("augmentation", -0.1),
        ("optimizer", "adagrad"),
        ("schedule", "step"),
        ("loss", "hinge"),
        ("dropout", 0.95),
        ("target", 1.5),
    ],
)
def test_out_of_range(name: str, value: Any) -> None:
    with pytest.raises(InputError, match=name.replace("_", " ")):
        TrainingSettings(**{name: value})


@pytest.mark.parametrize(("images", "batch", "steps"), [(64, 64, 1), (65, 64, 2), (1, 64, 1)])
def test_steps_count_the_smaller_last_batch(images: int, batch: int, steps: int) -> None:
    assert TrainingSettings(epochs=3, batch=batch).steps(images) == 3 * steps


def test_the_rate_may_be_far_too_high() -> None:
    assert TrainingSettings(rate=1e9).rate == 1e9

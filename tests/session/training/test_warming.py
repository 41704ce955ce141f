"""What the first training needs is there before it is asked for, and nothing else has changed."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import pytest
import torch

from convviz.session.engine import Engine
from convviz.session.training.warming import warm_up
from convviz.spec.state import State

PROGRAM = """
import sys
import torch
from convviz.session.training.warming import warm_up
assert "convviz.core.training" not in sys.modules
parts = sum(warm_up())
before = set(sys.modules)
from convviz.session.training.job import Data, Request, training
from convviz.session.training.reins import Reins
from convviz.spec.presets import lecture
from convviz.spec.training import TrainingSettings
from convviz.spec.training.source import DataSource
from convviz.spec.weights import initial
request = Request(lecture(), DataSource(), (), TrainingSettings(), initial(lecture()), "cpu")
job = training(request, Reins(), Data())
assert any(type(news).__name__ == "Steps" for news in job)
late = {name for name in set(sys.modules) - before if not name.startswith("convviz.se") and ".spec" not in name}
assert parts > 5 and len(late) < 10, late
"""


def test_nothing_large_is_left_to_import_for_the_first_step() -> None:
    subprocess.run([sys.executable, "-c", PROGRAM], check=True)


def test_random_numbers_are_left_alone() -> None:
    before = torch.get_rng_state()
    assert all(warm_up())
    assert torch.equal(torch.get_rng_state(), before)


def test_it_never_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "convviz.core.training", None)
    assert list(warm_up()) == [True, True]


def test_the_engine_makes_ready_once_it_has_nothing_to_do(make_state: Callable[..., State]) -> None:
    engine = Engine()
    engine.start()
    try:
        engine.show(make_state())
        _until(lambda: engine._spare is None)
        assert engine.outbox.take()[0] is not None
        engine.show(make_state())
        _until(lambda: engine.outbox.take()[0])
    finally:
        assert engine.stop()


def _until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)

"""Frames that hold gradients."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from convviz.session.experiment import State
from convviz.session.outbox import Frame, Gradients


@pytest.fixture
def make_gradients(make_frame: Callable[..., Frame]) -> Callable[..., Frame]:
    """A Frame with random maps and gradients of the class that its State asks for; other fields as given."""

    def make(state: State, seed: int = 0, target: int | None = None, **values: Any) -> Frame:
        frame = make_frame(state, seed, **values)
        rng = np.random.default_rng(seed + 1)
        maps = {name: rng.normal(size=m.shape).astype(np.float32) for name, m in frame.maps.items()}
        asked = state.probe.class_of(frame.scores) if target is None else target
        return replace(frame, gradients=Gradients(asked, maps, {}))

    return make

"""Examples of the Lab, done."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from convviz.spec.lab.presets import lab
from convviz.spec.lab.trial import Trial, perform


@pytest.fixture
def trial_of() -> Callable[[str], Trial]:
    return lambda name: perform(lab(name))

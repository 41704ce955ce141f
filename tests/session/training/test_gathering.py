"""Steps are told together; nothing is lost, nothing changes its place, and nobody waits for what was asked for."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convviz.session.training.gathering import SAY_S, Steps, gathered
from convviz.spec.training.news import News, Note, Stepped
from convviz.spec.weights import Weights


def step(number: int, weights: Weights | None = None) -> Stepped:
    return Stepped(number, 99, 0.1, 2.3, 0.1, 0.01, 64, weights=weights)


class Clock:
    """Goes on by ``every`` seconds whenever it is looked at."""

    def __init__(self, every: float = 0.0) -> None:
        self.now, self.every = 0.0, every

    def __call__(self) -> float:
        self.now += self.every
        return self.now


def flat(found: list[News | Steps | None]) -> list[object]:
    """In order, what was said; pauses left out."""
    said: list[object] = []
    for item in found:
        said.extend(item.all if isinstance(item, Steps) else [] if item is None else [item])
    return said


@given(
    st.lists(st.sampled_from(["step", "weights", "note", "pause"]), max_size=40),
    st.floats(0, 2 * SAY_S),
)
def test_all_is_said_in_its_order(kinds: list[str], every: float) -> None:
    weights = Weights({"w": np.zeros(1, np.float32)})
    made: dict[str, object] = {"note": Note("said"), "pause": None}
    news = [
        step(i, weights if kind == "weights" else None) if kind in ("step", "weights") else made[kind]
        for i, kind in enumerate(kinds)
    ]
    found = list(gathered(news, Clock(every)))  # type: ignore[arg-type]
    assert flat(found) == [item for item in news if item is not None]
    assert len(found) >= len(news), "whoever advances it is held up no longer than before"
    for item in found:
        if isinstance(item, Steps):
            assert item.all
            assert all(each.weights is None for each in item.all[:-1]), "what was asked for is told at once"


def test_the_first_step_is_told_at_once_and_later_ones_at_most_so_often() -> None:
    clock = Clock()
    job = gathered((step(i) for i in range(100)), clock)
    told = []
    for i in range(100):
        clock.now = i * SAY_S / 10
        told.append(next(job))
    assert isinstance(told[0], Steps)
    sizes = [len(item.all) for item in told[1:] if isinstance(item, Steps)]
    assert 8 <= len(sizes) <= 10
    assert set(sizes) <= {9, 10, 11}


def test_slow_steps_are_told_one_by_one() -> None:
    found = list(gathered([step(1), step(2), step(3)], Clock(1.01 * SAY_S)))
    assert [len(item.all) for item in found if isinstance(item, Steps)] == [1, 1, 1]


def test_what_was_made_before_an_error_is_told_before_it() -> None:
    def breaking() -> Iterator[News | None]:
        yield step(1)
        yield step(2)
        raise ValueError("broken")

    job = gathered(breaking(), Clock())
    assert [item.step for item in flat([next(job), next(job), next(job)])] == [1, 2]  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="broken"):
        next(job)

"""Every axis has numbers that can be read, wherever it begins and ends."""

from __future__ import annotations

import numpy as np
import pytest

from convviz.ui.train.curves.ticks import log_ticks, ticks, written, written_round, written_share


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("most", [2, 3, 6, 9])
def test_never_fewer_than_two_and_hardly_more_than_asked_for(seed: int, most: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(200):
        low = float(rng.choice([0, rng.normal() * 10 ** rng.uniform(-6, 6)]))
        high = low + 10 ** rng.uniform(-4, 8)
        distance, found = ticks(low, high, most)
        assert 2 <= len(found) <= max(most, 4)
        assert np.allclose(np.diff(found), distance, rtol=1e-5)
        assert low - distance * 1e-6 <= found[0] < found[-1] <= high + distance * 1e-6
        texts = [written(value, distance) for value in found]
        if distance > 1e-3 * max(map(abs, found)):
            assert len(set(texts)) == len(texts)
        assert not any("e" in text for text in texts)


def test_an_axis_without_height() -> None:
    for low, high in ((1.0, 1.0), (2.0, 1.0), (0.0, float("nan"))):
        assert ticks(low, high, 5)[1] == [low]


def test_logarithmic_axes() -> None:
    rng = np.random.default_rng(0)
    for _ in range(500):
        low = rng.uniform(-9, 8)
        high = low + 10 ** rng.uniform(-2, 1)
        found = log_ticks(low, high, 5)
        assert len(found) >= 2
        assert low - 1e-6 <= min(found)
        assert max(found) <= high + 1e-6
        assert not any("e" in written_round(10**value) for value in found)


def test_words() -> None:
    assert [written_round(10.0**power) for power in (-5, -4, 0, 4, 5, 6)] == [
        "10⁻⁵",
        "0.0001",
        "1",
        "10,000",
        "100,000",
        "10⁶",
    ]
    assert [written(value, 0.5) for value in (-0.0, 0.5, -2.5)] == ["0.0", "0.5", "-2.5"]
    assert [written_share(value, 0.2) for value in (0.0, 0.2)] == ["0 %", "20 %"]

"""Digits convviz writes: on the pad, reproducible, and as different as people's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convviz.spec.errors import InputError
from convviz.spec.handwriting import Hand, curve, digit
from convviz.spec.strokes import PAD, Drawing

LABELS = st.integers(0, 9)
SEEDS = st.integers(0, 2**32)


def _points(drawing: Drawing) -> np.ndarray:
    return np.concatenate([stroke.points for stroke in drawing.strokes])


@given(LABELS, SEEDS)
def test_every_digit_lies_on_the_pad_with_its_whole_pen(label: int, seed: int) -> None:
    drawing = digit(label, np.random.default_rng(seed))
    width = drawing.strokes[0].width
    assert {stroke.width for stroke in drawing.strokes} == {width}
    assert 8 <= width <= 40
    slack = 10.0  # a coarse tablet rounds
    assert _points(drawing).min() >= width / 2 - slack
    assert _points(drawing).max() <= PAD - width / 2 + slack


@given(LABELS, SEEDS)
def test_same_seed_same_digit(label: int, seed: int) -> None:
    first, second = (digit(label, np.random.default_rng(seed)) for _ in range(2))
    assert len(first.strokes) == len(second.strokes)
    assert np.array_equal(_points(first), _points(second))


@given(LABELS, SEEDS, st.floats(40, 240))
def test_longer_side_is_the_hands_extent(label: int, seed: int, extent: float) -> None:
    drawing = digit(label, np.random.default_rng(seed), Hand(extent=extent, pen=10, spacing=1.0))
    size = np.ptp(_points(drawing), axis=0).max()
    assert size == pytest.approx(extent, rel=0.02, abs=1.0)


@given(LABELS, SEEDS)
def test_a_fast_hand_reports_few_points(label: int, seed: int) -> None:
    hand = Hand(extent=200, spacing=60.0, haste=1.0)
    fast = digit(label, np.random.default_rng(seed), hand)
    slow = digit(label, np.random.default_rng(seed), replace(hand, spacing=3.0))
    assert all(2 <= len(stroke.points) <= 20 for stroke in fast.strokes)
    assert len(_points(slow)) > 4 * len(_points(fast))


@pytest.mark.parametrize(("label", "least", "most"), [(0, 0.2, 0.5), (1, 0.15, 0.5), (7, 0.3, 0.65), (8, 0.1, 0.3)])
def test_several_ways_of_writing_occur(label: int, least: float, most: float) -> None:
    """Slashed and dotted zeros, ones with a foot, crossed sevens, eights of two circles take a second stroke."""
    rng = np.random.default_rng(5)
    several = np.mean([len(digit(label, rng).strokes) > 1 for _ in range(400)])
    assert least < several < most


def test_ones_have_upstrokes_of_every_length_up_to_the_stem() -> None:
    rng = np.random.default_rng(6)
    hand = Hand(sloppiness=0.0, warp=0.0, slant=0.0, extent=200, pen=10)
    lengths = []
    for _ in range(300):
        first = digit(1, rng, hand).strokes[0].points
        apex = first[:, 1].argmin()
        lengths.append(float(first[0, 1] - first[apex, 1]) / 200 if apex else 0.0)
    share, _ = np.histogram(lengths, [0.0, 0.05, 0.3, 0.6, 1.01])
    assert (share / 300 > 0.04).all()


@pytest.mark.parametrize("label", [-1, 10])
def test_no_such_digit(label: int) -> None:
    with pytest.raises(InputError, match="0 to 9"):
        digit(label, np.random.default_rng(0))


_NUMBER = st.floats(-2, 2, width=32)


@given(st.lists(st.tuples(_NUMBER, _NUMBER, st.booleans()), min_size=2, max_size=8))
def test_a_curve_passes_through_its_anchors(anchors: list[tuple[float, float, bool]]) -> None:
    line = [(x, y, True) if sharp else (x, y) for x, y, sharp in anchors]
    points = curve(line)
    assert np.isfinite(points).all()
    for x, y, _ in anchors:
        assert np.hypot(*(points - (x, y)).T).min() < 1e-6


def test_between_two_corners_a_curve_is_straight() -> None:
    points = curve([(0, 0), (2, 1, True), (4, 0, True), (4, 3)])
    on_first = points[:13]
    assert np.allclose(on_first[:, 0], 2 * on_first[:, 1])


def test_without_corners_a_curve_does_not_turn_sharply() -> None:
    points = curve([(np.cos(a), np.sin(a)) for a in np.linspace(0, 2 * np.pi, 13)])
    assert np.allclose(np.hypot(*points.T), 1.0, atol=0.02)

"""Bars as long as their probability, and how it came about."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from convviz.session.experiment import State
from convviz.session.outbox import Frame
from convviz.spec.presets import lecture
from convviz.ui.input.class_bars import CHANGE_WIDTH, LONGEST_NAME_PX, NAME_PX, VALUE_WIDTH, ClassBars
from convviz.ui.look import theme

MakeState = Callable[..., State]
MakeFrame = Callable[..., Frame]
WIDTH, HEIGHT = 360, 250
GROOVE = WIDTH - NAME_PX - VALUE_WIDTH
ACCENT = QColor(theme.DARK.accent).name()


@pytest.fixture
def bars(show: Callable[..., Any]) -> ClassBars:
    made = show(ClassBars(), WIDTH, HEIGHT)
    made.set_network(lecture())
    return made  # type: ignore[no-any-return]


def length_px(bars: ClassBars, row: int) -> int:
    """Accent pixels in the middle of a row's bar."""
    shot = bars.grab().toImage()
    pitch = bars.height() / 10
    best = 0
    accent = QColor(theme.DARK.accent).name()
    for y in range(round(row * pitch), round((row + 1) * pitch)):
        best = max(best, sum(shot.pixelColor(x, y).name() == accent for x in range(NAME_PX, NAME_PX + GROOVE)))
    return best


@pytest.mark.parametrize("seed", [0, 1])
def test_length_is_the_probability(bars: ClassBars, make_state: MakeState, make_frame: MakeFrame, seed: int) -> None:
    shares = np.random.default_rng(seed).dirichlet(np.ones(10)).astype(np.float32)
    bars.show_frame(make_frame(make_state(), probabilities=shares))
    for row, share in enumerate(shares):
        assert abs(length_px(bars, row) - max(GROOVE * float(share), 2)) <= 4


def test_certainty_fills_the_bar_and_moves_when_it_does(
    bars: ClassBars, make_state: MakeState, make_frame: MakeFrame
) -> None:
    state = make_state()
    for winner in (3, 8):
        bars.show_frame(make_frame(state, probabilities=np.eye(10, dtype=np.float32)[winner]))
        assert bars.best == winner
        assert length_px(bars, winner) >= GROOVE - 4
        assert length_px(bars, (winner + 1) % 10) <= 3
        assert f"{winner}, 100.0 %" in bars.accessibleDescription()


def test_explanation_is_softmax_with_the_numbers(bars: ClassBars, make_state: MakeState, make_frame: MakeFrame) -> None:
    frame = make_frame(make_state())
    bars.show_frame(frame)
    scores = frame.maps["fc2"].astype(np.float64)
    for row in range(10):
        text = bars.explanation(QPoint(100, round((row + 0.5) * HEIGHT / 10)))
        assert text.startswith(f"class {row}\n")
        found = re.search(r"exp\((.+?) − m\) / .* = (\S+) / (\S+) = (\S+)\nm = (\S+) ", text)
        assert found is not None
        score, own, total, share, most = (float(found[i]) for i in range(1, 6))
        assert own / total == pytest.approx(share, rel=1e-3, abs=1e-12)
        assert own == pytest.approx(np.exp(score - most), rel=1e-3)
        assert score == pytest.approx(scores[row], rel=1e-6)
        assert share == pytest.approx(np.exp(scores[row]) / np.exp(scores).sum(), rel=1e-5)
    assert bars.explanation(QPoint(-5, 10)) == ""


def test_the_tool_tip_is_the_explanation(
    bars: ClassBars, qtbot: QtBot, make_state: MakeState, make_frame: MakeFrame
) -> None:
    bars.show_frame(make_frame(make_state()))
    at = QPoint(100, 10)
    QApplication.sendEvent(bars, QHelpEvent(QEvent.Type.ToolTip, at, bars.mapToGlobal(at)))
    qtbot.waitUntil(QToolTip.isVisible)
    assert QToolTip.text() == bars.explanation(at)
    QToolTip.hideText()
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


@pytest.mark.parametrize("names", [("cat", "frog"), ("a very long name of a class", "b")])
def test_bars_keep_off_the_names(bars: ClassBars, make_state: MakeState, make_frame: MakeFrame, names: Any) -> None:
    bars.set_network(replace(lecture(), classes=names))
    bars.show_frame(make_frame(make_state(), probabilities=np.ones(2, np.float32)))
    shot = bars.grab().toImage()
    card, height = QColor(theme.DARK.card).name(), bars.height()
    inked = [x for x in range(WIDTH // 2) if any(shot.pixelColor(x, y).name() != card for y in range(height))]
    gaps = [b - a for a, b in pairwise(inked)]
    groove = next(x for x in range(WIDTH) if any(shot.pixelColor(x, y).name() == ACCENT for y in range(height)))
    longest = max(QFontMetrics(theme.font(theme.VALUE_PX, bold=True)).horizontalAdvance(name) for name in names)
    assert min(longest, LONGEST_NAME_PX) <= groove <= LONGEST_NAME_PX + 4, "it is written out where there is room"
    assert max(gaps[: inked.index(groove)]) >= 3, "card between the longest name and the first bar"


def test_an_empty_pad_has_no_bars(bars: ClassBars, make_state: MakeState, make_frame: MakeFrame) -> None:
    bars.show_frame(make_frame(make_state()))
    bars.clear()
    assert bars.best is None
    assert all(length_px(bars, row) == 0 for row in range(10))
    assert bars.explanation(QPoint(100, 10)) == ""


def test_scores_that_are_no_numbers(bars: ClassBars, make_state: MakeState, make_frame: MakeFrame) -> None:
    bars.show_frame(make_frame(make_state(), probabilities=np.full(10, np.nan, np.float32)))
    assert bars.best is None
    bars.grab()
    assert "NaN" in bars.explanation(QPoint(100, 10))


@pytest.mark.parametrize("classes", [1, 3, 10, 1000])
def test_any_number_of_classes(bars: ClassBars, make_state: MakeState, make_frame: MakeFrame, classes: int) -> None:
    frame = make_frame(make_state(), probabilities=np.full(classes, 1 / classes, np.float32))
    frame.maps["fc2"] = np.zeros(classes, np.float32)
    bars.show_frame(frame)
    bars.grab()
    assert bars.best == 0


def compared(make_frame: MakeFrame, state: State, before: list[float], now: list[float]) -> Frame:
    """A Frame whose scores edits moved from ``before`` to ``now``."""
    scores = np.array(now, np.float32)
    shares = np.exp(scores - scores.max())
    frame = make_frame(state, probabilities=shares / shares.sum(), origin_scores=np.array(before, np.float32))
    frame.maps["fc2"] = scores
    return frame


def warmth(bars: ClassBars, row: int) -> int:
    """Where changes of scores stand in a row: above 0 if they are orange, below if they are blue."""
    shot, pitch = bars.grab().toImage(), bars.height() / 10
    left, right = WIDTH - VALUE_WIDTH - CHANGE_WIDTH + 6, WIDTH - VALUE_WIDTH
    pixels = [
        shot.pixelColor(x, y) for x in range(left, right) for y in range(round(row * pitch), round((row + 1) * pitch))
    ]
    strongest = max(pixels, key=lambda colour: abs(colour.red() - colour.blue()))
    return strongest.red() - strongest.blue() if abs(strongest.red() - strongest.blue()) > 50 else 0


def test_changes_of_scores_have_the_colour_of_their_sign(
    bars: ClassBars, make_state: MakeState, make_frame: MakeFrame
) -> None:
    before = [0.0] * 10
    bars.show_frame(compared(make_frame, make_state(), before, [0, 2.5, -1.5, *[0] * 7]))
    assert (warmth(bars, 0), warmth(bars, 1) > 0, warmth(bars, 2) < 0) == (0, True, True)
    bars.show_frame(compared(make_frame, make_state(), before, [0, -2.5, 1.5, *[0] * 7]))
    assert (warmth(bars, 0), warmth(bars, 1) < 0, warmth(bars, 2) > 0) == (0, True, True)


def test_a_tick_stands_where_the_bar_ended_before_the_edits(
    bars: ClassBars, make_state: MakeState, make_frame: MakeFrame
) -> None:
    before = [3.0, 2.0, *[0.0] * 8]
    shares = np.exp(before) / np.exp(before).sum()
    bars.show_frame(compared(make_frame, make_state(), before, [0.0, 0.0, 9.0, *[0.0] * 7]))
    groove = WIDTH - NAME_PX - VALUE_WIDTH - CHANGE_WIDTH
    shot = bars.grab().toImage()
    for row in (0, 1):
        y = round((row + 0.5) * HEIGHT / 10) - 6  # above the groove, where only the tick is
        ticks = [x for x in range(NAME_PX, NAME_PX + groove) if shot.pixelColor(x, y).name() == theme.DARK.text]
        assert ticks
        assert abs(np.mean(ticks) - (NAME_PX + groove * shares[row])) <= 2


def test_the_explanation_compares(bars: ClassBars, make_state: MakeState, make_frame: MakeFrame) -> None:
    bars.show_frame(compared(make_frame, make_state(), [1.5, *[0.0] * 9], [4.0, *[0.0] * 9]))
    text = bars.explanation(QPoint(100, round(0.5 * HEIGHT / 10)))
    assert "Before the edits the score was 1.5" in text
    assert "moved it by +2.5" in text
    bars.show_frame(make_frame(make_state()))
    assert "Before the edits" not in bars.explanation(QPoint(100, 10))


@pytest.mark.parametrize("classes", [1, 9, 20])
def test_an_untouched_network_of_other_classes_is_not_compared(
    bars: ClassBars, make_state: MakeState, make_frame: MakeFrame, classes: int
) -> None:
    frame = make_frame(make_state(), origin_scores=np.zeros(classes, np.float32))
    bars.show_frame(frame)
    bars.grab()
    assert "Before the edits" not in bars.explanation(QPoint(100, 10))


def test_scores_that_edits_made_infinite_or_nan(bars: ClassBars, make_state: MakeState, make_frame: MakeFrame) -> None:
    for bad in (np.nan, np.inf, -np.inf):
        frame = make_frame(
            make_state(), probabilities=np.full(10, np.nan, np.float32), origin_scores=np.zeros(10, np.float32)
        )
        frame.maps["fc2"] = np.full(10, bad, np.float32)
        bars.show_frame(frame)
        bars.grab()
        bars.explanation(QPoint(100, 10))


def test_an_empty_pad_shows_no_changes(bars: ClassBars, make_state: MakeState, make_frame: MakeFrame) -> None:
    bars.show_frame(compared(make_frame, make_state(), [0.0] * 10, [5.0, *[0.0] * 9]))
    assert warmth(bars, 0) > 0
    bars.clear()
    assert warmth(bars, 0) == 0

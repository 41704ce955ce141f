"""Numbers of a row: alike, on nothing, and none missing where there is room."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QApplication

from convviz.spec.lab.presets import lab
from convviz.spec.lab.trial import Trial, perform
from convviz.ui.lab.scene import Pointer, Scene
from convviz.ui.lab.signal.layout import signal_layout
from convviz.ui.lab.signal.numbers import Label, Spots, fitting, formats, placed, sized
from convviz.ui.lab.signal.samples import level_of, spots_of

VALUES = st.lists(st.floats(-99_000, 99_000, width=32), min_size=1, max_size=12)


def value_of(text: str) -> float:
    return 0.0 if text == "≈0" else float(text.replace("−", "-"))


@given(VALUES)
def test_every_way_tells_the_values_to_its_last_digit(values: list[float]) -> None:
    largest = max(map(abs, values))
    for way in formats(values):
        step = 10.0 ** (np.floor(np.log10(largest)) - way.digits + 1) if largest else 1.0
        for text, value in zip(way.texts, values, strict=True):
            assert abs(value_of(text) - value) <= 0.51 * max(step, 1e-9 * abs(value)) or abs(value) < step
            assert (text == "0") == (value == 0)


@given(VALUES)
def test_both_signs_are_written_alike(values: list[float]) -> None:
    for way, other in zip(formats(values), formats([-value for value in values]), strict=True):
        for text, turned in zip(way.texts, other.texts, strict=True):
            assert text.lstrip("−") == turned.lstrip("−")


def test_a_small_weight_keeps_its_number(qapp: QApplication) -> None:
    texts, size_px = sized([0.25, -0.02, 0.5, -0.333], 24.0, (10, 9))
    assert texts == (".25", "−.02", ".5", "−.33")
    assert size_px in (9, 10)


def test_nothing_fits_into_nothing() -> None:
    assert fitting([1.0, -2.0], 0, len) == ("", "")
    assert fitting([float("nan"), float("inf")], 3, len) == ("NaN", "∞")


def boxes(found: tuple[Label | None, ...], line: float) -> list[QRectF]:
    return [QRectF(at.x - at.wide / 2, at.top, at.wide, line - 1) for at in found if at is not None]


@given(st.lists(st.floats(-9, 9, width=16), min_size=1, max_size=40), st.floats(12, 60))
def test_no_number_lies_on_a_number_or_a_bar(values: list[float], pitch: float) -> None:
    ends = tuple(100.0 - value * 8 for value in values)
    spots = Spots(20.0, pitch, 100.0, ends, 0.0, 200.0, 12.0, 3.0, pitch * 0.3)
    found = placed(tuple(values), spots, 9)
    assert len(found) == len(values)
    there = boxes(found, spots.line)
    assert not any(a.intersects(b) for a, b in combinations(there, 2))
    assert all(box.top() >= 0 and box.bottom() <= 200 for box in there)
    for n, label in enumerate(found):
        for m, end in enumerate(ends):
            if label is None or n == m or end == 100:
                continue
            bar = QRectF(20 + m * pitch - pitch * 0.3, min(end, 100), pitch * 0.6, abs(end - 100))
            box = QRectF(label.x - label.wide / 2, label.top + 1, label.wide, spots.line - 2)
            assert not box.intersects(bar)


@pytest.mark.parametrize("size", [(528, 400), (714, 560), (1240, 820), (1330, 950)])
@pytest.mark.parametrize("part", ["input", "output"])
def test_the_template_has_all_its_numbers(qapp: QApplication, part: Any, size: tuple[int, int]) -> None:
    trial = perform(lab("template-1d"))
    scene = Scene(trial, trial.positions, Pointer("output", (0, 0, 21)))
    layout = signal_layout(QRectF(0, 0, *size), scene)
    values = trial.values if part == "input" else trial.output
    numbers = tuple(values[0, 0].tolist())
    level = level_of(layout.of(part)[0], values, layout)
    size_px = layout.number_px(layout.pitch(part))
    found = placed(numbers, spots_of(layout, level, 0, numbers, size_px), size_px)
    if size[0] >= 714:
        assert all(label is not None for label in found)
        texts = [label.text for label in found if label is not None]
        assert [value_of(text) for text in texts] == list(numbers), "whole and half numbers are exact"
    else:
        assert sum(label is not None for label in found) in (0, len(numbers)) or part == "output"


def test_rows_grow_with_the_height(qapp: QApplication) -> None:
    trial: Trial = perform(lab("signal"))
    scene = Scene(trial, trial.positions)
    low, high = (signal_layout(QRectF(0, 0, 714, height), scene) for height in (420, 900))
    assert high.rows[0].height > 2 * low.rows[0].height
    assert high.rows[-1].bottom <= 900 - 22
    assert signal_layout(QRectF(0, 0, 1330, 950), scene).caption_px == 14 > low.caption_px == 11

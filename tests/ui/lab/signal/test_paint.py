"""Pixels of a signal where they can be known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from convviz.spec.lab.trial import Trial
from convviz.ui.lab.scene import Pointer, Scene
from convviz.ui.lab.signal.layout import SignalLayout, signal_layout
from convviz.ui.lab.signal.paint import paint_signal
from convviz.ui.lab.signal.samples import level_of
from convviz.ui.look.theme import DARK, LIGHT, Theme

SIZE = 800, 460
RECT = QRectF(0, 0, *SIZE)


def picture(scene: Scene, theme: Theme = DARK, span: tuple[float, float] | None = None) -> QImage:
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        paint_signal(painter, RECT, scene, theme, span)
    return image


def colour(image: QImage, at: QPointF) -> str:
    return QColor(image.pixel(round(at.x()), round(at.y()))).name()


def end_of(layout: SignalLayout, trial: Trial, part: str, index: int, share: float = 1.0) -> QPointF:
    """A point on a bar or stem: the middle of it with ``share`` a half."""
    values = trial.values if part == "input" else trial.output
    row = layout.of(part)[0]  # type: ignore[arg-type]
    return QPointF(layout.sample_x(part, index), level_of(row, values).y(float(values[0, 0, index]) * share))  # type: ignore[arg-type]


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_bars_have_the_colour_of_their_sign(make_trial: Callable[..., Trial], theme: Theme) -> None:
    trial = make_trial([3, -3, 1], "relu")
    scene = Scene(trial, trial.positions)
    image, layout = picture(scene, theme), signal_layout(RECT, scene)
    assert colour(image, end_of(layout, trial, "input", 0, 0.5)) == theme.positive
    assert colour(image, end_of(layout, trial, "input", 1, 0.5)) == theme.negative
    assert colour(image, QPointF(layout.x(0.5), layout.of("input")[0].top + 5)) == theme.card


def test_outputs_that_are_not_there_yet_are_empty(make_trial: Callable[..., Trial]) -> None:
    trial = make_trial([1, 2, 3, 4], "conv", [3, 2])
    layout = signal_layout(RECT, Scene(trial, 1))
    at = end_of(layout, trial, "output", 2)
    assert colour(picture(Scene(trial, 3)), at) == DARK.positive
    image = picture(Scene(trial, 1))
    assert colour(image, at) == DARK.card
    assert colour(image, end_of(layout, trial, "output", 2, 0.0)) == DARK.card, "a dot with nothing in it"


def test_the_window_colours_what_it_covers(make_trial: Callable[..., Trial]) -> None:
    trial = make_trial([1, 2, 3, 4], "conv", [3, 2])
    scene = Scene(trial, trial.positions, Pointer("output", (0, 0, 1)))
    image, layout = picture(scene), signal_layout(RECT, scene)
    y = layout.of("input")[0].top + 2
    tinted = [colour(image, QPointF(layout.x(i - 0.4), y)) != DARK.card for i in range(4)]
    assert tinted == [False, True, True, False]


def test_the_largest_is_ringed(make_trial: Callable[..., Trial]) -> None:
    trial = make_trial([1, 4, 3, 2], "max", k=2, s=2)
    scene = Scene(trial, trial.positions, Pointer("output", (0, 0, 0)))
    image, layout = picture(scene), signal_layout(RECT, scene)

    def ringed(index: int) -> bool:
        middle = end_of(layout, trial, "input", index, 0.5)
        across = [QColor(image.pixel(round(middle.x()) + dx, round(middle.y()))).name() for dx in range(10, 26)]
        return DARK.field in across

    assert [ringed(index) for index in range(4)] == [False, True, False, False]


def test_what_is_not_a_number_has_its_own_colour(make_trial: Callable[..., Trial]) -> None:
    trial = make_trial([1, np.nan, np.inf, -np.inf], "relu")
    scene = Scene(trial, trial.positions)
    layout, row = signal_layout(RECT, scene), signal_layout(RECT, scene).of("input")[0]
    at = QPointF(layout.x(1), row.top + row.height / 2)
    assert colour(picture(scene), at) == DARK.not_a_number


def test_a_long_signal_is_an_envelope(make_trial: Callable[..., Trial]) -> None:
    values = np.ones(100_000)
    values[50_000:] = -1
    values[25_000] = np.nan
    trial = make_trial(values, "conv", [1, 0])
    scene = Scene(trial, trial.positions)
    image, layout = picture(scene), signal_layout(RECT, scene)
    level = level_of(layout.of("input")[0], trial.values)
    assert colour(image, QPointF(round(layout.x(10_000)), level.y(1) - 0.6)) in (DARK.positive, DARK.card)
    column = [QColor(image.pixel(round(layout.x(10_000)), y)).name() for y in range(SIZE[1])]
    assert DARK.positive in column
    assert DARK.negative not in column
    column = [QColor(image.pixel(round(layout.x(80_000)), y)).name() for y in range(SIZE[1])]
    assert DARK.negative in column
    assert DARK.positive not in column[: round(level.row.bottom)]
    nan = range(round(layout.x(25_000)) - 2, round(layout.x(25_000)) + 2)
    assert any(QColor(image.pixel(x, round(level.row.top) + 4)).name() == DARK.not_a_number for x in nan)


@pytest.mark.parametrize("kind", ["conv", "transposed", "max", "mean", "relu"])
@pytest.mark.parametrize("size", [1, 2, 9, 200, 3000])
def test_nothing_is_too_strange_to_be_painted(make_trial: Callable[..., Trial], kind: str, size: int) -> None:
    rng = np.random.default_rng(size)
    kernels = kind in ("conv", "transposed")
    for channels, flipped in product((1, 3), (False, kernels)):
        values = rng.normal(size=(channels, size)) * 10.0 ** rng.integers(-8, 8)
        kernel = rng.normal(size=(2, channels, 2)) if kernels else None
        trial = make_trial(
            values,
            kind,
            kernel,
            p=int(size > 1 or kind != "transposed"),
            flipped=flipped,
            **({} if kernels else {"k": 2}),
        )
        last = trial.output.shape[2] - 1
        pointers = [None, Pointer("output", (0, 0, last)), Pointer("input", (channels - 1, 0, 0))]
        pointers += [Pointer("input", (0, 0, -1)), Pointer("kernel", (0, 0, 0, 1)), Pointer("output", (9, 0, 999_999))]
        for pointer, symbol in zip(pointers, ("W", "q", "e", "w", "t", "out_w"), strict=True):
            for filled in (0, 1, trial.positions):
                picture(Scene(trial, filled, pointer, 0, symbol), LIGHT)
        picture(Scene(trial, trial.positions), span=(0.2, 1.4))


def test_it_paints_only_into_its_rectangle(make_trial: Callable[..., Trial]) -> None:
    trial = make_trial(np.arange(9) - 4, "conv", [1, 2, 3], p=2)
    image = QImage(400, 400, QImage.Format.Format_RGB32)
    image.fill(QColor("#123456"))
    with QPainter(image) as painter:
        paint_signal(painter, QRectF(50, 60, 300, 280), Scene(trial, 3, symbol="q"), DARK)
    outside = [QPointF(x, y) for x in range(0, 400, 7) for y in (5, 58, 342, 395)]
    outside += [QPointF(x, y) for x in (5, 48, 352, 395) for y in range(0, 400, 7)]
    assert {colour(image, at) for at in outside} == {"#123456"}


def test_a_scene_holds_the_part_that_is_seen(make_trial: Callable[..., Trial]) -> None:
    trial = make_trial(np.arange(40), "conv", [1, 2])
    scene = Scene(trial, trial.positions, Pointer("output", (0, 0, 20)))
    part = (15.0, 28.0)
    assert picture(replace(scene, span=part)) == picture(scene, span=part) != picture(scene)

"""Animations as files: a frame a position, the last one the whole output."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convviz.spec.errors import InputError
from convviz.spec.lab.edits import with_source
from convviz.spec.lab.presets import lab
from convviz.spec.lab.source import Grid
from convviz.spec.lab.trial import Trial, perform
from convviz.ui.lab.export.animation import MOST_POSITIONS, REST_MS, FrameDone, animated, save_animation
from convviz.ui.lab.export.figure import moment
from convviz.ui.lab.export.page import Look, painted
from convviz.ui.lab.export.palette import pixels_of
from convviz.ui.look.theme import LIGHT

SMALL = Look(LIGHT, (480, 320))


def colours(frame: Image.Image) -> np.ndarray:
    return np.asarray(frame.convert("RGB")).astype(int)


def expected(trial: Trial, position: int) -> np.ndarray:
    pixels = pixels_of(painted(moment(trial, position), SMALL))
    return np.stack([pixels >> 16 & 255, pixels >> 8 & 255, pixels & 255], -1).astype(int)


@pytest.mark.parametrize("name", ["signal", "stride-padding", "max-pool-1d"])
def test_every_frame_is_the_figure_of_its_position(
    qapp: object, trial_of: Callable[[str], Trial], tmp_path: Path, name: str
) -> None:
    trial, out = trial_of(name), tmp_path / "slide.gif"
    steps = list(save_animation(out, trial, SMALL, 10))
    assert steps == [FrameDone(n, trial.positions) for n in range(1, trial.positions + 1)]
    with Image.open(out) as gif:
        assert (gif.n_frames, gif.size, gif.info["loop"]) == (trial.positions, SMALL.size, 0)
        for position in range(1, trial.positions + 1):
            gif.seek(position - 1)
            apart = np.abs(colours(gif) - expected(trial, position))
            assert apart.mean() < 0.3
            assert (apart.max(axis=2) > 0).mean() < 0.1
            assert gif.info["duration"] == (100 if position < trial.positions else REST_MS)


def test_what_is_given_up_leaves_nothing(qapp: object, trial_of: Callable[[str], Trial], tmp_path: Path) -> None:
    making = save_animation(tmp_path / "slide.gif", trial_of("stride-padding"), SMALL)
    next(making)
    next(making)
    making.close()
    assert not list(tmp_path.iterdir())


def test_too_many_positions_are_refused_before_anything_is_painted(tmp_path: Path) -> None:
    values = np.zeros((1, 1, MOST_POSITIONS + 2), np.float32)
    trial = perform(with_source(lab("signal"), Grid(values)))
    with pytest.raises(InputError, match="1,025 positions would be too long; choose a smaller input"):
        next(save_animation(tmp_path / "slide.gif", trial, SMALL))


@pytest.mark.parametrize("fps", [0, -1, 51, float("nan"), float("inf")])
def test_frames_that_nobody_could_see_are_refused(trial_of: Callable[[str], Trial], fps: float) -> None:
    with pytest.raises(InputError, match="frames a second; take from"):
        next(animated(trial_of("signal"), SMALL, fps))


def test_an_animation_ends_in_gif(trial_of: Callable[[str], Trial], tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"ends in \.gif"):
        next(save_animation(tmp_path / "slide.png", trial_of("signal"), SMALL))


def test_frames_that_do_not_differ_are_allowed(qapp: object, tmp_path: Path) -> None:
    trial = perform(with_source(lab("signal"), Grid(np.zeros((1, 1, 400), np.float32))))
    out = tmp_path / "slide.gif"
    *_, last = save_animation(out, trial, SMALL, 50)
    assert last == FrameDone(399, 399)
    with Image.open(out) as gif:
        gif.seek(gif.n_frames - 1)
        assert (np.abs(colours(gif) - expected(trial, 399))).mean() < 0.3

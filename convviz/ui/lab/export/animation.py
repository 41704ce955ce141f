"""All positions of the window as a GIF, made a frame at a time so that a window stays alive and can cancel."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import GifImagePlugin, Image

from ....spec.errors import InputError
from ....spec.lab.trial import Trial
from ....spec.weights import write_atomically
from .figure import ANIMATIONS, ending, moment
from .page import Look, painted
from .palette import UNCHANGED, Indices, Palette, pixels_of, shared

MOST_POSITIONS = 1024
FASTEST_FPS = 50  # faster frames are slowed down by browsers
REST_MS = 2000  # the finished output stays for as long
SAMPLES = 5  # frames whose colours are looked at


@dataclass(frozen=True, slots=True)
class FrameDone:
    """``done`` of ``of`` frames are ready."""

    done: int
    of: int


def animated(trial: Trial, look: Look, fps: float = 4.0, channel: int = 0) -> Generator[FrameDone, None, bytes]:
    """Yields after every frame, and returns the GIF: one frame a position, in a loop.

    Raises:
        InputError: too many positions, or frames follow too fast or too slowly.
    """
    if not 0.1 <= fps <= FASTEST_FPS:
        raise InputError(f"{fps:g} frames a second; take from 0.1 to {FASTEST_FPS}")
    count = trial.positions
    if count > MOST_POSITIONS:
        raise InputError(
            f"an animation of {count:,} positions would be too long; choose a smaller input or a larger stride, so "
            f"that there are at most {MOST_POSITIONS:,}"
        )
    sampled = np.unique(np.linspace(1, count, SAMPLES).astype(int)).tolist()
    palette = Palette(shared(pixels_of(painted(moment(trial, n, channel), look)) for n in sampled))
    parts: list[bytes] = []
    before: Indices | None = None
    for position in range(1, count + 1):
        frame = palette.indices(pixels_of(painted(moment(trial, position, channel), look)))
        if before is None:
            parts += _header(frame, palette)
        parts += _frame(frame, before, round(1000 / fps) if position < count else max(REST_MS, round(1000 / fps)))
        before = frame
        yield FrameDone(position, count)
    return b"".join([*parts, b";"])


def save_animation(
    path: Path, trial: Trial, look: Look, fps: float = 4.0, channel: int = 0
) -> Generator[FrameDone, None, None]:
    """Yields after every frame, and writes the GIF at the end: all of it, or nothing where it is closed before.

    Raises:
        InputError: the name does not end in .gif, or what :func:`animated` refuses.
    """
    if ending(path) not in ANIMATIONS:
        raise InputError(f"{path.name!r} would be a figure; an animation ends in .gif")
    write_atomically(path, (yield from animated(trial, look, fps, channel)))


def _picture(indices: Indices, palette: Palette | None = None) -> Image.Image:
    picture = Image.fromarray(np.ascontiguousarray(indices), "L")
    if palette is not None:
        picture.putpalette(palette.flat)
    return picture


def _header(frame: Indices, palette: Palette) -> list[bytes]:
    """Of the file, with the colours of all frames."""
    info = {"loop": 0, "optimize": False, "transparency": UNCHANGED}
    parts, _ = GifImagePlugin.getheader(_picture(frame, palette), palette.flat, info)
    return parts


def _frame(frame: Indices, before: Indices | None, shown_ms: int) -> list[bytes]:
    """What differs from the frame before, as a block of the file."""
    if before is None:
        return GifImagePlugin.getdata(_picture(frame), duration=shown_ms, disposal=1)
    different = frame != before
    rows, columns = np.flatnonzero(different.any(axis=1)), np.flatnonzero(different.any(axis=0))
    top, bottom = (int(rows[0]), int(rows[-1]) + 1) if rows.size else (0, 1)
    left, right = (int(columns[0]), int(columns[-1]) + 1) if columns.size else (0, 1)
    part = (slice(top, bottom), slice(left, right))
    picture = _picture(np.where(different[part], frame[part], np.uint8(UNCHANGED)))
    return GifImagePlugin.getdata(picture, (left, top), duration=shown_ms, disposal=1, transparency=UNCHANGED)

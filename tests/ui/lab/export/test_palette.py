"""Colours of an animation."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor, QImage

from convviz.ui.lab.export.palette import COLOURS, Palette, pixels_of, shared


def test_pixels_are_those_of_the_picture() -> None:
    picture = QImage(3, 2, QImage.Format.Format_RGB32)
    picture.fill(QColor("#010203"))
    picture.setPixelColor(2, 1, QColor("#a0b0c0"))
    assert pixels_of(picture).tolist() == [[0x010203] * 3, [0x010203, 0x010203, 0xA0B0C0]]


def test_few_colours_stay_as_they_are() -> None:
    frame = np.arange(200, dtype=np.uint32).reshape(10, 20) * 1000
    palette = Palette(shared([frame, frame[:2]]))
    assert np.array_equal(palette.colours[palette.indices(frame)], frame)


def test_of_many_colours_the_frequent_ones_stay_and_others_are_near() -> None:
    rng = np.random.default_rng(0)
    frame = rng.integers(0, 1 << 24, (100, 100), dtype=np.uint32)
    frame[:80] = 0x1B1E24
    frame[10:30, 10:30] = 0xFFA24A
    palette = Palette(shared([frame]))
    assert len(palette.colours) <= COLOURS
    shown = palette.colours[palette.indices(frame)]
    assert np.array_equal(shown[:80], frame[:80])
    rgb = [np.stack([p >> 16 & 255, p >> 8 & 255, p & 255], -1).astype(int) for p in (frame, shown)]
    every = np.stack([palette.colours >> 16 & 255, palette.colours >> 8 & 255, palette.colours & 255], -1).astype(int)
    nearest = ((rgb[0][90][:, None] - every[None]) ** 2).sum(-1).min(-1)
    assert np.array_equal(((rgb[0][90] - rgb[1][90]) ** 2).sum(-1), nearest)


def test_new_colours_of_later_frames_are_found() -> None:
    palette = Palette(np.array([0x000000, 0xFFFFFF], np.uint32))
    assert palette.indices(np.array([[0x101010, 0xF0F0F0, 0x000000]], np.uint32)).tolist() == [[0, 1, 0]]
    assert len(palette.flat) == 256 * 3

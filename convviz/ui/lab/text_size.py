"""Text that grows a little where a picture is large."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QFontMetricsF

from ..look.theme import CAPTION_PX, font

ORDINARY = 714.0, 500.0  # what a window of 1280 × 800 leaves for the picture
MOST_PX = 3


def grown_px(width: float, height: float) -> int:
    """By how many pixels captions and numbers are larger than ordinary in a picture of this size.

    >>> grown_px(560, 380), grown_px(1240, 820), grown_px(4000, 300)
    (0, 3, 0)
    """
    share = min(width / ORDINARY[0], height / ORDINARY[1])
    return min(max(round((share - 1) * 4), 0), MOST_PX)


def caption_px(width: float, height: float) -> int:
    """The size of captions and numbers."""
    return CAPTION_PX + grown_px(width, height)


@lru_cache(maxsize=16)
def metrics(size_px: int) -> QFontMetricsF:
    """How wide texts of a size are."""
    return QFontMetricsF(font(size_px))

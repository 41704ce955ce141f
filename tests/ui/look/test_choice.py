"""A list to choose from whose text is cut with an ellipsis, never in the middle of a letter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QImage

from convviz.ui.look.choice import Choice


def ink(choice: Choice) -> np.ndarray:
    """(H, W) of what is painted left of the arrow."""
    image = choice.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return lines[:, : image.width() - 24].copy()


@pytest.fixture
def choice(show: Callable[..., Any]) -> Choice:
    made: Choice = show(Choice(), 110, 26)
    made.addItems(["Transposed convolution", "Transposed pooling", "ReLU"])
    return made


def test_a_long_text_ends_with_an_ellipsis(choice: Choice) -> None:
    first = ink(choice)
    choice.setCurrentIndex(1)
    assert np.array_equal(ink(choice), first), "both are cut where they are still the same"
    choice.resize(240, 26)
    longer = ink(choice)
    choice.setCurrentIndex(0)
    assert not np.array_equal(ink(choice), longer)


def test_a_placeholder_is_shown(choice: Choice) -> None:
    choice.setCurrentIndex(-1)
    empty = ink(choice)
    choice.setPlaceholderText("drawn")
    assert not np.array_equal(ink(choice), empty)
    choice.setCurrentIndex(2)
    shown = ink(choice)
    choice.setPlaceholderText("")
    assert np.array_equal(ink(choice), shown)

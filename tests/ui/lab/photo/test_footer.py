"""What stands below a photo."""

from __future__ import annotations

from collections.abc import Callable
from math import nan
from typing import Any

import pytest

from convviz.spec.lab.statistics import Statistics
from convviz.ui.lab.photo.footer import Footer, about, written


def test_name_and_size(photo_lab) -> None:
    assert about(photo_lab()) == "made.png · 400 × 300 · 0.1 MP"
    assert about(photo_lab(size=(3, 5))) == "made.png · 5 × 3"


@pytest.mark.parametrize(("scale", "text"), [(0.0825, "8.2 %"), (0.5, "50 %"), (36.0, "3600 %")])
def test_zoom(show: Callable[..., Any], scale: float, text: str) -> None:
    footer: Footer = show(Footer(), 600, 70)
    footer.show_zoom(scale)
    assert footer.zoom.text() == text


def test_statistics() -> None:
    assert written(Statistics(nan, nan, nan, 4)) == "all pixels: none of them is a finite number"
    assert written(Statistics(0.0, 1.0, 0.5, 1200)).endswith("0 … 1, mean 0.5 · 1,200 not finite")

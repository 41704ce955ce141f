"""What the colours span, and what the line below says as long as not every pixel is computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from convviz.spec.lab.look import photo_of
from convviz.spec.lab.source import FromPhoto
from convviz.spec.lab.strongest import strongest
from convviz.spec.lab.trial import perform
from convviz.spec.photo import Photo
from convviz.ui.lab.photo.view import PhotoView
from convviz.ui.lab.photo.whole import Whole


def test_the_range_is_that_of_the_whole_result(show: Callable[..., Any], photo_lab: Callable[..., Any]) -> None:
    """Wherever one looks, a colour means the same."""
    lab = photo_lab(size=(600, 800))
    pixels = np.array(photo_of(lab).photo.pixels)
    pixels[:300] = 128  # nothing happens in the upper half
    source = FromPhoto(Photo(pixels), "grey")
    lab = replace(lab, source=source)
    view: PhotoView = show(PhotoView(), 700, 500)
    view.show_lab(lab)
    before = view.canvas.range
    assert before.high == pytest.approx(strongest(perform(lab).output), rel=0.03)
    view.canvas.zoom_to(8.0, view.canvas.point_of(1, (50, 400)))
    assert view.canvas.range == before, "only the quiet half is seen"
    view.show_full(Whole(perform(lab).output, (0,)))
    assert view.canvas.range == before
    view.show_lab(replace(lab, weights=lab.weights.replaced("conv.weight", 2 * lab.weights["conv.weight"])))
    assert view.canvas.range.high == pytest.approx(2 * before.high)


def test_what_all_pixels_are_computed_for(show: Callable[..., Any], photo_lab: Callable[..., Any]) -> None:
    view: PhotoView = show(PhotoView(), 560, 500)
    view.show_lab(photo_lab())
    assert view.footer.facts.text().startswith("for saving and statistics")
    view.show_full(Whole(perform(photo_lab()).output, (0,)))
    view.show_full(None)
    assert view.footer.facts.text().startswith("for saving and statistics")

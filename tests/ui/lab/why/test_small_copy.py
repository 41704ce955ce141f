"""A photo on the pages that say why: in fewer cells, and they say so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from convviz.spec.lab.colours import with_input
from convviz.spec.lab.lab import drawn_lab
from convviz.spec.lab.presets import lab
from convviz.spec.lab.source import FromPhoto
from convviz.spec.lab.trial import perform
from convviz.spec.photo import Photo
from convviz.ui.lab.pages import follow, shown_on
from convviz.ui.lab.why.equivariance_page import EquivariancePage
from convviz.ui.lab.why.pooling_page import PoolingPage
from convviz.ui.lab.why.sharing_page import SharingPage

PIXELS = np.random.default_rng(0).integers(0, 256, (250, 320, 3), np.uint8)


@pytest.mark.parametrize(
    ("name", "make", "size"),
    [
        ("equivariance", EquivariancePage, (50, 64)),
        ("pooling", PoolingPage, (50, 64)),
        ("sharing", SharingPage, (38, 48)),
    ],
)
@pytest.mark.parametrize("channel", ["grey", "rgb"])
def test_it_is_shown_in_cells_and_that_is_said(
    show: Callable[..., Any], name: str, make: Callable[[], Any], size: tuple[int, int], channel: Any
) -> None:
    page = show(make(), 690, 600)
    photo = with_input(drawn_lab(), FromPhoto(Photo(PIXELS), channel))
    follow(page, shown_on(name, photo, None), 0)
    line = page.copied if name == "pooling" else page.about
    rows, columns = page.input.values.shape[1:]
    assert line.isVisible()
    assert f"The photo in {rows}×{columns} cells" in line.text()
    if name != "sharing" or channel == "grey":
        assert (rows, columns) == size
    if name == "sharing":
        assert not page.matrix.note, "few enough that the matrix can be shown"
    page.grab()
    digits = lab("five-filters")
    follow(page, shown_on(name, digits, perform(digits)), 0)
    assert not line.isVisible()

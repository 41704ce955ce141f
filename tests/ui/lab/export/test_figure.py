"""Figures as files."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from convviz.spec.errors import InputError
from convviz.spec.lab.presets import PRESETS
from convviz.spec.lab.trial import Trial
from convviz.ui.lab.export.figure import moment, save_figure, svg
from convviz.ui.lab.export.page import Look, painted
from convviz.ui.look.theme import DARK, LIGHT


@pytest.mark.parametrize("name", PRESETS)
def test_every_example_is_an_svg_that_can_be_read(qapp: object, trial_of: Callable[[str], Trial], name: str) -> None:
    trial = trial_of(name)
    text = svg(moment(trial, 1), Look(LIGHT))
    root = ElementTree.fromstring(text)
    assert root.get("viewBox") == "0 0 960 540"
    assert QSvgRenderer(QByteArray(text)).isValid()
    words = ["".join(element.itertext()).strip() for element in root.iter() if element.tag.endswith("}text")]
    assert PRESETS[name].title in words


def test_an_svg_names_a_generic_font_and_writes_all_signs(qapp: object, trial_of: Callable[[str], Trial]) -> None:
    written = "".join(svg(moment(trial_of(name)), Look(DARK)).decode() for name in ("signal", "conv-4-5"))
    assert '"Sans Serif"' not in written
    families = re.findall(r'font-family="([^"]*)"', written)
    assert families
    assert all(family.endswith("sans-serif") for family in families)
    for sign in "⌊⌋⊛×−":
        assert sign in written


def apart(a: QImage, b: QImage, x: int, y: int) -> int:
    """The largest difference of red, green or blue; what shines through is rounded differently."""
    return max(abs((a.pixel(x, y) >> shift & 255) - (b.pixel(x, y) >> shift & 255)) for shift in (0, 8, 16))


def test_an_svg_looks_like_the_picture(qapp: object, trial_of: Callable[[str], Trial]) -> None:
    scene = moment(trial_of("signal"), 2)
    picture = painted(scene, Look(DARK))
    drawn = QImage(960, 540, QImage.Format.Format_RGB32)
    with QPainter(drawn) as painter:
        QSvgRenderer(QByteArray(svg(scene, Look(DARK)))).render(painter)
    places = [(x, y) for x in range(1, 960, 12) for y in range(1, 540, 12)]
    assert sum(apart(picture, drawn, *place) <= 4 for place in places) / len(places) > 0.97


def test_a_png_has_twice_as_many_pixels(qapp: object, trial_of: Callable[[str], Trial], tmp_path: Path) -> None:
    out = tmp_path / "slide.PNG"
    save_figure(out, moment(trial_of("signal")), Look(DARK, (400, 300)))
    with Image.open(out) as picture:
        assert picture.size == (800, 600)
        assert picture.convert("RGB").getpixel((1, 1)) == (0x1B, 0x1E, 0x24)


@pytest.mark.parametrize("name", ["slide", "slide.jpg", "slide.gif", ".png"])
def test_other_endings_are_refused(qapp: object, trial_of: Callable[[str], Trial], tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"\.png or \.svg"):
        save_figure(tmp_path / name, moment(trial_of("signal")), Look())
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_told(qapp: object, trial_of: Callable[[str], Trial], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="choose another place"):
        save_figure(tmp_path / "no" / "slide.svg", moment(trial_of("signal")), Look())


def test_moments_are_the_positions(trial_of: Callable[[str], Trial]) -> None:
    trial = trial_of("stride-padding")
    scene = moment(trial, 6)
    assert scene.pointer is not None
    assert (scene.filled, scene.pointer.index) == (6, (0, 1, 2))
    assert moment(trial).filled == 9
    peak = moment(trial_of("template-1d")).rest
    assert peak is not None
    assert peak.index == (0, 0, 21)
    for position in (0, 10, -1):
        with pytest.raises(InputError, match="positions 1 to 9"):
            moment(trial, position)

"""A page as a figure: what it shows, in text and colours, below a title."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from convviz.spec.errors import InputError
from convviz.ui.lab.export.page import MARGIN_PX, TITLE_PX
from convviz.ui.lab.export.snapshot import Snapshot
from convviz.ui.look.theme import DARK


@pytest.fixture
def page(show: Callable[..., Any]) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.addWidget(QLabel("f(x) moves along"))
    patch = QWidget()
    patch.setObjectName("patch")
    patch.setStyleSheet("#patch { background: #ff8000 }")
    column.addWidget(patch, 1)
    shown: QWidget = show(page, 300, 200)
    return shown


def test_a_picture(page: QWidget, tmp_path: Path) -> None:
    Snapshot(page, "A title", DARK).save(tmp_path / "it.png")
    inside = page.findChild(QWidget, "patch").mapTo(page, QPoint(20, 20))
    with Image.open(tmp_path / "it.png") as picture:
        assert picture.size == (2 * (300 + 2 * MARGIN_PX), 2 * (200 + 2 * MARGIN_PX + TITLE_PX))
        at = 2 * (inside.x() + MARGIN_PX), 2 * (inside.y() + MARGIN_PX + TITLE_PX)
        assert picture.convert("RGB").getpixel(at) == (255, 128, 0)
        card = QColor(DARK.card)
        assert picture.convert("RGB").getpixel((2, 2)) == (card.red(), card.green(), card.blue())


def test_text_stays_text_in_a_drawing(page: QWidget, tmp_path: Path) -> None:
    Snapshot(page, "A title", DARK).save(tmp_path / "it.svg")
    root = ElementTree.fromstring((tmp_path / "it.svg").read_bytes())
    words = ["".join(element.itertext()).strip() for element in root.iter() if element.tag.endswith("}text")]
    assert words == ["A title", "f(x) moves along"]


def test_it_is_what_was_there_when_it_was_taken(page: QWidget, tmp_path: Path) -> None:
    taken = Snapshot(page, "A title", DARK)
    page.findChild(QLabel).setText("something else")
    taken.save(tmp_path / "it.svg")
    assert "moves along" in (tmp_path / "it.svg").read_text()


@pytest.mark.parametrize("name", ["it.gif", "it.jpg", "it"])
def test_other_endings_are_refused(page: QWidget, tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"\.png or \.svg"):
        Snapshot(page, "A title", DARK).save(tmp_path / name)
    assert not list(tmp_path.iterdir())

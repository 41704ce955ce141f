"""A painter that an exception leaves open ends the whole program: Qt cannot flush the window it is painting."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

import convviz.ui

SOURCES = sorted(Path(convviz.ui.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_painters_of_widgets_are_closed_whatever_happens(source: Path) -> None:
    for number, line in enumerate(source.read_text(encoding="utf-8").splitlines(), 1):
        if re.search(r"QPainter\(self\)", line):
            assert line.strip().startswith("with "), f"{source}:{number}: {line.strip()}"


def test_an_error_while_painting_leaves_the_window_alive(qtbot: QtBot) -> None:
    class Broken(QWidget):
        def paintEvent(self, event: QPaintEvent) -> None:
            with QPainter(self) as painter:
                painter.drawLine(0, 0, 9, 9)
                raise ValueError("while painting")

    widget = Broken()
    qtbot.addWidget(widget)
    with capture_exceptions() as caught, pytest.raises(ValueError, match="while painting"):
        widget.grab()
    assert not caught, "it came back to who asked"
    assert not widget.paintingActive()

"""A program to read: coloured, selectable, and in the colours of the theme."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convviz.ui.code.text import CodeText
from convviz.ui.look import theme


@pytest.fixture
def text(show: Callable[..., Any]) -> CodeText:
    return show(CodeText("code", "The program"), 300, 120)  # type: ignore[no-any-return]


def coloured(text: CodeText) -> dict[str, str]:
    """What is coloured on the first line, by colour; and what is bold."""
    block = text.document().firstBlock()
    found = {}
    for part in block.layout().formats():
        words = block.text().encode("utf-16-le")[2 * part.start : 2 * (part.start + part.length)].decode("utf-16-le")
        found[words] = part.format.foreground().color().name()
    return found


@pytest.mark.parametrize("look", [theme.DARK, theme.LIGHT])
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("class Net(nn.Module):", {"class": "accent", "Net": "text"}),
        ("    def forward(self, x):", {"def": "accent", "forward": "text"}),
        ("x = F.dropout(x, p=0.25)  # 1 of 4", {"0.25": "positive", "# 1 of 4": "dim"}),
        ("file = \"a # b\" # 'c'", {'"a # b"': "positive", "# 'c'": "dim"}),
        ("self.conv1 = nn.BatchNorm2d(6, eps=1e-05)", {"6": "positive", "1e-05": "positive"}),
        ('file = "𝔸" # 𝔹', {'"𝔸"': "positive", "# 𝔹": "dim"}),
        ("imported = x", {}),
    ],
)
def test_it_is_coloured(
    text: CodeText, qapp: QApplication, look: theme.Theme, line: str, expected: dict[str, str]
) -> None:
    text.show_code(line)
    theme.apply(qapp, look)  # also what is on screen already
    assert coloured(text) == {words: getattr(look, colour) for words, colour in expected.items()}


def test_it_is_selected_and_copied_but_not_typed_into(text: CodeText, qtbot: QtBot) -> None:
    text.show_code("x = x.view(-1, 256)")
    qtbot.keyClicks(text, "typed")
    text.selectAll()
    qtbot.keyClick(text, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == text.toPlainText() == "x = x.view(-1, 256)"


def test_who_reads_further_down_stays_there(text: CodeText) -> None:
    lines = [f"x = {number}" for number in range(100)]
    text.show_code("\n".join(lines))
    text.verticalScrollBar().setValue(40)
    text.show_code("\n".join(["x = 7", *lines[1:]]))
    assert text.verticalScrollBar().value() == 40
    assert text.toPlainText().startswith("x = 7\n")


def test_the_same_text_keeps_the_selection(text: CodeText) -> None:
    text.show_code("x = 1")
    text.selectAll()
    text.show_code("x = 1")
    assert text.textCursor().hasSelection()


def test_two_lines_need_no_scrolling(text: CodeText) -> None:
    text.show_code("a\nb")
    text.set_lines(2)
    assert text.verticalScrollBar().maximum() == 0

"""A report can be read, copied and closed, and stays beside the work."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from convviz.ui.report import ReportDialog

TEXT = "All 8 arrays were found.\nFound by their names (8):\n" + "\n".join(f"  layer{i}.weight" for i in range(40))


def test_it_is_read_copied_and_closed(show: Any, qtbot: QtBot) -> None:
    room = show(QWidget(), 800, 600)
    dialog = ReportDialog("mine.pt", TEXT, room)
    dialog.open()
    qtbot.waitUntil(dialog.isVisible)
    assert dialog.windowTitle() == "mine.pt"
    assert "mine.pt" in [label.text() for label in dialog.findChildren(QLabel)]
    lines = dialog.findChild(QPlainTextEdit, "report_text")
    assert isinstance(lines, QPlainTextEdit)
    assert lines.accessibleName()
    assert lines.toPlainText() == TEXT
    qtbot.keyClicks(lines, "typed")
    assert lines.toPlainText() == TEXT, "it is only to be read"
    lines.selectAll()
    qtbot.keyClick(lines, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == TEXT
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: room.findChildren(ReportDialog) == [])


def test_markup_in_it_is_text(show: Any) -> None:
    room = show(QWidget(), 400, 300)
    dialog = ReportDialog("x", "<b>conv1</b>.weight", room)
    lines = dialog.findChild(QPlainTextEdit, "report_text")
    assert isinstance(lines, QPlainTextEdit)
    assert lines.toPlainText() == "<b>conv1</b>.weight"

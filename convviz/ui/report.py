"""A report of several lines, to read and to copy."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

SIZE_PX = (560, 420)


class ReportDialog(QDialog):
    """``title`` over ``text``; stays beside the work until it is closed."""

    def __init__(self, title: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("report_dialog")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*SIZE_PX)
        heading = QLabel(title)
        heading.setProperty("role", "title")
        lines = QPlainTextEdit(text)
        lines.setObjectName("report_text")
        lines.setAccessibleName(f"Report on {title}")
        lines.setReadOnly(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.addWidget(heading)
        column.addWidget(lines)

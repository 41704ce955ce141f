"""Python in colours: enough for the programs that convviz writes."""

from __future__ import annotations

import keyword
import re

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from ..look.theme import Theme

_WORDS = "|".join(keyword.kwlist)
_PARTS = re.compile(
    r"""(?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
    r"|(?P<comment>\#.*)"
    r"|(?<=class\ )(?P<name>\w+)|(?<=def\ )(?P<function>\w+)"
    rf"|\b(?P<keyword>{_WORDS})\b"
    r"|(?<![\w.])(?P<number>\d[\d.]*(?:e-?\d+)?)"
)


class PythonHighlighter(QSyntaxHighlighter):
    """Colours of the theme; :meth:`set_theme` changes them."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._theme = theme
        self._formats = _formats(theme)

    def set_theme(self, theme: Theme) -> None:
        if theme is not self._theme:
            self._theme, self._formats = theme, _formats(theme)
            self.rehighlight()

    def highlightBlock(self, text: str) -> None:  # noqa: N802 - Qt's name
        for found in _PARTS.finditer(text):
            start, end = (_units(text[:at]) for at in found.span())
            self.setFormat(start, end - start, self._formats[str(found.lastgroup)])


def _units(text: str) -> int:
    """Its length as Qt counts: a character beyond 16 bits takes two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _formats(theme: Theme) -> dict[str, QTextCharFormat]:
    colours = {"string": theme.positive, "number": theme.positive, "comment": theme.dim, "keyword": theme.accent}
    made = {part: _format(colour) for part, colour in colours.items()}
    return made | {part: _format(theme.text, bold=True) for part in ("name", "function")}


def _format(colour: str, *, bold: bool = False) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(QColor(colour))
    if bold:
        made.setFontWeight(QFont.Weight.DemiBold)
    return made

"""The icons of play, pause and step, in the present theme."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QWidget

from ..look.icons import icon
from ..look.theme import Theme, theme_of


def transport_icon(name: str, widget: QWidget) -> QIcon:
    """``play``, ``pause``, ``back`` or ``forward`` for a widget."""
    return _made(name, theme_of(widget))


@lru_cache(maxsize=16)
def _made(name: str, theme: Theme) -> QIcon:
    return icon(name, theme)

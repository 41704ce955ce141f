"""Fonts of an SVG, for programs on other computers."""

from __future__ import annotations

import re

_FAMILY = re.compile(rb'font-family="([^"]*)"')
_ALIASES = (b"Sans Serif", b"Sans", b"sans-serif", b"MS Shell Dlg 2")  # Qt's names of no font in particular


def with_generic(svg: bytes) -> bytes:
    """Every family with the generic one of CSS behind it, or instead of Qt's own name for that.

    >>> with_generic(b'<g font-family="Sans Serif"/><g font-family="Segoe UI"/>')
    b'<g font-family="sans-serif"/><g font-family="Segoe UI, sans-serif"/>'
    """
    return _FAMILY.sub(lambda found: b'font-family="%b"' % _named(found[1]), svg)


def _named(family: bytes) -> bytes:
    return b"sans-serif" if family in _ALIASES else family + b", sans-serif"

"""Numbers with their sign, as short as the place demands."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite

from ..look.numbers import exact, headless, short_power


def signed(value: float) -> str:
    """A number with its sign and three digits.

    >>> signed(0.15394), signed(-2.0), signed(0.0), signed(1e-5)
    ('+0.154', '-2', '0', '+1e-5')
    """
    if value == 0 or not isfinite(value):
        return exact(abs(value) if value == 0 else value)
    return short_power(f"{value:+.3g}")


def signed_within(value: float, room: float, width: Callable[[str], float]) -> str:
    """As :func:`signed`, with fewer digits where there is no ``room`` for three.

    >>> [signed_within(0.0037831, room, len) for room in (8, 7, 6, 5)]
    ['+0.00378', '+0.0038', '+.0038', '+4e-3']
    """
    texts = [signed(value)]
    if value != 0 and isfinite(value):
        two = short_power(f"{value:+.2g}")
        texts += [two, headless(two), short_power(f"{value:+.0e}")]
    return next((text for text in texts if width(text) <= room), texts[-1])


def fitted(value: float, room: float, width: Callable[[str], float]) -> str:
    """The most exact text for a cell that is no wider than ``room``; empty if there is none.

    >>> [fitted(0.248, room, len) for room in (5, 4, 3, 2)]
    ['+0.25', '+.25', '+.2', '']
    """
    if value == 0 or not isfinite(value):
        texts = [exact(abs(value) if value == 0 else value)]
    elif 0.0067 <= abs(value) < 9.995:  # below, 0.01 is more than half as much again
        texts = [f"{value:+.2f}", f"{value:+.2f}", f"{value:+.1f}"]
        texts[1:] = map(headless, texts[1:])
        if texts[-1] in ("+.0", "-.0"):  # it is not zero
            texts[-1] = short_power(f"{value:+.0e}")
    elif 9.995 <= abs(value) < 999.5:
        texts = [f"{value:+.1f}", f"{value:+.0f}"]
    else:
        texts = [short_power(f"{value:+.0e}")]
        texts += [headless(f"{value:+.2f}")] if abs(value) < 1 else []  # a sign: it is not quite zero
    return next((text for text in texts if width(text) <= room), "")


def written(value: float, room: float, width: Callable[[str], float]) -> str:
    """As :func:`fitted`, with a minus as wide as the plus: in one grid either all numbers have a leading 0 or none.

    >>> [written(value, 5, len) for value in (0.05, -0.02, -3e-4)]
    ['+0.05', '−0.02', '−3e−4']
    """

    def with_sign(text: str) -> str:
        return f"−{text[1:]}" if text.startswith("-") else text

    text = with_sign(fitted(value, room, lambda text: width(with_sign(text))))
    proper = text.replace("-", "−")  # the exponent's as well, if there is room
    return proper if width(proper) <= room else text

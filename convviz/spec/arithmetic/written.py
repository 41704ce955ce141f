"""Numbers as they are put into formulas: short, with a proper minus, and never a stray sign."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf, isnan

MOST = 9  # numbers that are written out in one line, as of a 3 × 3 window


def written(value: float) -> str:
    """Four significant digits; a number that is not finite by its sign.

    >>> written(-0.81), written(1e-5), written(float("inf")), written(1234567.0)
    ('−0.81', '1e−05', '∞', '1.235e+06')
    """
    if isnan(value):
        return "NaN"
    if value in (inf, -inf):
        return "∞" if value > 0 else "−∞"
    text = f"{value:.4g}"
    return "0" if text == "-0" else text.replace("-", "−")


def factor(value: float) -> str:
    """A number behind an operator: a negative one stands in parentheses.

    >>> factor(2.0), factor(-2.0)
    ('2', '(−2)')
    """
    text = written(value)
    return f"({text})" if text.startswith("−") else text


def added(value: float) -> str:
    """A number to be added, with its operator.

    >>> added(0.3), added(-0.3)
    (' + 0.3', ' − 0.3')
    """
    text = written(value)
    return f" − {text[1:]}" if text.startswith("−") else f" + {text}"


def subtracted(value: float) -> str:
    """A number to be taken away, with its operator.

    >>> subtracted(0.12), subtracted(-0.12)
    (' − 0.12', ' + 0.12')
    """
    text = written(value)
    return f" + {text[1:]}" if text.startswith("−") else f" − {text}"


def summed(values: Iterable[float]) -> str:
    """Numbers that are added; negative ones behind a plus stand in parentheses.

    >>> summed([-1, 0.5, -1])
    '−1 + 0.5 + (−1)'
    """
    first, *more = values
    return " + ".join((written(first), *map(factor, more)))


def listed(values: Iterable[float], separator: str = ", ") -> str:
    """Numbers in a row.

    >>> listed([0.5, -1])
    '0.5, −1'
    """
    return separator.join(map(written, values))

"""Numbers as they are put into formulas: short, with a proper minus, and never a stray sign."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import inf, isnan

MOST = 9  # numbers that are written out in one line, as of a 3 × 3 window
DIGITS, MOST_DIGITS = 4, 9  # significant ones


def written(value: float, digits: int = DIGITS) -> str:
    """So many significant digits; a number that is not finite by its sign.

    >>> written(-0.81), written(1e-5), written(float("inf")), written(1234567.0)
    ('−0.81', '1e−05', '∞', '1.235e+06')
    """
    if isnan(value):
        return "NaN"
    if value in (inf, -inf):
        return "∞" if value > 0 else "−∞"
    text = f"{value:.{digits}g}"
    return "0" if text == "-0" else text.replace("-", "−")


def factor(value: float, digits: int = DIGITS) -> str:
    """A number behind an operator: a negative one stands in parentheses.

    >>> factor(2.0), factor(-2.0)
    ('2', '(−2)')
    """
    text = written(value, digits)
    return f"({text})" if text.startswith("−") else text


def added(value: float, digits: int = DIGITS) -> str:
    """A number to be added, with its operator.

    >>> added(0.3), added(-0.3)
    (' + 0.3', ' − 0.3')
    """
    text = written(value, digits)
    return f" − {text[1:]}" if text.startswith("−") else f" + {text}"


def subtracted(value: float, digits: int = DIGITS) -> str:
    """A number to be taken away, with its operator.

    >>> subtracted(0.12), subtracted(-0.12)
    (' − 0.12', ' + 0.12')
    """
    text = written(value, digits)
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


def equated(
    values: Sequence[float], of: Callable[[Sequence[float]], float], text: Callable[[int], str], result: str
) -> str:
    """``text(digits) = result`` with as many digits as it takes for that to be true, or ``≈`` where none suffice.

    ``of`` computes the left side from the ``values`` as they are written.

    >>> from math import log
    >>> def minus_log(p, result):
    ...     return equated([p], lambda found: -log(found[0]), lambda digits: f"−log({written(p, digits)})", result)
    >>> minus_log(0.5, "0.6931"), minus_log(0.99985611, "0.0001439"), minus_log(0.5, "0.7")
    ('−log(0.5) = 0.6931', '−log(0.9998561) = 0.0001439', '−log(0.5) ≈ 0.7')
    """
    wanted = _number(result)
    for digits in range(DIGITS, MOST_DIGITS + 1):
        try:
            found = of([float(f"{value:.{digits}g}") for value in values])
        except (ArithmeticError, ValueError):
            break
        if written(found, _digits(result)) == written(wanted, _digits(result)):
            return f"{text(digits)} = {result}"
    return f"{text(DIGITS)} ≈ {result}"


def _number(text: str) -> float:
    return float(text.replace("−", "-").replace("∞", "inf"))


def _digits(text: str) -> int:
    """Significant ones of a number that is written; four of one that is written shorter."""
    mantissa = text.split("e")[0].lstrip("−0.").replace(".", "")
    return max(DIGITS, len(mantissa))

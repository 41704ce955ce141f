"""Numbers as text: the same everywhere on screen."""

from __future__ import annotations

import re
from math import isinf, isnan

import numpy as np

MINUS = re.compile(r"(?<![\w.\-])-(?=[\d.∞])|(?<=\de)-(?=\d)")


def exact(value: float) -> str:
    """A float32 with as many digits as it takes to tell it from its neighbours.

    >>> exact(0.8127034), exact(-3.0), exact(float("nan"))
    ('0.8127034', '-3', 'NaN')
    """
    if isnan(value):
        return "NaN"
    if isinf(value):
        return "∞" if value > 0 else "-∞"
    with np.errstate(over="ignore"):
        return str(np.float32(value)).removesuffix(".0")


def plain(value: float) -> str:
    """A float32 without the noise of its last digits: at most six of them; zero has no sign.

    >>> plain(0.19999993), plain(-0.0), plain(-1234567.0), plain(0.8127034)
    ('0.2', '0', '-1.23457e+06', '0.812703')
    """
    if isnan(value) or isinf(value):
        return exact(value)
    return f"{value + 0.0:.6g}"


def typeset(text: str) -> str:
    """With a minus for every hyphen that is one.

    >>> typeset("row 1: -0.5 (was -2e-07)"), typeset("x-1")
    ('row 1: −0.5 (was −2e−07)', 'x-1')
    """
    return MINUS.sub("−", text) if "-" in text else text


def headless(text: str) -> str:
    """A number without the zero before its point, for places that are narrower still.

    >>> headless("−0.25"), headless("10.5"), headless("1e-5")
    ('−.25', '10.5', '1e-5')
    """
    return text.replace("0.", ".", 1) if text.lstrip("+-−").startswith("0.") else text


def short_power(text: str) -> str:
    """Without what an exponent does not need.

    >>> short_power("+1e-05"), short_power("2e+10"), short_power("0.5")
    ('+1e-5', '2e10', '0.5')
    """
    digits, mark, power = text.partition("e")
    return f"{digits}e{int(power)}" if mark else digits


def brief(value: float) -> str:
    """A value for a narrow place.

    >>> brief(3.14159), brief(-0.004), brief(12345.6), brief(0.0)
    ('3.1', '-0.004', '1e+04', '0')
    """
    if value == 0:
        return "0"
    if isnan(value) or isinf(value):
        return exact(value)
    return f"{value:.1f}" if 0.1 <= abs(value) < 1000 else f"{value:.1g}"


def signed(change: float) -> str:
    """A change, with its sign, in at most six characters.

    >>> signed(1.234), signed(-0.004), signed(-123.4), signed(1e9)
    ('+1.23', '0.00', '−123', '+1e+09')
    """
    if isnan(change) or isinf(change):
        return exact(change)
    text = f"{change:+.2f}" if abs(change) < 99.5 else f"{change:+.0f}" if abs(change) < 99_999 else f"{change:+.0e}"
    return "0.00" if text in ("+0.00", "-0.00") else text.replace("-", "−", 1)


def percent(share: float) -> str:
    """A share as a percentage with one decimal.

    >>> percent(0.965)
    '96.5 %'
    """
    return "NaN" if isnan(share) else f"{share * 100:.1f} %"


def accuracy_text(share: float) -> str:
    """An accuracy with one decimal; only one without any error is 100 %, and 0 % only one without any hit.

    A float32 gives the same text as the quotient that it holds: 1,981 of 2,000 are 99.1 % everywhere.

    >>> accuracy_text(1981 / 2000), accuracy_text(float(np.float32(1981 / 2000)))
    ('99.1 %', '99.1 %')
    >>> accuracy_text(9999 / 10_000), accuracy_text(1.0), accuracy_text(1e-4), accuracy_text(float("nan"))
    ('99.9 %', '100.0 %', '0.1 %', 'NaN')
    """
    if isnan(share) or share in (0, 1):
        return percent(share)
    tenths = int(round(share * 1000, 3) + 0.5)  # halves upwards; their noise is below the third decimal
    return f"{min(max(tenths, 1), 999) / 10:.1f} %"


def unit_name(layer: str, index: tuple[int, ...]) -> str:
    """How a unit is called in the status bar.

    >>> unit_name("relu1", (4, 2, 3)), unit_name("fc1", (17,))
    ('relu1[4] row 2, column 3', 'fc1[17]')
    """
    if len(index) == 3:
        return f"{layer}[{index[0]}] row {index[1]}, column {index[2]}"
    return f"{layer}[{index[0]}]"

"""What a setting of a layer may be so that the whole network still fits together, and why not more."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import gcd, isfinite, lcm, prod
from typing import Any

from .errors import InputError
from .geometry import describe
from .network import Conv2d, Dropout, Flatten, Layer, LeakyReLU, Linear, NetworkSpec

REACH = 64  # pixels: no kernel, stride, padding or dilation is offered beyond it
MOST_OUTPUTS = 4096  # channels or features: as many as AlexNet's widest layer; more would not be live
MOST_PARAMS = 2**26  # more than AlexNet has; with more, a kernel alone takes longer to copy than the mouse to move
MOST_VALUES = 2**25  # of all maps, 134 MB: a transposed convolution makes so many of few products
MOST_PRODUCTS = 2**32  # some seconds of a laptop for one picture, in which nothing else would be computed
WORDS = {
    "kernel": "kernel",
    "stride": "stride",
    "padding": "padding",
    "output_padding": "output padding",
    "dilation": "dilation",
    "groups": "number of groups",
    "out_channels": "number of channels",
    "out_features": "number of outputs",
}
_WHOLE = re.compile(r"[+-]?[0-9]+", re.ASCII)
_DIGITS = 9  # more than any setting needs, and arithmetic with it is quick
_SHOWN = 20  # characters of what was typed that a sentence repeats


@dataclass(frozen=True, slots=True, eq=False)
class Range:
    """The values a setting may have: ``low`` to ``high``, or only ``values`` where not every number between is allowed.

    ``why`` gives the sentence against a value, "" for one that is allowed. It is asked when somebody tries.
    """

    low: int
    high: int
    why: Callable[[int], str]
    values: Sequence[int] = ()

    def nearest(self, wanted: int) -> int:
        """The allowed value that is closest; the smaller one of two."""
        inside = min(max(wanted, self.low), self.high)
        if not self.values:
            return inside
        at = bisect_left(self.values, inside)
        around = self.values[max(at - 1, 0) : at + 1]
        return min(around, key=lambda value: abs(value - inside))

    def stepped(self, value: int, steps: int) -> int:
        """The value so many allowed ones further; beyond the ends one that is not allowed."""
        if not self.values:
            return value + steps
        at = bisect_left(self.values, value) + steps
        if at < 0:
            return self.low - 1
        return self.values[at] if at < len(self.values) else self.high + 1


def why_not(spec: NetworkSpec, layer: Layer) -> str:
    """The sentence against putting ``layer`` in the place of the one with its id; "" where the network still fits.

    >>> from convviz.spec.presets import lecture
    >>> why_not(lecture(), Conv2d("conv2", 64, (9, 9)))
    'conv2: its kernel 9×9 does not fit into its input 8×8; make the kernel smaller or the padding larger'
    """
    outputs = {"out_channels": "channels", "out_features": "outputs"}
    for field, word in outputs.items():
        count = getattr(layer, field, 0)
        if count > MOST_OUTPUTS:
            return (
                f"{layer.id}: {count:,} {word} would be too slow to follow the mouse; choose at most {MOST_OUTPUTS:,}"
            )
    if isinstance(layer, Dropout) and not 0 <= layer.p <= 1:
        return f"{layer.id}: p is the share of values that are dropped; choose a number from 0 to 1"
    if isinstance(layer, LeakyReLU) and not 0 <= layer.slope <= 1:
        return f"{layer.id}: choose a slope from 0 to 1"
    try:
        return _too_slow(spec, spec.with_layer(layer), layer.id)
    except InputError as error:
        return str(error)


def _too_slow(old: NetworkSpec, new: NetworkSpec, layer_id: str) -> str:
    """The sentence against a network that is too large to be edited live; one that is already may become smaller."""
    counts = [
        (
            sum(row.params for row in rows),
            sum(row.products for row in rows),
            sum(prod(row.output_shape) for row in rows),
        )
        for rows in (describe(old), describe(new))
    ]
    words, limits = ("parameters", "products", "values"), (MOST_PARAMS, MOST_PRODUCTS, MOST_VALUES)
    for word, most, was, now in zip(words, limits, *counts, strict=True):
        if now > most and now > was:
            return (
                f"{layer_id}: {now:,} {word} in all would be too slow to follow the mouse; choose a value with which "
                f"there are at most {most:,}"
            )
    return ""


def value_of(layer: Layer, field: str) -> Any:
    """A numeric setting, a pooling's stride as the number it stands for."""
    value = getattr(layer, field)
    return getattr(layer, "kernel") if value is None else value  # noqa: B009 - only layers that pool have None


def with_value(layer: Layer, field: str, value: object) -> Layer:
    """The layer with one setting changed."""
    changes: dict[str, Any] = {field: value}
    return replace(layer, **changes)


def allowed(spec: NetworkSpec, layer_id: str, field: str, axis: int = 0, *, linked: bool = False) -> Range:
    """What one setting may be while everything else stays; of a pair one ``axis``, or both where they are ``linked``.

    Raises:
        InputError: no value is possible for both axes at once.

    >>> from convviz.spec.presets import lecture
    >>> conv2 = allowed(lecture(), "conv2", "kernel", linked=True)
    >>> conv2.low, conv2.high, conv2.why(8)[:60]
    (1, 7, 'conv2 stays as it is, since pool2: its kernel 2×2 does not f')
    >>> allowed(lecture(), "conv2", "groups").values
    (1, 2, 4, 8, 16, 32)
    """
    layer = spec[layer_id]
    present = value_of(layer, field)
    if field == "groups":
        return _groups(spec, layer)
    if field in ("out_channels", "out_features"):
        return _outputs(spec, layer, field, present)
    pair: tuple[int, int] = present

    def changed(value: int) -> Layer:
        other = pair[1 - axis]
        both = (value, value) if linked else (value, other) if axis == 0 else (other, value)
        return with_value(layer, field, both)

    least, most = int(field not in ("padding", "output_padding")), max(REACH, *pair)
    why = _why(spec, changed, f"{layer_id}: the {WORDS[field]} may be at most {most}", most)
    starts = [pair[axis]] if not linked or pair[0] == pair[1] else [*pair, *range(least, most + 1)]
    start = next((value for value in starts if not why(value)), None)
    if start is None:
        raise InputError(
            f"{layer_id}: no {WORDS[field]} fits that is the same in height and width; leave them unlinked"
        )
    low, high = (_furthest(lambda value: not why(value), start, end) for end in (least, most))
    return Range(low, high, why)


def _outputs(spec: NetworkSpec, layer: Layer, field: str, present: int) -> Range:
    step = _channel_step(spec, layer) if field == "out_channels" else 1
    most = max(MOST_OUTPUTS // step, 1) * step
    why = _why(spec, lambda value: with_value(layer, field, value), "", max(most, present))
    last = _furthest(lambda n: not why(n * step), present // step, most // step)
    values = () if step == 1 else tuple(range(step, last * step + 1, step))
    return Range(step, last * step, why, values)


def _channel_step(spec: NetworkSpec, layer: Layer) -> int:
    """What the number of output channels must be a multiple of: the groups here and in the convolution that follows."""
    step: int = getattr(layer, "groups", 1)
    for later in spec.layers[spec.layers.index(layer) + 1 :]:
        if isinstance(later, Conv2d):
            return lcm(step, later.groups)
        if isinstance(later, Flatten | Linear):
            break
    return step


def _groups(spec: NetworkSpec, layer: Layer) -> Range:
    seen = next(row.input_shape[0] for row in describe(spec) if row.layer.id == layer.id)
    common = gcd(seen, value_of(layer, "out_channels"))
    why = _why(spec, lambda value: with_value(layer, "groups", value), "", common)
    values = tuple(n for n in range(1, common + 1) if common % n == 0 and not why(n))
    listed = ", ".join(str(n) for n in values)
    return Range(values[0], values[-1], lambda n: f"{why(n)}; possible are {listed}" if why(n) else "", values)


def _why(spec: NetworkSpec, changed: Callable[[int], Layer], beyond: str, most: int) -> Callable[[int], str]:
    def why(value: int) -> str:
        layer = changed(value)
        sentence = why_not(spec, layer)
        if sentence and not sentence.startswith(layer.id):
            return f"{layer.id} stays as it is, since {sentence}"
        return sentence or (f"{beyond}, to stay quick enough to follow the mouse" if beyond and value > most else "")

    return why


def _furthest(fits: Callable[[int], bool], start: int, end: int) -> int:
    """The last number from ``start`` towards ``end`` that fits.

    What fits is one stretch of numbers (a larger window only ever makes its output smaller, a larger padding only
    larger; of a transposed convolution the other way round), so steps that double and then halve find its end.
    """
    way = 1 if end >= start else -1
    good, step = start, 1
    while good != end:
        tried = good + way * min(step, abs(end - good))
        if fits(tried):
            good, step = tried, step * 2
            continue
        while abs(tried - good) > 1:
            middle = (good + tried) // 2
            good, tried = (middle, tried) if fits(middle) else (good, middle)
        return good
    return good


def whole_number(text: str) -> int:
    """What somebody typed as a whole number.

    Raises:
        InputError: it is not one.

    >>> whole_number(" 12 "), whole_number("−1")
    (12, -1)
    """
    typed = text.strip().replace("−", "-")
    if not typed:
        raise InputError("nothing was typed; type a whole number such as 3")
    if not _WHOLE.fullmatch(typed):
        raise InputError(f"{_quoted(typed)} is not a whole number; type one such as 3")
    if len(typed.lstrip("+-0")) > _DIGITS:
        raise InputError(f"{_quoted(typed)} is too large; type a whole number such as 3")
    return int(typed)


def share(text: str) -> float:
    """What somebody typed as a number from 0 to 1.

    Raises:
        InputError: it is not one.

    >>> share("0.25"), share("1")
    (0.25, 1.0)
    """
    typed = text.strip()
    if not typed:
        raise InputError("nothing was typed; type a number from 0 to 1 such as 0.5")
    try:
        value = float(typed) if typed.isascii() and "_" not in typed else None
    except ValueError:
        value = None
    if value is None:
        point = "; the decimal sign is a point" if "," in typed else "; type one such as 0.5"
        raise InputError(f"{_quoted(typed)} is not a number{point}")
    if not isfinite(value) or not 0 <= value <= 1:
        raise InputError(f"{_quoted(typed)} is not from 0 to 1; type a number such as 0.5")
    return value


def _quoted(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")

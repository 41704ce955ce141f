"""Whether a window fits its input, and an output the memory; a sentence where not."""

from __future__ import annotations

from math import prod

from .errors import InputError
from .network import Conv2d, Layer, Pair, Shape, times
from .receptive_field import per_axis

MAX_VALUES = 2**29  # of one output or one weight: 2 GiB of float32, a photo of 178 megapixels in colour


def check_window(layer: Layer, shape: Shape, kernel: Pair, stride: Pair, padding: Pair, dilation: Pair) -> None:
    """Whether the settings are possible at all on an input (C, H, W); each is (height, width).

    Raises:
        InputError: one of them is not, with what it may be.
    """
    for word, pair, least in (
        ("kernel", kernel, 1),
        ("stride", stride, 1),
        ("dilation", dilation, 1),
        ("padding", padding, 0),
    ):
        if min(pair) < least:
            raise InputError(f"{layer.id}: the {word} must be at least {least}, not {times(pair)}")
    if not isinstance(layer, Conv2d) and any(2 * padding[a] > kernel[a] for a in (0, 1)):
        raise InputError(
            f"{layer.id}: a pooling's padding may be at most half its kernel, {kernel[0] // 2} × {kernel[1] // 2}"
        )
    if isinstance(layer, Conv2d) and any(padding[a] > 0 for a in (0, 1)):
        limit = {"reflect": -1, "circular": 0}.get(layer.padding_mode)
        if limit is not None and any(padding[a] > shape[1 + a] + limit for a in (0, 1)):
            raise InputError(
                f"{layer.id}: {layer.padding_mode} padding takes its values from the input, so it may be at most "
                f"{shape[1] + limit} × {shape[2] + limit}"
            )
    check_size((shape[0], shape[1] + 2 * padding[0], shape[2] + 2 * padding[1]), layer.id)


def check_windows(
    layer: Layer, shape: Shape, size: Pair, kernel: Pair, stride: Pair, padding: Pair, dilation: Pair
) -> None:
    """Whether every window of a max pooling with ``size`` outputs holds a value.

    One of nothing but padding has no largest value: torch makes −∞ of it, and crashes on the way back.

    Raises:
        InputError: one holds none.
    """
    for a, name in ((0, "high"), (1, "wide")):
        n = shape[1 + a]
        if dilation[a] <= n or not padding[a]:
            continue  # of two neighbouring taps around a map, one lies in it
        for start in range(-padding[a], size[a] * stride[a] - padding[a], stride[a]):
            if not any(0 <= start + i * dilation[a] < n for i in range(kernel[a])):
                raise InputError(
                    f"{layer.id}: with dilation {dilation[a]} a window steps over its input, which is {n} {name}, and "
                    "holds nothing but padding; make the dilation or the padding smaller"
                )


def too_large(layer: Layer, shape: Shape, kernel: Pair, padding: Pair, dilation: Pair) -> str:
    """Why there is no place for the window."""
    span = per_axis(lambda a: 1 + (kernel[a] - 1) * dilation[a])
    room = per_axis(lambda a: shape[1 + a] + 2 * padding[a])
    spread = f", which spans {times(span)} with dilation {times(dilation)}," if span != kernel else ""
    return (
        f"{layer.id}: its kernel {times(kernel)}{spread} does not fit into its "
        f"{'padded ' if any(padding) else ''}input {times(room)}; make the kernel smaller or the padding larger"
    )


def check_size(shape: Shape, where: str) -> None:
    """Whether so many values fit into the memory.

    Raises:
        InputError: they do not; it begins with ``where``.
    """
    if prod(shape) > MAX_VALUES:
        gigabytes = min(prod(shape) * 4, 10**24) / 1e9
        raise InputError(
            f"{where}: {times(shape)[:60]} values would take {gigabytes:,.1f} GB; choose something smaller"
        )

"""The sizes of a transposed convolution, along each axis, and whether its settings are possible."""

from __future__ import annotations

from .errors import InputError
from .fitting import check_size
from .network import ConvTranspose2d, Pair, Shape, times


def transposed_size(layer: ConvTranspose2d, axis: int, size: int) -> int:
    """(size − 1)·s − 2p + d(k − 1) + output padding + 1, along the height (0) or the width (1), as PyTorch.

    >>> transposed_size(ConvTranspose2d("conv", 1, (3, 3), stride=(2, 2)), 0, 4)
    9
    """
    kernel, stride, padding, more, dilation = (pair[axis] for pair in _settings(layer))
    return (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + more + 1


def check_transposed(layer: ConvTranspose2d, shape: Shape) -> None:
    """Whether the settings are possible on an input (C, H, W).

    Raises:
        InputError: one of them is not, with what it may be.
    """
    kernel, stride, padding, more, dilation = _settings(layer)
    for word, pair, least in (
        ("kernel", kernel, 1),
        ("stride", stride, 1),
        ("dilation", dilation, 1),
        ("padding", padding, 0),
        ("output padding", more, 0),
    ):
        if min(pair) < least:
            raise InputError(f"{layer.id}: the {word} must be at least {least}, not {times(pair)}")
    for a in (0, 1):
        if more[a] >= max(stride[a], dilation[a]):
            raise InputError(
                f"{layer.id}: the output padding must be smaller than the stride or the dilation, so here at most "
                f"{max(stride[a], dilation[a]) - 1}"
            )
        if transposed_size(layer, a, shape[1 + a]) < 1:
            raise InputError(f"{layer.id}: a padding of {padding[a]} cuts away all of the output; make it smaller")
    check_size((shape[0], *(transposed_size(layer, a, shape[1 + a]) + 2 * padding[a] for a in (0, 1))), layer.id)


def transposed_formula(layer: ConvTranspose2d, shape: Shape, size: Pair) -> str:
    """The output's shape, and a line an axis with the numbers put in."""
    kernel, stride, padding, more, dilation = _settings(layer)
    axes = [
        f"{name} = ({shape[1 + a]} − 1)·{stride[a]} − 2·{padding[a]} + {dilation[a]}·({kernel[a]} − 1) + {more[a]} + 1"
        f" = {size[a]}"
        for a, name in ((0, "height"), (1, "width"))
    ]
    return f"{times((layer.out_channels, *size))}\n" + "\n".join(axes)


def _settings(layer: ConvTranspose2d) -> tuple[Pair, Pair, Pair, Pair, Pair]:
    return layer.kernel, layer.stride, layer.padding, layer.output_padding, layer.dilation

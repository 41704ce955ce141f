"""The Lab's operation as torch does it: in two dimensions, and of a signal in one."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - as everybody calls it

from ..spec.errors import InputError
from ..spec.lab.lab import Lab, Operation
from ..spec.lab.pose import posed
from ..spec.lab.trial import source_values
from ..spec.network import AvgPool2d, Conv2d, ConvTranspose2d, MaxPool2d, times
from ..spec.weights import shapes
from .trace import as_picture

Floats = NDArray[np.float32]


def apply(lab: Lab, values: Floats | None = None, drawing: Floats | None = None) -> Floats:
    """The output (D, H′, W′) of the Lab's operation for the input ``values`` (C, H, W), or for its own input.

    ``drawing`` (1, 28, 28) is what a network receives of the drawing, where that is the Lab's input; else it is empty.

    Raises:
        InputError: the operation does not fit the input, or ``values`` have another shape.

    >>> from convviz.spec.lab.presets import lab
    >>> apply(lab("signal")).tolist()  # the lecture's (1, 2, 3, 4) ⊛ (3, 2)
    [[[7.0, 12.0, 17.0]]]
    """
    given = posed(source_values(lab, drawing), lab.pose) if values is None else as_picture(values)
    row = lab.row
    if given.shape != row.input_shape:
        raise InputError(f"this input is {times(given.shape)}, but the operation needs {times(row.input_shape)}")
    x = torch.tensor(given)[None]
    weight, bias = _tensor(lab, "conv.weight"), _tensor(lab, "conv.bias")
    with torch.no_grad():
        if lab.dims == 1:
            kernels = None if weight is None else weight[:, :, 0]
            return _numbers(_along(lab.layer, x[:, :, 0], kernels, bias)[:, :, None])
        return _numbers(_over(lab.layer, x, weight, bias))


def _over(layer: Operation, x: Tensor, weight: Tensor | None, bias: Tensor | None) -> Tensor:
    """Of (1, C, H, W), with kernels (D, C / groups, h, w)."""
    match layer:
        case Conv2d() as c:
            assert weight is not None
            padded, padding = x, c.padding
            if c.padding_mode != "zeros":
                (p, q), padding = padding, (0, 0)
                padded = F.pad(x, (q, q, p, p), c.padding_mode)
            return F.conv2d(padded, weight, bias, c.stride, padding, c.dilation, c.groups)
        case ConvTranspose2d() as c:
            assert weight is not None
            kernels = _as_torch_has_them(weight, c.groups)
            return F.conv_transpose2d(
                x, kernels, bias, c.stride, c.padding, c.output_padding, groups=c.groups, dilation=c.dilation
            )
        case MaxPool2d() as m:
            return F.max_pool2d(x, m.kernel, m.stride, m.padding, m.dilation, m.ceil_mode)
        case AvgPool2d() as m:
            return F.avg_pool2d(x, m.kernel, m.stride, m.padding, m.ceil_mode, m.count_include_pad)
    return F.relu(x)


def _along(layer: Operation, x: Tensor, weight: Tensor | None, bias: Tensor | None) -> Tensor:
    """Of (1, C, W), with kernels (D, C / groups, w)."""
    match layer:
        case Conv2d() as c:
            assert weight is not None
            padded, padding = x, c.padding[1]
            if c.padding_mode != "zeros":
                padded, padding = F.pad(x, (padding, padding), c.padding_mode), 0
            return F.conv1d(padded, weight, bias, c.stride[1], padding, c.dilation[1], c.groups)
        case ConvTranspose2d() as c:
            assert weight is not None
            kernels = _as_torch_has_them(weight, c.groups)
            return F.conv_transpose1d(
                x, kernels, bias, c.stride[1], c.padding[1], c.output_padding[1], c.groups, c.dilation[1]
            )
        case MaxPool2d() as m:
            stride = (m.stride or m.kernel)[1]
            return F.max_pool1d(x, m.kernel[1], stride, m.padding[1], m.dilation[1], m.ceil_mode)
        case AvgPool2d() as m:
            stride = (m.stride or m.kernel)[1]
            return F.avg_pool1d(x, m.kernel[1], stride, m.padding[1], m.ceil_mode, m.count_include_pad)
    return F.relu(x)


def _as_torch_has_them(weight: Tensor, groups: int) -> Tensor:
    """(C, D / groups, …) of (D, C / groups, …), see :class:`~convviz.spec.network.ConvTranspose2d`."""
    return torch.cat([part.transpose(0, 1) for part in weight.chunk(groups)])


def _tensor(lab: Lab, name: str) -> Tensor | None:
    """The weights that are multiplied; None where the layer has none of that name."""
    return torch.tensor(lab.multiplied[name]) if name in shapes(lab.network) else None


def _numbers(output: Tensor) -> Floats:
    return np.asarray(output[0].contiguous().numpy(), np.float32)

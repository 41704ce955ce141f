"""From a spec to torch: one module a layer, in a Sequential keyed by the layers' ids."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import Tensor, nn

from ..spec.errors import InputError
from ..spec.geometry import LayerGeometry, describe
from ..spec.network import (
    GELU,
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    LeakyReLU,
    Linear,
    MaxPool2d,
    NetworkSpec,
    ReLU,
    Sigmoid,
    Tanh,
)
from ..spec.weights import Weights, check


def build(spec: NetworkSpec, weights: Weights | None = None, device: str | torch.device = "cpu") -> nn.Sequential:
    """The network as torch runs it, in evaluation mode; parameters are named as in ``weights``.

    Without weights the parameters keep PyTorch's random start.

    Raises:
        InputError: a layer does not fit its input, or the weights are not this network's.

    >>> from convviz.spec.presets import lecture
    >>> build(lecture())(torch.zeros(1, 1, 28, 28)).shape
    torch.Size([1, 10])
    """
    if weights is not None:
        check(spec, weights)
    try:
        network = nn.Sequential(OrderedDict((row.layer.id, _module(row)) for row in describe(spec)))
    except KeyError as error:  # torch keeps names like "forward" for itself
        raise InputError(f"a layer of {spec.name!r} has a name that torch does not allow: {error.args[0]}") from None
    if weights is not None:
        load(network, weights)
    return network.to(device).eval()


def load(network: nn.Module, weights: Weights) -> None:
    """Copies ``weights`` into the network, in place; the network never shares memory with them."""
    own = network.state_dict()
    with torch.no_grad():
        for name, array in weights.items():
            own[name].copy_(as_tensor(array))


def snapshot(network: nn.Module) -> Weights:
    """The network's parameters and running statistics, copied to numpy."""
    return Weights(
        {
            name: tensor.detach().cpu().numpy().copy()
            for name, tensor in network.state_dict().items()
            if not name.endswith("num_batches_tracked")
        }
    )


def as_tensor(array: object) -> Tensor:
    """A tensor with a copy of the array: torch warns about, and must never write to, read-only memory."""
    return torch.tensor(array)


def _module(row: LayerGeometry) -> nn.Module:
    match row.layer:
        case Conv2d() as c:
            return nn.Conv2d(
                row.input_shape[0],
                c.out_channels,
                c.kernel,
                c.stride,
                c.padding,
                c.dilation,
                c.groups,
                c.bias,
                c.padding_mode,
            )
        case MaxPool2d() as p:
            return nn.MaxPool2d(p.kernel, p.stride, p.padding, p.dilation, ceil_mode=p.ceil_mode)
        case AvgPool2d() as p:
            return nn.AvgPool2d(p.kernel, p.stride, p.padding, p.ceil_mode, p.count_include_pad)
        case BatchNorm2d() as b:
            return nn.BatchNorm2d(row.input_shape[0], b.eps, b.momentum, b.affine)
        case Linear() as f:
            return nn.Linear(row.input_shape[0], f.out_features, f.bias)
        case Dropout() as d:
            return nn.Dropout(d.p)
        case ReLU():
            return nn.ReLU()
        case LeakyReLU(slope=slope):
            return nn.LeakyReLU(slope)
        case Tanh():
            return nn.Tanh()
        case Sigmoid():
            return nn.Sigmoid()
        case GELU():
            return nn.GELU()
        case Flatten():
            return nn.Flatten()
    raise TypeError(f"no torch module for {row.layer!r}")

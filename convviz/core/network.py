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
    Layer,
    LeakyReLU,
    Linear,
    MaxPool2d,
    NetworkSpec,
    ReLU,
    Shape,
    Sigmoid,
    Tanh,
)
from ..spec.weights import Weights, check

Parts = dict[tuple[Layer, Shape], nn.Module]  # modules by what they were made from


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
    network = _chained(spec, {_part(row): _module(row) for row in describe(spec)})
    if weights is not None:
        load(network, weights)
    return network.to(device).eval()


def assemble(
    spec: NetworkSpec, weights: Weights, device: str | torch.device = "cpu", parts: Parts | None = None
) -> tuple[nn.Sequential, Parts]:
    """As :func:`build`, but takes modules from ``parts`` where a layer and its input are the same; returns its own.

    Raises:
        InputError: a layer does not fit its input, or the weights are not this network's.
    """
    check(spec, weights)
    known = parts or {}
    made = {_part(row): known.get(_part(row)) or _empty(row).to(device) for row in describe(spec)}
    network = _chained(spec, made)
    load(network, weights)
    return network.eval(), made


def _part(row: LayerGeometry) -> tuple[Layer, Shape]:
    return row.layer, row.input_shape


def _empty(row: LayerGeometry) -> nn.Module:
    """The module without its random start, which takes longer than all the rest."""
    with torch.device("meta"):
        module = _module(row)
    # not Module.to_empty, for which torch first imports sympy: a quarter of a second
    for name, parameter in tuple(module.named_parameters()):
        setattr(module, name, nn.Parameter(torch.empty(parameter.shape)))
    for name, buffer in tuple(module.named_buffers()):
        setattr(module, name, torch.zeros(buffer.shape, dtype=buffer.dtype))
    return module


def _chained(spec: NetworkSpec, parts: Parts) -> nn.Sequential:
    try:
        return nn.Sequential(OrderedDict((layer.id, module) for (layer, _), module in parts.items()))
    except KeyError as error:  # torch keeps names like "forward" for itself
        raise InputError(f"a layer of {spec.name!r} has a name that torch does not allow: {error.args[0]}") from None


def load(network: nn.Module, weights: Weights, known: Weights | None = None) -> None:
    """Copies ``weights`` into the network, in place; the network never shares memory with them.

    Arrays that are the same object in ``known``, which the network already holds, are left out.
    """
    own = network.state_dict()
    with torch.no_grad():
        for name, array in weights.items():
            if known is None or known.get(name) is not array:
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

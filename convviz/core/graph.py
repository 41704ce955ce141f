"""Shapes, parameters, products and receptive fields of a traced graph, node by node.

Where branches join, a unit sees the union of what it sees through each of them. That is again one field for all
units where the branches have the same jump. A mean over all positions, and attention, see everything. What depends
on where the unit lies (attention inside shifted windows, uneven pooling) "varies".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import Any, Literal

import torch
from torch import Tensor, fx, nn
from torch.utils._python_dispatch import TorchDispatchMode

from ..spec.network import Pair
from ..spec.receptive_field import ReceptiveField, one_or_pair

Field = ReceptiveField | Literal["all", "varies", "none"]  # "none": of a parameter, which sees no input

_VIEWS = {
    "getattr", "getitem", "size", "dim", "eq", "floordiv", "_assert", "view", "reshape", "permute", "transpose",
    "contiguous", "expand", "unsqueeze", "squeeze", "swapaxes", "chunk", "Identity", "stochastic_depth",
    "StochasticDepth", "Permute", "_get_relative_position_bias",
}  # fmt: skip
_POINTWISE = {
    "add", "mul", "sub", "cat", "relu", "sigmoid", "silu", "gelu", "hardswish", "hardsigmoid", "layer_norm", "dropout",
    "BatchNorm2d", "LayerNorm", "LayerNorm2d", "Dropout", "ReLU", "ReLU6", "SiLU", "GELU", "Sigmoid", "Hardswish",
    "Hardsigmoid", "Tanh", "Linear",
}  # fmt: skip
_GLOBAL = {"flatten", "mean", "Flatten", "MultiheadAttention"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the layer table of a graph."""

    name: str
    type: str
    output_shape: tuple[int, ...]  # without the batch
    params: int
    products: int
    field: Field


def row_json(row: Row) -> dict[str, Any]:
    """The row as ``geometry.as_json`` has it; a receptive field may also be "varies", or null: it sees no input."""
    seen = row.field if isinstance(row.field, ReceptiveField) else None
    return {
        "name": row.name,
        "type": row.type,
        "output_shape": list(row.output_shape),
        "params": row.params,
        "products": row.products,
        "receptive_field": one_or_pair(seen.size) if seen else None if row.field == "none" else row.field,
        "jump": one_or_pair(seen.jump) if seen else None,
        "start": one_or_pair(seen.start) if seen else None,
    }


def follow(graph: fx.GraphModule, network: nn.Module, input_shape: tuple[int, ...]) -> list[Row]:
    """The rows of ``graph`` (on the meta device) for one input (C, H, W); its parameters are counted once each.

    Parameters that evaluation never uses, as those of auxiliary classifiers, come last with no output.
    """
    walk = _Walk(graph)
    walk.run(torch.empty(1, *input_shape, device="meta"))
    for name, child in network.named_children():
        left = sum(p.numel() for p in child.parameters() if id(p) not in walk.counted)
        if left:
            walk.rows.append(Row(name, f"{type(child).__name__} (training only)", (), left, 0, "none"))
    return walk.rows


class _Walk(fx.Interpreter):
    """Runs the graph and keeps, for every node, its field and its row."""

    def __init__(self, graph: fx.GraphModule) -> None:
        super().__init__(graph)
        self.rows: list[Row] = []
        self.fields: dict[fx.Node, Field] = {}
        self.counted: set[int] = set()

    def run_node(self, n: fx.Node) -> Any:
        with _Products() as counter:
            value = super().run_node(n)
        if n.op == "placeholder":
            self.fields[n] = ReceptiveField()
        elif n.op in ("get_attr", "output"):
            self.fields[n] = "none"
        else:
            self._visit(n, value, counter.products)
        return value

    def _visit(self, node: fx.Node, value: Any, products: int) -> None:
        module = self.fetch_attr(str(node.target)) if node.op == "call_module" else None
        kind = type(module).__name__ if module is not None else getattr(node.target, "__name__", str(node.target))
        inputs = [self.env[source] for source in node.all_input_nodes]
        before = next((i for i in inputs if isinstance(i, Tensor)), None)
        field = union(self.fields[source] for source in node.all_input_nodes)
        self.fields[node] = _after(kind, node, module, field, before, value)
        params = self._new_params(node, module)
        if kind == "MultiheadAttention":
            value = value[0]  # beside the averaged attention, or None
        if isinstance(value, Tensor) and (kind not in _VIEWS or params or products):
            name = str(node.target) if module is not None else node.name
            self.rows.append(Row(name, kind, tuple(value.shape[1:]), params, products, self.fields[node]))

    def _new_params(self, node: fx.Node, module: nn.Module | None) -> int:
        used = list(module.parameters()) if module is not None else []
        for source in node.all_input_nodes:
            if source.op == "get_attr":
                value = self.fetch_attr(str(source.target))
                used += [value] if isinstance(value, nn.Parameter) else []
        fresh = [p for p in used if id(p) not in self.counted]
        self.counted.update(map(id, fresh))
        return sum(map(Tensor.numel, fresh))


class _Products(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts multiplications by weights, as the lecture does: those of convolutions and of linear layers.

    Attention multiplies activations with each other (batched products); these have no weights and are not counted.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.products = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        aten = torch.ops.aten
        if func is aten.convolution.default:
            self.products += result.numel() * prod(args[1].shape[1:])
        elif func in (aten.mm.default, aten.addmm.default):
            self.products += result.numel() * int(args[-1].shape[0])
        return result


def union(fields: Iterable[Field]) -> Field:
    """What a unit sees that sees through all of these.

    >>> union([ReceptiveField((3, 3), (2, 2), (-1, -1)), ReceptiveField((5, 5), (2, 2), (0, 0))])
    ReceptiveField(size=(6, 6), jump=(2, 2), start=(-1, -1))
    """
    joined: Field = "none"
    for field in fields:
        if joined == "none" or field == "all":
            joined = field
        elif joined == "all" or field == "none":
            continue
        elif isinstance(joined, ReceptiveField) and isinstance(field, ReceptiveField) and joined.jump == field.jump:
            joined = _hull(joined, field)
        else:
            joined = "varies"
    return joined


def _hull(a: ReceptiveField, b: ReceptiveField) -> ReceptiveField:
    start = (min(a.start[0], b.start[0]), min(a.start[1], b.start[1]))
    height, width = (max(a.start[i] + a.size[i], b.start[i] + b.size[i]) - start[i] for i in (0, 1))
    return ReceptiveField((height, width), a.jump, start)


def _after(
    kind: str, node: fx.Node, module: nn.Module | None, field: Field, before: Tensor | None, value: Any
) -> Field:
    if kind in _GLOBAL:
        return field if field == "none" else "all"
    if kind in ("AdaptiveAvgPool2d", "adaptive_avg_pool2d") and before is not None:
        return _adaptive(field, tuple(before.shape[-2:]), tuple(value.shape[-2:]))
    settings = _window(kind, node, module)
    if settings is not None:
        return field.through(*settings) if isinstance(field, ReceptiveField) else field
    if kind in _VIEWS or kind in _POINTWISE or not isinstance(field, ReceptiveField):
        return field
    return "varies"  # attention inside windows, and whatever a later torchvision brings


def _window(kind: str, node: fx.Node, module: nn.Module | None) -> tuple[Pair, Pair, Pair, Pair] | None:
    """(kernel, stride, padding, dilation) of a sliding window, as a module or as a function."""
    if kind in ("Conv2d", "MaxPool2d", "AvgPool2d"):
        setting: Callable[[str, Any], Any] = lambda name, default: getattr(module, name, default)  # noqa: E731
    elif kind in ("max_pool2d", "boolean_dispatch", "avg_pool2d"):
        places = ("kernel_size", "stride", "padding", "dilation")
        given = dict(zip(places, node.args[1:], strict=False)) | node.kwargs
        setting = lambda name, default: given.get(name, default)  # noqa: E731
    else:
        return None
    kernel = _both(setting("kernel_size", None))
    stride = setting("stride", None)
    padding, dilation = _both(setting("padding", 0)), (1, 1) if kind == "avg_pool2d" else _both(setting("dilation", 1))
    return kernel, kernel if stride is None else _both(stride), padding, dilation


def _both(value: Any) -> Pair:
    return (int(value[0]), int(value[1])) if isinstance(value, tuple | list) else (int(value), int(value))


def _adaptive(field: Field, before: tuple[int, ...], after: tuple[int, ...]) -> Field:
    """Adaptive pooling: window i of n over m values reaches from ⌊i·m/n⌋ to ⌈(i + 1)·m/n⌉."""
    if field == "none" or before == after:
        return field
    if after == (1, 1):
        return "all"
    if not isinstance(field, ReceptiveField):
        return field
    kernel, stride = [], []
    for m, n in zip(before, after, strict=True):
        starts = [i * m // n for i in range(n)]
        sizes = {-(-(i + 1) * m // n) - starts[i] for i in range(n)}
        steps = {b - a for a, b in pairwise(starts)} or {1}
        if len(sizes) > 1 or len(steps) > 1:
            return "varies"
        kernel.append(sizes.pop())
        stride.append(steps.pop())
    return field.through((kernel[0], kernel[1]), (stride[0], stride[1]), (0, 0), (1, 1))

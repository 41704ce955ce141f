"""Every layer's output of one forward pass, as it was before anything later touched it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ..spec.errors import InputError
from ..spec.network import times
from ..spec.softmax import softmax

__all__ = ["Capture", "Trace", "capture", "scores", "softmax", "trace"]
Floats = NDArray[np.float32]


@dataclass(slots=True)
class Capture:
    """What the hooks saw, in the order of the calls: outputs (N, …) and milliseconds, by call.

    A module called for the second time in one pass (residual networks share one ReLU) is ``name#2``.
    """

    outputs: dict[str, Tensor] = field(default_factory=dict)
    layer_ms: dict[str, float] = field(default_factory=dict)

    def add(self, name: str, output: Tensor, ms: float) -> None:
        """One more call of a module."""
        key, call = name, 1
        while key in self.outputs:
            call += 1
            key = f"{name}#{call}"
        self.outputs[key], self.layer_ms[key] = output, ms


@contextmanager
def capture(network: nn.Module, *, attached: bool = False) -> Iterator[Capture]:
    """Records the output of every innermost module while the block runs.

    Each output is cloned at once: an in-place ReLU that follows would otherwise overwrite what was recorded.
    ``attached`` outputs stay part of torch's graph, so that gradients with respect to them can be asked for.

    >>> network = nn.Sequential(nn.Identity(), nn.ReLU(inplace=True))
    >>> with capture(network) as seen, torch.no_grad():
    ...     _ = network(torch.tensor([-1.0, 2.0]))
    >>> seen.outputs["0"].tolist(), seen.outputs["1"].tolist()
    ([-1.0, 2.0], [0.0, 2.0])
    """
    seen = Capture()
    started: list[float] = []

    def before(_module: nn.Module, args: tuple[Any, ...]) -> None:
        _wait(args)
        started.append(perf_counter())

    def after(name: str, _module: nn.Module, args: tuple[Any, ...], output: object) -> Tensor | None:
        _wait(args)
        elapsed_ms = (perf_counter() - started.pop()) * 1e3
        if not isinstance(output, Tensor):
            return None
        seen.add(name, output if attached else output.detach().clone(), elapsed_ms)
        return output.clone() if attached else None  # what follows may overwrite the clone

    hooks = []
    for name, module in network.named_modules():
        if next(module.children(), None) is None:
            hooks.append(module.register_forward_pre_hook(before))
            hooks.append(module.register_forward_hook(partial(after, name)))
    try:
        yield seen
    finally:
        for hook in hooks:
            hook.remove()


def _wait(args: tuple[Any, ...]) -> None:
    """A GPU works behind our back; a time means nothing until it is done."""
    if args and isinstance(args[0], Tensor) and args[0].is_cuda:
        torch.cuda.synchronize(args[0].device)


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """One input through the network: each layer's values (C, H, W) or (F,), and its milliseconds."""

    maps: dict[str, Floats]
    layer_ms: dict[str, float]

    @property
    def scores(self) -> Floats:
        """The last layer's values."""
        return self.maps[next(reversed(self.maps))]


def trace(network: nn.Module, picture: Floats) -> Trace:
    """Runs ``picture`` (C, H, W) through ``network`` and returns copies of all its layers' values.

    Raises:
        InputError: the picture is none.

    >>> from convviz.core.network import build
    >>> from convviz.spec.presets import lecture
    >>> result = trace(build(lecture()), np.zeros((1, 28, 28), np.float32))
    >>> result.maps["conv1"].shape, result.scores.shape
    ((32, 24, 24), (10,))
    """
    with torch.inference_mode(), capture(network) as seen:
        network(batch_of(network, picture))
    maps = {name: output[0].float().cpu().numpy() for name, output in seen.outputs.items()}
    return Trace(maps, seen.layer_ms)


def scores(network: nn.Module, picture: Floats) -> Floats:
    """The last layer's values for ``picture`` (C, H, W), flat, without looking at the layers between.

    >>> from convviz.core.network import build
    >>> from convviz.spec.presets import lecture
    >>> scores(build(lecture()), np.zeros((1, 28, 28), np.float32)).shape
    (10,)
    """
    with torch.inference_mode():
        output: Tensor = network(batch_of(network, picture))
    return output[0].float().flatten().cpu().numpy()


def as_numbers(values: object) -> Floats:
    """Real numbers of numpy, torch or lists in single precision; not always a copy.

    Raises:
        InputError: they are something else.

    >>> as_numbers(torch.ones(1, 2, 2, dtype=torch.int64)).dtype
    dtype('float32')
    """
    if isinstance(values, Tensor):
        tensor = values.detach().cpu()
        values = (tensor.float() if tensor.is_floating_point() else tensor).numpy()  # numpy has no bfloat16
    try:
        found = np.asarray(values)
    except ValueError:  # rows of different lengths
        found = np.empty(0, object)
    if found.dtype.kind not in "biuf":
        what = "complex numbers" if found.dtype.kind == "c" else type(values).__name__
        raise InputError(f"a picture is real numbers in channels × height × width, not {what}")
    with np.errstate(over="ignore"):
        return np.asarray(found, np.float32)


def as_picture(values: object) -> Floats:
    """As :func:`as_numbers`, but only (C, H, W).

    Raises:
        InputError: they are something else.
    """
    found = as_numbers(values)
    if found.ndim != 3:
        shape = times(found.shape) if found.ndim else "a single number"
        raise InputError(f"a picture is real numbers in channels × height × width, not {shape}")
    return found


def batch_of(network: nn.Module, picture: object) -> Tensor:
    """A picture (C, H, W) as ``network`` takes it: a copy (1, C, H, W) where the network is, in its precision.

    Raises:
        InputError: it is not a picture.
    """
    first = next(network.parameters(), None)
    kind = first.dtype if first is not None and first.is_floating_point() else torch.float32
    values = np.array(as_picture(picture), order="C")
    return torch.from_numpy(values).to(device_of(network), kind).unsqueeze(0)


def device_of(network: nn.Module) -> torch.device:
    first = next(network.parameters(), None)
    return first.device if first is not None else torch.device("cpu")

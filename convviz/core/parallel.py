"""``nn.DataParallel`` as the lecture prints it, and how fast batches of several sizes are trained on: measured here."""

from __future__ import annotations

import os
from collections.abc import Generator
from statistics import median
from time import perf_counter

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..spec.errors import InputError
from ..spec.geometry import describe
from ..spec.network import NetworkSpec
from ..spec.training.processes import (
    BATCHES,
    MOST_GPUS,
    MOST_SAMPLES,
    BatchSpeed,
    Chunk,
    DeviceFacts,
    Machine,
    Scattered,
)
from ..spec.weights import Weights, initial
from .device import devices, memory
from .network import build

_LONG_S = 0.4  # a batch size is measured that long, and at least twice


def machine() -> Machine:
    """The devices, cores and threads of this machine.

    >>> machine().devices[0].id
    'cpu'
    """
    found = tuple(DeviceFacts(device.id, device.name, _memory(device.id)) for device in devices())
    return Machine(found, os.cpu_count() or 1, torch.get_num_threads(), torch.__version__)


def _memory(device: str) -> int:
    if device.startswith("cuda"):
        return int(torch.cuda.get_device_properties(device).total_memory)
    return memory() if device == "cpu" else 0


# --- nn.DataParallel -------------------------------------------------------------------------------------------


class Dummy(nn.Module):
    """The lecture's: says what arrives at which GPU, and hands it on."""

    def __init__(self, m: nn.Module) -> None:
        super().__init__()
        self.m = m
        self.seen: list[Chunk] = []  # the same list in every replica, which are shallow copies

    def forward(self, x: Tensor, gpu: int | None = None) -> Tensor:
        at = gpu if gpu is not None else x.device.index or 0
        self.seen.append(Chunk(at, tuple(x.shape)))
        result: Tensor = self.m(x)
        return result


def scattered(
    spec: NetworkSpec, weights: Weights, samples: int = 50, gpus: int = 2
) -> Generator[None, None, Scattered]:
    """Runs one mini-batch of noise through the network on one GPU, then on ``gpus``; yields before each part.

    With fewer GPUs than that the batch is cut as DataParallel cuts it (``torch.chunk`` along the first dimension), and
    the parts are computed one after another; the result says so.

    Raises:
        InputError: no samples, or more GPUs or samples than anybody can look at.
    """
    for name, value, most in (("GPUs", gpus, MOST_GPUS), ("samples", samples, MOST_SAMPLES)):
        if not 1 <= value <= most:
            raise InputError(f"the number of {name} must be from 1 to {most}, not {value}")
    real = torch.cuda.device_count() >= gpus >= 2
    device = "cuda:0" if real else "cpu"
    dummy = Dummy(build(spec, weights, device).eval())
    x = torch.randn(samples, *spec.input_shape, generator=torch.Generator().manual_seed(0)).to(device)
    yield
    alone = _scores(dummy, x, 0)
    dummy.seen.clear()
    yield
    if real:
        with torch.inference_mode():
            together = nn.DataParallel(dummy, range(gpus))(x)
    else:
        parts = []
        for gpu, part in enumerate(torch.chunk(x, gpus)):
            parts.append(_scores(dummy, part, gpu))
            yield
        together = torch.cat(parts)
    chunks = tuple(sorted(dummy.seen))
    lines = ("Without data_parallel", _line(Chunk(0, tuple(x.shape))), "", "With data_parallel", *map(_line, chunks))
    return Scattered(tuple(x.shape), chunks, lines, float((alone - together).abs().max()), not real)


def _scores(dummy: Dummy, x: Tensor, gpu: int) -> Tensor:
    """Without a gradient, and without a pause: in inference mode other jobs could not train."""
    with torch.inference_mode():
        result: Tensor = dummy(x, gpu)
    return result


def _line(chunk: Chunk) -> str:
    return f"Dummy.forward {torch.Size(chunk.shape)} {chunk.gpu}"


# --- the size of a batch ---------------------------------------------------------------------------------------


def speeds(
    spec: NetworkSpec, device: str = "cpu", batches: tuple[int, ...] = BATCHES, long_s: float = _LONG_S
) -> Generator[BatchSpeed | None, None, tuple[BatchSpeed, ...]]:
    """Measures training steps (forward, backward, SGD) on batches of noise; yields each result, and None in between.

    It ends before a batch that does not fit into memory. The time between a yield and the next advance is not counted,
    so other jobs that take turns with it cost it nothing but the cache.
    """
    if not describe(spec):
        raise InputError("a network without layers has nothing to train")
    network = build(spec, initial(spec), device).train()
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimizer = torch.optim.SGD(network.parameters(), 1e-6)
    found: list[BatchSpeed] = []
    for batch in batches:
        images = torch.rand(batch, *spec.input_shape, device=device)
        times: list[float] = []
        while len(times) < 3 or sum(times) < long_s:
            yield None
            try:
                seconds = yield from _step(network, optimizer, images, device)
            except (MemoryError, RuntimeError) as error:
                if found and (isinstance(error, MemoryError) or "memory" in str(error).lower()):
                    return tuple(found)
                raise
            except ValueError:  # a batch norm of single values takes no batch of one
                break
            times.append(seconds)
        else:
            # the first step of a size prepares what the others reuse; of those, one that was interrupted does not count
            found.append(BatchSpeed(batch, batch / median(times[1:])))
            yield found[-1]
    return tuple(found)


def _step(
    network: nn.Module, optimizer: torch.optim.Optimizer, images: Tensor, device: str
) -> Generator[None, None, float]:
    """One step; the seconds it took, without the pause in its middle."""
    begun = perf_counter()
    optimizer.zero_grad(set_to_none=True)
    scores = network(images).flatten(1)
    loss = functional.cross_entropy(scores, torch.zeros(len(images), dtype=torch.int64, device=device))
    first = perf_counter() - begun
    yield
    begun = perf_counter()
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    if device != "cpu":
        float(loss.detach())  # a GPU is asked for a number, so that it must have finished
    return first + perf_counter() - begun

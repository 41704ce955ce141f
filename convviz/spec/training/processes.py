"""Several GPUs and several processes, as frozen data: what was measured, what was split, how torchrun is called."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import NamedTuple

from ..errors import InputError

MOST_PROCESSES = 64


class DeviceFacts(NamedTuple):
    """``memory`` in bytes, 0 where nobody says."""

    id: str
    name: str
    memory: int = 0


@dataclass(frozen=True, slots=True)
class Machine:
    """What there is to compute with. ``threads`` are those of the compute thread."""

    devices: tuple[DeviceFacts, ...]
    cores: int
    threads: int
    torch: str

    @property
    def gpus(self) -> tuple[DeviceFacts, ...]:
        return tuple(device for device in self.devices if device.id.startswith("cuda"))


class BatchSpeed(NamedTuple):
    """``images_per_s`` of training steps with batches of this size."""

    batch: int
    images_per_s: float


class Chunk(NamedTuple):
    """What one GPU got of a mini-batch: its samples, and their shape with N in front."""

    gpu: int
    shape: tuple[int, ...]

    @property
    def samples(self) -> int:
        return self.shape[0]


@dataclass(frozen=True, slots=True)
class Scattered:
    """A mini-batch as ``nn.DataParallel`` splits it. ``lines`` as the lecture prints them.

    ``difference`` is the largest one between the scores with and without it. ``simulated``: there are not that many
    GPUs, so the parts were computed one after another where the network is.
    """

    shape: tuple[int, ...]
    chunks: tuple[Chunk, ...]
    lines: tuple[str, ...]
    difference: float
    simulated: bool


def torchrun(arguments: tuple[str, ...], processes: int, machines: int = 1, host: str = "HOST") -> str:
    """The command that trains in several processes, on one machine or on each of several.

    Raises:
        InputError: not 1 … 64 processes a machine.

    >>> torchrun(("--data", "mnist"), 2)
    'torchrun --standalone --nproc-per-node 2 -m convviz train --data mnist'
    >>> torchrun((), 4, machines=2, host="10.0.0.1")
    'torchrun --nnodes 2 --nproc-per-node 4 --rdzv-backend c10d --rdzv-endpoint 10.0.0.1:29500 -m convviz train'
    """
    if not 1 <= processes <= MOST_PROCESSES:
        raise InputError(f"the number of processes must be from 1 to {MOST_PROCESSES}, not {processes}")
    where = ["--standalone"]
    if machines > 1:
        where = ["--nnodes", str(machines)]
    where += ["--nproc-per-node", str(processes)]
    if machines > 1:
        where += ["--rdzv-backend", "c10d", "--rdzv-endpoint", f"{host}:29500"]
    return shlex.join(["torchrun", *where, "-m", "convviz", "train", *arguments])

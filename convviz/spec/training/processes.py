"""Several GPUs and several processes, as frozen data: what was measured, what was split, how torchrun is called."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, fields
from typing import NamedTuple

from ..errors import InputError
from ..network import NetworkSpec
from ..weights import Weights
from .run import Run
from .settings import TrainingSettings

MOST_PROCESSES, MOST_GPUS, MOST_SAMPLES = 16, 8, 1024
BATCHES = (1, 4, 16, 64, 256, 1024)  # sizes that are measured


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
        InputError: not 1 … 16 processes a machine.

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


def options(settings: TrainingSettings) -> tuple[str, ...]:
    """The settings as ``convviz train`` takes them; those it has anyway are left out.

    >>> options(TrainingSettings(epochs=3, weight_decay=0.1))
    ('--epochs', '3', '--weight-decay', '0.1')
    """
    usual, found = TrainingSettings(), []
    for field in fields(TrainingSettings):
        value = getattr(settings, field.name)
        if value != getattr(usual, field.name):
            found += [f"--{field.name.replace('_', '-')}", str(value)]
    return tuple(found)


# --- what a training in other processes says ---------------------------------------------------------------------


class ChildSaid(NamedTuple):
    """A line for people."""

    text: str


class ChildStepped(NamedTuple):
    """``accuracy`` of the test images after an epoch, None in between. ``epoch`` counts from 1."""

    step: int
    steps: int
    epoch: int
    loss: float
    images_per_s: float
    accuracy: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ChildEnded:
    """The processes are gone. ``text`` says how it ended; the network and its weights are there if it ended well.

    ``run`` is what was measured, with its last checkpoint if one was kept; its number is yet to be given.
    """

    text: str
    cancelled: bool = False
    network: NetworkSpec | None = None
    weights: Weights | None = None
    run: Run | None = None


class Measured(NamedTuple):
    """Of what was asked of the compute thread beside a training: a value, or why there is none; ``done`` is its end."""

    what: str
    value: object | None = None
    refused: str = ""
    done: bool = False

"""One training in several processes, one for each GPU or each machine, as ``torchrun`` starts them.

Every process holds the whole network and the whole data set, and draws the same random numbers. Of each joint
mini-batch it computes its own part; DistributedDataParallel averages the gradients, so all take the same step. The
curve is that of one process with the joint batch, but for the order in which floats are added.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar, cast

import numpy as np
import torch
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel

from ..spec.errors import InputError
from ..spec.training.news import Judged

_T = TypeVar("_T")
_PATIENCE = timedelta(hours=1)  # one process may download while the others wait; one that dies is noticed at once


@dataclass(frozen=True, slots=True)
class Share:
    """The part of every mini-batch that this process computes; all of it where it is alone.

    >>> [Share(rank, 3).part(10) for rank in range(3)]
    [slice(0, 3, None), slice(3, 6, None), slice(6, 10, None)]
    >>> Share().alone, Share().part(10)
    (True, slice(0, 10, None))
    """

    rank: int = 0
    world: int = 1
    local_rank: int = 0  # on this machine
    local_world: int = 1

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ) -> Share:
        """As torchrun says it to each process; alone without it.

        Raises:
            InputError: the numbers make no sense.

        >>> Share.of({"RANK": "1", "WORLD_SIZE": "2", "LOCAL_RANK": "1", "LOCAL_WORLD_SIZE": "2"}).name
        'process 2 of 2'
        >>> Share.of({}).alone
        True
        """
        if "RANK" not in environment or "WORLD_SIZE" not in environment:
            return cls()
        try:
            rank, world = int(environment["RANK"]), int(environment["WORLD_SIZE"])
            local = int(environment.get("LOCAL_RANK", rank)), int(environment.get("LOCAL_WORLD_SIZE", world))
        except ValueError:
            rank, world, local = -1, 0, (0, 1)
        if not 0 <= rank < world:
            raise InputError("RANK and WORLD_SIZE do not fit together; start several processes with torchrun")
        return cls(rank, world, *local)

    @property
    def alone(self) -> bool:
        return self.world == 1

    @property
    def first(self) -> bool:
        """Whether this is the process that prints and writes."""
        return self.rank == 0

    @property
    def name(self) -> str:
        return f"process {self.rank + 1} of {self.world}"

    def part(self, count: int) -> slice:
        """Its part of ``count`` things, in their order; the parts differ by at most one."""
        return slice(count * self.rank // self.world, count * (self.rank + 1) // self.world)

    def device(self, asked: str) -> str:
        """The device of this process: of several on a machine, each has a GPU of its own.

        Raises:
            InputError: there are more processes than GPUs.
        """
        if self.alone or not asked.startswith("cuda"):
            return asked
        if asked != "cuda":
            raise InputError("with several processes each takes its own GPU: give --device cuda, without a number")
        count = torch.cuda.device_count()
        if self.local_world > count:
            raise InputError(
                f"this machine has {count} GPUs, too few for {self.local_world} processes; "
                f"start it with --nproc-per-node {max(count, 1)}"
            )
        return f"cuda:{self.local_rank}"

    # --- together with the others -----------------------------------------------------------------------------

    def spread(self, network: nn.Module) -> nn.Module:
        """What computes the scores of this part; its backward pass averages the gradients of all processes.

        The loss of a part is to be its sum, divided by the *joint* number of images and multiplied by ``world``: the
        average of all processes is then the gradient of the joint loss, however large the parts are. Batch norms of
        ``network`` are exchanged for some that measure the joint batch; their parameters stay the same objects.
        """
        if self.alone:
            return network
        measure_jointly(network)
        device = next(network.parameters()).device
        ids = [device.index] if device.type == "cuda" else None
        return DistributedDataParallel(network, device_ids=ids, broadcast_buffers=False)

    def summed(self, *values: float, device: str | torch.device = "cpu") -> tuple[float, ...]:
        """The sums over all processes."""
        if self.alone:
            return values
        kind = torch.float32 if torch.device(device).type == "mps" else torch.float64
        both = torch.tensor(values, dtype=kind, device=device)
        distributed.all_reduce(both)
        return tuple(both.tolist())

    def gathered(self, value: _T) -> tuple[_T, ...]:
        """What every process has, in the order of their ranks; on all of them."""
        if self.alone:
            return (value,)
        found: list[Any] = [None] * self.world
        distributed.all_gather_object(found, value)
        return tuple(found)

    def judged(self, found: tuple[Judged, float, float]) -> tuple[Judged, float, float]:
        """Of all test images, from what each process found of its part: the judgement, mean loss and accuracy."""
        if self.alone:
            return found
        parts = self.gathered(found)
        arrays = {
            name: np.concatenate([getattr(judged, name) for judged, _, _ in parts])
            for name in ("predicted", "confidence", "truth")
        }
        for array in arrays.values():
            array.setflags(write=False)
        counts = [len(judged.predicted) for judged, _, _ in parts]
        loss = sum(loss * count for (_, loss, _), count in zip(parts, counts, strict=True) if count) / sum(counts)
        right = sum(share * count for (_, _, share), count in zip(parts, counts, strict=True) if count) / sum(counts)
        return Judged(found[0].step, **arrays), loss, right

    @contextmanager
    def agreeing(self) -> Iterator[None]:
        """If one process refuses something in this block, all do; the first of them says it.

        Raises:
            AgreedError: what one of them refused, on all of them; alone the InputError itself.
        """
        mine: InputError | None = None
        try:
            yield
        except InputError as error:
            if self.alone:
                raise
            mine = error
        texts = self.gathered(str(mine) if mine else None)
        for rank, text in enumerate(texts):
            if text is not None:
                everywhere = all(other is not None for other in texts)
                raise AgreedError(text if everywhere else f"process {rank + 1} of {self.world}: {text}")


class AgreedError(InputError):
    """All processes end for this reason, so that one of them may say it."""


@contextmanager
def joined(share: Share, device: str = "cpu") -> Iterator[Share]:
    """Connects the processes while the block runs: gloo between CPUs, NCCL between GPUs.

    Raises:
        InputError: the others cannot be reached, or one of them has ended.
    """
    if share.alone:
        yield share
        return
    cuda = torch.device(device).type == "cuda"
    if cuda:
        torch.cuda.set_device(device)
    try:
        distributed.init_process_group(
            "nccl" if cuda else "gloo", timeout=_PATIENCE, device_id=torch.device(device) if cuda else None
        )
        yield share
        gc.collect()  # what still uses the connection has to be gone before it, or the process may abort at its end
    except (RuntimeError, ValueError) as error:  # torch has no class of its own for a connection that is lost
        if isinstance(error, InputError) or not lost(error):
            raise
        raise InputError(f"{share.name} has lost the others, one of which has ended; start all of them again") from None
    finally:
        if distributed.is_initialized():
            distributed.destroy_process_group()


def lost(error: BaseException) -> bool:
    """Whether an error says that another process is gone."""
    text = str(error).lower()
    signs = ("gloo", "nccl", "connection closed", "connection reset", "connection refused", "store", "rendezvous")
    return isinstance(error, distributed.DistError) or any(sign in text for sign in signs)


# --- batch norms over all processes ----------------------------------------------------------------------------


class _JointBatchNorm2d(nn.BatchNorm2d):
    """A batch norm whose mean and variance are those of the joint batch; torch's own does that on GPUs only."""

    def forward(self, input: Tensor) -> Tensor:
        if not self.training:
            return super().forward(input)
        values = input.float()  # which may be bfloat16: too coarse to count in, and to add up
        count = values.new_tensor([values.numel() / values.shape[1]])
        parts = torch.cat([values.sum(dim=(0, 2, 3)), count])
        parts = _summed(parts)
        mean, count = parts[:-1] / parts[-1], parts[-1].detach()
        centred = values - mean[None, :, None, None]
        variance = _summed(centred.square().sum(dim=(0, 2, 3))) / count
        self._follow(mean.detach(), variance.detach() * (count / (count - 1)))
        result = centred * torch.rsqrt(variance + self.eps)[None, :, None, None]
        if self.weight is not None:
            result = result * self.weight[None, :, None, None] + self.bias[None, :, None, None]
        return result.to(input.dtype)

    def _follow(self, mean: Tensor, variance: Tensor) -> None:
        if self.running_mean is None or self.running_var is None:
            return
        momentum = 0.1 if self.momentum is None else self.momentum
        with torch.no_grad():
            self.running_mean.lerp_(mean, momentum)
            self.running_var.lerp_(variance, momentum)
            if self.num_batches_tracked is not None:
                self.num_batches_tracked += 1


def _summed(values: Tensor) -> Tensor:
    """The sum over all processes; the gradient is summed over them on its way back."""
    return cast(Tensor, _Sum.apply(values))  # type: ignore[no-untyped-call]


class _Sum(torch.autograd.Function):
    @staticmethod
    def forward(context: Any, values: Tensor) -> Tensor:
        result = values.clone()
        distributed.all_reduce(result)
        return result

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> Tensor:
        result = gradients[0].clone()
        distributed.all_reduce(result)
        return result


def measure_jointly(network: nn.Module) -> None:
    """Exchanges the batch norms of a network for joint ones that hold the same parameters and statistics."""
    for name, module in tuple(network.named_children()):
        if type(module) is nn.BatchNorm2d:
            kwargs: dict[str, Any] = {"affine": module.affine, "track_running_stats": module.track_running_stats}
            joint = _JointBatchNorm2d(module.num_features, module.eps, module.momentum, **kwargs)
            joint.weight, joint.bias = module.weight, module.bias
            joint.running_mean, joint.running_var = module.running_mean, module.running_var
            joint.num_batches_tracked = module.num_batches_tracked
            joint.train(module.training)
            setattr(network, name, joint)
        else:
            measure_jointly(module)


def joint_mask(share: Share, shape: tuple[int, ...], joint: int, p: float, generator: torch.Generator) -> Tensor:
    """Which values of its part a dropout keeps: drawn for the joint batch, so that it is the mask of one process.

    ``shape`` is that of the part's values; the result is True where a value stays.

    >>> one = joint_mask(Share(), (4, 3), 4, 0.5, torch.Generator().manual_seed(0))
    >>> two = [joint_mask(Share(r, 2), (2, 3), 4, 0.5, torch.Generator().manual_seed(0)) for r in (0, 1)]
    >>> bool((torch.cat(two) == one).all())
    True
    """
    drawn = torch.rand(joint, *shape[1:], generator=generator, device=generator.device)
    return (drawn >= p)[share.part(joint)]

"""A training's tensors as a :class:`convviz.spec.training.checkpoint.Checkpoint`, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor, nn

from ...spec.errors import InputError
from ...spec.training import TrainingSettings
from ...spec.training.checkpoint import Checkpoint
from ...spec.weights import Floats, Weights
from ..network import as_tensor
from .schedule import REMEMBERED, Optimizer

DAMAGED = "this moment of the training is damaged: {}; choose another one"


def fresh(weights: Weights, settings: TrainingSettings, images: int) -> Checkpoint:
    """Before the first step, with these weights."""
    state = bytes(torch.Generator().manual_seed(settings.seed).get_state().numpy())
    return Checkpoint(0, 0, 0, images, weights, weights, {}, b"", state, settings)


def sound(tensors: Iterable[Tensor]) -> bool:
    """Whether all of their values are numbers; a few microseconds for each tensor.

    >>> [sound([torch.ones(2), torch.tensor([value])]) for value in (1e38, torch.inf, torch.nan)]
    [True, False, False]
    """
    floats = [tensor.detach() for tensor in tensors if tensor.is_floating_point()]
    if not floats or bool(torch.stack([tensor.sum(dtype=torch.float32) for tensor in floats]).isfinite().all()):
        return True
    return all(bool(tensor.isfinite().all()) for tensor in floats)  # sums of numbers may be too large for one


def moments(network: nn.Module, optimizer: Optimizer) -> dict[str, Floats]:
    """What the optimizer remembers, copied, as ``conv1.weight/exp_avg``."""
    found: dict[str, Floats] = {}
    for name, parameter in network.named_parameters():
        for key, tensor in optimizer.state[parameter].items():
            array = tensor.detach().cpu().numpy().copy().reshape(-1 if not tensor.ndim else tuple(tensor.shape))
            array.setflags(write=False)
            found[f"{name}/{key}"] = array
    return found


def remember(network: nn.Module, optimizer: Optimizer, kept: Mapping[str, Floats], kind: str) -> None:
    """Gives an optimizer of this kind back what it remembered, which may be nothing.

    Raises:
        InputError: it does not fit the network.
    """
    needed = {
        f"{name}/{key}": (parameter, key) for name, parameter in network.named_parameters() for key in REMEMBERED[kind]
    }
    if kept and set(kept) != set(needed):
        odd = sorted(set(kept) ^ set(needed))[0]
        raise InputError(DAMAGED.format(f"{odd!r} is {'unknown' if odd in kept else 'not there'}"))
    for text, array in kept.items():
        parameter, key = needed[text]
        if array.shape != ((1,) if key == "step" else tuple(parameter.shape)):
            raise InputError(DAMAGED.format(f"{text!r} has another shape"))
        optimizer.state[parameter][key] = _placed(as_tensor(array), parameter, key)


def _placed(value: Tensor, parameter: Tensor, key: str) -> Tensor:
    if key == "step":  # a fused step wants its counter on the device, others on the CPU
        return value.reshape(()).to(parameter.device if parameter.device.type == "cuda" else "cpu")
    return torch.empty_like(parameter, requires_grad=False).copy_(value)

"""A hand on a training while it runs: cells that are set, kernels that are left alone, weights asked for.

All of it takes effect between two steps. Changed between the forward and the backward pass, a weight would give a
gradient of neither its old nor its new value; and an optimizer that remembers the way it came would carry an edited
cell on along that way, so what it remembers of the cell is forgotten.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from ..spec.channels import Channel
from ..spec.errors import InputError
from ..spec.weight_edit import Cells, WeightEdit
from .network import as_tensor

_NOT_THIS_NETWORK = "the network is no longer the one that is trained; stop this training and start another"


class Steering:
    """What is asked of one training by whoever advances it, on the same thread.

    ``edits`` counts the edits that its weights hold: a snapshot with a smaller count was taken before the later ones.
    """

    def __init__(self, frozen: frozenset[Channel] = frozenset()) -> None:
        self.edits = 0
        self.frozen = frozen
        self.waiting: deque[WeightEdit] = deque()
        self._snapshot_wanted = False

    def edit(self, edit: WeightEdit) -> None:
        """Sets these cells before the next step, after all edits asked for earlier."""
        self.waiting.append(edit)

    def set_frozen(self, channels: frozenset[Channel]) -> None:
        """These kernels and their biases, and no others, do not move from now on, not even in the step under way."""
        self.frozen = channels

    def give_way(self) -> None:
        """Somebody waits for a picture; the next steps are computed in shorter slices."""

    def want_snapshot(self) -> None:
        """The Progress of the next step to end shall carry weights."""
        self._snapshot_wanted = True

    def take_wish(self) -> bool:
        """Whether a snapshot is wanted; asked once for each."""
        wanted, self._snapshot_wanted = self._snapshot_wanted, False
        return wanted


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """Rows of an array that must stay as they are, to the last bit."""

    name: str
    rows: Tensor
    values: Tensor


class Steered:
    """The tensors of a training under a :class:`Steering`.

    ``mean`` is what the training will return. It is what is seen and edited, so a row that is frozen becomes that of
    the mean in the trained network too; the two may be one.
    """

    def __init__(
        self, steering: Steering, network: nn.Module, mean: nn.Module, optimizer: torch.optim.Optimizer
    ) -> None:
        self._steering, self._optimizer = steering, optimizer
        self._parameters = dict(network.named_parameters())
        self._mean: Mapping[str, Tensor] = mean.state_dict()  # these share memory with the network's own
        self._all = (self._mean,) if mean is network else (self._mean, network.state_dict())
        self._frozen: frozenset[Channel] = frozenset()
        self._held: tuple[_Held, ...] = ()

    def before_step(self) -> None:
        """Remembers the kernels that were frozen since the last step began, for the optimizer is about to move them."""
        if self._steering.frozen != self._frozen:
            self._frozen = self._steering.frozen
            self._remember()

    def between_steps(self) -> None:
        """Puts frozen kernels back, and applies the edits that are waiting."""
        self.before_step()
        for held in self._held:
            self._set(held.name, (held.rows,), held.values)
        while self._steering.waiting:
            for name, cells in self._steering.waiting[0].cells.items():
                self._set(name, self._index(name, cells), as_tensor(cells.values))
            self._steering.waiting.popleft()
            self._steering.edits += 1
            self._remember()

    def _remember(self) -> None:
        rows: dict[str, list[int]] = {}
        for layer, channel in sorted(self._frozen):
            for name in (f"{layer}.weight", f"{layer}.bias"):
                if name in self._parameters and 0 <= channel < len(self._mean[name]):
                    rows.setdefault(name, []).append(channel)
        self._held = tuple(_Held(name, torch.tensor(at), self._mean[name][at].clone()) for name, at in rows.items())

    def _index(self, name: str, cells: Cells) -> tuple[Tensor, ...]:
        """Flat indices as one index an axis: torch keeps kernels in another order in memory than numpy."""
        shape = tuple(self._mean[name].shape) if name in self._mean else (0,)
        try:
            return tuple(torch.from_numpy(axis) for axis in np.unravel_index(cells.at, shape))
        except ValueError:
            raise InputError(_NOT_THIS_NETWORK) from None

    def _set(self, name: str, index: tuple[Tensor, ...], values: Tensor) -> None:
        """Sets values wherever the array is held, and forgets how the optimizer was moving them."""
        with torch.no_grad():
            for tensors in self._all:
                tensors[name][index] = values.to(tensors[name].device)
            parameter = self._parameters.get(name)  # running statistics of a batch norm have no moments
            moments = self._optimizer.state.get(parameter, {}) if parameter is not None else {}
            for moment in moments.values():
                if isinstance(moment, Tensor) and moment.shape == self._mean[name].shape:
                    moment[index] = 0.0

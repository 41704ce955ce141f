"""A hand on a training while it runs: cells that are set, kernels that are left alone, weights asked for.

All of it takes effect between two steps. Changed between the forward and the backward pass, a weight would give a
gradient of neither its old nor its new value; and an optimizer that remembers the way it came would carry an edited
cell on along that way, so what it remembers of the cell is forgotten.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from ..spec.channels import Channel
from ..spec.errors import InputError
from ..spec.training import TrainingSettings
from ..spec.weight_edit import Cells, WeightEdit
from .network import as_tensor

if TYPE_CHECKING:
    from .training.schedule import Optimizer

FINE_STEPS = 20  # for which a training lets a picture come first, after somebody has waited for one
_NOT_THIS_NETWORK = "the network is no longer the one that is trained; stop this training and start another"


class Steering:
    """What is asked of one training by whoever advances it, on the same thread.

    ``edits`` counts the edits that its weights hold: a snapshot with a smaller count was taken before the later ones.
    """

    def __init__(self, frozen: frozenset[Channel] = frozenset()) -> None:
        self.edits = 0
        self.frozen = frozen
        self.waiting: deque[WeightEdit] = deque()
        self.settings: TrainingSettings | None = None  # asked for, and not yet heard of
        self.device: str | None = None
        self.wanted: frozenset[str] = frozenset()
        self.ending = False
        self._paused = False
        self._steps_left: int | None = None
        self._one_epoch = False
        self._fine_steps = 0
        self._weights_wanted = self._checkpoint_wanted = False

    # --- asked by hand ----------------------------------------------------------------------------------------

    def edit(self, edit: WeightEdit) -> None:
        """Sets these cells before the next step, after all edits asked for earlier."""
        self.waiting.append(edit)

    def set_frozen(self, channels: frozenset[Channel]) -> None:
        """These kernels and their biases, and no others, do not move from now on, not even in the step under way."""
        self.frozen = channels

    def set_settings(self, settings: TrainingSettings) -> None:
        """These are followed from the next step on; another seed changes nothing."""
        self.settings = settings

    def set_device(self, device: str) -> None:
        """The next step is computed there, or a Note says why it cannot be."""
        self.device = device

    def play(self) -> None:
        """Goes on, without a limit."""
        self._paused, self._steps_left, self._one_epoch = False, None, False

    def pause(self) -> None:
        """Stops after the step under way. The training then yields Paused, whenever it is asked, until it may go on."""
        self._paused = True

    def play_steps(self, count: int) -> None:
        """Goes on for so many steps, then pauses."""
        self.play()
        self._steps_left = count

    def play_epoch(self) -> None:
        """Goes on to the end of the epoch, with the news of it, then pauses."""
        self.play()
        self._one_epoch = True

    def end(self) -> None:
        """The training returns what it has after the step under way, also while it is paused."""
        self.ending = True

    # --- asked for the screen ---------------------------------------------------------------------------------

    def want(self, names: frozenset[str]) -> None:
        """What reports shall carry from now on, as it costs time.

        "layers" (every tenth step), "layers at times" (every hundredth), "gradients", "epoch" (its best images).
        """
        self.wanted = names

    def want_weights(self) -> None:
        """The next Stepped shall carry weights, and gradients where those are wanted."""
        self._weights_wanted = True

    def want_checkpoint(self) -> None:
        """The next Stepped shall carry a checkpoint."""
        self._checkpoint_wanted = True

    def give_way(self) -> None:
        """Somebody waits for a picture: the next steps are computed layer by layer, which takes a little longer."""
        self._fine_steps = FINE_STEPS

    # --- asked by the training --------------------------------------------------------------------------------

    @property
    def fine(self) -> bool:
        """Whether somebody has waited for a picture of late."""
        return self._fine_steps > 0

    @property
    def paused(self) -> bool:
        """Whether no step may be made now."""
        return self._paused or self._steps_left == 0

    @property
    def paused_by_hand(self) -> bool:
        """Whether not even the news of an epoch may be gathered."""
        return self._paused

    @property
    def reporting(self) -> bool:
        """Whether the next Stepped carries more than numbers."""
        return self._weights_wanted or self._checkpoint_wanted

    def take_wishes(self) -> tuple[bool, bool]:
        """Whether weights and whether a checkpoint are wanted; asked once for each."""
        wanted = self._weights_wanted, self._checkpoint_wanted
        self._weights_wanted = self._checkpoint_wanted = False
        return wanted

    def stepped(self) -> None:
        """A step has ended."""
        self._fine_steps = max(self._fine_steps - 1, 0)
        if self._steps_left:
            self._steps_left -= 1

    def epoch_ended(self) -> None:
        """Its news is out."""
        if self._one_epoch:
            self.pause()
            self._one_epoch = False


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

    def __init__(self, steering: Steering, network: nn.Module, mean: nn.Module, optimizer: Optimizer) -> None:
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

    def put_back(self) -> None:
        """Puts frozen kernels back where they were."""
        self.before_step()
        for held in self._held:
            self._set(held.name, (held.rows,), held.values)

    def between_steps(self) -> None:
        """Puts frozen kernels back, and applies the edits that are waiting."""
        self.put_back()
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

"""Everything random of a training comes from one generator, so that it can go on from a checkpoint to the last bit."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from ...spec.errors import InputError
from ..distributed import Share, joint_mask
from .checkpoints import DAMAGED

Hook = Callable[[nn.Module, tuple[Tensor, ...]], tuple[Tensor]]


class Noise:
    """The generator of a training, and dropouts with generators of their own, which it seeds anew for each step.

    A dropout draws for one image after the other: however a mini-batch is cut, every image keeps and loses the same
    values. share: the part of a mini-batch that is computed here; what is drawn is drawn for all of it.
    """

    def __init__(self, state: bytes, device: torch.device, share: Share) -> None:
        self.cpu = torch.Generator()
        self.state = state
        self._dropout, self._joint = 0.0, 1
        self._share, self._device = share, device
        self._dropouts: list[torch.Generator] = []
        self._layers_drop = self._has_inputs = False

    @property
    def state(self) -> bytes:
        return bytes(self.cpu.get_state().numpy())

    @state.setter
    def state(self, state: bytes) -> None:
        try:
            self.cpu.set_state(torch.frombuffer(bytearray(state), dtype=torch.uint8))
        except (RuntimeError, ValueError):  # torch refuses bytes that no generator has written, and none at all
            raise InputError(DAMAGED.format("what is random cannot go on from there")) from None

    def begin_step(self, joint: int, dropout: float) -> None:
        """``joint``: how many images the mini-batch has; ``dropout``: the share of every fully connected layer's inputs
        that is set to 0."""
        self._joint, self._dropout = joint, dropout
        if self._layers_drop or (self._has_inputs and dropout):
            seeds = torch.randint(2**62, (len(self._dropouts),), generator=self.cpu).tolist()
            for generator, seed in zip(self._dropouts, seeds, strict=True):
                generator.manual_seed(seed)

    def dropped(self, values: Tensor, p: float, generator: torch.Generator) -> Tensor:
        """``values`` (N, …) with a share ``p`` of them 0 and the others as much larger."""
        if p == 0:
            return values
        if p == 1:
            return values * 0.0
        if self._share.alone:
            keep = torch.rand(values.shape, generator=generator, device=values.device) >= p
        else:
            keep = joint_mask(self._share, tuple(values.shape), self._joint, p, generator)
        return values * keep / (1 - p)

    def fit(self, network: nn.Sequential) -> None:
        """Exchanges the dropouts of a network for some that draw here, and adds those of the settings."""
        for name, module in tuple(network.named_children()):
            if isinstance(module, nn.Dropout):
                setattr(network, name, _Dropout(module.p, self, self._generator()))
                self._layers_drop |= 0 < module.p < 1
            elif isinstance(module, nn.Linear):
                module.register_forward_pre_hook(self._on_inputs(self._generator()))
                self._has_inputs = True

    def _generator(self) -> torch.Generator:
        self._dropouts.append(torch.Generator(self._device))
        return self._dropouts[-1]

    def _on_inputs(self, generator: torch.Generator) -> Hook:
        return lambda _module, inputs: (self.dropped(inputs[0], self._dropout, generator),)


class _Dropout(nn.Module):
    """``nn.Dropout``, which draws from torch's global generator, with a generator of one's own."""

    def __init__(self, p: float, noise: Noise, generator: torch.Generator) -> None:
        super().__init__()
        self.p, self._noise, self._generator = p, noise, generator

    def forward(self, values: Tensor) -> Tensor:
        return self._noise.dropped(values, self.p, self._generator) if self.training else values

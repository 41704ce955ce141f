"""Everything random of a training comes from one generator, so that it can go on from a checkpoint to the last bit."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..distributed import Share, joint_mask


class Noise:
    """The generator of a training, and dropouts that draw from it.

    share: the part of a mini-batch that is computed here; what is drawn is drawn for all of it. ``joint`` is how many
    images the mini-batch has, ``dropout`` the share of every fully connected layer's inputs that is set to 0.
    """

    def __init__(self, state: bytes, device: torch.device, share: Share) -> None:
        self.cpu = torch.Generator()
        self.state = state
        self.dropout, self.joint = 0.0, 1
        self._share = share
        self._device = None if device.type == "cpu" else torch.Generator(device)

    @property
    def state(self) -> bytes:
        return bytes(self.cpu.get_state().numpy())

    @state.setter
    def state(self, state: bytes) -> None:
        self.cpu.set_state(torch.frombuffer(bytearray(state), dtype=torch.uint8))

    def begin_step(self, joint: int) -> None:
        """A GPU has a generator of its own, which is seeded anew for each step: only one state is to be kept."""
        self.joint = joint
        if self._device is not None:
            self._device.manual_seed(int(torch.randint(2**62, (), generator=self.cpu)))

    def dropped(self, values: Tensor, p: float) -> Tensor:
        """``values`` (N, …) with a share ``p`` of them 0 and the others as much larger."""
        if p == 0:
            return values
        if p == 1:
            return values * 0.0
        if self._device is not None:
            keep = torch.rand(values.shape, generator=self._device, device=values.device) >= p
        else:
            joint = len(values) if self._share.alone else self.joint
            keep = joint_mask(self._share, tuple(values.shape), joint, p, self.cpu)
        return values * keep / (1 - p)

    def fit(self, network: nn.Sequential) -> None:
        """Exchanges the dropouts of a network for some that draw here, and adds those of the settings."""
        for name, module in tuple(network.named_children()):
            if isinstance(module, nn.Dropout):
                setattr(network, name, _Dropout(module.p, self))
            elif isinstance(module, nn.Linear):
                module.register_forward_pre_hook(lambda _module, inputs: (self.dropped(inputs[0], self.dropout),))


class _Dropout(nn.Module):
    """``nn.Dropout``, which draws from torch's global generator, with a generator of one's own."""

    def __init__(self, p: float, noise: Noise) -> None:
        super().__init__()
        self.p, self._noise = p, noise

    def forward(self, values: Tensor) -> Tensor:
        return self._noise.dropped(values, self.p) if self.training else values

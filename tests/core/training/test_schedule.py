"""The optimizers against torch's own classes."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from convviz.core.training.schedule import Optimizer
from convviz.spec.training import TrainingSettings

SETTINGS = TrainingSettings(rate=0.02, weight_decay=0.05)


def _network() -> nn.Sequential:
    generator = torch.Generator().manual_seed(2)
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Conv2d(4, 5, 2, bias=False), nn.Flatten(), nn.Linear(20, 3))
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(torch.rand(parameter.shape, generator=generator) - 0.5)
    return network.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


def _theirs(network: nn.Module, settings: TrainingSettings, **how: bool) -> torch.optim.Optimizer:
    options: dict[str, Any] = {"lr": settings.rate, "weight_decay": settings.weight_decay, **how}
    if settings.optimizer == "sgd":
        nesterov = settings.momentum > 0
        return torch.optim.SGD(network.parameters(), momentum=settings.momentum, nesterov=nesterov, **options)
    kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[settings.optimizer]
    return kind(network.parameters(), betas=(settings.momentum, 0.999), **options)


def _gradients(network: nn.Module, step: int, contiguous: bool) -> list[Tensor]:
    generator = torch.Generator().manual_seed(step)
    found = [torch.rand(parameter.shape, generator=generator) - 0.5 for parameter in network.parameters()]
    return (
        found
        if contiguous
        else [torch.empty_like(p).copy_(g) for p, g in zip(network.parameters(), found, strict=True)]
    )


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw"])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("contiguous", [False, True])
def test_they_are_torchs(optimizer: Any, momentum: float, contiguous: bool) -> None:
    """Also for gradients that lie in memory in another order than their kernels, as a backward pass may give them."""
    settings = replace(SETTINGS, optimizer=optimizer, momentum=momentum)
    ours, fused, plain = _network(), _network(), _network()
    mine = Optimizer(ours.parameters())
    theirs = [(fused, _theirs(fused, settings, fused=True)), (plain, _theirs(plain, settings, foreach=False))]
    for step in range(12):
        mine.step(_gradients(ours, step, contiguous), settings, settings.rate)
        for network, other in theirs:
            for parameter, gradient in zip(network.parameters(), _gradients(network, step, False), strict=True):
                parameter.grad = gradient
            other.step()
    for one, two, three in zip(ours.parameters(), fused.parameters(), plain.parameters(), strict=True):
        assert torch.equal(one, two)
        assert torch.allclose(one, three, atol=1e-6)


def test_a_momentum_that_is_switched_off_and_on() -> None:
    network = _network()
    mine = Optimizer(network.parameters())
    for step, momentum in enumerate((0.9, 0.0, 0.9)):
        settings = replace(SETTINGS, optimizer="sgd", momentum=momentum)
        mine.step(_gradients(network, step, True), settings, 0.01)
    assert all(torch.isfinite(parameter).all() for parameter in network.parameters())


def test_the_first_step_does_not_wait_for_torchs_compiler() -> None:
    program = """
import sys, torch
from convviz.core.data import Images, Split
from convviz.core.training import train
from convviz.spec.presets import lecture
from convviz.spec.training import TrainingSettings
images = Images(torch.zeros(8, 1, 28, 28, dtype=torch.uint8), torch.arange(8))
for _ in train(lecture(), Split("few", images, images), TrainingSettings(epochs=1)):
    pass
assert "torch._dynamo" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)

"""What one process of several computes of a mini-batch, and in which precision."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

from convviz.core.data import Images, Split
from convviz.core.distributed import Share
from convviz.core.network import build
from convviz.core.steering import Steering
from convviz.core.training.losses import loss_sum
from convviz.core.training.mini_batch import MiniBatch
from convviz.core.training.noise import Noise
from convviz.core.training.stages import Piece
from convviz.spec.network import NetworkSpec
from convviz.spec.training import TrainingSettings
from convviz.spec.weights import initial

Small = Callable[..., NetworkSpec]


class AmongOthers(Share):
    """It computes as one of several, but its part is all of it, and nobody else is there."""

    alone = False  # type: ignore[assignment]

    def spread(self, network: nn.Module) -> nn.Module:
        return network

    def summed(self, *values: float, device: str | torch.device = "cpu") -> tuple[float, ...]:
        return values


def _gradients(spec: NetworkSpec, data: Split, share: Share, mixed: bool) -> Piece:
    network = build(spec, initial(spec)).train()
    cpu = torch.device("cpu")
    noise = Noise(bytes(torch.Generator().manual_seed(0).get_state().numpy()), cpu, share)
    mini_batch = MiniBatch(network, data.train, noise, share, Steering(), cpu, 1)
    mini_batch._mixed = mixed  # as on a GPU
    job = mini_batch.gradients(torch.arange(20), TrainingSettings(augmentation=0.0), look=False)
    while True:
        try:
            next(job)
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]


@pytest.mark.parametrize("mixed", [False, True])
def test_one_of_several_computes_in_the_precision_of_one_alone(data: Split, small: Small, mixed: bool) -> None:
    alone = _gradients(small(), data, Share(), mixed)
    among = _gradients(small(), data, AmongOthers(), mixed)
    other = _gradients(small(), data, Share(), not mixed)
    for one, two, third in zip(alone.gradients, among.gradients, other.gradients, strict=True):
        assert one.dtype == two.dtype == torch.float32
        assert (one - two).abs().max() < 0.1 * (one - third).abs().max()
    assert among.figures.tolist() == pytest.approx(alone.figures.tolist(), rel=1e-5)


@pytest.mark.parametrize("loss", ["cross-entropy", "mse"])
def test_losses_are_added_up_in_float32(images: Images, loss: str) -> None:
    scores = torch.randn(200, 10, generator=torch.Generator().manual_seed(0)).bfloat16()
    settings = TrainingSettings(loss=loss)  # type: ignore[arg-type]
    found = loss_sum(scores, images.labels, settings)
    assert found.dtype == torch.float32
    assert float(found) == pytest.approx(float(loss_sum(scores.double().float(), images.labels, settings)), rel=1e-6)

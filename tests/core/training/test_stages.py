"""Layer by layer, the gradients are those of one backward pass to the last bit."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from convviz.core.data import Images, Split
from convviz.core.network import assemble
from convviz.core.steering import Steering
from convviz.core.training import train
from convviz.core.training.stages import Passes, Piece, joined
from convviz.spec.network import (
    GELU,
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    Flatten,
    Layer,
    LeakyReLU,
    Linear,
    MaxPool2d,
    NetworkSpec,
    ReLU,
    Sigmoid,
    Tanh,
)
from convviz.spec.presets import lecture
from convviz.spec.training import TrainingSettings
from convviz.spec.weights import initial

CHAINS: dict[str, tuple[Layer, ...]] = {
    "batch norm": (Conv2d("c", 4, (3, 3), bias=False), BatchNorm2d("n"), ReLU("r"), Flatten("f"), Linear("l", 3)),
    "batch norm first": (BatchNorm2d("n"), Conv2d("c", 4, (3, 3)), Tanh("t"), Flatten("f"), Linear("l", 3)),
    "plain norm": (Conv2d("c", 4, (3, 3)), BatchNorm2d("n", affine=False), GELU("g"), Flatten("f"), Linear("l", 3)),
    "groups": (Conv2d("c", 4, (3, 2), groups=2, stride=(2, 1)), Sigmoid("s"), Flatten("f"), Linear("l", 3)),
    "dilated": (Conv2d("c", 4, (3, 3), dilation=(2, 1)), LeakyReLU("r", 0.2), Flatten("f"), Linear("l", 3)),
    **{
        mode: (Conv2d("c", 4, (3, 3), padding=(2, 1), padding_mode=mode), ReLU("r"), Flatten("f"), Linear("l", 3))  # type: ignore[arg-type]
        for mode in ("zeros", "reflect", "replicate", "circular")
    },
    "pools": (
        MaxPool2d("m", (2, 2), (1, 1)),  # before the first weights
        Conv2d("c", 5, (2, 2)),
        AvgPool2d("a", (2, 2), padding=(1, 1), count_include_pad=False),
        ReLU("r"),
        Conv2d("d", 4, (2, 2)),
        Flatten("f"),
        Linear("l", 3, bias=False),
    ),
    "flatten first": (Flatten("f"), Linear("l", 8), ReLU("r"), Linear("k", 3)),
}


def _loss(scores: Tensor, labels: Tensor) -> Tensor:
    return functional.cross_entropy(scores, labels, reduction="sum")


def _piece(spec: NetworkSpec, images: Tensor, labels: Tensor, fine: bool, look: bool = False) -> tuple[Piece, int]:
    network = assemble(spec, initial(spec, 3))[0].train()
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return _finished(Passes(network, _loss).run(images, labels, len(labels), fine, look))


def _finished(job: Generator[None, None, Piece]) -> tuple[Piece, int]:
    """What it found, and how often it paused."""
    pauses = 0
    while True:
        try:
            next(job)
            pauses += 1
        except StopIteration as stop:
            return stop.value, pauses


def _batch(spec: NetworkSpec, count: int = 9) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(1)
    images = torch.rand(count, *spec.input_shape, generator=generator)
    return images, torch.randint(0, 3, (count,), generator=generator)


@pytest.mark.parametrize("name", CHAINS)
def test_gradients_are_the_same_to_the_last_bit(name: str) -> None:
    spec = NetworkSpec(name, (2, 8, 7), CHAINS[name])
    images, labels = _batch(spec)
    network = assemble(spec, initial(spec, 3))[0].train()
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    (_loss(network(images), labels) / len(labels)).backward()  # type: ignore[no-untyped-call]
    expected = [parameter.grad for parameter in network.parameters()]
    for fine, look in ((False, False), (True, False), (True, True), (False, True)):
        piece, pauses = _piece(spec, images, labels, fine, look)
        assert len(piece.gradients) == len(expected)
        for gradient, other in zip(piece.gradients, expected, strict=True):
            assert other is not None
            assert torch.equal(gradient, other)
        assert pauses > len(spec.layers) if fine or look else pauses == 1


def test_pieces_add_up() -> None:
    spec = NetworkSpec("two", (2, 8, 7), CHAINS["groups"])
    images, labels = _batch(spec)
    network = assemble(spec, initial(spec, 3))[0].train()
    pieces = []
    for part in (slice(0, 4), slice(4, 9)):
        pieces.append(_finished(Passes(network, _loss).run(images[part], labels[part], 9, False, False))[0])
    both, _ = _piece(spec, images, labels, False)
    together = joined(pieces)
    assert torch.allclose(together.figures, both.figures)
    for gradient, other in zip(together.gradients, both.gradients, strict=True):
        assert torch.allclose(gradient, other, atol=1e-6)


@pytest.mark.parametrize("average", [0.0, 0.9])
def test_somebody_who_waits_changes_nothing(
    untested: Split, small: Callable[..., NetworkSpec], course: Any, equal: Any, average: float
) -> None:
    """Asked for at random moments, with dropouts and a batch norm."""
    spec = small(norm=True, dropout=True)
    settings = TrainingSettings(epochs=4, batch=30, average=average, dropout=0.3)
    expected = course(train(spec, untested, settings))
    steering, generator = Steering(), torch.Generator().manual_seed(0)

    def wait_sometimes(_news: object) -> None:
        if float(torch.rand((), generator=generator)) < 0.02:
            steering.give_way()
        steering.want(frozenset({"layers"} if float(torch.rand((), generator=generator)) < 0.5 else ()))

    ran = course(train(spec, untested, settings, steering=steering), wait_sometimes)
    assert ran.losses == expected.losses
    assert equal(ran.weights, expected.weights)


def test_layer_by_layer_only_for_a_while(untested: Split) -> None:
    steering = Steering()
    images = Images(untested.train.images[:8], untested.train.labels[:8])
    split = Split("few", images, Images(images.images[:0], images.labels[:0]))
    job = train(lecture(), split, TrainingSettings(epochs=60, batch=8), steering=steering)
    pauses, counts = 0, []
    for news in job:
        pauses += news is None
        if type(news).__name__ == "Stepped":
            counts.append(pauses)
            pauses = 0
            if len(counts) == 10:
                steering.give_way()
    assert set(counts[10:30]) == {2 + 2 * len(lecture().layers)}
    assert set(counts[:10] + counts[30:]) == {3}

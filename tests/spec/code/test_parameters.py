"""The list of parameters against torch's own."""

from __future__ import annotations

from collections.abc import Callable

from convviz.core.network import build
from convviz.spec.channels import Channels
from convviz.spec.code import parameter_rows, to_code
from convviz.spec.network import NetworkSpec
from convviz.spec.presets import lecture


def test_as_the_lecture_prints_them() -> None:
    assert [row.printed for row in parameter_rows(lecture())] == [
        "torch.Size([32, 1, 5, 5])",
        "torch.Size([32])",
        "torch.Size([64, 32, 5, 5])",
        "torch.Size([64])",
        "torch.Size([200, 256])",
        "torch.Size([200])",
        "torch.Size([10, 200])",
        "torch.Size([10])",
    ]
    assert sum(row.count for row in parameter_rows(lecture())) == 105_506


def test_parameters_and_buffers_are_those_of_the_generated_module(draw: Callable[[int], NetworkSpec]) -> None:
    buffers = 0
    for seed in range(60):
        network = draw(seed)
        space: dict[str, object] = {}
        exec(to_code(network), space)
        module = space["Net"]()  # type: ignore[operator]
        rows = parameter_rows(network)
        seen = [(name, str(tensor.size()), tensor.numel()) for name, tensor in module.named_parameters()]
        assert [(row.name, row.printed, row.count) for row in rows if not row.buffer] == seen
        unseen = [(name, str(tensor.size()), tensor.numel()) for name, tensor in module.named_buffers()]
        assert [(row.name, row.printed, row.count) for row in rows if row.buffer] == unseen
        buffers += len(unseen)
    assert buffers > 30


def test_frozen_kernels_are_counted() -> None:
    marks = Channels(frozen=frozenset({("conv1", 0), ("conv1", 31), ("conv1", 32), ("gone", 0), ("fc2", 3)}))
    found = {row.name: (row.frozen, row.channels) for row in parameter_rows(lecture(), marks)}
    assert found["conv1.weight"] == found["conv1.bias"] == (2, 32)
    assert found["conv2.weight"] == (0, 64)
    assert found["fc2.bias"] == (1, 10)


def test_the_sum_is_that_of_the_network() -> None:
    total = sum(p.numel() for p in build(lecture()).parameters())
    assert total == sum(row.count for row in parameter_rows(lecture()) if not row.buffer)

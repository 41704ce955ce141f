"""What several processes do together, with two of them on the CPU, against one with the joint batch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional

from convviz.core import distributed
from convviz.core.distributed import Share, measure_jointly
from convviz.spec.errors import InputError

ROOT = Path(__file__).resolve().parents[2]

TOGETHER = """
import sys
import torch
from torch.nn import functional
from convviz.core.distributed import Share, joined
from convviz.core.network import build
from convviz.spec.errors import InputError
from convviz.spec.network import BatchNorm2d, Conv2d, Flatten, Linear, NetworkSpec, ReLU
from convviz.spec.weights import initial

layers = (Conv2d("conv", 3, (3, 3)), BatchNorm2d("norm"), ReLU("relu"), Flatten("flatten"), Linear("fc", 4))
spec = NetworkSpec("small", (1, 6, 6), layers)
random = torch.Generator().manual_seed(0)
images = torch.randn(7, 1, 6, 6, generator=random)
labels = torch.arange(7) % 4
share = Share.of()
with joined(share):
    one, several = (build(spec, initial(spec)).train() for _ in range(2))
    functional.cross_entropy(one(images), labels).backward()
    network, part = share.spread(several), share.part(7)
    loss = functional.cross_entropy(network(images[part]), labels[part], reduction="sum") / 7 * share.world
    loss.backward()
    for (name, expected), got in zip(one.named_parameters(), several.parameters()):
        assert torch.allclose(got.grad, expected.grad, atol=1e-6), (name, got.grad, expected.grad)
    for (name, expected), got in zip(one.named_buffers(), several.buffers()):
        assert torch.allclose(got, expected, atol=1e-6), (name, got, expected)
    assert share.summed(share.rank + 1.0, 0.5) == (3.0, 1.0)
    assert share.gathered("ab"[share.rank]) == ("a", "b")
    with share.agreeing():
        pass
    try:
        with share.agreeing():
            if share.rank == 1:
                raise InputError("no disk")
    except InputError as error:
        assert "no disk" in str(error)
        assert str(error) == "process 2 of 2: no disk"
    several.eval(), one.eval()
    assert torch.allclose(several(images), one(images), atol=1e-5)
if share.first:
    print("all is well")
"""

DIES = """
import os
import torch
from convviz.core.distributed import Share, joined
from convviz.spec.errors import InputError

share = Share.of()
try:
    with joined(share):
        share.summed(1.0)
        if share.rank == 1:
            os._exit(0)  # no error, so that torchrun leaves the other one alone
        share.summed(1.0)
except InputError as error:
    print(error)
"""


def _torchrun(tmp_path: Path, text: str) -> subprocess.CompletedProcess[str]:
    script = tmp_path / "script.py"
    script.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", str(script)]
    environment = {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "PATH": ""}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_two_processes_compute_the_gradient_of_the_joint_batch(tmp_path: Path) -> None:
    done = _torchrun(tmp_path, TOGETHER)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "all is well\n"


def test_a_process_that_dies_ends_the_other_with_a_sentence(tmp_path: Path) -> None:
    done = _torchrun(tmp_path, DIES)
    assert done.stdout == "process 1 of 2 has lost the others, one of which has ended; start all of them again\n"


@pytest.mark.parametrize(
    "environment", [{"RANK": "x", "WORLD_SIZE": "2"}, {"RANK": "2", "WORLD_SIZE": "2"}, {"RANK": "0", "WORLD_SIZE": ""}]
)
def test_numbers_that_make_no_sense_are_refused(environment: dict[str, str]) -> None:
    with pytest.raises(InputError, match="torchrun"):
        Share.of(environment)


def test_the_parts_are_all_of_it_once() -> None:
    for world in range(1, 9):
        for count in range(20):
            parts = [list(range(count))[Share(rank, world).part(count)] for rank in range(world)]
            assert [number for part in parts for number in part] == list(range(count))
            assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_every_process_has_a_gpu_of_its_own() -> None:
    assert Share().device("cuda:1") == "cuda:1"
    assert Share(1, 2).device("cpu") == "cpu"
    with pytest.raises(InputError, match="without a number"):
        Share(1, 2).device("cuda:1")
    with pytest.raises(InputError, match="too few for 64 processes"):
        Share(1, 64, 1, 64).device("cuda")


def test_a_joint_batch_norm_counts_and_adds_up_in_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    """Layers may compute in bfloat16, which has no number between 12,544 and 12,608."""
    monkeypatch.setattr(distributed, "_summed", lambda values: values)  # nobody else is there
    network = nn.Sequential(nn.BatchNorm2d(3))
    images = (torch.randn(16, 3, 28, 28, generator=torch.Generator().manual_seed(0)) + 3).bfloat16()
    expected = functional.batch_norm(images.float(), None, None, training=True)
    measure_jointly(network)
    found = network(images)
    assert found.dtype == torch.bfloat16
    assert torch.allclose(found.float(), expected, atol=0.02)
    assert torch.allclose(network[0].running_mean, 0.1 * images.float().mean(dim=(0, 2, 3)), rtol=1e-4)

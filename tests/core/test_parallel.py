"""DataParallel's split against torch's own, and the measuring of batches."""

from __future__ import annotations

import pytest
import torch

from convviz.core.parallel import machine, scattered, speeds
from convviz.spec.errors import InputError
from convviz.spec.network import BatchNorm2d, Conv2d, Flatten, Linear, NetworkSpec
from convviz.spec.presets import lecture, lenet5
from convviz.spec.training.processes import Scattered
from convviz.spec.weights import initial


def _scattered(spec: NetworkSpec, samples: int, gpus: int) -> Scattered:
    job = scattered(spec, initial(spec), samples, gpus)
    try:
        while True:
            next(job)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]


def test_it_prints_what_the_lecture_prints() -> None:
    linear = NetworkSpec("linear", (10, 1, 1), (Flatten("flatten"), Linear("fc", 5)))
    result = _scattered(linear, 50, 2)
    assert result.lines == (
        "Without data_parallel",
        "Dummy.forward torch.Size([50, 10, 1, 1]) 0",
        "",
        "With data_parallel",
        "Dummy.forward torch.Size([25, 10, 1, 1]) 0",
        "Dummy.forward torch.Size([25, 10, 1, 1]) 1",
    )
    assert result.simulated == (torch.cuda.device_count() < 2)


@pytest.mark.parametrize(("samples", "gpus"), [(50, 2), (10, 4), (3, 5), (1, 1), (7, 3)])
def test_the_batch_is_cut_as_torch_cuts_it(samples: int, gpus: int) -> None:
    result = _scattered(lenet5(), samples, gpus)
    assert [chunk.samples for chunk in result.chunks] == [len(part) for part in torch.arange(samples).chunk(gpus)]
    assert [chunk.gpu for chunk in result.chunks] == list(range(len(result.chunks)))
    assert all(chunk.shape[1:] == (1, 28, 28) for chunk in result.chunks)
    assert result.difference < 1e-5


@pytest.mark.parametrize(("samples", "gpus"), [(0, 2), (50, 0), (50, 9), (1025, 2)])
def test_senseless_numbers_are_refused(samples: int, gpus: int) -> None:
    with pytest.raises(InputError, match="must be from 1"):
        next(scattered(lenet5(), initial(lenet5()), samples, gpus))


def test_every_batch_size_gets_its_speed() -> None:
    records = [record for record in speeds(lecture(), batches=(1, 8), long_s=0.02) if record is not None]
    assert [record.batch for record in records] == [1, 8]
    assert all(record.images_per_s > 0 for record in records)


def test_a_size_that_a_batch_norm_refuses_is_left_out() -> None:
    layers = (Conv2d("conv", 2, (4, 4)), BatchNorm2d("norm"), Flatten("flatten"), Linear("fc", 2))
    spec = NetworkSpec("single", (1, 4, 4), layers)
    records = [record for record in speeds(spec, batches=(1, 2), long_s=0.0) if record is not None]
    assert [record.batch for record in records] == [2]


def test_measuring_ends_where_the_memory_does(monkeypatch: pytest.MonkeyPatch) -> None:
    rand = torch.rand

    def short_of_memory(*shape: int, **options: object) -> torch.Tensor:
        values = rand(*shape, **options)  # type: ignore[arg-type]
        return values if shape[0] < 8 else Full(values)  # type: ignore[no-untyped-call]

    class Full(torch.Tensor):
        @classmethod
        def __torch_function__(cls, *args: object, **options: object) -> object:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr(torch, "rand", short_of_memory)
    found = [record for record in speeds(lenet5(), batches=(2, 8, 16), long_s=0.0) if record is not None]
    assert [record.batch for record in found] == [2]


def test_the_machine_has_a_cpu_with_memory() -> None:
    here = machine()
    assert here.devices[0].id == "cpu"
    assert here.cores >= here.threads >= 1
    assert here.torch == torch.__version__

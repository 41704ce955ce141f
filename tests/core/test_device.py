"""A device is used once it has proved that it computes; else the CPU, with the reason."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from convviz.core.device import Device, choose, devices, use_threads_beside_a_window


@pytest.fixture
def one_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convviz.core.device.devices", lambda: (Device("cpu", "CPU"), Device("cuda:0", "Old GPU")))


def test_the_cpu_comes_first_and_every_id_is_one_of_torch() -> None:
    found = devices()
    assert found[0] == Device("cpu", "CPU")
    assert all(str(torch.device(device.id)) == device.id for device in found)
    assert all(choose(device.id)[0] in (device.id, "cpu") for device in found)


@pytest.mark.parametrize("asked", ["cuda:99", "mps:7", "tpu", "", "xpu", "cuda:x"])
def test_what_is_not_there(asked: str) -> None:
    device, reason = choose(asked)
    assert device == "cpu"
    assert asked in reason
    assert "the CPU is used instead" in reason
    assert "\n" not in reason


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RuntimeError("no kernel image is available\nfor execution on the device"), "no kernel image is available"),
        (AssertionError("Torch not compiled with CUDA enabled"), "not compiled"),
        (RuntimeError(), "RuntimeError"),
    ],
)
@pytest.mark.usefixtures("one_gpu")
def test_a_gpu_that_is_listed_but_broken(monkeypatch: pytest.MonkeyPatch, error: Exception, said: str) -> None:
    def ones(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(torch, "ones", ones)
    for asked in ("cuda:0", "cuda"):
        device, reason = choose(asked)
        assert device == "cpu"
        assert reason.startswith("Old GPU cannot be used")
        assert said in reason
        assert "\n" not in reason


@pytest.mark.usefixtures("one_gpu")
@pytest.mark.parametrize(("sums", "expected"), [(8.0, "cuda:0"), (7.0, "cpu")])
def test_a_gpu_must_add_up(monkeypatch: pytest.MonkeyPatch, sums: float, expected: str) -> None:
    monkeypatch.setattr(torch, "ones", lambda *_, **__: torch.tensor([sums]))
    device, reason = choose("cuda")
    assert device == expected
    assert bool(reason) == (expected == "cpu")


@pytest.fixture
def _threads() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("_threads")
@pytest.mark.parametrize(("cores", "threads"), [(8, 7), (2, 1), (1, 1), (None, 1)])
def test_one_core_is_left_to_the_window(monkeypatch: pytest.MonkeyPatch, cores: int | None, threads: int) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    use_threads_beside_a_window()
    assert torch.get_num_threads() == threads

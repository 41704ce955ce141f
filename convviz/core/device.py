"""Where tensors can live: the CPU always, each CUDA device, Apple's MPS."""

from __future__ import annotations

import os
from dataclasses import dataclass

import torch


@dataclass(frozen=True, slots=True)
class Device:
    """``id`` as torch takes it ("cpu", "cuda:0", "mps"); ``name`` for people."""

    id: str
    name: str


def devices() -> tuple[Device, ...]:
    """Every device that is listed here, the CPU first.

    >>> devices()[0].id
    'cpu'
    """
    found = [Device("cpu", "CPU")]
    if torch.cuda.is_available():
        found += [Device(f"cuda:{i}", torch.cuda.get_device_name(i)) for i in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        found.append(Device("mps", "Apple GPU"))
    return tuple(found)


def choose(preferred: str) -> tuple[str, str]:
    """The device to use for the one asked for, and why it is another one ("" when it is the same).

    "cuda" means the first CUDA device. A device is used only once a small sum on it has come out right.

    >>> choose("cpu")
    ('cpu', '')
    >>> choose("cuda:99")
    ('cpu', 'there is no device cuda:99 on this machine; the CPU is used instead')
    """
    wanted = "cuda:0" if preferred == "cuda" else preferred
    if wanted == "cpu":
        return wanted, ""
    for device in devices():
        if device.id == wanted:
            reason = _fault(device)
            return (wanted, "") if reason is None else ("cpu", reason)
    return "cpu", f"there is no device {preferred} on this machine; the CPU is used instead"


def _fault(device: Device) -> str | None:
    """A GPU can be listed and yet be unusable: a driver too old, no memory left, an architecture torch dropped."""
    try:
        if float(torch.ones(8, device=device.id).sum()) == 8.0:
            return None
        reason = "it computes wrong sums"
    except (RuntimeError, AssertionError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return f"{device.name} cannot be used ({reason}); the CPU is used instead"


def memory() -> int:
    """Of this machine, bytes; 0 where the system does not say, which are those that refuse more than there is."""
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        return int(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    return 0


def use_threads_beside_a_window() -> None:
    """Leaves one core to the window; with all cores training collapsed whenever the window was busy."""
    torch.set_num_threads(max(1, (os.cpu_count() or 2) - 1))

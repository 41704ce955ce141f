"""What the page about the hardware says."""

from __future__ import annotations

from ....session.training.trainer import Trainer
from ....spec.training.processes import ChildStepped, Machine, Scattered
from ...look.numbers import accuracy_text, percent
from ..controls.memory import written


def devices(machine: Machine) -> str:
    """Every device, with its memory where it is known.

    >>> from convviz.spec.training.processes import DeviceFacts
    >>> devices(Machine((DeviceFacts("cpu", "CPU", 2**33),), 4, 3, "2.13"))
    'CPU (4 cores, 8.0 GB)'
    """
    found = []
    for device in machine.devices:
        facts = [f"{machine.cores} cores"] if device.id == "cpu" else [device.id]
        facts += [written(device.memory)] if device.memory else []
        found.append(f"{device.name} ({', '.join(facts)})")
    return ", ".join(found)


def threads(machine: Machine) -> str:
    """Who computes, and what is left to the window.

    >>> threads(Machine((), 4, 3, "2.13")), threads(Machine((), 1, 1, "2.13"))
    ('3 of 4 cores, 1 for the window', '1 of 1 core')
    """
    left = machine.cores - machine.threads
    cores = f"{machine.threads} of {machine.cores} {'core' if machine.cores == 1 else 'cores'}"
    return f"{cores}, {left} for the window" if left > 0 else cores


def speed(trainer: Trainer) -> str:
    """Images a second of the last seconds, and the step that they make."""
    if trainer.speed <= 0:
        return "measured while a training runs"
    return f"{trainer.speed:,.0f} images/s, {1e3 * trainer.batch / trainer.speed:.1f} ms a step"


def moving(trainer: Trainer) -> str:
    """What it costs to bring a mini-batch to the device."""
    if trainer.data is None or trainer.run is None:
        return "measured when the data is loaded"
    move_ms = trainer.data.move_ms
    if move_ms <= 0:
        return "nothing to move on the CPU" if trainer.run.device == "cpu" else "nothing to move"
    if trainer.speed <= 0:
        return f"{move_ms:.2f} ms a batch"
    step_ms = 1e3 * trainer.batch / trainer.speed
    return f"{move_ms:.2f} ms a batch, {percent(move_ms / step_ms)} of a step"


def ring(trainer: Trainer) -> str:
    """Memory of the moments that can be gone back to."""
    count = len(trainer.checkpoints)
    if not count:
        return "none yet"
    return f"{count} {'checkpoint' if count == 1 else 'checkpoints'}, {written(trainer.memory_bytes)}"


def scattered_note(result: Scattered, gpus: int) -> str:
    """Whether it really happened, and that the result is the same."""
    parts = len(result.chunks)
    fewer = f" {parts} of {gpus} GPUs get something." if parts < gpus else ""
    same = f" Scores differ by at most {result.difference:.0e}." if result.difference else " The scores are the same."
    if result.simulated:
        return f"Simulated: without {max(gpus, 2)} GPUs here, the parts were computed one after another.{fewer}{same}"
    return f"Measured on the GPUs of this machine.{fewer}{same}"


def progress(news: ChildStepped, processes: int) -> str:
    """How far the processes are.

    >>> progress(ChildStepped(20, 400, 1, 0.512, 3000.0), 2)
    'epoch 1, step 20 of 400, loss 0.512, 3,000 images/s in 2 processes'
    """
    measured = "" if news.accuracy is None else f", {accuracy_text(news.accuracy)} right"
    return (
        f"epoch {news.epoch}, step {news.step:,} of {news.steps:,}, loss {news.loss:.3g}{measured}, "
        f"{news.images_per_s:,.0f} images/s in {processes} {'process' if processes == 1 else 'processes'}"
    )

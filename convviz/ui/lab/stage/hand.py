"""What a scene looks at: which output, and whose kernel."""

from __future__ import annotations

from ..scene import Pointer, Scene
from .lit import valid


def in_hand(scene: Scene) -> int:
    """The output channel whose kernel is shown: that of the pointed cell, else the chosen one."""
    pointer = scene.pointer
    if pointer is not None and pointer.part != "input" and valid(scene.trial, pointer):
        return pointer.index[0]
    return min(max(scene.channel, 0), int(scene.trial.output.shape[0]) - 1)


def place_in_hand(scene: Scene) -> Pointer | None:
    """The output whose window is shown: the pointed one, or that where the window stands; None: no single one."""
    pointer, trial = scene.pointer, scene.trial
    if pointer is not None and valid(trial, pointer):
        return pointer if pointer.part == "output" else None
    if 0 < scene.filled < trial.positions:
        return Pointer("output", (in_hand(scene), *divmod(scene.filled - 1, trial.output.shape[2])))
    return None

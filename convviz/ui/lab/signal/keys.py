"""Which output the keys lead to."""

from __future__ import annotations

from PySide6.QtCore import Qt

from ..scene import Pointer, Scene

STEPS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


def walked(scene: Scene, at: Pointer | None, key: int) -> Pointer | None:
    """The output that an arrow key, Home or End leads to from ``at``; None for any other key.

    Up and down go to the other output channels. The first step goes to the first output.
    """
    channels, _, size = scene.trial.output.shape
    if at is None or at.part != "output":
        at = scene.pointer if scene.pointer is not None and scene.pointer.part == "output" else None
    channel, index = (at.index[0], at.index[2]) if at is not None else (scene.channel, None)
    match key:
        case Qt.Key.Key_Home:
            index = 0
        case Qt.Key.Key_End:
            index = size - 1
        case _ if key in STEPS:
            down, right = STEPS[key]
            channel += down
            index = 0 if index is None else index + right
        case _:
            return None
    return Pointer("output", (min(max(channel, 0), channels - 1), 0, min(max(index, 0), size - 1)))

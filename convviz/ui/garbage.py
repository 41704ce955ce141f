"""Python's cyclic garbage, collected on the GUI thread only: another would destroy Qt objects where it must not."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 1000
THRESHOLD = 2000  # tracked objects since the last young collection


class GarbageCollector(QObject):
    """Switches the automatic collector off while it lives, and collects a generation when one is due."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._collect)
        self._timer.start(EVERY_MS)
        self._rounds = 0
        self.destroyed.connect(_restore)

    def freeze(self) -> None:
        """After warm-up: what is there now stays, and need not be looked at again.

        Without collecting first: with torch loaded that takes 130 ms, just when the first frame should come.
        """
        gc.freeze()

    def _collect(self) -> None:
        if gc.get_count()[0] > THRESHOLD:
            self._rounds += 1
            gc.collect(1 if self._rounds % 20 else 2)


def _restore() -> None:
    gc.unfreeze()
    gc.enable()

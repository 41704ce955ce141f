"""Calls a function at most so often, and never forgets the last request."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QObject, QTimer


class Throttle(QObject):
    """``request()`` calls ``function`` at once if ``every_ms`` have passed since the last call, else when they have."""

    def __init__(self, function: Callable[[], object], every_ms: int, parent: QObject) -> None:
        super().__init__(parent)
        self._function = function
        self._every_ms = every_ms
        self._called = -1e9
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._call)

    def request(self) -> None:
        waited_ms = (monotonic() - self._called) * 1e3
        if waited_ms >= self._every_ms:
            self._call()
        elif not self._timer.isActive():
            self._timer.start(round(self._every_ms - waited_ms))

    def _call(self) -> None:
        self._timer.stop()
        self._called = monotonic()
        self._function()

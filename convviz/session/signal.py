"""A signal without Qt: functions called in turn, on the thread that emits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, ParamSpec

P = ParamSpec("P")


class Signal(Generic[P]):
    """Functions to call when something happened.

    >>> changed = Signal[[int]]()
    >>> changed.connect(print)
    >>> changed.emit(3)
    3
    """

    def __init__(self) -> None:
        self._slots: list[Callable[P, object]] = []

    def connect(self, slot: Callable[P, object]) -> None:
        self._slots.append(slot)

    def disconnect(self, slot: Callable[P, object]) -> None:
        self._slots.remove(slot)

    def emit(self, *args: P.args, **kwargs: P.kwargs) -> None:
        for slot in tuple(self._slots):
            slot(*args, **kwargs)

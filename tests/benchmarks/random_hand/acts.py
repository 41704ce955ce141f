"""The register of all acts. An act returns what it chose, for the protocol, or nothing."""

from __future__ import annotations

from collections.abc import Callable

from .hand import Hand

Act = Callable[[Hand], object]
ACTS: dict[str, Act] = {}
WEIGHTS: dict[str, int] = {}


def act(weight: int = 1) -> Callable[[Act], Act]:
    """Registers an act that is done so often among the others."""

    def register(function: Act) -> Act:
        name = function.__name__.replace("_", " ")
        ACTS[name], WEIGHTS[name] = function, weight
        return function

    return register

"""The one State of an experiment, and the one place where it changes."""

from __future__ import annotations

from collections import deque
from dataclasses import fields, replace
from math import prod
from typing import Any

from ..spec.geometry import describe
from ..spec.network import NetworkSpec
from ..spec.state import Focus, State, differs
from .signal import Signal

__all__ = ["Experiment", "Focus", "State", "differs", "nearest", "shape_of"]


class Experiment:
    """Holds the State; ``changed(old, new)`` follows every commit that changed something.

    Whoever hears of a change and commits another one is heard after it: everybody sees them in the same order.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self.changed = Signal[[State, State]]()
        self._to_tell: deque[tuple[State, State]] = deque()

    @property
    def state(self) -> State:
        return self._state

    def commit(self, state: State) -> None:
        """Makes ``state`` the present one. A focus that the network no longer has moves to the nearest unit."""
        old = self._state
        if state.network is not old.network:
            outputs = prod(describe(state.network)[-1].output_shape) if state.network.layers else 0
            probe = state.probe.within(old.network.input_shape, state.network.input_shape, outputs)
            state = replace(state, probe=probe)
        if state.focus is not None and state.network is not old.network:
            focus = nearest(state.network, state.focus) or _neighbour(old.network, state.network, state.focus)
            state = replace(state, focus=focus)
        if differs(old, state, *(f.name for f in fields(State))):
            self._state = state
            self._to_tell.append((old, state))
            if len(self._to_tell) == 1:
                self._tell()

    def _tell(self) -> None:
        try:
            while self._to_tell:
                self.changed.emit(*self._to_tell[0])
                self._to_tell.popleft()
        finally:
            self._to_tell.clear()  # a listener failed: the next change is told all the same

    def change(self, **values: Any) -> None:
        """Commits the present State with some fields replaced."""
        self.commit(replace(self._state, **values))


def nearest(network: NetworkSpec, focus: Focus) -> Focus | None:
    """The focus itself where it still exists, else the unit of that layer closest to it, else None.

    >>> from convviz.spec.presets import lenet5
    >>> nearest(lenet5(), Focus("conv1", (31, 27, 27)))
    Focus(layer='conv1', index=(5, 27, 27))
    """
    shape = shape_of(network, focus.layer)
    if shape is None:
        return None
    padded = (*focus.index, 0, 0)[: len(shape)]
    index = tuple(min(i, n - 1) for i, n in zip(padded, shape, strict=True))
    return focus if index == focus.index else Focus(focus.layer, index)


def _neighbour(old: NetworkSpec, new: NetworkSpec, focus: Focus) -> Focus | None:
    """The unit of the layer that now stands where the focus's layer stood."""
    ids = [layer.id for layer in old]
    if focus.layer not in ids or not new.layers:
        return None
    return nearest(new, Focus(new.layers[min(ids.index(focus.layer), len(new.layers) - 1)].id, focus.index))


def shape_of(network: NetworkSpec, layer: str) -> tuple[int, ...] | None:
    """The shape of what a layer puts out; "input" is the network's input; None where there is no such layer."""
    if layer == "input":
        return network.input_shape
    return next((row.output_shape for row in describe(network) if row.layer.id == layer), None)

"""Which arrays of a foreign file are which of a network's: by name, by name without a prefix, or by order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .errors import InputError
from .network import NetworkSpec, Shape, times
from .weights import COUNTER, Weights, shapes

_PREFIXES = ("module.", "model.", "net.", "network.", "_orig_mod.", "state_dict.")  # of wrappers around a network
_PARTS = ("weight", "bias", "running_mean", "running_var")  # as torch orders a layer's
_SHOWN = 12  # names in a report before "and … more"
Arrays = Mapping[str, NDArray[np.generic]]


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """What of a file fits a network called ``network``.

    ``weights`` holds the matched arrays by our names, some or all of the network's. ``matched`` pairs our name with
    theirs; ``wrong_shape`` is (ours, the shape needed, theirs, the shape found).
    """

    network: str
    weights: Weights
    matched: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    wrong_shape: tuple[tuple[str, Shape, str, Shape], ...]

    @property
    def complete(self) -> bool:
        """Whether every array of the network was found."""
        return not self.missing and not self.wrong_shape

    def summary(self) -> str:
        """One sentence."""
        count = len(self.matched) + len(self.missing) + len(self.wrong_shape)
        if self.complete and not self.unexpected:
            return f"all {count} arrays of {self.network} were found"
        rest = (
            (len(self.missing), "not in the file"),
            (len(self.wrong_shape), "of another shape"),
            (len(self.unexpected), "in the file not used"),
        )
        others = ", ".join(f"{n} {what}" for n, what in rest if n)
        return f"{len(self.matched)} of {count} arrays of {self.network} were found; {others}"

    def report(self) -> str:
        """Every array, in lines for a person to read."""
        renamed = [(ours, theirs) for ours, theirs in self.matched if ours != theirs]
        same = [ours for ours, theirs in self.matched if ours == theirs]
        parts = (
            ("Found by their names", same),
            ("Found under other names", [f"{ours} ← {theirs}" for ours, theirs in renamed]),
            ("Of another shape, left as they were", [_of_another_shape(*row) for row in self.wrong_shape]),
            ("Not in the file, left as they were", list(self.missing)),
            ("In the file, not used", list(self.unexpected)),
        )
        lines = [self.summary()[0].upper() + self.summary()[1:] + "."]
        for title, names in parts:
            if names:
                lines += [f"{title} ({len(names)}):", *(f"  {name}" for name in _shortened(names))]
        return "\n".join(lines)


def match(spec: NetworkSpec, arrays: Arrays) -> Match:
    """Finds the network's arrays among ``arrays``.

    A name fits as it is, or without what wrappers put before it ("module.", "_orig_mod."), or without what all names
    of the file begin with. Arrays that no name fits are taken by order, if all that are left on both sides fit one
    after the other, shape by shape: the same network, built with other names; or in any order, if no two layers have
    the same shape. Only then; a guess would be worse.

    Raises:
        InputError: nothing fits.

    >>> from convviz.spec.presets import lecture
    >>> from convviz.spec.weights import initial
    >>> wrapped = {f"module.{name}": array for name, array in initial(lecture()).items()}
    >>> match(lecture(), wrapped).summary()
    'all 8 arrays of lecture were found'
    """
    needed = shapes(spec)
    found = {name: array for name, array in arrays.items() if name.rsplit(".", 1)[-1] != COUNTER}
    pairs = _by_name(needed, found)
    taken = set(pairs.values())
    left = {name: array.shape for name, array in found.items() if name not in taken}
    pairs |= _by_order({name: shape for name, shape in needed.items() if name not in pairs}, left)
    fits = {ours: theirs for ours, theirs in pairs.items() if found[theirs].shape == needed[ours]}
    if not fits:
        raise InputError(_nothing(spec, needed, found, pairs))
    taken = set(pairs.values())
    return Match(
        spec.name,
        Weights({ours: found[fits[ours]] for ours in needed if ours in fits}),
        tuple((ours, fits[ours]) for ours in needed if ours in fits),
        tuple(ours for ours in needed if ours not in pairs),
        tuple(theirs for theirs in found if theirs not in taken),
        tuple(
            (ours, needed[ours], pairs[ours], found[pairs[ours]].shape)
            for ours in needed
            if ours in pairs and ours not in fits
        ),
    )


def applied(weights: Weights, match: Match) -> Weights:
    """The weights with every matched array exchanged; the others are shared."""
    for name, array in match.weights.items():
        weights = weights.replaced(name, array)
    return weights


# --- by name --------------------------------------------------------------------------------------------------


def _by_name(needed: Mapping[str, Shape], found: Arrays) -> dict[str, str]:
    """Theirs by ours; the plainest name wins where a file holds an array twice."""
    pairs = {name: name for name in needed if name in found}
    common = _common_prefix(found)
    for shorten in (_unwrapped, lambda name: _unwrapped(name[len(common) :])):
        for theirs in found:
            ours = shorten(theirs)
            if ours in needed and ours not in pairs and theirs not in pairs.values():
                pairs[ours] = theirs
    return pairs


def _unwrapped(name: str) -> str:
    """
    >>> _unwrapped("_orig_mod.module.conv1.weight")
    'conv1.weight'
    """
    while True:
        prefix = next((p for p in _PREFIXES if name.startswith(p)), None)
        if prefix is None:
            return name
        name = name[len(prefix) :]


def _common_prefix(names: Iterable[str]) -> str:
    """What all names begin with, up to a dot.

    >>> _common_prefix(["cnn.body.conv1.bias", "cnn.body.fc1.bias"])
    'cnn.body.'
    """
    rows = [name.split(".")[:-1] for name in names]
    count = 0
    while rows and all(len(row) > count and row[: count + 1] == rows[0][: count + 1] for row in rows):
        count += 1
    return "".join(f"{part}." for part in rows[0][:count]) if rows else ""


# --- by order -------------------------------------------------------------------------------------------------


def _by_order(needed: Mapping[str, Shape], found: Mapping[str, Shape]) -> dict[str, str]:
    """Theirs by ours if all fit one after the other, or if each layer has a shape of its own; else nothing."""
    if len(needed) != len(found):
        return {}
    given, counted = list(found), sorted(found, key=_natural)
    orders = [given, counted]
    if given == sorted(given):  # as in safetensors: "fc10" stands before "fc2", and "one" before "zero"
        orders = [counted] if _only_numbers_tell_apart(found) else []
    for order in orders:
        pairs = dict(zip(needed, order, strict=True))
        if all(needed[ours] == found[theirs] and _same_part(ours, theirs) for ours, theirs in pairs.items()):
            return pairs
    return _by_shape(needed, found)


def _only_numbers_tell_apart(found: Mapping[str, Shape]) -> bool:
    """Whether layers that hold the same shapes are numbered, so that their order is known."""
    return all(len({re.sub(r"\d+", "", layer) for layer in alike}) == 1 for alike in _layers(found).values())


def _by_shape(needed: Mapping[str, Shape], found: Mapping[str, Shape]) -> dict[str, str]:
    """Theirs by ours where no two layers are alike, so that their order does not matter."""
    ours, theirs = _layers(needed), _layers(found)
    if set(ours) != set(theirs) or any(len(layers) > 1 for layers in (*ours.values(), *theirs.values())):
        return {}
    return {f"{ours[shape][0]}.{part}": f"{theirs[shape][0]}.{part}" for shape in ours for part, _ in sorted(shape)}


def _layers(arrays: Mapping[str, Shape]) -> dict[frozenset[tuple[str, Shape]], list[str]]:
    """Layers by what they hold: the parts' names with their shapes."""
    parts: dict[str, set[tuple[str, Shape]]] = {}
    for name, shape in arrays.items():
        layer, dot, part = name.rpartition(".")
        if dot:
            parts.setdefault(layer, set()).add((part, shape))
    layers: dict[frozenset[tuple[str, Shape]], list[str]] = {}
    for layer, held in parts.items():
        layers.setdefault(frozenset(held), []).append(layer)
    return layers


def _natural(name: str) -> tuple[list[tuple[int, str]], int]:
    """Numbers in a layer's name by their value; a layer's arrays as torch orders them."""
    layer, _, part = name.rpartition(".")
    pieces = re.findall(r"\d{1,9}|\D+", layer)
    numbered = [(int(piece), "") if piece.isascii() and piece.isdigit() else (-1, piece) for piece in pieces]
    return numbered, _PARTS.index(part) if part in _PARTS else len(_PARTS)


def _same_part(ours: str, theirs: str) -> bool:
    """A weight is no running mean, though their shapes may be the same."""
    part = theirs.rpartition(".")[2]
    return part not in _PARTS or part == ours.rpartition(".")[2]


# --- words ----------------------------------------------------------------------------------------------------


def _nothing(spec: NetworkSpec, needed: Mapping[str, Shape], found: Arrays, pairs: Mapping[str, str]) -> str:
    if not needed:
        return f"{spec.name} has no weights; choose a network that has some"
    if not found:
        return f"the file holds no weights; choose one for {spec.name}"
    ours, theirs = next(iter(pairs.items()), (next(iter(needed)), next(iter(found))))
    return (
        f"none of the {len(found)} arrays in the file fits {spec.name}: it needs {ours} of {times(needed[ours])}, "
        f"the file has {theirs[:80]} of {times(found[theirs].shape) or 'one value'}; choose weights of this network"
    )


def _of_another_shape(ours: str, needed: Shape, theirs: str, found: Shape) -> str:
    name = ours if ours == theirs else f"{ours} ← {theirs}"
    return f"{name}: {times(found) or 'one value'} in the file, {times(needed)} needed"


def _shortened(names: list[str]) -> list[str]:
    return names if len(names) <= _SHOWN else [*names[: _SHOWN - 1], f"and {len(names) - _SHOWN + 1} more"]

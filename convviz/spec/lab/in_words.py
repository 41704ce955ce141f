"""Sentences on the operation of the Lab call it by its name, not by the id of its layer."""

from __future__ import annotations

import re

from .edits import KINDS
from .lab import Operation

_NAMES = {"conv": "convolution", "pool": "pooling", "relu": "ReLU"}  # of an operation that is not there yet
_BEGINS = re.compile(rf"({'|'.join(_NAMES)})\b")


def in_words(sentence: str, layer: Operation | None = None) -> str:
    """A sentence that begins with an operation's id, or with its name instead; ``layer`` is the one that is there.

    >>> in_words("conv: its kernel is too large"), in_words("convince me")
    ('convolution: its kernel is too large', 'convince me')
    """
    found = _BEGINS.match(sentence)
    if found is None:
        return sentence
    name = KINDS[layer.kind] if layer is not None and layer.id == found[1] else _NAMES[found[1]]
    return name + sentence[found.end() :]

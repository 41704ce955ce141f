"""What layers are called in code, where not every name is possible."""

from __future__ import annotations

import keyword
import re

from ..module_names import TAKEN
from ..network import BatchNorm2d, Conv2d, Layer, Linear, NetworkSpec

LONGEST = 40  # characters of a name: what holds it must fit on a line
_OTHER = re.compile(r"\W+", re.ASCII)


def has_arrays(layer: Layer) -> bool:
    """Whether the layer holds numbers, and so is a module of its own in the code; the others are functions."""
    return isinstance(layer, Conv2d | Linear | BatchNorm2d)


def attribute_names(network: NetworkSpec) -> dict[str, str]:
    """By layer id: the attribute of the generated ``Net`` that holds the layer. Layers without numbers have none.

    A name that Python or torch does not allow is changed; names that are possible stay as they are.

    >>> layers = (Conv2d("1st conv", 4, (3, 3)), Conv2d("type", 4, (3, 3)), Conv2d("conv2", 4, (3, 3)))
    >>> attribute_names(NetworkSpec("odd", (1, 28, 28), layers))
    {'1st conv': 'layer_1st_conv', 'type': 'type_layer', 'conv2': 'conv2'}
    """
    ids = [layer.id for layer in network if has_arrays(layer)]
    used = {name for name in ids if _possible(name)}
    names: dict[str, str] = {}
    for layer_id in ids:
        names[layer_id] = layer_id if layer_id in used else _unused(_made_possible(layer_id), used)
        used.add(names[layer_id])
    return names


def file_stem(text: str) -> str:
    """A name for a file, of ASCII letters, digits, ``_`` and ``-``.

    >>> file_stem("lecture, untrained"), file_stem("…")
    ('lecture_untrained', 'network')
    """
    return re.sub(r"[^A-Za-z0-9-]+", "_", text).strip("_-")[:LONGEST] or "network"


def _possible(name: str) -> bool:
    return name.isascii() and name.isidentifier() and len(name) <= LONGEST and _made_possible(name) == name


def _made_possible(name: str) -> str:
    plain = _OTHER.sub("_", name).strip("_") if name.startswith("_") or _OTHER.search(name) else name
    plain = plain[:LONGEST] or "layer"
    if not plain.isidentifier():  # it begins with a digit
        plain = f"layer_{plain}"[:LONGEST]
    return f"{plain}_layer" if keyword.iskeyword(plain) or plain in TAKEN else plain


def _unused(name: str, used: set[str]) -> str:
    found, number = name, 2
    while found in used:
        ending = f"_{number}"
        found, number = name[: LONGEST - len(ending)] + ending, number + 1
    return found

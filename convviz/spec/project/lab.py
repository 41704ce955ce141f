"""What the Lab shows, as plain data and back, and the photo that lies beside it as a file of its own.

A photo is kept as the bytes that it was decoded from. One that has none is kept as PNG, up to 20 megapixels. Of a
larger one only the name is kept: its experiment opens with the drawing in its place, under the same operation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from math import isfinite
from types import MappingProxyType
from typing import Any, cast, get_args

from ..adapt import NOTHING_KEPT, Kept
from ..geometry import describe
from ..lab.edits import shape_of, with_source
from ..lab.effort import MOST_OPENED, effort
from ..lab.lab import NAME, Dims, Lab, Operation
from ..lab.pose import Pose
from ..lab.source import Channel, FromDrawing, FromPhoto, Grid, Source
from ..network import AvgPool2d, Conv2d, ConvTranspose2d, Layer, MaxPool2d, NetworkSpec, ReLU
from ..network_json import layer_from, layer_json
from ..origin import Origin
from ..photo import Photo, load_photo
from ..weights import Weights, check
from .archive import MAX_PHOTO_BYTES
from .arrays import Collected
from .errors import damaged
from .kept import kept_from, kept_table
from .values import Arrays, Table, array_in, get, table_in, whole_numbers

MOST_AS_PNG = 20_000_000  # pixels: some seconds of work and some 60 MB
_PLACE = "lab/"
_NAMES = ("conv.weight", "conv.bias")
_NAME = 300  # characters
_KINDS: Mapping[str, type[Layer]] = {t.kind: t for t in (Conv2d, ConvTranspose2d, MaxPool2d, AvgPool2d, ReLU)}
_IDS = {"Conv2d": "conv", "ConvTranspose2d": "conv", "MaxPool2d": "pool", "AvgPool2d": "pool", "ReLU": "relu"}


def lab_table(arrays: Collected, lab: Lab) -> tuple[dict[str, Any], bytes]:
    """Plain data, and the bytes of its photo's file; b"" where there is none to keep."""
    photo = _file_of(lab.source)
    table = {
        "source": _source(arrays, lab.source, bool(photo)),
        "shape": list(lab.shape),
        "layer": layer_json(lab.layer),
        "weights": _weights(arrays, _PLACE, lab.weights),
        "dims": lab.dims,
        "flipped": lab.flipped,
        "pose": {name: float(value) for name, value in asdict(lab.pose).items()},
        "preset": lab.preset,
        "kept": {name: kept_table(arrays, name, lab.kept[name], _PLACE) for name in sorted(lab.kept)},
        "origin": {
            "shape": list(lab.origin.network.input_shape),
            "layer": layer_json(lab.origin.network.layers[0]),
            "weights": _weights(arrays, f"{_PLACE}origin/", lab.origin.weights),
            "new": lab.origin.new,
        },
        "resting": layer_json(lab.resting) if lab.resting else None,
        "wanted": layer_json(lab.wanted) if lab.wanted else None,
    }
    return table, photo


def lab_from(table: object, arrays: Arrays, photo: bytes) -> Lab:
    """The Lab that ``table`` describes; ``photo`` is the file beside it.

    Raises:
        InputError: something is missing, of another type, or does not fit together.
    """
    whole = table_in(table)
    found = _source_from(get(whole, "source", dict), arrays, photo)
    source = found or FromDrawing()
    shape = _shape(whole)
    if found and shape != shape_of(found):
        raise damaged("the input of its Lab has another shape than it says")
    layer, weights = _layer(whole.get("layer")), _weights_from(whole, arrays)
    lab = Lab(
        source,
        shape,
        layer,
        weights,
        cast(Dims, get(whole, "dims", int)),
        get(whole, "flipped", bool),
        _pose(get(whole, "pose", dict)),
        _preset(get(whole, "preset", str)),
        _kept(get(whole, "kept", dict), arrays, weights),
        _origin(get(whole, "origin", dict), arrays, weights),
        None if layer.id == "conv" else _resting(whole.get("resting"), weights),
        _wanted(whole.get("wanted"), layer),
    )
    _check(lab)
    return lab if found else with_source(lab, source)


def note_on(table: Table) -> str:
    """What the user should know about the Lab of a file that has been read: that its photo is not there."""
    source = table.get("lab", {}).get("source", {})
    if source.get("kind") != "photo" or source.get("file"):
        return ""
    name = source.get("name") or "its photo"
    return f"{name} was too large to be kept in the experiment; open it again to see the Lab's operation on it"


# --- its input --------------------------------------------------------------------------------------------------


def _source(arrays: Collected, source: Source, kept: bool) -> dict[str, Any]:
    match source:
        case Grid(values=values, name=name):
            return {"kind": "grid", "values": arrays.add(f"{_PLACE}input", values), "name": name[:_NAME]}
        case FromPhoto(photo=photo, channel=channel):
            return {"kind": "photo", "name": photo.name[:_NAME], "channel": channel, "file": kept}
    return {"kind": "drawing"}


def _file_of(source: Source) -> bytes:
    """The bytes of the file that holds a photo, b"" where it cannot be kept."""
    if not isinstance(source, FromPhoto):
        return b""
    photo = source.photo
    height, width, _ = photo.pixels.shape
    if not photo.data and height * width > MOST_AS_PNG:
        return b""
    return photo.as_file() if len(photo.as_file()) <= MAX_PHOTO_BYTES else b""


def _source_from(table: Table, arrays: Arrays, photo: bytes) -> Source | None:
    """None for a photo that was not kept."""
    match get(table, "kind", str):
        case "drawing":
            return FromDrawing()
        case "grid":
            return Grid(array_in(arrays, table.get("values")), get(table, "name", str)[:_NAME])
        case "photo":
            name, channel = get(table, "name", str)[:_NAME], get(table, "channel", str)
            if channel not in get_args(Channel):
                raise damaged("the channel of its photo is none")
            if not get(table, "file", bool):
                return None
            if not photo:
                raise damaged("the photo in it is missing")
            decoded = load_photo(photo, name)
            return FromPhoto(Photo(decoded.pixels, name, photo), cast(Channel, channel))
    raise damaged("the input of its Lab is of no known kind")


def _shape(table: Table) -> tuple[int, int, int]:
    shape = whole_numbers(table.get("shape"))
    if len(shape) != 3:
        raise damaged("the input of its Lab has no channels, height and width")
    return shape[0], shape[1], shape[2]


def _pose(table: Table) -> Pose:
    values = {field.name: table.get(field.name) for field in fields(Pose)}
    for value in values.values():
        if type(value) not in (int, float) or not isfinite(cast(float, value)):
            raise damaged("the pose in its Lab is none")
    return Pose(**{name: float(cast(float, value)) for name, value in values.items()})


def _preset(name: str) -> str:
    """Which example it was; nothing where this version has none like it."""
    from ..lab.presets import PRESETS

    return name if name in PRESETS else ""


# --- its operation ----------------------------------------------------------------------------------------------


def _layer(data: object) -> Operation:
    layer = cast(Operation, layer_from(data, _KINDS))
    if layer.id != _IDS[layer.kind]:
        raise damaged(f"the operation of its Lab is called {layer.id!r}")
    return layer


def _resting(data: object, weights: Weights) -> Conv2d | ConvTranspose2d | None:
    """The convolution that the kernels belong to while another operation is chosen."""
    if data is None:
        return None
    layer = _layer(data)
    kernels = weights.get("conv.weight")
    if not isinstance(layer, Conv2d | ConvTranspose2d) or kernels is None or layer.groups < 1:
        raise damaged("the convolution that its Lab remembers is none")
    size = kernels.shape[2], kernels.shape[3]
    plain = type(layer)("conv", layer.out_channels, size, groups=layer.groups, bias=layer.bias)
    check(NetworkSpec(NAME, (kernels.shape[1] * layer.groups, *size), (plain,)), weights)
    return layer


def _wanted(data: object, layer: Operation) -> Operation | None:
    """The operation that the next input gets back; a file of an older version has none."""
    if data is None:
        return None
    wanted = _layer(data)
    if type(wanted) is not type(layer):
        raise damaged("the operation that its Lab goes back to is another one")
    return wanted


def _weights(arrays: Collected, place: str, weights: Weights) -> dict[str, str]:
    return {name: arrays.add(f"{place}{name}", weights[name]) for name in _NAMES if name in weights}


def _weights_from(table: Table, arrays: Arrays) -> Weights:
    keys = get(table, "weights", dict)
    found = {name: array_in(arrays, keys[name]) for name in _NAMES if name in keys}
    kernels, bias = found.get("conv.weight"), found.get("conv.bias")
    if len(found) < len(keys) or (kernels is None and bias is not None):
        raise damaged("the weights of its Lab are not those of a convolution")
    if kernels is not None and (kernels.ndim != 4 or not kernels.size):
        raise damaged("the kernels of its Lab are none")
    if kernels is not None and bias is not None and bias.shape != (len(kernels),):
        raise damaged("the biases of its Lab do not fit its kernels")
    return Weights(found)


def _kept(table: Table, arrays: Arrays, weights: Weights) -> Mapping[str, Kept]:
    kept: dict[str, Kept] = {}
    for name in table:
        if name not in weights:
            raise damaged(f"what its Lab keeps of {name[:80]!r} belongs to no weights")
        kept[name] = kept_from(get(table, name, dict), arrays, name, weights[name].shape)
    return MappingProxyType(kept) if kept else NOTHING_KEPT


def _origin(table: Table, arrays: Arrays, weights: Weights) -> Origin:
    """What it began with, as the same weights where nothing was touched."""
    network = NetworkSpec(NAME, _shape(table), (_layer(table.get("layer")),))
    describe(network)
    own = _weights_from(table, arrays)
    if own.keys() == weights.keys() and all(own[name] is weights[name] for name in weights):
        own = weights
    if isinstance(network.layers[0], Conv2d | ConvTranspose2d):
        check(network, own)
    return Origin(network, own, get(table, "new", bool))


def _check(lab: Lab) -> None:
    """Whether its parts fit together: whatever is opened can be shown and edited."""
    layer, row = lab.layer, lab.row
    if not isinstance(lab.source, FromPhoto) and effort(row) > MOST_OPENED:
        raise damaged(f"its Lab would compute {effort(row):,} products for every move of the mouse")
    if lab.has_kernels:
        check(lab.network, lab.weights)
    flat = lab.shape[1] == row.output_shape[1] == getattr(layer, "kernel", (1, 1))[0] == 1
    if lab.dims not in (1, 2) or (lab.dims == 1 and not (flat and isinstance(lab.source, Grid))):
        raise damaged("its Lab has neither one dimension nor two")


assert set(_IDS) == set(_KINDS)

"""Weights as immutable named arrays, and the files that hold them."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from math import prod, sqrt
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from .errors import InputError
from .geometry import describe
from .network import BatchNorm2d, Conv2d, ConvTranspose2d, Linear, NetworkSpec, times
from .network_json import from_json, to_json

Floats = NDArray[np.float32]
MAX_FILE_BYTES = 4 * 2**30
COUNTER = "num_batches_tracked"  # how often torch's batch norms were trained: no weight, and never read
_NUMPY_KNOWS = frozenset(("F64", "F32", "F16", "I64", "I32", "I16", "I8", "U64", "U32", "U16", "U8", "BOOL"))


class Weights(Mapping[str, Floats]):
    """Read-only float32 arrays by name ("conv1.weight"); compared by identity, as all of a State.

    >>> weights = Weights({"fc.bias": np.zeros(2)})
    >>> weights.replaced("fc.bias", np.ones(2))["fc.bias"].tolist(), weights["fc.bias"].tolist()
    ([1.0, 1.0], [0.0, 0.0])
    """

    __slots__ = ("_arrays",)

    def __init__(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        self._arrays: dict[str, Floats] = {name: _frozen(array) for name, array in arrays.items()}

    def __getitem__(self, name: str) -> Floats:
        return self._arrays[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other

    def replaced(self, name: str, array: NDArray[np.generic]) -> Weights:
        """The same weights with one array exchanged; the others are shared, not copied."""
        if name not in self._arrays:
            raise KeyError(name)
        return Weights({**self._arrays, name: array})


def _frozen(array: NDArray[np.generic]) -> Floats:
    if array.dtype == np.float32 and not array.flags.writeable and array.flags.owndata:
        return array  # type: ignore[return-value]
    with np.errstate(over="ignore"):  # a float64 beyond float32 is infinite
        copy = np.array(array, dtype=np.float32)
    copy.setflags(write=False)
    return copy


def shapes(spec: NetworkSpec) -> dict[str, tuple[int, ...]]:
    """The name and shape of every array the network needs, in the order of its layers.

    >>> from convviz.spec.presets import lecture
    >>> shapes(lecture())["conv2.weight"]
    (64, 32, 5, 5)
    """
    found: dict[str, tuple[int, ...]] = {}
    for row in describe(spec):
        match row.layer:
            case (
                Conv2d(id=name, out_channels=n, kernel=kernel, groups=groups, bias=bias)
                | ConvTranspose2d(id=name, out_channels=n, kernel=kernel, groups=groups, bias=bias)
            ):
                found[f"{name}.weight"] = (n, row.input_shape[0] // groups, *kernel)
                if bias:
                    found[f"{name}.bias"] = (n,)
            case Linear(id=name, out_features=n, bias=bias):
                found[f"{name}.weight"] = (n, row.input_shape[0])
                if bias:
                    found[f"{name}.bias"] = (n,)
            case BatchNorm2d(id=name, affine=affine):
                arrays = (("weight", "bias") if affine else ()) + ("running_mean", "running_var")
                found |= {f"{name}.{array}": (row.input_shape[0],) for array in arrays}
    return found


def initial(spec: NetworkSpec, seed: int = 0) -> Weights:
    """Random weights as PyTorch draws them: uniform in ±1/√(inputs of one unit); batch norms start as identity."""
    rng = np.random.default_rng(seed)
    arrays: dict[str, Floats] = {}
    bound = 0.0
    for name, shape in shapes(spec).items():
        layer, array = name.rsplit(".", 1)
        if isinstance(spec[layer], BatchNorm2d):
            arrays[name] = np.full(shape, float(array in ("weight", "running_var")), np.float32)
            continue
        if array == "weight":
            bound = 1.0 / sqrt(prod(shape[1:]))  # the bias that follows uses the same
        arrays[name] = rng.uniform(-bound, bound, shape).astype(np.float32)
    return Weights(arrays)


def check(spec: NetworkSpec, weights: Mapping[str, Floats]) -> None:
    """Raises InputError naming the first array that the network needs and ``weights`` lacks or has in another shape."""
    needed = shapes(spec)
    for name, shape in needed.items():
        if name not in weights:
            raise InputError(f"these weights have no {name!r}; they are not for the network {spec.name!r}")
        if weights[name].shape != shape:
            raise InputError(
                f"{name} is {times(weights[name].shape)} in these weights, but {spec.name!r} needs {times(shape)}"
            )
    extra = set(weights) - set(needed)
    if extra:
        raise InputError(f"these weights hold {sorted(extra)[0]!r}, which the network {spec.name!r} does not have")


def save(path: Path, spec: NetworkSpec, weights: Weights, note: Mapping[str, str] | None = None) -> None:
    """Writes safetensors with the network's description inside; all of the file or nothing.

    Raises:
        InputError: the file cannot be written.
    """
    from safetensors.numpy import save as to_bytes

    check(spec, weights)
    arrays = {name: np.array(array) for name, array in weights.items()}
    metadata = {"convviz.network": json.dumps(to_json(spec)), **(note or {})}
    write_atomically(path, to_bytes(arrays, metadata))


def write_atomically(path: Path, data: bytes) -> None:
    """Replaces ``path`` by ``data`` in one step, see :func:`write_to`."""
    write_to(path, lambda file: file.write(data))


def write_to(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Replaces ``path`` by what is written, in one step: a crash leaves the old file or the new one, never half of it.

    Raises:
        InputError: the folder does not exist, cannot be written to or is full.
    """
    name = ""
    try:
        path = path.resolve()  # what a link points to is written, not the link
        if path.exists() and not path.is_file():
            raise InputError(f"{path} is not an ordinary file; choose another place")
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".convviz.", delete=False) as file:
            name = file.name
            write(file)
            file.flush()
            os.fsync(file.fileno())
        if not path.exists():
            mask = os.umask(0)
            os.umask(mask)
            os.chmod(name, 0o666 & ~mask)  # temporary files are private; a saved file is an ordinary one
        else:
            os.chmod(name, path.stat().st_mode & 0o777)
        os.replace(name, path)
    except OSError as error:
        raise InputError(f"cannot write {str(path)[:200]}: {error.strerror or error}; choose another place") from None
    except (ValueError, RuntimeError) as error:  # a name with a null character; links that point to each other
        if isinstance(error, InputError):
            raise
        raise InputError(f"cannot write {str(path)[:200]!r}: {error}; choose another place") from None
    finally:
        if name:  # not there any more where all went well
            Path(name).unlink(missing_ok=True)


def load(path: Path) -> tuple[NetworkSpec | None, Weights]:
    """Reads a safetensors file: the network described inside (None in a foreign file) and its weights.

    Raises:
        InputError: not readable, not safetensors, damaged, not floating point, or the two do not fit together.
    """
    metadata, arrays = _read(path)
    for name, array in arrays.items():
        if not np.issubdtype(array.dtype, np.floating):
            raise InputError(f"{path.name}: {name!r} holds {array.dtype}, not floating-point weights")
    weights = Weights(arrays)
    spec = _described(path, metadata)
    if spec is not None:
        check(spec, weights)
    return spec, weights


def load_arrays(path: Path) -> Mapping[str, Floats]:
    """The floating-point arrays of any safetensors file, as float32 in the order of their names.

    Integers (indices, counters) are no weights and are left out. What they belong to is for
    :func:`convviz.spec.weight_match.match` to find.

    Raises:
        InputError: not readable, not safetensors, damaged, or in a type that numpy does not know.
    """
    arrays = _read(path)[1]
    return Weights({name: array for name, array in arrays.items() if np.issubdtype(array.dtype, np.floating)})


def _read(path: Path) -> tuple[Mapping[str, str], dict[str, NDArray[np.generic]]]:
    """A file's metadata and arrays, of whatever type."""
    from safetensors import SafetensorError, safe_open

    try:
        if not path.is_file():
            raise InputError(f"{path} is {'a folder' if path.is_dir() else 'not there'}; give a .safetensors file")
        if path.stat().st_size > MAX_FILE_BYTES:
            raise InputError(f"{path.name} is larger than 4 GB; no network that convviz opens needs that")
        with safe_open(path, framework="numpy") as file:
            names = [name for name in file.keys() if name.rsplit(".", 1)[-1] != COUNTER]  # noqa: SIM118 - not a mapping
            for name in names:
                kind = file.get_slice(name).get_dtype()
                if kind not in _NUMPY_KNOWS:
                    raise InputError(f"{path.name}: {name!r} holds {kind}; save it as float32 first")
            return file.metadata() or {}, {name: file.get_tensor(name) for name in names}
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from None
    except (SafetensorError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path.name} is not a safetensors file, or it is damaged ({error})") from None


def _described(path: Path, metadata: Mapping[str, str]) -> NetworkSpec | None:
    text = metadata.get("convviz.network")
    if text is None:
        return None
    try:
        return from_json(json.loads(text))
    except InputError:
        raise
    except (ValueError, RecursionError):  # also a number of thousands of digits
        raise InputError(f"{path.name}: the network described inside is not readable JSON") from None

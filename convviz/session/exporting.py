"""What is on screen as a program: its text, and a file with its weights and its input. For the file thread."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..spec.channels import effective
from ..spec.code.names import file_stem
from ..spec.code.program import file_lines, to_code
from ..spec.code.tensors import digest, is_ours, tensors_of, to_bytes
from ..spec.errors import InputError
from ..spec.footprint import Index
from ..spec.geometry import describe
from ..spec.network import NetworkSpec
from ..spec.weights import write_atomically
from .outbox import Floats, Frame

COPIES_KEPT = 20  # files of weights that copied programs load
HIDDEN = sys.stdlib_module_names | {"torch", "numpy", "safetensors"}  # Python looks beside the script first


@dataclass(frozen=True, slots=True, eq=False)
class Exported:
    """``code`` loads the weights and the input from ``tensors``. ``script`` holds it; None where it is to be copied."""

    code: str
    tensors: Path
    script: Path | None = None


def received(frame: Frame, layer: str | None) -> Floats:
    """What the network receives in ``frame``, or one ``layer`` of it.

    Raises:
        InputError: the layer is no longer there.
    """
    if layer is None:
        return frame.maps["input"]
    ids = ["input", *(row.layer.id for row in describe(frame.state.network))]
    if layer not in ids[1:]:
        raise InputError(f"{layer} is no longer in the network; select a layer and copy again")
    return frame.maps[ids[ids.index(layer) - 1]]


def stem_of(network: NetworkSpec, layer: str | None) -> str:
    """What the files of a program are called: after the network and the layer."""
    return "-".join(file_stem(part) for part in (network.name, layer) if part)


def shown(network: NetworkSpec, layer: str | None, unit: Index | None) -> str:
    """The program as it stands in the window, where nobody knows yet in which file its weights will be."""
    return to_code(network, weights_file=_beside(network, layer), layer=layer, unit=unit)


def needs_file(selected: str, network: NetworkSpec, layer: str | None) -> bool:
    """Whether a part of the program on screen says where its weights are, and would not run as it stands."""
    return file_lines(_beside(network, layer)) in selected


def copied(
    frame: Frame, layer: str | None, folder: Path, *, unit: Index | None = None, selected: str | None = None
) -> Exported:
    """Writes the weights into ``folder``, under a name that says what is in it; the program is to be copied.

    Of the files there, the oldest of more than COPIES_KEPT are removed. A ``unit`` of the layer is printed by the
    program. Of a program as :func:`shown` gives it only what is ``selected`` is to be copied, with the file's place.

    Raises:
        InputError: the folder cannot be made or written to, or the layer is no longer there.
    """
    data = _bytes(frame, layer)
    path = folder / f"{stem_of(frame.state.network, layer)}-{digest(data)}.safetensors"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not _holds(path, data):
            write_atomically(path, data)
        os.utime(path)  # one that is copied again is a new one
    except (OSError, InputError) as error:
        reason = getattr(error, "strerror", None) or str(error).rpartition(";")[0] or error
        raise InputError(
            f"nothing was copied, since its weights cannot be kept in {folder} ({reason}); "
            "save a script where there is room (Network, PyTorch code)"
        ) from None
    _thin(folder, path)
    network, place = frame.state.network, path.absolute()
    code = to_code(network, weights_file=place, layer=layer, unit=unit)
    if selected is not None and selected.strip() != shown(network, layer, unit).strip():
        code = selected.replace(file_lines(_beside(network, layer)), file_lines(place))
    return Exported(code, path)


def scripted(frame: Frame, layer: str | None, script: Path, *, unit: Index | None = None) -> Exported:
    """Writes the program to ``script`` and, beside it, NAME.safetensors. Whoever asks for it may replace ``script``.

    Raises:
        InputError: a file of weights that is no program's has that name, one of the two cannot be written, or the
            script would hide a module that it needs.
    """
    tensors = script.with_suffix(".safetensors")
    if script.stem in HIDDEN or tensors == script:
        why = "is a name for its weights" if tensors == script else f"would hide the module {script.stem} from PyTorch"
        raise InputError(f"a script called {script.name} {why}; choose another name")
    try:
        str(script).encode()
    except UnicodeEncodeError:  # safetensors could not open it
        raise InputError(f"the name {str(script)!r} is no text that every program can read; choose another") from None
    if tensors.exists() and not is_ours(tensors):
        raise InputError(f"{tensors.name} is there already, and holds something else; choose another name")
    data = _bytes(frame, layer)
    code = to_code(frame.state.network, weights_file=tensors.name, layer=layer, unit=unit)
    write_atomically(tensors, data)
    write_atomically(script, code.encode())
    return Exported(code, tensors, script)


def _beside(network: NetworkSpec, layer: str | None) -> str:
    return f"{stem_of(network, layer)}.safetensors"


def _bytes(frame: Frame, layer: str | None) -> bytes:
    state = frame.state
    weights = effective(state.network, state.weights, state.channels)
    return to_bytes(tensors_of(state.network, weights, received(frame, layer), layer))


def _holds(path: Path, data: bytes) -> bool:
    """Whether the file is there and whole; its name alone would not say so."""
    return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data


def _thin(folder: Path, newest: Path) -> None:
    """Removes the oldest files; another window may be doing the same."""
    found: list[tuple[int, Path]] = []
    for path in folder.glob("*.safetensors"):
        with suppress(OSError):
            found.append((path.stat().st_mtime_ns, path))
    for _, path in sorted(found, reverse=True)[COPIES_KEPT:]:
        if path != newest:
            with suppress(OSError):
                path.unlink()

"""Weights from PyTorch's own files (``.pt``, ``.pth``, ``.ckpt``), without running anything that is in them.

Such a file is a zip with a pickle, and a pickle may run code. ``torch.load(weights_only=True)`` refuses what is not
a tensor or a plain container; before it, the zip is checked to hold no more than its size says.
"""

from __future__ import annotations

import pickle
import re
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ..spec.errors import InputError
from ..spec.project.archive import InPieces
from ..spec.weights import MAX_FILE_BYTES, Floats

SUFFIXES = (".pt", ".pth", ".ckpt")
_INSIDE = ("state_dict", "model_state_dict", "model")  # where checkpoints keep it
_MAX_PICKLE_BYTES = 8 * 2**20  # names and shapes only; an optimizer of thousands of tensors has 1 MB
_RATIO = 2  # what a compressed file may hold; torch itself stores
_GROWTH = 8  # bytes as float32 for one in the file: 4 from 8 bits, and some tensors shared
_FREE = 2**20
_AGAIN = "save it again with torch.save(network.state_dict(), …)"


def load(path: Path) -> dict[str, Floats]:
    """The floating-point tensors of a state dict, or of a checkpoint that holds one, as float32 in their order.

    Raises:
        InputError: not readable, not such a file, damaged, in the format before PyTorch 1.6, or more than tensors.
    """
    try:
        if not path.is_file():
            raise InputError(f"{path} is {'a folder' if path.is_dir() else 'not there'}; give a file of weights")
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise InputError(f"{path.name} is larger than 4 GB; no network that convviz opens needs that")
        _check_zip(path, size)
        return _arrays(_state_dict(_loaded(path), path.name), path.name, _GROWTH * size + _FREE)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from None


# --- before torch sees it -------------------------------------------------------------------------------------


def _check_zip(path: Path, size: int) -> None:
    with path.open("rb") as file:
        start = file.read(4)
    if start != b"PK\x03\x04":
        old = start[:1] == b"\x80"  # a pickle
        what = "is in a format older than PyTorch 1.6, or a bare pickle" if old else "is no file of torch.save"
        raise InputError(f"{path.name} {what}; {_AGAIN}")
    try:
        with InPieces(path) as pieces, zipfile.ZipFile(pieces) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, ValueError, IndexError, RuntimeError, OverflowError) as error:
        raise _damaged(path.name, error) from None
    names = [info.filename for info in infos]
    pickles = [info for info in infos if info.filename.endswith("/data.pkl")]
    if any(name.endswith("/constants.pkl") for name in names):
        raise InputError(f"{path.name} is a TorchScript program, not a state dict; {_AGAIN}")
    if len(pickles) != 1 or len(set(names)) != len(names):
        raise InputError(f"{path.name} is a zip, but not one of torch.save; {_AGAIN}")
    if pickles[0].file_size > _MAX_PICKLE_BYTES or sum(info.file_size for info in infos) > _RATIO * size + _FREE:
        raise InputError(f"{path.name} claims to hold far more than its size allows; open another copy of it")


def _loaded(path: Path) -> object:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about storage types of old versions
            found: object = torch.load(path, map_location="cpu", weights_only=True)
        return found
    except MemoryError:
        raise
    except pickle.UnpicklingError as error:
        name = re.search(r"GLOBAL ([\w.]{1,80})", str(error))
        if name is None:
            raise _damaged(path.name, error) from None
        raise InputError(f"{path.name} holds more than weights ({name[1]}), which is not loaded; {_AGAIN}") from None
    except Exception as error:  # whatever a forged pickle makes of torch's own functions: all of it means the same
        raise _damaged(path.name, error) from None


# --- what came out --------------------------------------------------------------------------------------------


def _state_dict(found: object, name: str) -> Mapping[object, object]:
    """The mapping that holds tensors: one of a checkpoint's known places, or the whole."""
    if isinstance(found, Mapping):
        for inner in (*(found.get(key) for key in _INSIDE), found):
            if isinstance(inner, Mapping) and any(isinstance(value, Tensor) for value in inner.values()):
                return inner
    raise InputError(f"{name} holds no state dict, but {_kind(found)}; {_AGAIN}")


def _kind(found: object) -> str:
    if isinstance(found, Mapping):
        return "other things" if found else "nothing"
    return "a single tensor" if isinstance(found, Tensor) else f"a {type(found).__name__}"


def _arrays(tensors: Mapping[object, object], name: str, limit: int) -> dict[str, Floats]:
    """Integers (counters, indices) are no weights, and left out."""
    kept = {
        key: value
        for key, value in tensors.items()
        if isinstance(key, str) and isinstance(value, Tensor) and value.is_floating_point()
    }
    if 4 * sum(value.numel() for value in kept.values()) > min(limit, MAX_FILE_BYTES):  # views of little memory
        raise InputError(f"{name} claims to hold far more than its size allows; open another copy of it")
    arrays: dict[str, Floats] = {}
    for key, value in kept.items():
        try:
            arrays[key] = np.array(value.detach().to(torch.float32).numpy(), order="C")  # its own memory
        except (RuntimeError, TypeError, NotImplementedError):
            raise InputError(f"{name}: {key[:80]!r} is no plain tensor of float numbers; {_AGAIN}") from None
    if not arrays:
        raise InputError(f"{name} holds no floating-point weights; {_AGAIN}")
    return arrays


def _damaged(name: str, error: Exception) -> InputError:
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:120]
    return InputError(f"{name} is damaged, or no file of torch.save ({reason}); open another copy of it")

"""The zip around an experiment: plain on the way out, mistrusted on the way in."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError
from .errors import damaged

SUFFIX = ".convviz"
EXPERIMENT, ARRAYS, PHOTO = "experiment.json", "arrays.safetensors", "photo"
MAX_TEXT_BYTES = 16 * 2**20  # the drawing's points are arrays, so the text of any real experiment is far below
MAX_ARRAYS_BYTES = 4 * 2**30
MAX_PHOTO_BYTES = 512 * 2**20
_PIECE = 2**20  # read at once, also of the zip's own directory
_RATIO = 20  # a file that somebody has compressed may grow by that; trained weights hardly shrink
_FREE = 16 * 2**20  # and a small file to this
_TIME = (1980, 1, 1, 0, 0, 0)  # the first that a zip knows: equal experiments give equal bytes


@dataclass(frozen=True, slots=True)
class Members:
    """What an experiment's file holds; ``photo`` is the file of the Lab's photo, b"" where there is none."""

    text: bytes
    arrays: bytes
    photo: bytes = b""


def pack(members: Members) -> bytes:
    """The bytes of a zip with these members, stored.

    Raises:
        InputError: a member is larger than would be read again.
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, data, limit in (
            (EXPERIMENT, members.text, MAX_TEXT_BYTES),
            (ARRAYS, members.arrays, MAX_ARRAYS_BYTES),
            *(((PHOTO, members.photo, MAX_PHOTO_BYTES),) if members.photo else ()),
        ):
            if len(data) > limit:
                raise InputError(f"this experiment is too large to be saved: its {name} has over {limit // 2**20:,} MB")
            info = zipfile.ZipInfo(name, _TIME)
            info.create_system, info.external_attr = 3, 0o644 << 16  # the same on every system
            archive.writestr(info, data)
    return file.getvalue()


def unpack(path: Path, *, photo: bool = True) -> Members:
    """The experiment in a file, with or without its photo; members of other names are ignored.

    Raises:
        InputError: not readable, not a zip of an experiment, damaged, or larger than its own size allows.
    """
    try:
        if not path.is_file():
            raise InputError(f"{path} is {'a folder' if path.is_dir() else 'not there'}; give a {SUFFIX} file")
        size = path.stat().st_size
        with InPieces(path) as file, zipfile.ZipFile(file) as archive:
            text = _member(archive, EXPERIMENT, MAX_TEXT_BYTES, size)
            arrays = _member(archive, ARRAYS, MAX_ARRAYS_BYTES, size)
            has_photo = photo and any(info.filename == PHOTO for info in archive.infolist())
            return Members(text, arrays, _member(archive, PHOTO, MAX_PHOTO_BYTES, size) if has_photo else b"")
    except InputError as error:
        raise InputError(f"{path.name}: {error}") from None
    except zipfile.BadZipFile as error:
        raise InputError(f"{path.name} is not an experiment of convviz, or it is damaged ({error})") from None
    except (ValueError, KeyError, IndexError, EOFError, RuntimeError, OverflowError, struct.error, zlib.error) as error:
        raise InputError(f"{path.name}: {damaged(str(error) or type(error).__name__)}") from None
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from None


class InPieces(io.FileIO):
    """A file that gives little at a time: zipfile reads a directory of any size that a file claims at once."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            size = _PIECE
        if size > _PIECE:
            raise zipfile.BadZipFile(f"it claims a part of {size:,} bytes")
        return super().read(size) or b""


def _member(archive: zipfile.ZipFile, name: str, limit: int, size: int) -> bytes:
    """One member's bytes, no more than ``limit`` and than a file of ``size`` bytes can honestly hold."""
    found = [info for info in archive.infolist() if info.filename == name]
    if len(found) != 1:
        raise damaged(f"it holds {name} {len(found)} times" if found else f"it holds no {name}")
    info = found[0]
    if info.flag_bits & 0x1:
        raise InputError("it is encrypted; unpack it, and pack it without a password")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise InputError(f"its {name} is compressed in a way that convviz does not read; store it")
    stored = info.compress_type == zipfile.ZIP_STORED
    limit = min(limit, size if stored else max(_RATIO * size, _FREE))
    if info.file_size > limit:
        raise damaged(f"its {name} claims {info.file_size:,} bytes, where {limit:,} are possible")
    data = bytearray()
    with archive.open(info) as member:
        while piece := member.read(_PIECE):
            data += piece
    if len(data) != info.file_size:
        raise damaged(f"its {name} is cut off")
    return bytes(data)

"""Files from the net: what is there already stays, what broke off goes on, and only the right file gets its name."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ...spec.errors import InputError
from ...spec.training.news import Loading
from .answer import Answer, Begun, BrokenOffError
from .images import Job

MOST_BYTES = 2**30  # of one file; the largest that is known, CIFAR-10, has 170 MB
_TRIES = 5  # at one address, as long as each brings something
_AT_ONCE = 2**20


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file's name, the addresses that have it, the first one tried first, and the MD5 of its bytes."""

    name: str
    addresses: tuple[str, ...]
    md5: str


def fetch(folder: Path, file: RemoteFile, title: str) -> Job[Path]:
    """Brings one file into ``folder`` and checks it; one that is there is left as it is.

    Until it is whole and right its bytes are in ``NAME.part``, where the next try goes on, also after the generator was
    closed. ``title`` is what the file is a part of, for messages.

    Raises:
        InputError: no address gave the right file, the folder cannot be written to, or the disk is full.
    """
    path, part = folder / file.name, folder / f"{file.name}.part"
    if path.is_file():
        return path
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot make the folder {folder}: {error.strerror}; choose another place") from None
    reason = "no address is known"
    for address in file.addresses:
        reason = yield from _completed(address, part, file)
        if not reason:
            with _local(part):
                os.replace(part, path)
            return path
    kept = "; what has come is kept, and the next try goes on there" if _size(part) else ""
    raise InputError(
        f"{title} could not be downloaded ({reason}){kept}; "
        "check the connection, give a folder that holds it, or choose Digits of convviz, which are there already"
    )


def _completed(address: str, part: Path, file: RemoteFile) -> Job[str]:
    """Makes ``part`` the whole file, from one address; why it could not, or ""."""
    reason = ""
    for _ in range(_TRIES):
        before = _size(part)
        try:
            yield from _append(address, part, file.name)
        except BrokenOffError as broken:
            reason = str(broken)
            if _size(part) > MOST_BYTES:
                part.unlink()
            if _size(part) > before:
                continue
            break
        if (yield from _md5(part, file.name)) == file.md5:
            return ""
        part.unlink()
        reason = "what came was not the file"
        if not before:
            break  # else the beginning may have been another file's: once more from there
    return reason


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _append(address: str, part: Path, name: str) -> Job[None]:
    """Goes on with ``part`` until it is whole."""
    done, total, file = _size(part), 0, None
    with closing(Answer(address, done)) as answer, _local(part):
        try:
            for piece in answer:
                if isinstance(piece, Begun):
                    done, total = piece.start, piece.total
                    _check_room(part, total, done)
                    file = part.open("ab" if done else "wb")
                elif piece is not None and file is not None:
                    done += file.write(piece)
                    if done > MOST_BYTES:
                        raise BrokenOffError("the server sends far more than the file")
                yield Loading(f"downloading {name}", done, max(total, done) if total else 0, remote=True)
            if file is not None:
                _to_disk(file)
        finally:
            if file is not None:
                file.close()
    if total and done < total:
        raise BrokenOffError("the connection broke off")


def _to_disk(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _check_room(part: Path, total: int, done: int) -> None:
    if total > MOST_BYTES:
        raise BrokenOffError(f"the server offers {total / 2**30:,.1f} GB, which is not the file")
    if total - done > shutil.disk_usage(part.parent).free:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@contextmanager
def _local(part: Path, verb: str = "write") -> Iterator[None]:
    """What goes wrong on this machine, in a sentence; a full disk gets back the room that the part took."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            part.unlink(missing_ok=True)
            raise InputError(f"the disk is full: {part.stem} does not fit into {part.parent}; make room") from None
        raise InputError(f"cannot {verb} {part}: {error.strerror or error}; choose another place") from None


def _md5(path: Path, name: str) -> Job[str]:
    digest, done, total = hashlib.md5(usedforsecurity=False), 0, _size(path)
    with _local(path, "read"), path.open("rb") as file:
        while piece := file.read(_AT_ONCE):
            digest.update(piece)
            done += len(piece)
            yield Loading(f"checking {name}", done, total)
    return digest.hexdigest()

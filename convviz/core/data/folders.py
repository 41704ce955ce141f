"""A folder of pictures with one sub-folder a class: which files there are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ...spec.errors import InputError
from ...spec.training.news import Loading
from ...spec.training.source import visible_folder
from .images import Job

_SUFFIXES = frozenset(
    f".{end}"
    for end in (
        "png", "apng", "jpg", "jpeg", "jpe", "jfif", "mpo", "gif", "bmp", "dib", "tif", "tiff", "webp", "avif", "ppm",
        "pgm", "pbm", "pnm", "tga", "pcx", "qoi", "ico", "icns", "jp2", "j2k", "jpx",
    )
)  # fmt: skip
_LEARN, _MEASURE = ("train", "training"), ("test", "testing", "val", "valid", "validation")
_EVERY = 200  # files, between two looks at whether anybody still waits


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of each class by its name, in order: to ``learn`` from, and to ``measure`` on where that is told apart.

    ``foreign`` are files that are no pictures, by their paths below the folder; ``notes`` say what else is not used.
    """

    learn: dict[str, list[str]]
    measure: dict[str, list[str]] = field(default_factory=dict)
    foreign: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def listed(folder: Path) -> Job[Listing]:
    """What is in ``folder``: sub-folders that are classes, or train/ and test/ (or val/) with such sub-folders in them.

    Sub-folders of a class belong to it. Hidden files and folders are ignored.

    Raises:
        InputError: not a folder, not readable, or without sub-folders.
    """
    inside = {path.name.lower(): path for path in _subfolders(folder)}
    if not inside:
        raise InputError(f"{folder} has no sub-folders; put the pictures of each class into a folder of their own")
    learn = next((inside[name] for name in _LEARN if name in inside and _subfolders(inside[name])), None)
    measure = [inside[name] for name in _MEASURE if learn and name in inside and _subfolders(inside[name])]
    listing = Listing({})
    yield from _collect(learn or folder, folder, listing, listing.learn)
    if measure:
        yield from _collect(measure[0], folder, listing, listing.measure)
    if learn:
        others = [path.name for path in inside.values() if path not in (learn, *measure[:1])]
        listing.notes.extend([f"Not used: {', '.join(sorted(others))}."] if others else [])
    return listing


def _subfolders(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:  # far faster than Path.is_dir, where there are tens of thousands
            names = sorted(entry.name for entry in entries if visible_folder(entry))
        return [folder / name for name in names]
    except (OSError, ValueError) as error:  # a name that no folder can have
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"cannot read the folder {folder}: {reason}; choose another one") from None


def _collect(root: Path, top: Path, listing: Listing, classes: dict[str, list[str]]) -> Job[None]:
    for place in _subfolders(root):
        paths = classes[place.name] = []
        seen = 0
        for path in _files(place):
            known = os.path.splitext(path)[1].lower() in _SUFFIXES
            (paths if known else listing.foreign).append(path if known else os.path.relpath(path, top))
            seen += 1
            if seen % _EVERY == 0:
                yield Loading(f"finding pictures in {place.name}", seen, 0)
        paths.sort()
        yield Loading(f"finding pictures in {place.name}", seen, 0)


def _files(folder: Path) -> Iterator[str]:
    """Every visible file below; what cannot be read is as if it were not there, and links lead nowhere further."""
    todo = [os.fspath(folder)]
    while todo:
        try:
            with os.scandir(todo.pop()) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        todo.append(entry.path)
                    elif _is_file(entry):
                        yield entry.path
        except OSError:
            continue


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link that leads to itself
        return False

"""A folder of pictures with one sub-folder a class, as images to learn from."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from ...spec import picture
from ...spec.errors import InputError
from ...spec.network import Shape
from ...spec.resample import Placement, resample
from ...spec.training.news import Loading
from .fitting import check_channels
from .folders import Listing, listed
from .images import Images, Job, Split, halves, most

Bytes = NDArray[np.uint8]
_SHAPE = (1, 28, 28)
_FINER = 4  # a picture is decoded at so many times the size it gets
_EVEN, _CONTRAST = 12, 64  # of 255: how little paper varies at the border, and how far ink is from it
_AT_ONCE = 500  # images, some milliseconds of work
_NAMED = 3


class _File(NamedTuple):
    path: str
    label: int
    measured: bool


def pictures(folder: Path, shape: Shape | None = None) -> Job[Split]:
    """Every picture fitted to ``shape`` (C, H, W), by default (1, 28, 28); the sub-folders' names are the classes.

    Colour pictures fill it with their middle; grey ones are shown whole, on their own paper, and where most are ink on
    paper, dark ink on light paper becomes bright on dark. Measured is on the pictures in test/ or val/ where there are
    train/ and such a folder, else on every fifth of each class. What cannot be read is left out, and the notes say so.

    Raises:
        InputError: no sub-folders, fewer than two pictures that can be read, or all of one class.
    """
    shape = shape or _SHAPE
    check_channels(shape)
    listing = yield from listed(folder)
    names = sorted({*listing.learn, *listing.measure})
    files, notes = _chosen(listing, names, shape)
    images = np.empty((len(files), *shape), np.uint8)
    good: list[_File] = []
    damaged: list[str] = []
    for i, file in enumerate(files):
        yield Loading("reading pictures", i, len(files))
        try:
            images[len(good)] = fitted_file(file.path, shape)
            good.append(file)
        except InputError:
            damaged.append(os.path.relpath(file.path, folder))
    notes += _left_out("damaged picture", damaged) + _left_out("file that is no picture", listing.foreign)
    names, good = _without_empty(names, good, notes)
    _check(folder, names, good, damaged)
    images = images[: len(good)]
    if shape[0] == 1:
        yield from _bright_ink(images, notes)
    train, test = _in_two(images, good, notes)
    return Split(folder.absolute().name or str(folder), train, test, tuple(names), (*listing.notes, *notes))


def _chosen(listing: Listing, names: list[str], shape: Shape) -> tuple[list[_File], list[str]]:
    """The files to read, class by class, no more of each than memory has room for."""
    groups = [
        (found.get(name, []), label, found is listing.measure)
        for found in (listing.learn, listing.measure)
        for label, name in enumerate(names)
    ]
    limit, notes = most(shape), []
    total = sum(len(paths) for paths, _, _ in groups)
    if total > limit:
        limit //= max(sum(1 for paths, _, _ in groups if paths), 1)
        notes.append(f"Only the first {limit:,} pictures of each class: all {total:,} need too much memory.")
    return [_File(path, label, measured) for paths, label, measured in groups for path in paths[:limit]], notes


def fitted_file(path: str, shape: Shape) -> Bytes:
    """One picture in ``shape`` (C, H, W), decoded as everywhere in convviz.

    Raises:
        InputError: not readable, not a picture, or damaged.
    """
    shown = picture.load(path, longest_px=_FINER * max(shape[1:]))
    high, wide = shown.pixels.shape[1:]
    if shape[0] == 3 and (high, wide) != shape[1:]:
        values = picture.fitted(shown, (3, shape[1], shape[2]))
    elif (high, wide) == shape[1:]:
        values = picture.fitted(shown, (shape[0], high, wide))
    else:
        values = _whole(picture.fitted(shown, (1, high, wide))[0], shape[1:])[None]
    result: Bytes = np.rint(values * np.float32(255)).astype(np.uint8)
    return result


def _whole(grey: NDArray[np.float32], size: Shape) -> NDArray[np.float32]:
    """All of a grey picture (H, W) in a field of ``size``; around it its border goes on."""
    scale = min(size[0] / grey.shape[0], size[1] / grey.shape[1])
    offset = (size[0] - grey.shape[0] * scale) / 2, (size[1] - grey.shape[1] * scale) / 2
    place, field = Placement(scale, offset), (size[0], size[1])
    covered = resample(np.ones_like(grey), place, field)
    paper = np.float32(np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])))
    return resample(grey, place, field) + (1 - covered) * paper


def _bright_ink(images: Bytes, notes: list[str]) -> Job[None]:
    """Turns dark ink on light paper around, in place, where most pictures are ink on paper, dark or light."""
    paper = np.empty(len(images), np.float32)
    even = 0
    for first in range(0, len(images), _AT_ONCE):
        yield Loading("looking for ink", first, len(images))
        part = images[first : first + _AT_ONCE, 0].astype(np.float32)
        border = np.concatenate([part[:, 0], part[:, -1], part[:, :, 0], part[:, :, -1]], axis=1)
        middle = np.median(border, axis=1)
        paper[first : first + _AT_ONCE] = middle
        spread = np.median(np.abs(border - middle[:, None]), axis=1)
        contrast = np.abs(part - middle[:, None, None]).max(axis=(1, 2))
        even += int(((spread <= _EVEN) & (contrast >= _CONTRAST)).sum())
    light = np.flatnonzero(paper > 127)
    if 2 * even < len(images) or not len(light):
        return
    for first in range(0, len(light), _AT_ONCE):
        yield Loading("turning ink bright", first, len(light))
        some = light[first : first + _AT_ONCE]
        there = paper[some][:, None, None, None]
        images[some] = np.rint(np.clip((there - images[some]) / there, 0, 1) * 255).astype(np.uint8)
    notes.append(
        f"{len(light):,} of {len(images):,} pictures are dark on light; their ink is made bright, as on the pad."
    )


def _in_two(images: Bytes, files: list[_File], notes: list[str]) -> tuple[Images, Images]:
    labels, measured = [file.label for file in files], torch.tensor([file.measured for file in files])
    if measured.any() and not measured.all():
        tensor, targets = torch.from_numpy(images), torch.tensor(labels, dtype=torch.int64)
        return Images(tensor[~measured], targets[~measured]), Images(tensor[measured], targets[measured])
    train, test, note = halves(torch.from_numpy(images), labels)
    notes.extend([note] if note else [])
    return train, test


def _without_empty(names: list[str], files: list[_File], notes: list[str]) -> tuple[list[str], list[_File]]:
    """The classes that have pictures, and the files with the labels they have then."""
    label = {old: new for new, old in enumerate(sorted({file.label for file in files}))}
    if len(label) == len(names):
        return names, files
    empty = [name for old, name in enumerate(names) if old not in label]
    notes.extend(_left_out("folder without pictures", empty, "folders without pictures"))
    return [names[old] for old in label], [file._replace(label=label[file.label]) for file in files]


def _left_out(what: str, names: list[str], plural: str = "") -> list[str]:
    """A sentence about what was left out, the first few by their names."""
    if not names:
        return []
    first = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else "")
    plural = plural or {"file that is no picture": "files that are no pictures"}.get(what, f"{what}s")
    return [f"{len(names):,} {what if len(names) == 1 else plural} left out: {first}."]


def _check(folder: Path, names: Iterable[str], files: list[_File], damaged: list[str]) -> None:
    names = list(names)
    if len(files) < 2:
        there = "only one picture" if files else "no pictures"
        broken = f" ({len(damaged):,} are damaged)" if damaged else ""
        raise InputError(
            f"{folder} holds {there} that can be read{broken}; give a sub-folder of pictures for each class"
        )
    if len(names) < 2:
        raise InputError(
            f"{folder} holds pictures of one class only, {names[0]}; give a sub-folder for each of several"
        )

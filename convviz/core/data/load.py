"""Labelled images from wherever they come."""

from __future__ import annotations

from ...spec.errors import InputError
from ...spec.network import Shape
from ...spec.training.source import DataSource, Labelled
from .fitting import fitted
from .handwriting import handwriting
from .images import Job, Split
from .named import SETS, named
from .pictures import pictures
from .shipped import shipped
from .strokes import strokes


def load(
    source: DataSource | str, seed: int = 0, shape: Shape | None = None, kept: tuple[Labelled, ...] = ()
) -> Job[Split]:
    """The images of ``source``, as they are, or fitted to ``shape``.

    Args:
        source: what to load; a text is read as :meth:`.DataSource.parse` does.
        seed: of digits that are written anew.
        shape: (C, H, W) of a network's input; by default that of the images, and of pictures (1, 28, 28).
        kept: the drawings that are loaded as ``handwriting``.

    Raises:
        InputError: no such data, missing or damaged files, a download that failed, too few images, or a shape that
            images cannot have. What is wrong with ``source`` as a text is said at once, all else while loading.

    >>> from convviz.core.data import finish
    >>> split = finish(load("digits"))
    >>> split.train.images.shape, len(split.test), split.classes[3]
    (torch.Size([10000, 1, 28, 28]), 2000, '3')
    """
    return _loaded(DataSource.parse(source) if isinstance(source, str) else source, seed, shape, kept)


def _loaded(source: DataSource, seed: int, shape: Shape | None, kept: tuple[Labelled, ...]) -> Job[Split]:
    try:
        split = yield from _of(source, seed, shape, kept)
        return split if shape is None else (yield from fitted(split, shape))
    except MemoryError:
        raise InputError(f"the images of {source.text} need more memory than there is; take fewer") from None


def _of(source: DataSource, seed: int, shape: Shape | None, kept: tuple[Labelled, ...]) -> Job[Split]:
    if source.kind == "digits":
        return shipped()
    if source.kind == "strokes":
        return strokes(source.count, seed)
    if source.kind == "handwriting":
        return handwriting(kept, shape)
    if source.kind == "pictures":
        assert source.folder is not None  # the source has checked that
        return pictures(source.folder, shape)
    return named(SETS[source.kind], source.folder)

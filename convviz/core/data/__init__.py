"""Labelled images to learn from: digits that convviz writes, well-known sets, pictures and handwriting of one's own.

Loading is a generator, as every long job here: it yields how far it is, may be closed at any time, and returns the
data. ``finish`` runs one to its end.
"""

from ...spec.training.news import Loading
from .images import Images, Job, Split, finish, together
from .load import load
from .named import SETS, NamedSet, download
from .strokes import written

__all__ = [
    "SETS",
    "Images",
    "Job",
    "Loading",
    "NamedSet",
    "Split",
    "download",
    "finish",
    "load",
    "together",
    "written",
]

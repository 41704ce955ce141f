"""The pages of the Lab: what each is called, and what makes it. A page is made when it is first shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QWidget

from ...spec.lab.lab import Lab
from ...spec.lab.reduced import about, reduced
from ...spec.lab.sharing import matrix_fits
from ...spec.lab.source import FromPhoto
from ...spec.lab.trial import Trial
from .explained import Shown


@dataclass(frozen=True, slots=True)
class PageSpec:
    """``make`` imports what it makes, as few pages are needed at once. Without a ``title`` there is no tab."""

    name: str
    title: str
    about: str
    make: Callable[[], QWidget]


def _operation() -> QWidget:
    from .operation_page import OperationPage

    return OperationPage()


def _photo() -> QWidget:
    from .photo.view import PhotoView

    return PhotoView()


def _equivariance() -> QWidget:
    from .why.equivariance_page import EquivariancePage

    return EquivariancePage()


def _pooling() -> QWidget:
    from .why.pooling_page import PoolingPage

    return PoolingPage()


def _sharing() -> QWidget:
    from .why.sharing_page import SharingPage

    return SharingPage()


SPECS = (
    PageSpec("operation", "Operation", "The window moves over the input, and the output fills up", _operation),
    PageSpec("photo", "", "A photo before and after the operation", _photo),
    PageSpec("equivariance", "Equivariance", "Move the input, and the map moves along", _equivariance),
    PageSpec("pooling", "Pooling", "What pooling does not see", _pooling),
    PageSpec("sharing", "Weight sharing", "The same operation as matrices", _sharing),
)
TITLES = {spec.name: spec.title for spec in SPECS if spec.title}


def name_of(chosen: str, lab: Lab) -> str:
    """The page behind a tab: a photo, which is too large to be written out in cells, has one of its own."""
    return "photo" if chosen == "operation" and isinstance(lab.source, FromPhoto) else chosen


def shown_on(name: str, lab: Lab, trial: Trial | None) -> Shown:
    """What the page of that name can show of a Lab: of a photo, all pages but its own need a small copy."""
    small = trial is None and name != "photo"
    if not small:
        return Shown(lab, trial)
    return Shown(lab, reduced(lab, matrix_fits) if name == "sharing" else reduced(lab), small)


def follow(page: Any, shown: Shown, channel: int) -> None:
    """Brings a page up to date."""
    if hasattr(page, "show_lab"):
        page.show_lab(shown.lab)
    elif hasattr(page, "show_trial") and shown.trial is not None:
        if shown.small:
            page.show_trial(shown.trial, about(shown.lab, shown.trial))
        else:
            page.show_trial(shown.trial)
    if hasattr(page, "set_channel"):
        page.set_channel(channel)

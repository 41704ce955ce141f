"""Pages of what is measured after each epoch: what they say before there is any."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from convviz.ui.train.channels import page as channels
from convviz.ui.train.errors import page as errors

PAGES = pytest.mark.parametrize(
    ("kind", "measured", "texts"),
    [
        (errors.ErrorsPage, "judged", (errors.IDLE, errors.WAITING)),
        (channels.ChannelsPage, "best", (channels.IDLE, channels.WAITING)),
    ],
    ids=["errors", "channels"],
)


@PAGES
def test_before_the_first_epoch_they_say_so(
    kind: Any, measured: str, texts: tuple[str, str], show_page: Callable[..., Any], idle: Any, trainer: Any
) -> None:
    assert not show_page(kind, trainer).empty.isVisible()
    setattr(trainer, measured, None)
    for of, text in zip((idle, trainer), texts, strict=True):
        page = show_page(kind, of)
        assert page.empty.isVisible()
        assert page.empty.text() == text


@PAGES
def test_while_the_test_images_are_read_they_say_so(
    kind: Any, measured: str, texts: tuple[str, str], show_page: Callable[..., Any], trainer: Any
) -> None:
    """As of a run that was stopped before its first epoch ended."""
    setattr(trainer, measured, None)
    trainer.run, trainer.measuring = replace(trainer.run, status="stopped"), True
    assert show_page(kind, trainer).empty.text() == "The test images are being read by the network on screen."

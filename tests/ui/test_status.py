"""The bottom line: readable numbers, medians, and where it was computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from convviz.session.experiment import State
from convviz.session.outbox import Frame
from convviz.ui.status import StatusLine


def test_latency_is_the_median_of_the_last_frames(
    show: Callable[..., Any], qtbot: QtBot, make_state: Callable[..., State], make_frame: Callable[..., Frame]
) -> None:
    line = show(StatusLine(), 600, 24)
    assert "torch" in line.latency.text(), "nothing was computed yet"
    state = make_state()
    for ms in (900.0, 2.0, 4.0, 3.0, 5.0):
        line.show_frame(make_frame(state, latency_ms=ms, device="cuda:0"))
    qtbot.waitUntil(lambda: line.latency.text() == "cuda:0 · 4.0 ms")


def test_words(show: Callable[..., Any]) -> None:
    line = show(StatusLine(), 600, 24)
    for count, text in ((0, ""), (1, "1 edit"), (2, "2 edits")):
        line.show_edits(count)
        assert line.edits.text() == text
    line.point_at("conv1[3] row 2, column 1 = 0.5")
    assert line.pointed.text() == "conv1[3] row 2, column 1 = 0.5"


@pytest.mark.parametrize(
    ("name", "unsaved", "text"),
    [
        ("", False, ""),
        ("", True, "not saved"),
        ("a.convviz", False, "a.convviz · saved"),
        ("a.convviz", True, "a.convviz · changed since saved"),
    ],
)
def test_the_file_and_whether_it_holds_everything(
    show: Callable[..., Any], name: str, unsaved: bool, text: str
) -> None:
    line = show(StatusLine(), 600, 24)
    line.show_file(name, unsaved=unsaved)
    assert line.file.text() == text


def test_what_went_well_stands_until_something_is_pointed_at(show: Callable[..., Any]) -> None:
    line = show(StatusLine(), 600, 24)
    line.tell("saved a.convviz")
    assert line.pointed.text() == "saved a.convviz"
    line.point_at("")
    assert line.pointed.text() == ""


def test_what_was_told_gives_way_and_what_is_pointed_at_does_not(show: Callable[..., Any]) -> None:
    line = show(StatusLine(), 600, 24)
    line.tell("saved x.convviz")
    line.settle()
    assert line.pointed.text() == ""
    line.tell("saved x.convviz")
    line.point_at("input[0] row 1, column 1 = 0")
    line.settle()
    assert line.pointed.text() == "input[0] row 1, column 1 = 0"


def test_what_was_told_is_old_after_a_while(show: Callable[..., Any], qtbot: QtBot) -> None:
    line = show(StatusLine(), 600, 24)
    line._old.setInterval(10)
    line.tell("Run 5 has ended")
    qtbot.waitUntil(lambda: line.pointed.text() == "")
    line.tell("saved x.convviz")
    line.point_at("input[0] row 1, column 1 = 0")
    qtbot.wait(30)
    assert line.pointed.text() == "input[0] row 1, column 1 = 0"

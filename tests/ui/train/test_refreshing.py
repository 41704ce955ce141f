"""News are told once to cards and page, in parts, and at once where somebody waits."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from convviz.session.training.trainer import What
from convviz.ui.train.refreshing import Refreshing

Told = list[tuple[str, frozenset[What]]]


@pytest.fixture
def told() -> Told:
    return []


@pytest.fixture
def refreshing(told: Told, qapp: QObject) -> Refreshing:
    return Refreshing(
        lambda news: told.append(("cards", news)), lambda news: told.append(("page", news)), parent=QObject(qapp)
    )


def test_the_page_follows_the_cards(refreshing: Refreshing, told: Told, qtbot: QtBot) -> None:
    refreshing.add(frozenset({"curves"}), at_once=False)
    assert told == [("cards", frozenset({"curves"}))]
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told[1] == ("page", frozenset({"curves"}))


def test_what_somebody_waits_for_takes_along_what_waits(refreshing: Refreshing, told: Told, qtbot: QtBot) -> None:
    refreshing.add(frozenset({"curves"}), at_once=False)  # the page is yet to hear of it
    refreshing.add(frozenset({"layers"}), at_once=False)  # nobody has heard of it
    refreshing.add(frozenset({"status"}), at_once=True)
    assert told[1:] == [
        ("cards", frozenset({"layers", "status"})),
        ("page", frozenset({"curves", "layers", "status"})),
    ]
    qtbot.wait(60)
    assert len(told) == 3, "and not once more"


def test_what_is_known_is_not_told_of(refreshing: Refreshing, told: Told) -> None:
    refreshing.add(frozenset({"curves"}), at_once=False)
    refreshing.forget()
    told.clear()
    refreshing.add(frozenset({"status"}), at_once=True)
    assert told == [("cards", frozenset({"status"})), ("page", frozenset({"status"}))]

"""Python's cyclic collector runs on the GUI thread only, and is given back afterwards."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from convviz.ui.garbage import GarbageCollector


@pytest.fixture(autouse=True)
def _collector_as_before() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.enable()


class Knot:
    """Refers to itself, so only the cyclic collector can free it."""

    def __init__(self, freed_on: list[str]) -> None:
        self.self = self
        weakref.finalize(self, lambda: freed_on.append(threading.current_thread().name))


def test_knots_are_untied_on_the_gui_thread(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convviz.ui.garbage.EVERY_MS", 10)
    monkeypatch.setattr("convviz.ui.garbage.THRESHOLD", 0)
    collector = GarbageCollector()
    assert not gc.isenabled()
    freed: list[str] = []

    def tie() -> None:
        for _ in range(2000):
            Knot(freed)

    thread = threading.Thread(target=tie, name="elsewhere")
    thread.start()
    thread.join()
    assert freed == []
    qtbot.waitUntil(lambda: len(freed) == 2000)
    assert set(freed) == {threading.main_thread().name}
    collector.deleteLater()
    qtbot.waitUntil(gc.isenabled)


def test_what_is_there_after_warm_up_is_left_alone(qtbot: QtBot) -> None:
    collector = GarbageCollector()
    collector.freeze()
    assert gc.get_freeze_count() > 0
    collector.deleteLater()
    qtbot.waitUntil(gc.isenabled)
    assert gc.get_freeze_count() == 0

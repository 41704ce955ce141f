"""Errors nobody caught reach the log and the screen, from every thread; mistakes of the user only the screen."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QTimer, Signal, qCritical, qWarning
from pytestqt.qtbot import QtBot

from convviz.spec.errors import InputError
from convviz.ui.faults import Faults

# These tests install hooks of their own; pytest's and pytest-qt's would report the same exceptions.
pytestmark = [pytest.mark.qt_no_exception_capture, pytest.mark.expects_log]


@pytest.fixture
def caught(qtbot: QtBot) -> Iterator[list[tuple[str, str]]]:
    faults = Faults()
    heard: list[tuple[str, str]] = []
    receiver = QObject()
    faults.caught.connect(lambda text, details: heard.append((text, details)))
    before = sys.excepthook, threading.excepthook
    faults.install()
    yield heard
    faults.remove()
    receiver.deleteLater()
    assert (sys.excepthook, threading.excepthook) == before


class Speaker(QObject):
    said = Signal()


def test_an_exception_in_a_slot(caught: list[tuple[str, str]], caplog: pytest.LogCaptureFixture) -> None:
    def slot() -> None:
        raise KeyError("x")

    speaker = Speaker()
    speaker.said.connect(slot)
    speaker.said.emit()
    ((text, details),) = caught
    assert "KeyError" in text
    assert "\n" not in text
    assert "Traceback" in details
    assert "slot" in caplog.text


def test_an_exception_in_a_timer(caught: list[tuple[str, str]], qtbot: QtBot) -> None:
    QTimer.singleShot(0, lambda: [].pop())
    qtbot.waitUntil(lambda: bool(caught))
    assert "IndexError" in caught[0][0]


def test_an_exception_in_another_thread(caught: list[tuple[str, str]], qtbot: QtBot) -> None:
    def work() -> None:
        raise ZeroDivisionError("in a thread")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(caught))
    assert "in a thread" in caught[0][0]


def test_a_mistake_of_the_user_is_no_fault(
    caught: list[tuple[str, str]], caplog: pytest.LogCaptureFixture, qtbot: QtBot
) -> None:
    def slot() -> None:
        raise InputError("the kernel does not fit; make it smaller")

    QTimer.singleShot(0, slot)
    qtbot.waitUntil(lambda: bool(caught))
    assert caught == [("the kernel does not fit; make it smaller", "")]
    assert caplog.records == []


@pytest.mark.usefixtures("caught")
def test_messages_of_qt_reach_the_log(caplog: pytest.LogCaptureFixture) -> None:
    qWarning("a warning of Qt")
    qCritical("something critical")
    assert [(r.name, r.levelno, r.getMessage()) for r in caplog.records] == [
        ("qt", logging.WARNING, "a warning of Qt"),
        ("qt", logging.ERROR, "something critical"),
    ]


def test_removing_twice_is_harmless() -> None:
    faults = Faults()
    faults.remove()
    faults.install()
    faults.remove()
    faults.remove()

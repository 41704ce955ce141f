"""What every test starts with, and what none may leave behind."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from hypothesis import settings

settings.register_profile("convviz", deadline=None)  # a busy machine is no failure
settings.load_profile("convviz")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the checkout; it is never part of the project."""
    folder = Path(os.environ.get("CONVVIZ_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"needs the data folder {folder}")
    return folder


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the settings of whoever runs it."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "user"))


class _Records(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def _nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """A log record of a warning, a window, a running timer or a thread that stays fails the test that caused it."""
    threads = set(threading.enumerate())
    handler = _Records()
    logging.getLogger().addHandler(handler)
    yield
    logging.getLogger().removeHandler(handler)
    problems = []
    if request.node.get_closest_marker("expects_log") is None:
        problems += [f"log record: {record.name}: {record.getMessage()}" for record in handler.records]
    problems += [f"thread {t.name}" for t in set(threading.enumerate()) - threads if t.name.startswith("convviz")]
    problems += _windows_left()
    if problems:
        pytest.fail("left behind: " + "; ".join(problems), pytrace=False)


def _windows_left() -> list[str]:
    if "PySide6.QtWidgets" not in sys.modules:
        return []
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance()
    if not isinstance(app, QApplication):
        return []
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [widget for widget in app.topLevelWidgets() if widget.isVisible()]
    names = [f"window {type(widget).__name__} {widget.objectName()!r}" for widget in left]
    for widget in left:
        widget.close()
    return names

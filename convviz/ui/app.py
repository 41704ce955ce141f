"""Starts the window: checks that there is a screen, installs what catches faults, and runs Qt."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import socket
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from ..spec.errors import InputError
from .faults import Faults
from .garbage import GarbageCollector
from .main_window import MainWindow
from .settings import Settings

XCB_PACKAGES = "libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-xkb1 libxkbcommon-x11-0 libegl1"
NO_DISPLAY = (
    "there is no display to open a window on; start convviz in a desktop session, or on a server with "
    "“xvfb-run convviz”. The commands (convviz --help) work without one"
)


def open_window(path: Path | None = None) -> int:
    """Runs the application until its window is closed; returns the exit code.

    Raises:
        InputError: there is no display, or a library that Qt needs is missing.
    """
    check_display()
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    app = QApplication.instance() or QApplication(["convviz"])
    assert isinstance(app, QApplication)
    app.setApplicationName("convviz")
    app.setStyle("Fusion")
    faults = Faults()
    faults.install()
    window = MainWindow(Settings())
    window.painted.connect(lambda: furnish(window, faults, path))
    app.aboutToQuit.connect(window.shut_down)
    signal.signal(signal.SIGINT, lambda *_: window.close_unasked())  # Ctrl-C in the terminal; heard within a second
    window.show()
    code = app.exec()
    window.shut_down()
    faults.remove()
    return code


def furnish(window: MainWindow, faults: Faults, path: Path | None) -> None:
    """Fills the window that is already on screen, then starts torch."""
    from ..session.engine import Engine
    from ..session.shipped import starting_state

    state, trouble = starting_state()
    desk = window.furnish(state, Engine())
    desk.ready.connect(GarbageCollector(desk).freeze)
    faults.caught.connect(desk.banner.say)
    problem = trouble or window.settings.problem()
    if problem:
        desk.banner.say(problem)
    desk.files.offer_recovery(desk.banner.offer)
    if path is not None:
        desk.open(path)
    QTimer.singleShot(0, desk, desk.engine.start)  # after the desk is painted: torch takes the processor


def check_display() -> None:
    """Qt aborts the process where it finds no display; this says what to do instead.

    Raises:
        InputError: no display, or one of Qt's libraries is missing.
    """
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM", "xcb").split(":")[0] not in (
        "xcb",
        "wayland",
    ):
        return
    if _wayland_answers(os.environ.get("WAYLAND_DISPLAY", "")):
        return
    if not _x_answers(os.environ.get("DISPLAY", "")):
        raise InputError(NO_DISPLAY)
    try:
        ctypes.CDLL("libxcb-cursor.so.0")
    except OSError:
        raise InputError(f"Qt needs libraries that are missing here; install them: {XCB_PACKAGES}") from None


def _x_answers(display: str) -> bool:
    """Whether something listens where ``DISPLAY`` points."""
    host, _, number = display.rpartition(":")
    number = number.split(".")[0]
    if not (number.isascii() and number.isdigit() and int(number) < 59_000):
        return False
    if host and host != "unix":
        return _connects(socket.AF_INET, (host, 6000 + int(number)))
    path = f"/tmp/.X11-unix/X{number}"
    return _connects(socket.AF_UNIX, path) or _connects(socket.AF_UNIX, "\0" + path)


def _wayland_answers(name: str) -> bool:
    return bool(name) and _connects(socket.AF_UNIX, str(Path(os.environ.get("XDG_RUNTIME_DIR", "/")) / name))


def _connects(family: socket.AddressFamily, address: str | tuple[str, int]) -> bool:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as tried:
            tried.settimeout(2.0)
            tried.connect(address)
    except OSError:
        return False
    return True

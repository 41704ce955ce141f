"""How soon something is on screen and answers, each against the least that is possible, in fresh processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from statistics import median

ROUNDS = 5

EMPTY = """
from time import perf_counter
start = perf_counter()
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, app, app.quit)
app = QApplication([])
window = Window()
window.resize(1280, 800)
window.show()
app.exec()
print(perf_counter() - start)
"""

OURS = """
from time import perf_counter
start = perf_counter()
from convviz.ui import app
from PySide6.QtWidgets import QApplication
times = {{}}
def furnish(window, faults, path, original=app.furnish):
    times["painted"] = perf_counter() - start
    import sys
    assert "torch" not in sys.modules and "numpy" not in sys.modules
    if {until!r} == "painted":
        QApplication.quit()
        return
    original(window, faults, path)
    def arrived(frame):
        times["frame"] = perf_counter() - start
        QApplication.quit()
    window.desk.bridge.frame_arrived.connect(arrived)
    if {until!r} == "furnished":
        window.desk.repaint()
        times["furnished"] = perf_counter() - start
        QApplication.quit()
app.furnish = furnish
app.open_window()
print(times[{until!r}])
"""

FORWARD = """
from time import perf_counter
start = perf_counter()
import torch
from convviz.core.network import build
from convviz.core.trace import trace
from convviz.spec.presets import lecture
import numpy
trace(build(lecture()), numpy.zeros((1, 28, 28), numpy.float32))
print(perf_counter() - start)
"""


def _seconds(code: str) -> float:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def _compared(code: str, against: str) -> tuple[float, float]:
    """Medians of both, taken in turns."""
    pairs = [(_seconds(code), _seconds(against)) for _ in range(ROUNDS)]
    return median(a for a, _ in pairs), median(b for _, b in pairs)


def test_window_painted(report: Callable[..., None]) -> None:
    ours, empty = _compared(OURS.format(until="painted"), EMPTY)
    report("window painted", ours * 1e3, "ms", "–")
    report("window painted ÷ an empty Qt window", ours / empty, "", "≤ 1.5")
    furnished = median(_seconds(OURS.format(until="furnished")) for _ in range(ROUNDS))
    report("every card in place", furnished * 1e3, "ms", "–")


def test_first_prediction(report: Callable[..., None]) -> None:
    ours, bare = _compared(OURS.format(until="frame"), FORWARD)
    report("first prediction", ours * 1e3, "ms", "–")
    report("first prediction ÷ import torch + one forward", ours / bare, "", "≤ 1.3")

"""A photo of 100 megapixels in the whole window, from opening it to quitting; run by test_photo_view.py.

A process of its own, so that its peak of memory is that of the story. Prints JSON: for each step its milliseconds and
the longest time that the window's thread did not answer, and the memory in MB.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from convviz.session.engine import Engine
from convviz.session.shipped import starting_state
from convviz.spec.lab.source import Channel, FromPhoto
from convviz.spec.network import Conv2d
from convviz.ui.garbage import GarbageCollector
from convviz.ui.kernel.grid import KernelGrid
from convviz.ui.main_window import MainWindow
from convviz.ui.settings import Settings

LONGEST_S = 180
NONE, LEFT = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton


def make(path: Path, wide: int = 12_000, high: int = 8400) -> None:
    """A JPEG in colour, of noise on waves, that lies on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    coarse = np.random.default_rng(0).integers(0, 256, (high // 28, wide // 28, 3), np.uint8)
    Image.fromarray(coarse).resize((wide, high), Image.Resampling.BICUBIC).save(path, exif=exif, quality=92)


class Story:
    """A window, and what each step with it took."""

    def __init__(self) -> None:
        self.steps: dict[str, dict[str, float]] = {}
        self.window = MainWindow(Settings())
        self.desk = self.window.furnish(starting_state()[0], Engine())
        self.desk.ready.connect(GarbageCollector(self.desk).freeze)
        self.window.resize(1280, 800)
        self.window.show()
        self._last = perf_counter()
        self._longest = 0.0
        self._timer = QTimer()
        self._timer.timeout.connect(self._tick)
        self._timer.start(1)

    def _tick(self) -> None:
        now = perf_counter()
        self._longest, self._last = max(self._longest, now - self._last), now

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measures what happens inside, and a moment after it."""
        QTest.qWait(20)
        self._tick()
        self._longest, start = 0.0, perf_counter()
        yield
        took = perf_counter() - start
        QTest.qWait(300)
        self._tick()
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        self.steps[name] = {"ms": took * 1e3, "longest tick ms": self._longest * 1e3, "most MB": memory}

    def until(self, true: Callable[[], object]) -> None:
        """Lets the window live until something is so."""
        end = perf_counter() + LONGEST_S
        while not true():
            if perf_counter() > end:
                raise TimeoutError
            QTest.qWait(1)

    @property
    def view(self) -> Any:
        """The photo's page."""
        return self.desk.lab.made().page

    def photo(self) -> bool:
        """Whether one is the Lab's input."""
        return isinstance(self.desk.experiment.state.lab.source, FromPhoto)


def mouse(widget: QWidget, kind: QEvent.Type, at: QPointF, buttons: Qt.MouseButton) -> None:
    button = NONE if kind == QEvent.Type.MouseMove else LEFT
    no = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(widget, QMouseEvent(kind, at, widget.mapToGlobal(at), button, buttons, no))


def drag(widget: QWidget, start: QPointF, way: QPointF, moves: int) -> None:
    """The left button down, moved, and up again."""
    mouse(widget, QEvent.Type.MouseButtonPress, start, LEFT)
    for n in range(1, moves + 1):
        mouse(widget, QEvent.Type.MouseMove, start + way * (n / moves), LEFT)
        QTest.qWait(12)
    mouse(widget, QEvent.Type.MouseButtonRelease, start + way, NONE)


def zoom(widget: QWidget, notches: int) -> None:
    """The wheel, one notch after the other, in the middle of the right picture."""
    at = QPointF(widget.width() * 0.75, widget.height() * 0.5)
    for n in range(abs(notches)):
        no = Qt.KeyboardModifier.NoModifier
        turned = QPoint(0, 120 if notches > 0 else -120)
        phase = Qt.ScrollPhase.NoScrollPhase
        QApplication.sendEvent(
            widget, QWheelEvent(at, widget.mapToGlobal(at), QPoint(), turned, NONE, no, phase, False)
        )
        QTest.qWait(12 + n % 3)


def tell(story: Story, path: Path, channel: Channel, out: Path) -> None:
    """The whole story."""
    desk = story.desk
    with story.step("start torch"):
        desk.engine.start()
        desk.ready.connect(lambda: setattr(story, "there", True))
        story.until(lambda: hasattr(story, "there"))
    with story.step("show the Lab"):
        desk.workspaces.choose("lab")
    with story.step("open and cancel"):
        desk.open(path)
        story.until(lambda: desk.banner.isVisible() and "%" in desk.banner.text.text())
        cancel = story.window.findChild(QPushButton, "banner_cancel")
        assert cancel is not None
        QTest.mouseClick(cancel, LEFT)
        story.until(lambda: not desk.banner.isVisible())
    assert not story.photo()
    with story.step("open"):
        desk.open(path)
        story.until(story.photo)
        story.until(lambda: not desk.banner.isVisible())
    if channel != "grey":
        layer = desk.experiment.state.lab.layer
        assert isinstance(layer, Conv2d)
        desk.lab.intents.edit_layer(replace(layer, out_channels=1), "one kernel")
        desk.lab.intents.finish()
        with story.step("in colour"):
            source = desk.experiment.state.lab.source
            assert isinstance(source, FromPhoto)
            desk.lab.intents.choose_source(FromPhoto(source.photo, channel), "colour")
    assert desk.experiment.state.lab.shape[1:] == (12_000, 8400)
    canvas = story.view.canvas
    with story.step("zoom in and out"):
        zoom(canvas, 14)
        zoom(canvas, -5)
    with story.step("pan"):
        drag(canvas, QPointF(canvas.width() * 0.8, canvas.height() * 0.6), QPointF(-90, -140), 60)
    cell = desk.lab.made().findChild(KernelGrid)
    with story.step("drag a kernel cell"):
        before = desk.experiment.state.lab
        drag(cell, QPointF(22, 22), QPointF(0, -60), 60)
        assert desk.experiment.state.lab is not before
    with story.step("zoom all out, drag again"):
        zoom(canvas, -14)
        drag(cell, QPointF(22, 22), QPointF(0, 50), 60)
    with story.step("compute every pixel"):
        QTest.mouseClick(story.view.footer.compute, LEFT)
        story.until(lambda: story.view.full is not None)
    with story.step("statistics"):
        story.until(lambda: story.view.footer.facts.text().startswith("all pixels: min"))
    with story.step("pan the whole result"):
        zoom(canvas, 8)
        drag(canvas, QPointF(canvas.width() * 0.8, canvas.height() * 0.6), QPointF(-90, -140), 40)
    with story.step("save as TIFF"):
        desk.lab.exports.photo.save_as(out)
        story.until(lambda: "saved" in desk.status.pointed.text() and out.exists())
    with story.step("autosave"):
        saved = desk.writer.autosave(out.with_suffix(".convviz"), desk.experiment.state)
        story.until(saved.done)
    start = perf_counter()
    story.window.close_unasked()
    story.steps["quit"] = {"ms": (perf_counter() - start) * 1e3, "longest tick ms": 0.0}


def main() -> None:
    app = QApplication(["convviz"])
    app.setStyle("Fusion")
    story = Story()
    path, out, channel = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    if not path.exists():
        make(path)
    try:
        tell(story, path, channel, out)  # type: ignore[arg-type]
    finally:
        story.window.close_unasked()
    print(json.dumps(story.steps))


if __name__ == "__main__":
    main()

"""Whole-window stories with the real engine: what a person does, and what must be true of every number on screen."""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from convviz.core.network import build
from convviz.core.trace import softmax, trace
from convviz.paths import weights_file
from convviz.session.engine import Engine
from convviz.session.experiment import State, shape_of
from convviz.session.outbox import Frame, Progress
from convviz.spec.geometry import describe
from convviz.spec.network import Conv2d, Flatten, Linear, MaxPool2d, NetworkSpec, ReLU
from convviz.spec.preparation import prepare
from convviz.spec.presets import NETWORKS
from convviz.spec.strokes import PAD, Canvas, Drawing
from convviz.spec.weights import initial, save
from convviz.ui.desk import Desk
from convviz.ui.input.pad import DrawingPad
from convviz.ui.look.numbers import exact
from convviz.ui.main_window import MainWindow
from convviz.ui.settings import Settings

LEFT, RIGHT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.NoButton
FIELDS = ("network", "weights", "drawing", "preparation")
DIGITS = {  # in pad shares, as people write them
    "0": [
        [(0.5, 0.2), (0.35, 0.3), (0.3, 0.5), (0.35, 0.7), (0.5, 0.8), (0.65, 0.7), (0.7, 0.5), (0.65, 0.3), (0.5, 0.2)]
    ],
    "1": [[(0.5, 0.2), (0.5, 0.8)]],
    "4": [[(0.4, 0.2), (0.3, 0.5), (0.65, 0.5)], [(0.6, 0.3), (0.6, 0.8)]],
    "7": [[(0.3, 0.22), (0.68, 0.22), (0.58, 0.5), (0.48, 0.8)]],
}


@pytest.fixture
def shipped_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Random weights in the place of trained ones: stories about numbers do not depend on what was learnt."""
    for number, (name, make) in enumerate(NETWORKS.items()):
        save(tmp_path / f"{name}.safetensors", make(), initial(make(), number))
    monkeypatch.setattr("convviz.session.shipped.weights_file", lambda name: tmp_path / f"{name}.safetensors")


class Story:
    """A window with a running engine, and hands on mouse and keys."""

    def __init__(self, state: State, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self.window = MainWindow(Settings())
        self.desk: Desk = self.window.furnish(state, Engine())
        self.frames: list[Frame] = []
        self.desk.bridge.frame_arrived.connect(self.frames.append)
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.desk.engine.start()

    @property
    def state(self) -> State:
        return self.desk.experiment.state

    @property
    def pad(self) -> QWidget:
        return self.desk.workspace.input.pad

    def arrived(self) -> Frame:
        """Waits for the frame of the present State."""

        def arrived() -> bool:
            if not self.frames:
                return False
            frame, shown = self.frames[-1], self.desk.workspace.layers.cards["input"].mosaic.values
            same = all(getattr(frame.state, name) is getattr(self.state, name) for name in FIELDS)
            return same and np.array_equal(shown, frame.maps["input"], equal_nan=True)

        self._qtbot.waitUntil(arrived, timeout=30_000)
        return self.frames[-1]

    def settled(self) -> Frame:
        """The frame of the present State; checks everything on screen against it."""
        frame = self.arrived()
        check_numbers(frame)
        self.check_screen(frame)
        return frame

    def check_screen(self, frame: Frame) -> None:
        workspace = self.desk.workspace
        for layer, card in workspace.layers.cards.items():
            assert np.array_equal(card.mosaic.values, frame.maps[layer], equal_nan=True)
        assert workspace.input.pad.drawing is self.state.drawing
        thumbs = workspace.input.strip.thumbs
        assert {name: thumbs[name].isChecked() for name in thumbs} == {
            name: getattr(self.state.preparation, name) for name in thumbs
        }
        assert self.desk.header.network.currentText() == self.state.network.name
        if self.state.drawing and frame.maps["input"].any():  # ink that was all erased predicts nothing
            assert workspace.input.bars.best == int(frame.probabilities.argmax())
            assert workspace.input.prediction.text().endswith(str(int(frame.probabilities.argmax())))
        focus = self.state.focus
        if focus is not None:
            assert workspace.inspector.value.text() == exact(float(frame.maps[focus.layer][focus.index]))
            shape = shape_of(self.state.network, focus.layer)
            assert shape is not None
            assert all(0 <= i < n for i, n in zip(focus.index, shape, strict=True))

    # --- hands ----------------------------------------------------------------------------------------------------

    def mouse(self, kind: QEvent.Type, at: tuple[float, float], buttons: Any = LEFT, button: Any = NONE) -> None:
        side = min(self.pad.width(), self.pad.height())
        left, top = (self.pad.width() - side) / 2, (self.pad.height() - side) / 2
        place = QPointF(left + at[0] * side, top + at[1] * side)
        event = QMouseEvent(kind, place, self.pad.mapToGlobal(place), button, buttons, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self.pad, event)

    def press(self, at: tuple[float, float], button: Any = LEFT) -> None:
        self.mouse(QEvent.Type.MouseButtonPress, at, button, button)

    def move(self, at: tuple[float, float], button: Any = LEFT) -> None:
        self.mouse(QEvent.Type.MouseMove, at, button)

    def release(self, at: tuple[float, float], button: Any = LEFT) -> None:
        self.mouse(QEvent.Type.MouseButtonRelease, at, NONE, button)

    def draw(self, points: list[tuple[float, float]], button: Any = LEFT) -> None:
        self.press(points[0], button)
        for a, b in itertools.pairwise(points):
            for part in (0.25, 0.5, 0.75, 1.0):
                self.move((a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part), button)
                QApplication.processEvents()
        self.release(points[-1], button)

    def keys(self, keys: str) -> None:
        self._qtbot.keySequence(self.window, QKeySequence(keys))

    def choose_network(self, name: str) -> None:
        box = self.desk.header.network
        if name != box.currentText():
            before = QApplication.focusWidget()
            box.setFocus()
            self._qtbot.keyClick(box, Qt.Key.Key_Down if list(NETWORKS).index(name) else Qt.Key.Key_Up)
            if before is not None and before is not box:
                box.clearFocus()
        assert self.state.network.name == name

    def toggle(self, step: str) -> None:
        self._qtbot.mouseClick(self.desk.workspace.input.strip.thumbs[step], LEFT)


def check_numbers(frame: Frame) -> None:
    """Every number of a frame, computed once more from its State alone."""
    state = frame.state
    ink = state.drawing.base
    if ink is None or state.drawing.strokes:
        ink = Canvas().show(state.drawing)
    picture = prepare(ink, state.preparation, state.network.input_shape[1]).result[None]  # (1, 28, 28)
    result = trace(build(state.network, state.weights), picture)
    assert np.array_equal(frame.maps["input"], picture)
    assert list(frame.maps) == ["input", *result.maps]
    for name, values in result.maps.items():
        assert np.allclose(frame.maps[name], values, rtol=1e-5, atol=1e-6), name
    assert np.allclose(frame.probabilities, softmax(result.scores.ravel()), atol=1e-6)


@pytest.fixture
def story(qtbot: QtBot, make_state: Callable[..., State], shipped_weights: None) -> Iterator[Story]:
    story = Story(make_state(), qtbot)
    yield story
    story.window.close()
    story.window.deleteLater()


def test_a_digit_is_answered_while_it_is_drawn(story: Story, qtbot: QtBot) -> None:
    story.settled()
    story.keys("Delete")
    assert not story.settled().maps["input"].any()
    assert story.desk.workspace.input.bars.best is None
    story.press((0.5, 0.2))
    inks = []
    for y in (0.3, 0.5, 0.7):
        story.move((0.5, y))
        inks.append(float(story.settled().maps["input"].sum()))
    assert inks[0] > 0
    story.release((0.5, 0.7))
    assert story.desk.history.stack.count() == 2
    qtbot.waitUntil(lambda: story.desk.status.latency.text().startswith("cpu · "))


def test_strokes_undone_and_redone_are_the_same_arrays(story: Story) -> None:
    story.keys("Delete")
    seen = [story.settled()]
    for strokes in DIGITS["4"], [[(0.2, 0.2), (0.8, 0.8)]]:
        for points in strokes:
            story.draw(points)
            seen.append(story.settled())
    story.draw([(0.1, 0.5), (0.9, 0.5)], RIGHT)
    seen.append(story.settled())
    for before in reversed(seen[:-1]):
        story.keys("Ctrl+Z")
        assert story.state.drawing is before.state.drawing
        frame = story.settled()
        assert all(np.array_equal(frame.maps[name], values) for name, values in before.maps.items())
    for after in seen[1:]:
        story.keys("Ctrl+Shift+Z")
        assert story.state.drawing is after.state.drawing
        frame = story.settled()
        assert all(np.array_equal(frame.maps[name], values) for name, values in after.maps.items())


def test_undo_while_the_pen_is_down(story: Story) -> None:
    before = story.settled().state.drawing
    story.draw([(0.2, 0.2), (0.3, 0.3)])
    between = story.state.drawing
    story.press((0.6, 0.6))
    story.move((0.7, 0.7))
    story.keys("Ctrl+Z")
    assert story.state.drawing is between
    story.move((0.8, 0.8))
    story.release((0.8, 0.8))
    assert story.state.drawing is between, "the pen that was undone draws no more"
    story.settled()
    story.keys("Ctrl+Z")
    assert story.state.drawing is before
    story.settled()


def test_another_network_in_the_middle_of_a_stroke(story: Story) -> None:
    story.settled()
    story.keys("Delete")
    story.press((0.3, 0.2))
    story.move((0.5, 0.4))
    story.choose_network("lenet5")
    assert set(story.settled().maps) > {"fc3"}
    story.move((0.7, 0.6))
    story.release((0.7, 0.6))
    points = story.state.drawing.strokes[-1].points
    assert len(points) == 3
    story.settled()
    story.choose_network("lecture")
    story.settled()
    while story.desk.actions_by_name["undo"].isEnabled():
        story.keys("Ctrl+Z")
    assert story.settled().state.network.name == "lecture"
    while story.desk.actions_by_name["redo"].isEnabled():
        story.keys("Ctrl+Y")
    story.settled()
    assert np.array_equal(story.state.drawing.strokes[-1].points, points)


def test_switching_the_preparation_shows_why_it_is_there(story: Story) -> None:
    story.keys("Delete")
    story.draw([(0.1, 0.1), (0.1, 0.3)])  # small, in a corner
    whole = story.settled().maps["input"][0]
    assert (whole[4:24] > 0.5).any(axis=1).all(), "scaled to 20 pixels"
    for step in ("crop", "fit", "centre", "smooth"):
        story.toggle(step)
        story.settled()
    bare = story.settled().maps["input"][0]
    assert set(np.unique(bare)) == {0.0, 1.0}
    assert bare[:10, :6].any()
    assert not bare[12:].any()
    for _ in range(4):
        story.keys("Ctrl+Z")
    assert np.array_equal(story.settled().maps["input"][0], whole)


def test_a_selected_unit_stays_selected_while_one_draws(story: Story, qtbot: QtBot) -> None:
    story.settled()
    mosaic = story.desk.workspace.layers.cards["pool1"].mosaic
    qtbot.mouseClick(mosaic, LEFT, pos=mosaic.unit_center((5, 4, 4)))
    focus = story.state.focus
    assert focus is not None
    assert focus.layer == "pool1"
    story.keys("Delete")
    story.settled()
    for points in DIGITS["7"]:
        story.draw(points)
        story.settled()
    assert story.state.focus is focus
    assert story.desk.history.stack.count() == 2, "a selection is no edit"


def test_a_picture_and_weights_are_opened_and_undone(story: Story, qtbot: QtBot, tmp_path: Path) -> None:
    story.settled()
    start = story.state
    picture = Image.new("L", (300, 200), 255)
    ImageDraw.Draw(picture).line([(150, 20), (150, 180)], 0, 20)
    picture.save(tmp_path / "one.png")
    save(tmp_path / "mine.safetensors", NETWORKS["lenet5"](), initial(NETWORKS["lenet5"](), 77))
    story.desk.open(tmp_path / "one.png")
    qtbot.waitUntil(lambda: story.state.drawing.base is not None)
    story.settled()
    story.draw([(0.2, 0.2), (0.8, 0.2)])
    story.settled()
    story.desk.open(tmp_path / "mine.safetensors")
    qtbot.waitUntil(lambda: story.state.network.name == "mine")
    story.settled()
    (tmp_path / "bad.safetensors").write_bytes(b"no")
    kept = story.state
    story.desk.open(tmp_path / "bad.safetensors")
    qtbot.waitUntil(story.desk.banner.isVisible)
    assert story.state is kept
    story.settled()
    for _ in range(3):
        story.keys("Ctrl+Z")
    assert all(getattr(story.state, name) is getattr(start, name) for name in FIELDS)
    story.settled()


def test_a_sample_is_another_digit_each_time(story: Story) -> None:
    seen = set()
    for _ in range(4):
        story.keys("R")
        seen.add(story.settled().maps["input"].tobytes())
    assert len(seen) == 4


def test_drawing_while_a_job_runs(story: Story, qtbot: QtBot) -> None:
    messages: list[Progress] = []
    story.desk.bridge.progressed.connect(messages.append)

    def job() -> Generator[object, None, object]:
        count = 0
        while True:
            time.sleep(0.002)
            yield (count := count + 1)

    number = story.desk.engine.run(job)
    for points in DIGITS["0"]:
        story.draw(points)
    story.settled()
    story.desk.engine.cancel(number)
    qtbot.waitUntil(lambda: bool(messages) and messages[-1].cancelled)
    assert [m.value for m in messages[:-1]] == list(range(1, len(messages)))


def test_closing_while_a_job_runs_closes_the_job(story: Story, qtbot: QtBot) -> None:
    story.settled()
    closed: list[str] = []

    def job() -> Generator[object, None, object]:
        try:
            while True:
                time.sleep(0.005)
                yield "slice"
        finally:
            closed.append(threading.current_thread().name)

    heard: list[Progress] = []
    story.desk.bridge.progressed.connect(heard.append)
    story.desk.engine.run(job)
    qtbot.waitUntil(lambda: bool(heard))
    story.press((0.5, 0.5))
    story.window.close()
    assert closed == ["convviz-engine"]
    story.release((0.5, 0.5))


def test_closing_while_the_engine_starts(qtbot: QtBot, make_state: Callable[..., State], shipped_weights: None) -> None:
    for _ in range(3):
        story = Story(make_state(), qtbot)
        story.draw([(0.2, 0.2), (0.5, 0.5)])
        story.window.close()
        assert not [t for t in threading.enumerate() if t.name.startswith("convviz")]
        story.window.deleteLater()


@pytest.mark.parametrize("name", NETWORKS)
def test_the_shipped_weights_read_plain_digits(qtbot: QtBot, make_state: Callable[..., State], name: str) -> None:
    if not all(weights_file(network).is_file() for network in NETWORKS):
        pytest.skip("the shipped weights are not trained yet")
    from convviz.session.shipped import shipped

    network, weights = shipped(name)
    story = Story(make_state(network=network, weights=weights), qtbot)
    for digit, strokes in DIGITS.items():
        story.keys("Delete")
        for points in strokes:
            story.draw(points)
        story.settled()
        assert story.desk.workspace.input.prediction.text() == f"Prediction: {digit}"
    story.window.close()
    story.window.deleteLater()


C = Conv2d("conv1", 3, (3, 3))
OTHER_NETWORKS = {
    "colour": NetworkSpec("colour", (3, 32, 32), (C, Flatten("flatten"), Linear("fc", 3)), ("cat", "dog", "ship")),
    "maps at the end": NetworkSpec("maps", (1, 16, 16), (C, ReLU("relu1"))),
    "no classes": NetworkSpec("nameless", (1, 28, 28), (Flatten("flatten"), Linear("fc", 40))),
    "one output": NetworkSpec("one", (1, 8, 8), (Flatten("flatten"), Linear("fc", 1)), ("it",)),
    "wide maps": NetworkSpec("wide", (1, 28, 28), (Conv2d("conv1", 130, (1, 28)), MaxPool2d("pool1", (28, 1)))),
    "large": NetworkSpec("large", (1, 224, 224), (Conv2d("conv1", 2, (11, 11), (4, 4)), ReLU("relu1"))),
    "called lecture": NetworkSpec("lecture", (1, 28, 28), (C, Flatten("flatten"), Linear("fc", 10))),
}


@pytest.mark.parametrize("kind", OTHER_NETWORKS)
def test_networks_of_other_shapes_from_a_file(story: Story, qtbot: QtBot, tmp_path: Path, kind: str) -> None:
    story.settled()
    start, spec = story.state, OTHER_NETWORKS[kind]
    save(tmp_path / "other.safetensors", spec, initial(spec))
    story.desk.open(tmp_path / "other.safetensors")
    qtbot.waitUntil(lambda: story.state.network == replace(spec, name="other"))
    check = {name: values.shape for name, values in story.arrived().maps.items()}
    assert check == {"input": spec.input_shape} | {row.layer.id: row.output_shape for row in describe(spec)}
    story.draw([(0.3, 0.3), (0.6, 0.6)])
    story.arrived()
    for _ in range(4):
        story.keys("Ctrl+Right")
        story.window.grab()
    assert not story.desk.banner.isVisible()
    story.keys("Ctrl+Z")
    story.keys("Ctrl+Z")
    assert story.state.network is start.network
    story.settled()


def test_a_network_the_pad_cannot_feed_is_said_and_undone(story: Story, qtbot: QtBot, tmp_path: Path) -> None:
    story.settled()
    start = story.state
    spec = NetworkSpec("oblong", (1, 20, 30), (C, Flatten("flatten"), Linear("fc", 10)))
    save(tmp_path / "oblong.safetensors", spec, initial(spec))
    story.desk.open(tmp_path / "oblong.safetensors")
    qtbot.waitUntil(story.desk.banner.isVisible)
    assert "square" in story.desk.banner.text.text()
    story.draw([(0.3, 0.3), (0.6, 0.6)])
    story.window.grab()
    while story.desk.actions_by_name["undo"].isEnabled():
        story.keys("Ctrl+Z")
    assert story.state.network is start.network
    story.settled()


def test_hours_of_work_leave_no_widgets_behind(story: Story, qtbot: QtBot) -> None:
    def work() -> int:
        for name in ("lenet5", "lecture"):
            story.choose_network(name)
            story.settled()
            for keys in ("Ctrl+Right", "Ctrl+Right", "Ctrl+Left"):
                story.keys(keys)
        qtbot.wait(5)
        return len(story.window.findChildren(QWidget))

    work()  # some are made when they are first needed
    counts = [work() for _ in range(3)]
    assert len(set(counts)) == 1, counts


def test_strokes_replayed_by_mouse_are_read_as_predict_reads_them(show: Callable[..., Any], shared_data: Path) -> None:
    if not weights_file("lecture").is_file():
        pytest.skip("the shipped weights are not trained yet")
    from convviz.cli.predict import Digits
    from convviz.spec.drawings import load

    pad = show(DrawingPad(), 232, 232)  # its usual size in the window
    written = [item.drawing for item in load(shared_data / "pen_strokes" / "digits_dev.json")[::15]]
    replayed = []
    for drawing in written:
        pad.set_drawing(Drawing())
        for stroke in drawing.strokes:
            points = [QPoint(*(round(float(v)) for v in point)) for point in stroke.points / PAD * 232]
            QTest.mousePress(pad, LEFT, pos=points[0])
            for point in points[1:]:
                QTest.mouseMove(pad, point)
            QTest.mouseRelease(pad, LEFT, pos=points[-1])
        replayed.append(pad.drawing)
    digits = Digits.load(weights_file("lecture"))
    expected, found = (digits.of_drawings(drawings).argmax(axis=1) for drawings in (written, replayed))
    assert len(written) == 100
    assert (expected == found).sum() >= 99


# --- anything at all ------------------------------------------------------------------------------------------------


class Monkey:
    """Does random things with mouse and keys."""

    KEYS = ("Ctrl+Z", "Ctrl+Z", "Ctrl+Y", "Delete", "R", "E", "M", "[", "]", "Ctrl+Right", "Ctrl+Left")
    WALKS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageDown, Qt.Key.Key_Tab)

    def __init__(self, story: Story, qtbot: QtBot, seed: int) -> None:
        self._story, self._qtbot = story, qtbot
        self._rng = np.random.default_rng(seed)
        self._down: Any = None

    def act(self) -> None:
        """One random thing."""
        acts = (self._pen,) * 6 + (self._point,) * 3 + (self._key,) * 3 + (self._walk,) * 3
        acts += (self._switch, self._step, self._theme, self._size, self._pause, self._table, self._tooltip)
        acts[self._rng.integers(len(acts))]()

    def finish(self) -> None:
        """Lifts the pen."""
        if self._down is not None:
            self._story.release(self._place(), self._down)
            self._down = None

    def _place(self) -> tuple[float, float]:
        x, y = self._rng.uniform(-0.2, 1.2, 2)
        return float(x), float(y)

    def _pen(self) -> None:
        if self._down is None:
            self._down = LEFT if self._rng.random() < 0.8 else RIGHT
            self._story.press(self._place(), self._down)
        elif self._rng.random() < 0.3:
            self.finish()
        else:
            self._story.move(self._place(), self._down)

    def _point(self) -> None:
        mosaics = [card.mosaic for card in self._story.desk.workspace.layers.cards.values()]
        mosaics.append(self._story.desk.workspace.inspector.map_page.map)
        mosaic = mosaics[self._rng.integers(len(mosaics))]
        if not mosaic.isVisible():
            return
        at = QPoint(int(self._rng.integers(mosaic.width())), int(self._rng.integers(mosaic.height())))
        self._qtbot.mouseMove(mosaic, at)
        if self._rng.random() < 0.6:
            self._qtbot.mouseClick(mosaic, LEFT, pos=at)

    def _key(self) -> None:
        self._story.keys(self.KEYS[self._rng.integers(len(self.KEYS))])

    def _walk(self) -> None:
        widget = QApplication.focusWidget() or self._story.window
        self._qtbot.keyClick(widget, self.WALKS[self._rng.integers(len(self.WALKS))])

    def _switch(self) -> None:
        self._story.choose_network(list(NETWORKS)[self._rng.integers(2)])

    def _step(self) -> None:
        self._story.toggle(("crop", "fit", "centre", "smooth")[self._rng.integers(4)])

    def _theme(self) -> None:
        names = ("theme_dark", "theme_light", "theme_system")
        self._story.desk.actions_by_name[names[self._rng.integers(3)]].trigger()

    def _size(self) -> None:
        self._story.window.resize(int(self._rng.integers(900, 1700)), int(self._rng.integers(600, 1100)))

    def _pause(self) -> None:
        self._qtbot.wait(int(self._rng.integers(1, 10)))

    def _table(self) -> None:
        table = self._story.desk.workspace.table
        row = int(self._rng.integers(table.model().rowCount()))
        middle = table.visualRect(table.model().index(row, 1)).center()
        self._qtbot.mouseClick(table.viewport(), LEFT, pos=middle)

    def _tooltip(self) -> None:
        self._story.window.grab()


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@pytest.mark.skipif("CONVVIZ_SOAK_MINUTES" not in os.environ, reason="runs for CONVVIZ_SOAK_MINUTES minutes")
@pytest.mark.qt_log_ignore("not accepted by receiving widget", extend=True)
def test_minutes_of_random_things(story: Story, qtbot: QtBot) -> None:
    """No exception, no Qt warning, and memory that does not grow once the undo history is as long as it gets."""
    minutes = float(os.environ["CONVVIZ_SOAK_MINUTES"])
    monkey = Monkey(story, qtbot, seed=4)
    end = time.monotonic() + 60 * minutes
    acts, memory = 0, [_resident_mb()]
    while time.monotonic() < end:
        for _ in range(100):
            monkey.act()
            acts += 1
            if acts % 10 == 0:
                QApplication.processEvents()
        story.settled()
        del story.frames[:-1]  # the story keeps all of them, the window only the last
        memory.append(_resident_mb())
    monkey.finish()
    story.settled()
    later = memory[len(memory) // 2 :]
    print(
        f"\n{acts:,} acts in {minutes:g} minutes; resident MB at each tenth:",
        [round(m) for m in memory[:: len(memory) // 10]],
    )
    assert max(later) - later[0] < 60, [round(m) for m in later]


@pytest.mark.qt_log_ignore("not accepted by receiving widget", extend=True)
@pytest.mark.parametrize("seed", [1, 2])
def test_four_hundred_random_things(story: Story, qtbot: QtBot, seed: int) -> None:
    story.settled()
    start = story.state
    monkey = Monkey(story, qtbot, seed)
    for number in range(400):
        monkey.act()
        if number % 10 == 0:
            QApplication.processEvents()
        if number % 50 == 49:
            story.settled()
    monkey.finish()
    story.settled()
    while story.desk.actions_by_name["undo"].isEnabled():
        story.desk.history.undo()
    assert all(getattr(story.state, name) is getattr(start, name) for name in FIELDS)
    story.settled()
    banner = story.desk.banner.findChild(QLabel, "banner_text")
    assert isinstance(banner, QLabel)
    assert banner.text() == "", "nothing went wrong"

"""A window is killed while a network learns: another one restores the run with its past, and goes on from any of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QPushButton, QToolButton

from convviz.paths import recovery_folder
from convviz.spec.errors import InputError
from convviz.spec.project import load

Story = Any  # the window of conftest.py
LEARNS = """
from PySide6.QtWidgets import QApplication
app = QApplication(["convviz"])
from convviz.session.engine import Engine
from convviz.session.shipped import starting_state
from convviz.session.training import live
from convviz.ui import autosave
from convviz.ui.main_window import MainWindow
from convviz.ui.settings import Settings
live.CHECKPOINT_S, autosave.AUTOSAVE_MS = 0.1, 300
window = MainWindow(Settings())
desk = window.furnish(starting_state()[0], Engine())
window.show()
desk.ready.connect(desk.trainer.start)
desk.engine.start()
app.exec()
"""
MOMENTS = 6  # at least, before it is killed
pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 here")


def autosaved() -> Path | None:
    """The autosave with some moments, once there is one."""
    for path in recovery_folder().glob("*.convviz"):
        try:
            runs = load(path).runs.runs
        except InputError:  # the next one took its place
            continue
        if runs and len(runs[0].checkpoints) >= MOMENTS:
            return path
    return None


@pytest.fixture
def killed() -> Path:
    """What a window left that was killed while it trained, and wrote."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    child = subprocess.Popen([sys.executable, "-c", LEARNS], env=environment)
    try:
        end = time.monotonic() + 120
        while (path := autosaved()) is None:
            assert child.poll() is None, "it ended by itself"
            assert time.monotonic() < end, "it never came to that"
            time.sleep(0.05)
        time.sleep(0.2)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    return path


def restored(story: Story) -> Any:
    """Its trainer, once what was left is on screen."""
    story.settled()
    story.keys("Ctrl+3")
    story.desk.files.offer_recovery(story.desk.banner.offer)
    story.click(QPushButton, "banner_restore")
    story.until(lambda: story.desk.trainer.run is not None)
    return story.desk.trainer


def test_scrubbed_back_and_resumed_it_measures_the_same(killed: Path, story: Story) -> None:
    trainer = restored(story)
    assert trainer.status == "paused"
    assert not story.desk.banner.isVisible(), "nothing was lost"
    steps = [checkpoint.step for checkpoint in trainer.checkpoints]
    assert len(steps) >= MOMENTS
    last = trainer.curves.last_step
    before = dict(zip(trainer.curves.column("step"), trainer.curves.column("loss"), strict=True))
    for _ in range(4):
        story.keys("Ctrl+Left")
    story.until(lambda: trainer.cursor == steps[-5])
    story.click(QToolButton, "time_machine_resume")
    story.until(lambda: trainer.status == "running" and trainer.curves.last_step > last)
    story.keys("Ctrl+T")
    story.until(lambda: trainer.status == "paused")
    again = dict(zip(trainer.curves.column("step"), trainer.curves.column("loss"), strict=True))
    assert [run.name for run in story.state.runs.runs] == ["Run 1", "Run 2"], "it went on from the past"
    assert len(again) > len(before) > steps[-5]
    assert {step: again[step] for step in before} == before
    story.window.close()
    assert list(recovery_folder().iterdir()) == []


def test_a_moment_that_is_damaged_is_alone_missing(killed: Path, story: Story) -> None:
    steps = [checkpoint.step for checkpoint in load(killed).runs.runs[0].checkpoints]
    with zipfile.ZipFile(killed) as file:
        moment = json.loads(file.read("experiment.json"))["runs"]["runs"][0]["earlier"][2]
    path = killed.with_name(f"{killed.name}.moments") / moment["file"]
    path.write_bytes(path.read_bytes()[:1000])
    trainer = restored(story)
    assert [checkpoint.step for checkpoint in trainer.checkpoints] == [step for step in steps if step != moment["step"]]
    assert story.desk.banner.text.text() == "A moment of Run 1 could not be read"
    story.keys("Ctrl+T")
    story.until(lambda: trainer.curves.last_step > steps[-1])
    story.keys("Ctrl+T")
    story.until(lambda: trainer.status == "paused")

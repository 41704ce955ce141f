"""Whole-window stories about the network as a program, with the real engine: what is copied is what is on screen."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtGui import QGuiApplication

Story = Any  # the window of conftest.py

RUN = """
import json, runpy, sys
print(json.dumps([runpy.run_path(path)["scores"].ravel().tolist() for path in sys.argv[1:]]))
"""


def test_what_is_copied_gives_the_scores_on_screen(story: Story, tmp_path: Path) -> None:
    clipboard, scripts, expected = QGuiApplication.clipboard(), [], []

    def copy() -> None:
        clipboard.setText("")
        expected.append(story.settled().scores)
        story.keys("Ctrl+Shift+C")
        story.until(clipboard.text)
        scripts.append(tmp_path / f"copied_{len(scripts)}.py")
        scripts[-1].write_text(clipboard.text(), encoding="utf-8")

    story.settled()
    copy()
    story.choose("conv1", 4, 12, 12)
    story.keys("U")
    assert story.state.channels.has("muted", "conv1", 4)
    copy()
    story.keys("Alt+1")
    story.cell((2, 2), 30)
    story.desk.network_intents.remove("relu3")
    copy()
    assert len({scores.tobytes() for scores in expected}) == 3
    command = [sys.executable, "-c", RUN, *map(str, scripts)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    *printed, last = done.stdout.splitlines()
    assert sum(line.startswith("tensor([[") for line in printed) == 3
    for found, scores in zip(json.loads(last), expected, strict=True):
        np.testing.assert_allclose(found, scores, rtol=1e-4, atol=1e-5)

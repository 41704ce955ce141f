"""A short while of :mod:`random_use`, so that it goes on working; its figures need half an hour."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_a_short_while_of_random_use() -> None:
    script = Path(__file__).parent / "random_use.py"
    command = [sys.executable, str(script), "--minutes", "0.5", "--seed", "1"]
    ran = subprocess.run(
        command, capture_output=True, text=True, timeout=300, env=os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "acts of 4" in ran.stdout  # all kinds of them

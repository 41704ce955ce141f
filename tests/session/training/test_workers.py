"""Folders of trainings in several processes: those of windows that were killed go."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from convviz.session.training.workers import sweep

UNIX = pytest.mark.skipif(sys.platform == "win32", reason="processes are not asked there")


def _gone() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
        return process.pid


@UNIX
def test_only_what_is_left_by_a_process_that_is_gone_is_removed(tmp_path: Path) -> None:
    gone, here = tmp_path / f"convviz.{_gone()}.abc", tmp_path / f"convviz.{os.getpid()}.abc"
    others = [tmp_path / name for name in ("convviz.abc", "convviz.x.y", "other.1.2", "convviz")]
    for folder in (gone, here, *others):
        folder.mkdir()
        (folder / "begin.safetensors").write_bytes(b"1")
    file = tmp_path / f"convviz.{_gone()}.txt"
    file.write_text("mine", encoding="utf-8")
    sweep(tmp_path)
    assert not gone.exists()
    assert all(folder.exists() for folder in (here, file, *others))


def test_old_ones_go_everywhere(tmp_path: Path) -> None:
    old = tmp_path / f"convviz.{os.getpid()}.abc"
    old.mkdir()
    os.utime(old, (0, 0))
    sweep(tmp_path)
    assert not old.exists()


@UNIX
def test_a_folder_that_cannot_be_asked_about_stays_and_keeps_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has no number that a process can have, or its process is another person's."""
    kept = [f"convviz.{9 * 10**30}.abc", "convviz.².abc", "convviz.2.theirs"]
    for name in (*kept, "convviz.3.gone"):
        (tmp_path / name).mkdir()
    kill = os.kill

    def asked(pid: int, number: int) -> None:
        if pid in (2, 3):
            raise PermissionError if pid == 2 else ProcessLookupError
        kill(pid, number)

    monkeypatch.setattr(os, "kill", asked)
    sweep(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(kept)

"""What a crash leaves is found once, by one window; a window that ends in order leaves nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from convviz.ui.recovery import Recovery

pytestmark = pytest.mark.usefixtures("qapp")
DIES = """
import os, signal
from convviz.ui.recovery import Recovery
mine = Recovery()
assert mine.claim()
mine.file.write_text("work")
print(mine.file, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def lived(text: str = "work") -> Recovery:
    """A window that has autosaved."""
    recovery = Recovery()
    assert recovery.claim()
    recovery.file.write_text(text)
    return recovery


def abandoned(text: str = "work") -> Path:
    """The file of a window that is gone."""
    recovery = lived(text)
    recovery.end(keep=True)
    return recovery.file


def left(recovery: Recovery) -> set[str]:
    folder = recovery.file.parent
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def test_nothing_is_made_before_there_is_something_to_keep() -> None:
    recovery = Recovery()
    assert recovery.orphans() == []
    assert not recovery.file.parent.exists()
    recovery.end()
    assert not recovery.file.parent.exists()


def test_a_window_that_ends_in_order_leaves_nothing() -> None:
    recovery = lived()
    assert recovery.claim(), "claiming twice is harmless"
    recovery.end()
    assert left(recovery) == set()
    assert Recovery().orphans() == []


def test_the_file_of_a_living_window_is_not_offered() -> None:
    first, second = lived(), Recovery()
    assert first.file != second.file
    assert second.orphans() == []
    assert first.orphans() == [], "not even to itself"
    first.end()


def test_orphans_are_found_newest_first_and_by_one_window_only() -> None:
    old, new = abandoned("old"), abandoned("new")
    os.utime(old, (1, 1))
    first, second = Recovery(), Recovery()
    assert first.orphans() == [new, old]
    assert first.orphans() == [], "they are in its care"
    assert first.has(old)
    assert second.orphans() == []
    assert not second.has(old)
    first.forget(new)
    assert not first.has(new)
    assert not new.exists()
    first.end()
    assert second.orphans() == [old], "what was neither restored nor discarded is offered next time"
    second.forget(old)
    assert left(second) == set()


def test_dropping_removes_the_autosave_and_keeps_the_claim() -> None:
    recovery = lived()
    recovery.drop()
    recovery.drop()
    assert not recovery.file.exists()
    recovery.file.write_text("more")
    assert Recovery().orphans() == []
    recovery.end()
    assert left(recovery) == set()


def test_an_orphan_knows_which_file_it_was(tmp_path: Path) -> None:
    mine = tmp_path / "my # Übung.convviz"
    mine.write_text("saved")
    recovery = lived()
    assert recovery.origin(recovery.file) is None
    recovery.note(mine)
    os.utime(recovery.file)  # autosaved after it
    recovery.end(keep=True)
    second = Recovery()
    assert second.orphans() == [recovery.file]
    assert second.origin(recovery.file) == mine
    second.forget(recovery.file)
    assert left(second) == set()
    third = lived()
    third.note(mine)
    third.note(None)
    assert third.origin(third.file) is None


def test_a_name_without_an_autosave_is_swept_away(tmp_path: Path) -> None:
    recovery = lived()
    recovery.note(tmp_path / "mine.convviz")
    recovery.file.unlink()
    (name,) = recovery.file.parent.glob("*.origin")
    Recovery().orphans()
    assert name.exists(), "its autosave may come at any moment"
    os.utime(name, (1, 1))
    Recovery().orphans()
    assert not name.exists()


def test_forgetting_what_is_gone_already() -> None:
    path = abandoned()
    recovery = Recovery()
    assert recovery.orphans() == [path]
    path.unlink()
    recovery.forget(path)
    recovery.forget(path)
    assert left(recovery) == set()


def test_where_no_folder_can_be_made_nothing_is_kept() -> None:
    recovery = Recovery()
    folder = recovery.file.parent
    folder.parent.parent.mkdir(parents=True, exist_ok=True)
    folder.parent.write_text("in the way")
    assert not recovery.claim()
    assert recovery.orphans() == []
    recovery.end()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 here")
def test_a_killed_process_frees_its_lock() -> None:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", DIES], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    path = Path(done.stdout.strip())
    assert path.with_name(f"{path.name}.lock").exists(), "nobody cleaned up"
    recovery = Recovery()
    assert recovery.orphans() == [path]
    assert path.read_text() == "work"
    recovery.forget(path)
    assert left(recovery) == set()


# --- the moments of trainings, in a folder beside the autosave -----------------------------------------------------


def moments(autosave: Path, size: int = 10) -> Path:
    """Some, of an autosave."""
    folder = autosave.with_name(f"{autosave.name}.moments")
    folder.mkdir()
    (folder / "one").write_bytes(bytes(size))
    return folder


def test_moments_whose_autosave_is_gone_are_swept_away() -> None:
    living, orphan = lived(), abandoned()
    starting = Recovery()
    assert starting.claim()
    of_living, of_orphan, of_starting = moments(living.file), moments(orphan), moments(starting.file)
    of_nobody = moments(orphan.with_name("1-1.convviz"))
    newer = Recovery()
    assert newer.orphans() == [orphan]
    newer.sweep()
    assert not of_nobody.exists()
    assert of_living.exists()
    assert of_orphan.exists()
    assert of_starting.exists(), "its window is about to write the autosave"
    living.drop()
    newer.sweep()
    assert of_living.exists(), "its window lives, and may need them again"
    living.end()
    newer.forget(orphan)
    newer.sweep()
    assert not of_living.exists()
    assert not of_orphan.exists()
    starting.end()
    newer.end()
    newer.sweep()
    assert left(newer) == set()


def test_of_windows_that_are_gone_the_newest_keep_their_moments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convviz.ui.recovery.MOST_LEFT_BYTES", 100)
    old, middle, new = (abandoned(text) for text in ("old", "middle", "new"))
    for age, path in enumerate((old, middle, new)):
        os.utime(path, (age, age))
    folders = [moments(path, 60) for path in (old, middle, new)]
    recovery = Recovery()
    recovery.orphans()
    recovery.sweep()
    assert [folder.exists() for folder in folders] == [False, False, True]
    monkeypatch.setattr("convviz.ui.recovery.MOST_LEFT_BYTES", 50)
    recovery.sweep()
    assert folders[2].exists(), "it is what is offered"
    assert old.exists()
    for path in (old, middle, new):
        recovery.forget(path)
    recovery.sweep()
    assert left(recovery) == set()

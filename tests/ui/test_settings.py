"""What is remembered comes back; what is damaged gives the defaults; what cannot be saved says so."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray

from convviz.ui.settings import RECENT, Settings

pytestmark = pytest.mark.usefixtures("qapp")


def test_defaults_without_a_file() -> None:
    settings = Settings()
    assert settings.theme == "system"
    assert settings.per_map is False
    assert settings.fields is True
    assert settings.pen_width is None
    assert settings.layout("window") is None
    assert settings.problem() == ""


def test_remembered() -> None:
    settings = Settings()
    settings.theme, settings.per_map, settings.pen_width, settings.fields = "light", True, 23.0, False
    settings.set_layout("window", QByteArray(bytes(range(256))))
    settings.save()
    again = Settings()
    assert again.file == settings.file
    assert again.file.is_file()
    assert (again.theme, again.per_map, again.pen_width, again.fields) == ("light", True, 23.0, False)
    assert again.layout("window") == QByteArray(bytes(range(256)))
    assert again.problem() == ""


DAMAGED = {
    "empty": b"",
    "binary": bytes(range(256)) * 4,
    "cut": b"[look]\nthe",
    "no sections": b"theme=dark",
    "wrong values": b"[look]\ntheme=purple\nrange_per_map=perhaps\n[input]\npen_width=wide\n[layout]\nwindow=left\n",
    "wild numbers": b"[input]\npen_width=1e999\n",
    "nan": b"[input]\npen_width=nan\n",
    "a list": b"[input]\npen_width=1, 2, 3\n[look]\ntheme=dark, light\n[layout]\nwindow=1, 2\n",
    "objects": b"[layout]\nwindow=@Variant(\\0\\0\\0\\x7f\\0)\n",
    "bad bytes": b"[layout]\nwindow=@ByteArray(\\xzz)\n[look]\ntheme=@Invalid()\n",
}


@pytest.mark.qt_log_ignore("QVariant::load", extend=True)
@pytest.mark.parametrize("kind", DAMAGED)
def test_damaged(kind: str) -> None:
    file = Settings().file
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(DAMAGED[kind])
    settings = Settings()
    assert settings.theme in ("system", "dark")
    assert settings.per_map is False
    assert settings.fields is True
    assert settings.pen_width is None
    layout = settings.layout("window")
    assert layout is None or isinstance(layout, QByteArray)
    settings.theme = "dark"
    settings.save()
    assert Settings().theme == "dark"


@pytest.mark.parametrize("kind", ["a file where the folder should be", "a folder where the file should be"])
def test_a_place_that_cannot_be_written_to(kind: str) -> None:
    file = Settings().file
    if kind.startswith("a file"):
        file.parent.parent.mkdir(parents=True, exist_ok=True)
        file.parent.write_text("in the way")
    else:
        file.mkdir(parents=True)
    settings = Settings()
    assert settings.theme == "system"
    problem = settings.problem()
    assert str(file.parent) in problem
    assert "\n" not in problem
    settings.theme = "dark"
    settings.save()
    assert settings.theme == "dark", "it holds for this window at least"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission(tmp_path: Path) -> None:
    folder = Settings().file.parent
    folder.mkdir(parents=True)
    folder.chmod(0o500)
    try:
        assert str(folder) in Settings().problem()
    finally:
        folder.chmod(0o700)


@pytest.mark.parametrize("name", ["a.convviz", "a, b.convviz", "ünïcode “x”.convviz", "100 % [a] = #1.convviz", "@x"])
def test_recent_files_come_back(tmp_path: Path, name: str) -> None:
    settings = Settings()
    assert settings.recent == []
    settings.add_recent(tmp_path / name)
    assert settings.recent == [tmp_path / name]
    settings.save()
    assert Settings().recent == [tmp_path / name]
    settings.add_recent(tmp_path / "other.convviz")
    settings.save()
    assert Settings().recent == [tmp_path / "other.convviz", tmp_path / name]


def test_the_newest_are_kept_each_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings()
    for number in (*range(RECENT + 3), 5):
        settings.add_recent(tmp_path / f"{number}")
    assert len(settings.recent) == RECENT
    numbers = [int(path.name) for path in settings.recent]
    assert numbers == [5, 10, 9, 8, 7, 6, 4, 3]
    monkeypatch.chdir(tmp_path)
    settings.add_recent(Path("9"))
    assert [int(path.name) for path in settings.recent][:2] == [9, 5], "the same file by another way"


@pytest.mark.parametrize("value", [b"", b"recent=", b"recent=,,", b"recent=@Invalid()", b"recent=@ByteArray(x)", b"x"])
def test_damaged_recent_files(value: bytes, tmp_path: Path) -> None:
    file = Settings().file
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"[files]\n" + value + b"\n")
    settings = Settings()
    assert settings.recent == []
    settings.add_recent(tmp_path / "a")
    assert settings.recent == [tmp_path / "a"]

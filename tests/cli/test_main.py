"""``convviz`` itself: what is a command and what a file, exit codes, one line for every mistake."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from convviz import __version__, cli
from convviz.cli import COMMANDS, main
from convviz.spec.errors import InputError


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("convviz: error: ")
    assert err.count("\n") == 1
    return err


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path | None]:
    """What the window would have opened."""
    files: list[Path | None] = []
    module = ModuleType("convviz.ui.app")

    def open_window(file: Path | None) -> int:
        files.append(file)
        return 0

    module.open_window = open_window  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "convviz.ui.app", module)
    return files


def test_without_arguments_the_window_opens(opened: list[Path | None]) -> None:
    assert main([]) == 0
    assert opened == [None]


@pytest.mark.parametrize("name", ["photo.png", "mine.convviz", "predict", "predct"])
def test_a_file_opens_in_the_window_whatever_its_name(
    name: str, opened: list[Path | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).touch()
    assert main([f"./{name}"]) == 0
    assert opened == [Path(name)]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["gone.png"], "there is no file 'gone.png'"),
        (["predct", "x.png"], "did you mean 'convviz predict'"),
        (["--nonsense"], "unrecognized arguments: --nonsense"),
        (["a.png", "b.png"], "unrecognized arguments: b.png"),
        (["predict"], "the following arguments are required: FILE (see convviz predict --help)"),
        (["describe", "lecture", "--input", "1", "2"], "--input"),
        (["describe", "lecture", "--js"], "unrecognized arguments: --js"),
    ],
)
def test_a_mistake_is_one_line_and_two(
    arguments: list[str], words: str, opened: list[Path | None], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert words in one_line(capsys)
    assert opened == []


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (InputError("first\nsecond"), "first second"),
        (FileNotFoundError(2, "No such file or directory", "x.png"), "x.png: No such file or directory"),
        (OSError("odd"), "odd"),
        (MemoryError(), "not enough memory"),
        (
            RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"),
            "not enough memory",
        ),
    ],
)
def test_errors_of_the_surroundings_are_one_line_too(
    error: BaseException, words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(arguments: list[str]) -> int:
        raise error

    monkeypatch.setattr(cli, "_run", fail)
    assert main([]) == 2
    assert words in one_line(capsys)


def test_an_error_of_ours_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(arguments: list[str]) -> int:
        raise RuntimeError("a bug")

    monkeypatch.setattr(cli, "_run", fail)
    with pytest.raises(RuntimeError, match="a bug"):
        main([])


def test_interrupted_is_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(arguments: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_run", interrupted)
    assert main([]) == 130


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_there_for_everything(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command.split(), "--help"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith(f"usage: convviz{' ' if command else ''}{command}")
    assert err == ""


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"convviz {__version__}\n"


def shell(*arguments: str, code: str | None = None, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code] if code else [sys.executable, "-m", "convviz"]
    return subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=120, **options)  # type: ignore[call-overload,no-any-return]


def test_help_and_tables_of_our_own_networks_need_neither_torch_nor_qt() -> None:
    code = (
        "import sys; from convviz.cli import main; main(['--help']); main(['describe', 'lecture']);"
        "sys.exit(any(name in sys.modules for name in ('torch', 'PySide6', 'torchvision')))"
    )
    assert shell(code=code).returncode == 0


def test_a_reader_that_leaves_early_sees_no_traceback() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "convviz", "describe", "lecture"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(60) in (0, 141)


def test_a_terminal_without_our_signs_still_gets_the_table() -> None:
    result = shell("describe", "lecture", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert result.returncode == 0
    assert "105,506" in result.stdout


def test_without_a_stdout_nothing_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["describe", "lecture"]) == 0


def test_a_full_disk_is_one_line() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    command = [sys.executable, "-m", "convviz", "describe", "lecture"]
    with open("/dev/full", "w") as full:
        result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert (result.returncode, result.stderr) == (2, "convviz: error: No space left on device\n")

"""``convviz doctor``: each known fault is found from its signs."""

from __future__ import annotations

from pathlib import Path

import pytest

from convviz import __version__
from convviz.cli import doctor, main
from convviz.cli.doctor import known_bad, missing_libraries

GOOD = {"torch": "2.13.0+cpu", "torchvision": "0.28.0", "PySide6-Essentials": "6.11.3", "numpy": "2.4.6"}


def test_good_versions_have_no_findings() -> None:
    assert list(known_bad(dict(GOOD), (3, 11))) == []


@pytest.mark.parametrize(
    ("change", "python", "wrong", "remedy"),
    [
        ({"PySide6-Essentials": "6.12.0"}, (3, 11), "PySide6 6.12.0 aborts on Python 3.11", "<6.12"),
        ({"torch": "2.9.1", "torchvision": "0.24.1"}, (3, 12), "holes in torch.load", "torch>=2.10"),
        ({"torch": "2.6.0", "torchvision": "0.21.0"}, (3, 12), "holes in torch.load", "torch>=2.10"),
        ({"torch": "2.4.0", "torchvision": "0.19.0"}, (3, 12), "too old", "torch>=2.10"),
        ({"torchvision": "0.26.0"}, (3, 12), "does not go with torch", "0.28"),
        ({"numpy": None}, (3, 12), "numpy is not installed", "pip install"),
    ],
)
def test_each_bad_version_is_found_once(
    change: dict[str, str | None], python: tuple[int, int], wrong: str, remedy: str
) -> None:
    (found,) = known_bad({**GOOD, **change}, python)
    assert wrong in found.wrong
    assert remedy in found.remedy


def test_new_qt_is_fine_on_new_python() -> None:
    assert list(known_bad({**GOOD, "PySide6-Essentials": "6.12.0"}, (3, 12))) == []


def test_unreadable_versions_are_no_crash() -> None:
    assert list(known_bad({**GOOD, "torch": "main"}, (3, 12))) == []


def test_libraries_that_do_not_load_are_named_with_their_package() -> None:
    def load(soname: str) -> object:
        if soname == "libb.so":
            raise OSError
        return object()

    assert missing_libraries({"liba.so": "a", "libb.so": "b"}, load) == {"libb.so": "b"}


@pytest.fixture
def healthy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    weights = tmp_path / "weights.safetensors"
    weights.touch()
    monkeypatch.setattr(doctor, "weights_file", lambda name: weights)
    monkeypatch.setattr(doctor, "missing_libraries", lambda wanted: {})
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    return weights


def test_all_is_well(healthy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert __version__ in out
    assert "all is well" in out
    assert "cpu" in out


@pytest.mark.parametrize("fault", ["weights", "display", "libraries", "settings"])
def test_each_fault_is_reported_and_one_is_returned(
    fault: str, healthy: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    match fault:
        case "weights":
            healthy.unlink()
            words = "the weights of lecture are missing"
        case "display":
            monkeypatch.setattr(doctor.sys, "platform", "linux")
            for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
                monkeypatch.delenv(name, raising=False)
            words = "there is no display"
        case "libraries":
            monkeypatch.setattr(doctor.sys, "platform", "linux")
            monkeypatch.setattr(doctor, "missing_libraries", lambda wanted: {"libx.so": "libx0"})
            words = "apt install libx0"
        case "settings":
            monkeypatch.setattr(doctor, "writable", lambda folder: False)
            words = "settings folder cannot be written"
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert words in out
    assert "→" in out

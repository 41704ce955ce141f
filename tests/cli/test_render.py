"""``convviz render``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convviz.cli import main
from convviz.spec.lab.presets import PRESETS

pytestmark = pytest.mark.usefixtures("qapp")


def test_it_runs_by_itself_without_a_screen(tmp_path: Path) -> None:
    out = tmp_path / "slide.png"
    command = [sys.executable, "-W", "error", "-m", "convviz", "render", "signal", str(out), "--theme", "light"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{out}: a picture of the finished output, 1920×1080 pixels\n"
    with Image.open(out) as picture:
        assert picture.size == (1920, 1080)
        assert picture.convert("RGB").getpixel((2, 2)) == (255, 255, 255)


def test_the_last_frame_is_the_figure_of_the_last_position(tmp_path: Path) -> None:
    gif, png = tmp_path / "a.gif", tmp_path / "a.png"
    assert main(["render", "stride-padding", str(gif), "--size", "600", "400"]) == 0
    assert main(["render", "stride-padding", str(png), "--size", "600", "400", "--position", "9"]) == 0
    with Image.open(gif) as moving, Image.open(png) as still:
        assert moving.n_frames == 9
        moving.seek(8)
        half = np.asarray(still.convert("RGB").resize((600, 400), Image.Resampling.BOX)).astype(int)
        last = np.asarray(moving.convert("RGB")).astype(int)
    apart = np.abs(half - last).max(axis=2)
    assert (apart < 40).mean() > 0.97, "but for the edges of letters"
    assert np.array_equal(half[3, 3], last[3, 3])


@pytest.mark.parametrize(
    ("name", "more", "words"),
    [
        ("a.svg", ["--position", "2"], "a drawing of position 2 of 3, 960×540"),
        ("a.gif", ["--size", "400", "300"], "an animation of 3 frames, 400×300 pixels"),
        ("a.png", ["--size", "400", "300"], "a picture of the finished output, 800×600 pixels"),
    ],
)
def test_it_says_what_it_wrote(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, more: list[str], words: str
) -> None:
    assert main(["render", "signal", str(tmp_path / name), *more]) == 0
    assert capsys.readouterr() == (f"{tmp_path / name}: {words}\n", "")


def test_a_position_shows_less_than_the_whole(tmp_path: Path) -> None:
    pictures = []
    for more in ([], ["--position", "1"]):
        out = tmp_path / f"{len(more)}.png"
        assert main(["render", "signal", str(out), *more]) == 0
        with Image.open(out) as picture:
            pictures.append(np.asarray(picture.convert("RGB")).astype(int))
    orange = [(np.abs(picture - (0xFF, 0xA2, 0x4A)).max(axis=2) < 3).sum() for picture in pictures]
    assert orange[1] < orange[0]


def test_the_examples_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["render", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(PRESETS)
    assert lines[0].split(None, 1)[1].startswith("(1, 2, 3, 4) ⊛ (3, 2): ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing", "a.svg"], "the Lab has no example called 'nothing'; take one of signal, "),
        (["signal"], "render needs an example and a file"),
        ([], "render needs an example and a file"),
        (["signal", "a.jpg"], "'a.jpg' should end in .png or .svg for a figure, or in .gif for an animation"),
        (["signal", "a"], "'a' should end in .png"),
        (["signal", "no/such/folder/a.svg"], "choose another place"),
        (["five-filters", "gone/a.gif"], ": there is no folder gone; make it, or choose another place"),
        (["signal", "a.svg", "--size", "1", "1"], "take from 360×240 to 3840×2160"),
        (["signal", "a.svg", "--size", "x", "1"], "invalid int value"),
        (["signal", "a.svg", "--position", "4"], "the output has positions 1 to 3"),
        (["signal", "a.svg", "--position", "0"], "the output has positions 1 to 3"),
        (["signal", "a.svg", "--fps", "3"], "a figure does not move"),
        (["signal", "a.gif", "--position", "1"], "an animation shows all positions"),
        (["signal", "a.gif", "--fps", "nan"], "take from 0.1 to 50"),
        (["signal", "a.gif", "--theme", "pink"], "invalid choice"),
    ],
)
def test_a_mistake_is_one_line(
    arguments: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["render", *arguments]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("convviz: error: ")
    assert shown.err.count("\n") == 1
    assert said in shown.err
    assert not list(tmp_path.iterdir())

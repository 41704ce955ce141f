"""``convviz train`` as a shell sees it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from convviz.cli import main
from convviz.spec.presets import lenet5
from convviz.spec.training import TrainingSettings
from convviz.spec.weights import initial, load, save

SMALL = ["train", "--network", "lenet5", "--data", "strokes:100", "--epochs", "2", "--batch", "20"]


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_json_lines_and_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SMALL, "--json", "--seed", "4"]) == 0
    out, err = capsys.readouterr()
    lines = [json.loads(line) for line in out.splitlines()]
    assert err == ""
    assert [line["event"] for line in lines] == ["epoch", "epoch", "done"]
    assert [line["step"] for line in lines[:2]] == [5, 10]
    assert all(0 <= line["accuracy"]["strokes"] <= 1 for line in lines)
    assert lines[-1]["settings"]["seed"] == 4
    assert TrainingSettings(**lines[-1]["settings"]).epochs == 2
    spec, _ = load(tmp_path / "lenet5.safetensors")
    assert spec == lenet5()
    assert [path.name for path in tmp_path.iterdir()] == ["lenet5.safetensors"]


def test_same_seed_same_weights(tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert main([*SMALL, "--json", "--out", f"{name}.safetensors"]) == 0
    (_, a), (_, b) = (load(tmp_path / f"{name}.safetensors") for name in ("a", "b"))
    assert all((a[name] == b[name]).all() for name in a)


def test_a_bar_on_stderr_and_one_line_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(SMALL) == 0
    out, err = capsys.readouterr()
    assert out.startswith("lenet5.safetensors: ")
    assert out.count("\n") == 1
    assert "writing digits" in err
    assert "epoch   2" in err


def test_training_goes_on_from_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(tmp_path / "mine.safetensors", lenet5(), initial(lenet5(), 1))
    command = ["train", "--network", "mine.safetensors", "--data", "strokes:20", "--epochs", "1", "--json"]
    assert main([*command, "--rate", "1e-7", "--out", "more.safetensors"]) == 0
    _, start = load(tmp_path / "mine.safetensors")
    _, more = load(tmp_path / "more.safetensors")
    assert abs(start["fc3.bias"] - more["fc3.bias"]).max() < 1e-5


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--network", "lenet6"], "lenet6"),
        (["--epochs", "0"], "epochs"),
        (["--epochs", "1,5"], "epochs"),
        (["--rate", "nan"], "rate"),
        (["--data", "nowhere"], "nowhere"),
        (["--data", "strokes:3"], "not 3"),
        (["--out", "."], "folder"),
        (["--out", "no/such/folder.safetensors"], "no/such"),
        (["--optimizer", "best"], "optimizer"),
    ],
)
def test_mistakes_end_in_one_line(
    arguments: list[str], word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "--data", "strokes:20", "--epochs", "1", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    last = err.splitlines()[-1]
    assert last.startswith("convviz: error: ")
    assert word in last
    assert list(tmp_path.iterdir()) == []


def test_a_diverging_rate_ends_in_one_line_and_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(tmp_path / "mine.safetensors", lenet5(), initial(lenet5(), 1))
    huge = ["--rate", "10", "--optimizer", "sgd", "--momentum", "0.99", "--schedule", "constant", "--epochs", "50"]
    command = ["train", "--network", "mine.safetensors", "--data", "strokes:100", "--batch", "5", "--json"]
    assert main([*command, *huge, "--out", "new.safetensors"]) == 2
    assert "lower the learning rate" in capsys.readouterr().err
    assert not (tmp_path / "new.safetensors").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for another process")
def test_ctrl_c_ends_in_one_line_and_no_file(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    command = [sys.executable, "-m", "convviz", "train", "--data", "strokes:64", "--epochs", "10000", "--json"]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # a job of "&" would ignore it
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline()  # the training has begun
        time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err == "convviz: stopped; nothing was written\n"
    assert list(tmp_path.iterdir()) == []

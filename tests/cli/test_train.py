"""``convviz train`` as a shell sees it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from convviz.cli import main
from convviz.cli.train import keeping
from convviz.cli.train.data import load_all
from convviz.cli.train.options import configure, wanted
from convviz.cli.train.show import Nothing, _rounded
from convviz.core.data import finish
from convviz.core.data import load as load_data
from convviz.core.distributed import Share
from convviz.spec.errors import InputError
from convviz.spec.network import NetworkSpec
from convviz.spec.presets import lenet5
from convviz.spec.training import TrainingSettings, checkpoint_file
from convviz.spec.training.checkpoint import Checkpoint
from convviz.spec.training.source import DATA_SEED, DataSource
from convviz.spec.weights import initial, load, save

SMALL = ["train", "--network", "lenet5", "--data", "strokes:100", "--epochs", "2", "--batch", "20"]


UNIX = pytest.mark.skipif(sys.platform == "win32", reason="it has no such devices")


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_json_lines_and_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SMALL, "--json", "--seed", "4"]) == 0
    out, err = capsys.readouterr()
    lines = [json.loads(line) for line in out.splitlines()]
    assert err == ""
    assert {line["event"] for line in lines[:-4]} == {"loading"}
    assert all(0 <= line["done"] <= line["total"] for line in lines[:-4])
    lines = lines[-4:]
    assert [line["event"] for line in lines] == ["epoch", "step", "epoch", "done"]
    assert [line["step"] for line in lines[:3]] == [5, 10, 10]
    assert all(0 <= line["accuracy"]["strokes"] <= 1 for line in lines if line["event"] != "step")
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
        (["--out", ""], "empty"),
        (["--checkpoint", ""], "empty"),
        pytest.param(["--out", "/dev/full"], "device", marks=UNIX),
        pytest.param(["--checkpoint", "/dev/null"], "device", marks=UNIX),
        (["--out", "x.st", "--checkpoint", "./x.st"], "overwrite"),
        (["--threads", "100000"], "cores"),
        (["--out", "no/such/folder.safetensors"], "no/such"),
        (["--optimizer", "best"], "optimizer"),
        (["--loss", "most"], "loss"),
        (["--dropout", "1"], "dropout"),
        (["--threads", "0"], "threads"),
        (["--data", "handwriting"], "handwriting"),
        (["--resume", "nowhere"], "nowhere"),
        (["--resume", "nowhere", "--network", "lenet5"], "leave out"),
        (["--begin", "nowhere"], "nowhere"),
        (["--checkpoint", "."], "--checkpoint"),
        (["--freeze", "conv9"], "has no layer 'conv9'; those that learn are conv1, conv2, fc1, fc2"),
        (["--freeze", "conv1,pool1"], "'pool1' has no kernels"),
        (["--freeze", "conv1:32"], "0 to 31"),
        (["--freeze", "conv1:"], "0 to 31"),
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
    out, err = capsys.readouterr()
    assert "lower the learning rate" in err
    last = json.loads(out.splitlines()[-1])
    assert last["event"] == "diverged"
    assert last["why"] in err
    assert not (tmp_path / "new.safetensors").exists()


def _losses(out: str) -> list[float]:
    lines = [json.loads(line) for line in out.splitlines()]
    return [line["loss"] for line in lines if line["event"] == "step"]


def test_a_training_goes_on_from_a_checkpoint_as_if_it_had_never_stopped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ["--json", "--every", "1"]
    settings = ["--schedule", "constant", "--dropout", "0.1", "--seed", "3"]
    assert main([*SMALL, *settings, *lines, "--out", "whole.safetensors"]) == 0
    whole = _losses(capsys.readouterr().out)
    first = [*SMALL, *settings, *lines, "--epochs", "1", "--checkpoint", "half.safetensors"]
    assert main([*first, "--out", "half-out.safetensors"]) == 0
    half = _losses(capsys.readouterr().out)
    assert main(["train", "--resume", "half.safetensors", "--epochs", "2", *lines, "--out", "rest.safetensors"]) == 0
    rest = _losses(capsys.readouterr().out)
    assert half + rest == whole
    (_, a), (_, b) = (load(tmp_path / f"{name}.safetensors") for name in ("whole", "rest"))
    assert all((a[name] == b[name]).all() for name in a)


def test_weights_to_begin_with_are_checked_against_the_network(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(tmp_path / "mine.safetensors", lenet5(), initial(lenet5(), 1))
    assert main(["train", "--network", "lecture", "--begin", "mine.safetensors", "--data", "strokes:20"]) == 2
    assert "conv1.weight" in capsys.readouterr().err
    begin = ["train", "--network", "lenet5", "--begin", "mine.safetensors", "--data", "strokes:20", "--epochs", "1"]
    assert main([*begin, "--rate", "1e-7", "--json", "--out", "more.safetensors"]) == 0
    _, start = load(tmp_path / "mine.safetensors")
    _, more = load(tmp_path / "more.safetensors")
    assert abs(start["fc3.bias"] - more["fc3.bias"]).max() < 1e-5


def test_a_line_for_every_step_is_in_its_place(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("convviz.cli.train.show.HELD_S", 3600.0)
    assert main([*SMALL, "--json", "--every", "1", "--data", "strokes:100"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    told = [(line["event"], line["step"]) for line in lines if line["event"] in ("step", "epoch")]
    half = told[-1][1] // 2
    first = [("step", step) for step in range(1, half + 1)]
    second = [("step", step) for step in range(half + 1, 2 * half + 1)]
    assert told == [*first, ("epoch", half), *second, ("epoch", 2 * half)]
    assert lines[-1]["event"] == "done"


def test_what_a_line_of_json_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SMALL, "--json", "--every", "5", "--data", "strokes:100", "strokes:40", "--loss", "mse"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    steps = [line for line in lines if line["event"] == "step"]
    epochs = [line for line in lines if line["event"] == "epoch"]
    assert [line["step"] for line in steps] == [5, 10, 14]
    assert {line["steps"] for line in (*steps, *epochs)} == {14}
    assert set(steps[0]) == {"event", "step", "steps", "epoch", "loss", "batch_accuracy", "rate", "images_per_s"}
    assert [line["epoch"] for line in epochs] == [1, 2]
    assert {"train_loss", "train_accuracy", "test_loss", "images_per_s"} <= set(epochs[0])
    assert set(epochs[0]["accuracy"]) == {"strokes", "strokes:40"}
    assert lines[-1]["settings"]["loss"] == "mse"


def test_it_ends_where_its_target_is_reached(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SMALL, "--json", "--epochs", "50", "--rate", "0.01", "--average", "0", "--target", "0.3"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[-1]["accuracy"]["strokes"] >= 0.3
    assert len(lines) < 50


def test_classes_of_a_folder_of_pictures_are_named_in_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("cat", "dog"):
        (tmp_path / "pets" / name).mkdir(parents=True)
        for number in range(6):
            picture = np.full((28, 28), 40 * number + (9 if name == "cat" else 0), np.uint8)
            Image.fromarray(picture).save(tmp_path / "pets" / name / f"{number}.png")
    command = ["train", "--data", "pets", "--epochs", "1", "--json", "--network"]
    save(tmp_path / "ten.safetensors", lenet5(), initial(lenet5()))
    for given in (["ten.safetensors"], ["lenet5", "--begin", "ten.safetensors"]):
        assert main([*command, *given, "--out", "pets.safetensors"]) == 2
        assert "'pets' has 2 classes, but 'lenet5' has 10 outputs; give its last layer 2" in capsys.readouterr().err
    two = lenet5().with_layer(replace(lenet5()["fc3"], out_features=2))
    save(tmp_path / "two.safetensors", two, initial(two))
    for given in ("two.safetensors", "lenet5"):
        assert main([*command, given, "--freeze", "fc3", "--out", "pets.safetensors"]) == 0
        said = "convviz: pets has 2 classes: fc3 of 'lenet5' gets as many outputs"
        assert (said in capsys.readouterr().err) is (given == "lenet5")
        spec, weights = load(tmp_path / "pets.safetensors")
        assert spec is not None
        assert spec.classes == ("cat", "dog")
        assert np.array_equal(weights["fc3.weight"], initial(two)["fc3.weight"]), "it is frozen as it is then"


def test_without_data_it_learns_from_the_digits_that_come_along() -> None:
    parser = ArgumentParser()
    configure(parser)
    goal = wanted(parser.parse_args([]))
    assert list(goal.sources.values()) == [DataSource("digits")]
    assert load_all(goal, Nothing(), Share()).tests == {"digits": 2000}


def test_frozen_layers_stay_also_after_a_resume(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small = [*SMALL, "--json", "--checkpoint", "half.st", "--freeze"]
    assert main([*small, "conv1,fc3:3", "--epochs", "1", "--out", "one.st"]) == 0
    assert main(["train", "--resume", "half.st", "--epochs", "2", "--out", "two.st"]) == 0
    start = initial(lenet5())
    for name in ("one.st", "two.st"):
        _, learnt = load(tmp_path / name)
        for part in ("weight", "bias"):
            assert np.array_equal(learnt[f"conv1.{part}"], start[f"conv1.{part}"])
            moved = [
                not np.array_equal(*rows) for rows in zip(learnt[f"fc3.{part}"], start[f"fc3.{part}"], strict=True)
            ]
            assert moved == [row != 3 for row in range(10)]
        assert not np.array_equal(learnt["conv2.weight"], start["conv2.weight"])
    assert main(["train", "--resume", "half.st", "--epochs", "2", "--freeze", "", "--out", "free.st"]) == 0
    _, learnt = load(tmp_path / "free.st")
    assert not np.array_equal(learnt["conv1.weight"], start["conv1.weight"]), "other layers may be given"


def test_a_checkpoint_comes_before_the_first_epoch_ends_and_goes_on_exactly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [*SMALL, "--json", "--checkpoint", "kept.st"]
    assert main([*command, "--out", "whole.st"]) == 0
    written: list[int] = []

    def killed(path: Path, network: NetworkSpec, checkpoint: Checkpoint, *more: Any) -> None:
        save_checkpoint(path, network, checkpoint, *more)
        written.append(checkpoint.step)
        raise KeyboardInterrupt

    save_checkpoint = checkpoint_file.save
    monkeypatch.setattr(checkpoint_file, "save", killed)
    capsys.readouterr()
    assert main([*command, "--out", "half.st"]) == 130
    assert written == [2], "it is asked for after the first of five steps of an epoch"
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    assert main(["train", "--resume", "kept.st", "--json", "--out", "rest.st"]) == 0
    (_, whole), (_, rest) = (load(tmp_path / name) for name in ("whole.st", "rest.st"))
    assert all(np.array_equal(whole[name], rest[name]) for name in whole)


def test_a_checkpoint_that_finds_no_room_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tried: list[int] = []
    save_checkpoint = checkpoint_file.save

    def full_once(path: Path, network: NetworkSpec, checkpoint: Checkpoint, *more: Any) -> None:
        tried.append(checkpoint.step)
        if len(tried) == 1:
            raise InputError("there is no room")
        save_checkpoint(path, network, checkpoint, *more)

    monkeypatch.setattr(checkpoint_file, "save", full_once)
    monkeypatch.setattr(keeping, "EVERY_S", 1e9)  # else another one may come before the epoch ends, on a slow machine
    assert main([*SMALL, "--json", "--checkpoint", "kept.st"]) == 0
    assert tried[:2] == [2, 5]
    assert "convviz: nothing is kept at step 2: there is no room\n" in capsys.readouterr().err


def test_a_damaged_checkpoint_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(tmp_path / "weights.safetensors", lenet5(), initial(lenet5(), 1))
    assert main(["train", "--resume", "weights.safetensors"]) == 2
    assert "no checkpoint" in capsys.readouterr().err
    (tmp_path / "short.safetensors").write_bytes(b"1234")
    assert main(["train", "--resume", "short.safetensors"]) == 2
    assert "damaged" in capsys.readouterr().err


ENDLESS = ["train", "--network", "lenet5", "--data", "strokes:64", "--epochs", "10000", "--json", "--every", "1"]
UNIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals for another process")


def _begun(folder: Path, *more: str, stdin: int | None = None) -> subprocess.Popen[str]:
    """A training without end in a process of its own, which has made its first steps."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    process = subprocess.Popen(
        [sys.executable, "-m", "convviz", *ENDLESS, *more],
        cwd=folder,
        env=environment,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # a job of "&" would ignore it
    )
    assert process.stdout is not None
    assert any('"epoch"' in line for line in process.stdout)  # it learns
    return process


@UNIX
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_in_one_line_and_no_file(tmp_path: Path, number: signal.Signals, code: int) -> None:
    with _begun(tmp_path) as process:
        time.sleep(0.05)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert err == "convviz: stopped; nothing was written\n"
    assert list(tmp_path.iterdir()) == []


@UNIX
def test_what_was_learnt_until_it_was_stopped_is_in_the_checkpoint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with _begun(tmp_path, "--checkpoint", "kept.safetensors") as process:
        assert process.stdout is not None
        while json.loads(process.stdout.readline()).get("epoch", 0) < 3:
            pass
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert "with --resume kept.safetensors" in err
    number = int(err.split("epoch ")[1].split()[0].rstrip(",")) - ("in epoch" in err)
    assert main(["train", "--resume", "kept.safetensors", "--epochs", str(number + 1), "--json"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["epoch"] for event in events if event["event"] == "epoch"] == [number + 1]


@UNIX
def test_it_ends_with_whoever_started_it(tmp_path: Path) -> None:
    with _begun(tmp_path, "--until-eof", stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(60) == 130
    assert list(tmp_path.iterdir()) == []


def test_where_nothing_is_left_to_learn_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SMALL, "--json", "--checkpoint", "kept.st"]) == 0
    capsys.readouterr()
    assert main(["train", "--resume", "kept.st", "--out", "again.safetensors"]) == 0
    out, _ = capsys.readouterr()
    assert out == "again.safetensors: nothing was left to learn, all 2 epochs are done; a larger --epochs goes on\n"
    assert (tmp_path / "again.safetensors").exists()
    assert main(["train", "--resume", "kept.st", "--out", "kept.st"]) == 2
    assert "overwrite the file of --resume" in capsys.readouterr().err


def test_every_form_of_data_is_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--help"]) == 0
    words = capsys.readouterr().out
    for form in ("strokes[:N]", "mnist:DIR", "fashion-mnist:DIR", "kmnist:DIR", "cifar10:DIR", "pictures:DIR", "  DIR"):
        assert form in words


@UNIX
def test_a_closed_stderr_is_no_reason_to_stop(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "convviz", "train", "--network", "lenet5", "--data", "strokes:20", "--epochs", "1"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    script = 'exec "$@" 2>&-'
    ended = subprocess.run(
        ["sh", "-c", script, "sh", *command], env=environment, stdout=subprocess.PIPE, text=True, check=False
    )
    assert ended.returncode == 0
    assert ended.stdout.startswith("lenet5.safetensors: ")


def test_numbers_that_are_not_finite_are_null_in_json() -> None:
    assert [_rounded(value) for value in (0.1234567, float("inf"), float("nan"))] == [0.123457, None, None]


def test_the_digits_that_are_written_are_the_same_whatever_the_seed() -> None:
    """They are those of the window too, so that a command it has written learns what the window learns."""
    parser = ArgumentParser()
    configure(parser)
    here = finish(load_data(DataSource("strokes", count=40), DATA_SEED, (1, 28, 28)))
    for seed in ("0", "7"):
        goal = wanted(parser.parse_args(["--data", "strokes:40", "--seed", seed]))
        split = load_all(goal, Nothing(), Share()).split
        assert split.train.images.equal(here.train.images)
        assert split.test.images.equal(here.test.images)

"""What is exported is read again by ordinary means, number for number."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from convviz.spec.errors import InputError
from convviz.spec.presets import lecture
from convviz.spec.training.curves import EPOCH, LAYER, STEP, Curves
from convviz.spec.training.export import COLUMNS, to_csv, to_text, write
from convviz.spec.training.run import Change, Run
from convviz.spec.training.settings import TrainingSettings
from convviz.spec.training.source import DataSource


def made(number: int, steps: int = 40, seed: int = 0) -> Run:
    rng = np.random.default_rng(seed + number)
    table = rng.normal(size=(steps, len(STEP))).astype(np.float32)
    table[:, 0] = np.arange(1, steps + 1)
    epochs = rng.normal(size=(steps // 10, len(EPOCH))).astype(np.float32)
    epochs[:, 0] = np.arange(1, len(epochs) + 1) * 10
    layers = {"conv1": rng.normal(size=(steps, len(LAYER))).astype(np.float32)}
    settings = TrainingSettings(rate=1e-3 * number)
    return Run(number, lecture(), settings, DataSource("strokes"), "done", Curves(table, epochs, layers), note='a, "b"')


def table_of(text: str) -> list[dict[str, str]]:
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return list(csv.DictReader(io.StringIO("\n".join(lines))))


def test_a_table_holds_every_number_of_every_run() -> None:
    runs = made(1), made(2, steps=7)
    rows = table_of(to_csv(runs))
    assert tuple(rows[0]) == COLUMNS
    for run in runs:
        own = [row for row in rows if row["run"] == str(run.number)]
        read = np.array([[row[name] for name in STEP] for row in own], np.float32)
        assert np.array_equal(read, run.curves.steps)
        ends = [row for row in own if row["test_loss"]]
        assert [int(row["step"]) for row in ends] == run.curves.epochs[:, 0].astype(int).tolist()
        read = np.array([[row[name] for name in EPOCH[2:]] for row in ends], np.float32).reshape(-1, 4)
        assert np.array_equal(read, run.curves.epochs[:, 2:])


def test_the_lines_above_say_what_the_runs_were() -> None:
    lines = [line for line in to_csv((made(1), made(2))).splitlines() if line.startswith("#")]
    facts = [json.loads(line.partition(": ")[2]) for line in lines]
    assert [fact["settings"]["rate"] for fact in facts] == [0.001, 0.002]
    assert facts[0]["note"] == 'a, "b"'
    assert facts[0]["data"] == "strokes:60000"


def test_what_was_changed_meanwhile_is_told() -> None:
    run = made(1)
    changes = Change(20, replace(run.settings, rate=5.0)), Change(30, replace(run.settings, batch=8))
    run = replace(run, changes=changes)
    expected = [{"step": 21, "rate": 5.0}, {"step": 31, "batch": 8, "rate": 0.001}]
    assert json.loads(to_text((run,)))["runs"][0]["changes"] == expected
    assert json.loads(to_csv((run,)).splitlines()[0].partition(": ")[2])["changes"] == expected


def test_an_epoch_without_its_step_has_a_row_of_its_own() -> None:
    run = made(1)
    run = replace(run, curves=Curves(run.curves.steps[:15], run.curves.epochs[:2]))
    rows = table_of(to_csv((run,)))
    assert (rows[-1]["step"], rows[-1]["loss"]) == ("20", "")
    assert np.float32(rows[-1]["test_accuracy"]) == run.curves.epochs[1, 5]
    assert np.float32(rows[-1]["epoch"]) == run.curves.epochs[1, 1]


def test_json_holds_the_same_and_the_layers() -> None:
    run = replace(made(3), parent=(1, 20))
    read = json.loads(to_text((run,)))["runs"][0]
    for name, columns, table in (("steps", STEP, run.curves.steps), ("epochs", EPOCH, run.curves.epochs)):
        found = np.array([read[name][column] for column in columns], np.float32).T
        assert np.array_equal(found, table)
    assert np.array_equal(np.float32(read["layers"]["conv1"]["update_ratio"]), run.curves.layers["conv1"][:, 2])
    assert read["parent"] == {"run": 1, "step": 20}
    assert read["network"]["name"] == "lecture"


def test_what_is_not_finite_is_null_in_json_and_a_word_in_csv() -> None:
    steps = np.array([[1, 1, np.nan, np.inf, 1e-30]], np.float32)
    run = replace(made(1), curves=Curves(steps))
    text = to_text((run,))
    read = json.loads(text, parse_constant=lambda name: pytest.fail(name))["runs"][0]["steps"]
    assert (read["loss"], read["accuracy"]) == ([None], [None])
    row = table_of(to_csv((run,)))[0]
    assert (row["loss"], row["accuracy"]) == ("nan", "inf")
    assert np.float32(row["rate"]) == np.float32(1e-30)


def test_a_run_without_a_step_is_there_too() -> None:
    run = replace(made(1), curves=Curves())
    assert table_of(to_csv((run,))) == []
    assert json.loads(to_text((run,)))["runs"][0]["steps"]["loss"] == []


def test_it_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    for kind in ("csv", "json"):
        path = tmp_path / f"runs.{kind}"
        write(path, kind, (made(1),))
        assert path.stat().st_size > 1000
    with pytest.raises(InputError, match="cannot write"):
        write(tmp_path / "nowhere" / "runs.csv", "csv", (made(1),))
    with pytest.raises(InputError, match="no run"):
        write(tmp_path / "none.csv", "csv", ())
    assert not (tmp_path / "none.csv").exists()

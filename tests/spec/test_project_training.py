"""Trainings in the file of an experiment: there and back, and whatever else a file may claim."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Callable
from dataclasses import asdict, replace
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load as arrays_of
from safetensors.numpy import save as bytes_of

from convviz.spec.errors import InputError
from convviz.spec.network import BatchNorm2d, Conv2d, Flatten, Linear, NetworkSpec
from convviz.spec.preparation import Preparation
from convviz.spec.project import load, load_with_note, save, to_bytes
from convviz.spec.project import runs as run_files
from convviz.spec.state import State
from convviz.spec.strokes import Drawing, Stroke
from convviz.spec.training.checkpoint import Checkpoint
from convviz.spec.training.curves import MOST_STEPS, Curves
from convviz.spec.training.plan import Plan
from convviz.spec.training.run import Change, Frozen, Run, Runs
from convviz.spec.training.settings import TrainingSettings
from convviz.spec.training.source import DataSource, Labelled
from convviz.spec.weight_edit import same
from convviz.spec.weights import Weights, initial

NETWORK = NetworkSpec(
    "small", (1, 6, 6), (Conv2d("conv1", 2, (3, 3)), BatchNorm2d("norm1"), Flatten("flatten"), Linear("fc1", 3))
)
SETTINGS = TrainingSettings(epochs=9, batch=8, rate=0.01, optimizer="adam", dropout=0.25, target=0.5, loss="mse")
CHANGES = (Change(3, replace(SETTINGS, rate=5.0)), Change(7, replace(SETTINGS, rate=1e-3, epochs=12)))
Table = dict[str, Any]
Arrays = dict[str, Any]


def checkpoint(step: int = 12, **values: Any) -> Checkpoint:
    weights = initial(NETWORK, step)
    moments = {f"{name}/exp_avg": array * 2 for name, array in weights.items() if "running" not in name}
    moments |= {"fc1.bias/step": np.array([step], np.float32)}
    mean = initial(NETWORK, step + 100)
    state = random.Random(step).randbytes(5056)
    given = Checkpoint(step, 1, 16, 80, weights, mean, moments, state, state[::-1], SETTINGS, tally=(7.5, 12.0))
    return replace(given, **values)


def curves(steps: int = 12) -> Curves:
    rows = np.arange(steps * 5, dtype=np.float32).reshape(steps, 5)
    rows[:, 0] = np.arange(1, steps + 1)
    rows[-1, 2] = np.nan
    epochs = np.array([[10, 1, 0.5, 0.9, np.nan, np.nan]], np.float32)
    return Curves(rows, epochs, MappingProxyType({"conv1": rows[:, :4].copy(), "fc1": rows[:0, :4]}))


def run(number: int = 1, **values: Any) -> Run:
    given = Run(number, NETWORK, SETTINGS, DataSource("strokes", count=100), "paused", curves(), (checkpoint(),))
    given = replace(given, changes=CHANGES, edited=(3, 9))
    return replace(given, **values)


def trained(**values: Any) -> State:
    drawings = tuple(
        Labelled(Drawing((Stroke(np.array([[i, 20.5], [30.0, 40.0]]), 12.0),)), label, name, Preparation(crop=i == 0))
        for i, (label, name) in enumerate(((3, "dog"), (1, ""), (3, "3")))
    )
    plan = Plan(SETTINGS, DataSource("pictures", Path("/somewhere/else"), 50), "screen", drawings)
    first = run(1, status="diverged", note="it diverged", shown=False, checkpoints=(checkpoint(2), checkpoint(5)))
    second = run(3, parent=(1, 5), device="cuda:1")
    weights = second.checkpoints[-1].mean
    given = {"plan": plan, "runs": Runs((first, second), 3), "weights": weights}
    return State(**({"network": NETWORK, "drawing": Drawing(), "preparation": Preparation()} | given | values))


def reopened(state: State, folder: Path) -> State:
    save(folder / "x.convviz", state)
    return load(folder / "x.convviz")


def assert_same_checkpoint(one: Checkpoint, other: Checkpoint) -> None:
    assert same(one.weights, other.weights)
    assert same(one.mean, other.mean)
    assert (other.mean is other.weights) == (one.mean is one.weights)
    assert {n: a.tolist() for n, a in one.moments.items()} == {n: a.tolist() for n, a in other.moments.items()}
    for name in ("step", "epoch", "seen", "images", "order", "random", "settings", "tally"):
        assert getattr(one, name) == getattr(other, name)


# --- there and back -----------------------------------------------------------------------------------------------


def test_a_plan_comes_back(tmp_path: Path) -> None:
    state = trained()
    plan, again = state.plan, reopened(state, tmp_path).plan
    assert (again.settings, again.source, again.begin) == (plan.settings, plan.source, plan.begin)
    assert [(one.label, one.name) for one in again.kept] == [(3, "dog"), (1, ""), (3, "3")]
    for one, other in zip(plan.kept, again.kept, strict=True):
        assert np.array_equal(one.drawing.strokes[0].points, other.drawing.strokes[0].points)
        assert one.preparation == other.preparation


def test_a_plan_of_before_drawings_had_a_preparation_of_their_own(tmp_path: Path) -> None:
    table, arrays = members()
    for one in table["plan"]["kept"]:
        del one["preparation"]
    assert [one.preparation for one in opened(tmp_path, table, arrays).plan.kept] == [Preparation()] * 3


def test_runs_come_back(tmp_path: Path) -> None:
    state = trained()
    again = reopened(state, tmp_path)
    assert again.runs.current == 3
    for one, other in zip(state.runs.runs, again.runs.runs, strict=True):
        for name in ("number", "network", "settings", "source", "status", "device", "parent", "note", "shown"):
            assert getattr(one, name) == getattr(other, name)
        assert np.array_equal(one.curves.steps, other.curves.steps, equal_nan=True)
        assert np.array_equal(one.curves.epochs, other.curves.epochs, equal_nan=True)
        assert one.curves.layers.keys() == other.curves.layers.keys()
        assert not other.curves.steps.flags.writeable
        for before, after in zip(one.checkpoints, other.checkpoints, strict=True):
            assert_same_checkpoint(before, after)
    assert again.runs.runs[0].network is again.network
    assert to_bytes(reopened(again, tmp_path)) == to_bytes(again)


def test_how_a_run_began_and_what_it_left_alone_comes_back(tmp_path: Path) -> None:
    marks = frozenset({("conv1", 0), ("conv1", 1)})
    frozen = Frozen(0, marks), Frozen(7, frozenset())
    given = run(3, begin="screen", taught=(1, 5), frozen=frozen, tested=(12, 0.75))
    again = reopened(trained(runs=Runs((given,), 3)), tmp_path).runs.runs[0]
    assert (again.begin, again.taught, again.frozen, again.tested) == ("screen", (1, 5), frozen, (12, 0.75))


def test_of_an_older_file_nobody_knows_how_its_runs_began(tmp_path: Path) -> None:
    table, arrays = members()
    for name in ("begin", "taught", "frozen", "tested"):
        del table["runs"]["runs"][1][name]
    found = opened(tmp_path, table, arrays).runs.runs[1]
    assert (found.begin, found.taught, found.frozen, found.tested) == (None, None, (), None)


def test_weights_that_are_on_screen_are_stored_once(tmp_path: Path) -> None:
    again = reopened(trained(), tmp_path)
    last = again.runs.runs[1].checkpoints[0]
    assert all(again.weights[name] is array for name, array in last.mean.items())


def test_without_a_running_mean_weights_stay_one(tmp_path: Path) -> None:
    weights = initial(NETWORK, 5)
    state = trained(runs=Runs((run(checkpoints=(checkpoint(weights=weights, mean=weights),)),), 1))
    (last,) = reopened(state, tmp_path).runs.runs[0].checkpoints
    assert last.mean is last.weights


def test_what_was_going_on_waits_at_its_last_moment(tmp_path: Path) -> None:
    weights = initial(NETWORK, 77)
    again = reopened(trained(runs=Runs((run(status="running"),), 1), weights=weights), tmp_path)
    assert again.runs.runs[0].status == "paused"
    assert same(again.weights, again.runs.runs[0].checkpoints[-1].mean)
    assert again.origin.weights is again.weights
    again = reopened(trained(weights=weights), tmp_path)
    assert same(again.weights, weights), "of a paused one what is on screen may hold edits by hand"
    again = reopened(trained(runs=Runs((run(status="loading", checkpoints=()),), 1), weights=weights), tmp_path)
    assert again.runs.runs[0].status == "stopped"


def test_of_many_runs_the_newest_keep_their_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_files, "MOST_LAST_OF_OTHERS", checkpoint().nbytes + 10)
    runs = Runs(tuple(run(number) for number in (1, 2, 3, 4)), 1)
    again = reopened(trained(runs=runs), tmp_path)
    assert [len(one.checkpoints) for one in again.runs.runs] == [1, 0, 0, 1]


def test_the_past_of_the_run_on_screen_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    points = tuple(checkpoint(step) for step in (0, 2, 5, 7, 12))
    state = trained(runs=Runs((run(1, checkpoints=points), run(2, checkpoints=points)), 2))
    first, second = reopened(state, tmp_path).runs.runs
    assert [c.step for c in first.checkpoints] == [0, 2, 5, 7, 12], "another run began meanwhile"
    assert [c.step for c in second.checkpoints] == [0, 2, 5, 7, 12]
    for one, other in zip(points, second.checkpoints, strict=True):
        assert_same_checkpoint(one, other)
    monkeypatch.setattr(run_files, "MOST_BYTES_OF_CURRENT", 3 * checkpoint().nbytes)
    steps = [c.step for c in reopened(state, tmp_path).runs.runs[1].checkpoints]
    assert (len(steps), steps[0], steps[-1]) == (3, 0, 12)
    monkeypatch.setattr(run_files, "MOST_EARLIER_OF_OTHERS", 4 * checkpoint().nbytes)
    steps = [c.step for c in reopened(state, tmp_path).runs.runs[0].checkpoints]
    assert (len(steps), steps[0], steps[-1]) == (4, 0, 12)
    save(tmp_path / "y.convviz", state, moments=False)
    assert [[c.step for c in one.checkpoints] for one in load(tmp_path / "y.convviz").runs.runs] == [[12], [12]]


def test_what_was_changed_meanwhile_comes_back(tmp_path: Path) -> None:
    (one,) = reopened(trained(runs=Runs((run(),), 1)), tmp_path).runs.runs
    assert one.changes == CHANGES
    assert one.latest == CHANGES[-1].settings
    assert one.edited == (3, 9)


@pytest.mark.parametrize("part", ["weights", "mean", "moments"])
def test_a_moment_that_no_training_could_go_on_from_is_not_written(tmp_path: Path, part: str) -> None:
    """With a rate that is far too high, what an optimizer remembers overflows long before the loss does."""
    infinite = {name: np.full_like(array, np.inf) for name, array in getattr(checkpoint(), part).items()}
    bad = replace(checkpoint(7), **{part: infinite if part == "moments" else Weights(infinite)})
    runs = Runs((run(1, checkpoints=(checkpoint(2), bad)), run(2, checkpoints=(checkpoint(5), bad))), 2)
    for moments in (True, False):
        save(tmp_path / "x.convviz", trained(runs=runs), moments=moments)
        again, note = load_with_note(tmp_path / "x.convviz")
        assert [[c.step for c in one.checkpoints] for one in again.runs.runs] == [[2], [5]]
        assert note == ""


def test_a_loss_that_is_no_number_can_be_saved(tmp_path: Path) -> None:
    odd = run(checkpoints=(checkpoint(tally=(float("inf"), 3.0)),))
    assert reopened(trained(runs=Runs((odd,), 1)), tmp_path).runs.runs[0].checkpoints[0].tally == (0.0, 3.0)


# --- damage -------------------------------------------------------------------------------------------------------


def members(state: State | None = None) -> tuple[Table, Arrays]:
    with zipfile.ZipFile(BytesIO(to_bytes(state or trained()))) as file:
        return json.loads(file.read("experiment.json")), dict(arrays_of(file.read("arrays.safetensors")))


def opened(folder: Path, table: Table, arrays: Arrays) -> State:
    with zipfile.ZipFile(folder / "x.convviz", "w") as file:
        file.writestr("experiment.json", json.dumps(table))
        file.writestr("arrays.safetensors", bytes_of(arrays))
    return load(folder / "x.convviz")


def at(*path: Any, value: Any) -> Callable[[Table, Arrays], None]:
    def change(table: Table, _arrays: Arrays) -> None:
        place: Any = table
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value

    return change


def shaped(key: str, *shape: int) -> Callable[[Table, Arrays], None]:
    return lambda _, arrays: arrays.update({key: np.zeros(shape, np.float32)})


def valued(key: str, value: float) -> Callable[[Table, Arrays], None]:
    def change(_table: Table, arrays: Arrays) -> None:
        arrays[key] = arrays[key].copy()
        arrays[key].ravel()[0] = value

    return change


RUN = ("runs", "runs", 1)
LAST = (*RUN, "checkpoint")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (at("plan", value=5), "object"),
        (at("plan", "begin", value="end"), "begins with 'end'"),
        (at(*RUN, "begin", value="end"), "began with no weights"),
        (at(*RUN, "taught", value=[0, 5]), "branched off"),
        (at(*RUN, "frozen", value=[{"step": 5, "channels": [["conv1", -1]]}]), "frozen"),
        (at(*RUN, "frozen", value=[{"step": 5, "channels": []}] * 2), "order"),
        (at(*RUN, "tested", value=[5, 1.5]), "tested"),
        (at("plan", "settings", "rate", value=-1), "rate"),
        (at("plan", "settings", "rate", value="fast"), "rate"),
        (at("plan", "settings", "epochs", value=1.5), "epochs"),
        (at("plan", "settings", "epochs", value=True), "epochs"),
        (at("plan", "settings", "optimizer", value="best"), "optimizer"),
        (at("plan", "source", "kind", value="imagenet"), "imagenet"),
        (at("plan", "source", "folder", value="a\0b"), "folder"),
        (at("plan", "source", "folder", value=None), "folder"),
        (at("plan", "source", "count", value=10**12), "10"),
        (at("plan", "kept", 0, "label", value=-1), "class -1"),
        (at("plan", "kept", 0, "drawing", "strokes", 0, "width", value=0), "wide"),
        (shaped("kept_drawing/0/points", 3, 2), "points"),
        (at("runs", "current", value=2), "numbers"),
        (at("runs", "runs", 0, "number", value=3), "numbers"),
        (at("runs", "runs", 0, "number", value=0), "number 0"),
        (at(*RUN, "status", value="flying"), "flying"),
        (at(*RUN, "parent", value=[1]), "branched"),
        (at(*RUN, "parent", value=[0, 5]), "branched"),
        (at(*RUN, "curves", "layers", "conv9", value=None), "not there"),
        (shaped("run3/steps", 12, 4), "curves"),
        (shaped("run3/steps", 12), "curves"),
        (shaped("run3/steps", 12, 5), "curves"),
        (valued("run3/steps", np.nan), "curves"),
        (valued("run3/steps", 0.5), "curves"),
        (valued("run3/steps", 2.0**25), "curves"),
        (valued("run3/epochs", -1.0), "curves"),
        (at(*RUN, "earlier", value=5), "moments"),
        (at(*RUN, "changes", value=5), "settings"),
        (at(*RUN, "changes", 0, "step", value=2**30), "steps"),
        (at(*RUN, "changes", 0, "settings", "rate", value=-1), "rate"),
        (at(*RUN, "edited", value=5), "edited"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, change: Callable[[Table, Arrays], None], words: str) -> None:
    table, arrays = members()
    change(table, arrays)
    with pytest.raises(InputError) as error:
        opened(tmp_path, table, arrays)
    assert words in str(error.value)
    assert len(str(error.value)) < 400


@pytest.mark.parametrize(
    "change",
    [
        at(*RUN, "network", "layers", 0, "out_channels", value=5),
        at(*LAST, "step", value=-1),
        at(*LAST, "step", value=2**30),
        at(*LAST, "seen", value=81),
        at(*LAST, "images", value=2**40),
        at(*LAST, "random", value="xy"),
        at(*LAST, "random", value="ab" * 10**6),
        at(*LAST, "tally", value=[1.0]),
        at(*LAST, "tally", value=[1.0, -2.0]),
        at(*LAST, "weights", value={}),
        shaped("run3/last/weights/fc1.bias", 4),
        valued("run3/last/weights/fc1.bias", np.nan),
        shaped("run3/last/moments/fc1.bias/exp_avg", 4),
        valued("run3/last/moments/fc1.bias/exp_avg", np.inf),
        at(*LAST, "moments", "fc7.bias/exp_avg", value="run3/last/moments/fc1.bias/exp_avg"),
        at(*LAST, "settings", "batch", value=0),
    ],
)
def test_a_moment_that_cannot_be_costs_only_itself(tmp_path: Path, change: Callable[[Table, Arrays], None]) -> None:
    table, arrays = members()
    whole = opened(tmp_path, table, arrays)
    change(table, arrays)
    state = opened(tmp_path, table, arrays)
    assert state.runs.runs[1].checkpoints == ()
    assert state.runs.runs[1].status == "stopped"
    one, other = state.runs.runs[1].curves, whole.runs.runs[1].curves
    assert np.array_equal(one.steps, other.steps, equal_nan=True)
    assert load_with_note(tmp_path / "x.convviz")[1] == "a moment of Run 3 could not be read, and it cannot go on"


@pytest.mark.parametrize(("odd", "left"), [([7, 3], (3, 7)), ([3, 3], (3,)), (["a", -1, 2**30, 4], (4,))])
def test_edited_steps_in_no_order_are_put_right(tmp_path: Path, odd: list[Any], left: tuple[int, ...]) -> None:
    table, arrays = members()
    at(*RUN, "edited", value=odd)(table, arrays)
    assert opened(tmp_path, table, arrays).runs.runs[1].edited == left
    note = load_with_note(tmp_path / "x.convviz")[1]
    assert note == "not every step at which Run 3 was edited by hand could be read"


def test_a_run_of_more_steps_than_can_be_counted_is_saved_up_to_there(tmp_path: Path) -> None:
    rows = curves(4).steps.copy()
    rows[:, 0] = [MOST_STEPS - 1, MOST_STEPS, MOST_STEPS + 1, MOST_STEPS + 2]
    points = (checkpoint(12), checkpoint(MOST_STEPS + 5))
    changes = (Change(3, SETTINGS), Change(MOST_STEPS + 2, SETTINGS))
    endless = run(1, curves=Curves(rows), checkpoints=points, changes=changes, edited=(5, MOST_STEPS + 3))
    branch = run(2, parent=(1, MOST_STEPS + 5))
    save(tmp_path / "x.convviz", trained(runs=Runs((endless, branch), 1)))
    found, other = load(tmp_path / "x.convviz").runs.runs
    assert found.curves.steps[:, 0].tolist() == [MOST_STEPS - 1, MOST_STEPS]
    assert [c.step for c in found.checkpoints] == [12]
    assert ([c.step for c in found.changes], found.edited, other.parent) == ([3], (5,), (1, MOST_STEPS))
    assert found.note == "steps after 16,777,216 are not kept in a file"


def test_moments_in_no_order_are_refused(tmp_path: Path) -> None:
    points = (checkpoint(2), checkpoint(5), checkpoint(12))
    state = trained(runs=Runs((run(checkpoints=points),), 1))
    table, arrays = members(state)
    table["runs"]["runs"][0]["earlier"][0]["step"] = 7
    with pytest.raises(InputError, match="not in order"):
        opened(tmp_path, table, arrays)
    table["runs"]["runs"][0]["earlier"][0]["step"] = "seven"
    assert [c.step for c in opened(tmp_path, table, arrays).runs.runs[0].checkpoints] == [5, 12]


ODD = [None, True, 5, -1, 0, 2**70, 1.5, -0.0, 1e308, "", "conv1", [], [[]], {}, {"a": 1}, [1, 2, 3], ["conv1", 1]]


def test_any_value_of_another_kind_is_refused_or_harmless(tmp_path: Path) -> None:
    table, arrays = members()
    chance = random.Random(3)

    def places(value: object, above: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        return [above, *(place for key, inner in items for place in places(inner, (*above, key)))]

    found = places(table["plan"], ("plan",)) + places(table["runs"], ("runs",))
    refused = 0
    for _ in range(300):
        odd = json.loads(json.dumps(table))
        at(*chance.choice(found), value=chance.choice(ODD))(odd, arrays)
        try:
            to_bytes(opened(tmp_path, odd, arrays))
        except InputError:
            refused += 1
    assert refused > 150


def test_settings_that_an_older_version_did_not_know_are_as_usual(tmp_path: Path) -> None:
    table, arrays = members()
    for name in ("loss", "dropout", "target"):
        del table["plan"]["settings"][name]
    usual = TrainingSettings()
    expected = replace(SETTINGS, loss=usual.loss, dropout=usual.dropout, target=usual.target)
    assert opened(tmp_path, table, arrays).plan.settings == expected


def test_experiments_of_before_there_were_trainings_open(tmp_path: Path) -> None:
    table, arrays = members()
    del table["plan"], table["runs"]
    state = opened(tmp_path, table, arrays)
    assert asdict(state.plan.settings) == asdict(TrainingSettings())
    assert state.runs.runs == ()


def test_weights_of_a_state_are_untouched_by_its_runs(tmp_path: Path) -> None:
    weights = Weights({name: array + 1 for name, array in initial(NETWORK).items()})
    assert same(reopened(trained(weights=weights), tmp_path).weights, weights)

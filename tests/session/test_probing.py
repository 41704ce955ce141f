"""Sweeps and averages, a turn of the engine at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

import numpy as np
import pytest
import torch

from convviz.core.attribution import effective_field, occlusion
from convviz.core.network import build
from convviz.session.engine import Engine, Job
from convviz.session.experiment import Focus, State
from convviz.session.forward import Forward
from convviz.session.outbox import Failure, Frame, Progress
from convviz.session.probing import AveragedField, OcclusionRead, _digits, average_field, occlude
from convviz.spec.channels import Channels, effective
from convviz.spec.network import Conv2d, Flatten, Linear, NetworkSpec
from convviz.spec.preparation import Preparation
from convviz.spec.probe import Patch, Probe
from convviz.spec.strokes import Drawing
from convviz.spec.weights import initial

MakeState = Callable[..., State]
UNIT = Focus("conv2", (5, 1, 2))


def run(job: Job, engine: Engine | None = None) -> tuple[list[object], list[str]]:
    """What a job reports, and the failures on the way."""
    engine = engine or Engine()
    number = engine.run(job)
    while engine.step():
        pass
    messages = engine.outbox.take()[1]
    told = [m.text for m in messages if isinstance(m, Failure)]
    return [m.value for m in messages if isinstance(m, Progress) and m.job == number], told


def test_a_sweep_is_that_of_the_library_on_what_the_frame_shows(make_state: MakeState) -> None:
    channels = Channels().toggled("muted", "conv1", 3)
    state = make_state(seed=2, channels=channels, probe=Probe(target=4, patch=Patch(0, 0, 28, 28)))
    reports, told = run(lambda: occlude(state, 5, 2, 0.25))
    assert told == []
    reads = [report for report in reports if isinstance(report, OcclusionRead)]
    assert reads == reports
    frame = Forward().frame(replace(state, probe=Probe()), "cpu")
    network = build(state.network, effective(state.network, state.weights, channels))
    wanted = occlusion(network, frame.maps["input"], 4, (5, 5), (2, 2), 0.25)
    assert np.allclose(reads[-1].heat, wanted, rtol=1e-4, atol=1e-6)
    assert reads[-1].heat.any()
    for read in reads:
        assert read.state is state
        assert (read.target, read.patch) == (4, (5, 5))
    shares = [read.done for read in reads]
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] == 1
    assert np.count_nonzero(reads[0].heat) <= np.count_nonzero(reads[-1].heat)


def test_by_hand_pixel_by_pixel(make_state: MakeState) -> None:
    state = make_state(seed=1)
    read = run(lambda: occlude(state, 9, 9, 0.0))[0][-1]
    assert isinstance(read, OcclusionRead)
    frame = Forward().frame(state, "cpu")
    network = build(state.network, state.weights)
    assert read.target == frame.scores.argmax()
    for top, left in ((0, 0), (9, 18), (18, 9)):
        covered = Patch(top, left, 9, 9, 0.0).over(frame.maps["input"])
        score = network(torch.tensor(covered)[None])[0, read.target].item()
        assert read.heat[top + 4, left + 4] == pytest.approx(frame.scores[read.target] - score, abs=1e-5)


def test_nothing_is_drawn_nothing_falls(make_state: MakeState) -> None:
    read = run(lambda: occlude(make_state(drawing=Drawing()), 5, 5, 0.0))[0][-1]
    assert isinstance(read, OcclusionRead)
    assert not read.heat.any()


def test_frames_go_between_the_slices(make_state: MakeState) -> None:
    engine = Engine()
    engine.run(lambda: occlude(make_state(), 5, 1))
    for _ in range(4):
        engine.step()
    engine.show(make_state(seed=5))
    engine.step()
    frame, messages = engine.outbox.take()
    assert isinstance(frame, Frame)
    assert not any(isinstance(m, Progress) and m.done for m in messages)


@pytest.mark.parametrize("job", [lambda s: occlude(s, 5, 1), lambda s: average_field(s)], ids=["sweep", "average"])
def test_slices_are_short(make_state: MakeState, job: Callable[[State], object]) -> None:
    state = make_state(focus=UNIT)
    for _ in job(state):  # type: ignore[attr-defined]
        pass  # once, to warm up
    times, since = [], perf_counter()
    for _ in job(state):  # type: ignore[attr-defined]
        times.append(perf_counter() - since)
        since = perf_counter()
    assert np.median(times) < 0.02  # 10 ms, on a machine that others use as well


@pytest.mark.parametrize("job", [lambda s: occlude(s, 5, 1), lambda s: average_field(s)], ids=["sweep", "average"])
def test_cancelled_midway(make_state: MakeState, job: Callable[[State], object]) -> None:
    engine = Engine()
    number = engine.run(lambda: job(make_state(focus=UNIT)))  # type: ignore[arg-type,return-value]
    for _ in range(8):
        engine.step()
    engine.cancel(number)
    while engine.step():
        pass
    last = engine.outbox.take()[1][-1]
    assert last == Progress(number, None, done=True, cancelled=True)


@pytest.mark.parametrize(
    ("patch", "stride", "sentence"),
    [
        (29, 1, "the height of the patch must be 1 to 28, as the picture is, not 29"),
        (0, 1, "the height of the patch must be 1 to 28"),
        (5, 0, "the stride must be at least 1, not 0"),
        (5, 6, "the stride must not be larger than the patch: 5 rows moved by 6 leave some uncovered"),
    ],
)
def test_a_patch_that_does_not_fit_is_a_sentence(make_state: MakeState, patch: int, stride: int, sentence: str) -> None:
    reports, told = run(lambda: occlude(make_state(), patch, stride))
    assert reports == [None]
    assert len(told) == 1
    assert sentence in told[0]


@pytest.mark.parametrize(("patch", "stride"), [(28, 1), (28, 28), (27, 27), (1, 1)])
def test_extreme_patches(make_state: MakeState, patch: int, stride: int) -> None:
    read = run(lambda: occlude(make_state(), patch, stride))[0][-1]
    assert isinstance(read, OcclusionRead)
    assert read.done == 1
    assert np.isfinite(read.heat).all()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_score_that_is_no_number_is_a_sentence(make_state: MakeState, value: float) -> None:
    state = make_state()
    bias = state.weights["fc2.bias"].copy()
    bias[2] = value
    state = replace(state, weights=state.weights.replaced("fc2.bias", bias), probe=Probe(target=2))
    reports, told = run(lambda: occlude(state, 5, 5))
    assert reports == [None]
    assert told == [
        f"the score of class 2 is {value}, so covering parts of the input cannot change it; undo what made it so"
    ]


def test_an_average_is_that_of_the_library(make_state: MakeState) -> None:
    state = make_state("lenet5", focus=UNIT, preparation=Preparation(centre=False))
    reports, told = run(lambda: average_field(state, 10))
    assert told == []
    averages = [report for report in reports if isinstance(report, AveragedField)]
    assert averages == reports
    assert [average.samples for average in averages] == [4, 8, 10, 10]
    network = build(state.network, state.weights)
    for average in averages:
        wanted = effective_field(network, _digits(state, average.samples), "conv2", UNIT.index)[0]
        assert np.allclose(average.values, wanted, rtol=1e-4, atol=1e-7)
        assert average.state is state
        assert average.unit is state.focus
        assert average.done == average.samples / 10


def test_the_digits_are_digits_and_the_same_each_time(make_state: MakeState) -> None:
    once, again = (list(_digits(make_state(), 20)) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(once, again, strict=True))
    assert all(picture.shape == (1, 28, 28) and picture.max() > 0.5 for picture in once)
    assert len({picture.tobytes() for picture in once}) == 20


def test_colours_are_added_up() -> None:
    spec = NetworkSpec("colour", (3, 20, 20), (Conv2d("conv1", 2, (3, 3)), Flatten("flatten"), Linear("fc", 3)))
    weights = initial(spec)
    state = State(spec, weights, Drawing(), Preparation(), focus=Focus("conv1", (1, 4, 5)))
    average = run(lambda: average_field(state, 2))[0][-1]
    assert isinstance(average, AveragedField)
    wanted = np.zeros((20, 20))
    wanted[4:7, 5:8] = np.abs(weights["conv1.weight"][1]).sum(axis=0)
    assert np.allclose(average.values, wanted, atol=1e-6)


@pytest.mark.parametrize(
    ("focus", "sentence"),
    [
        (None, "no unit is selected: click a value in any map first"),
        (Focus("conv9", (0, 0, 0)), "there is no layer 'conv9'"),
        (Focus("conv1", (0, 24, 0)), "conv1 has no unit (0, 24, 0): it is 32×24×24"),
    ],
)
def test_a_unit_that_is_not_there_is_a_sentence(make_state: MakeState, focus: Focus | None, sentence: str) -> None:
    reports, told = run(lambda: average_field(make_state(focus=focus)))
    assert reports == [None]
    assert len(told) == 1
    assert sentence in told[0]


def test_an_average_that_is_no_number_comes_through(make_state: MakeState) -> None:
    state = make_state(focus=UNIT)
    kernel = np.full_like(state.weights["conv2.weight"], np.nan)
    state = replace(state, weights=state.weights.replaced("conv2.weight", kernel))
    average = run(lambda: average_field(state, 4))[0][-1]
    assert isinstance(average, AveragedField)
    assert np.isnan(average.values).any()

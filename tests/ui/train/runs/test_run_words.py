"""How a run began, what was changed while it went on, how its last moment does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from convviz.spec.training.curves import Curves
from convviz.spec.training.run import Change, Frozen, Run, what_was_later
from convviz.ui.look.theme import DARK
from convviz.ui.train.runs import words
from convviz.ui.train.runs.changes import FROZEN, change_texts, in_short, phases, values
from convviz.ui.train.runs.row_paint import _paint_parts
from convviz.ui.train.runs.words import Part

MakeRun = Callable[..., Run]
CONV1 = frozenset(("conv1", channel) for channel in range(4))


def test_runs_that_began_otherwise_differ(make_run: MakeRun) -> None:
    one = make_run(1, begin="random")
    other = make_run(2, begin="screen", taught=(1, 200))
    rows = {name: found for name, found, different in words.side_by_side((one, other)) if different}
    assert rows["began"] == ("with random weights, seed 0", "with Run 1's weights, step 200")
    assert words.figures(make_run(3))["began"] == "–", "a file of before does not say"


def test_what_was_measured_before_a_run_was_resumed_is_no_branch(make_run: MakeRun) -> None:
    rest = make_run(10, parent=(9, 120), note=what_was_later(9, 120))
    assert words.origin(rest) == "the rest of Run 9 after step 120"
    assert words.origin_in_short(rest) == "rest of Run 9"
    assert words.origin_in_short(replace(rest, note="")) == "off Run 9", "it has gone on"


def test_a_dragged_rate_is_one_change_and_never_cut(make_run: MakeRun) -> None:
    run = make_run()

    def at(step: int, rate: float) -> Change:
        return Change(step, replace(run.settings, rate=rate))

    dragged = replace(run, changes=(at(100, 0.0025), at(104, 0.0032), at(109, 0.0042)))
    assert values(dragged, "rate", steps=True) == "0.002 → 0.0042 at 100 to 109"
    back = replace(run, changes=(at(100, 5.0), at(120, 0.002)))
    assert values(back, "rate", steps=True) == "0.002 → 5 at 100 → 0.002 at 120"
    assert in_short(back, "rate") == "0.002 → … → 0.002"
    assert change_texts(back) == [
        (100, "Run 1, at step 100: rate 0.002 → 5"),
        (120, "Run 1, at step 120: rate 5 → 0.002"),
    ]


def test_frozen_layers_are_said(make_run: MakeRun) -> None:
    run = make_run(1, frozen=(Frozen(172, CONV1), Frozen(190, frozenset({("conv1", 2)}))))
    assert change_texts(run) == [
        (172, "Run 1, at step 172: frozen none → conv1"),
        (190, "Run 1, at step 190: frozen conv1 → 1 kernel of conv1"),
    ]
    assert [phase.value for phase in phases(make_run(frozen=(Frozen(0, CONV1),)), FROZEN)] == ["conv1"]
    other = make_run(2)
    assert words.parts(run, frozenset())[0].text.startswith("frozen"), "else a narrow row would not have it"
    assert Part("frozen none → … → 1 kernel of conv1", True) in words.parts(run, words.differing((run, other)))
    assert FROZEN not in [part.text.split()[0] for part in words.parts(other, frozenset())]
    rows = {name: found for name, found, _ in words.side_by_side((run, other))}
    assert rows[FROZEN] == ("none → conv1 at 172 → 1 kernel of conv1 at 190", "none")


def test_the_loss_is_the_mean_of_the_last_mini_batches_that_had_the_same_loss(make_run: MakeRun) -> None:
    rows = np.array([[step, step / 60, 1.0 if step <= 40 else 0.1, 0, 1] for step in range(1, 61)], np.float32)
    run = make_run(curves=Curves(rows))
    assert float(words.recent_loss(run)) == pytest.approx((30 * 1.0 + 20 * 0.1) / 50)
    mse = Change(40, replace(run.settings, loss="mse"))
    assert words.recent_loss(replace(run, changes=(mse,))) == "0.1"


def test_a_stopped_run_does_as_was_measured_there(make_run: MakeRun) -> None:
    epochs = make_run().curves.epochs[:3]  # of the fourth there is none
    run = make_run(1, status="stopped", curves=replace(make_run().curves, epochs=epochs))
    before = words.accuracy(run)
    stopped = replace(run, tested=(run.curves.last_step, 0.984))
    assert words.accuracy(stopped) == "98.4 %" != before
    assert words.tested_at(stopped) == "at step 200"
    assert words.accuracy(replace(run, tested=(100, 0.984))) == before, "it has gone on"


def test_the_end_of_a_value_is_never_cut(qapp: object) -> None:
    def painted(end: str) -> QImage:
        part = Part(f"rate 0.00212345 → … → 0.0049876{end}", False)
        picture = QImage(120, 20, QImage.Format.Format_RGB32)
        picture.fill(0)
        with QPainter(picture) as painter:
            assert _paint_parts(painter, picture.rect(), (part, part), DARK, last=False) == (part,)
        return picture

    assert painted("1") != painted("8"), "what is left out is in the middle"

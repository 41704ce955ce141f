"""Back and forth through a run, by mouse, keys and buttons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convviz.ui.train.moment_slider import SIDE_PX
from convviz.ui.train.moments import Moments
from convviz.ui.train.time_machine import TimeMachine

LEFT = Qt.MouseButton.LeftButton
EVERYTHING: Any = frozenset({"curves", "epoch", "checkpoints", "cursor", "runs", "status"})


@pytest.fixture
def open_machine(show: Callable[..., Any]) -> Callable[[Any], TimeMachine]:
    def make(trainer: Any) -> TimeMachine:
        machine = TimeMachine(trainer)
        trainer.changed.connect(machine.refresh)
        machine.refresh(EVERYTHING)
        shown: TimeMachine = show(machine, 700, 70)
        return shown

    return make


@pytest.fixture
def machine(open_machine: Callable[[Any], TimeMachine], trainer: Any) -> TimeMachine:
    return open_machine(trainer)


def enabled(machine: TimeMachine) -> set[str]:
    return {name for name, button in machine.buttons.items() if button.isEnabled()}


def scrubbed(trainer: Any) -> list[int | None]:
    return [point and point.step for name, *rest in trainer.asked if name == "scrub" for point in rest]


def test_moments_are_the_checkpoints_and_now(trainer: Any, idle: Any) -> None:
    moments = Moments.of(trainer)
    assert [moments.step(i) for i in range(len(moments))] == [*range(10, 201, 10)]
    assert moments.at(len(moments) - 1) is None, "the newest checkpoint is now"
    assert [moments.index(step) for step in (None, 0, 14, 15, 16, 193, 196, 900)] == [19, 0, 0, 0, 1, 18, 19, 19]
    assert (len(Moments.of(idle)), Moments.of(idle).index(5), Moments.of(idle).at(0)) == (1, 0, None)


def test_without_a_run_it_says_so(open_machine: Callable[[Any], TimeMachine], idle: Any, trainer: Any) -> None:
    machine = open_machine(idle)
    assert "Once something is trained" in machine.text.text()
    assert not machine.slider.isEnabled()
    assert not machine.play.isEnabled()
    assert enabled(machine) == set()
    idle.run = replace(trainer.run, checkpoints=())
    machine.refresh(EVERYTHING)
    assert "checkpoint" in machine.text.text()
    machine.grab()
    idle.run = replace(trainer.run, status="done", checkpoints=trainer.run.checkpoints[-1:])
    machine.refresh(EVERYTHING)
    assert machine.text.text() == "Only its last moment was kept"
    idle.run = trainer.run
    machine.refresh(EVERYTHING)
    assert machine.slider.isEnabled()
    assert machine.text.text() == "step 200 · epoch 4.0 · now"


def test_keys_go_from_moment_to_moment(machine: TimeMachine, trainer: Any, qtbot: QtBot) -> None:
    machine.slider.setFocus()
    for key, step, text in (
        (Qt.Key.Key_Left, 190, "step 190 · epoch 3.8 · 10 steps back"),
        (Qt.Key.Key_Left, 180, "step 180 · epoch 3.6 · 20 steps back"),
        (Qt.Key.Key_Right, 190, "step 190 · epoch 3.8 · 10 steps back"),
        (Qt.Key.Key_Home, 10, "step 10 · epoch 0.2 · 190 steps back"),
        (Qt.Key.Key_PageUp, 110, "step 110 · epoch 2.2 · 90 steps back"),
        (Qt.Key.Key_End, None, "step 200 · epoch 4.0 · now"),
    ):
        qtbot.keyClick(machine.slider, key)
        qtbot.waitUntil(lambda step=step: trainer.cursor == step)
        assert machine.text.text() == text
    asked = len(trainer.asked)
    qtbot.keyClick(machine.slider, Qt.Key.Key_Right)
    qtbot.wait(30)
    assert len(trainer.asked) == asked, "there is nothing after now"


def test_the_slider_lies_where_the_steps_are(machine: TimeMachine, trainer: Any, qtbot: QtBot) -> None:
    slider = machine.slider
    qtbot.mousePress(slider, LEFT, pos=QPoint(round(slider.place(52)), 12))
    qtbot.waitUntil(lambda: trainer.cursor == 50)
    for step in range(52, 141):
        qtbot.mouseMove(slider, QPoint(round(slider.place(step)), 12))
    qtbot.mouseRelease(slider, LEFT, pos=QPoint(round(slider.place(140)), 12))
    qtbot.mousePress(slider, LEFT, pos=QPoint(round(slider.place(140)), 12))
    qtbot.waitUntil(lambda: trainer.cursor == 140)
    qtbot.mouseRelease(slider, LEFT)
    qtbot.mouseClick(slider, LEFT, pos=QPoint(slider.width() - 1, 12))
    qtbot.waitUntil(lambda: trainer.cursor is None)


def test_buttons_are_there_where_they_mean_something(machine: TimeMachine, trainer: Any, qtbot: QtBot) -> None:
    trainer.run = replace(trainer.run, status="paused")
    machine.refresh(EVERYTHING)
    assert enabled(machine) == {"branch"}, "now is a checkpoint, too"
    point = trainer.checkpoints[4]
    trainer.scrub(point)
    assert enabled(machine) == {"resume", "branch", "now"}
    for button in machine.buttons.values():
        assert button.toolTip()
        assert button.accessibleName()
    qtbot.mouseClick(machine.buttons["resume"], LEFT)
    assert trainer.asked[-1] == ("resume_from", point)
    qtbot.mouseClick(machine.buttons["branch"], LEFT)
    assert trainer.asked[-1] == ("branch", point)
    qtbot.mouseClick(machine.buttons["now"], LEFT)
    assert trainer.cursor is None
    assert enabled(machine) == {"branch"}
    qtbot.mouseClick(machine.buttons["branch"], LEFT)
    assert trainer.asked[-1] == ("branch", trainer.checkpoints[-1])


@pytest.mark.parametrize("status", ["stopped", "done", "diverged"])
def test_from_its_last_moment_a_run_that_has_ended_goes_on(
    machine: TimeMachine, trainer: Any, qtbot: QtBot, status: Any
) -> None:
    trainer.run = replace(trainer.run, status=status)
    machine.refresh(EVERYTHING)
    assert enabled(machine) == {"resume", "branch"}
    qtbot.mouseClick(machine.buttons["resume"], LEFT)
    assert trainer.asked[-1] == ("resume_from", trainer.checkpoints[-1])
    trainer.departed = True
    machine.refresh(EVERYTHING)
    assert "resume" not in enabled(machine), "what is on screen is not the run's"


@pytest.mark.parametrize("status", ["failed", "diverged"])
@pytest.mark.parametrize("first", [10, 100])
def test_of_a_run_that_died_the_last_moment_with_weights_is_on_screen_with_its_own_step(
    machine: TimeMachine, trainer: Any, qtbot: QtBot, status: Any, first: int
) -> None:
    """It was measured until step 200; its weights are those of step 100, be it the only moment or not."""
    kept = tuple(point for point in trainer.checkpoints if first <= point.step <= 100)
    trainer.run = replace(trainer.run, status=status, checkpoints=kept)
    machine.refresh(EVERYTHING)
    assert machine.text.text() == "step 100 · epoch 2.0 · last kept"
    assert machine.slider.isEnabled() is (first < 100)
    assert enabled(machine) == {"resume", "branch"}
    qtbot.mouseClick(machine.buttons["resume"], LEFT)
    assert trainer.asked[-1] == ("resume_from", kept[-1])
    trainer.run = replace(trainer.run, status="running")
    machine.refresh(EVERYTHING)
    assert "last kept" not in machine.text.text(), "a training that runs goes on from what is on screen"


def test_while_it_runs_there_is_nothing_to_branch_from_but_the_past(machine: TimeMachine, trainer: Any) -> None:
    points = trainer.checkpoints
    for kept in (points, points[:-1]):  # a checkpoint of the newest step comes, and is soon one of an earlier step
        trainer.run = replace(trainer.run, checkpoints=kept)
        machine.refresh(EVERYTHING)
        assert enabled(machine) == set()
        assert "paused" in machine.buttons["branch"].toolTip()
    trainer.scrub(points[4])
    assert enabled(machine) == {"resume", "branch", "now"}
    assert "paused" not in machine.buttons["branch"].toolTip()


def test_no_checkpoint_is_to_come_where_now_is_one(open_machine: Callable[[Any], TimeMachine], trainer: Any) -> None:
    trainer.run = replace(trainer.run, checkpoints=trainer.checkpoints[-1:])
    machine = open_machine(trainer)
    assert machine.text.text() == "The first checkpoint is yet to come"
    trainer.run = replace(trainer.run, status="paused")
    machine.refresh(EVERYTHING)
    assert machine.text.text() == "No moment before this one is kept yet"
    assert enabled(machine) == {"branch"}


def test_a_narrow_window_says_why_there_is_nothing(open_machine: Callable[[Any], TimeMachine], idle: Any) -> None:
    machine = open_machine(idle)
    machine.resize(484, 62)
    QApplication.processEvents()
    assert machine.text.text() == "nothing trained yet"


def test_between_checkpoints_there_is_nothing_to_branch_from(machine: TimeMachine, trainer: Any) -> None:
    trainer.run = replace(trainer.run, checkpoints=trainer.checkpoints[:-1])
    machine.refresh(EVERYTHING)
    assert enabled(machine) == set()


def test_what_was_asked_for_last_is_gone_on_from(machine: TimeMachine, trainer: Any, qtbot: QtBot) -> None:
    machine.slider.setFocus()
    for _ in range(3):
        qtbot.keyClick(machine.slider, Qt.Key.Key_Left)
    qtbot.mouseClick(machine.buttons["resume"], LEFT)
    assert trainer.asked[-1] == ("resume_from", trainer.checkpoints[-4])


def test_the_step_that_was_asked_for_is_shown_also_where_others_were_dropped(
    machine: TimeMachine, trainer: Any, qtbot: QtBot
) -> None:
    machine.slider.setFocus()
    for _ in range(3):
        qtbot.keyClick(machine.slider, Qt.Key.Key_Left)
    trainer.run = replace(trainer.run, checkpoints=trainer.checkpoints[1::2])  # 20, 40, …: meanwhile thinned
    machine.refresh(EVERYTHING)
    qtbot.waitUntil(lambda: trainer.cursor == 160)  # and not 140, which is now the fourth from the end
    qtbot.keyClick(machine.slider, Qt.Key.Key_End)
    trainer.run = replace(trainer.run, checkpoints=trainer.checkpoints[1::2])
    machine.refresh(EVERYTHING)
    qtbot.waitUntil(lambda: trainer.cursor is None)


def test_nothing_is_replayed_while_it_learns(machine: TimeMachine, trainer: Any, qtbot: QtBot) -> None:
    assert not machine.play.isEnabled()
    assert machine.play.text() == "Replay"
    assert "Pause" in machine.play.toolTip()
    machine.toggle()
    assert not machine.playing
    rest(machine)
    assert machine.play.isEnabled()
    qtbot.mouseClick(machine.play, LEFT)
    assert machine.play.text() == "Stop"
    trainer.run = replace(trainer.run, status="running")
    machine.refresh(EVERYTHING)
    assert not machine.playing, "it goes on to learn"


def rest(machine: TimeMachine) -> None:
    """The training is paused."""
    trainer: Any = machine.trainer
    trainer.run = replace(trainer.run, status="paused")
    machine.refresh(EVERYTHING)


def test_the_track_begins_at_the_first_moment_that_is_kept(machine: TimeMachine, trainer: Any, qtbot: QtBot) -> None:
    trainer.run = replace(trainer.run, checkpoints=trainer.checkpoints[9:])
    machine.refresh(EVERYTHING)
    slider = machine.slider
    assert slider.place(100) == SIDE_PX
    assert slider.place(200) == slider.width() - SIDE_PX
    qtbot.mouseClick(slider, LEFT, pos=QPoint(slider.width() // 2, 12))
    qtbot.waitUntil(lambda: trainer.cursor == 150)
    qtbot.mouseClick(slider, LEFT, pos=QPoint(1, 12))
    qtbot.waitUntil(lambda: trainer.cursor == 100)
    assert "Long marks" in slider.toolTip()
    slider.grab()


def test_a_narrow_window_says_less_but_whole_words(machine: TimeMachine, trainer: Any) -> None:
    trainer.scrub(trainer.checkpoints[4])
    machine.resize(480, 70)
    QApplication.processEvents()
    assert machine.text.text() == "step 50 · 150 back"
    machine.resize(800, 70)
    QApplication.processEvents()
    assert machine.text.text() == "step 50 · epoch 1.0 · 150 steps back"


def test_playing_goes_through_all_and_ends_now(machine: TimeMachine, trainer: Any, qtbot: QtBot) -> None:
    rest(machine)
    qtbot.mouseClick(machine.play, LEFT)
    assert machine.playing
    qtbot.waitUntil(lambda: not machine.playing)
    qtbot.waitUntil(lambda: trainer.cursor is None)
    assert scrubbed(trainer) == [*range(10, 200, 10), None]
    trainer.asked.clear()
    trainer.scrub(trainer.checkpoints[15])
    qtbot.mouseClick(machine.play, LEFT)
    qtbot.waitUntil(lambda: not machine.playing)
    assert scrubbed(trainer) == [160, 170, 180, 190, None], "from where it is"


def test_playing_stops_at_a_click_at_a_key_and_out_of_sight(machine: TimeMachine, trainer: Any, qtbot: QtBot) -> None:
    rest(machine)
    for stop in (
        lambda: qtbot.mouseClick(machine.play, LEFT),
        lambda: qtbot.keyClick(machine.slider, Qt.Key.Key_Left),
        machine.hide,
    ):
        qtbot.mouseClick(machine.play, LEFT)
        qtbot.waitUntil(lambda: trainer.cursor == 30)
        stop()
        assert not machine.playing
        machine.show()
        trainer.scrub(None)


def test_a_run_that_goes_on_leaves_the_moment_where_it_is(
    machine: TimeMachine, trainer: Any, make_curves: Callable[..., Any]
) -> None:
    trainer.scrub(trainer.checkpoints[4])
    before = machine.slider.place(50)
    trainer.measured(make_curves(400, 8))
    assert machine.text.text() == "step 50 · epoch 1.0 · 350 steps back"
    assert machine.slider.place(50) < before


def test_thousands_of_checkpoints_and_epochs(
    machine: TimeMachine, trainer: Any, make_curves: Callable[..., Any]
) -> None:
    first = trainer.checkpoints[0]
    points = tuple(replace(first, step=step) for step in range(10, 60_000, 10))
    trainer.run = replace(trainer.run, checkpoints=points)
    trainer.measured(make_curves(60_000, 6_000))
    machine.grab()
    assert machine.text.text() == "step 60,000 · epoch 6000.0 · now"


def test_of_a_run_that_is_not_on_screen_the_end_can_be_shown(machine: TimeMachine, trainer: Any, qtbot: QtBot) -> None:
    trainer.departed = True
    machine.refresh(EVERYTHING)
    assert "Run 1 is not on screen" in machine.text.text()
    assert enabled(machine) == {"now"}
    assert machine.buttons["now"].text() == machine.buttons["now"].accessibleName() == "Back to Run 1"
    machine.grab()
    machine.slider.setFocus()
    qtbot.keyClick(machine.slider, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: scrubbed(trainer) == [None])
    qtbot.mouseClick(machine.buttons["now"], LEFT)
    assert scrubbed(trainer) == [None, None]
    trainer.run = replace(trainer.run, checkpoints=trainer.run.checkpoints[-1:])
    machine.refresh(EVERYTHING)
    assert "Run 1 is not on screen" in machine.text.text()
    assert enabled(machine) == {"now"}
    trainer.departed = False
    machine.refresh(EVERYTHING)
    assert enabled(machine) == set()
    assert machine.buttons["now"].text() == "Back to now"

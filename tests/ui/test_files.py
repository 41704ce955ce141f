"""Which file the experiment is, what is unsaved, what is asked, and what a crash would leave."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from convviz.session import editing
from convviz.session.experiment import Experiment, State
from convviz.session.outbox import Failure, Outbox
from convviz.session.reader import ExperimentRead, read
from convviz.session.writer import Saved, Writer
from convviz.spec.lab.edits import with_source
from convviz.spec.lab.source import FromPhoto
from convviz.spec.photo import Photo
from convviz.spec.presets import lenet5
from convviz.spec.project import lab as lab_files
from convviz.spec.project import save as save_state
from convviz.spec.state import opened
from convviz.spec.strokes import Drawing
from convviz.spec.training.checkpoint import Checkpoint
from convviz.spec.training.run import Run, Runs
from convviz.spec.weight_edit import same
from convviz.spec.weights import initial, load
from convviz.ui.files import Files
from convviz.ui.recovery import Recovery
from convviz.ui.settings import Settings
from convviz.ui.undo import History

Button = QMessageBox.StandardButton
Answers = Callable[..., list[str]]


class Window:
    """Experiment, history and files as the desk has them; ``hear`` is a turn of the bridge."""

    def __init__(self, state: State) -> None:
        self.experiment, self.outbox, self.settings = Experiment(state), Outbox(), Settings()
        self.history = History(self.experiment)
        self.widget = QWidget()
        self.files = Files(self.experiment, self.history, Writer(self.outbox), self.settings, self.widget)
        self.told: list[str] = []
        self.refused: list[str] = []
        self.failed: list[str] = []
        self.files.told.connect(self.told.append)
        self.files.refused.connect(self.refused.append)

    @property
    def state(self) -> State:
        return self.experiment.state

    def edit(self, value: float = 1.0) -> None:
        """A kernel is edited."""
        self.history.do_state("bias", editing.with_bias_of(self.state, "conv1", 0, value))

    def hear(self) -> None:
        for message in self.outbox.take()[1]:
            if isinstance(message, Saved):
                self.files.arrived(message)
            elif isinstance(message, Failure):
                self.failed.append(message.text)

    def save(self) -> bool:
        """Saves and hears of it."""
        future = self.files.save()
        done = future is not None and future.result()
        self.hear()
        return done

    def idle(self) -> None:
        """All that was asked of the writer is done."""
        assert self.files._writer.submit(lambda: None).result()

    def open(self, path: Path) -> None:
        found = read(path)
        assert isinstance(found, ExperimentRead)
        self.files.opened(found)


@pytest.fixture
def make_window(qapp: Any, make_state: Callable[..., State]) -> Iterator[Callable[..., Window]]:
    made: list[Window] = []

    def make(**values: Any) -> Window:
        made.append(Window(make_state(**values)))
        return made[-1]

    yield make
    for window in made:
        window.files.end()
        window.widget.deleteLater()


@pytest.fixture
def window(make_window: Callable[..., Window]) -> Window:
    return make_window()


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Callable[[object], list[Any]]:
    """Answers the question where to save or what to open; returns what was asked."""

    def answer(path: object) -> list[Any]:
        asked: list[Any] = []

        def ask(*given: Any) -> tuple[str, str]:
            asked.append(given)
            return str(path), ""

        monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
        monkeypatch.setattr(QFileDialog, "getOpenFileName", ask)
        return asked

    return answer


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """Answers what to do about unsaved work; returns the questions."""

    def answers(button: Button) -> list[str]:
        asked: list[str] = []

        def ask(box: QMessageBox) -> Button:
            asked.append(" ".join(filter(None, (box.text(), box.informativeText()))))
            return button

        monkeypatch.setattr(QMessageBox, "exec", ask)
        return asked

    return answers


# --- saving -------------------------------------------------------------------------------------------------------


def test_saved_says_so_and_is_found_again(window: Window, tmp_path: Path, place: Any) -> None:
    names: list[tuple[str, bool]] = []
    window.files.changed.connect(lambda: names.append((window.files.name, window.files.unsaved)))
    window.edit()
    assert (window.files.name, window.files.unsaved) == ("", True)
    asked = place(tmp_path / "mine.convviz")
    assert window.save()
    assert len(asked) == 1
    assert (window.files.name, window.files.unsaved) == ("mine.convviz", False)
    assert names[-1] == ("mine.convviz", False)
    assert window.told == ["saved mine.convviz"]
    assert window.settings.recent == [tmp_path / "mine.convviz"]
    window.edit(2.0)
    assert names[-1] == ("mine.convviz", True)
    assert window.save()
    assert len(asked) == 1, "the place is known"
    found = read(tmp_path / "mine.convviz")
    assert isinstance(found, ExperimentRead)
    assert same(found.state.weights, window.state.weights)


def test_undo_back_to_what_was_saved_is_saved(window: Window, tmp_path: Path, place: Any) -> None:
    place(tmp_path / "mine.convviz")
    window.edit(1.0)
    window.save()
    window.edit(2.0)
    assert window.files.unsaved
    window.history.undo()
    assert not window.files.unsaved
    window.history.undo()
    assert window.files.unsaved


def test_a_save_ends_a_drag_first(window: Window, tmp_path: Path, place: Any) -> None:
    place(tmp_path / "mine.convviz")
    window.history.preview("stroke", drawing=Drawing())
    assert window.save()
    assert window.history.stack.count() == 1
    assert not window.files.unsaved


@pytest.mark.parametrize("name", ["mine", "version 0.5", "a.json"])
def test_the_ending_need_not_be_typed(window: Window, tmp_path: Path, place: Any, name: str) -> None:
    place(tmp_path / name)
    assert window.save()
    assert [path.name for path in tmp_path.glob("*.convviz")] == [f"{name}.convviz"]
    assert window.files.path == tmp_path / f"{name}.convviz"


def test_an_ending_in_other_letters_is_one(window: Window, tmp_path: Path, place: Any) -> None:
    place(tmp_path / "MINE.CONVVIZ")
    assert window.save()
    assert window.files.name == "MINE.CONVVIZ"
    place(tmp_path / "MINE.CONVVIZ")  # the dialog asked whether it may be replaced
    assert window.files.save_as() is not None
    assert window.refused == []


def test_a_file_nobody_was_asked_about_is_not_replaced(window: Window, tmp_path: Path, place: Any) -> None:
    (tmp_path / "mine.convviz").write_text("precious")
    (tmp_path / "w.safetensors").write_text("precious")
    place(tmp_path / "mine")
    assert window.files.save() is None
    assert "mine.convviz is there already" in window.refused[0]
    place(tmp_path / "w")
    window.files.export_weights()
    assert len(window.refused) == 2
    assert {path.read_text() for path in (tmp_path / "mine.convviz", tmp_path / "w.safetensors")} == {"precious"}


def test_where_the_question_is_cancelled_nothing_happens(window: Window, place: Any) -> None:
    window.edit()
    place("")
    assert window.files.save() is None
    window.files.export_weights()
    window.files.import_wanted.connect(lambda path: pytest.fail(f"imports {path}"))
    window.files.choose_weights()
    window.hear()
    assert (window.files.path, window.files.unsaved, window.told) == (None, True, [])


def test_a_save_that_fails_leaves_everything_unsaved(window: Window, tmp_path: Path, place: Any) -> None:
    window.edit()
    place(tmp_path / "nowhere" / "mine.convviz")
    assert not window.save()
    assert len(window.failed) == 1
    assert (window.files.path, window.files.unsaved, window.settings.recent) == (None, True, [])


def test_an_edit_while_it_is_written_is_unsaved(window: Window, tmp_path: Path, place: Any) -> None:
    place(tmp_path / "mine.convviz")
    window.edit(1.0)
    window.files.save()
    window.history.undo()
    window.edit(2.0)  # as many edits as were saved, but another one
    window.idle()
    window.hear()
    assert window.files.name == "mine.convviz"
    assert window.files.unsaved


def test_two_saves_on_their_way(window: Window, tmp_path: Path, place: Any) -> None:
    place(tmp_path / "mine.convviz")
    window.edit(1.0)
    window.files.save()
    window.edit(2.0)
    later = window.files.save()
    assert later is not None
    assert later.result()
    window.hear()
    assert not window.files.unsaved
    assert window.told == ["saved mine.convviz"] * 2


def test_what_was_done_while_it_was_written_is_told_apart(window: Window, tmp_path: Path, place: Any) -> None:
    place(tmp_path / "mine.convviz")
    window.edit(1.0)
    future = window.files.save()
    assert future is not None
    assert future.result()
    window.edit(2.0)
    window.hear()
    assert window.files.unsaved
    assert window.told == ["saved mine.convviz, without what was done since"]


def test_a_training_that_goes_on_is_told_apart(window: Window, tmp_path: Path, place: Any) -> None:
    state = window.state
    run = Run(1, state.network, state.plan.settings, state.plan.source, "running")
    window.experiment.change(runs=Runs((run,), 1))
    place(tmp_path / "mine.convviz")
    future = window.files.save()
    assert future is not None
    assert future.result()
    window.edit(2.0)
    window.hear()
    assert window.told == ["saved mine.convviz, as it was then; the training goes on"]


def test_a_save_that_has_no_room_for_all_moments_says_so(
    window: Window, tmp_path: Path, place: Any, monkeypatch: pytest.MonkeyPatch, answer: Answers
) -> None:
    state = window.state
    points = tuple(
        Checkpoint(n, 0, n, 80, state.weights, state.weights, {}, b"", b"", state.plan.settings) for n in range(5)
    )
    run = Run(1, state.network, state.plan.settings, state.plan.source, "paused", checkpoints=points)
    window.experiment.change(runs=Runs((run,), 1))
    monkeypatch.setattr("convviz.spec.project.runs.MOST_BYTES_OF_CURRENT", 2 * points[0].nbytes)
    place(tmp_path / "mine.convviz")
    assert window.save()
    assert window.told == ["saved mine.convviz with 2 of 5 moments of Run 1 (thinned evenly: no room for all)"]
    window.edit(3.0)
    asked = answer(Button.Cancel)
    assert not window.files.may_leave()
    assert asked[0].endswith("It will hold 2 of 5 moments of Run 1, thinned evenly: there is no room for all.")


def test_exported_weights_are_not_the_experiments_file(window: Window, tmp_path: Path, place: Any) -> None:
    window.edit(3.0)
    asked = place(tmp_path / "w")
    window.files.export_weights()
    window.files._writer.stop(finish=True)
    window.hear()
    assert asked[0][2].endswith("lecture.safetensors"), "called like the network"
    assert window.told == ["saved w.safetensors"]
    assert (window.files.path, window.files.unsaved) == (None, True)
    assert load(tmp_path / "w.safetensors")[1]["conv1.bias"][0] == 3.0


def test_choosing_weights_asks_for_an_import(window: Window, tmp_path: Path, place: Any) -> None:
    heard: list[Path] = []
    window.files.import_wanted.connect(heard.append)
    place(tmp_path / "w.pt")
    window.files.choose_weights()
    assert heard == [tmp_path / "w.pt"]


# --- leaving ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("work", ["nothing", "drawing", "undone"])
def test_what_is_no_work_is_not_asked_about(window: Window, answer: Answers, work: str) -> None:
    asked = answer(Button.Cancel)
    if work == "drawing":
        window.history.do("clear", drawing=Drawing())
    elif work == "undone":
        window.edit()
        window.history.undo()
    assert window.files.may_leave()
    assert asked == []


@pytest.mark.parametrize("work", ["kernel", "mark", "template", "behind a switch", "a drawing in a file"])
def test_work_is_asked_about(window: Window, tmp_path: Path, answer: Answers, place: Any, work: str) -> None:
    asked = answer(Button.Cancel)
    place(tmp_path / "mine.convviz")
    match work:
        case "kernel":
            window.edit()
        case "mark":
            window.history.do_state("freeze", editing.with_mark(window.state, "frozen", "conv1", 0))
        case "behind a switch":
            window.edit()
            network, weights = lenet5(), initial(lenet5())
            window.history.do_state("switch to lenet5", opened(window.state, network, weights))
        case "template":
            window.history.do_state("new", editing.started(window.state, "small"))
        case _:
            window.save()
            window.history.do("clear", drawing=Drawing())
    assert not window.files.may_leave()
    (question,) = asked
    assert ("mine.convviz" in question) == (work == "a drawing in a file")
    answer(Button.Discard)
    assert window.files.may_leave()
    assert window.files.unsaved


def test_the_question_says_that_a_training_goes_on(window: Window, answer: Answers) -> None:
    state, asked = window.state, answer(Button.Cancel)
    point = Checkpoint(1, 0, 1, 80, state.weights, state.weights, {}, b"", b"", state.plan.settings)
    run = Run(3, state.network, state.plan.settings, state.plan.source, "loading")
    window.edit()
    for known in (run, replace(run, status="running", checkpoints=(point,)), replace(run, status="paused")):
        window.experiment.change(runs=Runs((known,), 3))
        assert not window.files.may_leave()
    loading, running, paused = asked
    assert loading.endswith("Run 3 is still training, which ends here.")
    assert running.endswith(
        "Run 3 is still training, which ends here; saved, it goes on from its last moment once the file is open again."
    )
    assert "training" not in paused


def test_answered_with_save_it_is_saved_before_leaving(
    window: Window, tmp_path: Path, answer: Answers, place: Any
) -> None:
    answer(Button.Save)
    window.edit(4.0)
    place("")
    assert not window.files.may_leave(), "where to was cancelled"
    place(tmp_path / "nowhere" / "mine.convviz")
    assert not window.files.may_leave(), "it could not be saved"
    place(tmp_path / "mine.convviz")
    assert window.files.may_leave()
    assert (window.files.name, window.files.unsaved) == ("mine.convviz", False)
    assert window.settings.recent == [tmp_path / "mine.convviz"], "known before the window hears of it"
    window.hear()
    assert (window.files.name, window.files.unsaved) == ("mine.convviz", False)


# --- opening ------------------------------------------------------------------------------------------------------


def test_opening_takes_the_place_of_what_was_there(window: Window, tmp_path: Path, place: Any) -> None:
    place(tmp_path / "mine.convviz")
    window.edit(4.0)
    window.save()
    saved = window.state
    window.edit(5.0)
    window.experiment.change(device="cuda:0")
    window.open(tmp_path / "mine.convviz")
    assert same(window.state.weights, saved.weights)
    assert window.state.device == "cuda:0", "the device is the window's, not the file's"
    assert window.history.stack.count() == 0
    assert (window.files.name, window.files.unsaved) == ("mine.convviz", False)


@pytest.mark.parametrize("button", [Button.Save, Button.Discard, Button.Cancel])
def test_opening_asks_about_unsaved_work(
    window: Window, make_window: Callable[..., Window], tmp_path: Path, answer: Answers, place: Any, button: Button
) -> None:
    place(tmp_path / "other.convviz")
    make_window().save()
    place(tmp_path / "mine.convviz")
    window.edit(1.0)
    window.save()
    window.edit(2.0)
    asked = answer(button)
    window.open(tmp_path / "other.convviz")
    window.hear()  # that mine was saved is heard when other is there already
    assert "mine.convviz" in asked[0]
    assert "opening other.convviz" in asked[0]
    stays = button == Button.Cancel
    assert (window.files.name, window.files.unsaved) == (("mine.convviz", True) if stays else ("other.convviz", False))
    found = read(tmp_path / "mine.convviz")
    assert isinstance(found, ExperimentRead)
    assert found.state.weights["conv1.bias"][0] == (2.0 if button == Button.Save else 1.0)


# --- after a crash ------------------------------------------------------------------------------------------------


def autosaved(window: Window) -> Path:
    window.files.autosave()
    window.files._writer.stop(finish=True)
    return window.files.recovery.file


def test_an_autosave_holds_what_no_file_holds(window: Window, tmp_path: Path) -> None:
    file = autosaved(window)
    assert not file.parent.exists(), "nothing was edited"


def test_what_was_edited_is_autosaved_after_a_while(
    make_window: Callable[..., Window], qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("convviz.ui.autosave.AUTOSAVE_MS", 20)
    window = make_window()
    file = window.files.recovery.file
    window.edit(6.0)
    qtbot.waitUntil(file.exists)
    found = read(file)
    assert isinstance(found, ExperimentRead)
    assert found.state.weights["conv1.bias"][0] == 6.0
    window.files.end()
    assert not file.exists(), "a window that ends in order leaves nothing"


def test_a_drag_that_lasts_longer_is_autosaved_when_it_ends(
    make_window: Callable[..., Window], qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("convviz.ui.autosave.AUTOSAVE_MS", 20)
    window = make_window()
    window.history.preview("stroke", drawing=Drawing())
    qtbot.wait(60)
    assert not window.files.recovery.file.exists(), "not in its midst"
    window.history.finish()
    qtbot.waitUntil(window.files.recovery.file.exists)


def test_saving_makes_the_autosave_needless(window: Window, tmp_path: Path, place: Any, qtbot: Any) -> None:
    window.edit()
    window.files.autosave()
    qtbot.waitUntil(window.files.recovery.file.exists)
    place(tmp_path / "mine.convviz")
    window.save()
    window.idle()
    assert not window.files.recovery.file.exists()
    window.files.autosave()
    window.idle()
    assert not window.files.recovery.file.exists(), "there is nothing unsaved"


Offer = Callable[[Window], dict[str, Callable[[], object]]]


@pytest.fixture
def offer() -> Offer:
    """What a window offers when it starts."""

    def offered(window: Window) -> dict[str, Callable[[], object]]:
        found: dict[str, Callable[[], object]] = {}
        window.files.offer_recovery(lambda _sentence, answers: found.update(answers))
        return found

    return offered


@pytest.fixture
def crashed(make_window: Callable[..., Window]) -> Path:
    """What a window left that did not end in order."""
    window = make_window()
    window.edit(7.0)
    window.files.end(keep=True)
    return window.files.recovery.file


def test_nothing_is_offered_after_a_good_end(window: Window, offer: Offer) -> None:
    assert offer(window) == {}


def test_a_crash_is_offered_restored_and_forgotten_once_it_is_saved(
    window: Window, crashed: Path, offer: Offer, tmp_path: Path, place: Any
) -> None:
    wanted: list[Path] = []
    window.files.restore_wanted.connect(wanted.append)
    answers = offer(window)
    assert list(answers) == ["Restore", "Discard"]
    answers["Restore"]()
    assert wanted == [crashed]
    window.open(crashed)
    assert window.state.weights["conv1.bias"][0] == 7.0
    assert (window.files.path, window.files.unsaved, window.files.worth_asking) == (None, True, True)
    assert window.told == ["restored: the experiment"]
    assert window.settings.recent == []
    assert crashed.exists(), "another crash must not lose it"
    place(tmp_path / "mine.convviz")
    window.save()
    assert not crashed.exists()
    assert not window.files.unsaved


def test_discarded_it_is_gone(window: Window, crashed: Path, offer: Offer) -> None:
    offer(window)["Discard"]()
    assert not crashed.exists()
    assert Recovery().orphans() == []


@pytest.fixture
def crashed_file(make_window: Callable[..., Window], tmp_path: Path, place: Any) -> Path:
    """What a window left that had edited mine.convviz since it was saved."""
    window = make_window()
    place(tmp_path / "mine.convviz")
    window.edit(6.0)
    window.save()
    window.edit(7.0)
    window.files.end(keep=True)
    return window.files.recovery.file


def test_what_was_restored_is_still_the_file_it_was(
    window: Window, crashed_file: Path, offer: Offer, tmp_path: Path
) -> None:
    said: list[str] = []
    window.files.offer_recovery(lambda sentence, _answers: said.append(sentence))
    assert said == ["convviz ended unexpectedly last time; mine.convviz with its unsaved changes can be restored"]
    window.open(crashed_file)
    assert (window.files.path, window.files.unsaved) == (tmp_path / "mine.convviz", True)
    assert window.told == ["restored: mine.convviz with its unsaved changes"]
    assert window.state.weights["conv1.bias"][0] == 7.0
    assert window.save(), "it knows where"
    found = read(tmp_path / "mine.convviz")
    assert isinstance(found, ExperimentRead)
    assert found.state.weights["conv1.bias"][0] == 7.0
    assert not window.files.unsaved
    assert list(crashed_file.parent.glob(f"{crashed_file.name}*")) == []


def test_a_file_that_went_or_was_saved_later_is_not_written_over(
    window: Window, make_window: Callable[..., Window], crashed_file: Path, offer: Offer, tmp_path: Path
) -> None:
    later = crashed_file.stat().st_mtime_ns + 10**9
    os.utime(tmp_path / "mine.convviz", ns=(later, later))
    offer(window)
    window.open(crashed_file)
    assert (window.files.path, window.files.unsaved) == (None, True)
    (tmp_path / "mine.convviz").unlink()
    assert window.files.recovery.origin(crashed_file) is None


def test_it_keeps_its_name_through_another_crash(
    window: Window, make_window: Callable[..., Window], crashed_file: Path, offer: Offer, tmp_path: Path
) -> None:
    offer(window)
    window.open(crashed_file)
    window.edit(8.0)
    window.files.end(keep=True)
    third = make_window()
    offer(third)
    third.open(window.files.recovery.file)
    assert third.files.path == tmp_path / "mine.convviz"
    assert third.state.weights["conv1.bias"][0] == 8.0


def test_a_file_opened_after_a_restoration_is_saved(
    window: Window, crashed_file: Path, offer: Offer, tmp_path: Path, answer: Answers
) -> None:
    offer(window)
    window.open(crashed_file)
    answer(Button.Discard)
    window.open(tmp_path / "mine.convviz")
    assert (window.files.name, window.files.unsaved) == ("mine.convviz", False)
    assert window.state.weights["conv1.bias"][0] == 6.0
    asked = answer(Button.Cancel)
    assert window.files.may_leave()
    assert asked == []


@pytest.mark.parametrize("edits", [0, 1])
def test_closed_unasked_after_a_restoration_the_newest_is_offered_once(
    window: Window, make_window: Callable[..., Window], crashed: Path, offer: Offer, edits: int
) -> None:
    offer(window)
    window.open(crashed)
    if edits:
        window.edit(8.0)
    window.files.end(keep=True)
    (path,) = Recovery().orphans()
    assert (path == crashed) == (edits == 0)
    found = read(path)
    assert isinstance(found, ExperimentRead)
    assert found.state.weights["conv1.bias"][0] == (8.0 if edits else 7.0)


def test_discarding_what_was_restored_when_closing(window: Window, crashed: Path, offer: Offer) -> None:
    offer(window)
    window.open(crashed)
    window.files.end()
    assert not crashed.exists()


def test_what_an_opened_file_could_not_keep_is_noted(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    window.files.noted.connect(heard.append)
    monkeypatch.setattr(lab_files, "MOST_AS_PNG", 10)
    photo = FromPhoto(Photo(np.zeros((50, 40, 3), np.uint8), "large.jpg"))
    save_state(tmp_path / "a.convviz", replace(window.state, lab=with_source(window.state.lab, photo)))
    window.open(tmp_path / "a.convviz")
    assert len(heard) == 1
    assert heard[0].startswith("large.jpg was too large to be kept in the experiment; open it again")
    save_state(tmp_path / "b.convviz", window.state)
    window.open(tmp_path / "b.convviz")
    assert len(heard) == 1

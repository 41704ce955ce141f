"""One history: a drag is one entry, and undoing gives back the same objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convviz.session import editing
from convviz.session.edits import UNDOABLE
from convviz.session.experiment import Experiment, Focus, State
from convviz.spec.preparation import Preparation
from convviz.spec.state import opened
from convviz.spec.strokes import Drawing, Stroke
from convviz.spec.weights import Weights
from convviz.ui.undo import LIMIT, History

FIELDS = ("network", "weights", "drawing", "preparation")


@pytest.fixture
def experiment(make_state: Callable[..., State]) -> Experiment:
    return Experiment(make_state())


def objects(experiment: Experiment) -> list[Any]:
    return [getattr(experiment.state, name) for name in FIELDS]


def same(a: list[Any], b: list[Any]) -> bool:
    return all(x is y for x, y in zip(a, b, strict=True))


@pytest.mark.usefixtures("qapp")
def test_a_drag_is_one_entry_and_everything_follows_it(experiment: Experiment) -> None:
    history = History(experiment)
    heard: list[Drawing] = []
    experiment.changed.connect(lambda _, new: heard.append(new.drawing))
    before = objects(experiment)
    drawings = [Drawing((Stroke(np.array([[i, i]])),)) for i in range(5)]
    for drawing in drawings:
        history.preview("stroke", drawing=drawing)
    assert history.stack.count() == 0
    history.finish("erasing")
    assert heard == drawings
    assert history.stack.count() == 1
    assert history.stack.undoText() == "erasing"
    history.undo()
    assert same(objects(experiment), before)
    history.redo()
    assert experiment.state.drawing is drawings[-1]


@pytest.mark.usefixtures("qapp")
def test_undo_in_the_middle_of_a_drag_takes_back_the_drag(experiment: Experiment) -> None:
    history = History(experiment)
    before = objects(experiment)
    history.preview("stroke", drawing=Drawing())
    history.undo()
    assert same(objects(experiment), before)
    history.finish()
    assert history.stack.count() == 1
    history.redo()
    assert not experiment.state.drawing


@pytest.mark.usefixtures("qapp")
def test_another_edit_in_the_middle_of_a_drag_comes_after_it(experiment: Experiment) -> None:
    history = History(experiment)
    drawing = Drawing()
    history.preview("stroke", drawing=drawing)
    history.do("crop off", preparation=Preparation(crop=False))
    assert [history.stack.text(i) for i in range(history.stack.count())] == ["stroke", "crop off"]
    history.undo()
    assert experiment.state.drawing is drawing
    assert experiment.state.preparation.crop


@pytest.mark.usefixtures("qapp")
def test_what_changes_nothing_is_no_entry(experiment: Experiment) -> None:
    history = History(experiment)
    history.do("nothing", drawing=experiment.state.drawing)
    history.preview("nothing", drawing=experiment.state.drawing)
    history.finish()
    history.finish()
    history.undo()
    history.redo()
    assert history.stack.count() == 0


@pytest.mark.usefixtures("qapp")
def test_focus_and_device_are_never_undone(experiment: Experiment) -> None:
    history = History(experiment)
    history.do("clear", drawing=Drawing())
    focus = Focus("fc1", (3,))
    experiment.change(focus=focus, device="mps")
    history.undo()
    assert experiment.state.focus is focus
    assert experiment.state.device == "mps"


@pytest.mark.usefixtures("qapp")
def test_undoing_a_switch_moves_a_focus_the_old_network_lacks(
    experiment: Experiment, networks: dict[str, tuple[Any, Any]]
) -> None:
    history = History(experiment)
    history.do("switch", network=networks["lenet5"][0], weights=networks["lenet5"][1])
    experiment.change(focus=Focus("fc3", (9,)))
    history.undo()
    assert experiment.state.focus == Focus("fc2", (9,))
    history.redo()
    assert experiment.state.network is networks["lenet5"][0]


@given(st.lists(st.sampled_from(["do", "preview", "finish", "undo", "redo", "focus"]), max_size=40))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.usefixtures("qapp")
def test_any_sequence_can_be_taken_back_to_the_start(make_state: Callable[..., State], calls: list[str]) -> None:
    experiment = Experiment(make_state())
    history = History(experiment)
    start = objects(experiment)
    for number, call in enumerate(calls):
        match call:
            case "do":
                history.do(str(number), preparation=Preparation(crop=bool(number % 2)))
            case "preview":
                history.preview(str(number), drawing=Drawing())
            case "finish":
                history.finish()
            case "focus":
                experiment.change(focus=Focus("conv1", (number % 32, 0, 0)))
            case _:
                getattr(history, call)()
    history.finish()
    end = objects(experiment)
    position = history.stack.index()
    for _ in range(position):
        history.undo()
    assert same(objects(experiment), start)
    for _ in range(position):
        history.redo()
    assert same(objects(experiment), end)


@pytest.mark.usefixtures("qapp")
def test_the_history_is_long_but_not_endless(experiment: Experiment) -> None:
    history = History(experiment)
    for number in range(LIMIT + 20):
        history.do(str(number), drawing=Drawing())
    assert history.stack.count() == LIMIT


@pytest.mark.usefixtures("qapp")
def test_a_drag_knows_where_it_began(experiment: Experiment) -> None:
    history = History(experiment)
    before = experiment.state
    assert history.start is before
    for number in range(3):
        history.preview_state("bias", editing.with_bias_of(history.start, "conv1", number, 1.0))
        assert history.start is before
    changed = np.flatnonzero(experiment.state.weights["conv1.bias"] == 1.0)
    assert changed.tolist() == [2], "each move starts from the beginning"
    history.finish()
    assert history.start is experiment.state


@pytest.mark.usefixtures("qapp")
def test_an_edit_of_cells_leaves_alone_what_moved_on_since(experiment: Experiment) -> None:
    """Training moves the weights between an edit and its undoing."""
    history = History(experiment)
    was = experiment.state.weights["conv1.bias"][3]
    history.do_state("bias", editing.with_bias_of(experiment.state, "conv1", 3, 5.0))
    trained = Weights({name: array + 1 for name, array in experiment.state.weights.items()})
    experiment.change(weights=trained)
    history.undo()
    assert experiment.state.weights["conv1.bias"][3] == was
    assert experiment.state.weights["conv1.bias"][4] == trained["conv1.bias"][4]
    assert experiment.state.weights["fc2.weight"] is trained["fc2.weight"]
    history.redo()
    assert experiment.state.weights["conv1.bias"][3] == 5.0


@pytest.mark.usefixtures("qapp")
def test_an_edit_takes_its_selection_along(experiment: Experiment) -> None:
    history = History(experiment)
    history.do_state("insert ReLU", editing.with_inserted(experiment.state, 1, "ReLU"))
    focus = experiment.state.focus
    assert focus is not None
    assert focus.layer == experiment.state.network.layers[1].id
    history.undo()
    assert experiment.state.focus is not None
    assert experiment.state.focus.layer in experiment.state.network


@pytest.mark.usefixtures("qapp")
def test_an_edit_without_the_selected_layer_selects_the_nearest(
    experiment: Experiment, make_state: Callable[..., State]
) -> None:
    history = History(experiment)
    history.do_state("insert Tanh", editing.with_inserted(experiment.state, 1, "Tanh"))
    other = make_state("lenet5")
    history.do_state("switch", opened(experiment.state, other.network, other.weights))
    assert experiment.state.focus is not None
    assert experiment.state.focus.layer == other.network.layers[1].id


@pytest.mark.parametrize("dirty", [False, True])
@pytest.mark.usefixtures("qapp")
def test_another_experiment_begins_a_history(
    experiment: Experiment, make_state: Callable[..., State], dirty: bool
) -> None:
    history = History(experiment)
    history.do("clear", drawing=Drawing())
    history.preview("stroke", drawing=Drawing())
    other = make_state("lenet5")
    history.replace(other, dirty=dirty)
    assert all(getattr(experiment.state, name) is getattr(other, name) for name in UNDOABLE)
    shown = experiment.state
    history.finish()
    history.undo()
    assert history.stack.count() == 0, "neither the edits nor the drag of the experiment before"
    assert experiment.state is shown
    assert history.stack.isClean() is not dirty
    history.do("clear", drawing=Drawing())
    history.undo()
    assert history.stack.isClean() is not dirty

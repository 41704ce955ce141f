"""One State, one place where it changes; a focus that a new network lacks moves to what is nearest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convviz.session.experiment import Experiment, Focus, State, differs, nearest, shape_of
from convviz.spec.geometry import describe
from convviz.spec.presets import lecture, lenet5
from convviz.spec.strokes import Drawing

MakeState = Callable[..., State]


def listening(experiment: Experiment) -> list[tuple[State, State]]:
    heard: list[tuple[State, State]] = []
    experiment.changed.connect(lambda old, new: heard.append((old, new)))
    return heard


def test_changed_tells_before_and_after(make_state: MakeState) -> None:
    first = make_state()
    experiment = Experiment(first)
    heard = listening(experiment)
    drawing = Drawing()
    experiment.change(drawing=drawing)
    ((old, new),) = heard
    assert old is first
    assert new is experiment.state
    assert new.drawing is drawing
    assert differs(old, new, "drawing")
    assert not differs(old, new, "network", "weights", "preparation", "focus", "device")


def test_the_same_objects_are_no_change(make_state: MakeState) -> None:
    first = make_state()
    experiment = Experiment(first)
    heard = listening(experiment)
    experiment.commit(replace(first))
    experiment.change(drawing=first.drawing)
    assert heard == []
    assert experiment.state is first


def test_another_network_moves_the_focus(make_state: MakeState, networks: dict[str, tuple[object, object]]) -> None:
    experiment = Experiment(make_state(focus=Focus("conv2", (60, 3, 3))))
    spec, weights = networks["lenet5"]
    experiment.change(network=spec, weights=weights)
    assert experiment.state.focus == Focus("conv2", (15, 3, 3))


@pytest.mark.parametrize("layer", ["relu4", "fc3"])
def test_a_layer_the_new_network_lacks_hands_the_focus_to_the_one_in_its_place(
    make_state: MakeState, networks: dict[str, tuple[object, object]], layer: str
) -> None:
    experiment = Experiment(make_state("lenet5", focus=Focus(layer, (1,))))
    spec, weights = networks["lecture"]
    experiment.change(network=spec, weights=weights)
    assert experiment.state.focus == Focus("fc2", (1,))


@given(
    st.sampled_from([lecture(), lenet5()]),
    st.sampled_from(["input", "conv1", "pool1", "relu2", "flatten", "fc1", "fc3", "nowhere"]),
    st.lists(st.integers(0, 500), min_size=1, max_size=3),
)
def test_nearest_exists_and_no_unit_is_nearer(spec: object, layer: str, index: list[int]) -> None:
    shapes = {row.layer.id: row.output_shape for row in describe(spec)} | {"input": (1, 28, 28)}  # type: ignore[arg-type]
    found = nearest(spec, Focus(layer, tuple(index)))  # type: ignore[arg-type]
    assert (found is None) == (layer not in shapes)
    if found is None:
        return
    shape = shapes[layer]
    assert found.layer == layer
    assert len(found.index) == len(shape)
    assert all(0 <= i < n for i, n in zip(found.index, shape, strict=True))
    if len(index) == len(shape):
        units = np.stack(np.unravel_index(np.arange(prod(shape)), shape))
        distances = np.abs(units - np.array(index)[:, None]).sum(axis=0)
        assert np.abs(np.array(found.index) - index).sum() == distances.min()


def test_shape_of_everything_on_screen() -> None:
    spec = lenet5()
    assert shape_of(spec, "input") == (1, 28, 28)
    assert shape_of(spec, "conv1") == (6, 28, 28)
    assert shape_of(spec, "fc3") == (10,)
    assert shape_of(spec, "fc9") is None


def test_a_change_made_by_a_listener_is_told_after_the_one_it_heard_of(make_state: Callable[..., State]) -> None:
    experiment = Experiment(make_state())
    heard: list[tuple[str, str]] = []

    def answers(_old: State, new: State) -> None:
        if new.device == "mps":
            experiment.change(device="cuda")
            assert experiment.state.device == "cuda", "it is the present one at once"

    experiment.changed.connect(answers)
    experiment.changed.connect(lambda old, new: heard.append((old.device, new.device)))
    experiment.change(device="mps")
    assert heard == [("cpu", "mps"), ("mps", "cuda")]


def test_a_listener_that_fails_silences_nobody_for_ever(make_state: Callable[..., State]) -> None:
    experiment = Experiment(make_state())
    heard: list[str] = []

    def fails(_old: State, new: State) -> None:
        if new.device == "mps":
            raise RuntimeError

    experiment.changed.connect(fails)
    experiment.changed.connect(lambda _, new: heard.append(new.device))
    with pytest.raises(RuntimeError):
        experiment.change(device="mps")
    experiment.change(device="cuda")
    assert heard == ["cuda"]

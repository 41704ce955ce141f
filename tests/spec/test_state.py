"""States: what counts as edited, and what opening a network forgets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convviz.spec.adapt import adapt, untrained
from convviz.spec.chain import small
from convviz.spec.channels import Channels
from convviz.spec.preparation import Preparation
from convviz.spec.presets import lecture
from convviz.spec.state import Focus, State, differs, opened
from convviz.spec.strokes import Drawing
from convviz.spec.weights import Weights, initial


def fresh() -> State:
    return State(lecture(), initial(lecture()), Drawing(), Preparation())


def test_a_network_is_its_own_origin() -> None:
    state = fresh()
    assert state.origin.network is state.network
    assert state.origin.weights is state.weights
    assert not state.edited


def test_edited_is_what_computes_something_else() -> None:
    state = fresh()
    copied = replace(state, weights=Weights({name: array.copy() for name, array in state.weights.items()}))
    assert not copied.edited
    zeros = replace(state, weights=state.weights.replaced("fc2.bias", np.zeros(10)))
    assert zeros.edited
    marked = Channels().toggled("frozen", "conv1", 1)
    assert not replace(state, channels=marked).edited
    assert replace(state, channels=marked.toggled("muted", "conv1", 1)).edited
    assert not replace(state, focus=Focus("conv1", (0, 0, 0)), device="cuda").edited


def test_opening_another_network_forgets_edits_marks_and_what_was_kept() -> None:
    state = fresh()
    padded = state.network.with_layer(replace(state.network["conv2"], padding=(2, 2)))  # type: ignore[call-arg]
    weights, kept = adapt(state.network, state.weights, padded)
    edited = replace(
        state, network=padded, weights=weights, kept=kept, channels=Channels().toggled("muted", "conv1", 0)
    )
    assert edited.edited
    other = opened(edited, small(), initial(small()))
    assert not other.edited
    assert not other.kept
    assert not other.channels
    assert other.drawing is state.drawing
    assert untrained(other.network, other.kept) == ()
    new = opened(edited, small(), initial(small()), new=True)
    assert new.origin.new
    assert untrained(new.network, new.kept) == ("conv1", "fc1")


def test_differences_are_of_objects() -> None:
    state = fresh()
    other = replace(state, weights=Weights(dict(state.weights)))
    assert differs(state, other, "network", "weights")
    assert not differs(state, other, "network", "drawing")

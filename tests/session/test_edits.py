"""Edits apply and revert to identical objects, whatever happened to other fields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convviz.session.edits import UNDOABLE, Edit
from convviz.session.experiment import Focus, State
from convviz.spec.preparation import Preparation
from convviz.spec.strokes import Drawing
from convviz.spec.weight_edit import same

FREE = ("focus", "device")
# One step: which undoable fields get new objects, and which free fields move meanwhile.
STEPS = st.lists(
    st.tuples(st.sets(st.sampled_from(["drawing", "preparation", "weights", "network"])), st.booleans()), max_size=12
)


def new_value(name: str, state: State, number: int) -> Any:
    if name == "drawing":
        return Drawing()
    if name == "preparation":
        return Preparation(crop=bool(number % 2))
    if name == "network":
        return replace(state.network)
    changed = state.weights["conv1.weight"].copy()
    changed.ravel()[number] = number + 1.5
    return state.weights.replaced("conv1.weight", changed)


def same_fields(one: State, other: State) -> bool:
    """Whether everything undoable is the same object; weights the same bits."""
    others = (name for name in UNDOABLE if name != "weights")
    return same(one.weights, other.weights) and all(getattr(one, n) is getattr(other, n) for n in others)


@given(STEPS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_all_undone_and_redone(make_state: Callable[..., State], steps: list[tuple[set[str], bool]]) -> None:
    state = make_state()
    past, edits = [state], []
    for number, (names, moved) in enumerate(steps):
        if moved:
            state = replace(state, focus=Focus("conv1", (number, 0, 0)), device=f"cuda:{number}")
        after = replace(state, **{name: new_value(name, state, number) for name in names})
        edit = Edit.between(str(number), state, after)
        assert set(edit.after) | ({"weights"} if edit.cells else set()) == names
        assert bool(edit) == bool(names)
        state = edit.apply(state)
        edits.append(edit)
        past.append(state)
    free = [getattr(state, name) for name in FREE]
    for edit, before in zip(reversed(edits), reversed(past[:-1]), strict=True):
        state = edit.revert(state)
        assert same_fields(state, before)
    for edit, after in zip(edits, past[1:], strict=True):
        state = edit.apply(state)
        assert same_fields(state, after)
    assert all(a is b for a, b in zip(free, (getattr(state, name) for name in FREE), strict=True)), (
        "undo moved the focus"
    )


def test_nothing_changed_is_no_edit(make_state: Callable[..., State]) -> None:
    state = make_state()
    assert not Edit.between("nothing", state, replace(state))
    assert not Edit.between("focus only", state, replace(state, focus=Focus("fc1", (3,)), device="mps"))

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
    return replace(state.network) if name == "network" else type(state.weights)(state.weights)


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
        assert set(edit.after) == names
        assert bool(edit) == bool(names)
        state = edit.apply(state)
        edits.append(edit)
        past.append(state)
    free = [getattr(state, name) for name in FREE]
    for edit, before in zip(reversed(edits), reversed(past[:-1]), strict=True):
        state = edit.revert(state)
        assert all(getattr(state, name) is getattr(before, name) for name in UNDOABLE)
    for edit, after in zip(edits, past[1:], strict=True):
        state = edit.apply(state)
        assert all(getattr(state, name) is getattr(after, name) for name in UNDOABLE)
    assert all(a is b for a, b in zip(free, (getattr(state, name) for name in FREE), strict=True)), (
        "undo moved the focus"
    )


def test_nothing_changed_is_no_edit(make_state: Callable[..., State]) -> None:
    state = make_state()
    assert not Edit.between("nothing", state, replace(state))
    assert not Edit.between("focus only", state, replace(state, focus=Focus("fc1", (3,)), device="mps"))

"""Edits of the network: 200 random ones, computed as torch computes the same afresh, undone and redone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from convviz.core.network import build
from convviz.core.trace import trace
from convviz.session import editing
from convviz.session.edits import Edit
from convviz.session.forward import Forward
from convviz.spec.adapt import untrained
from convviz.spec.channels import channels_of, effective
from convviz.spec.errors import InputError
from convviz.spec.kernel_view import kernel_view
from convviz.spec.network import AvgPool2d, Conv2d, Linear, MaxPool2d
from convviz.spec.state import Focus, State
from convviz.spec.weight_edit import same

MakeState = Callable[..., State]
PAIRS = {"kernel": (1, 6), "stride": (1, 3), "padding": (0, 2), "dilation": (1, 2)}


def with_channels(state: State, rng: np.random.Generator) -> tuple[str, int]:
    """A random layer that has kernels, and one of them."""
    layers = [layer for layer in state.network if channels_of(layer)]
    layer = layers[rng.integers(len(layers))]
    return layer.id, int(rng.integers(channels_of(layer)))


def random_setting(state: State, rng: np.random.Generator) -> State:
    layers = [layer for layer in state.network if isinstance(layer, Conv2d | MaxPool2d | AvgPool2d | Linear)]
    layer: Any = layers[rng.integers(len(layers))]
    if isinstance(layer, Linear):
        if layer is state.network.layers[-1]:
            return state
        return editing.with_layer(state, replace(layer, out_features=int(rng.integers(1, 260))))
    if isinstance(layer, Conv2d) and rng.random() < 0.3:
        return editing.with_layer(state, replace(layer, out_channels=int(rng.integers(1, 70)), groups=1))
    names = [name for name in PAIRS if hasattr(layer, name)]
    name = names[rng.integers(len(names))]
    pair = tuple(int(n) for n in rng.integers(PAIRS[name][0], PAIRS[name][1] + 1, 2))
    return editing.with_layer(state, replace(layer, **{name: pair}))


def random_edit(state: State, rng: np.random.Generator) -> State:
    """One edit, as a person might make it."""
    match int(rng.integers(10)):
        case 0 | 1:
            layer, channel = with_channels(state, rng)
            view = kernel_view(state, layer, channel)
            assert view is not None
            values = view.values + rng.normal(0, 0.1, view.values.shape).astype(np.float32)
            return editing.with_kernel_of(state, layer, channel, values)
        case 2:
            layer, channel = with_channels(state, rng)
            if kernel_view(state, layer, channel).bias is None:  # type: ignore[union-attr]
                return state
            return editing.with_bias_of(state, layer, channel, float(rng.normal()))
        case 3:
            mark = ("muted", "solo", "frozen")[rng.integers(3)]
            return editing.with_mark(state, mark, *with_channels(state, rng))  # type: ignore[arg-type]
        case 4:
            return editing.kernel_reset(state, *with_channels(state, rng))
        case 5:
            layer = state.network.layers[rng.integers(len(state.network.layers))].id
            return editing.layer_reset(state, layer)
        case 6:
            kinds = ("Conv2d", "MaxPool2d", "ReLU", "Tanh", "BatchNorm2d", "Linear", "Dropout", "GELU")
            at = int(rng.integers(len(state.network.layers) + 1))
            return editing.with_inserted(state, at, kinds[rng.integers(len(kinds))])
        case 7:
            layer = state.network.layers[rng.integers(len(state.network.layers) - 1)].id
            if rng.random() < 0.5:
                return editing.with_moved(state, layer, int(rng.choice([-1, 1])))
            return editing.without(state, layer) if len(state.network.layers) > 6 else state
    return random_setting(state, rng)


def random_walk(state: State, rng: np.random.Generator, count: int) -> tuple[list[State], list[Edit]]:
    """States and the edits between them; what is refused is tried again with something else."""
    states, edits = [state], []
    while len(edits) < count:
        try:
            after = random_edit(states[-1], rng)
        except InputError:
            continue
        edit = Edit.between(f"edit {len(edits)}", states[-1], after)
        if edit:
            edits.append(edit)
            states.append(edit.apply(states[-1]))
            assert same(states[-1].weights, after.weights)
    return states, edits


@pytest.mark.parametrize("name", ["lecture", "lenet5"])
@pytest.mark.parametrize("seed", range(3))
def test_200_random_edits(make_state: MakeState, name: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    states, edits = random_walk(make_state(name, focus=Focus("conv1", (0, 3, 3))), rng, 200)
    forward = Forward()  # one, as in the window: what it keeps must not show
    for number, state in enumerate(states):
        frame = forward.frame(state, "cpu")
        if number % 10:
            continue
        fresh = trace(
            build(state.network, effective(state.network, state.weights, state.channels)), frame.maps["input"]
        )
        assert frame.maps.keys() - {"input"} == fresh.maps.keys()
        for layer, expected in fresh.maps.items():
            limit = 1e-5 * max(float(np.abs(expected).max()), 1e-20)
            np.testing.assert_allclose(frame.maps[layer], expected, rtol=1e-5, atol=limit, err_msg=layer)
    state = states[-1]
    for edit, before in zip(reversed(edits), reversed(states[:-1]), strict=True):
        state = edit.revert(state)
        assert same(state.weights, before.weights)
        assert state.network is before.network
        assert state.channels is before.channels
        assert state.kept is before.kept
    for edit, after in zip(edits, states[1:], strict=True):
        state = edit.apply(state)
        assert same(state.weights, after.weights)
        assert state.network is after.network


def test_a_kernel_edit_keeps_little_for_undo(make_state: MakeState) -> None:
    state = make_state()
    view = kernel_view(state, "conv2", 21)
    assert view is not None
    values = view.values.copy()
    values[3, 1, 1] += 1
    edit = Edit.between("cell", state, editing.with_kernel_of(state, "conv2", 21, values))
    assert edit.cells is not None
    assert not edit.after
    assert sum(cells.at.size for cells in edit.cells[0].cells.values()) == 1


def test_undoing_a_cell_leaves_what_training_did_to_the_others(make_state: MakeState) -> None:
    state = make_state()
    edited = editing.with_bias_of(state, "conv1", 3, 9.0)
    edit = Edit.between("bias", state, edited)
    trained = replace(edited, weights=edited.weights.replaced("conv1.bias", edited.weights["conv1.bias"] + 1))
    back = edit.revert(trained).weights["conv1.bias"]
    assert back[3] == state.weights["conv1.bias"][3]
    np.testing.assert_array_equal(np.delete(back, 3), np.delete(state.weights["conv1.bias"] + 1, 3))


def test_changes_of_scores_compare_with_the_untouched_network(make_state: MakeState) -> None:
    state, forward = make_state(), Forward()
    untouched = forward.frame(state, "cpu")
    assert untouched.origin_scores is None
    assert untouched.score_changes is None
    edited = forward.frame(editing.with_bias_of(state, "fc2", 3, 50.0), "cpu")
    changes = edited.score_changes
    assert changes is not None
    np.testing.assert_allclose(changes[3], 50.0 - state.weights["fc2.bias"][3], rtol=1e-5)
    np.testing.assert_allclose(np.delete(changes, 3), 0, atol=1e-6)
    np.testing.assert_allclose(edited.origin_scores, untouched.scores, atol=1e-6)


def test_undone_edits_are_no_edits(make_state: MakeState) -> None:
    state = make_state()
    edited = editing.with_bias_of(state, "fc2", 3, 50.0)
    assert edited.edited
    back = Edit.between("bias", state, edited).revert(edited)
    assert back.weights is not state.weights
    assert not back.edited


def test_a_muted_channel_puts_out_zeros_and_a_solo_mutes_the_others(make_state: MakeState) -> None:
    state, forward = make_state(), Forward()
    muted = forward.frame(editing.with_mark(state, "muted", "conv1", 4), "cpu").maps["conv1"]
    plain = forward.frame(state, "cpu").maps["conv1"]
    assert not muted[4].any()
    np.testing.assert_array_equal(np.delete(muted, 4, 0), np.delete(plain, 4, 0))
    solo = forward.frame(editing.with_mark(state, "solo", "conv1", 4), "cpu").maps["conv1"]
    np.testing.assert_array_equal(solo[4], plain[4])
    assert not np.delete(solo, 4, 0).any()


def test_a_stride_there_and_back_gives_the_trained_network_back(make_state: MakeState) -> None:
    state = make_state()
    conv2: Any = state.network["conv2"]
    wide = editing.with_layer(state, replace(conv2, padding=(2, 2)))
    assert untrained(wide.network, wide.kept) == ("fc1",)
    back = editing.with_layer(wide, conv2)
    assert same(back.weights, state.weights)
    assert untrained(back.network, back.kept) == ()
    assert not back.edited


def test_resets(make_state: MakeState) -> None:
    state = make_state()
    edited = editing.with_bias_of(editing.with_bias_of(state, "conv1", 0, 3.0), "conv1", 1, 3.0)
    edited = editing.with_layer(edited, replace(edited.network["conv1"], padding=(1, 1)))  # type: ignore[call-arg]
    once = editing.kernel_reset(edited, "conv1", 0)
    assert once.weights["conv1.bias"][0] == state.weights["conv1.bias"][0]
    assert once.weights["conv1.bias"][1] == 3
    layer = editing.layer_reset(edited, "conv1")
    assert layer.network == state.network
    assert same(layer.weights, state.weights)
    whole = editing.network_reset(editing.with_mark(edited, "muted", "conv1", 2))
    assert not whole.edited
    inserted = editing.with_inserted(state, 2, "Conv2d")
    with pytest.raises(InputError, match="not in the network as it was opened"):
        editing.layer_reset(inserted, "conv3")


def test_a_template_needs_training_also_after_a_reset(make_state: MakeState) -> None:
    state = editing.started(make_state(), "small")
    assert untrained(state.network, state.kept) == ("conv1", "fc1")
    reset = editing.network_reset(editing.with_bias_of(state, "conv1", 0, 5.0))
    assert untrained(reset.network, reset.kept) == ("conv1", "fc1")
    assert untrained(*_spec_kept(editing.layer_reset(state, "conv1"))) == ("conv1", "fc1")
    with pytest.raises(InputError, match="bare, small"):
        editing.started(state, "big")


def _spec_kept(state: State) -> tuple[Any, Any]:
    return state.network, state.kept


def test_what_is_removed_or_inserted_takes_the_focus_along(make_state: MakeState) -> None:
    state = make_state(focus=Focus("relu1", (4, 2, 3)))
    assert editing.without(state, "relu1").focus == Focus("pool1", (4, 2, 3))
    assert editing.with_inserted(state, 3, "Conv2d").focus == Focus("conv3", (4, 2, 3))
    assert editing.with_kind(state, "relu1", "Tanh").focus == Focus("tanh1", (4, 2, 3))


@pytest.mark.parametrize(
    ("what", "says"),
    [
        (lambda s: editing.without(editing.started(s, "bare"), "flatten"), "flat input"),
        (lambda s: editing.with_layer(s, replace(s.network["conv2"], kernel=(9, 9))), "does not fit"),
        (lambda s: editing.with_layer(s, replace(s.network["conv2"], groups=3)), "divide"),
        (lambda s: editing.with_layer(s, replace(s.network["pool1"], padding=(2, 2))), "half its kernel"),
        (lambda s: editing.with_layer(s, replace(s.network["conv1"], padding=(10**5, 10**5))), "GB"),
        (lambda s: editing.with_layer(s, replace(s.network["pool1"], stride=(0, 1))), "at least 1"),
        (lambda s: editing.with_moved(s, "conv1", -1), "already the first"),
        (lambda s: editing.with_inserted(s, 7, "Conv2d"), "before the flatten"),
        (lambda s: editing.kernel_reset(s, "relu1", 0), "no kernel"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(
    make_state: MakeState, what: Callable[[State], State], says: str
) -> None:
    with pytest.raises(InputError, match=says):
        what(make_state())


def test_a_stride_that_is_the_kernel_again_is_no_edit(make_state: MakeState) -> None:
    """A pooling whose stride is not given has that of its kernel; a field shows, and gives back, a number."""
    state = make_state()
    pool = state.network["pool1"]
    assert isinstance(pool, MaxPool2d)
    assert pool.stride is None
    spelt = replace(pool, stride=(3, 3))
    assert editing.with_layer(state, spelt) is state
    wide = editing.with_layer(state, replace(pool, stride=(4, 4)))
    assert wide.edited
    back = editing.with_layer(wide, spelt)
    assert back.network == state.network
    assert not back.edited
    other = editing.with_layer(state, replace(pool, kernel=(2, 2), stride=(3, 3)))
    assert other.network["pool1"] == replace(pool, kernel=(2, 2), stride=(3, 3))


def test_a_reset_network_is_compared_with_what_it_was_compared_with(make_state: MakeState) -> None:
    state = editing.with_mark(editing.with_bias_of(make_state(), "conv1", 3, 2.5), "muted", "conv1", 1)
    reset = editing.network_reset(state)
    assert reset.origin is state.origin
    assert reset.network is state.network
    assert not reset.edited
    assert not reset.channels

"""What each edit of the network makes of a State. Functions of States, without Qt: an edit is undone around them."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from ..spec import chain
from ..spec.adapt import adapt, all_new
from ..spec.channels import Mark
from ..spec.errors import InputError
from ..spec.kernel_view import KernelView, kernel_view, with_bias, with_kernel
from ..spec.network import AvgPool2d, Layer, MaxPool2d, NetworkSpec
from ..spec.preparation import input_side
from ..spec.state import Focus, State, opened
from ..spec.weights import Floats, Weights, initial


def with_network(state: State, network: NetworkSpec) -> State:
    """The State with its network changed: weights are kept wherever they fit.

    Raises:
        InputError: a layer does not fit its input.
    """
    if network == state.network:
        return state
    input_side(network)
    weights, kept = adapt(state.network, state.weights, network, state.kept)
    return replace(state, network=network, weights=weights, kept=kept, channels=state.channels.within(network))


def with_layer(state: State, layer: Layer) -> State:
    """The State with one layer's settings changed; a stride of None that was spelt out is None again."""
    if isinstance(layer, MaxPool2d | AvgPool2d) and layer.stride == layer.kernel:
        plain = replace(layer, stride=None)
        layer = plain if plain in (*state.network, *state.origin.network) else layer
    return with_network(state, state.network.with_layer(layer))


def with_kind(state: State, layer_id: str, kind: str) -> State:
    """The State with an activation or a pooling turned into another kind; the focus stays on it."""
    network, name = chain.retyped(state.network, layer_id, kind)
    changed = with_network(state, network)
    if state.focus is not None and state.focus.layer == layer_id:
        changed = replace(changed, focus=Focus(name, state.focus.index))
    return changed


def with_inserted(state: State, at: int, kind: str) -> State:
    """The State with one more layer before position ``at``, selected."""
    network, name = chain.inserted(state.network, at, kind)
    changed = with_network(state, network)
    index = state.focus.index if state.focus is not None else (0, 0, 0)
    return replace(changed, focus=Focus(name, index))


def without(state: State, layer_id: str) -> State:
    """The State without a layer; the layer before it is selected."""
    ids = ["input", *(layer.id for layer in state.network)]
    changed = with_network(state, chain.removed(state.network, layer_id))
    if state.focus is not None and state.focus.layer == layer_id:
        before = ids[ids.index(layer_id) - 1]
        changed = replace(changed, focus=Focus(before, state.focus.index))
    return changed


def with_moved(state: State, layer_id: str, step: int) -> State:
    """The State with a layer moved ``step`` places later."""
    return with_network(state, chain.moved(state.network, layer_id, step))


def started(state: State, template: str) -> State:
    """The State with a new network whose weights are random.

    Raises:
        InputError: there is no such template.
    """
    if template not in chain.TEMPLATES:
        raise InputError(f"there is no template called {template!r}; take one of {', '.join(chain.TEMPLATES)}")
    network = chain.TEMPLATES[template]()
    network = replace(network, name=f"{network.name}, untrained")
    return opened(state, network, initial(network), new=True)


def with_mark(state: State, mark: Mark, layer_id: str, channel: int) -> State:
    """The State with a channel muted, soloed or frozen, or no longer."""
    return replace(state, channels=state.channels.toggled(mark, layer_id, channel))


def with_kernel_of(state: State, layer_id: str, channel: int, values: Floats) -> State:
    """The State with one kernel set to ``values`` (S, h, w)."""
    return replace(state, weights=with_kernel(state.weights, _view(state, layer_id, channel), values))


def with_bias_of(state: State, layer_id: str, channel: int, value: float) -> State:
    """The State with one bias set."""
    return replace(state, weights=with_bias(state.weights, _view(state, layer_id, channel), value))


def kernel_reset(state: State, layer_id: str, channel: int) -> State:
    """The State with one kernel and its bias as they were opened.

    Raises:
        InputError: it has another shape by now, or was not there.
    """
    view = _view(state, layer_id, channel)
    if view.original is None:
        raise InputError(f"the kernels of {layer_id} had another shape when the network was opened; reset the layer")
    weights = with_kernel(state.weights, view, view.original)
    if view.bias is not None and view.original_bias is not None:
        weights = with_bias(weights, view, view.original_bias)
    return replace(state, weights=weights)


def layer_reset(state: State, layer_id: str) -> State:
    """The State with one layer's settings and weights as they were opened.

    Raises:
        InputError: the layer was inserted since, or no longer fits in its place.
    """
    origin = state.origin
    if layer_id not in origin.network:
        raise InputError(f"{layer_id} was not in the network as it was opened; remove it, or undo its insertion")
    changed = with_layer(state, origin.network[layer_id])
    weights, kept = changed.weights, dict(changed.kept)
    fresh = all_new(origin.network, origin.weights) if origin.new else {}
    for name, array in origin.weights.items():
        if name.rsplit(".", 1)[0] == layer_id and name in weights and weights[name].shape == array.shape:
            weights = weights.replaced(name, array)
            kept.pop(name, None)
            if name in fresh:
                kept[name] = fresh[name]
    return replace(changed, weights=weights, kept=MappingProxyType(kept))


def network_reset(state: State) -> State:
    """The State with the whole network as it was opened; a training that still fits it follows."""
    origin = state.origin
    return replace(opened(state, origin.network, origin.weights, new=origin.new), origin=origin)


def with_imported(state: State, weights: Weights) -> State:
    """The State with other weights for the same network; they are what it is compared with from now on."""
    return replace(opened(state, state.network, weights), channels=state.channels)


def _view(state: State, layer_id: str, channel: int) -> KernelView:
    view = kernel_view(state, layer_id, channel)
    if view is None:
        raise InputError(f"{layer_id} has no kernel {channel}")
    return view

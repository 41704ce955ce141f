"""What the kernels of a layer are called, the single weights in them, and the images that their gradients are of."""

from __future__ import annotations

from dataclasses import dataclass

from ....session.training.gradients import WeightGradients
from ....spec.adapt import maps_before
from ....spec.kernel_view import kernel_view
from ....spec.network import Conv2d, Linear, NetworkSpec, times
from ....spec.state import State
from ....spec.weights import Weights
from ...look.numbers import exact, typeset
from .kernel_layout import Place, Size


def with_kernels(network: NetworkSpec) -> tuple[str, ...]:
    """The layers that have kernels, in order.

    >>> from convviz.spec.presets import lecture
    >>> with_kernels(lecture())
    ('conv1', 'conv2', 'fc1', 'fc2')
    """
    return tuple(layer.id for layer in network if isinstance(layer, Conv2d | Linear))


STEPS = "Gradients are those of a mini-batch: they come with the next step of a training."
SOON = "The gradients of these weights are being computed, over some of the training images."


@dataclass(frozen=True, slots=True)
class KernelNames:
    """Of one layer: ``reads`` is the layer before it, ``maps`` the maps (C, H, W) or features (F,) that it reads.

    ``share`` is how many kernels in a row read the same maps: all of them without groups.
    """

    layer: str
    reads: str
    maps: tuple[int, ...]
    flat: bool  # a fully connected layer
    share: int

    @classmethod
    def of(cls, state: State, layer: str) -> KernelNames:
        view = kernel_view(state, layer, 0)
        assert view is not None, layer
        spec = state.network[layer]
        share = len(state.weights[f"{layer}.weight"])
        if isinstance(spec, Conv2d):
            share = spec.out_channels // spec.groups
        return cls(layer, view.reads, maps_before(state.network, layer), isinstance(spec, Linear), share)

    def input_name(self, channel: int, slice_: int, slices: int) -> str:
        """The map or unit that a slice is multiplied with."""
        if self.flat and len(self.maps) == 3:
            high, wide = self.maps[1:]
            of_map, rest = divmod(slice_, high * wide)
            return f"{self.reads}[{of_map}] row {rest // wide}, column {rest % wide}"
        first = 0 if self.flat else channel // self.share * slices
        return f"{self.reads}[{first + slice_}]"

    def place_name(self, place: Place, size: Size) -> str:
        """Where a weight is: its kernel, what it is multiplied with, and its cell.

        >>> names = KernelNames("conv2", "relu1", (32, 8, 8), False, 64)
        >>> names.place_name(Place(5, 3, 1, 2), (64, 32, 5, 5))
        'conv2[5] on relu1[3], row 1, column 2'
        """
        text = f"{self.layer}[{place.channel}] on {self.input_name(place.channel, place.slice, size[1])}"
        return text if size[2] * size[3] == 1 else f"{text}, row {place.row}, column {place.column}"

    def summary(self, size: Size) -> str:
        """How many kernels there are, and of what size."""
        if self.flat:
            return f"{size[0]} rows of {size[1]}"
        return f"{size[0]} kernels of {times(size[1:])}"


def frozen_note(frozen: frozenset[int], count: int) -> str:
    """Behind the number of kernels: how many of them training leaves alone.

    >>> frozen_note(frozenset({3}), 32), frozen_note(frozenset(range(6)), 6), frozen_note(frozenset(), 6)
    (' · 1 frozen (marked)', ' · all frozen', '')
    """
    here = sum(channel < count for channel in frozen)
    if not here:
        return ""
    return " · all frozen" if here == count else f" · {here} frozen (marked)"


def values_said(values: dict[str, float | None]) -> str:
    """The values of a weight, by what they are; those that are not there are left out.

    >>> values_said({"weight": 0.5, "gradient": None, "change": -0.25})
    'weight 0.5   change −0.25'
    """
    return "   ".join(typeset(f"{name} {exact(value)}") for name, value in values.items() if value is not None)


def gradients_caption(of: WeightGradients | None, weights: Weights, past: bool) -> tuple[str, ...]:
    """Above a picture of gradients, from a long caption to a short one; ``past``: the time machine is in use.

    >>> gradients_caption(None, Weights({}), past=False)
    ('gradients of the last mini-batch', 'gradients')
    """
    if of is None:
        return f"gradients of the {'newest step' if past else 'last mini-batch'}", "gradients"
    if of.why:
        return ("gradients",)
    images = "1 training image" if of.images == 1 else f"{of.images:,} training images"
    whose = f"{'these' if of.weights is weights else 'other'} weights"
    return f"gradients of {images}, {whose}", f"gradients, {whose}", "gradients"


def gradients_missing(of: WeightGradients | None, going: bool) -> str:
    """In the place of a picture of gradients; ``going``: a training runs, or will in a moment.

    >>> gradients_missing(None, going=True)
    'Gradients are those of a mini-batch: they come with the next step of a training.'
    """
    if going:
        return STEPS
    return f"No gradients: {of.why}." if of is not None and of.why else SOON


def gradients_said(of: WeightGradients | None, batch: int) -> tuple[str, ...]:
    """Of which images the gradients are, from a long sentence to a short one; of a mini-batch where ``of`` is None.

    >>> gradients_said(None, batch=64)
    ('∂loss/∂weight of the last mini-batch; the batch size is 64', 'last mini-batch; batch size 64')
    """
    if of is None:
        return (
            f"∂loss/∂weight of the last mini-batch; the batch size is {batch:,}",
            f"last mini-batch; batch size {batch:,}",
        )
    if of.images == of.among:
        one = f"all {of.among:,} training images" if of.among > 1 else "the only training image"
    else:
        one = f"{of.images:,} of the {of.among:,} training images, always the same"
    plain = "not augmented, no dropout"
    return f"∂loss/∂weight, the mean of {one}; {plain}", f"mean of {one}; {plain}", f"mean of {one}", one

"""The images, and the places in them, that every channel answers most strongly to."""

from __future__ import annotations

from collections.abc import Generator
from types import MappingProxyType

import torch
from torch import Tensor, nn

from ..spec.geometry import describe
from ..spec.network import Flatten, NetworkSpec
from ..spec.training.news import Best
from .data import Images
from .judging import as_input, evaluating, slice_size


def best(
    network: nn.Module,
    spec: NetworkSpec,
    images: Images,
    device: str | torch.device = "cpu",
    step: int = 0,
    most: int = 1000,
    top: int = 9,
) -> Generator[None, None, Best]:
    """Looks for the strongest answers of every channel of every layer but flatten, a slice of the images at a time.

    Of each image only the largest value of a channel counts. Of more than ``most`` images so many are looked at, evenly
    spread; of equal answers the first image is kept. A channel that gives no number has NaN in the place of a value.
    The network must not change meanwhile. Never more than one slice's activations are in memory.
    """
    rows = [row for row in describe(spec) if not isinstance(row.layer, Flatten)]
    count = min(len(images), most)
    chosen = torch.arange(count) * len(images) // max(count, 1)
    found = {row.layer.id: _Strongest(row.output_shape, min(top, count), device) for row in rows}
    with evaluating(network):
        size = max(slice_size(network, images, device) // 2, 1)  # to look through the values takes as long again
        yield
        for part in torch.split(chosen, size):
            _look(network, found, as_input(images.images[part], device), part)
            yield
    results = {name: strongest.result() for name, strongest in found.items()}
    values, numbers, places = (
        MappingProxyType({name: result[i].numpy() for name, result in results.items()}) for i in range(3)
    )
    for arrays in (values, numbers, places):
        for array in arrays.values():
            array.setflags(write=False)
    return Best(step, values, numbers, places)


def _look(network: nn.Module, found: dict[str, _Strongest], inputs: Tensor, numbers: Tensor) -> None:
    """One slice through the network; each layer's values are gone through while they are there."""
    modules = dict(network.named_modules())
    numbers = numbers.to(inputs.device)
    hooks = [
        modules[name].register_forward_hook(
            lambda _module, _args, output, strongest=strongest: strongest.take(output, numbers)
        )
        for name, strongest in found.items()
    ]
    try:
        with torch.inference_mode():
            network(inputs)
    finally:
        for hook in hooks:
            hook.remove()


class _Strongest:
    """Of each of C channels the K largest values so far, the images (N counted) and the places they are from."""

    def __init__(self, shape: tuple[int, ...], top: int, device: str | torch.device) -> None:
        self._width = shape[-1] if len(shape) == 3 else 1
        self._values = torch.full((shape[0], top), -torch.inf, device=device)  # (C, K)
        self._images = torch.zeros((shape[0], top), dtype=torch.int64, device=device)
        self._places = torch.zeros((shape[0], top), dtype=torch.int64, device=device)  # row · width + column

    def take(self, output: Tensor, numbers: Tensor) -> None:
        """Another slice's values (N, C, …), of the images with these numbers (N,)."""
        largest, places = output.float().flatten(2).max(dim=2) if output.ndim > 2 else (output.float(), None)
        largest = torch.nan_to_num(largest, nan=-torch.inf, posinf=torch.inf, neginf=-torch.inf).T  # (C, N)
        better = torch.nonzero((largest > self._values[:, -1:]).any(dim=1))[:, 0]  # soon only a few channels
        if not len(better):
            return
        where = torch.zeros_like(largest, dtype=torch.int64) if places is None else places.T
        kept = self._values[better], self._images[better], self._places[better]
        new = largest[better], numbers.expand(len(better), -1), where[better]
        joined = [torch.cat(both, dim=1) for both in zip(kept, new, strict=True)]
        values, order = joined[0].sort(dim=1, descending=True, stable=True)
        order = order[:, : self._values.shape[1]]
        self._values[better] = values[:, : self._values.shape[1]]
        self._images[better] = joined[1].gather(1, order)
        self._places[better] = joined[2].gather(1, order)

    def result(self) -> tuple[Tensor, Tensor, Tensor]:
        """Values (C, K), images (C, K) and places (C, K, 2), copied to the processor."""
        places = torch.stack((self._places // self._width, self._places % self._width), dim=2)
        values = self._values.where(self._values > -torch.inf, torch.nan)
        return values.cpu(), self._images.cpu(), places.cpu()

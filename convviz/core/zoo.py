"""torchvision's classification networks: their geometry without their weights, their predictions with them.

The geometry of a graph is followed node by node on torch's "meta" device, where tensors have shapes and no values.
"""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from ..spec.errors import InputError
from ..spec.fitting import MAX_VALUES
from ..spec.network import times
from ..spec.picture import Picture
from .graph import Row, follow, row_json
from .vision import torchvision

DEFAULT_INPUT = (3, 224, 224)
_SQUARE_CROP = 4  # a picture longer than this many times its width is cropped before torchvision enlarges it


def names() -> list[str]:
    """Every classification network of torchvision.

    >>> "alexnet" in names()
    True
    """
    models = torchvision().models
    return list(models.list_models(module=models))


def check_name(name: str, others: tuple[str, ...] = ()) -> None:
    """Raises InputError with near matches unless torchvision has a classification network ``name``."""
    known = names()
    if name in known:
        return
    near = difflib.get_close_matches(name.lower(), [*others, *known], n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"convviz ships {' and '.join(others)}"
    raise InputError(f"there is no network called {name!r}; {hint}")


def describe(name: str, input_shape: tuple[int, ...] | None = None) -> dict[str, Any]:
    """The layer table of a torchvision network, in the form of ``geometry.as_json``; nothing is downloaded.

    The network is the one that torchvision gives with its weights, in evaluation mode.

    Raises:
        InputError: no such network, or the input does not fit it.

    >>> table = describe("alexnet")
    >>> table["params"], table["products"]
    (61100840, 714188480)
    """
    check_name(name)
    shape = tuple(input_shape or default_input(name))
    if len(shape) != 3 or min(shape) < 1:
        raise InputError("the input must be channels, height and width, each at least 1")
    if any(size > MAX_VALUES for size in shape) or shape[0] * shape[1] * shape[2] > MAX_VALUES:
        raise InputError(f"an input of {times(shape)} values is too large; choose something smaller")
    rows = _rows(name, shape)
    return {
        "layers": [row_json(row) for row in rows],
        "params": sum(row.params for row in rows),
        "products": sum(row.products for row in rows),
    }


def _rows(name: str, shape: tuple[int, ...]) -> list[Row]:
    network = build_on_meta(name)
    try:
        graph = torch.fx.symbolic_trace(network)
    except Exception as error:  # whatever the network's own code raises when it meets a symbolic value
        raise InputError(f"{name} chooses its path by the values it meets, so it has no one layer table") from error
    try:
        return follow(graph, network, shape)
    except (RuntimeError, ValueError, AssertionError, IndexError, TypeError) as error:
        if isinstance(error, InputError):
            raise
        own = times(default_input(name))
        raise InputError(
            f"{name} does not take an input of {times(shape)} ({_reason(error)}); its own is {own}"
        ) from None


def _reason(error: Exception) -> str:
    if isinstance(error, AssertionError):  # its text was made while tracing and names symbols, not numbers
        return "it is built for one size"
    return str(error).strip().split("\n")[0] or type(error).__name__


def default_input(name: str) -> tuple[int, int, int]:
    """The input that torchvision's own preprocessing of the network's default weights gives."""
    crop = _weights(name).transforms().crop_size[0]
    return (3, crop, crop)


class _ParametersOnMeta(TorchFunctionMode):
    """Factories of parameters give tensors without memory; everything else computes as usual.

    Under ``torch.device("meta")`` the RegNets cannot be built: they compute their widths with tensors.
    """

    _FACTORIES = (torch.empty, torch.zeros, torch.ones, torch.randn, torch.rand)

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = dict(kwargs or {})
        if func in self._FACTORIES:
            kwargs["device"] = "meta"
        return func(*args, **kwargs)


def build_on_meta(name: str) -> nn.Module:
    """The network without values, in evaluation mode, of the shape its ImageNet weights have."""
    options: dict[str, Any] = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
    if name == "googlenet":
        options["aux_logits"] = False  # what torchvision returns when it loads the weights
    if name.startswith("vit_"):
        options["image_size"] = default_input(name)[1]  # likewise
    with _ParametersOnMeta():
        network: nn.Module = torchvision().models.get_model(name, weights=None, **options)
    return network.to("meta").eval()


# --- with weights ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class ImageNetNetwork:
    """A network with ImageNet weights, its own preprocessing and the names of its classes."""

    name: str
    network: nn.Module
    classes: tuple[str, ...]
    transform: Callable[[Any], Tensor]

    def inputs(self, picture: Picture) -> Tensor:
        """(1, 3, H, W): the picture through torchvision's own preprocessing."""
        from PIL import Image

        values = (picture.pixels * 255).round().astype("uint8").transpose(1, 2, 0)  # (H, W, C)
        image = Image.fromarray(values if values.shape[2] == 3 else values[:, :, 0]).convert("RGB")
        return self.transform(_not_too_long(image))[None]


def load(name: str, download: bool = False) -> ImageNetNetwork:
    """The network with torchvision's default ImageNet weights, from torch's own folder on disk.

    Args:
        name: of a torchvision classification network.
        download: fetch the weights (with a progress bar on stderr) where they are not on disk yet.

    Raises:
        InputError: no such network, no weights on disk, damaged weights, or the download failed.
    """
    check_name(name)
    weights = _weights(name)
    file = weights_file(weights.url)
    if not file.is_file() and not download:
        raise InputError(
            f"the ImageNet weights of {name} are not on this computer ({file}); "
            f"add --download to fetch {weights.meta.get('_file_size', 0):.0f} MB"
        )
    try:
        with redirect_stdout(sys.stderr):  # torch announces a download on stdout, in the middle of our JSON
            network = torchvision().models.get_model(name, weights=weights, progress=True)
    except Exception as error:  # network errors, a bad hash, a file that is not weights: all mean the same here
        reason = str(error).strip().split("\n")[0][:200] or type(error).__name__
        what = f"{file} cannot be read as the weights of {name}" if file.is_file() else f"cannot download {name}"
        raise InputError(f"{what} ({reason})") from None
    return ImageNetNetwork(name, network.eval(), tuple(weights.meta["categories"]), weights.transforms())


def weights_file(url: str) -> Path:
    """Where torch keeps the file of that address: ``TORCH_HOME``/hub/checkpoints."""
    return Path(torch.hub.get_dir()) / "checkpoints" / os.path.basename(url)


def _weights(name: str) -> Any:
    return torchvision().models.get_model_weights(name).DEFAULT


def _not_too_long(image: Any) -> Any:
    """The middle of a very long picture: all that torchvision's central crop would keep, without enlarging the rest."""
    width, height = image.size
    shorter = min(width, height)
    if max(width, height) <= _SQUARE_CROP * shorter:
        return image
    half_w, half_h = (min(side, _SQUARE_CROP * shorter) / 2 for side in image.size)
    box = (int(width / 2 - half_w), int(height / 2 - half_h), int(width / 2 + half_w), int(height / 2 + half_h))
    return image.crop(box)

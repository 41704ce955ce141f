"""What a training cannot begin with, and what can end it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor

from ...spec.errors import InputError
from ...spec.geometry import LayerGeometry, describe
from ...spec.network import BatchNorm2d, NetworkSpec, times
from ...spec.training import TrainingSettings
from ...spec.training.checkpoint import Checkpoint
from ...spec.training.demands import check_learns
from .room import most_images

if TYPE_CHECKING:
    from ..data import Images, Split

_NO_MEMORY = ("out of memory", "can't allocate", "cannot allocate", "not enough memory")
_LOSS = "the loss is no longer a number"


class DivergedError(InputError):
    """The loss, a weight or what the optimizer remembers is no longer a number.

    ``checkpoint`` is the last from which the loss still was one.
    """

    def __init__(self, step: int, checkpoint: Checkpoint, rate: float, edited: bool = False, why: str = _LOSS) -> None:
        advice = "lower the learning rate" + (f" (it is {rate:g})" if rate else "")
        if edited:
            advice = f"undo the last edit, or {advice}"
        super().__init__(f"training diverged at step {step}: {why}; {advice}")
        self.checkpoint = checkpoint


def out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory was short, here or on a GPU; torch has several ways to say it.

    >>> out_of_memory(RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 10 bytes"))
    True
    """
    return isinstance(error, MemoryError) or any(sign in str(error).lower() for sign in _NO_MEMORY)


def check(spec: NetworkSpec, data: Split, settings: TrainingSettings) -> None:
    """Raises InputError where training could not begin, or would break in its midst."""
    check_learns(spec)
    rows = describe(spec)
    if not len(data.train):
        raise InputError("there are no images to train on")
    outputs = rows[-1].output_shape[0]
    for images in (data.train, data.test):
        _check_images(spec, images)
        _check_labels(spec, images.labels, outputs)
    batch, most = min(settings.batch, len(data.train)), most_images(spec)
    if batch > most:
        raise InputError(
            f"a batch norm takes all {batch:,} images of a step at once, which need more than half of this machine's "
            f"memory; choose a batch of at most {most:,}"
        )
    if len(data.train) == 1 and has_lone_values(rows):
        raise InputError("a batch norm of single values cannot learn from one image alone; choose more data")


def has_lone_values(rows: tuple[LayerGeometry, ...]) -> bool:
    """Whether a batch norm has nothing but the images of a batch to take a mean of."""
    return any(isinstance(row.layer, BatchNorm2d) and row.input_shape[1:] == (1, 1) for row in rows)


def _check_images(spec: NetworkSpec, images: Images) -> None:
    if len(images.images) != len(images.labels):
        raise InputError(f"there are {len(images.images)} images but {len(images.labels)} labels; load the data again")
    shape = tuple(images.images.shape[1:])
    if len(images) and spec.input_shape != shape:
        raise InputError(f"{spec.name!r} takes inputs of {times(spec.input_shape)}; these images are {times(shape)}")


def _check_labels(spec: NetworkSpec, labels: Tensor, outputs: int) -> None:
    if not len(labels):
        return
    low, high = int(labels.min()), int(labels.max())
    if low < 0:
        raise InputError(f"the label {low} is below 0; classes are numbered from 0")
    if high >= outputs:
        raise InputError(
            f"{spec.name!r} has {outputs} outputs, too few for the label {high}; its last layer needs {high + 1}"
        )

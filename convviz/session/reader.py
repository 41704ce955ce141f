"""Files the user opens, read on a thread of their own: decoding a photo takes longer than a window may stand still."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from ..spec.errors import InputError
from ..spec.network import NetworkSpec
from ..spec.preparation import input_side
from ..spec.strokes import Drawing
from ..spec.weights import Weights
from .outbox import Failure, Outbox

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class DrawingRead:
    """A picture, as ink on the pad; ``note`` is what the user should know about it."""

    name: str
    drawing: Drawing
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class WeightsRead:
    """Weights, with the network described in their file if there is one, called like the file."""

    name: str
    network: NetworkSpec | None
    weights: Weights


class Reader:
    """Reads one thing after the other; what comes of it arrives in the outbox."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="convviz-reader")

    def open(self, path: Path) -> None:
        """Reads a file, whatever it is: DrawingRead, WeightsRead or Failure follows."""
        self._submit(lambda: read(path))

    def decode(self, data: bytes, name: str) -> None:
        """Decodes a picture from memory (pasted or dropped): DrawingRead or Failure follows."""
        self._submit(lambda: _picture(data, name))

    def stop(self) -> None:
        """Forgets what is waiting and ends the thread after what it reads now."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _submit(self, job: Callable[[], object]) -> None:
        self._pool.submit(self._run, job)

    def _run(self, job: Callable[[], object]) -> None:
        try:
            self._outbox.put(job())
        except InputError as error:
            self._outbox.put(Failure(str(error)))
        except MemoryError:
            self._outbox.put(Failure("there is not enough memory to open this; choose a smaller file"))
        except Exception as error:
            log.exception("while reading")
            text = f"this could not be opened ({error}); choose another file"
            self._outbox.put(Failure(text, traceback.format_exc()))


def read(path: Path) -> DrawingRead | WeightsRead:
    """What is in a file: weights (.safetensors), drawings (.json, the first one), or a picture.

    Raises:
        InputError: none of these, or damaged.
    """
    kind = path.suffix.lower()
    if kind == ".safetensors":
        from ..spec.weights import load

        network, weights = load(path)
        if network is not None:
            input_side(network)  # refused before it takes the place of one that works
        return WeightsRead(path.name, network and replace(network, name=path.stem), weights)
    if kind == ".json":
        from ..spec.drawings import load as load_drawings

        found = load_drawings(path)
        note = f"{path.name} holds {len(found):,} drawings; the first is shown" if len(found) > 1 else ""
        return DrawingRead(path.name, found[0].drawing, note)
    if kind in (".pt", ".pth", ".ckpt", ".pkl"):
        raise InputError(f"{path.name}: convviz reads weights from .safetensors files; save them as one first")
    return _picture(path, path.name)


def _picture(source: Path | bytes, name: str) -> DrawingRead:
    from ..spec.picture import ink, load

    return DrawingRead(name, Drawing(base=ink(load(source, name))))

"""Files the user opens, read on a thread of their own: decoding a photo takes longer than a window may stand still."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from ..spec.errors import InputError
from ..spec.lab.source import Grid
from ..spec.network import NetworkSpec
from ..spec.photo import Cancelled, Photo, load_photo
from ..spec.preparation import input_side
from ..spec.state import State
from ..spec.strokes import Drawing
from ..spec.weights import Floats, Weights
from .file_thread import FileThread
from .outbox import Outbox

if TYPE_CHECKING:
    from ..spec.picture import Picture  # at run time only where one is decoded: the window is there before Pillow is

TORCH_FILES = (".pt", ".pth", ".ckpt")  # read by torch, so on its thread: see importing.py
NEWS = 0.01  # of a photo, from one PhotoProgress to the next


@dataclass(frozen=True, slots=True, eq=False)
class DrawingRead:
    """A picture, as ink on the pad; ``note`` is what the user should know about it.

    ``picture`` is what it was, for a network that takes colours; None of what was drawn.
    """

    name: str
    drawing: Drawing
    note: str = ""
    picture: Picture | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ColoursRead:
    """The middle of a picture in ``colours`` (3, S, S), for a network whose input has ``side`` pixels."""

    read: DrawingRead
    side: int
    colours: Floats


@dataclass(frozen=True, slots=True, eq=False)
class WeightsRead:
    """Weights, with the network described in their file if there is one, called like the file."""

    name: str
    network: NetworkSpec | None
    weights: Weights


@dataclass(frozen=True, slots=True, eq=False)
class ExperimentRead:
    """A whole experiment; ``note`` is what the user should know about it."""

    path: Path
    state: State
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class PhotoRead:
    """A photo at its full size; ``path`` is None for one that came from memory."""

    photo: Photo
    path: Path | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SoundRead:
    """A sound, as a signal for the Lab."""

    grid: Grid
    path: Path


@dataclass(frozen=True, slots=True)
class PhotoProgress:
    """``share`` of a photo is decoded, 0…1."""

    name: str
    share: float


@dataclass(frozen=True, slots=True)
class PhotoCancelled:
    """A photo was not decoded to its end, since nobody wants it any more."""

    name: str


class Reader(FileThread):
    """Reads one thing after the other; what comes of it arrives in the outbox."""

    def __init__(self, outbox: Outbox) -> None:
        super().__init__(outbox, "reader")
        self._unwanted = Event()  # set: the photo that is decoded now, or waits, is not wanted

    def open(self, path: Path) -> None:
        """Reads a file, whatever it is: ExperimentRead, DrawingRead, WeightsRead or Failure follows."""
        self.submit(lambda: read(path))

    def decode(self, data: bytes, name: str) -> None:
        """Decodes a picture from memory (pasted or dropped): DrawingRead or Failure follows."""
        self.submit(lambda: _picture(data, name))

    def fit(self, read: DrawingRead, side: int, most_px: int) -> None:
        """Takes the middle of a picture for a network in colour: ColoursRead follows. Of a large one it takes 0.1 s."""
        self.submit(lambda: _fitted(read, side, most_px))

    def open_photo(self, path: Path) -> None:
        """Decodes a photo at its full size, and forgets one that is under way: PhotoRead or Failure follows.

        PhotoProgress says how far it is, PhotoCancelled that it was given up.
        """
        self._photo(path, path.name)

    def decode_photo(self, data: bytes, name: str) -> None:
        """As :meth:`open_photo`, from memory (pasted or dropped)."""
        self._photo(data, name)

    def cancel_photo(self) -> None:
        """Gives up the photo that is being decoded; nothing happens if there is none."""
        self._unwanted.set()

    def stop(self, *, finish: bool = False) -> None:
        """Ends the thread after what it does now, a photo at once; ``finish`` does what is waiting first."""
        self.cancel_photo()
        super().stop(finish=finish)

    def _photo(self, source: Path | bytes, name: str) -> None:
        self.cancel_photo()
        self._unwanted = unwanted = Event()
        self.submit(lambda: self._decoded(source, name, unwanted))

    def _decoded(self, source: Path | bytes, name: str, unwanted: Event) -> PhotoRead | PhotoCancelled:
        told = 0.0

        def tell(share: float) -> None:
            nonlocal told
            if share - told >= NEWS:
                told = share
                self._outbox.put(PhotoProgress(name, share))

        try:
            photo = load_photo(source, name, tell, unwanted.is_set)
            return PhotoRead(photo, source if isinstance(source, Path) else None)
        except Cancelled:
            return PhotoCancelled(name)


def read(path: Path) -> ExperimentRead | DrawingRead | WeightsRead | SoundRead:
    """What is in a file: an experiment (.convviz), weights (.safetensors), drawings (.json), a sound (.wav), a picture.

    Raises:
        InputError: none of these, or damaged.
    """
    kind = path.suffix.lower()
    if kind == ".convviz":
        from ..spec.project import load_with_note

        state, note = load_with_note(path)
        input_side(state.network)  # refused before it takes the place of one that works
        return ExperimentRead(path, state, note)
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
    if kind == ".wav":
        from ..spec.lab.sounds import load as load_sound

        return SoundRead(load_sound(path), path)
    if kind == ".pkl":
        raise InputError(f"{path.name}: a pickle can run code, so convviz does not open it; save a state dict as .pt")
    return _picture(path, path.name)


def _picture(source: Path | bytes, name: str) -> DrawingRead:
    from ..spec.picture import ink, load

    picture = load(source, name)
    return DrawingRead(name, Drawing(base=ink(picture)), picture=picture)


def _fitted(read: DrawingRead, side: int, most_px: int) -> ColoursRead:
    from ..spec.picture import middle

    assert read.picture is not None
    colours = middle(read.picture, side, most_px)
    colours.setflags(write=False)
    return ColoursRead(read, side, colours)

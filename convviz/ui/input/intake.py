"""What comes from outside: dropped, pasted or opened, a picture or weights."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from ...session.editing import with_imported
from ...session.experiment import State
from ...session.importing import ArraysRead
from ...session.reader import TORCH_FILES, ColoursRead, DrawingRead, ExperimentRead, Reader, WeightsRead
from ...spec.errors import InputError
from ...spec.network import NetworkSpec
from ...spec.preparation import input_side
from ...spec.state import opened
from ...spec.strokes import PAD
from ...spec.weight_match import applied, match
from ...spec.weights import Floats
from .unprepared import fresh
from .unprepared import opened as as_it_is

ENDINGS = "*.convviz *.png *.jpg *.jpeg *.webp *.gif *.bmp *.tif *.tiff *.json *.wav *.safetensors *.pt *.pth *.ckpt"
FILTER = f"Experiments, pictures, drawings and weights ({ENDINGS});;All files (*)"
OTHERS = (".convviz", ".safetensors", ".json", ".pkl", ".wav")  # files that hold no picture
LONGEST_PX = 2000  # a picture from the clipboard is made this small before it is handed on


class Intake(QObject):
    """Takes what is given to the Reader; turns what was read into an edit."""

    refused = Signal(str)
    matched = Signal(str, str, str)  # name of the file, a sentence, the whole report
    told = Signal(str)  # not a mistake, but worth knowing
    edit_wanted = Signal(str, object)  # text, State
    experiment_read = Signal(object)  # ExperimentRead
    import_wanted = Signal(object)  # Path of weights that torch must read
    photo_coming = Signal()  # one is about to be read

    def __init__(self, reader: Reader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader = reader
        self.photos_wanted = False  # a picture is opened at its full size, not as ink on the pad

    def choose(self, parent: QWidget) -> None:
        """Asks for a file with the system's dialog."""
        name, _ = QFileDialog.getOpenFileName(parent, "Open an experiment, a picture, drawings or weights", "", FILTER)
        if name:
            self.open(Path(name))

    def open(self, path: Path) -> None:
        if path.suffix.lower() in TORCH_FILES:
            self.import_wanted.emit(path)
        elif self.photos_wanted and path.suffix.lower() not in OTHERS:
            self.photo_coming.emit()
            self._reader.open_photo(path)
        else:
            self._reader.open(path)

    def paste(self) -> None:
        """What is on the clipboard."""
        self.take(QGuiApplication.clipboard().mimeData(), "the clipboard")

    @staticmethod
    def accepts(data: QMimeData) -> bool:
        """Whether :meth:`take` could use it."""
        return data.hasImage() or data.hasUrls()

    def take(self, data: QMimeData | None, where: str) -> None:
        """The first file among dropped or pasted ones, else a picture."""
        files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()] if data is not None else []
        if files:
            self.open(files[0])
        elif data is not None and data.hasImage():
            self._decode(data.imageData(), where)
        elif data is not None and data.hasUrls():
            self.refused.emit("convviz opens files of this computer only; save the picture first and drop that file")
        else:
            self.refused.emit(f"there is no picture in {where}; copy one first")

    def _decode(self, picture: object, where: str) -> None:
        if not isinstance(picture, QImage) or picture.isNull():
            self.refused.emit(f"the picture in {where} cannot be read; save it as a file and drop that")
            return
        if max(picture.width(), picture.height()) > LONGEST_PX and not self.photos_wanted:
            smooth = Qt.TransformationMode.SmoothTransformation
            picture = picture.scaled(LONGEST_PX, LONGEST_PX, Qt.AspectRatioMode.KeepAspectRatio, smooth)
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        picture.save(buffer, "BMP" if not picture.hasAlphaChannel() else "PNG")  # type: ignore[call-overload]
        if self.photos_wanted:
            self.photo_coming.emit()
        decode = self._reader.decode_photo if self.photos_wanted else self._reader.decode
        decode(bytes(buffer.data().data()), f"the picture in {where}")

    def arrived(self, message: object, state: State) -> None:
        """What the Reader found becomes an edit, or a sentence why not."""
        match message:
            case ExperimentRead():
                self.experiment_read.emit(message)
            case DrawingRead(picture=picture) as read if picture is not None and state.network.input_shape[0] == 3:
                self._reader.fit(read, input_side(state.network), int(PAD))
            case ColoursRead() as fitted:
                self._in_colour(fitted, state)
            case DrawingRead(name=name, drawing=drawing, note=note):
                self.edit_wanted.emit(f"picture {name}", fresh(state, drawing))
                if note:
                    self.told.emit(note)
            case WeightsRead(name=name, network=NetworkSpec() as network, weights=weights):
                self.edit_wanted.emit(f"weights {name}", opened(state, network, weights))
            case WeightsRead(name=name, weights=weights):
                self._import(name, weights, state)
            case ArraysRead(path=path, arrays=arrays):
                self._import(path.name, arrays, state)

    def _in_colour(self, fitted: ColoursRead, state: State) -> None:
        """A picture for a network that takes colours reaches it as it is."""
        name, picture = fitted.read.name, fitted.read.picture
        assert picture is not None
        if state.network.input_shape[0] != 3 or input_side(state.network) != fitted.side:
            self.arrived(fitted.read, state)  # another network came meanwhile
            return
        self.edit_wanted.emit(f"picture {name}", as_it_is(state, fitted.colours, f"picture {name}"))
        _, height, width = picture.pixels.shape
        if height != width:
            self.told.emit(f"{name}: only its middle is taken, since the network sees a square")

    def _import(self, name: str, arrays: Mapping[str, Floats], state: State) -> None:
        """Weights for the present network, under whatever names; says which tensors matched."""
        try:
            found = match(state.network, arrays)
        except InputError as error:
            self.refused.emit(f"{name}: {error}")
            return
        weights = applied(state.weights, found)
        self.edit_wanted.emit(f"weights {name}", with_imported(state, weights))
        self.matched.emit(name, found.summary(), found.report())

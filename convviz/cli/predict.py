"""``convviz predict``: classes and probabilities for pictures and drawings."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from ..paths import weights_file
from ..spec import drawings, picture, project, weights
from ..spec.channels import effective
from ..spec.errors import InputError
from ..spec.network import NetworkSpec, times
from ..spec.preparation import Preparation, received
from ..spec.presets import NETWORKS
from ..spec.resample import Floats
from ..spec.strokes import Canvas, Drawing
from .describe import is_experiment, is_file_name

if TYPE_CHECKING:
    from torch import nn

_PHOTO_PX = 4096  # photos for ImageNet networks are shrunk to this before torchvision's own preprocessing
_HELP = """
FILE is a picture (PNG, JPEG, …; of a digit, dark on light or light on dark, for the shipped networks), or a .json
file of drawings, [{"strokes": [[[x, y], …], …], "label": 3}, …], in any units, y down; "label" is optional.
Drawings and digits pass through the same canvas and the same MNIST preparation as in the window.

NETWORK is a shipped network (lecture, lenet5), an experiment (.convviz) or a .safetensors file written by convviz, or
a torchvision network (squeezenet1_0, …) whose ImageNet weights are in torch's folder (TORCH_HOME); --download fetches
them. An experiment's network answers as in the window: edited, with its muted channels and its steps of preparation.

JSON: {"network", "files": [{"file", "predictions": [{"class", "index", "probability",
"top": [{"class", "index", "probability"}, …], "label", "correct"}, …], "labelled", "correct", "accuracy"}, …]}.
A picture has one prediction, a file of drawings one for each, in order. "label" and "correct" are there for labelled
drawings; "labelled", "correct" and "accuracy" count them and are there for files with labels.
"""


class Classifier(Protocol):
    """A network that is ready to be asked."""

    classes: tuple[str, ...]

    def of_picture(self, path: Path) -> Floats:
        """Probabilities (classes,) of one picture."""

    def of_drawings(self, drawn: Sequence[Drawing]) -> Floats:
        """Probabilities (N, classes) of drawings."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds this command's arguments."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="pictures, and .json files of drawings")
    parser.add_argument(
        "--network", default="lecture", help="a name, a .convviz or a .safetensors file (default: lecture)"
    )
    parser.add_argument("--top", type=int, default=3, metavar="K", help="how many classes to print (default: 3)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--download", action="store_true", help="fetch a torchvision network's weights if need be")
    parser.epilog = _HELP


def run(args: argparse.Namespace) -> int:
    """Prints what the network says about every file, once all of them are read."""
    if args.top < 1:
        raise InputError(f"--top must be at least 1, not {args.top}")
    for name in args.files:
        if not Path(name).exists():  # known before torch is loaded
            raise InputError(f"there is no file {name}; it may have been moved or deleted")
    classifier = classifier_of(args.network, args.download)
    results = [_result(name, classifier, args.top) for name in args.files]
    if args.json:
        print(json.dumps({"network": args.network, "files": results}, ensure_ascii=False, indent=1))
    else:
        print("\n\n".join("\n".join(_lines(result, args.top)) for result in results))
    return 0


def classifier_of(name: str, download: bool = False) -> Classifier:
    """The classifier of that name or file.

    Raises:
        InputError: there is none, or its weights are missing or cannot be used.
    """
    if name in NETWORKS:
        file = weights_file(name)
        if not file.is_file():
            raise InputError(f"the weights of {name} are missing ({file}); install convviz again")
        return Digits.load(file)
    if is_file_name(name):
        return Digits.load(Path(name))
    from ..core import zoo

    zoo.check_name(name, tuple(NETWORKS))
    return Photos(zoo.load(name, download))


@dataclass(slots=True, eq=False)
class Digits:
    """A network of ours: ink for one that reads digits, plain pictures otherwise."""

    spec: NetworkSpec
    network: nn.Sequential
    classes: tuple[str, ...]
    preparation: Preparation

    @classmethod
    def load(cls, file: Path) -> Digits:
        """From a file that convviz has written: weights, or an experiment as it is on screen."""
        if is_experiment(file.name):
            state = project.load(file, lab=False)
            values = effective(state.network, state.weights, state.channels)
            return cls._of(state.network, values, state.preparation)
        spec, values = weights.load(file)
        if spec is None:
            raise InputError(f"{file} holds weights but no network; give a file that convviz has written")
        return cls._of(spec, values, Preparation())

    @classmethod
    def _of(cls, spec: NetworkSpec, values: weights.Weights, preparation: Preparation) -> Digits:
        from ..core.network import build

        network = build(spec, values)
        outputs = _outputs(spec)
        classes = spec.classes if len(spec.classes) == outputs else tuple(map(str, range(outputs)))
        return cls(spec, network, classes, preparation)

    def of_picture(self, path: Path) -> Floats:
        """A digit through pad and preparation; a picture for any other network scaled to its input."""
        channels, height, width = self.spec.input_shape
        shown = picture.load(path)
        if self._reads_digits():
            return _only(self.of_drawings([Drawing(base=picture.ink(shown))]))
        if channels not in (1, 3):
            raise InputError(f"{self.spec.name} takes {channels} channels; a picture has 1 or 3")
        return _only(self._probabilities(picture.fitted(shown, (channels, height, width))[None]))

    def of_drawings(self, drawn: Sequence[Drawing]) -> Floats:
        """Exactly what the pad does: canvas, preparation, network."""
        if not self._reads_digits():
            shape = times(self.spec.input_shape)
            raise InputError(f"{self.spec.name} takes pictures of {shape}; drawings are for networks that read digits")
        size = self.spec.input_shape[1]
        canvas = Canvas()
        inputs = np.empty((len(drawn), 1, size, size), np.float32)
        for field, drawing in zip(inputs, drawn, strict=True):
            field[:] = received(canvas.ink(drawing), self.preparation, (1, size, size))[1]
        return self._probabilities(inputs)

    def _reads_digits(self) -> bool:
        channels, height, width = self.spec.input_shape
        return channels == 1 and height == width and self.classes == tuple("0123456789")

    def _probabilities(self, inputs: Floats) -> Floats:
        from ..core.classify import probabilities

        return probabilities(self.network, inputs)


class Photos:
    """A torchvision network with ImageNet weights."""

    def __init__(self, loaded: Any) -> None:
        self._loaded = loaded
        self.classes: tuple[str, ...] = loaded.classes

    def of_picture(self, path: Path) -> Floats:
        """Through the weights' own preprocessing."""
        from ..core.classify import probabilities

        inputs = self._loaded.inputs(picture.load(path, longest_px=_PHOTO_PX))
        return _only(probabilities(self._loaded.network, inputs))

    def of_drawings(self, drawn: Sequence[Drawing]) -> Floats:
        """Drawings are not photos."""
        raise InputError(f"{self._loaded.name} knows photos, not drawings; use --network lecture")


def _only(rows: Floats) -> Floats:
    row: Floats = rows[0]
    return row


def _outputs(spec: NetworkSpec) -> int:
    from ..spec.geometry import describe

    shape = describe(spec)[-1].output_shape if spec.layers else spec.input_shape
    if len(shape) != 1:
        raise InputError(f"{spec.name} ends in maps of {times(shape)}, not in classes; it needs a fully connected end")
    return shape[0]


# --- results --------------------------------------------------------------------------------------------------


def _result(name: str, classifier: Classifier, top: int) -> dict[str, Any]:
    path = Path(name)
    if path.suffix.lower() != ".json":
        return {"file": name, "predictions": [_prediction(classifier.of_picture(path), classifier.classes, top)]}
    found = drawings.load(path)
    rows = classifier.of_drawings([item.drawing for item in found])
    predictions = [_prediction(row, classifier.classes, top) for row in rows]
    result: dict[str, Any] = {"file": name, "predictions": predictions}
    for prediction, item in zip(predictions, found, strict=True):
        if item.label is not None:
            prediction |= {"label": item.label, "correct": item.label == prediction["class"]}
    labelled = [p["correct"] for p in predictions if "correct" in p]
    if labelled:
        result |= {"labelled": len(labelled), "correct": sum(labelled), "accuracy": sum(labelled) / len(labelled)}
    return result


def _prediction(row: Floats, classes: tuple[str, ...], top: int) -> dict[str, Any]:
    if np.isnan(row).any():
        nothing = {"class": None, "index": None, "probability": None}
        return {**nothing, "top": []}
    best = np.argsort(-row, kind="stable")[:top]
    ranked = [{"class": classes[i], "index": int(i), "probability": float(row[i])} for i in best]
    return {**ranked[0], "top": ranked}


def _lines(result: dict[str, Any], top: int) -> Iterator[str]:
    yield result["file"]
    predictions = result["predictions"]
    if not result["file"].lower().endswith(".json"):
        if not predictions[0]["top"]:
            yield "  no class: the network's scores are not numbers"
            return
        width = max(len(place["class"]) for place in predictions[0]["top"])
        for place in predictions[0]["top"]:
            bar = "█" * round(20 * place["probability"])
            yield f"  {place['class']:<{width}}  {place['probability']:7.4f}  {bar}".rstrip()
        return
    for index, prediction in enumerate(predictions):
        if not prediction["top"]:
            yield f"{index:6}  no class: the network's scores are not numbers"
            continue
        others = "  ".join(f"{p['class']} {p['probability']:.4f}" for p in prediction["top"][1:])
        label = f"  label {prediction['label']}" if "label" in prediction else ""
        wrong = "  ✗ wrong" if prediction.get("correct") is False else ""
        yield f"{index:6}  {prediction['class']} {prediction['probability']:.4f}  ({others}){label}{wrong}"
    if "accuracy" in result:
        yield f"{result['correct']:,} of {result['labelled']:,} right: {result['accuracy']:.2%}"

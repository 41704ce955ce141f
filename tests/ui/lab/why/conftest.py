"""Labs with known numbers, and a mouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from convviz.spec.lab.lab import Lab
from convviz.spec.lab.source import Grid
from convviz.spec.network import Conv2d, MaxPool2d
from convviz.spec.weights import Weights

NO_KEY = Qt.KeyboardModifier.NoModifier


def _lab(values: np.ndarray, layer: Any, dims: Any = 2, **arrays: np.ndarray) -> Lab:
    weights = Weights({name.replace("_", "."): array.astype(np.float32) for name, array in arrays.items()})
    return Lab(Grid(values), values.shape, layer, weights, dims)  # type: ignore[arg-type]


@pytest.fixture
def labs() -> dict[str, Lab]:
    """By name: a picture of 12 × 12, three channels with two kernels, a signal, a pooling."""
    rng = np.random.default_rng(11)
    picture = rng.normal(size=(1, 12, 12)).astype(np.float32)
    three = rng.normal(size=(3, 5, 6)).astype(np.float32)
    signal = np.sin(np.arange(24) / 3).astype(np.float32)[None, None]
    kernel, bias = rng.normal(size=(2, 3, 2, 3)), rng.normal(size=2)
    laplacian = np.array([[[[0, -1, 0], [-1, 4, -1], [0, -1, 0]]]])
    return {
        "picture": _lab(picture, Conv2d("conv", 1, (3, 3)), conv_weight=laplacian, conv_bias=np.zeros(1)),
        "three": _lab(three, Conv2d("conv", 2, (2, 3), padding=(1, 0)), conv_weight=kernel, conv_bias=bias),
        "signal": _lab(signal, Conv2d("conv", 1, (1, 2), bias=False), 1, conv_weight=np.array([[[[-1, 1]]]])),
        "pooling": _lab(picture, MaxPool2d("pool", (3, 2))),
    }


@pytest.fixture
def mouse() -> Callable[..., None]:
    """Sends one event of the left button: ("press" | "move" | "release", point), with keys held."""
    kinds = {
        "press": QEvent.Type.MouseButtonPress,
        "move": QEvent.Type.MouseMove,
        "release": QEvent.Type.MouseButtonRelease,
    }
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton

    def send(widget: QWidget, kind: str, at: QPointF, keys: Qt.KeyboardModifier = NO_KEY, *, held: bool = True) -> None:
        button = none if kind == "move" else left
        buttons = none if kind == "release" or not held else left
        event = QMouseEvent(kinds[kind], at, widget.mapToGlobal(at), button, buttons, keys)
        QApplication.sendEvent(widget, event)

    return send


@pytest.fixture
def heard() -> Callable[[Any], list[Any]]:
    """What a signal says from now on."""

    def listen(signal: Any) -> list[Any]:
        found: list[Any] = []
        signal.connect(found.append)
        return found

    return listen

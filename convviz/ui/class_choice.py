"""Which class is explained: the one the network answers, or one of your choice."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from ..session.outbox import Frame
from ..spec.network import NetworkSpec
from .look.choice import Choice


def predicted(frame: Frame) -> int | None:
    """The class that a frame answers; None of an empty pad, as beside the pad."""
    drawn = frame.state.drawing and frame.maps["input"].any()
    return replace(frame.state.probe, target=None).class_of(frame.scores) if drawn and frame.scores.size else None


class ClassChoice(Choice):
    """The first line is "predicted", with its class in brackets. Setters never emit."""

    target_chosen = Signal(object)  # int, or None for the class that the network answers

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName("Class that is explained")
        self.setToolTip("The class whose score is explained")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(10)
        self._of: tuple[NetworkSpec | None, int] = (None, 0)
        self._names: tuple[str, ...] = ()
        self.activated.connect(lambda at: self.target_chosen.emit(at - 1 if at else None))

    def set_classes(self, network: NetworkSpec, outputs: int) -> None:
        """The classes of a network with so many outputs; those without a name are numbers."""
        if (network, outputs) == self._of:
            return
        self._of = network, outputs
        names = tuple(network.class_name(i) for i in range(outputs))
        if names != self._names:
            self._names = names
            with QSignalBlocker(self):
                at = self.currentIndex()
                self.clear()
                self.addItems(["predicted", *names])
                self.setCurrentIndex(at if 0 <= at <= outputs else 0)

    def name_of(self, target: int) -> str:
        """What a class is called."""
        return self._names[target] if target < len(self._names) else str(target)

    def show_target(self, target: int | None) -> None:
        """What is chosen."""
        with QSignalBlocker(self):
            self.setCurrentIndex(0 if target is None or target >= len(self._names) else target + 1)

    def show_predicted(self, target: int | None) -> None:
        """Which class the network answers at present; None where nothing is drawn, and so nothing answered."""
        text = "predicted" if target is None else f"predicted ({self.name_of(target)})"
        if self.count() and self.itemText(0) != text:
            self.setItemText(0, text)

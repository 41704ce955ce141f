"""Which class's score is explained: the one that the network answers, or a chosen one."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QWidget


class ClassChooser(QComboBox):
    """Never changes by itself; a choice comes back through :meth:`show_classes`."""

    target_chosen = Signal(object)  # int, or None for the class that the network answers

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("class_chooser")
        self.setAccessibleName("Class whose score is explained")
        self.setToolTip("The class whose score is explained")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(11)
        self.activated.connect(lambda at: self.target_chosen.emit(at - 1 if at > 0 else None))

    def show_classes(self, target: int | None, predicted: int, count: int) -> None:
        """``target`` as in a Probe, the class that is answered, and how many there are."""
        with QSignalBlocker(self):
            if self.count() != count + 1:
                self.clear()
                self.addItems(["", *map(str, range(count))])
            answered = f"predicted ({predicted})"
            if self.itemText(0) != answered:
                self.setItemText(0, answered)
            at = 0 if target is None or target >= count else target + 1
            if at != self.currentIndex():
                self.setCurrentIndex(at)

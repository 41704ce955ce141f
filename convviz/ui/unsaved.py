"""The question whether unsaved work shall be saved."""

from __future__ import annotations

from PySide6.QtWidgets import QMessageBox, QWidget

from ..session.writer import moments_in
from ..spec.state import State


def ask_to_save(window: QWidget, question: str, state: State) -> QMessageBox.StandardButton:
    """Asks over the window, and says what leaving means for the trainings; returns Save, Discard or Cancel."""
    box = QMessageBox(window)
    box.setObjectName("unsaved_box")
    box.setWindowTitle("Unsaved changes")
    box.setIcon(QMessageBox.Icon.Question)
    box.setText(question)
    box.setInformativeText(" ".join(_of_training(state)))
    buttons = QMessageBox.StandardButton
    box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
    box.setDefaultButton(buttons.Save)
    answer = QMessageBox.StandardButton(box.exec())
    box.deleteLater()
    return answer


def _of_training(state: State) -> list[str]:
    """What leaving means for a training that is going on, and for the moments of runs."""
    said, run = [], state.runs.chosen
    if run is not None and run.status in ("loading", "running"):
        goes_on = "; saved, it goes on from its last moment once the file is open again" if run.checkpoints else ""
        said.append(f"{run.name} is still training, which ends here{goes_on}.")
    if moments := moments_in(state):
        said.append(f"It will hold {moments}, thinned evenly: there is no room for all.")
    return said

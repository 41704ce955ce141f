"""The window as a picture, for the README: ``python -m convviz.ui.portrait OUT.png``. Needs no screen."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtCore import QEventLoop

    from .desk import Desk

LABEL, SEED = 3, 19  # of the sample digit that is drawn
UNIT = "conv2", (12, 1, 2)  # the selected one: its fields in all layers before it are seen
EXAMPLE = "stride-padding"  # what the Lab shows
EPOCHS = 3  # of the training that is seen
WAIT_MS = 60_000


def portray(out: Path, theme: str, network: str, scale: float, workspace: str) -> None:
    """Opens the real window off screen, draws a sample digit, waits for the answer, and saves what is seen."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = str(scale)
    import numpy as np
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication

    from ..session.engine import Engine
    from ..session.shipped import starting_state
    from ..spec.handwriting import digit
    from ..spec.state import Focus
    from .look.theme import apply_chosen
    from .main_window import SIZE_PX, MainWindow
    from .settings import Settings

    app = QApplication.instance() or QApplication(["convviz"])
    assert isinstance(app, QApplication)
    app.setStyle("Fusion")
    window = MainWindow(Settings())
    apply_chosen(theme)
    window.resize(*SIZE_PX)
    state, _ = starting_state(network)
    desk = window.furnish(state, Engine())
    window.show()
    loop = QEventLoop()
    desk.bridge.frame_arrived.connect(lambda _: QTimer.singleShot(600, loop.quit))  # the times settle
    QTimer.singleShot(WAIT_MS, loop.quit)
    desk.experiment.change(drawing=digit(LABEL, np.random.default_rng(SEED)), focus=Focus(*UNIT))
    desk.engine.start()
    loop.exec()
    _bring(workspace, desk, loop)
    window.grab().save(str(out))
    desk.shut_down()  # closing would ask whether to save the training


def _bring(workspace: str, desk: Desk, loop: QEventLoop) -> None:
    """A workspace comes to the front, with something in it."""
    from PySide6.QtCore import QTimer

    if workspace == "lab":
        desk.actions_by_name["workspace_lab"].trigger()
        desk.lab.intents.choose_preset(EXAMPLE)
        QTimer.singleShot(500, loop.quit)
        loop.exec()
    if workspace == "train":
        desk.actions_by_name["workspace_train"].trigger()
        desk.trainer.start()
        while len(desk.trainer.curves.epochs) < EPOCHS:
            QTimer.singleShot(200, loop.quit)
            loop.exec()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m convviz.ui.portrait", description="The window as a picture.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--theme", choices=("dark", "light"), default="dark")
    parser.add_argument("--network", default="lecture")
    parser.add_argument("--scale", type=float, default=2.0, help="device pixels per logical pixel")
    parser.add_argument("--workspace", choices=("network", "lab", "train"), default="network")
    args = parser.parse_args()
    portray(args.out, args.theme, args.network, args.scale, args.workspace)


if __name__ == "__main__":
    main()

"""What leaves the Lab: figures, animations, programs, and the numbers themselves."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from ...spec.errors import InputError
from ..look.colours import Floats, value_range
from ..look.theme import theme_of
from .saved_as import saved_as

if TYPE_CHECKING:
    from ...spec.lab.lab import Lab
    from ...spec.lab.trial import Trial
    from ..desk import Desk
    from .export.animation import FrameDone
    from .photo.wires import PhotoWires
    from .workspace import LabWorkspace

FIGURES = {".svg": "SVG drawing (*.svg)", ".png": "PNG picture (*.png)"}
PICTURES = {".png": FIGURES[".png"]}
ANIMATIONS = {".gif": "GIF animation (*.gif)"}
RESULTS = {
    ".png": "PNG picture, 8 bits (*.png)",
    ".tif": "TIFF picture, exact values (*.tif *.tiff)",
    ".npy": "NumPy array, exact values (*.npy)",
}
TOO_LARGE = "a photo is too large to be drawn cell by cell; save its result, or choose a smaller input"


class Exports(QObject):
    """Asks where, and writes. An animation is made a frame at a time, with a button to cancel it."""

    refused = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self.workspace: LabWorkspace | None = None
        self.photo: PhotoWires | None = None
        self._making: Generator[FrameDone, None, None] | None = None
        self._path = Path()
        self._next = QTimer(self)
        self._next.timeout.connect(self._advance)
        for name, act in (
            ("export_figure", self.figure),
            ("export_animation", self.animation),
            ("copy_lab_code", self.copy_code),
            ("save_result", self.result),
        ):
            desk.actions_by_name[name].triggered.connect(lambda _on, a=act: self._try(a))

    def _try(self, act: Callable[[], object]) -> None:
        try:
            act()
        except InputError as error:
            self.refused.emit(str(error))

    # --- pictures ---------------------------------------------------------------------------------------------

    def figure(self) -> None:
        """What is on screen: the operation as a drawing, two pictures of a photo, or another page as it is."""
        if self.workspace is None or self.workspace.lab is None:
            return
        kinds, save = self._shown(self.workspace, self.workspace.lab)  # now: the mouse will leave for the answer
        path = self._ask("Export a figure", kinds)
        if path is not None:
            save(path)
            self._desk.status.tell(f"saved {path.name}")

    def _shown(self, workspace: LabWorkspace, lab: Lab) -> tuple[dict[str, str], Callable[[Path], None]]:
        """The kinds of file that it can be, and what writes it."""
        from .export.figure import save_figure
        from .export.page import Look, title_of
        from .export.snapshot import Snapshot

        page, look = workspace.page, theme_of(workspace)
        scene = getattr(page, "scene", None)
        if scene is not None:
            return FIGURES, lambda path: save_figure(path, scene, Look(look))
        if hasattr(page, "canvas"):
            return PICTURES, Snapshot(page.canvas, f"{title_of(lab)} · {page.spoken_tone}", look).save
        return FIGURES, Snapshot(page, title_of(lab), look).save

    def animation(self) -> None:
        """All positions of the window, as fast as they are played here."""
        from .export.animation import FASTEST_FPS, save_animation
        from .export.page import Look

        if self._making is not None:
            raise InputError(f"{self._path.name} is still being made; wait for it, or cancel it")
        trial, workspace = self._trial(), self.workspace
        assert workspace is not None
        path = self._ask("Export an animation", ANIMATIONS)
        if path is None:
            return
        speed = getattr(getattr(workspace.page, "transport", None), "speed_per_s", 0)
        fps = float(min(speed or FASTEST_FPS, FASTEST_FPS))
        self._path = path
        self._making = save_animation(path, trial, Look(theme_of(workspace)), fps, workspace.channel)
        self._desk.banner.show_work("animation", f"Making {path.name} …", self.cancel)
        self._next.start()

    def cancel(self) -> None:
        """Gives up the animation that is being made; nothing of it is written."""
        self._next.stop()
        making, self._making = self._making, None
        if making is not None:
            making.close()
            self._end(f"{self._path.name} was not made")

    def _advance(self) -> None:
        assert self._making is not None
        try:
            done = next(self._making)
        except StopIteration:
            self._making = None
            self._end(f"saved {self._path.name}")
        except InputError as error:
            self._making = None
            self._end("")
            self.refused.emit(str(error))
        else:
            said = f"Making {self._path.name} … {done.done:,} of {done.of:,} positions"
            self._desk.banner.show_work("animation", said, self.cancel)

    def _end(self, told: str) -> None:
        self._next.stop()
        self._desk.banner.end_work("animation")
        self._desk.status.tell(told)

    # --- numbers ----------------------------------------------------------------------------------------------

    def copy_code(self) -> None:
        """The operation as a program that prints the same output, on the clipboard."""
        from ...spec.lab.code import to_code

        workspace = self.workspace
        if workspace is None or workspace.lab is None:
            return
        values = workspace.trial.values if workspace.trial is not None else None
        QGuiApplication.clipboard().setText(to_code(workspace.lab, values))
        self._desk.status.tell("Copied the operation as a PyTorch program")

    def result(self) -> None:
        """All values of the output; those of a photo once they are computed."""
        workspace = self.workspace
        if workspace is None:
            return
        if workspace.trial is None:
            workspace.choose_page("operation")
            if self.photo is not None:
                self.photo.save()
            return
        values = workspace.trial.output
        path = self._ask("Save the result", RESULTS)
        if path is not None:
            self._desk.status.tell(f"saved {path.name}: {self._save(path, values, workspace.channel)}")

    def _save(self, path: Path, values: Floats, channel: int) -> str:
        """All values; a PNG shows the channel in hand in the colours that it has on screen."""
        from ...spec.lab.result_file import save_result

        extreme, said = value_range(values).high, ""
        if path.suffix.lower() == ".png" and len(values) > 1:
            values, said = values[channel : channel + 1], f"channel {channel} of {len(values)}, "
        dark = theme_of(self._desk).name == "dark"
        return said + save_result(path, values, "signed", extreme=extreme, dark=dark)

    # --- where ------------------------------------------------------------------------------------------------

    def _trial(self) -> Trial:
        if self.workspace is None or self.workspace.trial is None:
            raise InputError(TOO_LARGE)
        return self.workspace.trial

    def _ask(self, title: str, kinds: dict[str, str]) -> Path | None:
        """A path with one of the endings; the chosen kind's where none was typed."""
        lab = self.workspace.lab if self.workspace is not None else None
        name = lab.preset if lab is not None and lab.preset else "lab"
        at = self._desk.files.folder / f"{name}{next(iter(kinds))}"
        chosen, kind = QFileDialog.getSaveFileName(self._desk, title, str(at), ";;".join(kinds.values()))
        if not chosen:
            return None
        return saved_as(Path(chosen), kind, kinds)

"""Minutes of training in the whole window while a hand uses every control as the dice fall.

``python tests/benchmarks/random_use.py --minutes 30 --seed 1 [--data FOLDER]`` prints what went wrong, what took long
and how much memory it took; the exit code is 1 where anything went wrong. ``FOLDER`` holds data sets as torchvision
lays them out. Nothing of whoever runs it is touched: settings and files are in a temporary folder, and there is no net.
What takes long is told, but is no fault: the machine may be slow. ``QT_QPA_PLATFORM=xcb`` lets one watch.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from random_hand import window
from random_hand.acts import ACTS, WEIGHTS
from random_hand.hand import Hand
from random_hand.home import at_home, pictures, sets
from random_hand.watch import Watch, memory_mb

from convviz.spec.training.source import DataSource
from convviz.ui.app import furnish
from convviz.ui.faults import Faults
from convviz.ui.main_window import MainWindow
from convviz.ui.settings import Settings

PAUSES_S = (0.0, 0.0, 0.01, 0.05, 0.3)  # between two acts
SAMPLE_S = 10.0  # of memory
FILES = 6  # experiments that are left to be opened
FEWER = ("delete a run", "open a file", "press a key", "click a button")  # after which there may be fewer runs
TOLD = 15  # lines of each kind in the report


class Use:
    """A window, a hand in it, and who watches both."""

    def __init__(self, seed: int, folder: Path, data: Path | None, gather: bool) -> None:
        self.window = MainWindow(Settings())
        self.faults = Faults()
        self.faults.install()
        furnish(self.window, self.faults, None)
        assert self.window.desk is not None
        self.desk = self.window.desk
        self.watch = Watch(self.desk)
        self.watch.listen()
        self.faults.caught.connect(lambda text, details: self.watch.note("caught", f"{details}\n{text}"))
        sources = (*pictures(folder / "pictures"), *sets(data), DataSource("pictures", folder / "nowhere"))
        self.dice = random.Random(seed)
        self.files = folder / "files"
        self.files.mkdir()
        self.hand = Hand(self.window, self.desk, self.watch, self.dice, self.live, self.files, sources)
        self.weights = {name: 0 if gather and name in FEWER else weight for name, weight in WEIGHTS.items()}
        self.done: Counter[str] = Counter()
        self.memory: list[tuple[float, float, int, int]] = []  # minutes, MB, runs, entries of the history
        for name in window.LEAVES:
            self.desk.actions_by_name[name].setEnabled(False)
        self._delete = self.desk.trainer.delete_run
        self.desk.trainer.delete_run = self._deleted_on_purpose  # type: ignore[method-assign]
        self.window.resize(1280, 800)
        self.window.show()
        self._doors = QTimer(self.window)
        self._doors.timeout.connect(self._close_doors)
        self._doors.start(250)

    def _deleted_on_purpose(self, number: int) -> None:
        self.watch.forget_run(number)
        self._delete(number)

    def _close_doors(self) -> None:
        """Menus that wait for an answer, and windows beside this one."""
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        for other in QApplication.topLevelWidgets():
            if other is not self.window and other.isWindow() and other.isVisible() and random.random() < 0.2:
                other.close()

    def live(self, seconds: float) -> None:
        """The event loop turns for so long, at least once; each turn is measured."""
        end = perf_counter() + seconds
        while True:
            with self.watch.turn("a turn"):
                QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
                QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # as an event loop does by itself
            if perf_counter() >= end:
                return
            sleep(0.002)  # without Python's lock, as the application waits

    def act(self) -> None:
        """One act, and a moment after it."""
        name = self.dice.choices(list(self.weights), list(self.weights.values()))[0]
        self.watch.acts.append(name)
        self.done[name] += 1
        try:
            with self.watch.turn("the act"):
                chosen = ACTS[name](self.hand)
        except Exception:
            self.watch.note("act", traceback.format_exc())
            return
        if chosen:
            self.watch.acts[-1] += f" ({chosen})"
        self.live(self.dice.choice(PAUSES_S))
        self.watch.check()

    def go_on(self, minutes: float) -> None:
        """Acts for so long."""
        self.live(3)  # torch starts
        began = perf_counter()
        while perf_counter() - began < minutes * 60:
            self.act()
            now = perf_counter() - began
            if not self.memory or now - self.memory[-1][0] * 60 > SAMPLE_S:
                entries = self.desk.history.stack.count()
                self.memory.append((now / 60, memory_mb(), len(self.hand.runs), entries))
                self._clear_away()

    def _clear_away(self) -> None:
        files = sorted(self.files.glob("*.convviz"), key=lambda path: path.stat().st_mtime_ns)
        for path in files[:-FILES]:
            path.unlink()

    def end(self) -> None:
        """What goes on can be paused, and the window closes with all that runs behind it."""
        trainer = self.desk.trainer
        self.watch.acts.append("the end")
        self.desk.history.finish()
        trainer.pause()
        self.live(3)
        if trainer.status == "running":
            self.watch.note("the end", "it cannot be paused")
        self.window.close()
        self.window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.watch.close()
        left = [thread.name for thread in threading.enumerate() if thread.name.startswith("convviz")]
        if left:
            self.watch.note("the end", f"threads are left: {', '.join(left)}")

    # --- what is told -----------------------------------------------------------------------------------------

    def report(self) -> Iterator[str]:
        watch = self.watch
        yield f"{sum(self.done.values()):,} acts of {len(self.done)} kinds; {watch.saved} files saved and read back"
        yield "memory: " + ", ".join(
            f"{mb:.0f} MB at {minutes:.1f} min ({runs} runs, {entries} entries)"
            for minutes, mb, runs, entries in self.memory[:: max(len(self.memory) // TOLD, 1)]
        )
        yield f"{len(watch.long)} acts and turns took the window more than 100 ms of processor time"
        for turn in sorted(watch.long, key=lambda turn: -turn.cpu_s)[:TOLD]:
            yield f"  {turn.cpu_s * 1e3:6.0f} ms (of {turn.wall_s * 1e3:6.0f}): {turn.what[:300]}"
        yield "what was said most"
        yield from (f"  {n:5} × {text[:200]}" for text, n in watch.said.most_common(TOLD))
        yield f"{len(watch.problems)} kinds of problems"
        for kind, problem in sorted(watch.problems.items(), key=lambda item: -item[1].count):
            yield f"\n{problem.count} × {kind}\n  after {' | '.join(problem.acts)}\n{problem.text[-2500:]}"


def main() -> int:
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", type=Path, help="a folder with MNIST and its like")
    parser.add_argument("--gather", action="store_true", help="no run is deleted, no file opened: the list grows")
    options = parser.parse_args()
    with TemporaryDirectory() as folder, at_home(Path(folder)):
        app = QApplication(["convviz"])
        app.setApplicationName("convviz")
        app.setStyle("Fusion")
        random.seed(options.seed)
        use = Use(options.seed, Path(folder), options.data, options.gather)
        use.go_on(options.minutes)
        QMessageBox.exec = lambda _: QMessageBox.StandardButton.Discard  # type: ignore
        use.end()
        print("\n".join(use.report()))
    return 1 if use.watch.problems else 0


if __name__ == "__main__":
    sys.exit(main())

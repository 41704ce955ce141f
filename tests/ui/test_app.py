"""Starting: without a display one sentence; with one a window before anything heavy is imported."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="displays of other systems are always there")


def python(*arguments: str, **variables: str | None) -> subprocess.CompletedProcess[str]:
    """Runs Python in the checkout, with environment variables set or (None) unset."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **{k: v for k, v in variables.items() if v is not None}}
    for name in [name for name, value in variables.items() if value is None]:
        environment.pop(name, None)
    command = [sys.executable, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


@LINUX
@pytest.mark.parametrize(
    ("display", "platform"),
    [(None, None), (None, "xcb"), (":987", "xcb"), *((d, None) for d in ("", ":987", "nonsense", ":x", "unix:987.0"))],
)
def test_no_display_is_one_line_and_no_abort(display: str | None, platform: str | None) -> None:
    done = python("-m", "convviz", DISPLAY=display, WAYLAND_DISPLAY=None, QT_QPA_PLATFORM=platform)
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("convviz: error: there is no display")
    assert "xvfb-run" in line


@LINUX
def test_a_missing_library_is_named_with_its_package() -> None:
    script = (
        "import ctypes, socket\n"
        "def missing(name): raise OSError(name)\n"
        "ctypes.CDLL = missing\n"
        "display = socket.socket(socket.AF_UNIX)\n"
        "display.bind('\\0/tmp/.X11-unix/X7654')\n"
        "display.listen()\n"
        "from convviz.cli import main\n"
        "raise SystemExit(main([]))\n"
    )
    done = python("-c", script, DISPLAY=":7654", WAYLAND_DISPLAY=None, QT_QPA_PLATFORM="xcb")
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "libxcb-cursor0" in line


LIGHT = """
import sys
from PySide6.QtWidgets import QApplication
app = QApplication(["convviz"])
from convviz.ui.main_window import MainWindow
from convviz.ui.settings import Settings
def heavy(*names):
    found = [name for name in names if name in sys.modules]
    assert not found, found
window = MainWindow(Settings())
heavy("numpy", "torch", "torchvision", "PIL", "pyqtgraph", "safetensors", "convviz.core")
window.show()
app.processEvents()
from convviz.session.engine import Engine
from convviz.session.shipped import starting_state
desk = window.furnish(starting_state()[0], Engine())
app.processEvents()
window.grab()
heavy("torch", "torchvision", "PIL", "pyqtgraph", "convviz.core")
window.close()
print("light")
"""


def test_the_window_stands_before_anything_heavy_is_imported() -> None:
    done = python("-W", "error", "-c", LIGHT, QT_QPA_PLATFORM="offscreen")
    assert done.stdout == "light\n", done.stderr


SCALED = """
import sys
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication
app = QApplication(["convviz"])
app.setStyle("Fusion")
from convviz.ui.main_window import MainWindow
from convviz.ui.settings import Settings
from convviz.session.engine import Engine
from convviz.session.shipped import starting_state
from convviz.spec.presets import NETWORKS
from convviz.spec.weights import initial
window = MainWindow(Settings())
desk = window.furnish(starting_state()[0], Engine())
window.resize(1280, 800)
window.show()
view = desk.workspace.layers
for make in NETWORKS.values():
    desk.experiment.change(network=make(), weights=initial(make()))
    app.processEvents()
    assert window.size().toTuple() == (1280, 800), window.size()
    assert window.devicePixelRatioF() == FACTOR, window.devicePixelRatioF()
    assert not view.horizontalScrollBar().isVisible(), make().name
    assert not view.verticalScrollBar().isVisible(), make().name
    for card in view.cards.values():
        high, wide = card.mosaic.height() * FACTOR, card.mosaic.width() * FACTOR
        assert card.rect().contains(card.mosaic.geometry()), card.objectName()
        shot = card.mosaic.grab()
        assert abs(shot.height() - high) <= FACTOR and abs(shot.width() - wide) <= FACTOR
window.close()
print("fits")
"""


@pytest.mark.parametrize("factor", [1.0, 1.25, 2.0])
def test_both_networks_fit_the_usual_window_on_every_screen(factor: float) -> None:
    script = SCALED.replace("FACTOR", str(factor))
    done = python("-c", script, QT_QPA_PLATFORM="offscreen", QT_SCALE_FACTOR=str(factor))
    assert done.stdout == "fits\n", done.stderr


WHOLE = """
import sys, threading
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from convviz.ui.app import open_window
app = QApplication(["convviz"])
def look():
    window = next(w for w in app.topLevelWidgets() if w.objectName() == "main_window")
    desk = getattr(window, "desk", None)
    if desk is None or not CONDITION:
        return
    timer.stop()
    print(RESULT)
    window.close()
timer = QTimer()
timer.timeout.connect(look)
timer.start(20)
QTimer.singleShot(60_000, app.quit)
code = open_window(PATH)
assert not [t for t in threading.enumerate() if t.name.startswith("convviz")], threading.enumerate()
raise SystemExit(code)
"""


def whole(condition: str, result: str, path: str = "None") -> subprocess.CompletedProcess[str]:
    script = WHOLE.replace("CONDITION", condition).replace("RESULT", result).replace("PATH", path)
    return python("-c", script, QT_QPA_PLATFORM="offscreen")


def test_started_as_a_user_starts_it_it_computes_and_closes() -> None:
    done = whole("desk.status.latency.text().endswith('ms')", "desk.status.latency.text()")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("cpu · ")
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(shutil.which("xvfb-run") is None, reason="needs xvfb-run")
def test_it_starts_on_an_x_server() -> None:
    script = WHOLE.replace("CONDITION", "desk.status.latency.text().endswith('ms')")
    script = script.replace("RESULT", "app.platformName()").replace("PATH", "None")
    environment = {name: value for name, value in os.environ.items() if name != "QT_QPA_PLATFORM"}
    command = ["xvfb-run", "-a", sys.executable, "-c", script]
    done = subprocess.run(
        command, env=environment | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=120, check=False
    )
    if "install them" in done.stderr:
        pytest.skip("Qt's libraries for X are not installed here")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "xcb\n"


@pytest.mark.parametrize("moment", ["True", "desk.engine is not None and 'torch' in sys.modules"])
def test_closed_while_torch_is_being_imported(moment: str) -> None:
    done = whole(moment, "'closing'")
    assert done.stdout == "closing\n"
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_to_open_that_is_bad_is_said_in_the_banner(tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_text("no picture")
    done = whole(
        "'bad.png' in desk.banner.text.text()", "desk.banner.text.text()", f"Path({str(tmp_path / 'bad.png')!r})"
    )
    assert done.returncode == 0, done.stderr
    assert "not a picture" in done.stdout

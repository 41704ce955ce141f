"""A training in processes of its own, with real ones, and with a stand-in for torchrun that misbehaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue

import numpy as np
import pytest

from convviz.session.training import child, workers
from convviz.session.training.child import ChildTraining
from convviz.session.training.child_run import ChildRun
from convviz.spec import weights as files
from convviz.spec.errors import InputError
from convviz.spec.presets import lenet5
from convviz.spec.training import TrainingSettings
from convviz.spec.training.processes import ChildEnded, ChildSaid, ChildStepped
from convviz.spec.training.run import Frozen
from convviz.spec.training.source import DataSource
from convviz.spec.weights import initial

STROKES = DataSource("strokes", count=60)
UNIX = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")


class Heard:
    """What a child has said, in order."""

    def __init__(self) -> None:
        self.queue: Queue[object] = Queue()
        self.all: list[object] = []

    def until(self, kind: type, timeout_s: float = 120) -> object:
        while True:
            self.all.append(self.queue.get(timeout=timeout_s))
            if isinstance(self.all[-1], kind):
                return self.all[-1]


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def training(heard: Heard) -> Iterator[ChildTraining]:
    made = ChildTraining(heard.queue.put)
    yield made
    assert made.close(30)


def _start(training: ChildTraining, settings: TrainingSettings, source: DataSource = STROKES, count: int = 2) -> None:
    training.start(lenet5(), initial(lenet5()), settings, source, count)


def test_two_processes_are_followed_to_their_weights(training: ChildTraining, heard: Heard) -> None:
    _start(training, TrainingSettings(epochs=2, batch=5, average=0.0))
    ended = heard.until(ChildEnded)
    assert isinstance(ended, ChildEnded)
    assert ended.text == "done"
    assert ended.network == lenet5()
    assert ended.weights is not None
    steps = [news for news in heard.all if isinstance(news, ChildStepped)]
    told = [step.step for step in steps if step.accuracy is None]
    assert told[0] == 1
    assert told[-1] == 24
    assert [step.epoch for step in steps if step.accuracy is not None] == [1, 2]
    assert {step.steps for step in steps} == {24}
    run = ended.run
    assert run is not None
    assert (run.status, run.note, run.network) == ("done", "trained in 2 processes", lenet5())
    assert run.curves.steps[:, 0].tolist() == list(range(1, 25)), "as of any other run"
    assert run.curves.steps[:, 1].tolist() == pytest.approx([step / 12 for step in range(1, 25)])
    assert np.isfinite(run.curves.steps).all()
    assert run.curves.epochs[:, :2].tolist() == [[12, 1], [24, 2]]
    assert np.isfinite(run.curves.epochs).all()
    assert run.curves.epochs[-1, 5] == pytest.approx(steps[-1].accuracy)
    assert [point.step for point in run.checkpoints] == [24]
    assert all(np.array_equal(run.checkpoints[0].mean[name], array) for name, array in ended.weights.items())
    assert any(isinstance(news, ChildSaid) and news.text.startswith("loading ") for news in heard.all)
    assert training.close()


def test_one_that_is_cancelled_leaves_no_process(training: ChildTraining, heard: Heard) -> None:
    _start(training, TrainingSettings(epochs=100_000, batch=5))
    heard.until(ChildStepped)
    with pytest.raises(InputError, match="cancel it first"):
        _start(training, TrainingSettings())
    group = training._workers.pid if training._workers is not None else 0
    training.cancel()
    ended = heard.until(ChildEnded)
    assert isinstance(ended, ChildEnded)
    assert ended.cancelled
    assert ended.weights is None
    assert ended.run is not None
    assert ended.run.status == "stopped"
    _gone(group)
    _start(training, TrainingSettings(epochs=1), count=1)  # and it can be used again
    assert getattr(heard.until(ChildEnded), "text", "") == "done"


def test_frozen_layers_are_frozen_in_all_processes(training: ChildTraining, heard: Heard) -> None:
    frozen = frozenset({("conv1", channel) for channel in range(6)} | {("fc3", 2)})
    settings = TrainingSettings(epochs=1, batch=5)
    training.start(lenet5(), initial(lenet5()), settings, STROKES, 2, "cpu", frozen)
    ended = heard.until(ChildEnded)
    assert isinstance(ended, ChildEnded)
    assert ended.weights is not None
    start, learnt = initial(lenet5()), ended.weights
    assert np.array_equal(learnt["conv1.weight"], start["conv1.weight"])
    assert np.array_equal(learnt["fc3.weight"][2], start["fc3.weight"][2])
    assert not np.array_equal(learnt["fc3.weight"], start["fc3.weight"])
    assert ended.run is not None
    assert ended.run.frozen == (Frozen(0, frozen),), "the run knows it"


@UNIX
@pytest.mark.parametrize("number", [1, 2])
def test_a_process_that_is_killed_in_the_first_epoch_is_named_and_leaves_a_moment(
    training: ChildTraining, heard: Heard, number: int
) -> None:
    _start(training, TrainingSettings(epochs=100_000, batch=1))
    step = heard.until(ChildStepped)
    while getattr(step, "step", 0) < 10:
        step = heard.until(ChildStepped)
    workers = training._workers
    assert workers is not None
    os.kill(_of_rank(workers._pids, number - 1), signal.SIGKILL)
    ended = heard.until(ChildEnded)
    assert isinstance(ended, ChildEnded)
    assert ended.text.startswith(f"process {number} of 2 was killed (SIGKILL)")
    assert ended.run is not None
    assert ended.run.status == "failed"
    assert ended.run.checkpoints[-1].step >= 2


def _of_rank(pids: set[int], rank: int) -> int:
    if sys.platform != "linux":
        pytest.skip("looks into /proc")
    return next(pid for pid in pids if f"LOCAL_RANK={rank}".encode() in Path(f"/proc/{pid}/environ").read_bytes())


def _gone(launcher: int) -> None:
    """No process of that session, nor one that it started, is there."""
    if sys.platform != "linux":
        return
    for _ in range(100):
        if not Path(f"/proc/{launcher}").exists():
            return
        time.sleep(0.1)
    pytest.fail("a process is left")


def test_a_mistake_arrives_as_its_sentence(training: ChildTraining, heard: Heard) -> None:
    _start(training, TrainingSettings(rate=1e9, optimizer="sgd", schedule="constant", epochs=50))
    ended = heard.until(ChildEnded)
    assert "lower the learning rate" in getattr(ended, "text", "")
    run = getattr(ended, "run", None)
    assert run is None or run.status == "diverged"


def test_own_handwriting_is_refused(training: ChildTraining, heard: Heard) -> None:
    with pytest.raises(InputError, match="handwriting"):
        _start(training, TrainingSettings(), DataSource("handwriting"))
    assert not training.running


# --- a stand-in for Python, which runs a few lines of shell ------------------------------------------------------


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def make(script: str) -> None:
        path = tmp_path / "python"
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
        monkeypatch.setattr(child.sys, "executable", str(path))

    return make


@UNIX
def test_one_that_dies_is_told_with_its_last_line(
    stand_in: Callable[[str], None], training: ChildTraining, heard: Heard
) -> None:
    stand_in("echo hello; echo 'Segmentation fault' >&2; kill -9 $$")
    _start(training, TrainingSettings())
    assert getattr(heard.until(ChildEnded), "text", "") == "the processes ended: Segmentation fault"


@UNIX
def test_one_that_leaves_no_weights_is_told(
    stand_in: Callable[[str], None], training: ChildTraining, heard: Heard
) -> None:
    stand_in("echo 'convviz: a note' >&2; exit 0")
    _start(training, TrainingSettings())
    assert "no weights" in getattr(heard.until(ChildEnded), "text", "")
    assert ChildSaid("a note") in heard.all


WORKER = """
( trap '' TERM; echo "{\\"event\\": \\"process\\", \\"pid\\": $(sh -c 'echo $PPID')}"
  while true; do sleep 0.05; done ) &
echo 'convviz: here' >&2; wait
"""


@UNIX
@pytest.mark.parametrize("launcher_first", [False, True])
def test_a_worker_that_hangs_is_killed(
    stand_in: Callable[[str], None],
    training: ChildTraining,
    heard: Heard,
    monkeypatch: pytest.MonkeyPatch,
    launcher_first: bool,
) -> None:
    """It neither reads its input nor minds being asked, and holds on to its output; or torchrun is killed."""
    monkeypatch.setattr(workers, "PATIENCE_S", 0.5)
    stand_in(WORKER)
    _start(training, TrainingSettings())
    while getattr(heard.until(ChildSaid), "text", "") != "here":
        pass
    running = training._workers
    assert running is not None
    while not running._pids:
        time.sleep(0.01)
    (pid,) = running._pids
    if launcher_first:
        os.kill(running.pid, signal.SIGKILL)
    else:
        training.cancel()
    ended = heard.until(ChildEnded, 20)
    assert getattr(ended, "cancelled", None) is not launcher_first
    assert launcher_first == getattr(ended, "text", "").startswith("the launcher of the processes was killed (SIGKILL)")
    for _ in range(100):
        if _state(pid) in ("", "Z"):
            return
        time.sleep(0.05)
    pytest.fail("the worker is alive")


def _state(pid: int) -> str:
    """Of a process, as ps says it; "" of one that is not there."""
    said = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return said.stdout.strip()[:1]


@UNIX
def test_one_that_does_not_listen_is_killed(
    stand_in: Callable[[str], None], training: ChildTraining, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "PATIENCE_S", 0.2)
    stand_in("trap '' TERM; echo 'convviz: here' >&2; while true; do sleep 0.05; done")
    _start(training, TrainingSettings())
    heard.until(ChildSaid)
    heard.until(ChildSaid)
    training.cancel()
    assert getattr(heard.until(ChildEnded), "cancelled", False)


def test_python_that_is_not_there_is_a_sentence(
    training: ChildTraining, heard: Heard, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(child.sys, "executable", str(tmp_path / "nothing"))
    _start(training, TrainingSettings())
    assert getattr(heard.until(ChildEnded), "text", "").startswith("Python could not be started: No such file")


def test_no_room_for_its_files_is_a_sentence(
    training: ChildTraining, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(workers, "folder", full)
    _start(training, TrainingSettings())
    ended = heard.until(ChildEnded)
    assert getattr(ended, "text", "") == "cannot write a temporary file (No space left on device); make room for it"


def test_who_starts_it_waits_for_no_disk_and_can_cancel_before_it_begins(
    training: ChildTraining, heard: Heard, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    go, folder, save, busy = threading.Event(), workers.folder, files.save, []

    def slow() -> object:
        busy.append(threading.current_thread())
        assert go.wait(60)
        return folder()

    def saved(path: Path, *rest: object) -> None:
        busy.append(threading.current_thread())
        save(path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(workers, "folder", slow)
    monkeypatch.setattr(files, "save", saved)
    monkeypatch.setattr(child.sys, "executable", str(tmp_path / "nothing"))  # it is not even tried
    _start(training, TrainingSettings())
    assert training.running
    training.cancel()
    go.set()
    ended = heard.until(ChildEnded)
    assert isinstance(ended, ChildEnded)
    assert (ended.cancelled, ended.text) == (True, "cancelled; nothing of its weights is kept")
    assert len(busy) == 2
    assert threading.current_thread() not in busy


@pytest.mark.parametrize(
    "line", ["", "[]", "3", '{"event": "done"}', '{"event": "step"}', '{"event": "step", "step": "x"}']
)
def test_lines_that_mean_nothing_are_left_out(line: str) -> None:
    assert ChildRun(lenet5(), TrainingSettings(), STROKES, 2, "cpu").heard(line) is None


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_processes_end_when_the_window_is_killed(tmp_path: Path) -> None:
    """The window is a small program here, which is killed so that it cannot say anything to anybody."""
    window = (
        "import sys, time\n"
        "from convviz.session.training.child import ChildTraining\n"
        "from convviz.spec.presets import lenet5\n"
        "from convviz.spec.training import TrainingSettings\n"
        "from convviz.spec.training.source import DataSource\n"
        "from convviz.spec.weights import initial\n"
        "training = ChildTraining(lambda news: print(type(news).__name__, training._workers.pid, flush=True))\n"
        "settings = TrainingSettings(epochs=100_000, batch=5)\n"
        "training.start(lenet5(), initial(lenet5()), settings, DataSource('strokes', count=60), 2)\n"
        "time.sleep(600)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3]), "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", window], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        while not line.startswith("ChildStepped"):
            line = process.stdout.readline()
        workers = _children(int(line.split()[1]))
        assert len(workers) >= 2
        process.send_signal(signal.SIGKILL)
    for worker in (int(line.split()[1]), *workers):
        _gone(worker)


def _children(parent: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = path.read_text().rsplit(")", 1)[1].split()
        except OSError:  # it has just ended
            continue
        if int(after_name[1]) == parent:
            found.append(int(path.parent.name))
    return found

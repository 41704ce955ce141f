"""What is dropped, pasted or opened: real mime data, real files, real bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QColor, QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from convviz.session.experiment import State
from convviz.session.importing import ArraysRead
from convviz.session.outbox import Failure, Frame, Outbox
from convviz.session.reader import DrawingRead, ExperimentRead, Reader, WeightsRead
from convviz.spec import project
from convviz.spec.network import Conv2d, Flatten, Linear, NetworkSpec
from convviz.spec.picture import WORKING_PX, fitted, load
from convviz.spec.presets import lenet5
from convviz.spec.project import save
from convviz.spec.strokes import Drawing
from convviz.spec.weight_edit import same
from convviz.spec.weights import Weights, initial
from convviz.ui.input.intake import Intake
from convviz.ui.input.unprepared import opened


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def intake(outbox: Outbox) -> Iterator[Intake]:
    reader = Reader(outbox)
    yield Intake(reader)
    reader.stop()


@pytest.fixture
def answer(outbox: Outbox, qtbot: QtBot) -> Callable[[], Any]:
    """What the Reader makes of what it was given."""

    def wait() -> Any:
        got: list[object] = []
        qtbot.waitUntil(lambda: bool(got.extend(outbox.take()[1]) or got), timeout=10_000)
        (one,) = got
        return one

    return wait


def refusals(intake: Intake) -> list[str]:
    said: list[str] = []
    intake.refused.connect(said.append)
    return said


def picture(width: int = 40, height: int = 40, kind: QImage.Format = QImage.Format.Format_RGB32) -> QImage:
    """A dark bar on white, in the left half."""
    made = QImage(width, height, kind)
    made.fill(QColor("white"))
    for x in range(width // 8, max(width // 4, width // 8 + 1)):
        for y in range(height // 8, max(height * 7 // 8, height // 8 + 1)):
            made.setPixelColor(x, y, QColor("black"))
    return made


@pytest.mark.parametrize(
    "kind",
    [
        QImage.Format.Format_RGB32,
        QImage.Format.Format_ARGB32,
        QImage.Format.Format_ARGB32_Premultiplied,
        QImage.Format.Format_RGB888,
        QImage.Format.Format_Grayscale8,
        QImage.Format.Format_Grayscale16,
        QImage.Format.Format_RGBA64,
        QImage.Format.Format_RGB16,
        QImage.Format.Format_RGBA16FPx4,
    ],
    ids=lambda kind: kind.name,
)
def test_a_picture_of_any_format_becomes_ink(intake: Intake, answer: Callable[[], Any], kind: QImage.Format) -> None:
    data = QMimeData()
    data.setImageData(picture(kind=kind))
    assert intake.accepts(data)
    intake.take(data, "the clipboard")
    got = answer()
    assert isinstance(got, DrawingRead), got
    base = got.drawing.base
    assert base is not None
    assert base.shape == (40, 40)
    assert base[20, 7] > 0.95
    assert base[20, 30] == 0


@pytest.mark.parametrize("size", [(1, 1), (20_000, 1), (1, 20_000), (5000, 3000)])
def test_pictures_of_odd_sizes(intake: Intake, answer: Callable[[], Any], size: tuple[int, int]) -> None:
    made = QImage(*size, QImage.Format.Format_RGB32)
    made.fill(QColor("white"))
    data = QMimeData()
    data.setImageData(made)
    intake.take(data, "the clipboard")
    got = answer()
    assert isinstance(got, DrawingRead), got
    assert got.drawing.base is not None
    assert max(got.drawing.base.shape) <= WORKING_PX


def test_a_dropped_file_is_opened(intake: Intake, answer: Callable[[], Any], tmp_path: Path) -> None:
    path = tmp_path / "a digit ü #1.png"
    Image.new("L", (20, 20), 0).save(path)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)), QUrl.fromLocalFile(str(tmp_path / "second.png"))])
    assert intake.accepts(data)
    intake.take(data, "what was dropped")
    got = answer()
    assert isinstance(got, DrawingRead)
    assert got.name == path.name


@pytest.mark.parametrize("what", ["folder", "vanished", "text"])
def test_a_bad_file_is_one_sentence(intake: Intake, answer: Callable[[], Any], tmp_path: Path, what: str) -> None:
    path = tmp_path / "bad.png"
    if what == "folder":
        path.mkdir()
    elif what == "text":
        path.write_text("no picture")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    intake.take(data, "what was dropped")
    got = answer()
    assert isinstance(got, Failure)
    assert "bad.png" in got.text


def test_what_cannot_be_used_is_refused_at_once(intake: Intake, outbox: Outbox) -> None:
    said = refusals(intake)
    far, text, none = QMimeData(), QMimeData(), QMimeData()
    far.setUrls([QUrl("https://example.org/digit.png")])
    text.setText("hello")
    for data in (far, text, none, None):
        intake.take(data, "the clipboard")
    assert len(said) == 4
    assert all(sentence and "\n" not in sentence for sentence in said)
    assert "this computer" in said[0]
    assert "the clipboard" in said[1]
    assert outbox.take() == (None, [])
    assert not intake.accepts(text)
    assert not intake.accepts(none)


def test_image_data_that_is_none_is_refused(intake: Intake) -> None:
    said = refusals(intake)
    data = QMimeData()
    data.setData("application/x-qt-image", b"garbage")
    intake.take(data, "the clipboard")
    empty = QMimeData()
    empty.setImageData(QImage())
    intake.take(empty, "the clipboard")
    assert len(said) == 2


def test_paste_takes_the_clipboard(intake: Intake, answer: Callable[[], Any]) -> None:
    said = refusals(intake)
    QGuiApplication.clipboard().setImage(picture())
    intake.paste()
    assert isinstance(answer(), DrawingRead)
    QGuiApplication.clipboard().setText("12")
    intake.paste()
    QGuiApplication.clipboard().clear()
    intake.paste()
    assert len(said) == 2


# --- what was read ------------------------------------------------------------------------------------------------


def edits(intake: Intake) -> list[tuple[str, State]]:
    wanted: list[tuple[str, State]] = []
    intake.edit_wanted.connect(lambda text, state: wanted.append((text, state)))
    return wanted


def test_a_drawing_becomes_an_edit(intake: Intake, make_state: Callable[..., State]) -> None:
    wanted = edits(intake)
    read, state = DrawingRead("seven.png", make_state().drawing), make_state()
    intake.arrived(read, state)
    ((text, after),) = wanted
    assert "seven.png" in text
    assert after.drawing is read.drawing
    assert after.network is state.network
    assert after.weights is state.weights


def test_weights_bring_their_network(intake: Intake, make_state: Callable[..., State]) -> None:
    wanted = edits(intake)
    spec, weights = lenet5(), initial(lenet5())
    intake.arrived(WeightsRead("mine.safetensors", spec, weights), make_state())
    after = wanted[0][1]
    assert after.network is spec
    assert after.weights is weights
    assert after.origin.weights is weights


def test_foreign_weights_are_matched_and_reported(intake: Intake, make_state: Callable[..., State]) -> None:
    wanted, said = edits(intake), refusals(intake)
    reports: list[tuple[str, str, str]] = []
    intake.matched.connect(lambda *texts: reports.append(texts))
    state = make_state()
    good = initial(state.network, 4)
    renamed = {f"module.{name}": array for name, array in good.items()}
    intake.arrived(ArraysRead(Path("good.pt"), renamed), state)
    assert same(wanted[0][1].weights, good)
    assert wanted[0][1].network is state.network
    name, _sentence, report = reports[0]
    assert name == "good.pt"
    assert "conv1.weight" in report
    intake.arrived(WeightsRead("bad.safetensors", None, Weights({"a": np.zeros(3)})), state)
    assert len(wanted) == 1
    assert len(said) == 1
    assert "bad.safetensors" in said[0]


def test_an_experiment_is_for_others_to_open(intake: Intake, make_state: Callable[..., State]) -> None:
    heard: list[ExperimentRead] = []
    intake.experiment_read.connect(heard.append)
    read = ExperimentRead(Path("a.convviz"), make_state())
    intake.arrived(read, make_state())
    assert heard == [read]


@pytest.mark.parametrize("name", ["a.pt", "b.PTH", "c.ckpt"])
def test_files_of_torch_are_left_to_torch(intake: Intake, name: str) -> None:
    heard: list[Path] = []
    intake.import_wanted.connect(heard.append)
    intake.open(Path(name))
    assert heard == [Path(name)]


def test_a_picture_is_prepared_as_before_a_test_image(intake: Intake, make_state: Callable[..., State]) -> None:
    led: list[State] = []
    intake.edit_wanted.connect(lambda _text, state: led.append(state))
    state = make_state()
    shown = opened(state, np.zeros((28, 28), np.float32), "test image 5", 9)
    assert not shown.preparation.crop
    intake.arrived(DrawingRead("bar.png", Drawing(base=np.ones((8, 8), np.float32)), ""), shown)
    assert led[0].preparation is state.preparation


@pytest.mark.parametrize("size", [(32, 32), (90, 60), (41, 200), (1, 1), (900, 601)])
def test_a_picture_for_a_network_in_colour_is_its_middle_as_it_is(
    intake: Intake,
    answer: Callable[[], Any],
    make_state: Callable[..., State],
    frame_of: Callable[[State], Frame],
    tmp_path: Path,
    size: tuple[int, int],
) -> None:
    """As ``convviz predict`` takes it; without colours it is ink as ever."""
    wanted, told = edits(intake), list[str]()
    intake.told.connect(told.append)
    colours = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), np.uint8)
    Image.fromarray(colours).save(tmp_path / "cat.png")
    intake.open(tmp_path / "cat.png")
    read = answer()
    layers = (Conv2d("conv1", 2, (3, 3)), Flatten("flatten"), Linear("fc1", 4))
    spec = NetworkSpec("colours", (3, 32, 32), layers)
    state = make_state(network=spec, weights=initial(spec), focus=None)
    intake.arrived(read, state)
    fitting = answer()
    intake.arrived(fitting, state)
    intake.arrived(fitting, make_state())  # another network came meanwhile
    (text, after), (_, grey) = wanted
    assert text == "picture cat.png"
    cut = "cat.png: only its middle is taken, since the network sees a square"
    assert told == ([cut] if size[0] != size[1] else [])
    expected = fitted(load(tmp_path / "cat.png"), (3, 32, 32))
    assert np.abs(frame_of(after).maps["input"] - expected).max() <= 1e-6
    assert after.drawing.image is not None
    assert (after.drawing.image.name, after.drawing.image.label) == ("picture cat.png", None)
    assert after.drawing.image.before == state.preparation
    save(tmp_path / "one.convviz", after)
    assert project.load(tmp_path / "one.convviz").drawing.image.label is None
    assert grey.drawing.image is None
    assert not grey.drawing.in_colour

"""Files of every kind: each ends in one drawing, one set of weights, or one sentence."""

from __future__ import annotations

import io
import json
import os
import pickle
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convviz.session.outbox import Failure, Outbox
from convviz.session.reader import DrawingRead, Reader, WeightsRead, read
from convviz.spec.errors import InputError
from convviz.spec.picture import WORKING_PX
from convviz.spec.presets import lecture, lenet5
from convviz.spec.weights import initial, save

PNG = io.BytesIO()
Image.fromarray(np.random.default_rng(0).integers(0, 255, (40, 30), np.uint8)).save(PNG, "PNG")
JPEG = io.BytesIO()
Image.fromarray(np.random.default_rng(0).integers(0, 255, (80, 60), np.uint8)).save(JPEG, "JPEG")


class RunsCode:
    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, ("touch /tmp/convviz_was_here",)


def huge_png() -> bytes:
    """A PNG whose header promises 10 gigapixels."""
    header = b"IHDR" + struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0)
    import zlib

    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + chunk + PNG.getvalue()[33:]


def safetensors_bytes(header: bytes, data: bytes = b"") -> bytes:
    return struct.pack("<Q", len(header)) + header + data


BAD: dict[str, bytes] = {
    "empty.png": b"",
    "truncated.png": PNG.getvalue()[: len(PNG.getvalue()) // 2],
    "truncated.jpg": JPEG.getvalue()[: len(JPEG.getvalue()) // 2],
    "text.png": b"This is no picture\nat all\n",
    "noise.jpg": bytes(range(256)) * 20,
    "no_ending": b"\x00\x01\x02",
    "huge.png": huge_png(),
    "program.pdf": b"%PDF-1.7\n%\xe2\xe3\n",
    "drawing.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "empty.json": b"",
    "text.json": b"hello",
    "other.json": b'{"a": 1}',
    "none.json": b"[]",
    "nan.json": b'[{"strokes": [[[NaN, 1]]]}]',
    "overflow.json": b'[{"strokes": [[[1e999, 1]]]}]',
    "nothing.json": b'[{"strokes": []}]',
    "no_points.json": b'[{"strokes": [[]]}]',
    "words.json": b'[{"strokes": [[["1,5", 1]]]}]',
    "deep.json": b"[" * 100_000 + b"]" * 100_000,
    "latin.json": b'{"strokes": "\xe9"}',
    "many.json": json.dumps([{"strokes": [[[0, 0]] * 200_001]}]).encode(),
    "empty.safetensors": b"",
    "short.safetensors": b"\x10\x00\x00",
    "text.safetensors": b"hello, I am not weights, but long enough to be read as a header",
    "lying.safetensors": safetensors_bytes(b'{"a":{"dtype":"F32","shape":[1000],"data_offsets":[0,4000]}}', b"1234"),
    "endless.safetensors": struct.pack("<Q", 2**62) + b"{}",
    "ints.safetensors": safetensors_bytes(b'{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}', b"12345678"),
    "picture.safetensors": PNG.getvalue(),
    "code.pt": pickle.dumps(RunsCode()),
    "code.pth": pickle.dumps(RunsCode()),
    "code.ckpt": b"",
    "code.pkl": pickle.dumps(RunsCode()),
    "code.png": pickle.dumps(RunsCode()),
    "code.safetensors": pickle.dumps(RunsCode()),
}


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def reader(outbox: Outbox) -> Iterator[Reader]:
    reader = Reader(outbox)
    yield reader
    reader.stop()


def answers(outbox: Outbox, count: int = 1, seconds: float = 20.0) -> list[object]:
    """The next ``count`` messages."""
    got: list[object] = []
    end = time.monotonic() + seconds
    while len(got) < count and time.monotonic() < end:
        got += outbox.take()[1]
        time.sleep(0.002)
    return got


def is_one_sentence(text: str) -> bool:
    return 10 < len(text) < 400 and "\n" not in text and "Traceback" not in text


@pytest.mark.parametrize("name", BAD)
def test_bad_files(tmp_path: Path, reader: Reader, outbox: Outbox, name: str) -> None:
    (tmp_path / name).write_bytes(BAD[name])
    good = tmp_path / "good.png"
    good.write_bytes(PNG.getvalue())
    reader.open(tmp_path / name)
    reader.open(good)
    failure, after = answers(outbox, 2)
    assert isinstance(failure, Failure)
    assert is_one_sentence(failure.text), failure.text
    assert name in failure.text
    assert failure.details == "", "a user's mistake is no fault of ours"
    assert isinstance(after, DrawingRead), "the reader must go on"
    assert not Path("/tmp/convviz_was_here").exists()


@pytest.mark.parametrize("name", ["folder.png", "folder.json", "folder.safetensors", "folder"])
@pytest.mark.parametrize("what", ["folder", "vanished"])
def test_no_files(tmp_path: Path, reader: Reader, outbox: Outbox, name: str, what: str) -> None:
    if what == "folder":
        (tmp_path / name).mkdir()
    reader.open(tmp_path / name)
    (failure,) = answers(outbox)
    assert isinstance(failure, Failure)
    assert is_one_sentence(failure.text), failure.text
    assert name in failure.text


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
@pytest.mark.parametrize("name", ["pipe.png", "pipe.json", "pipe.safetensors"])
def test_a_pipe_does_not_hang_the_reader(tmp_path: Path, reader: Reader, outbox: Outbox, name: str) -> None:
    os.mkfifo(tmp_path / name)
    reader.open(tmp_path / name)
    (failure,) = answers(outbox)
    assert isinstance(failure, Failure)
    assert is_one_sentence(failure.text), failure.text


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("name", ["secret.png", "secret.json", "secret.safetensors"])
def test_an_unreadable_file(tmp_path: Path, reader: Reader, outbox: Outbox, name: str) -> None:
    (tmp_path / name).write_bytes(PNG.getvalue())
    (tmp_path / name).chmod(0)
    reader.open(tmp_path / name)
    (failure,) = answers(outbox)
    assert isinstance(failure, Failure)
    assert is_one_sentence(failure.text), failure.text


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", PNG.getvalue()[:50]], ids=["empty", "start of a gif", "start of a png"]
)
def test_bad_bytes_from_the_clipboard(reader: Reader, outbox: Outbox, data: bytes) -> None:
    reader.decode(data, "the picture in the clipboard")
    (failure,) = answers(outbox)
    assert isinstance(failure, Failure)
    assert is_one_sentence(failure.text), failure.text
    assert "the clipboard" in failure.text


ODD_PICTURES = {
    "1x1": Image.new("L", (1, 1), 0),
    "20000x1": Image.new("L", (20_000, 1), 255),
    "1x20000": Image.new("L", (1, 20_000), 255),
    "16 bit": Image.fromarray(np.linspace(0, 65_535, 900).astype(np.uint16).reshape(30, 30)),
    "palette": Image.new("P", (30, 30), 3),
    "grey alpha": Image.new("LA", (30, 30), (0, 128)),
    "alpha": Image.new("RGBA", (30, 30), (0, 0, 0, 0)),
    "1 bit": Image.new("1", (30, 30), 1),
}


@pytest.mark.parametrize("kind", ODD_PICTURES)
def test_odd_pictures_are_pictures(tmp_path: Path, kind: str) -> None:
    ODD_PICTURES[kind].save(tmp_path / "odd.png")
    found = read(tmp_path / "odd.png")
    assert isinstance(found, DrawingRead)
    base = found.drawing.base
    assert base is not None
    assert base.ndim == 2
    assert 1 <= max(base.shape) <= WORKING_PX
    assert np.isfinite(base).all()
    assert base.min() >= 0
    assert base.max() <= 1


def test_cmyk_and_animations(tmp_path: Path) -> None:
    Image.new("CMYK", (20, 20), (255, 0, 0, 0)).save(tmp_path / "print.jpg")
    first, second = Image.new("L", (20, 20), 255), Image.new("L", (20, 20), 0)
    first.paste(0, (5, 5, 8, 15))
    first.save(tmp_path / "moving.gif", save_all=True, append_images=[second])
    assert isinstance(read(tmp_path / "print.jpg"), DrawingRead)
    moving = read(tmp_path / "moving.gif")
    assert isinstance(moving, DrawingRead)
    assert moving.drawing.base is not None
    assert moving.drawing.base[10, 6] == 1
    assert moving.drawing.base[1, 1] == 0


def test_weights_with_their_network(tmp_path: Path) -> None:
    weights = initial(lenet5(), 3)
    save(tmp_path / "mine.safetensors", lenet5(), weights)
    found = read(tmp_path / "mine.safetensors")
    assert isinstance(found, WeightsRead)
    assert found.name == "mine.safetensors"
    assert found.network == replace(lenet5(), name="mine"), "called like its file"
    assert all(np.array_equal(found.weights[name], array) for name, array in weights.items())


def test_foreign_weights_have_no_network(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    arrays = {name: np.array(array) for name, array in initial(lecture()).items()}
    save_file(arrays, tmp_path / "foreign.SAFETENSORS")
    found = read(tmp_path / "foreign.SAFETENSORS")
    assert isinstance(found, WeightsRead)
    assert found.network is None
    assert set(found.weights) == set(arrays)


def test_drawings_open_the_first(tmp_path: Path) -> None:
    (tmp_path / "two.json").write_text('[{"strokes": [[[0, 0], [1, 2]]]}, {"strokes": [[[5, 5]]]}]')
    found = read(tmp_path / "two.json")
    assert isinstance(found, DrawingRead)
    assert [len(stroke.points) for stroke in found.drawing.strokes] == [2]
    (tmp_path / "bad_second.json").write_text('[{"strokes": [[[0, 0]]]}, {}]')
    with pytest.raises(InputError, match="drawing 1"):
        read(tmp_path / "bad_second.json")


def test_answers_come_in_order(tmp_path: Path, reader: Reader, outbox: Outbox) -> None:
    for number in range(12):
        Image.new("L", (number + 1, 1)).save(tmp_path / f"{number}.png")
        reader.open(tmp_path / f"{number}.png")
    got = answers(outbox, 12)
    assert [m.name for m in got if isinstance(m, DrawingRead)] == [f"{number}.png" for number in range(12)]


def test_stopping_forgets_what_waits_and_ends_the_thread(tmp_path: Path, outbox: Outbox) -> None:
    reader = Reader(outbox)
    (tmp_path / "a.png").write_bytes(PNG.getvalue())
    for _ in range(200):
        reader.open(tmp_path / "a.png")
    reader.stop()
    reader.stop()
    assert len(outbox.take()[1]) <= 200
    assert not [t for t in threading.enumerate() if t.name.startswith("convviz-reader")]


@pytest.mark.expects_log
def test_a_fault_of_ours_is_said_and_logged(
    tmp_path: Path, reader: Reader, outbox: Outbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("ours")

    monkeypatch.setattr("convviz.spec.picture.ink", broken)
    (tmp_path / "a.png").write_bytes(PNG.getvalue())
    reader.open(tmp_path / "a.png")
    (failure,) = answers(outbox)
    assert isinstance(failure, Failure)
    assert is_one_sentence(failure.text)
    assert "KeyError" in failure.details
    assert "on the file thread" in caplog.text


def test_no_memory_is_a_sentence(
    tmp_path: Path, reader: Reader, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("convviz.spec.picture.ink", full)
    (tmp_path / "a.png").write_bytes(PNG.getvalue())
    reader.open(tmp_path / "a.png")
    (failure,) = answers(outbox)
    assert isinstance(failure, Failure)
    assert "not enough memory" in failure.text

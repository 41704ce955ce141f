"""Photos at full size: one at a time, with news, and given up as soon as nobody wants them."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convviz.session.outbox import Failure, Outbox
from convviz.session.reader import DrawingRead, PhotoCancelled, PhotoProgress, PhotoRead, Reader

NOISE = np.random.default_rng(0).integers(0, 256, (1500, 1400, 3), np.uint8)


def encoded(values: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(values).save(file, "PNG", compress_level=1)
    return file.getvalue()


LARGE, SMALL = encoded(NOISE), encoded(NOISE[:20, :10])


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def reader(outbox: Outbox) -> Iterator[Reader]:
    reader = Reader(outbox)
    yield reader
    reader.stop()


def until(outbox: Outbox, *kinds: type, seconds: float = 20.0) -> list[object]:
    """The messages until one of each kind has come, in any order."""
    got: list[object] = []
    end = time.monotonic() + seconds
    while not all(any(isinstance(m, kind) for m in got) for kind in kinds):
        assert time.monotonic() < end, got
        got += outbox.take()[1]
        time.sleep(0.001)
    return got


def test_a_photo_with_news(tmp_path: Path, reader: Reader, outbox: Outbox) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(LARGE)
    reader.open_photo(path)
    *news, read = until(outbox, PhotoRead)
    assert isinstance(read, PhotoRead)
    assert np.array_equal(read.photo.pixels, NOISE)
    assert (read.photo.name, read.photo.data) == ("large.png", LARGE)
    shares = [m.share for m in news if isinstance(m, PhotoProgress) and m.name == "large.png"]
    assert len(shares) == len(news)
    assert 20 < len(shares) <= 100, "neither silent nor more than a bar can show"
    assert shares == sorted(shares)


def test_a_pasted_photo(reader: Reader, outbox: Outbox) -> None:
    reader.decode_photo(SMALL, "the picture in the clipboard")
    read = until(outbox, PhotoRead)[-1]
    assert isinstance(read, PhotoRead)
    assert read.photo.name == "the picture in the clipboard"
    assert read.photo.pixels.shape == (20, 10, 3)


@pytest.mark.parametrize("data", [b"", b"hello", LARGE[:5000]], ids=["empty", "text", "half"])
def test_a_bad_one_is_a_sentence(tmp_path: Path, reader: Reader, outbox: Outbox, data: bytes) -> None:
    (tmp_path / "bad.png").write_bytes(data)
    reader.open_photo(tmp_path / "bad.png")
    failure = until(outbox, Failure)[-1]
    assert isinstance(failure, Failure)
    assert failure.text.startswith("bad.png is ")
    assert failure.details == ""
    reader.open_photo(tmp_path / "gone.png")
    failure = until(outbox, Failure)[-1]
    assert isinstance(failure, Failure)
    assert failure.text.startswith("there is no file")


def test_it_is_given_up_in_the_middle_and_read_again(reader: Reader, outbox: Outbox) -> None:
    reader.cancel_photo()  # there is none
    reader.decode_photo(LARGE, "it")
    until(outbox, PhotoProgress)
    reader.cancel_photo()
    end = until(outbox, PhotoCancelled)[-1]
    assert end == PhotoCancelled("it")
    reader.decode_photo(LARGE, "it")
    assert isinstance(until(outbox, PhotoRead)[-1], PhotoRead)


def test_a_second_photo_takes_the_place_of_the_first(reader: Reader, outbox: Outbox) -> None:
    reader.decode_photo(LARGE, "first")
    reader.decode_photo(LARGE, "second")
    reader.decode_photo(SMALL, "third")
    reader.decode(SMALL, "a drawing")
    got = until(outbox, PhotoRead, DrawingRead)
    ends = [m for m in got if not isinstance(m, PhotoProgress)]
    assert ends[:2] == [PhotoCancelled("first"), PhotoCancelled("second")]
    third, drawing = ends[2:]
    assert isinstance(third, PhotoRead)
    assert third.photo.name == "third"
    assert isinstance(drawing, DrawingRead)


def test_stopping_does_not_wait_for_a_photo(outbox: Outbox) -> None:
    reader = Reader(outbox)
    reader.decode_photo(LARGE, "it")
    until(outbox, PhotoProgress)
    reader.stop()
    assert [m for m in outbox.take()[1] if not isinstance(m, PhotoProgress)] == [PhotoCancelled("it")]

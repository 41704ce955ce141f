"""Sound files that Python's own writer made, and those that nobody should open."""

from __future__ import annotations

import struct
import wave
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from convviz.spec.errors import InputError
from convviz.spec.lab import sounds
from convviz.spec.lab.sounds import load

RATE = 8000


def wav(path: Path, samples: np.ndarray, bits: int) -> Path:
    """(frames, channels) in −1…1 as whole numbers of so many bits."""
    full = 2 ** (bits - 1)
    whole = np.clip(np.rint(samples * full), -full, full - 1).astype(np.int64) + (128 if bits == 8 else 0)
    data = b"".join(int(v).to_bytes(bits // 8, "little", signed=bits > 8) for v in whole.ravel())
    with wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(bits // 8)
        file.setframerate(RATE)
        file.writeframes(data)
    return path


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"".join(kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for kind, data in chunks)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WAVE" + body


def header(coding: int, channels: int, bits: int, extension: bytes = b"") -> bytes:
    frame = channels * bits // 8
    return struct.pack("<HHIIHH", coding, channels, RATE, RATE * frame, frame, bits) + extension


@pytest.mark.parametrize("bits", [8, 16, 24, 32])
@pytest.mark.parametrize("channels", [1, 2])
def test_plain_samples(tmp_path: Path, bits: int, channels: int) -> None:
    samples = np.random.default_rng(0).uniform(-1, 1, (50, channels))
    samples[:2] = [[-1.0], [0.0]]
    read = load(wav(tmp_path / "tone.wav", samples, bits))
    assert read.values.shape == (channels, 1, 50)
    assert np.allclose(read.values[:, 0].T, samples, atol=1.01 / 2 ** (bits - 1))
    assert (read.values[:, 0, :2] == [-1, 0]).all(), "silence is 0, and the lowest sample −1"
    assert read.name == "tone.wav, 0.00625 s at 8000 Hz"


def test_floats_and_the_extended_header(tmp_path: Path) -> None:
    samples = np.array([0.5, -2.0, 0.25], "<f4")
    path = tmp_path / "x.wav"
    path.write_bytes(riff((b"fmt ", header(3, 1, 32)), (b"LIST", b"odd"), (b"data", samples.tobytes())))
    assert load(path).values.tolist() == [[[0.5, -2.0, 0.25]]]
    guid = struct.pack("<HHIH", 22, 24, 0, 1) + bytes(14)
    data = b"\x00\x00\x40" + b"\x00\x00\xc0"
    path.write_bytes(riff((b"fmt ", header(0xFFFE, 1, 24, guid)), (b"data", data)))
    assert load(path).values.tolist() == [[[0.5, -0.5]]]


def test_one_sample_is_a_sound(tmp_path: Path) -> None:
    assert load(wav(tmp_path / "click.wav", np.array([[0.5]]), 16)).values.tolist() == [[[0.5]]]


def test_the_beginning_of_a_sound_that_is_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sounds, "LARGEST_GRID", 8000)
    read = load(wav(tmp_path / "long.wav", np.zeros((9000, 2)), 8))
    assert read.values.shape == (2, 1, 4000)
    assert read.name == "long.wav, the first 0.5 s at 8000 Hz"


DAMAGED = {
    "is empty": b"",
    "is no WAV file": b"ID3\x04 this is an mp3 file",
    "is compressed (format 85)": riff((b"fmt ", header(85, 2, 16)), (b"data", bytes(8))),
    "holds no samples": riff((b"fmt ", header(1, 1, 16)), (b"data", b"")),
    "is cut off: 8 of its 100 bytes": riff((b"fmt ", header(1, 1, 16)), (b"data", bytes(100)))[:-92],
    "header is too short": riff((b"fmt ", b"\1\0"), (b"data", bytes(8))),
    "no samples follow its header": riff((b"fmt ", header(1, 1, 16))),
    "no samples follow": riff((b"data", bytes(8))),
    "channels of 12 bits": riff((b"fmt ", header(1, 1, 12)), (b"data", bytes(8))),
    "0 channels": riff((b"fmt ", header(1, 0, 16)), (b"data", bytes(8))),
    "NaN or infinite": riff((b"fmt ", header(3, 1, 32)), (b"data", np.array([np.nan], "<f4").tobytes())),
}


@pytest.mark.parametrize("sentence", DAMAGED)
def test_files_that_are_refused(tmp_path: Path, sentence: str) -> None:
    path = tmp_path / "bad.wav"
    path.write_bytes(DAMAGED[sentence])
    with pytest.raises(InputError) as error:
        load(path)
    assert str(error.value).startswith("bad.wav ")
    assert sentence in str(error.value)


def test_any_cut_and_any_byte_is_read_or_refused(tmp_path: Path) -> None:
    path = wav(tmp_path / "tone.wav", np.zeros((20, 2)), 16)
    data = path.read_bytes()
    rng = np.random.default_rng(0)
    for cut in range(len(data)):
        broken = bytearray(data)
        broken[cut % 44] = int(rng.integers(256))
        for bad in (data[:cut], bytes(broken)):
            path.write_bytes(bad)
            with suppress(InputError):
                load(path)


def test_what_is_no_file(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "gone.wav", tmp_path / "a\0b"):
        with pytest.raises(InputError, match=r"cannot read .*; choose another file"):
            load(path)


@pytest.mark.parametrize("size", [0, 0x7FFFFFFF - 36, 0xFFFFFFFF])
def test_a_stream_whose_length_nobody_wrote(tmp_path: Path, size: int) -> None:
    path = tmp_path / "stream.wav"
    samples = np.array([16384, -32768, 8192], "<i2").tobytes()
    riff_size = 0xFFFFFFFF if size else 0
    head = b"RIFF" + struct.pack("<I", riff_size) + b"WAVEfmt " + struct.pack("<I", 16) + header(1, 1, 16)
    path.write_bytes(head + b"data" + struct.pack("<I", size) + samples + b"\0")
    assert load(path).values.tolist() == [[[0.5, -1.0, 0.25]]], "half a sample at the end is none"


def test_samples_that_could_not_be_typed(tmp_path: Path) -> None:
    path = tmp_path / "loud.wav"
    for loudest, refused in ((1e6, False), (-2e6, True)):
        path.write_bytes(riff((b"fmt ", header(3, 1, 32)), (b"data", np.array([0.0, loudest], "<f4").tobytes())))
        if refused:
            with pytest.raises(InputError, match="beyond ±1,000,000"):
                load(path)
        else:
            assert load(path).values.max() == 1e6


def test_an_hour_is_told_without_an_exponent(tmp_path: Path) -> None:
    path = tmp_path / "hour.wav"
    slow = struct.pack("<HHIIHH", 1, 1, 1, 1, 1, 8)
    path.write_bytes(riff((b"fmt ", slow), (b"data", bytes(4000))))
    assert load(path).name == "hour.wav, 4000 s at 1 Hz"

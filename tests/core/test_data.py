"""Digits in memory: from folders, from a server, written by convviz."""

from __future__ import annotations

import functools
import gzip
import hashlib
import socket
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
import torch

from convviz.core.data import Loading, download, finish, load, together, written
from convviz.spec.errors import InputError

NAMES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def _idx(array: np.ndarray) -> bytes:
    sizes = b"".join(n.to_bytes(4, "big") for n in array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.astype(np.uint8).tobytes()


def _mnist() -> dict[str, bytes]:
    rng = np.random.default_rng(0)
    files = {}
    for half, count in (("train", 12), ("t10k", 5)):
        files[f"{half}-images-idx3-ubyte"] = _idx(rng.integers(0, 256, (count, 28, 28)))
        files[f"{half}-labels-idx1-ubyte"] = _idx(np.arange(count) % 10)
    return files


def _write(folder: Path, zipped: bool = False) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in _mnist().items():
        (folder / (f"{name}.gz" if zipped else name)).write_bytes(gzip.compress(data) if zipped else data)


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("where", ["MNIST/raw", "raw", "."])
def test_a_folder_is_found_however_it_is_given(tmp_path: Path, where: str, zipped: bool) -> None:
    _write(tmp_path / where, zipped)
    split = finish(load(str(tmp_path)))
    assert split.train.images.shape == (12, 1, 28, 28)
    assert split.train.images.dtype == torch.uint8
    assert split.test.labels.tolist() == [0, 1, 2, 3, 4]
    expected = np.random.default_rng(0).integers(0, 256, (12, 28, 28))
    assert torch.equal(split.train.images[:, 0], torch.from_numpy(expected).to(torch.uint8))


def _shorten(folder: Path) -> None:
    path = folder / NAMES[0]
    path.write_bytes(path.read_bytes()[:-1])


def _empty(folder: Path) -> None:
    (folder / NAMES[1]).write_bytes(b"")


def _half_a_gz(folder: Path) -> None:
    data = gzip.compress((folder / NAMES[2]).read_bytes())
    (folder / NAMES[2]).write_bytes(data[: len(data) // 2])


def _lose(folder: Path) -> None:
    (folder / NAMES[3]).unlink()


def _mislabel(folder: Path) -> None:
    (folder / NAMES[1]).write_bytes(_idx(np.full(12, 10)))


def _misfit(folder: Path) -> None:
    (folder / NAMES[1]).write_bytes(_idx(np.zeros(11)))


def _claim(folder: Path) -> None:
    """A header that asks for 2⁹⁶ bytes."""
    (folder / NAMES[0]).write_bytes(bytes([0, 0, 8, 3]) + b"\xff" * 12)


@pytest.mark.parametrize("damage", [_shorten, _empty, _half_a_gz, _lose, _mislabel, _misfit, _claim])
def test_damaged_files_are_named(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    _write(tmp_path)
    damage(tmp_path)
    with pytest.raises(InputError, match=r"ubyte"):
        finish(load(str(tmp_path)))


def test_a_folder_without_mnist(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no MNIST"):
        finish(load(str(tmp_path)))


@pytest.mark.parametrize("source", ["nowhere", "strokes:", "strokes:x", "strokes:5", "strokes:-20"])
def test_no_such_data(source: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    if source == "strokes:":
        assert load(source)  # no count: the usual number
        return
    with pytest.raises(InputError):
        finish(load(source))


def test_the_real_mnist(shared_data: Path) -> None:
    split = finish(load(str(shared_data)))
    assert len(split.train) == 60_000
    digest = hashlib.md5(split.train.images.numpy().tobytes(), usedforsecurity=False)
    raw = (shared_data / "MNIST" / "raw" / NAMES[0]).read_bytes()[16:]
    assert digest.digest() == hashlib.md5(raw, usedforsecurity=False).digest()
    assert split.test.labels.bincount().tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


# --- digits convviz writes -------------------------------------------------------------------------------------


def test_written_digits_are_reproducible_and_prepared_like_mnist() -> None:
    first, again, other = (finish(written(40, seed)) for seed in (3, 3, 4))
    assert torch.equal(first.images, again.images)
    assert not torch.equal(first.images, other.images)
    assert first.labels.bincount().tolist() == [4] * 10
    ink = first.images[:, 0].double()
    mass = ink.sum(dim=(1, 2))
    at = torch.arange(28) + 0.5
    for axis in (1, 2):  # the centre of mass lies in the middle
        centre = (ink.sum(dim=3 - axis) * at).sum(dim=1) / mass
        assert (centre - 14).abs().max() < 0.6
    assert (ink.amax(dim=(1, 2)) > 120).all()


def test_test_digits_are_not_training_digits() -> None:
    split = finish(load("strokes:40"))
    for image in split.test.images:
        assert not (split.train.images == image).flatten(1).all(dim=1).any()


def test_writing_reports_how_far_it_is_and_can_be_closed() -> None:
    job = written(400, 0)
    assert next(job) == Loading("writing digits", 4, 400)
    assert next(job).done == 8
    job.close()


def test_together_keeps_the_order() -> None:
    a, b = finish(written(10, 0)), finish(written(20, 1))
    both = together([a, b])
    assert torch.equal(both.images[:10], a.images)
    assert torch.equal(both.labels[10:], b.labels)


# --- downloads -------------------------------------------------------------------------------------------------


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """MNIST, small, gzipped, on this machine."""
    _write(tmp_path / "served", zipped=True)
    handler = functools.partial(_Quiet, directory=str(tmp_path / "served"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        thread = Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}/"
        http.shutdown()
        thread.join()


def _closed_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/"


def _listed(folder: Path) -> list[tuple[str, str]]:
    return [
        (path.name, hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest())
        for path in sorted(folder.iterdir())
    ]


def test_a_download_goes_on_to_the_next_mirror_and_is_read(server: str, tmp_path: Path) -> None:
    seen: list[Loading] = []
    mirrors = [_closed_port(), f"{server}nothing/", server]
    finish(download(tmp_path / "new" / "raw", mirrors, _listed(tmp_path / "served")), seen.append)
    assert {loading.what for loading in seen} == {f"downloading {name}.gz" for name in NAMES}
    assert all(0 < loading.done <= loading.total for loading in seen)
    assert len(finish(load(str(tmp_path / "new"))).train) == 12


def test_what_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    _write(tmp_path / "raw", zipped=True)
    finish(download(tmp_path / "raw", [_closed_port()], _listed(tmp_path / "raw")))


def test_a_wrong_file_is_refused_and_nothing_is_left(server: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not the file"):
        finish(download(tmp_path / "new", [server], [(f"{NAMES[0]}.gz", "0" * 32)]))
    assert list((tmp_path / "new").iterdir()) == []


def test_no_connection_ends_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="check the connection"):
        finish(download(tmp_path / "new", [_closed_port()], [(f"{NAMES[0]}.gz", "0" * 32)]))


def test_a_download_can_be_cancelled(server: str, tmp_path: Path) -> None:
    job = download(tmp_path / "new", [server], _listed(tmp_path / "served"))
    next(job)
    job.close()
    assert list((tmp_path / "new").iterdir()) == []


def test_mnist_by_name_reads_what_was_downloaded_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *args, **options: str(tmp_path))
    monkeypatch.chdir(tmp_path)
    _write(tmp_path / "MNIST" / "raw", zipped=True)
    assert len(finish(load("mnist")).test) == 5

"""CIFAR-10: the pickles of Python 2 that it consists of, others, and those that would run something."""

from __future__ import annotations

import io
import os
import pickle
import struct
import tarfile
from pathlib import Path

import numpy as np
import pytest
import torch

from convviz.core.data import SETS, download, finish, load
from convviz.core.data.cifar import BATCHES, CLASSES, harmless
from convviz.core.data.fetching import RemoteFile
from convviz.spec.errors import InputError

from .conftest import Site, md5

HEADER = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R(K\x01K"
KIND = b"K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"


def _text(text: str) -> bytes:
    return b"U" + bytes([len(text)]) + text.encode()


def python2(pixels: np.ndarray, labels: list[int]) -> bytes:
    """A batch as Python 2 and its numpy wrote the real ones: protocol 2, texts of bytes."""
    numbers = b"".join(b"K" + bytes([label]) for label in labels)
    shape = bytes([len(pixels)]) + b"M\x00\x0c\x86"
    array = HEADER + shape + b"cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R(" + KIND
    array += b"\x89T" + struct.pack("<I", pixels.size) + pixels.tobytes() + b"tb"
    return (
        b"\x80\x02}(" + _text("batch_label") + _text("of 5") + _text("labels") + b"](" + numbers + b"e"
        + _text("data") + array + _text("filenames") + b"](" + _text("a.png") + b"eu."
    )  # fmt: skip


def batches(count: int = 4) -> dict[str, tuple[np.ndarray, list[int]]]:
    rng = np.random.default_rng(0)
    return {
        name: (rng.integers(0, 256, (count, 3072), dtype=np.uint8), rng.integers(0, 10, count).tolist())
        for name in BATCHES
    }


def write(folder: Path) -> None:
    folder.mkdir(parents=True)
    for name, (pixels, labels) in batches().items():
        (folder / name).write_bytes(python2(pixels, labels))


def test_the_small_copy_is_what_python_2_wrote() -> None:
    """The oracle: Python's own, trusting unpickler."""
    pixels, labels = batches()["test_batch"]
    found = pickle.loads(python2(pixels, labels), encoding="bytes")
    assert np.array_equal(found[b"data"], pixels)
    assert found[b"labels"] == labels


@pytest.mark.parametrize("where", ["cifar-10-batches-py", "."])
def test_a_folder_of_it(tmp_path: Path, where: str) -> None:
    write(tmp_path / "data" / where if where != "." else tmp_path / "data")
    split = finish(load(str(tmp_path / "data")))
    assert (split.name, split.classes) == ("cifar10", CLASSES)
    assert split.train.images.shape == (20, 3, 32, 32)
    pixels, labels = batches()["data_batch_2"]
    assert torch.equal(split.train.images[4:8], torch.from_numpy(pixels.reshape(-1, 3, 32, 32)))
    assert split.train.labels[4:8].tolist() == labels
    assert split.test.labels.tolist() == batches()["test_batch"][1]
    assert split.train.images.dtype == torch.uint8
    assert split.train.labels.dtype == torch.int64


@pytest.mark.parametrize("protocol", [3, 4])
def test_a_copy_written_by_python_3(protocol: int) -> None:
    pixels, labels = batches()["test_batch"]
    found = harmless(pickle.dumps({"data": pixels, "labels": labels}, protocol=protocol))
    assert np.array_equal(found["data"].values, pixels)
    assert found["labels"] == labels


class _Runs:
    def __init__(self, call: object, *args: object) -> None:
        self._call = call, args

    def __reduce__(self) -> object:
        return self._call


class _Other:
    pass


@pytest.mark.parametrize(
    "content",
    [
        _Runs(os.system, "exit 3"),
        _Runs(eval, "1/0"),
        _Runs(np.load, "x"),
        _Runs(np.frombuffer, b"1"),
        {"data": _Other()},
        {"data": np.array([_Other()], object)},
        {"data": np.zeros((1, 3072)), "labels": [1]},
        {"data": np.zeros((2, 3072), np.uint8, order="F"), "labels": [1, 2]},
        {"data": np.zeros((1, 3072), np.uint8), "labels": [1, 2]},
        {"data": np.zeros((1, 3072), np.uint8), "labels": [10]},
        {"data": np.zeros((1, 3072), np.uint8), "labels": ["one"]},
        {"data": np.zeros((0, 3072), np.uint8), "labels": []},
        {"data": np.zeros((1, 1000), np.uint8), "labels": [1]},
        {"data": [1, 2], "labels": [1]},
        {"labels": [1]},
        [1, 2],
        None,
    ],
    ids=str,
)
def test_anything_else_is_refused_and_not_run(tmp_path: Path, content: object) -> None:
    write(tmp_path / "cifar-10-batches-py")
    (tmp_path / "cifar-10-batches-py" / "data_batch_3").write_bytes(pickle.dumps(content, protocol=3))
    with pytest.raises(InputError, match=r"data_batch_3 is damaged or not a file of CIFAR-10 \(.*copy it again"):
        finish(load(str(tmp_path)))


@pytest.mark.parametrize("data", [b"", b"\x80", b"garbage", b"\x80\x02}.", b"(" * 1000, b"\x80\x04\x95\xff"])
def test_bytes_that_are_no_pickle(tmp_path: Path, data: bytes) -> None:
    write(tmp_path / "cifar-10-batches-py")
    (tmp_path / "cifar-10-batches-py" / "test_batch").write_bytes(data)
    with pytest.raises(InputError, match="test_batch is damaged"):
        finish(load(str(tmp_path)))


def test_a_missing_batch_is_named(tmp_path: Path) -> None:
    write(tmp_path / "cifar-10-batches-py")
    (tmp_path / "cifar-10-batches-py" / "data_batch_5").unlink()
    with pytest.raises(InputError, match="lacks data_batch_5"):
        finish(load(str(tmp_path)))


# --- the archive -----------------------------------------------------------------------------------------------


def _archive(*extra: tuple[str, bytes]) -> bytes:
    file = io.BytesIO()
    content = [(f"cifar-10-batches-py/{name}", python2(*batch)) for name, batch in batches().items()]
    with tarfile.open(fileobj=file, mode="w:gz") as tar:
        for name, data in [*content, *extra]:
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
        link = tarfile.TarInfo("cifar-10-batches-py/batches.meta")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    return file.getvalue()


def test_the_archive_is_fetched_unpacked_and_gone(site: Site, tmp_path: Path) -> None:
    """Only the batches come out of it, and only to where they belong."""
    data = site.files["cifar.tar.gz"] = _archive(("../../evil", b"x"), ("cifar-10-batches-py/readme.html", b"x"))
    file = RemoteFile("cifar.tar.gz", (site.address + "cifar.tar.gz",), md5(data))
    finish(download(SETS["cifar10"], tmp_path / "root", (file,)))
    assert sorted(path.name for path in tmp_path.rglob("*") if not path.is_dir()) == sorted(BATCHES)
    assert len(finish(load(str(tmp_path / "root"))).train) == 20


@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda data: b"no archive"])
def test_a_damaged_archive_ends_in_a_sentence(site: Site, tmp_path: Path, damage: object) -> None:
    data = site.files["cifar.tar.gz"] = damage(_archive())  # type: ignore[operator]
    file = RemoteFile("cifar.tar.gz", (site.address + "cifar.tar.gz",), md5(data))
    with pytest.raises(InputError, match=r"cifar\.tar\.gz is damaged"):
        finish(download(SETS["cifar10"], tmp_path, (file,)))


def test_closing_while_unpacking_leaves_no_half_batch(site: Site, tmp_path: Path) -> None:
    data = site.files["cifar.tar.gz"] = _archive()
    files = (RemoteFile("cifar.tar.gz", (site.address + "cifar.tar.gz",), md5(data)),)
    job = download(SETS["cifar10"], tmp_path, files)
    while next(job).what != "unpacking data_batch_3":
        pass
    job.close()
    place = tmp_path / "cifar-10-batches-py"
    assert not (place / "data_batch_3").exists()
    site.asked.clear()
    finish(download(SETS["cifar10"], tmp_path, files))
    assert not site.asked, "the archive was there"
    assert len(finish(load(str(tmp_path))).test) == 4

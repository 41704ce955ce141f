"""The sets of torchvision: out of a folder however it is given, out of a download, damaged."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from convviz.core.data import SETS, Loading, download, finish, load
from convviz.core.data.fetching import RemoteFile
from convviz.core.data.named import remote_files
from convviz.spec.errors import InputError
from convviz.spec.training.source import DataSource

from .conftest import Site, idx_bytes, md5, small_mnist

NAMES = list(small_mnist())


def _write(folder: Path, zipped: bool = False) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in small_mnist().items():
        (folder / (f"{name}.gz" if zipped else name)).write_bytes(gzip.compress(data) if zipped else data)


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("where", ["MNIST/raw", "raw", "."])
def test_a_folder_is_found_however_it_is_given(tmp_path: Path, where: str, zipped: bool) -> None:
    _write(tmp_path / where, zipped)
    split = finish(load(str(tmp_path)))
    assert (split.name, split.classes) == ("mnist", tuple("0123456789"))
    assert split.train.images.shape == (12, 1, 28, 28)
    assert split.train.images.dtype == torch.uint8
    assert split.test.labels.tolist() == [0, 1, 2, 3, 4]
    expected = np.random.default_rng(0).integers(0, 256, (12, 28, 28))
    assert torch.equal(split.train.images[:, 0], torch.from_numpy(expected).to(torch.uint8))


@pytest.mark.parametrize(
    ("kind", "where", "third"), [("fashion-mnist", "FashionMNIST/raw", "Pullover"), ("kmnist", "KMNIST/raw", "su")]
)
def test_the_sets_of_the_same_format_are_told_apart(tmp_path: Path, kind: str, where: str, third: str) -> None:
    _write(tmp_path / where)
    for source in (str(tmp_path), str(tmp_path / where), DataSource.parse(f"{kind}:{tmp_path}")):
        split = finish(load(source))
        assert (split.name, split.classes[2]) == (kind, third)


def test_the_set_that_was_asked_for_is_the_one_that_comes(tmp_path: Path) -> None:
    _write(tmp_path / "MNIST" / "raw")
    with pytest.raises(InputError, match=r"holds no KMNIST; give the folder with KMNIST.raw"):
        finish(load(f"kmnist:{tmp_path}"))
    with pytest.raises(InputError, match=r"holds no CIFAR-10; give the folder with cifar-10-batches-py"):
        finish(load(DataSource("cifar10", tmp_path)))


def _shorten(folder: Path) -> None:
    path = folder / NAMES[0]
    path.write_bytes(path.read_bytes()[:-1])


def _empty(folder: Path) -> None:
    (folder / NAMES[1]).write_bytes(b"")


def _half_a_gz(folder: Path) -> None:
    data = gzip.compress((folder / NAMES[2]).read_bytes())
    (folder / NAMES[2]).write_bytes(data[: len(data) // 2])


def _no_gz(folder: Path) -> None:
    (folder / NAMES[2]).write_bytes(b"\x1f\x8b" + b"no zip at all")


def _lose(folder: Path) -> None:
    (folder / NAMES[3]).unlink()


def _mislabel(folder: Path) -> None:
    (folder / NAMES[1]).write_bytes(idx_bytes(np.full(12, 10)))


def _misfit(folder: Path) -> None:
    (folder / NAMES[1]).write_bytes(idx_bytes(np.zeros(11)))


def _claim(folder: Path) -> None:
    """A header that asks for 2⁹⁶ bytes."""
    (folder / NAMES[0]).write_bytes(bytes([0, 0, 8, 3]) + b"\xff" * 12)


@pytest.mark.parametrize("damage", [_shorten, _empty, _half_a_gz, _no_gz, _lose, _mislabel, _misfit, _claim])
def test_damaged_files_are_named(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    _write(tmp_path)
    damage(tmp_path)
    with pytest.raises(InputError, match=r"ubyte"):
        finish(load(str(tmp_path)))


def test_a_file_that_swells_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convviz.core.data.idx._MOST_BYTES", 2**22)
    _write(tmp_path)
    (tmp_path / NAMES[0]).write_bytes(gzip.compress(bytes(2**24)))
    with pytest.raises(InputError, match="far larger than a file of MNIST"):
        finish(load(str(tmp_path)))


def test_the_real_mnist(shared_data: Path) -> None:
    split = finish(load(str(shared_data)))
    assert len(split.train) == 60_000
    digest = hashlib.md5(split.train.images.numpy().tobytes(), usedforsecurity=False)
    raw = (shared_data / "MNIST" / "raw" / NAMES[0]).read_bytes()[16:]
    assert digest.digest() == hashlib.md5(raw, usedforsecurity=False).digest()
    assert split.test.labels.bincount().tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


# --- downloads -------------------------------------------------------------------------------------------------


def _served(site: Site) -> tuple[RemoteFile, ...]:
    for name, data in small_mnist().items():
        site.files[f"{name}.gz"] = gzip.compress(data)
    return tuple(RemoteFile(name, (site.address + name,), md5(data)) for name, data in site.files.items())


def test_a_download_is_read_as_a_folder_is(site: Site, tmp_path: Path) -> None:
    seen: list[Loading] = []
    finish(download(SETS["fashion-mnist"], tmp_path, _served(site)), seen.append)
    assert {f"downloading {name}.gz" for name in NAMES} <= {loading.what for loading in seen}
    split = finish(load(str(tmp_path)))
    assert (split.name, len(split.train), split.classes[0]) == ("fashion-mnist", 12, "T-shirt/top")


def test_a_download_that_was_closed_fetches_only_the_rest(site: Site, tmp_path: Path) -> None:
    files = _served(site)
    job = download(SETS["mnist"], tmp_path, files)
    while next(job).what != f"downloading {NAMES[2]}.gz":
        pass
    job.close()
    site.asked.clear()
    finish(download(SETS["mnist"], tmp_path, files))
    assert {path for path, _ in site.asked} == {f"/{name}.gz" for name in NAMES[2:]}
    assert len(finish(load(str(tmp_path))).test) == 5


def test_by_name_what_was_downloaded_before_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *args, **options: str(tmp_path))
    monkeypatch.chdir(tmp_path)
    _write(tmp_path / "MNIST" / "raw", zipped=True)
    assert len(finish(load("mnist")).test) == 5


def test_by_name_it_is_downloaded_first(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *args, **options: str(tmp_path))
    files = _served(site)
    monkeypatch.setattr("convviz.core.data.named.remote_files", lambda which: files)
    assert len(finish(load("kmnist")).test) == 5
    assert len(list((tmp_path / "KMNIST" / "raw").iterdir())) == 4


def test_torchvision_knows_every_set() -> None:
    for which in SETS.values():
        files = remote_files(which)
        assert len(files) == (1 if which.kind == "cifar10" else 4)
        assert all(len(file.md5) == 32 and file.addresses for file in files)
        assert all(address.startswith("http") for file in files for address in file.addresses)
        assert len(which.classes) == 10

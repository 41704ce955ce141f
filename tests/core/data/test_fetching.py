"""Downloads from a server on this machine that breaks off, lies, fails and forgets."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from convviz.core.data import answer, fetching, finish
from convviz.core.data.fetching import RemoteFile, fetch
from convviz.spec.errors import InputError
from convviz.spec.training.news import Loading

from .conftest import Site, md5

DATA = np.random.default_rng(0).integers(0, 256, 300_000, dtype=np.uint8).tobytes()


def _closed_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/"


@pytest.fixture
def file(site: Site) -> RemoteFile:
    site.files["set.gz"] = DATA
    return RemoteFile("set.gz", (f"{site.address}set.gz",), md5(DATA))


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_comes_whole_and_alone(site: Site, file: RemoteFile, tmp_path: Path) -> None:
    seen: list[Loading] = []
    path = finish(fetch(tmp_path / "new" / "raw", file, "MNIST"), seen.append)
    assert path.read_bytes() == DATA
    assert _names(path.parent) == ["set.gz"]
    assert {loading.what for loading in seen} == {"downloading set.gz", "checking set.gz"}
    assert all(loading.done <= loading.total for loading in seen)
    assert seen[-1] == Loading("checking set.gz", len(DATA), len(DATA))
    assert site.asked == [("/set.gz", None)]


def test_what_is_there_is_not_fetched_again(site: Site, file: RemoteFile, tmp_path: Path) -> None:
    (tmp_path / "set.gz").write_bytes(b"mine")
    finish(fetch(tmp_path, file, "MNIST"))
    assert not site.asked
    assert (tmp_path / "set.gz").read_bytes() == b"mine"


def _cancelled_midway(site: Site, file: RemoteFile, folder: Path) -> int:
    """Bytes that are there after a download was closed while the server had more to say."""
    site.stop_after, site.claims = [200_000], len(DATA)
    site.silent.set()
    job = fetch(folder, file, "MNIST")
    while next(job).done < 200_000:
        pass
    job.close()
    site.silent.clear()
    site.ended.set()
    site.claims = None
    assert _names(folder) == ["set.gz.part"]
    return (folder / "set.gz.part").stat().st_size


@pytest.mark.parametrize("ranges", [True, False])
def test_a_closed_download_goes_on_where_it_was(site: Site, file: RemoteFile, tmp_path: Path, ranges: bool) -> None:
    site.ranges = ranges
    there = _cancelled_midway(site, file, tmp_path)
    assert there == 200_000
    seen: list[Loading] = []
    assert finish(fetch(tmp_path, file, "MNIST"), seen.append).read_bytes() == DATA
    assert _names(tmp_path) == ["set.gz"]
    assert site.asked[-1] == ("/set.gz", "bytes=200000-")
    smallest = min(loading.done for loading in seen if loading.what.startswith("downloading"))
    assert (smallest >= there) == ranges or not ranges


def test_a_connection_that_breaks_off_is_taken_up_again(site: Site, file: RemoteFile, tmp_path: Path) -> None:
    site.stop_after = [100_000, 50_000]
    assert finish(fetch(tmp_path, file, "MNIST")).read_bytes() == DATA
    assert [asked for _, asked in site.asked] == [None, "bytes=100000-", "bytes=150000-"]


def test_one_that_breaks_off_always_keeps_what_came(site: Site, file: RemoteFile, tmp_path: Path) -> None:
    site.stop_after = [10] * 100
    with pytest.raises(InputError, match=r"broke off\); what has come is kept"):
        finish(fetch(tmp_path, file, "MNIST"))
    assert (tmp_path / "set.gz.part").read_bytes() == DATA[:50]


def test_without_a_length_the_sum_decides(site: Site, file: RemoteFile, tmp_path: Path) -> None:
    site.length = False
    assert finish(fetch(tmp_path, file, "MNIST")).read_bytes() == DATA
    site.stop_after = [1000]
    with pytest.raises(InputError, match="not the file"):
        finish(fetch(tmp_path / "other", file, "MNIST"))
    assert _names(tmp_path / "other") == []


def test_a_wrong_file_is_removed(site: Site, file: RemoteFile, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not the file"):
        finish(fetch(tmp_path, RemoteFile(file.name, file.addresses, "0" * 32), "MNIST"))
    assert _names(tmp_path) == []
    assert len(site.asked) == 1


@pytest.mark.parametrize("part", [b"another", DATA + b"more", DATA])
def test_whatever_part_is_there_ends_in_the_right_file(
    site: Site, file: RemoteFile, tmp_path: Path, part: bytes
) -> None:
    """The beginning of another file, more than all of it, or all of it."""
    (tmp_path / "set.gz.part").write_bytes(part)
    assert finish(fetch(tmp_path, file, "MNIST")).read_bytes() == DATA
    assert _names(tmp_path) == ["set.gz"]


def test_the_next_address_is_tried_and_goes_on(site: Site, file: RemoteFile, tmp_path: Path) -> None:
    site.stop_after = [1000, 0]
    addresses = (_closed_port(), f"{site.address}nothing", *file.addresses, *file.addresses)
    assert finish(fetch(tmp_path, RemoteFile("set.gz", addresses, file.md5), "MNIST")).read_bytes() == DATA
    assert [asked for _, asked in site.asked] == [None, None, "bytes=1000-", "bytes=1000-"]


@pytest.mark.parametrize(("status", "words"), [(404, "404"), (500, "500"), (503, "503")])
def test_an_error_of_the_server_is_told(site: Site, file: RemoteFile, tmp_path: Path, status: int, words: str) -> None:
    site.status = status
    with pytest.raises(InputError, match=f"MNIST could not be downloaded .*{words}.*check the connection"):
        finish(fetch(tmp_path, file, "MNIST"))
    assert _names(tmp_path) == []


def test_no_connection_ends_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="check the connection"):
        finish(fetch(tmp_path, RemoteFile("set.gz", (_closed_port(),), "0"), "MNIST"))
    assert _names(tmp_path) == []


@pytest.mark.parametrize("address", ["http://", "nonsense", "http://[", "ftp://127.0.0.1:1/x"])
def test_an_address_that_is_none(tmp_path: Path, address: str) -> None:
    with pytest.raises(InputError, match="could not be downloaded"):
        finish(fetch(tmp_path, RemoteFile("set.gz", (address,), "0"), "MNIST"))


def test_a_server_that_talks_something_else(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def talk() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"220 mail for you\r\n\r\n")

        thread = threading.Thread(target=talk)
        thread.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}/set.gz"
        with pytest.raises(InputError, match="could not be downloaded"):
            finish(fetch(tmp_path, RemoteFile("set.gz", (address,), "0"), "MNIST"))
        thread.join()


def test_a_file_far_too_large_is_not_begun(site: Site, file: RemoteFile, tmp_path: Path) -> None:
    site.claims = 2**40
    with pytest.raises(InputError, match=r"offers 1,024\.0 GB, which is not the file"):
        finish(fetch(tmp_path, file, "MNIST"))
    assert _names(tmp_path) == []


def test_a_file_that_never_ends_is_given_up(
    site: Site, file: RemoteFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MOST_BYTES", 100_000)
    site.length = False
    with pytest.raises(InputError, match="far more than the file"):
        finish(fetch(tmp_path, file, "MNIST"))
    assert _names(tmp_path) == []


def test_a_silent_server_keeps_nobody_waiting(
    site: Site, file: RemoteFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer, "_PATIENCE_S", 0.3)
    site.stop_after, site.claims = [0] * 10, len(DATA)
    site.silent.set()
    job = fetch(tmp_path, file, "MNIST")
    looks = [next(job) for _ in range(5)]  # each comes back at once, and says that nothing has come
    assert [loading.done for loading in looks] == [0] * 5
    with pytest.raises(InputError, match="silent"):
        finish(job)
    _until_ended("convviz-download")


def _until_ended(name: str) -> None:
    end = time.monotonic() + 10
    while any(thread.name == name for thread in threading.enumerate()):
        assert time.monotonic() < end
        time.sleep(0.01)


# --- this machine ----------------------------------------------------------------------------------------------


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_gets_its_room_back(file: RemoteFile, tmp_path: Path) -> None:
    (tmp_path / "set.gz.part").symlink_to("/dev/full")
    with pytest.raises(InputError, match=r"the disk is full: set\.gz does not fit"):
        finish(fetch(tmp_path, file, "MNIST"))
    assert not list(tmp_path.iterdir())


def test_a_disk_with_too_little_room_is_not_filled(
    file: RemoteFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1000))
    with pytest.raises(InputError, match="the disk is full"):
        finish(fetch(tmp_path, file, "MNIST"))
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made(file: RemoteFile, tmp_path: Path) -> None:
    (tmp_path / "here").write_bytes(b"")
    with pytest.raises(InputError, match="cannot make the folder"):
        finish(fetch(tmp_path / "here" / "raw", file, "MNIST"))


def test_a_part_that_cannot_be_written(file: RemoteFile, tmp_path: Path) -> None:
    (tmp_path / "set.gz.part").mkdir()
    with pytest.raises(InputError, match=r"cannot write .*set\.gz\.part"):
        finish(fetch(tmp_path, file, "MNIST"))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs rights that can be taken away")
def test_a_read_only_folder(file: RemoteFile, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="cannot write"):
        finish(fetch(tmp_path, file, "MNIST"))
    tmp_path.chmod(0o700)


def test_a_file_that_cannot_get_its_name(file: RemoteFile, tmp_path: Path) -> None:
    (tmp_path / "set.gz").mkdir()
    with pytest.raises(InputError, match="cannot write"):
        finish(fetch(tmp_path, file, "MNIST"))


def test_a_part_that_cannot_be_read_again(site: Site, file: RemoteFile, tmp_path: Path) -> None:
    """As when the disk is pulled out after the last byte."""
    job = fetch(tmp_path, file, "MNIST")
    while next(job).done < len(DATA):
        pass
    (tmp_path / "set.gz.part").unlink()
    with pytest.raises(InputError, match=r"cannot read .*set\.gz\.part: No such file"):
        finish(job)

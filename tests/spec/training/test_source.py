"""Where images come from, as a text and as data."""

from __future__ import annotations

import os
from contextlib import nullcontext
from pathlib import Path
from typing import get_args

import pytest

from convviz.spec.errors import InputError
from convviz.spec.training.source import DataSource, Kind


@pytest.mark.parametrize(
    "source",
    [
        *(DataSource(kind) for kind in get_args(Kind) if kind != "pictures"),
        DataSource("strokes", count=90_000),
        DataSource("pictures", Path("cats and dogs")),
        DataSource("pictures", Path("mnist")),
        DataSource("kmnist", Path("C:/data")),
        DataSource("cifar10", Path("data")),
    ],
    ids=lambda source: source.text,
)
def test_the_text_of_a_source_means_that_source(source: DataSource) -> None:
    assert DataSource.parse(source.text) == source


@pytest.mark.parametrize(
    "text", ["", "nowhere", "strokes:x", "strokes:5", "strokes:-20", "strokes:1e5", "strokes:99999999999", "strokes:٣٣",
             "digits:5", "MNIST", "handwriting:x", "a\0b"],
)  # fmt: skip
def test_what_is_no_data(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"give|colon|number of digits"):
        DataSource.parse(text)


@pytest.mark.parametrize("text", ["strokes:", "strokes"])
def test_without_a_count_it_is_the_usual_one(text: str) -> None:
    assert DataSource.parse(text) == DataSource("strokes")


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        (["MNIST/raw/train-images-idx3-ubyte"], "mnist"),
        (["raw/t10k-labels-idx1-ubyte.gz"], "mnist"),
        (["train-labels-idx1-ubyte", "other/x.png"], "mnist"),
        (["FashionMNIST/raw/train-images-idx3-ubyte.gz"], "fashion-mnist"),
        (["KMNIST/raw/train-images-idx3-ubyte"], "kmnist"),
        (["cifar-10-batches-py/data_batch_1"], "cifar10"),
        (["data_batch_1"], "cifar10"),
        (["cat/a.png", "dog/b.png"], "pictures"),
        (["train/cat/a.png"], "pictures"),
    ],
)
def test_what_a_folder_holds_is_found_out(tmp_path: Path, files: list[str], kind: str) -> None:
    for file in files:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    assert DataSource.parse(str(tmp_path)) == DataSource(kind, tmp_path)  # type: ignore[arg-type]


def test_of_many_files_only_some_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The window waits for the answer; whoever reads the pictures says that there are none."""

    class Entry:
        looked = 0
        name = "picture.png"

        def is_dir(self) -> bool:
            Entry.looked += 1
            return False

    monkeypatch.setattr(os, "scandir", lambda _folder: nullcontext(iter(Entry() for _ in range(60_000))))
    assert DataSource.parse(str(tmp_path)).kind == "pictures"
    assert 100 < Entry.looked < 1000


def test_a_link_that_leads_to_itself_is_no_sub_folder(tmp_path: Path) -> None:
    (tmp_path / "itself").symlink_to(tmp_path / "itself")
    with pytest.raises(InputError, match="no sub-folders of pictures"):
        DataSource.parse(str(tmp_path))


def test_the_name_above_tells_sets_of_one_format_apart(tmp_path: Path) -> None:
    for name, kind in (("FashionMNIST", "fashion-mnist"), ("KMNIST", "kmnist"), ("other", "mnist")):
        raw = tmp_path / name / "raw"
        raw.mkdir(parents=True)
        (raw / "train-images-idx3-ubyte").touch()
        assert DataSource.parse(str(raw)).kind == DataSource.parse(str(raw.parent)).kind == kind


def test_an_empty_folder_and_a_file(tmp_path: Path) -> None:
    (tmp_path / "x.png").touch()
    (tmp_path / ".hidden").mkdir()
    with pytest.raises(InputError, match="holds no MNIST"):
        DataSource.parse(str(tmp_path))
    with pytest.raises(InputError, match="no data called"):
        DataSource.parse(str(tmp_path / "x.png"))


@pytest.mark.parametrize("values", [{"kind": "cifar100"}, {"kind": "pictures"}, {"count": 9}, {"count": 2.5}])
def test_impossible_sources(values: dict[str, object]) -> None:
    with pytest.raises(InputError):
        DataSource(**values)  # type: ignore[arg-type]

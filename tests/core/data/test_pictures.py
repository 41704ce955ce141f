"""A folder of pictures: what is a class, what is left out and said, and what becomes of ink."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from convviz.core.data import Split, finish, load
from convviz.core.data import images as limits
from convviz.core.data.pictures import fitted_file
from convviz.spec.errors import InputError
from convviz.spec.training.source import DataSource

RNG = np.random.default_rng(0)


def save(path: Path, pixels: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels.astype(np.uint8)).save(path)


def scene(height: int = 20, width: int = 30) -> np.ndarray:
    """Something that is no ink on paper."""
    return RNG.integers(0, 256, (height, width, 3))


def scenes(folder: Path, **counts: int) -> None:
    for name, count in counts.items():
        for i in range(count):
            save(folder / name / f"{i:03}.png", scene())


def loaded(folder: Path, shape: tuple[int, ...] = (3, 16, 16)) -> Split:
    return finish(load(DataSource("pictures", folder), shape=shape))


def test_sub_folders_are_classes_and_every_fifth_is_held_back(tmp_path: Path) -> None:
    scenes(tmp_path / "zoo", dog=11, cat=5, emu=3)
    split = loaded(tmp_path / "zoo")
    assert (split.name, split.classes, split.notes) == ("zoo", ("cat", "dog", "emu"), ())
    assert split.train.labels.tolist() == [0] * 4 + [1] * 9 + [2] * 2
    assert split.test.labels.tolist() == [0, 1, 1, 2]
    expected = [("cat", 4), ("dog", 4), ("dog", 9), ("emu", 2)]
    for image, (name, i) in zip(split.test.images, expected, strict=True):
        assert np.array_equal(image, fitted_file(str(tmp_path / "zoo" / name / f"{i:03}.png"), (3, 16, 16)))
    assert torch.equal(loaded(tmp_path / "zoo").train.images, split.train.images), "the same every time"


@pytest.mark.parametrize(("learn", "measure"), [("train", "test"), ("Train", "Val"), ("training", "validation")])
def test_pictures_that_are_told_apart_already(tmp_path: Path, learn: str, measure: str) -> None:
    scenes(tmp_path / learn, a=3, b=2)
    scenes(tmp_path / measure, b=1, c=2)
    scenes(tmp_path, extra=1)
    split = loaded(tmp_path)
    assert split.classes == ("a", "b", "c")
    assert split.train.labels.tolist() == [0, 0, 0, 1, 1]
    assert split.test.labels.tolist() == [1, 2, 2]
    assert split.notes == ("Not used: extra.",)


def test_only_train_is_a_folder_as_any(tmp_path: Path) -> None:
    scenes(tmp_path / "train", a=5, b=5)
    split = loaded(tmp_path)
    assert (split.classes, len(split.train), len(split.test)) == (("a", "b"), 8, 2)


def test_a_class_may_be_called_train(tmp_path: Path) -> None:
    scenes(tmp_path, train=2, car=2, test=2)
    assert loaded(tmp_path).classes == ("car", "test", "train")


def test_what_is_no_good_is_left_out_and_named(tmp_path: Path) -> None:
    scenes(tmp_path, a=4, b=3, empty=0)
    (tmp_path / "empty").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / "a" / ".hidden.png").write_bytes(b"x")
    (tmp_path / "a" / "notes.txt").write_bytes(b"x")
    (tmp_path / "loose.png").write_bytes(b"x")
    for i in range(5):
        (tmp_path / "b" / f"bad{i}.png").write_bytes([b"", b"x", b"\x89PNG\r\n\x1a\n"][i % 3])
    cut = (tmp_path / "a" / "000.png").read_bytes()
    (tmp_path / "b" / "cut.jpg").write_bytes(cut[: len(cut) // 2])
    (tmp_path / "b" / "gone.png").symlink_to(tmp_path / "nowhere.png")
    split = loaded(tmp_path)
    assert split.classes == ("a", "b")
    assert len(split.train) + len(split.test) == 7
    bad = ", ".join(os.path.join("b", f"bad{i}.png") for i in range(3))
    assert split.notes == (
        f"6 damaged pictures left out: {bad} and 3 more.",
        f"1 file that is no picture left out: {os.path.join('a', 'notes.txt')}.",
        "1 folder without pictures left out: empty.",
    )


def test_a_class_of_nothing_but_damage_is_left_out(tmp_path: Path) -> None:
    scenes(tmp_path, a=2, c=2)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "x.png").write_bytes(b"x")
    split = loaded(tmp_path)
    assert split.classes == ("a", "c")
    assert sorted({*split.train.labels.tolist(), *split.test.labels.tolist()}) == [0, 1]
    assert "1 folder without pictures left out: b." in split.notes


def test_folders_in_a_class_belong_to_it_and_links_in_a_circle_do_no_harm(tmp_path: Path) -> None:
    scenes(tmp_path, a=2)
    scenes(tmp_path / "b", deep=1)
    scenes(tmp_path / "b" / "deep", deeper=2)
    (tmp_path / "b" / "again").symlink_to(tmp_path, target_is_directory=True)
    for place in (tmp_path, tmp_path / "a", tmp_path / "b" / "deep"):
        (place / "itself").symlink_to(place / "itself")
    split = loaded(tmp_path)
    assert split.classes == ("a", "b")
    assert len(split.train) + len(split.test) == 5


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({}, "has no sub-folders"),
        ({"a": 3}, "one class only, a"),
        ({"a": 1}, "only one picture that can be read"),
    ],
)
def test_too_little_to_learn_from(tmp_path: Path, counts: dict[str, int], words: str) -> None:
    scenes(tmp_path, **counts)
    with pytest.raises(InputError, match=words):
        loaded(tmp_path)


def test_nothing_that_can_be_read(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.png").write_bytes(b"x")
    with pytest.raises(InputError, match=r"no pictures that can be read \(2 are damaged\)"):
        loaded(tmp_path)


@pytest.mark.parametrize("name", ["nowhere", "file", "\0"])
def test_no_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InputError, match="cannot read the folder"):
        loaded(tmp_path / name)


def test_one_picture_of_each_class_is_measured_on_what_is_learnt(tmp_path: Path) -> None:
    scenes(tmp_path, a=1, b=1)
    split = loaded(tmp_path)
    assert len(split.train) == len(split.test) == 2
    assert split.notes == ("Too few to hold any back: measured on the same images that are learnt from.",)


def test_more_than_memory_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scenes(tmp_path, a=9, b=2, c=0)
    (tmp_path / "c").mkdir()
    monkeypatch.setattr(limits, "MOST_BYTES", 6 * 3 * 16 * 16)
    split = loaded(tmp_path)
    counts = (split.train.labels.bincount() + split.test.labels.bincount()).tolist()
    assert counts == [3, 2]
    assert "Only the first 3 pictures of each class: all 11 need too much memory." in split.notes


def test_loading_comes_back_often_and_can_be_closed(tmp_path: Path) -> None:
    scenes(tmp_path, a=3, b=3)
    job = load(DataSource("pictures", tmp_path))
    seen = [next(job) for _ in range(4)]
    assert [loading.what for loading in seen] == [
        "finding pictures in a",
        "finding pictures in b",
        "reading pictures",
        "reading pictures",
    ]
    assert [loading.done for loading in seen[:2]] == [3, 3], "those of this class"
    assert (seen[3].done, seen[3].total) == (1, 6)
    job.close()


# --- pixels ----------------------------------------------------------------------------------------------------


def test_a_picture_of_the_right_size_is_itself(tmp_path: Path) -> None:
    colour, grey = scene(16, 16), RNG.integers(0, 256, (28, 28))
    save(tmp_path / "c.png", colour)
    save(tmp_path / "g.png", grey)
    assert np.array_equal(fitted_file(str(tmp_path / "c.png"), (3, 16, 16)), colour.transpose(2, 0, 1))
    assert np.array_equal(fitted_file(str(tmp_path / "g.png"), (1, 28, 28))[0], grey)
    assert np.array_equal(fitted_file(str(tmp_path / "g.png"), (3, 28, 28)), np.stack([grey] * 3))


def test_colour_fills_and_grey_is_whole(tmp_path: Path) -> None:
    pixels = np.full((20, 40, 3), 50)
    pixels[:, :10] = pixels[:, 30:] = 200  # what the middle does not show
    save(tmp_path / "wide.png", pixels)
    assert (fitted_file(str(tmp_path / "wide.png"), (3, 10, 10)) == 50).all()
    whole = fitted_file(str(tmp_path / "wide.png"), (1, 8, 8))[0]
    assert (whole[2:6] == [200, 200, 50, 50, 50, 50, 200, 200]).all()
    assert len({*whole[:2].ravel().tolist(), *whole[6:].ravel().tolist()}) == 1, "the border goes on"


def test_photos_stand_upright(shared_data: Path) -> None:
    lying, upright = (
        fitted_file(str(shared_data / "photos" / f"exif_Landscape_{i}.jpg"), (3, 32, 32)).astype(float) for i in (6, 1)
    )
    assert np.abs(lying - upright).mean() < 6


def digit(ink: int, paper: int) -> np.ndarray:
    pixels = np.full((28, 28), paper)
    pixels[6:22, 12:16] = ink
    pixels[10:14, 6 : 6 + RNG.integers(6, 12)] = ink
    return pixels


def _digits(folder: Path, pairs: list[tuple[int, int]]) -> Split:
    for i, (ink, paper) in enumerate(pairs):
        save(folder / "ab"[i % 2] / f"{i:03}.png", digit(ink, paper))
    return loaded(folder, (1, 28, 28))


def test_dark_ink_on_light_paper_becomes_bright_on_dark(tmp_path: Path) -> None:
    split = _digits(tmp_path, [(0, 255)] * 8 + [(30, 230)] * 4)
    images = torch.cat([split.train.images, split.test.images])[:, 0]
    assert (images[:, 0] == 0).all(), "paper of any white is nothing"
    assert (images[:, 10, 13] > 200).all()
    assert split.notes == ("12 of 12 pictures are dark on light; their ink is made bright, as on the pad.",)


def test_bright_ink_stays_as_it_is(tmp_path: Path) -> None:
    split = _digits(tmp_path, [(255, 0)] * 9 + [(0, 255)])
    assert split.notes == ("1 of 10 pictures are dark on light; their ink is made bright, as on the pad.",)
    images = torch.cat([split.train.images, split.test.images])[:, 0]
    assert (images[:, 0] == 0).all()
    assert (images[:, 10, 13] == 255).all()


def test_bright_photos_are_not_turned_around(tmp_path: Path) -> None:
    for i in range(6):
        save(tmp_path / "ab"[i % 2] / f"{i}.png", RNG.integers(130, 256, (28, 28)))
    assert loaded(tmp_path, (1, 28, 28)).notes == ()


def test_a_coloured_network_gets_pictures_as_they_are(tmp_path: Path) -> None:
    for i in range(4):
        save(tmp_path / "ab"[i % 2] / f"{i}.png", digit(0, 255))
    split = loaded(tmp_path, (3, 28, 28))
    assert (split.train.images[:, :, 0] == 255).all()
    assert split.notes == ()

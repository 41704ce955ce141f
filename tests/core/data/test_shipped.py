"""The digits that come with convviz: still those that the command writes, and damaged ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from convviz.core.data import finish, load, shipped, written
from convviz.paths import resources
from convviz.spec.errors import InputError


def test_they_are_what_the_command_writes() -> None:
    """The first fifty of each, written again; another machine's arithmetic may round a pixel otherwise."""
    split = finish(load("digits"))
    for part, images in (("train", split.train), ("test", split.test)):
        count, seed = shipped.PARTS[part]
        assert len(images) == count
        again = finish(written(50, seed))
        assert (images.images[:50].int() - again.images.int()).abs().max() <= 1
        assert torch.equal(images.labels[:50], again.labels)
        assert images.labels.bincount().tolist() == [count // 10] * 10


def test_the_command_writes_what_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped, "PARTS", {"train": (200, 5), "test": (100, 6)})
    shipped.write(tmp_path)
    split = finish(shipped.shipped(tmp_path))
    assert torch.equal(split.train.images, finish(written(200, 5)).images)
    assert torch.equal(split.test.images, finish(written(100, 6)).images)


def test_they_are_small() -> None:
    assert sum(path.stat().st_size for path in (resources() / "digits").iterdir()) < 2_500_000


@pytest.mark.parametrize("damage", ["missing", "cut", "other", "colour"])
def test_damaged_ones_end_in_a_sentence(tmp_path: Path, damage: str) -> None:
    for part in ("train", "test"):
        (tmp_path / f"{part}.png").write_bytes((resources() / "digits" / f"{part}.png").read_bytes())
    path = tmp_path / "test.png"
    if damage == "missing":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:100_000])
    else:
        Image.fromarray(np.zeros((560, 2800, 3) if damage == "colour" else (10, 10), np.uint8)).save(path)
    with pytest.raises(InputError, match=r"test\.png"):
        finish(shipped.shipped(tmp_path))

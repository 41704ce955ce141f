"""One entrance to all data."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from convviz.core.data import finish, load
from convviz.spec.errors import InputError
from convviz.spec.training.source import DataSource


def test_a_source_or_the_text_of_it() -> None:
    source = DataSource("strokes", count=20)
    assert torch.equal(finish(load(source, 3)).train.images, finish(load(source.text, 3)).train.images)


@pytest.mark.parametrize("source", ["nowhere", "strokes:x", "strokes:5", "strokes:-20", ""])
def test_no_such_data_is_said_at_once(source: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError):
        load(source)


def test_fitted_to_a_network() -> None:
    split = finish(load("digits", shape=(3, 16, 16)))
    assert split.train.images.shape == (10_000, 3, 16, 16)
    assert split.notes == ("28×28 grey images are fitted to 3×16×16.",)


def test_no_memory_ends_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*args: object) -> None:
        raise MemoryError

    monkeypatch.setattr("numpy.empty", none)
    with pytest.raises(InputError, match="strokes:1000 need more memory than there is"):
        finish(load("strokes:1000"))

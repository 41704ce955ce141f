"""A photo filtered on the compute thread, a turn of the engine at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from convviz.core import filtering
from convviz.session.engine import Engine
from convviz.session.experiment import State
from convviz.session.filtering import Filtered, RowsDone, filtered
from convviz.session.outbox import Failure, Frame, Progress
from convviz.spec.lab.evaluate import evaluate
from convviz.spec.lab.lab import Lab, drawn_lab
from convviz.spec.lab.source import FromPhoto
from convviz.spec.lab.trial import photo_values
from convviz.spec.network import Conv2d
from convviz.spec.photo import Photo


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Lab:
    """A Laplacian on a photo of three strips, each of which is reported."""
    monkeypatch.setattr(filtering, "SLICE_S", 0.0)
    pixels = np.random.default_rng(0).integers(0, 256, (130, 40, 3), np.uint8)
    source = FromPhoto(Photo(pixels))
    return Lab(source, source.shape, Conv2d("conv", 1, (3, 3), bias=False), drawn_lab().weights)


def turns(engine: Engine, most: int = 1000) -> list[object]:
    """What the engine says in so many turns, or until there is nothing to do."""
    while most and engine.step():
        most -= 1
    return engine.outbox.take()[1]


def test_the_job_reports_rows_and_returns_all_values(lab: Lab) -> None:
    engine = Engine()
    number = engine.run(lambda: filtered(lab))
    said = [message for message in turns(engine) if isinstance(message, Progress)]
    assert [message.value for message in said[:-1]] == [RowsDone(48, 128), RowsDone(96, 128), RowsDone(128, 128)]
    end = said[-1]
    assert (end.job, end.done, end.cancelled) == (number, True, False)
    assert isinstance(end.value, Filtered)
    assert end.value.lab is lab
    assert isinstance(lab.source, FromPhoto)
    assert end.value.values == pytest.approx(evaluate(lab.row, lab.multiplied, photo_values(lab.source)), abs=1e-5)


def test_frames_are_shown_between_its_slices(lab: Lab, make_state: Callable[..., State]) -> None:
    engine = Engine()
    engine.run(lambda: filtered(lab))
    turns(engine, 2)
    engine.show(make_state())
    engine.step()
    frame, messages = engine.outbox.take()
    assert isinstance(frame, Frame)
    assert messages == []
    assert isinstance(turns(engine)[-1].value, Filtered)  # type: ignore[attr-defined]


def test_it_is_cancelled_and_done_again(lab: Lab) -> None:
    engine = Engine()
    number = engine.run(lambda: filtered(lab))
    assert [m.value for m in turns(engine, 2) if isinstance(m, Progress)] == [RowsDone(48, 128)]
    engine.cancel(number)
    (end,) = turns(engine)
    assert isinstance(end, Progress)
    assert (end.cancelled, end.value) == (True, None)
    engine.run(lambda: filtered(lab))
    last = turns(engine)[-1]
    assert isinstance(last, Progress)
    assert isinstance(last.value, Filtered)


def test_what_is_no_photo_is_a_sentence() -> None:
    engine = Engine()
    engine.run(lambda: filtered(drawn_lab()))
    failures = [m for m in turns(engine) if isinstance(m, Failure)]
    assert [failure.text for failure in failures] == [
        "only a photo is filtered at full size; choose a photo as the input first"
    ]

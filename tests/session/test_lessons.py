"""A lesson as a job: what its program prints arrives as the job's last Progress."""

from __future__ import annotations

from convviz.session.engine import Engine
from convviz.session.lessons import LessonRun, running
from convviz.session.outbox import Progress


def test_what_it_prints_arrives() -> None:
    engine = Engine()
    number = engine.run(lambda: running("dict"))
    while engine.step():
        pass
    (message,) = engine.outbox.take()[1]
    assert isinstance(message, Progress)
    assert (message.job, message.done, message.cancelled) == (number, True, False)
    assert isinstance(message.value, LessonRun)
    assert message.value.lesson == "dict"
    assert message.value.printed == "torch.Size([123, 456])\ntorch.Size([32, 1, 5, 5])\ntorch.Size([32])"
    assert message.value.took_ms > 0


def test_it_can_be_cancelled_before_it_runs() -> None:
    engine = Engine()
    number = engine.run(lambda: running("dict"))
    engine.cancel(number)
    while engine.step():
        pass
    (message,) = engine.outbox.take()[1]
    assert isinstance(message, Progress)
    assert message.cancelled

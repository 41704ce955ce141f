"""One thing after the other on a thread of its own; what goes wrong is a sentence, and the thread lives on."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from convviz.session.file_thread import FileThread
from convviz.session.outbox import Failure, Outbox
from convviz.spec.errors import InputError


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def files(outbox: Outbox) -> Iterator[FileThread]:
    made = FileThread(outbox, "test")
    yield made
    made.stop()


def raising(error: BaseException) -> None:
    raise error


def test_results_arrive_in_order_and_none_is_silent(files: FileThread, outbox: Outbox) -> None:
    futures = [files.submit(lambda n=number: n if n % 2 else None) for number in range(6)]
    assert all(future.result() for future in futures), "all went well, also those that have nothing to say"
    assert outbox.take()[1] == [1, 3, 5]


def test_it_is_a_thread_of_its_own_with_a_name(files: FileThread, outbox: Outbox) -> None:
    files.submit(lambda: threading.current_thread().name).result()
    (name,) = outbox.take()[1]
    assert isinstance(name, str)
    assert name.startswith("convviz-test")


def test_a_mistake_is_a_sentence_and_the_next_job_is_done(files: FileThread, outbox: Outbox) -> None:
    assert not files.submit(lambda: raising(InputError("a.png is empty"))).result()
    assert files.submit(lambda: "next").result()
    assert outbox.take()[1] == [Failure("a.png is empty"), "next"]


def test_too_little_memory_says_so(files: FileThread, outbox: Outbox) -> None:
    assert not files.submit(lambda: raising(MemoryError())).result()
    (message,) = outbox.take()[1]
    assert isinstance(message, Failure)
    assert "memory" in message.text


@pytest.mark.expects_log
def test_a_fault_has_details(files: FileThread, outbox: Outbox) -> None:
    assert not files.submit(lambda: raising(KeyError("x"))).result()
    (message,) = outbox.take()[1]
    assert isinstance(message, Failure)
    assert "KeyError" in message.details
    assert files.submit(lambda: None).result()


@pytest.mark.parametrize("finish", [False, True])
def test_stopping_ends_what_is_done_now_and_if_told_what_waits(files: FileThread, outbox: Outbox, finish: bool) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def first() -> str:
        begun.set()
        go_on.wait(10)
        return "first"

    files.submit(first)
    waiting = files.submit(lambda: "second")
    begun.wait(10)
    threading.Timer(0.05, go_on.set).start()
    files.stop(finish=finish)
    assert waiting.cancelled() is not finish
    assert outbox.take()[1] == (["first", "second"] if finish else ["first"])
    files.stop(finish=finish)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("convviz-test")]

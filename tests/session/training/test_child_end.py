"""Why processes have ended, from what torchrun prints."""

from __future__ import annotations

import pytest

from convviz.session.training.child_end import SILENT, why

LOST = "convviz: error: process 1 of 2: process 1 of 2 has lost the others, one of which has ended; start all again"
CLOSING = "W1126 07:31:49.684000 39 torch/distributed/elastic/multiprocessing/api.py:1028] Sending process 38 SIGTERM"
FAILED = "torch.distributed.elastic.multiprocessing.errors.ChildFailedError:"
RULER = "=" * 54


def _report(*codes: int) -> tuple[str, ...]:
    """Of the processes by rank; the last one stands where torchrun sees the cause."""
    lines = [CLOSING, FAILED, RULER, "convviz FAILED", "Failures:"]
    for rank, code in enumerate(codes):
        lines += [f"rank      : {rank} (local_rank: {rank})", f"exitcode  : {code} (pid: 38)", "error_file: <N/A>"]
    return (*lines, RULER)


def test_the_one_that_was_killed_is_named_and_not_those_that_the_launcher_ended() -> None:
    assert why((LOST, *_report(-15, -9)), 1, 2).startswith("process 2 of 2 was killed (SIGKILL), as the system does")
    assert why((LOST, *_report(-11, -15)), 1, 2) == "process 1 of 2 was killed (SIGSEGV); start all of them again"


def test_one_that_only_noticed_is_not_the_cause() -> None:
    assert why((LOST, *_report(-9, 2)), 1, 2).startswith("process 1 of 2 was killed (SIGKILL)")


def test_a_sentence_of_ours_comes_first() -> None:
    assert why(("convviz: error: no such data", LOST, *_report(2, -15)), 1, 2) == "no such data"


def test_an_exception_is_told_without_the_lines_around_it() -> None:
    said = ("Traceback (most recent call last):", "RuntimeError: it broke", *_report(-15, 1))
    assert why(said, 1, 2) == "process 2 of 2 ended: RuntimeError: it broke"


@pytest.mark.parametrize("said", [(), (RULER,)])
def test_a_ruler_says_nothing(said: tuple[str, ...]) -> None:
    assert why(said, 1, 2) == SILENT

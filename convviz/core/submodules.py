"""Runs the lecture's programs about sub-modules, and says what they really print."""

from __future__ import annotations

import io

import torch

from ..spec.code.lessons import lesson


def run(name: str) -> str:
    """What the lesson's program prints. Only convviz's own programs are run, never a text from elsewhere.

    The random numbers that the program draws are given back: a training that runs meanwhile goes on as if alone.

    >>> print(run("dict"))
    torch.Size([123, 456])
    torch.Size([32, 1, 5, 5])
    torch.Size([32])
    """
    printed = io.StringIO()

    def printing(*values: object) -> None:
        print(*values, file=printed)

    with torch.random.fork_rng(devices=[]):
        exec(compile(lesson(name).source, f"<{name}>", "exec"), {"__name__": name, "print": printing})
    return printed.getvalue().rstrip("\n")

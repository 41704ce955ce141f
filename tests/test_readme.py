"""The README's program does what its comments say."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).resolve().parent.parent / "README.md"
PROGRAMS = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


def test_there_is_one() -> None:
    assert len(PROGRAMS) == 1


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_line_prints_what_stands_beside_it(program: str) -> None:
    expected = re.findall(r"^print\(.*\)  # (.*)$", program, re.MULTILINE)
    assert len(expected) == program.count("print(") > 0
    done = subprocess.run(
        [sys.executable, "-W", "error", "-X", "utf8", "-c", program], capture_output=True, encoding="utf-8", timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == expected

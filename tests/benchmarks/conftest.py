"""Figures beside their budgets; nothing here fails because a machine is slow.

Run with ``python -m pytest tests/benchmarks`` on an otherwise idle machine; the figures stand at the end of the output.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

import pytest

Report = Callable[[str, float, str, str], None]
_lines: list[str] = []


@pytest.fixture
def report() -> Report:
    """``report(what, figure, unit, budget)``: one line of the table at the end."""

    def add(what: str, figure: float, unit: str, budget: str) -> None:
        _lines.append(f"{what:<66} {figure:8.2f} {unit:<4} budget {budget}")

    return add


@pytest.hookimpl
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _lines:
        terminalreporter.section("figures")
        for line in _lines:
            terminalreporter.write_line(line)


def p95(values: list[float]) -> float:
    """The 95th percentile."""
    return sorted(values)[min(int(len(values) * 0.95), len(values) - 1)]


@pytest.fixture
def percentiles() -> Callable[[list[float]], tuple[float, float]]:
    """(median, p95) of some figures."""
    return lambda values: (median(values), p95(values))


@pytest.fixture(autouse=True)
def _collected() -> None:
    import gc

    gc.collect()

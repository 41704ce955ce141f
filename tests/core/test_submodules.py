"""The lecture's programs about sub-modules, run: what they print is what the lecture prints."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from convviz.core.submodules import run
from convviz.spec.code.lessons import LESSONS, lesson

SLIDES = {
    "dict": [[123, 456], [32, 1, 5, 5], [32]],
    "attributes": [[32, 1, 5, 5], [32], [64, 32, 5, 5], [64], [200, 256], [200], [10, 200], [10]],
    "add_module": [[123, 456], [32, 1, 5, 5], [32], [21, 543], [21]],
    "module_list": [[123, 456], [32, 1, 5, 5], [32], [75, 50], [75], [999, 125], [999]],
}


@pytest.mark.parametrize("name", SLIDES)
def test_it_prints_what_the_lecture_prints(name: str) -> None:
    assert run(name).splitlines() == [f"torch.Size({size})" for size in SLIDES[name]]


def test_a_registered_parameter_is_seen_and_one_in_a_dict_is_not() -> None:
    assert run("register_parameter").splitlines() == [f"torch.Size({size})" for size in SLIDES["dict"]]


def test_random_numbers_are_given_back() -> None:
    torch.manual_seed(3)
    expected = torch.rand(4)
    torch.manual_seed(3)
    for found in LESSONS:
        run(found.name)
    assert torch.equal(torch.rand(4), expected)


def test_nothing_reaches_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    for found in LESSONS:
        run(found.name)
    assert capsys.readouterr() == ("", "")


def test_the_programs_are_those_of_the_lecture(shared_data: Path) -> None:
    file = shared_data.parent / "lecture" / "convolution-networks-2018.txt"
    if not file.is_file():
        pytest.skip(f"needs {file}")
    text = file.read_text(encoding="utf-8")
    for name in SLIDES:
        module, _, rest = lesson(name).source.partition("class ")[2].partition("\n\n\n")
        assert f"class {module}" in text
        for line in rest.splitlines():
            assert line in text

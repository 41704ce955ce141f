"""Programs that compute what the Lab shows, run by Python."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from convviz.spec.code.calls import WIDTH
from convviz.spec.errors import InputError
from convviz.spec.lab.code import WRITTEN, to_code
from convviz.spec.lab.lab import Lab, drawn_lab
from convviz.spec.lab.pose import Pose
from convviz.spec.lab.presets import PRESETS
from convviz.spec.lab.source import FromPhoto, Grid
from convviz.spec.lab.trial import perform
from convviz.spec.network import Conv2d, ReLU
from convviz.spec.photo import Photo
from convviz.spec.weights import Weights

_RUN = """
import json, sys
for program in json.load(sys.stdin):
    names = {}
    exec(program.rsplit("\\n", 1)[0], names)
    y = names["y"]
    print(json.dumps([list(y.shape), y.double().flatten().tolist()]))
"""


def run(programs: list[str]) -> list[tuple[list[int], list[float]]]:
    """What ``y`` is in each, all in one other Python."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _RUN],
        input=json.dumps(programs),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_each_program_computes_what_the_lab_shows(draw: Callable[[int], Lab]) -> None:
    labs = [draw(seed) for seed in range(60)] + [preset.make() for preset in PRESETS.values()]
    labs = [lab for lab in labs if max([a.size for a in lab.weights.values()] + [np.prod(lab.shape)]) <= WRITTEN]
    assert len(labs) > 50
    programs = [to_code(lab) for lab in labs]
    for lab, program, (shape, values) in zip(labs, programs, run(programs), strict=True):
        expected = perform(lab).output
        found = np.array(values).reshape(expected.shape)
        assert shape == [1, *(expected.shape[::2] if lab.dims == 1 else expected.shape)]
        assert program.endswith("\nprint(y)")
        finite = np.abs(expected[np.isfinite(expected)])
        size = 1e-4 * max(1.0, finite.max(initial=0.0))
        if np.isfinite(lab.source.values).all():  # type: ignore[union-attr]  # fast convolutions spread NaN
            np.testing.assert_allclose(found, expected, rtol=1e-4, atol=size, err_msg=program)


def test_programs_are_short_and_narrow(draw: Callable[[int], Lab]) -> None:
    for seed in range(100):
        program = to_code(draw(seed))
        ast.parse(program)
        assert max(map(len, program.splitlines())) <= WIDTH


def test_a_drawing_is_written_in_as_it_is_moved() -> None:
    drawing = np.zeros((1, 28, 28), np.float32)
    drawing[0, 3:20, 14] = 0.1
    lab = replace(drawn_lab(), pose=Pose(right=2))
    trial = perform(lab, drawing)
    ((_, values),) = run([to_code(lab, trial.values)])
    np.testing.assert_allclose(np.array(values).reshape(trial.output.shape), trial.output, atol=1e-6)


def test_what_is_large_is_asked_for() -> None:
    photo = FromPhoto(Photo(np.zeros((100, 80, 3), np.uint8)), "rgb")
    program = to_code(Lab(photo, photo.shape, ReLU("relu"), Weights({})))
    assert "x = torch.zeros(1, 3, 100, 80)  # put the photo here: 3×100×80 values from 0 to 1" in program
    noise = Grid(np.zeros((1, 1, 5000), np.float32))
    program = to_code(Lab(noise, (1, 1, 5000), ReLU("relu"), Weights({}), dims=1))
    assert "x = torch.zeros(1, 1, 5000)  # put the 1×1×5000 numbers of the input here" in program
    layer = Conv2d("conv", 64, (5, 5), bias=False)
    wide = Lab(Grid(np.zeros((1, 6, 6))), (1, 6, 6), layer, Weights({"conv.weight": np.zeros((64, 1, 5, 5))}))  # type: ignore[arg-type]
    assert "weight = torch.zeros(64, 1, 5, 5)  # put the kernels here" in to_code(wide)
    assert len(run([to_code(wide)])) == 1


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(InputError, match="does not fit"):
        to_code(replace(drawn_lab(), layer=Conv2d("conv", 1, (29, 29))))

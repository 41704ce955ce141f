"""The weights convviz ships: as good as their cards say, and good at what people draw."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch

from convviz.core.data import finish, load, written
from convviz.core.network import build
from convviz.core.training import accuracy
from convviz.paths import weights_file
from convviz.spec import weights
from convviz.spec.preparation import prepare
from convviz.spec.presets import NETWORKS
from convviz.spec.strokes import PAD, Canvas, Drawing, Stroke, placed

Lines = list[list[tuple[float, float]]]
RING = [(0.5 + 0.38 * np.sin(a), 0.5 - 0.5 * np.cos(a)) for a in np.linspace(0, -2 * np.pi, 25)]
EYE = [(0.27 + 0.27 * np.cos(a), 0.27 - 0.27 * np.sin(a)) for a in np.linspace(0.3, 6.3, 13)]
BELLY = [(0.1, 0.1), (0.06, 0.42), (0.4, 0.42), (0.58, 0.7), (0.3, 1.0), (0.0, 0.9)]
DRAWN: dict[str, tuple[int, Lines]] = {
    "0 plain": (0, [RING]),
    "0 slashed inside": (0, [RING, [(0.7, 0.25), (0.3, 0.75)]]),
    "0 slashed across": (0, [RING, [(0.9, -0.05), (0.1, 1.05)]]),
    "0 slashed the other way": (0, [RING, [(0.2, 0.1), (0.8, 0.9)]]),
    "0 dotted": (0, [RING, [(0.49, 0.5), (0.51, 0.5)]]),
    "1 bar": (1, [[(0, 0), (0, 1)]]),
    "1 short upstroke": (1, [[(-0.2, 0.25), (0, 0), (0, 1)]]),
    "1 long upstroke": (1, [[(-0.42, 0.5), (0, 0), (0, 1)]]),
    "1 upstroke as long as the stem": (1, [[(-0.45, 0.85), (0, 0), (0, 1)]]),
    "1 foot": (1, [[(-0.25, 0.3), (0, 0), (0, 1)], [(-0.25, 1), (0.25, 1)]]),
    "1 long upstroke and foot": (1, [[(-0.4, 0.5), (0, 0), (0, 1)], [(-0.3, 1), (0.3, 1)]]),
    "2 like a z": (2, [[(0, 0), (0.6, 0), (0, 1), (0.65, 1)]]),
    "4 open": (4, [[(0.15, 0), (0, 0.6), (0.7, 0.6)], [(0.5, 0.1), (0.45, 1)]]),
    "4 closed": (4, [[(0.45, 0), (0, 0.65), (0.7, 0.65)], [(0.45, 0), (0.45, 1)]]),
    "4 in one stroke": (4, [[(0.75, 0.65), (0, 0.65), (0.5, 0), (0.5, 1)]]),
    "5 bar apart": (5, [BELLY, [(0.15, 0), (0.6, -0.05)]]),
    "7 plain": (7, [[(0, 0), (0.65, 0), (0.25, 1)]]),
    "7 crossed": (7, [[(0, 0), (0.65, 0), (0.25, 1)], [(0.15, 0.5), (0.7, 0.5)]]),
    "7 serif": (7, [[(0, 0.25), (0, 0), (0.65, 0), (0.3, 1)]]),
    "9 like a g": (9, [[*EYE, (0.55, 0.05), (0.55, 0.75), (0.45, 0.97), (0.2, 1.0), (0.05, 0.88)]]),
    "9 straight": (9, [[*EYE, (0.55, 0.05), (0.5, 1.0)]]),
}


@cache
def _network(name: str) -> torch.nn.Sequential:
    spec, values = weights.load(weights_file(name))
    assert spec == NETWORKS[name]()
    return build(spec, values)


def _read(name: str, drawings: list[Drawing]) -> list[int]:
    canvas = Canvas()
    inputs = torch.from_numpy(np.stack([prepare(canvas.show(d)).result for d in drawings])[:, None])
    with torch.inference_mode():
        scores: torch.Tensor = _network(name)(inputs)
    return scores.argmax(dim=1).tolist()  # type: ignore[no-any-return]


def _slanted(lines: Lines, slant: float) -> list[list[tuple[float, float]]]:
    return [[(x - slant * y, y) for x, y in line] for line in lines]


def _small_in_a_corner(drawing: Drawing) -> Drawing:
    corner = np.array([PAD - 100, 10], np.float32)
    return Drawing(tuple(Stroke(s.points * 0.3 + corner, s.width * 0.45) for s in drawing.strokes))


@pytest.mark.parametrize("shape", DRAWN)
def test_lecture_reads_what_people_draw(shape: str) -> None:
    """Thin to thick, straight and slanted, large and small in a corner; one miss in the eighteen is forgiven."""
    label, lines = DRAWN[shape]
    drawn = [placed(_slanted(lines, slant), pen) for slant in (-0.1, 0.0, 0.25) for pen in (12.0, 18.0, 28.0)]
    drawn += [_small_in_a_corner(drawing) for drawing in drawn]
    read = _read("lecture", drawn)
    assert read.count(label) >= len(drawn) - 1, read


@pytest.mark.parametrize(("name", "least"), [("lecture", 0.975), ("lenet5", 0.96)])
def test_digits_convviz_writes(name: str, least: float) -> None:
    assert accuracy(_network(name), finish(written(1500, seed=20261124))) >= least


@pytest.mark.parametrize(("name", "least"), [("lecture", 0.994), ("lenet5", 0.99)])
def test_mnist(name: str, least: float, shared_data: Path) -> None:
    assert accuracy(_network(name), finish(load(str(shared_data))).test) >= least


@pytest.mark.parametrize(("name", "least"), [("lecture", 0.988), ("lenet5", 0.98)])
def test_digits_written_with_a_pen(name: str, least: float, shared_data: Path) -> None:
    written_by_people = json.loads((shared_data / "pen_strokes" / "digits_dev.json").read_text())
    read = _read(name, [placed(item["strokes"]) for item in written_by_people])
    assert np.mean([a == item["label"] for a, item in zip(read, written_by_people, strict=True)]) >= least


@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_has_weights_and_a_card(name: str) -> None:
    card = weights_file(name).with_suffix(".md").read_text(encoding="utf-8")
    for word in ("## Accuracy", "## Licences", "--seed", "MNIST", f"convviz train --network {name}"):
        assert word in card

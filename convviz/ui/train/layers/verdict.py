"""What the figures of a layer say, by rule of thumb."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, isnan
from typing import NamedTuple

import numpy as np

from ....spec.arithmetic.written import written
from ....spec.training.curves import LAYER, Floats

RECENT = 9  # measurements whose median is judged: a single mini-batch says little
SLOW, USUAL, FAST = 1e-4, 1e-3, 1e-2  # ‖Δw‖ / ‖w‖
VANISHING, EXPLODING = 1e-3, 100.0  # of the largest gradient of all layers; as it is


class Verdict(NamedTuple):
    """``text`` in a few words; ``alarming`` where something should be done."""

    text: str
    alarming: bool = False


FROZEN = Verdict("frozen: left as it is")


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the figures of a layer: its column in the curves, what it is called, and the rule of thumb."""

    column: str
    title: str
    short: str  # where there is no room for the title
    rule: str
    log: bool


FIGURES = (
    Figure(
        "gradient_norm",
        "gradient ‖g‖",
        "‖g‖",
        "The length of the gradient of the loss with respect to this layer's weights, in the last mini-batch.\n"
        "Rule of thumb: layers should be within a few powers of ten of each other. Far smaller ones vanish: the layer "
        "hardly learns. Very large ones explode: try a lower learning rate.",
        True,
    ),
    Figure(
        "update_ratio",
        "update ‖Δw‖ / ‖w‖",
        "‖Δw‖ / ‖w‖",
        "How far one step moves the weights, compared with their own length.\n"
        "Rule of thumb: about 1e−3 is usual (the dashed line). Below 1e−4 the layer learns slowly, above 1e−2 its "
        "weights are thrown about: change the learning rate.",
        True,
    ),
    Figure(
        "dead_share",
        "dead channels",
        "dead",
        "The share of channels that no image of the mini-batch switched on: behind a ReLU they are 0, and no gradient "
        "comes through.\nRule of thumb: up to half of them are usual while the loss falls. Where it no longer does, or "
        "they become more, try a lower learning rate.",
        False,
    ),
)


def values_of(rows: Floats, figure: Figure) -> Floats:
    """(k,) of a layer's rows (k, 4)."""
    return rows[:, LAYER.index(figure.column)]


def with_activations(order: Iterable[str], layers: Mapping[str, Floats]) -> dict[str, Floats]:
    """Rows (k, 4) of the layers with weights, in ``order``, each with the dead share of the ReLU that follows it.

    Only a ReLU can say which channels are dead; one that follows no layer with weights keeps rows of its own.

    >>> rows = {"conv1": np.array([[1, 0.5, 0.1, np.nan]], np.float32)}
    >>> rows["relu1"] = np.array([[1, np.nan, np.nan, 0.25]], np.float32)
    >>> with_activations(("conv1", "pool1", "relu1"), rows)["conv1"][0, 3]
    np.float32(0.25)
    """
    found: dict[str, Floats] = {}
    before = ""
    for name in order:
        rows = layers.get(name)
        if rows is None:
            continue
        last = found.get(before)
        if not np.isnan(rows[:, 1:3]).all() or last is None or last.shape != rows.shape:
            found[name], before = rows, name
        elif np.isnan(last[:, 3]).all():
            found[before] = np.concatenate([last[:, :3], rows[:, 3:]], axis=1)
    return found


def recent(rows: Floats, figure: Figure) -> float:
    """The median of the last measurements; NaN where there is none, ∞ where one of them is."""
    values = values_of(rows, figure)[-RECENT:]
    values = values[~np.isnan(values)]
    if not values.size:
        return float("nan")
    return float(np.median(values)) if np.isfinite(values).all() else float("inf")


def newest(rows: Floats, figure: Figure) -> float:
    """The last measurement, NaN where there is none."""
    values = values_of(rows, figure)[-1:]
    return float(values[0]) if values.size else float("nan")


def verdict(
    figure: Figure, value: float, all_layers: Sequence[float], now: float = float("nan"), *, frozen: bool = False
) -> Verdict:
    """What a figure's ``value`` means, beside those of all layers and the newest one; ``frozen``: the whole layer is.

    >>> verdict(FIGURES[1], 2e-3, ()).text, verdict(FIGURES[1], 0.5, ())
    ('usual', Verdict(text='very fast: usual is 0.001', alarming=True))
    """
    if frozen and figure.column != "dead_share":
        return FROZEN
    if isnan(value):
        return Verdict("does not apply to this layer")
    if not isfinite(value):
        return Verdict("not finite: the training diverges", True)
    if figure.column == "update_ratio":
        return _of_update(value, now)
    return _of_dead(value) if figure.column == "dead_share" else _of_gradient(value, all_layers)


def _of_update(ratio: float, now: float) -> Verdict:
    if ratio == 0:
        return Verdict("does not change")
    if ratio < SLOW:
        return Verdict(f"slow: usual is {written(USUAL)}")
    if ratio <= FAST:
        return Verdict("slow now, usual before" if now < SLOW else "usual")
    return Verdict(f"{'very ' if ratio > 10 * FAST else ''}fast: usual is {written(USUAL)}", True)


def _of_gradient(norm: float, all_layers: Sequence[float]) -> Verdict:
    largest = max((value for value in all_layers if isfinite(value)), default=norm)
    if norm > EXPLODING:
        return Verdict("explodes: try a lower rate", True)
    if norm == 0:
        return Verdict("none arrives here", largest > 0)
    if norm < VANISHING * largest:
        return Verdict(f"vanishes: 1/{largest / norm:,.0f} of the largest", True)
    return Verdict("in line with the other layers" if len(all_layers) > 1 else "usual")


def _of_dead(share: float) -> Verdict:
    if share == 0:
        return Verdict("all are alive")
    if share < 0.1:
        return Verdict("a few: usual")
    if share < 0.5:
        return Verdict("many: usual while it learns")
    return Verdict("most of them: lower the rate", True)

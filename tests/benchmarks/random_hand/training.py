"""Acts upon the training: its runs, its past, its plan, the network that learns, the drawing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QPoint

from convviz.session import editing
from convviz.spec.errors import InputError
from convviz.spec.network import Conv2d, Linear
from convviz.spec.state import State
from convviz.spec.training.settings import CHOICES
from convviz.spec.training.source import DataSource
from convviz.ui.actions import TEMPLATES

from .acts import act
from .hand import LEFT, RIGHT, Hand

VALUES: dict[str, Sequence[Any]] = {
    "epochs": (1, 2, 5, 100_000),
    "batch": (1, 2, 16, 64, 1024, 65_536),
    "rate": (1e-30, 1e-4, 2e-3, 0.1, 1e3, 1e6, 1e9),
    "momentum": (0.0, 0.5, 0.9, 0.9999),
    "weight_decay": (0.0, 0.01, 1.0),
    "smoothing": (0.0, 0.9),
    "average": (0.0, 0.5, 0.99999),
    "augmentation": (0.0, 1.0, 2.0),
    "seed": (0, 1, 2**63 - 1),
    "dropout": (0.0, 0.5, 0.9),
    "target": (0.0, 0.5, 1.0),
    **CHOICES,
}
FEWEST_RUNS = 4  # that are left when some are deleted


# --- the training -------------------------------------------------------------------------------------------------


@act(4)
def start(hand: Hand) -> None:
    hand.desk.trainer.start()


@act()
def pause(hand: Hand) -> None:
    hand.desk.trainer.pause()


@act()
def pause_and_start_at_once(hand: Hand) -> None:
    hand.desk.trainer.pause()
    hand.desk.trainer.start()


@act()
def step(hand: Hand) -> None:
    hand.desk.trainer.step()


@act()
def epoch(hand: Hand) -> None:
    hand.desk.trainer.epoch()


@act()
def stop(hand: Hand) -> None:
    hand.desk.trainer.stop()


@act()
def reset(hand: Hand) -> str:
    seed = hand.one((None, 1, 2**62))
    hand.desk.trainer.reset(seed)
    return str(seed)


# --- the time machine ---------------------------------------------------------------------------------------------


def at_a_moment(hand: Hand, do: Callable[[Any], object]) -> str:
    points = hand.desk.trainer.checkpoints
    if not points:
        return "nowhere"
    point = hand.one(points)
    do(point)
    return f"step {point.step}"


@act()
def scrub(hand: Hand) -> str:
    return at_a_moment(hand, hand.desk.trainer.scrub)


@act()
def back_to_now(hand: Hand) -> None:
    hand.desk.trainer.scrub(None)


@act()
def resume_there(hand: Hand) -> str:
    return at_a_moment(hand, hand.desk.trainer.resume_from)


@act()
def branch(hand: Hand) -> str:
    return at_a_moment(hand, hand.desk.trainer.branch)


@act()
def drag_the_slider(hand: Hand) -> str:
    workspace = hand.desk.train.workspace
    sliders = hand.visible(type(workspace.past.slider)) if workspace is not None else []
    if not sliders:
        return "out of sight"
    hand.drag(hand.place(sliders[0]), [hand.place(sliders[0]) for _ in range(hand.dice.randint(1, 12))])
    return ""


# --- the list of runs ---------------------------------------------------------------------------------------------


@act()
def choose_a_run(hand: Hand) -> str:
    number = hand.one(hand.runs or [1])
    hand.desk.trainer.choose_run(number)
    return str(number)


@act()
def show_a_run_or_not(hand: Hand) -> str:
    number, on = hand.one(hand.runs or [1]), hand.chance(0.5)
    hand.desk.trainer.show_run(number, on)
    return f"{number} {on}"


@act()
def delete_a_run(hand: Hand) -> str:
    if len(hand.runs) <= FEWEST_RUNS:
        return "too few"
    number = hand.one(hand.runs)
    hand.desk.trainer.delete_run(number)
    return str(number)


# --- the plan -----------------------------------------------------------------------------------------------------


@act(3)
def change_a_setting(hand: Hand) -> str:
    name = hand.one(list(VALUES))
    value, intents = hand.one(VALUES[name]), hand.desk.train.intents
    (intents.choose_setting if hand.chance(0.6) else intents.preview_setting)(name, value)
    return f"{name} {value}"


@act(2)
def settings_as_at_first(hand: Hand) -> None:
    hand.desk.train.intents.reset_settings()


@act()
def begin_with(hand: Hand) -> str:
    begin = hand.one(("random", "screen"))
    hand.desk.train.intents.choose_begin(begin)  # type: ignore[arg-type]
    return begin


@act(2)
def choose_data(hand: Hand) -> str:
    usual = (DataSource(), DataSource(), DataSource("handwriting"))
    made = tuple(DataSource("strokes", count=count) for count in (10, 200, 1000))
    source = hand.one((*usual, *made, *hand.sources))
    hand.desk.train.intents.choose_source(source, source.text)
    return source.text


@act()
def freeze_a_layer(hand: Hand) -> str:
    layers = hand.layers(Conv2d, Linear)
    if not layers:
        return "none"
    layer = hand.one(layers).id
    hand.desk.train.intents.toggle_layer(layer)
    return str(layer)


@act()
def choose_a_device(hand: Hand) -> str:
    device = hand.one(("cpu", "cpu", "cuda", "cuda:7", "mps"))
    hand.desk.intents.choose_device(device)
    return device


# --- the network --------------------------------------------------------------------------------------------------


@act()
def another_network(hand: Hand) -> str:
    name = hand.one(("lecture", "lenet5", *(f"new_{template}" for template in TEMPLATES)))
    if name.startswith("new_"):
        hand.desk.actions_by_name[name].trigger()
    else:
        hand.desk.intents.choose_network(name)
    return name


@act()
def pad_a_convolution(hand: Hand) -> str:
    layers, padding = hand.layers(Conv2d), hand.one(((0, 0), (1, 1), (2, 2)))
    if not layers:
        return "none"
    layer = replace(hand.one(layers), padding=padding)
    try:
        hand.desk.history.do_state("padding", editing.with_layer(hand.state, layer))
    except InputError:
        return "refused"
    return f"{layer.id} {padding}"


def set_to(hand: Hand, layer: str, value: float) -> State:
    return editing.with_bias_of(hand.state, layer, 0, value)


def with_bias(hand: Hand) -> list[str]:
    return [layer.id for layer in hand.layers(Conv2d, Linear) if layer.bias]


@act()
def set_a_bias(hand: Hand) -> str:
    layers = with_bias(hand)
    if not layers:
        return "none"
    layer = hand.one(layers)
    hand.desk.history.do_state("bias", set_to(hand, layer, hand.dice.uniform(-2, 2)))
    return layer


@act()
def drag_a_bias(hand: Hand) -> str:
    layer = hand.one([*with_bias(hand), ""])
    for _ in range(hand.dice.randint(1, 10)):
        if layer not in with_bias(hand):  # another experiment was opened meanwhile
            break
        hand.desk.history.preview_state("bias", set_to(hand, layer, hand.dice.uniform(-2, 2)))
        hand.live(0.005)
    if hand.chance(0.7):
        hand.desk.history.finish()
    return layer


@act()
def drag_a_kernel_cell(hand: Hand) -> str:
    hand.desk.workspaces.choose("network")
    hand.live(0.05)
    grids = hand.visible(type(hand.desk.workspace.inspector.kernel.grid))
    if not grids:
        return "none in sight"
    at = hand.place(grids[0])
    hand.drag(at, [hand.inside(at - QPoint(0, hand.dice.randint(-60, 60))) for _ in range(hand.dice.randint(1, 12))])
    return ""


# --- the drawing --------------------------------------------------------------------------------------------------


@act(2)
def draw_a_stroke(hand: Hand) -> str:
    pads = hand.visible(type(hand.desk.workspace.input.pad))
    if not pads:
        return "no pad in sight"
    at = hand.place(pads[0])
    hand.drag(at, hand.walk(at, hand.dice.randint(1, 25), 12), LEFT if hand.chance(0.8) else RIGHT)
    return ""


@act()
def draw_a_sample(hand: Hand) -> None:
    hand.desk.intents.draw_sample()


@act()
def keep_the_drawing(hand: Hand) -> None:
    hand.desk.train.intents.keep(hand.dice.randrange(10))


@act()
def remove_the_last_that_was_kept(hand: Hand) -> None:
    hand.desk.train.intents.remove_last()

"""Foreign weights find their place in a network, or are refused; nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from convviz.core.network import build, snapshot
from convviz.spec.errors import InputError
from convviz.spec.network import BatchNorm2d, Conv2d, Flatten, Linear, NetworkSpec, ReLU
from convviz.spec.presets import lecture
from convviz.spec.weight_match import Match, applied, match
from convviz.spec.weights import Floats, Weights, initial, load_arrays, shapes

SMALL = NetworkSpec(
    "small",
    (1, 6, 6),
    (Conv2d("conv1", 2, (3, 3)), BatchNorm2d("norm1"), ReLU("relu1"), Flatten("flatten"), Linear("fc1", 3)),
)
OWN = initial(SMALL, 1)


def renamed(rename: Callable[[str], str]) -> dict[str, Floats]:
    return {rename(name): array for name, array in OWN.items()}


def complete(found: Match) -> bool:
    return (
        found.complete
        and not found.unexpected
        and list(found.weights) == list(OWN)
        and all(np.array_equal(found.weights[name], OWN[name]) for name in OWN)
    )


@pytest.mark.parametrize(
    "rename",
    [
        lambda name: name,
        lambda name: f"module.{name}",
        lambda name: f"_orig_mod.module.{name}",
        lambda name: f"model.net.{name}",
        lambda name: f"my.own.wrapper.{name}",
        lambda name: f"model.cnn.{name}",
        lambda name: name.replace("conv1", "stem").replace("norm1", "bn").replace("fc1", "head"),
        lambda name: f"layers.{name}".replace("conv1", "0").replace("norm1", "1").replace("fc1", "10"),
    ],
)
def test_the_same_network_is_found_under_other_names(rename: Callable[[str], str]) -> None:
    theirs = renamed(rename)
    found = match(SMALL, theirs)
    assert complete(found)
    assert found.matched == tuple((name, rename(name)) for name in OWN)
    assert complete(match(SMALL, {name: theirs[name] for name in sorted(theirs)}))  # as safetensors hold them


def test_what_torch_saves_is_found_whatever_its_modules_are_called(tmp_path: Path) -> None:
    network = build(SMALL)
    other = nn.Sequential(*network)  # named 0, 1, 2, …
    assert "1.num_batches_tracked" in other.state_dict()
    path = tmp_path / "other.safetensors"
    save_file(other.state_dict(), path)
    found = match(SMALL, load_arrays(path))
    assert found.complete
    expected = snapshot(network)
    assert all(np.array_equal(found.weights[name], expected[name]) for name in expected)
    assert not found.unexpected


def test_layers_of_one_shape_keep_their_order_in_a_sorted_file(tmp_path: Path) -> None:
    spec = NetworkSpec("deep", (1, 2, 2), (Flatten("f"), *(Linear(f"fc{n}", 4) for n in range(1, 13))))
    own = initial(spec, 2)
    theirs = {f"block.{name[2:]}": array for name, array in own.items()}
    found = match(spec, {name: theirs[name] for name in sorted(theirs)})
    assert found.matched[3] == ("fc2.bias", "block.2.bias")
    assert all(np.array_equal(found.weights[name], own[name]) for name in own)


def test_arrays_of_one_shape_in_a_layer_are_not_mixed_up() -> None:
    theirs = renamed(lambda name: name.replace("norm1", "bn"))
    found = match(SMALL, {name: theirs[name] for name in sorted(theirs)})
    assert ("norm1.running_var", "bn.running_var") in found.matched
    assert complete(found)


def test_layers_of_one_shape_in_no_order_are_not_guessed() -> None:
    spec = NetworkSpec("twins", (1, 2, 2), (Flatten("f"), Linear("fc1", 4), Linear("fc2", 4), Linear("fc3", 2)))
    own = initial(spec)
    names = {"fc1": "zero", "fc2": "one", "fc3": "zz"}  # in the order of the alphabet, the first two are exchanged
    theirs = {".".join((names[n.split(".")[0]], n.split(".")[1])): a for n, a in own.items()}
    assert match(spec, theirs).complete
    with pytest.raises(InputError, match="none of the 6"):
        match(spec, {name: theirs[name] for name in sorted(theirs)})


def test_a_part_is_found_and_the_rest_is_told() -> None:
    theirs = renamed(lambda name: name)
    del theirs["fc1.bias"]
    theirs |= {"fc1.weight": np.zeros((5, 32), np.float32), "aux.weight": np.zeros((), np.float32)}
    found = match(SMALL, theirs)
    assert not found.complete
    assert list(found.weights) == [name for name in OWN if not name.startswith("fc1")]
    assert found.missing == ("fc1.bias",)
    assert found.unexpected == ("aux.weight",)
    assert found.wrong_shape == (("fc1.weight", (3, 32), "fc1.weight", (5, 32)),)
    assert found.summary() == (
        "6 of 8 arrays of small were found; 1 not in the file, 1 of another shape, 1 in the file not used"
    )
    lines = found.report().splitlines()
    assert lines[0] == found.summary() + "."
    assert "  fc1.weight: 5×32 in the file, 3×32 needed" in lines
    assert lines[-2:] == ["In the file, not used (1):", "  aux.weight"]


def test_the_rest_is_not_taken_by_order_unless_all_of_it_fits() -> None:
    theirs = renamed(lambda name: name.replace("fc1", "head"))
    assert complete(match(SMALL, theirs))
    found = match(SMALL, {**theirs, "more.bias": np.zeros(3, np.float32)})
    assert found.missing == ("fc1.weight", "fc1.bias")
    assert found.unexpected == ("head.weight", "head.bias", "more.bias")


def test_the_plainest_name_wins_where_there_are_two() -> None:
    theirs = {**renamed(lambda name: f"module.{name}"), "fc1.bias": np.full(3, 7, np.float32)}
    found = match(SMALL, theirs)
    assert found.complete
    assert found.weights["fc1.bias"].tolist() == [7, 7, 7]
    assert found.unexpected == ("module.fc1.bias",)


@pytest.mark.parametrize(
    ("theirs", "words"),
    [
        ({}, "the file holds no weights; choose one for small"),
        ({"n.num_batches_tracked": np.ones(1)}, "holds no weights"),
        ({"a": np.ones(())}, "none of the 1 arrays in the file fits small: it needs conv1.weight of 2×1×3×3"),
        ({"conv1.weight": np.ones((2, 1, 5, 5))}, "the file has conv1.weight of 2×1×5×5"),
        ({"x" * 10_000: np.ones(2)}, "choose weights of this network"),
        ({"": np.ones(2), ".": np.ones(2), "..": np.ones(1)}, "none of the 3"),
        (initial(lecture()), "none of the 8 arrays in the file fits"),
    ],
)
def test_what_fits_nowhere_is_refused_in_one_sentence(theirs: dict[str, Floats], words: str) -> None:
    with pytest.raises(InputError, match=re.escape(words)) as refused:
        match(SMALL, theirs)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 400


def test_a_network_without_weights_takes_none() -> None:
    with pytest.raises(InputError, match="has no weights"):
        match(NetworkSpec("bare", (1, 2, 2), (Flatten("f"),)), OWN)


def test_applied_exchanges_what_was_found_and_shares_the_rest() -> None:
    start = initial(SMALL, 2)
    found = match(SMALL, {"fc1.bias": np.array([1.0, 2.0, 3.0], np.float64)})
    after = applied(start, found)
    assert after["fc1.bias"].tolist() == [1, 2, 3]
    assert list(after) == list(start)
    assert [name for name in start if after[name] is not start[name]] == ["fc1.bias"]


def test_a_long_report_is_shortened() -> None:
    spec = NetworkSpec("deep", (1, 2, 2), (Flatten("f"), *(Linear(f"fc{n}", 4) for n in range(1, 31))))
    lines = match(spec, initial(spec)).report().splitlines()
    assert lines[0] == "All 60 arrays of deep were found."
    assert lines[1] == "Found by their names (60):"
    assert lines[-1] == "  and 49 more"
    assert len(lines) == 2 + 12


def test_half_precision_is_matched_as_float32() -> None:
    found = match(SMALL, {name: torch.from_numpy(array.copy()).half().numpy() for name, array in OWN.items()})
    assert isinstance(found.weights, Weights)
    assert all(array.dtype == np.float32 for array in found.weights.values())
    assert {name: array.shape for name, array in found.weights.items()} == shapes(SMALL)

"""Marks on channels, and what silent ones put out, as torch computes it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from convviz.core.network import build
from convviz.spec.channels import Channels, channels_of, effective
from convviz.spec.network import BatchNorm2d, Conv2d, Flatten, Linear, NetworkSpec, ReLU
from convviz.spec.presets import lecture
from convviz.spec.weights import initial

SPEC = NetworkSpec(
    "marks",
    (2, 7, 8),
    (
        Conv2d("conv1", 4, (3, 3), groups=2),
        ReLU("relu1"),
        Conv2d("conv2", 3, (2, 2), bias=False),
        BatchNorm2d("norm2"),
        Flatten("flatten"),
        Linear("fc1", 5),
    ),
)
COUNTS = {"conv1": 4, "conv2": 3, "fc1": 5}
channels = st.sampled_from([(layer, c) for layer, count in COUNTS.items() for c in range(count)])
marks = st.builds(Channels, *(st.frozensets(channels, max_size=n) for n in (6, 2, 6)))


@given(marks)
def test_silent_channels_put_out_zeros_and_the_others_what_they_did(marked: Channels) -> None:
    weights = initial(SPEC, 1)
    heard = build(SPEC, effective(SPEC, weights, marked))
    plain = build(SPEC, weights)
    values = torch.from_numpy(np.random.default_rng(0).normal(size=(2, 2, 7, 8)).astype(np.float32))
    with torch.inference_mode():
        for layer, own, untouched in zip(SPEC, heard, plain, strict=True):
            found, expected = own(values), untouched(values)  # of the same input
            silent = list(marked.silent(layer.id, channels_of(layer)))
            assert not found[:, silent].any()
            others = [c for c in range(found.shape[1]) if c not in silent]
            torch.testing.assert_close(found[:, others], expected[:, others], rtol=0, atol=0)
            values = found


@given(marks)
def test_a_solo_outshouts_its_layer_but_not_its_own_mute(marked: Channels) -> None:
    for layer, count in COUNTS.items():
        silent = marked.silent(layer, count)
        solo = [c for c in range(count) if marked.has("solo", layer, c)]
        for c in range(count):
            heard = (not solo or c in solo) and not marked.has("muted", layer, c)
            assert (c in silent) == (not heard)


def test_what_no_mark_silences_is_shared() -> None:
    weights = initial(lecture())
    assert effective(lecture(), weights, Channels()) is weights
    frozen = Channels().toggled("frozen", "conv1", 3)
    assert effective(lecture(), weights, frozen) is weights
    muted = effective(lecture(), weights, frozen.toggled("muted", "conv1", 3))
    assert [name for name in weights if muted[name] is not weights[name]] == ["conv1.weight", "conv1.bias"]
    assert weights["conv1.weight"][3].any()


def test_a_muted_kernel_that_is_no_number_is_silent_too() -> None:
    weights = initial(SPEC)
    broken = weights.replaced("conv1.weight", np.full_like(weights["conv1.weight"], np.nan))
    marked = Channels(frozenset(("conv1", c) for c in range(4)))
    with torch.inference_mode():
        assert not build(SPEC, effective(SPEC, broken, marked))[0](torch.ones(1, 2, 7, 8)).any()


@pytest.mark.parametrize("mark", ["muted", "solo", "frozen"])
def test_a_mark_set_twice_is_gone(mark: str) -> None:
    once = Channels().toggled(mark, "fc1", 2)  # type: ignore[arg-type]
    assert once
    assert once.has(mark, "fc1", 2)  # type: ignore[arg-type]
    assert not once.has(mark, "fc1", 1)  # type: ignore[arg-type]
    assert once.toggled(mark, "fc1", 2) == Channels()  # type: ignore[arg-type]
    assert not once.toggled(mark, "fc1", 2)  # type: ignore[arg-type]


def test_marks_go_with_their_channels() -> None:
    marked = Channels(
        muted=frozenset({("conv1", 3), ("gone", 0)}), solo=frozenset({("fc1", 4)}), frozen=frozenset({("relu1", 0)})
    )
    assert marked.within(SPEC) == Channels(frozenset({("conv1", 3)}), frozenset({("fc1", 4)}))
    smaller = SPEC.with_layer(Conv2d("conv1", 2, (3, 3)))
    assert marked.within(smaller) == Channels(solo=frozenset({("fc1", 4)}))

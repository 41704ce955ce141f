"""What a script may hand to the library: pictures and indices of numpy, torch and lists; all else is a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from convviz.core import (
    build,
    effective_field,
    explain,
    explain_gradient,
    grad_cam,
    gradients,
    occlusion,
    receptive_field,
    saliency,
    trace,
)
from convviz.spec.errors import InputError
from convviz.spec.footprint import fields
from convviz.spec.network import Conv2d, Flatten, Linear, NetworkSpec
from convviz.spec.weights import Weights, initial

UNIT = ("conv1", (1, 0, 2))
SPEC = NetworkSpec("tiny", (1, 6, 6), (Conv2d("conv1", 2, (3, 3), padding=(1, 1)), Flatten("flat"), Linear("fc", 3)))
PICTURE = np.random.default_rng(0).integers(0, 3, (1, 6, 6)).astype(np.float32)
ASKED: dict[str, Callable[[Any], Any]] = {
    "trace": lambda picture: trace(build(SPEC, WEIGHTS), picture).scores,
    "explain": lambda picture: explain(SPEC, WEIGHTS, picture, *UNIT).shown,
    "explain_gradient": lambda picture: explain_gradient(SPEC, WEIGHTS, picture, *UNIT).shown,
    "gradients": lambda picture: gradients(build(SPEC, WEIGHTS), picture).maps["input"],
    "saliency": lambda picture: saliency(build(SPEC, WEIGHTS), picture),
    "grad_cam": lambda picture: grad_cam(build(SPEC, WEIGHTS), picture, "input"),
    "occlusion": lambda picture: occlusion(build(SPEC, WEIGHTS), picture),
    "effective_field": lambda picture: effective_field(build(SPEC, WEIGHTS), [picture], *UNIT),
}
WEIGHTS: Weights = initial(SPEC)
PICTURES: dict[str, Any] = {
    "double": PICTURE.astype(np.float64),
    "integers": PICTURE.astype(np.int64),
    "bytes": PICTURE.astype(np.uint8),
    "lists": PICTURE.tolist(),
    "a view from behind": PICTURE[:, ::-1, ::-1].copy()[:, ::-1, ::-1],
    "read only": np.broadcast_to(PICTURE, (1, 6, 6)),
    "a tensor": torch.tensor(PICTURE),
    "a tensor with a gradient": torch.tensor(PICTURE, requires_grad=True),
    "half a tensor": torch.tensor(PICTURE, dtype=torch.bfloat16),
}


@pytest.mark.parametrize("kind", PICTURES)
@pytest.mark.parametrize("name", ASKED)
def test_a_picture_may_be_of_any_kind(name: str, kind: str) -> None:
    """Not to the last bit: how many pictures a sweep sends at once is a matter of time."""
    np.testing.assert_allclose(ASKED[name](PICTURES[kind]), ASKED[name](PICTURE), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("picture", [PICTURE[0], PICTURE[None], None, "abc", [[1], [1, 2]], PICTURE + 1j, object()])
@pytest.mark.parametrize("name", ASKED)
def test_what_is_no_picture_is_refused(name: str, picture: Any) -> None:
    with pytest.raises(InputError, match="channels × height × width"):
        ASKED[name](picture)


@pytest.mark.parametrize("index", [[1, 0, 2], np.array([1, 0, 2], np.uint8), torch.tensor([1, 0, 2])])
def test_an_index_may_be_of_any_kind(index: Any) -> None:
    """The field begins in the padding, at −1, which an unsigned number would not say."""
    fields.cache_clear()
    found = receptive_field(SPEC, "conv1", index)
    assert found["input"].box == (-1, 1, 2, 4)
    assert type(fields(SPEC, *UNIT)["input"].box.top) is int, "the cache is shared with the window"
    network = build(SPEC, WEIGHTS)
    np.testing.assert_array_equal(
        effective_field(network, [PICTURE], "conv1", index), effective_field(network, [PICTURE], *UNIT)
    )
    assert explain(SPEC, WEIGHTS, PICTURE, "conv1", index).index == UNIT[1]


@pytest.mark.parametrize("index", [(1.7, 0, 2), 3, "abc", (None, 0, 0)])
def test_what_is_no_index_is_refused(index: Any) -> None:
    for ask in (
        lambda: receptive_field(SPEC, "conv1", index),
        lambda: explain(SPEC, WEIGHTS, PICTURE, "conv1", index),
        lambda: explain_gradient(SPEC, WEIGHTS, PICTURE, "conv1", index),
        lambda: effective_field(build(SPEC, WEIGHTS), [PICTURE], "conv1", index),
    ):
        with pytest.raises(InputError, match="whole number"):
            ask()


@pytest.mark.parametrize("target", [1, np.int64(1), torch.tensor(1)])
def test_a_class_may_be_of_any_kind(target: Any) -> None:
    found = gradients(build(SPEC, WEIGHTS), PICTURE, target)
    assert (found.target, type(found.target)) == (1, int)
    assert occlusion(build(SPEC, WEIGHTS), PICTURE, target).shape == (6, 6)


@pytest.mark.parametrize("target", [1.0, "1", (1,)])
def test_what_is_no_class_is_refused(target: Any) -> None:
    for ask in (gradients, saliency, occlusion):
        with pytest.raises(InputError, match="a class must be a whole number"):
            ask(build(SPEC, WEIGHTS), PICTURE, target)


@pytest.mark.parametrize("pair", [2, (2,), (2, 2, 2), (2.0, 2), "ab"])
def test_a_patch_and_a_stride_are_two_whole_numbers(pair: Any) -> None:
    network = build(SPEC, WEIGHTS)
    with pytest.raises(InputError, match=r"the patch must be|each number of the patch"):
        occlusion(network, PICTURE, 0, patch=pair)
    with pytest.raises(InputError, match=r"the stride must be|each number of the stride"):
        occlusion(network, PICTURE, 0, stride=pair)

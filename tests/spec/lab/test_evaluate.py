"""What the Lab computes is what torch computes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from convviz.spec.errors import InputError
from convviz.spec.geometry import describe
from convviz.spec.lab.evaluate import evaluate
from convviz.spec.lab.lab import Lab
from convviz.spec.lab.source import Grid
from convviz.spec.network import Conv2d, MaxPool2d, NetworkSpec, Tanh
from convviz.spec.weights import Weights, shapes

Floats = NDArray[np.float32]
SETTINGS = 1000


def compared(lab: Lab, oracle: Callable[..., Floats]) -> None:
    """Fails where the output is not torch's, to 1e-5 of all that was added."""
    assert isinstance(lab.source, Grid)
    values = lab.source.values
    found, expected = evaluate(lab.row, lab.multiplied, values), oracle(lab, values)
    assert found.shape == expected.shape == lab.row.output_shape
    assert found.dtype == np.float32
    with np.errstate(invalid="ignore"):
        room = 1e-5 * oracle(lab, values, absolute=True)
        right = (found == expected) | (np.isnan(found) & np.isnan(expected)) | (np.abs(found - expected) <= room)
    assert right.all(), (lab.shape, lab.layer, found[~right], expected[~right])


def test_a_thousand_settings_are_as_torch_computes_them(
    draw: Callable[[int], Lab], by_torch: Callable[..., Floats]
) -> None:
    ran: Counter[tuple[str, int]] = Counter()
    odd = 0
    for seed in range(SETTINGS):
        lab = draw(seed)
        compared(lab, by_torch)
        ran[lab.layer.kind, lab.dims] += 1
        odd += not np.isfinite(lab.source.values).all()  # type: ignore[union-attr]
    assert ran.total() == SETTINGS
    assert (
        min(ran[kind, dims] for kind in ("Conv2d", "ConvTranspose2d", "MaxPool2d", "AvgPool2d") for dims in (1, 2)) > 30
    )
    assert odd > 100


def test_many_output_channels_are_computed_in_several_parts(by_torch: Callable[..., Floats]) -> None:
    rng = np.random.default_rng(1)
    for channels, outputs, groups, size in ((3, 50, 1, 40), (4, 6, 2, 200), (1, 1, 1, 300)):
        layer = Conv2d("conv", outputs, (3, 3), groups=groups)
        spec = NetworkSpec("lab", (channels, size, size), (layer,))
        weights = {name: rng.normal(size=s).astype(np.float32) for name, s in shapes(spec).items()}
        values = rng.normal(size=spec.input_shape).astype(np.float32)

        compared(Lab(Grid(values), spec.input_shape, layer, Weights(weights)), by_torch)


def test_an_input_of_another_shape_is_refused() -> None:
    (row,) = describe(NetworkSpec("lab", (1, 4, 4), (MaxPool2d("pool", (2, 2)),)))
    with pytest.raises(InputError, match="pool: the input is 1×4×5, but it needs 1×4×4"):
        evaluate(row, {}, np.zeros((1, 4, 5), np.float32))


def test_a_layer_that_is_none_of_the_labs_is_refused() -> None:
    (row,) = describe(NetworkSpec("lab", (1, 4, 4), (Tanh("tanh"),)))
    with pytest.raises(InputError, match="the Lab has no Tanh"):
        evaluate(row, {}, np.zeros((1, 4, 4), np.float32))


def test_weights_that_are_missing_or_do_not_fit_are_refused() -> None:
    (row,) = describe(NetworkSpec("lab", (1, 4, 4), (Conv2d("conv", 1, (2, 2)),)))
    with pytest.raises(InputError, match="conv"):
        evaluate(row, {}, np.zeros((1, 4, 4), np.float32))
    with pytest.raises(InputError, match="conv"):
        evaluate(row, {"conv.weight": np.zeros((1, 1, 3, 3), np.float32)}, np.zeros((1, 4, 4), np.float32))


def test_the_input_is_left_as_it_was() -> None:
    (row,) = describe(NetworkSpec("lab", (1, 1, 4), (MaxPool2d("pool", (1, 1)),)))
    values = np.arange(4, dtype=np.float32).reshape(1, 1, 4)
    values.setflags(write=False)
    found = evaluate(row, {}, values)
    assert found.tolist() == values.tolist()
    assert not np.shares_memory(found, values)

"""What channels answer most strongly to: against all activations at once."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import pytest
import torch

from convviz.core import judging
from convviz.core.best import best
from convviz.core.data import Images
from convviz.core.network import build
from convviz.core.trace import capture
from convviz.spec.geometry import describe
from convviz.spec.network import Conv2d, Flatten, Linear, NetworkSpec, ReLU
from convviz.spec.presets import lecture
from convviz.spec.training.news import Best
from convviz.spec.weights import initial


def found(job: Generator[None, None, Best]) -> Best:
    while True:
        try:
            next(job)
        except StopIteration as stop:
            result: Best = stop.value
            return result


def some(count: int) -> Images:
    made = torch.Generator().manual_seed(1)
    images = torch.randint(0, 256, (count, 1, 28, 28), dtype=torch.uint8, generator=made)
    return Images(images, torch.randint(0, 10, (count,), generator=made))


@pytest.mark.parametrize(("count", "most"), [(130, 1000), (130, 40), (4, 1000)])
def test_it_agrees_with_all_activations_at_once(count: int, most: int) -> None:
    spec, images = lecture(), some(count)
    network = build(spec, initial(spec, 5))
    result = found(best(network, spec, images, step=8, most=most))
    assert result.step == 8
    assert list(result.values) == [row.layer.id for row in describe(spec) if not isinstance(row.layer, Flatten)]
    looked = np.arange(min(count, most)) * count // min(count, most)
    with torch.inference_mode(), capture(network) as seen:
        network(images.images[looked] / 255)
    top = min(9, len(looked))
    for name, values in result.values.items():
        everything = seen.outputs[name].numpy()
        maps = everything.reshape(*everything.shape[:2], -1)  # (N, C, places)
        expected = np.sort(maps.max(axis=2), axis=0)[::-1][:top].T
        assert values.shape == expected.shape
        assert np.allclose(values, expected, atol=1e-5), name
        for channel in range(len(values)):
            for value, image, (row, column) in zip(
                values[channel], result.images[name][channel], result.places[name][channel], strict=True
            ):
                at = int(np.flatnonzero(looked == image)[0])
                there = everything[at, channel] if everything.ndim == 2 else everything[at, channel, row, column]
                assert there == pytest.approx(value, abs=1e-5)
            assert len(set(result.images[name][channel])) == top, "each image once"


def test_of_equal_answers_the_first_is_kept() -> None:
    spec = NetworkSpec("dead", (1, 28, 28), (Conv2d("conv", 2, (3, 3)), ReLU("relu"), Flatten("flat"), Linear("fc", 2)))
    weights = initial(spec, 0)
    network = build(spec, weights)
    torch.nn.init.constant_(network.conv.bias, -1e3)  # type: ignore[arg-type]
    result = found(best(network, spec, some(300)))
    assert result.values["relu"].tolist() == [[0.0] * 9] * 2
    assert result.images["relu"].tolist() == [list(range(9))] * 2


def test_what_is_not_a_number_has_no_value() -> None:
    spec = lecture()
    network = build(spec, initial(spec, 0))
    with torch.no_grad():
        network.conv1.weight[3] = torch.nan  # type: ignore[index,union-attr]
    result = found(best(network, spec, some(60)))
    assert np.isnan(result.values["conv1"][3]).all()
    assert np.isfinite(result.values["conv1"][2]).all()


def test_no_images_no_answers() -> None:
    assert found(best(build(lecture()), lecture(), some(0))).values["conv1"].shape == (32, 0)


def test_only_a_slice_is_computed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    spec, images = lecture(), some(100)
    network, sizes = build(spec), []
    network.register_forward_hook(lambda _module, args, _output: sizes.append(len(args[0])))
    monkeypatch.setattr(judging, "PRODUCTS", 10 * 1_333_200)
    found(best(network, spec, images))
    assert max(sizes) <= 10
    assert not network.conv1._forward_hooks

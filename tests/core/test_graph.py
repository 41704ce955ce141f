"""Fields through joins, against autograd's footprints of the real networks; shapes and counts against torch."""

from __future__ import annotations

import pytest
import torch
from torch import fx, nn
from torch.utils.flop_counter import FlopCounterMode

from convviz.core import zoo
from convviz.core.graph import Row, follow, union
from convviz.core.vision import torchvision
from convviz.spec.geometry import ReceptiveField

SMALL_INPUT = (3, 96, 80)


def rows_of(network: nn.Module, shape: tuple[int, ...]) -> list[Row]:
    meta = network.to("meta").eval()
    return follow(fx.symbolic_trace(meta), meta, shape)


def made_positive(network: nn.Module) -> nn.Module:
    """The same windows with equal, positive taps and no other arithmetic: no gradient hides, none cancels."""
    for name, child in list(network.named_children()):
        match child:
            case nn.Conv2d():
                nn.init.constant_(child.weight, 1 / child.weight[0].numel())
            case nn.MaxPool2d(kernel_size=k, stride=s, padding=p, ceil_mode=c):
                setattr(network, name, nn.AvgPool2d(k, s, p, c))
            case nn.BatchNorm2d() | nn.ReLU6():
                setattr(network, name, nn.Identity())
            case _:
                made_positive(child)
    return network


CUTS = {
    # the node whose output is asked, and with it everything before it
    "resnet18": ("layer2", "layer2.1.relu"),
    "squeezenet1_1": ("features.6", "cat_2"),
    "googlenet": ("inception3a", "cat"),
    "densenet121": ("features.denseblock1", "cat_6"),
    "mobilenet_v2": ("features.4", "features.4.conv.3"),
}


@pytest.mark.parametrize("name", CUTS)
def test_fields_of_joined_branches_are_footprints(name: str) -> None:
    place, row_name = CUTS[name]
    options = {"init_weights": False, "aux_logits": False} if name == "googlenet" else {}
    network = torchvision().models.get_model(name, weights=None, **options).eval()
    rows = follow(fx.symbolic_trace(zoo.build_on_meta(name)), zoo.build_on_meta(name), (3, 224, 192))
    field = [row for row in rows if row.name == row_name][-1].field
    assert isinstance(field, ReceptiveField)

    seen: list[torch.Tensor] = []
    made_positive(network).double()
    network.get_submodule(place).register_forward_hook(lambda module, args, output: seen.append(output))
    picture = torch.ones(1, 3, 224, 192, dtype=torch.float64, requires_grad=True)
    network(picture)
    output = seen[0]
    for index in ((output.shape[2] // 2, output.shape[3] // 2), (output.shape[2] // 2 + 1, output.shape[3] // 2 - 1)):
        (gradient,) = torch.autograd.grad(output[0, :, index[0], index[1]].sum(), picture, retain_graph=True)
        rows_, columns = (gradient[0].abs().sum(dim=0) > 0).nonzero(as_tuple=True)
        box = (int(rows_.min()), int(columns.min()), int(rows_.max()) + 1, int(columns.max()) + 1)
        assert box == field.box(*index)


@pytest.mark.parametrize("name", ["alexnet", "resnet18", "googlenet", "vit_b_32", "shufflenet_v2_x0_5"])
def test_shapes_and_sums_are_those_of_a_real_run(name: str) -> None:
    network = zoo.build_on_meta(name)
    shape = zoo.default_input(name)
    rows = follow(fx.symbolic_trace(network), network, shape)
    shapes: dict[str, tuple[int, ...]] = {}
    for part, module in network.named_modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            module.register_forward_hook(lambda m, a, out, part=part: shapes.__setitem__(part, tuple(out.shape[1:])))
    network(torch.empty(1, *shape, device="meta"))
    shown = {row.name: row.output_shape for row in rows}
    assert {part: shown[part] for part in shapes if part in shown} == {p: s for p, s in shapes.items() if p in shown}
    assert sum(row.params for row in rows) == sum(p.numel() for p in network.parameters())
    if name != "vit_b_32":  # its attention multiplies activations, which the lecture does not count
        with FlopCounterMode(display=False) as counter:
            network(torch.empty(1, *shape, device="meta"))
        assert 2 * sum(row.products for row in rows) == counter.get_total_flops()


class Shared(nn.Module):
    """One convolution called twice: its parameters count once, its products twice."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 1, 3, padding=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.conv(self.conv(x))


def test_a_layer_called_twice_has_its_parameters_once() -> None:
    first, second = rows_of(Shared(), (1, 8, 8))
    assert (first.params, second.params) == (10, 0)
    assert first.products == second.products == 8 * 8 * 9
    assert (first.field, second.field) == (
        ReceptiveField((3, 3), start=(-1, -1)),
        ReceptiveField((5, 5), start=(-2, -2)),
    )


class Unused(nn.Module):
    """A layer that evaluation never calls."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 1, 3)
        self.aux = nn.Linear(3, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.conv(x)


def test_layers_of_training_alone_come_last() -> None:
    rows = rows_of(Unused(), (1, 8, 8))
    assert (rows[-1].name, rows[-1].type, rows[-1].params) == ("aux", "Linear (training only)", 8)


@pytest.mark.parametrize(
    ("pool", "shape", "expected"),
    [
        (nn.AdaptiveAvgPool2d(6), (1, 6, 6), ReceptiveField()),
        (nn.AdaptiveAvgPool2d(1), (1, 6, 6), "all"),
        (nn.AdaptiveAvgPool2d(3), (1, 6, 12), ReceptiveField((2, 4), (2, 4))),
        (nn.AdaptiveAvgPool2d(7), (1, 8, 8), ReceptiveField((2, 2), (1, 1))),
        (nn.AdaptiveAvgPool2d(7), (1, 10, 10), "varies"),
    ],
)
def test_adaptive_pooling(pool: nn.Module, shape: tuple[int, ...], expected: object) -> None:
    (row,) = rows_of(nn.Sequential(pool), shape)
    assert row.field == expected


def test_a_union_of_different_jumps_varies_and_all_wins() -> None:
    narrow, wide = ReceptiveField((3, 3), (1, 1)), ReceptiveField((3, 3), (2, 2))
    assert union([narrow, wide]) == "varies"
    assert union([narrow, "all", wide]) == "all"
    assert union(["none", narrow, "none"]) == narrow
    assert union([]) == "none"

"""torchvision's networks: the figures of its own documentation, and what a user may ask wrongly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from convviz.core import zoo
from convviz.core.classify import probabilities
from convviz.spec.errors import InputError
from convviz.spec.picture import Picture, load


def test_alexnet_as_in_the_lecture() -> None:
    table = zoo.describe("alexnet")
    assert (table["params"], table["products"]) == (61_100_840, 714_188_480)
    last_pool = next(row for row in table["layers"] if row["name"] == "features.12")
    assert (last_pool["output_shape"], last_pool["receptive_field"], last_pool["jump"]) == ([256, 6, 6], 195, 32)


@pytest.mark.parametrize(
    "name", ["resnet18", "vgg11", "squeezenet1_0", "inception_v3", "vit_b_32", "regnet_y_400mf", "swin_t", "maxvit_t"]
)
def test_parameters_are_torchvisions_own_figure(name: str) -> None:
    assert zoo.describe(name)["params"] == zoo._weights(name).meta["num_params"]


@pytest.mark.parametrize("name", ["resnet18", "googlenet", "efficientnet_b0", "mobilenet_v3_small", "regnet_y_400mf"])
def test_products_are_torchvisions_own_figure(name: str) -> None:
    assert zoo.describe(name)["products"] / 1e9 == pytest.approx(zoo._weights(name).meta["_ops"], abs=5e-4)


def test_a_squeeze_and_excitation_sees_everything() -> None:
    fields = {row["name"]: row["receptive_field"] for row in zoo.describe("mobilenet_v3_small")["layers"]}
    assert fields["features.0.0"] == 3
    assert fields["features.1.block.1.avgpool"] == "all"
    assert fields["features.12.0"] == "all"


@pytest.mark.parametrize("name", ["shufflenet_v2_x0_5", "mnasnet0_5", "squeezenet1_0"])
def test_a_mean_over_all_positions_sees_everything(name: str) -> None:
    layers = zoo.describe(name)["layers"]
    assert layers[-1]["receptive_field"] == "all"
    assert isinstance(next(row for row in layers if row["type"] == "Conv2d")["receptive_field"], int)


@pytest.mark.parametrize("size", [(4000, 2), (2, 4000), (9, 2)])
def test_the_middle_of_a_long_picture_is_what_a_central_crop_keeps(size: tuple[int, int]) -> None:
    from PIL import Image

    kept = zoo._not_too_long(Image.new("RGB", size))
    assert max(kept.size) == 8
    assert min(kept.size) == 2


def test_a_download_is_announced_on_stderr(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def announced(name: str, **options: object) -> object:
        print("Downloading …")
        raise OSError("no network\nmore")

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(zoo.torchvision().models, "get_model", announced)
    with pytest.raises(InputError, match=r"cannot download squeezenet1_0 \(no network\)"):
        zoo.load("squeezenet1_0", download=True)
    assert capsys.readouterr() == ("", "Downloading …\n")


def test_another_input_changes_shapes_and_products_but_no_parameters() -> None:
    small, usual = zoo.describe("resnet18", (3, 64, 64)), zoo.describe("resnet18")
    assert small["params"] == usual["params"]
    assert small["products"] < usual["products"] / 10


@pytest.mark.parametrize(
    ("name", "shape", "words"),
    [
        ("alexnt", None, "did you mean alexnet"),
        ("qqqqqq", None, "no network called"),
        ("alexnet", (3, 20, 20), "does not take an input of 3×20×20"),
        ("alexnet", (1, 224, 224), "does not take an input of 1×224×224"),
        ("alexnet", (3, 0, 9), "at least 1"),
        ("alexnet", (3, 10**30, 9), "too large"),
        ("alexnet", (3, 10**6, 10**6), "too large"),
        ("vit_b_32", (3, 100, 100), "built for one size"),
    ],
)
def test_what_does_not_fit_is_a_sentence(name: str, shape: tuple[int, ...] | None, words: str) -> None:
    with pytest.raises(InputError, match=words):
        zoo.describe(name, shape)


def test_missing_weights_say_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    with pytest.raises(InputError, match="add --download to fetch 5 MB"):
        zoo.load("squeezenet1_0")


def test_damaged_weights_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    file = zoo.weights_file(zoo._weights("squeezenet1_0").url)
    file.parent.mkdir(parents=True)
    file.write_bytes(b"not weights")
    with pytest.raises(InputError, match="cannot be read as the weights of squeezenet1_0"):
        zoo.load("squeezenet1_0")


@pytest.fixture
def squeezenet(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> zoo.ImageNetNetwork:
    monkeypatch.setenv("TORCH_HOME", str(shared_data / "torch"))
    return zoo.load("squeezenet1_0")


def test_the_samoyed_is_one(squeezenet: zoo.ImageNetNetwork, shared_data: Path) -> None:
    shown = load(shared_data / "photos/samoyed.jpg", longest_px=4096)
    row = probabilities(squeezenet.network, squeezenet.inputs(shown))[0]
    assert squeezenet.classes[int(row.argmax())] == "Samoyed"
    assert row.max() > 0.98


def test_inputs_are_torchvisions_own_on_the_same_file(squeezenet: zoo.ImageNetNetwork, shared_data: Path) -> None:
    from PIL import Image

    with Image.open(shared_data / "photos/samoyed.jpg") as image:
        expected = squeezenet.transform(image.convert("RGB"))
    ours = squeezenet.inputs(load(shared_data / "photos/samoyed.jpg", longest_px=4096))[0]
    assert np.array_equal(ours.numpy(), expected.numpy())


@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 1, 3000), (1, 3000, 1), (3, 40, 30)])
def test_grey_tiny_and_long_pictures_have_the_networks_shape(
    squeezenet: zoo.ImageNetNetwork, shape: tuple[int, int, int]
) -> None:
    assert squeezenet.inputs(Picture(np.full(shape, 0.5, np.float32))).shape == (1, 3, 224, 224)

"""``convviz describe``."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from convviz.cli import main
from convviz.cli.describe import is_file_name, table_of, text
from convviz.spec import project
from convviz.spec.geometry import as_json, describe
from convviz.spec.network import Conv2d, NetworkSpec
from convviz.spec.preparation import Preparation
from convviz.spec.presets import lenet5
from convviz.spec.state import State
from convviz.spec.strokes import Drawing
from convviz.spec.weights import initial, save


def test_json_is_the_documented_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "lecture", "--json"]) == 0
    table = json.loads(capsys.readouterr().out)
    assert list(table) == ["layers", "params", "products"]
    assert (table["params"], table["products"]) == (105_506, 1_333_200)
    keys = ["name", "type", "output_shape", "params", "products", "receptive_field", "jump", "start"]
    assert all(list(row) == keys for row in table["layers"])


def test_columns_are_aligned_and_totals_last(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "lecture"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].split() == ["total", "105,506", "1,333,200"]
    column = lines[0].index("products") + len("products")
    assert all(line[:column].rstrip()[-1].isdigit() for line in [*lines[2:-2], lines[-1]])
    assert {len(line[:column].rstrip()) for line in lines[2:-2]} == {column}


def test_torchvisions_networks_are_in_the_same_form() -> None:
    table = table_of("alexnet", None)
    assert (table["params"], table["products"]) == (61_100_840, 714_188_480)
    assert "features.12   MaxPool2d" in text(table)


def test_a_file_is_described_by_the_network_inside(tmp_path: Path) -> None:
    path = tmp_path / "mine.safetensors"
    save(path, lenet5(), initial(lenet5()))
    assert table_of(str(path), None) == table_of("lenet5", None)


def test_an_experiment_is_described_as_it_was_edited(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.convviz"
    network = lenet5().with_layer(replace(lenet5()["conv1"], kernel=(3, 3), padding=(1, 1)))
    state = State(lenet5(), initial(lenet5()), Drawing(), Preparation())
    project.save(path, replace(state, network=network, weights=initial(network)))
    table = table_of(str(path), None)
    assert table == as_json(describe(network))
    assert table != table_of("lenet5", None)
    assert main(["describe", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == table
    path.write_bytes(path.read_bytes()[:-30])
    assert main(["describe", str(path)]) == 2
    assert "mine.convviz is not an experiment of convviz, or it is damaged" in capsys.readouterr().err


def test_another_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert table_of("lenet5", (1, 32, 32))["layers"][6]["output_shape"] == [16 * 6 * 6]
    assert main(["describe", "lecture", "--input", "1", "8", "8"]) == 2
    assert "conv2: its kernel 5×5 does not fit into its input 1×1" in capsys.readouterr().err
    assert main(["describe", "lecture", "--input", "1", "-8", "8"]) == 2
    assert "at least 1" in capsys.readouterr().err


def test_unequal_axes_are_both_shown(tmp_path: Path) -> None:
    spec = NetworkSpec("wide", (1, 9, 9), (Conv2d("conv", 1, (3, 5), padding=(0, 1)),))
    save(tmp_path / "wide.safetensors", spec, initial(spec))
    table = table_of(str(tmp_path / "wide.safetensors"), None)
    assert table["layers"][0]["receptive_field"] == [3, 5]
    assert table["layers"][0]["start"] == [0, -1]
    assert "3×5" in text(table)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("lectur", "did you mean lecture"),
        ("alexnt", "did you mean alexnet"),
        ("none.safetensors", "not there"),
        ("none.convviz", "not there"),
        (".", "a folder"),
        ("", "no network called"),
    ],
)
def test_an_unknown_name_is_one_line(name: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", name]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert err.count("\n") == 1


def test_names_of_files_and_of_networks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert not is_file_name("resnet18")
    Path("resnet18").touch()
    assert is_file_name("resnet18")
    assert is_file_name("./x")

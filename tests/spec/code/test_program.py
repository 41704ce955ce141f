"""The program against what the slide prints, and against torch: it is run, in a process of its own."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from convviz.core.network import build
from convviz.core.trace import trace
from convviz.spec.channels import Channels, effective
from convviz.spec.code import tensors_of, to_code, write_tensors
from convviz.spec.code.calls import WIDTH
from convviz.spec.errors import InputError
from convviz.spec.geometry import describe
from convviz.spec.network import BatchNorm2d, Conv2d, Dropout, Flatten, Linear, MaxPool2d, NetworkSpec, ReLU, Tanh
from convviz.spec.presets import lecture, lenet5
from convviz.spec.weights import Weights, initial

Draw = Callable[[int], NetworkSpec]
DRAWN = 50

LECTURE = """\
# lecture: 1×28×28 in, 10 out

from torch import nn
from torch.nn import functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, kernel_size=5)
        self.conv2 = nn.Conv2d(32, 64, kernel_size=5)
        self.fc1 = nn.Linear(256, 200)
        self.fc2 = nn.Linear(200, 10)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), kernel_size=3))
        x = F.relu(F.max_pool2d(self.conv2(x), kernel_size=2))
        x = x.view(-1, 256)
        x = F.relu(self.fc1(x))
        x = self.fc2(x)
        return x
"""
LENET5 = """\
# lenet5: 1×28×28 in, 10 out

from torch import nn
from torch.nn import functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, kernel_size=5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), kernel_size=2)
        x = F.max_pool2d(F.relu(self.conv2(x)), kernel_size=2)
        x = x.view(-1, 400)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        x = self.fc3(x)
        return x
"""


def test_the_lectures_network_as_on_the_slide() -> None:
    assert to_code(lecture()) == LECTURE


def test_lenet5() -> None:
    assert to_code(lenet5()) == LENET5


def forward(network: NetworkSpec) -> list[str]:
    """The lines of ``forward`` without their indentation."""
    lines = to_code(network).split("def forward(self, x):\n")[1].splitlines()
    return [line.strip() for line in lines if line]


def test_only_what_differs_from_pytorchs_defaults_is_written() -> None:
    layers = (
        Conv2d("conv", 6, (3, 2), (2, 2), (1, 0), (1, 2), 3, False, "reflect"),
        BatchNorm2d("norm", 1e-3),
        Dropout("drop", 0.25),
        MaxPool2d("pool", (3, 3), (2, 2), ceil_mode=True),
    )
    code = to_code(NetworkSpec("net", (3, 20, 20), layers))
    arguments = (
        "            3, 6, kernel_size=(3, 2), stride=2, padding=(1, 0), dilation=(1, 2), groups=3, bias=False,",
        'padding_mode="reflect"',
    )
    given = ast.unparse(ast.parse(code))
    assert ", ".join(argument.strip().rstrip(",") for argument in arguments).replace('"', "'") in given
    assert "self.norm = nn.BatchNorm2d(6, eps=0.001)" in code
    lines = forward(NetworkSpec("net", (3, 20, 20), layers))
    assert lines[0] == "x = F.dropout(self.norm(self.conv(x)), p=0.25, training=self.training)"
    assert lines[1] == "x = F.max_pool2d(x, kernel_size=3, stride=2, ceil_mode=True)"


def test_a_stride_that_is_the_kernel_is_pytorchs_default() -> None:
    spelt = NetworkSpec("net", (1, 9, 9), (MaxPool2d("pool", (3, 3), (3, 3)),))
    assert forward(spelt) == ["x = F.max_pool2d(x, kernel_size=3)", "return x"]


def test_imports_are_those_that_are_used() -> None:
    plain = to_code(NetworkSpec("net", (1, 9, 9), (Conv2d("conv", 1, (3, 3)),)))
    assert "functional" not in plain
    assert "import torch\n" not in plain
    assert "import torch\n" in to_code(NetworkSpec("net", (1, 9, 9), (Tanh("tanh"),)))


def test_a_file_is_looked_up_where_it_is() -> None:
    assert 'file = Path(__file__).with_name("net.safetensors")' in to_code(lecture(), weights_file="net.safetensors")
    absolute = Path("/data") / 'a "quoted" one' / "net.safetensors"
    code = to_code(lecture(), weights_file=absolute)
    (found,) = [
        node.value
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "file"
    ]
    assert ast.literal_eval(found) == str(absolute)


def test_one_layer_is_alone() -> None:
    code = to_code(lecture(), layer="conv2", weights_file="x.safetensors")
    assert "# conv2 of lecture: 32×8×8 in, 64×4×4 out" in code
    assert "self.conv2 = nn.Conv2d(32, 64, kernel_size=5)" in code
    assert "conv1" not in code
    assert code.endswith("print(output.shape)\n")
    code = to_code(lecture(), layer="flatten", weights_file="x.safetensors", unit=(7,))
    assert code.endswith("print(output.shape)\nprint(output[0, 7])  # the selected unit\n")


def test_a_layer_that_is_not_there() -> None:
    with pytest.raises(InputError, match="no layer 'gone' in 'lecture'"):
        to_code(lecture(), layer="gone")


def test_a_network_without_layers_returns_its_input() -> None:
    assert forward(NetworkSpec("empty", (1, 9, 9), ())) == ["return x"]


def test_names_that_no_code_can_have_are_said_in_a_comment() -> None:
    layers = (Conv2d("class", 2, (1, 1)), ReLU("2"), Flatten("3"), Linear("odd\nname", 3))
    code = to_code(NetworkSpec("two\nlines", (1, 9, 9), layers))
    assert "# two lines: 1×9×9 in, 3 out" in code
    assert "        # called class in convviz\n        self.class_layer = nn.Conv2d(1, 2, kernel_size=1)" in code
    assert "        # called odd name in convviz\n        self.odd_name = nn.Linear(162, 3)" in code


def programs(draw: Draw) -> list[str]:
    drawn = [draw(seed) for seed in range(DRAWN)]
    codes = [
        to_code(network, weights_file=f"/some/{'long/' * (seed % 17)}file.safetensors")
        for seed, network in enumerate(drawn)
    ]
    codes += [
        to_code(network, layer=layer.id, weights_file="a.safetensors") for network in drawn[:15] for layer in network
    ]
    return codes


def test_ruff_has_nothing_to_say(draw: Draw, tmp_path: Path) -> None:
    ruff = Path(sys.executable).with_name("ruff")
    if not ruff.exists():
        pytest.skip("needs ruff")
    for number, code in enumerate(programs(draw)):
        (tmp_path / f"net{number}.py").write_text(code, encoding="utf-8")
    for arguments in (["check", "--select", "E,F,W,I", "--ignore", "E501"], ["format", "--check", "--diff"]):
        done = subprocess.run([ruff, *arguments, "--isolated", "--no-cache", tmp_path], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_lines_are_short(draw: Draw) -> None:
    for code in programs(draw):
        assert max(len(line) for line in code.splitlines() if "/long/" not in line) <= WIDTH


# --- run ---------------------------------------------------------------------------------------------------------

RUNNER = """
import contextlib, io, json, pathlib, runpy, sys
import numpy
import torch
torch.set_num_threads(1)
for script in json.loads(sys.argv[1]):
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        found = runpy.run_path(script)
    result = found.get("scores", found.get("output"))
    numpy.save(script + ".npy", result.numpy())
    pathlib.Path(script + ".txt").write_text(printed.getvalue(), encoding="utf-8")
"""


def run(scripts: list[Path]) -> None:
    command = [sys.executable, "-W", "error", "-c", RUNNER, json.dumps([str(script) for script in scripts])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


def with_statistics(network: NetworkSpec, seed: int) -> Weights:
    """Random weights, with batch norms that change something."""
    rng = np.random.default_rng(seed)
    weights = dict(initial(network, seed))
    for name, array in weights.items():
        if isinstance(network[name.rsplit(".", 1)[0]], BatchNorm2d):
            weights[name] = rng.uniform(0.5, 1.5, array.shape).astype(np.float32)
    return Weights(weights)


def test_fifty_networks_and_their_layers_give_the_same_tensors(draw: Draw, tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    expected: dict[Path, np.ndarray] = {}
    for seed in range(DRAWN):
        network = draw(seed)
        marks = Channels(muted=frozenset((layer.id, 0) for layer in network if rng.random() < 0.2))
        weights = effective(network, with_statistics(network, seed), marks)
        picture = rng.normal(size=network.input_shape).astype(np.float32)
        seen = plain(network, weights, picture)
        layer = network.layers[int(rng.integers(len(network.layers)))].id
        before = [row.layer.id for row in describe(network)]
        received = picture if before[0] == layer else seen[before[before.index(layer) - 1]]
        for part, given in ((None, picture), (layer, received)):
            script = tmp_path / f"net{seed}{'' if part is None else '_layer'}.py"
            file = script.with_suffix(".safetensors")
            write_tensors(file, tensors_of(network, weights, given, part))
            where = file if seed % 2 else Path(file.name)
            script.write_text(to_code(network, weights_file=where, layer=part), encoding="utf-8")
            expected[script] = seen[part or before[-1]]
    run(list(expected))
    for script, values in expected.items():
        found = np.load(f"{script}.npy")
        np.testing.assert_allclose(found[0], values, rtol=1e-5, atol=1e-6, err_msg=script.read_text(encoding="utf-8"))


def plain(network: NetworkSpec, weights: Weights, picture: np.ndarray) -> dict[str, np.ndarray]:
    """The maps of a network whose layers are named so that torch takes them."""
    ids = {layer.id: f"n{number}" for number, layer in enumerate(network)}
    renamed = replace(network, layers=tuple(replace(layer, id=ids[layer.id]) for layer in network))
    arrays = {f"{ids[name.rsplit('.', 1)[0]]}.{name.rsplit('.', 1)[1]}": array for name, array in weights.items()}
    maps = trace(build(renamed, Weights(arrays)), picture).maps
    return {layer: maps[name] for layer, name in ids.items()}


def test_what_it_prints(tmp_path: Path) -> None:
    network = lecture()
    weights = initial(network, 3)
    picture = np.random.default_rng(0).random((1, 28, 28), np.float32)
    seen = trace(build(network, weights), picture)
    for part, given in ((None, picture), ("conv2", seen.maps["relu1"])):
        write_tensors(tmp_path / f"{part}.safetensors", tensors_of(network, weights, given, part))
        code = to_code(network, weights_file=f"{part}.safetensors", layer=part)
        (tmp_path / f"{part}.py").write_text(code, encoding="utf-8")
    run([tmp_path / "None.py", tmp_path / "conv2.py"])
    printed = (tmp_path / "None.py.txt").read_text().strip()
    assert printed == str(torch.tensor(seen.scores)[None])
    assert (tmp_path / "conv2.py.txt").read_text().strip() == "torch.Size([1, 64, 4, 4])"


def test_the_file_holds_the_state_dict_of_the_module_and_the_input(draw: Draw, tmp_path: Path) -> None:
    for seed in range(0, DRAWN, 5):
        network = draw(seed)
        picture = np.zeros(network.input_shape, np.float32)
        write_tensors(tmp_path / "a.safetensors", tensors_of(network, with_statistics(network, seed), picture))
        found = load_file(tmp_path / "a.safetensors")
        space: dict[str, object] = {}
        exec(to_code(network), space)
        module = space["Net"]()  # type: ignore[operator]
        expected = {
            name: (tuple(tensor.shape), str(tensor.numpy().dtype)) for name, tensor in module.state_dict().items()
        }
        expected["input"] = (1, *network.input_shape), "float32"
        assert {name: (array.shape, str(array.dtype)) for name, array in found.items()} == expected

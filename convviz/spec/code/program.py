"""The program: ``class Net``, and the lines that load its weights and run it."""

from __future__ import annotations

from math import prod
from pathlib import PurePath

from ..errors import InputError
from ..geometry import LayerGeometry, describe
from ..network import BatchNorm2d, Conv2d, Flatten, NetworkSpec, times
from .calls import STEP, call, fits, function, module_arguments, string
from .names import attribute_names, has_arrays

_BODY = 2 * STEP


def to_code(
    network: NetworkSpec,
    *,
    weights_file: PurePath | str | None = None,
    layer: str | None = None,
    unit: tuple[int, ...] | None = None,
) -> str:
    """The network, or one ``layer`` of it, as a PyTorch module called ``Net``.

    Names are those of :func:`.attribute_names`; settings that are PyTorch's defaults are left out. With
    ``weights_file``, a file that :func:`.write_tensors` wrote, lines follow that load it and run the module on the
    input in it. An absolute path is used as it stands; another is looked up beside the script. A ``unit`` of the
    layer, (channel, row, column) or (feature,), is printed by them.

    Raises:
        InputError: a layer does not fit its input, or there is no such layer.

    >>> from convviz.spec.presets import lecture
    >>> print(to_code(lecture()).split("nn.Linear(200, 10)")[1])
    <BLANKLINE>
    <BLANKLINE>
        def forward(self, x):
            x = F.relu(F.max_pool2d(self.conv1(x), kernel_size=3))
            x = F.relu(F.max_pool2d(self.conv2(x), kernel_size=2))
            x = x.view(-1, 256)
            x = F.relu(self.fc1(x))
            x = self.fc2(x)
            return x
    <BLANKLINE>
    """
    rows, names = _rows(network, layer), attribute_names(network)
    module = ["class Net(nn.Module):", *_init(rows, names), "", *_forward(rows, names)]
    running: list[str] = []
    if weights_file is not None:
        running = _running(network, rows, PurePath(weights_file), alone=layer is not None)
        if layer is not None and unit is not None:
            running.append(f"print(output[{', '.join(map(str, (0, *unit)))}])  # the selected unit")
    imports = _imports("\n".join(module + running))
    parts = [_title(network, rows, layer), "", *imports, "", "", *module]
    return "\n".join([*parts, *(["", "", *running] if running else []), ""])


def _rows(network: NetworkSpec, layer: str | None) -> list[LayerGeometry]:
    """What is written: all layers, or one."""
    rows = [row for row in describe(network) if layer is None or row.layer.id == layer]
    if layer is not None and not rows:
        raise InputError(f"there is no layer {layer!r} in {network.name!r}; take one of its layers")
    return rows


def file_lines(file: PurePath | str) -> str:
    """How a program says where its weights are.

    >>> file_lines("net.safetensors")
    'file = Path(__file__).with_name("net.safetensors")'
    """
    return "\n".join(_assigned("file", _location(PurePath(file))))


def _title(network: NetworkSpec, rows: list[LayerGeometry], layer: str | None) -> str:
    sent = times(rows[0].input_shape if layer is not None else network.input_shape)
    made = times(rows[-1].output_shape) if rows else sent
    name = _printable(network.name, 24)
    what = name if layer is None else f"{_printable(layer, 16)} of {name}"
    return f"# {what}: {sent} in, {made} out"


def _imports(code: str) -> list[str]:
    """What the code uses, in the order isort gives it."""
    standard = ["from pathlib import Path", ""] if "Path(" in code else []
    lines = {
        "import torch": "torch.",
        "from safetensors.torch import load_file": "load_file(",
        "from torch import nn": "nn.",
        "from torch.nn import functional as F": "F.",
    }
    return standard + [line for line, used in lines.items() if used in code]


def _init(rows: list[LayerGeometry], names: dict[str, str]) -> list[str]:
    lines = [f"{STEP}def __init__(self):", f"{_BODY}super().__init__()"]
    for row in rows:
        if has_arrays(row.layer):
            name = names[row.layer.id]
            if name != row.layer.id:
                lines.append(f"{_BODY}# called {_printable(row.layer.id, 50)} in convviz")
            kind, arguments = module_arguments(row.layer, row.input_shape[0])
            lines += call(f"self.{name} = {kind}", arguments, _BODY)
    return lines


def _forward(rows: list[LayerGeometry], names: dict[str, str]) -> list[str]:
    """One line a block, as the lecture writes it: a layer with numbers inside the functions that follow it."""
    lines = [f"{STEP}def forward(self, x):"]
    value = ""  # of the last line, where something may still be put around it
    for before, row in zip([None, *rows], rows, strict=False):
        if isinstance(row.layer, Flatten):
            lines.append(f"{_BODY}x = x.view(-1, {prod(row.output_shape)})")
            value = ""
            continue
        start, arguments = (f"self.{names[row.layer.id]}", ()) if has_arrays(row.layer) else function(row.layer)
        wider = f"{start}({', '.join((value, *arguments))})"
        if value and _joins(before, row) and fits(f"{_BODY}x = {wider}"):
            lines[-1], value = f"{_BODY}x = {wider}", wider
            continue
        made = call(f"x = {start}", ("x", *arguments), _BODY)
        value = made[0].removeprefix(f"{_BODY}x = ") if len(made) == 1 else ""
        lines += made
    return [*lines, f"{_BODY}return x"]


def _joins(before: LayerGeometry | None, row: LayerGeometry) -> bool:
    """Whether a layer is written around the one before it: a function, or the batch norm of a convolution."""
    normed = isinstance(row.layer, BatchNorm2d) and before is not None and isinstance(before.layer, Conv2d)
    return normed or not has_arrays(row.layer)


def _running(network: NetworkSpec, rows: list[LayerGeometry], file: PurePath, *, alone: bool) -> list[str]:
    """Loading the weights and the input from ``file``, and one pass."""
    sent = rows[0].input_shape if alone else network.input_shape
    result = "output" if alone else "scores"
    return [
        f"# file: Net's state dict, and what it receives on screen ({times(sent)}) as “input”",
        file_lines(file),
        "tensors = load_file(file)",
        'x = tensors.pop("input")',
        "",
        "model = Net()",
        "model.load_state_dict(tensors)",
        "model.eval()  # dropout and batch norm as on screen, not as in training",
        "",
        "with torch.no_grad():",
        f"{STEP}{result} = model(x)",
        "",
        f"print({result}{'.shape' if alone else ''})",
    ]


def _location(file: PurePath) -> str:
    if file.is_absolute():
        return string(str(file))
    return f"Path(__file__).with_name({string(file.name)})"


def _assigned(name: str, value: str) -> list[str]:
    """``name = value``, in brackets where that makes it fit."""
    if fits(f"{name} = {value}") or not fits(f"{STEP}{value}"):
        return [f"{name} = {value}"]
    return [f"{name} = (", f"{STEP}{value}", ")"]


def _printable(text: str, longest: int) -> str:
    """Some user's text for a comment: on one line, and short."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return plain if len(plain) <= longest else f"{plain[: longest - 1]}…"

"""``convviz describe``: the layer table of a network."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..spec import geometry, project, weights
from ..spec.errors import InputError
from ..spec.network import NetworkSpec, times
from ..spec.presets import NETWORKS

_HELP = """
NETWORK is a shipped network (lecture, lenet5), an experiment (.convviz) or a .safetensors file written by convviz,
or any classification network of torchvision by name (alexnet, resnet18, …), which is described without downloading
its weights.

Products are the multiplications by weights in convolutions and fully connected layers, for one input.
The receptive field (RF) and the jump are in input pixels, start is the pixel where the first unit's field begins
(negative: in the padding). "all": every unit sees the whole input; "varies": it differs from unit to unit.

JSON: {"layers": [{"name", "type", "output_shape", "params", "products", "receptive_field", "jump", "start"}],
"params", "products"}; a number where height and width agree, else [height, width]; jump and start are null
where units lie on no grid.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds this command's arguments."""
    parser.add_argument("network", metavar="NETWORK", help="a name, a .convviz or a .safetensors file")
    parser.add_argument("--input", nargs=3, type=int, metavar=("C", "H", "W"), help="channels, height and width")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.epilog = _HELP


def run(args: argparse.Namespace) -> int:
    """Prints the table."""
    table = table_of(args.network, tuple(args.input) if args.input else None)
    print(json.dumps(table, indent=1) if args.json else text(table))
    return 0


def table_of(name: str, input_shape: tuple[int, int, int] | None) -> dict[str, Any]:
    """The layer table of a shipped network, a file or a torchvision network.

    >>> table_of("lecture", None)["params"]
    105506
    """
    spec = spec_of(name)
    if spec is None:
        from ..core import zoo

        zoo.check_name(name, tuple(NETWORKS))
        return zoo.describe(name, input_shape)
    if input_shape is not None:
        spec = replace(spec, input_shape=input_shape)
    return geometry.as_json(geometry.describe(spec))


def spec_of(name: str) -> NetworkSpec | None:
    """The shipped network or the one in a file; None where the name is neither.

    Raises:
        InputError: the file cannot be used.
    """
    if name in NETWORKS:
        return NETWORKS[name]()
    if not is_file_name(name):
        return None
    if is_experiment(name):
        return project.load(Path(name), lab=False).network
    spec, _ = weights.load(Path(name))
    if spec is None:
        raise InputError(f"{name} holds weights but no network; give a file that convviz has written")
    return spec


def is_file_name(name: str) -> bool:
    """Whether ``name`` means a file and not a network.

    >>> is_file_name("mine.safetensors"), is_file_name("alexnet")
    (True, False)
    """
    ours = name.endswith(".safetensors") or is_experiment(name)
    return bool(name) and (ours or "/" in name or "\\" in name or Path(name).exists())


def is_experiment(name: str) -> bool:
    """Whether ``name`` is that of an experiment's file.

    >>> is_experiment("mine.convviz"), is_experiment("lecture")
    (True, False)
    """
    return name.lower().endswith(project.SUFFIX)


def text(table: dict[str, Any]) -> str:
    """The table as aligned columns, totals last."""
    head = ("layer", "type", "output", "params", "products", "RF", "jump", "start")
    rows = [_cells(row) for row in table["layers"]]
    total = ("total", "", "", f"{table['params']:,}", f"{table['products']:,}", "", "", "")
    widths = [max(len(row[i]) for row in (head, *rows, total)) for i in range(len(head))]
    rule = "─" * (sum(widths) + 2 * (len(widths) - 1))
    lines = [_line(head, widths), rule, *(_line(row, widths) for row in rows), rule, _line(total, widths)]
    return "\n".join(lines)


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    aligned = (c.ljust(w) if i < 3 else c.rjust(w) for i, (c, w) in enumerate(zip(cells, widths, strict=True)))
    return "  ".join(aligned).rstrip()


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    seen = (_number(row[key]) for key in ("receptive_field", "jump", "start"))
    shape = times(tuple(row["output_shape"])) or "–"
    return (row["name"], row["type"], shape, f"{row['params']:,}", f"{row['products']:,}", *seen)


def _number(value: int | list[int] | str | None) -> str:
    if value is None:
        return "–"
    return times(tuple(value)) if isinstance(value, list) else str(value)

"""How the next training goes, as plain data and back."""

from __future__ import annotations

from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, cast, get_args

from ..errors import InputError
from ..training.plan import Begin, Plan
from ..training.settings import TrainingSettings
from ..training.source import DataSource, Labelled
from .arrays import Collected
from .drawing import MOST_CLASSES, drawing_from, drawing_table, preparation_from
from .errors import damaged
from .values import Arrays, Table, get, shown, table_in

MOST_KEPT = 100_000  # drawings
_PATH, _NAME = 4096, 200  # characters


def plan_table(arrays: Collected, plan: Plan) -> dict[str, Any]:
    """Plain data of a plan; its drawings are arrays like the one on the pad."""
    return {
        "settings": asdict(plan.settings),
        "source": source_table(plan.source),
        "begin": plan.begin,
        "kept": [
            {
                "label": one.label,
                "name": one.name,
                "drawing": drawing_table(arrays, one.drawing, f"kept_drawing/{i}"),
                "preparation": asdict(one.preparation),
            }
            for i, one in enumerate(plan.kept)
        ],
    }


def plan_from(data: object, arrays: Arrays) -> Plan:
    """The plan that ``data`` describes.

    Raises:
        InputError: something is missing, of another type, or outside its range.
    """
    table = table_in(data)
    begin, kept = get(table, "begin", str), get(table, "kept", list)
    if begin not in get_args(Begin):
        raise damaged(f"a training begins with {shown(begin)}")
    if len(kept) > MOST_KEPT:
        raise damaged(f"it holds over {MOST_KEPT:,} drawings")
    return Plan(
        settings_from(table.get("settings")),
        source_from(table.get("source")),
        cast(Begin, begin),
        tuple(_labelled(table_in(one), arrays) for one in kept),
    )


def _labelled(table: Table, arrays: Arrays) -> Labelled:
    label = get(table, "label", int)
    if not 0 <= label < MOST_CLASSES:
        raise damaged(f"a drawing in it is of class {label}")
    name = get(table, "name", str)[:_NAME] if "name" in table else ""
    drawing = drawing_from(get(table, "drawing", dict), arrays)
    if "preparation" not in table:  # older files do not say
        return Labelled(drawing, label, name)
    return Labelled(drawing, label, name, preparation_from(get(table, "preparation", dict)))


def settings_from(data: object) -> TrainingSettings:
    """Settings; one that the file does not name yet has its usual value."""
    table, values = table_in(data), dict[str, Any]()
    for field in fields(TrainingSettings):
        if field.name not in table:
            continue
        value, usual = table[field.name], field.default
        if isinstance(usual, float) and type(value) is int and abs(value) < 2**53:
            value = float(value)
        if type(value) is not type(usual):
            raise damaged(f"the {field.name} of a training is {shown(value)}")
        values[field.name] = value
    try:
        return TrainingSettings(**values)
    except InputError as error:
        raise damaged(str(error)) from None


def source_table(source: DataSource) -> dict[str, Any]:
    folder = None if source.folder is None else str(source.folder)
    return {"kind": source.kind, "folder": folder, "count": source.count}


def source_from(data: object) -> DataSource:
    """Where images come from. A folder is only a name here: nothing is read before a training begins."""
    table = table_in(data)
    folder = None if table.get("folder") is None else get(table, "folder", str)
    if folder is not None and (len(folder) > _PATH or "\0" in folder):
        raise damaged("the folder of its images is none")
    try:
        kind: Any = get(table, "kind", str)
        return DataSource(kind, None if folder is None else Path(folder), get(table, "count", int))
    except InputError as error:
        raise damaged(str(error)) from None

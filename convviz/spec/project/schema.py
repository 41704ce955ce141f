"""The text of an experiment through the versions: old ones are brought up to date, newer ones refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from ... import __version__
from ..errors import InputError
from .errors import damaged

Table = dict[str, Any]
SCHEMA = 1  # raised by one, with a migration, whenever what is written changes its meaning
MIGRATIONS: dict[int, Callable[[Table], Table]] = {}  # n: from schema n to n + 1


def text_of(table: Mapping[str, Any]) -> bytes:
    """The JSON of what :func:`convviz.spec.project.table.table_of` gives, with its version."""
    whole = {"schema": SCHEMA, "convviz": __version__, **table}
    return json.dumps(whole, indent=1, allow_nan=False).encode()


def parsed(text: bytes) -> Table:
    """The JSON object in ``text``.

    Raises:
        InputError: it is none.
    """
    try:
        table = json.loads(text.decode(), parse_constant=_refused)
    except (ValueError, RecursionError) as error:  # also bytes that are no text, a number of thousands of digits
        if isinstance(error, InputError):
            raise
        raise damaged("its experiment.json is not readable") from None
    if not isinstance(table, dict):
        raise damaged("its experiment.json holds no object")
    return table


def migrated(table: Table) -> Table:
    """The table as this version writes it.

    Raises:
        InputError: it has no schema, or a newer one.
    """
    schema = table.get("schema")
    if type(schema) is not int or schema < 1:
        raise damaged("it does not say its schema")
    if schema > SCHEMA:
        version = str(table.get("convviz"))[:20]
        raise InputError(f"this experiment was saved by a newer convviz ({version}); update convviz to open it")
    for old in range(schema, SCHEMA):
        table = MIGRATIONS[old](table)
    return table


def _refused(text: str) -> NoReturn:
    raise damaged(f"its experiment.json holds {text}")

"""Files of drawings: the forms that are read, and everything that is not one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from convviz.spec.drawings import load, parse
from convviz.spec.errors import InputError
from convviz.spec.strokes import placed

ONE = {"strokes": [[[0, 0], [1, 2]], [[1, 0]]], "label": 4}


@pytest.mark.parametrize("data", [ONE, [ONE], [{**ONE, "writer": "me"}]])
def test_a_list_a_single_drawing_and_further_keys_are_read(data: object) -> None:
    (found,) = parse(json.dumps(data).encode(), "f.json")
    assert found.label == "4"
    expected = placed(ONE["strokes"])  # type: ignore[arg-type]
    for a, b in zip(found.drawing.strokes, expected.strokes, strict=True):
        assert np.array_equal(a.points, b.points)


@pytest.mark.parametrize(("label", "expected"), [(3, "3"), ("3", "3"), (None, None), ("Samoyed", "Samoyed")])
def test_labels_are_names_of_classes(label: object, expected: str | None) -> None:
    assert parse(json.dumps({**ONE, "label": label}).encode(), "f.json")[0].label == expected


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert len(parse(b"\xef\xbb\xbf" + json.dumps([ONE, ONE]).encode(), "f.json")) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not valid JSON"),
        ("[{", "not valid JSON"),
        ("[" * 200_000, "nested too deeply"),
        ("[]", "holds no drawings"),
        ("3", "must hold a list"),
        ("null", "must hold a list"),
        ("[3]", 'drawing 0: it must be an object with "strokes"'),
        ('[{"lines": []}]', '"strokes"'),
        ('{"strokes": "abc"}', "list of lists"),
        ('{"strokes": 5}', "list of lists"),
        ('{"strokes": {}}', "list of lists"),
        ('{"strokes": [5]}', "list of"),
        ('{"strokes": []}', "no points"),
        ('{"strokes": [[[NaN, 1]]]}', "NaN is not a number"),
        ('{"strokes": [[[-Infinity, 1]]]}', "Infinity is not a number"),
        ('{"strokes": [[[1e999, 1]]]}', "not a finite number"),
        ('{"strokes": [[["1", "2"]]]}', "two numbers"),
        ('{"strokes": [[[true, false]]]}', "two numbers"),
        ('{"strokes": [[[' + "9" * 5000 + ", 1]]]}", "not valid JSON"),
        ('{"strokes": [[[1, 2]]], "label": true}', "label"),
        ('{"strokes": [[[1, 2]]], "label": 3.5}', "label"),
        ('{"strokes": [[[1, 2]]], "label": [3]}', "label"),
    ],
)
def test_what_is_not_drawings_is_refused_in_one_line(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as refused:
        parse(text.encode(), "f.json")
    assert str(refused.value).startswith("f.json")
    assert "\n" not in str(refused.value)


def test_the_drawing_that_is_wrong_is_counted() -> None:
    with pytest.raises(InputError, match=r"^f\.json, drawing 2: "):
        parse(json.dumps([ONE, ONE, {"strokes": [[[1]]]}]).encode(), "f.json")


@pytest.mark.parametrize("data", [bytes(range(256)), "[]".encode("utf-16")])
def test_bytes_that_are_no_text_are_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="UTF-8"):
        parse(data, "f.json")


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not there"):
        load(tmp_path / "none.json")
    with pytest.raises(InputError, match="a folder"):
        load(tmp_path)


def test_the_pen_strokes_are_read(shared_data: Path) -> None:
    found = load(shared_data / "pen_strokes/digits_dev.json")
    assert len(found) == 1500
    assert {item.label for item in found} == set("0123456789")

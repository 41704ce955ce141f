"""Names that Python and torch take, each once, whatever the layers are called."""

from __future__ import annotations

import keyword

from hypothesis import example, given
from hypothesis import strategies as st
from torch import nn

from convviz.spec.code import attribute_names, file_stem
from convviz.spec.code.names import LONGEST, TAKEN
from convviz.spec.network import Conv2d, NetworkSpec, ReLU


def named(*ids: str) -> NetworkSpec:
    return NetworkSpec("net", (1, 9, 9), tuple(Conv2d(name, 1, (1, 1)) for name in ids))


def test_every_attribute_of_a_module_is_known() -> None:
    public = {name for name in dir(nn.Module()) if not name.startswith("_")}
    assert public <= TAKEN, "a newer torch has more of them"


def test_names_that_are_possible_stay() -> None:
    ids = ("conv1", "Conv_2", "x", "conv1_2", "layer_")
    assert attribute_names(named(*ids)) == {name: name for name in ids}


def test_layers_without_numbers_have_no_attribute() -> None:
    assert attribute_names(NetworkSpec("net", (1, 9, 9), (ReLU("relu1"),))) == {}


def test_a_name_that_is_changed_does_not_take_anothers() -> None:
    assert attribute_names(named("a b", "a_b", "a-b")) == {"a b": "a_b_2", "a_b": "a_b", "a-b": "a_b_3"}


@given(st.lists(st.text(max_size=70), unique=True, max_size=8))
@example(["class", "class_layer", "forward", "__init__", "_x", "1", "", "ﬁ", "É", "None", "x" * 41, "x" * 42, "\n"])
@example(["_modules", "modules", "modules_layer", "training"])
def test_any_names(ids: list[str]) -> None:
    names = attribute_names(named(*ids))
    assert list(names) == ids
    assert len(set(names.values())) == len(ids)
    module = nn.Module()
    for name in names.values():
        assert name.isascii()
        assert name.isidentifier()
        assert not keyword.iskeyword(name)
        assert len(name) <= LONGEST + len("_layer")
        assert not name.startswith("_")
        module.add_module(name, nn.Identity())


@given(st.text(max_size=60))
def test_any_name_of_a_file(text: str) -> None:
    stem = file_stem(text)
    assert 0 < len(stem) <= LONGEST
    assert set(stem) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")

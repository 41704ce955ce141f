"""Programs with their weights as files: whole, named by their content, few, and nothing of anybody else's replaced."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from convviz.session import editing, exporting
from convviz.session.experiment import State
from convviz.session.exporting import COPIES_KEPT, copied, needs_file, received, scripted, shown, stem_of
from convviz.session.forward import Forward
from convviz.session.outbox import Frame
from convviz.spec.channels import effective
from convviz.spec.code import to_code
from convviz.spec.errors import InputError

MakeState = Callable[..., State]


@pytest.fixture
def frame(make_state: MakeState) -> Frame:
    return Forward().frame(editing.with_mark(make_state(), "muted", "conv1", 7), "cpu")


def test_a_copy_holds_what_computed_the_screen(frame: Frame, tmp_path: Path) -> None:
    made = copied(frame, None, tmp_path / "new" / "code")
    assert made.tensors.parent == tmp_path / "new" / "code"
    assert made.tensors.name.startswith("lecture-")
    assert made.code == to_code(frame.state.network, weights_file=made.tensors)
    assert str(made.tensors) in made.code
    found = load_file(made.tensors)
    np.testing.assert_array_equal(found["input"][0], frame.maps["input"])
    state = frame.state
    for name, array in effective(state.network, state.weights, state.channels).items():
        np.testing.assert_array_equal(found[name], array)
    assert not found["conv1.weight"][7].any()


def test_a_layers_copy_holds_what_it_receives(frame: Frame, tmp_path: Path) -> None:
    made = copied(frame, "conv2", tmp_path)
    assert made.tensors.name.startswith("lecture-conv2-")
    found = load_file(made.tensors)
    assert set(found) == {"conv2.weight", "conv2.bias", "input"}
    np.testing.assert_array_equal(found["input"][0], frame.maps["relu1"])
    assert received(frame, "conv1") is frame.maps["input"]


def test_of_a_part_only_the_place_of_the_file_is_replaced(frame: Frame, tmp_path: Path) -> None:
    network = frame.state.network
    seen = shown(network, "conv2", (3, 1, 1))
    made = copied(frame, "conv2", tmp_path, unit=(3, 1, 1), selected=seen)
    assert made.code == to_code(network, weights_file=made.tensors, layer="conv2", unit=(3, 1, 1))
    part = seen[seen.index("file = ") : seen.index("model = ")]
    assert needs_file(part, network, "conv2")
    assert not needs_file(seen[: seen.index("file = ")], network, "conv2")
    found = copied(frame, "conv2", tmp_path, unit=(3, 1, 1), selected=part).code
    assert found in made.code
    assert found.endswith(part[part.index("tensors = ") :])


@pytest.mark.parametrize("layer", ["gone", "input"])
def test_a_layer_that_is_gone(frame: Frame, tmp_path: Path, layer: str) -> None:
    for export in (lambda: copied(frame, layer, tmp_path), lambda: scripted(frame, layer, tmp_path / "a.py")):
        with pytest.raises(InputError, match=f"{layer} is no longer in the network"):
            export()
    assert list(tmp_path.iterdir()) == []


def test_the_same_is_kept_once_and_a_damaged_one_is_written_again(frame: Frame, tmp_path: Path) -> None:
    first = copied(frame, None, tmp_path)
    whole = first.tensors.read_bytes()
    os.utime(first.tensors, (1, 1))
    assert copied(frame, None, tmp_path).tensors == first.tensors
    assert first.tensors.stat().st_mtime > 1, "it counts as a new one"
    first.tensors.write_bytes(whole[:-8] + b"8 bytes!")
    copied(frame, None, tmp_path)
    assert first.tensors.read_bytes() == whole
    assert len(list(tmp_path.iterdir())) == 1


def test_the_oldest_of_many_go(frame: Frame, tmp_path: Path) -> None:
    for number in range(COPIES_KEPT + 5):
        old = tmp_path / f"old{number}.safetensors"
        old.write_bytes(b"")
        os.utime(old, (number + 1, number + 1))
    (tmp_path / "note.txt").write_text("stays")
    made = copied(frame, None, tmp_path)
    left = {path.name for path in tmp_path.glob("*.safetensors")}
    assert left == {made.tensors.name, *(f"old{number}.safetensors" for number in range(6, COPIES_KEPT + 5))}
    assert (tmp_path / "note.txt").exists()


def test_a_script_and_its_weights_lie_beside_each_other(frame: Frame, tmp_path: Path) -> None:
    made = scripted(frame, None, tmp_path / "my net.py")
    assert made.tensors == tmp_path / "my net.safetensors"
    assert (tmp_path / "my net.py").read_text(encoding="utf-8") == made.code
    assert 'Path(__file__).with_name("my net.safetensors")' in made.code
    again = scripted(frame, "conv1", tmp_path / "my net.py")  # the window asked whether it may be replaced
    assert set(load_file(again.tensors)) == {"conv1.weight", "conv1.bias", "input"}


@pytest.mark.parametrize("name", ["torch.py", "random.py", "numpy.py", "net.safetensors"])
def test_a_name_that_would_break_the_script(frame: Frame, tmp_path: Path, name: str) -> None:
    """Python looks for modules beside the script first, and torch imports many."""
    with pytest.raises(InputError, match="choose another name"):
        scripted(frame, None, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_weights_that_are_no_programs_are_not_replaced(frame: Frame, tmp_path: Path) -> None:
    save_file({"conv1.weight": np.ones(3, np.float32)}, tmp_path / "lecture.safetensors")
    before = (tmp_path / "lecture.safetensors").read_bytes()
    with pytest.raises(InputError, match=r"lecture\.safetensors is there already.*choose another name"):
        scripted(frame, None, tmp_path / "lecture.py")
    assert (tmp_path / "lecture.safetensors").read_bytes() == before
    assert not (tmp_path / "lecture.py").exists()


def test_a_folder_that_cannot_be_made_or_is_full(frame: Frame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="nothing was copied, since its weights cannot be kept in"):
        copied(frame, None, tmp_path / "file" / "code")

    def full(*_: Any) -> None:
        raise InputError("cannot write x: No space left on device; choose another place")

    monkeypatch.setattr(exporting, "write_atomically", full)
    with pytest.raises(InputError, match=r"\(cannot write x: No space left on device\); save a script"):
        copied(frame, None, tmp_path)
    with pytest.raises(InputError, match="No space left on device; choose another place"):
        scripted(frame, None, tmp_path / "a.py")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_network_with_any_name(frame: Frame, tmp_path: Path) -> None:
    named = replace(frame, state=replace(frame.state, network=replace(frame.state.network, name="../größe, 2")))
    assert stem_of(named.state.network, None) == "gr_e_2"
    assert copied(named, None, tmp_path).tensors.parent == tmp_path


@pytest.mark.skipif(sys.platform == "win32", reason="names are not bytes there")
def test_a_script_whose_name_is_no_text(frame: Frame, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="choose another"):
        scripted(frame, None, tmp_path / os.fsdecode(b"\xff.py"))
    assert list(tmp_path.iterdir()) == []

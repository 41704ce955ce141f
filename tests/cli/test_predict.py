"""``convviz predict``: the same pixels as the pad, every file read before anything is printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from convviz.cli import main
from convviz.cli.predict import Digits, classifier_of
from convviz.core.classify import probabilities
from convviz.core.network import build
from convviz.paths import weights_file
from convviz.spec import project
from convviz.spec.channels import Channels, effective
from convviz.spec.errors import InputError
from convviz.spec.network import Conv2d, Flatten, Linear, NetworkSpec
from convviz.spec.preparation import Preparation, prepare
from convviz.spec.presets import lecture
from convviz.spec.state import State
from convviz.spec.strokes import Canvas, Drawing, placed
from convviz.spec.weights import initial, load, save

ONE = {"strokes": [[[5, 0], [5, 10]]], "label": 1}
SEVEN = {"strokes": [[[0, 0], [8, 0], [3, 12]]], "label": 7}


@pytest.fixture
def network(tmp_path: Path) -> str:
    """A network of random weights in a file."""
    path = tmp_path / "mine.safetensors"
    save(path, lecture(), initial(lecture(), 1))
    return str(path)


def drawings_file(folder: Path, data: object) -> str:
    path = folder / "digits.json"
    path.write_text(json.dumps(data))
    return str(path)


def digit_picture(folder: Path) -> str:
    ink = Canvas(84).show(placed(SEVEN["strokes"]))  # type: ignore[arg-type]
    path = folder / "seven.png"
    Image.fromarray((255 - ink * 255).astype(np.uint8)).save(path)
    return str(path)


def answered(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["predict", "--json", *arguments]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return dict(json.loads(out))


def test_drawings_pass_canvas_preparation_and_network(
    tmp_path: Path, network: str, capsys: pytest.CaptureFixture[str]
) -> None:
    data = [ONE, SEVEN, {"strokes": ONE["strokes"]}]
    table = answered(capsys, "--network", network, drawings_file(tmp_path, data))
    (file,) = table["files"]
    spec, weights = load(Path(network))
    assert spec is not None
    for drawing, prediction in zip(data, file["predictions"], strict=True):
        field = prepare(Canvas().show(placed(drawing["strokes"]))).result  # type: ignore[arg-type]
        row = probabilities(build(spec, weights), field[None, None])[0]
        assert prediction["index"] == int(row.argmax())
        assert prediction["probability"] == pytest.approx(float(row.max()), abs=1e-6)
        assert [p["probability"] for p in prediction["top"]] == pytest.approx(sorted(row, reverse=True)[:3], abs=1e-6)
    assert file["labelled"] == 2
    assert file["correct"] == sum(p["correct"] for p in file["predictions"][:2])
    assert file["accuracy"] == file["correct"] / 2
    assert "label" not in file["predictions"][2]


def test_a_picture_of_a_drawing_is_read_as_the_drawing(
    tmp_path: Path, network: str, capsys: pytest.CaptureFixture[str]
) -> None:
    files = answered(
        capsys, "--network", network, "--top", "10", digit_picture(tmp_path), drawings_file(tmp_path, SEVEN)
    )
    picture, drawing = ({p["class"]: p["probability"] for p in f["predictions"][0]["top"]} for f in files["files"])
    assert picture == pytest.approx(drawing, abs=0.01)


def test_text_says_what_json_says(tmp_path: Path, network: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--network", network, drawings_file(tmp_path, [ONE, SEVEN]), digit_picture(tmp_path)]
    table = answered(capsys, *arguments)
    assert main(["predict", *arguments]) == 0
    out = capsys.readouterr().out
    first, second = out.split("\n\n")
    lines = first.splitlines()
    for line, prediction in zip(lines[1:3], table["files"][0]["predictions"], strict=True):
        assert f"{prediction['class']} {prediction['probability']:.4f}" in line
        assert f"label {prediction['label']}" in line
        assert ("wrong" in line) == (not prediction["correct"])
    assert lines[3].startswith(f"{table['files'][0]['correct']} of 2 right")
    assert second.splitlines()[0].endswith("seven.png")
    assert len(second.splitlines()) == 1 + 3


@pytest.mark.parametrize("top", ["1", "10", "99"])
def test_top_is_at_most_all_classes(tmp_path: Path, network: str, top: str, capsys: pytest.CaptureFixture[str]) -> None:
    table = answered(capsys, "--network", network, "--top", top, drawings_file(tmp_path, ONE))
    assert len(table["files"][0]["predictions"][0]["top"]) == min(int(top), 10)


def test_one_bad_file_among_good_ones_prints_nothing(
    tmp_path: Path, network: str, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"nonsense")
    assert main(["predict", "--network", network, digit_picture(tmp_path), str(bad)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "convviz: error: bad.png is not a picture that convviz can read; give a PNG or a JPEG\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["gone.png"], "there is no file gone.png"),
        (["--top", "0", "x"], "--top must be at least 1"),
        (["--top", "many", "x"], "--top"),
        (["--network", "lectur", "{one}"], "did you mean lecture"),
        (["--network", "none.safetensors", "{one}"], "not there"),
        (["--network", "none.convviz", "{one}"], "not there"),
        (["--network", "{one}", "{one}"], "not a safetensors file"),
    ],
)
def test_mistakes_are_one_line(
    tmp_path: Path, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    one = drawings_file(tmp_path, ONE)
    assert main(["predict", *(a.format(one=one) for a in arguments)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert err.count("\n") == 1


def test_an_experiment_answers_as_in_the_window(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.convviz"
    spec, weights = lecture(), initial(lecture(), 1)
    marks = Channels(muted=frozenset({("conv1", 3), ("fc2", 7)}), solo=frozenset({("conv2", 5)}))
    steps = Preparation(crop=False, fit=False, centre=False)
    project.save(path, State(spec, weights, Drawing(), steps, channels=marks))
    table = answered(capsys, "--network", str(path), "--top", "10", drawings_file(tmp_path, SEVEN))
    field = prepare(Canvas().show(placed(SEVEN["strokes"])), steps).result  # type: ignore[arg-type]
    row = probabilities(build(spec, effective(spec, weights, marks)), field[None, None])[0]
    assert table["network"] == str(path)
    (prediction,) = table["files"][0]["predictions"]
    assert {p["index"]: p["probability"] for p in prediction["top"]} == pytest.approx(dict(enumerate(row)), abs=1e-6)
    plain = probabilities(build(spec, weights), prepare(Canvas().show(placed(SEVEN["strokes"]))).result[None, None])[0]  # type: ignore[arg-type]
    assert not np.allclose(row, plain, atol=1e-4)


def test_an_untouched_experiment_answers_as_its_network(
    tmp_path: Path, network: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spec, weights = load(Path(network))
    assert spec is not None
    project.save(tmp_path / "mine.CONVVIZ", State(spec, weights, Drawing(), Preparation()))
    files = [drawings_file(tmp_path, [ONE, SEVEN]), digit_picture(tmp_path)]
    tables = [answered(capsys, "--network", n, *files)["files"] for n in (network, str(tmp_path / "mine.CONVVIZ"))]
    assert tables[0] == tables[1]


def test_networks_that_read_no_digits_take_pictures_only(tmp_path: Path) -> None:
    spec = NetworkSpec("colours", (3, 8, 8), (Flatten("f"), Linear("fc", 4)), ("a", "b", "c", "d"))
    path = tmp_path / "colours.safetensors"
    save(path, spec, initial(spec))
    classifier = classifier_of(str(path))
    row = classifier.of_picture(Path(digit_picture(tmp_path)))
    assert row.shape == (4,)
    with pytest.raises(InputError, match="drawings are for networks that read digits"):
        classifier.of_drawings([placed(ONE["strokes"])])  # type: ignore[arg-type]


def test_a_network_that_ends_in_maps_cannot_classify(tmp_path: Path) -> None:
    spec = NetworkSpec("maps", (1, 8, 8), (Conv2d("c", 2, (3, 3)),))
    path = tmp_path / "maps.safetensors"
    save(path, spec, initial(spec))
    with pytest.raises(InputError, match="ends in maps"):
        Digits.load(path)


def test_the_samoyed(shared_data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("TORCH_HOME", str(shared_data / "torch"))
    photo = str(shared_data / "photos/samoyed.jpg")
    prediction = answered(capsys, "--network", "squeezenet1_0", photo)["files"][0]["predictions"][0]
    assert prediction["class"] == "Samoyed"
    assert prediction["probability"] > 0.98
    assert main(["predict", "--network", "squeezenet1_0", str(shared_data / "pen_strokes/digits_dev.json")]) == 2
    assert "knows photos, not drawings" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "least"), [("lecture", 0.988), ("lenet5", 0.97)])
def test_the_shipped_weights_read_what_people_draw(
    name: str, least: float, shared_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert weights_file(name).is_file()
    table = answered(capsys, "--network", name, str(shared_data / "pen_strokes/digits_dev.json"))
    assert table["files"][0]["labelled"] == 1500
    assert table["files"][0]["accuracy"] >= least

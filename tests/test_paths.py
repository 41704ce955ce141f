"""Resources in a checkout and in a built wheel."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from convviz import paths
from convviz.spec.errors import InputError
from convviz.spec.presets import NETWORKS

ROOT = Path(__file__).resolve().parent.parent


def test_a_checkout_has_its_resources_beside_the_package() -> None:
    assert paths.resources() == ROOT / "resources"
    assert all(paths.weights_file(name).is_file() for name in NETWORKS)


def test_resources_that_are_gone_are_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path / "site-packages" / "convviz")
    with pytest.raises(InputError, match="install convviz again"):
        paths.resources()


def test_a_folder_that_does_not_exist_yet_is_judged_by_the_one_above(tmp_path: Path) -> None:
    assert paths.writable(tmp_path / "a" / "b")
    (tmp_path / "file").touch()
    assert not paths.writable(tmp_path / "file")
    assert not paths.writable(tmp_path / "file" / "below")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as pip would fill it: the wheel, built from this checkout without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    code = f"import hatchling.build as b; print(b.build_wheel({str(folder)!r}))"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, timeout=120)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(site: Path, *arguments: str) -> str:
    """``convviz`` from the unpacked wheel, far from the checkout."""
    environment = {**os.environ, "PYTHONPATH": str(site), "PYTHONIOENCODING": "utf-8"}
    code = "import sys; from convviz.cli import main; sys.exit(main(sys.argv[1:]))"
    result = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=site.parent,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


def test_the_wheel_describes_and_predicts(unpacked: Path) -> None:
    assert json.loads(run(unpacked, "describe", "lecture", "--json"))["params"] == 105_506
    drawing = unpacked.parent / "one.json"
    drawing.write_text('{"strokes": [[[0, 0], [0, 9]]], "label": 1}')
    for name in NETWORKS:
        answer = json.loads(run(unpacked, "predict", "--json", "--network", name, str(drawing)))
        assert answer["files"][0]["predictions"][0]["class"] == "1"


def test_the_wheel_runs_from_its_own_files(unpacked: Path) -> None:
    code = "import convviz.paths as p; print(p.__file__, p.resources(), sep='\\n')"
    out = subprocess.run(
        [sys.executable, "-c", code],
        cwd=unpacked.parent,
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert [Path(line) for line in out] == [unpacked / "convviz/paths.py", unpacked / "convviz/resources"]


def test_the_wheel_holds_licence_command_and_types_but_no_tests(unpacked: Path) -> None:
    names = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    assert "convviz/py.typed" in names
    info = next(iter(unpacked.glob("convviz-*.dist-info")))
    assert (info / "licenses/LICENSE").is_file()
    assert "convviz = convviz.cli:main" in (info / "entry_points.txt").read_text()
    assert not [name for name in names if name.startswith(("tests/", "resources/"))]

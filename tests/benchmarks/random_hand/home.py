"""What the hand finds at home: pictures good and bad, folders for its files, answers to questions, and no net."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from convviz.spec.training.source import LAYOUTS, DataSource


def pictures(folder: Path) -> tuple[DataSource, ...]:
    """Folders of pictures: a good one, and some that are not."""
    noise = np.random.default_rng(0)

    def draw(name: str, each: int = 6) -> None:
        place = folder / name
        place.mkdir(parents=True)
        for n in range(each):
            Image.fromarray(noise.integers(0, 256, (28, 28), np.uint8)).save(place / f"{n}.png")

    for label in range(10):
        draw(f"good/{label}")
        draw(f"an empty class/{label}", 0 if label == 3 else 4)
        draw(f"corrupt/{label}", 4)
        (folder / f"corrupt/{label}/half.png").write_bytes((folder / f"corrupt/{label}/0.png").read_bytes()[:60])
        (folder / f"corrupt/{label}/nothing.jpg").touch()
        draw(f"corrupt throughout/{label}", 0)
        (folder / f"corrupt throughout/{label}/text.png").write_text("no picture")
    draw("one sample/only", 1)
    draw("two classes/a")
    draw("two classes/b")
    (folder / "nothing").mkdir()
    return tuple(DataSource("pictures", each) for each in sorted(folder.iterdir()))


def sets(data: Path | None) -> tuple[DataSource, ...]:
    """All sets, in the folder that was given; those that are not there are refused."""
    return () if data is None else tuple(DataSource(kind, data) for kind in LAYOUTS)


@contextmanager
def at_home(folder: Path) -> Iterator[None]:
    """Settings and files of nobody, questions answered by dice, and no way to the net."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "APPDATA", "LOCALAPPDATA"):
        os.environ[name] = str(folder / "user")
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        os.environ[name] = "http://127.0.0.1:9"
    dice, number = random.Random(0), count()

    def there(*_: Any, **__: Any) -> tuple[str, str]:
        return str(dice.choice(list((folder / "files").glob("*.convviz")) or [""])), ""

    def new(_parent: QWidget, _title: str, at: str, *_: Any, **__: Any) -> tuple[str, str]:
        return str(folder / "files" / f"{next(number)}{Path(at).suffix}"), ""

    def folder_of_pictures(*_: Any, **__: Any) -> str:
        return str(dice.choice([*(folder / "pictures").iterdir(), ""]))

    buttons = QMessageBox.StandardButton
    QMessageBox.exec = lambda _: dice.choice((buttons.Discard, buttons.Discard, buttons.Cancel))  # type: ignore
    QFileDialog.getOpenFileName, QFileDialog.getSaveFileName = there, new  # type: ignore
    QFileDialog.getExistingDirectory = folder_of_pictures  # type: ignore
    yield

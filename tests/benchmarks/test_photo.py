"""Photos at full size beside OpenCV, and in how much memory a large one is opened and filtered."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from convviz.cli.filter import lab_of
from convviz.core.filtering import strips
from convviz.session.engine import Engine
from convviz.session.filtering import filtered as filtered_by_job
from convviz.session.outbox import Outbox, Progress, Ready
from convviz.session.reader import PhotoRead, Reader
from convviz.spec.lab.lab import Lab
from convviz.spec.lab.source import FromPhoto
from convviz.spec.lab.trial import photo_values
from convviz.spec.photo import Photo

Report = Callable[[str, float, str, str], None]
HEIGHT, WIDTH = 3000, 4000
REPEATS = 15
KERNEL = np.random.default_rng(1).normal(size=(3, 3)).astype(np.float32)  # none of its nine taps is 0
OPENED_AND_FILTERED = """
import resource, sys
from pathlib import Path
from time import perf_counter
import numpy as np
from convviz.cli.filter import lab_of
from convviz.core.device import use_threads_beside_a_window
from convviz.core.filtering import strips
from convviz.spec.lab.source import FromPhoto
from convviz.spec.photo import load_photo

start = perf_counter()
photo = load_photo(Path(sys.argv[1]), told=lambda share: None)
opened = perf_counter() - start
use_threads_beside_a_window()
start = perf_counter()
job = strips(lab_of(FromPhoto(photo), np.ones((3, 3), np.float32) / 9))
while True:
    try:
        next(job)
    except StopIteration as end:
        values = end.value
        break
print(opened, perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def filtered(lab: Lab) -> tuple[NDArray[np.float32], float]:
    """The result, and the longest slice in ms."""
    job, longest, since = strips(lab), 0.0, perf_counter()
    while True:
        try:
            next(job)
        except StopIteration as end:
            values: NDArray[np.float32] = end.value
            return values, longest * 1000
        longest, since = max(longest, perf_counter() - since), perf_counter()


def took_ms(run: Callable[[], object]) -> float:
    start = perf_counter()
    run()
    return (perf_counter() - start) * 1000


@pytest.mark.parametrize("colours", [1, 3], ids=["grey", "grey of a colour photo"])
def test_full_size_beside_opencv(colours: int, report: Report) -> None:
    cv2 = pytest.importorskip("cv2", reason="needs opencv-python-headless: pip install -e '.[bench]'")
    threads = torch.get_num_threads()
    pixels = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, colours), np.uint8)
    source = FromPhoto(Photo(pixels))
    lab, values = lab_of(source, KERNEL), photo_values(source)[0]
    try:
        torch.set_num_threads(1)
        cv2.setNumThreads(1)
        theirs, ours, slices = [], [], []
        for _ in range(REPEATS):  # in turns: what else the machine does meets both
            theirs.append(took_ms(lambda: cv2.filter2D(values, -1, KERNEL)))
            ours.append(took_ms(lambda: slices.append(filtered(lab)[1])))
    finally:
        torch.set_num_threads(threads)
    found, expected = filtered(lab)[0][0], cv2.filter2D(values, -1, KERNEL)[1:-1, 1:-1]
    assert np.allclose(found, expected, rtol=0, atol=1e-5)
    what = "grey" if colours == 1 else "colour to grey"
    report(f"3×3 on 12 MP ({what}): full resolution, one thread", median(ours[1:]), "ms", "–")
    report(f"3×3 on 12 MP ({what}): full resolution ÷ OpenCV", median(ours[1:]) / median(theirs[1:]), "", "≤ 2.5")
    report(f"3×3 on 12 MP ({what}): longest slice of the compute thread", median(slices), "ms", "–")


def longest_gap_ms(outbox: Outbox, ended: Callable[[object], bool]) -> float:
    """The longest that a thread which wants to go on every millisecond, as a window does, had to wait."""
    longest, since = 0.0, perf_counter()
    while True:
        sleep(0.001)
        longest, since = max(longest, perf_counter() - since), perf_counter()
        if any(ended(message) for message in outbox.take()[1]):
            return longest * 1000


def test_a_window_goes_on_meanwhile(tmp_path: Path, report: Report) -> None:
    engine = Engine()
    pixels = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
    lab = lab_of(FromPhoto(Photo(pixels), "rgb"), KERNEL)
    engine.start()
    longest_gap_ms(engine.outbox, lambda message: isinstance(message, Ready))
    engine.run(lambda: filtered_by_job(lab))
    longest_gap_ms(engine.outbox, lambda message: isinstance(message, Progress) and message.done)
    engine.run(lambda: filtered_by_job(lab))
    gap = longest_gap_ms(engine.outbox, lambda message: isinstance(message, Progress) and message.done)
    engine.stop()
    report("12 MP in colour are filtered meanwhile: longest wait of the window", gap, "ms", "≤ 50")
    Image.fromarray(pixels).save(tmp_path / "it.jpg")
    outbox = Outbox()
    reader = Reader(outbox)
    reader.open_photo(tmp_path / "it.jpg")
    gap = longest_gap_ms(outbox, lambda message: isinstance(message, PhotoRead))
    reader.stop()
    report("12 MP are decoded meanwhile: longest wait of the window", gap, "ms", "≤ 50")


@pytest.mark.skipif(sys.platform == "win32", reason="memory is not told there")
def test_a_hundred_megapixels(tmp_path: Path, report: Report) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    coarse = np.random.default_rng(0).integers(0, 256, (300, 450, 3), np.uint8)
    Image.fromarray(coarse).resize((12_000, 8400), Image.Resampling.BICUBIC).save(tmp_path / "it.jpg", exif=exif)
    done = subprocess.run(
        [sys.executable, "-c", OPENED_AND_FILTERED, str(tmp_path / "it.jpg")],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    opened, taken, memory = map(float, done.stdout.split())
    report("a JPEG of 101 MP: opened at full size", opened * 1000, "ms", "–")
    report("a JPEG of 101 MP: its grey filtered", taken * 1000, "ms", "–")
    report("a JPEG of 101 MP: most memory of all that, with torch", memory, "MB", "≤ 2000")

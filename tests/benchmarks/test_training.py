"""Training in the window beside the bare torch loop, and beside the usual loop with a DataLoader, in one run.

The bare loop does what the training does and nothing else: the same network, mini-batches, optimizer and number of
threads; like it, it reads the test images after each epoch. The usual loop reads and changes image by image, as most
programs do.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest

from convviz.session.training.gathering import Steps
from convviz.spec.training.news import Stepped
from convviz.spec.training.settings import TrainingSettings
from convviz.ui.desk import Desk

if TYPE_CHECKING:
    from convviz.core.data import Split

PLAIN = TrainingSettings(epochs=10_000, average=0.0, augmentation=0.0, schedule="constant")
ROUNDS, SECONDS = 5, 6.0
Wait = Callable[[int], None]
Report = Callable[[str, float, str, str], None]


def _bare(settings: TrainingSettings, seconds: float) -> Generator[None, None, float]:
    """Images a second of the bare loop, as one slice on the compute thread."""
    import torch
    from torch.nn import functional

    from convviz.core.augment import augmented
    from convviz.core.data import finish, load
    from convviz.core.network import build
    from convviz.spec.presets import lecture
    from convviz.spec.weights import initial

    split = finish(load("digits"))
    data, test = split.train, split.test
    network = build(lecture(), initial(lecture())).train()
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimizer = torch.optim.AdamW(network.parameters(), settings.rate, weight_decay=settings.weight_decay)
    generator = torch.Generator().manual_seed(0)
    yield
    images, began = 0, 0.0
    while images == 0 or perf_counter() - began < seconds:
        for batch in torch.randperm(len(data), generator=generator).split(settings.batch):
            if began == 0.0 and images > 640:  # the first steps are slow
                images, began = 0, perf_counter()
            if began and perf_counter() - began > seconds:
                break
            optimizer.zero_grad(set_to_none=True)
            x = augmented(data.images[batch].float() / 255.0, generator, settings.augmentation)
            loss = functional.cross_entropy(network(x), data.labels[batch])
            loss.backward()
            optimizer.step()
            float(loss.detach())
            images += len(batch)
        else:
            with torch.inference_mode():
                for first in range(0, len(test), 64):
                    network(test.images[first : first + 64].float() / 255.0)
    return images / (perf_counter() - began)


def _rate_of(desk: Desk, wait: Wait, job: Callable[[], Generator[None, None, float]]) -> float:
    """What a job on the compute thread returns."""
    found: list[float] = []
    number = desk.engine.run(job)

    def heard(progress: object) -> None:
        if getattr(progress, "job", 0) == number and getattr(progress, "done", False):
            found.append(progress.value)  # type: ignore[attr-defined]

    desk.bridge.progressed.connect(heard)
    while not found:
        wait(50)
    desk.bridge.progressed.disconnect(heard)
    return found[0]


class _Heard:
    """Counts the images of a training as the window hears of them: several steps at a time, at ``last``."""

    def __init__(self, desk: Desk) -> None:
        self.images, self.first, self.last = 0, 0.0, 0.0
        desk.bridge.progressed.connect(self._arrived)

    def _arrived(self, progress: object) -> None:
        value = getattr(progress, "value", None)
        if isinstance(value, Steps):
            self.images += sum(step.images for step in value.all)
            self.last = perf_counter()
            self.first = self.first or self.last


def _live(desk: Desk, wait: Wait, seconds: float) -> float:
    """Images a second of a training that was started in the window."""
    heard = _Heard(desk)
    desk.trainer.start()
    while heard.images < 640:
        wait(20)
    before, began = heard.images, heard.last
    wait(round(seconds * 1000))
    rate = (heard.images - before) / (heard.last - began)  # from one arrival to another: what is under way counts not
    desk.trainer.stop()
    wait(300)
    desk.trainer.delete_run(desk.experiment.state.runs.current)  # each time there are the curves of one run
    wait(300)
    return rate


@pytest.mark.parametrize("settings", [PLAIN, replace(PLAIN, augmentation=1.0)], ids=["plain", "augmented"])
def test_live_training_beside_the_bare_loop(
    desk: Desk, wait: Wait, report: Report, settings: TrainingSettings, request: pytest.FixtureRequest
) -> None:
    desk.workspaces.choose("train")
    desk.experiment.change(plan=replace(desk.experiment.state.plan, settings=settings))
    wait(500)
    shares = []
    for _ in range(ROUNDS):
        bare = _rate_of(desk, wait, lambda: _bare(settings, SECONDS))
        shares.append(_live(desk, wait, SECONDS) / bare)
    name = request.node.callspec.id
    report(f"training with the window ÷ bare loop, {name}: median of {ROUNDS}", median(shares), "", "≥ 0.95")
    report(f"training with the window ÷ bare loop, {name}: lowest", min(shares), "", "–")


def test_first_loss_and_ticks(desk: Desk, wait: Wait, report: Report) -> None:
    """From the click to the first loss; then how late a 5-ms timer comes while the pen draws."""
    desk.workspaces.choose("train")
    wait(500)
    heard, began = _Heard(desk), perf_counter()
    desk.trainer.start()
    while not heard.images:
        wait(5)
    report("Start → first loss", (heard.first - began) * 1e3, "ms", "≤ 500")
    wait(1500)
    ticks: list[float] = []
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: ticks.append(perf_counter()))
    timer.start(5)
    pad = desk.train.made().digit.input.pad
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    for i in range(600):
        QTest.mouseMove(pad, QPoint(50 + i % 120, 50 + (i * 7) % 120))
        wait(16)
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton)
    timer.stop()
    desk.trainer.stop()
    wait(300)
    gaps = sorted((b - a) * 1e3 for a, b in pairwise(ticks))
    report("window tick, Train in front, pen drawing: p99", gaps[int(len(gaps) * 0.99)], "ms", "≤ 20")
    report("window tick, Train in front, pen drawing: worst", gaps[-1], "ms", "≤ 100")


def _usual(steps: int, batch: int) -> float:
    """Images a second of the loop that most programs have: DataLoader, one image after the other changed by Pillow."""
    import torch
    from torch.nn import functional
    from torch.utils.data import DataLoader, Dataset

    from convviz.core.data import finish, load
    from convviz.core.network import build
    from convviz.core.vision import torchvision
    from convviz.spec.presets import lecture
    from convviz.spec.weights import initial

    transforms = torchvision().transforms
    data = finish(load("digits")).train
    change = transforms.Compose(
        [
            transforms.ToPILImage(),
            transforms.RandomAffine(9.0, (0.04, 0.04), (0.9, 1.1), 7.0),
            transforms.ElasticTransform(20.0, 4.0),
            transforms.ToTensor(),
            transforms.Normalize((0.0,), (1.0,)),
        ]
    )

    class Changed(Dataset[tuple[torch.Tensor, int]]):
        def __len__(self) -> int:
            return len(data)

        def __getitem__(self, i: int) -> tuple[torch.Tensor, int]:
            return change(data.images[i]), int(data.labels[i])

    network = build(lecture(), initial(lecture())).train()
    optimizer = torch.optim.AdamW(network.parameters(), 2e-3)
    images, began = 0, 0.0
    for step, (x, labels) in enumerate(DataLoader(Changed(), batch, shuffle=True)):
        if step == 5:
            images, began = 0, perf_counter()
        if step == steps + 5:
            break
        optimizer.zero_grad()
        loss = functional.cross_entropy(network(x), labels)
        loss.backward()
        optimizer.step()
        loss.item()
        images += len(labels)
    return images / (perf_counter() - began)


def _ours(steps: int, batch: int) -> float:
    """Images a second of ``core.training`` with the augmentation that the window begins with."""
    from convviz.core.data import finish, load
    from convviz.core.training import train
    from convviz.spec.presets import lecture

    settings = TrainingSettings(epochs=10_000, batch=batch, average=0.0)
    images, began = 0, 0.0
    job = train(lecture(), finish(load("digits")), settings)
    for news in job:
        if not isinstance(news, Stepped):
            continue
        images += news.images
        if news.step == 5:
            images, began = 0, perf_counter()
        if news.step == steps + 5:
            break
    rate = images / (perf_counter() - began)
    job.close()
    return rate


def test_training_beside_the_usual_loop(report: Report) -> None:
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    shares = [_ours(100, 64) / _usual(40, 64) for _ in range(ROUNDS)]
    torch.set_num_threads(threads)
    report(f"core.training ÷ DataLoader with changes image by image: median of {ROUNDS}", median(shares), "", "≥ 3")


def test_mnist_to_99(report: Report, shared_data: Path) -> None:
    """Seconds until 99 % of MNIST's test images are read rightly, and what a bare loop takes for as many epochs."""
    import torch

    from convviz.core.data import finish, load
    from convviz.core.training import train
    from convviz.spec.presets import lecture
    from convviz.spec.training.news import Epoch

    torch.set_num_threads(1)
    split = finish(load(str(shared_data)))
    settings = TrainingSettings(epochs=3, batch=64, target=0.99, augmentation=0.0, average=0.0, rate=3e-3)
    began, epochs = perf_counter(), 0
    for news in train(lecture(), split, settings):
        if isinstance(news, Epoch):
            took, accuracy, epochs = perf_counter() - began, news.test_accuracy, news.number
    bare, bare_accuracy = _bare_epochs(split, settings, epochs)
    report(f"lecture from scratch on MNIST, {epochs} epochs", took, "s", "–")
    report("lecture from scratch on MNIST: test accuracy", accuracy * 100, "%", "≥ 99")
    report("the bare loop, as many epochs", bare, "s", "–")
    report("the bare loop: test accuracy", bare_accuracy * 100, "%", "–")


def _bare_epochs(split: Split, settings: TrainingSettings, epochs: int) -> tuple[float, float]:
    """Seconds and test accuracy of the bare loop with the same mini-batches and rates."""
    import torch
    from torch.nn import functional

    from convviz.core.network import build
    from convviz.core.training import rate_factor
    from convviz.spec.presets import lecture
    from convviz.spec.weights import initial

    data, test = split.train, split.test
    network = build(lecture(), initial(lecture())).train()
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimizer = torch.optim.AdamW(network.parameters(), settings.rate, weight_decay=settings.weight_decay)
    generator = torch.Generator().manual_seed(0)
    began, step, steps, right = perf_counter(), 0, settings.steps(len(data)), 0
    for _ in range(epochs):
        for batch in torch.randperm(len(data), generator=generator).split(settings.batch):
            optimizer.param_groups[0]["lr"] = settings.rate * rate_factor(settings, step, steps)
            optimizer.zero_grad(set_to_none=True)
            loss = functional.cross_entropy(network(data.images[batch].float() / 255.0), data.labels[batch])
            loss.backward()
            optimizer.step()
            float(loss.detach())
            step += 1
        with torch.inference_mode():
            scores = [network(images.float() / 255.0) for images in test.images.split(64)]
            right = int((torch.cat(scores).argmax(dim=1) == test.labels).sum())
    return perf_counter() - began, right / len(test)

"""What cannot be trained is said before anything starts; what goes wrong in the midst loses nothing."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from convviz.core import device
from convviz.core.data import Images, Split
from convviz.core.steering import Steering
from convviz.core.training import DivergedError, train
from convviz.core.training import course as parts
from convviz.core.training.checkpoints import fresh
from convviz.core.training.faults import out_of_memory
from convviz.core.training.room import most_images
from convviz.spec.errors import InputError
from convviz.spec.network import BatchNorm2d, Conv2d, Flatten, Linear, NetworkSpec, ReLU
from convviz.spec.training import TrainingSettings
from convviz.spec.training.checkpoint import Checkpoint
from convviz.spec.training.news import Note, Paused, Stepped
from convviz.spec.weight_edit import Cells, WeightEdit
from convviz.spec.weights import Weights, initial

Small = Callable[..., NetworkSpec]
NONE = Images(torch.empty(0, 1, 28, 28, dtype=torch.uint8), torch.empty(0, dtype=torch.int64))


def _split(images: Tensor, labels: Tensor) -> Split:
    return Split("odd", Images(images, labels), NONE)


# --- before it starts -------------------------------------------------------------------------------------------


def test_nothing_to_train_on(small: Small) -> None:
    with pytest.raises(InputError, match="no images"):
        next(train(small(), Split("none", NONE, NONE), TrainingSettings()))


def test_labels_without_an_output(data: Split, small: Small) -> None:
    with pytest.raises(InputError, match=r"5 outputs.*needs 10"):
        next(train(small(classes=5), data, TrainingSettings()))


def test_labels_of_the_test_images_without_an_output(data: Split, small: Small) -> None:
    few = Images(data.train.images[:2], torch.tensor([0, 1]))
    with pytest.raises(InputError, match="5 outputs"):
        next(train(small(classes=5), Split("odd", few, data.test), TrainingSettings()))


def test_labels_below_0(images: Images, small: Small) -> None:
    with pytest.raises(InputError, match="-1 is below 0"):
        next(train(small(), _split(images.images, images.labels - 1), TrainingSettings()))


def test_fewer_labels_than_images(images: Images, small: Small) -> None:
    with pytest.raises(InputError, match="200 images but 199 labels"):
        next(train(small(), _split(images.images, images.labels[1:]), TrainingSettings()))


@pytest.mark.parametrize("shape", [(200, 3, 28, 28), (200, 1, 32, 32), (200, 28, 28)])
def test_images_of_another_shape(images: Images, small: Small, shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match="takes inputs of 1×28×28"):
        next(train(small(), _split(torch.zeros(shape, dtype=torch.uint8), images.labels), TrainingSettings()))


@pytest.mark.parametrize("layers", [(), (ReLU("r"),), (Flatten("f"), ReLU("r")), (Conv2d("c", 10, (3, 3)),)])
def test_a_network_that_cannot_learn_classes(data: Split, layers: tuple[Any, ...]) -> None:
    with pytest.raises(InputError, match="cannot learn classes"):
        next(train(NetworkSpec("odd", (1, 28, 28), layers), data, TrainingSettings()))


def test_weights_of_another_network(data: Split, small: Small) -> None:
    with pytest.raises(InputError, match="norm1"):
        next(train(small(norm=True), data, TrainingSettings(), start=initial(small())))


# --- little ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 7])
def test_one_image_and_fewer_than_a_batch(images: Images, small: Small, course: Any, count: int) -> None:
    split = _split(images.images[:count], images.labels[:count])
    ran = course(train(small(), split, TrainingSettings(epochs=3)))
    assert [step.images for step in ran.steps] == [count] * 3
    assert all(math.isfinite(loss) for loss in ran.losses)


def test_a_class_without_images(images: Images, small: Small, course: Any) -> None:
    some = images.labels != 4
    ran = course(train(small(), _split(images.images[some], images.labels[some]), TrainingSettings(epochs=1)))
    assert len(ran.epochs) == 1


LONE = NetworkSpec(
    "lone", (1, 28, 28), (Conv2d("c", 6, (28, 28)), BatchNorm2d("n"), ReLU("r"), Flatten("f"), Linear("l", 10))
)


def test_a_batch_norm_of_single_values_needs_two_images(images: Images) -> None:
    with pytest.raises(InputError, match="one image alone"):
        next(train(LONE, _split(images.images[:1], images.labels[:1]), TrainingSettings()))


@pytest.mark.parametrize(("batch", "count", "steps"), [(1, 10, 5), (1, 11, 5), (3, 10, 3), (3, 11, 4), (9, 10, 1)])
def test_no_step_has_one_image_alone_and_all_are_counted(
    images: Images, course: Any, batch: int, count: int, steps: int
) -> None:
    split = _split(images.images[:count], images.labels[:count])
    ran = course(train(LONE, split, TrainingSettings(epochs=2, batch=batch)))
    assert {step.steps for step in ran.steps} == {2 * steps} == {len(ran.steps)}
    assert min(step.images for step in ran.steps) > 1
    assert sum(step.images for step in ran.steps) == 2 * count


def test_in_the_midst_a_lone_image_joins_those_before_it(images: Images, course: Any, steering: Steering) -> None:
    split, settings = _split(images.images[:12], images.labels[:12]), TrainingSettings(epochs=4, batch=4)

    def heard(news: object) -> None:
        if isinstance(news, Stepped) and news.step in (1, 2, 6):
            steering.set_settings(replace(settings, batch={1: 7, 2: 11, 6: 1}[news.step]))

    ran = course(train(LONE, split, settings, steering=steering), heard)
    assert min(step.images for step in ran.steps) > 1
    assert [step.images for step in ran.steps[:4]] == [4, 8, 12, 12]
    assert len(ran.epochs) == 4


# --- it diverges ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
def test_far_too_high_a_rate(data: Split, small: Small, course: Any, optimizer: Any, equal: Any) -> None:
    settings = TrainingSettings(epochs=500, batch=20, rate=1e9, optimizer=optimizer, schedule="constant")
    settings = replace(settings, loss="mse")
    with pytest.raises(DivergedError, match=r"at step \d+: .*lower the learning rate \(it is 1e\+09\)") as caught:
        course(train(small(), data, settings))
    good = caught.value.checkpoint
    assert all(np.isfinite(array).all() for array in good.weights.values())
    assert equal(good.weights, initial(small(), 0))  # from all later ones the loss was far from a guess
    ran = course(train(small(), data, replace(settings, rate=0.001, epochs=1, optimizer="adamw"), start=good))
    assert len(ran.epochs) == 1


def test_the_last_good_moment_is_one_of_the_last_steps(untested: Split, small: Small, course: Any) -> None:
    steering, settings = Steering(), TrainingSettings(epochs=90, batch=50, optimizer="sgd", rate=0.01)

    def heard(news: object) -> None:
        if isinstance(news, Stepped) and news.step == 250:
            steering.set_settings(replace(settings, rate=1e9))

    with pytest.raises(DivergedError) as caught:
        course(train(small(), untested, settings, steering=steering), heard)
    assert 240 < caught.value.checkpoint.step <= 250  # the end of an epoch


def test_an_edit_that_ends_in_no_number(untested: Split, small: Small, course: Any, steering: Steering) -> None:
    job = train(small(), untested, TrainingSettings(), steering=steering)
    assert any(isinstance(news, Stepped) for news in job)
    steering.edit(WeightEdit({"fc1.bias": Cells(np.array([0]), np.array([np.inf], np.float32))}))
    with pytest.raises(DivergedError, match="undo the last edit, or lower") as caught:
        course(job)
    assert caught.value.checkpoint.edits == 0


def test_weights_that_are_no_numbers_after_the_last_step(untested: Split, small: Small, course: Any) -> None:
    settings = TrainingSettings(epochs=1, batch=200, rate=1e9, optimizer="sgd", schedule="constant", momentum=0.0)
    start = {name: array.copy() for name, array in initial(small(), 0).items()}
    start["fc1.weight"] *= 1e36
    with pytest.raises(DivergedError):
        course(train(small(), untested, replace(settings, loss="mse"), start=Weights(start)))


@pytest.mark.parametrize("asked", ["checkpoint", "weights", "pause", "end", "epoch", "nothing"])
def test_what_the_optimizer_remembers_can_be_too_large_while_all_else_is_well(
    data: Split, small: Small, course: Any, asked: str
) -> None:
    """Nothing is given out that could not be gone on from: a file with it would not be read again."""
    settings = TrainingSettings(epochs=100, batch=20, rate=1e-4, optimizer="adamw", schedule="constant", average=0.9)
    steering, step = Steering(), 3 if asked != "nothing" else 10
    job = train(small(), data, replace(settings, batch=200 if asked == "epoch" else 20), steering=steering)

    def heard(news: object) -> None:
        for moment in (getattr(news, "checkpoint", None), getattr(news, "weights", None)):
            assert moment is None or _sound(moment)
        if not isinstance(news, Stepped):
            return
        assert news.step <= step
        if news.step == 2:
            _overflow(job)
            turns = {"pause": lambda: steering.play_steps(1), "end": steering.end}
            turns |= {"weights": steering.want_weights, "checkpoint": steering.want_checkpoint}
            turns.get(asked, lambda: None)()

    with pytest.raises(DivergedError, match=r"what the optimizer remembers is no longer a number; lower") as caught:
        course(job, heard)
    assert _sound(caught.value.checkpoint)


def _sound(moment: Any) -> bool:
    parts = [moment.weights, moment.mean, moment.moments] if isinstance(moment, Checkpoint) else [moment]
    return all(np.isfinite(array).all() for part in parts for array in part.values())


def _overflow(job: Any) -> None:
    """As if a gradient had been so large that its square is none."""
    optimizer = job.gi_yieldfrom.gi_frame.f_locals["self"]._course.optimizer
    optimizer.state[optimizer.parameters[0]]["exp_avg_sq"][0] = math.inf


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw"])
@pytest.mark.parametrize("rate", [1e3, 1e6])
@pytest.mark.parametrize("loss", ["cross-entropy", "mse"])
def test_at_no_rate_is_anything_given_out_that_is_no_number(
    data: Split, small: Small, course: Any, optimizer: Any, rate: float, loss: Any
) -> None:
    settings = TrainingSettings(epochs=2, batch=50, rate=rate, optimizer=optimizer, loss=loss, average=0.9)
    steering = Steering()
    steering.play_steps(1)
    moments = [fresh(initial(small(norm=True)), settings, 200)]

    def heard(news: object) -> None:
        moments.append(getattr(news, "checkpoint", None) or moments[-1])
        steering.want_checkpoint()
        if isinstance(news, Paused):
            steering.play_steps(1)

    with suppress(InputError):
        course(train(small(norm=True), data, settings, steering=steering), heard)
    assert all(_sound(moment) for moment in moments)


@pytest.mark.parametrize("part", ["weights", "moments"])
def test_there_is_no_beginning_with_what_is_no_number(data: Split, small: Small, course: Any, part: str) -> None:
    settings = TrainingSettings(epochs=1)
    moment = course(train(small(), data, settings)).epochs[0].checkpoint
    arrays = {name: array.copy() for name, array in getattr(moment, part).items()}
    next(iter(arrays.values())).flat[0] = math.nan
    start = replace(moment, **{part: Weights(arrays) if part == "weights" else arrays})
    with pytest.raises(InputError, match=r"cannot begin there: .* choose other weights") as caught:
        next(train(small(), data, settings, start=start))
    assert not isinstance(caught.value, DivergedError)


# --- a batch norm needs all images at once ----------------------------------------------------------------------


def test_a_batch_norm_of_more_images_than_memory_holds_is_refused(
    data: Split, small: Small, course: Any, monkeypatch: pytest.MonkeyPatch, steering: Steering
) -> None:
    spec = small(norm=True)
    one = most_images(spec, 10**9)
    monkeypatch.setattr(device, "memory", lambda: int(10**9 / one * 60))  # for 59 or 60 images
    most = most_images(spec)
    assert most in (59, 60)
    with pytest.raises(InputError, match=rf"takes all 61 images of a step.*choose a batch of at most {most}"):
        next(train(spec, data, TrainingSettings(batch=61)))
    assert len(course(train(small(), data, TrainingSettings(batch=200, epochs=1))).steps) == 1  # in pieces

    def heard(news: object) -> None:
        if isinstance(news, Stepped) and news.step == 1:
            steering.set_settings(TrainingSettings(epochs=2, batch=190))

    ran = course(train(spec, data, TrainingSettings(epochs=2, batch=50), steering=steering), heard)
    assert [step.images for step in ran.steps[:3]] == [50, most, most]
    notes = [news.text for news in ran.news if isinstance(news, Note)]
    assert len(notes) == 1
    assert notes[0].endswith(f"it goes on with {most} a step.")


# --- it lacks memory --------------------------------------------------------------------------------------------


class _Greedy(nn.Module):
    """Memory for so many images only; ``times`` says how often it is short of it."""

    def __init__(self, most: int, error: Exception, times: int = 10**9) -> None:
        super().__init__()
        self.most, self.error, self.times = most, error, times

    def forward(self, values: Tensor) -> Tensor:
        if len(values) > self.most and self.times > 0:
            self.times -= 1
            raise self.error
        return values


@pytest.fixture
def greedy(monkeypatch: pytest.MonkeyPatch) -> Callable[[_Greedy], None]:
    """Puts a greedy layer into the networks that are trained."""
    made = parts.assemble

    def put(layer: _Greedy) -> None:
        def assembled(*args: Any) -> Any:
            network, known = made(*args)
            network.relu1 = nn.Sequential(nn.ReLU(), layer)
            return network, known

        monkeypatch.setattr(parts, "assemble", assembled)

    return put


ERRORS = [
    MemoryError(),
    RuntimeError("[enforce fail at alloc_cpu.cpp:118] DefaultCPUAllocator: can't allocate memory: you tried to"),
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
    RuntimeError("MPS backend out of memory (MPS allocated: 1 GB)"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("norm", [False, True])
def test_the_batch_is_halved_once(
    untested: Split, small: Small, course: Any, equal: Any, greedy: Any, error: Exception, norm: bool
) -> None:
    settings = TrainingSettings(epochs=2, batch=60)
    expected = course(train(small(norm=norm), untested, replace(settings, batch=30)))
    greedy(_Greedy(30, error))
    steering = Steering()
    ran = course(train(small(norm=norm), untested, settings, steering=steering))
    assert [news.text for news in ran.news if isinstance(news, Note)] == [
        "There was too little memory for 60 images a step; it goes on with 30."
    ]
    assert ran.losses == expected.losses
    assert equal(ran.weights, expected.weights)
    assert ran.epochs[-1].checkpoint.settings.batch == 30


def test_settings_that_were_asked_for_before_do_not_undo_that(
    untested: Split, small: Small, course: Any, greedy: Any, steering: Steering
) -> None:
    greedy(_Greedy(30, MemoryError()))
    settings = TrainingSettings(epochs=2, batch=60)

    def heard(news: object) -> None:
        if isinstance(news, Stepped) and news.step == 2:
            steering.set_settings(replace(settings, rate=0.01))
        if isinstance(news, Stepped) and news.step == 4:
            steering.set_settings(replace(settings, batch=10))

    ran = course(train(small(), untested, settings, steering=steering), heard)
    assert [step.images for step in ran.steps[:6]] == [30, 30, 30, 30, 10, 10]


def test_a_second_time_it_says_what_to_do(untested: Split, small: Small, course: Any, greedy: Any) -> None:
    greedy(_Greedy(20, MemoryError()))
    with pytest.raises(InputError, match="not enough memory for 30 images a step either; choose a smaller batch"):
        course(train(small(), untested, TrainingSettings(batch=60)))


def test_one_image_cannot_be_halved(untested: Split, small: Small, course: Any, greedy: Any) -> None:
    greedy(_Greedy(0, MemoryError()))
    with pytest.raises(InputError, match="not enough memory for 1 image a step"):
        course(train(small(), untested, TrainingSettings(batch=1)))


def test_what_the_optimizer_cannot_remember(
    untested: Split, small: Small, course: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short(*_args: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(parts.Optimizer, "step", short)
    with pytest.raises(InputError, match="what the optimizer remembers"):
        course(train(small(), untested, TrainingSettings()))


def test_another_error_is_not_taken_for_lack_of_memory(untested: Split, small: Small, course: Any, greedy: Any) -> None:
    greedy(_Greedy(0, RuntimeError("device-side assert")))
    with pytest.raises(RuntimeError, match="device-side assert"):
        course(train(small(), untested, TrainingSettings()))
    assert not out_of_memory(RuntimeError("memory format"))


def test_a_pause_right_after_the_batch_was_halved(
    untested: Split, small: Small, course: Any, greedy: Any, equal: Any, steering: Steering
) -> None:
    greedy(_Greedy(30, MemoryError()))
    job = train(small(), untested, TrainingSettings(epochs=1, batch=60), steering=steering)
    assert any(isinstance(news, Note) for news in job)
    steering.pause()
    paused = next(job)
    assert isinstance(paused, Paused)
    assert (paused.checkpoint.step, paused.checkpoint.settings.batch) == (0, 30)
    steering.play()
    expected = course(job)
    again = course(train(small(), untested, paused.checkpoint.settings, start=paused.checkpoint))
    assert equal(again.weights, expected.weights)

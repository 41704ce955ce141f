"""Editing and freezing a network while it is trained, against a bare torch loop that is edited by hand."""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping
from itertools import count

import numpy as np
import pytest
import torch
from torch.nn import functional

from convviz.core.data import Images, Split, finish, written
from convviz.core.network import build, snapshot
from convviz.core.steering import Steering
from convviz.core.training import DivergedError, rate_factor, train
from convviz.spec.errors import InputError
from convviz.spec.network import BatchNorm2d, Conv2d, Flatten, Linear, MaxPool2d, NetworkSpec, ReLU
from convviz.spec.training import Optimizer, TrainingSettings
from convviz.spec.training.news import Epoch, News, Stepped
from convviz.spec.weight_edit import Cells, WeightEdit, same
from convviz.spec.weights import Weights, initial

Job = Generator[News | None, None, Weights]
SPEC = NetworkSpec(
    "two",
    (1, 28, 28),
    (
        Conv2d("conv1", 4, (5, 5), stride=(2, 2)),
        ReLU("relu1"),
        Conv2d("conv2", 6, (3, 3), stride=(2, 2)),
        ReLU("relu2"),
        MaxPool2d("pool2", (2, 2)),
        Flatten("flatten"),
        Linear("fc1", 12),
        ReLU("relu3"),
        Linear("fc2", 10),
    ),
)
BATCH, IMAGES = 20, 100
PAUSES = 3  # in a step: before and after the forward pass, and before the update
OPTIMIZERS = ("sgd", "adam", "adamw")


@pytest.fixture(scope="module")
def digits() -> Split:
    train = finish(written(IMAGES, seed=4))
    return Split("untested", train, Images(train.images[:0], train.labels[:0]))


@pytest.fixture(scope="module")
def tested(digits: Split) -> Split:
    return Split("tested", digits.train, digits.train)


def _settings(optimizer: Optimizer = "adamw", average: float = 0.0, epochs: int = 2, **more: float) -> TrainingSettings:
    rate = 0.05 if optimizer == "sgd" else 0.01
    values = {"weight_decay": 0.05, "augmentation": 0.0, "schedule": "constant"} | more
    return TrainingSettings(epochs, BATCH, rate, optimizer, average=average, **values)  # type: ignore[arg-type]


def _step(job: Job) -> Stepped:
    """To the end of the step under way."""
    return next(record for record in job if isinstance(record, Stepped))


def _pause(job: Job, pauses: int) -> None:
    """So many pauses into the next step."""
    while pauses:
        record = next(job)
        assert record is None or isinstance(record, Epoch)
        pauses -= record is None


def _end(job: Job) -> Weights:
    try:
        while True:
            next(job)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]


def _snapshot(job: Job, steering: Steering) -> Weights:
    steering.want_weights()
    weights = _step(job).weights
    assert weights is not None
    return weights


def _row_edit(name: str, shape: tuple[int, ...], row: int, value: float) -> WeightEdit:
    size = math.prod(shape[1:])
    at = np.arange(row * size, (row + 1) * size)
    return WeightEdit({name: Cells(at, np.full(size, value, np.float32))})


def _drawn_edit(rng: np.random.Generator, weights: Weights, names: tuple[str, ...] = ()) -> WeightEdit:
    """New values for a few cells of an array."""
    name = str(rng.choice(names or tuple(weights)))
    array = weights[name].copy()
    at = rng.choice(array.size, min(array.size, int(rng.integers(1, 5))), replace=False)
    array.ravel()[at] = rng.normal(size=len(at))
    return WeightEdit.between(weights, weights.replaced(name, array))


def _bare(digits: Split, settings: TrainingSettings, edits: Mapping[int, WeightEdit]) -> Weights:
    """What training is, written down plainly; ``edits`` by the number of the step after which they are made."""
    network = build(SPEC, initial(SPEC, settings.seed)).train().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    mean = build(SPEC, initial(SPEC, settings.seed))
    options = {"lr": settings.rate, "weight_decay": settings.weight_decay}
    optimizer: torch.optim.Optimizer
    if settings.optimizer == "sgd":
        optimizer = torch.optim.SGD(
            network.parameters(), momentum=settings.momentum, nesterov=True, fused=True, **options
        )
    else:
        kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[settings.optimizer]
        optimizer = kind(network.parameters(), betas=(settings.momentum, 0.999), fused=True, **options)
    generator = torch.Generator().manual_seed(settings.seed)
    steps, step = settings.steps(len(digits.train)), count()
    for _ in range(settings.epochs):
        for batch in torch.randperm(len(digits.train), generator=generator).split(settings.batch):
            done = next(step)
            optimizer.param_groups[0]["lr"] = settings.rate * rate_factor(settings, done, steps)
            optimizer.zero_grad()
            scores = network(digits.train.images[batch] / 255.0)
            (functional.cross_entropy(scores, digits.train.labels[batch], reduction="sum") / len(batch)).backward()
            optimizer.step()
            decay = min(settings.average, (2 + done) / (11 + done))
            with torch.no_grad():
                for kept, now in zip(mean.parameters(), network.parameters(), strict=True):
                    kept.lerp_(now, 1 - decay)
            if done + 1 in edits:
                _edit_by_hand(edits[done + 1], network, mean, optimizer)
    return snapshot(mean if settings.average else network)


def _edit_by_hand(
    edit: WeightEdit, network: torch.nn.Module, mean: torch.nn.Module, optimizer: torch.optim.Optimizer
) -> None:
    for name, cells in edit.cells.items():
        for edited in (network, mean):
            array = edited.state_dict()[name].numpy().copy()
            array.flat[cells.at] = cells.values
            with torch.no_grad():
                edited.state_dict()[name].copy_(torch.tensor(array))
        parameter = dict(network.named_parameters())[name]
        keep = np.ones(parameter.shape, np.float32)
        keep.flat[cells.at] = 0
        for key in ("exp_avg", "exp_avg_sq", "momentum_buffer"):
            if key in optimizer.state[parameter]:
                optimizer.state[parameter][key].mul_(torch.tensor(keep))


# --- without edits -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("average", [0.0, 0.9])
def test_without_an_edit_it_is_the_bare_loop_to_the_last_bit(
    digits: Split, optimizer: Optimizer, average: float
) -> None:
    settings = _settings(optimizer, average, schedule="one-cycle")  # type: ignore[arg-type]
    expected = _bare(digits, settings, {})
    assert same(_end(train(SPEC, digits, settings)), expected)
    steering = Steering()
    job = train(SPEC, digits, settings, steering=steering)
    steering.give_way()  # for all of its ten steps
    assert same(_end(job), expected)


def test_asking_for_snapshots_changes_nothing(digits: Split) -> None:
    settings, steering = _settings(average=0.9), Steering()
    job = train(SPEC, digits, settings, steering=steering)
    taken = [_snapshot(job, steering) for _ in range(4)]
    assert same(_end(job), _bare(digits, settings, {}))
    assert not same(taken[0], taken[1])
    assert _step(train(SPEC, digits, settings, steering=steering)).weights is None  # asked once, given once


# --- edits ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("average", [0.0, 0.9])
def test_edits_at_any_moment_are_as_edits_between_steps(digits: Split, optimizer: Optimizer, average: float) -> None:
    settings = _settings(optimizer, average)
    rng = np.random.default_rng(1)
    edits = {step: _drawn_edit(rng, initial(SPEC)) for step in range(1, 8)}
    expected = _bare(digits, settings, edits)
    layer_by_layer = 1 + 2 * len(SPEC.layers) + 1
    for pauses in (*range(1, PAUSES + 1), PAUSES + 1, layer_by_layer, None):
        steering = Steering()
        job = train(SPEC, digits, settings, steering=steering)
        for edit in edits.values():
            if pauses is not None and pauses > PAUSES:
                steering.give_way()
            if pauses is None:  # when the step has ended
                _step(job)
                steering.edit(edit)
            else:
                _pause(job, pauses)
                steering.edit(edit)
                _step(job)
        assert same(_end(job), expected)
        assert steering.edits == len(edits)


def test_an_edit_in_the_midst_of_a_step_is_there_exactly_after_it_and_moves_with_the_next(digits: Split) -> None:
    steering = Steering()
    job = train(SPEC, digits, _settings("adam", average=0.9), steering=steering)
    _step(job)
    _pause(job, 3)
    odd = np.array([-0.0, 0.123456789, 7.0], np.float32)
    edit = WeightEdit({"conv2.weight": Cells(np.array([0, 100, 215]), odd)})
    steering.edit(edit)
    steering.want_weights()
    record = _step(job)
    assert record.edits == 1
    assert record.weights is not None
    assert same(edit.apply(record.weights), record.weights)
    after = _snapshot(job, steering)
    moved = np.abs(after["conv2.weight"].flat[[0, 100, 215]] - odd)
    assert moved.max() > 0
    assert moved.max() < 0.05  # a few rates


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("average", [0.0, 0.9])
def test_what_has_no_gradient_stays_as_it_was_edited(digits: Split, optimizer: Optimizer, average: float) -> None:
    """A unit far below zero is dead behind its ReLU. Moments from before would move its weights all the same."""
    settings, steering = _settings(optimizer, average, epochs=12, weight_decay=0.0), Steering()
    job = train(SPEC, digits, settings, steering=steering)
    for _ in range(5):
        _step(job)
    shape = initial(SPEC)["fc1.weight"].shape
    steering.edit(_row_edit("fc1.weight", shape, 3, 0.3))
    steering.edit(WeightEdit({"fc1.bias": Cells(np.array([3]), np.array([-1e6], np.float32))}))
    for _ in range(49):
        weights = _snapshot(job, steering)
        assert (weights["fc1.weight"][3] == np.float32(0.3)).all()
        assert weights["fc1.bias"][3] == -1e6
    assert not same(weights, _snapshot(job, steering))


def test_no_edit_is_lost_and_each_snapshot_says_which_it_holds(tested: Split) -> None:
    """Random edits of frozen kernels at random moments: a snapshot is the first so many edits, and no other."""
    rng = np.random.default_rng(5)
    frozen = frozenset(("conv2", channel) for channel in range(6))
    steering, expected = Steering(frozen), [initial(SPEC)]
    job = train(SPEC, tested, _settings(average=0.9, epochs=8), steering=steering)
    seen = set()
    while (record := next(job, "end")) != "end":
        if isinstance(record, Stepped | Epoch) and record.weights is not None:
            held = expected[record.edits]
            assert all(np.array_equal(record.weights[name], held[name]) for name in ("conv2.weight", "conv2.bias"))
            seen.add(record.edits)
        if rng.random() < 0.3:
            edit = _drawn_edit(rng, expected[-1], ("conv2.weight", "conv2.bias"))
            expected.append(edit.apply(expected[-1]))
            steering.edit(edit)
        if rng.random() < 0.2:
            steering.want_weights()
    assert len(seen) > 10


def test_edits_made_while_the_last_tests_run_or_after_them_are_returned(tested: Split) -> None:
    steering = Steering()
    job = train(SPEC, tested, _settings(epochs=1, average=0.9), steering=steering)
    for _ in range(IMAGES // BATCH):
        _step(job)
    assert next(job) is None  # the tests run
    steering.edit(_row_edit("fc2.bias", (10, 1), 4, 40.0))
    record = next(record for record in job if record is not None)
    assert isinstance(record, Epoch)
    assert record.edits == 0  # its accuracy is that of its weights
    steering.edit(_row_edit("fc2.bias", (10, 1), 5, 50.0))
    assert _end(job)["fc2.bias"][4:6].tolist() == [40.0, 50.0]
    assert steering.edits == 2


def test_the_statistics_of_a_batch_norm_can_be_edited(digits: Split) -> None:
    spec = NetworkSpec("norm", (1, 28, 28), (*SPEC.layers[:1], BatchNorm2d("norm1", momentum=0.0), *SPEC.layers[1:]))
    steering = Steering()
    job = train(spec, digits, _settings(average=0.9), steering=steering)
    _step(job)
    steering.edit(WeightEdit({"norm1.running_mean": Cells(np.array([2]), np.array([5.0], np.float32))}))
    assert _end(job)["norm1.running_mean"].tolist() == [0, 0, 5, 0]


def test_an_edit_that_ends_in_no_number_says_so_and_gives_back_what_was_good(digits: Split) -> None:
    steering = Steering()
    job = train(SPEC, digits, _settings(), steering=steering)
    _step(job)
    steering.edit(_row_edit("conv1.bias", (4, 1), 0, math.inf))
    with pytest.raises(DivergedError, match="undo the last edit") as caught:
        _end(job)
    assert (caught.value.checkpoint.edits, steering.edits) == (0, 1)
    assert same(caught.value.checkpoint.mean, initial(SPEC))


@pytest.mark.parametrize(("name", "at"), [("conv9.weight", 0), ("conv1.weight", 100), ("conv1.bias", 4)])
def test_an_edit_of_another_network_is_refused(digits: Split, name: str, at: int) -> None:
    steering = Steering()
    job = train(SPEC, digits, _settings(), steering=steering)
    steering.edit(WeightEdit({name: Cells(np.array([at]), np.zeros(1, np.float32))}))
    with pytest.raises(InputError, match="no longer the one that is trained"):
        _end(job)


# --- frozen kernels ------------------------------------------------------------------------------------------

FROZEN = frozenset({("conv1", 0), ("conv1", 3), ("conv2", 5), ("fc1", 7), ("fc2", 0)})


def _rows(weights: Weights, channels: frozenset[tuple[str, int]]) -> bytes:
    names = [(f"{layer}.{part}", channel) for layer, channel in sorted(channels) for part in ("weight", "bias")]
    return b"".join(weights[name][channel].tobytes() for name, channel in names)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("average", [0.0, 0.9])
@pytest.mark.parametrize("pauses", [0, 1, PAUSES])
def test_a_frozen_kernel_does_not_move_and_the_others_do(
    digits: Split, optimizer: Optimizer, average: float, pauses: int
) -> None:
    steering = Steering()
    job = train(SPEC, digits, _settings(optimizer, average, epochs=20, augmentation=1.0), steering=steering)
    for _ in range(4):
        _step(job)
    before = _snapshot(job, steering)
    _pause(job, pauses)
    steering.set_frozen(FROZEN)
    for _ in range(50):
        after = _snapshot(job, steering)
        assert _rows(after, FROZEN) == _rows(before, FROZEN)
    others = frozenset({("conv1", 1), ("conv2", 0), ("fc1", 0), ("fc2", 1)})
    assert all(_rows(after, frozenset({one})) != _rows(before, frozenset({one})) for one in others)
    steering.set_frozen(FROZEN - {("fc2", 0)})
    thawed = _snapshot(job, steering)
    assert _rows(thawed, frozenset({("fc2", 0)})) != _rows(before, frozenset({("fc2", 0)}))
    assert _rows(_end(job), FROZEN - {("fc2", 0)}) == _rows(before, FROZEN - {("fc2", 0)})


def test_the_network_trains_with_the_frozen_kernel_that_is_seen(digits: Split) -> None:
    """Frozen later than it began to train, a kernel of the mean differs from the one that is trained."""
    steering = Steering()
    job = train(SPEC, digits, _settings(average=0.99, epochs=4), steering=steering)
    for _ in range(5):
        _step(job)
    seen = _snapshot(job, steering)
    steering.set_frozen(frozenset({("fc2", 0)}))
    _step(job)
    steering.set_frozen(frozenset())
    after = _snapshot(job, steering)
    way = np.abs(after["fc2.weight"][0] - seen["fc2.weight"][0]).max()
    assert 0 < way < 0.01 / 2  # Adam's step is of one rate at first, or three; the mean follows a part of that


def test_a_frozen_kernel_can_be_edited(digits: Split) -> None:
    steering = Steering(FROZEN)
    job = train(SPEC, digits, _settings(average=0.9), steering=steering)
    _step(job)
    edit = _row_edit("conv1.weight", (4, 1, 5, 5), 3, 2.0)
    steering.edit(edit)
    assert _rows(_end(job), FROZEN) == _rows(edit.apply(initial(SPEC)), FROZEN)


def test_marks_on_what_the_network_does_not_have_are_passed_over(digits: Split) -> None:
    settings = _settings()
    steering = Steering(frozenset({("conv1", 99), ("conv9", 0), ("relu1", 0), ("conv1", -1)}))
    assert same(_end(train(SPEC, digits, settings, steering=steering)), _bare(digits, settings, {}))

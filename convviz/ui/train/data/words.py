"""What people call the data."""

from __future__ import annotations

from ....spec.training.news import Loaded
from ....spec.training.plan import Plan
from ....spec.training.run import Run
from ....spec.training.source import DataSource

TITLES = {
    "digits": "Digits of convviz",
    "strokes": "New digits",
    "mnist": "MNIST",
    "fashion-mnist": "Fashion-MNIST",
    "kmnist": "KMNIST",
    "cifar10": "CIFAR-10",
    "pictures": "Folder of pictures…",
    "handwriting": "My handwriting",
}
TIPS = {
    "digits": "10,000 digits that convviz wrote itself; they come with it",
    "strokes": "As many digits as you like, written anew",
    "mnist": "70,000 digits, 28×28: people's handwriting. Downloaded once, about 12 MB",
    "fashion-mnist": "70,000 pieces of clothing, 28×28. Downloaded once, about 31 MB",
    "kmnist": "70,000 Japanese characters, 28×28. Downloaded once, about 21 MB",
    "cifar10": "60,000 small colour photos, 32×32. Downloaded once, about 170 MB",
    "pictures": "Your own pictures: a folder with a sub-folder for each class",
    "handwriting": "What you drew and kept, below the pad",
}
DOWNLOADED = ("mnist", "fashion-mnist", "kmnist", "cifar10")


def title(source: DataSource) -> str:
    """
    >>> title(DataSource("strokes", count=500)), title(DataSource("mnist"))
    ('500 new digits', 'MNIST')
    """
    if source.kind == "strokes":
        return f"{source.count:,} new digits"
    if source.kind == "pictures":
        return f"pictures of {source.folder.name}" if source.folder is not None else "pictures"
    return TITLES[source.kind]


def before(plan: Plan) -> str:
    """Of data that is not read yet."""
    source = plan.source
    if source.kind == "handwriting":
        count = len(plan.kept)
        return (
            f"{count:,} drawing{'' if count == 1 else 's'} kept" if count else "keep some drawings first, on the left"
        )
    if source.folder is not None:
        return f"in {source.folder}"
    return "downloaded when the training starts" if source.kind in DOWNLOADED else "read when the training starts"


def still(run: Run, plan: Plan) -> str:
    """What a run that is going on learns from, where other data was chosen meanwhile; else "".

    >>> from ....spec.presets import lecture
    >>> from ....spec.training.settings import TrainingSettings
    >>> run = Run(2, lecture(), TrainingSettings(), DataSource("mnist"), "running")
    >>> still(run, Plan()), still(run, Plan(source=run.source))
    ('Run 2 still learns from MNIST', '')
    """
    other = run.status in ("loading", "running") and run.source != plan.source
    return f"{run.name} still learns from {title(run.source)}" if other else ""


def is_of(data: Loaded, plan: Plan) -> bool:
    """Whether that is what the plan's source gives: of my handwriting, all that is kept now."""
    there = len(data.train) + (len(data.test) if data.held_back else 0)
    return data.source == plan.source and (plan.source.kind != "handwriting" or there == len(plan.kept))


def counts(data: Loaded) -> str:
    """How many images there are."""
    if not data.held_back:
        return f"{len(data.train):,} to learn from, the same to test"
    return f"{len(data.train):,} to learn from · {len(data.test):,} to test"


def classes(data: Loaded) -> str:
    """The names of the classes."""
    return f"{len(data.classes)} classes: {', '.join(data.classes)}" if data.classes else ""

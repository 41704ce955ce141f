"""The settings of a training in the field's terms: captions, choices, and what each does with its formula."""

from __future__ import annotations

CAPTIONS = {
    "rate": "learning rate η",
    "schedule": "schedule",
    "optimizer": "optimizer",
    "loss": "loss",
    "batch": "batch size",
    "epochs": "epochs",
    "seed": "seed",
    "momentum": "momentum",
    "weight_decay": "weight decay",
    "average": "average",
    "smoothing": "smoothing",
    "dropout": "dropout",
    "augmentation": "augmentation",
    "target": "target accuracy",
}
CHOICES = {
    "schedule": {"one-cycle": "one-cycle", "cosine": "cosine", "constant": "constant"},
    "optimizer": {"adamw": "AdamW", "adam": "Adam", "sgd": "SGD"},
    "loss": {"cross-entropy": "cross-entropy", "mse": "mean square"},
}
TIPS = {
    "rate": "How far one step goes: w ← w − η · (direction), at the highest point of the schedule.\n"
    "Drag it while the network learns; type any number, also one that makes it diverge.",
    "schedule": "How η changes during the run.\nOne-cycle: it rises for the first part, then falls to 0.\n"
    "Cosine: ½ · η · (1 + cos πt), t from 0 to 1.\nConstant: η.",
    "optimizer": "What makes a step of the gradient g.\nSGD: v ← μ·v + g,  w ← w − η·v.\n"
    "Adam: m ← β₁·m + (1 − β₁)·g,  s ← β₂·s + (1 − β₂)·g²,  w ← w − η · m̂ / (√ŝ + ε).\n"
    "AdamW: the same, with the weight decay apart from the gradient.",
    "loss": "What the steps make smaller.\nCross-entropy: −log softmax(scores) of the right class, mean over the "
    "mini-batch.\nMean square: of scores − one-hot targets, to compare.",
    "batch": "Images a step: the gradient is their mean. Small: many noisy steps; large: few smooth ones.",
    "epochs": "How often every image is used.",
    "seed": "Where the random numbers begin: first weights, order, augmentation, dropout.\n"
    "The same seed and settings give the same run. It counts from the next start.",
    "momentum": "μ of SGD, β₁ of Adam: the share of the last direction that is kept.",
    "weight_decay": "Pulls every weight towards 0: w ← w − η · λ · w (SGD and Adam add λ · w to the gradient).",
    "average": "What is kept and shown is a running mean of the weights: w̄ ← a · w̄ + (1 − a) · w.\n"
    "0: the weights themselves.",
    "smoothing": "Share ε of the target that is spread over all classes: (1 − ε) · one-hot + ε / classes.",
    "dropout": "Share of the inputs of fully connected layers that is set to 0 in each step, another one each time.",
    "augmentation": "How far the images are bent, moved and thickened anew in each epoch: 0 not at all, 1 as people's "
    "handwriting differs.",
    "target": "The run ends after the epoch whose test accuracy reaches this; drag to the left end for never.",
}


def said(name: str, value: object) -> str:
    """A setting as the text of its edit.

    >>> said("rate", 0.003), said("optimizer", "sgd"), said("target", 0.0), said("target", 0.99)
    ('learning rate 0.003', 'optimizer SGD', 'no target accuracy', 'target accuracy 99 %')
    """
    if name == "target":
        return f"target accuracy {float(str(value)) * 100:g} %" if value else "no target accuracy"
    shown = CHOICES[name].get(str(value), str(value)) if name in CHOICES else f"{value:g}"
    return f"{CAPTIONS[name].removesuffix(' η')} {shown if not isinstance(value, int) else f'{value}'}"

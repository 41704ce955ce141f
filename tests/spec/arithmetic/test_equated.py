"""Equations with the numbers put in are true as they stand: what is printed on the left gives what is on the right."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pytest

from convviz.spec.arithmetic import cross_entropy, mean_cross_entropy, mean_square
from convviz.spec.arithmetic.written import written
from convviz.ui.explain.loss_view import minus_log, short
from convviz.ui.train.loss.formulas import lecture_line


def _check(text: str) -> None:
    left, right = text.split(" = ")
    python = left.replace("−", "-").replace("²", "**2").replace("\u00a0", " ")
    found = eval(python, {"exp": exp, "log": log})  # our own text
    digits = max(4, len(right.split("e")[0].lstrip("−0.").replace(".", "")))
    assert written(found, digits) == right, text


@pytest.mark.parametrize("seed", range(60))
def test_equations_hold_for_scores_of_all_sizes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.normal(0, rng.choice([0.01, 1, 5, 20]), int(rng.integers(2, 11))).astype(np.float32)
    target = int(rng.integers(len(scores)))
    entropy = cross_entropy(scores, target)
    texts = [entropy.numbers, entropy.stable_numbers, short(entropy)[1], mean_square(scores, target).numbers]
    texts += [entropy.softmax(number)[1] for number in range(len(scores))]
    texts += [mean_cross_entropy([scores, scores[::-1]], (target, 0)).numbers]
    for text in texts:
        if " ≈ " not in text:
            _check(text)
    assert sum(" ≈ " in text for text in texts) <= len(texts) / 2


def test_the_loss_of_a_certain_answer_and_the_mean_of_the_lecture_hold() -> None:
    assert minus_log(0.99985611, "0.0001439") == "−log(0.9998561) = 0.0001439"
    _check(lecture_line()[0].removeprefix("mean of both: "))


def test_what_no_digits_make_true_is_about() -> None:
    assert minus_log(0.0, "0.3") == "−log(0) ≈ 0.3"
    assert minus_log(0.0, "∞") == "−log(0) = ∞"

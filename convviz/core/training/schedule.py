"""How the learning rate changes, and what the optimizers do with it.

The optimizers are torch's own functions, in their fused form where there is one: that takes a quarter of the time.
torch's classes around them would first import the compiler, which keeps the first step waiting for a second.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import torch
from torch import Tensor
from torch.optim.adam import adam
from torch.optim.sgd import sgd

from ...spec.training import TrainingSettings

_WARM = 0.15  # share of a one-cycle schedule in which the rate rises

_ADAM = ("exp_avg", "exp_avg_sq", "step")
REMEMBERED = {"sgd": ("momentum_buffer",), "adam": _ADAM, "adamw": _ADAM}  # of each parameter


def rate_factor(settings: TrainingSettings, step: int, steps: int) -> float:
    """The learning rate at ``step`` of ``steps``, as a share of the highest.

    >>> halved = TrainingSettings(schedule="cosine")
    >>> [round(rate_factor(halved, step, 100), 3) for step in (0, 50, 100)]
    [1.0, 0.5, 0.0]
    """
    part = min(step / max(steps, 1), 1.0)
    if settings.schedule == "constant":
        return 1.0
    if settings.schedule == "cosine":
        return 0.5 * (1 + math.cos(math.pi * part))
    if part < _WARM:  # one cycle: up from a tenth, then down to nothing
        return 0.1 + 0.9 * part / _WARM
    return 0.5 * (1 + math.cos(math.pi * (part - _WARM) / (1 - _WARM)))


class Optimizer:
    """SGD with Nesterov's momentum, Adam or AdamW.

    ``state`` is what is remembered of each parameter: ``momentum_buffer``, or ``exp_avg``, ``exp_avg_sq`` and the
    counter ``step``; of the parameter's shape and layout, but for the counter.
    """

    def __init__(self, parameters: Iterable[Tensor]) -> None:
        self.parameters = list(parameters)
        self.state: dict[Tensor, dict[str, Tensor]] = {parameter: {} for parameter in self.parameters}
        self._fused = all(parameter.device.type in ("cpu", "cuda") for parameter in self.parameters)

    def step(self, gradients: Sequence[Tensor], settings: TrainingSettings, rate: float) -> None:
        """Moves every parameter against its gradient."""
        pairs = zip(self.parameters, gradients, strict=True)
        # the fused functions go through memory without asking in which order an array lies there
        laid = [g if g.stride() == p.stride() else torch.empty_like(p).copy_(g) for p, g in pairs]
        with torch.no_grad():
            if settings.optimizer == "sgd":
                self._sgd(laid, settings, rate)
            else:
                self._adam(laid, settings, rate)

    def _sgd(self, gradients: list[Tensor], settings: TrainingSettings, rate: float) -> None:
        if settings.momentum:
            for parameter in self.parameters:
                if not self.state[parameter]:
                    self.state[parameter]["momentum_buffer"] = torch.zeros_like(parameter, requires_grad=False)
        sgd(
            self.parameters,
            gradients,
            [self.state[p]["momentum_buffer"] if settings.momentum else None for p in self.parameters],
            fused=self._fused,
            foreach=False,
            weight_decay=settings.weight_decay,
            momentum=settings.momentum,
            lr=rate,
            dampening=0.0,
            nesterov=settings.momentum > 0,
            maximize=False,
        )

    def _adam(self, gradients: list[Tensor], settings: TrainingSettings, rate: float) -> None:
        for parameter in self.parameters:
            state = self.state[parameter]
            if not state:
                for name in _ADAM[:2]:
                    state[name] = torch.zeros_like(parameter, requires_grad=False)
                state["step"] = torch.zeros((), device=parameter.device if self._fused else "cpu")
        mean, square, count = ([self.state[p][name] for p in self.parameters] for name in _ADAM)
        adam(
            self.parameters,
            gradients,
            mean,
            square,
            [],
            count,
            fused=self._fused,
            foreach=False,
            amsgrad=False,
            beta1=settings.momentum,
            beta2=0.999,
            lr=rate,
            weight_decay=settings.weight_decay,
            eps=1e-8,
            maximize=False,
            decoupled_weight_decay=settings.optimizer == "adamw",
        )

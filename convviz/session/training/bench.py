"""What is measured on the compute thread beside a training, which goes on meanwhile: they take turns."""

from __future__ import annotations

from collections.abc import Callable, Generator
from threading import Lock
from typing import Any, Literal

from ...spec.errors import InputError
from ...spec.network import NetworkSpec
from ...spec.training.processes import Measured
from ...spec.weights import Weights
from ..engine import Engine

Task = Literal["machine", "speeds", "scattered"]
_Steps = Generator[object, None, object]


class Bench:
    """Measures one thing of each kind at a time. ``put`` hears :class:`Measured`, on the compute thread."""

    def __init__(self, engine: Engine, put: Callable[[object], object]) -> None:
        self._engine, self._put = engine, put
        self._going: dict[Task, int] = {}  # job numbers
        self._lock = Lock()

    def machine(self) -> None:
        """A :class:`convviz.spec.training.processes.Machine`."""

        def make() -> _Steps:
            from ...core.parallel import machine

            yield None
            return machine()

        self._run("machine", make)

    def speeds(self, network: NetworkSpec, device: str) -> None:
        """A :class:`convviz.spec.training.processes.BatchSpeed` for each size of a batch."""

        def make() -> _Steps:
            from ...core.device import choose
            from ...core.parallel import speeds

            yield from speeds(network, choose(device)[0])
            return None

        self._run("speeds", make)

    def scatter(self, network: NetworkSpec, weights: Weights, samples: int, gpus: int) -> None:
        """A :class:`convviz.spec.training.processes.Scattered`."""

        def make() -> _Steps:
            from ...core.parallel import scattered

            return (yield from scattered(network, weights, samples, gpus))

        self._run("scattered", make)

    def cancel(self, what: Task) -> None:
        """Nothing more is heard of it but its end; nothing happens where it has ended."""
        going = self._going.pop(what, None)
        if going is not None:
            self._engine.cancel(going)
            self._put(Measured(what, done=True))

    def close(self) -> None:
        for what in tuple(self._going):
            self.cancel(what)

    def _run(self, what: Task, make: Callable[[], _Steps]) -> None:
        self.cancel(what)
        number = 0

        def say(**values: Any) -> None:
            with self._lock:
                mine = self._going.get(what) == number
            if mine:
                self._put(Measured(what, **values))

        def job() -> Generator[None, None, None]:
            try:
                steps = make()
                while True:
                    try:
                        value = next(steps)
                    except StopIteration as stop:
                        say(value=stop.value)
                        break
                    if value is not None:
                        say(value=value)
                    yield None
            except InputError as error:
                say(refused=str(error))
            finally:
                say(done=True)
                with self._lock:
                    if self._going.get(what) == number:
                        del self._going[what]

        with self._lock:  # the job must know its number before it speaks
            number = self._going[what] = self._engine.run(job)

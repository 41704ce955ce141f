"""A thread for files: reading and writing take longer than a window may stand still."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from ..spec.errors import InputError
from .outbox import Failure, Outbox

log = logging.getLogger(__name__)


class ToldBeforeError(InputError):
    """A mistake that was told already, and is still there: nothing more is said of it."""


class FileThread:
    """Does one thing after the other; what comes of each arrives in the outbox, a mistake as a Failure."""

    def __init__(self, outbox: Outbox, name: str, verb: str = "open") -> None:
        self._outbox, self._verb = outbox, verb
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=f"convviz-{name}")

    def submit(self, job: Callable[[], object]) -> Future[bool]:
        """Does ``job`` in its turn; the future says whether it went well."""
        return self._pool.submit(self._run, job)

    def stop(self, *, finish: bool = False) -> None:
        """Ends the thread after what it does now; ``finish`` does what is waiting first."""
        self._pool.shutdown(wait=True, cancel_futures=not finish)

    def _run(self, job: Callable[[], object]) -> bool:
        try:
            result = job()
        except ToldBeforeError:
            pass
        except InputError as error:
            self._outbox.put(Failure(str(error)))
        except MemoryError:
            self._outbox.put(Failure(f"there is not enough memory to {self._verb} this; choose a smaller file"))
        except Exception as error:
            log.exception("on the file thread")
            text = f"convviz could not {self._verb} this ({error}); choose another file"
            self._outbox.put(Failure(text, traceback.format_exc()))
        else:
            if result is not None:
                self._outbox.put(result)
            return True
        return False

"""A process that was started by another one, and is to end with it, however that ends."""

from __future__ import annotations

import _thread
import json
import os
import sys
import time
from threading import Thread

PATIENCE_S = 5.0


def end_with_stdin() -> None:
    """From now on the end of standard input ends this process, first as Ctrl-C does, and after a while at once.

    It says first which process it is, for whoever may have to kill it: one that hangs does not see that end.
    The other end of that pipe is closed by the operating system when whoever holds it is gone, also when it was killed.
    """
    sys.stdout.write(json.dumps({"event": "process", "pid": os.getpid()}) + "\n")  # in one piece: others write too
    sys.stdout.flush()
    Thread(target=_watch, name="lifeline", daemon=True).start()


def _watch() -> None:
    try:
        while os.read(sys.stdin.fileno(), 1 << 12):
            pass
    except (OSError, ValueError):  # there is none
        pass
    _thread.interrupt_main()
    time.sleep(PATIENCE_S)
    os._exit(130)

"""How much memory the process takes."""

from __future__ import annotations

import os
from pathlib import Path

STATM = Path("/proc/self/statm")
BYTES = ((2**30, "GB"), (2**20, "MB"), (2**10, "kB"))


def resident() -> int:
    """Bytes of the process that are in memory now; 0 where the system does not tell.

    >>> resident() == 0 or resident() > 2**20
    True
    """
    try:
        return int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError, AttributeError):
        return 0


def written(count: int) -> str:
    """Bytes for people.

    >>> written(3 * 2**29), written(300 * 2**20), written(2048), written(7)
    ('1.5 GB', '300 MB', '2.0 kB', '7 bytes')
    """
    for unit, name in BYTES:
        if count >= unit:
            return f"{count / unit:.{1 if count < 100 * unit else 0}f} {name}"
    return f"{count} bytes"

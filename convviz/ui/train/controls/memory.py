"""How much memory the process takes."""

from __future__ import annotations

import os
from pathlib import Path

STATM = Path("/proc/self/statm")
BYTES = ((2**30, "GB"), (2**20, "MB"))


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
    """Bytes for people, "" for none.

    >>> written(3 * 2**29), written(300 * 2**20), written(0)
    ('1.5 GB', '300 MB', '')
    """
    unit, name = next((pair for pair in BYTES if count >= pair[0]), BYTES[-1])
    return f"{count / unit:.1f} {name}" if unit == 2**30 else f"{count / unit:.0f} {name}" if count else ""

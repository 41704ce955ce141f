"""How what is left of an epoch is cut into mini-batches.

``lone``: one image alone cannot be learnt from (a batch norm has nothing but it to take a mean of). A mini-batch then
has two images at least, and a single one that would be left at the end joins those before it.
"""

from __future__ import annotations


def size(left: int, batch: int, lone: bool) -> int:
    """Images of the next mini-batch, of ``left`` in the epoch and ``batch`` asked for.

    >>> size(10, 3, False), size(4, 3, False), size(4, 3, True), size(10, 1, True)
    (3, 3, 4, 2)
    """
    least = max(batch, 1 + lone)
    return left if lone and left == least + 1 else min(least, left)


def count(left: int, batch: int, lone: bool) -> int:
    """How many mini-batches those are.

    >>> count(10, 3, False), count(10, 3, True), count(11, 1, True)
    (4, 3, 5)
    """
    least = max(batch, 1 + lone)
    return -(-left // least) - (lone and left % least == 1)

"""The sizes of an epoch's mini-batches, one after the other."""

from __future__ import annotations

from convviz.core.training import batches


def test_they_are_all_of_it_and_as_many_as_was_said() -> None:
    for lone in (False, True):
        for images in range(1 + lone, 40):
            for batch in range(1, 45):
                left, sizes = images, []
                while left:
                    sizes.append(batches.size(left, batch, lone))
                    left -= sizes[-1]
                assert min(sizes) > lone
                assert max(sizes) <= max(batch, 1 + lone) + lone
                assert batches.count(images, batch, lone) == len(sizes), (images, batch, lone)

"""Pictures that convviz makes: in any size, in 0…1, with something in them."""

from __future__ import annotations

import numpy as np
import pytest

from convviz.spec.errors import InputError
from convviz.spec.lab.charts import CHARTS, SIDE, chart


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("size", [(1, 1), (1, 60), (3, 2), (SIDE, SIDE), (40, 200)])
def test_any_size(name: str, size: tuple[int, int]) -> None:
    made = chart(name, size)
    assert made.values.shape == (1, *size)
    assert made.name == name
    assert made.values.min() >= 0
    assert made.values.max() <= 1
    assert np.array_equal(made.values, chart(name, size).values), "the same each time"


@pytest.mark.parametrize("name", CHARTS)
def test_there_is_much_to_see(name: str) -> None:
    values = chart(name).values[0]
    assert values.max() - values.min() > 0.7
    for axis in (0, 1):
        edges = np.abs(np.diff(values, axis=axis)) > 0.1
        assert edges.mean() > 0.01, "edges along both axes"


def test_the_zone_plate_gets_finer_outwards_and_is_the_same_on_all_sides() -> None:
    plate = chart("zone plate").values[0]
    assert np.allclose(plate, plate.T)
    assert np.allclose(plate, plate[::-1])
    changes = np.abs(np.diff(np.sign(plate[64] - 0.5)))
    assert changes[64:96].sum() < changes[96:].sum()


def test_what_cannot_be() -> None:
    with pytest.raises(InputError, match="take one of test chart, zone plate"):
        chart("circles")
    for size in ((0, 5), (5, -1), (4096, 4096)):
        with pytest.raises(InputError, match="it cannot have"):
            chart("texture", size)

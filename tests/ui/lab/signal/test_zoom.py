"""What is seen of a signal stays within it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from convviz.ui.lab.signal.placement import Placement
from convviz.ui.lab.signal.zoom import Zoom


def place(size: int = 1000, kernel: int = 3) -> Placement:
    return Placement(False, kernel, 1, 0, 1, size, size - kernel + 1)


@given(st.lists(st.tuples(st.floats(0.1, 10), st.floats(-0.5, 999.5), st.floats(-2000, 2000)), max_size=12))
def test_it_never_leaves_the_signal(steps: list[tuple[float, float, float]]) -> None:
    zoom = Zoom()
    zoom.show(place())
    for factor, at, by in steps:
        zoom.change(factor, at)
        zoom.move(by)
        first, last = zoom.span
        assert -0.5 <= first < last <= 999.5 + 1e-6
        assert last - first >= 7.99


def test_the_place_under_the_mouse_stays() -> None:
    zoom = Zoom()
    zoom.show(place())
    zoom.change(0.1, 500.0)
    first, last = zoom.span
    share = (500.0 - first) / (last - first)
    zoom.change(0.5, 500.0)
    assert abs((500.0 - zoom.span[0]) / (zoom.span[1] - zoom.span[0]) - share) < 1e-9


def test_another_operation_keeps_it_and_another_signal_does_not() -> None:
    zoom = Zoom()
    zoom.show(place())
    zoom.change(0.1)
    part = zoom.part
    zoom.show(place(kernel=5))
    assert zoom.part == part
    zoom.show(place(500))
    assert zoom.part is None


def test_an_output_is_held_with_its_window() -> None:
    zoom = Zoom()
    zoom.show(place())
    zoom.change(0.05, 0.0)
    zoom.hold(800)
    assert zoom.span[0] <= 799.5 <= 802.5 <= zoom.span[1]
    zoom.hold(10)
    assert zoom.span[0] <= 9.5 <= 12.5 <= zoom.span[1]

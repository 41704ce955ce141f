"""Ink: exact distances, drawing on equals drawing afresh, and every kind of stroke a person or a file may give."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convviz.spec.errors import InputError
from convviz.spec.opened_image import AS_IT_IS, OpenedImage
from convviz.spec.preparation import Preparation, received
from convviz.spec.resample import Floats
from convviz.spec.strokes import MAX_POINTS, PAD, PEN_WIDTH, Canvas, Drawing, Stroke, placed

coordinates = st.floats(-100, 400, width=32)
points = st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=8).map(np.array)
strokes = st.builds(Stroke, points, st.floats(1, 40, width=32), st.booleans())
drawings = st.lists(strokes, max_size=4).map(lambda many: Drawing(tuple(many)))


def afresh(drawing: Drawing, resolution: int = 56) -> Floats:
    return Canvas(resolution).show(drawing)


def exact(drawing: Drawing, resolution: int) -> Floats:
    """Every pixel against every segment in float64, as the module's docstring says it."""
    scale = resolution / PAD
    centre = np.arange(resolution) + 0.5
    ink = np.zeros((resolution, resolution))
    for stroke in drawing.strokes:
        p = stroke.points.astype(np.float64) * scale
        for a, b in pairwise(p) if len(p) > 1 else [(p[0], p[0])]:
            d = b - a
            x, y = np.meshgrid(centre - a[0], centre - a[1])
            along = np.clip((x * d[0] + y * d[1]) / max(d @ d, 1e-300), 0, 1)
            distance = np.hypot(x - along * d[0], y - along * d[1])
            coverage = np.clip(max(stroke.width * scale / 2, 0.5) + 0.5 - distance, 0, 1)
            ink = np.minimum(ink, 1 - coverage) if stroke.erase else np.maximum(ink, coverage)
    return ink


@given(drawings)
def test_every_pixel_is_its_exact_distance_to_the_line(drawing: Drawing) -> None:
    assert np.abs(afresh(drawing) - exact(drawing, 56)).max() < 1e-3


@given(drawings, st.data())
def test_drawing_on_equals_drawing_afresh_bit_for_bit(drawing: Drawing, data: st.DataObject) -> None:
    """Whatever was shown before: a beginning of it, undone strokes, or something else altogether."""
    canvas = Canvas(56)
    for _ in range(data.draw(st.integers(1, 4))):
        count = data.draw(st.integers(0, len(drawing.strokes)))
        partial = Drawing(drawing.strokes[:count])
        if partial.strokes:
            last = partial.strokes[-1]
            kept = data.draw(st.integers(1, len(last.points)))
            cut = Stroke(last.points[:kept], last.width, last.erase)
            partial = Drawing((*partial.strokes[:-1], cut))
        assert np.array_equal(canvas.show(partial), afresh(partial))
    assert np.array_equal(canvas.show(drawing), afresh(drawing))


def test_a_growing_stroke_draws_only_its_new_end(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []
    original = Canvas._segments
    monkeypatch.setattr(Canvas, "_segments", lambda self, a, *rest: (drawn.extend(a), original(self, a, *rest)))
    stroke = Stroke(np.array([[10.0, 10.0], [20.0, 20.0], [30.0, 10.0]]))
    canvas = Canvas(56)
    canvas.show(Drawing((stroke,)))
    drawn.clear()
    canvas.show(Drawing((stroke.extended([(40, 10)]),)))
    assert len(drawn) == 1


@pytest.mark.parametrize("change", ["width", "eraser", "points"])
def test_the_same_beginning_with_another_pen_is_drawn_afresh(change: str) -> None:
    points = np.array([[40.0, 40.0], [240.0, 240.0], [40.0, 200.0]])
    line = Stroke(points[:2], 18.0)
    other = {
        "width": Stroke(points, 6.0),
        "eraser": Stroke(points, 18.0, erase=True),
        "points": Stroke(points[::-1], 18.0),
    }[change]
    canvas = Canvas(56)
    canvas.show(Drawing((line,)))
    assert np.array_equal(canvas.show(Drawing((other,))), afresh(Drawing((other,))))


def test_the_eraser_takes_away_and_undo_brings_back() -> None:
    line = Stroke(np.array([[40.0, 140.0], [240.0, 140.0]]))
    rubber = Stroke(np.array([[140.0, 100.0], [140.0, 180.0]]), 30.0, erase=True)
    canvas = Canvas(56)
    before = canvas.show(Drawing((line,))).copy()
    erased = canvas.show(Drawing((line, rubber))).copy()
    assert before[28, 28] == 1
    assert erased[28, 28] == 0
    assert (erased <= before).all()
    assert np.array_equal(canvas.show(Drawing((line,))), before)


def test_ink_lies_over_a_picture_and_an_eraser_removes_it() -> None:
    base = np.full((10, 20), 0.5, np.float32)  # placed as large as fits: the middle half of the pad
    ink = afresh(Drawing((), base))
    assert ink[28, 28] == pytest.approx(0.5)
    assert ink[2, 28] == 0
    rubber = Stroke(np.array([[0.0, 140.0], [280.0, 140.0]]), 300.0, erase=True)
    assert afresh(Drawing((rubber,), base)).max() == 0


@given(drawings)
def test_over_colours_each_channel_is_drawn_on_as_grey_ink_is(drawing: Drawing) -> None:
    """The pen is white there, the eraser black."""
    base = np.random.default_rng(5).random((3, 9, 12), np.float32)
    canvas = Canvas(56)
    canvas.show(Drawing(drawing.strokes[:1], base))
    shown = canvas.show(Drawing(drawing.strokes, base))
    for channel, plane in zip(shown, base, strict=True):
        assert np.array_equal(channel, afresh(Drawing(drawing.strokes, plane)))
    assert canvas.show(drawing).shape == (56, 56), "and grey again without the colours"


@pytest.mark.parametrize("shape", [(28, 28), (3, 32, 32), (20, 20), (3, 49, 49), (3, 224, 224), (1, 1), (3, 600, 600)])
def test_a_picture_that_goes_on_as_it_is_stays_to_the_last_bit_where_nobody_drew(shape: tuple[int, ...]) -> None:
    base = np.random.default_rng(1).integers(0, 256, shape).astype(np.float32) / np.float32(255)
    whole = (1, *shape) if len(shape) == 2 else shape
    pen = Stroke(np.array([[20.0, 30.0], [90.0, 50.0]]), 30.0)
    rubber = Stroke(np.array([[200.0, 30.0], [200.0, 55.0]]), 30.0, erase=True)
    canvas = Canvas()
    image = OpenedImage("test image 1", 3, Preparation())
    for strokes in ((), (pen,), (pen, rubber), ()):
        network = received(canvas.ink(Drawing(strokes, base, image)), AS_IT_IS, whole)[1]
        rows = np.ones((whole[1], whole[1]), bool)
        if strokes:  # these rows or columns it has reached
            rows[: max(whole[1] * 80 // 280 + 1, 1)] = False
        assert np.array_equal(network[:, rows], base.reshape(whole)[:, rows])
        assert np.array_equal(network, base.reshape(whole)) == (not strokes)
    edited = received(canvas.ink(Drawing((pen, rubber), base, image)), AS_IT_IS, whole)[1]
    if whole[1] >= 20:
        at = [(int(y * whole[1] / 280), int(x * whole[1] / 280)) for x, y in ((55, 40), (200, 40))]
        assert edited[:, at[0][0], at[0][1]].min() > 0.9
        assert edited[:, at[1][0], at[1][1]].max() < 0.1


@pytest.mark.parametrize("far", [1e3, 1e6, 1e30, -1e30, 3e38])
def test_strokes_far_outside_the_pad_leave_it_empty_and_pass_through_it_whole(far: float) -> None:
    assert afresh(Drawing((Stroke(np.array([[far, far]])),))).max() == 0
    through = afresh(Drawing((Stroke(np.array([[-1000.0, 140.0], [1000.0, 140.0]])),)))
    assert through[28].min() == 1


def test_a_stroke_of_one_point_is_a_dot_of_the_pens_size() -> None:
    ink = afresh(Drawing((Stroke(np.array([[140.0, 140.0]]), 80.0),)), 280)
    assert float(ink.sum()) == pytest.approx(math.pi * 40**2, rel=0.01)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ([[math.nan, 0]], "finite"),
        ([[math.inf, 0]], "finite"),
        ([[1, 2, 3]], r"list of \[x, y\] points"),
        ([1, 2], r"list of \[x, y\] points"),
        (np.empty((0, 2)), "at least one point"),
    ],
)
def test_what_is_no_stroke_is_refused(bad: object, words: str) -> None:
    with pytest.raises(InputError, match=words):
        Stroke(np.array(bad, dtype=np.float64))


@pytest.mark.parametrize("width", [0, -1, math.nan, math.inf])
def test_a_pen_without_width_is_refused(width: float) -> None:
    with pytest.raises(InputError, match="width"):
        Stroke(np.array([[1.0, 2.0]]), width)


def test_points_cannot_change_under_a_stroke() -> None:
    source = np.array([[1.0, 2.0]], np.float32)
    stroke = Stroke(source)
    source[0, 0] = 9
    assert stroke.points.tolist() == [[1, 2]]
    with pytest.raises(ValueError, match="read-only"):
        stroke.points[0, 0] = 9


# --- placed --------------------------------------------------------------------------------------------------

raw = st.lists(
    st.lists(st.tuples(*[st.floats(-1e4, 1e4)] * 2).map(list), min_size=1, max_size=6), min_size=1, max_size=4
)


@settings(max_examples=200)
@given(raw, st.floats(1e-6, 1e6), st.tuples(*[st.floats(-1e5, 1e5)] * 2))
def test_units_and_origin_do_not_matter(many: list[list[list[float]]], scale: float, shift: tuple[float, ...]) -> None:
    everything = np.concatenate([np.array(s) for s in many])
    extent = float(np.ptp(everything, axis=0).max())
    if extent * scale < 1e-3 * max(map(abs, shift)) or extent < 1e-2:
        return  # the shift would swallow the digits of the points
    moved = [[[x * scale + shift[0], y * scale + shift[1]] for x, y in stroke] for stroke in many]
    for a, b in zip(placed(many).strokes, placed(moved).strokes, strict=True):
        assert np.allclose(a.points, b.points, atol=0.01)


@given(raw)
def test_the_longer_side_gets_its_size_in_the_middle_and_proportions_stay(many: list[list[list[float]]]) -> None:
    before = np.concatenate([np.array(s) for s in many])
    after = np.concatenate([s.points for s in placed(many).strokes]).astype(np.float64)
    low, high = after.min(axis=0), after.max(axis=0)
    assert np.allclose((low + high) / 2, PAD / 2, atol=1e-3)
    if (extent := np.ptp(before, axis=0).max()) > 0:
        assert (high - low).max() == pytest.approx(190, abs=1e-3)
        assert np.allclose(np.ptp(before, axis=0) / extent * 190, high - low, atol=1e-3)


@pytest.mark.parametrize("unit", [1e-320, 1e-30, 1e300])
def test_tiny_and_huge_units_are_only_units(unit: float) -> None:
    assert placed([[[0, 0], [unit, 0]]]).strokes[0].points.tolist() == [[45, 140], [235, 140]]


def test_far_from_zero_a_drawing_keeps_its_middle() -> None:
    assert placed([[[1e300, 0], [1e300, 2]]]).strokes[0].points.tolist() == [[140, 45], [140, 235]]


def test_a_drawing_of_one_place_is_a_dot_in_the_middle() -> None:
    assert placed([[[7, 7]], [[7, 7], [7, 7]]]).strokes[0].points.tolist() == [[140, 140]]


def test_empty_strokes_between_others_are_left_out() -> None:
    assert len(placed([[], [[0, 0], [1, 1]], []]).strokes) == 1


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ([], "no points"),
        ([[]], "no points"),
        (["ab"], "list of"),
        ([5], "list of"),
        ([None], "list of"),
        ([[["1", "2"]]], "two numbers"),
        ([[[True, False]]], "two numbers"),
        ([[[None, 1]]], "finite|two numbers"),
        ([[[1, 2], [3]]], "two numbers"),
        ([[[1, 2, 3]]], "two numbers"),
        ([[1, 2]], "two numbers"),
        ([[{"x": 1, "y": 2}]], "two numbers"),
        ([[[10**400, 1]]], "two numbers"),
        ([[[math.nan, 1]]], "finite"),
        ([[[1e308, 0], [-1e308, 0]]], "too large"),
        ([[[0, 0]] * (MAX_POINTS + 1)], "at most 200,000"),
    ],
)
def test_what_is_no_drawing_is_refused(bad: list[object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        placed(bad)  # type: ignore[arg-type]


def test_the_default_pen_is_the_pads() -> None:
    assert placed([[[0, 0]]]).strokes[0].width == PEN_WIDTH


def test_many_short_segments_are_the_same_drawn_together_or_alone() -> None:
    rng = np.random.default_rng(3)
    points = np.clip(np.cumsum(rng.normal(0, 3, (300, 2)), axis=0) + 140, 0, 280).astype(np.float32)
    together = Canvas(280).show(Drawing((Stroke(points),))).copy()
    alone = Canvas(280)
    drawing = Drawing((Stroke(points[:1]),))
    for n in range(1, len(points) + 1):
        drawing = Drawing((Stroke(points[:n]),))
        alone.show(drawing)
    assert np.array_equal(together, alone.show(drawing))

"""The table shows the geometry's numbers, each with its formula."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from statistics import median
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from convviz.session.experiment import State
from convviz.session.outbox import Frame
from convviz.spec.chain import inserted, removed, retyped
from convviz.spec.geometry import describe
from convviz.spec.network import AvgPool2d, Conv2d, NetworkSpec, times
from convviz.spec.presets import NETWORKS, lecture, lenet5
from convviz.ui.look import theme
from convviz.ui.network.layer_table import HEADERS, LayerTable, LayerTableModel

Role = Qt.ItemDataRole
ODD = NetworkSpec("odd", (3, 40, 30), (Conv2d("c", 4, (3, 5), (2, 1), (1, 0), (1, 2)), AvgPool2d("p", (2, 3))))


def cell(model: LayerTableModel, row: int, column: str, role: Role = Role.DisplayRole) -> Any:
    return model.data(model.index(row, HEADERS.index(column)), role)


@pytest.fixture
def model() -> LayerTableModel:
    return LayerTableModel()


@pytest.mark.parametrize("spec", [make() for make in NETWORKS.values()] + [ODD], ids=lambda spec: spec.name)
def test_every_cell(model: LayerTableModel, spec: NetworkSpec) -> None:
    model.set_network(spec)
    rows = describe(spec)
    assert model.rowCount() == len(rows) + 1
    for i, row in enumerate(rows):
        assert row.layer.id in cell(model, i, "layer")
        assert row.layer.setting in cell(model, i, "layer")
        assert cell(model, i, "output") == times(row.output_shape)
        assert int(cell(model, i, "parameters").replace(",", "")) == row.params
        assert int(cell(model, i, "products").replace(",", "")) == row.products
        seen = row.receptive_field
        for column, pair in (("field", seen and seen.size), ("jump", seen and seen.jump)):
            if pair is None:
                assert cell(model, i, column) in ("all", "–")
            else:
                assert cell(model, i, column) in ({str(pair[0]), times(pair)} if pair[0] == pair[1] else {times(pair)})
        for column, name in (("output", "output"), ("parameters", "params"), ("products", "products")):
            assert row.formulas[name] in cell(model, i, column, Role.ToolTipRole)
        for name in ("field", "jump"):
            assert row.formulas[name] in cell(model, i, name, Role.ToolTipRole)


def test_totals_of_the_lecture(model: LayerTableModel) -> None:
    model.set_network(lecture())
    last = model.rowCount() - 1
    assert cell(model, last, "layer") == "total"
    assert cell(model, last, "parameters") == "105,506"
    assert cell(model, last, "products") == "1,333,200"
    for column, total in (("parameters", 105_506), ("products", 1_333_200)):
        why = cell(model, last, column, Role.ToolTipRole)
        terms, result = why.split("\n")[-1].split(" = ")
        assert sum(int(term.replace(",", "")) for term in terms.split(" + ")) == total
        assert int(result.replace(",", "")) == total
    assert cell(model, last, "output") == cell(model, last, "jump") == ""
    assert cell(model, last, "parameters", Role.FontRole).bold()


def test_milliseconds_are_medians(
    model: LayerTableModel, make_state: Callable[..., State], make_frame: Callable[..., Frame]
) -> None:
    model.set_network(lecture())
    assert cell(model, 0, "ms") == cell(model, 10, "ms") == "…"
    state = make_state()
    names = [layer.id for layer in state.network]
    given = [0.2, 9.0, 0.4]
    for ms in given:
        model.add_times(make_frame(state, layer_ms=dict.fromkeys(names, ms)))
    assert float(cell(model, 0, "ms")) == median(given)
    assert float(cell(model, 10, "ms")) == pytest.approx(10 * median(given))
    assert "cpu" in cell(model, 0, "ms", Role.ToolTipRole)
    model.add_times(make_frame(state, layer_ms=dict.fromkeys(names, 5.0), device="cuda:0"))
    assert float(cell(model, 0, "ms")) == 5.0, "another device begins afresh"
    model.set_network(replace(lecture(), name="edited"))
    assert float(cell(model, 0, "ms")) == 5.0, "the same layers: their times go on"
    model.set_network(lenet5())
    assert cell(model, 0, "ms") == "…"


def test_it_is_a_proper_model(
    qtmodeltester: ModelTester,
    model: LayerTableModel,
    make_state: Callable[..., State],
    make_frame: Callable[..., Frame],
) -> None:
    qtmodeltester.check(model)
    model.set_network(lecture())
    qtmodeltester.check(model)
    model.add_times(make_frame(make_state()))
    model.refresh_times()
    assert model.rowCount(model.index(0, 0)) == model.columnCount(model.index(0, 0)) == 0
    assert model.headerData(0, Qt.Orientation.Vertical) is None
    assert model.columnCount(QModelIndex()) == len(HEADERS)


def test_a_click_on_a_row_chooses_its_layer(show: Callable[..., Any], qtbot: QtBot) -> None:
    view = show(LayerTable(), 620, 260)
    view.set_network(lecture())
    heard: list[str] = []
    view.layer_chosen.connect(heard.append)
    for row in (0, 3, 9, 10):
        middle = view.visualRect(view.model().index(row, 2)).center()
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert heard == ["conv1", "conv2", "fc2"], "the totals are no layer"


def test_showing_a_layer_does_not_choose_it(show: Callable[..., Any]) -> None:
    view = show(LayerTable(), 620, 260)
    view.set_network(lecture())
    view.layer_chosen.connect(lambda layer: pytest.fail(f"chose {layer}"))
    for layer, row in (("pool2", 4), ("input", None), ("fc2", 9), (None, None), ("gone", None)):
        view.set_layer(layer)
        chosen = [index.row() for index in view.selectionModel().selectedRows()]
        assert chosen == ([] if row is None else [row])


def test_all_rows_and_columns_can_be_seen_at_the_size_it_asks_for(show: Callable[..., Any]) -> None:
    view = LayerTable()
    view.set_network(lecture())
    view = show(view, 700, view.sizeHint().height())
    assert not view.verticalScrollBar().isVisible()
    assert not view.horizontalScrollBar().isVisible()
    model = view.model()
    metrics = view.fontMetrics()
    for row in range(model.rowCount()):
        for column in range(1, model.columnCount()):
            text = model.data(model.index(row, column))
            assert metrics.horizontalAdvance(text) <= view.columnWidth(column), (row, HEADERS[column], text)


def test_the_theme_has_one_rule_above_the_totals(show: Callable[..., Any]) -> None:
    view = show(LayerTable(), 620, 260)
    view.set_network(lecture())
    shot = view.viewport().grab().toImage()
    line = view.rowViewportPosition(10)
    colours = {shot.pixelColor(QPoint(x, line)).name() for x in range(5, 100)}
    assert len(colours) == 1
    assert colours != {shot.pixelColor(QPoint(5, view.rowViewportPosition(9))).name()}


def changed_cells(model: LayerTableModel) -> dict[tuple[int, str], str]:
    """The cells that stand out, and what their tool tips say stood there before."""
    found = {}
    for row in range(model.rowCount()):
        for column in HEADERS:
            colour = cell(model, row, column, Role.ForegroundRole)
            why = cell(model, row, column, Role.ToolTipRole) or ""
            before = why.partition("\nbefore the edits: ")[2]
            assert bool(before) == (colour is not None), (row, column)
            if before:
                assert colour == QColor("#123456")
                found[row, column] = before
    return found


def test_numbers_that_edits_changed_stand_out_and_say_what_they_were(model: LayerTableModel) -> None:
    model.changed_colour = "#123456"
    spec = lecture()
    model.set_network(spec, spec)
    assert changed_cells(model) == {}
    edited = spec.with_layer(replace(spec["conv2"], padding=(2, 2)))  # type: ignore[call-arg]
    model.set_network(edited, spec)
    found = changed_cells(model)
    rows, before = describe(edited), describe(spec)
    for at, (row, was) in enumerate(zip(rows, before, strict=True)):
        for column, now, then in (
            ("output", times(row.output_shape), times(was.output_shape)),
            ("parameters", f"{row.params:,}", f"{was.params:,}"),
            ("products", f"{row.products:,}", f"{was.products:,}"),
        ):
            assert found.get((at, column), now) == then, (at, column)
    assert found[len(rows), "parameters"] == "105,506"
    assert found[len(rows), "products"] == "1,333,200"
    model.set_network(spec, spec)
    assert changed_cells(model) == {}


def test_a_layer_that_was_inserted_is_new_and_others_are_compared_by_name(model: LayerTableModel) -> None:
    model.changed_colour = "#123456"
    spec = lecture()
    wide, name = inserted(spec, 1, "Tanh")
    model.set_network(wide, spec)
    assert cell(model, 1, "layer").startswith(name)
    assert set(changed_cells(model).values()) == {"new"}
    assert {row for row, _ in changed_cells(model)} == {1}
    model.set_network(removed(wide, name), spec)
    assert changed_cells(model) == {}


def test_only_cells_that_changed_are_told(model: LayerTableModel) -> None:
    spec = lecture()
    model.set_network(spec, spec)
    told: list[tuple[int, str]] = []
    model.dataChanged.connect(lambda at, _to: told.append((at.row(), HEADERS[at.column()])))
    model.modelReset.connect(lambda: pytest.fail("the selection would be lost"))
    model.set_network(replace(spec, name="again"), spec)
    assert told == []
    model.set_network(spec.with_layer(replace(spec["fc2"], out_features=12)), spec)  # type: ignore[call-arg]
    assert {(9, "output"), (9, "parameters"), (10, "parameters")} <= set(told)
    assert all(row >= 9 for row, _ in told)


def colours(shot: QImage, place: QRect) -> set[str]:
    return {
        shot.pixelColor(x, y).name() for x in range(place.x(), place.right()) for y in range(place.y(), place.bottom())
    }


def test_a_changed_number_has_the_accent_of_the_theme(show: Callable[..., Any], qapp: QApplication) -> None:
    spec = lecture()
    view = show(LayerTable(), 700, 260)
    view.set_network(spec.with_layer(replace(spec["fc2"], out_features=12)), spec)  # type: ignore[call-arg]
    place = view.visualRect(view.model().index(9, HEADERS.index("parameters")))
    for look in (theme.LIGHT, theme.DARK):
        theme.apply(qapp, look)
        assert look.accent in colours(view.viewport().grab().toImage(), place)
    view.set_network(spec, spec)
    assert theme.DARK.accent not in colours(view.viewport().grab().toImage(), place)


def test_a_layer_that_became_another_kind_is_the_same_row(model: LayerTableModel) -> None:
    changed, name = retyped(lecture(), "relu1", "Tanh")
    model.set_network(changed, lecture())
    row = [layer.id for layer in changed].index(name)
    assert all(cell(model, row, column, Role.ForegroundRole) is None for column in HEADERS)
    model.set_network(inserted(lecture(), 3, "Conv2d")[0], lecture())
    assert cell(model, 3, "output", Role.ForegroundRole) is not None, "a new row"


def test_the_whole_table_fits_beside_its_scroll_bar(show: Callable[..., Any]) -> None:
    """In the smallest window. A second bar below would come and go for ever, since each makes room for the other."""
    table = LayerTable()
    table.set_network(lecture())
    show(table, 464, 126)
    assert table.verticalScrollBar().isVisible()
    assert table.horizontalHeader().length() <= table.viewport().width()
    assert table.horizontalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOff


def test_a_network_without_layers_has_no_times_to_refresh(model: LayerTableModel) -> None:
    changed: list[object] = []
    model.dataChanged.connect(lambda *cells: changed.append(cells))
    model.set_network(NetworkSpec("none", (1, 28, 28), ()))
    model.refresh_times()
    assert changed == []

"""What is painted: the band across withheld rows, marks that can be told apart in grey, in every theme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from invented_rows import InventedRows
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from gui import theme
from gui.charts.marks import SIZE, draw_corner, draw_identifies, draw_mark
from gui.models.row_source import Lane, Mark, visible
from gui.pages.side_by_side_page import SideBySidePage
from gui.widgets.cell_delegate import ROW_HEIGHT
from gui.widgets.overview_strip import bin_lanes
from gui.widgets.row_pane import RowPane

PageOf = Callable[..., SideBySidePage]
THEMES = ("light", "dark", "high_contrast", "high_contrast_light")


def row_of(pane: RowPane, place: int) -> Counter[str]:
    """The colours in a painted row, with how often each is met."""
    image = pane.viewport().grab().toImage()
    top = place * ROW_HEIGHT - pane.verticalScrollBar().value()
    return Counter(
        QColor(image.pixel(x, y)).name()
        for x in range(0, image.width(), 3)
        for y in range(top + 1, top + ROW_HEIGHT - 1, 3)
    )


@pytest.mark.parametrize("name", THEMES)
def test_a_withheld_row_is_hatched_with_words_and_nothing_raw_shines_through(
    page_of: PageOf, qapp: QApplication, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(InventedRows(100))
    monkeypatch.setattr(theme.now, "name", name)
    theme.now.colours.clear()
    page.panes.choose(0)
    band, leaving = row_of(page.panes.out, 6), row_of(page.panes.out, 8)
    hatch, ink = theme.colour("withheld_hatch").name(), theme.colour("withheld_ink").name()
    assert band[hatch] > 30
    assert band[ink] > 0
    assert leaving[hatch] < 5
    assert theme.colour("direct_wash").name() not in band


def test_the_same_band_whatever_the_row_holds(page_of: PageOf) -> None:
    """Two withheld rows with different patients are painted alike, but for the phase of the hatching."""
    page = page_of(InventedRows(100, surname="A"))
    page.panes.choose(0)
    first = set(row_of(page.panes.out, 6))
    other = page_of(InventedRows(100, surname="ZZZZZZZZ"))
    other.panes.choose(0)
    assert set(row_of(other.panes.out, 6)) == first


def shape_of(draw: Callable[[QPainter], object]) -> np.ndarray:
    """A shape as black on white, whatever its colour."""
    image = QImage(20, 20, QImage.Format.Format_Grayscale8)
    image.fill(255)
    painter = QPainter(image)
    draw(painter)
    painter.end()
    return np.array([[image.pixelColor(x, y).value() < 128 for x in range(20)] for y in range(20)])


def test_every_flag_has_a_shape_of_its_own() -> None:
    black = QColor("black")
    shapes = {
        mark.name: shape_of(lambda p, m=mark: draw_mark(p, m, 5, 10, black))
        for mark in (Mark.SENSITIVE, Mark.OBJECTION, Mark.UNKNOWN, Mark.HAZARD)
    }
    shapes["CHANGED"] = shape_of(lambda p: draw_corner(p, 15, 5, black))
    shapes["DIRECT"] = shape_of(lambda p: draw_identifies(p, "direct_identifier", 5, 10, black))
    shapes["QUASI"] = shape_of(lambda p: draw_identifies(p, "quasi_identifier", 5, 10, black))
    names = list(shapes)
    for at, one in enumerate(names):
        assert shapes[one].any(), one
        for other in names[at + 1 :]:
            apart = int((shapes[one] ^ shapes[other]).sum())
            assert apart >= SIZE, f"{one} and {other} differ in {apart} points only"


def luminance(colour: QColor) -> float:
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str, name: str) -> float:
    tokens = theme.tokens()[name]
    high, low = sorted((luminance(QColor(tokens[one])), luminance(QColor(tokens[other]))), reverse=True)
    return (high + 0.05) / (low + 0.05)


TEXT = [
    ("ink", "paper"), ("ink", "sensitive_wash"), ("ink", "quasi_wash"), ("ink", "changed_wash"),
    ("direct_ink", "direct_wash"), ("direct_ink", "paper"), ("withheld_ink", "withheld_wash"),
    ("withheld_ink", "withheld_hatch"), ("selected_ink", "selected"), ("muted", "paper"),
    ("muted", "withheld_wash"), ("muted", "wash"), ("on_raw_header", "raw_header"), ("on_blue", "blue"),
    ("ink", "withheld_wash"), ("direct_ink", "withheld_wash"),
    *((f"on_tier_{t}", f"tier_{t}") for t in ("green", "amber", "red")),
]  # fmt: skip
SHAPES = [
    ("sensitive_mark", "sensitive_wash"), ("sensitive_mark", "paper"), ("objection_mark", "paper"),
    ("objection_mark", "withheld_wash"), ("hazard_mark", "paper"), ("changed_mark", "changed_wash"),
    ("selected_ink", "selected"), ("unknown_edge", "paper"), ("muted", "quasi_wash"),
]  # fmt: skip


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(("pair", "least"), [*((p, 4.5) for p in TEXT), *((p, 3.0) for p in SHAPES)])
def test_contrast_is_enough_for_everybody(name: str, pair: tuple[str, str], least: float) -> None:
    assert contrast(*pair, name) >= least, f"{pair[0]} on {pair[1]}: {contrast(*pair, name):.2f}"


def test_control_characters_get_a_sign_and_others_stay() -> None:
    assert visible("a\r\nb\tc\x00d\x7fe\u202ef") == "a␍⏎b⇥c␀d␡e‹U+202E›f"
    assert visible("naïve café £5 – “ok” \xa0 ♥") == "naïve café £5 – “ok” \xa0 ♥"
    assert visible(None) == ""
    assert len(visible("x" * 200_000_000)) < 3_000, "a huge cell is cut for painting only"


def test_bins_keep_every_flag_and_one_in_twenty_million_shows() -> None:
    rows = np.zeros(20_000_000, dtype=np.bool_)
    rows[13_000_000] = True
    bins = bin_lanes((Lane("unknown", "Not understood", rows),), None, 900)["unknown"]
    assert len(bins) == 900
    assert bins.sum() == 1
    assert bins[13 * 900 // 20] == 1
    few = bin_lanes((Lane("a", "A", np.array([True, False, True])),), None, 900)["a"]
    assert few.tolist() == [1, 0, 1]
    none = bin_lanes((Lane("a", "A", np.zeros(0, dtype=np.bool_)),), None, 900)["a"]
    assert not len(none)
    some = bin_lanes((Lane("a", "A", rows),), np.array([5, 13_000_000]), 10)["a"]
    assert some.tolist() == [0, 1]


def test_rows_that_come_out_of_sight_paint_nothing(
    page_of: PageOf, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(InventedRows(5_000))
    painted: list[int] = []
    raw = page.panes.raw
    whole = raw.painter_of_cells.paint_row
    monkeypatch.setattr(
        raw.painter_of_cells, "paint_row", lambda *a, **k: (painted.append(1), whole(*a, **k))
    )
    qapp.processEvents()
    painted.clear()
    raw.preview._page_came(9)
    qapp.processEvents()
    assert painted == []
    raw.preview._page_came(0)
    qapp.processEvents()
    assert painted

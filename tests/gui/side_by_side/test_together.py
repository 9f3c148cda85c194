"""Several filters at once: what a press does, what the counts say, and how all of them are said."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from invented_rows import InventedRows
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.preview_filters import kind_of as kind_of_core
from gui.models.filters import in_words, kind_of, pressed
from gui.models.row_source import ALL_ROWS, CATEGORY, CHANGED, LEFT_OUT, OBJECTED, PATIENT
from gui.pages.side_by_side_page import SideBySidePage
from gui.session import Session

PageOf = Callable[..., SideBySidePage]
Settle = Callable[[Session], None]
MIND, CANCER, HIV = CATEGORY + "mental_health", CATEGORY + "cancer", CATEGORY + "hiv"


@pytest.mark.parametrize(
    ("on", "press", "then"),
    [
        ((), MIND, (MIND,)),
        ((MIND,), CANCER, (MIND, CANCER)),
        ((MIND, CANCER), MIND, (CANCER,)),
        ((LEFT_OUT, MIND), CHANGED, (MIND, CHANGED)),
        ((LEFT_OUT, MIND), ALL_ROWS, ()),
        ((PATIENT + "3",), PATIENT + "4", (PATIENT + "4",)),
        ((OBJECTED,), LEFT_OUT, (OBJECTED, LEFT_OUT)),
    ],
)
def test_a_press_adds_takes_off_or_takes_the_place_of_another_fate(
    on: tuple[str, ...], press: str, then: tuple[str, ...]
) -> None:
    assert pressed(on, press) == then


@pytest.mark.parametrize(
    "filter_id", [CHANGED, LEFT_OUT, OBJECTED, MIND, PATIENT + "3", "reason:died", "unknown_code", ALL_ROWS]
)
def test_the_page_and_the_preview_agree_on_what_is_of_one_kind(filter_id: str) -> None:
    assert kind_of(filter_id) == kind_of_core(filter_id)


def test_all_that_are_on_make_one_sentence() -> None:
    labels = {LEFT_OUT: "Left out", MIND: "Mental health", HIV: "HIV and AIDS"}
    assert in_words((), labels) == ""
    assert in_words((MIND,), labels) == "Mental health"
    assert in_words((HIV, MIND, LEFT_OUT), labels) == "Left out, and HIV and AIDS or mental health"
    assert in_words((PATIENT + "12", LEFT_OUT), labels) == "Left out, and of this patient", "never a number"


def test_chips_work_together_and_count_the_combination(
    page_of: PageOf, session: Session, settle: Settle
) -> None:
    source = InventedRows(6_000)
    page = page_of(source)
    for filter_id in (LEFT_OUT, MIND, CANCER):
        QTest.mouseClick(page.filters.chip(filter_id), Qt.MouseButton.LeftButton)
        settle(session)
    both = source.mask(LEFT_OUT) & (source.mask(MIND) | source.mask(CANCER))
    assert 0 < page.cache.total() == both.sum() < source.mask(LEFT_OUT).sum()
    assert page.said.whole() == f"{both.sum():,} of 6,000 rows: Left out, and mental health or cancer"
    counts = {choice.id: choice.count for choice in page.filters.choices()}
    assert counts[LEFT_OUT] == both.sum(), "with the others"
    assert counts[CHANGED] == (source.mask(CHANGED) & (source.mask(MIND) | source.mask(CANCER))).sum()
    assert counts[HIV] == (source.mask(LEFT_OUT) & source.mask(HIV)).sum()
    assert counts[ALL_ROWS] == 6_000
    assert all(page.filters.chip(one).isChecked() for one in (LEFT_OUT, MIND, CANCER))
    assert not page.filters.chip(ALL_ROWS).isChecked()
    QTest.mouseClick(page.filters.chip(LEFT_OUT), Qt.MouseButton.LeftButton)
    settle(session)
    assert page.filters.on == (MIND, CANCER)
    QTest.mouseClick(page.filters.chip(ALL_ROWS), Qt.MouseButton.LeftButton)
    settle(session)
    assert page.cache.total() == 6_000


def test_a_combination_that_leaves_no_row_says_which_and_offers_a_way_back(
    page_of: PageOf, session: Session, settle: Settle
) -> None:
    page = page_of(InventedRows(500))
    page.set_filters((CHANGED, HIV))  # rows with HIV are left out
    settle(session)
    assert page.stack.currentWidget() is page.no_match
    assert page.no_match.heading.text() == "No row matches 'Changed, and HIV and sexual health'"
    page.no_match.button.click()
    settle(session)
    assert page.stack.currentWidget() is page.panes


@pytest.mark.parametrize("width", [1150, 720, 560])
def test_what_is_on_stays_in_sight_or_is_named_by_more(
    page_of: PageOf, session: Session, settle: Settle, width: int
) -> None:
    page = page_of(InventedRows(5_000), width)
    page.set_filters((HIV,))
    settle(session)
    bar = page.filters
    seen = [bar.chip(HIV)] if not bar.chip(HIV).isHidden() else [bar._more]
    assert "HIV and sexual health" in seen[0].text()
    assert seen[0].isChecked()
    ends = [chip.geometry().right() for chip in (*bar._chips.values(), bar._more) if not chip.isHidden()]
    assert max(ends) < bar.width(), "nothing is cut at the edge"

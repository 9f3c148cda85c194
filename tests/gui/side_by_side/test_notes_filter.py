"""A reviewer walks through the rows with something found in a note that leaves, and decides row by row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from test_core_rows import nhs_number

from gui.models.row_source import ALL_ROWS, LEFT_OUT, NOTES, UNCOUNTED
from gui.pages.side_by_side_page import SideBySidePage
from gui.session import Session
from gui.widgets.filter_bar import FilterBar

Settle = Callable[[Session], None]
SAID = ("Chest clear, sats 98% on air.", "Ring her on 07700 900123.", "Mrs Quillfeather worried.", "")
HEADER = "NHS Number,Family Name,Date of Birth,Postcode,Registration Status,Event Date,Code,Term,Note"


@pytest.fixture
def page(planned_page: Callable[[Path], SideBySidePage], tmp_path: Path) -> SideBySidePage:
    """Forty people with a note each, every other with something in it; for research, the notes scrubbed."""
    rows = [
        f"{nhs_number(n)},Thorne,{n % 27 + 1:02d}/03/19{n + 40},BS{n % 9 + 1} 4QN,Registered,"
        f'{n % 28 + 1:02d}/11/2025,195967001,Asthma,"{SAID[n % 4]}"'
        for n in range(40)
    ]
    path = tmp_path / "notes.csv"
    path.write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")
    return planned_page(path)


@pytest.fixture
def scrubbed(page: SideBySidePage, session: Session, settle: Settle) -> SideBySidePage:
    """The page where the notes leave with personal details taken out."""
    session.decide_field("notes", "Note", action="scrub")
    settle(session)
    return page


def choice(bar: FilterBar, wanted: str) -> int | None:
    return next((one.count for one in bar.choices() if one.id == wanted), None)


def test_no_such_filter_is_offered_before_a_note_leaves(page: SideBySidePage) -> None:
    assert choice(page.filters, NOTES) is None


def test_f8_goes_from_find_to_find_and_a_row_left_out_is_gone_from_them(
    scrubbed: SideBySidePage, session: Session, settle: Settle
) -> None:
    page = scrubbed
    bar = page.filters
    assert choice(bar, NOTES) == UNCOUNTED, "nobody asked for them, so no note was read"
    assert bar.chip(NOTES).accessibleName() == "Found in notes, not counted yet"
    bar.chip(NOTES).click()
    settle(session)
    assert choice(bar, NOTES) == page.cache.total() == 20
    assert bar.chip(NOTES).accessibleName() == "Found in notes, 20 rows"
    assert "20 of 40 rows: Found in notes" in page.said.text()
    note = next(column.position for column in page.cache.shape.raw if column.name == "Note")
    numbers = []
    for _stop in range(3):
        page.next_flag()
        settle(session)
        assert page.panes.position() == note, "the note itself is in sight, not the first field"
        numbers.append(page.cache.number_of(page.panes.place()))
    assert numbers == [2, 5, 6]
    session.leave_out_row("notes", 5)
    settle(session)
    assert page.cache.total() == choice(bar, NOTES) == 19
    page.set_filters((LEFT_OUT,))
    settle(session)
    assert choice(bar, NOTES) == 0, "what stays has no note that leaves"
    page.set_filter(ALL_ROWS)
    settle(session)
    assert choice(bar, NOTES) == 19, "once they are read they are counted"


def test_where_no_note_leaves_any_more_the_filter_can_be_taken_off(
    scrubbed: SideBySidePage, session: Session, settle: Settle
) -> None:
    page = scrubbed
    page.set_filters((NOTES,))
    settle(session)
    session.undo()
    settle(session)
    assert page.stack.currentWidget() is page.no_match
    assert choice(page.filters, NOTES) == 0
    assert "note" not in page.said.text().split(), "its name is said, and no id"
    page.filters.chip(NOTES).click()
    settle(session)
    assert page.cache.total() == 40
    assert choice(page.filters, NOTES) is None


def test_a_note_that_ends_with_a_full_stop_gets_no_second_one(
    scrubbed: SideBySidePage, session: Session, settle: Settle
) -> None:
    page = scrubbed
    note = next(column.position for column in page.cache.shape.raw if column.name == "Note")
    page.panes.choose(1, note)
    settle(session)
    row = page.cache.row_at(1)
    assert row is not None
    lines = page.teller.detail(row, note, "raw").lines
    told = next(line for line in lines if "[phone]" in line)
    assert "[phone]. Personal details" in told
    assert ".." not in told

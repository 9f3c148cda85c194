"""What a person sees first: the right colour of the tier, what was recorded, and no number cut."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

HEADER = ("NHS Number", "Surname", "Forename", "Address", "Date of Birth", "Registration Status", "Date",
          "Code", "Code Term", "Value")  # fmt: skip
LONG_NAME = "bulk_95047_Admin_Patient_20231017043213_F95EE3AF-0B9D-40EB-8B28-8E858EF0091F.csv"


@pytest.fixture
def planned(person: Any, tmp_path: Path, write_table: Any, number_of: Callable[[int], str]) -> Any:
    """A research plan for a table of events, on the side-by-side page."""
    rows = [
        (number_of(n), "OKAFOR", "Bela", f"{n} High Street", f"{n % 28 + 1:02d}/03/1961", "Registered",
         "04/05/2025", "44054006", "Type 2 diabetes mellitus", "54")
        for n in range(40)
    ]  # fmt: skip
    person.drop(write_table(tmp_path / LONG_NAME, HEADER, rows))
    person.opened()
    person.say_who("approved-research", "Bristol Diabetic Eye Screening", "study", 40)
    person.tick(person.window.pages["going_to"].objections.boxes["codes"])
    person.use_this()
    person.window.go_to("side_by_side")
    person.planned()
    return person


def colours(person: Any) -> str:
    return str(person.window.pages["side_by_side"].panes.out_title._ground)


def test_a_name_that_is_kept_turns_everything_red(planned: Any) -> None:
    window, session = planned.window, planned.session
    assert session.tier == "amber"
    planned.until(lambda: colours(planned) == "tier_amber")
    session.decide_field(session.current_table, "Surname", "keep")
    planned.planned()
    planned.until(lambda: colours(planned) == "tier_red")
    assert session.tier == "red"
    planned.until(lambda: "Names patients" in window.summary_bar.badge.text())
    assert "Names patients" in window.corner_badge.text()


def test_what_was_recorded_is_in_sight_first(planned: Any) -> None:
    page = planned.window.pages["side_by_side"]
    planned.until(lambda: page.panes.position() == HEADER.index("Code Term"))
    for pane in (page.panes.raw, page.panes.out):
        column = pane.preview.column_of(HEADER.index("Code Term"))
        left = pane.columnViewportPosition(column)
        assert pane.held_width() <= left
        assert left + pane.columnWidth(column) <= pane.viewport().width()


def test_side_by_side_says_its_state_in_words(planned: Any) -> None:
    page, button = planned.window.pages["side_by_side"], planned.window.rail.buttons["side_by_side"]
    planned.until(lambda: page.mover.looked_round)
    assert page.state().words == f"{page._flags} flags" if page._flags else "Have a look"
    planned.until(lambda: button.state.words == page.state().words)


@pytest.mark.parametrize("size", [(1366, 768), (1024, 700), (683, 384)])
def test_a_long_file_name_cuts_no_number(planned: Any, size: tuple[int, int]) -> None:
    window = planned.window
    window.resize(*size)
    assert (window.width(), window.height()) == size
    values = [window.summary_bar._values[key] for key in ("would_leave", "left_out")]
    planned.until(lambda: all(v.fontMetrics().horizontalAdvance(v.whole()) <= v.width() for v in values))
    if size[0] == 1366:
        badge = window.summary_bar.badge
        assert badge.width() >= badge.sizeHint().width()


def test_a_side_that_needs_less_leaves_room_to_the_other(
    person: Any, tmp_path: Path, write_table: Any, number_of: Callable[[int], str]
) -> None:
    rows = [(f"scans/{n:04d}/page one of three.tif", "1", "M85143", number_of(n)) for n in range(5)]
    header = ("FILEPATH", "PAGE COUNT", "GP-PRACTICE-CODE", "NHS-NO")
    person.drop(write_table(tmp_path / "metadata.csv", header, rows))
    person.opened()
    person.say_who("own-care-list", "Scanning bureau", "records", 5)
    person.use_this()
    person.window.go_to("side_by_side")
    split = person.window.pages["side_by_side"].panes.split
    person.until(lambda: split.sizes()[0] > split.sizes()[1] * 1.2)
    assert split.orientation() == Qt.Orientation.Horizontal

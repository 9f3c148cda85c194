"""What a law restricts is marked on the whole page: what goes with it too, and a note that stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.patients import Item, read_record
from core.patients.pointing import point_at
from core.preview import Preview
from tests.core.protection.closure import surgeries


def items(shown: Preview, patient: int = 0) -> dict[tuple[str, int], Item]:
    record = point_at(shown, read_record(shown, patient))
    return {(item.table, item.row): item for section in record.sections for item in section.items}


@pytest.mark.parametrize(("term", "restricted"), [("In vitro", True), ("HIV positive", False)])
def test_what_goes_with_a_restricted_entry_is_restricted_with_it(
    tmp_path: Path, term: str, restricted: bool
) -> None:
    entry, other = surgeries.concept(term), surgeries.ASTHMA
    told = [("02/06/2025", entry), ("03/06/2025", other)]
    events = [
        {
            "NHS number": surgeries.NHS[0],
            "Event date": day,
            "SNOMED code": code.snomed,
            "Code term": code.term,
        }
        for day, code in told
    ]
    letters = [{"NHS number": surgeries.NHS[0], "Letter date": day} for day, _code in told]
    survey = surgeries.surveyed(
        surgeries.write(tmp_path / "events.csv", list(events[0]), events),
        surgeries.write(tmp_path / "letters.csv", list(letters[0]), letters),
    )
    plan, rows = surgeries.decided(survey)
    found = items(Preview(survey, plan, surgeries.KEY, rows))
    went = found["letters", 0]
    assert went.reason_id == "closure.same_day"
    assert "Sensitive: " in went.chain[-1], "it says because of what it goes"
    assert went.restricted is restricted
    assert not found["letters", 1].restricted


@pytest.mark.parametrize("action", ["keep", "leave_out"])
def test_a_note_that_speaks_of_it_is_restricted_whether_it_leaves_or_stays(
    tmp_path: Path, action: str
) -> None:
    notes = (
        "Brought her gender recognition certificate",
        "Chest clear",
        "Second in vitro fertilisation failed",
    )
    rows = [
        {"NHS number": surgeries.NHS[0], "Event date": f"0{n}/06/2025", "Consultation notes": note}
        for n, note in enumerate(notes, 1)
    ]
    survey = surgeries.surveyed(surgeries.write(tmp_path / "notes.csv", list(rows[0]), rows))
    plan, decided = surgeries.decided(
        survey, decisions={"fields": {"notes": {"Consultation notes": {"action": action}}}}
    )
    found = items(Preview(survey, plan, surgeries.KEY, decided))
    assert [found["notes", row].restricted for row in range(3)] == [True, False, True]

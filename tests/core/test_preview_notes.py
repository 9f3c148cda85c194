"""The rows with something found in a note that leaves: read when asked for, once, and no more than needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from core.model import Cancelled
from core.preview import Preview
from core.protection.decisions import Decisions
from core.protection.scrubbed import Scrubber
from tests.core.protection.builders import make_survey, report
from tests.core.protection.strategies import KEY, job

NOTES = (
    "Chest clear, sats 98% on air.",
    "Ring her on 07700 900123 after five.",
    "  ",
    "Mrs Quillfeather worried. eGFR 62.",
    "Review in 6/52.",
    None,
)
FOUND = [1, 3, 7, 9, 13, 15]  # rows of three patients' six entries each


def with_notes(**more: Any) -> Any:
    tables = report(people=3, each=6)
    for at, row in enumerate(tables["events"].rows):
        row[10] = NOTES[at % 6]
    return make_survey(tables, **more)


@pytest.fixture
def survey() -> Any:
    return with_notes()


def shown(survey: Any, profile: str, action: str, **more: Any) -> Preview:
    decided = {"fields": {"events": {"Notes": {"action": action}}}, **more}
    made = job(survey, profile, decisions=Decisions.model_validate(decided))
    return Preview(survey, made.plan, KEY, made.rows)


def note_rows(preview: Preview, filters: Sequence[str] = ("note",)) -> list[int]:
    return [int(row) for row in preview.positions("events", filters)]


@pytest.mark.parametrize(("profile", "action"), [("approved-research", "scrub"), ("own-care-list", "keep")])
def test_rows_with_something_found_whether_it_is_taken_out_or_leaves(
    survey: Any, profile: str, action: str
) -> None:
    assert note_rows(shown(survey, profile, action)) == FOUND


def test_what_is_found_is_what_leaves_changed(survey: Any) -> None:
    preview = shown(survey, "approved-research", "scrub")
    changed = [row.row for row in preview.window("events", 0, 18).rows if "Notes" in row.changes]
    assert note_rows(preview) == changed


def test_a_note_that_stays_is_not_looked_at_and_neither_is_one_of_a_row_that_stays(survey: Any) -> None:
    assert note_rows(shown(survey, "approved-research", "leave_out")) == []
    objects = with_notes(objections={0: ["type1_dissent"]})
    assert note_rows(shown(objects, "approved-research", "scrub")) == FOUND[2:]


def test_it_narrows_and_is_narrowed_like_any_other(survey: Any) -> None:
    preview = shown(survey, "approved-research", "scrub")
    assert note_rows(preview, ("note", "patient:1")) == [7, 9]
    counts = preview.narrowing("events").counts(("note", "changed"), ("patient:2",))
    assert counts == {"note": 2, "changed": 6}


def test_notes_are_read_once_whatever_is_decided_after(survey: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    before = Scrubber.finds

    def finds(self: Scrubber, raw: Any, patient: Any) -> Any:
        read.append(len(raw))
        return before(self, raw, patient)

    monkeypatch.setattr(Scrubber, "finds", finds)
    preview = shown(survey, "approved-research", "scrub")
    preview.narrowing("events").counts(("changed",), ())
    assert read == [], "notes nobody asked for are not read"
    assert note_rows(preview) == FOUND
    assert sum(read) == 18
    again = shown(survey, "approved-research", "scrub", categories={"cancer": "withhold"})
    assert note_rows(again) == FOUND
    assert sum(read) == 18, "what was found is the same under another plan"


def test_it_can_be_stopped_and_goes_on_from_there(survey: Any) -> None:
    preview = shown(survey, "approved-research", "scrub")

    def stop(done: int, _total: int) -> None:
        if done >= 8:
            raise Cancelled

    with pytest.raises(Cancelled):
        preview.narrowing("events").read_notes(stop)
    told: list[tuple[int, int]] = []
    found = preview.narrowing("events").read_notes(lambda done, total: told.append((done, total)))
    assert found.nonzero()[0].tolist() == FOUND
    assert told[0] == (8, 18)

"""The page points at the entries that the queue speaks of, and at nothing that stays."""

from __future__ import annotations

import pytest

from core.model import Kind, Role
from core.patients import read_record, review_queue
from core.patients.pointing import ANOTHER, RARE_CODE, point_at
from core.preview import Preview
from core.protection import Decisions
from tests.core.patients.demo_previews import demo
from tests.core.protection.builders import REPORT, Made, make_survey
from tests.core.protection.strategies import KEY, job

ABOUT_ANOTHER = "Her mother was sectioned last week"
NOTES = (ABOUT_ANOTHER, "Seen with mother. Chest clear.", "In confidence: wife rang", None)


def noted(action: str) -> Preview:
    fields = (REPORT[0], ("Notes", Kind.FREE_TEXT, Role.NOTE))
    rows = [[f"999 000 {n:04d}", note] for n, note in enumerate(NOTES)]
    told = Decisions.model_validate({"fields": {"notes": {"Notes": {"action": action}}}})
    survey = make_survey({"notes": Made(fields, rows, list(range(len(NOTES))))})
    made = job(survey, "approved-research", decisions=told)
    return Preview(made.survey, made.plan, KEY, made.rows)


def marks(shown: Preview, patient: int) -> list[str]:
    record = point_at(shown, read_record(shown, patient))
    return [mark for section in record.sections for item in section.items for mark in item.marks]


@pytest.mark.parametrize("action", ["keep", "scrub"])
def test_a_note_about_another_person_is_pointed_at_as_in_the_queue(action: str) -> None:
    shown = noted(action)
    queued = {e.patient for e in review_queue(shown).entries if any(r.id == "third_party" for r in e.reasons)}
    assert queued
    pointed = {n for n in range(len(NOTES)) if any(mark.startswith(ANOTHER) for mark in marks(shown, n))}
    assert pointed == queued


def test_a_note_that_stays_is_not() -> None:
    assert marks(noted("leave_out"), 0) == []


def test_rare_codes_of_the_queue_are_pointed_at() -> None:
    shown = demo("emis-bulk")
    queued = review_queue(shown, at_least=200).entries
    found = [e.patient for e in queued if any(reason.id == "few_of_a_kind" for reason in e.reasons)]
    assert found
    for patient in found[:: len(found) // 6 + 1]:  # the least and the most pressing, and some between
        assert RARE_CODE in marks(shown, patient)

"""The local shared record and the record for the next practice: a worked example of each."""

from __future__ import annotations

from core.survey.results import Survey
from tests.core.protection.profiles.conftest import example_of, with_marks


def test_the_local_record_has_who_diagnoses_and_medicines(demo: Survey) -> None:
    found = example_of(demo, "local-shared-record")
    assert {"NHS Number", "Family Name", "Number and Street", "Mobile Telephone"} <= set(
        found.actions("patients")
    )
    assert "Ethnic Origin" not in found.actions("patients")
    assert {"Code", "Code Term", "Value", "Date"} <= set(found.actions("events"))
    assert found.withheld()["category.summary_care_exclusion"]
    assert found.withheld()["category.domestic_abuse"]
    assert found.failing() == []
    assert {"died", "left"} <= {c.id for c in found.rows.missing_out}


def test_local_and_any_refusal_keeps_the_patient_out_and_type_1_does_not(clinic: Survey) -> None:
    flags = {0: "local_share_refused", 1: "share_refused", 2: "type1_dissent"}
    found = example_of(with_marks(clinic, flags=flags), "local-shared-record")
    assert found.withheld() == {"objection.share_refused": 1, "objection.local_share_refused": 1}
    assert found.rows.patients_out == 2


def test_the_next_practice_gets_the_whole_record_and_nothing_is_too_sensitive(demo: Survey) -> None:
    said = {"registered_there": "yes", "not_by_gp2gp": "failed"}
    found = example_of(demo, "records-transfer", statements=said)
    assert found.rows.rows_out == found.rows.rows_in
    assert found.plan.withhold_categories == ()
    assert {"EMIS Number", "Ethnic Origin", "Date of Death", "Number and Street"} <= set(
        found.actions("patients")
    )
    assert found.failing() == []
    assert found.plan.statements == (("not_by_gp2gp", "failed"), ("registered_there", "yes"))


def test_a_record_goes_only_where_the_patient_is_registered(demo: Survey) -> None:
    assert "questions" in example_of(demo, "records-transfer", ask=True).failing()
    assert "Nobody said" in example_of(demo, "records-transfer").checked["questions"].detail
    said = {"registered_there": "no", "not_by_gp2gp": "failed"}
    found = example_of(demo, "records-transfer", statements=said)
    assert found.failing() == ["request"]
    assert "registered" in found.checked["request"].detail


def test_notes_go_to_the_next_practice_when_a_person_decides_and_has_read_them(demo: Survey) -> None:
    said = {"registered_there": "yes", "not_by_gp2gp": "failed"}
    notes = [f for f in demo.findings["events"] if f.kind.value == "free_text"]
    assert notes
    name = notes[0].field
    found = example_of(demo, "records-transfer", statements=said)
    planned = next(f for f in found.plan.for_table("events") if f.field == name)
    assert (planned.leaves, planned.needs_decision) == (False, True)
    decided = {"fields": {"events": {name: {"action": "keep"}}}}
    kept = example_of(demo, "records-transfer", statements=said, decisions=decided)
    assert kept.failing() == ["notes-read"]
    read = example_of(
        demo, "records-transfer", statements=said, decisions=decided, notes_read_by="Dr A Reader"
    )
    assert read.failing() == []


def test_a_confidential_address_stays_even_with_the_record(clinic: Survey) -> None:
    said = {"registered_there": "yes", "not_by_gp2gp": "failed"}
    marked = with_marks(clinic, flags={3: "spine_sensitive"})
    found = example_of(marked, "records-transfer", statements=said)
    assert found.cells("invite")["Address"] == ["23 Victoria Road", "4 Mill Lane", "2 High Street", None]

"""One patient's page: every row and every filled cell, what leaves exactly as the panes show it, bounded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.demo.words import load_codes
from core.model import Kind, Role, Status, UsageError
from core.patients import Item, PatientRecord, find_patients, read_record
from core.preview import Preview
from core.protection import Decisions
from core.reading import open_export
from core.survey import survey_export
from core.survey.results import NO_DAY, NO_PATIENT
from tests.core.patients.demo_previews import demo, planned
from tests.core.protection.builders import REPORT, Made, make_survey, report
from tests.core.protection.strategies import KEY, fewer, job, jobs


def preview(
    tables: dict[str, Made] | None = None, profile: str = "approved-research", **more: Any
) -> Preview:
    decisions = more.pop("decisions", None)
    made = job(make_survey(tables or report(), **more), profile, decisions=decisions)
    return Preview(made.survey, made.plan, KEY, made.rows)


def as_shown(shown: Preview, record: PatientRecord) -> None:
    """Every item of a record equals its row in the panes, to the character, and no row of theirs lacks."""
    items: dict[str, dict[int, Item]] = {}
    for section in record.sections:
        assert section.title
        assert all(item.family == section.family for item in section.items)
        for item in section.items:
            assert items.setdefault(item.table, {}).setdefault(item.row, item) is item
    for name, facts in shown.survey.facts.items():
        own = np.flatnonzero(facts.patient == record.patient)
        assert sorted(items.get(name, ())) == own.tolist()
        if not len(own):
            continue
        window = shown.rows_at(name, own)
        leaving = [f.field for f in shown.context.tables[name].fields if f.leaves]
        for row in window.rows:
            item = items[name][row.row]
            raw = {field: cell for field, cell in zip(window.raw_fields, row.raw, strict=True) if cell}
            out = {} if row.out is None else dict(zip(leaving, row.out, strict=True))
            assert raw == {field: held for field, held, _ in item.fields if held}
            assert all(out.get(field) == sent for field, _, sent in item.fields)
            assert {f for f, cell in out.items() if cell} == {f for f, _, sent in item.fields if sent}
            assert item.leaves is (row.out is not None)
            assert item.why == (row.withheld.text if row.withheld else "")
            assert {field for field, _ in item.changes} >= set(row.changes)


@pytest.mark.parametrize("shape", ["demo", "emis-bulk", "systmone", "fhir"])
def test_every_row_and_every_filled_cell_is_on_the_page_as_the_panes_show_it(shape: str) -> None:
    shown = demo(shape)
    for patient in (0, 41, shown.survey.patients.count - 1):
        record = read_record(shown, patient)
        assert record.items
        as_shown(shown, record)
        assert (record.cut, record.patient) == (0, patient)


@fewer
@given(jobs(), st.data())
def test_whatever_the_export_holds_the_page_has_all_of_it(made: Any, data: st.DataObject) -> None:
    shown = Preview(made.survey, made.plan, KEY, made.rows)
    if made.survey.patients.count:
        patient = data.draw(st.integers(0, made.survey.patients.count - 1))
        as_shown(shown, read_record(shown, patient))


def kinds_of_terms() -> dict[str, str]:
    return {concept.term.casefold(): concept.kind for concept in load_codes().concepts}


@pytest.mark.parametrize("shape", ["demo", "report", "emis-bulk", "systmone", "fhir", "vision"])
def test_rows_stand_under_their_family(shape: str) -> None:
    shown, kinds = demo(shape), kinds_of_terms()
    families = {
        "medicine": "medicines",
        "vaccination": "vaccinations",
        "family_history": "family_history",
        "value": "values",
    }
    met = set()
    for patient in range(0, shown.survey.patients.count, 6):
        for section in read_record(shown, patient).sections:
            for item in section.items:
                kind = kinds.get(item.held.split(" · ")[0].casefold(), "")
                if kind in families:
                    assert item.family == families[kind], shape
                    met.add(kind)
    assert len(met) > 1


def test_allergies_and_letters_stand_under_names_of_their_own() -> None:
    shown, met = demo("demo"), set()
    for table in ("allergies", "letters"):
        for row, patient in enumerate(shown.survey.facts[table].patient.tolist()):
            (section,) = [
                section
                for section in read_record(shown, patient).sections
                if any((item.table, item.row) == (table, row) for item in section.items)
            ]
            met.add((table, section.title))
    assert met == {("allergies", "Allergies and reactions"), ("letters", "Letters and documents")}


def test_who_the_patient_is_stands_at_the_head_with_what_leaves_of_it() -> None:
    told = {one.label: one for one in read_record(demo("demo"), 5).told}
    birth = told["Date of Birth"]
    assert birth.out == birth.raw[-4:]
    assert birth.why
    assert (birth.kind, birth.role) == ("quasi_identifier", "date_of_birth")
    assert told["Family Name"].out is None
    assert told["Family Name"].why == "It names the patient."
    assert told["Family Name"].raw in read_record(demo("demo"), 5).name


def test_why_a_row_stays_is_not_told_of_a_name_that_other_rows_leave_out_anyhow() -> None:
    shown = preview(report(people=1, categories={0: ["hiv"]}))
    surname = next(one for one in read_record(shown, 0).told if one.label == "Surname")
    assert "HIV" not in surname.why.upper()


def test_a_value_that_leaves_from_one_row_is_told_as_leaving() -> None:
    shown = preview(report(people=1, categories={0: ["hiv"]}))
    sex = next(one for one in read_record(shown, 0).told if one.label == "Sex")
    assert sex.out == sex.raw


def test_the_newest_come_first_and_rows_without_a_day_last() -> None:
    fields = (REPORT[0], REPORT[7])
    rows = [["9990000000", f"Thing {n}"] for n in range(4)]
    shown = preview({"t": Made(fields, rows, [0] * 4, day=[5, NO_DAY, 90, 7])})
    (section,) = read_record(shown, 0).sections
    assert [item.row for item in section.items] == [2, 3, 0, 1]


def test_of_very_many_rows_the_newest_of_each_family_are_read_and_the_rest_is_counted() -> None:
    fields = (REPORT[0], ("Term", Kind.CODED_CLINICAL, Role.TERM), ("Value", Kind.CLINICAL_VALUE, Role.VALUE))
    rows = [["9990000000", "Asthma" if n % 3 else "Weight", None if n % 3 else "70"] for n in range(300)]
    shown = preview({"t": Made(fields, rows, [0] * 300, day=list(range(300)))})
    record = read_record(shown, 0, most=20)
    assert {section.family: len(section.items) for section in record.sections} == {
        "problems": 20,
        "values": 20,
    }
    assert record.cut == 260
    assert "260 older entries are not shown here." in record.notes[0]
    assert [item.day for item in record.sections[1].items] == list(range(297, 237, -3))
    few = read_record(shown, 0, most=300)
    assert (few.cut, few.notes, few.items) == (0, (), 300)


def test_cutting_does_not_hide_that_some_row_leaves() -> None:
    fields = (REPORT[0], REPORT[7])
    rows = [["9990000000", f"Thing {n}"] for n in range(30)]
    made = Made(fields, rows, [0] * 30, day=list(range(30)), categories={n: ["hiv"] for n in range(10, 30)})
    record = read_record(preview({"t": made}), 0, most=5)
    assert record.leaving == 0
    assert record.left_out == ""


def test_rows_that_name_nobody_are_on_nobodys_page_and_said() -> None:
    fields = (REPORT[0], REPORT[7])
    tables = {
        "t": Made(fields, [["9990000000", "Asthma"], [None, "Gout"]], [0, NO_PATIENT]),
        "notes": Made((("Note", Kind.FREE_TEXT, Role.NOTE),), [["Seen today."]], [NO_PATIENT]),
        "staff": Made((("Name", Kind.STAFF, Role.STAFF_NAME),), [["Dr Quillfeather"]], [NO_PATIENT]),
    }
    record = read_record(preview(tables), 0)
    assert record.items == 1
    (note,) = record.notes
    assert note.startswith("1 row of the file (t) cannot be told whose they are")


def test_tables_without_any_patient_are_said_where_they_may_be_about_somebody() -> None:
    notes = read_record(demo("fhir"), 0).notes
    assert len(notes) == 1
    assert "other values" in notes[0]
    assert read_record(demo("emis-bulk"), 0).notes == ()  # dictionaries and staff are about no patient


def test_a_patient_who_is_left_out_whole_says_why() -> None:
    objecting = read_record(preview(objections={1: ["type1_dissent"]}), 1)
    assert objecting.left_out_id == "objection.type1_dissent"
    assert objecting.left_out
    assert objecting.leaving == 0
    gone = read_record(preview(status=[Status.REGISTERED, Status.DIED, *[Status.REGISTERED] * 4]), 1)
    assert gone.left_out_id == "status.died"
    assert read_record(preview(), 1).left_out == ""


def test_a_patient_left_out_by_hand_is_known_by_the_code_of_the_record() -> None:
    code = read_record(preview(), 2).code
    decided = preview(decisions=Decisions.model_validate({"patients": {"leave_out": [code]}}))
    record = read_record(decided, 2)
    assert (record.left_out_id, record.code) == ("decision.patient", code)
    assert read_record(decided, 1).left_out == ""


def test_all_rows_sensitive_is_not_the_whole_patient_left_out() -> None:
    record = read_record(preview(report(people=1, categories={n: ["hiv"] for n in range(3)})), 0)
    assert record.leaving == 0
    assert record.left_out == ""
    item = record.sections[0].items[0]
    assert item.reason_id == "category.hiv"
    assert item.marks == ("Sensitive: Hiv",)
    assert item.restricted
    assert not item.by_hand


def test_a_code_number_is_told_in_the_words_of_the_exports_own_dictionary() -> None:
    shown = demo("emis-bulk")
    found = [
        item
        for patient in range(30)
        for section in read_record(shown, patient).sections
        for item in section.items
        if "CareRecord_Observation" in item.table
    ]
    assert found
    assert all(item.meaning and item.held.startswith(item.meaning) for item in found)
    assert all(item.out.startswith(item.meaning) for item in found if item.out is not None)


def test_the_meaning_of_a_number_is_not_told_as_leaving_where_the_number_does_not() -> None:
    shown = demo("emis-bulk")
    table = next(name for name in shown.survey.facts if "CareRecord_Observation" in name)
    kept = Decisions.model_validate({"fields": {table: {"CodeId": {"action": "leave_out"}}}})
    without = planned(shown.survey, decisions=kept)
    items = [
        item
        for patient in range(30)
        for section in read_record(without, patient).sections
        for item in section.items
        if item.table == table and item.out is not None
    ]
    assert items
    assert all(item.meaning not in item.out for item in items if item.out is not None)


def test_a_long_note_is_cut_on_the_line_only() -> None:
    note = "Long. " * 200
    fields = (REPORT[0], ("Notes", Kind.FREE_TEXT, Role.NOTE))
    record = read_record(preview({"t": Made(fields, [["9990000000", note]], [0])}), 0)
    (item,) = record.sections[0].items
    assert (len(item.held), item.held[-1]) == (400, "…")
    assert item.fields[1][1] == note


@pytest.mark.parametrize("patient", [-1, 6, 99])
def test_nobody_has_no_page(patient: int) -> None:
    with pytest.raises(UsageError):
        read_record(preview(), patient)


def test_what_is_printed_of_a_record_has_no_cell_of_the_patient() -> None:
    shown = demo("demo")
    record = read_record(shown, 5)
    found = find_patients(shown, record.told[5].raw)
    printed = f"{record!r} {record.told!r} {record.sections!r} {found!r}"
    cells = {cell for s in record.sections for item in s.items for _, cell, _ in item.fields if len(cell) > 4}
    assert found
    assert cells
    assert not [cell for cell in cells | set(record.name.split()) if cell in printed]


def test_names_of_people_around_a_patient_are_not_the_patients() -> None:
    person = (REPORT[0], ("Surname", Kind.DIRECT_IDENTIFIER, Role.SURNAME))
    kin = (REPORT[0], ("Surname", Kind.DIRECT_IDENTIFIER, Role.SURNAME), ("Phone", Kind.UNKNOWN, Role.PHONE))
    tables = {
        "related people": Made(kin, [["9990000000", "Thorncastle", "0117 496 0001"]], [0], day=[9]),
        "patients": Made(person, [["9990000000", "Quillfeather"]], [0]),
    }
    record = read_record(preview(tables), 0)
    assert record.name == "Quillfeather"
    assert "Thorncastle" not in [one.raw for one in record.told]
    (item,) = (i for s in record.sections for i in s.items if i.table == "related people")
    assert "About another person" in item.marks


def test_in_a_message_the_parts_of_a_blood_pressure_are_its_patients(tmp_path: Path) -> None:
    number = {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000026"}
    parts = [
        {"code": {"coding": [{"system": "http://snomed.info/sct", "code": code}]}, "valueQuantity": quantity}
        for code, quantity in (
            ("271649006", {"value": 141, "unit": "mmHg"}),
            ("271650006", {"value": 85, "unit": "mmHg"}),
        )
    ]
    patient = {
        "resourceType": "Patient",
        "id": "p1",
        "identifier": [number],
        "name": [{"family": "Quillfeather"}],
    }
    pressure = {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "75367002"}]},
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": "2026-03-04",
        "component": parts,
    }
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": patient}, {"resource": pressure}],
    }
    (tmp_path / "one.json").write_text(json.dumps(bundle), "utf-8")
    record = read_record(planned(survey_export(open_export([tmp_path / "one.json"]))), 0)
    (series,) = record.series
    assert [(point.value, point.second) for point in series.points] == [(141, 85)]


def test_a_cell_that_only_leaves_is_on_the_page_as_well() -> None:
    fields = (REPORT[0], REPORT[7])
    record = read_record(preview({"t": Made(fields, [[None, "Asthma"]], [0])}), 0)
    (item,) = record.sections[0].items
    assert item.fields[0] == ("NHS Number", "", record.code)

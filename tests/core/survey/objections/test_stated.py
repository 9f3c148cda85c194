"""Objections that are a short text of their own in a remark, a value or a title: heeded as in a term."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from core.reading import open_export
from core.survey import load_lookup, survey_export
from core.survey.objection_words import objection_stated, rough_statement
from core.survey.objections.entries import flag_field, table_of_objectors
from core.survey.objections.in_text import objecting_rows, tokens_of

OBJECTS = {
    "Type 1 opt out": "type1_dissent",
    "TYPE 1 OPT-OUT": "type1_dissent",
    "T1 opt out form received": "type1_dissent",
    "GPDPR opt out": "type1_dissent",
    "care.data opt out": "type1_dissent",
    "Dissent secondary use": "type1_dissent",
    "Opted out of NHS Digital collection": "type1_dissent",
    "NDOO": "national_data_opt_out",
    "National data opt-out": "national_data_opt_out",
    "Objects to sharing for research": "third_party_refused",
    "Does not want data used for research": "third_party_refused",
    "Not for research": "third_party_refused",
}
MAKES_NONE = (
    "No objection to referral",
    "Happy to share data",
    "Objection to vaccine",
    "Opted out of bowel screening",
    "Type 1 opt out leaflet sent",
    "Secondary dissent withdrawn",
    "Wants to know about data sharing opt out",
    "NDOO checked: none",
    "Opted out of data sharing, opted back in",
    "Shared care agreement",
    "Suitable for research",
    "Type 1 diabetes, opted out of research",
)


@pytest.mark.parametrize(("text", "meaning"), OBJECTS.items())
def test_a_short_statement_is_an_objection(text: str, meaning: str) -> None:
    assert objection_stated(text) == meaning
    assert pc.match_substring_regex(pa.array([text]), rough_statement())[0].as_py()


@pytest.mark.parametrize("text", MAKES_NONE)
def test_what_makes_none(text: str) -> None:
    assert objection_stated(text) == ""


def test_a_note_that_tells_of_a_talk_makes_none() -> None:
    note = "Long talk with her daughter today of her type 1 opt out, which she may or may not make some day."
    assert objection_stated(note) == ""


def test_a_column_is_searched_for_them() -> None:
    tokens = tokens_of(load_lookup().objection_codes)
    column = pa.array([*MAKES_NONE, *OBJECTS])
    found = {int(row) for rows, _ in objecting_rows(column, tokens) for row in rows}
    assert found == set(range(len(MAKES_NONE), len(column)))


def test_the_patient_of_a_remark_objects(tmp_path: Path) -> None:
    head = ("NHS Number", "Date of Birth", "Event Date", "SNOMED Code", "Term", "Remark")
    rows = [
        ("9990000018", "01/07/1960", "12/03/2024", "38341003", "Hypertension", "seen"),
        ("9990000018", "01/07/1960", "13/03/2024", "38341003", "Hypertension", "Type 1 opt-out"),
        *[("9990000026", "02/07/1960", "12/03/2024", "195967001", "Asthma", "seen")] * 8,
    ]
    path = tmp_path / "audit.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    survey = survey_export(open_export([path]))
    assert {c.id: c.patients for c in survey.objections} == {"type1_dissent": 1}


def test_headings_and_names_of_tables() -> None:
    secondary = flag_field("Secondary Use")
    assert secondary is not None
    assert secondary.objects("Refused")
    assert secondary.objects("Dissent")
    assert not secondary.objects("Given")
    assert flag_field("Secondary diagnosis") is None
    assert table_of_objectors("dissent list")
    assert not table_of_objectors("dissent codes explained")

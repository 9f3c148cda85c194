"""A recipient of FHIR records can follow a link: a reference and the record that it means have one code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.engine import apply_table
from core.protection import (
    Decisions,
    Key,
    ObjectionSource,
    decide_rows,
    load_profile,
    make_context,
    make_plan,
)
from core.reading import open_export
from core.survey import survey_export

GUIDS = [f"1a2b3c4d-0000-4000-8000-00000000000{letter}" for letter in "abcdef"]
DIABETES = {
    "coding": [
        {
            "system": "http://snomed.info/sct",
            "code": "44054006",
            "display": "Type 2 diabetes mellitus",
        }
    ]
}


def sent(path: Path, ids: list[str], referred: list[str]) -> tuple[list[str], list[str]]:
    """The codes of two encounters' own keys, and of the references of two problems to them."""
    whose = {"reference": f"Patient/{ids[0]}"}
    resources: list[dict[str, Any]] = [
        {
            "resourceType": "Patient",
            "id": ids[0],
            "birthDate": "1961-04-12",
            "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000018"}],
        }
    ]
    for at in (1, 2):
        resources.append(
            {"resourceType": "Encounter", "id": ids[at], "subject": whose, "status": "finished",
             "period": {"start": "2025-06-01"}}
        )  # fmt: skip
        resources.append(
            {"resourceType": "Condition", "id": ids[at + 2], "subject": whose, "code": DIABETES,
             "encounter": {"reference": referred[at - 1]}, "onsetDateTime": "2025-06-01"}
        )  # fmt: skip
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]}
    path.write_text(json.dumps(bundle), encoding="utf-8")
    survey, key = survey_export(open_export([path])), Key(bytes(range(32)))
    said = {
        "problems": {"Encounter reference": {"action": "surrogate"}, "Record id": {"action": "surrogate"}},
        "encounters": {"Record id": {"action": "surrogate"}},
    }
    plan = make_plan(
        survey,
        load_profile("approved-research"),
        recipient="R",
        project="P",
        objection_sources=[ObjectionSource("codes")],
        assume_registered=True,
        decisions=Decisions.model_validate({"fields": said}),
    )
    context = make_context(survey, plan, key, decide_rows(survey, plan, key))

    def column(table: str, name: str) -> list[str]:
        blocks = apply_table(survey.export.table(table), context, workers=1)
        return [row[name] for block in blocks for row in block.data.to_pylist()]

    return column("encounters", "Record id"), column("problems", "Encounter reference")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Encounter/{}", "Encounter/{}"),
        ("urn:uuid:{}", "Encounter/{}"),
        ("https://a.example/fhir/Encounter/{}", "Encounter/{}/_history/3"),
    ],
)
def test_a_reference_has_the_code_of_its_record(tmp_path: Path, one: str, other: str) -> None:
    referred = [one.format(GUIDS[1]), other.format(GUIDS[2].upper())]
    records, references = sent(tmp_path / "records.json", GUIDS, referred)
    assert references == records
    assert len(set(records)) == 2
    assert all(code.startswith("S-") for code in records)

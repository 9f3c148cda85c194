"""The practice as FHIR: valid by the model library, and the same people."""

from __future__ import annotations

import json
from pathlib import Path

from fhir.resources.R4B.bundle import Bundle

from core.demo import make_practice, write


def test_the_bundle_is_valid_and_holds_everybody(tmp_path: Path) -> None:
    (path,) = write("fhir", tmp_path, patients=80)
    Bundle.model_validate_json(path.read_bytes())
    resources = [entry["resource"] for entry in json.loads(path.read_bytes())["entry"]]
    practice = make_practice(80)
    people = [r for r in resources if r["resourceType"] == "Patient"]
    assert [r["name"][0]["family"] for r in people] == [p.surname for p in practice.people]
    assert len(resources) - len(people) == len(practice.events)
    assert {r["resourceType"] for r in resources} >= {"Condition", "Observation", "MedicationStatement"}


def test_a_line_a_resource_and_the_same_bytes_again(tmp_path: Path) -> None:
    (path,) = write("fhir-lines", tmp_path / "a", patients=80)
    (again,) = write("fhir-lines", tmp_path / "b", patients=80)
    assert path.read_bytes() == again.read_bytes()
    kinds = [json.loads(line)["resourceType"] for line in path.read_text("utf-8").splitlines()]
    assert kinds[0] == "Patient"
    assert "Immunization" in kinds

"""Adastra: a case is not a patient. A row that names only its case is its patient's, who may have many."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from core.model import Kind, Role
from core.protection import Decisions, Key, ObjectionSource, decide_rows, load_profile, make_plan
from core.protection.apply import apply, make_context
from core.reading import open_export
from core.survey import survey_export
from core.survey.results import Survey
from resources import ROOT

NHS = ("9990000018", "9990000026")
KEY = Key(bytes(range(32)))
TYPE1 = "9Nu0."


def columns(table: str) -> list[str]:
    layouts = tomllib.loads((ROOT / "formats" / "adastra.toml").read_text(encoding="utf-8"))["layout"]
    return next(x["columns"][0].split() for x in layouts if x["table"] == table)


def surveyed(folder: Path, **tables: Sequence[Mapping[str, str]]) -> Survey:
    paths = []
    for table, rows in tables.items():
        path = folder / f"Adastra_RX999_{table.upper()}_20260112060000.csv"
        lines = ["|".join(row.get(name, "") for name in columns(table)) for row in rows]
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        paths.append(path)
    return survey_export(open_export(paths))


def person(case: str, key: str, nhs: str = "", day: str = "1961-03-04") -> dict[str, str]:
    return {
        "CaseRef": case,
        "PatientRef": key,
        "NHSNumber": nhs,
        "DOB": day,
        "Forename": "Ada",
        "Surname": "Quixley",
        "Gender": "Female",
        "RegistrationType": "Registered",
        "HomeAddressPostcode": "ZZ99 3VZ",
        "CurrentAddressPostcode": "ZZ99 3VZ",
    }


def case(case: str, key: str) -> dict[str, str]:
    stamp = {"StartDateTime": "2025-06-02 20:58:00", "EndDateTime": "2025-06-02 22:10:00"}
    return {"PatientRef": key, "CaseRef": case, "CaseNo": "70001", "LocationName": "Centre", **stamp}


def code(case: str, read: str = "H33..") -> dict[str, str]:
    return {"CaseRef": case, "ConsultationRef": f"K{case}", "ClinicalCode": read, "Term": "Asthma"}


def whose(survey: Survey, table: str) -> list[int]:
    name = next(name for name in survey.facts if table.upper() in name.split("_"))
    return survey.facts[name].patient.tolist()


PEOPLE = (person("C1", "17", NHS[0]), person("C2", "17", NHS[0]), person("C3", "18"), person("17", "18"))
CASES = (case("C1", "17"), case("C2", "17"), case("C3", "18"), case("17", "18"))
CODES = tuple(code(of) for of in ("C1", "C2", "C3", "17"))


def test_a_patients_cases_are_one_patients(tmp_path: Path) -> None:
    survey = surveyed(tmp_path, patient=PEOPLE, case=CASES, clinicalcodes=CODES)
    assert sorted(survey.patients.identity) == ["local|18", f"nhs|{NHS[0]}"]
    for table in ("patient", "case", "clinicalcodes"):
        one, same, other, again = whose(survey, table)
        assert one == same != other == again, table


def test_what_each_key_is(tmp_path: Path) -> None:
    survey = surveyed(tmp_path, patient=PEOPLE, case=CASES, clinicalcodes=CODES)
    told = {(f.field, f.role, f.kind) for of in survey.findings.values() for f in of if "Ref" in f.field}
    assert ("CaseRef", Role.ROW_KEY, Kind.LINKING_KEY) in told
    assert ("PatientRef", Role.PATIENT_KEY, Kind.LINKING_KEY) in told
    assert {role for field, role, _ in told if field in ("CaseRef", "PatientRef")} == {
        Role.ROW_KEY,
        Role.PATIENT_KEY,
    }


def test_each_case_has_its_code_and_each_patient_theirs(tmp_path: Path) -> None:
    survey = surveyed(tmp_path, patient=PEOPLE, case=CASES, clinicalcodes=CODES)
    coded = {"CaseRef": {"action": "surrogate"}, "PatientRef": {"action": "pseudonym"}}
    has = {name: {f.field for f in of} for name, of in survey.findings.items()}
    decisions = Decisions(
        fields={name: {f: a for f, a in coded.items() if f in has[name]} for name in survey.findings},
        confirmed={},
    )
    plan = make_plan(
        survey,
        load_profile("records-transfer"),
        recipient="R",
        project="P",
        decisions=decisions,
    )
    rows = decide_rows(survey, plan, KEY)
    context = make_context(survey, plan, KEY, rows)
    sent: dict[str, list[list[str]]] = {"CaseRef": [], "PatientRef": []}
    for name in survey.findings:
        for block in survey.export.table(name).blocks():
            out = apply(survey.export.table(name).read(block), context)
            for field, of in sent.items():
                if field in out.names:
                    of.append(out.data.column(field).to_pylist())
    cases = sent["CaseRef"]
    assert len(cases) == 3
    assert all(of == cases[0] for of in cases)
    assert len(set(cases[0])) == 4
    codes = context.coder.patients
    own = {who: codes.text(at) for at, who in enumerate(survey.patients.identity)}
    expected = [own[f"nhs|{NHS[0]}"]] * 2 + [own["local|18"]] * 2
    assert sent["PatientRef"] == [expected, expected]


@pytest.mark.parametrize("objecting", range(4))
def test_an_objection_in_one_case_holds_in_all_of_the_patients(tmp_path: Path, objecting: int) -> None:
    codes = [code(row["CaseRef"], TYPE1 if at == objecting else "H33..") for at, row in enumerate(CODES)]
    survey = surveyed(tmp_path, patient=PEOPLE, case=CASES, clinicalcodes=codes)
    plan = make_plan(
        survey,
        load_profile("approved-research"),
        recipient="R",
        project="P",
        objection_sources=(ObjectionSource("codes"),),
        assume_registered=True,
    )
    rows = decide_rows(survey, plan, KEY)
    for name, withheld in rows.withheld.items():
        kept = [at for at, n in enumerate(withheld.tolist()) if not n]
        assert kept == ([2, 3] if objecting < 2 else [0, 1]), name


def test_a_case_of_two_patients_is_either_ones(tmp_path: Path) -> None:
    """What is recorded under it may be of both: who objects takes it along."""
    people = (person("C1", "17", NHS[0]), person("C1", "18", NHS[1]), person("C2", "18", NHS[1]))
    survey = surveyed(tmp_path, patient=people, clinicalcodes=[code("C1"), code("C2", TYPE1)])
    unsure, second = whose(survey, "clinicalcodes")
    assert unsure not in whose(survey, "patient")
    objections = survey.patients.objections
    assert objections[second] != 0
    assert objections[unsure] & objections[second] == objections[second]


def test_codes_alone_are_of_one_patient_a_case(tmp_path: Path) -> None:
    survey = surveyed(tmp_path, clinicalcodes=CODES)
    assert list(survey.patients.identity) == [f"local|case/{row['CaseRef']}" for row in CODES]

# ruff: noqa: E501  (tables are easier to check in few lines)
"""The verified table of opt-out codes, row by row: right meaning, right effect, case kept, never by prefix."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from core.protection.objections import objection_rules
from core.protection.plan import Purpose
from core.survey.codes.code_reader import CodeReader
from core.survey.codes.codelists import load_lookup
from core.survey.results import OBJECTIONS, Survey

NHS = ("9990000018", "9990000026", "9990000034", "9990000042", "9990000050", "9990000069", "9990000077")
#: What the table calls a withdrawal or a consent, and the objection it takes back. The others take back nothing.
TAKES_BACK = {
    "type1_withdrawn": "type1_dissent",
    "type2_withdrawn": "type2_dissent",
    "local_share_consent": "local_share_refused",
    "share_consent": "share_refused",
    "third_party_consent": "third_party_refused",
}
NOTHING = ("scr_consent", "national_share_consent", "records_access_risk", "records_access_risk_cleared")
OURS = {"capacity": "cannot_consent"}


def table(shared: Path) -> list[dict[str, str]]:
    path = shared / "reference" / "codes" / "opt_outs.csv"
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def test_every_row_has_its_meaning_and_its_effect(shared: Path) -> None:
    rows = table(shared)
    assert len(rows) == 57
    lookup = load_lookup()
    for row in rows:
        meaning = row["meaning"].split(" ")[0].split(";")[0]
        found = lookup.objection_of_code(row["code"])
        if meaning in NOTHING:
            assert found is None, row["code"]
        elif meaning in TAKES_BACK:
            assert found == (TAKES_BACK[meaning], False), row["code"]
        else:
            assert found == (OURS.get(meaning, meaning), True), row["code"]
            assert effect(found[0]) == expected(row["effect"]), row["code"]


def effect(meaning: str) -> str:
    rule = objection_rules()[meaning]
    if rule.acts(Purpose.BEYOND_CARE, ()):
        return "beyond care"
    return ", ".join(rule.withhold_for)


def expected(said: str) -> str:
    """The table's words for what an objection does, as our own."""
    if said.startswith(("exclude_patient unless", "exclude_patient from research", "flag patient")):
        return "beyond care"
    if "third party" in said or said == "warn; user decides":  # decided on the side of the patient
        return "beyond care"
    if "ICB" in said:
        return "local_shared_record, commissioner" if "local shared" in said else "commissioner"
    if "audit" in said:
        return "audit"
    assert "shared record" in said
    return "national_shared_record, local_shared_record"


@pytest.mark.parametrize("code", ["827261000000102", "881581000000109", "773871000000104", "773891000000100"])
def test_unconfirmed_withdrawals_take_nothing_back(code: str) -> None:
    assert load_lookup().objection_of_code(code) is None


CASE_ONLY = [
    "9NU0.", "9NU1.", "9NU4.", "9NU5.", "9ND1.", "9ND7.", "9NdL.", "9NdM.", "9NdN.", "9NDo.", "9ndo.", "9nu0.",
    "XaXJ6", "XaKRY", "XaKRW", "XaAVM", "XaAVL", "XAZ89", "xaz89", "XaZ8a", "93c3.", "93c1.", "9r1..", "9m1..",
]  # fmt: skip
NOT_BY_PREFIX = ["9Nu3000", "9Nu3.", "9Nu8.", "9Ndf.", "9Ndg.", "9NdW.", "9Oh5.", "9Oh8.", "9Nu..", "9Nd..", "9Nu01",
                 "9R...", "93C..", "9M1A.", "9R16.", "9Nu0a", "9Nu2.", "9Nu10", "9NU00"]  # fmt: skip


@pytest.mark.parametrize("code", [*CASE_ONLY, *NOT_BY_PREFIX])
def test_codes_that_differ_by_case_or_stand_beside_are_none(code: str) -> None:
    assert load_lookup().objection_of_code(code) is None
    assert CodeReader(load_lookup()).code(code).objection == -1


@pytest.mark.parametrize(
    "written",
    ["9Nu0.", "9Nu0", "9Nu0.00", "9Nu000", "9Nu00", " 9Nu0. ", "XaZ89", "XaZ89.", "827241000000103",
     "827241000000103 ", '="827241000000103"', "'827241000000103"],
)  # fmt: skip
def test_every_form_of_a_column(written: str) -> None:
    said = CodeReader(load_lookup()).code(written).objection
    assert said == OBJECTIONS.index("type1_dissent") * 2 + 1


@pytest.mark.parametrize(
    ("term", "meaning"),
    [
        ("Dissent from secondary use of GP patient identifiable data", "type1_dissent"),
        (
            "Dissent from secondary use of general practitioner patient identifiable data (finding)",
            "type1_dissent",
        ),
        ("DISSENT FROM SECONDARY USE OF GP PATIENT IDENTIFIABLE DATA", "type1_dissent"),
        ("[9Nu0.] Dissent from secondary use of GP patient identifiable data", "type1_dissent"),
        ("Type 1: 9Nu0. recorded", "type1_dissent"),
        ("Refused consent for upload to local shared electronic record", "local_share_refused"),
        ("Type 1 opt-out", "type1_dissent"),
        ("Type One Opt Out", "type1_dissent"),
        ("Patient has a Type 1 objection", "type1_dissent"),
        ("Dissent from secondary use of GP patient identifiable d", "type1_dissent"),
        ("Dissent from secondary use of patient data", "type1_dissent"),
        ("Opted out of care.data", "type1_dissent"),
        ("Dissent from disclosure of personal confidential data by NHS Digital", "type2_dissent"),
        ("National data opt-out", "national_data_opt_out"),
        ("Patient has opted out of data sharing", "third_party_refused"),
        ("Refuses data sharing", "third_party_refused"),
        ("Express dissent to share information", "third_party_refused"),
        ("Patient opts out of research", "third_party_refused"),
    ],
)
def test_local_codes_are_known_by_their_term(term: str, meaning: str) -> None:
    assert CodeReader(load_lookup()).term(term).objection == OBJECTIONS.index(meaning) * 2 + 1


@pytest.mark.parametrize(
    "term",
    [
        "Interpreter needed", "Consent given for carpal tunnel injection", "Dissent", "Type 1 diabetes mellitus",
        "Type 1 opt-out leaflet given", "Type 1 opt-out withdrawn", "No type 1 objection", "Opted out of recall",
        "National data opt-out discussed", "Shared care prescribing", "Consent given for data sharing",
        "Declined to share a room", "Type 1 objection cancelled", "Opting out of smear",
    ],
)  # fmt: skip
def test_other_terms_are_none(term: str) -> None:
    assert CodeReader(load_lookup()).term(term).objection == -1


Surveyed = Callable[..., Survey]


def now(survey: Survey, number: str = NHS[0]) -> set[str]:
    bits = int(survey.patients.objections[survey.patients.identity.index(f"nhs|{number}")])
    return {name for at, name in enumerate(OBJECTIONS) if bits >> at & 1}


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Associated Text", ("rang today", "9Nu0. on file", "old 9NU0. interpreter")),
        ("Notes", ("rang today", "Dissent from secondary use of GP patient-identifiable data", "no dissent")),
        ("Value", ("42", "XaZ89", "XAZ89")),
        ("Column7", ("42", "827241000000103", "82724100000010")),
        ("", ("a", "9Nu0", "9Nu3000")),
        ("Document title", ("Letter", "Type 1 9Nu0.", "9Nu8. plan")),
    ],
)
def test_an_objection_outside_of_codes_is_heeded(
    surveyed: Surveyed, header: str, cells: tuple[str, ...]
) -> None:
    text = f"NHS Number,Event date,Code,{header}\n"
    text += "".join(f'{n},01/02/2020,H33..,"{c}"\n' for n, c in zip(NHS, cells, strict=False))
    survey = surveyed(events=text)
    assert [now(survey, number) for number in NHS[: len(cells)]] == [set(), {"type1_dissent"}, set()]
    assert [e.id for e in survey.objection_evidence if not e.warns] == ["codes", "outside_codes"]
    assert survey.facts["events"].objection_row.tolist() == [False, True, False]


def test_in_a_table_without_any_code_it_is_heeded_as_well(surveyed: Surveyed) -> None:
    survey = surveyed(notes=f"NHS Number,Note text\n{NHS[0]},says 9Nu0.\n{NHS[1]},fine\n")
    assert now(survey) == {"type1_dissent"}
    assert survey.facts["notes"].objection_row.tolist() == [True, False]


def test_a_withdrawal_outside_of_codes_counts_for_nothing(surveyed: Surveyed) -> None:
    survey = surveyed(
        events="NHS Number,Event date,Code,Notes\n"
        f"{NHS[0]},01/02/2015,9Nu0.,\n{NHS[0]},01/02/2020,H33..,9Nu1. dissent withdrawn\n"
    )
    assert now(survey) == {"type1_dissent"}


def test_a_coded_withdrawal_takes_back_an_older_note_only(surveyed: Surveyed) -> None:
    survey = surveyed(
        events="NHS Number,Event date,Code,Notes\n"
        f"{NHS[0]},01/02/2015,H33..,9Nu0.\n{NHS[0]},01/02/2020,9Nu1.,\n"
        f"{NHS[1]},01/02/2015,9Nu1.,\n{NHS[1]},01/02/2020,H33..,9Nu0.\n"
        f"{NHS[2]},01/02/2020,9Nu1.,was 9Nu0.\n"
    )
    assert [now(survey, n) for n in NHS[:3]] == [set(), {"type1_dissent"}, {"type1_dissent"}]


def test_the_systems_dictionary_lends_its_objections_to_nobody(surveyed: Surveyed) -> None:
    survey = surveyed(
        CareRecord_Observation="PatientGuid,CodeId,EffectiveDate\n{A},77,2020-01-01\n",
        Coding_ClinicalCode="CodeId,Term,ReadTermId,Notes\n"
        "77,Asthma,H33..,\n78,Dissent from secondary use of GP patient identifiable data,9Nu0.,9Nu0.\n",
    )
    assert not survey.objections
    assert not any("do not name the patient" in hazard.what for hazard in survey.hazards)


@pytest.mark.parametrize(
    ("header", "cell", "meaning"),
    [
        ("is_consent_9nu0", "FALSE", "type1_dissent"),
        ("is_consent_9nu0", "true", ""),
        ("is_consent_93c1", "false", "local_share_refused"),
        ("Type 1 opt out", "Opted in", ""),
        ("Type 1 opt out withdrawn", "01/02/2020", ""),
        ("SpineSensitive", "true", "spine_sensitive"),
        ("SENSITIVITY_FLAG", "S", "spine_sensitive"),
        ("Security label code", "R", "spine_sensitive"),
        ("Security label code", "NOPAT", ""),
        ("Address type", "Confidential", "spine_sensitive"),
        ("Address type", "Home", ""),
        ("IsConfidential", "true", "confidential_flag"),
        ("Share out", "Dissent", "share_refused"),
        ("Share out", "Consent given", ""),
        ("SCR consent status", "Express dissent", "scr_dissent"),
        ("SCR consent status", "Implied consent for core", ""),
        ("Opted out", "Y", "third_party_refused"),
        ("NDOO", "N", ""),
        ("Type 1 diabetes education declined", "Y", ""),
    ],
)
def test_flags_of_patients(surveyed: Surveyed, header: str, cell: str, meaning: str) -> None:
    survey = surveyed(
        patients=f"NHS Number,Date of birth,{header}\n{NHS[0]},04/03/1961,{cell}\n{NHS[1]},05/03/1961,\n"
    )
    assert now(survey) == ({meaning} if meaning else set())
    assert now(survey, NHS[1]) == set()


def test_tpps_table_of_objectors(surveyed: Surveyed) -> None:
    survey = surveyed(
        PatientsWithTypeOneDissent=f"NHS Number\n{NHS[0]}\n", events=f"NHS Number,Code\n{NHS[1]},H33..\n"
    )
    assert now(survey) == {"type1_dissent"}
    assert "table" in [e.id for e in survey.objection_evidence]

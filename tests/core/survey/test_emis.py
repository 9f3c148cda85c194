"""EMIS extracts and reports surveyed whole: joins, dictionaries, deletions, rows that go on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.model import Status
from core.reading import open_export
from core.survey import NO_PATIENT, OBJECTIONS, Survey, survey_export
from tests.core.reading.supplier_files import columns_of, emis_file, guid

NHS = ("9990000018", "9990000026", "9990000034", "9990000042")
#: One number that EMIS uses for a diagnosis and for a medicine.
HIV, DISSENT, ASTHMA, NOWHERE = "1488371000006112", "1488371000006113", "1488371000006114", "195967001"
ORG_A, ORG_B = guid(901), guid(902)


def patient(number: int, nhs: str = "", organisation: str = ORG_A, **more: str) -> dict[str, str]:
    return {
        "PatientGuid": guid(number),
        "OrganisationGuid": organisation,
        "NhsNumber": nhs,
        "GivenName": "Anne",
        "Surname": f"Archer{number}",
        "DateOfBirth": f"19{60 + number % 30}-03-04",
        "DateOfRegistration": "2001-01-01",
        "PatientTypeDescription": "Regular",
        "Deleted": "false",
        "ProcessingId": "4011",
        **more,
    }


def entry(number: int, code: str, organisation: str = ORG_A, **more: str) -> dict[str, str]:
    return {
        "PatientGuid": guid(number),
        "OrganisationGuid": organisation,
        "CodeId": code,
        "EffectiveDate": "2020-01-01",
        "Deleted": "false",
        "ProcessingId": "4011",
        **more,
    }


def dictionaries(folder: Path, practice: str = "4011") -> None:
    emis_file(
        folder,
        "Coding_ClinicalCode",
        {"CodeId": HIV, "Term": "HIV positive", "SnomedCTConceptId": "165816005", "ReadTermId": "43C3."},
        {"CodeId": DISSENT, "Term": "Dissent from secondary use of GP patient identifiable data",
         "SnomedCTConceptId": "827241000000103", "ReadTermId": "9Nu0."},
        {"CodeId": ASTHMA, "Term": "Asthma", "SnomedCTConceptId": "195967001", "ReadTermId": "H33.."},
        practice=practice,
    )  # fmt: skip
    emis_file(
        folder,
        "Coding_DrugCode",
        {"CodeId": HIV, "Term": "Paracetamol 500mg tablets", "DmdProductCodeId": "322236009"},
        {"CodeId": ASTHMA, "Term": "Truvada 200mg/245mg tablets", "DmdProductCodeId": "9300711000001105"},
        practice=practice,
    )


def surveyed(folder: Path) -> Survey:
    return survey_export(open_export([folder]))


def table(survey: Survey, name: str, practice: str = "4011") -> str:
    return next(t for t in survey.facts if t.startswith(f"{practice}_{name}"))


def who(survey: Survey, name: str, practice: str = "4011") -> list[str | None]:
    found = survey.facts[table(survey, name, practice)].patient.tolist()
    return [None if p == NO_PATIENT else survey.patients.identity[p] for p in found]


def objections(survey: Survey, patient_number: int) -> set[str]:
    bits = int(survey.patients.objections[patient_number])
    return {name for number, name in enumerate(OBJECTIONS) if bits >> number & 1}


def categories(survey: Survey, name: str) -> list[tuple[str, ...]]:
    bits = survey.facts[table(survey, name)].categories
    return [survey.lookup.categories_of(int(b)) for b in bits]


def test_tables_join_by_guid_and_codes_are_read_in_their_own_dictionary(tmp_path: Path) -> None:
    emis_file(tmp_path, "Admin_Patient", patient(1, NHS[0]), patient(2, NHS[1]))
    emis_file(tmp_path, "CareRecord_Observation", entry(1, HIV), entry(2, DISSENT), entry(2, ASTHMA))
    emis_file(tmp_path, "Prescribing_DrugRecord", entry(1, HIV), entry(2, ASTHMA))
    dictionaries(tmp_path)
    survey = surveyed(tmp_path)
    assert who(survey, "CareRecord_Observation") == [f"nhs|{NHS[0]}", f"nhs|{NHS[1]}", f"nhs|{NHS[1]}"]
    seen = categories(survey, "CareRecord_Observation")
    assert "hiv" in seen[0]
    assert "hiv" not in seen[2], "asthma; the same number is an HIV medicine"
    drugs = categories(survey, "Prescribing_DrugRecord")
    assert "hiv" not in drugs[0], "paracetamol; the same number is HIV positive"
    assert "hiv" in drugs[1]
    assert objections(survey, survey.patients.identity.index(f"nhs|{NHS[1]}")) == {"type1_dissent"}
    assert survey.unknown_codes.rows == 0


def test_a_number_in_no_dictionary_is_not_understood_whatever_it_looks_like(tmp_path: Path) -> None:
    emis_file(tmp_path, "Admin_Patient", patient(1, NHS[0]))
    emis_file(
        tmp_path, "CareRecord_Observation", entry(1, ASTHMA), entry(1, NOWHERE), entry(1, ""), entry(1, HIV)
    )
    emis_file(tmp_path, "Prescribing_DrugRecord", entry(1, HIV), entry(1, DISSENT))
    dictionaries(tmp_path)
    survey = surveyed(tmp_path)
    unknown = survey.facts[table(survey, "CareRecord_Observation")].unknown_code
    assert unknown.tolist() == [False, True, False, False], "a SNOMED concept is not one of EMIS's numbers"
    drugs = survey.facts[table(survey, "Prescribing_DrugRecord")].unknown_code
    assert drugs.tolist() == [False, True], "a number of the clinical dictionary is none of the drugs'"
    assert survey.unknown_codes.rows == 2


def test_without_any_dictionary_no_number_is_understood(tmp_path: Path) -> None:
    emis_file(tmp_path, "Admin_Patient", patient(1, NHS[0]))
    emis_file(tmp_path, "CareRecord_Observation", entry(1, HIV), entry(1, NOWHERE))
    survey = surveyed(tmp_path)
    assert survey.facts[table(survey, "CareRecord_Observation")].unknown_code.all()


def test_one_guid_in_two_practices_is_two_patients(tmp_path: Path) -> None:
    emis_file(tmp_path, "Admin_Patient", patient(1, NHS[0]))
    emis_file(tmp_path, "Admin_Patient", patient(1, NHS[1], ORG_B), practice="4012")
    emis_file(tmp_path, "CareRecord_Observation", entry(1, HIV), entry(1, ASTHMA))
    emis_file(tmp_path, "CareRecord_Observation", entry(1, DISSENT, ORG_B), practice="4012")
    dictionaries(tmp_path)
    survey = surveyed(tmp_path)
    assert sorted(survey.patients.identity) == [f"nhs|{NHS[0]}", f"nhs|{NHS[1]}"]
    assert who(survey, "CareRecord_Observation") == [f"nhs|{NHS[0]}"] * 2
    assert who(survey, "CareRecord_Observation", "4012") == [f"nhs|{NHS[1]}"]
    first, second = (survey.patients.identity.index(f"nhs|{n}") for n in NHS[:2])
    assert objections(survey, first) == set()
    assert objections(survey, second) == {"type1_dissent"}


NUMBERED = st.lists(
    st.tuples(st.integers(0, 2), st.integers(1, 3), st.sampled_from(("", *NHS))), min_size=1, max_size=9
)
ENTRIES = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 3), st.booleans()), max_size=12)


@settings(max_examples=60)
@given(NUMBERED, ENTRIES)
def test_any_practices_join_by_key_and_organisation(
    tmp_path_factory: pytest.TempPathFactory,
    people: list[tuple[int, int, str]],
    entries: list[tuple[int, int, bool]],
) -> None:
    """Against the plain rule: a patient is an NHS number, or else a key within an organisation."""
    folder = tmp_path_factory.mktemp("emis")
    number = {(org, key): nhs for org, key, nhs in reversed(people)}  # one row for each patient of a practice
    organisations = [guid(900 + org) for org in range(3)]
    emis_file(folder, "Admin_Patient", *(patient(k, nhs, organisations[o]) for (o, k), nhs in number.items()))
    known = [(o, k, objects) for o, k, objects in entries if (o, k) in number]
    emis_file(
        folder,
        "CareRecord_Observation",
        *(entry(k, DISSENT if objects else ASTHMA, organisations[o]) for o, k, objects in known),
    )
    dictionaries(folder)
    survey = surveyed(folder)

    def meant(org: int, key: int) -> object:
        return number[org, key] or (org, key)

    rows = survey.facts[table(survey, "Admin_Patient")].patient.tolist()
    seen = survey.facts[table(survey, "CareRecord_Observation")].patient.tolist()
    of = dict(zip((meant(o, k) for o, k in number), rows, strict=True))
    assert NO_PATIENT not in rows
    assert len(set(of.values())) == len(of) == survey.patients.count
    assert seen == [of[meant(o, k)] for o, k, _ in known]
    objecting = {of[meant(o, k)] for o, k, objects in known if objects}
    assert {p for p in range(survey.patients.count) if objections(survey, p)} == objecting


def test_two_practices_without_numbers_keep_their_patients_apart(tmp_path: Path) -> None:
    emis_file(tmp_path, "Admin_Patient", patient(1), patient(2))
    emis_file(tmp_path, "Admin_Patient", patient(1, organisation=ORG_B, Surname="Baker"), practice="4012")
    emis_file(tmp_path, "CareRecord_Observation", entry(1, DISSENT, ORG_B), practice="4012")
    dictionaries(tmp_path)
    survey = surveyed(tmp_path)
    assert survey.patients.count == 3
    (there,) = who(survey, "CareRecord_Observation", "4012")
    (same,) = who(survey, "Admin_Patient", "4012")
    assert there == same
    first, _ = survey.facts[table(survey, "Admin_Patient")].patient.tolist()
    assert objections(survey, first) == set()
    assert objections(survey, survey.patients.identity.index(str(same))) == {"type1_dissent"}


def test_a_table_without_organisation_joins_where_one_patient_is_meant(tmp_path: Path) -> None:
    emis_file(tmp_path, "Admin_Patient", patient(1, NHS[0]), patient(2, NHS[1]))
    emis_file(tmp_path, "Admin_Patient", patient(1, NHS[2], ORG_B), practice="4012")
    dictionaries(tmp_path)
    emis_file(tmp_path, "CareRecord_Observation", entry(1, DISSENT, ORG_B), practice="4012")
    (tmp_path / "notes.csv").write_text(f"PatientGuid,Code\n{guid(1)},H33..\n{guid(2)},H33..\n")
    survey = surveyed(tmp_path)
    unsure, sure = survey.facts["notes"].patient.tolist()
    assert survey.patients.identity[sure] == f"nhs|{NHS[1]}"
    assert survey.patients.identity[unsure].startswith("local|")
    assert objections(survey, unsure) == {"type1_dissent"}, "it may be who objects"
    assert objections(survey, sure) == set()


def test_an_organisation_without_the_patients_row_shares_the_objection(tmp_path: Path) -> None:
    """A branch of the practice: the key is the patient's, the organisation is not the one of their row."""
    emis_file(tmp_path, "Admin_Patient", patient(1, NHS[0]))
    emis_file(tmp_path, "CareRecord_Observation", entry(1, DISSENT), entry(1, ASTHMA, ORG_B))
    dictionaries(tmp_path)
    survey = surveyed(tmp_path)
    _, branch = survey.facts[table(survey, "CareRecord_Observation")].patient.tolist()
    assert objections(survey, branch) == {"type1_dissent"}


def test_one_practice_joins_as_ever_however_the_guid_is_spelt(tmp_path: Path) -> None:
    emis_file(tmp_path, "Admin_Patient", patient(1))
    emis_file(
        tmp_path, "CareRecord_Observation", {**entry(1, ASTHMA), "PatientGuid": guid(1).strip("{}").lower()}
    )
    dictionaries(tmp_path)
    survey = surveyed(tmp_path)
    assert survey.patients.identity == (f"local|{guid(1).strip('{}')}",)


@pytest.mark.parametrize("said", ["true", "TRUE", "True ", "1", "Y"])
def test_deleted_rows_are_known_and_told(tmp_path: Path, said: str) -> None:
    emis_file(tmp_path, "Admin_Patient", patient(1, NHS[0]))
    emis_file(tmp_path, "CareRecord_Observation", entry(1, ASTHMA), entry(1, HIV, Deleted=said))
    dictionaries(tmp_path)
    survey = surveyed(tmp_path)
    deleted = survey.facts[table(survey, "CareRecord_Observation")].deleted
    assert deleted is not None
    assert deleted.tolist() == [False, True]
    assert survey.facts[table(survey, "Admin_Patient")].deleted is None
    assert [h.what for h in survey.hazards if h.id == "deleted_rows"] == [
        "1 row was deleted in the clinical system"
    ]


def test_a_deleted_withdrawal_withdraws_nothing(tmp_path: Path) -> None:
    emis_file(tmp_path, "Admin_Patient", *(patient(n, NHS[n]) for n in range(3)))
    dictionaries(tmp_path)
    names = columns_of("CareRecord_Observation")
    header = [*names, "Code"]
    later = {"EffectiveDate": "2021-01-01", "Code": "9Nu1.", "CodeId": ""}
    emis_file(
        tmp_path,
        "CareRecord_Observation",
        *(entry(n, DISSENT) for n in range(2)),
        {**entry(0, ""), **later, "Deleted": "true"},
        {**entry(1, ""), **later},
        entry(2, DISSENT, Deleted="true"),
        header=header,
    )
    survey = surveyed(tmp_path)
    of = [objections(survey, survey.patients.identity.index(f"nhs|{NHS[n]}")) for n in range(3)]
    assert of == [{"type1_dissent"}, set(), {"type1_dissent"}]


def test_a_deleted_registration_is_none(tmp_path: Path) -> None:
    emis_file(tmp_path, "Admin_Patient", patient(1, NHS[0]), patient(2, NHS[1], Deleted="true"))
    dictionaries(tmp_path)
    survey = surveyed(tmp_path)
    assert survey.patients.status.tolist() == [Status.REGISTERED, Status.UNKNOWN]


def test_people_who_are_not_in_the_table_of_patients_tell_of_an_extract_of_changes(tmp_path: Path) -> None:
    emis_file(tmp_path, "Admin_Patient", patient(1, NHS[0]))
    emis_file(tmp_path, "CareRecord_Observation", entry(1, ASTHMA), entry(2, ASTHMA), entry(3, ASTHMA))
    dictionaries(tmp_path)
    survey = surveyed(tmp_path)
    (found,) = [h for h in survey.hazards if h.id == "changes_only"]
    assert found.what.startswith("2 people have entries here but no row in the table of patients")


def test_emis_x_reads_its_codes_and_patients_alike(tmp_path: Path) -> None:
    def snake(names: Sequence[str]) -> list[str]:
        return ["".join(f"_{c.lower()}" if c.isupper() else c for c in n).strip("_") for n in names]

    emis_file(tmp_path, "Coding_ClinicalCode", {"CodeId": HIV, "Term": "HIV positive", "ReadTermId": "43C3."})
    header = snake(
        [
            "ObservationGuid",
            "PatientGuid",
            "OrganisationGuid",
            "EffectiveDate",
            "CodeId",
            "EffectiveDatePrecision",
            "EnteredDate",
            "EnteredTime",
            "ProblemGuid",
            "ConsultationGuid",
            "Value",
            "NumericUnit",
            "ObservationType",
            "Episode",
            "Deleted",
            "IsConfidential",
            "ParentObservationGuid",
            "ClinicianUserInRoleGuid",
            "EnteredByUserInRoleGuid",
        ]
    )
    row = {"patient_guid": guid(1), "organisation_guid": ORG_A, "code_id": HIV, "deleted": "true"}
    emis_file(tmp_path, "CareRecord_Observation", row, {**row, "code_id": NOWHERE}, header=header)
    survey = surveyed(tmp_path)
    name = table(survey, "CareRecord_Observation")
    assert survey.export.recognised[name].format == "emis-x"
    assert "hiv" in categories(survey, "CareRecord_Observation")[0]
    assert survey.facts[name].unknown_code.tolist() == [False, True]
    assert survey.facts[name].deleted is not None


REPORT = """Recall review,,,,,
Last Run,12-Jan-2026 08:14,,Relative Date,12-Jan-2026,
,,,,,
EMIS Number,NHS Number,Family Name,Date,Code Term,
"""


def test_rows_that_leave_the_patient_blank_are_the_patients_above(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_text(
        REPORT
        + ",,,01-Jan-2020,Asthma,\n"  # before any patient: nobody's
        + f"17,{NHS[0]},ARCHER,01-Jan-2020,Asthma,\n"
        + ",,,02-Jan-2020,HIV positive,\n"
        + ",,,03-Jan-2020,Dissent from secondary use of GP patient identifiable data,\n"
        + ",,,,,\n"  # parts one patient from the next
        + ",,,04-Jan-2020,Asthma,\n"
        + f"18,{NHS[1]},BAKER,01-Jan-2020,Asthma,\n",
        encoding="utf-8",
    )
    survey = survey_export(open_export([path]))
    assert survey.export.tables[0].format == "emis-list-report"
    found = survey.facts["report"].patient.tolist()
    identity = [None if p < 0 else survey.patients.identity[p] for p in found]
    a, b = f"nhs|{NHS[0]}", f"nhs|{NHS[1]}"
    assert identity == [None, a, a, a, None, None, b]
    assert objections(survey, found[1]) == {"type1_dissent"}
    assert objections(survey, found[6]) == set()
    assert [p.what for p in survey.problems if "row above" in p.what] == [
        "2 rows leave their patient's cells blank; they were read as the patient's of the row above"
    ]
    assert survey.patients.status[found[1]] == Status.UNKNOWN


def test_rows_go_on_over_the_end_of_a_block(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    numbers = range(1, 40_001)
    rows = ",,,02-Jan-2020,Eczema,\n"
    body = "".join(f"{n},,ARCHER{n},01-Jan-2020,Asthma,\n" + rows * (n % 3) for n in numbers)
    path.write_text(REPORT + body * 6, encoding="utf-8")
    export = open_export([path])
    assert len(list(export.tables[0].blocks())) > 1
    survey = survey_export(export)
    found = survey.facts["report"].patient.tolist()
    assert survey.patients.count == len(numbers)
    expected = [n for n in numbers for _ in range(1 + n % 3)] * 6
    identity = list(survey.patients.identity)
    assert all(identity[p] == f"local|{n}" for p, n in zip(found, expected, strict=True))


def test_a_plain_list_never_lends_a_patient_to_the_next_row(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        f"NHS Number,Surname,Date,Code Term\n{NHS[0]},ARCHER,01/01/2020,Asthma\n,,02/01/2020,Eczema\n"
    )
    survey = survey_export(open_export([path]))
    assert survey.facts["list"].patient.tolist() == [0, NO_PATIENT]


def test_columns_of_the_fixtures_are_the_published_ones() -> None:
    assert {"PatientGuid", "OrganisationGuid", "CodeId", "Deleted"} <= set(
        columns_of("CareRecord_Observation")
    )

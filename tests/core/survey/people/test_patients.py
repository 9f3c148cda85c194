"""Who the rows are about where a key may mean several people: an objection is heeded for each of them."""

from __future__ import annotations

from pathlib import Path

from core.reading import open_export
from core.survey import OBJECTIONS, Survey, survey_export
from tests.core.reading.supplier_files import tpp_file

NHS = ("9990000018", "9990000026", "9990000034")
TYPE1 = {"type1_dissent"}


def surveyed(folder: Path, **tables: str) -> Survey:
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return survey_export(open_export([folder]))


def objecting(survey: Survey, identity: str) -> set[str]:
    bits = int(survey.patients.objections[survey.patients.identity.index(identity)])
    return {name for number, name in enumerate(OBJECTIONS) if bits >> number & 1}


def test_an_objection_under_a_key_of_two_patients_is_that_of_both(tmp_path: Path) -> None:
    patients = f"NHS Number,EMIS Number,Surname\n{NHS[0]},17,Archer\n{NHS[1]},17,Baker\n{NHS[2]},18,Cole\n"
    entries = "EMIS Number,Event Date,Code\n17,01/02/2020,9Nu0.\n18,01/02/2020,H33..\n"
    survey = surveyed(tmp_path, patients=patients, entries=entries)
    assert [objecting(survey, f"nhs|{number}") for number in NHS] == [TYPE1, TYPE1, set()]


def test_an_objection_passes_from_one_to_the_key_and_not_on_to_the_other(tmp_path: Path) -> None:
    patients = f"NHS Number,EMIS Number,Surname\n{NHS[0]},17,Archer\n{NHS[1]},17,Baker\n"
    entries = f"NHS Number,EMIS Number,Code\n{NHS[1]},,9Nu0.\n,17,H33..\n"
    survey = surveyed(tmp_path, patients=patients, entries=entries)
    assert objecting(survey, "local|17") == TYPE1
    assert objecting(survey, f"nhs|{NHS[0]}") == set()


def test_an_objection_under_a_name_of_two_patients_is_that_of_both(tmp_path: Path) -> None:
    header = "NHS Number,Surname,Forename,Date of Birth,Code\n"
    rows = "".join(f"{number},Archer,Anne,01/02/1950,H33..\n" for number in NHS[:2])
    nobody = f"{NHS[2]},Cole,Anne,01/02/1950,H33..\n,Archer,Anne,01/02/1950,9Nu0.\n"
    survey = surveyed(tmp_path, entries=header + rows + nobody)
    assert [objecting(survey, f"nhs|{number}") for number in NHS] == [TYPE1, TYPE1, set()]


def test_an_objection_seen_by_an_organisation_without_the_patients_row_is_the_patients(
    tmp_path: Path,
) -> None:
    def one(table: str, key: str, number: int, organisation: str = "A1", **more: str) -> dict[str, str]:
        return {
            "RowIdentifier": f"{number if table == 'patient' else 90 + number}",
            "IDOrganisationVisibleTo": organisation,
            key: str(number) if key == "IDPatient" else NHS[number],
            **more,
        }

    tpp_file(tmp_path, "SRPatient", *(one("patient", "NHSNumber", n, Surname="Archer") for n in range(3)))
    tpp_file(
        tmp_path,
        "SRCode",
        *(one("code", "IDPatient", n, CTV3Code="H33..") for n in range(3)),
        one("code", "IDPatient", 1, "B2", CTV3Code="XaZ89"),
    )
    survey = surveyed(tmp_path)
    assert [objecting(survey, f"nhs|{number}") for number in NHS] == [set(), TYPE1, set()]

"""CPRD extracts: what their fields are, and codes that only a dictionary explains."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.demo import write
from core.model import Export
from core.reading import open_export
from core.survey import Survey, find_fields, survey_export
from core.survey.fields.headers import header_meaning

AURUM = "patid\tconsid\tpracid\tobsid\tobsdate\tenterdate\tstaffid\tparentobsid\tmedcodeid\tvalue\n"
GOLD = "patid\teventdate\tconstype\tconsid\tmedcode\n"


def roles(export: Export) -> dict[str, str]:
    return {f.field: f.role.value for fields in find_fields(export).values() for f in fields}


def test_dates_of_records_are_no_births_whatever_their_years(tmp_path: Path) -> None:
    path = tmp_path / "x_Extract_Observation_001.txt"
    rows = (f"1\t\t1\t{n}\t{n % 28 + 1:02d}/0{n % 9 + 1}/{1925 + n % 90}" for n in range(100))
    path.write_text(
        AURUM + "".join(f"{row}\t03/04/{1925 + n}\t7\t\t401539014\t\n" for n, row in enumerate(rows))
    )
    found = roles(open_export([path]))
    assert (found["obsdate"], found["enterdate"]) == ("event_date", "other_date")
    assert (found["patid"], found["medcodeid"]) == ("patient_key", "code")


def surveyed(folder: Path, files: dict[str, str]) -> Survey:
    paths = []
    for name, text in files.items():
        (folder / name).write_text(text)
        paths.append(folder / name)
    return survey_export(open_export(paths))


def unknown_rows(survey: Survey, table: str) -> list[bool]:
    return [bool(flag) for flag in survey.facts[table].unknown_code]


def test_numbers_for_codes_mean_what_the_dictionary_says(tmp_path: Path) -> None:
    dictionary = (
        "MedCodeId\tOriginalReadCode\tTerm\tSnomedCTConceptId\n401539014\tC10..\tDiabetes\t73211009\n"
    )
    rows = "1\t\t1\t1\t03/04/2020\t03/04/2020\t7\t\t401539014\t\n" * 5
    rows += "1\t\t1\t1\t03/04/2020\t03/04/2020\t7\t\t282653015\t\n"
    alone = surveyed(tmp_path, {"obs.txt": AURUM + rows})
    assert unknown_rows(alone, "obs") == [True] * 6
    beside = surveyed(tmp_path, {"obs.txt": AURUM + rows, "CPRDAurumMedical.txt": dictionary})
    assert unknown_rows(beside, "obs") == [False] * 5 + [True]
    assert not any(unknown_rows(beside, "CPRDAurumMedical"))


def test_gold_numbers_that_look_like_read_codes_are_not_understood(tmp_path: Path) -> None:
    rows = "".join(f"1\t03/04/2020\t1\t7\t{number}\n" for number in (12345, 13245, 14721, 10332, 11455))
    alone = surveyed(tmp_path, {"clinical.txt": GOLD + rows})
    assert all(unknown_rows(alone, "clinical"))
    known = "medcode\treadcode\treadterm\n12345\tC10..00\tDiabetes mellitus\n"
    beside = surveyed(tmp_path, {"clinical.txt": GOLD + rows, "medical.txt": known})
    assert unknown_rows(beside, "clinical") == [False, True, True, True, True]


@pytest.mark.parametrize(
    ("header", "role", "kind"),
    [
        ("consmedcodeid", "code", "coded_clinical"),
        ("consdate", "event_date", "clinical_value"),
        ("sysdate", "other_date", "clinical_value"),
        ("yob", "year_of_birth", "quasi_identifier"),
        ("frd", "registered_date", "quasi_identifier"),
        ("famnum", "row_key", "linking_key"),
        ("lastrevstaffid", "staff_code", "staff"),
        ("acceptable", "other", "administrative"),
    ],
)
def test_headings_mean_what_the_specifications_say(header: str, role: str, kind: str) -> None:
    meaning = header_meaning(header)
    assert meaning is not None
    assert (meaning.role.value, meaning.kind.value) == (role, kind)


def test_a_table_of_patients_is_no_dictionary(tmp_path: Path) -> None:
    text = "patid\tmedcodeid\tterm\n1\t401539014\tDiabetes\n2\t282653015\tAsthma\n"
    survey = surveyed(tmp_path, {"joined.txt": text})
    assert survey.findings["joined"][1].role.value == "code"
    assert survey.facts["joined"].patient is not None


def test_the_invented_practice_as_cprd_has_nobody_named(tmp_path: Path) -> None:
    export = open_export(write("cprd", tmp_path, patients=300))
    assert {seen.format for seen in export.recognised.values()} == {"cprd", "cprd-dictionary"}
    kinds = {f.kind.value for fields in find_fields(export).values() for f in fields}
    assert "direct_identifier" not in kinds


@pytest.mark.parametrize(
    ("header", "format_id"),
    [
        ("pracid\tlcd\tuts\tregion", "cprd"),
        ("patid\tpracid\tusualgpstaffid\tgender\tyob\tmob\temis_ddate\tregstartdate", "cprd"),
        ("patid\teventdate\tconstype\tconsid\tmedcode", "cprd-gold"),
        ("ProdCodeId\tdmdid\tTermfromEMIS\tProductName", "cprd-dictionary"),
    ],
)
def test_tables_are_known_by_their_fields(header: str, format_id: str, tmp_path: Path) -> None:
    path = tmp_path / "table.txt"
    path.write_text(header + "\n" + "\t".join("1" * (header.count("\t") + 1)) + "\n")
    export = open_export([path])
    assert export.recognised["table"].format == format_id

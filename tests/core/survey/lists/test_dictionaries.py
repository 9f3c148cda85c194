"""Suppliers' dictionaries explain local codes and numbers, and find objections."""

from __future__ import annotations

from pathlib import Path

from core.reading import open_export
from core.survey import survey_export
from core.survey.codes.codelists import load_lookup
from core.survey.lists.reading import read_list
from tests.core.survey.lists import list_files as lf
from tests.core.survey.lists.list_files import A, B


def test_an_emis_dictionary_explains_local_codes_and_numbers(tmp_path: Path) -> None:
    number, other = lf.sctid(40, "11", "1000006"), lf.sctid(41, "11", "1000006")
    path = lf.csv_file(
        tmp_path / "Coding_ClinicalCode_20250801.csv",
        "CodeId,Term,ReadTermId,SnomedCTConceptId,SnomedCTDescriptionId,NationalCode,EmisCodeCategoryDescription",
        f'{number},"Suspected chlamydia, partner told",^ESCTSU123456,{A},{lf.sctid(50, "11")},,',
        f'{other},"Sprained ankle",EMISNQSP33,{B},,,',
    )
    loaded = read_list(path)
    assert loaded.kind == "dictionary"
    assert "sexual_health" in lf.flags(loaded, "^ESCTSU123456")
    assert "sexual_health" in lf.flags(loaded, A)
    assert "sexual_health" in lf.flags(loaded, number)
    assert "sexual_health" in lf.flags(loaded, lf.sctid(50, "11"))
    lookup = load_lookup((loaded,))
    assert not lookup.needs_term("EMISNQSP33")
    assert not lf.flags(loaded, "EMISNQSP33")
    assert not loaded.undecided


def test_an_emis_medicine_dictionary(tmp_path: Path) -> None:
    number = lf.sctid(60, "11", "1000033")
    path = lf.csv_file(
        tmp_path / "Coding_DrugCode.csv",
        "CodeId,Term,DmdProductCodeId",
        f"{number},Methadone 1mg/ml oral solution,{A}",
    )
    loaded = read_list(path)
    assert "drugs" in lf.flags(loaded, A)
    assert "drugs" in lf.flags(loaded, number)


def test_a_cprd_dictionary(tmp_path: Path) -> None:
    number = lf.sctid(70, "11", "1000006")
    path = lf.csv_file(
        tmp_path / "medical.txt",
        "\t".join(
            ("MedCodeId", "Observations", "OriginalReadCode", "CleansedReadCode", "Term", "SnomedCTConceptId",
             "SnomedCTDescriptionId", "Release", "EmisCodeCategoryId")
        ),
        "\t".join((number, "7", "U20..00", "U20..", "Suicide attempt", A, lf.sctid(71, "11"), "1", "1")),
    )  # fmt: skip
    loaded = read_list(path)
    assert "self_harm" in lf.flags(loaded, number)
    assert "self_harm" in lf.flags(loaded, A)


def test_a_dictionary_finds_objections_and_takes_none_back(tmp_path: Path) -> None:
    made, withdrawn = lf.sctid(80, "11", "1000006"), lf.sctid(81, "11", "1000006")
    path = lf.csv_file(
        tmp_path / "Coding_ClinicalCode.csv",
        "CodeId,Term,ReadTermId,SnomedCTConceptId",
        f"{made},Invented,9Nu0.,827241000000103",
        f"{withdrawn},Invented,9Nu1.,{A}",
    )
    lookup = load_lookup((read_list(path),))
    assert lookup.objection_of_code(made) == ("type1_dissent", True)
    assert lookup.objection_of_code(withdrawn) is None


def test_an_emis_export_without_its_dictionary_is_understood_by_one_that_was_loaded(tmp_path: Path) -> None:
    numbers = [lf.sctid(90 + n, "11", "1000006") for n in range(2)]
    dictionary = lf.csv_file(
        tmp_path / "Coding_ClinicalCode.csv",
        "CodeId,Term,ReadTermId,SnomedCTConceptId",
        f"{numbers[0]},Chlamydia infection,A78A.,{A}",
        f"{numbers[1]},Sprained ankle,S5...,{B}",
    )
    rows = (f"g{n},p{n % 5},2024-01-0{1 + n % 9},{numbers[n % 2]}," for n in range(20))
    export = lf.csv_file(
        tmp_path / "CareRecord_Observation.csv",
        "ObservationGuid,PatientGuid,EffectiveDate,CodeId,Value",
        *rows,
    )
    bare = survey_export(open_export([export]))
    assert bare.unknown_codes.rows == 20
    told = survey_export(open_export([export]), lookup=load_lookup((read_list(dictionary),)))
    assert told.unknown_codes.rows == 0
    assert told.not_judged.rows == 0
    assert {one.id: one.rows for one in told.categories}["sexual_health"] == 10

"""OpenCodelists and lists of one's own are read by their headings and titles."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.survey.lists import ListError
from core.survey.lists.reading import read_list
from tests.core.survey.lists import list_files as lf
from tests.core.survey.lists.list_files import A, B, C, D


@pytest.mark.parametrize(
    "heading",
    [
        "code",
        "ctv3id",
        "CTV3Code",
        "ctv3_id",
        "snomedct_id",
        "snomedcode",
        "SNOMED_ID",
        "dmd",
        "dmd_id",
        "id",
    ],
)
def test_every_heading_of_opencodelists(tmp_path: Path, heading: str) -> None:
    codes = ["XaQZ9", "Xabcd"] if "ctv3" in heading.lower() else [A, B]
    path = lf.csv_file(
        tmp_path / "opensafely-human-immunodeficiency-virus-1a2b3c4d.csv",
        f"{heading},term",
        *(f"{code},Invented" for code in codes),
    )
    loaded = read_list(path)
    assert loaded.kind == "opencodelists"
    assert loaded.version == "1a2b3c4d"
    assert loaded.count == 2
    assert all("hiv" in lf.flags(loaded, code) for code in codes), "by the words of its name"


@pytest.mark.parametrize("heading", ["icd10", "ICD code", "icd_code", "icd", "icd10_code", "code"])
def test_icd10_lists_hold_no_read_codes(tmp_path: Path, heading: str) -> None:
    path = lf.csv_file(
        tmp_path / "user-own-thing.csv", f"{heading},term", "H11,a", "H110,b", "H11.1,c", "H118,d"
    )
    loaded = read_list(path).fed(("own_list",))
    assert next(p for p in loaded.parts if p.how == "person").entries.keys() == {"icd10"}
    assert "own_list" in lf.flags(loaded, "H11.1")


@pytest.mark.parametrize(
    "name",
    [
        "opioid-medicines-excluding-drugs-for-substance-misuse",
        "thyroid-tests-for-dementia-screening",
    ],
)
def test_what_a_title_leaves_out_or_tests_for_feeds_nothing(tmp_path: Path, name: str) -> None:
    loaded = read_list(lf.csv_file(tmp_path / f"{name}.csv", "code,term", f"{A},Invented"))
    assert not lf.flags(loaded, A)
    assert loaded.undecided


def test_a_list_of_a_known_cluster_by_its_slug(tmp_path: Path) -> None:
    path = lf.csv_file(
        tmp_path / "nhsd-primary-care-domain-refsets-depr_cod-20250801.csv", "code,term", f"{A},x"
    )
    loaded = read_list(path)
    assert "mental_health" in lf.flags(loaded, A)
    assert loaded.date == "2025-08-01"


def test_a_list_with_categories_of_our_own(tmp_path: Path) -> None:
    path = lf.csv_file(
        tmp_path / "ours.csv", "Code,Category", f"{A},hiv", f"{B},Domestic abuse", f"{C},something else"
    )
    loaded = read_list(path)
    assert "hiv" in lf.flags(loaded, A)
    assert "domestic_abuse" in lf.flags(loaded, B)
    assert not lf.flags(loaded, C)


def test_a_list_without_field_names_keeps_its_first_code(tmp_path: Path) -> None:
    path = lf.csv_file(tmp_path / "bare.txt", A, B, C, D)
    loaded = read_list(path).fed(("own_list",))
    assert all("own_list" in lf.flags(loaded, code) for code in (A, B, C, D))


def test_case_is_kept(tmp_path: Path) -> None:
    path = lf.csv_file(
        tmp_path / "ours-x.csv", "code,term", "9NU0.,Invented", "9NU1.,Invented", "9NU2.,Invented"
    )
    loaded = read_list(path).fed(("own_list",))
    assert "own_list" in lf.flags(loaded, "9NU0.")
    assert "own_list" not in lf.flags(loaded, "9Nu0.")


def test_patients_are_no_list(tmp_path: Path) -> None:
    rows = (f"{9990000018 + n * 8},WHITE,{A}" for n in range(20))
    path = lf.csv_file(tmp_path / "ours.csv", "NHS Number,Surname,code", *rows)
    with pytest.raises(ListError) as caught:
        read_list(path)
    assert caught.value.code == "not_a_list"
    assert "WHITE" not in caught.value.message
    assert "999000" not in caught.value.message

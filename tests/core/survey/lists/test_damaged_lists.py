"""Damaged codes are counted, and what is no list says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.model import ReadError
from core.survey.codes.codelists import load_lookup
from core.survey.lists import missing_lists
from core.survey.lists.reading import read_list
from tests.core.survey.lists import list_files as lf
from tests.core.survey.lists.list_files import A


def test_damaged_codes_are_counted_and_restored_only_where_the_term_leaves_no_doubt(tmp_path: Path) -> None:
    whole = lf.sctid(12_345_678)
    cut = whole[:15] + "0" * (len(whole) - 15)
    other = lf.sctid(12_345_677)
    path = lf.value_set(
        tmp_path / "vs.json",
        title="Invented gonorrhoea",
        compose={
            "include": [
                lf.include(
                    [
                        (A, "Invented"),
                        (cut, "Gonorrhoea of the invented"),
                        (other[:15] + "0" * (len(other) - 15), "Nothing that tells"),
                        ("1.08E+16", "HIV in somebody invented"),
                        ("1.08E+16", "HIV in another"),
                    ]
                )
            ]
        },
    )
    loaded = read_list(path)
    assert loaded.damage.damaged == 4
    assert loaded.damage.restored == 1
    assert loaded.entries["snomed"] == {A, whole}
    assert "4 damaged codes" in loaded.notes[0]
    assert "Get the list again" in loaded.notes[0]


def test_the_published_exclusion_sets(shared: Path) -> None:
    folder = shared / "samples" / "NHSISL__Datasets" / "REFERENCE" / "Filtering-rules"
    loaded = [read_list(path) for path in sorted(folder.glob("*_vs.json"))]
    assert [one.count for one in loaded] == [164, 123, 1_883, 565]
    assert [one.damage.damaged for one in loaded] == [0, 0, 16, 1]
    assert sum(one.damage.lost for one in loaded) == 17
    assert [one.categories[0] for one in loaded] == [
        "assisted_conception", "gender", "sexual_health", "termination",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["", "\n\n", "{", "<", "[]", '{"resourceType": "ValueSet"}', "a,b,c\n1,2,3\n", "code\n\n", "\x00\x01\x02",
     '{"resourceType":"ValueSet","compose":{"include":' + "[" * 300, "code,term\nhello,world\n"],
)  # fmt: skip
def test_what_is_no_list_says_so(tmp_path: Path, text: str) -> None:
    path = tmp_path / "file.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReadError) as caught:
        read_list(path)
    assert caught.value.message


def test_a_category_that_needs_a_set_says_so_until_it_is_loaded(tmp_path: Path) -> None:
    missing = {one.category: one for one in missing_lists(load_lookup())}
    assert missing["hfe_act"].missing[0].id == lf.HFE
    assert "TRUD" in missing["hfe_act"].missing[0].where
    assert "not loaded" in missing["hfe_act"].words
    loaded = read_list(lf.refset(tmp_path / "r.txt", [("20250801", "1", lf.HFE, A)]))
    lookup = load_lookup((loaded,))
    assert "hfe_act" not in {one.category for one in missing_lists(lookup)}
    assert "gender_recognition_act" in {one.category for one in missing_lists(lookup)}

"""Codes that were damaged on their way: always seen, and mended only as a suggestion."""

from __future__ import annotations

import csv
import struct
from functools import cache
from pathlib import Path

import pytest

from core.survey.codes.codelists import load_lookup
from core.survey.codes.confirming import Confirmed, confirm
from core.survey.codes.terminologies import NAMESPACES, Form, Recognised, recognise
from core.survey.identifiers.numbers import verhoeff

LOOKUP = load_lookup()


@cache
def published_ids(shared: Path) -> tuple[str, ...]:
    """Every SNOMED CT and dm+d id of the published lists that has all its digits, by its check digit."""
    with (shared / "reference/codes/codelists.csv").open(encoding="utf-8", newline="") as file:
        codes = {row["code"] for row in csv.DictReader(file) if row["terminology"] in ("snomed", "dmd")}
    plain = (c for c in codes if c.isdigit() and len(c) >= 6 and c[0] != "0" and verhoeff(c))
    return tuple(sorted(c for c in plain if not c.endswith("000000")))


def excel(code: str) -> str:
    """What a spreadsheet makes of an id: fifteen digits and zeros."""
    return code[:15] + "0" * (len(code) - 15)


def test_every_published_id_is_understood(shared: Path) -> None:
    ids = published_ids(shared)
    assert len(ids) > 30_000
    assert [c for c in ids if recognise(c).form is not Form.SNOMED_CONCEPT] == []
    makers = {recognise(c).maker for c in ids}
    assert makers >= {"core", "uk", "emis", "dmd"}
    assert all(recognise(c).namespace == c[-10:-3] for c in ids if len(c) > 11)


def test_every_published_id_that_was_cut_is_seen_and_comes_back(shared: Path) -> None:
    """Nine in ten ids of 16 to 18 digits change when a spreadsheet cuts them; each suggests itself alone."""
    cut = [(c, excel(c)) for c in published_ids(shared) if len(c) >= 16 and excel(c) != c]
    assert len(cut) > 8_000
    assert [c for c, text in cut if recognise(text).understood] == []
    assert [c for c, text in cut if recognise(text).suggestions != (c,)] == []


def test_every_published_id_that_was_rounded_to_six_digits_is_seen(shared: Path) -> None:
    rounded = [c[:6] + "0" * (len(c) - 6) for c in published_ids(shared) if len(c) >= 14]
    assert all(not recognise(text).understood and not recognise(text).suggestions for text in rounded)


def test_ids_that_passed_through_a_float_are_seen(shared: Path) -> None:
    """Multiples of 2, 4 and 8: only the check digit tells, and one in ten passes by chance."""
    changed = [
        (c, text)
        for c in published_ids(shared)
        if len(c) >= 16 and (text := str(int(struct.unpack("d", struct.pack("d", int(c)))[0]))) != c
    ]
    assert len(changed) > 3_000
    passed = sum(recognise(text).understood for _, text in changed)
    assert passed <= len(changed) // 500


def published_damage(shared: Path) -> list[dict[str, str]]:
    with (shared / "reference/codes/corrupted_snomed_ids.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_all_published_damage_is_seen_and_mended_where_it_can_be(shared: Path) -> None:
    cases = published_damage(shared)
    assert len(cases) == 122
    for case in cases:
        known = recognise(case["code_as_published"])
        wanted = (case["repair_candidate"],) if case["repair_candidate"] else ()
        assert not known.understood, case["kind"]
        assert known.suggestions == wanted, case["kind"]


def test_the_term_confirms_what_a_cut_code_was(shared: Path) -> None:
    for case in published_damage(shared):
        found = confirm(case["code_as_published"], case["term"], LOOKUP)
        if case["repair_candidate"]:
            assert found == Confirmed(case["repair_candidate"], "list")
            assert confirm(case["code_as_published"], "Asthma", LOOKUP) is None
        else:
            assert found is None


def test_another_row_confirms_a_lost_dot_or_zero() -> None:
    seen = {"3272.": ("Electrocardiogram normal",), "03272": ("Carpenter",)}
    assert confirm("3272", "carpenter", LOOKUP, seen=seen) == Confirmed("03272", "row")
    assert confirm("3272", "ELECTROCARDIOGRAM  normal", LOOKUP, seen=seen) == Confirmed("3272.", "row")
    assert confirm("3272", "Something else", LOOKUP, seen=seen) is None
    assert confirm("3272", "", LOOKUP, seen=seen) is None
    both = {"3272.": ("Same",), "03272": ("Same",)}
    assert confirm("3272", "Same", LOOKUP, seen=both) is None, "two that fit are none"
    assert confirm("H33..", "Asthma", LOOKUP, seen={"H33..": ("Asthma",)}) is None, "a whole code needs none"


@pytest.mark.parametrize(
    ("text", "suggestions"),
    [
        ("416,308,001", ("416308001",)),
        ("416 308 001", ("416308001",)),
        ("416\u00a0308\u00a0001", ("416308001",)),
        ("416,308,001.00", ("416308001",)),
        ("416,308,002", ()),
        ("1,090,241,000,000,100", ("1090241000000107",)),
        ("4.16308001E8", ("416308001",)),
        ("4.16308001E+08", ("416308001",)),
        ("1.09024100000010E+15", ("1090241000000107",)),
        ("1.08E+16", ()),
        ("1,08E+16", ()),
        ("4.16E-08", ()),
        ("13720.0", ("13720",)),
        ("3272.0", ("3272.", "03272")),
        ("396", ("396..", "0396.")),
        ("000000000416308001", ("416308001",)),
        ("0416308001", ()),
        ("416308001 |Refused consent|", ("416308001",)),
        ("NaN", ()),
    ],
)
def test_each_sort_of_damage(text: str, suggestions: tuple[str, ...]) -> None:
    known = recognise(text)
    assert not known.understood
    assert known.why
    assert known.suggestions == suggestions


@pytest.mark.parametrize(
    "text",
    [
        '="416308001"', "=416308001", "'416308001", "416308001#", "sctID--416308001", "SCTID--416308001",
        "416308001.0", "416308001.000", "\ufeff416308001", "416308001\u00a0", "\u200b416308001",
        '"416308001"',
        "“416308001”", "http://snomed.info/id/416308001", "http://snomed.info/sct/416308001",
    ],
)  # fmt: skip
def test_what_loses_nothing_comes_off(text: str) -> None:
    assert recognise(text).text == "416308001"
    assert recognise(text).form is Form.SNOMED_CONCEPT


def with_check(stem: str) -> str:
    return next(stem + digit for digit in "0123456789" if verhoeff(stem + digit))


@pytest.mark.parametrize(
    ("stem", "form", "maker"),
    [
        ("4163080" + "0", Form.SNOMED_CONCEPT, "core"),
        ("24500" + "01", Form.SNOMED_DESCRIPTION, "core"),
        ("24500" + "02", Form.SNOMED_RELATIONSHIP, "core"),
        ("8272" + "1000000" + "10", Form.SNOMED_CONCEPT, "uk"),
        ("39113" + "1000001" + "10", Form.SNOMED_CONCEPT, "dmd"),
        ("14883" + "1000006" + "10", Form.SNOMED_CONCEPT, "emis"),
        ("14883" + "1000006" + "11", Form.SNOMED_DESCRIPTION, "emis"),
        ("39113" + "1000033" + "10", Form.SNOMED_CONCEPT, "emis_drug"),
        ("10746" + "1000119" + "10", Form.SNOMED_CONCEPT, "other"),
        ("10746" + "1000119" + "12", Form.SNOMED_RELATIONSHIP, "other"),
        ("10746" + "1000119" + "15", Form.DAMAGED, ""),
        ("10746" + "9000119" + "10", Form.DAMAGED, ""),
        ("123456789012" + "00", Form.DAMAGED, ""),
        ("1234" + "10", Form.DAMAGED, ""),
    ],
)
def test_ids_are_told_apart_by_partition_and_maker(stem: str, form: Form, maker: str) -> None:
    known = recognise(with_check(stem))
    assert (known.form, known.maker) == (form, maker)
    assert known.understood == (form in (Form.SNOMED_CONCEPT, Form.SNOMED_DESCRIPTION))


def test_a_code_that_is_no_id_has_no_maker() -> None:
    assert (recognise("H33..").namespace, recognise("H33..").maker) == ("", "")
    assert set(NAMESPACES.values()) == {"uk", "dmd", "emis", "emis_drug"}


@pytest.mark.parametrize(
    ("text", "column", "form"),
    [
        ("F20", Form.ICD10, Form.ICD10),
        ("S7200", Form.ICD10, Form.ICD10),
        ("f20.0", Form.ICD10, Form.ICD10),
        ("Z21X", Form.ICD10, Form.ICD10),
        ("9Nu0.", Form.ICD10, Form.READ_V2),
        ("416308001", Form.ICD10, Form.SNOMED_CONCEPT),
        ("1371100", Form.READ_V2, Form.READ_V2),
        ("1371100", None, Form.DAMAGED),
        ("13720", Form.SNOMED_CONCEPT, Form.DAMAGED),
        ("0403010", Form.BNF, Form.BNF),
        ("0403010", None, Form.DAMAGED),
        ("040301", Form.BNF, Form.BNF),
        ("0403", Form.BNF, Form.BNF),
        ("4.3", Form.BNF, Form.BNF),
        ("4.3", None, Form.UNKNOWN),
        ("4.3.1", None, Form.BNF),
        ("04.03.61", None, Form.UNKNOWN),
        ("4.3.1961", None, Form.UNKNOWN),
        ("25.1.1", None, Form.UNKNOWN),
        ("0403040AAAAAAAA", None, Form.BNF),
        ("0601023AW", None, Form.BNF),
        ("9903010B0AAAAAA", None, Form.UNKNOWN),
        ("403010", Form.BNF, Form.DAMAGED),
        ("XSEGJ", Form.READ_V2, Form.CTV3),
        ("XSEGJ", None, Form.UNKNOWN),
    ],
)
def test_the_others_of_a_column_decide_what_could_be_two_things(
    text: str, column: Form | None, form: Form
) -> None:
    assert recognise(text, column).form is form


@pytest.mark.parametrize(
    "text", ["F20.0", "f20.0", "F200", "A64.-", "A64-", "A64.–", "G30+", "G30.1†", "F00.1*", "M49.0 *",
             "A180D", "Z21X", "Z21.X", "M45.X6", "S72.00", "A18.0 †"]
)  # fmt: skip
def test_every_punctuation_of_icd10(text: str) -> None:
    known: Recognised = recognise(text, Form.ICD10)
    assert known.form is Form.ICD10
    assert known.icd10[:3].isalnum()
    assert not set(known.icd10) & set(".-–*†+X ")


@pytest.mark.parametrize(
    "word", ["Smith", "SMITH", "McKay", "McKAy", "OShea", "DeVil", "Yusuf", "JSmit", "Male", "NONE",
             "StJon", "LeRoy"]
)  # fmt: skip
def test_names_and_words_are_no_codes(word: str) -> None:
    assert not recognise(word).understood

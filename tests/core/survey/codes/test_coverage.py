"""Codes that the survey could not judge are counted, listed and told apart, and name nobody outside."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from core.cli_shapes import scan_shape
from core.reading import open_export
from core.survey import survey_export
from core.survey.codes import coverage
from core.survey.codes.codelists import load_lookup
from core.survey.codes.coverage import NOT_JUDGED, NOT_UNDERSTOOD, Coverage, Unjudged, shown
from core.survey.codes.terminologies import Form
from core.survey.identifiers.numbers import verhoeff
from core.survey.results import Survey

HEAD = "NHS Number,Code,Term\n"


def survey_of(folder: Path, text: str) -> Survey:
    path = folder / "events.csv"
    path.write_text(text, "utf-8")
    return survey_export(open_export([path]))


def whole_id(stem: str) -> str:
    return next(stem + digit for digit in "0123456789" if verhoeff(stem + digit))


UNLISTED = whole_id("99123" + "1000000" + "10")


def test_both_sorts_are_counted_and_listed_commonest_first(tmp_path: Path) -> None:
    rows = [
        (UNLISTED, ""), (UNLISTED, ""), (UNLISTED, "Asthma"), ("H33..", ""), ("XaZZZ", ""),
        ("1007761000000100", "HIV type 1 subtype"), ("4.16E+08", "Refused"), ("4.16E+08", ""),
        ("^ESCT99", ""), ("^ESCT99", "Asthma"), ("", "Asthma"),
    ]  # fmt: skip
    text = HEAD + "".join(f"99900000{n:02d},{code},{term}\n" for n, (code, term) in enumerate(rows))
    survey = survey_of(tmp_path, text)
    facts = survey.facts["events"]
    assert np.flatnonzero(facts.not_judged).tolist() == [0, 1, 4]
    assert np.flatnonzero(facts.unknown_code).tolist() == [5, 6, 7, 8]
    assert (survey.not_judged.codes, survey.not_judged.rows) == (2, 3)
    assert (survey.unknown_codes.codes, survey.unknown_codes.rows) == (3, 4)
    assert [(c.code, c.rows) for c in survey.not_judged_list] == [(UNLISTED, 2), ("XaZZZ", 1)]
    assert [(c.code, c.rows) for c in survey.unknown_list] == [
        ("4.16E+08", 2), ("1007761000000100", 1), ("^ESCT99", 1),
    ]  # fmt: skip
    damaged = survey.unknown_list[1]
    assert damaged.form is Form.DAMAGED
    assert (damaged.suggestions, damaged.confirmed) == (("1007761000000101",), "1007761000000101")
    assert all(c.why for c in (*survey.unknown_list, *survey.not_judged_list))
    [found] = survey.coverage
    assert (found.table, found.field) == ("events", "Code")
    assert (found.not_understood.codes, found.not_understood.rows) == (3, 4)
    assert (found.not_judged.codes, found.not_judged.rows) == (2, 3)


def test_a_damaged_code_is_not_taken_for_what_it_may_have_been(tmp_path: Path) -> None:
    """It is flagged as what it may have been, and stays not understood, confirmed or not."""
    survey = survey_of(tmp_path, HEAD + "9990000018,1007761000000100,HIV type 1 subtype\n")
    facts = survey.facts["events"]
    assert facts.unknown_code.tolist() == [True]
    assert facts.category_mask(1 << survey.category_ids.index("hiv")).tolist() == [True]
    assert survey.unknown_list[0].code == "1007761000000100"


def test_what_stands_in_the_wrong_field_is_not_told_outside(tmp_path: Path) -> None:
    """A name, a telephone number, an NHS number and a birth date among the codes."""
    wrong = ["Ada Lovelace", "07700900123", "9990000018", "04031961", "Xenia", "Mc Kay"]
    rows = [(word, "") for word in wrong] + [("H33..", ""), ("F132.", "")] * 10 + [("1.08E+16", "")]
    survey = survey_of(tmp_path, HEAD + "".join(f"9990000026,{code},{term}\n" for code, term in rows))
    told = json.dumps(scan_shape(survey)["unknown_codes"])
    for word in wrong:
        assert word not in told
    assert "Aaa Aaaaaaaa" in told
    assert "1.08E+16" in told
    listed = {c.code for c in survey.unknown_list}
    assert "Ada Lovelace" in listed, "the screen shows what it is"


def test_the_scan_tells_both_sorts_and_the_fields(tmp_path: Path) -> None:
    survey = survey_of(tmp_path, HEAD + f"9990000018,{UNLISTED},\n9990000026,1.08E+16,\n")
    told = scan_shape(survey)["unknown_codes"]
    assert (told["distinct"], told["rows"]) == (1, 1)
    assert told["commonest"][0]["code"] == "1.08E+16"
    assert told["not_judged"]["distinct"] == told["not_judged"]["rows"] == 1
    assert told["not_judged"]["commonest"][0] == {
        "code": UNLISTED, "rows": 1, "why": "no words stand beside it, and it is in no code list",
        "suggestions": [], "confirmed": None,
    }  # fmt: skip
    not_judged = {"distinct": 1, "rows": 1}
    assert told["fields"] == [
        {"table": "events", "field": "Code", "distinct": 1, "rows": 1, "not_judged": not_judged}
    ]


@pytest.mark.parametrize(
    ("code", "spelling"),
    [
        ("1.08E+16", "1.08E+16"), ("3272", "3272"), ("XaZ89", "XaZ89"), ("^ESCT1234", "^ESCT1234"),
        ("EMISNQSU33", "EMISNQSU33"), ("1090241000000100", "1090241000000100"), ("Smith", "Aaaaa"),
        ("O'Brien, P", "A'Aaaaa, A"), ("19610304", "99999999"), ("07700900123", "99999999999"),
        ("9990000018", "9999999999"), ("^Smith", "^Aaaaa"), ("Müller", "Aaaaaa"), ("JOHN1961", "AAAA9999"),
        ("447 700 900 123", "999 999 999 999"), ("9.99E+09", "9.99E+09"), ("04/03/1961", "99/99/9999"),
    ],
)  # fmt: skip
def test_only_what_looks_like_a_code_is_written_as_it_is(code: str, spelling: str) -> None:
    assert shown(code) == spelling


def test_memory_is_bounded_and_counts_stay_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "_MOST_KEPT", 100)
    counted = Coverage()
    for block in range(50):
        codes = ["often", *(f"odd {block} {n}" for n in range(30)), "x" * 5_000 + str(block)]
        rows = np.array([5] + [1] * 31, dtype=np.int64)
        counted.add("t", Unjudged.of(NOT_UNDERSTOOD, 3, pa.array(codes), rows))
    assert len(counted._rows[NOT_UNDERSTOOD]) <= 100
    assert counted.distinct(NOT_UNDERSTOOD) == 1 + 50 * 31
    assert counted.distinct(NOT_JUDGED) == 0
    first = counted.listed(NOT_UNDERSTOOD, load_lookup())[0]
    assert (first.code, first.rows) == ("often", 250)
    [field] = counted.fields({("t", 3): "Code"})
    assert (field.not_understood.rows, field.not_understood.codes) == (50 * 36, 1 + 50 * 31)
    assert max(len(code.code) for code in counted.listed(NOT_UNDERSTOOD, load_lookup())) < 100

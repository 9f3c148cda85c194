"""Wide digits, pseudo postcodes, lost zeros; and what somebody else planted in 2,000 notes."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow as pa
import pytest

from core.survey.identifiers import (
    FINDERS,
    find_dates,
    find_strong,
    normalise,
    outward_code,
    phone_number,
    postcode,
    prefilter,
)
from core.survey.identifiers.numbers import landline_without_zero

VALID = "9990000018"


def test_gold_spans_of_invented_notes(shared: Path) -> None:
    """Every identifier somebody else planted in 2,000 notes is covered whole; nothing else is reported."""
    folder = shared / "oracles/freetext"
    with (folder / "uk_gp_synth_2k.csv").open(encoding="utf-8", newline="") as stream:
        notes = [row["free_text"] for row in csv.DictReader(stream)]
    kinds = {
        "NHS": "nhs_number",
        "NINO": "ni_number",
        "EMAIL": "email",
        "PHONE": "phone",
        "POSTCODE": "postcode",
    }
    wanted = found = 0
    for line in (folder / "uk_gp_synth_2k.gold.jsonl").read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        text = notes[gold["row"]]
        spans = {(start, end, kinds[label]) for start, end, label in gold["spans"] if label in kinds}
        hits = find_strong(text)
        wanted += len(spans)
        for start, end, kind in spans:
            assert any(h.start <= start and h.end >= end and h.kind == kind for h in hits), (
                gold["row"],
                kind,
            )
        found += len(hits)
        dates = [(start, end) for start, end, label in gold["spans"] if label == "DATE"]
        read = find_dates(text)
        assert all(any(h.start <= start and h.end >= end for h in read) for start, end in dates), gold["row"]
    assert wanted == found > 1_900


@pytest.mark.parametrize(
    ("kind", "text", "canonical"),
    [
        ("nhs_number", "seen ９９９ ０００ ００１８", VALID),
        ("phone", "on ０７７００ ９００１２３ now", "07700900123"),
        ("postcode", "of ＳＷ1Ａ 1ＡＡ", "SW1A1AA"),
        ("email", "ｊｏ＠example.org", "jo@example.org"),
        ("ni_number", "ＡＢ１２３４５６Ｃ", "AB123456C"),
        ("date", "on １２/０３/２０２０", "2020-03-12"),
    ],
)
def test_wide_digits_and_letters_hide_nothing(kind: str, text: str, canonical: str) -> None:
    assert [hit.canonical for hit in FINDERS[kind](text)] == [canonical]
    assert prefilter(kind, pa.array([text, "", None])).to_pylist() == [True, False, False]
    assert kind == "date" or [(hit.kind, hit.canonical) for hit in find_strong(text)] == [(kind, canonical)]


def test_a_pseudo_postcode_is_a_postcode_and_nobodys() -> None:
    assert postcode("ZZ99 3VZ") == postcode("zz993vz") == "ZZ993VZ"
    assert outward_code("ZZ99 3CZ") == "ZZ99"
    assert find_strong("of no fixed abode, ZZ99 3VZ or ZZ99 3WZ") == []


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("2079460867", "02079460867"),
        ("1314960123", "01314960123"),
        ("1000000000", None),
        ("3001234567", None),
    ],
)
def test_a_landline_that_lost_its_zero(text: str, canonical: str | None) -> None:
    assert landline_without_zero(text) == canonical
    assert phone_number(text) is None  # without a heading it may as well be an NHS number with a slip
    assert normalise("phone", text) == (canonical or text)

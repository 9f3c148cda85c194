"""Finding every identifier in a text: nothing is lost to the quick look, and look-alikes are let be."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.survey.identifiers.folding import folded
from core.survey.identifiers.scan import Found, find_identifiers
from core.survey.identifiers.table import DETECTORS, detector
from tests.growth import grows_in_step

SAID = {
    "nhs_number": ["999 000 0018", "9990000018", "９９９ ０００ ００１８", "999\u2013000\u20130018"],
    "phone": ["07700 900123", "+44 (0)20 7946 0867 ext 12", "tel 7700900123.0", "+33 1 42 68 53 00"],
    "email": ["jo.bloggs+gp@example.org", "jo (at) example dot org", "zoë@bücher.example",
        "jo at example dot co dot uk"],
    "postcode": ["SW1A 1AA", "ls196ba", "M11AA", "GIR 0AA", "JE2 3AB", "postcode PE 12 3 AB"],
    "ni_number": ["AB 12 34 56 C", "ab123456c"],
    "passport": ["passport no: 123456789", "Passport AB1234567"],
    "driving_licence": ["MORGA657054SM9IJ", "driving licence no 12345678"],
    "prisoner_number": ["HMP Leeds, A1234BC", "prison no. AB12345"],
    "police_number": ["PNC 2003/0012345A"],
    "home_office": ["asylum ref 12/03/01234", "Home Office ref A1234567/2"],
    "visa_number": ["GWF012345678"],
    "pupil_number": ["UPN A801200001001"],
    "tax_reference": ["UTR 12345 67890"],
    "iban": ["GB29 NWBK 6016 1331 9268 19"],
    "bank_account": ["12-34-56 12345678", "sort code 12-34-56 a/c 12345678"],
    "card_number": ["4111 1111 1111 1111", "card 4111111111111111"],
    "vehicle": ["car reg AB51 ABC", "vehicle reg: IBZ 1234"],
    "device": ["(01)05012345678900(21)ABC123", "serial no. ABC12345"],
    "imei": ["IMEI 490154203237518"],
    "booking_reference": ["UBRN 0001 4823 7790"],
    "hospital_number": ["hosp no A123456", "MRN: 4567812"],
    "emis_number": ["EMIS no 24531"],
    "guid": ["{F8E1A85B-0B39-4714-B414-69A4EE9E1D73}", "f8e1a85b0b394714b41469a4ee9e1d73"],
    "link": ["see https://example.org/p/123", "www.example.org/jo"],
    "ip_address": ["IP 192.168.10.4", "2001:db8:0:0:8:800:200c:417a"],
    "mac_address": ["00:1B:44:11:3A:B7"],
    "name": ["Mrs J. O’Brien-Smith", "TOOSY, Raza (Dr)", "Mr Rhys ap Gwilym", "Ms Maria de la Cruz"],
    "date_of_birth": ["DOB 12/03/1961", "D.O.B.: 3 Mar 61", "born on 1961-03-12", "DOB23.07.48"],
    "address": ["12 High Street", "Flat 3, 12 High Street", "PO Box 123", "BFPO 57", "12 mill lane"],
    "three_words": ["///filled.count.soap"],
    "position": ["53.80082, -1.54912"],
    "grid_reference": ["TQ 30080 80449", "grid ref SU1234"],
    "uprn": ["UPRN 100012345678"],
    "nmc_pin": ["nurse 12A3456E"],
    "gmc_number": ["GMC 7012345"],
    "gp_code": ["G9876543"],
    "practice_code": ["practice A83627"],
    "pharmacy_code": ["pharmacy FXX12"],
    "site_code": ["site RXH01"],
}  # fmt: skip


@pytest.mark.parametrize("what", sorted(SAID))
def test_found_alone_and_in_a_note(what: str) -> None:
    for said in SAID[what]:
        for text in (said, f"Seen today, {said} and well.", f"({said})"):
            hits = find_identifiers(text)
            assert what in {hit.what for hit in hits}, (what, said)
            assert all(hit.sure >= 0.5 and 0 <= hit.start < hit.end <= len(text) for hit in hits)


@pytest.mark.parametrize(
    "text",
    [
        "BP 120/80 on 12/06/2020, HbA1c 58",
        "SNOMED 733211000000106 and 44054006, code 9H0.. C10F. 246..",
        "take A1 5MG, T12 4mg stat, L4 5hr obs",
        "eGFR 62 ml/min/1.73m2, WBC 7.4 10*9/L",
        "6/52 then 1 tds; review in 3/12; x7/week",
        "batch AB1234, lot 21K0456, exp 03/2025",
        "Flucloxacillin 500mg capsules, 28 capsules",
        "version 1.2.3 of the template",
        "at 10:30 in room 4 at the surgery",
        "6 Minute Walk Test 350 m; 2 Point Court",
        "Parkinson's disease, Graves' disease, Crohn disease, Bell's palsy",
        "ICD-10 F32.1, OPCS W37.1, BNF 0501013B0",
        "May White clinic, Brown sputum, Rose spots",
        "ratio 1:100 dilution, 3:45 minutes",
        "Miss doses if unwell, Dr to review",
        "ODS code list v2, tests 1-12, page 3/4",
        "ZZ99 3VZ",
        "Dr Reddys Laboratories Ltd 20mg tablets",
        "score 12 (range 0-27), PHQ-9 12/27, GAD7 11",
        "Grade 2 / 6 murmur, S1 2nd, T2 N0 M0",
        "0.00000001, 1e-9, -273.15, >100000000",
    ],
)
def test_look_alikes_are_let_be(text: str) -> None:
    assert find_identifiers(text) == ()


def test_places_are_places_in_the_text_as_given() -> None:
    text = "No\u00a0: ９９９\u2011０００\u2011００１８ — Mrs\u00a0O’Brien, Zoë’s mum"
    assert [(hit.what, text[hit.start : hit.end]) for hit in find_identifiers(text)] == [
        ("nhs_number", "９９９\u2011０００\u2011００１８"),
        ("name", "Mrs\u00a0O’Brien"),
    ]


@given(st.text(max_size=60))
def test_folding_keeps_every_place(text: str) -> None:
    assert len(folded(text)) == len(text)
    assert folded(folded(text)) == folded(text)


PIECES = st.lists(
    st.one_of(
        st.sampled_from([said for group in SAID.values() for said in group]),
        st.sampled_from(["DOB ", "passport ", "reg ", "on ", "at ", " /", "\n", "; ", "(", ")", "12/03/61"]),
        st.text("abcABC0123456789 .,-/@:'()\u00a0é", max_size=8),
    ),
    max_size=5,
).map("".join)  # fmt: skip


@given(PIECES, st.sampled_from([0.1, 0.5, 0.8]))
def test_the_quick_look_loses_nothing(text: str, least: float) -> None:
    """Every hit of every detector, run without asking whether it could find anything, is covered."""
    covered = {(hit.start, hit.end): hit.sure for hit in find_identifiers(text, least=least)}
    plain = folded(text)
    for one in DETECTORS:
        for start, end, sure in one.hits(plain):
            if sure >= least:
                assert any(a < end and start < b and sure <= told for (a, b), told in covered.items())


@given(PIECES)
def test_hits_are_in_order_and_apart(text: str) -> None:
    hits = find_identifiers(text, least=0)
    assert all(one.end <= other.start for one, other in pairwise(hits))


@pytest.mark.parametrize(
    "text",
    ["1", "a.", "a@", "1 ", "A1 ", "Mr A ", "-", "1/1/1 ", "(", "a#", "x at ", "Dr A-", "12 Aa "],
)
@pytest.mark.parametrize("end", ["", "01)", "@"])
def test_no_text_takes_longer_than_its_length(text: str, end: str) -> None:
    def found(length: int) -> None:
        find_identifiers(text * (length // len(text)) + end, least=0)

    assert grows_in_step(found, 2_500, 20_000)


def identifiers_by_kind(texts: Iterable[str]) -> Counter[str]:
    """How many of the texts hold each sort of identifier."""
    return Counter(what for text in texts for what in {hit.what for hit in find_identifiers(text)})


def test_codes_and_terms_raise_no_alarm(shared: Path) -> None:
    """Of 5,000 published codes and as many terms, next to none is taken for a person's identifier."""
    with (shared / "reference/codes/codelists.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for number, row in enumerate(csv.DictReader(stream)) if number % 23 == 0]
    terms = identifiers_by_kind({row["term"] for row in rows if row["term"]})
    codes = identifiers_by_kind({row["code"] for row in rows if row["code"]})
    assert len(rows) > 4_900
    assert sum(terms.values()) <= 2, terms
    assert sum(codes.values()) <= 2, codes


def test_gold_spans_of_invented_notes(shared: Path) -> None:
    with (shared / "oracles/freetext/uk_gp_synth_2k.csv").open(encoding="utf-8", newline="") as stream:
        notes = [row["free_text"] for row in csv.DictReader(stream)][:400]
    counts = identifiers_by_kind(notes)
    assert counts["phone"] > 50
    assert set(counts) <= {
        "phone", "email", "postcode", "nhs_number", "ni_number", "date_of_birth", "name", "address"
    }  # fmt: skip


def test_the_table_is_in_order() -> None:
    ids = [one.id for one in DETECTORS]
    assert len(ids) == len(set(ids))
    for one in DETECTORS:
        assert one.find is not None or one.pattern is not None, one.id
        assert 0 < one.shape <= 1
        assert one.checked == 0 or one.checked >= one.shape, one.id
        assert one.title[0].islower() or one.title.split()[0] in {"NHS", "GP's", "National", "Home"}, (
            one.title
        )
        assert one.source
        assert not one.says or detector(one.says), one.id
        assert one.alone >= 0.5 or one.words or one.id == "date", one.id


def test_found_is_a_plain_tuple() -> None:
    assert find_identifiers("999 000 0018") == (Found(0, 12, "nhs_number", 0.95),)
    assert find_identifiers("") == ()

# ruff: noqa: E501  (segments are as long as they are)
"""EDIFACT: tables, service characters, line ends, and messages that are not whole. Everybody is invented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import Export, Kind, Role
from core.reading import open_export
from core.reading.messages.edifact_syntax import Service, Taking, segments, service_of
from core.survey import find_fields
from tests.core.reading.text.files import lines_of, rows_of

LAB = (
    "UNB+UNOC:3+000000004400001:80+000000024600002:80+240301:1751+1015++MEDRPT++1'",
    "UNH+1+MEDRPT:0:1:RT:NHS003'",
    "BGM+LSR'",
    "DTM+137:202402261541:203'",
    "S01+01'",
    "NAD+PO+G9999999:900++DR A OKAFOR'",
    "SPR+PRO'",
    "S01+01'",
    "NAD+SLA+++ST INVENTED?'S HOSPITAL'",
    "SPR+ORG'",
    "S02+02'",
    "RFF+SRI:15/CH1'",
    "STS++UN'",
    "DTM+ISR:202402251541:203'",
    "S06+06'",
    "ADR++US:FLAT 9:59 MADE UP ROAD:NOWHERE++ZZ9 9ZZ'",
    "S07+07'",
    "PNA+PAT+9990000018:OPI+++SU:KWIATKOWSKA+FO:ZUZANNA+MI:ANNA+TI:MRS'",
    "DTM+329:19450730:102'",
    "PDI+2'",
    "S10+10'",
    "CIN+UN'",
    "FTX+CID+++TIRED, SAW DR OKAFOR:ASK SON TOMASZ'",
    "S16+16'",
    "SEQ++1'",
    "SPC+TSP+:::VENOUS BLOOD'",
    "RFF+STI:CH000037KA'",
    "DTM+SCO:202402231541:203'",
    "GIS+N'",
    "INV+MQ+42R4.:911::Serum ferritin'",
    "RSL+NV+11:7++:::ng/mL+LO'",
    "STS++FI'",
    "FTX+SPC+++Low?: repeat?+check'",
    "RFF+ASL:1'",
    "S20+20'",
    "RND+U+10+200'",
    "UNT+36+1'",
    "UNZ+1+1015'",
)
REGISTRATION = (
    "UNB+UNOA:2+XX11+TES5+240610:1438+00000001'",
    "UNH+00000001+FHSREG:0:1:FH:FHS001'",
    "BGM+++507'",
    "NAD+FHS+XX1:954'",
    "DTM+137:202406101438:203'",
    "RFF+950:F2'",
    "S01+1'",
    "RFF+TN:1'",
    "NAD+GP+9999999,295:900'",
    "GIS+1:ZZZ'",
    "DTM+961:20240125:102'",
    "FTX+RGI+++PATIENT KNOWN TO MR TOMASZ NOWAK'",
    "S02+2'",
    "PNA+PAT+9990000026:OPI+++SU:NWOSU+FO:ADAEZE+TI:MS+FS:CHI'",
    "DTM+329:19800523:102'",
    "PDI+2'",
    "NAD+PAT++HOLLY COTTAGE:12 LONG LANE::NOWHERE:KENT+++++ZZ5  4ER'",
    "S02+2'",
    "PNA+PER++++SU:ADEYEMI'",
    "S01+1'",
    "RFF+TN:2'",
    "S02+2'",
    "PNA+PAT+WIQV/71?:2:OPI'",
    "UNT+23+00000001'",
    "UNZ+1+00000001'",
)


def opened(folder: Path, text: str, name: str = "message.dat") -> Export:
    path = folder / name
    path.write_bytes(text.encode("latin-1"))
    return open_export([path])


def table(export: Export, name: str) -> list[dict[str, str | None]]:
    found = export.table(name)
    return [dict(zip([f.name for f in found.fields], row, strict=True)) for row in rows_of(found)]


def test_a_laboratory_report(tmp_path: Path) -> None:
    export = opened(tmp_path, "\n".join(LAB))
    assert export.problems == ()
    assert export.recognised["results"].title == "EDIFACT: laboratory reports"
    (patient,) = table(export, "patients")
    assert patient == {
        "NHS number": "9990000018", "Title": "MRS", "Surname": "KWIATKOWSKA", "Forenames": "ZUZANNA",
        "Other names": "ANNA", "Date of birth": "19450730", "Sex": "2",
        "Address": "FLAT 9, 59 MADE UP ROAD, NOWHERE", "Postcode": "ZZ9 9ZZ",
    }  # fmt: skip
    (result,) = table(export, "results")
    assert result == {
        "NHS number": "9990000018", "Report number": "15/CH1", "Event date": "202402231541",
        "Report date": "202402251541", "Code": "42R4.", "Code system": "Read v2", "Term": "Serum ferritin",
        "Value": "11", "Operator": "7", "Unit": "ng/mL", "Interpretation": "LO", "Range low": "10",
        "Range high": "200", "Result status": "FI", "Specimen": "VENOUS BLOOD", "Note": "Low: repeat+check",
    }  # fmt: skip
    (note,) = table(export, "notes")
    assert note["Note"] == "TIRED, SAW DR OKAFOR\nASK SON TOMASZ"
    assert table(export, "specimens")[0]["Specimen number"] == "CH000037KA"
    assert table(export, "staff")[0]["Staff full name"] == "DR A OKAFOR"
    assert table(export, "organisations")[0]["Organisation"] == "ST INVENTED'S HOSPITAL"


def test_registrations(tmp_path: Path) -> None:
    export = opened(tmp_path, "".join(REGISTRATION))
    assert export.problems == ()
    first, second = table(export, "registrations")
    assert first == {
        "NHS number": "9990000026", "Message number": "00000001", "Transaction number": "1",
        "Transaction code": "F2", "Transaction type": "deduction", "Event date": "202406101438",
        "Date of deduction": "20240125", "GP code": "9999999,295", "Health authority": "XX1",
        "Registration reason code": "1", "Note": "PATIENT KNOWN TO MR TOMASZ NOWAK",
    }  # fmt: skip
    assert second["NHS number"] == "WIQV/71:2"
    patient = table(export, "patients")[0]
    assert patient["Surname"] == "NWOSU"
    assert patient["Previous surname"] == "ADEYEMI"
    assert patient["Other names"] == "CHI"
    assert patient["Address"] == "HOLLY COTTAGE, 12 LONG LANE, NOWHERE, KENT"
    assert patient["Postcode"] == "ZZ5  4ER"


def test_a_receipt(tmp_path: Path) -> None:
    text = (
        "UNB+UNOA:2+TES5+XX11+240807:1412+00000001++RECEP'UNH+00000001+RECEP:0:2:FH'BGM++600'"
        "NHS+XX1:819:201+9999999,295:814:202'DTM+815:202408071412:306'RFF+MIS:00000001 CP'"
        "RFF+RIS:00000001 OK:1'UNT+7+00000001'UNZ+1+00000001'"
    )
    rows = table(opened(tmp_path, text), "acknowledgements")
    assert [row["Reference"] for row in rows] == ["00000001 CP", "00000001 OK:1"]


def test_names_are_names_staff_is_staff_and_notes_are_notes(tmp_path: Path) -> None:
    found = find_fields(opened(tmp_path, "\n".join(LAB)))
    fields = {(name, f.field): f for name, findings in found.items() for f in findings}
    assert fields["patients", "NHS number"].role is Role.NHS_NUMBER
    assert fields["patients", "Surname"].role is Role.SURNAME
    assert fields["patients", "Date of birth"].role is Role.DATE_OF_BIRTH
    assert fields["patients", "Address"].role is Role.ADDRESS
    assert fields["results", "Code"].role is Role.CODE
    assert fields["results", "Value"].role is Role.VALUE
    for place in (("results", "Note"), ("notes", "Note"), ("other values", "Other value")):
        assert fields[place].kind is Kind.FREE_TEXT
    assert fields["staff", "Staff full name"].kind is Kind.STAFF
    assert fields["specimens", "Specimen number"].kind is Kind.DIRECT_IDENTIFIER


@pytest.mark.parametrize(
    "text",
    [
        "UNA:+.? '" + "".join(LAB),
        "UNA:+.? '\r\n" + "\r\n".join(LAB) + "\r\n",
        "\n\n  " + "\n".join(LAB) + "\n\x1a",
        "UNA:+.?'" + "".join(LAB),  # without the reserved blank, as some senders write it
        "UNA^|.# ~" + "".join(LAB).replace("?'", "#'").replace("?+", "#+").replace("?:", "#:")
        .replace("'", "~").replace("#~", "'").replace("+", "|").replace("#|", "+").replace(":", "^").replace("#^", ":"),
    ],
)  # fmt: skip
def test_service_characters_and_line_ends_change_nothing(tmp_path: Path, text: str) -> None:
    want = {t.name: rows_of(t) for t in opened(tmp_path, "".join(LAB), "plain.dat").tables}
    export = opened(tmp_path, text)
    assert export.problems == ()
    assert {t.name: rows_of(t) for t in export.tables} == want


def test_places_and_lines(tmp_path: Path) -> None:
    export = opened(tmp_path, "UNA:+.? '\n" + "\n".join(LAB))
    found = export.table("results")
    raw = found.read(next(iter(found.blocks())))
    assert raw.places == ["segment 30 (INV)"]
    assert lines_of(found) == [31]


def test_unknown_segments_stand_among_the_other_values(tmp_path: Path) -> None:
    text = "".join(LAB).replace("PDI+2'", "PDI+2'XYZ+A:TOMASZ+NOWAK'").replace("UNT+36", "UNT+37")
    rows = table(opened(tmp_path, text), "other values")
    assert ("XYZ+1:2", "TOMASZ") in {(row["Path"], row["Other value"]) for row in rows}
    assert ("XYZ+2", "NOWAK") in {(row["Path"], row["Other value"]) for row in rows}
    assert {row["NHS number"] for row in rows if row["Record"] == "XYZ"} == {"9990000018"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("UNT+36+1'", "UNT+12+1'", "the message says 12 segments, it has 36"),
        ("UNT+36+1'", "UNT+x+1'", "the message does not say how many segments, it has 36"),
        ("UNT+36+1'", "UNT+36+2'", "the message ends under another number than it starts"),
        ("UNZ+1+1015'", "UNZ+2+1015'", "the file says 2 messages, it has 1"),
        ("UNZ+1+1015'", "UNZ+1+1016'", "the file ends under another number than it starts"),
        ("UNZ+1+1015'", "", "the file has no end (UNZ): it may be cut short"),
        ("UNT+36+1'", "", "the message that starts here has no end (UNT): it may be cut short"),
        ("UNT+36+1'", "UNT+36+1'UNT+1+1'", "a message ends here (UNT) that never started (UNH)"),
        (
            "S20+20'RND+U+10+200'UNT+36+1'UNZ+1+1015'",
            "S20+2",
            "the file ends inside a segment: it is cut short",
        ),
    ],
)
def test_messages_that_are_not_whole(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = "".join(LAB)
    assert old in text
    assert said in [p.what for p in opened(tmp_path, text.replace(old, new)).problems]


def test_several_patients_in_one_message_keep_their_own_results(tmp_path: Path) -> None:
    one = "".join(LAB[1:37])
    two = (
        one.replace("9990000018", "9990000034")
        .replace("11:7", "12")
        .replace("UNT+36+1", "UNT+36+2")
        .replace("UNH+1+", "UNH+2+")
    )
    export = opened(tmp_path, one + two)
    assert [(row["NHS number"], row["Value"]) for row in table(export, "results")] == [
        ("9990000018", "11"),
        ("9990000034", "12"),
    ]


WORDS = st.text(st.characters(codec="latin-1", exclude_characters="\r\n\x00\x1a"), min_size=1, max_size=12)


@given(st.lists(st.lists(WORDS, min_size=1, max_size=4), min_size=1, max_size=4), st.sampled_from("?#^~"))
def test_every_component_comes_back_as_it_was_written(parts: list[list[str]], release: str) -> None:
    service = Service(release=release) if release != "~" else Service(terminator="~")

    def written(text: str) -> str:
        marks = (service.component, service.element, service.release, service.terminator)
        return "".join(service.release + ch if ch in marks else ch for ch in text)

    body = service.element.join(service.component.join(map(written, element)) for element in parts)
    text = f"UNA{service.component}{service.element}.{service.release} {service.terminator}XXX+{body}{service.terminator}"
    (segment,) = segments(text)
    assert segment.tag == "XXX"
    assert [list(element) for element in segment.elements] == parts
    taking = Taking([segment])
    assert [value for *_, value in taking.left()] == [p.strip() for e in parts for p in e if p.strip()]


@given(st.text(max_size=200))
def test_no_text_makes_it_fail_or_lose_letters(text: str) -> None:
    found = list(segments("UNB+" + text))
    letters = sum(ch.isalnum() for ch in text)
    kept = sum(ch.isalnum() for s in found for e in s.elements for c in e for ch in c)
    kept += sum(ch.isalnum() for s in found for ch in s.tag) - 3
    assert kept == letters


def test_a_long_text_without_an_end_is_read_in_one_go() -> None:
    assert len(list(segments("UNB+" + "?" * 500_001))) == 1


@pytest.mark.parametrize("text", ["UNA", "UNAME,AGE\nTomasz,3\n", "UNB,UNH\n1,2\n", "UNH;x\n1;2\n"])
def test_tables_whose_names_start_so_are_no_edifact(tmp_path: Path, text: str) -> None:
    assert service_of(text) == (Service(), 0)
    (found,) = opened(tmp_path, text, "list.csv").tables
    assert found.format != "edifact"


@pytest.mark.parametrize(
    ("segment", "again"),
    [
        ("SPC+TSP+:::VENOUS BLOOD'", "SPC+TSP+:::SWAB OF A WOUND'"),
        ("PDI+2'", "PDI+7891'"),
        ("DTM+329:19450730:102'", "DTM+329:19521104:102'"),
        ("ADR++US:FLAT 9:59 MADE UP ROAD:NOWHERE++ZZ9 9ZZ'", "ADR++US:THE OLD MILL++ZZ7 7ZZ'"),
        ("PNA+PAT+9990000018:OPI+++SU:KWIATKOWSKA+FO:ZUZANNA+MI:ANNA+TI:MRS'", "PNA+PAT+9990000026:OPI'"),
        ("S16+16'", ""),
        ("UNH+1+MEDRPT:0:1:RT:NHS003'", ""),
        ("S02+02'", "S02+02'KOWALSKA'"),
    ],
)
def test_what_stands_twice_or_without_its_group_is_lost_neither_time(
    segment: str, again: str, tmp_path: Path
) -> None:
    """A row has one cell for each; the second goes to the other values, and no value to nobody's row."""
    text = "\n".join(LAB)
    assert segment in text
    path = tmp_path / "list.edi"
    path.write_text(text.replace(segment, f"{segment}\n{again}" if again else "", 1), encoding="utf-8")
    export = open_export([path])
    cells = "\n".join(cell for table in export.tables for row in rows_of(table) for cell in row if cell)
    for words in (again, *(line for line in LAB if line != segment or again)):
        for word in re.findall(r"[A-Z\d]{6,}", words):
            assert word in cells or word in ("NHS003", "MEDRPT")

"""What goes with a sensitive entry in tables of a practice's own making, tall and wide."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.core.protection.closure.surgeries import (
    ASTHMA,
    BLOOD_PRESSURE,
    HIV,
    NHS,
    rows_of,
    went,
    write,
)


def entries(folder: Path, *, links: bool) -> Path:
    fields = ["NHS number", "Event date", "SNOMED code", "Code term", *(["Consultation ID"] if links else [])]
    lines = [
        (NHS[0], "02/06/2025", HIV, "71"),
        (NHS[0], "02/06/2025", ASTHMA, "71"),
        (NHS[0], "03/06/2025", ASTHMA, "72"),
        (NHS[1], "02/06/2025", ASTHMA, "73"),
        (NHS[1], "04/06/2025", BLOOD_PRESSURE, "73"),
    ]
    rows = [dict(zip(fields, (a, b, c.snomed, c.term, d), strict=False)) for a, b, c, d in lines]
    return write(folder / "events.csv", fields, rows)


def contacts(folder: Path, name: str, fields: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    return write(folder / f"{name}.csv", fields, [dict(zip(fields, row, strict=True)) for row in rows])


def test_without_any_link_all_contacts_of_that_day_go(tmp_path: Path) -> None:
    rows = rows_of(
        entries(tmp_path, links=False),
        contacts(
            tmp_path,
            "appointments",
            ("NHS number", "Appointment date", "Clinic"),
            [
                (NHS[0], "02/06/2025", "Blue room"),
                (NHS[0], "02/06/2025", "Nurse"),
                (NHS[0], "03/06/2025", "Nurse"),
                (NHS[1], "02/06/2025", "Nurse"),
            ],
        ),
        contacts(
            tmp_path,
            "letters",
            ("NHS number", "Letter date"),
            [(NHS[0], "02/06/2025"), (NHS[1], "02/06/2025")],
        ),
    )
    assert went(rows, "appointments") == {0: "same_day", 1: "same_day"}
    assert went(rows, "letters") == {0: "same_day"}
    assert went(rows, "events") == {}  # the asthma review of that day stays
    why = next(reason.text for reason in rows.reasons if reason.id == "closure.same_day")
    assert "could not be told" in why


def test_where_the_values_link_only_what_is_linked_goes(tmp_path: Path) -> None:
    rows = rows_of(
        entries(tmp_path, links=True),
        contacts(
            tmp_path,
            "consultations",
            ("Consultation ID", "NHS number", "Consultation date", "Slot ID"),
            [
                ("71", NHS[0], "02/06/2025", "a1"),
                ("72", NHS[0], "03/06/2025", "a2"),
                ("73", NHS[1], "02/06/2025", "a3"),
                ("74", NHS[0], "02/06/2025", "a4"),
            ],
        ),
        contacts(
            tmp_path,
            "appointments",
            ("Slot ID", "NHS number", "Appointment date"),
            [
                ("a1", NHS[0], "02/06/2025"),
                ("a2", NHS[0], "03/06/2025"),
                ("a3", NHS[1], "02/06/2025"),
                ("a4", NHS[0], "02/06/2025"),
            ],
        ),
    )
    assert went(rows, "consultations") == {0: "consultation"}
    assert went(rows, "appointments") == {0: "appointment"}
    assert went(rows, "events") == {}
    assert rows.closure is not None
    assert [step.table for step in rows.closure.chain("appointments", 0)] == [
        "appointments",
        "consultations",
        "events",
    ]


@pytest.mark.parametrize("key", ["E{}", "AB{}", "07700900{:03}", "712010000{}", "202505{:02}"])
@pytest.mark.parametrize("heading", ["Event ID", "ID"])
def test_keys_that_look_like_something_else_link_all_the_same(tmp_path: Path, key: str, heading: str) -> None:
    keys = [key.format(at) for at in range(10, 14)]
    days = ("02/06/2025", "03/06/2025", "02/06/2025", "04/06/2025")
    codes = (HIV, ASTHMA, ASTHMA, BLOOD_PRESSURE)
    whose = (NHS[0], NHS[0], NHS[1], NHS[1])
    events = [(a, b, c, d.snomed, d.term) for a, b, c, d in zip(keys, whose, days, codes, strict=True)]
    medicines = [(str(700 + at), keys[at], whose[at], "09/06/2025") for at in range(4)]
    fields = (heading, "NHS number", "Event date", "SNOMED code", "Code term")
    rows = rows_of(
        contacts(tmp_path, "events", fields, events),
        contacts(tmp_path, "medication", ("ID", "Event ID", "NHS number", "Issue date"), medicines),
    )
    assert went(rows, "medication") == {0: "medicine"}
    assert went(rows, "events") == {}


@pytest.mark.parametrize("key", ["E{}", "7120{}", "202505{:02}"])
@pytest.mark.parametrize(
    ("heading", "own"),
    [("Event", "Event"), ("Event no", "Event number"), ("Event number", "ID"), ("Event", "ID")],
)
def test_keys_under_a_mere_word_link_all_the_same(tmp_path: Path, key: str, heading: str, own: str) -> None:
    keys = [key.format(at) for at in range(10, 14)]
    days = ("02/06/2025", "03/06/2025", "02/06/2025", "04/06/2025")
    codes = (HIV, ASTHMA, ASTHMA, BLOOD_PRESSURE)
    whose = (NHS[0], NHS[0], NHS[1], NHS[1])
    events = [(a, b, c, d.snomed, d.term) for a, b, c, d in zip(keys, whose, days, codes, strict=True)]
    medicines = [(str(700 + at), keys[at], whose[at], "09/06/2025") for at in range(4)]
    rows = rows_of(
        contacts(tmp_path, "events", (own, "NHS number", "Event date", "SNOMED code", "Code term"), events),
        contacts(tmp_path, "medication", ("ID", heading, "NHS number", "Issue date"), medicines),
    )
    assert went(rows, "medication") == {0: "medicine"}
    assert went(rows, "events") == {}


@pytest.mark.parametrize("heading", ["ID", "Item", "Record no", "Entry number"])
def test_numbers_that_only_count_rows_link_nothing(tmp_path: Path, heading: str) -> None:
    fields = (heading, "NHS number", "Event date", "SNOMED code", "Code term")
    lines = [("1", NHS[0], "02/06/2025", HIV), ("2", NHS[0], "03/06/2025", ASTHMA)]
    first = contacts(tmp_path, "events", fields, [(a, b, c, d.snomed, d.term) for a, b, c, d in lines])
    second = contacts(
        tmp_path,
        "prescriptions",
        (heading, "NHS number", "Issue date"),
        [("1", NHS[0], "09/06/2025"), ("2", NHS[0], "10/06/2025")],
    )
    assert went(rows_of(first, second), "prescriptions") == {}


def test_a_wide_row_goes_whole(tmp_path: Path) -> None:
    fields = [
        "NHS Number",
        "Date",
        "Code",
        "Code Term",
        "Value",
        "Date 2",
        "Code 2",
        "Code Term 2",
        "Value 2",
    ]
    first = ("02-Jun-2025", ASTHMA.snomed, ASTHMA.term, "")
    lines = [
        (NHS[0], *first, "03-Jun-2025", HIV.snomed, HIV.term, ""),
        (NHS[1], *first, "03-Jun-2025", ASTHMA.snomed, ASTHMA.term, ""),
    ]
    rows = rows_of(contacts(tmp_path, "report", fields, lines))
    assert rows.reasons[int(rows.withheld["report"][0]) - 1].id == "category.hiv"
    assert not rows.withheld["report"][1]

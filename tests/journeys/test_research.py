"""Journey C: first a count for everybody to see, then the extract for a study with an approval."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HEADER = (
    "NHS Number", "Surname", "Date of Birth", "Sex", "Postcode", "Registration Status",
    "Event Date", "Code", "Term", "Notes",
)  # fmt: skip
EVENTS = (
    ("44054006", "Type 2 diabetes mellitus"),
    ("195967001", "Asthma"),
    ("38341003", "Hypertensive disorder"),
    ("59621000", "Essential hypertension"),
)
#: The Type 1 objection of a practice's system, as a SNOMED CT code.
OBJECTION = (
    "827241000000103",
    "Dissent from secondary use of general practitioner patient identifiable data",
)
PEOPLE, OBJECTING = 120, (5, 41)


@pytest.fixture
def events_file(tmp_path: Path, write_table: Any, number_of: Callable[[int], str]) -> Path:
    rows: list[tuple[str, ...]] = []
    for n in range(PEOPLE):
        born = f"{n % 28 + 1:02d}/{n % 12 + 1:02d}/{1930 + n % 60}"
        place = f"BS6 {n % 9 + 1}{'ABDEFGHJ'[n % 8]}N"
        who = (number_of(n), f"QUILLFEATHER{chr(65 + n % 26)}", born, "MF"[n % 2], place, "Registered")
        day = f"{n % 28 + 1:02d}/11/2025"
        rows += [(*who, day, *event, "seen in clinic") for event in EVENTS[: n % 4 + 1]]
        if n in OBJECTING:
            rows.append((*who, "01/02/2024", *OBJECTION, ""))
    return write_table(tmp_path / "events.csv", HEADER, rows)


def test_first_the_count_then_the_extract(
    person: Any, events_file: Path, tmp_path: Path, asked: Any, released: Any, number_of: Callable[[int], str]
) -> None:
    window, session = person.window, person.session
    asked.folder = tmp_path / "out"
    person.drop(events_file)
    person.opened()

    person.say_who("open-publication", "The practice's web page", "how common is diabetes", PEOPLE)
    person.use_this()
    assert window.summary_bar.badge.text() == "Counts only"
    assert window.summary_bar.value("would_leave") == "A table of counts, no patient's row"
    person.click(window.rail.buttons["export"])
    counts = person.save_into(asked.folder)
    sent = b"".join(p.read_bytes() for p in (counts / "send").iterdir())
    assert b"QUILLFEATHER" not in sent
    assert not any(number_of(n).encode() in sent for n in range(PEOPLE))

    person.say_who("approved-research", "University of Bristol", "long-term conditions", PEOPLE)
    page: Any = window.pages["going_to"]
    person.click(page.use)
    assert "objections" in page.error_summary.text()  # beyond care every objection names its source
    person.tick(page.objections.boxes["codes"])
    person.use_this()
    assert window.summary_bar.badge.text() == "Risk not measured: Coded - still confidential patient data"
    assert session.rows.patients_out == PEOPLE - len(OBJECTING)
    person.click(window.rail.buttons["export"])
    extract = person.save_into(asked.folder)

    rows = released(extract)
    assert len(rows) == session.rows.rows_out
    assert "Surname" not in rows[0]
    assert "Notes" not in rows[0]
    assert all(row["NHS Number"].startswith("P-") for row in rows)
    assert len({row["NHS Number"] for row in rows}) == PEOPLE - len(OBJECTING)
    assert {len(row["Date of Birth"]) for row in rows} == {4}
    sent = b"".join(p.read_bytes() for p in (extract / "send").iterdir())
    assert b"QUILLFEATHER" not in sent
    assert not any(number_of(n).encode() in sent for n in range(PEOPLE))


def test_a_closed_programme_is_for_looking_only(person: Any, events_file: Path) -> None:
    person.drop(events_file)
    person.opened()
    person.say_who("caredata-gpes", "HSCIC", "care.data", PEOPLE)
    person.tick(person.window.pages["going_to"].objections.boxes["codes"])
    person.use_this()
    person.click(person.window.rail.buttons["export"])
    page = person.window.pages["export"]
    assert not page.save.isEnabled()
    assert "The programme is closed" in {c.name for c in page.checks.checks if c.state == "stops"}

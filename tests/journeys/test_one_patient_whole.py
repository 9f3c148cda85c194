"""One patient on one page: every family of a record stands under its own heading, values also as charts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from gui.reviewing import Looker

WHO = ("NHS Number", "Surname", "Forename", "Date of Birth", "Sex", "Registration Status")
EVENT = ("NHS Number", "Date", "Code", "Term", "Value", "Unit")
PLAIN = EVENT[:4]
VALUES = (
    ("03/2024", "75367002", "Blood pressure", "14{}/80", "mmHg"),
    ("04/2024", "60621009", "Body mass index", "3{}.5", "kg/m2"),
    ("05/2024", "412808005", "Serum total cholesterol level", "5.{}", "mmol/L"),
)
EVENTS = [
    ("12/01/2024", "195967001", "Asthma", "", ""),
    ("02/02/2024", "266897007", "Family history: Myocardial infarction", "", ""),
    ("03/02/2024", "77176002", "Smoker", "", ""),
    *((f"1{n}/{month}", code, term, value.format(n), unit) for month, code, term, value, unit in VALUES
      for n in range(3)),
]  # fmt: skip
#: The tables of an export, each with its rows without the patient.
TABLES: dict[str, tuple[tuple[str, ...], list[tuple[str, ...]]]] = {
    "observations": (EVENT, EVENTS),
    "medications": (
        ("NHS Number", "Date", "Drug", "Dosage"),
        [("13/01/2024", "Salbutamol 100mcg inhaler", "2 puffs")],
    ),
    "allergies": (PLAIN, [("14/01/2024", "91936005", "Allergy to penicillin")]),
    "vaccinations": (PLAIN, [("15/01/2024", "86198006", "Influenza vaccination")]),
    "referrals": (PLAIN, [("16/01/2024", "306206005", "Referral to service")]),
    "consultations": (("NHS Number", "Date", "Type"), [("17/01/2024", "Surgery consultation")]),
    "letters": (("NHS Number", "Date", "Document Title"), [("18/01/2024", "Clinic letter")]),
}
HEADINGS = (
    "Who the patient is", "Problems and findings", "Medicines", "Allergies and reactions", "Family history",
    "Vaccinations", "Referrals", "Tests and measurements", "Social history", "Consultations and appointments",
    "Letters and documents",
)  # fmt: skip
CHARTS = {"blood_pressure", "bmi", "cholesterol"}


@pytest.fixture
def practice(tmp_path: Path, write_table: Any, number_of: Callable[[int], str]) -> list[Path]:
    """Patients in a table of their own, and a table for each part of a record; no code is rare."""
    numbers = [number_of(serial) for serial in range(1, 9)]
    people = [
        (number, f"{chr(65 + at)}THORNE", "Ann", f"0{at + 1}/03/1961", "FM"[at % 2], "Registered")
        for at, number in enumerate(numbers)
    ]
    made = [write_table(tmp_path / "patients.csv", WHO, people)]
    for name, (header, rows) in TABLES.items():
        cells = [(number, *row) for number in numbers for row in rows]
        made.append(write_table(tmp_path / f"{name}.csv", header, cells))
    return made


def test_every_family_has_its_heading_and_values_their_charts(
    person: Any, practice: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.protection.plan import ObjectionSource

    monkeypatch.setenv("THRESHOLD_LOOKS", str(tmp_path / "looks.jsonl"))
    monkeypatch.setenv("THRESHOLD_GP_ONLY", str(tmp_path / "gp-only.json"))
    session, page = person.session, person.window.pages["patients"]
    person.drop(*practice)
    person.opened()
    session.set_going_to(
        "approved-research", "University of Bristol", "Study", expected_patients=8,
        objection_sources=[ObjectionSource("codes")],
    )  # fmt: skip
    person.planned()
    person.window.go_to("patients")
    session.set_looker(Looker("Dr A Patel", "gp"))
    page.open(0)
    person.until(lambda: page.judging.record is not None and page.judging.record.patient == 0)
    groups = [line.held.partition(":")[0] for line in page.judging.lines() if line.kind == "group"]
    stands = [section.title for section in page.judging.record.sections]
    assert [title for title in HEADINGS if title not in stands] == []
    assert [title for title in HEADINGS if title not in groups] == []
    series = {one.id: one for one in page.judging.record.series}
    assert set(series) >= CHARTS
    assert all(len(series[name].points) == 3 for name in CHARTS)
    person.bot.keyClick(page.front.pane.list, Qt.Key.Key_V)
    person.until(lambda: page.front.values.isVisible())

"""A practice manager previews and saves real files that nobody here wrote, with the mouse and the keyboard.

Every page is walked, the flags are gone through, and then the file is saved; where a check stops it, the page
says why in words and nothing is written. No number of a patient is in what was saved.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from gui.formatting import count

#: Some of each sort: EMIS bulk, a primary care extract, a workbook, FHIR, GP2GP, an immunisation list.
FILES = (
    "endeavourhealth-discovery__IMInboundPipeline/DERIVED_emis_bulk_csv",
    "alexpate30__rcprd/aurum_data",
    "nhsconnect__prm-migrator/Patient List.xlsx",
    "nhsconnect__gpconnect-demonstrator-messages/Problems_ConsumerData_v0_2.json",
    "nhsconnect__prm-migrator/smith_stripped.xml",
    "nhsuk__manage-vaccinations-in-schools/pds",
    "opensafely-core__ehrql/dummy_tables",
)


@pytest.mark.parametrize("name", FILES, ids=lambda name: name.rpartition("/")[2])
def test_a_manager_previews_and_saves_a_real_file(
    person: Any, shared: Path, name: str, tmp_path: Path, asked: Any
) -> None:
    window, session = person.window, person.session
    asked.folder = tmp_path / "out"
    person.drop(shared / "samples" / name)
    person.opened()
    everybody = session.survey.patients.count
    person.say_who("approved-research", "University of Bristol", "study", everybody)
    page: Any = window.pages["going_to"]
    person.tick(page.objections.boxes["codes"])
    if page.registered_row.isVisible():
        person.tick(page.registered)
    person.use_this()
    asks = {box: window.summary_bar.value(box) for box in ("would_leave", "left_out")}
    assert all(asks.values())
    for page_id in window.pages:
        person.click(window.rail.buttons[page_id])
        for _ in range(4):
            person.press(Qt.Key.Key_F8)
        person.until(lambda: not session.jobs.running())
        assert session.failure is None, session.failure
    person.click(window.rail.buttons["export"])
    export: Any = window.pages["export"]
    person.until(lambda: not session.jobs.running())
    if not export.save.isEnabled():
        stops = [gate for gate in session.gates if not gate.passed]
        assert stops
        assert all(gate.detail.endswith((".", "?")) or gate.detail for gate in stops)
        assert window.rail.buttons["export"].state.words
        assert not asked.folder.exists()
        return
    release = person.save_into(asked.folder)
    sent = b"".join(p.read_bytes() for p in sorted((release / "send").iterdir()))
    numbers = [who.removeprefix("nhs|") for who in session.survey.patients.identity if who.startswith("nhs|")]
    told = [number for number in numbers if number.encode() in sent]
    assert not told, f"{count(len(told))} numbers of patients left"
    for checks in session.release.checks:
        assert checks.passed, checks.name

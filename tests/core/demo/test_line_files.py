"""The invented practice through the whole road as systems write it that give no field names: everybody who is
named is found, and nobody's name leaves with a release for research."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from pathlib import Path

import pytest

from core.demo import FILES, make_practice, write
from core.model import Kind
from core.protection import Key, decide_rows, gates, load_profile, make_plan
from core.protection.plan import ObjectionSource
from core.reading import open_export, total_rows
from core.release import export_release, verify_release
from core.survey import survey_export

PATIENTS = 150
KEY = Key(bytes(range(32)))
_FORMATS = {
    "vision": {"vision"},
    "adastra": {"adastra"},
    "miquest": {"miquest"},
    "nhais": {"nhais-gpr4"},
    "cprd": {"cprd", "cprd-dictionary"},
}
#: Words that are surnames in the invented practice and ordinary in the names of codes.
_WORDS = {"WHITE", "MAY", "PARKINSON"}


@pytest.mark.parametrize("shape", sorted(FILES))
def test_same_bytes_each_time_and_every_row_is_read(shape: str, tmp_path: Path) -> None:
    once = write(shape, tmp_path / "once", patients=PATIENTS)
    again = write(shape, tmp_path / "again", patients=PATIENTS)
    sums = [[hashlib.sha256(p.read_bytes()).hexdigest() for p in paths] for paths in (once, again)]
    assert sums[0] == sums[1]
    export = open_export(once)
    assert {seen.format for seen in export.recognised.values()} == _FORMATS[shape]
    assert all(seen.confidence >= 0.6 for seen in export.recognised.values())
    quoting = csv.QUOTE_MINIMAL if shape == "vision" else csv.QUOTE_NONE
    records = sum(
        sum(1 for _ in csv.reader(io.StringIO(path.read_text("utf-8"), newline=""), quoting=quoting))
        for path in once
    )
    rows = sum(total_rows(table) for table in export.tables)
    around = {"miquest": 22, "nhais": 1, "cprd": 3}.get(shape, 0)
    assert rows * (2 if shape == "nhais" else 1) + around == records


@pytest.mark.parametrize("shape", sorted(FILES))
def test_every_column_that_names_patients_is_found(shape: str, tmp_path: Path) -> None:
    practice = make_practice(PATIENTS)
    export = open_export(write(shape, tmp_path, patients=PATIENTS))
    survey = survey_export(export)
    whole = {
        text.casefold()
        for p in practice.people
        for text in (p.nhs_number, p.email, p.mobile, p.home_phone, p.surname, p.street, p.name)
        if text
    }
    found = 0
    for table in export.tables:
        kinds = {f.field: f.kind for f in survey.findings[table.name]}
        for field in table.fields:
            cells = [
                cell
                for block in table.blocks()
                for cell in table.read(block, [field.position]).data.column(0).to_pylist()
                if cell
            ]
            named = sum(cell.casefold() in whole for cell in cells)
            if cells and named * 4 > len(cells):
                found += 1
                assert kinds[field.name] in (Kind.DIRECT_IDENTIFIER, Kind.STAFF), (table.name, field.name)
    assert found >= (0 if shape == "cprd" else 1)


@pytest.mark.parametrize("shape", sorted(FILES))
def test_nobody_is_named_in_a_release_for_research(shape: str, tmp_path: Path) -> None:
    practice = make_practice(PATIENTS)
    survey = survey_export(open_export(write(shape, tmp_path / "in", patients=PATIENTS)))
    plan = make_plan(
        survey,
        load_profile("approved-research"),
        recipient="University of Nowhere",
        project="P1",
        objection_sources=(ObjectionSource("codes"),),
        assume_registered=True,
    )
    rows = decide_rows(survey, plan, KEY)
    if shape == "nhais":  # a list without codes cannot say who objects
        found = gates(survey, plan, rows, load_profile("approved-research"))
        assert not all(gate.passed for gate in found)
        return
    result = export_release(survey, plan, KEY, rows, tmp_path / "out")
    assert verify_release(result.release, survey, KEY).passed
    text = "\n".join(path.read_text("utf-8") for path in (result.release / "send").glob("*.csv"))
    strong = {
        secret
        for p in practice.people
        for secret in (p.nhs_number, p.email, p.mobile, p.home_phone, p.postcode, p.emis_number)
        if secret
    }
    assert not {secret for secret in strong if re.search(rf"\b{re.escape(secret)}\b", text)}
    names = {p.surname for p in practice.people} - _WORDS | {p.name for p in practice.people}
    assert not {name for name in names if re.search(rf"\b{re.escape(name)}\b", text)}
    assert rows.rows_in == rows.rows_out + rows.rows_withheld
    assert rows.rows_out > 50

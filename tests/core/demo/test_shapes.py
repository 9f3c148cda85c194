"""Each shape is written as its supplier writes it, the same bytes each time, and opens as what it is."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

import pytest

from core.demo import MANY_ROWS, SHAPES, Shaped, build, write
from core.model import UsageError
from core.reading import open_export, total_rows
from resources import ROOT

SMALL = 400

_FORMATS = {
    "demo": {"emis-list-report"},  # by the name of a field
    "report": {"emis-list-report"},
    "workbook": {"emis-list-report", "xlsx"},
    "emis-report": {"emis-list-report"},
    "emis-bulk": {"emis-bulk"},
    "systmone": {"systmone-extract"},
    "systmone-breakdown": {"systmone-breakdown"},
}


def _sums(paths: list[Path]) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@pytest.mark.parametrize("shape", SHAPES)
def test_same_bytes_each_time(shape: str, tmp_path: Path) -> None:
    once = write(shape, tmp_path / "once", patients=SMALL)
    again = write(shape, tmp_path / "again", patients=SMALL)
    assert _sums(once) == _sums(again)
    assert _sums(once) != _sums(write(shape, tmp_path / "other", patients=SMALL, seed=5))


def test_what_ships_is_what_the_generator_writes(tmp_path: Path) -> None:
    written = write("demo", tmp_path)
    shipped = sorted(p for p in (ROOT / "demo").iterdir() if p.suffix == ".csv")
    assert _sums(shipped) == _sums(written)
    assert sum(path.stat().st_size for path in (ROOT / "demo").rglob("*") if path.is_file()) < 4_000_000


def test_an_unknown_shape_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no shape called 'fhir'"):
        build("fhir")
    with pytest.raises(UsageError, match="by number of rows"):
        write("systmone", tmp_path, rows=10)


@pytest.mark.parametrize("shape", SHAPES)
def test_opens_with_the_right_fields_rows_and_cells(shape: str, tmp_path: Path) -> None:
    shaped = build(shape, patients=SMALL)
    export = open_export(write(shape, tmp_path, patients=SMALL))
    tables = {table.name: table for table in export.tables}
    assert len(tables) == len(shaped.tables)
    for want in shaped.tables:
        table = next(t for name, t in tables.items() if _is(want.name, name, shaped))
        header = want.header[:-1] if shape == "emis-report" else want.header
        assert tuple(f.header for f in table.fields)[: len(header)] == header
        assert total_rows(table) == len(want.rows)
        got: list[tuple[str, ...]] = []
        for block in table.blocks():
            data = table.read(block).data
            columns = [column.to_pylist() for column in data.columns]
            got += [tuple(cell or "" for cell in row) for row in zip(*columns, strict=True)]
        assert [row[: len(want.header)] for row in got] == [tuple(row) for row in want.rows]
    assert {t.format for t in export.tables} - {"csv"} == _FORMATS[shape]


def _is(want: str, name: str, shaped: Shaped) -> bool:
    stem = Path(shaped.file_names.get(want, want)).stem
    return name in (want, stem) or name.endswith(want) or want in name.replace(" ", "_").split("/")


def test_emis_bulk_quotes_every_cell_and_joins_by_guid_and_code_id(tmp_path: Path) -> None:
    paths = write("emis-bulk", tmp_path, patients=SMALL)
    by_table = {path.name.split("_", 1)[1].rsplit("_", 2)[0]: path for path in paths}
    text = by_table["CareRecord_Observation"].read_bytes().decode()
    assert text.startswith('"ObservationGuid","PatientGuid"')
    assert text.endswith('"4011"\r\n')
    rows = {
        name: list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
        for name, path in by_table.items()
    }
    patients = {row["PatientGuid"] for row in rows["Admin_Patient"]}
    codes = {row["CodeId"] for row in rows["Coding_ClinicalCode"]}
    drugs = {row["CodeId"] for row in rows["Coding_DrugCode"]}
    assert {row["PatientGuid"] for row in rows["CareRecord_Observation"]} <= patients
    assert {row["CodeId"] for row in rows["CareRecord_Observation"]} <= codes
    assert {row["CodeId"] for row in rows["Prescribing_DrugRecord"]} <= drugs
    assert not any(" " in row["Postcode"] for row in rows["Admin_Patient"])


def test_emis_report_has_leading_lines_and_repeated_field_names(tmp_path: Path) -> None:
    [path] = write("emis-report", tmp_path, patients=SMALL)
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    [run] = [row for row in rows[:15] if row[0] == "Last Run"]
    assert run[run.index("Relative Date") + 1] == "12-Jan-2026"
    header = next(row for row in rows if row[0] == "EMIS Number")
    assert header.count("Code Term") == 2
    assert header[-1] == ""


def test_systmone_is_windows_1252_with_its_own_dates(tmp_path: Path) -> None:
    paths = {path.stem: path for path in write("systmone", tmp_path, patients=SMALL)}
    raw = paths["SRPatient"].read_bytes()
    assert b"Jos\xe9" in raw
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")
    codes = list(csv.DictReader(io.StringIO(paths["SRCode"].read_text(encoding="cp1252"))))
    assert all(row["DateEvent"][2] == " " and row["DateEvent"].endswith(" 00:00:00") for row in codes)
    manifest = list(csv.DictReader(io.StringIO(paths["SRManifest"].read_text(encoding="cp1252"))))
    assert {row["FileName"] for row in manifest} == set(paths) - {"SRManifest"}


@pytest.mark.parametrize("shape", MANY_ROWS)
def test_many_rows_are_as_many_as_asked_each_with_all_its_fields(shape: str, tmp_path: Path) -> None:
    rows = 60_000
    paths = write(shape, tmp_path, rows=rows)
    export = open_export(paths)
    longest = max(export.tables, key=total_rows)
    assert total_rows(longest) == rows
    assert not any(table.read(block).problems for table in export.tables for block in table.blocks())
    assert len(longest.fields) == {"report": 12, "wide": 17, "emis-bulk": 27}[shape]


@pytest.mark.parametrize("by_patient", [False, True])
def test_many_rows_are_the_same_bytes_each_time(by_patient: bool, tmp_path: Path) -> None:
    once = write("report", tmp_path / "a", rows=30_000, by_patient=by_patient)
    again = write("report", tmp_path / "b", rows=30_000, by_patient=by_patient)
    assert _sums(once) == _sums(again)

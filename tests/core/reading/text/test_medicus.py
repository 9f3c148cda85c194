"""Medicus extracts: quotes made plain by a backslash, wherever in the file the first one stands."""

from __future__ import annotations

from pathlib import Path

from core.reading import open_export
from tests.core.reading.text.files import names_of, problems_of, rows_of

HEAD = '"coded_entry_id","patient_id","recorded_date","comment"\n'


def test_backslashes_make_quotes_plain(tmp_path: Path) -> None:
    path = tmp_path / "coded_entry.csv"
    path.write_text(HEAD + '"1","7","2026-01-12","said \\"no\\", left\\\\"\n', newline="")
    export = open_export([path])
    (table,) = export.tables
    assert rows_of(table) == [["1", "7", "2026-01-12", 'said "no", left\\']]
    assert export.recognised[table.name].title == "Medicus coded entries"


def test_the_first_escape_may_come_late(tmp_path: Path) -> None:
    path = tmp_path / "coded_entry.csv"
    late = '"9","7","2026-01-12","a \\"b, c\\" d"\n'
    path.write_text(HEAD + '"1","7","2026-01-12","nothing to tell"\n' * 9000 + late, newline="")
    (table,) = open_export([path]).tables
    assert len(names_of(table)) == 4
    assert rows_of(table)[-1] == ["9", "7", "2026-01-12", 'a "b, c" d']
    assert problems_of(table) == []


def test_another_systems_file_of_that_name_is_read_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "coded_entry.csv"
    text = '"name","folder","size"\n"x","C:\\","1"\n"y","D:\\","1"\n'
    path.write_text(text, newline="")
    (table,) = open_export([path]).tables
    assert rows_of(table) == [["x", "C:\\", "1"], ["y", "D:\\", "1"]]


def test_deltas_are_told_by_their_type_of_change(tmp_path: Path) -> None:
    path = tmp_path / "patient.csv"
    path.write_text('"patient_id","nhs_number","change_type"\n"7","9990000018","deleted"\n', newline="")
    export = open_export([path])
    assert export.recognised[export.tables[0].name].format == "medicus"

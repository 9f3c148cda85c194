"""What a person can choose from, and the name by which a table's file is chosen."""

from __future__ import annotations

from pathlib import Path

from core.reading import TableChoice, open_export
from core.reading.known import file_of, known_layouts, known_readers


def test_every_layout_has_one_id_and_words() -> None:
    found = known_layouts()
    assert len(dict(found)) == len(found) > 20
    assert all(title.strip() for _, title in found)
    ids = dict(found)
    assert "emis-list-report" in ids
    assert ids["emis-bulk/Admin_Patient"] == "EMIS bulk extract: Admin_Patient"


def test_readers_are_named_once() -> None:
    assert len(set(known_readers())) == len(known_readers())
    assert "delimited" in known_readers()


def test_a_choice_is_made_by_the_name_of_a_tables_file(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("NHS Number,Surname\n9994120031,THORNE\n", encoding="utf-8")
    table = open_export([path]).tables[0]
    assert file_of(table) == "list.csv"
    read = open_export([path], choices={file_of(table): TableChoice(header_row=0)})
    assert read.tables[0].fields[0].name == "(column 1)"

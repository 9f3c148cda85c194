"""Tables without field names: told by the file's name, its width and its cells, and never by a guess."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import Export, UsageError
from core.reading import TableChoice, open_export
from core.reading.text.layouts import layout_of, layouts
from core.reading.text.layouts_cells import LOOKS
from core.reading.text.layouts_match import match_names, match_rows
from core.survey.fields.headers import header_meaning
from tests.core.reading.text.files import names_of, problems_of, rows_of

#: A cell that each look accepts, and one that it does not.
CELLS = {
    "date-plain": ("19610203", "1961-02-03"),
    "date-iso": ("1961-02-03", "03/02/1961"),
    "date-british": ("03/02/1961", "1961-02-03"),
    "time-plain": ("0930", "9.30am"),
    "sex": ("F", "Blue"),
    "guid": ("{3F2504E0-4F89-11D3-9A0C-0305E82C3301}", "3F2504E0"),
    "nhs-number": ("999 000 0018", "99900018"),
    "postcode": ("ZZ99 3AA", "ZZ99"),
    "read-code": ("C10..00", "diabetes"),
    "gp-code": ("G9990001", "9990001"),
    "ods-code": ("L99999", "L9"),
    "whole-number": ("124578", "12.5"),
    "number": ("12.5", "12,5"),
    "action": ("A", "added"),
    "active": ("R", "registered"),
    "title": ("Mrs", "Nurses"),
    "flag": ("1", "perhaps"),
    "time-stamp": ("2026-01-12 08:14:00", "2026-01-12"),
}


def sample(layout_id: str, version: int = 0) -> list[str]:
    """A row of a layout whose cells look as they should; the others are words."""
    layout = layout_of(layout_id)
    assert layout is not None
    return [
        CELLS[layout.cells[name]][0] if name in layout.cells else f"word {at}"
        for at, name in enumerate(layout.columns[version])
    ]


def text_of(layout_id: str, rows: Sequence[Sequence[str]]) -> str:
    layout = layout_of(layout_id)
    assert layout is not None
    return "".join(layout.delimiter.join(row) + "\r\n" for row in rows)


def opened(folder: Path, name: str, text: str, **choice: object) -> Export:
    path = folder / name
    path.write_bytes(text.encode())
    return open_export([path], choices={name: TableChoice(**choice)} if choice else None)  # type: ignore[arg-type]


HEADERLESS = [layout.id for layout in layouts() if layout.columns]
NAMES = {
    "vision-patient": "FULL_L99999_patient_data_extract-2026-01-12-000500.csv",
    "vision-journal": "INCREMENTAL_L99999_journal_data_extract-2026-01-12-000500.csv",
    "vision-encounter": "INCREMENTAL_L99999_encounter_data_extract-2026-01-12-000500.csv",
    "vision-referral": "INCREMENTAL_L99999_referral_data_extract-2026-01-12-000500.csv",
    "vision-practice": "ADMIN_L99999_practice_data_extract-2026-01-12-000500.csv",
    "vision-staff": "ADMIN_L99999_staff_data_extract-2026-01-12-000500.csv",
    "emis-original-terms": "L99999_OriginalTerms.txt",
    "emis-registration-status": "L99999_RegistrationStatusHistory.txt",
}
NAMES |= {
    f"adastra-{name}": f"Adastra_RX999_{name.upper()}_20260112060000.csv"
    for name in (
        *("case", "casequestions", "clinicalcodes", "consultation", "electronicprescriptions", "notes"),
        *("outcomes", "patient", "prescriptions", "provider", "users"),
    )
}


def test_looks_accept_and_refuse() -> None:
    assert CELLS.keys() == LOOKS.keys()
    for name, (good, bad) in CELLS.items():
        assert LOOKS[name].fits(good), name
        assert not LOOKS[name].fits(bad), name


def test_layouts_have_unique_ids_and_the_survey_knows_their_columns() -> None:
    assert set(HEADERLESS) == set(NAMES)
    strange = {
        name
        for layout in layouts()
        for version in layout.columns
        for name in version
        if header_meaning(name, layout.table) is None
    }
    unknown = {"ArrivedPCC", "OrganisationCdb", "Preparation", "SESSION", "CONTRACT", "CONTRACTOR", "Issue"}
    assert strange <= unknown, strange


@pytest.mark.parametrize("layout_id", HEADERLESS)
@pytest.mark.parametrize("rows", [1, 3])
def test_a_file_with_its_own_name_is_that_table(layout_id: str, rows: int, tmp_path: Path) -> None:
    layout = layout_of(layout_id)
    assert layout is not None
    for version, names in enumerate(layout.columns):
        row = sample(layout_id, version)
        export = opened(tmp_path, NAMES[layout_id], text_of(layout_id, [row] * rows))
        (table,) = export.tables
        seen = export.recognised[table.name]
        assert (seen.format, seen.table) == (layout.format, layout.table)
        assert seen.confidence >= 0.8
        assert seen.evidence[0] == f"{len(names)} columns"
        assert set(names_of(table)) == set(names)
        assert {f.header for f in table.fields} == {""}
        assert rows_of(table) == [row] * rows
        assert export.problems == ()
        assert problems_of(table) == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("ends", ["\r\n", "\n", "\r"])
def test_any_encoding_and_line_end(encoding: str, ends: str, tmp_path: Path) -> None:
    row = sample("vision-patient")
    row[19] = "Bront\u00eb"
    text = text_of("vision-patient", [row] * 12).replace("\r\n", ends)
    path = tmp_path / NAMES["vision-patient"]
    path.write_bytes(text.encode(encoding))
    (table,) = open_export([path]).tables
    assert names_of(table) == list(layout_columns("vision-patient"))
    assert rows_of(table) == [row] * 12


@pytest.mark.parametrize("layout_id", ["vision-patient", "vision-journal", "adastra-patient"])
def test_cells_alone_tell_where_the_name_does_not(layout_id: str, tmp_path: Path) -> None:
    row = sample(layout_id)
    export = opened(tmp_path, "something.csv", text_of(layout_id, [row] * 3))
    (table,) = export.tables
    layout = layout_of(layout_id)
    assert layout is not None
    assert tuple(names_of(table)) == layout.columns[0]
    assert 0.6 <= export.recognised[table.name].confidence <= 0.9


@pytest.mark.parametrize("layout_id", ["vision-practice", "vision-referral", "adastra-outcomes"])
def test_cells_that_tell_little_need_a_name(layout_id: str, tmp_path: Path) -> None:
    rows = [[cell if n else f"x{n}" for n, cell in enumerate(sample(layout_id))] for n in range(3)]
    (table,) = opened(tmp_path, "something.csv", text_of(layout_id, rows)).tables
    assert all(name.startswith("(column") for name in names_of(table))


def test_tables_of_one_width_are_told_apart(tmp_path: Path) -> None:
    for layout_id in ("vision-encounter", "vision-practice", "vision-referral"):
        export = opened(tmp_path, NAMES[layout_id], text_of(layout_id, [sample(layout_id)]))
        assert export.recognised[export.tables[0].name].table == layout_id.removeprefix("vision-")
    wrong = opened(
        tmp_path, NAMES["vision-encounter"], text_of("vision-practice", [sample("vision-practice")])
    )
    (table,) = wrong.tables
    assert all(name.startswith("(column") for name in names_of(table))
    assert any("the rows are not those of a Vision encounter file" in p.what for p in wrong.problems)


def test_both_orders_of_staff_columns_are_told_by_their_cells(tmp_path: Path) -> None:
    old = ["1", "Hill", "Ann", "Dr", "F", "G9990001", "01", "7"]
    new = ["1", "01", "G9990001", "Hill", "Ann", "Dr", "F", "7"]
    for row in (old, new):
        (table,) = opened(tmp_path, NAMES["vision-staff"], text_of("vision-staff", [row])).tables
        found = dict(zip(names_of(table), row, strict=True))
        assert (found["SURNAME"], found["GMP_CODE"]) == ("Hill", "G9990001")


def test_a_delimiter_at_the_end_of_each_row_is_no_other_layout(tmp_path: Path) -> None:
    row = [*sample("adastra-patient"), ""]
    export = opened(tmp_path, NAMES["adastra-patient"], text_of("adastra-patient", [row] * 2))
    (table,) = export.tables
    assert names_of(table)[2:4] == ["Forename", "Surname"]
    assert names_of(table)[-1] == "(column 29)"
    assert problems_of(table) == []


def test_more_or_fewer_columns_are_told_and_never_shift_names(tmp_path: Path) -> None:
    row = sample("vision-patient")
    more = opened(tmp_path, NAMES["vision-patient"], text_of("vision-patient", [[*row, "new"]] * 2))
    assert names_of(more.tables[0])[:35] == list(layout_columns("vision-patient"))
    assert names_of(more.tables[0])[35:] == ["(column 36)"]
    assert any("have 36 cells where a Vision patient file has 35 or 32" in p.what for p in more.problems)
    shifted = [row[0], "put in between", *row[1:]]
    moved = opened(tmp_path, NAMES["vision-patient"], text_of("vision-patient", [shifted] * 2))
    assert names_of(moved.tables[0])[3] == "(column 4)"
    assert any("are not those of a Vision patient file" in p.what for p in moved.problems)
    assert rows_of(moved.tables[0]) == [shifted] * 2


@pytest.mark.parametrize("at", range(6, 13))
def test_what_a_column_put_in_between_may_have_moved_has_no_name(at: int, tmp_path: Path) -> None:
    """The journal's remarks (TEXT) stand beside its terms (RUBRIC): one column more, and they would pass for
    terms and leave."""
    names = layout_columns("vision-journal")
    filled = ("PID", "ID", "DATE", "RECORDED_DATE", "CODE", "SNOMED_CODE", "HCP", "TEXT", "RUBRIC")
    sampled = zip(names, sample("vision-journal"), strict=True)
    row = [cell if name in filled else "" for name, cell in sampled]
    remark = names.index("TEXT") + (at <= names.index("TEXT"))
    row.insert(at, "")
    export = opened(tmp_path, NAMES["vision-journal"], text_of("vision-journal", [row] * 3))
    (table,) = export.tables
    assert names_of(table)[:6] == list(names[:6])
    assert names_of(table)[remark] == f"(column {remark + 1})"
    assert any("left without names" in p.what for p in export.problems)


def test_a_column_put_in_between_and_another_dropped_is_seen_by_its_neighbours(tmp_path: Path) -> None:
    names, row = layout_columns("vision-journal"), sample("vision-journal")
    at, values = names.index("TEXT"), names.index("VALUE1")
    moved = [*row[:at], "", *row[at:-1]]
    (table,) = opened(tmp_path, NAMES["vision-journal"], text_of("vision-journal", [moved] * 3)).tables
    assert names_of(table)[: at - 5] == list(names[: at - 5])
    assert names_of(table)[at : values + 1] == [f"(column {n})" for n in range(at + 1, values + 2)]


def layout_columns(layout_id: str) -> tuple[str, ...]:
    layout = layout_of(layout_id)
    assert layout is not None
    return layout.columns[0]


def test_ragged_rows_are_kept_and_told(tmp_path: Path) -> None:
    row = sample("vision-journal")
    rows = [row, row, row[:10], [*row, "extra"], row]
    (table,) = opened(tmp_path, NAMES["vision-journal"], text_of("vision-journal", rows)).tables
    assert len(rows_of(table)) == 5
    assert {(p.line, p.what.split(";")[0]) for p in problems_of(table)} == {
        (3, "row has fewer cells than the table's 42 fields"),
        (4, "row has more cells than the table's 42 fields"),
    }


def test_names_of_somebodys_own_are_names(tmp_path: Path) -> None:
    row = sample("vision-staff")
    names = ["Staff number", "Last name", "First name", "Title", "Sex", "GMP code", "Type", "Service"]
    export = opened(tmp_path, NAMES["vision-staff"], text_of("vision-staff", [names, row, row, row]))
    (table,) = export.tables
    assert names_of(table) == names
    assert len(rows_of(table)) == 3


@pytest.mark.parametrize("layout_id", HEADERLESS)
def test_a_line_of_names_is_never_a_row(layout_id: str, tmp_path: Path) -> None:
    names = list(layout_columns(layout_id))
    row = sample(layout_id)
    export = opened(tmp_path, NAMES[layout_id], text_of(layout_id, [names, row, row]))
    (table,) = export.tables
    assert rows_of(table) == [row, row]
    assert [f.header for f in table.fields] == names
    if len(names) >= 5:
        assert export.recognised[table.name].table == layout_of(layout_id).table  # type: ignore[union-attr]


def test_a_person_overrules(tmp_path: Path) -> None:
    rows = text_of("vision-staff", [sample("vision-staff")] * 2)
    chosen = opened(tmp_path, "list.csv", rows, layout="vision-staff")
    assert names_of(chosen.tables[0])[1] in ("SURNAME", "HCP_TYPE")
    assert chosen.recognised[chosen.tables[0].name].confidence == 1.0
    named = "A,B,C,D,E,F,G,H\r\n" + rows
    both = opened(tmp_path, "list.csv", named, layout="vision-staff", header_row=1)
    assert both.tables[0].fields[1].header == "B"
    assert names_of(both.tables[0])[1] in ("SURNAME", "HCP_TYPE")
    assert len(rows_of(both.tables[0])) == 2
    with pytest.raises(UsageError, match="no table or format called vision-cats"):
        opened(tmp_path, "list.csv", rows, layout="vision-cats")
    none = opened(tmp_path, NAMES["vision-staff"], rows, header_row=1)
    assert len(rows_of(none.tables[0])) == 1
    wrong = opened(tmp_path, "list.csv", "a,b\r\nc,d\r\n", layout="vision-staff")
    assert len(names_of(wrong.tables[0])) == 2
    assert any("have 2 cells where a Vision staff file has 8" in p.what for p in wrong.problems)


def test_quotes_of_custom_extracts_are_characters(tmp_path: Path) -> None:
    row = sample("emis-original-terms")
    terms = ['"Sugar" trouble', '"unclosed', "plain", '5" scar', 'closed"']
    rows = [[*row[:4], term] for term in terms]
    (table,) = opened(tmp_path, NAMES["emis-original-terms"], text_of("emis-original-terms", rows)).tables
    assert [r[4] for r in rows_of(table)] == terms
    assert problems_of(table) == []


_row = st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=6), min_size=1, max_size=45)


@given(st.lists(_row, max_size=5), st.sampled_from([*NAMES.values(), "list.csv"]))
def test_no_row_makes_it_fail_and_a_match_names_every_column(rows: list[list[str]], name: str) -> None:
    cells = [[cell or None for cell in row] for row in rows]
    match = match_rows(cells, Path(name).stem, layouts())
    if match is not None and match.names:
        widths = [len(row) for row in cells if any(row)]
        assert len(match.names) in widths
    assert match_names(cells[0] if cells else [], layouts()) is None

"""MIQUEST responses: every line a row, a name, a remark or a problem."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import Export, Hazard, ReadError
from core.reading import TableChoice, open_export
from core.reading.readers import Candidate
from core.reading.source import open_source
from core.reading.text.miquest import MiquestReader
from core.survey.people.status import status_of_text
from tests.core.reading.text.files import lines_of, names_of, problems_of, rows_of

HEAD = """*QRY_TITLE,PATS01,Invented query
*RSP_IDENT,L99999,Invented surgery
*RSP_RDATE,20260112,12/01/2026
FROM PATIENTS
PRINT NHS_NUMBER,SEX,ACTIVE
"""
ROWS = """&0,REPORT
&1,NHS_NUMBER,SEX,ACTIVE
# a remark
$9990000018,M,R
$9990000026,F,L
"""


def response(folder: Path, text: str, name: str = "PATS01.CSV", **choice: object) -> Export:
    path = folder / name
    path.write_bytes(text.encode())
    return open_export([path], choices={name: TableChoice(**choice)} if choice else None)  # type: ignore[arg-type]


def hazard(export: Export, hazard_id: str) -> Hazard:
    return next(h for h in export.hazards if h.id == hazard_id)


def test_rows_names_and_lines(tmp_path: Path) -> None:
    export = response(tmp_path, HEAD + ROWS)
    (table,) = export.tables
    assert table.name == "PATS01 patients"
    assert table.format == "miquest"
    assert names_of(table) == ["NHS_NUMBER", "SEX", "ACTIVE"]
    assert rows_of(table) == [["9990000018", "M", "R"], ["9990000026", "F", "L"]]
    assert lines_of(table) == [9, 10]
    assert problems_of(table) == []
    seen = export.recognised[table.name]
    assert (seen.reader, seen.table) == ("miquest", "patients")
    assert seen.confidence > 0.9
    assert "7 lines about the query" in hazard(export, "lines_before_names").what
    assert status_of_text("R", "ACTIVE").name == "REGISTERED"
    assert status_of_text("L", "ACTIVE").name == "LEFT"


def test_the_lines_about_the_query_are_told_without_their_text(tmp_path: Path) -> None:
    export = response(tmp_path, HEAD + "# Mr Quentin Invented asked\n" + ROWS)
    said = " ".join(h.what + h.why for h in export.hazards) + " ".join(p.what for p in export.problems)
    assert "Quentin" not in said


@pytest.mark.parametrize("said", ["ERROR", "REJECTED"])
def test_a_refused_query_is_refused_with_words(said: str, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="the query was refused: no rows") as caught:
        response(tmp_path, HEAD + f"&0,{said}\n# bad date\n")
    assert caught.value.where == "PATS01.CSV"
    assert caught.value.code == "empty"


def test_a_query_without_an_answer_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="is a MIQUEST query, not"):
        response(tmp_path, "*QRY_TITLE,PATS01,x\n*QRY_SDATE,20260110\nFROM PATIENTS\nPRINT SEX\n", "q.HQL")


def test_several_answers_are_several_tables_and_refused_ones_are_told(tmp_path: Path) -> None:
    text = HEAD + ROWS + "FROM JOURNALS\n&0,REPORT\n&1,NHS_NUMBER,CODE\n$9990000018,C10..\n&0,REJECTED\n"
    export = response(tmp_path, text)
    assert [t.name for t in export.tables] == ["PATS01 patients", "PATS01 journals"]
    assert [len(rows_of(t)) for t in export.tables] == [2, 1]
    assert "1 of 3 queries in the file were refused" in hazard(export, "query_refused").what


def test_a_second_line_of_names_begins_another_table(tmp_path: Path) -> None:
    export = response(tmp_path, HEAD + ROWS + "&1,NHS_NUMBER,CODE\n$9990000018,C10..\n")
    assert [names_of(t) for t in export.tables] == [["NHS_NUMBER", "SEX", "ACTIVE"], ["NHS_NUMBER", "CODE"]]


def test_an_answer_without_rows_is_an_empty_table(tmp_path: Path) -> None:
    export = response(tmp_path, HEAD + "&0,REPORT\n&1,NHS_NUMBER,SEX\n")
    assert rows_of(export.tables[0]) == []
    assert names_of(export.tables[0]) == ["NHS_NUMBER", "SEX"]


def test_a_comma_after_the_mark_is_no_cell_but_an_empty_first_cell_is_one(tmp_path: Path) -> None:
    parted = response(tmp_path, HEAD + "&0,REPORT\n&1,NHS_NUMBER,SEX\n$,9990000018,M\n$,9990000026,F\n")
    assert rows_of(parted.tables[0]) == [["9990000018", "M"], ["9990000026", "F"]]
    empty = response(tmp_path, HEAD + "&0,REPORT\n&1,NHS_NUMBER,SEX,POSTCODE\n$,M,ZZ99 3AA\n$,F,ZZ99 3AB\n")
    assert rows_of(empty.tables[0]) == [[None, "M", "ZZ99 3AA"], [None, "F", "ZZ99 3AB"]]


def test_ragged_rows_keep_every_cell_and_are_told(tmp_path: Path) -> None:
    export = response(
        tmp_path, HEAD + "&0,REPORT\n&1,NHS_NUMBER,TEXT\n$9990000018,a,b,c\n$9990000026\n$1,x\n"
    )
    (table,) = export.tables
    assert names_of(table) == ["NHS_NUMBER", "TEXT", "(extra cells)"]
    assert rows_of(table) == [["9990000018", "a", "b,c"], ["9990000026", None, None], ["1", "x", None]]
    assert [(p.line, "more cells" in p.what) for p in problems_of(table)] == [(8, True), (9, False)]


def test_quotes_are_characters_and_unmarked_lines_after_rows_are_told(tmp_path: Path) -> None:
    export = response(tmp_path, HEAD + ROWS + '$9990000018,"M,R\nand so on\n\n')
    (table,) = export.tables
    assert rows_of(table)[-1] == ["9990000018", '"M', "R"]
    assert {(p.line, p.what.split(",")[0]) for p in export.problems} == {
        (12, "this line is marked as no row"),
        (13, "the first of 1 blank lines"),
    }


@pytest.mark.parametrize("lost", [1, 2, 4, 9, 20])
def test_a_response_cut_short_says_so(lost: int, tmp_path: Path) -> None:
    export = response(tmp_path, (HEAD + ROWS)[:-lost])
    cut = any(h.id == "cut_short" for h in export.hazards)
    assert cut == (lost > 2)
    assert cut or any("no line end" in p.what for p in export.problems)


def test_too_long_a_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.reading.text.miquest._MOST", 100)
    with pytest.raises(ReadError, match="more than Threshold reads") as caught:
        response(tmp_path, HEAD + ROWS)
    assert caught.value.code == "too_big"


def test_ordinary_text_is_not_taken_for_a_response(tmp_path: Path) -> None:
    for text in ("NHS number,Sex\n9990000018,M\n", "# a comment\n$5,cost\n", "*,a\n*,b\n", ""):
        path = tmp_path / "list.csv"
        path.write_text(text)
        source = open_source(path)
        assert MiquestReader().recognise(Candidate(source, text.encode())) is None


_cell = st.text(st.characters(exclude_characters=",\r\n\x1a", exclude_categories=("Cs",)), max_size=8)
_lines = st.lists(
    st.one_of(
        st.lists(_cell, min_size=1, max_size=4).map(lambda cells: "$" + ",".join(cells)),
        _cell.map(lambda text: "# " + text),
        _cell,
        st.just("&0,REPORT"),
        st.just("&1,NHS_NUMBER,CODE"),
        st.just(""),
    ),
    max_size=15,
)


@given(_lines)
def test_every_line_is_accounted_for(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    folder = tmp_path_factory.mktemp("miquest")
    text = HEAD + ROWS + "\n".join(lines) + "\n"
    export = response(folder, text)
    written = [line for line in (HEAD + ROWS).splitlines() + lines if line.startswith("$")]
    rows = [row for table in export.tables for row in rows_of(table)]
    assert len(rows) == len(written)
    cells = sorted(cell for row in rows for whole in row if whole for cell in whole.split(",") if cell)
    assert cells == sorted(cell for line in written for cell in line[1:].split(",") if cell)

"""EMIS reports with all their oddities: every line is a row, field names, blank, or told with its line."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from core.model import Export, Severity
from core.reading import open_export
from tests.core.reading.text.files import lines_of, problems_of, rows_of
from tests.growth import grows_in_step

NAMES = "EMIS Number,NHS Number,Family Name,Date,Code Term,Value,Date,Code Term,Value,"
PREAMBLE = (
    "Recall review,,,,,,,,,",
    "Parent Population,Currently registered,,,,,,,,",
    "Last Run,12-Jan-2026 08:14,,Relative Date,12-Jan-2026,,,,,",
    ",,,,,,,,,",
)
NOTICE = "Complete results are available when this report is run again"


def row(number: int, name: str = "ARCHER") -> str:
    return f"{number},9990000018,{name},01-Jan-2020,Asthma,1,02-Jan-2020,Eczema,2,"


def opened(
    folder: Path, *lines: str, name: str = "report.csv", encoding: str = "utf-8", end: str = "\r\n"
) -> Export:
    (folder / name).write_bytes((end.join(lines) + end).encode(encoding))
    return open_export([folder / name])


def told(export: Export) -> dict[int, list[str]]:
    """What was noticed, by line."""
    found: dict[int, list[str]] = {}
    problems = list(export.problems)
    for table in export.tables:
        rows_of(table)
        problems += problems_of(table)
    for problem in problems:
        if problem.line is not None:
            found.setdefault(problem.line, []).append(problem.what)
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_repeated_names_a_trailing_comma_and_lines_before(tmp_path: Path, encoding: str) -> None:
    export = opened(tmp_path, *PREAMBLE, NAMES, row(17), row(18), encoding=encoding)
    (table,) = export.tables
    assert table.format == "emis-list-report"
    assert [f.name for f in table.fields][3:9] == [
        "Date", "Code Term", "Value", "Date (2)", "Code Term (2)", "Value (2)"
    ]  # fmt: skip
    assert lines_of(table) == [6, 7]
    assert "a line before the field names says 'Last Run'" in export.recognised["report"].evidence
    assert rows_of(table)[0][:3] == ["17", "9990000018", "ARCHER"]


def test_the_notice_is_no_row_and_says_that_patients_are_missing(tmp_path: Path) -> None:
    export = opened(tmp_path, *PREAMBLE, NAMES, row(17), row(18), NOTICE)
    (table,) = export.tables
    assert lines_of(table) == [6, 7]
    assert "the notice that the report is not complete; no row" in told(export)[8]
    assert len([h for h in export.hazards if "does not hold all results" in h.what]) == 1


def test_a_note_that_says_the_same_words_stays_a_row(tmp_path: Path) -> None:
    note = "17,9990000018,ARCHER,01-Jan-2020,Complete results are available on ICE,1,,,,"
    export = opened(tmp_path, *PREAMBLE, NAMES, note, row(18), row(19))
    assert lines_of(export.tables[0]) == [6, 7, 8]


def test_the_notice_between_two_reports_is_told_too(tmp_path: Path) -> None:
    many = [row(n) for n in range(200)]
    export = opened(tmp_path, *PREAMBLE, NAMES, row(17), NOTICE, *PREAMBLE, NAMES, *many)
    assert [h.what for h in export.hazards if h.id == "incomplete_results"] == [
        "the file itself says that it does not hold all results"
    ]


def test_reports_put_together_are_one_table_where_the_fields_are_the_same(tmp_path: Path) -> None:
    second = ("Recall review - branch,,,,,,,,,", *PREAMBLE[1:])
    lines = [*PREAMBLE, NAMES, row(17), row(18), *second, NAMES, row(19), row(20)]
    export = opened(tmp_path, *lines)
    (table,) = export.tables
    assert [r[0] for r in rows_of(table)] == ["17", "18", "19", "20"]
    assert "the field names are repeated here; no row" in told(export)[12]
    for line in (8, 9, 10, 11):
        assert "a line about the report that follows; no row" in told(export)[line]
    assert not [h for h in export.hazards if h.severity is Severity.BLOCKS]


def test_rows_that_begin_as_a_line_about_the_report_does_stay_rows(tmp_path: Path) -> None:
    names = "Organisation Name,NHS Number,Family Name,Date,Code Term"
    start = ("Larkspur,,,,", "Last Run,12-Jan-2026 08:14,,Relative Date,12-Jan-2026")
    rows = [f"Larkspur,9990000018,ARCHER,0{n}-Jan-2020,Asthma" for n in range(1, 6)]
    export = opened(tmp_path, *start, names, *rows, *start, names, *rows)
    assert sum(r[2] == "ARCHER" for r in rows_of(export.tables[0])) == 10


def test_reports_of_a_hundred_practices_are_one_table(tmp_path: Path) -> None:
    part = [*PREAMBLE, NAMES, row(17), row(18)]
    export = opened(tmp_path, *part * 100)
    (table,) = export.tables
    assert len(rows_of(table)) == 200
    assert not [h for h in export.hazards if h.severity is Severity.BLOCKS]


@pytest.mark.parametrize("line", ["Last Run,a,b,Relative Date,c,,,,,", "EMIS Number,Town,County,Age,,,,,,"])
def test_a_file_of_nothing_but_oddities_neither_hangs_nor_loses_a_row(tmp_path: Path, line: str) -> None:
    def report(lines: int) -> Export:
        odd = [line, f"{line[:-1]}x"] * (lines // 2)
        return opened(tmp_path, *PREAMBLE, NAMES, row(17), *odd, row(18))

    many = 20_000
    assert grows_in_step(report, 2_000, many)
    export = report(many)
    rows = [line for table in export.tables for line in lines_of(table)]
    assert len(rows) == many + 2 or any(h.severity is Severity.BLOCKS for h in export.hazards)
    assert len(export.problems) < 1_000
    assert {6, 7 + many} <= set(rows), "the patients' own rows are there"


def test_a_narrow_report_is_read_from_its_field_names(tmp_path: Path) -> None:
    export = opened(
        tmp_path,
        "Recall,,,,,",
        "Last Run,12-Jan-2026 08:14,,Relative Date,12-Jan-2026,",
        "NHS Number,Family Name,Date,Code Term,Value,",
        *[f"9990000018,ARCHER,0{n}-Jan-2020,Asthma,1," for n in range(1, 6)],
    )
    assert export.tables[0].format == "emis-list-report"
    assert lines_of(export.tables[0]) == [4, 5, 6, 7, 8]


def test_a_workbook_of_the_report_is_cleared_as_its_text_is(tmp_path: Path) -> None:
    lines = [*PREAMBLE, NAMES, row(17), *PREAMBLE, NAMES, row(18), NOTICE]
    with xlsxwriter.Workbook(str(tmp_path / "report.xlsx")) as book:
        sheet = book.add_worksheet("Report")
        for number, line in enumerate(lines):
            for column, cell in enumerate(line.split(",")):
                if cell:
                    sheet.write_string(number, column, cell)
    export = open_export([tmp_path / "report.xlsx"])
    (table,) = export.tables
    assert export.recognised["Report"].format == "emis-list-report"
    assert [r[0] for r in rows_of(table)] == ["17", "18"]
    assert [h.id for h in export.hazards if h.id == "incomplete_results"] == ["incomplete_results"]


def test_other_fields_further_down_are_a_second_table_and_block(tmp_path: Path) -> None:
    other = "NHS Number,Postcode,EMIS Number,Mobile Telephone,Town,County,Age,Gender,Title,Unit,Value,Name"
    values = "9990000026,BS6 5AA,99,07700900123,Bristol,Avon,44,Female,Mrs,kg,70,Anna"
    lines = [*PREAMBLE, NAMES, row(17), *PREAMBLE, other, values]
    export = opened(tmp_path, *lines)
    first, second = export.tables
    assert lines_of(first) == [6]
    assert second.name == "report (from line 11)"
    assert [f.name for f in second.fields] == other.split(",")
    assert rows_of(second) == [values.split(",")], "the wider table's last cells are cells again"
    assert lines_of(second) == [12]
    (hazard,) = [h for h in export.hazards if h.severity is Severity.BLOCKS]
    assert (hazard.id, hazard.what) == ("second_table", "a second table starts on line 11")
    assert set(export.recognised) == {first.name, second.name}


def test_fields_of_ones_own_names_are_known_after_last_run(tmp_path: Path) -> None:
    lines = [*PREAMBLE, NAMES, row(17), *PREAMBLE, "Alpha,Beta,Gamma,Delta,,,,,,", "1,2,3,4,,,,,,"]
    export = opened(tmp_path, *lines)
    assert [f.name for f in export.tables[1].fields][:4] == ["Alpha", "Beta", "Gamma", "Delta"]


def test_rows_of_commas_stay_rows(tmp_path: Path) -> None:
    export = opened(tmp_path, *PREAMBLE, NAMES, row(17), ",,,,,,,,,", row(18), NOTICE)
    assert lines_of(export.tables[0]) == [6, 7, 8]
    assert set(rows_of(export.tables[0])[1]) == {None}


def test_an_aggregate_report_has_line_breaks_in_names_and_a_total(tmp_path: Path) -> None:
    text = (
        "Last Run,12-Jan-2026 08:14,,Relative Date,12-Jan-2026,,,,,\r\n"
        '"Organisation","CDB","Population\nCount","Parent","%","Males","Females","Excluded","Status",\r\n'
        '"Larkspur","4011","120","10000","1%","60","60","0","Complete",\r\n'
        '"Total","","120","10000","1%","60","60","0","",\r\n'
    )
    (tmp_path / "counts.csv").write_bytes(text.encode())
    export = open_export([tmp_path / "counts.csv"])
    (table,) = export.tables
    assert table.format == "emis-aggregate-report"
    assert table.fields[2].name == "Population Count"
    assert lines_of(table) == [4, 5]
    assert "this row is the report's own total of the others" in told(export)[5]


def test_an_appointment_report_is_known(tmp_path: Path) -> None:
    names = (
        "NHS Number,Session Holder's Full Name,Session Holder's User Type,Appointment Date,Appointment Time,"
        "Planned Appointment Duration,Consultation Time,Location's Name,Slot Type,Current Slot Status"
    )
    values = '9990000018,"TOOSY, Anne (Dr)",GP,12-Jan-2026,08:14,10,9,Larkspur,Routine,Left'
    export = opened(tmp_path, names, values)
    assert export.tables[0].format == "emis-appointment-report"
    assert export.recognised["report"].evidence == (
        "all of its 10 fields are those of EMIS appointment report",
    )


def test_a_clean_report_is_the_table_it_was_and_is_not_held(tmp_path: Path) -> None:
    from core.reading.text.delimited import DelimitedTable

    export = opened(tmp_path, *PREAMBLE, NAMES, row(17))
    assert isinstance(export.tables[0], DelimitedTable)


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(1, 12))
def test_every_line_is_accounted_for(tmp_path_factory: pytest.TempPathFactory, seed: int, parts: int) -> None:
    """Reports, notices, blank and comma-only lines and second tables in any order."""
    dice = random.Random(seed)
    folder = tmp_path_factory.mktemp("report")
    other = "NHS Number,Family Name,Postcode,Town,Gender,Age"
    lines = [*PREAMBLE, NAMES, row(1)]
    for _ in range(parts):
        pick = dice.randrange(6)
        if pick == 0:
            lines += [*PREAMBLE, NAMES]
        elif pick == 1:
            lines += [NOTICE]
        elif pick == 2:
            lines += [*PREAMBLE, other, "9990000026,BAKER,BS6 5AA,Bristol,Female,44"]
        elif pick == 3:
            lines += [""]
        elif pick == 4:
            lines += [",,,,,,,,,"]
        else:
            lines += [row(dice.randrange(10_000), "BAKER"), ",,,03-Jan-2020,Asthma,1,,,,"]
    export = opened(folder, *lines)
    problems = [p for t in export.tables for p in problems_of(t)]
    blanks = sum(line == "" for line in lines) + 1  # the line of commas before the first field names
    rows = [line for table in export.tables for line in lines_of(table)]
    no_rows = {p.line for p in export.problems if "no row" in p.what}
    assert len(rows) == len(set(rows))
    assert no_rows.isdisjoint(rows)
    assert len(rows) + len(no_rows) + 1 + blanks == len(lines), problems
    patients = sum(line.count("ARCHER") + line.count("BAKER") for line in lines)
    cells = [cell for table in export.tables for row in rows_of(table) for cell in row]
    assert cells.count("ARCHER") + cells.count("BAKER") == patients, "no patient's row is lost"


@pytest.mark.parametrize("ends", ["\r", "\n\n", "\n\r"])
def test_a_line_of_field_names_and_nothing_else_is_a_table_without_rows(tmp_path: Path, ends: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(f"NHS Number,Surname,Date of Birth{ends}{ends}".encode())
    table = open_export([path]).tables[0]
    assert len(table.fields) == 3
    assert sum(block.rows for block in table.blocks()) == 0

"""The quirks of real files, one by one."""

from __future__ import annotations

import codecs
import os
import pickle
import threading
from pathlib import Path

import pytest

from core.model import ReadError
from core.reading import has_extra_cells, total_rows
from core.reading.text import delimited as delimited_module
from tests.core.reading.text.files import lines_of, names_of, opened, problems_of, rows_of

HEADER = "NHS number,Surname,Notes\n"


@pytest.mark.parametrize("delimiter", [",", "\t", "|", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_found(tmp_path: Path, delimiter: str, end: str) -> None:
    lines = [["NHS number", "Surname", "Notes"], ["9990000018", "White", "well"], ["9990000026", "May", ""]]
    text = "".join(delimiter.join(line) + end for line in lines)
    table = opened(tmp_path, text).table
    assert names_of(table) == lines[0]
    assert rows_of(table) == [["9990000018", "White", "well"], ["9990000026", "May", None]]
    assert lines_of(table) == [2, 3]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("cp1252", b""),
    ],
)
@pytest.mark.parametrize("block_size", [64, 8 << 20])
def test_encodings_are_found(tmp_path: Path, encoding: str, mark: bytes, block_size: int) -> None:
    rows = [[f"99900000{n:02d}", "Renée", "£5 – naïve"] for n in range(20)]
    text = HEADER + "".join(",".join(r) + "\r\n" for r in rows)
    table = opened(tmp_path, mark + text.encode(encoding), block_size=block_size).table
    assert names_of(table) == ["NHS number", "Surname", "Notes"]
    assert rows_of(table) == rows
    assert problems_of(table) == []


def test_undefined_windows_bytes_are_kept(tmp_path: Path) -> None:
    table = opened(tmp_path, HEADER.encode() + b"9990000018,Ren\xe9e,\x81\x80\n").table
    assert rows_of(table) == [["9990000018", "Renée", "\x81€"]]


def test_a_bad_byte_late_in_a_file_loses_nothing_and_is_told_by_line(tmp_path: Path) -> None:
    good = "9990000018,Zoë,fine\n".encode() * 200
    content = HEADER.encode() + good + b"9990000026,Ren\xe9e,ok\n" + good
    table = opened(tmp_path, content, block_size=512).table
    rows = rows_of(table)
    assert len(rows) == 401
    assert rows[200] == ["9990000026", "Renée", "ok"]
    assert all(row[1] == "Zoë" for i, row in enumerate(rows) if i != 200)
    assert [p.line for p in problems_of(table)] == [202]
    assert "Ren" not in problems_of(table)[0].what


def test_utf16_with_an_odd_byte_at_the_end_is_read_and_told(tmp_path: Path) -> None:
    content = codecs.BOM_UTF16_LE + (HEADER + "9990000018,White,x\n").encode("utf-16-le") + b"a"
    found = opened(tmp_path, content)
    assert rows_of(found.table) == [["9990000018", "White", "x"]]
    assert any("half a character" in p.what for p in found.problems)


def test_quoted_line_ends_belong_to_the_cell_and_count_as_lines(tmp_path: Path) -> None:
    text = HEADER + '1,White,"one\r\ntwo\nthree"\n2,May,"x ""y"" z"\n\n3,Bell,\n'
    table = opened(tmp_path, text, block_size=16).table
    assert rows_of(table) == [
        ["1", "White", "one\r\ntwo\nthree"],
        ["2", "May", 'x "y" z'],
        ["3", "Bell", None],
    ]
    assert lines_of(table) == [2, 5, 7]


def test_empty_and_absent_are_told_apart(tmp_path: Path) -> None:
    table = opened(tmp_path, HEADER + '1,"",\n2,,""\n').table
    assert rows_of(table) == [["1", "", None], ["2", None, ""]]


@pytest.mark.parametrize("block_size", [32, 8 << 20])
def test_inch_marks_in_unquoted_notes_swallow_nothing(tmp_path: Path, block_size: int) -> None:
    notes = ["height 5' 6\"", 'scar 2" long', "fine", 'a "good" day', '6"']
    text = HEADER + "".join(f"{i},White,{note}\n" for i, note in enumerate(notes))
    table = opened(tmp_path, text, block_size=block_size).table
    assert [r[2] for r in rows_of(table)] == notes
    assert problems_of(table) == []


def test_inch_marks_beside_quoted_cells_swallow_nothing(tmp_path: Path) -> None:
    text = HEADER + '1,"White, A",5 6" tall\n2,"May",scar 2" long\n3,"Bell","quoted\nnote"\n'
    table = opened(tmp_path, text).table
    assert [r[1:] for r in rows_of(table)] == [
        ["White, A", '5 6" tall'],
        ["May", 'scar 2" long'],
        ["Bell", "quoted\nnote"],
    ]


@pytest.mark.parametrize("block_size", [24, 8 << 20])
def test_a_quote_that_never_closes_is_a_character(tmp_path: Path, block_size: int) -> None:
    text = HEADER + '1,White,"see letter\n' + "2,May,fine\n" * 50
    table = opened(tmp_path, text, block_size=block_size).table
    rows = rows_of(table)
    assert len(rows) == 51
    assert rows[0] == ["1", "White", '"see letter']
    assert [p.line for p in problems_of(table)] == [2]


def test_a_stray_opening_quote_stops_at_the_next_quoted_cell(tmp_path: Path) -> None:
    text = HEADER + '1,White,"see letter\n2,"May",fine\n3,"Bell",also\n'
    table = opened(tmp_path, text).table
    assert rows_of(table) == [["1", "White", '"see letter'], ["2", "May", "fine"], ["3", "Bell", "also"]]


def test_text_after_a_closing_quote_keeps_the_cell_as_it_stands(tmp_path: Path) -> None:
    table = opened(tmp_path, HEADER + '1,"White, A" Mr,x\n').table
    assert rows_of(table) == [["1", '"White, A" Mr', "x"]]
    assert [p.line for p in problems_of(table)] == [2]


def test_a_space_before_a_quote_makes_it_a_character(tmp_path: Path) -> None:
    assert rows_of(opened(tmp_path, HEADER + '1, "White", x\n').table) == [["1", ' "White"', " x"]]


def test_backslash_escapes_where_the_file_uses_them(tmp_path: Path) -> None:
    text = '"NHS number","Surname","Notes"\n"1","White","she said \\"no, thanks\\" to C:\\\\temp"\n'
    text += '"2","May","C:\\new"\n'
    table = opened(tmp_path, text).table
    assert [r[2] for r in rows_of(table)] == ['she said "no, thanks" to C:\\temp', "C:\\new"]


def test_backslashes_are_text_where_the_file_does_not_escape(tmp_path: Path) -> None:
    text = '"NHS number","Surname","Notes"\n"1","White","C:\\scans\\"\n"2","May","\\\\server\\share"\n'
    table = opened(tmp_path, text).table
    assert [r[2] for r in rows_of(table)] == ["C:\\scans\\", "\\\\server\\share"]


def test_blank_lines_are_no_rows_in_a_wide_table(tmp_path: Path) -> None:
    text = HEADER + "\n1,White,x\n\r\n\n2,May,y\n,,\n"
    table = opened(tmp_path, text).table
    assert rows_of(table) == [["1", "White", "x"], ["2", "May", "y"], [None, None, None]]
    assert lines_of(table) == [3, 6, 7]
    assert [(p.line, p.what) for p in problems_of(table)] == [(2, "the first of 3 blank lines, skipped")]


def test_blank_lines_are_rows_in_a_table_of_one_column(tmp_path: Path) -> None:
    table = opened(tmp_path, "NHS number\n9990000018\n\n9990000026\n\n").table
    assert rows_of(table) == [["9990000018"], [None], ["9990000026"], [None]]
    assert lines_of(table) == [2, 3, 4, 5]


def test_ragged_rows_are_told_by_line_and_kept(tmp_path: Path) -> None:
    text = HEADER + '1,White\n2,May,x\n3,Bell,y,"extra, quoted",more\n4\n'
    table = opened(tmp_path, text).table
    assert rows_of(table) == [["1", "White", None], ["2", "May", "x"], ["3", "Bell", "y"], ["4", None, None]]
    assert [p.line for p in problems_of(table)] == [2, 5, 4]
    raw = table.read(next(table.blocks()))
    assert has_extra_cells(raw)
    wider = table.with_extra_cells()
    assert names_of(wider) == ["NHS number", "Surname", "Notes", "(extra cells)"]
    assert [r[3] for r in rows_of(wider)] == [None, None, '"extra, quoted",more', None]
    assert [r[0] for r in rows_of(wider, [3])] == [None, None, '"extra, quoted",more', None]
    assert wider.with_extra_cells() is wider


def test_extra_cells_are_null_in_sound_blocks(tmp_path: Path) -> None:
    table = opened(tmp_path, HEADER + "1,White,x\n").table.with_extra_cells()
    assert rows_of(table) == [["1", "White", "x", None]]
    assert rows_of(table, [3, 0]) == [[None, "1"]]
    assert not has_extra_cells(table.read(next(table.blocks())))


def test_a_delimiter_at_the_end_of_every_row_makes_no_row_ragged(tmp_path: Path) -> None:
    both = opened(tmp_path, "NHS number,Surname,\n1,White,\n2,May,\n")
    assert names_of(both.table) == ["NHS number", "Surname", "(column 3)"]
    assert problems_of(both.table) == []
    rows_only = opened(tmp_path, "NHS number,Surname\n1,White,\n2,May,\n").table
    assert names_of(rows_only) == ["NHS number", "Surname", "(column 3)"]
    assert rows_of(rows_only) == [["1", "White", None], ["2", "May", None]]
    header_only = opened(tmp_path, "NHS number,Surname,\n1,White\n2,May\n").table
    assert names_of(header_only) == ["NHS number", "Surname"]
    assert problems_of(header_only) == []


def test_repeated_and_empty_names(tmp_path: Path) -> None:
    text = "Date,Value,Date,,Date (2),Date,Code\n2020-01-01,1,2020-01-02,x,2020-01-03,2020-01-04,c\n"
    found = opened(tmp_path, text)
    assert names_of(found.table) == [
        "Date",
        "Value",
        "Date (2)",
        "(column 4)",
        "Date (2) (2)",
        "Date (3)",
        "Code",
    ]
    assert [f.header for f in found.table.fields][2] == "Date"
    assert {p.line for p in found.problems} == {1}


def test_a_name_with_a_line_end_in_it_is_one_line(tmp_path: Path) -> None:
    table = opened(tmp_path, 'Organisation,"Population\nCount",Males\nA81001,5,2\n').table
    assert names_of(table) == ["Organisation", "Population Count", "Males"]
    assert lines_of(table) == [3]


@pytest.mark.parametrize("block_size", [20, 8 << 20])
def test_zero_bytes_truncate_nothing(tmp_path: Path, block_size: int) -> None:
    table = opened(tmp_path, HEADER + "1,Wh\0ite,x\n2,May,y\n" * 3, block_size=block_size).table
    assert rows_of(table)[:2] == [["1", "Wh\0ite", "x"], ["2", "May", "y"]]
    assert [p.line for p in problems_of(table)] == [2, 4, 6]


def test_lone_returns_in_unquoted_cells_are_text(tmp_path: Path) -> None:
    table = opened(tmp_path, HEADER + "1,White,one\rtwo\n2,May,x\n" + "3,Bell,y\n" * 5).table
    assert rows_of(table)[0] == ["1", "White", "one\rtwo"]
    assert [p.line for p in problems_of(table)] == [2]


@pytest.mark.parametrize("content", [b"", b"\n", b"\r\n\r\n", codecs.BOM_UTF8, codecs.BOM_UTF16_LE])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ReadError, match="empty") as caught:
        opened(tmp_path, content)
    assert caught.value.exit_status == 3


def test_a_header_alone_is_a_table_of_no_rows(tmp_path: Path) -> None:
    for end in ("", "\n", "\r\n"):
        table = opened(tmp_path, "NHS number,Surname,Date of birth" + end).table
        assert names_of(table) == ["NHS number", "Surname", "Date of birth"]
        assert total_rows(table) == 0
        assert rows_of(table) == []


def test_ten_thousand_columns(tmp_path: Path) -> None:
    width = 10_000
    header = ",".join(f"code_{i}" for i in range(width))
    text = header + "\n" + "\n".join(",".join(str(i + r) for i in range(width)) for r in range(3)) + "\n"
    table = opened(tmp_path, text).table
    assert len(table.fields) == width
    rows = rows_of(table)
    assert [len(r) for r in rows] == [width] * 3
    assert rows[2][-1] == str(width + 1)
    assert rows_of(table, [9_999, 0]) == [["9999", "0"], ["10000", "1"], ["10001", "2"]]


def test_a_huge_cell_makes_its_block_grow(tmp_path: Path) -> None:
    big = "line one\nline, two\n" * 60_000  # 1.1 MB, with a block size of 64 kB
    text = HEADER + "1,White,x\n" + f'2,May,"{big}"\n' + "3,Bell,y\n"
    table = opened(tmp_path, text, block_size=1 << 16).table
    rows = rows_of(table)
    assert [r[0] for r in rows] == ["1", "2", "3"]
    assert rows[1][2] == big
    assert lines_of(table) == [2, 3, 120_004]


def test_a_quote_is_not_looked_for_past_the_longest_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited_module, "LONGEST_RECORD", 4096)
    text = HEADER + '1,White,"open\n' + "2,May,fine\n" * 2000 + '3,Bell,"closed"\n'
    table = opened(tmp_path, text, block_size=256).table
    rows = rows_of(table)
    assert len(rows) == 2002
    assert rows[0][2] == '"open'
    assert rows[-1] == ["3", "Bell", "closed"]


def test_a_byte_order_mark_inside_the_file_is_kept(tmp_path: Path) -> None:
    text = "Surname,Notes,NHS number\nWhite,x,1\n\ufeffMay,y,2\n"
    table = opened(tmp_path, text, block_size=12).table
    assert [r[0] for r in rows_of(table)] == ["White", "\ufeffMay"]


@pytest.mark.parametrize("change", ["longer", "same size", "gone"])
def test_a_file_that_changed_since_opening_is_refused(tmp_path: Path, change: str) -> None:
    table = opened(tmp_path, HEADER + "1,White,x\n").table
    block = next(table.blocks())
    path = tmp_path / "list.csv"
    if change == "gone":
        path.unlink()
    else:
        path.write_text(HEADER + ("1,White,x\n2,May,y\n" if change == "longer" else "1,Black,x\n"))
        os.utime(path, ns=(1, 1))
    with pytest.raises(ReadError, match=r"changed|not there") as caught:
        table.read(block)
    assert "list.csv" in caught.value.message


def test_threads_walk_and_read_one_table(tmp_path: Path) -> None:
    text = HEADER + "".join(f'{i},White,"note {i}"\n' for i in range(3000))
    table = opened(tmp_path, text, block_size=512).table
    found: list[list[str | None]] = []

    def walk() -> None:
        found.append([c for b in table.blocks() for c in table.read(b, [0]).data.column(0).to_pylist()])

    threads = [threading.Thread(target=walk) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert all(column == [str(i) for i in range(3000)] for column in found)


def test_a_table_can_be_sent_to_another_process(tmp_path: Path) -> None:
    table = opened(tmp_path, HEADER + "1,White,x\n2,May,y\n", block_size=10).table
    blocks = list(table.blocks())
    copy = pickle.loads(pickle.dumps(table))
    assert copy.read(blocks[1]).data.to_pydict() == table.read(blocks[1]).data.to_pydict()


def test_no_problem_or_error_holds_a_cell(tmp_path: Path) -> None:
    text = HEADER + '1,Okafor\n2,Okafor,x,Okafor\n3,"Okafor" x,\n4,"Okafor\n\n5,Ok\0afor,\n'
    found = opened(tmp_path, text)
    said = [p.what for p in (*found.problems, *problems_of(found.table))]
    assert len(said) >= 5
    assert not any("kafor" in s for s in said)

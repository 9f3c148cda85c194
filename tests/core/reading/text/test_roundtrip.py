"""Whatever a CSV writer writes comes back the same, wherever the blocks are cut; and the two scanners and the
two parsers agree wherever both can read."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.reading.text.cutting import cut, cut_exact, cut_quick, record_starts
from core.reading.text.dialect import Dialect
from core.reading.text.parsing import parse_exact, parse_mended, parse_quick
from tests.core.reading.text.files import lines_of, opened, rows_of

AWKWARD = '",;|\t\\\n\r a1é€'
CELL = st.text(st.sampled_from(AWKWARD), max_size=6) | st.text(
    st.characters(codec="utf-8", exclude_characters="\ufeff"), max_size=8
)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(1, 4))
    return draw(st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=8))


def written(rows: list[list[str]], **how: Any) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, **how).writerows(rows)
    return out.getvalue()


@given(
    rows=tables(),
    delimiter=st.sampled_from(",\t|;"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "utf-16"]),
    block_size=st.integers(2, 60).map(lambda n: 2 * n),
    last_end=st.booleans(),
)
def test_what_a_csv_writer_wrote_comes_back_with_any_block_size(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[list[str]],
    delimiter: str,
    quoting: int,
    end: str,
    encoding: str,
    block_size: int,
    last_end: bool,
) -> None:
    # Outside quotes a carriage return before a line end is part of it; whether the writer quotes one depends
    # on its version.
    rows = [[c.replace("\r", "") if quoting == csv.QUOTE_MINIMAL else c for c in row] for row in rows]
    text = written(rows, delimiter=delimiter, quoting=quoting, lineterminator=end)
    if not last_end and not text.endswith('"' + end):
        text = text.removesuffix(end)
    assume(text.strip("\r\n\x1a"))
    kept = encoding.removesuffix("-sig") if encoding != "utf-16" else None
    choice: dict[str, Any] = {"delimiter": delimiter if len(rows[0]) > 1 else "", "header_row": 0}
    if kept:
        choice["encoding"] = kept
    try:
        found = opened(
            tmp_path_factory.mktemp("t"), text.encode(encoding), block_size=block_size, **choice
        ).table
    except Exception as error:
        if type(error).__name__ == "ReadError" and "not_a_table" in str(getattr(error, "code", "")):
            assume(False)  # it happens to start like another format
        raise
    got = [[c or "" for c in row] for row in rows_of(found)]
    assert got == rows
    assert len(lines_of(found)) == len(rows)


@given(
    rows=tables(),
    delimiter=st.sampled_from(",\t|;"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    block_size=st.integers(2, 60),
)
def test_backslash_escapes_come_back(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[list[str]],
    delimiter: str,
    quoting: int,
    block_size: int,
) -> None:
    rows = [[c.replace("\r", "") for c in row] for row in rows]
    text = written(
        rows, delimiter=delimiter, quoting=quoting, lineterminator="\n", doublequote=False, escapechar="\\"
    )
    dialect = Dialect(delimiter if len(rows[0]) > 1 else "", escape=True)
    got: list[list[str | None]] = []
    buffer, final = text.encode(), True
    while buffer:
        size = block_size
        while True:
            final = size >= len(buffer)
            found = cut(buffer[:size], dialect, final=final)
            if found.end:
                break
            size *= 2
        batch, _ = parse_exact(
            buffer[: found.end].decode(), dialect, len(rows[0]), range(len(rows[0])), extra=False
        )
        got += [list(r) for r in zip(*(c.to_pylist() for c in batch.columns), strict=True)]
        buffer = buffer[found.end :]
    assert [[c or "" for c in row] for row in got] == rows


#: The slice; `make soak` widens it.
EXAMPLES = max(400, settings.get_profile(settings.get_current_profile_name()).max_examples)
RAW = st.text(st.sampled_from('",\n\r\\ab;'), max_size=60)
DIALECTS = st.builds(Dialect, st.sampled_from([",", ";", ""]), st.just(False), st.booleans()) | st.builds(
    Dialect, st.just(","), st.just(True), st.booleans()
)


@settings(max_examples=EXAMPLES)
@given(text=RAW, dialect=DIALECTS, final=st.booleans())
def test_both_scanners_cut_alike(text: str, dialect: Dialect, final: bool) -> None:
    buffer = text.encode()
    if dialect.cr_ends and not final and buffer.endswith(b"\r"):
        buffer = buffer[:-1]
    assume(buffer)
    quick = cut_quick(buffer, dialect, final=final)
    assume(quick is not None)
    assert quick is not None
    exact = cut_exact(buffer, dialect, final=final)
    assert (quick.end, quick.records, quick.blanks, quick.lines) == (
        exact.end,
        exact.records,
        exact.blanks,
        exact.lines,
    )


@settings(max_examples=EXAMPLES)
@given(text=RAW, dialect=DIALECTS, size=st.integers(1, 30))
def test_blocks_make_no_difference_to_the_cells(text: str, dialect: Dialect, size: int) -> None:
    """However long the pieces, the records are those of the whole file."""
    whole, _ = _exact_cells(text, dialect)
    got: list[list[str | None]] = []
    buffer = text.encode()
    while buffer:
        length = size
        while True:
            final = length >= len(buffer)
            found = cut(buffer[:length], dialect, final=final, first_only=length > size)
            if found.end:
                break
            length += size
        piece = buffer[: found.end]
        cells, records = _exact_cells(piece.decode(), dialect)
        assert records == found.records
        assert len(record_starts(piece, dialect)) == found.records
        got += cells
        buffer = buffer[found.end :]
    assert got == whole


def _exact_cells(text: str, dialect: Dialect) -> tuple[list[list[str | None]], int]:
    from core.reading.text.parsing import Oddities, cells_of, records_of

    records = list(records_of(text, dialect))
    assert "".join(records) == text
    return [cells_of(r, dialect, 0, Oddities())[0] for r in records], len(records)


@settings(max_examples=EXAMPLES)
@given(text=RAW, dialect=DIALECTS, width=st.integers(1, 3))
def test_both_parsers_read_the_same_cells(text: str, dialect: Dialect, width: int) -> None:
    buffer = text.encode()
    assume(buffer)
    found = cut(buffer, dialect, final=True)
    assert found.end == len(buffer)
    assume(not found.odd and not (found.blanks and width > 1))
    quick = parse_quick(buffer, dialect, width, range(width), quotes=found.quotes, records=found.records)
    assume(quick is not None)
    assert quick is not None
    exact, seen = parse_exact(text, dialect, width, range(width), extra=False)
    assert quick.to_pydict() == exact.to_pydict()
    assert not seen.short
    assert not seen.long
    if width > 1:
        last = width - 1
        only = parse_quick(buffer, dialect, width, [last], quotes=found.quotes, records=found.records)
        assert only is not None
        assert only.to_pydict() == {str(last): exact.to_pydict()[str(last)]}


RAGGED = st.builds(
    lambda lines, end, last: end.join(lines) + (end if last else ""),
    st.lists(
        st.lists(
            st.sampled_from(["", "a", "bé", '"q"', '"a,b"', '"l\nm"', '""', '5"', '"x""y"']), max_size=4
        ).map(",".join),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)


@settings(max_examples=EXAMPLES)
@given(text=RAGGED, dialect=st.just(Dialect()), width=st.integers(1, 3), extra=st.booleans())
def test_mended_blocks_are_as_the_exact_parser_reads_them(
    text: str, dialect: Dialect, width: int, extra: bool
) -> None:
    buffer = text.encode()
    assume(buffer)
    found = cut(buffer, dialect, final=True)
    assume(not found.odd)
    starts = record_starts(buffer, dialect)
    columns = range(width + 1) if extra else range(width)
    mended = parse_mended(buffer, dialect, width, columns, quotes=found.quotes, starts=starts, extra=extra)
    assume(mended is not None)
    assert mended is not None
    exact, seen = parse_exact(text, dialect, width, columns, extra=extra)
    assert mended[0].to_pydict() == exact.to_pydict()
    if width == 1:
        seen.blank = []
    assert mended[1] == seen


@settings(max_examples=EXAMPLES)
@given(
    rows=st.lists(
        st.lists(st.text(st.sampled_from('"a,b \\é|'), max_size=5), min_size=2, max_size=2),
        min_size=1,
        max_size=8,
    ),
    end=st.sampled_from(["\n", "\r\n"]),
    final=st.booleans(),
)
def test_where_quotes_are_characters_every_line_is_a_record(
    rows: list[list[str]], end: str, final: bool
) -> None:
    dialect = Dialect("\t", quotes=False)
    text = "".join("\t".join(row) + end for row in rows)
    buffer = text.encode()
    exact = cut_exact(buffer, dialect, final=final)
    assert cut_quick(buffer, dialect, final=final) == exact
    assert (exact.records, exact.end, exact.quotes) == (len(rows), len(buffer), False)
    want = {str(at): [row[at] or None for row in rows] for at in (0, 1)}
    assert parse_exact(text, dialect, 2, [0, 1], extra=False)[0].to_pydict() == want
    quick = parse_quick(buffer, dialect, 2, [0, 1], quotes=False, records=len(rows))
    assert quick is not None
    assert quick.to_pydict() == want

"""The cells of a sheet that are read as they are stored: found by their marks, and none missed."""

from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from core.reading.workbooks.cells import number_text, stored_texts, text_of, with_references

STYLES = {3: "0000000000", 12: "000 000 0000"}

numbers = st.one_of(
    st.integers(-(10**18), 10**18).map(str),
    st.integers(0, 10**12).map(str),
    st.sampled_from(["4.4054006E+17", "1E16", "1.5E-5", "0.30000000000000004", "-2.5e15", "1.0E+300", ""]),
)
cells = st.tuples(
    st.sampled_from([None, 1, 3, 12, 31]),  # 1 and 31 only look like styles that matter
    st.sampled_from([None, "n", "e", "str", "inlineStr", "b"]),
    numbers,
    st.sampled_from(["", 'SUM(A1,"s=""3""")', "A1&gt;1"]),
)


def wanted(style: int | None, kind: str | None, raw: str) -> str | None:
    """What reading every cell in full would keep of one."""
    if kind not in (None, "n", "e") or not raw:
        return raw if kind == "e" else None
    if kind == "e":
        return raw
    try:
        number = int(raw)
    except ValueError:
        number = int(float(raw)) if abs(float(raw)) >= 1e15 and abs(float(raw)) < 1e40 else None
    if number is None:
        return None
    if number >= 0 and style == 3:
        return str(number).zfill(10)
    if number >= 0 and style == 12:
        digits = str(number).zfill(10)
        return f"{digits[:-7]} {digits[-7:-4]} {digits[-4:]}"
    return str(number) if abs(number) >= 10**15 else None


@given(st.lists(st.lists(cells, max_size=6), max_size=6), st.sampled_from(["", "x:"]))
def test_every_cell_that_is_changed_is_found(
    rows: list[list[tuple[int | None, str | None, str, str]]], prefix: str
) -> None:
    xml, expected = "", {}
    for y, row in enumerate(rows):
        xml += f'<{prefix}row r="{y + 1}" s="3">'
        for x, (style, kind, raw, formula) in enumerate(row):
            xml += f'<{prefix}c r="{string.ascii_uppercase[x]}{y + 1}"'
            xml += f' s="{style}"' if style is not None else ""
            xml += f' t="{kind}">' if kind else ">"
            xml += f"<{prefix}f>{formula}</{prefix}f>" if formula else ""
            if kind == "inlineStr":
                xml += f'<{prefix}is><{prefix}t>s="3" t="e" {raw}</{prefix}t></{prefix}is></{prefix}c>'
                continue
            xml += f"<{prefix}v>{raw}</{prefix}v></{prefix}c>"
            text = wanted(style, kind, raw)
            if text is not None:
                expected[y, x] = text
        xml += f'<{prefix}c r="Z{y + 1}" s="3"/></{prefix}row>'
    assert stored_texts(xml.encode(), STYLES) == expected


@given(st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(), st.booleans()))
def test_numbers_read_back_as_themselves(value: float) -> None:
    text = text_of(value)
    assert text is not None
    if isinstance(value, bool):
        assert text == str(value).upper()
    else:
        assert float(text) == float(value)
        assert isinstance(value, int) or text == number_text(value)


def test_cells_without_references_get_those_that_follow_from_their_order() -> None:
    bare = (
        b'<row><c><v>1</v></c><c s="3"/><c r="AA1"/><c t="e"><v>x</v></c></row>'
        b'<row r="9"><c/></row><row><c/></row>'
    )
    told = with_references(bare)
    assert told == (
        b'<row><c r="A1"><v>1</v></c><c r="B1" s="3"/><c r="AA1"/><c r="AB1" t="e"><v>x</v></c></row>'
        b'<row r="9"><c r="A9"/></row><row><c r="A10"/></row>'
    )
    whole = b'<row r="1"><c r="A1"><v>1</v></c></row>'
    assert with_references(whole) is whole

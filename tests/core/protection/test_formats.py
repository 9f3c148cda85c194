"""Spreadsheet formulas made harmless, and what a workbook cannot hold."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.protection.formats import XLSX_CELL, fit, is_formula_like, suspects

NASTY = st.one_of(
    st.none(),
    st.text(alphabet="=+-@\t\r\n\0\x0b\ufffe'1.eE a", max_size=6),
    st.sampled_from(["-5", "+44", "-", "=1+1", "é", "", "x" * (XLSX_CELL + 1), "😀" * (XLSX_CELL // 2 + 1)]),
)


@pytest.mark.parametrize(
    "text", ["=1+1", "+44 7700 900123", "-", "@x", "\tx", "\rx", "-1-1", "=", "--5", "+1e"]
)
def test_formulas_get_an_apostrophe(text: str) -> None:
    assert is_formula_like(text)
    made, why = fit(text, "csv")
    assert made == "'" + text
    assert [reason.id for reason in why] == ["format.formula"]


@pytest.mark.parametrize(
    "text", ["-5", "+447700900123", "-5.25", "+1e5", "-.5", "5-1", " =1", "'=1", "", "a=1", "−5"]
)
def test_plain_numbers_and_other_text_stay(text: str) -> None:
    assert fit(text, "csv") == (text, ())


def test_a_workbook_cell_is_cut_at_its_limit_in_utf_16() -> None:
    made, why = fit("😀" * 20_000, "xlsx")
    assert len(made.encode("utf-16-le")) // 2 <= XLSX_CELL
    assert set(made) == {"😀"}
    assert [reason.id for reason in why] == ["format.too_long"]
    assert fit("x" * XLSX_CELL, "xlsx") == ("x" * XLSX_CELL, ())


def test_a_workbook_holds_no_control_characters() -> None:
    made, why = fit("a\x00b\x0bc\r\nd\re\tf\ufffe", "xlsx")
    assert made == "abc\nd\ne\tf"
    assert [reason.id for reason in why] == ["format.control"]


def test_taking_a_control_character_out_never_uncovers_a_formula() -> None:
    assert fit("\x01=1+1", "xlsx")[0] == "'=1+1"


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
@given(st.lists(NASTY, max_size=12), st.integers(0, 3))
def test_every_cell_that_changes_is_a_suspect(file_format: str, cells: list[str | None], skip: int) -> None:
    column = pa.array(cells, pa.string()).slice(skip)
    found = set(suspects(column, file_format).tolist())
    for at, cell in enumerate(column.to_pylist()):
        if cell is not None and fit(cell, file_format)[0] != cell:
            assert at in found


@given(st.one_of(st.text(max_size=20), NASTY.filter(lambda cell: cell is not None)))
def test_fitting_twice_changes_nothing_more(text: str) -> None:
    once, _ = fit(text, "xlsx")
    assert fit(once, "xlsx") == (once, ())


def test_a_column_without_formulas_has_no_suspects() -> None:
    column = pa.array(["1", None, "", "BS6", "ünder"])
    assert suspects(column, "csv").dtype == np.intp
    assert len(suspects(column, "csv")) == 0

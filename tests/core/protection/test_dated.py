"""Columns of dates made coarser at once come out as they do one by one."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.protection.actions import Setting, run_of
from core.protection.dated import coarse_dates

dates = st.dates().map(str)
texts = st.one_of(
    dates,
    st.dates().map(lambda day: f"{day:%d/%m/%Y}"),
    st.dates().map(lambda day: f"{day:%d-%b-%Y}"),
    st.datetimes().map(lambda at: f"{at:%Y-%m-%d %H:%M:%S}"),
    st.from_regex(r"[0-3]\d[/.-][01]\d[/.-](19|20)\d\d", fullmatch=True),
    st.sampled_from(["", " ", "1961", "2025-11", "99/99/9999", "soon", "1899-12-31", "9999-12-31", "1968"]),
    st.text(alphabet="0123456789-/ :T", max_size=12),
)


@pytest.mark.parametrize("unit", ["year", "month"])
@given(st.lists(texts, min_size=1, max_size=60))
def test_at_once_and_one_by_one_are_the_same(unit: str, cells: list[str]) -> None:
    cells = cells * (1 + 40 // len(cells))  # enough for the fast way
    run = run_of(unit, Setting())

    def others(rest: pa.Array) -> pa.Array:
        return pa.array([run(cell)[0] for cell in rest.to_pylist()], pa.string())

    made = coarse_dates(pa.array(cells), "year" if unit == "year" else "month", others)
    assert made.to_pylist() == [run(cell)[0] for cell in cells]

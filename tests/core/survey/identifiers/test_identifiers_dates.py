"""Dates in every format seen, and the quick reading of columns against the reading of one text."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.survey.identifiers import (
    NO_DAY,
    days_of,
    find_dates,
    has_two_digit_year,
    is_clock_time,
    is_default_date,
    month_first,
    parse_date,
)


@pytest.mark.parametrize(
    "text",
    [
        "1973-11-29",
        "1973-11-29 00:00:00",
        "1973-11-29T14:53:28.123Z",
        "1973/11/29",
        "29/11/1973",
        "29/11/1973 14:53",
        "29.11.1973",
        "29-11-1973",
        "29 11 1973",
        "29-Nov-1973",
        "29 Nov 1973",
        "29 Nov 1973 14:53:28",
        "29-NOV-73",
        "29 November 1973",
        "29th November, 1973",
        "29Nov1973",
        "Thursday 29 November 1973",
        "Nov 29 1973",
        "November 29th, 1973",
        "19731129",
        "19731129T1453",
        "197311291453",
        "29/11/73",
        "11/29/1973",
        "1973-Nov-29",
        " 29/11/1973 ",
    ],
)
def test_formats(text: str) -> None:
    assert parse_date(text) == date(1973, 11, 29)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "//",
        "29/02/1973",
        "31/31/2001",
        "00/00/0000",
        "1973",
        "Nov 1973",
        "12:30:00",
        "12345678",
        "9990000018",
        "120/80",
        "44054006",
        "1234-56-78",
        "21000101",
        "01/01/1066",
        "soon",
    ],
)
def test_no_dates(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    "text", ["1899-12-31", "31/12/1899", "30 Dec 1899", "0001-01-01", "9999-12-31", "31/12/9999"]
)
def test_a_system_saying_not_known_is_no_date(text: str) -> None:
    assert parse_date(text) is None
    assert is_default_date(text)
    assert days_of([text] * 40).tolist() == [NO_DAY] * 40


def test_century_of_two_digit_years_is_fixed() -> None:
    assert parse_date("01-Jan-29") == date(2029, 1, 1)
    assert parse_date("01-Jan-30") == date(1930, 1, 1)
    assert has_two_digit_year("01-Jan-30")
    assert has_two_digit_year("1/2/30")
    assert not has_two_digit_year("1/2/1930")


def test_day_first_and_the_column_that_is_not() -> None:
    assert parse_date("03/04/2020") == date(2020, 4, 3)
    assert parse_date("04/13/2020") == date(2020, 4, 13)
    assert month_first(["03/04/2020", "04/13/2020"])
    assert not month_first(["13/04/2020", "03/04/2020"])
    assert not month_first(["03/04/2020"])


def test_clock_times() -> None:
    assert is_clock_time("09:30")
    assert is_clock_time("23:59:59")
    assert is_clock_time("9.30 am")
    assert not is_clock_time("120/80")
    assert not is_clock_time("25:99")


FORMATS = [
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%d-%b-%Y",
    "%d %b %Y %H:%M:%S",
    "%Y%m%d",
    "%d-%b-%y",
    "%d/%m/%y",
    "%d.%m.%Y",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%d %B %Y",
    "%d%b%Y",
]
moments = st.dates(date(1800, 1, 1), date(2099, 12, 31))


@given(st.sampled_from(FORMATS), st.lists(moments, min_size=1, max_size=60), st.text(max_size=10))
def test_a_column_is_read_as_its_cells_are(form: str, days: list[date], junk: str) -> None:
    texts: list[str | None] = [day.strftime(form) for day in days]
    texts += ["", None, junk, "99/99/9999", "31/12/1899", "00000000", "2020-13-45"]
    texts = texts * (1 + 64 // len(texts))
    read = days_of(pa.array(texts, pa.string()))
    epoch = date(1970, 1, 1)
    assert [None if day == NO_DAY else epoch + timedelta(days=int(day)) for day in read] == [
        None if text is None else parse_date(text) for text in texts
    ]


@given(st.dates(date(1931, 1, 1), date(2024, 12, 31)), st.sampled_from(FORMATS[:8]))
def test_a_date_written_in_a_note_is_found(day: date, form: str) -> None:
    hits = find_dates(f"Seen on {day.strftime(form)}, for review")
    assert [hit.canonical for hit in hits] == [day.isoformat()]


@pytest.mark.parametrize(
    "text", ["BP 120/80", "6/52", "take 1-2 tablets", "eGFR 62", "0131 496 0123", "44054006"]
)
def test_look_alikes_are_no_dates(text: str) -> None:
    assert find_dates(text) == []

"""Ages in words and short forms, and days written as plain numbers."""

from __future__ import annotations

from datetime import date

import pytest

from core.survey.identifiers.ages import (
    age_in_days,
    epoch_day,
    is_written_age,
    serial_day,
    week_day,
)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("34", 12418),
        ("34 years", 12418),
        ("34yrs", 12418),
        ("aged 34", 12418),
        ("34 y/o", 12418),
        ("34.0", 12418),
        ("3y 4m", 1217),
        ("3 years and 4 months", 1217),
        ("P3Y4M", 1217),
        ("6/52", 42),
        ("3/12", 91),
        ("5/7", 5),
        ("10 days old", 10),
        ("6w 2d", 44),
    ],
)
def test_ages(text: str, days: int) -> None:
    assert age_in_days(text) == days


@pytest.mark.parametrize(
    "text", ["", "140", "120/80", "3y 4y", "6/51", "12 mg", "1/2", "old", "44054006", "2d 3d", "P"]
)
def test_no_ages(text: str) -> None:
    assert age_in_days(text) is None


def test_a_bare_number_is_no_written_age() -> None:
    assert is_written_age("3y 4m")
    assert is_written_age("6/52")
    assert not is_written_age("34")


def test_days_as_numbers() -> None:
    day = date(1973, 11, 29)
    assert serial_day("26997") == day
    assert serial_day("26997.5") == day
    assert epoch_day("123379200000") == day
    assert epoch_day("123379200") == day
    assert epoch_day("-631152000000") == date(1949, 12, 31) or epoch_day("-631152000000") == date(1950, 1, 1)
    assert week_day("1973-W48-4") == day
    assert week_day("1973W484") == day
    assert week_day("1973-W48") == date(1973, 11, 26)


@pytest.mark.parametrize("text", ["", "12", "999999", "1973-W60-1", "1e5", "99999999999999999999", "C10E."])
def test_no_days(text: str) -> None:
    assert serial_day(text) is None
    assert week_day(text) is None
    assert epoch_day(text) is None

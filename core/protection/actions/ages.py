"""Ages and dates of birth made coarser: bands, and years or months with the oldest put together."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from core.model import Role, UsageError
from core.protection.actions.action import BIRTHS, BLANK, Action, Outcome, Run, Setting, SettingChoice
from core.survey.identifiers import parse_date

_AGE = re.compile(r"\s*(\d{1,3})(?:\.\d+)?\s*(?:y|yr|yrs|year|years)?(?:\s+old)?\.?\s*", re.I)
_INFANT = re.compile(
    r"\s*\d{1,3}\s*(?:/12|/52|/7|m|mo|mths?|months?|w|wks?|weeks?|d|days?)(?:\s+old)?\s*", re.I
)
_BAND = re.compile(r"\s*(\d{1,3})\s*(?:-|–|to)\s*(\d{1,3})\s*", re.I)
_MONTH = re.compile(r"\s*((?:1[89]|20)\d\d)(?:-(0[1-9]|1[0-2]))?\s*", re.ASCII)
_OLDEST = 130


def band_of(age: int, width: int = 5, top: int = 90) -> str:
    """The age band: '40-44', and '90+' from the top age on."""
    if age >= top:
        return f"{top}+"
    low = age - age % width
    return f"{low}-{min(low + width, top) - 1}"


def age_on(birth: date, day: date) -> int:
    """Whole years between two days. Somebody born on 29 February has their birthday on 1 March."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _whole_number(settings: Mapping[str, str], name: str, default: int) -> int:
    text = settings.get(name, str(default))
    if not text.isdecimal() or not 0 < int(text) <= _OLDEST:
        raise UsageError(f"The setting '{name}' of an age band must be a whole number.", where="settings")
    return int(text)


def _age_band(setting: Setting) -> Run:
    width = _whole_number(setting.settings, "width", 5)
    top = _whole_number(setting.settings, "top", 90)
    if setting.role is Role.DATE_OF_BIRTH:
        return _age_band_of_birth(setting, width, top)

    def run(text: str) -> Outcome:
        if plain := _AGE.fullmatch(text):
            age = int(plain[1])
            return (band_of(age, width, top), "") if age <= _OLDEST else BLANK
        if _INFANT.fullmatch(text):
            return band_of(_infant_years(text), width, top), ""
        if text.strip() == f"{top}+":
            return f"{top}+", ""
        if span := _BAND.fullmatch(text):
            low, high = band_of(int(span[1]), width, top), band_of(int(span[2]), width, top)
            return (low, "") if low == high and int(span[1]) <= int(span[2]) <= _OLDEST else BLANK
        return BLANK

    return run


def _infant_years(text: str) -> int:
    number = int(re.findall(r"\d+", text)[0])
    unit = text.strip().lower().lstrip("0123456789 ")
    if unit.startswith(("/12", "m")):
        return number // 12
    return number // 52 if unit.startswith(("/52", "w")) else number // 365


def _age_band_of_birth(setting: Setting, width: int, top: int) -> Run:
    on = _reckoned_on(setting)

    def run(text: str) -> Outcome:
        birth = parse_date(text)
        if birth is None or not 0 <= age_on(birth, on) <= _OLDEST:
            return BLANK
        return band_of(age_on(birth, on), width, top), ""

    return run


def _reckoned_on(setting: Setting) -> date:
    try:
        return date.fromisoformat(setting.settings.get("on", ""))
    except ValueError:
        raise UsageError(
            "What is made from a date of birth with the oldest put together needs the day that ages are "
            'reckoned on: settings = { on = "2025-03-31" }.',
            where="settings",
        ) from None


def _last_year_of_the_oldest(setting: Setting) -> tuple[int, int]:
    """The last year in which anybody was born who has the top age on the day, and that day's own year."""
    on = _reckoned_on(setting)
    return on.year - _whole_number(setting.settings, "top", 90), on.year


def _year_in(text: str) -> int | None:
    if (month := _MONTH.fullmatch(text)) is not None:
        return int(month[1])
    day = parse_date(text)
    return None if day is None else day.year


def _birth(setting: Setting, together: Callable[[int], str], given: Callable[[str, int], str | None]) -> Run:
    """What is given of a birth with the oldest put together: `together` names them by the last year in which
    any of them was born, `given` makes the text of all others from cell and year (None: it cannot)."""
    oldest, now = _last_year_of_the_oldest(setting)
    words = together(oldest)

    def run(text: str) -> Outcome:
        if text.strip() == words:
            return words, ""
        year = _year_in(text)
        if year is None or not now - _OLDEST <= year <= now:
            return BLANK
        if year <= oldest:
            return words, ""
        made = given(text, year)
        return BLANK if made is None else (made, "")

    return run


def _year_of_birth(setting: Setting) -> Run:
    return _birth(setting, "{} or earlier".format, lambda _text, year: f"{year:04d}")


def _month_of_birth(setting: Setting) -> Run:
    # The same people as by year of birth: who is given both learns nothing more.
    return _birth(setting, lambda oldest: f"before {oldest + 1}", _month_in)


def _month_in(text: str, year: int) -> str | None:
    if (month := _MONTH.fullmatch(text)) is not None:
        return f"{year:04d}-{month[2]}" if month[2] else None
    day = parse_date(text)
    return None if day is None else f"{day.year:04d}-{day.month:02d}"


_TOP = SettingChoice(
    "top",
    "The oldest are put together from the age of",
    tuple((str(age), f"{age} years") for age in (75, 80, 85, 90, 95, 100)),
    "90",
)
_ON = SettingChoice("on", "Day that ages are reckoned on (year-month-day); empty: the end of the export")
_WIDTH = SettingChoice("width", "Years in a band", (("5", "5 years"), ("10", "10 years")), "5")
_EXAMPLE = Setting(Role.DATE_OF_BIRTH, {"on": "2025-06-30"})
_NO_BIRTH = "Left blank: the value is not a date of birth that can be read."

ACTIONS = (
    Action(
        "age_band",
        "Age band of five years",
        "generalised to an age band, top-coded at 90",
        "Only the age band is given.",
        _age_band,
        "Left blank: the value is not an age or date of birth that can be read.",
        roles=frozenset((Role.AGE, Role.DATE_OF_BIRTH)),
        examples=(("43", "40-44"), ("90", "90+"), ("8 months", "0-4"), ("90+", "90+"), ("old", None)),
        choices=(_WIDTH, _TOP, _ON),
    ),
    Action(
        "year_of_birth",
        "Year of birth, with the oldest put together",
        "generalised to the year of birth, top-coded at 90",
        "Only the year of birth is given, and the oldest patients are put together.",
        _year_of_birth,
        _NO_BIRTH,
        roles=BIRTHS,
        examples=(
            ("1961-04-12", "1961"),
            ("1936", "1936"),
            ("31/12/1935", "1935 or earlier"),
            ("1935 or earlier", "1935 or earlier"),
            ("2031-01-01", None),
        ),
        example_setting=_EXAMPLE,
        choices=(_TOP, _ON),
    ),
    Action(
        "month_of_birth",
        "Month and year of birth, with the oldest put together",
        "generalised to the month of birth, top-coded at 90",
        "Only the month and year of birth are given, and the oldest patients are put together.",
        _month_of_birth,
        _NO_BIRTH,
        roles=frozenset((Role.DATE_OF_BIRTH,)),
        examples=(
            ("1961-04-12", "1961-04"),
            ("1961-04", "1961-04"),
            ("31/12/1935", "before 1936"),
            ("before 1936", "before 1936"),
            ("1961", None),
        ),
        example_setting=_EXAMPLE,
        choices=(_TOP, _ON),
    ),
)

"""Ages and dates of birth as age bands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from core.model import Role, UsageError
from core.protection.actions.action import BLANK, Action, Outcome, Run, Setting
from core.survey.identifiers import parse_date

_AGE = re.compile(r"\s*(\d{1,3})(?:\.\d+)?\s*(?:y|yr|yrs|year|years)?(?:\s+old)?\.?\s*", re.I)
_INFANT = re.compile(
    r"\s*\d{1,3}\s*(?:/12|/52|/7|m|mo|mths?|months?|w|wks?|weeks?|d|days?)(?:\s+old)?\s*", re.I
)
_BAND = re.compile(r"\s*(\d{1,3})\s*(?:-|–|to)\s*(\d{1,3})\s*", re.I)
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
    try:
        on = date.fromisoformat(setting.settings.get("on", ""))
    except ValueError:
        raise UsageError(
            "An age band made from a date of birth needs the day it is reckoned on: "
            'settings = { on = "2025-03-31" }.',
            where="settings",
        ) from None

    def run(text: str) -> Outcome:
        birth = parse_date(text)
        if birth is None or not 0 <= age_on(birth, on) <= _OLDEST:
            return BLANK
        return band_of(age_on(birth, on), width, top), ""

    return run


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
    ),
)

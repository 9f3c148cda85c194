"""Dates as times of a patient's life: the age at an event, and the days since the patient's own first one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.model import Role, UsageError
from core.protection.actions.action import (
    BLANK,
    DATES,
    Action,
    AtOnce,
    Days,
    Input,
    Outcome,
    Person,
    PersonRun,
    Setting,
    SettingChoice,
    alone,
)
from core.protection.actions.ages import age_on
from core.survey.identifiers import NO_DAY, days_of, parse_date

_EPOCH = date(1970, 1, 1)
_OLDEST = 130
_TOP = 90
#: Longer ago, or longer to come, than anybody lives: a date typed wrongly.
_FARTHEST = _OLDEST * 366
_BINS = ("1", "7", "30")
FIRST_EVENT, REGISTRATION = "first_event", "registration"
_EVENTS = DATES - {Role.DATE_OF_BIRTH}
_BIRTHS = frozenset((Role.DATE_OF_BIRTH, Role.AGE, Role.YEAR_OF_BIRTH))

_NO_BIRTH: Outcome = (None, "no_birth")
_NO_EVENT: Outcome = (None, "no_event")
_IMPLAUSIBLE: Outcome = (None, "implausible")
_NO_INDEX: Outcome = (None, "no_index")


# -- age at the event ------------------------------------------------------------------------------
def _top(setting: Setting) -> int:
    text = setting.settings.get("top", str(_TOP)).strip()
    number = int(text) if text.isascii() and text.isdecimal() else 0
    if set(setting.settings) - {"top"} or not 0 < number <= _OLDEST:
        raise UsageError(
            f'Ages are given up to a whole number of years: settings = {{ top = "{_TOP}" }}.',
            where="settings",
        )
    return number


def _age(setting: Setting) -> PersonRun:
    """In a field of events the cell says when; in one of births or ages the row's event does. A date of birth
    is taken from the cell where it is one, else from the patient."""
    top, role = _top(setting), setting.role

    def run(text: str, person: Person, row_day: int) -> Outcome:
        birth, event = person.birth_day, row_day
        if role not in _BIRTHS or role is Role.DATE_OF_BIRTH:
            day = parse_date(text)
            if day is None:
                return BLANK
            if role is Role.DATE_OF_BIRTH:
                birth = (day - _EPOCH).days
            else:
                event = (day - _EPOCH).days
        if birth == NO_DAY:
            return _NO_BIRTH
        if event == NO_DAY:
            return _NO_EVENT
        age = age_on(_EPOCH + timedelta(days=birth), _EPOCH + timedelta(days=event))
        if not 0 <= age <= _OLDEST:
            return _IMPLAUSIBLE
        return (str(age) if age < top else f"{top}+"), ""

    return run


def _age_at_once(setting: Setting) -> AtOnce:
    top, role = _top(setting), setting.role
    words = pa.array([str(age) if age < top else f"{top}+" for age in range(_OLDEST + 1)])

    def run(
        distinct: pa.Array, places: npt.NDArray[np.int64], facts: Mapping[str, Days], day: Days | None
    ) -> tuple[pa.Array, npt.NDArray[np.bool_]]:
        written = np.append(days_of(distinct), np.int32(NO_DAY))[places]
        if role is Role.DATE_OF_BIRTH or role not in _BIRTHS:
            good = written != NO_DAY
        else:
            good = places >= 0
        birth = written if role is Role.DATE_OF_BIRTH else facts["birth_day"]
        event = day if role in _BIRTHS else written
        assert event is not None
        good = good & (birth != NO_DAY) & (event != NO_DAY)
        years = _years(np.where(good, birth, 0), np.where(good, event, 0))
        good &= (years >= 0) & (years <= _OLDEST)
        return words.take(pa.array(np.where(good, years, 0), mask=~good)), good

    return run


def _years(birth: npt.NDArray[np.int64], event: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Whole years from one day to another, as `age_on` counts them."""

    def parts(days: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        dates = days.astype("datetime64[D]")
        months = dates.astype("datetime64[M]")
        return months.astype(np.int64), (dates - months).astype(np.int64)

    (born, born_on), (then, then_on) = parts(birth), parts(event)
    elapsed = then - born - (then_on < born_on)
    return elapsed // 12


# -- days since the index --------------------------------------------------------------------------
def index_of(settings: Mapping[str, str]) -> str:
    """The index day that settings name: 'first_event', 'registration' or an ISO date. Raises UsageError."""
    text = settings.get("index", FIRST_EVENT).strip()
    if text in (FIRST_EVENT, REGISTRATION):
        return text
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise UsageError(
            'Days are counted from index = "first_event", "registration" or a day such as "2020-01-01".',
            where="settings",
        ) from None


def _bin(setting: Setting) -> int:
    index_of(setting.settings)
    text = setting.settings.get("bin", "7").strip()
    if set(setting.settings) - {"bin", "index"} or text not in _BINS:
        raise UsageError(
            'Days since a first day are given in steps of bin = "1", "7" or "30" days.', where="settings"
        )
    return int(text)


def _since(setting: Setting) -> PersonRun:
    width = _bin(setting)

    def run(text: str, person: Person, _: int) -> Outcome:
        day = parse_date(text)
        if day is None:
            return BLANK
        if person.index_day == NO_DAY:
            return _NO_INDEX
        since = (day - _EPOCH).days - person.index_day
        return (str(since // width * width), "") if abs(since) <= _FARTHEST else _IMPLAUSIBLE

    return run


def _since_at_once(setting: Setting) -> AtOnce:
    width = _bin(setting)

    def run(
        distinct: pa.Array, places: npt.NDArray[np.int64], facts: Mapping[str, Days], _: Days | None
    ) -> tuple[pa.Array, npt.NDArray[np.bool_]]:
        index = facts["index_day"]
        written = np.append(days_of(distinct), np.int32(NO_DAY))[places]
        good = (written != NO_DAY) & (index != NO_DAY)
        since = np.where(good, written, 0).astype(np.int64) - np.where(good, index, 0)
        good &= np.abs(since) <= _FARTHEST
        numbers, back = np.unique(np.where(good, since // width * width, 0), return_inverse=True)
        words = pa.array(numbers).cast(pa.string())
        return words.take(pa.array(back, mask=~good)), good

    return run


ACTIONS = (
    Action(
        "age_at_event",
        "The patient's age at the event",
        "generalised to whole years of age at the event, top-coded",
        "Only the patient's age at the event is given.",
        alone(_age),
        "Left blank: this is not a date that can be read.",
        roles=_EVENTS | _BIRTHS,
        examples=(("2025-06-14", "44"), ("15/06/2025", "45"), ("2071-01-01", "90+"), ("1979-12-31", None)),
        example_setting=Setting(Role.EVENT_DATE, person=Person(birth_day=3_818)),  # 15 June 1980
        choices=(SettingChoice("top", "From this age on, only 'this age or more'", default=str(_TOP)),),
        inputs=frozenset((Input.PATIENT, Input.ROW_DAY)),
        facts=("birth_day",),
        for_person=_age,
        at_once=_age_at_once,
        says={
            "nobody": "Left blank: it is not known whose row this is, and so not how old the patient was.",
            "no_birth": "Left blank: the patient's date of birth is not in this export.",
            "no_event": "Left blank: the row has no date of an event to reckon the age on.",
            "implausible": "Left blank: the age would be below nought or above 130 years.",
        },
    ),
    Action(
        "days_since_index",
        "Days since the patient's first event",
        "days since index date, per patient, binned",
        "Only the time since the patient's own first day is given, in days.",
        alone(_since),
        "Left blank: this is not a date that can be read.",
        roles=_EVENTS,
        examples=(("2025-11-03", "301"), ("2024-12-31", "-7"), ("2025-11", None)),
        example_setting=Setting(Role.EVENT_DATE, person=Person(index_day=20_089)),  # 1 January 2025
        choices=(
            SettingChoice(
                "index",
                "Counted from",
                (
                    (FIRST_EVENT, "The patient's first event that leaves"),
                    (REGISTRATION, "The patient's registration"),
                ),
                FIRST_EVENT,
            ),
            SettingChoice("bin", "In steps of", (("1", "1 day"), ("7", "7 days"), ("30", "30 days")), "7"),
        ),
        inputs=frozenset((Input.PATIENT,)),
        facts=("index_day",),
        for_person=_since,
        at_once=_since_at_once,
        says={
            "nobody": "Left blank: it is not known whose row this is, so not from when days are counted.",
            "no_index": "Left blank: the day that this patient's days are counted from is not known.",
            "implausible": "Left blank: the date lies farther from the first day than anybody lives.",
        },
        warning="The days between a patient's events can still be told to within a step: steps of one day "
        "are as telling as moved dates.",
    ),
)

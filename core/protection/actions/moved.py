"""Dates moved by a number of days that is the patient's own and nobody else's."""

from __future__ import annotations

from core.model import Role, UsageError
from core.protection.actions.action import (
    BLANK,
    DATES,
    Action,
    AtOnce,
    Input,
    Outcome,
    Person,
    PersonRun,
    Setting,
    SettingChoice,
    alone,
)
from core.protection.date_spelling import moved, moved_at_once

#: Half a year each way: 364 different shifts, as many as REDCap's date shifting draws from (1 to 364 days).
#: Over a whole year no season is left where it was. The Australian MBS/PBS release moved dates by up to 14
#: days, and people were found again by births and operations (OAIC).
DAYS = 182
_MOST = 3_650


def shift_days(setting: Setting) -> int:
    """The most days that dates are moved by, either way. Raises UsageError for what is no such number."""
    text = setting.settings.get("days", str(DAYS)).strip()
    number = int(text) if text.isascii() and text.isdecimal() else 0
    if set(setting.settings) - {"days"} or not 0 < number <= _MOST:
        raise UsageError(
            f"Dates are moved by up to a whole number of days, from 1 to {_MOST:,}: "
            f'settings = {{ days = "{DAYS}" }}.',
            where="settings",
        )
    return number


def _move(setting: Setting) -> PersonRun:
    shift_days(setting)

    def run(text: str, person: Person, _: int) -> Outcome:
        if not person.shift:
            return BLANK  # nobody's dates leave where they were
        made = moved(text, person.shift)
        return BLANK if made is None else (made, "")

    return run


def _move_at_once(_: Setting) -> AtOnce:
    return lambda distinct, places, facts, day: moved_at_once(distinct, places, facts["shift"])


ACTIONS = (
    Action(
        "date_shift",
        "Move every date of a patient by the same secret number of days",
        "per-patient date shift (HMAC-SHA-256 of the patient, never 0); intervals are preserved",
        "Moved by a secret number of days, the same for every date of this patient. The days between one "
        "date and another are as they were.",
        alone(_move),
        "Left blank: this is not a whole date that could be moved.",
        roles=DATES,
        examples=(
            ("2025-11-03", "2025-10-17"),
            ("03/11/2025 09:15", "17/10/2025 09:15"),
            ("3 Nov 25", "17 Oct 25"),
            ("2025-11", None),
            ("1900-01-01", None),
        ),
        example_setting=Setting(Role.EVENT_DATE, person=Person(shift=-17)),
        choices=(SettingChoice("days", "At most so many days, earlier or later", default=str(DAYS)),),
        inputs=frozenset((Input.PATIENT,)),
        facts=("shift",),
        for_person=_move,
        at_once=_move_at_once,
        says={"nobody": "Left blank: it is not known whose date this is, so it could not be moved."},
        warning="The days between a patient's dates stay as they are: four known dates still single out two "
        "in three patients of a practice, and flu clinics and bank holidays can give the shift away. Month "
        "and year, or weeks since a first event, say less.",
    ),
)

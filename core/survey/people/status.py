"""Registered, left, temporary or died: what a row says of a patient's registration, and what holds now.

What words mean is data (resources/registration.toml): EMIS, SystmOne, Vision, MIQUEST, NHAIS, PDS, FHIR, and
what people type into spreadsheets. A word that is not known tells nothing, so that nobody goes on a guess.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from core.model import Status
from core.survey.results import NO_DAY
from resources import ROOT

_TRUE = frozenset(("true", "yes", "y", "1", "1 0"))
_FALSE = frozenset(("false", "no", "n", "0", "0 0"))
_NOT_WORD = re.compile(r"[\W_]+")
_WHOLE_NUMBER = re.compile(r"(\d+)\.0+")
_ABOUT_DEATH = re.compile(r"dea(?:d|th|ceased)|deceased|died|\brip\b")
_ABOUT_LEAVING = re.compile(r"left|inactive|de ?registered|deduct|removed|former|not registered|deactivat")
_ABOUT_STAYING = re.compile(r"active|registered|current|on list|gms|permanent|regular")
_ABOUT_TEMPORARY = re.compile(r"temp|visitor")

# What comes first decides where a phrase is not in the table: 'Registered - died 2020' is a death.
_PHRASES: tuple[tuple[re.Pattern[str], Status], ...] = (
    (re.compile(r"\bnot (?:dead|deceased)\b|\bno death\b"), Status.UNKNOWN),
    (re.compile(r"\b(?:died|dead|death|deceased)\b"), Status.DIED),
    (re.compile(r"\bnot (?:left|deducted|removed|inactive)\b"), Status.UNKNOWN),
    (
        re.compile(
            r"\b(?:left|deduct\w*|de ?regist\w*|not (?:currently )?registered|unregist\w*|inactive)\b"
        ),
        Status.LEFT,
    ),
    (re.compile(r"\bnot (?:active|current\w*|regular)\b"), Status.LEFT),
    (
        re.compile(
            r"\b(?:removed|transferred out|moved away|former(?:ly)?|previously|no longer|ended|was|until)\b"
        ),
        Status.LEFT,
    ),
    (
        re.compile(r"\b(?:temp\w*|emergency|immediately necessary|private|visitor|pending|applied)\b"),
        Status.TEMPORARY,
    ),
    (re.compile(r"\b(?:registered|regular|current\w*|gms|active)\b"), Status.REGISTERED),
)


@dataclass(frozen=True)
class _Field:
    """A field whose values mean something of their own."""

    headings: frozenset[str]
    words: Mapping[str, Status]
    only: bool


@dataclass(frozen=True)
class _Words:
    by_word: Mapping[str, Status]
    fields: tuple[_Field, ...]
    flags: frozenset[str]
    plain: frozenset[str]


def _by_status(data: Mapping[str, Any]) -> dict[str, Status]:
    found: dict[str, Status] = {}
    for status in (Status.DIED, Status.LEFT, Status.TEMPORARY, Status.REGISTERED):
        for word in data.get(status.name.lower(), ()):
            if found.setdefault(word, status) is not status:
                raise ValueError(f"resources/registration.toml: '{word}' stands for two states")
    return found


@cache
def _data() -> _Words:
    data = tomllib.loads((ROOT / "registration.toml").read_text(encoding="utf-8"))
    fields = tuple(
        _Field(frozenset(item["heading"]), _by_status(item), item.get("only", False))
        for item in data["field"]
    )
    tells = data["tells"]
    return _Words(_by_status(data["words"]), fields, frozenset(tells["flag"]), frozenset(tells["plain"]))


def _plain(text: str) -> str:
    return _NOT_WORD.sub(" ", text).strip().casefold()


def _heading(header: str) -> str:
    return _plain(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header))


def tells_status(header: str) -> bool:
    """Whether a field of this heading tells of registration or death, whatever it was taken for."""
    return _heading(header) in _data().flags


def only_of_patients(header: str) -> bool:
    """Whether a heading is so plain ('Status', 'Active') that it tells only in a table about patients."""
    return _heading(header) in _data().plain


@lru_cache(maxsize=10_000)
def status_of_text(text: str, header: str = "") -> Status:
    """What one cell of a status field says. `header` tells what true and false mean in a flag.

    UNKNOWN for a word that is not known: such patients do not go beyond care by default."""
    whole = _WHOLE_NUMBER.fullmatch(text.strip())  # a spreadsheet's 4.0 for 4
    word = _plain(whole[1] if whole else text)
    if not word:
        return Status.UNKNOWN
    about, data = _heading(header), _data()
    own = next((field for field in data.fields if about in field.headings), None)
    if own is not None and word in own.words:
        return own.words[word]
    if own is not None and own.only:
        return Status.UNKNOWN
    if own is None and (word in _TRUE or word in _FALSE):
        flagged = _status_of_flag(word in _TRUE, about)
        if flagged is not None:
            return flagged
    if word in data.by_word:
        return data.by_word[word]
    for pattern, status in _PHRASES:
        if pattern.search(word):
            return status
    return Status.UNKNOWN


def _status_of_flag(yes: bool, about: str) -> Status | None:
    """A yes or no under a header: 'Deceased: no' says nothing of registration. None: no flag after all."""
    if _ABOUT_DEATH.search(about):
        return Status.DIED if yes else Status.UNKNOWN
    if _ABOUT_LEAVING.search(about):
        return Status.LEFT if yes else Status.UNKNOWN
    if _ABOUT_TEMPORARY.search(about):
        return Status.TEMPORARY if yes else Status.UNKNOWN
    if _ABOUT_STAYING.search(about):
        return Status.REGISTERED if yes else Status.LEFT
    return None


# What a row says, as the lowest three bits of a score: of one day's entries the worst holds.
_REGISTERED, _REGISTERED_FROM, _TEMPORARY, _LEAVES, _TEMPORARY_UNTIL, _LEFT, _DIED = range(1, 8)
_OF_WORD = np.array([0, _REGISTERED, _LEFT, _TEMPORARY, _DIED], dtype=np.int64)  # by Status value
_THEN = np.array([0, 1, 1, 3, 2, 2, 2, 4], dtype=np.uint8)  # Status once the day has come ...
_UNTIL = np.array([0, 1, 3, 3, 1, 3, 2, 4], dtype=np.uint8)  # ... and as long as it has not
_ALWAYS = np.int64(2**31 - 1)
_EARLIEST = np.int64(-(2**31))
NOTHING_SAID = np.int64(-(2**62))
#: No practice's list is older: 30 December 1899, 1 January 1900 and 1753 are what systems write for no date.
FIRST_DAY = int(np.datetime64("1911-01-01", "D").astype(np.int64))


def scores(
    words: npt.NDArray[np.uint8],
    event_day: npt.NDArray[np.int32],
    registered_day: npt.NDArray[np.int32],
    left_day: npt.NDArray[np.int32],
    death_day: npt.NDArray[np.int32],
    *,
    dates_tell: bool,
) -> npt.NDArray[np.int64]:
    """What each row says, as a number of which a patient's largest is what holds.

    The latest entry holds, and of one day's the worst. An entry without a date counts as the oldest when
    it says registered, and as the newest when it says left: with no dates to tell, the patient has left.
    Death holds for ever. `dates_tell`: the table has a date of leaving, so that a date of registration
    alone says registered. Dates in the time to come are told apart by `status_of_scores`: who is to leave
    has not left. All arrays have one entry a row; days are NO_DAY where there is none.
    """
    registered_day, left_day, death_day = (_real(day) for day in (registered_day, left_day, death_day))
    state = _OF_WORD[words]
    has_left = left_day != NO_DAY
    has_left &= ~((registered_day != NO_DAY) & (registered_day > left_day))  # came back, or stayed
    has_registered = registered_day != NO_DAY
    if dates_tell:
        state[(state == 0) & has_registered] = _REGISTERED
    state[(state == _REGISTERED) & has_registered] = _REGISTERED_FROM
    by_date = has_left & ~np.isin(state, (_LEFT, _DIED))
    state[by_date] = np.where(state[by_date] == _TEMPORARY, _TEMPORARY_UNTIL, _LEAVES)
    state[death_day != NO_DAY] = _DIED
    day = np.where(has_registered, registered_day, event_day).astype(np.int64)
    day[has_left] = left_day[has_left]
    undated = day == NO_DAY
    gone = np.isin(state, (_LEFT, _LEAVES, _TEMPORARY_UNTIL))
    day[undated & gone] = _ALWAYS
    day[undated & ~gone] = _EARLIEST
    day[state == _DIED] = _ALWAYS
    result = day * 8 + state
    result[state == 0] = NOTHING_SAID
    return result


def _real(day: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """The days, without those that stand for no date."""
    if not ((day < FIRST_DAY) & (day != NO_DAY)).any():
        return day
    return np.where(day < FIRST_DAY, np.int32(NO_DAY), day)


def status_of_scores(score: npt.NDArray[np.int64], as_of: int = NO_DAY) -> npt.NDArray[np.uint8]:
    """The Status values behind patients' largest scores, on the day `as_of`.

    Who leaves later than that is still registered (or temporary); who is registered from a later day on is
    not yet, and counts as temporary. With NO_DAY every date counts as past."""
    said = score != NOTHING_SAID
    what = (score[said] & 7).astype(np.int64)
    day = score[said] >> 3
    later = (day > as_of) & (day != _ALWAYS) if as_of != NO_DAY else np.zeros(len(day), dtype=np.bool_)
    result = np.zeros(len(score), dtype=np.uint8)
    result[said] = np.where(later, _UNTIL[what], _THEN[what])
    return result

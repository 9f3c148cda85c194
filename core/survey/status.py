"""Registered, left, temporary or died: what a row says of a patient's registration, and what holds now.

Spellings: EMIS (PatientTypeDescription, registration status history), SystmOne registration status,
MIQUEST and Vision ACTIVE (R, L, D, T), NHAIS, and what people type into spreadsheets.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from core.model import Status
from core.survey.results import NO_DAY

_WORDS: dict[Status, frozenset[str]] = {
    Status.DIED: frozenset(
        (
            "d", "died", "dead", "death", "deceased", "death notified", "rip", "deceased patient", "dod",
            "patient died", "patient deceased", "registration ended death", "deducted death", "expired",
        )
    ),
    Status.LEFT: frozenset(
        (
            "l", "left", "deducted", "deduction", "deregistered", "de registered", "removed", "inactive",
            "former", "ex patient", "past", "previous", "previously registered", "gone away", "left practice",
            "left the practice", "moved away", "moved out", "moved out of area", "transferred",
            "transferred out", "not registered", "no longer registered", "unregistered", "ended", "closed",
            "deducted patient", "removed from list", "embarked", "embarkation", "emigrated", "deactivated",
            "off list", "registration ended", "registration cancelled", "deduction complete", "lapsed",
            "internal transfer", "removal", "returned undelivered", "historic", "historical", "left area",
        )
    ),
    Status.TEMPORARY: frozenset(
        (
            "t", "temp", "temporary", "temporary resident", "temporary registration", "temporary patient",
            "tr", "emergency", "emergency registration", "immediately necessary",
            "immediately necessary treatment", "walk in", "walk in patient",
            "minor surgery", "contraceptive services", "contraception services",
            "child health services", "child health surveillance", "maternity services", "maternity",
            "visitor", "other", "private", "private patient", "out of hours", "community registered",
            "hospital", "external", "remotely registered", "synthetic record", "dummy", "dummy patient",
            "test patient",
            "acupuncture patient", "chiropodist patient", "coil clinic patient", "dressing clinic",
            "minor injury unit", "rheumatology patient", "yellow fever", "sexual health", "night visit",
            "hospital casualty", "applied", "applicant", "pending", "awaiting registration", "pre registered",
            "preregistered", "pre registration",
        )
    ),
    Status.REGISTERED: frozenset(
        (
            "r", "registered", "regular", "current", "currently registered", "active", "gms", "pms", "apms",
            "permanent", "full", "fully registered", "registered gms", "gms registered", "gms patient",
            "current patient", "regular patient", "permanent registration", "permanently registered", "live",
            "regular gms", "registration complete", "registered patient", "patient registered", "on list",
            "fp69 cancelled", "main", "currently active", "reg", "c", "a",
        )
    ),
}  # fmt: skip
_BY_WORD = {word: status for status, words in _WORDS.items() for word in words}

_TRUE = frozenset(("true", "yes", "y", "1", "1.0"))
_FALSE = frozenset(("false", "no", "n", "0", "0.0"))
_NOT_WORD = re.compile(r"[\W_]+")
_ABOUT_DEATH = re.compile(r"dea(?:d|th|ceased)|deceased|died|\brip\b")
_ABOUT_LEAVING = re.compile(r"left|inactive|de ?registered|deduct|removed|former|not registered|deactivat")
_ABOUT_STAYING = re.compile(r"active|registered|current|on list|gms|permanent|regular")
_ABOUT_TEMPORARY = re.compile(r"temp|visitor")

# What comes first decides where a phrase is not in the table: 'Registered - died 2020' is a death.
_PHRASES: tuple[tuple[re.Pattern[str], Status], ...] = (
    (re.compile(r"\b(?:died|dead|death|deceased)\b"), Status.DIED),
    (re.compile(r"\b(?:left|deduct\w*|de ?regist\w*|not registered|unregist\w*|inactive)\b"), Status.LEFT),
    (re.compile(r"\b(?:removed|transferred out|moved away|former|no longer|ended)\b"), Status.LEFT),
    (re.compile(r"\b(?:temp\w*|emergency|immediately necessary|private|visitor)\b"), Status.TEMPORARY),
    (re.compile(r"\b(?:registered|regular|current\w*|gms|active)\b"), Status.REGISTERED),
)


@lru_cache(maxsize=10_000)
def status_of_text(text: str, header: str = "") -> Status:
    """What one cell of a status field says. `header` tells what true and false mean in a flag.

    UNKNOWN for a word that is not known: such patients do not go beyond care by default."""
    word = _NOT_WORD.sub(" ", text).strip().casefold()
    if not word:
        return Status.UNKNOWN
    about = _NOT_WORD.sub(" ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)).casefold()
    if word in _TRUE or word in _FALSE:
        flagged = _status_of_flag(word in _TRUE, about)
        if flagged is not None:
            return flagged
    if word in _BY_WORD:
        return _BY_WORD[word]
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


_SEVERITY = np.array([0, 1, 3, 2, 4], dtype=np.int64)  # by Status value; of one day's entries the worst holds
_STATUS = np.array([0, 1, 3, 2, 4], dtype=np.uint8)  # and back
_ALWAYS = np.int64(2**31 - 1)
_EARLIEST = np.int64(-(2**31))
NOTHING_SAID = np.int64(-(2**62))


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
    alone says registered. All arrays have one entry a row; days are NO_DAY where there is none.
    """
    state = words.copy()
    has_left = left_day != NO_DAY
    stayed = has_left & (registered_day != NO_DAY) & (registered_day > left_day)
    has_left &= ~stayed
    if dates_tell:
        plain = (state == Status.UNKNOWN) & (registered_day != NO_DAY)
        state[plain] = Status.REGISTERED
    state[has_left & (state != Status.DIED)] = Status.LEFT
    state[death_day != NO_DAY] = Status.DIED
    day = np.where(registered_day != NO_DAY, registered_day, event_day).astype(np.int64)
    day[has_left] = left_day[has_left]
    undated = day == NO_DAY
    day[undated & (state == Status.LEFT)] = _ALWAYS
    day[undated & (state != Status.LEFT)] = _EARLIEST
    day[state == Status.DIED] = _ALWAYS
    result = day * 8 + _SEVERITY[state]
    result[state == Status.UNKNOWN] = NOTHING_SAID
    return result


def status_of_scores(score: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
    """The Status values behind patients' largest scores."""
    said = score != NOTHING_SAID
    result = np.zeros(len(score), dtype=np.uint8)
    result[said] = _STATUS[score[said] & 7]
    return result

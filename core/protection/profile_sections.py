"""The sections of a profile beyond its field rules: whom it is for, what is asked, which days, what stops.

Every section may be missing. Where each is put to work:

    recipient_types = ["pcn", "screening_service"]  ids of resources/recipient_types.toml; others are refused
    programme = "breast"                            who declined or was ceased from its recall stays
    stops = ["died", "left", "declined", "ceased", "confidential_address"]
                                                    what a person must have seen; gates, `gates_care`
    one_patient = true                              more than one patient leaving is refused; `gates_care`
    no_patient = true                               any field about a patient is refused; `gates_care`
    list_only = true                                tables of events stay where another lists the patients
    shuffle = true                                  rows leave in an order drawn with the key: plan.shuffle

    [shows]                                         what a window shows above the panes
    identifiers = true
    warning = "The recipient sees who each patient is."

    [window]                                        events of other days stay: plan.window_from/until
    since = "2013-04-01"                            a fixed day, or
    months = 4                                      the months before the export's last day, or
    from_answer = "asked_from"                      the answer to a question
    until_answer = "asked_until"
    why = "..."                                     in one sentence, and its source
    source = "..."

    [asks.patient_told_on]                          a question to answer before anything leaves
    question = "On which day was the patient told?"
    kind = "date"                                   date | yes_no | choice | number; never typed text
    required = true                                 or false, or "windows": insisted on there only
    in_past = true                                  a day that must have come
    when = { wants_to_see = "yes" }                 only where another has that answer
    why = "..."
    source = "..."
    [asks.what_was_asked]
    kind = "choice"
    choices = { report = "A medical report", subject_access = "A copy of the whole record" }

    [asks_refuse.what_was_asked]                    an answer under which nothing leaves
    answer = "subject_access"
    when = { who_asked = "insurer" }                only then, or where the book says so:
    recipient_types = ["insurer"]                   (everybody where neither is said)
    why = "..."
    source = "..."

    [hold]                                          waits from a day that was answered
    from_answer = "patient_told_on"
    days = 21
    when = { wants_to_see = "yes" }
    unless = { seen_and_agreed = "yes" }            what ends it sooner, and in words:
    sooner = "the patient has seen it and agreed"
    why = "..."
    source = "..."

    [[only_tables]]                                 other tables stay, by the words of their names
    words = ["medic", "drug", "allerg"]
    people = true                                   and those that list patients and hold no codes
    unless = { scope = "additional" }               not where a question has that answer
    why = "..."
    source = "..."

    [[entries]]                                     sorts of entries (resources/entry_sorts.toml), row by row:
    sorts = ["medicines", "referrals"]              those leave for so many years back ...
    years = 10
    [[entries]]                                     ... or without `years`: where one table holds everything,
    sorts = ["medicines", "allergies"]              these alone leave; see `entry_limits`
    unless = { scope = "additional" }               not where a question has that answer
    why = "..."
    source = "..."

    [based_on]                                      only in a changed copy, written by `copy_profile`
    profile = "breast-screening"
    version = "2026-11.1"
    sha256 = "..."
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from core.model import UsageError

#: What a profile can ask a person to have seen before a list leaves.
STOPS = ("died", "left", "temporary", "unknown", "declined", "ceased", "confidential_address")
Stop = Literal["died", "left", "temporary", "unknown", "declined", "ceased", "confidential_address"]
Programme = Literal["breast", "cervical", "bowel", "diabetic_eye", "aaa"]
_ID = re.compile(r"[a-z][a-z0-9_]*")
_YES_NO = {"yes": "yes", "y": "yes", "true": "yes", "no": "no", "n": "no", "false": "no"}


def _question_id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError("a name is of small letters, digits and _")
    return text


QuestionId = Annotated[str, AfterValidator(_question_id)]


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Question(_Checked):
    """Something that must be said before an export. An answer is a day, yes or no, a choice or a number, and
    never typed text: answers stand in the plan, which holds no patient data."""

    question: str = Field(min_length=1)
    kind: Literal["date", "yes_no", "choice", "number"]
    choices: Mapping[QuestionId, str] = Field(default_factory=dict)  # what is kept -> what people read
    required: bool | Literal["windows"] = True
    in_past: bool = False  # a day that must have come
    when: Mapping[QuestionId, str] = Field(default_factory=dict)  # asked where these have these answers
    why: str
    source: str

    @model_validator(mode="after")
    def _has_choices(self) -> Question:
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError("a question of the kind 'choice', and only such a one, has choices")
        return self

    def read(self, said: str) -> str:
        """The answer as it is kept. Raises ValueError that says what is wanted, without what was said."""
        text = said.strip().lower()
        if self.kind == "date":
            try:
                return date.fromisoformat(text).isoformat()
            except ValueError:
                raise ValueError("it is a day, written as 2026-03-31") from None
        if self.kind == "yes_no":
            if text not in _YES_NO:
                raise ValueError("it is yes or no")
            return _YES_NO[text]
        if self.kind == "number":
            if not re.fullmatch(r"[0-9]{1,9}", text):
                raise ValueError("it is a whole number")
            return str(int(text))
        if text not in self.choices:
            raise ValueError(f"it is one of {', '.join(self.choices)}")
        return text

    def shown(self, answer: str) -> str:
        """A kept answer as people read it."""
        return self.choices.get(answer, answer)

    def asked(self, answers: Mapping[str, str]) -> bool:
        """Whether it has to be asked, after the answers so far."""
        return all(answers.get(other) == wanted for other, wanted in self.when.items())


class Refusal(_Checked):
    """An answer under which nothing leaves, to anybody or to recipients of some sorts."""

    answer: str
    when: Mapping[QuestionId, str] = Field(default_factory=dict)  # where these have these answers, or ...
    recipient_types: tuple[str, ...] = ()  # ... the book says that the recipient is one of these
    why: str
    source: str

    def refuses(self, question: str, answers: Mapping[str, str], recipient_type: str) -> bool:
        """Whether nothing may leave. `recipient_type` is "" where no book says what the recipient is."""
        if answers.get(question) != self.answer:
            return False
        if not self.when and not self.recipient_types:
            return True
        told = bool(self.when) and all(answers.get(other) == wanted for other, wanted in self.when.items())
        return told or recipient_type in self.recipient_types


class HoldRule(_Checked):
    """For how long it waits from a day that was answered, and what ends the waiting sooner."""

    from_answer: str
    days: int = Field(ge=1, le=366)
    when: Mapping[QuestionId, str] = Field(default_factory=dict)  # it waits where these answers hold ...
    unless: Mapping[QuestionId, str] = Field(default_factory=dict)  # ... and these do not
    sooner: str = "the patient has agreed"
    why: str
    source: str

    def holds(self, answers: Mapping[str, str]) -> bool:
        """Whether it waits at all."""
        waits = all(answers.get(other) == wanted for other, wanted in self.when.items())
        released = self.unless and all(answers.get(other) == said for other, said in self.unless.items())
        return waits and not released


class TableRule(_Checked):
    """The only tables that leave, by words of their names (small letters), unless something was answered."""

    words: tuple[str, ...] = Field(min_length=1)
    people: bool = False  # tables that list patients, and hold no codes, leave too
    unless: Mapping[QuestionId, str] = Field(default_factory=dict)
    why: str
    source: str

    def keeps_back(self, names: tuple[str, ...], answers: Mapping[str, str]) -> bool:
        """Whether a table of these names (the file's, and the format's own) stays."""
        if self.unless and all(answers.get(other) == said for other, said in self.unless.items()):
            return False
        return not any(word in name.lower() for word in self.words for name in names)


def _sort_of_entry(name: str) -> str:
    from core.protection.entry_sorts import sort_names

    if name not in sort_names():
        raise ValueError(f"there is no sort of entry called '{name}'")
    return name


class EntryRule(_Checked):
    """Sorts of entries that leave for some years back only, or that alone leave where one table holds all."""

    sorts: tuple[Annotated[str, AfterValidator(_sort_of_entry)], ...] = Field(min_length=1)
    years: int | None = Field(default=None, ge=1, le=100)
    unless: Mapping[QuestionId, str] = Field(default_factory=dict)
    why: str
    source: str

    def holds(self, answers: Mapping[str, str]) -> bool:
        """Whether it is applied after these answers."""
        return not self.unless or any(answers.get(other) != said for other, said in self.unless.items())


class WindowRule(_Checked):
    """Which days' events leave: a fixed first or last day, some months, or what was answered."""

    since: date | None = None
    until: date | None = None
    months: int | None = Field(default=None, ge=1, le=1200)
    from_answer: str = ""
    until_answer: str = ""
    why: str = ""
    source: str = ""

    def days(self, answers: Mapping[str, str], last: date | None) -> tuple[str, str]:
        """First and last day (ISO 8601, "" for none). `last` is the export's own last day: with `months`,
        where it is not known, nothing is known either and the first day is the last there can be."""
        first = answers.get(self.from_answer, "") or ("" if self.since is None else self.since.isoformat())
        until = answers.get(self.until_answer, "") or ("" if self.until is None else self.until.isoformat())
        if self.months is not None:
            back = _months_before(last, self.months).isoformat() if last else date.max.isoformat()
            first = max(first, back)
        return first, until


def _months_before(day: date, months: int) -> date:
    """The first of that many months which end on the day: four to 31 December begin on 1 September."""
    after = date.fromordinal(min(day.toordinal() + 1, date.max.toordinal()))
    year, month = divmod(after.year * 12 + after.month - 1 - months, 12)
    if year < 1:
        return date.min
    longest = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(after.day, longest))


class ShowsRule(_Checked):
    """What a window says above the panes of what leaves under this profile."""

    identifiers: bool = False  # who each patient is leaves
    warning: str = ""


class BasedOn(_Checked):
    """The profile that a changed copy was made from; written by `copy_profile`."""

    profile: str
    version: str
    sha256: str = Field(pattern=r"[0-9a-f]{64}")


def read_answers(asks: Mapping[str, Question], said: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What was said, checked, as it stands in a plan: (question, answer), sorted.

    Raises UsageError for a question that is not asked, or an answer of another kind; it never repeats the
    answer, which may be anything. What has not been answered is told by a gate, not here."""
    read = {}
    for name, answer in said.items():
        if name not in asks:
            there = f" It asks: {', '.join(asks)}." if asks else " It asks nothing."
            raise UsageError("The profile does not ask that. Leave it out." + there, where="--said")
        try:
            read[name] = asks[name].read(answer)
        except ValueError as error:
            raise UsageError(f"The answer to '{name}' is not right: {error}.", where="--said") from None
    return tuple(sorted(read.items()))


def unanswered(
    asks: Mapping[str, Question], answers: Mapping[str, str], *, ask: bool = True
) -> tuple[str, ...]:
    """The questions that must be answered and are not, in the profile's order. Without `ask` (the command
    line) those that only windows insist on are left out."""
    return tuple(
        name
        for name, one in asks.items()
        if (one.required is True or (ask and one.required)) and name not in answers and one.asked(answers)
    )

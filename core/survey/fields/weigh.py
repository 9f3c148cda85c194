"""Heading against values: one answer for one field.

Order of the rules: whatever names a person wins, from either side; then what helps to identify; then
text that may hold anything; only then the rest. A doubt ends as UNKNOWN, never as something that passes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from core.model import Evidence, Kind, Role
from core.survey.fields import evidence
from core.survey.fields.headers import A_CHOICE, DATES, Meaning
from core.survey.fields.inside import held, message_verdict
from core.survey.fields.values import Column
from core.survey.fields.verdict import Verdict
from core.survey.identifiers.ages import epoch_day, serial_day, week_day

_PASSING = frozenset({Kind.CODED_CLINICAL, Kind.CLINICAL_VALUE, Kind.ADMINISTRATIVE})
_NAMES = frozenset({Role.SURNAME, Role.FORENAME, Role.FULL_NAME})
#: A date and time run together, as messages have it: 1901211234, 201901211234.
_STAMP = re.compile(r"(?:20)?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ T]?(?:[01]\d|2[0-3])[0-5]\d")
_RUN_TOGETHER = ("ten", "whole", "phone", "grouped")
_NAMES_A_LIST = ("system", "scheme", "version", "codeset")
#: 3 October 1954 to 6 April 2064, as texts of five digits.
_FIRST_SERIAL, _LAST_SERIAL = "20000", "60000"
_NO_PERSON = frozenset({Kind.UNKNOWN, Kind.CODED_CLINICAL, Kind.FREE_TEXT, Kind.STAFF, Kind.ADMINISTRATIVE})
_RESULT = re.compile(
    r"[-+<>=]*\d+(?:\.\d+)?%?|[a-z]|true|false|yes|no|pos(?:itive)?|neg(?:ative)?|(?:not |un)?detected"
    r"|present|absent|(?:ab)?normal|reactive|non-?reactive|high|low|nil|none|unknown|indeterminate|confirmed|suspected",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Answer:
    kind: Kind
    role: Role
    confidence: float
    evidence: tuple[Evidence, ...] = ()


def weigh(meaning: Meaning | None, verdict: Verdict | None, column: Column) -> Answer:
    """The answer for one field, from what its heading says and what its values say."""
    messages = message_verdict(column)
    if messages is not None and not (meaning is not None and meaning.kind is Kind.DIRECT_IDENTIFIER):
        return Answer(messages.kind, messages.role, messages.confidence, messages.evidence)
    if meaning is None:
        return _doubt(_by_values(verdict, column), column)
    if meaning.says == A_CHOICE and column.looked and (verdict is None or verdict.kind in _NO_PERSON):
        return _doubt(_choice(meaning, column), column)
    if verdict is None:
        return _doubt(_by_heading(meaning, column), column)
    if meaning.kind is Kind.DIRECT_IDENTIFIER or verdict.kind is Kind.DIRECT_IDENTIFIER:
        answer = _names_somebody(meaning, verdict, column)
    elif meaning.role in DATES or verdict.years is not None:
        answer = _dated(meaning, verdict)
    elif meaning.kind is Kind.QUASI_IDENTIFIER or verdict.kind is Kind.QUASI_IDENTIFIER:
        answer = _helps_identify(meaning, verdict)
    elif verdict.kind is Kind.FREE_TEXT:
        answer = _typed(meaning, verdict, column)
    else:
        answer = _rest(meaning, verdict)
    if answer.role in DATES and not answer.evidence:
        answer = replace(answer, evidence=_numbered_days(column))
    return _doubt(answer, column)


def _choice(meaning: Meaning, column: Column) -> Answer:
    """Words under a heading of which no more is known than 'type' or 'status' are screened like terms. With a
    yes, a number or a 'positive' the heading tells what the words do not, and nothing can screen it."""
    told_by_heading = column.count(_RESULT.fullmatch, tuple(column.by_form))
    if told_by_heading > 0.1 * column.looked or _wordy(column) or column.words > 8:
        said = (evidence.NOTHING_KNOWN, evidence.distinct_values(column.distinct, column.filled))
        return Answer(Kind.UNKNOWN, Role.OTHER, 0.3, said)
    return Answer(meaning.kind, meaning.role, meaning.weight, ())


def _by_values(verdict: Verdict | None, column: Column) -> Answer:
    if verdict is None:
        said = (evidence.NOTHING_KNOWN,) if column.filled else ()
        return Answer(Kind.UNKNOWN, Role.OTHER, 0.0, said)
    return Answer(verdict.kind, verdict.role, verdict.confidence, verdict.evidence)


def _by_heading(meaning: Meaning, column: Column) -> Answer:
    """A heading whose values say nothing. An administrative one must have values to match."""
    kind, role = meaning.kind, meaning.role
    if role is Role.DATE_OF_BIRTH and _years_only(column):
        return Answer(kind, Role.YEAR_OF_BIRTH, meaning.weight, (evidence.YEARS_ONLY,))
    if kind is Kind.ADMINISTRATIVE and _wordy(column):
        said = (evidence.distinct_values(column.distinct, column.filled), evidence.UNSURE_HEADING)
        return Answer(Kind.UNKNOWN, role, 0.3, said)
    if role is Role.TITLE and column.filled >= 10 and column.varied > 0.3:
        return Answer(Kind.FREE_TEXT, Role.NOTE, 0.6, (evidence.UNSURE_HEADING,))
    if role in DATES and (numbered := _numbered_days(column)):
        return Answer(kind, role, meaning.weight * 0.9, numbered)
    junk = _JUNK.get(role)
    note: tuple[Evidence, ...] = (evidence.junk(column.looked, junk),) if junk and column.looked >= 3 else ()
    return Answer(kind, role, meaning.weight * (0.9 if note else 1.0), note)


_JUNK = {
    Role.NHS_NUMBER: "an NHS number",
    Role.DATE_OF_BIRTH: "a date",
    Role.EMAIL: "an e-mail address",
    Role.NI_NUMBER: "a National Insurance number",
    Role.POSTCODE: "a postcode",
}


def _serial(text: str) -> bool:
    plain = len(text.partition(".")[0]) == 5 and _FIRST_SERIAL <= text <= _LAST_SERIAL
    return plain and serial_day(text) is not None


def _epoch(text: str) -> bool:
    return _STAMP.fullmatch(text) is None and epoch_day(text) is not None


#: How programs write days as a number, with the words for it and the forms of value to look among.
_NUMBERED: tuple[tuple[Callable[[str], object], str, tuple[str, ...]], ...] = (
    (_serial, "numbers of a day as a spreadsheet counts them", ("whole", "decimal")),
    (_epoch, "seconds or milliseconds since 1970, as programs count", ("ten", "whole", "phone", "decimal")),
    (week_day, "days written by their week of the year", ("dotted", "text")),
)


def _numbered_days(column: Column) -> tuple[Evidence, ...]:
    """Under a heading that says a date: values that are days of a sort that `parse_date` does not read."""
    for test, what, forms in _NUMBERED:
        count = column.count(test, forms)
        if column.looked and count >= 0.8 * column.looked:
            said = evidence.values_are(count, column.looked, what, sampled=column.sampled)
            return said, evidence.NUMBERED_DAYS
    return ()


def _years_only(column: Column) -> bool:
    years = column.count(lambda text: len(text) == 4 and text[:2] in {"18", "19", "20"}, ("whole",))
    return column.looked > 0 and years >= 0.8 * column.looked


def _wordy(column: Column) -> bool:
    """True for values that vary as names, addresses and remarks do, and codes of a service do not."""
    return column.filled >= 10 and column.varied > 0.5 and column.share("text", "names") > 0.5


def _agreed(meaning: Meaning, verdict: Verdict) -> float:
    return 1 - (1 - meaning.weight) * (1 - verdict.confidence)


def _stamped(column: Column) -> bool:
    return column.count(_STAMP.fullmatch, _RUN_TOGETHER) >= 0.9 * column.looked


def _names_somebody(meaning: Meaning, verdict: Verdict, column: Column) -> Answer:
    if meaning.role in DATES and _stamped(column):
        return Answer(meaning.kind, meaning.role, meaning.weight * 0.9, ())
    both = verdict.evidence
    if meaning.kind is Kind.DIRECT_IDENTIFIER:
        if meaning.role is verdict.role:
            return Answer(meaning.kind, meaning.role, _agreed(meaning, verdict), both)
        if meaning.role is Role.THIRD_PARTY:
            if verdict.role is Role.FLAG:
                return Answer(Kind.QUASI_IDENTIFIER, Role.FLAG, 0.7, both)
            return Answer(meaning.kind, meaning.role, max(meaning.weight, verdict.confidence), both)
        if meaning.role is Role.NHS_NUMBER and column.share("ten", "grouped") >= 0.8:
            return Answer(meaning.kind, meaning.role, meaning.weight * 0.95, ())  # ten digits fit much else
        if verdict.kind is Kind.DIRECT_IDENTIFIER and not verdict.soft:
            return Answer(meaning.kind, verdict.role, verdict.confidence, both)
        if verdict.role is Role.YEAR_OF_BIRTH:
            return Answer(Kind.QUASI_IDENTIFIER, verdict.role, verdict.confidence, both)
        return Answer(meaning.kind, meaning.role, meaning.weight * 0.95, both)
    if meaning.kind is Kind.STAFF and verdict.role is not Role.NHS_NUMBER:
        return Answer(meaning.kind, meaning.role, meaning.weight, both)
    if not verdict.soft:
        return Answer(verdict.kind, verdict.role, verdict.confidence, both)
    if meaning.kind is Kind.FREE_TEXT or (
        _explains(meaning, verdict) and not _overwhelming(meaning, verdict, column)
    ):
        return Answer(meaning.kind, meaning.role, meaning.weight * 0.9, ())
    return Answer(verdict.kind, verdict.role, verdict.confidence * 0.9, (*both, evidence.UNSURE_HEADING))


def _explains(meaning: Meaning, verdict: Verdict) -> bool:
    """True where the heading is a better reason for such words or digits than a list of names or a shape."""
    if verdict.role is Role.NHS_NUMBER:
        return meaning.kind in {Kind.LINKING_KEY, Kind.CODED_CLINICAL, Kind.CLINICAL_VALUE}
    if verdict.role is Role.OTHER_IDENTIFIER and meaning.phrase.endswith(_NAMES_A_LIST):
        return True  # 'Code system': the web address of a list of codes
    if verdict.role is Role.OTHER_IDENTIFIER:
        return meaning.kind in {Kind.LINKING_KEY, Kind.CODED_CLINICAL}
    if verdict.role is Role.FULL_NAME and meaning.kind is Kind.QUASI_IDENTIFIER:
        return meaning.role is Role.AREA
    return meaning.kind in {Kind.QUASI_IDENTIFIER, Kind.CODED_CLINICAL}


def _overwhelming(meaning: Meaning, verdict: Verdict, column: Column) -> bool:
    return (
        meaning.kind is Kind.CODED_CLINICAL
        and verdict.role in _NAMES
        and verdict.share >= 0.6
        and column.distinct >= 20
    )


def _dated(meaning: Meaning, verdict: Verdict) -> Answer:
    if verdict.years is None:
        return Answer(meaning.kind, meaning.role, meaning.weight * 0.9, ())
    if meaning.role is Role.YEAR_OF_BIRTH:
        return Answer(Kind.QUASI_IDENTIFIER, Role.DATE_OF_BIRTH, 0.9, verdict.evidence)
    if meaning.role in DATES:
        weight = _agreed(meaning, verdict) if verdict.share > 0.8 else meaning.weight
        said = verdict.evidence
        if meaning.role is not Role.DATE_OF_BIRTH:
            said = tuple(one for one in said if one.id != "years_spread")
        return Answer(meaning.kind, meaning.role, weight, said)
    if meaning.kind is Kind.STAFF:
        return Answer(Kind.STAFF, Role.OTHER_DATE, meaning.weight, verdict.evidence)
    if verdict.birth_like and meaning.kind is not Kind.FREE_TEXT:
        return Answer(
            verdict.kind, verdict.role, verdict.confidence, (*verdict.evidence, evidence.UNSURE_HEADING)
        )
    if meaning.kind in {Kind.QUASI_IDENTIFIER, Kind.FREE_TEXT, Kind.LINKING_KEY}:
        return Answer(meaning.kind, meaning.role, meaning.weight * 0.8, verdict.evidence)
    return Answer(Kind.CLINICAL_VALUE, Role.EVENT_DATE, 0.6, verdict.evidence)


def _helps_identify(meaning: Meaning, verdict: Verdict) -> Answer:
    said = verdict.evidence
    if meaning.role is verdict.role:
        return Answer(meaning.kind, meaning.role, _agreed(meaning, verdict), said)
    if meaning.kind is Kind.STAFF:
        return Answer(meaning.kind, meaning.role, meaning.weight, said)
    if verdict.role is Role.POSTCODE:
        return Answer(verdict.kind, verdict.role, verdict.confidence, said)
    if meaning.role is Role.POSTCODE and verdict.role is Role.AREA:
        return Answer(verdict.kind, verdict.role, meaning.weight, said)
    if meaning.role is Role.TITLE and verdict.kind is Kind.FREE_TEXT:
        return Answer(verdict.kind, verdict.role, verdict.confidence, said)
    if meaning.kind is Kind.QUASI_IDENTIFIER:
        if verdict.kind is Kind.FREE_TEXT:
            return Answer(verdict.kind, verdict.role, 0.7, (*said, evidence.UNSURE_HEADING))
        return Answer(meaning.kind, meaning.role, meaning.weight, () if verdict.soft else said)
    if (
        meaning.kind in {Kind.ADMINISTRATIVE, Kind.CLINICAL_VALUE, Kind.LINKING_KEY}
        and meaning.role is not Role.UNIT
    ):
        return Answer(verdict.kind, verdict.role, verdict.confidence, (*said, evidence.UNSURE_HEADING))
    if meaning.kind is Kind.CODED_CLINICAL and verdict.role in {Role.ETHNICITY, Role.SEX, Role.AREA}:
        # 'Code Term' of an ethnicity search: the words are codes, and describe the person all the same.
        return Answer(meaning.kind, meaning.role, meaning.weight * 0.8, said)
    return Answer(meaning.kind, meaning.role, meaning.weight * 0.9, ())


def _typed(meaning: Meaning, verdict: Verdict, column: Column) -> Answer:
    """Long, varied text under a heading that says something else."""
    if meaning.kind is Kind.FREE_TEXT:
        return Answer(meaning.kind, meaning.role, _agreed(meaning, verdict), verdict.evidence)
    essay = column.words >= 12 or column.longest > 250
    if meaning.role is Role.TERM and not (essay and column.varied >= 0.5):
        return Answer(meaning.kind, meaning.role, meaning.weight * 0.9, ())
    if meaning.kind is Kind.STAFF and column.words < 9:
        return Answer(meaning.kind, meaning.role, meaning.weight * 0.9, ())
    if meaning.role is Role.CODE and not essay:
        return Answer(meaning.kind, Role.TERM, 0.6, verdict.evidence)
    return Answer(Kind.FREE_TEXT, Role.NOTE, 0.7, (*verdict.evidence, evidence.UNSURE_HEADING))


def _rest(meaning: Meaning, verdict: Verdict) -> Answer:
    said = verdict.evidence
    if meaning.role is verdict.role:
        return Answer(meaning.kind, meaning.role, _agreed(meaning, verdict), said)
    if meaning.kind is Kind.LINKING_KEY or meaning.kind is Kind.STAFF or meaning.kind is Kind.FREE_TEXT:
        return Answer(meaning.kind, meaning.role, meaning.weight, said if not verdict.soft else ())
    if verdict.kind is Kind.LINKING_KEY and not verdict.soft:
        return Answer(verdict.kind, verdict.role, verdict.confidence, said)
    if verdict.role is Role.CODE and meaning.role is not Role.TERM:
        return Answer(verdict.kind, verdict.role, verdict.confidence, said)
    if meaning.role is Role.STATUS or verdict.role in {Role.FLAG, Role.ROW_KEY}:
        return Answer(meaning.kind, meaning.role, meaning.weight, ())
    return Answer(meaning.kind, meaning.role, meaning.weight * 0.9, ())


def _doubt(answer: Answer, column: Column) -> Answer:
    """Says what turns up here and there, and takes back a passing kind where people are named in it."""
    if answer.kind not in _PASSING or not column.looked or (answer.role in DATES and _stamped(column)):
        return answer
    rows, what = held(column, answer.kind)
    if not rows:
        return answer
    said = (*answer.evidence, evidence.some_values(rows, column.looked, what))
    if rows >= max(2, 0.01 * column.looked):
        return Answer(Kind.UNKNOWN, answer.role, min(answer.confidence, 0.4), said)
    return Answer(answer.kind, answer.role, answer.confidence * 0.9, said)

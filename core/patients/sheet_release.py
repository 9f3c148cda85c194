"""Whether a GP must release what is printed for a patient: it may come into hands that do harm.

Where somebody else acts for the patient, or may; where the record speaks of safeguarding, or a review is
asked for before the patient sees it; and for the young, whose parents ask. It says more often than needed
that a GP must look, for it looks at what the export holds, which is not the whole record.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np

from core.model import Finding, Kind, Role
from core.patients.flagged import SAFEGUARDING
from core.patients.note_words import review_words
from core.protection.confidential import confidential_patients
from core.reading import read_at
from core.survey.codes.term_words import normalise_term
from core.survey.results import NO_DAY, OBJECTIONS, Survey
from core.survey.row_facts import TableFacts
from resources import ROOT

_GUARDED = "the record speaks of safeguarding or abuse, or asks for a review before the patient sees it"
_CONFIDENTIAL = "the patient's details are confidential"
_PROXY = "somebody else may act for the patient"
_YOUNG = "the patient is between 11 and 17"
_AGELESS = "the patient's date of birth is not known"
_OLDEST = 130
_READ = 5  # letters of a Read code, without the two of its term
_NOTES = (Kind.FREE_TEXT, Kind.UNKNOWN)


@dataclass(frozen=True)
class _Rules:
    headings: re.Pattern[str]
    no: frozenset[str]
    terms: re.Pattern[str]
    excepted: re.Pattern[str]
    codes: frozenset[str]


def sheet_needs_gp(survey: Survey, patient: int, *, today: date | None = None) -> str:
    """Why a GP must release a sheet for this patient, as a sentence for the practice; '' where anybody may.

    Reads the patient's rows. Raises ReadError where the file changed."""
    why = list(dict.fromkeys(_reasons(survey, patient, today or date.today())))
    if not why:
        return ""
    said = why[0] if len(why) == 1 else f"{', '.join(why[:-1])} and {why[-1]}"
    return f"A GP must look at this sheet before it is given to anybody: {said}."


def _reasons(survey: Survey, patient: int, today: date) -> Iterator[str]:
    bits = sum(1 << bit for bit, name in enumerate(survey.category_ids) if name in SAFEGUARDING)
    objections = int(survey.patients.objections[patient])
    guarded, proxy = False, bool(objections >> OBJECTIONS.index("cannot_consent") & 1)
    for name, facts in survey.facts.items():
        rows = facts.rows_of(patient)
        if len(rows):
            guarded = guarded or _has(facts, rows, bits)
            in_text = _in_text(survey, name, rows, bits)
            guarded, proxy = guarded or in_text[0], proxy or in_text[1]
    if guarded:
        yield _GUARDED
    if confidential_patients(survey)[patient]:
        yield _CONFIDENTIAL
    if proxy:
        yield _PROXY
    age = _age(int(survey.patients.birth_day[patient]), today)
    if age is None:
        yield _AGELESS
    elif 11 <= age <= 17:
        yield _YOUNG


def _has(facts: TableFacts, rows: np.ndarray, bits: int) -> bool:
    held = facts.pattern_bits[np.unique(facts.pattern[rows])]
    return bool((held & np.uint64(bits)).any())


def _age(born: int, today: date) -> int | None:
    """Years of age, None where the day of birth is not known or cannot be right."""
    if born == NO_DAY:
        return None
    day = np.datetime64(born, "D").item()
    if not isinstance(day, date) or day > today:
        return None
    age = today.year - day.year - ((today.month, today.day) < (day.month, day.day))
    return age if age <= _OLDEST else None


def _in_text(survey: Survey, table: str, rows: np.ndarray, bits: int) -> tuple[bool, bool]:
    """Whether cells of these rows speak of safeguarding, and of somebody who acts for the patient."""
    rules, sorts = _rules(), {}
    for finding in survey.findings[table]:
        if sort := _sort(finding, rules):
            sorts[finding.position] = sort
    if not sorts:
        return False, False
    source = survey.export.table(table)
    data = read_at(source, source.blocks(), rows, sorted(sorts), where=False).data
    guarded = proxy = False
    for at, sort in sorts.items():
        for cell in data.column(str(at)).unique().to_pylist():
            text = (cell or "").strip()
            if sort == "named":
                proxy = proxy or text.lower() not in rules.no
            elif sort == "code":
                proxy = proxy or not rules.codes.isdisjoint((text, text[:_READ].rstrip(".")))
            elif text:
                proxy = proxy or _speaks_of_proxy(text, rules)
                if not guarded and (sort == "term" or review_words().safeguarding.search(text)):
                    guarded = bool(survey.lookup.bits_of_term(text) & bits)
    return guarded, proxy


def _sort(finding: Finding, rules: _Rules) -> str:
    """What to look for in a field: '' nothing, 'named' whether it is filled, 'code', 'term' or 'note'."""
    if rules.headings.search(_plain(finding.field)):
        return "named"
    if finding.role is Role.CODE:
        return "code"
    if finding.role is Role.TERM:
        return "term"
    return "note" if finding.role is Role.NOTE or finding.kind in _NOTES else ""


def _speaks_of_proxy(text: str, rules: _Rules) -> bool:
    plain = normalise_term(text).lower()
    return bool(rules.terms.search(rules.excepted.sub(" ", plain)))


def _plain(heading: str) -> str:
    """A heading as words: 'PersonalGuardianOrProxy' is ' personal guardian or proxy '."""
    parts = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+", " ", heading)
    return f" {' '.join(parts.lower().split())} "


@cache
def _rules() -> _Rules:
    data = tomllib.loads((ROOT / "proxies.toml").read_text(encoding="utf-8"))
    codes: Mapping[str, list[str]] = data["codes"]
    return _Rules(
        _pattern(data["headings"]["words"]),
        frozenset(data["headings"]["no"]),
        _pattern(data["terms"]["words"]),
        _pattern(data["terms"]["except"]),
        frozenset(code.rstrip(".") for listed in codes.values() for code in listed),
    )


def _pattern(words: list[str]) -> re.Pattern[str]:
    """Any of these as whole words; '...' stands for up to six words between."""
    each = (re.escape(word).replace(r"\ \.\.\.\ ", r"(?: \S+){0,6} ") for word in words)
    return re.compile(rf"(?<= )(?:{'|'.join(each)})(?= )")

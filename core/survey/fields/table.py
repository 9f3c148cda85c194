"""What only the neighbours tell: which date is the birth, which words belong to the code beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from core.model import Kind, Role
from core.survey.fields import evidence
from core.survey.fields.codes import looks_clinical, may_be_description
from core.survey.fields.headers import Meaning
from core.survey.fields.values import Column
from core.survey.fields.verdict import Verdict
from core.survey.fields.weigh import Answer

_FEW = 20  # rows in which codes need not repeat
_WEAK_DATES = frozenset({Role.EVENT_DATE, Role.OTHER_DATE})


def across(
    answers: Sequence[Answer],
    meanings: Sequence[Meaning | None],
    verdicts: Sequence[Verdict | None],
    looked: Sequence[Column],
    columns: Sequence[pa.Array],
) -> list[Answer]:
    """The answers again, with what the other fields of the table tell."""
    found = _birth(list(answers), meanings, verdicts)
    found = _month_of_birth(found, looked)
    found = _terms(found, meanings, looked, columns)
    return _descriptions(found, meanings, looked, columns)


def _birth(
    answers: list[Answer], meanings: Sequence[Meaning | None], verdicts: Sequence[Verdict | None]
) -> list[Answer]:
    """Without a date of birth by heading, a date field whose years run as births do is taken for one,
    even under a heading as plain as 'Date'."""
    if any(
        a.role in {Role.DATE_OF_BIRTH, Role.YEAR_OF_BIRTH} and m
        for a, m in zip(answers, meanings, strict=True)
    ):
        return answers
    for i, (answer, meaning, verdict) in enumerate(zip(answers, meanings, verdicts, strict=True)):
        plain = meaning is None or (meaning.exact and meaning.says == "date of an event")
        if verdict and verdict.birth_like and plain and answer.role in _WEAK_DATES:
            said = tuple(dict.fromkeys((*answer.evidence, *verdict.evidence)))
            answers[i] = Answer(Kind.QUASI_IDENTIFIER, Role.DATE_OF_BIRTH, 0.6, said)
    return answers


def _month_of_birth(answers: list[Answer], looked: Sequence[Column]) -> list[Answer]:
    """'mob' is a mobile telephone, but beside a year of birth and holding 1 to 12 it is the month."""
    if not any(answer.role is Role.YEAR_OF_BIRTH for answer in answers):
        return answers
    for i, (answer, column) in enumerate(zip(answers, looked, strict=True)):
        if answer.role is not Role.PHONE:
            continue
        if all(value.isdigit() and 1 <= int(value) <= 12 for value in column.values("whole")) and (
            column.share("whole") == 1.0 or not column.looked
        ):
            answers[i] = replace(answer, kind=Kind.QUASI_IDENTIFIER, role=Role.YEAR_OF_BIRTH, confidence=0.7)
    return answers


def _terms(
    answers: list[Answer],
    meanings: Sequence[Meaning | None],
    looked: Sequence[Column],
    columns: Sequence[pa.Array],
) -> list[Answer]:
    """Unexplained words are the code's term where each code beside them always brings the same words."""
    codes = [i for i, answer in enumerate(answers) if answer.role is Role.CODE and looked[i].distinct >= 5]
    if not codes:
        return answers
    for i, (answer, meaning) in enumerate(zip(answers, meanings, strict=True)):
        if meaning is not None or answer.kind not in {Kind.UNKNOWN, Kind.FREE_TEXT}:
            continue
        column = looked[i]
        if column.varied > 0.8 or column.distinct < 5 or column.share("names", "text") < 0.8:
            continue
        if any(_follows(columns[code], columns[i]) for code in codes):
            said = (*answer.evidence, evidence.TERM_OF_CODE)
            said = tuple(line for line in said if line != evidence.NOTHING_KNOWN)
            answers[i] = Answer(Kind.CODED_CLINICAL, Role.TERM, 0.7, said)
    return answers


def _descriptions(
    answers: list[Answer],
    meanings: Sequence[Meaning | None],
    looked: Sequence[Column],
    columns: Sequence[pa.Array],
) -> list[Answer]:
    """'Description' is a note anywhere, but beside codes, short and clinical, it is their term. The
    words must repeat with the codes; only in a file of a few rows may the words alone tell."""
    for i, (answer, meaning) in enumerate(zip(answers, meanings, strict=True)):
        if not may_be_description(answer, meaning):
            continue
        beside = [n for n in range(max(0, i - 2), min(len(answers), i + 3)) if answers[n].role is Role.CODE]
        if not beside or not looks_clinical(looked[i]):
            continue
        code = looked[beside[0]]
        if 0 < code.filled < _FEW or _follows(columns[beside[0]], columns[i]):
            said = (*answer.evidence, evidence.TERM_BESIDE_CODE)
            answers[i] = Answer(Kind.CODED_CLINICAL, Role.TERM, 0.7, said)
    return answers


def _follows(code: pa.Array, words: pa.Array) -> bool:
    """True where at least 95% of the codes come with one wording, and codes do repeat."""
    left, right = code.dictionary_encode(), words.dictionary_encode()
    both = np.asarray(left.indices.is_valid()) & np.asarray(right.indices.is_valid())
    if not both.any():
        return False
    a = left.indices.fill_null(0).to_numpy(zero_copy_only=False)[both].astype(np.int64)
    b = right.indices.fill_null(0).to_numpy(zero_copy_only=False)[both].astype(np.int64)
    codes = len(np.unique(a))
    pairs = len(np.unique(a * (len(right.dictionary) + 1) + b))
    return codes < 0.8 * len(a) and pairs <= 1.05 * codes

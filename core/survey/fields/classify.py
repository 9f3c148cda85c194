"""What each field of a table is: heading and values together, with the evidence in words.

`classify_table` is pure: the same headings and sample always give the same findings. A field that
neither its heading nor its values explain is UNKNOWN and so left out until a person decides; values that
name people beat any heading, and a heading that names people beats any values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa

from core.model import Evidence, Field, Finding, Role
from core.survey.fields import evidence
from core.survey.fields.agree import agreeing
from core.survey.fields.codes import judged_by_values
from core.survey.fields.headers import Meaning, header_text, table_meanings
from core.survey.fields.judge import SHAPED_NHS, VALID_NHS, judge
from core.survey.fields.table import across
from core.survey.fields.values import LOOK, Column, look
from core.survey.fields.verdict import Verdict
from core.survey.fields.weigh import Answer, weigh
from core.survey.identifiers.columns import nhs_masks

# A table of 10,000 fields is looked at as quickly as one of 500: fewer values of each field.
_MOST_LOOKS = 300_000
_LEAST_LOOK = 30


def classify_table(
    table_name: str,
    fields: Sequence[Field],
    sample: pa.RecordBatch | Sequence[pa.Array],
) -> tuple[Finding, ...]:
    """One finding a field, in field order.

    `sample` holds one string column a field (null = absent) of some rows, at best the first block and a
    few from further on, up to about 10,000.
    """
    columns = sample.columns if isinstance(sample, pa.RecordBatch) else list(sample)
    headings = [header_text(field.header, field.name) for field in fields]
    meanings = table_meanings(table_name, headings)
    at_most = min(LOOK, max(_LEAST_LOOK, _MOST_LOOKS // max(len(columns), 1)))
    looked = [look(column, at_most) for column in columns]
    verdicts = [_exact(judge(seen), seen, column) for seen, column in zip(looked, columns, strict=True)]
    answers = [
        _answer(field, heading, meaning, column, verdict)
        for field, heading, meaning, column, verdict in zip(
            fields, headings, meanings, looked, verdicts, strict=True
        )
    ]
    answers = across(answers, meanings, verdicts, looked, columns)
    answers = agreeing([field.name for field in fields], answers, meanings, looked, columns)
    return tuple(
        Finding(
            table=table_name,
            field=field.name,
            position=field.position,
            kind=answer.kind,
            role=answer.role,
            confidence=round(min(answer.confidence, 0.99), 2),
            evidence=evidence.sentences(answer.evidence),
            reasons=answer.evidence,
            filled=column.filled,
            distinct=column.distinct,
        )
        for field, answer, column in zip(fields, answers, looked, strict=True)
    )


def _exact(verdict: Verdict | None, seen: Column, column: pa.Array) -> Verdict | None:
    """The verdict with a count over every value, where that is cheap and what people ask first."""
    if verdict is None or verdict.role is not Role.NHS_NUMBER or not seen.sampled:
        return verdict
    shape, valid = nhs_masks(column)
    if VALID_NHS in verdict.evidence[0].of:
        said = evidence.values_are(int(valid.sum()), seen.filled, VALID_NHS)
    elif SHAPED_NHS in verdict.evidence[0].of:
        said = evidence.values_are(int(shape.sum()), seen.filled, SHAPED_NHS)
    else:
        return verdict
    return replace(verdict, evidence=(said, *verdict.evidence[1:]))


def _answer(
    field: Field, heading: str, meaning: Meaning | None, column: Column, verdict: Verdict | None
) -> Answer:
    answer = weigh(meaning, verdict, column)
    if verdict is None or verdict.role is not Role.CODE:
        answer = judged_by_values(answer, heading, column, meaning)
    said: list[Evidence] = []
    if meaning is not None:
        from_file = bool(field.header.strip("\ufeff \t"))
        said.append(
            evidence.heading_says(heading, meaning.says) if from_file else evidence.layout_says(meaning.says)
        )
    elif not heading:
        said.append(evidence.NO_HEADING)
    else:
        said.append(evidence.UNKNOWN_HEADING)
    if not column.filled:
        said.append(evidence.EMPTY)
    return replace(answer, evidence=tuple(dict.fromkeys([*said, *answer.evidence])))

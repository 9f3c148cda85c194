"""What the values of a column say, as one judge put it."""

from __future__ import annotations

from dataclasses import dataclass

from core.model import Evidence, Kind, Role
from core.survey.fields import evidence
from core.survey.fields.values import Column


@dataclass(frozen=True)
class Verdict:
    """What the values say. `share` of the values looked at; `soft` where only words and looks speak."""

    role: Role
    kind: Kind
    share: float
    confidence: float
    evidence: tuple[Evidence, ...]
    soft: bool = False
    years: tuple[int, int] | None = None
    birth_like: bool = False


def counted(
    column: Column, count: int, what: str, role: Role, kind: Kind, confidence: float, *, soft: bool = False
) -> Verdict:
    share = count / column.looked
    return Verdict(
        role,
        kind,
        share,
        confidence * (0.7 + 0.3 * share),
        (evidence.values_are(count, column.looked, what, sampled=column.sampled),),
        soft=soft,
    )

"""Cells outside of codes and terms that speak of what the profile leaves out.

A row is judged by its codes and terms. 'HIV clinic' as the place of an appointment, 'A788.' as an ethnic
group and 'known HIV positive' in a note tell the same beside a code that may leave. Such a cell is left
blank, and its row leaves without it. The families' own lists decide: RCGP sensitive dataset; HFE Act 1990,
section 33A; Gender Recognition Act 2004, section 22.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.model import Role
from core.protection.actions import KEYED, SPEAKS, Outcome, Run
from core.protection.plan import FieldPlan, Plan
from core.survey.codes.codelists import CodeLookup
from core.survey.codes.terminologies import is_code_alone
from core.survey.results import Survey

#: Roles whose cells can be words of any matter. Codes and terms withhold their rows; a name is no matter.
_WORDED = frozenset(
    (
        *(Role.VALUE, Role.UNIT, Role.NOTE, Role.OTHER, Role.FLAG, Role.SOCIAL, Role.STATUS),
        *(Role.ORGANISATION, Role.STAFF_CODE, Role.ETHNICITY, Role.SEX),
    )
)
#: Of these a cell can be a code too. An organisation's 'B20001' is no code of an illness, nor is a result.
_CODED = frozenset((Role.NOTE, Role.OTHER, Role.FLAG, Role.SOCIAL, Role.STATUS, Role.ETHNICITY))
#: Of these only where it is a SNOMED CT id, which hardly any other number is.
_NUMBERED = frozenset((Role.ORGANISATION, Role.STAFF_CODE))
#: What a field is for is no matter of its own, nor is that a note holds a name: taking those out is another
#: rule's work.
_OWN_MATTER = {Role.ETHNICITY: "ethnicity", Role.NOTE: "identifying_codes"}
#: What these make means nothing, whatever word its letters happen to be.
_MAKE_CODES = KEYED | {"digest"}


@dataclass(frozen=True)
class SpokenOf:
    """Whether a cell of one field speaks of a family that the plan withholds."""

    lookup: CodeLookup = field(repr=False)
    bits: int
    role: Role

    def __call__(self, text: str) -> bool:
        plain = text.strip()
        if not plain:
            return False
        remember = self.role is not Role.NOTE
        if self.lookup.bits_of_term(plain, remember=remember) & self.bits:
            return True
        if self.role in _NUMBERED and not plain.isdigit():
            return False
        if self.role not in _CODED | _NUMBERED or not is_code_alone(plain):
            return False
        return bool(self.lookup.bits_of_code(plain) & self.bits)


def without_spoken(run: Run, spoken: SpokenOf | None) -> Run:
    """An action that leaves what speaks of a withheld family blank, and is otherwise as it was."""
    if spoken is None:
        return run

    def then(text: str) -> Outcome:
        made, note = run(text)
        return (None, SPEAKS) if made is not None and spoken(made) else (made, note)

    return then


def all_spoken_of(survey: Survey, plan: Plan) -> Mapping[tuple[str, str], SpokenOf]:
    """By table and field, what looks at the cells of each field that leaves and may speak of any matter."""
    looks = ((f, spoken_of(survey, plan, f)) for f in plan.fields)
    return {(f.table, f.field): look for f, look in looks if look is not None}


def spoken_of(survey: Survey, plan: Plan, of: FieldPlan) -> SpokenOf | None:
    """What looks at the cells of a field that leaves; None where they are no words or nothing is withheld."""
    if of.role not in _WORDED or not of.leaves or of.action in _MAKE_CODES:
        return None
    own = _OWN_MATTER.get(of.role)
    bits = sum(1 << survey.category_ids.index(c) for c in plan.withhold_categories if c != own)
    return SpokenOf(survey.lookup, bits, of.role) if bits else None

"""Rows whose telling a law restricts, and that would leave all the same: said before anything is saved.

Human Fertilisation and Embryology Act 1990, section 33A; Gender Recognition Act 2004, section 22.
"""

from __future__ import annotations

from core.model import Gate
from core.protection.plan import Plan, Purpose
from core.protection.rows import RowDecisions
from core.survey.results import Survey

NAME = "restricted-by-law"
#: The patient is looked after or asked for it, or no row leaves.
_NOT_ASKED = frozenset((Purpose.OWN_CARE, Purpose.CONSENT, Purpose.COUNTS))


def restricted_gate(survey: Survey, plan: Plan, rows: RowDecisions) -> Gate | None:
    """How many rows leave that a law restricts, by family; None where none does. It stops nothing: the
    profile sends them, or somebody decided so, and that is said."""
    if plan.purpose in _NOT_ASKED:
        return None
    known = {1 << bit: survey.lookup.category(name) for bit, name in enumerate(survey.category_ids)}
    bits = [bit for bit, category in known.items() if category.strength == "restricted"]
    total = _leaving(survey, rows, sum(bits))
    if not total:
        return None
    found = [(known[bit].title, _leaving(survey, rows, bit)) for bit in bits]
    families = "; ".join(f"{title}: {number:,}" for title, number in found if number)
    many = "1 row" if total == 1 else f"{total:,} rows"
    return Gate(
        NAME,
        True,
        f"{many} of what a law restricts would leave ({families}). That is for a GP to decide.",
    )


def _leaving(survey: Survey, rows: RowDecisions, bits: int) -> int:
    return sum(
        int((facts.category_mask(bits) & (rows.withheld[table] == 0)).sum())
        for table, facts in survey.facts.items()
    )

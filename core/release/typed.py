"""What people typed into a plan: who gets it, what for, the agreement, reasons. It may name no patient.

What is typed may hold the recipient's own address or telephone, and the name of a member of staff; so there
only NHS numbers, and what the survey knows to be a patient's, count.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.model import PolicyError
from core.protection.plan import Plan
from core.release.leaks import FULL_NAME, NHS_NUMBER, Known, full_name_in, strong_leaks
from core.survey.identifiers import find_strong
from core.survey.results import Survey


def typed_leaks(words: str, known: Known, *, names: bool = True) -> Iterator[str]:
    """The sorts of a patient's identifier in typed words. Without `names`, a patient's full name does not
    count: whoever signs for something may be called as a patient is."""
    for sort in strong_leaks(words, known):
        if sort == NHS_NUMBER or (known.given and _is_patients(words, sort, known)):
            yield sort
    if names and full_name_in(words, known):
        yield FULL_NAME


def check_typed(plan: Plan, survey: Survey) -> None:
    """Raises PolicyError where something typed into a plan names a patient of this export: it says where it
    was typed, never what."""
    known = Known(survey.known)
    for place, words, names in _typed(plan):
        if any(typed_leaks(words, known, names=names)):
            raise PolicyError(
                f"{place} holds a patient's name, number, address or telephone. A plan is kept without any "
                "patient's details: say it in other words, then save the plan.",
                where="plan",
                code="plan.names_patient",
            )


def _typed(plan: Plan) -> Iterator[tuple[str, str, bool]]:
    """Where something was typed, what, and whether it may be no patient's name."""
    yield "The name of who gets it", plan.recipient, True
    yield "The name of the project", plan.project, True
    yield "The agreement", plan.agreement, True
    yield "Who read the notes", plan.notes_read_by, False
    for source in plan.objection_sources:
        yield "What is said of where the objections come from", source.detail, source.kind != "search"
    for _question, answer in plan.statements:
        yield "An answer about who gets it", answer, True
    for field in plan.fields:
        for words in field.settings.values():
            yield "What was said of how a field is changed", words, True


def _is_patients(words: str, sort: str, known: Known) -> bool:
    return any(known.has(sort, hit.canonical) for hit in find_strong(words))

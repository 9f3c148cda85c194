"""What people typed into a plan: who gets it, what for, the agreement, reasons. It may name no patient.

What is typed may hold the recipient's own address or telephone, and the name of a member of staff; so there
only NHS numbers, and what the survey knows to be a patient's, count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.model import PolicyError
from core.protection.plan import Plan
from core.release.leaks import FULL_NAME, NHS_NUMBER, Known, full_name_in, strong_leaks
from core.survey.freetext.lexicon import doubtful, is_ordinary, known_names, letters_of, towns
from core.survey.identifiers import find_strong
from core.survey.results import Survey

_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_OF_SOMEBODY = re.compile(r"['’]s\b", re.IGNORECASE)  # "Featherstonehaugh's recall"
_LEAST_LETTERS = 3


def typed_leaks(words: str, known: Known, *, names: bool = True) -> Iterator[str]:
    """The sorts of a patient's identifier in typed words. Without `names`, a patient's full name does not
    count: whoever signs for something may be called as a patient is."""
    for sort in strong_leaks(words, known):
        if sort == NHS_NUMBER or (known.given and _is_patients(words, sort, known)):
            yield sort
    if names and full_name_in(_OF_SOMEBODY.sub("", words), known):
        yield FULL_NAME


@dataclass(frozen=True)
class Typed:
    """What typed words hold of patients. `ask`: words, as they were typed, that may be somebody's name."""

    names_patient: bool = False
    ask: tuple[str, ...] = ()


def look_at_typed(words: str, known: Known) -> Typed:
    """Whether typed words name a patient of this export, as `check_typed` finds it; else which of them are
    borne by a patient and by hardly anybody else, so that a person should say whether they are meant as a
    name. A common name, a town and a word of everyday or clinical English are none of these.

    >>> look_at_typed("May audit, White Horse", Known(None))
    Typed(names_patient=False, ask=())
    """
    if any(typed_leaks(words, known)):
        return Typed(names_patient=True)
    typed = {word.casefold(): word for word in _WORD.findall(_OF_SOMEBODY.sub("", words))}
    return Typed(ask=tuple(word for word in typed.values() if _is_rare_name(word, known)))


def _is_rare_name(word: str, known: Known) -> bool:
    for part in {word, *word.split("-")}:
        plain = letters_of(part)
        if len(plain) < _LEAST_LETTERS or plain not in known.names:
            continue
        if plain in known_names() or plain in doubtful() or is_ordinary(part) or (plain,) in towns():
            continue
        return True
    return False


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

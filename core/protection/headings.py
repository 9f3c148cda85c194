"""The names of fields that leave. A heading can name a patient as well as a cell: 'Notes for Mrs Quixley',
'Smith_1950'. Where it may, the field leaves as 'Field 7', with a reason; the raw file keeps its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache

from core.model import Finding
from core.protection.plan import FieldPlan, Purpose
from core.survey.identifiers.inside import PERSON, found_inside
from core.survey.identifiers.names import given_names, plain_letters, surnames
from core.survey.results import KnownIdentifiers
from resources import ROOT

NOT_KNOWN = "a word that is not a known one, so it may be somebody's name"

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|[_]+")
_DAYS_AND_SEASONS = re.compile(
    r"jan\w*|feb\w*|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug\w*|sep\w*|oct\w*|nov\w*|dec\w*|spring|summer"
    r"|autumn|winter",
    re.IGNORECASE,
)
_BORN = re.compile(r"([^\W\d_]{2,})\W*_*\W*(?:19|20)\d\d")
#: Given by `survey.fields` where the heading is one whose meaning is known.
HEADING_KNOWN = ("heading_says", "layout_says", "extra_cells")


_MORE_WORDS = (
    "column field other extra cells of the and in on by child mother father partner spouse nurse doctor "
    "first second latest earliest any number"
)


@cache
def _known_words() -> frozenset[str]:
    files = ("formats/header_words.txt", "templates/plain_words.txt", "names/disease_words.txt")
    lines = [line for name in files for line in (ROOT / name).read_text(encoding="utf-8").splitlines()]
    words = (word for line in lines if not line.startswith("#") for word in line.casefold().split())
    return frozenset((*words, *_MORE_WORDS.split()))


@cache
def _names() -> frozenset[str]:
    return frozenset(plain_letters(name) for name in (*given_names(), *surnames()))


def is_patients(known: KnownIdentifiers) -> Callable[[str], bool]:
    """Whether a word is the single name of a patient of the export: no list of names has every 'Quixley'."""
    told = known.names_of_patient
    bearers = getattr(told, "bearers", None)  # the survey's own mapping can be asked both ways

    def ask(word: str) -> bool:
        name = plain_letters(word)
        return bool(len(bearers(name))) if bearers else any(name in names for names in told.values())

    return ask


def _nobody(_: str) -> bool:
    return False


def held_by_heading(heading: str, *, understood: bool, names: Callable[[str], bool] = _nobody) -> str:
    """What a field's name holds that must not leave, in words; "" where it may leave.

    `understood`: the survey knows the heading, so that its single words are field names' words. `names`
    knows the patients'.

    >>> held_by_heading("Notes for Mrs Quixley", understood=True)
    "a person's name"
    """
    spoken = " ".join(_CAMEL.sub(" ", heading).split())
    words = [part for part in _PARTS.findall(heading) if len(part) > 1 and not part.isdigit()]
    unknown = [word for word in words if word.casefold() not in _known_words()]
    held = found_inside(heading) or found_inside(spoken)
    if held and (held != PERSON or unknown):
        return held
    if any(names(word) for word in unknown):
        return PERSON
    born = _BORN.search(heading)
    if born and plain_letters(born[1]) in _names() and not _DAYS_AND_SEASONS.fullmatch(born[1]):
        return PERSON
    if understood:
        return ""
    # 'long_covid_code' is a name that somebody gave a variable; 'Quixley' and 'Quixley score' may be people.
    alone = len(unknown) == len(words)
    return NOT_KNOWN if any(alone or word[0].isupper() for word in unknown) else ""


def with_name(
    planned: FieldPlan,
    purpose: Purpose,
    findings: Iterable[Finding],
    names: Callable[[str], bool] = _nobody,
) -> FieldPlan:
    """The field plan with the name that it leaves under beyond care, where its own may name somebody.

    `findings` are those of its table. A person who decided about a field has seen its name, so only what
    names somebody counts then."""
    if purpose is not Purpose.BEYOND_CARE or not planned.leaves:
        return planned
    taken, understood = set(), planned.decided
    for finding in findings:
        if finding.field != planned.field:
            taken.add(finding.field.casefold())
        elif not finding.reasons or any(reason.id in HEADING_KNOWN for reason in finding.reasons):
            understood = True
    held = held_by_heading(planned.field, understood=understood, names=names)
    if not held:
        return planned
    name = f"Field {planned.position + 1}"
    while name.casefold() in taken:
        name += "*"
    why = f"It leaves under the name '{name}', because its own name holds {held}."
    return replace(planned, sent_as=name, reason=f"{planned.reason} {why}".strip())

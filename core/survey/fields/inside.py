"""What turns up inside the values of a column taken for something ordinary, and columns of messages."""

from __future__ import annotations

from core.model import Kind, Role
from core.survey.fields import evidence
from core.survey.fields.values import Column
from core.survey.fields.verdict import Verdict
from core.survey.identifiers.inside import PERSON, identifier_inside, message_inside
from core.survey.identifiers.mentions import names_somebody

_IDENTIFIERS = ("email", "postcode", "phone", "nino", "grouped", "url", "text")
_SCANNED = 300
_WEB = "a web address"  # lists of codes are named by theirs
#: So many cells of a column that are messages or paths make it one of such.
_SHARE = 0.2
_LEAST = 2
_ADDRESSES_OF_FILES = frozenset(("a file's path", "a file's name"))


def held(column: Column, kind: Kind) -> tuple[int, str]:
    """How many rows (among some looked at) hold something of a person, and which sort holds most.

    People's names are looked for among clinical words only: elsewhere practices and posts are named so."""
    named = kind in (Kind.CODED_CLINICAL, Kind.CLINICAL_VALUE)
    found: dict[str, int] = {}
    for text, weight in _texts(column, (*_IDENTIFIERS, "names") if named else _IDENTIFIERS):
        what = identifier_inside(text) or message_inside(text)
        if not what and named and names_somebody(text):
            what = PERSON
        if what and what != _WEB:
            found[what] = found.get(what, 0) + weight
    if not found:
        return 0, ""
    return sum(found.values()), max(found, key=lambda what: found[what])


def message_verdict(column: Column) -> Verdict | None:
    """For a column whose cells are documents (JSON, XML, RTF, HL7, encoded data) or the paths of some."""
    counts: dict[str, int] = {}
    for text, weight in _texts(column, ("text",)):
        what = message_inside(text)
        if what and what != _WEB:
            counts[what] = counts.get(what, 0) + weight
    count = sum(counts.values())
    if count < max(_LEAST, _SHARE * column.looked) and not (counts and column.looked < _LEAST):
        return None
    most = max(counts, key=lambda what: counts[what])
    said = (evidence.some_values(count, column.looked, most),)
    share = count / column.looked
    if most in _ADDRESSES_OF_FILES:
        return Verdict(Role.OTHER_IDENTIFIER, Kind.DIRECT_IDENTIFIER, share, 0.8, said)
    return Verdict(Role.NOTE, Kind.FREE_TEXT, share, 0.85, said)


def _texts(column: Column, forms: tuple[str, ...]) -> list[tuple[str, int]]:
    """Values of these forms with their rows, an even spread where there are many."""
    places = [place for form in forms for place in column.by_form.get(form, ())]
    step = max(1, len(places) // _SCANNED)
    return [(column.seen[place], column.weights[place]) for place in places[::step][:_SCANNED]]

"""Personal details in a note: found by lists, shapes and the words beside them, as far as one can tell.

`find_spans` is pure: a text and what is known of the row's patient give the pieces to remove, each with its
sort and why. `scrub` writes the text without them. What a finder misses leaves with the text: nothing here
promises that no name is left.
"""

from __future__ import annotations

from collections.abc import Callable

from core.survey.freetext.dates import find_days, month_of
from core.survey.freetext.known import NOBODY, Everybody, Names
from core.survey.freetext.known_numbers import find_known_numbers
from core.survey.freetext.numbers import find_numbers
from core.survey.freetext.own import covered, find_known
from core.survey.freetext.people import find_people
from core.survey.freetext.places import find_addresses, find_places
from core.survey.freetext.spans import MARKS, WHYS, Span, merged
from core.survey.freetext.words import words_of

__all__ = ["MARKS", "NOBODY", "WHYS", "Everybody", "Names", "Span", "find_spans", "scrub"]

#: A second engine (see `presidio`): its spans are added to ours.
Engine = Callable[[str], tuple[Span, ...]]
_ROUNDS = 3


def find_spans(text: str, known: Names = NOBODY, *, also: Engine | None = None) -> tuple[Span, ...]:
    """What of a text goes, in order and without overlaps."""
    if not text or text.isspace():
        return ()
    words = words_of(text)
    found = [
        *find_numbers(text),
        *find_known_numbers(text, known.everybody),
        *find_days(text),
        *find_addresses(text),
    ]
    found += find_places(text, words, known.everybody.places)
    fixed = [span for span in found if span.what not in ("place", "organisation")]
    taken = covered(text, merged(fixed, text))
    left = [word for word in words if taken[word.start] != "\x00"]
    found += find_people(text, left, known)
    if also is not None:  # last: what it takes must not hide the words by which our own rules read on
        found += also(text)
    spans = merged(found, text)
    for _ in range(_ROUNDS):  # a name taken out may leave another alone, which then is one too
        more = tuple(find_known(covered(text, spans), known))
        if not more:
            break
        spans = merged((*spans, *more), text)
    return spans


def scrub(text: str, spans: tuple[Span, ...], *, months: bool = False) -> str:
    """The text with each span written as its mark, '[name]'. With `months` a date that can be read is written
    as its month, '2024-03'."""
    pieces, last = [], 0
    for span in spans:
        month = month_of(text[span.start : span.end]) if months and span.what == "date" else None
        pieces += [text[last : span.start], month or f"[{span.what}]"]
        last = span.end
    return "".join((*pieces, text[last:]))

"""What is found in a note: where it stands, what it is and why it goes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

#: What a removal can be, as it is written in the note: '[name]'.
MARKS = (
    "name", "date", "age over 89", "phone", "e-mail", "address", "postcode", "place", "organisation",
    "NHS number", "NI number", "number", "web address",
)  # fmt: skip

#: Why something was removed: the end of the sentence '[name]: ...'.
WHYS = {
    "own": "the patient's or the household's own name",
    "own_like": "close to the patient's or the household's own name, or a short form of it",
    "initials": "the patient's initials",
    "full_name": "the full name of a patient in this export",
    "patient": "the name of a patient in this export",
    "staff": "a name from the fields of staff or of others in this export",
    "title": "a name after a title",
    "relation": "a name beside a word for a relative, carer or worker",
    "cue": "a name after or before words that people stand with",
    "known_name": "a common given name or surname",
    "unknown_word": "a word with a capital that is no known word of a note",
    "presidio": "found by the second engine",
    "date": "a date",
    "old": "an age over 89",
    "phone": "a telephone number",
    "email": "an e-mail address",
    "nhs_number": "an NHS number",
    "ni_number": "a National Insurance number",
    "postcode": "a postcode",
    "address": "an address or a part of one",
    "known_place": "a place or an organisation of a field of this export",
    "town": "a town, county or country",
    "lives_in": "a place after words such as 'lives in'",
    "institution": "the name of a school, home, hospital, church or the like",
    "employer": "an employer or place of study",
    "label": "a number after a word such as 'reference' or 'passport'",
    "long_number": "a long number that could be somebody's",
    "local_key": "the practice's own number for a patient",
    "web": "a web address or an account name",
}


class Span(NamedTuple):
    """A piece of a text that goes: `what` is one of MARKS, `why` a key of WHYS."""

    start: int
    end: int
    what: str
    why: str


#: Of two that overlap, the surer sort names the whole.
_SURER = {mark: at for at, mark in enumerate((
    "NHS number", "NI number", "e-mail", "web address", "phone", "age over 89", "address", "postcode",
    "organisation", "date", "place", "number", "name",
))}  # fmt: skip


def merged(spans: Iterable[Span], text: str) -> tuple[Span, ...]:
    """The spans in order, overlapping ones as one, neighbouring names as one name."""
    result: list[Span] = []
    for span in sorted(spans):
        if span.start >= span.end:
            continue
        if result:
            last = result[-1]
            if span.start < last.end:
                surer = min(last, span, key=lambda s: (_SURER[s.what], s.start))
                result[-1] = Span(last.start, max(last.end, span.end), surer.what, surer.why)
                continue
            between = text[last.end : span.start]
            if last.what == span.what == "name" and between in (" ", "-", "  "):
                result[-1] = last._replace(end=span.end)
                continue
        result.append(span)
    return tuple(result)

"""Identifiers inside running text: each finder gives (start, end, canonical form) of every hit, in order.

The finders are generous where a miss would name a patient and strict where a clinical note is full of
look-alikes: SNOMED identifiers are no telephone numbers, ten digits inside a longer run are no NHS
number, 'S1 2nd' is no postcode.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from core.survey.identifiers.dates import MONTH, parse_date
from core.survey.identifiers.folding import plain_digits
from core.survey.identifiers.numbers import DASHES, SPACES, nhs_check, nhs_digits, ni_number, phone_number
from core.survey.identifiers.places import EMAIL, EMAIL_ATOM, INWARD, OUTWARD, postcode


class Found(NamedTuple):
    """A hit in a text. `canonical` is what `normalise` gives for the same identifier."""

    start: int
    end: int
    canonical: str


class Strong(NamedTuple):
    """A hit of `find_strong`; `kind` is the value of a core.model.Role."""

    kind: str
    start: int
    end: int
    canonical: str


_Hit = TypeVar("_Hit", Found, Strong)

_SEP = f"[{SPACES}{DASHES}.,\n]"
_GROUP_SEP = f"[{SPACES}{DASHES}.,\n/_]"
# The look-ahead says nothing that the patterns do not say: it saves the look-behinds at most places.
_NOT_IN_NUMBER = r"(?=[\d(])(?<![\d])(?<!\d[.,/:\-])(?<!\+44[ .\-])(?<!\+44)(?<!\(0\))(?<!\(0\) )"
_NHS = re.compile(
    rf"{_NOT_IN_NUMBER}(?:\(?\d{{3}}\)?{_SEP}{{0,2}}\d{{3}}{_SEP}{{0,2}}\d{{4}}|\d(?:{_SEP}{{0,2}}\d){{9}}"
    rf"|\d{{3}}{_GROUP_SEP}{{1,2}}\d{{3}}{_GROUP_SEP}{{1,2}}\d{{4}}|00+[1-9]\d{{9}})"
    rf"(?!\d)(?![.,/:\-]\d(?!0*(?:\D|$)))",
)
_NHS_GROUPS = re.compile(rf"\(?\d{{3}}\)?{_SEP}{{1,2}}\d{{3}}{_SEP}{{1,2}}\d{{4}}")
_ONE_DIGIT = re.compile(r"\d")
_MANY_DIGITS = re.compile(r"\d(?:\D{0,6}\d){8}")
_NHS_WORDS = re.compile(r"(?:\bnhs|\bchi|\bh\s*&\s*c)\b[^\d]{0,20}$", re.IGNORECASE)

_POSTCODE = re.compile(
    rf"(?=[A-Z])(?<![A-Za-z0-9])({OUTWARD})([ \t\u00a0]{{0,3}}\n?)({INWARD})(?![A-Za-z0-9])", re.IGNORECASE
)
_POSTCODE_WORD = re.compile(r"post\s?code\W{0,3}$", re.IGNORECASE)
# fmt: off
_NOT_INWARD = frozenset(
    [
        "st", "nd", "rd", "th", "hr", "hs", "wk", "ws", "yr", "ys", "ds", "dy", "ml", "lb", "pm",
        "am"
    ]
)
# fmt: on

_EMAIL = re.compile(EMAIL)
_EMAIL_BEFORE = re.compile(rf"{EMAIL_ATOM}(?:\.{EMAIL_ATOM})*$")
_NINO = re.compile(
    r"(?=[A-Z]{2}[ \-]?\d)(?<![A-Za-z0-9])(?!BG|GB|NK|KN|TN|NT|ZZ)[ABCEGHJ-PRSTW-Z][ABCEGHJ-NPRSTW-Z]"
    r"(?:\d{6}|[ \-]?\d\d[ \-]\d\d[ \-]\d\d|[ \-]\d{6})[ \-]?[A-D](?![A-Za-z0-9])",
    re.IGNORECASE,
)
_PHONE_UK = re.compile(
    rf"(?=[+(0])(?<![\w+])(?<!\d[.,/:\-])(?:(?:\+|00)\s?44[\s{DASHES}.]*(?:\(0\)[\s{DASHES}.]*)?\(?[1235789]\d{{1,4}}"
    rf"|\(?0[1235789]\d{{1,4}})\)?(?:[ \t\u00a0{DASHES}./]{{0,2}}\d{{2,8}}){{1,4}}(?!\d)"
)
_PHONE_FOREIGN = re.compile(
    rf"(?=[+0])(?<![\w+.])(?:\+|00)\s?[1-9]\d{{0,2}}(?:[\s{DASHES}./()]{{0,2}}\d{{1,5}}){{2,6}}(?!\d)"
)

_SEP_DATE = r"[ ]?[-/.\\ ][ ]?"
_DATE = re.compile(
    rf"(?=[\dJFMASOND])(?<![A-Za-z0-9])(?<!\d[.,/\-])(?:"
    rf"\d{{4}}(?P<s>[-/.])\d{{1,2}}(?P=s)\d{{1,2}}"
    rf"|\d{{1,2}}{_SEP_DATE}\d{{1,2}}{_SEP_DATE}(?:\d{{4}}|\d{{2}})"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?[-/.,\s]{{0,3}}{MONTH}\b\.?[-/.,\s]{{0,3}}'?(?:\d{{4}}|\d{{2}})"
    rf"|{MONTH}\.?[-/.\s]{{1,3}}\d{{1,2}}(?:st|nd|rd|th)?,?[-/.\s]{{1,3}}\d{{4}}"
    rf"|\d{{4}}[-/.\s]{MONTH}[-/.\s]\d{{1,2}}"
    rf"|(?:19|20)\d{{6}}(?:T\d{{4,6}})?"
    rf")(?![A-Za-z0-9](?<!T))(?!\d)(?![/\-]\d)",
    re.IGNORECASE,
)


def find_nhs_numbers(text: str, *, valid_only: bool = False) -> list[Found]:
    """NHS, CHI and H&C numbers: ten digits, 3-3-4 however separated, other groupings where the check
    digit is right. With `valid_only` the check digit must always be right. Source: NHS Data Dictionary."""
    text = plain_digits(text)
    hits: list[Found] = []
    for match in _NHS.finditer(text):
        digits = nhs_digits(match.group())
        if digits is None:
            continue
        if nhs_check(digits) or not valid_only:
            hits.append(Found(match.start(), match.end(), digits))
    return hits


def find_postcodes(text: str) -> list[Found]:
    """Full UK postcodes of known areas, blank or not, either case but not mixed ('S1 2nd' is none)."""
    text = plain_digits(text)
    hits: list[Found] = []
    for match in _POSTCODE.finditer(text):
        outward, inward = match.group(1), match.group(3)
        letters = "".join(c for c in outward + inward if c.isalpha())
        if not (letters.isupper() or letters.islower()):
            continue
        if (
            letters.islower()
            and inward[1:] in _NOT_INWARD
            and not _POSTCODE_WORD.search(text[max(0, match.start() - 20) : match.start()])
        ):
            continue
        canonical = postcode(outward + inward)
        if canonical is not None and not canonical.startswith("ZZ99"):  # pseudo postcodes are nobody's
            hits.append(Found(match.start(), match.end(), canonical))
    return hits


def find_emails(text: str) -> list[Found]:
    """E-mail addresses, in lower case."""
    text = plain_digits(text)
    hits: list[Found] = []
    at = text.find("@")
    while at >= 0:
        before = _EMAIL_BEFORE.search(text, max(0, at - 64, hits[-1].end if hits else 0), at)
        match = _EMAIL.match(text, before.start()) if before else None
        if match is not None:
            hits.append(Found(match.start(), match.end(), match.group().lower()))
        at = text.find("@", max(at + 1, hits[-1].end if hits else 0))
    return hits


def find_phones(text: str) -> list[Found]:
    """Telephone numbers: UK ones starting 0 or +44, others starting + or 00. Bare long numbers are none."""
    text = plain_digits(text)
    british = _phones(text, _PHONE_UK)
    foreign = _phones(text, _PHONE_FOREIGN) if "+" in text or "00" in text else []
    return _without_overlaps([british, foreign])


def _phones(text: str, pattern: re.Pattern[str]) -> list[Found]:
    found = ((match, phone_number(match.group())) for match in pattern.finditer(text))
    return [
        Found(match.start(), match.end(), canonical) for match, canonical in found if canonical is not None
    ]


def _without_overlaps(readings: Iterable[Iterable[_Hit]]) -> list[_Hit]:
    """The hits of all readings in order of place; where two overlap, the one of the earlier reading."""
    starts: list[int] = []
    taken: list[_Hit] = []
    for hits in readings:
        for hit in hits:
            place = bisect_left(starts, hit.start)
            if place and taken[place - 1].end > hit.start:
                continue
            if place < len(taken) and taken[place].start < hit.end:
                continue
            starts.insert(place, hit.start)
            taken.insert(place, hit)
    return taken


def find_ni_numbers(text: str) -> list[Found]:
    """National Insurance numbers, solid or in pairs."""
    text = plain_digits(text)
    hits: list[Found] = []
    for match in _NINO.finditer(text):
        canonical = ni_number(match.group())
        if canonical is not None:
            hits.append(Found(match.start(), match.end(), canonical))
    return hits


def find_dates(text: str) -> list[Found]:
    """Dates of a day, in the formats of `parse_date` without their time; canonical is ISO, '1973-11-29'."""
    text = plain_digits(text)
    hits: list[Found] = []
    for match in _DATE.finditer(text):
        day = parse_date(re.sub(r"\s+", " ", match.group()))
        if day is not None:
            hits.append(Found(match.start(), match.end(), day.isoformat()))
    return hits


def find_strong(text: str) -> list[Strong]:
    """Everything in a text that alone can name a person, without overlaps, in order.

    Where two readings overlap the surer one wins: e-mail, valid NHS number, telephone, National
    Insurance number, postcode, then ten digits with a wrong check digit.
    """
    text = plain_digits(text)
    many_digits = _MANY_DIGITS.search(text) is not None
    if not many_digits and "@" not in text and _ONE_DIGIT.search(text) is None:
        return []
    numbers = find_nhs_numbers(text) if many_digits else []
    readings: tuple[tuple[str, Iterable[Found]], ...] = (
        ("email", find_emails(text)),
        ("nhs_number", [hit for hit in numbers if nhs_check(hit.canonical)]),
        ("phone", find_phones(text) if many_digits else []),
        ("ni_number", find_ni_numbers(text)),
        ("postcode", find_postcodes(text)),
        ("nhs_number", [hit for hit in numbers if probably_nhs(text, hit)]),
    )
    return _without_overlaps([Strong(kind, *hit) for hit in hits] for kind, hits in readings)


def probably_nhs(text: str, hit: Found) -> bool:
    """A number with a wrong check digit still counts in 3-3-4 groups, or where the text calls it one."""
    written = text[hit.start : hit.end]
    return (
        _NHS_GROUPS.fullmatch(written) is not None
        or _NHS_WORDS.search(text[max(0, hit.start - 30) : hit.start]) is not None
    )


FINDERS: dict[str, Callable[[str], list[Found]]] = {
    "nhs_number": find_nhs_numbers,
    "postcode": find_postcodes,
    "email": find_emails,
    "phone": find_phones,
    "ni_number": find_ni_numbers,
    "date": find_dates,
}

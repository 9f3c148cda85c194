"""Finders of the table that need more than one pattern: (start, end, how sure) of hits in folded text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.survey.identifiers.dates import MONTH
from core.survey.identifiers.names_written import find_titled
from core.survey.identifiers.net import EMAIL_ANY, EMAIL_DISGUISED, is_disguise
from core.survey.identifiers.numbers import is_snomed_id, nhs_check
from core.survey.identifiers.places import postcode
from core.survey.identifiers.text import (
    find_dates,
    find_emails,
    find_nhs_numbers,
    find_ni_numbers,
    find_phones,
    find_postcodes,
    probably_nhs,
)

Hit = tuple[int, int, float]

_EMAIL = re.compile(rf"(?<![\w.+-]){EMAIL_ANY}")
_DISGUISED = re.compile(rf"(?<![\w.+-]){EMAIL_DISGUISED}", re.IGNORECASE)
_AT_WORD = re.compile(r"[ \])>}]at[ \[({<]|[\[({<]at[\])}>]", re.IGNORECASE)
_SPREAD_POSTCODE = re.compile(
    r"(?<![A-Za-z0-9])([A-Z]{1,2}) ?(\d{1,2}[A-Z]?)[ \n]{0,3}(\d) ?([ABD-HJLNP-UW-Z]{2})(?![A-Za-z0-9])"
)
_ODD_POSTCODE = re.compile(
    r"(?<![A-Za-z0-9])(?:(?:GIR|gir) ?0(?:AA|aa)"
    r"|(?:ASCN|BBND|BIQQ|FIQQ|GX11|PCRN|SIQQ|STHL|TDCU|TKCA) ?1[A-Z]{2})"
    r"(?![A-Za-z0-9])"
)
_BARE_PHONE = re.compile(
    r"(?<![\w.])(?<!\d[,/:-])(?:7\d{3}[ -]?\d{3}[ -]?\d{3}|44[ -]?7\d{3}[ -]?\d{6}|0\d{9,10})(?:\.0+)?"
    r"(?![\w])(?![./:-]\d)"
)
_EXTENSION = re.compile(r"[\s,;]{0,2}(?:ext(?:ension)?|extn|x)\.?\s?\d{2,6}\b", re.IGNORECASE)
_GUID = re.compile(r"[{(]?\b[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}\b[)}]?")
_HEX = bytes(48 if chr(c) in "0123456789abcdefABCDEF" else 32 for c in range(256))
_LONG = b"0" * 32
_GUID_SOLID = re.compile(r"\b(?=[A-Fa-f]{0,31}\d)[0-9A-Fa-f]{32}\b")

_BIRTH_WORD = re.compile(
    r"(?<![^\W_])(?:d\.?\s?o\.?\s?b\.?|date of birth|birth\s?date|born(?: on)?|birthday|b\.)[^\w\n]{0,6}"
    r"(?:is |was |on |the )?(?=[\dJFMASOND])",
    re.IGNORECASE,
)
#: Words one of which every text has in which `births` finds something.
BIRTH_TOKENS = frozenset(("dob", "d", "birth", "birthdate", "born", "birthday", "b", "o", "ob", "do"))
# Dates by their look, though the day never was (29/2/1973): typed ones are dates all the same.
_LOOKS_DATED = re.compile(
    r"(?<!\d)(?<!\d[.,/\\-])"
    r"(?:(\d{1,2})([-/.\\])(\d{1,2})[-/.\\](\d{4}|\d{2})|(\d{4}|\d{2})([-/.])(\d{1,2})\6(\d{1,2}))"
    r"(?!\d)(?![-/\\]\d)"
)
_LOOKS_NAMED = re.compile(
    rf"(?<![\w.])(?:\d{{1,2}}(?:st|nd|rd|th)?(?:[-/]|\s{{1,14}}){MONTH}(?:[-/]|\s{{1,14}})(?:\d{{4}}|\d{{2}})"
    rf"|{MONTH}\s\d{{1,2}}(?:st|nd|rd|th)\s\d{{2}})(?!\w)",
    re.IGNORECASE,
)

# fmt: off
_STREET = (
    "Road|Rd|Street|Str|Avenue|Ave|Lane|Ln|Crescent|Cres|Terrace|Gardens|Gdns|Drive|Close|Grove|Court|Way|Place"
    "|Square|Mews|Parade|Hill|Rise|Row|Walk|View|Green|Park|Mount|Croft|Gate|Villas|Cottages|Buildings|Mansions"
    "|Wynd|Loan|Brae|Broadway|Embankment|Esplanade|Promenade|Boulevard|Circus|Quay|Wharf|Yard|Fold|Garth|Vale|St"
)
_CERTAIN = "road|street|avenue|crescent|terrace|lane|gardens"
# fmt: on
_NO_STREET = (
    r"(?!(?:[Mm]in(?:ute)?s?|[Ww]eeks?|[Dd]ays?|[Hh]ours?|[Mm]onths?|[Yy]ears?"
    r"|[Mm]et(?:re|er)s?|[Mm]iles?|[Pp]oint|[Yy]r|of|mg|ml|x|then|to|or|in|at|on)\b)"
)
_FLAT = r"(?:(?:Flat|Apt|Apartment|Unit|Room|Plot|Flt)\.? ?\w{1,4},? {0,2})?"
_NUMBER = r"\d{1,4}[A-Za-z]?(?:[-/]\d{1,4}[A-Za-z]?)?"
_ADDRESSES = (
    (
        re.compile(
            rf"(?<![\w/.,-]){_FLAT}{_NUMBER},?\s+{_NO_STREET}(?:[A-Z][\w'.-]*\s+){{1,4}}"
            rf"(?:{_STREET}|{_STREET.upper()})\b\.?"
        ),
        0.75,
    ),
    (
        re.compile(
            rf"(?<![\w/.,-])(?:flat \w{{1,4}},? )?\d{{1,4}}[a-z]?,? {_NO_STREET}"
            rf"(?:[a-z][a-z'.-]{{2,}} ){{1,2}}"
            rf"(?:{_CERTAIN})\b"
        ),
        0.65,
    ),
    (
        re.compile(
            rf"(?<![\w/.,-]){_NUMBER},? (?:Heol|Ffordd|Stryd|Lôn|Lon|Clos|Maes|Bryn|Cwrt|Rhodfa|Rhes)"
            rf"(?: [\w'-]+){{1,3}}"
        ),
        0.75,
    ),
    (re.compile(r"\b(?:P\.?\s?O\.?|Post Office)\s?Box\s(?:No\.? ?)?\d{1,6}\b", re.IGNORECASE), 0.75),
    (re.compile(r"\bB\.?F\.?P\.?O\.?\s?\d{1,4}\b"), 0.8),
    (re.compile(r"\bc/o\s(?:[A-Z][\w'.-]*[ ,]*){1,8}"), 0.6),
    (
        re.compile(
            r"\b(?:Flat|Apartment)\s\d{1,4}[A-Za-z]?,\s(?:[A-Z][\w'-]*\s){0,2}(?:House|Court|Tower|Point|Lodge|Heights)\b"
        ),
        0.75,
    ),
    (re.compile(r"\b(?:[A-Z][\w'-]*\s){1,3}(?:Nursing|Residential|Care|Retirement)\s(?:Home|Centre)\b"), 0.4),
)
#: Words one of which every text has in which `addresses` finds something, lower case.
ADDRESS_TOKENS = frozenset(
    f"{_STREET}|{_CERTAIN}|heol|ffordd|stryd|lôn|lon|clos|maes|bryn|cwrt|rhodfa|rhes|box|bfpo|b|c|house"
    "|tower|point|lodge|heights|nursing|residential|care|retirement".casefold().split("|")
)


def emails(text: str) -> Iterator[Hit]:
    """E-mail addresses in any letters, and disguised ones."""
    signs = text.count("@")
    if signs:
        taken = 0
        for hit in find_emails(text):
            yield hit.start, hit.end, 0.97
            taken, signs = hit.end, signs - 1
        for match in _EMAIL.finditer(text) if signs > 0 else ():
            if match.start() >= taken or not match.group().isascii() or " " in match.group():
                yield match.start(), match.end(), 0.6 if " " in match.group() else 0.9
    if _AT_WORD.search(text) is not None:
        for match in _DISGUISED.finditer(text):
            if is_disguise(match.group()):
                yield match.start(), match.end(), 0.85


def nhs_numbers(text: str) -> Iterator[Hit]:
    """Ten digits: surer with a right check digit, in groups of 3-3-4, or where the text calls them so."""
    for hit in find_nhs_numbers(text):
        if nhs_check(hit.canonical):
            code = hit.end - hit.start == 10 == len(text.strip()) and is_snomed_id(hit.canonical)
            yield hit.start, hit.end, 0.45 if code else 0.95
        else:
            yield hit.start, hit.end, 0.7 if probably_nhs(text, hit) else 0.25


def phones(text: str) -> Iterator[Hit]:
    """Telephone numbers with their extension; digits that lost a zero or gained '.0' in a spreadsheet."""
    end = -1
    for hit in find_phones(text):
        extension = _EXTENSION.match(text, hit.end)
        end = extension.end() if extension else hit.end
        yield hit.start, end, 0.85
    for match in _BARE_PHONE.finditer(text):
        yield match.start(), match.end(), 0.45


def ni_numbers(text: str) -> Iterator[Hit]:
    for hit in find_ni_numbers(text):
        yield hit.start, hit.end, 0.9


def postcodes(text: str) -> Iterator[Hit]:
    """Full postcodes; none of the Organisation Data Service's pseudo postcodes (ZZ99): they are nobody's."""
    for hit in find_postcodes(text):
        if not hit.canonical.startswith("ZZ99"):
            yield hit.start, hit.end, 0.9


def odd_postcodes(text: str) -> Iterator[Hit]:
    """Girobank's postcode and those of territories overseas, whose letters are no British area."""
    for match in _ODD_POSTCODE.finditer(text):
        yield match.start(), match.end(), 0.9


def spread_postcodes(text: str) -> Iterator[Hit]:
    """Postcodes with blanks in odd places, 'PE 12 3 AB': less sure."""
    for match in _SPREAD_POSTCODE.finditer(text):
        plain = postcode("".join(match.groups()))
        if plain is not None and not plain.startswith("ZZ99"):
            yield match.start(), match.end(), 0.4


def guids(text: str) -> Iterator[Hit]:
    """GUIDs in braces or not, with hyphens or none."""
    if text.count("-") >= 4:
        for match in _GUID.finditer(text):
            yield match.start(), match.end(), 0.6
    if len(text) >= 32 and _LONG in text.encode("ascii", "replace").translate(_HEX):
        for match in _GUID_SOLID.finditer(text):
            yield match.start(), match.end(), 0.6


def titled_names(text: str) -> Iterator[Hit]:
    """Names that a title marks; a clinician's name is one too."""
    for hit in find_titled(text):
        yield hit.start, hit.end, 0.6 if hit.staff else 0.75


def births(text: str) -> Iterator[Hit]:
    """Dates that the text calls a birth date."""
    for match in _BIRTH_WORD.finditer(text):
        for start, end, _ in days(text[match.end() : match.end() + 32]):
            if start == 0:
                yield match.end(), match.end() + end, 0.92


def days(text: str) -> Iterator[Hit]:
    """Dates of a day, of any year, though a typist made them impossible or glued them to a word."""
    taken: list[tuple[int, int]] = [(hit.start, hit.end) for hit in find_dates(text)]
    for match in _LOOKS_DATED.finditer(text):
        if _may_be_a_day(match):
            taken.append((match.start(), match.end()))
    taken += [(match.start(), match.end()) for match in _LOOKS_NAMED.finditer(text)]
    last = -1
    for start, end in sorted(taken, key=lambda place: (place[0], -place[1])):
        if start >= last:
            yield start, end, 0.2
            last = end


def _may_be_a_day(match: re.Match[str]) -> bool:
    if match.group(1) is not None:
        one, other = int(match.group(1)), int(match.group(3))
        if one > 31 and len(match.group(4)) == 2:  # the year first, in two digits
            one = int(match.group(4))
    else:
        one, other = int(match.group(8)), int(match.group(7))
    return (1 <= one <= 31 and 1 <= other <= 12) or (1 <= one <= 12 and 1 <= other <= 31)


def addresses(text: str) -> Iterator[Hit]:
    """Streets with a number, flats, post boxes, forces, 'c/o', and names of homes (these less sure)."""
    for pattern, sure in _ADDRESSES:
        for match in pattern.finditer(text):
            yield match.start(), match.end(), sure

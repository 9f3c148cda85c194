"""What this export knows to be a patient's, in spellings too loose to go by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.survey.freetext.known import Everybody
from core.survey.freetext.spans import Span
from core.survey.identifiers import normalise

_LOOSE_PHONE = re.compile(r"(?<!\d)(?:(?:00)?44|0)?([1-9]\d{9})(?!\d)")
_LOOSE_POSTCODE = re.compile(
    r"(?<![A-Za-z0-9])([A-Za-z]{1,2}\d[A-Za-z\d]?)(?:[ .+_-]|%20){0,3}(\d[A-Za-z]{2})(?![A-Za-z0-9])"
)
_NUMBERED_LINE = re.compile(r"(?<![\w/.-])\d{1,4}[A-Za-z]?(?:[-/]\d{1,4}[A-Za-z]?)?,?[ \t]+(?=[A-Za-z]{2})")
_NAMED_LINE = re.compile(r"(?<![\w'’])[A-Z][\w'’]+(?= [A-Z])")
_KEY = re.compile(
    r"(?<![\w.,/-])[A-Za-z]{0,3}\d{4,12}[A-Za-z]{0,2}(?![\w/-]|[.,]\d)|\{?\b[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\b\}?"
)
_LONGEST_LINE = 8


def find_known_numbers(text: str, everybody: Everybody) -> Iterator[Span]:
    """Telephones, postcodes, address lines and patient numbers of this export's patients."""
    if everybody.known is None:
        return
    for match in _LOOSE_PHONE.finditer(text):
        if everybody.has("phones", ["0" + match.group(1)]):
            yield Span(match.start(), match.end(), "phone", "phone")
    for match in _LOOSE_POSTCODE.finditer(text):
        if everybody.has("postcodes", [(match[1] + match[2]).upper()]):
            yield Span(match.start(), match.end(), "postcode", "postcode")
    for match in _KEY.finditer(text):
        if everybody.has("local_keys", [normalise("patient_key", match.group())]):
            yield Span(match.start(), match.end(), "number", "local_key")
    if not len(everybody.known.address_lines):
        return
    for pattern in (_NUMBERED_LINE, _NAMED_LINE):
        for start in pattern.finditer(text):
            yield from _line(text, start.start(), everybody)


def _line(text: str, start: int, everybody: Everybody) -> Iterator[Span]:
    pieces = list(re.finditer(r"\S+", text[start : start + 160]))[:_LONGEST_LINE]
    for size in range(len(pieces), 1, -1):
        stop = start + pieces[size - 1].end()
        if everybody.has("address_lines", [normalise("address", text[start:stop])]):
            yield Span(start, stop, "address", "address")
            return

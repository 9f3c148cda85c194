"""Numbers and addresses of the internet in a note: by their own shape, or by the word before them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.survey.freetext.lexicon import cues
from core.survey.freetext.spans import Span
from core.survey.identifiers import find_nhs_numbers, find_strong, is_snomed_id

_WHAT = {
    "nhs_number": "NHS number",
    "phone": "phone",
    "email": "e-mail",
    "postcode": "postcode",
    "ni_number": "NI number",
}
_LABELS = "|".join(sorted((re.escape(w) for w in cues()["numbers"]["labels"]), key=len, reverse=True))
_LABELLED = re.compile(
    rf"\b(?:{_LABELS})\b(?:\s?(?:no|num|number|id|ref|code|folder)\b)*\s?[.:#]*\s{{0,2}}(?:is |was )?"
    r"(?P<n>[A-Z]{0,4}[/\-]?\d[A-Z0-9/\-]{3,18}(?:[ /-][A-Z0-9]{1,8}\b(?<![a-z])){0,2}|"
    r"[A-Z]{1,3}/\d{2,8}(?:/\d+)?|"
    r"[A-Z]{2}\d{2} ?[A-Z]{3})(?![\w])",
    re.IGNORECASE,
)
_SAFE = re.compile(
    r"\b(?:key ?safe|door|entry|gate|access|pin)\b(?:\s?(?:code|no|number|is|=|:)){0,3}\s{0,2}"
    r"(?P<n>[A-Z]?\d{3,6}[A-Z]?)\b",
    re.IGNORECASE,
)
_NI_LABELLED = re.compile(
    r"\b(?:ni|nino|national insurance)\b(?:\s?(?:no|num|number))?\W{0,3}"
    r"(?P<n>[A-Z]{2}(?:\s?\d\d){3}\s?[A-Z]?)\b",
    re.I,
)
_NHS_LABELLED = re.compile(
    r"(?:\bnhs|\bchi|\bh\s*&\s*c)(?:\s?(?:no|num|number|#))?\W{0,3}(?P<n>\d(?:[ \-.]{0,2}\d){8,9})(?!\d)",
    re.I,
)
_PHONE_LABELLED = re.compile(
    r"\b(?:tel|telephone|phone|mob|mobile|ring|rang|call|called|text|texted|landline|fax|bleep|contact|number|no)\b"
    r"[^\w\n+]{0,3}(?:(?:no|number|is|on|her|him|back|them|at|me|home|work)\b[^\w\n+]{0,3}){0,4}"
    r"(?P<n>\(?\+?\d[\d ()\-]{4,15}\d)(?!\d|/)",
    re.IGNORECASE,
)
_EXTENSION = re.compile(r"[\s,;]{0,3}(?:ext|extn|extension|x)\.?\s?\d{1,6}\b", re.IGNORECASE)
_WEB = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w-]+\.(?:com|co\.uk|org\.uk|nhs\.uk|net|org)(?:/\S*)?\b|(?<![\w.])@\w{3,30}\b",
    re.I,
)
_IP = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
_LONG = re.compile(r"(?<![\w.,/£$-])\d{7,20}(?![\w,/%]|\.\d)")
_PLATE = re.compile(r"\b[A-Z]{2}(?:0[1-9]|[1-7]\d)\s?[A-HJ-PR-Z]{3}\b")
_DRIVER = re.compile(r"\b[A-Z]{2,5}9{0,3}\d{6}[A-Z][A-Z9]\d[A-Z]{2}\b")
_SORT_CODE = re.compile(r"\b\d\d-\d\d-\d\d\b(?=\W{0,12}(?:acc|\d{8}))|\b\d{8}\b(?=\W{0,3}\d\d-\d\d-\d\d)")
_GUID = re.compile(r"\{?\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b\}?", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
#: Fewer digits are no number of anybody's.
_SEVERAL = re.compile(r"\d(?:[^A-Za-z\n]{0,3}\d){2}|\d[A-Za-z]{1,3}\d|[A-Za-z]\d{2}")
_OLD = re.compile(
    r"\b(?:aged?|age:)\s{0,2}(?P<a>9\d|1[0-2]\d)\b(?!\s?(?:mg|ml|%|/))"
    r"|\b(?P<b>9\d|1[0-2]\d)(?P<u>[ \-]?(?:y/?o|yrs?|years?)(?:[ \-]?old)?\b|[ \-]?yr[ \-]old\b|[MF]\b(?!\w))"
    r"|\((?P<c>9\d|1[0-2]\d)\)"
    r"|\b(?:turn(?:s|ed|ing)|is|was|her|his)\s(?P<d>9\d|10\d|11\d)(?:th|st|nd|rd)?(?=\s(?:birthday|next|today|on|in|this|years)|[.!,])",
    re.IGNORECASE,
)
_DURATION = re.compile(r"(?:for|over|past|last|ago|in|within|x)\s{1,2}$", re.IGNORECASE)


def find_numbers(text: str) -> Iterator[Span]:
    """Every number, code and internet address that could be somebody's, and ages over 89."""
    if "@" in text or "." in text:
        for match in _WEB.finditer(text):
            yield Span(match.start(), match.end(), "web address", "web")
    if "@" not in text and _DIGIT.search(text) is None:
        return
    several = _SEVERAL.search(text) is not None
    for hit in find_strong(text):
        end = hit.end
        if hit.kind == "phone" and (more := _EXTENSION.match(text, end)):
            end = more.end()
        yield Span(hit.start, end, _WHAT[hit.kind], hit.kind)
    for found in find_nhs_numbers(text):
        yield Span(found.start, found.end, "NHS number", "nhs_number")
    yield from _ages(text)
    if not several:
        return
    for pattern, what, why in (
        (_NHS_LABELLED, "NHS number", "nhs_number"),
        (_NI_LABELLED, "NI number", "ni_number"),
        (_LABELLED, "number", "label"),
        (_SAFE, "number", "label"),
    ):
        for match in pattern.finditer(text):
            if _DIGIT.search(match["n"]):
                yield Span(match.start("n"), match.end("n"), what, why)
    for match in _PHONE_LABELLED.finditer(text):
        digits = sum(c.isdigit() for c in match["n"])
        if digits >= 6 and not _is_date_like(match["n"]):
            yield Span(match.start("n"), match.end("n"), "phone", "phone")
    for pattern in (_PLATE, _DRIVER, _SORT_CODE, _GUID, _IP):
        for match in pattern.finditer(text):
            yield Span(match.start(), match.end(), "number", "long_number")
    for match in _LONG.finditer(text):
        if not is_snomed_id(match.group()):
            yield Span(match.start(), match.end(), "number", "long_number")


def _ages(text: str) -> Iterator[Span]:
    for match in _OLD.finditer(text):
        group = next(name for name in "abcd" if match[name])
        if group == "b" and _DURATION.search(text, 0, match.start()):
            continue  # 'for 90 years' is no age, and nobody's
        start = match.start(group)
        end = match.end("u") if group == "b" else match.end(group)
        yield Span(start, end, "age over 89", "old")


def _is_date_like(text: str) -> bool:
    return re.fullmatch(r"\d{1,2}[ \-]\d{1,2}[ \-]\d{2,4}", text.strip()) is not None

"""What the names of files, folders and sheets give away: a diagnosis of everybody in them, or a patient.

A name leaves with every copy: on the screen of whoever gets it, in the mail's list of attachments, in logs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

import numpy as np

from core.model import Export, Hazard, Severity
from core.reading import Place, named_places
from core.survey.codes.codelists import CodeLookup
from core.survey.identifiers import (
    find_dates,
    find_emails,
    find_ni_numbers,
    find_phones,
    find_postcodes,
    hash64,
    name_neighbours,
    nhs_check,
    normalise,
)
from core.survey.identifiers.names import given_names, street_words, surnames, words_that_are_names
from core.survey.results import KnownIdentifiers
from resources import ROOT

_NHS = re.compile(r"(?<!\d)(?<!\d[ _-])(?:\d{10}|\d{3}([ _-])\d{3}\1\d{4})(?!\d)(?![ _-]\d)")
_GUID = re.compile(r"\{?[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\}?", re.IGNORECASE)
_LONG_RUN = re.compile(r"\d{12,}")
_HOUR = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_HYPHENED = re.compile(r"[^\W\d_]+(?:['’‐-][^\W\d_]+)*")
_CAMEL = re.compile(r"[^\W\d_a-z]?[a-z'’]+|[A-Z]+(?![a-z])")
_BIRTH = re.compile(r"(?:\bd\.?o\.?b|\bborn|date of birth)\W{0,3}$", re.IGNORECASE)
_TITLED = re.compile(r"\b(?:Mr|MR|mr|Mrs|MRS|mrs|Miss|MISS|Ms|Mx)\b\.?\s+[A-Z][^\W\d_]+")
#: No export is older: a date before it in a name is somebody's.
_FIRST_EXPORTS = "2005"
_ENDING = re.compile(
    r"\.(?:csv|tsv|txt|tab|psv|dat|xlsx?|xlsm|xlsb|ods|json|ndjson|xml|parquet|zip|gz|7z|tar|tgz|edi|rpt|eia|csa)$",
    re.IGNORECASE,
)
_WORDS = {
    "folder": ("folder", "folders"),
    "file": ("file", "files"),
    "member": ("file in an archive", "files in archives"),
    "sheet": ("table or sheet", "tables or sheets"),
}
_WHY_PERSON = (
    "Names of files and sheets are seen by everybody who handles them. Give it a name without a patient, "
    "open it again, and tell whoever sent it so."
)
_WHY_LIST = (
    "Who is in it has the condition that its name tells. In 2015 and 2019 mails to the patients of HIV "
    "services told just so who they were. The release gets a plain name; do not send the file itself."
)


@cache
def _diseases() -> frozenset[str]:
    lines = (ROOT / "names" / "disease_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def name_hazards(export: Export, known: KnownIdentifiers, lookup: CodeLookup) -> list[Hazard]:
    """What the names that data stands under give away; no hazard repeats a name.

    A patient's NHS number or full name blocks; what may be one, other identifiers and words for sensitive
    or common conditions warn."""
    found: dict[tuple[str, str], list[Place]] = {}
    for place in named_places(export):
        for what in dict.fromkeys(_told(place.text, known, lookup)):
            found.setdefault((place.sort, what), []).append(place)
    hazards = []
    for (sort, what), places in found.items():
        where = places[0].where if len(places) == 1 else f"{len(places):,} {_WORDS[sort][1]}"
        verb = "its name holds" if len(places) == 1 else "their names hold"
        hazards.append(
            Hazard(
                where,
                f"{verb} {what}",
                Severity.BLOCKS if what in _BLOCKING else Severity.WARNS,
                _WHY_LIST if what.startswith(_CONDITION) else _WHY_PERSON,
                f"name_of_{sort}",
            )
        )
    return hazards


_NHS_NUMBER = "an NHS number"
_PATIENT = "the full name of a patient in this export"
_BLOCKING = frozenset({_NHS_NUMBER, _PATIENT})
_CONDITION = "words for a condition"


def _told(text: str, known: KnownIdentifiers, lookup: CodeLookup) -> Iterator[str]:
    """What a name gives away, in words without it."""
    text = _GUID.sub(" ", _ENDING.sub("", _ENDING.sub("", text)))
    if any(nhs_check(re.sub(r"\D", "", m[0])) and not _HOUR.fullmatch(m[0]) for m in _NHS.finditer(text)):
        yield _NHS_NUMBER
    plain = re.sub(r"[_/\\]+", " ", _LONG_RUN.sub(" ", text))
    if find_emails(plain):
        yield "an e-mail address"
    plain_numbers = " ".join(w for w in plain.split() if not _HOUR.match(w))
    if find_phones(plain_numbers):
        yield "a telephone number"
    if find_ni_numbers(plain):
        yield "a National Insurance number"
    if find_postcodes(plain):
        yield "a full postcode"
    for date in find_dates(plain):
        if date.canonical[:4] < _FIRST_EXPORTS or _BIRTH.search(plain[: date.start]):
            yield "what may be a date of birth"
    words = _WORD.findall(plain)
    pieces = [part for word in words for part in (_CAMEL.findall(word) or [word])]
    if any(_names_patient(each, known) for each in (words, pieces, _HYPHENED.findall(plain))):
        yield _PATIENT
    elif _looks_named(words) or _TITLED.search(plain):
        yield "what may be somebody's name"
    spoken = " ".join(words)
    bits = lookup.bits_of_term(spoken)
    titles = [lookup.category(id).title for i, id in enumerate(lookup.category_ids) if bits >> i & 1]
    if titles:
        yield f"{_CONDITION}: {', '.join(titles)}"
    elif any(word.casefold().replace("’", "").replace("'", "") in _diseases() for word in words):
        yield f"{_CONDITION}"


def _names_patient(words: Sequence[str], known: KnownIdentifiers) -> bool:
    """Whether neighbouring words (`name_neighbours`) are a patient's full name."""
    if not len(known.full_names):
        return False
    pairs = [(words[a], words[b]) for a, b in name_neighbours([word.casefold() for word in words])]
    pairs = [(a, b) for a, b in pairs if len(a) > 1 and len(b) > 1]
    keys = [normalise("full_name", f"{a} {b}") for one in pairs for a, b in (one, one[::-1])]
    if not keys:
        return False
    return bool(np.isin(hash64(keys), known.full_names).any())


def _looks_named(words: Sequence[str]) -> bool:
    """Whether a common given name and a common surname stand side by side, neither a word of its own."""
    ordinary = words_that_are_names() | street_words()
    plain = [word.casefold() for word in words]
    for pair in pairwise(plain):
        for first, last in (pair, pair[::-1]):
            if first in given_names() and last in surnames() and not {first, last} & ordinary:
                return True
    return False

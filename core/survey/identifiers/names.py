"""People's names: lists of common ones, the ways systems write them, and the words that are also surnames.

The lists are data (resources/names), our own compilation of names that are common in Britain. They help to
recognise a column of names that has no heading; they are no list of patients.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from resources import ROOT

_LETTERS = r"[^\W\d_]"
_NAME_WORD = re.compile(rf"{_LETTERS}(?:{_LETTERS}|['’‘`\-])*")
_BRACKETED = re.compile(r"\(([^()]*)\)")
_SURNAME_FIRST = re.compile(
    rf"\s*({_LETTERS}[^,()\d]*?)\s*,\s*([^,()\d]+?)\s*(?:,\s*([^,()\d]+?)\s*)?(?:\(([^()]*)\))?\s*"
)
_NOT_LETTER = re.compile(r"[\W\d_]+")

# fmt: off
TITLES = frozenset(
    [
        "mr", "mrs", "miss", "ms", "mx", "master", "dr", "doctor", "prof", "professor", "rev",
        "reverend", "revd", "fr", "father", "sir", "dame", "lady", "lord", "sister", "br",
        "brother", "capt", "captain", "major", "maj", "col", "colonel", "lt", "sgt", "cllr", "hon",
        "baroness", "baron", "rabbi", "imam", "sr", "jnr", "snr", "baby"
    ]
)
# fmt: on
# fmt: off
#: Letters after a name that are no name themselves: honours, degrees, colleges.
POST_NOMINALS = frozenset((
    "mbe", "obe", "cbe", "kbe", "dbe", "gbe", "bem", "rgn", "rmn", "rsn", "rscn", "rhv", "frcgp", "mrcgp",
    "frcp", "mrcp", "frcs", "mrcs", "frcpsych", "mrcpsych", "frcog", "mrcog", "frcpch", "mrcpch", "frcem",
    "frca", "mbbs", "mbchb", "bmbs", "mbbch", "bds", "phd", "msc", "bsc", "dphil", "dclinpsy", "llb",
    "fcgdent", "mrpharms", "frpharms", "drcog", "dfsrh", "esq", "esquire", "iii",
))
# fmt: on
_STAFF_TITLE = re.compile(
    r"^\s*(?:dr|doctor|prof|professor|nurse|sister|matron|staff nurse|hca)\b|"
    r"\((?:dr|prof|professor|nurse|sister)\)\s*$",
    re.IGNORECASE,
)


def _listed(name: str) -> frozenset[str]:
    lines = (ROOT / "names" / name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.casefold().split())


@cache
def given_names() -> frozenset[str]:
    """Common given names, lower case."""
    return _listed("given_names.txt")


@cache
def surnames() -> frozenset[str]:
    """Common surnames, lower case."""
    return _listed("surnames.txt")


@cache
def words_that_are_names() -> frozenset[str]:
    """Surnames that are also ordinary or medical words (white, may, parkinson), lower case.

    A hit on one of these in a code's description or a note is not, alone, a patient's name."""
    return _listed("words_that_are_names.txt")


@cache
def street_words() -> frozenset[str]:
    """Words a British street or house name ends with, lower case."""
    return _listed("street_words.txt")


def plain_letters(text: str) -> str:
    """Lower-case letters only, accents taken off: 'O’Brien-José' -> 'obrienjose'."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = unicodedata.normalize("NFKD", text.casefold())
    return _NOT_LETTER.sub("", text.casefold())


@lru_cache(maxsize=50_000)
def name_parts(text: str) -> tuple[str, ...]:
    """The names in a cell in order of speaking, titles dropped, as `plain_letters`.

    'TOOSY, Raza (Dr)', 'TOOSY Raza', 'Dr Raza Toosy MRCGP', 'raza toosy' all give ('raza', 'toosy').
    Initials are kept.
    """
    match = _SURNAME_FIRST.fullmatch(text)
    if match and not _is_title(match.group(1)):
        last, first, third = match.group(1), match.group(2), match.group(3)
        if third and not _is_title(third):
            first = f"{first} {third}"
        text = f"{first} {last}"
    else:
        text = _surname_last(_BRACKETED.sub(" ", text))
    parts = (plain_letters(word) for word in _NAME_WORD.findall(text))
    kept = [part for part in parts if part]
    while len(kept) > 1 and kept[0] in TITLES:
        kept.pop(0)
    while len(kept) > 2 and kept[-1] in POST_NOMINALS:
        kept.pop()
    return tuple(kept)


def _surname_last(text: str) -> str:
    """A name with its surname first in capitals ('TOOSY Raza', 'DE LA CRUZ Maria') in order of speaking."""
    words = text.split()
    first = 0
    while first < len(words) - 1 and _is_title(words[first]):
        first += 1
    last = first
    while last < len(words) and len(words[last]) > 1 and words[last].isupper() and words[last].isalpha():
        last += 1
    rest = words[last:]
    if last == first or not rest or rest[0].strip(".,()").casefold() in TITLES:
        return text
    if max(map(len, words[first:last])) < 3 or not any(len(w) > 1 and not w.isupper() for w in rest):
        return text
    return " ".join([*words[:first], *rest, *words[first:last]])


def _is_title(text: str) -> bool:
    return text.strip(" .").casefold() in TITLES


def full_name_key(text: str) -> str:
    """A full name in one form whatever order it was written in: first and last name, letters only.

    Middle names and initials are dropped, so that 'SMITH, Anne Jane (Mrs)' and 'Anne Smith' agree."""
    parts = name_parts(text)
    if len(parts) < 2:
        return "".join(parts)
    return parts[0] + parts[-1]


@lru_cache(maxsize=50_000)
def single_names(text: str) -> frozenset[str]:
    """Every single name in a cell, lower case letters, of two letters or more; parts of double-barrelled
    names count too. What a scan of free text looks for."""
    names = set(name_parts(text))
    for word in re.split(r"[\s\-]+", text):
        plain = plain_letters(word)
        if plain and plain not in TITLES:
            names.add(plain)
    return frozenset(name for name in names if len(name) >= 2)


def looks_like_staff(text: str) -> bool:
    """True where a name carries a clinician's title: 'Dr A Patel', 'TOOSY, Raza (Dr)'."""
    return _STAFF_TITLE.search(text) is not None


@lru_cache(maxsize=50_000)
def looks_like_full_name(text: str) -> bool:
    """True for two names or more of which one is common, or a 'SURNAME, Forename (Title)' order."""
    text = text.strip()
    if not 3 <= len(text) <= 70 or any(c.isdigit() for c in text):
        return False
    parts = name_parts(text)
    if not 2 <= len(parts) <= 6:
        return False
    titled = text.split()[0].strip(".").casefold() in TITLES
    bracket = _BRACKETED.search(text)
    if bracket and _is_title(bracket.group(1)):
        return True
    known = parts[0] in given_names() or parts[-1] in surnames()
    if _SURNAME_FIRST.fullmatch(text):
        return known or text.split(",")[0].isupper()
    return titled or (known and len(parts) <= 4 and parts[0] in given_names())

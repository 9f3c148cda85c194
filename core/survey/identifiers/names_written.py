"""Names as people write them: every order, particles, initials, titles and letters after them; names in text.

`looks_like_name` judges a whole cell by its shape and the lists of common names. `find_titled` finds the
names in running text that show themselves ('Mrs J. O'Brien', 'TOOSY, Raza (Dr)'); names without such a mark
are found by comparing with the export's own people, which is not this module's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from core.survey.identifiers.folding import folded
from core.survey.identifiers.names import (
    POST_NOMINALS,
    given_names,
    looks_like_full_name,
    name_parts,
    surnames,
    words_that_are_names,
)

# fmt: off
PARTICLES = frozenset((
    "de", "da", "do", "dos", "das", "del", "della", "di", "du", "des", "la", "le", "van", "von", "der", "den",
    "ter", "ten", "ap", "ab", "ferch", "bin", "ibn", "bint", "binti", "al", "el", "ul", "ur", "abu", "mac",
    "mc", "o", "san", "st", "af", "av", "zu", "y", "e",
))
_NOT_NAMES = frozenset((
    "the", "and", "or", "is", "was", "has", "had", "to", "for", "of", "on", "in",
    "at", "who", "not", "with", "from", "re", "tel", "via", "this", "that", "seen", "rang",
    "clinic", "hospital", "surgery", "practice", "team", "ward", "road", "street", "lane", "unit",
    "department", "dept", "labs", "laboratories", "laboratory", "lab", "ltd", "limited", "plc",
    "pharma", "centre", "center", "transdermal",
))
#: Words that mark a name: before it, or in brackets after it.
TITLE_WORDS = frozenset((
    "mr", "mrs", "ms", "miss", "mx", "master", "mstr", "sir", "dame", "lady", "lord", "rev", "revd",
    "reverend", "fr", "cllr", "capt", "captain", "maj", "major",
    "sgt", "dr", "doctor", "prof", "professor",
    "nurse", "sister", "matron", "midwife",
))
# fmt: on
_LETTER = r"[^\W\d_]"
_UPPER = r"[A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽ]"
_NAME = rf"(?:{_UPPER}['’‘]?{_LETTER}+(?:['’‘]{_LETTER}+)*(?:-{_UPPER}?{_LETTER}+)*)"
_PARTICLE = (
    r"(?:de|da|do|dos|das|del|della|di|du|des|la|le|van|von|der|den|ter|ten|ap|ab|ferch|bin|ibn|bint|binti|al|el"
    r"|St\.?)"
)
_INITIAL = rf"(?:{_UPPER}\.?(?:\s?-?{_UPPER}\.?){{0,3}})"
_TITLE = (
    r"(?:Mr|Mrs|Ms|Miss|Mx|Master|Mstr|Sir|Dame|Lady|Lord|Rev(?:d|erend)?|Fr|Cllr|Capt(?:ain)?|Maj(?:or)?|Sgt"
    r"|MR|MRS|MS|MISS|MX)"
)
_STAFF = r"(?:Dr|DR|Doctor|Prof(?:essor)?|PROF|Nurse|Sister|Matron|Midwife)"
_LAST = rf"(?:(?:{_PARTICLE}[ -]){{0,2}}{_NAME})"
_TITLED = re.compile(
    rf"(?<![\w@./-])(?:(?P<staff>{_STAFF})|(?P<person>{_TITLE}))\b\.?"
    rf"(?:\s?(?:&|and)\s?{_TITLE}\.?)?[ \t]{{1,2}}"
    rf"(?P<name>(?:(?:{_INITIAL}|{_NAME})[ \t]){{0,3}}{_LAST})"
)
_LISTED = re.compile(
    rf"(?<![\w@./-])(?P<name>(?:(?:{_PARTICLE}|{_UPPER}{{2,4}})\s)?{_UPPER}[\w'’‘-]{{1,40}}, {{0,2}}"
    rf"{_UPPER}[\w'’‘.-]{{0,40}}(?: {_UPPER}[\w'’‘.-]{{0,40}}){{0,3}})"
    rf" ?\((?:(?P<staff>{_STAFF})|{_TITLE})\.?\)"
)
_SHAPE = re.compile(
    rf"{_LETTER}[\w'’‘.\-]*(?:[ ,]{{1,3}}\(?{_LETTER}[\w'’‘.\-]*\)?){{0,7}}\.?",
)


def name_neighbours(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Places of words that may be somebody's first and last name, in either order: next to each other or with
    one word between. Particles may stand between too: 'anna', 'van', 'der', 'berg' are Anna Berg as a surname
    of several words is kept (`full_name_key`). `words` are in small letters.

    >>> [("anna van der berg".split()[a], "anna van der berg".split()[b]) for a, b in
    ...     name_neighbours("anna van der berg".split())][-1]
    ('anna', 'berg')
    """
    everywhere = range(len(words))
    spoken = [at for at in everywhere if words[at] not in PARTICLES]
    for places in (everywhere,) if len(spoken) == len(words) else (everywhere, spoken):
        for step in (1, 2):
            yield from zip(places, places[step:], strict=False)


class Named(NamedTuple):
    """A name found in text: where, the name without its title, and whether the title is a clinician's."""

    start: int
    end: int
    name: str
    staff: bool


def find_titled(text: str) -> list[Named]:
    """Names that a title marks, before them ('Mrs J. O'Brien') or after ('TOOSY, Raza (Dr)'), in order."""
    plain = folded(text)
    hits = [
        Named(match.start(), match.end(), text[match.start("name") : match.end("name")], bool(match["staff"]))
        for pattern in ((_LISTED, _TITLED) if "(" in plain else (_TITLED,))
        for match in pattern.finditer(plain)
        if not any(word.casefold().strip(".,") in _NOT_NAMES for word in match["name"].split())
    ]
    hits.sort()
    kept: list[Named] = []
    for hit in hits:
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
    return kept


@lru_cache(maxsize=20_000)
def looks_like_name(text: str) -> bool:
    """True where a whole cell looks like one person's name, whatever the order and case.

    Two names or more, one of them common ('raza toosy', 'Wong Ka Wai', 'de la Cruz, Maria', 'Smith JA'), or
    a title and a name; never a lone word, nor words of which all are ordinary ones ('White May')."""
    text = folded(text).strip()
    if not 3 <= len(text) <= 70 or any(c.isdigit() for c in text) or _SHAPE.fullmatch(text) is None:
        return False
    if any(word in _NOT_NAMES for word in text.split()):
        return False
    if looks_like_full_name(text):
        return True
    titled = find_titled(text)
    if titled and titled[0].end >= len(text) - 1:
        return True
    parts = [part for part in name_parts(text) if part not in PARTICLES and part not in POST_NOMINALS]
    if not 2 <= len(parts) <= 5:
        return False
    common = [part for part in parts if part in given_names() or part in surnames()]
    if words_that_are_names().issuperset(common) and not _has_initials(text):
        return False
    return bool(common) and _mixed(parts, common)


def _has_initials(text: str) -> bool:
    """Two words of which one is initials: 'Smith JA', 'J. White'."""
    words = [word.strip(".,") for word in text.split()]
    return len(words) == 2 and any(len(word) <= 2 and word.isupper() for word in words)


def _mixed(parts: list[str], common: list[str]) -> bool:
    """Half of the words are names, or the rest are initials."""
    full = [part for part in parts if len(part) > 2]
    return bool(full) and 2 * len([part for part in full if part in common]) >= len(full)

"""The names of one export's people that say somebody is meant wherever they stand, even alone.

A bare 'Quixley' in the description of a code is in no list of names: only the export's own names tell it.
White, May and Parkinson tell nothing by themselves, nor does a word of medicine, of English or of the map.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache

from core.survey.freetext.eponyms import AFTER_EPONYM
from core.survey.freetext.known import Everybody
from core.survey.freetext.lexicon import doubtful, is_ordinary, known_names, letters_of, towns
from core.survey.identifiers.mentions import bare_word, without_things, words_beside_people
from core.survey.results import KnownIdentifiers
from resources import ROOT

#: A million patients have some 150,000 different names; of more than this the first in the alphabet count.
MOST_NAMES = 400_000
_SHORTEST = 3
_ABBREVIATION = 4
#: Letters of a name that counts where it is part of a longer word, and of the initials beside it.
_GLUED, _INITIALS = 5, 2
_ONE_WORD = re.compile(r"\s*[^\W\d_]{6,40}\s*")
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’‘`](?=[^\W\d_]))*")
_ONLY_LETTERS = {at: " " for at in range(128) if not chr(at).isalpha()}


@cache
def _words_of_cells() -> frozenset[str]:
    """Words that fields of results, units, sexes and ethnic groups are made of, and words for people."""
    data = tomllib.loads((ROOT / "expected" / "words.toml").read_text(encoding="utf-8"))
    listed = (word for entry in data.values() for word in entry["words"].split())
    return frozenset(map(letters_of, listed)) | words_beside_people()


@cache
def _words_of_places() -> frozenset[str]:
    return frozenset(word for place in towns() for word in place)


def telling_names(known: KnownIdentifiers) -> frozenset[str]:
    """Single names (lower-case letters) of the export's patients, staff and third parties that are no words,
    with the 's' of 'the Quixleys'."""
    everybody = Everybody.of(known)
    words = doubtful() | _words_of_cells() | _words_of_places()
    told = {
        name
        for name in (*everybody.names, *everybody.staff)
        if len(name) >= _SHORTEST and name not in words and not is_ordinary(name)
    }
    if len(told) > MOST_NAMES:
        told = set(sorted(told)[:MOST_NAMES])
    # With an s, a listed name is mostly another: Adam and Adams.
    several = {name + "s" for name in told - known_names() if len(name) > _ABBREVIATION}
    return frozenset(told | {name for name in several if name not in words and not is_ordinary(name)})


def holds_name(text: str, names: frozenset[str]) -> bool:
    """Whether one of these names stands in a short text as a word of its own, in any case, with initials or
    with 's, and is not there as the name of a disease, a test, a firm or a saint.

    >>> [holds_name(text, frozenset(["quixley"])) for text in ("J.QUIXLEY", "Quixley's disease")]
    [True, False]
    """
    if _ONE_WORD.fullmatch(text) is not None and _is_glued(text, names):
        return True
    plain = text.isascii() and "'" not in text and "`" not in text
    if plain and names.isdisjoint(text.lower().translate(_ONLY_LETTERS).split()):
        return False
    found = [
        name
        for word in _WORD.finditer(text)
        if (name := _name_of(word.group(), names)) and _counts(text, word, name)
    ]
    if not found:
        return False
    if not known_names().issuperset(found):
        return True
    # Names that thousands bear are those of diseases, tests and firms as well: only what is left counts.
    rest = without_things(text)
    return any(
        (name := _name_of(word.group(), names)) and _counts(rest, word, name) for word in _WORD.finditer(rest)
    )


def _is_glued(text: str, names: frozenset[str]) -> bool:
    """Whether one word is a name of the export with another or with initials: 'JanetQUIXLEY', 'quixleyj',
    'QuixleyJA'. Clinical words and those of English are none, whatever they begin with."""
    word, written = letters_of(text), text.strip()
    if is_ordinary(word) or word in names or len(word) != len(written):
        return False
    for cut in range(1, len(word)):
        first, last = word[:cut], word[cut:]
        if len(last) >= _GLUED and last in names and (cut <= _INITIALS or _is_name(first, names)):
            return True
        if len(first) >= _GLUED and first in names and (_initials(written, cut) or _is_name(last, names)):
            return True
    return False


def _initials(written: str, start: int) -> bool:
    """Whether what follows a name in one word is set apart as initials, or is the one letter of a user's
    name: 'Quixleyan' may be an adjective, and an s a plural."""
    last = written[start:]
    if len(last) > _INITIALS or last in ("s", "S"):
        return False
    return (last.isupper() and written[start - 1].islower()) or (len(last) == 1 and written.islower())


def _is_name(word: str, names: frozenset[str]) -> bool:
    return len(word) >= _SHORTEST and (word in names or word in known_names())


def _name_of(word: str, names: frozenset[str]) -> str:
    plain = letters_of(word)
    if plain not in names:
        plain = letters_of(bare_word(word))
    return plain if plain in names else ""


def _counts(text: str, word: re.Match[str], name: str) -> bool:
    written = word.group()
    alone = written == text.strip()
    if len(name) == _SHORTEST and not alone and not written.istitle():
        return False  # an abbreviation
    if len(name) <= _ABBREVIATION and not alone and written.islower() and name in known_names():
        return False  # 'condylomata lata', 'perc tran ball angio'
    return AFTER_EPONYM.match(text, word.start() + len(bare_word(written))) is None

"""The word lists that the search of free text stands on, read once: data in resources/names and /freetext."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache

from core.survey.identifiers import names
from core.survey.identifiers.names import plain_letters
from resources import ROOT

_FOLDER = ROOT / "freetext"
#: Endings of clinical and everyday words that (nearly) no name has, in words of seven letters or more.
_ENDINGS = re.compile(
    r"(?:itis|osis|oses|oma|omata|aemia|aemic|pathy|pathic|ectomy|otomy|ostomy|oscopy|oscopic|algia|uria|plegia|"
    r"paresis|penia|graphy|gram|graph|plasty|ology|ologist|ological|iatry|iatric|rrhoea|rrhagia|trophy|trophic|"
    r"genic|azole|cillin|mycin|micin|floxacin|olol|pril|sartan|statin|dipine|azepam|azolam|oxetine|ipramine|"
    r"triptyline|formin|gliptin|gliflozin|glutide|xaban|parin|zumab|ximab|tinib|ciclovir|navir|triptan|setron|"
    r"methasone|tasone|solone|onide|terol|tropium|tidine|zosin|lukast|dronate|barbital|caine|cycline|thiazide|"
    r"semide|lactone|terbinafine|tion|tions|sion|sions|ments?|ness|ities|icity|ility|osity|ically|ingly|ously|ising|"
    r"ised|isation|ations?|eous|ious|ular|ocyte|ocytes|ocytic|itic|otic|phoid|uresis|ptysis|dynia|phagia|phasia|"
    r"praxia|pnoea|cardia|carditis|stasis|thermia|glycaemia|lipidaemia|oedema|ostium|coccus|bacter|bacteria)$"
)
_CONTRACTED = re.compile(r"n['’]?t$|['’](?:s|d|ll|ve|re|m)$")


def _words(name: str) -> list[str]:
    lines = (_FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]


@cache
def cues() -> Mapping[str, Mapping[str, frozenset[str]]]:
    """The words beside which names, places and numbers stand, by group."""
    data = tomllib.loads((_FOLDER / "cues.toml").read_text(encoding="utf-8"))
    return {
        group: {name: frozenset(text.split()) for name, text in lists.items()}
        for group, lists in data.items()
    }


@cache
def listed(name: str) -> frozenset[str]:
    """One of the short lists that the rules use."""
    return cues()["listed"][name]


@cache
def given() -> frozenset[str]:
    """Common given names of Britain, lower-case letters."""
    return frozenset(plain_letters(name) for name in names.given_names())


@cache
def known_names() -> frozenset[str]:
    """Given names and surnames that are common anywhere in Britain, lower-case letters."""
    more = (plain_letters(word) for word in _words("more_names.txt"))
    return given() | frozenset(plain_letters(name) for name in names.surnames()) | frozenset(more)


@cache
def ordinary_words() -> frozenset[str]:
    """Words of notes that are no names, whatever their capital."""
    return frozenset(_words("ordinary_words.txt")) | names.street_words()


@cache
def doubtful() -> frozenset[str]:
    """Names that are words too (White, May, Will), and eponyms: names only where something beside says so."""
    return eponyms() | (known_names() & frozenset(_words("ordinary_words.txt")))


@cache
def eponyms() -> frozenset[str]:
    """Names that are words, illnesses, tests or devices."""
    return names.words_that_are_names() | frozenset(plain_letters(word) for word in _words("eponyms.txt"))


@cache
def nicknames() -> Mapping[str, frozenset[str]]:
    """By name, the names that are used for it."""
    found: dict[str, set[str]] = {}
    for line in (_FOLDER / "nicknames.txt").read_text(encoding="utf-8").splitlines():
        group = [] if line.startswith("#") else [plain_letters(name) for name in line.split()]
        for at, name in enumerate(group):
            # The first stands for all; the others for the first and for one another.
            found.setdefault(name, set()).update(group[:at] + group[at + 1 :])
    return {name: frozenset(group) for name, group in found.items()}


@cache
def towns() -> frozenset[tuple[str, ...]]:
    """Places as the plain letters of their words: ('stoke', 'on', 'trent')."""
    lines = (_FOLDER / "places.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(
        tuple(plain_letters(part) for part in re.split(r"[ \-]+", line))
        for line in lines
        if line and not line.startswith("#")
    )


@lru_cache(maxsize=50_000)
def letters_of(word: str) -> str:
    """`plain_letters` of one word, remembered: notes say the same words again and again."""
    return plain_letters(word)


@lru_cache(maxsize=50_000)
def is_ordinary(word: str) -> bool:
    """Whether a word (any case, with its apostrophes and hyphens) is one of everyday or clinical English."""
    text = word.casefold()
    if text in ordinary_words():
        return True
    if "-" in text:
        parts = [part for part in text.split("-") if part]
        return bool(parts) and all(
            is_ordinary(part) or part in listed("prefixes") or part in eponyms() for part in parts
        )
    bare = _CONTRACTED.sub("", text)
    if bare != text and (bare in ordinary_words() or len(bare) <= 2):
        return True
    plain = plain_letters(text)
    if len(plain) <= 1 or plain in ordinary_words():
        return True
    for ending in ("s", "es", "ed", "d", "ing", "ly"):
        if plain.endswith(ending) and plain[: -len(ending)] in ordinary_words() and len(plain) > 5:
            return True
    return len(plain) >= 7 and _ENDINGS.search(plain) is not None

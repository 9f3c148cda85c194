"""A trait of somebody beside the patient, told in a few words: 'Husband alcoholic', 'wife has HIV'.

A relation and a trait must stand together, with nothing but small words between them ('is', 'known', 'has
a'), or the trait as an adjective before the relation ('alcoholic husband'). 'Husband present' and 'Mother and
baby well' tell no trait; 'Family history of ...' is a category of its own. Relations, traits and small words
are data: the `[about]` section of a category (resources/categories/about_others.toml).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: Where one statement ends and another begins: what follows is of somebody else again.
_STOP = re.compile(r"[.!?\n\r]+")
#: Marks between a relation and a trait: 'Partner: HIV positive', 'wife - bipolar'.
_MARK = re.compile(r"[,;:()/\[\]–—]|\s-+\s?|-\s")
_NOT_WORD = re.compile(r"[^\w|]+|_+")
_FAMILY = re.compile(r"\b(?:f/?hx?|f\.h\.?|fam(?:ily)?\.? (?:health )?(?:history|hist|hx))\b", re.IGNORECASE)
_OWN = re.compile(r"['’‘`]s\b")
_ASCII = bytes(code if chr(code).isalnum() and code < 128 else 32 for code in range(256))
_MOST_LINKS = 6
#: 'Seen with husband, depression': the patient's own, where a mark stands between.
_OWNERS = "his|her|their|my|the|ex|pts?|patients?|patient s|late|former|current|new|old|step|half"
_BESIDE = "with|by|and|from|via|to|for|of|plus|accompanied|saw|seen"


@dataclass(frozen=True)
class AboutWords:
    """The `[about]` section of a category: relations, small words between, traits, and traits that stand
    before a relation. `*` at the end stands for the rest of a word."""

    people: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    before: tuple[str, ...] = ()


class AboutOthers:
    """Finds what a short text tells of somebody beside the patient. Immutable, safe to share."""

    def __init__(self, words: AboutWords) -> None:
        people, links = _either(words.people), _either(words.links)
        traits, before = _either(words.traits), _either(words.before)
        self._people = frozenset(who.split()[-1] for who in words.people)
        own = rf"(?:(?:{_OWNERS}) )*"
        between = rf"(?:(?:{links}) ){{0,{_MOST_LINKS}}}"
        self._found = re.compile(
            rf"(?:^|(?<= ))(?P<who>{people}) (?:s )?{between}(?P<trait>{traits})(?: |$)"
            rf"|(?:^|(?<=\| )){own}(?P<first>{people}) (?:s )?(?:(?:{links}|\|) ){{0,{_MOST_LINKS}}}"
            rf"(?P<told>{traits})(?: |$)"
            rf"|(?<!\w)(?P<adjective>{before}) (?:ex |step |foster )?(?P<last>{people})(?: |$)"
        )
        self._beside = re.compile(rf"(?:{_BESIDE}) (?:\w+ )?$")

    def find(self, text: str) -> str:
        """What was found, as '<relation> ... <trait>' in the text's own words; "" for nothing."""
        if self._people.isdisjoint(_words(text)):
            return ""
        for statement in _STOP.split(text):
            family = _FAMILY.search(statement)
            told = statement if family is None else statement[: family.start()]
            plain = " ".join(_NOT_WORD.sub(" ", _MARK.sub(" | ", _OWN.sub(" s ", told.lower()))).split())
            for found in self._found.finditer(plain):
                who = found["who"] or found["first"] or found["last"]
                trait = found["trait"] or found["told"] or found["adjective"]
                marked = found["told"] is not None and "|" in found.group()
                if marked and self._beside.search(plain[: found.start()]) is not None:
                    continue
                return f"{who} ... {trait}"
        return ""


def _words(text: str) -> Sequence[str]:
    if text.isascii():
        return text.lower().encode("ascii").translate(_ASCII).decode("ascii").split()
    return re.findall(r"[^\W_]+", text.lower())


def _either(words: Iterable[str]) -> str:
    listed: Sequence[str] = sorted(set(words), key=lambda word: (-len(word), word))
    made = (
        re.escape(word.rstrip("*")).replace(r"\ ", " ") + (r"\w*" if word.endswith("*") else "")
        for word in listed
    )
    return "|".join(made) or r"(?!)"

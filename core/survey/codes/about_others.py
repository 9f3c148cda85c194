"""A trait of somebody beside the patient, told in a few words: 'Husband alcoholic', 'wife has HIV'.

A relation and a trait must stand together, with nothing but small words between them ('is', 'known', 'has
a'), or the trait as an adjective before the relation ('alcoholic husband'). 'Husband present' and 'Mother and
baby well' tell no trait; 'Family history of ...' is a category of its own. What somebody did to the patient
('Raped by uncle') is told of both. A name after a relation is passed over: in brackets, between commas, or
a given name as such ('Wife Jane alcoholic').
Relations, traits and small words are data: the `[about]` section of a category
(resources/categories/about_others.toml).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.survey.identifiers import names

#: Where one statement ends and another begins: what follows is of somebody else again.
_STOP = re.compile(r"[.!?\n\r]+")
#: Marks between a relation and a trait: 'Partner: HIV positive', 'wife - bipolar'.
_MARK = re.compile(r"[,;:()/\[\]–—]|\s-+\s?|-\s")
_NOT_WORD = re.compile(r"[^\w|]+|_+")
_FAMILY = re.compile(r"\b(?:f/?hx?|f\.h\.?|fam(?:ily)?\.? (?:health )?(?:history|hist|hx))\b", re.IGNORECASE)
_OWN = re.compile(r"['’‘`]s\b")
_ASCII = bytes(code if chr(code).isalnum() and code < 128 else 32 for code in range(256))
#: 'Wife (Jane) alcoholic', 'Wife, Jane Smith, is ...': the name, where the trait follows.
_NAME = re.compile(r"\([^()]{1,40}\)|,\s*[A-Z][\w'’-]*(?:\s+[A-Z][\w'’-]*){0,2}\s*,")
#: A word and one with a capital after it: a quick look before that for relations and names.
_CAPITAL = re.compile(r"([^\W\d_]+)(?:['’]s)?\s+(?=([A-Z][\w-]+))")
#: 'Partner alcohol++'.
_MUCH = re.compile(r"(?<=\w)\s?\+{1,4}(?!\w)")
_MOST_LINKS = 6
_START = 3  # letters by which a word with an open end is looked for
_SMALL = frozenset(("s", "on", "in"))
#: 'Seen with husband, depression': the patient's own, where a mark stands between.
_OWNERS = "his|her|their|my|the|ex|pts?|patients?|patient s|late|former|current|new|old|step|half"
#: What follows the name of somebody who is only beside the patient, where it tells of that person:
#: 'Seen with husband John who is alcoholic', not 'Seen by Sister Kate depression review'.
_THEN = "who|is|has|was|had"
#: 'Children's asthma clinic' is a place.
_OF_CHILDREN = ("children s ", "kids s ")
_BESIDE = "with|by|and|from|via|to|for|of|plus|accompanied|saw|seen"


@dataclass(frozen=True)
class AboutWords:
    """The `[about]` section of a category: relations, small words between, traits, and traits that stand
    before a relation. `*` at the end stands for the rest of a word.

    `initials` are letters that stand for a relation before a colon ('M: alcoholic'), `acts` what somebody did
    to the patient ('raped' by uncle), and `brings` with `visits` relations and words that are the patient's
    own although they stand side by side: 'Mum - asthma review'."""

    people: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    initials: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    brings: tuple[str, ...] = ()
    visits: tuple[str, ...] = ()


class AboutOthers:
    """Finds what a short text tells of somebody beside the patient. Immutable, safe to share."""

    def __init__(self, words: AboutWords) -> None:
        people, links = _either(words.people), _either(words.links)
        traits, before = _either(words.traits), _either(words.before)
        self._people = frozenset(who.split()[-1] for who in words.people)
        told = [_first(phrase) for phrase in (*words.traits, *words.before, *words.acts)]
        self._whole = frozenset(word for word in told if not word.endswith("*"))
        self._starts = frozenset(word.rstrip("*")[:_START] for word in told if word.endswith("*"))
        own = rf"(?:(?:{_OWNERS}) )*"
        between = rf"(?:(?:{links}) ){{0,{_MOST_LINKS}}}"
        self._found = re.compile(
            rf"(?:^|(?<= ))(?P<who>{people}) (?:s )?{between}(?P<trait>{traits})(?: |$)"
            rf"|(?:^|(?<=\| )){own}(?P<first>{people}) (?:s )?(?:(?:{links}|\|) ){{0,{_MOST_LINKS}}}"
            rf"(?P<told>{traits})(?: |$)"
            rf"|(?<!\w)(?P<adjective>{before}) (?:ex |step |foster )?(?P<last>{people})(?: |$)"
            rf"|(?<!\w)(?P<act>{_either(words.acts)}) by {own}(?P<by>{people})(?: |$)"
        )
        said = rf"(?:(?:{links}|\|) ){{0,{_MOST_LINKS}}}(?P<trait>{traits})(?: |$)"
        self._initial = re.compile(rf"\W*(?:{_either(words.initials)})\s*:", re.IGNORECASE)
        self._of_initial = re.compile(rf"(?:\| )*(?P<who>{_either(words.initials)}) \| {said}")
        brings, visits = _either(words.brings), _either(words.visits)
        self._brought = re.compile(rf"(?:^|(?<= ))(?:{brings}) (?:\| |with )+(?:{visits})(?= |$)")
        self._beside = re.compile(rf"(?:{_BESIDE}) (?:\w+ )?$")
        self._called = re.compile(
            rf"(?<!\w)(?P<beside>(?i:{_BESIDE})\s+(?:(?i:{_OWNERS})\s+)?)?(?P<who>(?i:{people}))(?:['’]s)?\s+"
            rf"(?P<name>[A-Z][\w-]+)(?:['’]s)?(?P<family>\s+[A-Z][\w-]+(?:['’]s)?)?(?P<then>\s+(?i:{_THEN})\b)?"
        )

    def find(self, text: str) -> str:
        """What was found, as '<relation> ... <trait>' in the text's own words; "" for nothing."""
        words = _words(text)
        if self._people.isdisjoint(words):
            return self._by_initial(text)
        # Where no trait's first word stands, none of the slower looks can find one.
        if self._whole.isdisjoint(words) and self._starts.isdisjoint([word[:_START] for word in words]):
            return ""
        for statement in _STOP.split(text):
            family = _FAMILY.search(statement)
            told = statement if family is None else statement[: family.start()]
            for way in dict.fromkeys((told, *self._nameless(told))):
                if said := self._told(way):
                    return said
        return self._by_initial(text)

    def _nameless(self, statement: str) -> tuple[str, str]:
        """The statement without the names that stand after relations: given names, and what may be a surname
        after one as well."""
        plain = _NAME.sub(" ", statement)
        if not any(
            found[1].lower() in self._people and _letters(found[2]) in names.given_names()
            for found in _CAPITAL.finditer(plain)
        ):
            return plain, plain
        return self._called.sub(_without_given, plain), self._called.sub(_without_both, plain)

    def _told(self, statement: str) -> str:
        plain = self._brought.sub("|", _plain(statement))
        for found in self._found.finditer(plain):
            who = found["who"] or found["first"] or found["last"] or found["by"]
            trait = found["trait"] or found["told"] or found["adjective"] or found["act"]
            marked = found["told"] is not None and "|" in found.group()
            if marked and self._beside.search(plain[: found.start()]) is not None:
                continue
            if found.group().startswith(_OF_CHILDREN):
                continue
            return f"{who} ... {trait}"
        return ""

    def _by_initial(self, text: str) -> str:
        for statement in _STOP.split(text) if ":" in text else ():
            if self._initial.match(statement) is not None:
                found = self._of_initial.match(_plain(statement))
                if found is not None:
                    return f"{found['who']} ... {found['trait']}"
        return ""


def _without_given(found: re.Match[str]) -> str:
    return _without(found, "beside", "who", "family", "then")


def _without_both(found: re.Match[str]) -> str:
    """Without a second name: one that is no word besides, or any before small letters ('Jane Quixley is')."""
    family = _letters(found["family"] or "")
    known = family in names.surnames() and family not in names.words_that_are_names()
    if known or found["then"] or re.match(r"\s+[a-z]", found.string[found.end() :]):
        return _without(found, "beside", "who", "then")
    return _without_given(found)


def _without(found: re.Match[str], *parts: str) -> str:
    if _letters(found["name"]) not in names.given_names() or (found["beside"] and not found["then"]):
        return found.group()
    return "".join(found[part] or "" for part in parts)


def _letters(name: str) -> str:
    return names.plain_letters(name.strip().replace("’", "'").removesuffix("'s"))


def _plain(statement: str) -> str:
    """The words of a statement in small letters, with a stroke for each mark between them."""
    marked = _MARK.sub(" | ", _OWN.sub(" s ", _MUCH.sub(" excess ", statement.lower())))
    return " ".join(_NOT_WORD.sub(" ", marked).split())


def _words(text: str) -> Sequence[str]:
    if text.isascii():
        return text.lower().encode("ascii").translate(_ASCII).decode("ascii").split()
    return re.findall(r"[^\W_]+", text.lower())


def _first(phrase: str) -> str:
    """The first word of a phrase that says anything: 'care' of 'in care'."""
    words = phrase.split()
    return next((word for word in words if word not in _SMALL), words[-1])


def _either(words: Iterable[str]) -> str:
    listed: Sequence[str] = sorted(set(words), key=lambda word: (-len(word), word))
    made = (
        re.escape(word.rstrip("*")).replace(r"\ ", " ") + (r"\w*" if word.endswith("*") else "")
        for word in listed
    )
    return "|".join(made) or r"(?!)"

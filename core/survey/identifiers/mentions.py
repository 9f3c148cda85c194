"""A person named in a few words: in the description of a code, a code of one's own, a field name.

Descriptions are a vocabulary in which people's names stand for diseases, tests, firms and places, so a name
counts only where something says that it is somebody: a title, a relation, words such as 'seen by' or
'name:', a forename beside it, a comma between two names, or that it is a common name and nothing but a
name. Words are data: resources/names. Pure functions of the text; nothing is known of the export's patients.

What cannot be found: a single name that is in no list, with nothing beside it ('Quixley').
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from core.survey.identifiers.names import given_names, plain_letters, surnames, words_that_are_names
from resources import ROOT

#: Longer than any description in SNOMED CT (255 characters) or the NHS Data Dictionary's lists is a note.
LONGEST_DESCRIPTION = 400

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’‘`](?=[^\W\d_])|-(?=[^\W\d_]))*")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
_NOT_LETTER = re.compile(r"[^a-z]+")
_GLUED = re.compile(r"\b(?:Mr|Mrs|Miss|Dr|Prof)[A-Z]")
_SHORT_FORMS = ("d/w", "s/w", "c/o", "f.a.o", "a.k.a")
_POSSESSIVE = re.compile(r"['’‘`]s$|(?<=s)['’‘`]$")
_LEAST = 2  # letters of a surname
_SHORTEST_TRIGGER = 3
_PAIR = 2
_SHORT_TEXT = 20  # characters of 'J Smith'
_LONGEST_EPONYM = 3  # words of 'Lady Windermere syndrome'
_ABBREVIATION = 5  # letters
_INITIALS = r"(?:[A-Z](?:\.\s?|\s)){0,3}"
_NAME = r"[^\W\d_](?:[^\W\d_]|['’‘`\-](?=[^\W\d_]))+"
_PARTICLES = "de|la|le|van|von|der|den|and|of|or|&|du|da|di|el|al|y"
_NAMES_IN_A_ROW = rf"(?:\b[A-Z][\w'’‘`/-]*[\s,/-]+(?:(?:{_PARTICLES})[\s-]+)*){{1,5}}?"
_COMMA = re.compile(rf"({_NAME}),\s?({_NAME})")
_INITIALS_BETWEEN = re.compile(r"\s+(?:[A-Z]\.?\s*){1,2}")
_INITIALLED = re.compile(rf"(?:[A-Z]\.?\s?){{1,3}}({_NAME})|({_NAME})\s(?:[A-Z]\.?\s?){{1,3}}")


@dataclass(frozen=True)
class _Words:
    titles: frozenset[str]
    people: frozenset[str]
    relations: frozenset[str]
    before_places: frozenset[str]
    weak: frozenset[str]
    triggers: frozenset[str]
    surnames: frozenset[str]
    endings: tuple[str, ...]
    titled: re.Pattern[str]
    capital_titled: re.Pattern[str]
    bracketed: re.Pattern[str]
    related: re.Pattern[str]
    cued: re.Pattern[str]
    firm: re.Pattern[str]
    phrase: re.Pattern[str]
    eponym: re.Pattern[str]
    thing: re.Pattern[str]
    of_places: re.Pattern[str]
    jobs: frozenset[str]


def _either(words: list[str] | str, parted: str | None = None) -> str:
    listed = words.split(parted) if isinstance(words, str) else words
    plain = sorted({" ".join(word.split()) for word in listed if word.strip()}, key=len, reverse=True)
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in plain)


@cache
def _words() -> _Words:
    data = tomllib.loads((ROOT / "names" / "beside_people.toml").read_text(encoding="utf-8"))
    titles, firms = data["titles"], _either(data["firms"])
    any_title = _either(titles + " " + data["titles_before_capital"])
    weak = frozenset(data["weak_cues"].split())
    cues = {" ".join(cue.split()) for cue in data["cues"].split(";")} - weak
    triggers = {part for cue in cues for part in _NOT_LETTER.split(cue)[:2] if part not in weak}
    beside = f"{titles} {data['titles_before_capital']} {data['relations']} dw sw"
    triggers |= {part for word in beside.split() for part in _NOT_LETTER.split(word)}
    triggers -= {"law", "step", "the", "out", "after", "under"}
    # A surname that is a word as well is somebody's only beside a forename, a title, a comma or an initial.
    given, last = _listed()
    names = given | _common()[1]
    short = {word for word in triggers if len(word) < _SHORTEST_TRIGGER} - {
        "mr",
        "ms",
        "mx",
        "dr",
        "fr",
        "dw",
        "sw",
    }
    return _Words(
        triggers=frozenset((triggers - short) | names),
        surnames=last,
        titles=frozenset(titles.split()),
        people=frozenset(data["people"].split()),
        relations=frozenset(data["relations"].split()),
        before_places=frozenset(data["before_places"].split()),
        weak=weak,
        endings=tuple(data["endings"].split()),
        titled=re.compile(
            rf"\b((?i:{_either(titles)})(?![^\W_])|(?:Mr|Mrs|Miss|Dr|Prof)(?=[A-Z][a-z]))[._]?\s*{_INITIALS}({_NAME})"
        ),
        capital_titled=re.compile(
            rf"\b(?i:{_either(data['titles_before_capital'])})\b\.?\s+{_INITIALS}([A-Z](?:{_NAME}|\b))"
        ),
        bracketed=re.compile(rf"({_NAME})(?:\s[A-Z]\.?){{0,3}}\s*,?\s*\((?:{_either(titles)})\.?\)", re.I),
        related=re.compile(
            rf"\b(?:{_either(data['relations'])})\b(?:['’]s)?[\s:,(\"-]{{1,3}}(?:is\s+|called\s+|named\s+)?({_NAME})",
            re.I,
        ),
        cued=re.compile(
            rf"(?<![\w/])({_either(data['cues'], ';')})(?![\w/])[\s:;.=\"'(-]{{1,4}}"
            rf"(?:(?:the|a|her|his|their|my|our|patient|pt|{_either(data['relations'])}|{any_title})\b\.?[\s:,(-]{{1,3}}){{0,3}}"
            rf"({_NAME})(?:\s+({_NAME}))?",
            re.I,
        ),
        phrase=re.compile(rf"\b(?i:{_either(data['phrases'], ';')})(?![^\W_])"),
        firm=re.compile(
            rf"\((?:[^()]|\([^()]*\))*\b(?:{firms})\b\.?(?:[^()]|\([^()]*\))*\)?|"
            rf"(?:\b[A-Z][\w'’&.-]*\s+(?:&\s+)?){{1,4}}\b(?:{firms})\b",
            re.I,
        ),
        eponym=re.compile(
            rf"{_NAMES_IN_A_ROW}(?:[a-z][\w'’-]*[\s,/-]+){{0,2}}?\b(?:{_either(data['eponyms'])})\b"
            rf"|\b(?:{_either(data['eponyms'])})\s+of\s+(?:[A-Z][\w'’-]*(?:\s+and\s+|[\s-])?)+"
        ),
        thing=re.compile(rf"{_NAMES_IN_A_ROW}(?i:{_either(data['things'])})\b"),
        jobs=frozenset(data["jobs"].split()),
        of_places=re.compile(rf"\b(?:{_either(data['before_places'])})\b\.?\s+{_NAME}", re.I),
    )


@cache
def _common() -> tuple[frozenset[str], frozenset[str]]:
    """Given names and surnames that are nothing but names, as letters only."""
    words = words_that_are_names()
    plain = {plain_letters(word) for word in words}
    return (
        frozenset(plain_letters(n) for n in given_names()) - plain,
        frozenset(plain_letters(n) for n in surnames()) - plain,
    )


@cache
def _listed() -> tuple[frozenset[str], frozenset[str]]:
    """All listed given names and surnames, as letters only, with those that are words as well."""
    return frozenset(map(plain_letters, given_names())), frozenset(map(plain_letters, surnames()))


def names_somebody(text: str) -> bool:
    """Whether a short clinical text names a person.

    >>> names_somebody("Seen by Dr Patel"), names_somebody("Parkinson's disease")
    (True, False)
    """
    words = _words()
    if not text.isascii():
        text = _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    if not _could(text, words):
        return False
    text = words.phrase.sub(" ; ", text)
    if "(" in text or "Ltd" in text or "ltd" in text:
        text = words.firm.sub(" ", text)
    if _titled(text, words) or _cued(text, words):
        return True
    if _whole(text):
        return True
    rest = words.eponym.sub(" ; ", text)
    return _related(rest, words) or _paired(rest, words) or _alone(words.thing.sub(" ; ", rest), words)


def without_things(text: str) -> str:
    """A short clinical text without the names in it that a disease, a test, a firm or a place has."""
    words = _words()
    text = words.firm.sub(" ", words.phrase.sub(" ; ", text))
    text = words.thing.sub(" ; ", words.eponym.sub(" ; ", text))
    return words.of_places.sub(" ; ", text)


def words_beside_people() -> frozenset[str]:
    """Titles, relations, jobs and words for people ('locum', 'carer', 'user'): none is a name."""
    words = _words()
    return words.titles | words.people | words.relations | words.jobs


def _could(text: str, words: _Words) -> bool:
    """False for most texts, quickly: no word of theirs is a listed name or stands beside names."""
    if not text.isascii():
        return True
    lower = text.lower()
    if ("/" in text or "." in text) and any(form in lower for form in _SHORT_FORMS):
        return True
    if ("r" in text or "ss" in text) and _GLUED.search(text):
        return True
    parts = _NOT_LETTER.split(lower.replace("'s ", " ").replace("'", "") if "'" in text else lower)
    if not words.triggers.isdisjoint(parts):
        return True
    return ("," in text or len(text) <= _SHORT_TEXT) and not words.surnames.isdisjoint(parts)


def _titled(text: str, words: _Words) -> bool:
    for match in words.titled.finditer(text):
        title, name = match.group(1), match.group(2)
        if _is_name_after_title(title, name, words) and not _is_disease(text, match.start(2), words):
            return True
    for match in words.capital_titled.finditer(text):
        if _unfamiliar(match.group(1), words) and not _is_disease(text, match.start(1), words):
            return True
    return any(_unfamiliar(match.group(1), words) for match in words.bracketed.finditer(text))


def _is_name_after_title(title: str, name: str, words: _Words) -> bool:
    plain = plain_letters(name)
    if not _unfamiliar(name, words):
        # 'Dr Ward' and 'Mr Small', but no 'MR small bowel' and 'Dr on call'.
        return name.istitle() and not title.isupper() and plain in _listed()[1]
    if name[0].isupper():
        return not (title.isupper() and len(name) <= _LEAST)
    # In small letters the sure titles only, or a listed name: 'doctor advised', 'miss doses'.
    given, last = _common()
    return (title.lower() in ("mr", "mrs") and title != "MR") or plain in given or plain in last


def _is_disease(text: str, start: int, words: _Words) -> bool:
    """Whether an eponym begins here: 'Lady Windermere syndrome'."""
    match = words.eponym.match(text, start)
    return match is not None and len(match.group().split()) <= _LONGEST_EPONYM


def _cued(text: str, words: _Words) -> bool:
    given, last = _common()
    any_given, any_last = _listed()
    for match in words.cued.finditer(text):
        cue = " ".join(match.group(1).lower().split())
        name, following = match.group(2), match.group(3) or ""
        if _is_disease(text, match.start(2), words) or words.thing.match(text, match.start(2)):
            continue
        plain, after = plain_letters(name), plain_letters(following)
        if plain in given or plain in last or (plain in any_given and after in any_last):
            return True
        if cue not in words.weak and _stands_out(text, match.span(2), words):
            return True
    return False


def _stands_out(text: str, span: tuple[int, int], words: _Words) -> bool:
    """Whether a word is written as a name and is no word of medicine, where capitals mean anything."""
    name = text[slice(*span)]
    if not name[0].isupper() or not _unfamiliar(name, words):
        return False
    if name.isupper() and len(name) <= _ABBREVIATION and plain_letters(name) not in _listed()[1]:
        return False
    others = [w for w in _WORD.finditer(text) if w.start() and not span[0] <= w.start() < span[1]]
    long = [w.group() for w in others if len(w.group()) > _ABBREVIATION]
    return not long or not all(w[0].isupper() for w in long) or plain_letters(name) in _listed()[0]


def _related(text: str, words: _Words) -> bool:
    given, last = _common()
    any_last = _listed()[1]
    for match in words.related.finditer(text):
        name = match.group(1)
        plain = plain_letters(_bare(name))
        if plain in given or plain in last:
            return True
        if plain not in any_last and _stands_out(text, match.span(1), words):
            return True
    return False


def _paired(text: str, words: _Words) -> bool:
    """A forename beside a surname, a surname and a forename with a comma, a name with its initials."""
    given, last = _common()
    any_given, any_last = _listed()
    for match in _COMMA.finditer(text):
        one, other = (plain_letters(part) for part in match.groups())
        capitals = match.group(1)[0].isupper() and match.group(2)[0].isupper()
        sure = one in any_last or match.group(1).isupper() or other in given or _set_apart(text, match.span())
        if capitals and sure and other in any_given and _unfamiliar(match.group(1), words):
            return True
        if match.group(1).isupper() and one in any_last and match.group(2).istitle():
            return True
    found = [word for word in _WORD.finditer(text) if len(word.group()) > 1]
    for first, second in pairwise(found):
        gap = text[first.end() : second.start()]
        initial = _INITIALS_BETWEEN.fullmatch(gap) is not None
        if gap.strip(" \u00a0\t_.") and not initial:
            continue
        one, other = plain_letters(_bare(first.group())), plain_letters(_bare(second.group()))
        if (one in given and other in any_last) or (one in any_given and other in last):
            return True
        if one in last and other in given:
            return True
        pair = len(found) == _PAIR and _set_apart(text, (first.start(), second.end()))
        if pair and one in given and _unfamiliar(second.group(), words):
            return True
        if not (first.group()[0].isupper() and second.group()[0].isupper()):
            continue
        apart = initial or _set_apart(text, (first.start(), second.end()))
        likely = one in given or other in any_last or (apart and _unfamiliar(second.group(), words))
        if one in any_given and likely and (other in any_last or _unfamiliar(second.group(), words)):
            return True
        surname_first = first.group().isupper() and not second.group().isupper() and other in any_given
        if surname_first and (other in given or (apart and len(one) > _ABBREVIATION)):
            return True
    return False


def _set_apart(text: str, span: tuple[int, int]) -> bool:
    """Whether a run of words is all that stands between punctuation marks or the ends of the text."""
    before, after = text[: span[0]].rstrip(" "), text[span[1] :].lstrip(" ")
    return (not before or before[-1] in ":-,;(\n") and (not after or after[0] in ":-,;.)\n")


def _alone(text: str, words: _Words) -> bool:
    """A listed name that is nothing but a name, written as one, with nothing to make it a thing's."""
    given, last = _common()
    before = ""
    for match in _WORD.finditer(text):
        word = match.group()
        if word[0].isupper() and before not in words.before_places:
            for part in {word, *word.split("-")}:
                plain = plain_letters(_bare(part))
                if len(plain) > _LEAST and (plain in given or plain in last):
                    return True
        before = word.lower()
    return False


def _whole(text: str) -> bool:
    """Whether the text is nothing but an initial and a listed surname: 'J Smith', 'Smith J'."""
    match = _INITIALLED.fullmatch(text.strip())
    return match is not None and plain_letters(match.group(1) or match.group(2)) in _listed()[1]


def bare_word(word: str) -> str:
    """The name in 'Kowalski's'."""
    return _POSSESSIVE.sub("", word)


_bare = bare_word


def _unfamiliar(word: str, words: _Words) -> bool:
    """Whether nothing says that a word is one of medicine, work or English."""
    plain = _bare(word).lower()
    if len(plain) < _LEAST or plain in words.people or plain in words.relations or plain in words.titles:
        return False
    if plain_letters(plain) in _listed()[1] or plain_letters(plain) in _listed()[0]:
        return True
    return not plain.endswith(words.endings)

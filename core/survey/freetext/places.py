"""Where people live, stay, learn and work: addresses, towns, homes, schools, hospitals, employers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache

from core.survey.freetext.lexicon import cues, is_ordinary, known_names, listed, towns
from core.survey.freetext.spans import Span
from core.survey.freetext.words import CAPITAL, LOWER, UPPER, Word
from core.survey.identifiers.names import street_words, words_that_are_names

_KINDS = (
    r"road|rd|street|st|avenue|ave|lane|ln|close|crescent|cres|terrace|gardens|gdns|drive|grove|way|place|court|square|mews|rise|"
    r"hill|walk|row|park|green|parade|view|croft|wharf|quay|yard|gate|mount|fold|drove|garth|mead|meadow|meadows|broadway"
)
_PLAIN_KINDS = (
    r"road|rd|street|st|avenue|ave|lane|ln|close|crescent|cres|terrace|gardens|gdns|grove|mews|drive|way"
)
_NUMBER = (
    r"(?<![\w/.,\-£])(?:(?:flat|apartment|apt|unit|room|rm)\s?\w{1,4}[,\s]\s?)?"
    r"(?:\d{1,4}\s?[A-Za-z]?\b(?:\s?[-/&]\s?\d{1,4}[A-Za-z]?\b)?),?\s{1,2}"
)
_ONE = r"[A-Za-z][\w'’\-]{0,40}"
_TAIL = r"(?:,\s?(?:[A-Z][\w'’\-]{1,40})(?: (?:[A-Z][\w'’\-]{1,40}|on|upon|under|le|the)){0,4})"
_STREET = re.compile(
    rf"{_NUMBER}(?P<w>(?:[A-Z][\w'’.\-]{{0,40}}\s){{0,3}}[A-Z][\w'’.\-]{{0,40}}\s(?:(?i:{_KINDS})))\b\.?{_TAIL}{{0,4}}"
)
_LOWER_STREET = re.compile(
    rf"{_NUMBER}(?P<w>(?:{_ONE}\s){{1,3}}?(?i:{_PLAIN_KINDS}))\b\.?(?P<town>,?\s{_ONE})?", re.IGNORECASE
)
_WELSH = re.compile(
    rf"{_NUMBER}(?:Heol|Ffordd|Stryd|Clos|Maes|Bryn|Lon|Rhodfa|Cwrt|Rue|Strada|Via|Ulica|Calle)(?:\s[A-Za-z][\w'’\-]{{0,40}}){{1,3}}{_TAIL}{{0,3}}"
)
_TITLED = re.compile(
    rf"{_NUMBER}(?P<w>[A-Z][\w'’\-]{{1,40}}(?:\s[A-Z][\w'’\-]{{1,40}}){{1,3}}){_TAIL}{{1,3}}"
)
_BARE_STREET = re.compile(
    r"(?<![\w'’])(?:[A-Z][\w'’\-]{1,40}\s){1,3}(?:Road|Rd|Street|Avenue|Ave|Lane|Close|Crescent|Terrace|Gardens|Grove|Mews|Drive|ROAD|STREET|AVENUE|LANE|CLOSE|"
    rf"CRESCENT|TERRACE|GARDENS)\b{_TAIL}{{0,3}}"
)
_CUE = re.compile(
    r"\b(?:lives?|lived|living|resid(?:es?|ed|ing)|stay(?:s|ed|ing)?|moved?|visited|lodging|address|addr|home|flat|new|old)\b"
    r"\s{0,2}(?:(?:address|is|was|now|back|at|to|:|in|currently|alone|on)\s{0,2}){0,3}[:=]?\s{0,2}",
    re.IGNORECASE,
)
_PHRASE = r"(?:The\s)?[A-Z][\w'’\-]{1,40}(?: (?:[A-Z][\w'’\-]{1,40}|y|on|upon|under|the|of)){0,5}"
_AFTER_CUE = re.compile(
    rf"(?:(?:flat|apartment|apt|unit|room)\s?\w{{1,4}}[,\s]\s?)?\d{{1,4}}\s?[A-Za-z]?(?:\s?[-/]\s?\d{{1,4}}[A-Za-z]?)?,?\s{_PHRASE}(?:,\s?{_PHRASE}){{0,5}}"
    rf"|{_PHRASE}(?:,\s?(?:\d{{1,4}}\s)?{_PHRASE}){{1,5}}"
)
_HOUSE = re.compile(
    rf"(?<![\w'’])(?:The\s)?(?:[A-Z][\w'’\-]{{1,40}}\s){{1,3}}(?:Cottages?|Farm|Farmhouse|Barn|Vicarage|Rectory|Villas?|Towers?|Mill|Forge|Bungalow){_TAIL}{{0,4}}(?!\w)"
)


def find_addresses(text: str) -> Iterator[Span]:
    """Addresses, or parts of one, however they are written."""
    has_digit = any(c.isdigit() for c in text)
    if has_digit:
        for pattern in (_STREET, _WELSH):
            for match in pattern.finditer(text):
                yield _address(match.start(), match.end())
        for match in _LOWER_STREET.finditer(text):
            if _is_street(match["w"]):
                town = match["town"]
                keep_town = town is not None and not is_ordinary(town.strip(" ,"))
                yield _address(match.start(), match.end() if keep_town else match.end("w"))
        for match in _TITLED.finditer(text):
            if not _all_ordinary(match["w"]):
                yield _address(match.start(), match.end())
    for pattern in (_BARE_STREET, _HOUSE):
        for match in pattern.finditer(text):
            if not _all_ordinary(match.group().rsplit(None, 1)[0]):
                yield _address(match.start(), match.end())
    for cue in _CUE.finditer(text):
        found = _AFTER_CUE.match(text, cue.end())
        if found and not _all_ordinary(found.group()):
            yield _address(found.start(), found.end())


def _address(start: int, end: int) -> Span:
    return Span(start, end, "address", "address")


def _is_street(words: str) -> bool:
    """'22 crowther street', not '2 days on the way': a word before the kind that is none of everyday."""
    parts = words.split()
    kind, before = parts[-1].casefold(), parts[:-1]
    if kind in ("st", "close", "drive", "way", "lane", "rd", "ave", "ln", "grove"):
        return not all(is_ordinary(part) or part.casefold() in ("a", "the") for part in before)
    stop = {
        "the",
        "a",
        "of",
        "on",
        "in",
        "to",
        "at",
        "by",
        "and",
        "from",
        "across",
        "down",
        "off",
        "her",
        "his",
        "with",
    }
    return not any(part.casefold() in stop for part in before)


def _all_ordinary(words: str) -> bool:
    streets = street_words()
    parts = re.findall(r"[^\W\d_][\w'’\-]{0,40}", words)
    return all(
        is_ordinary(part) and part.casefold() not in streets and part.casefold() not in known_names()
        for part in parts
    )


def find_places(text: str, words: Sequence[Word], known: Collection[tuple[str, ...]]) -> Iterator[Span]:
    """Towns, places that the export's own fields name, institutions, employers, what follows 'lives in'."""
    groups = cues()["places"]
    firsts = _firsts()
    also: dict[str, list[tuple[str, ...]]] = {}
    for phrase in known:
        also.setdefault(phrase[0], []).append(phrase)
    for at, word in enumerate(words):
        if word.shape == LOWER and word.key not in also and word.key not in firsts:
            continue
        for phrases, why in ((firsts.get(word.key, ()), "town"), (also.get(word.key, ()), "known_place")):
            for phrase in phrases:
                stop = at + len(phrase)
                if tuple(w.key for w in words[at:stop]) == phrase and _is_place(
                    words, at, stop, groups["before"], surely=why == "known_place"
                ):
                    yield Span(
                        word.start, words[stop - 1].end, "place" if why == "town" else "organisation", why
                    )
        if word.key in groups["institutions"] and word.shape in (CAPITAL, UPPER):
            yield from _institution(words, at)
        if word.shape == UPPER and word.key in ("hmp", "yoi", "hmyoi", "raf", "hms") and at + 1 < len(words):
            end = _run(words, at + 1, 2)
            if end > at + 1:
                yield Span(word.start, words[end - 1].end, "organisation", "institution")
        if word.key == "ysbyty" or (word.key == "university" and _next_is(words, at, "of")):
            end = _run(words, at + 1 + (word.key == "university"), 3)
            yield Span(word.start, words[max(end, at + 1) - 1].end, "organisation", "institution")
    for at, word in enumerate(words):
        if word.key in groups["working"] or word.key in (
            "student",
            "teaches",
            "studies",
            "studying",
            "shift",
            "shifts",
        ):
            yield from _after(words, at, ("at", "for", "by", "with", "in", "as"), "organisation", "employer")
        if word.key in groups["living"] or word.key in (
            "back",
            "from",
            "resident",
            "transferred",
            "visiting",
            "travelled",
        ):
            yield from _after(
                words, at, ("in", "from", "to", "near", "of", "at", "back"), "place", "lives_in"
            )


@cache
def _firsts() -> Mapping[str, Sequence[tuple[str, ...]]]:
    """Towns by their first word."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted(towns()):
        found.setdefault(phrase[0], []).append(phrase)
    return found


def _is_place(words: Sequence[Word], at: int, stop: int, before: frozenset[str], *, surely: bool) -> bool:
    """A place of several words is one anywhere; of one word with a capital, if it is no illness or test and
    either no common word or surname, or has 'in', 'from' or 'to' before it. `surely`: a field names it."""
    if any(w.shape == LOWER for w in (words[at], words[stop - 1])):
        return stop - at > 1 and (surely or words[at].shape != LOWER)
    if stop < len(words) and words[stop].key in listed("clinical_after") and words[stop].gap.strip() == "":
        return False
    if stop - at > 1:
        return True
    key = words[at].key
    if key in words_that_are_names() or key in known_names() or is_ordinary(words[at].text):
        return at > 0 and words[at - 1].key in before
    return words[at].shape == CAPITAL or len(key) > 4


def _next_is(words: Sequence[Word], at: int, key: str) -> bool:
    return at + 1 < len(words) and words[at + 1].key == key


def _run(words: Sequence[Word], at: int, most: int) -> int:
    """The end of a run of words with a capital from `at`, at most so many."""
    stop = at
    while stop < min(len(words), at + most) and words[stop].shape in (CAPITAL, UPPER, "initial", "mixed"):
        if stop > at and words[stop].gap.strip(" &-'’"):
            break
        stop += 1
    return stop


def _institution(words: Sequence[Word], at: int) -> Iterator[Span]:
    """'St Bartholomew's School', 'Ashgrove Nursing Home', 'Bristol Royal Infirmary': capitals up to it."""
    general, of_a = cues()["places"]["general"], cues()["places"]["of_a"]
    begin = at
    while begin > 0 and words[begin].gap.strip(" .&'’s-") == "" and at - begin < 5:
        before = words[begin - 1]
        if before.shape not in (CAPITAL, UPPER, "initial", "mixed"):
            break
        begin -= 1
    own = [w for w in words[begin:at] if w.key not in of_a]
    while own and (
        own[0].key in general
        or (is_ordinary(own[0].text) and own[0].key not in ("st", "saint") and len(own) > 1 and own[0].first)
    ):
        begin = words.index(own[0]) + 1
        own = own[1:]
    named = (
        words[at].key in listed("named_houses") and not words[at].first and own and own[0].key not in general
    )
    if not own or (not named and all(w.key in general or _is_department(w) for w in own)):
        return
    yield Span(words[begin].start, words[at].end, "organisation", "institution")


def _is_department(word: Word) -> bool:
    return word.key.endswith(("ology", "iatry", "ics", "therapy", "iatrics", "surgery")) or (
        is_ordinary(word.text) and word.key not in known_names() and word.key not in ("st", "saint")
    )


def _after(words: Sequence[Word], at: int, links: tuple[str, ...], what: str, why: str) -> Iterator[Span]:
    """The capitals after 'works at', 'lives in': up to three, none of them a word of everyday alone."""
    start = at + 1
    if words[at].key == "job" and start < len(words) and words[start].key == "at":
        start += 1
    elif start < len(words) and words[start].key in links:
        start += 1
        if start < len(words) and words[start].key in ("at", "in", "to", "for", "the"):
            start += 1
    elif words[at].key not in ("from", "visiting"):
        return
    if start >= len(words) or words[start].gap.strip(" :("):
        return
    stop = _run(words, start, 3)
    if stop == start or all(is_ordinary(w.text) for w in words[start:stop]):
        return
    if words[at].key == "from" and (words[start].key in known_names() or stop - start > 1):
        return  # 'letter from Anna', 'from Karan Mehrotra': people
    yield Span(words[start].start, words[stop - 1].end, what, why)

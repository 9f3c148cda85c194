"""Every identifier in a text, in one pass: for notes, titles, JSON in a cell, and free text.

A text is first asked, cheaply, what it could hold at all: its letters and digits as a shape ('A9 9AA'), how
many digits, which words. Only the detectors that could answer are then run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from core.survey.identifiers_detector import Detector
from core.survey.identifiers_folding import folded
from core.survey.identifiers_table import DETECTORS

#: Hits less sure than this are not told unless asked for: they need other evidence.
TELLING = 0.5


class Found(NamedTuple):
    """An identifier in a text: text[start:end]. `what` is the id of a detector, `sure` from 0 to 1."""

    start: int
    end: int
    what: str
    sure: float


# What a text without a digit and without '@' may hold: titles, links, three words, 'c/o', disguised mail.
_DIGIT = re.compile(r"[0-9@]")
_WORDY = re.compile(
    r"M[rRsSxX]\b|Miss |MISS |Mast|Mstr|D[rR]\b|Doct|Prof|PROF|Rev|Sir |Dame |Lady |Lord |Nurse |Sister "
    r"|Matron |Midw|Cllr|Capt|Maj|Sgt|Fr |///|://|www\.|c/o|[ )\]}>]at[ (\[{<]|[(\[{<]at[)\]}>]|w3w|what3"
)
# Numbers of up to eight digits, decimals, dates and times: nothing here is told without a word beside it.
_TIME = r"(?:[ T]\d\d?:\d\d(?::\d\d(?:\.\d{1,9})?)?Z?)?"
_PLAIN = re.compile(
    rf"\s*[<>=+-]{{0,2}}\s?(?:\d{{1,8}}(?:\.\d{{1,8}})?%?|\d{{4}}-\d\d-\d\d{_TIME}"
    rf"|\d\d?[/.-]\d\d?[/.-]\d{{4}}{_TIME}|\d\d?[- ][A-Za-z]{{3}}[- ]\d{{2,4}}{_TIME}"
    r"|\d\d?:\d\d(?::\d\d)?|\d{1,3}/\d{1,3}|[A-Za-z0-9.]{1,4}|[A-Za-z0-9]{2,4}\.{1,3})\s*"
)
_SHAPE = str.maketrans(
    {**dict.fromkeys("0123456789", "9"), **{chr(c + k): "A" for k in range(26) for c in (65, 97)}, "\t": " "}
)
_TO_WORDS = str.maketrans(
    {**{chr(c): " " for c in range(128) if not chr(c).isalpha() and chr(c) not in "&/'"},
     **{chr(65 + k): chr(97 + k) for k in range(26)}}
)  # fmt: skip


@cache
def _sets(least: float) -> tuple[tuple[Detector, ...], dict[str, tuple[Detector, ...]], frozenset[str]]:
    """The detectors that may answer alone, those that need a word (by its first part), and all such words."""
    alone = tuple(d for d in DETECTORS if d.alone >= least or d.id == "date_of_birth")
    by_word: dict[str, list[Detector]] = {}
    for one in DETECTORS:
        if one not in alone and one.beside >= least:
            for name in one.first_words:
                for word in name.translate(_TO_WORDS).split()[:1]:
                    by_word.setdefault(word, []).append(one)
    return alone, {word: tuple(found) for word, found in by_word.items()}, frozenset(by_word)


def find_identifiers(text: str, *, least: float = TELLING) -> tuple[Found, ...]:
    """Every identifier in a text that we are at least so sure of, in order, without overlaps.

    Of two readings of one place the surer wins, then the longer. With a `least` of 0 shapes that say next to
    nothing are told too (a nine-digit number may be a passport's). Places are places in `text` as given,
    whatever dashes, blanks and digits it is written with.
    """
    plain = text if text.isascii() else folded(text)
    if _DIGIT.search(plain) is None:
        if _WORDY.search(plain) is None:
            return ()
    elif least >= TELLING and _PLAIN.fullmatch(plain) is not None:
        return ()
    alone, by_word, words = _sets(least)
    shape = plain.translate(_SHAPE)
    digits = shape.count("9")
    tokens = set(plain.translate(_TO_WORDS).split())
    said = words & tokens if digits > 2 or "." in plain else None
    chosen = [one for one in alone if digits >= one.digits and _may_hold(one, plain, shape, tokens)]
    if said:
        more = dict.fromkeys(one for word in said for one in by_word[word])
        chosen += [one for one in more if digits >= one.digits and _may_hold(one, plain, shape, tokens)]
    hits = [
        Found(start, end, one.id, sure)
        for one in chosen
        for start, end, sure in one.hits(plain)
        if sure >= least
    ]
    return _surest(hits) if hits else ()


def _may_hold(one: Detector, plain: str, shape: str, tokens: set[str]) -> bool:
    if one.tokens and one.tokens.isdisjoint(tokens):
        return False
    for need in one.needs:
        if need in shape:
            break
    else:
        if one.needs:
            return False
    for mark in one.marks:
        if mark in plain:
            return True
    return not one.marks


def _surest(hits: list[Found]) -> tuple[Found, ...]:
    kept: list[Found] = []
    for hit in sorted(hits, key=lambda hit: (-hit.sure, hit.start - hit.end, hit.start)):
        if all(hit.end <= other.start or hit.start >= other.end for other in kept):
            kept.append(hit)
    return tuple(sorted(kept))


def identifiers_by_kind(texts: Iterable[str], *, least: float = TELLING) -> dict[str, int]:
    """How many of the texts hold each sort of identifier, commonest first."""
    counts: dict[str, int] = {}
    for text in texts:
        for what in {hit.what for hit in find_identifiers(text, least=least)}:
            counts[what] = counts.get(what, 0) + 1
    return dict(sorted(counts.items(), key=lambda pair: -pair[1]))

"""Every identifier in a text, in one pass: for notes, titles, JSON in a cell, and free text.

A text is first asked, cheaply, what it could hold at all: its letters and digits as a shape ('A9 9AA'), how
many digits, which words. Only the detectors that could answer are then run.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from core.survey.identifiers.detector import Detector
from core.survey.identifiers.folding import folded
from core.survey.identifiers.table import DETECTORS

#: Hits less sure than this are not told unless asked for: they need other evidence.
TELLING = 0.5
_MOST_DIGITS = max(one.digits for one in DETECTORS)


class Found(NamedTuple):
    """An identifier in a text: text[start:end]. `what` is the id of a detector, `sure` from 0 to 1."""

    start: int
    end: int
    what: str
    sure: float


# What a text without a digit and without '@' may hold: titles, links, three words, 'c/o', disguised mail.
_DIGIT = re.compile(r"[0-9@]")
_WORDY = re.compile(
    r"M[rRsSxX][sS]?\b|Miss |MISS |Mast|Mstr|D[rR]\b|Doct|Prof|PROF|Rev|Sir |Dame |Lady |Lord |Nurse |Sister "
    r"|Matron |Midw|Cllr|Capt|Maj|Sgt|Fr |///|://|www\.|c/o|[ )\]}>]at[ (\[{<]|[(\[{<]at[)\]}>]|w3w|what3"
)
# Numbers of up to 8 digits or 13 to 18, decimals, dates, times: without a word beside it nothing is told.
_TIME = r"(?:[ T]\d\d?:\d\d(?::\d\d(?:\.\d{1,9})?)?Z?)?"
_PLAIN = re.compile(
    rf"\s*[<>=+-]{{0,2}}\s?(?:\d{{1,8}}(?:\.\d{{1,8}})?%?|\d{{4}}-\d\d-\d\d{_TIME}"
    rf"|\d\d?[/.-]\d\d?[/.-]\d{{4}}{_TIME}|\d\d?[- ][A-Za-z]{{3}}[- ]\d{{2,4}}{_TIME}"
    r"|\d\d?:\d\d(?::\d\d)?|\d{1,3}/\d{1,3}|[A-Za-z0-9.]{1,4}|[A-Za-z0-9]{2,4}\.{1,3}|[1-9]\d{12,17})\s*"
)
_LETTERS = bytes(range(65, 91)) + bytes(range(97, 123))
_DIGITS = b"0123456789"
# Tables for bytes, which work many times as fast as those for text.
_SHAPE = bytes.maketrans(_LETTERS + _DIGITS + b"\t", b"A" * 52 + b"9" * 10 + b" ")
# What stands between the digits of one number is left out, and what is no digit parts one from the next.
_RUNS = bytes(32 if chr(c) not in "0123456789" else c for c in range(256))
_BETWEEN = b" \t\r\n\v\f-./\\(),_+:;"
_WORDS = bytes(c + 32 if 65 <= c <= 90 else c if 97 <= c <= 122 or c > 127 else 32 for c in range(256))


def _words_of(plain: str) -> set[str]:
    """The words of a text in lower case, without digits and most signs."""
    if plain.isascii():
        return set(plain.encode("ascii").translate(_WORDS).decode("ascii").split())
    return set(plain.casefold().encode("utf-8").translate(_WORDS).decode("utf-8").split())


@dataclass(frozen=True)
class _Chosen:
    """The detectors for one `least`: those that may answer alone, by how many digits a text has, and those
    that need their name in it, by that name's first word."""

    alone: tuple[tuple[Detector, ...], ...]
    named: dict[str, tuple[Detector, ...]]
    words: frozenset[str]


@cache
def _chosen(least: float) -> _Chosen:
    alone = [one for one in DETECTORS if one.alone >= least]
    named: dict[str, list[Detector]] = {}
    for one in DETECTORS:
        if one not in alone and one.beside >= least:
            for word in {max(_words_of(first), key=len) for first in one.first_words}:
                named.setdefault(word, []).append(one)
    return _Chosen(
        tuple(tuple(one for one in alone if one.digits <= digits) for digits in range(_MOST_DIGITS + 1)),
        {word: tuple(found) for word, found in named.items()},
        frozenset(named),
    )


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
    ready = _chosen(least)
    raw = plain.encode("ascii", "replace")
    shape = raw.translate(_SHAPE).decode("ascii")
    digits = max(map(len, raw.translate(_RUNS, _BETWEEN).split()), default=0)
    tokens = _words_of(plain)
    chosen = _that_may_hold(ready.alone[min(digits, _MOST_DIGITS)], plain, shape, tokens)
    if digits or "." in plain:
        said = ready.words & tokens
        if said:
            more = dict.fromkeys(one for word in said for one in ready.named[word] if digits >= one.digits)
            chosen += _that_may_hold(more, plain, shape, tokens)
    if not chosen:
        return ()
    hits = [
        Found(start, end, one.says or one.id, sure)
        for one in chosen
        for start, end, sure in one.hits(plain)
        if sure >= least
    ]
    return _surest(hits) if hits else ()


def _that_may_hold(detectors: Iterable[Detector], plain: str, shape: str, tokens: set[str]) -> list[Detector]:
    """Those that could find anything. Plain loops: this is where the time goes."""
    chosen = []
    for one in detectors:
        if one.tokens and one.tokens.isdisjoint(tokens):
            continue
        if one.needs:
            for need in one.needs:
                if need in shape:
                    break
            else:
                continue
        if one.marks:
            for mark in one.marks:
                if mark in plain:
                    break
            else:
                continue
        chosen.append(one)
    return chosen


def _surest(hits: list[Found]) -> tuple[Found, ...]:
    starts: list[int] = []
    kept: list[Found] = []
    for hit in sorted(hits, key=lambda hit: (-hit.sure, hit.start - hit.end, hit.start)):
        place = bisect_left(starts, hit.start)
        if place and kept[place - 1].end > hit.start:
            continue
        if place < len(kept) and kept[place].start < hit.end:
            continue
        starts.insert(place, hit.start)
        kept.insert(place, hit)
    return tuple(kept)

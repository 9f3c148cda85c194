"""The names that this export knows, in what is left of a note after everything else was found.

The release's attack reads kept text for the names of the row's own patient and household, in any case, and
for other patients' names. This goes by the same rules, so that what the attack would call a leak is gone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.survey.freetext.eponyms import AFTER_EPONYM
from core.survey.freetext.known import SHORT, Names, common, name_pairs
from core.survey.freetext.lexicon import is_ordinary, letters_of
from core.survey.freetext.spans import Span
from core.survey.identifiers.names import TITLES

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’`])*")
_POSSESSIVE = re.compile(r"['’`]s\b|s['’`](?!\w)")
_MISREAD = re.compile(r"\b(?=\w*[A-Za-z])(?=\w*[013458])\w{4,20}\b")
_DIGITS_FOR = (str.maketrans("013458", "oleasb"), str.maketrans("013458", "oieasb"))
_SPACED = re.compile(r"(?<!\w)(?:[^\W\d_][ .]){3,}[^\W\d_](?!\w)")
_INITIALS = re.compile(r"(?<![\w.])([A-Z])\.\s?([A-Z])\.?(?![\w])")


@dataclass(frozen=True)
class _Use:
    start: int
    end: int
    name: str
    form: str  # 'titled', 'alone', 'inside', 'first', 'plain': as in the release's attack


def covered(text: str, spans: tuple[Span, ...]) -> str:
    """The text with what goes blanked, at its length."""
    pieces, last = [], 0
    for span in spans:
        pieces += [text[last : span.start], "\x00" * (span.end - span.start)]
        last = span.end
    return "".join((*pieces, text[last:]))


def find_known(text: str, names: Names) -> Iterator[Span]:
    """The own names, what is like them, and other patients' names in a text (as `covered` leaves it)."""
    if not names.own and not names.everybody.names:
        return
    words = list(_WORD.finditer(text))
    if not words:
        return
    lower_somewhere = any(match.group()[0].islower() for match in words)
    told = [m for m in words if len(m.group()) > 1 and m.group().casefold() not in TITLES]
    uses = [
        use
        for number, match in enumerate(words)
        if (use := _use(text, words, number, match, names, lower_somewhere, len(told) == 1)) is not None
    ]
    own = [use for use in uses if use.name in names.own]
    everything_own = len({use.name for use in own}) > 1
    for use in uses:
        if use.name in names.own:
            if everything_own or use.form in ("titled", "alone", "inside") or not common(use.name):
                yield Span(use.start, use.end, "name", "own")
        elif use.form == "titled" or (use.form != "plain" and not common(use.name)):
            yield Span(use.start, use.end, "name", "patient")
    yield from _alike(text, words, names)
    yield from _full_names(words, names)


def _use(
    text: str,
    words: list[re.Match[str]],
    number: int,
    match: re.Match[str],
    names: Names,
    lower_somewhere: bool,
    alone: bool,
) -> _Use | None:
    written = match.group()
    bare = _POSSESSIVE.sub("", written)
    for plain in dict.fromkeys((letters_of(written), letters_of(bare))):
        if len(plain) >= SHORT and (plain in names.own or plain in names.everybody.names):
            break
    else:
        return None
    if AFTER_EPONYM.match(text, match.start() + len(bare)):
        return None
    before = words[number - 1].group().casefold() if number else ""
    form = "plain"
    if before in TITLES:
        form = "titled"
    elif alone:
        form = "alone"
    elif written[0].isupper():
        form = "inside" if number and lower_somewhere else "first"
    return _Use(match.start(), match.start() + len(bare), plain, form)


def _alike(text: str, words: list[re.Match[str]], names: Names) -> Iterator[Span]:
    """Short forms (Bill), slips of the pen (Kowalksi), letters read as digits (Kowa1ski), initials (J.S.)."""
    if not names.own:
        return
    for match in words:
        written = match.group()
        key = letters_of(_POSSESSIVE.sub("", written))
        if key in names.own:
            continue
        ordinary = is_ordinary(written)
        if key in names.short_forms:
            if (
                not ordinary
                and (written[0].isupper() or len(key) >= 4)
                and not (common(key) and written.islower())
            ):
                yield Span(match.start(), match.end(), "name", "own_like")
        elif (not ordinary and names.is_like_own(key) and not common(key)) or names.is_glued(key):
            yield Span(match.start(), match.end(), "name", "own_like")
    for match in _SPACED.finditer(text):
        if letters_of(match.group()) in names.own:
            yield Span(match.start(), match.end(), "name", "own")
    for match in _MISREAD.finditer(text):
        for table in _DIGITS_FOR:
            key = match.group().casefold().translate(table)
            if len(key) >= 4 and key in names.own:
                yield Span(match.start(), match.end(), "name", "own_like")
    for match in _INITIALS.finditer(text):
        if (match[1] + match[2]).casefold() in names.initials:
            yield Span(match.start(), match.end(), "name", "initials")


def _full_names(words: list[re.Match[str]], names: Names) -> Iterator[Span]:
    """Two words that together are the full name of a patient, in any case."""
    everybody = names.everybody
    if everybody.known is None or len(words) < 2:
        return
    there = [match for match in words if len(match.group()) > 1]
    keys = [letters_of(match.group()) for match in there]
    bare = [letters_of(_POSSESSIVE.sub("", match.group())) for match in there]
    keys = [b if b in everybody.names else k for k, b in zip(keys, bare, strict=True)]
    for first, last, full in name_pairs(keys, everybody.names):
        if everybody.has("full_names", full):
            for at in (first, last):
                yield Span(there[at].start(), there[at].end(), "name", "full_name")

"""Objections that stand outside the fields of codes: in a value, a note, a title, a field nobody named.

An objection found there counts as made; a withdrawal found there counts for nothing: whoever typed it may
have typed of it, and a mistake must never be to the patient's harm. Codes are looked for whole and with their
case, terms word for word. Source of codes and terms: resources/codelists/objections.csv. That an address is
confidential is found by words of objection_words.toml as well, and so is an objection that is a whole short
text ('Type 1 opt-out' as a remark).

A whole column is searched at once as one run of text, for nearly every block has none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.survey.codes.listed_codes import ObjectionCode
from core.survey.objection_words import (
    IN_TEXTS,
    confidential_in_text,
    objection_stated,
    rough_confidential,
    rough_statement,
)
from core.survey.results import OBJECTIONS

_CONFIDENTIAL = OBJECTIONS.index(IN_TEXTS)
_READ = re.compile(r"[0-9A-Za-z]{3,5}\.{0,2}")


@dataclass(frozen=True)
class Tokens:
    """What to look for. `rough` finds every text that may hold an objection, for Arrow's engine; `exact`
    finds the codes and terms themselves; `meanings` are places in OBJECTIONS by what `exact` found, terms in
    small letters and without marks."""

    rough: str
    exact: re.Pattern[str]
    meanings: Mapping[str, int]

    def in_text(self, text: str) -> frozenset[int]:
        """Which objections a text holds, as places in OBJECTIONS."""
        found = set()
        for match in self.exact.finditer(text):
            code, term = match.group("code"), match.group("term")
            found.add(self.meanings[_key_of_code(code) if code else _key_of_term(term)])
        if confidential_in_text(text):
            found.add(_CONFIDENTIAL)
        if not found and (stated := objection_stated(text)):
            found.add(OBJECTIONS.index(stated))
        return frozenset(found)


def tokens_of(codes: Mapping[str, ObjectionCode]) -> Tokens:
    """The tokens of all codes that record an objection. A Read code of three or four signs with no small
    letter among them ('93C3') is looked for with its dots: it may as well be another number."""
    meanings: dict[str, int] = {}
    rough: list[str] = []
    code_patterns: list[str] = []
    terms: set[str] = set()
    for code, objection in codes.items():
        if not objection.made:
            continue
        meaning = OBJECTIONS.index(objection.meaning)
        meanings[_key_of_code(code)] = meaning
        bare = code.rstrip(".")
        rough.append(re.escape(bare))
        code_patterns.append(_pattern_of_code(code, bare))
        if "(" not in objection.term:
            meanings[_key_of_term(objection.term)] = meaning
            terms.add(objection.term)
    wordwise = [r"\W+".join(map(re.escape, re.findall(r"\w+", term))) for term in sorted(terms)]
    exact = re.compile(
        rf"(?<![0-9A-Za-z])(?P<code>{'|'.join(code_patterns)})(?![0-9A-Za-z])"
        rf"|\b(?P<term>(?i:{'|'.join(wordwise)}))\b"
    )
    roughly = [*sorted(rough), f"(?i:{'|'.join(wordwise)})", rough_confidential(), rough_statement()]
    return Tokens("|".join(roughly), exact, meanings)


def _pattern_of_code(code: str, bare: str) -> str:
    if code.isdigit() or len(bare) == 5:
        return re.escape(bare)
    dots = re.escape("." * (5 - len(bare)))
    plain = any(character.islower() for character in bare)
    # '9Nu0', '9Nu0.', '9Nu0.00', '9Nu000': the dot or its two digits more, never another letter.
    return rf"{re.escape(bare)}(?:{dots}(?:\d\d)?{'|00|' if plain else ''})"


def _key_of_code(text: str) -> str:
    if text.isdigit() and len(text) > 5:
        return text
    return text[:5].rstrip(".") if not text[4:5].isdigit() or len(text) == 5 else text[:4].rstrip(".")


def _key_of_term(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def objecting_rows(column: pa.Array, tokens: Tokens) -> list[tuple[npt.NDArray[np.int64], int]]:
    """The rows of a column of texts that hold an objection, with its place in OBJECTIONS."""
    if not _may_hold(column, tokens.rough):
        return []
    maybe = pc.match_substring_regex(column, tokens.rough)
    rows = np.flatnonzero(pc.fill_null(maybe, False).to_numpy(zero_copy_only=False))
    by_meaning: dict[int, list[int]] = {}
    for row, text in zip(rows.tolist(), column.take(pa.array(rows)).to_pylist(), strict=True):
        for meaning in tokens.in_text(text):
            by_meaning.setdefault(meaning, []).append(row)
    return [(np.array(found, dtype=np.int64), meaning) for meaning, found in sorted(by_meaning.items())]


def _may_hold(column: pa.Array, rough: str) -> bool:
    """Whether the column's text as one run holds anything at all; never False where a cell does."""
    if len(column) == 0:
        return False
    offsets = np.frombuffer(column.buffers()[1], dtype=np.int32)[
        column.offset : column.offset + len(column) + 1
    ]
    start, stop = int(offsets[0]), int(offsets[-1])
    if start == stop:
        return False
    run = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(np.array([start, stop], dtype=np.int32)), column.buffers()[2]]
    )
    found = pc.match_substring_regex(run, rough)
    return bool(found[0].as_py())

"""Recall for screening that a patient declined or was ceased from: by words, clusters, codes and fields.

What a person on a recall list refused is not an objection to data leaving; it is what the people who send the
list must see. The words are data (resources/recall.toml).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

from core.survey.results import OBJECTIONS, PROGRAMMES, RECALLS
from resources import ROOT

_NOT_WORD = re.compile(r"[\W_]+")
_NO = frozenset(
    ("", "false", "no", "n", "f", "0", "none", "null", "na", "n a", "nil", "not ceased", "not declined")
)


@dataclass(frozen=True)
class _Words:
    programmes: Mapping[str, re.Pattern[str]]
    about: re.Pattern[str]
    resumed: re.Pattern[str]
    declined: re.Pattern[str]
    ceased: re.Pattern[str]
    clusters: Mapping[str, str]
    codes: Mapping[str, str]
    fields: Mapping[str, frozenset[str]]


@cache
def _words() -> _Words:
    data = tomllib.loads((ROOT / "recall.toml").read_text(encoding="utf-8"))
    words = {name: re.compile(pattern) for name, pattern in data["words"].items()}
    for name in (*data["clusters"].values(), *data["unverified_codes"].values()):
        RECALLS.index(name)
    return _Words(
        {name: re.compile(data["programmes"][name]) for name in PROGRAMMES if name != "unnamed"},
        words["about"],
        words["resumed"],
        words["declined"],
        words["ceased"],
        data["clusters"],
        data["unverified_codes"],
        {name: frozenset(headings) for name, headings in data["fields"].items()},
    )


def recall_of_term(term: str) -> tuple[str, bool] | None:
    """(one of RECALLS, True where it holds and False where recall was taken up again) of a coded term that
    names its programme, None for any other text."""
    words = _words()
    if term in words.clusters:
        return words.clusters[term], True
    text = term.casefold()
    if not words.about.search(text):
        return None
    programme = next((name for name, pattern in words.programmes.items() if pattern.search(text)), None)
    if programme is None:
        return None
    return _said(programme, text)


def recall_of_code(code: str) -> tuple[str, bool] | None:
    """The same by a code. All of them are unverified."""
    name = _words().codes.get(code)
    return None if name is None else (name, True)


def _said(programme: str, text: str) -> tuple[str, bool] | None:
    words = _words()
    declined, ceased = words.declined.search(text), words.ceased.search(text)
    if declined is None and ceased is None:
        return None
    what = "declined" if declined is not None else "ceased"
    return f"{programme}.{what}", words.resumed.search(text) is None


@dataclass(frozen=True)
class RecallField:
    """A field about recall. `sort` is ceased, declined or states; `programme` what heading and table name."""

    sort: str
    programme: str

    def says(self, text: str) -> str | None:
        """The one of RECALLS that a cell says, None where it says none."""
        return _cell(self.sort, self.programme, text)


@lru_cache(maxsize=10_000)
def _cell(sort: str, programme: str, text: str) -> str | None:
    word = _NOT_WORD.sub(" ", text).strip().casefold()
    if word in _NO:
        return None
    named = programme_of(text)
    programme = programme if named == "unnamed" else named
    if sort != "states":
        return f"{programme}.{sort}"
    said = _said(programme, text.casefold())
    return said[0] if said is not None and said[1] else None


def programme_of(text: str) -> str:
    """The screening programme that a heading, a table's name or a cell names; 'unnamed' for none."""
    spoken = _NOT_WORD.sub(" ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)).casefold()
    return next((name for name, p in _words().programmes.items() if p.search(spoken)), "unnamed")


def recall_rows(
    asked: RecallField, words: Sequence[str], indices: npt.NDArray[np.int32]
) -> list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int16]]]:
    """The rows of a field that tell of recall, with 2 * meaning + 1, meanings numbered after OBJECTIONS.
    `words` are its distinct cells, `indices` each row's, -1 for none."""
    said = [asked.says(word) for word in words]
    number = np.array([-1 if name is None else RECALLS.index(name) for name in said] + [-1], dtype=np.int16)
    if not (number >= 0).any():
        return []
    told = number[indices]
    rows = np.flatnonzero(told >= 0)
    return [(rows, (2 * (len(OBJECTIONS) + told[rows]) + 1).astype(np.int16))]


def recall_field(header: str, table: str) -> RecallField | None:
    """How to read a field whose heading is about recall, None for any other. A programme may stand before the
    words ('Cervical screening status')."""
    heading = _NOT_WORD.sub(" ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)).strip().casefold()
    for sort, headings in _words().fields.items():
        if any(heading == known or heading.endswith(f" {known}") for known in headings):
            programme = programme_of(header)
            return RecallField(sort, programme if programme != "unnamed" else programme_of(table))
    return None

"""The weak part of the attack: single names in cells that were not planned to hold one.

3% of code descriptions hold one of 500 common surnames, so a name alone proves little. What counts is
whose row it is in, how it is written, and whether people who do not bear it have it too: 'White blood
cell count' in the row of a patient called White is a test, 'seen by Mr White' is a name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from core.model import Kind, Role
from core.protection.plan import FieldPlan
from core.release.leaks import Known, full_name_in
from core.survey.freetext.eponyms import AFTER_EPONYM
from core.survey.identifiers import plain_letters
from core.survey.identifiers.names import TITLES, words_that_are_names

#: So many other patients with the same words make them vocabulary.
_SHARED = 3
_REMEMBERED = 200_000
_SHORT = 2
_GLUED = 4  # letters of each of two names in one word

#: Fields of words from a list, where a word that is also a name is the word.
_VOCABULARY = frozenset(
    (
        Role.TERM,
        Role.CODE,
        Role.ETHNICITY,
        Role.SOCIAL,
        Role.SEX,
        Role.STATUS,
        Role.UNIT,
        Role.FLAG,
        Role.AREA,
    )
)

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’`])*")
_POSSESSIVE = re.compile(r"['’`]s\b|s['’`](?!\w)")


@dataclass
class _Use:
    """How a cell uses a word that is somebody's name."""

    name: str
    form: str  # 'titled', 'alone', 'inside', 'plain'


@dataclass
class _Doubt:
    row: int
    rows: int
    name: str
    text: int
    sure: bool


@dataclass
class NameAttack:
    """Looks through one field for names; fed value by value with the rows that have it, judged at the end."""

    plan: FieldPlan
    known: Known
    #: The survey took the field for free text, or could not tell, whatever a person decided since.
    written_freely: bool = False
    _uses: dict[str, tuple[_Use, ...]] = field(default_factory=dict)
    _doubts: list[_Doubt] = field(default_factory=list)
    _others_with_text: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    _others_with_name: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    _full: dict[str, bool] = field(default_factory=dict)

    @property
    def free_text(self) -> bool:
        plain = (Kind.FREE_TEXT, Kind.UNKNOWN)
        return self.written_freely or self.plan.kind in plain or self.plan.role is Role.NOTE

    def uses(self, text: str) -> tuple[_Use, ...]:
        """The words of a cell that are patients' names, with how they are used. Eponyms are no names."""
        found = self._uses.get(text)
        if found is None:
            if len(self._uses) > _REMEMBERED:
                self._uses.clear()
            found = self._uses[text] = tuple(_uses(text, self.known.names))
        return found

    def has_full_name(self, text: str) -> bool:
        """Whether a cell holds a patient's first and last name side by side."""
        if len(self.uses(text)) < 2:
            return False
        found = self._full.get(text)
        if found is None:
            if len(self._full) > _REMEMBERED:
                self._full.clear()
            found = self._full[text] = full_name_in(text, self.known)
        return found

    def see(self, text: str, rows: npt.NDArray[np.int64], patients: npt.NDArray[np.int32]) -> None:
        """Take in a cell's text with the rows (of the file) that hold it and their patients."""
        uses = self.uses(text)
        key = hash(text)
        if not uses or self._is_vocabulary(key, uses):
            return
        named = patients >= 0
        rows, patients = rows[named], patients[named]
        own = {use.name: _among(patients, self.known.bearers(use.name)) for use in uses}
        borne = np.sum(list(own.values()), axis=0)
        _add(self._others_with_text[key], patients[borne == 0])
        for name, mask in own.items():
            _add(self._others_with_name[name], patients[~mask])
        self._doubt(rows[borne > 1], uses[0].name, key, sure=True)
        for use in uses:
            if self._suspicious(use):
                self._doubt(rows[own[use.name]], use.name, key, sure=False)

    def _is_vocabulary(self, key: int, uses: tuple[_Use, ...]) -> bool:
        return len(self._others_with_text[key]) >= _SHARED and all(
            len(self._others_with_name[use.name]) >= _SHARED for use in uses
        )

    def _doubt(self, rows: npt.NDArray[np.int64], name: str, key: int, *, sure: bool) -> None:
        if len(rows):
            self._doubts.append(_Doubt(int(rows[0]), len(rows), name, key, sure))

    def names_in_text(self, text: str) -> bool:
        """For free text: whether a cell holds the single name of any patient."""
        return any(
            use.form == "titled" or not _common(use.name) for use in self.uses(text) if use.form != "plain"
        )

    def found(self) -> tuple[int, int]:
        """(first row, rows) in which a patient's own or a household's name stands; (0, 0) where none does."""
        rows: dict[int, int] = {}
        for doubt in self._doubts:
            if len(self._others_with_text[doubt.text]) >= _SHARED:
                continue
            if not doubt.sure and len(self._others_with_name[doubt.name]) >= _SHARED:
                continue
            rows[doubt.row] = max(rows.get(doubt.row, 0), doubt.rows)
        return (min(rows) + 1, sum(rows.values())) if rows else (0, 0)

    def _suspicious(self, use: _Use) -> bool:
        if use.form == "titled":
            return True
        if not _common(use.name):
            return True
        if self.plan.role in _VOCABULARY:
            return False
        return use.form in ("alone", "inside")


def _common(name: str) -> bool:
    return len(name) <= _SHORT or name in words_that_are_names()


def _add(people: set[int], patients: npt.NDArray[np.int32]) -> None:
    """Note up to _SHARED different patients."""
    while len(people) < _SHARED and len(patients):
        people.add(int(patients[0]))
        patients = patients[patients != patients[0]]


def _among(patients: npt.NDArray[np.int32], bearers: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    if not len(bearers):
        return np.zeros(len(patients), dtype=np.bool_)
    places = np.minimum(np.searchsorted(bearers, patients), len(bearers) - 1)
    same: npt.NDArray[np.bool_] = bearers[places] == patients
    return same


def _uses(text: str, names: frozenset[str]) -> list[_Use]:
    words = list(_WORD.finditer(text))
    if not words:
        return []
    lower_somewhere = any(word.group()[0].islower() for word in words)
    told = [word for word in words if len(word.group()) > 1 and word.group().casefold() not in TITLES]
    uses = []
    for number, word in enumerate(words):
        plain = plain_letters(word.group())
        name = plain if plain in names else _base(word.group())
        if name not in names and name.endswith("s") and len(name) > _GLUED and not _common(name[:-1]):
            name = name[:-1]  # 'Quixleys asthma'
        if name not in names or len(name) < _SHORT:
            # Counts where both are the row's own patient's, as a file's or an account's name.
            uses += [_Use(part, "plain") for part in _glued(plain, names)]
            continue
        if AFTER_EPONYM.match(text, word.start() + len(_unpossessed(word.group()))):
            continue
        before = words[number - 1].group().casefold() if number else ""
        if before in TITLES:
            form = "titled"
        elif len(told) == 1:
            form = "alone"
        elif word.group()[0].isupper() and number and lower_somewhere:
            form = "inside"
        elif word.group()[0].isupper():
            form = "first"
        else:
            form = "plain"
        uses.append(_Use(name, form))
    return uses


def _glued(word: str, names: frozenset[str]) -> tuple[str, ...]:
    """The two names that 'quixleygwendolen' is made of."""
    for at in range(_GLUED, len(word) - _GLUED + 1):
        if word[:at] in names and word[at:] in names and word[:at] != word[at:]:
            return word[:at], word[at:]
    return ()


def _unpossessed(word: str) -> str:
    return _POSSESSIVE.sub("", word)


def _base(word: str) -> str:
    """The name in 'Kowalski's'."""
    return plain_letters(_unpossessed(word))

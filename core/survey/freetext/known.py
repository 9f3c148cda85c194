"""Who may be named in a row's note: the patient, the household, all others, staff, third parties."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from core.survey.freetext.lexicon import doubtful, is_ordinary, known_names, nicknames
from core.survey.hashing import Hashes, holds
from core.survey.identifiers import name_neighbours, normalise
from core.survey.identifiers.names import TITLES, name_parts, plain_letters, words_that_are_names
from core.survey.results import KnownIdentifiers

#: A cell with one of these words names where somebody works: its ordinary words are nobody's name.
_WORKPLACES = frozenset(
    ("hospital", "clinic", "surgery", "pharmacy", "hospice", "chemist", "infirmary", "centre")
)
SHORT = 2  # a name of two letters or fewer is a word or a unit more often than a name
_SPLIT = re.compile(r"[\s\-]+")


@dataclass(frozen=True)
class Everybody:
    """What one export knows of names, the same for all of its rows. Empty where there is no export."""

    names: Collection[str] = frozenset()  # single names of any patient, lower-case letters
    staff: frozenset[str] = frozenset()  # single names of staff and of third parties
    places: frozenset[tuple[str, ...]] = frozenset()  # the words of cells that name places and organisations
    known: KnownIdentifiers | None = field(default=None, repr=False)

    @staticmethod
    def of(known: KnownIdentifiers) -> Everybody:
        """What the survey found."""
        told = known.names_of_patient
        all_names = getattr(told, "all_names", None)
        names = all_names() if all_names is not None else frozenset().union(*told.values())
        return Everybody(
            names, _singles((*known.staff_names, *known.other_names)), _phrases(known.places), known
        )

    def has(self, what: str, canonical: Iterable[str]) -> bool:
        """Whether one of these identifiers is a patient's; `what` names the array of KnownIdentifiers."""
        if self.known is None:
            return False
        held: Hashes = getattr(self.known, what)
        return bool(len(held)) and any(holds(held, text) for text in canonical)


@dataclass(frozen=True)
class Names:
    """The names of one row's patient and household (lower-case letters), and what all rows share."""

    own: frozenset[str] = frozenset()
    everybody: Everybody = Everybody()

    @cached_property
    def short_forms(self) -> frozenset[str]:
        """Other forms of the own names: Bill for William."""
        table = nicknames()
        return frozenset().union(*(table.get(name, frozenset()) for name in self.own)) - self.own

    @cached_property
    def long(self) -> tuple[str, ...]:
        """Own names long enough for a slip of the pen to be told from another name."""
        return tuple(sorted(name for name in self.own if len(name) >= 5))

    @cached_property
    def initials(self) -> frozenset[str]:
        """Two initials of the own names, in either order."""
        letters = {name[0] for name in self.own if len(name) > SHORT}
        return frozenset(a + b for a in letters for b in letters)

    def is_like_own(self, key: str) -> bool:
        """Whether a word is one letter away from a long own name."""
        return len(key) >= 4 and any(one_apart(key, name) for name in self.long)

    def is_glued(self, key: str) -> bool:
        """Whether a word is two own names in one, or one with the 's' of a genitive: 'quixleys'."""
        for name in self.long:
            if key == name + "s":
                return not common(name)
            rest = key.removeprefix(name) if key.startswith(name) else key.removesuffix(name)
            if rest != key and len(rest) > SHORT and rest in self.own:
                return True
        return False


NOBODY = Names()


def common(name: str) -> bool:
    """Whether a name is too short, or too much of a word, to stand for somebody by itself."""
    return len(name) <= SHORT or name in words_that_are_names()


def one_apart(word: str, name: str) -> bool:
    """True where one letter more, less, other, or two neighbours exchanged, make one of the other."""
    if word == name or abs(len(word) - len(name)) > 1 or (word[0] != name[0] and word[-1] != name[-1]):
        return False
    start = 0
    shortest = min(len(word), len(name))
    while start < shortest and word[start] == name[start]:
        start += 1
    if len(word) == len(name):
        rest = word[start + 1 :] == name[start + 1 :]
        return rest or (
            word[start : start + 2] == name[start : start + 2][::-1]
            and word[start + 2 :] == name[start + 2 :]
        )
    longer, shorter = (word, name) if len(word) > len(name) else (name, word)
    return longer[start + 1 :] == shorter[start:]


def _singles(cells: Iterable[str]) -> frozenset[str]:
    """The single names of full names as systems write them: 'TOOSY, Raza (Dr)' gives two. Of a place of work
    what is no ordinary word: 'Larkfield Hospital, allergy clinic' must leave 'allergy' in every note."""
    found: set[str] = set()
    for cell in cells:
        if len(cell.split()) > 6 or any(c.isdigit() for c in cell):
            continue
        plain = {plain_letters(word) for word in _SPLIT.split(cell)}
        here = {*name_parts(cell), *(word for word in plain if word and word not in TITLES)}
        if not plain.isdisjoint(_WORKPLACES):
            here = {word for word in here if word in known_names() or not is_ordinary(word)}
        found |= here
    return frozenset(name for name in found if len(name) > SHORT and name not in doubtful())


_COUNTRY_WIDE = frozenset(
    (("nhs",), ("gp",), ("england",), ("uk",), ("surgery",), ("practice",), ("hospital",))
)


def _phrases(cells: Iterable[str]) -> frozenset[tuple[str, ...]]:
    """The words of cells that name places, whole and by the parts between commas."""
    found: set[tuple[str, ...]] = set()
    for cell in cells:
        for part in (cell, *cell.split(",")):
            words = tuple(key for key in (plain_letters(word) for word in _SPLIT.split(part)) if key)
            if 1 <= len(words) <= 6 and sum(map(len, words)) >= 4 and words not in _COUNTRY_WIDE:
                found.add(words)
    return frozenset(found)


def name_pairs(words: list[str], names: Collection[str]) -> Iterable[tuple[int, int, list[str]]]:
    """Neighbouring words (`name_neighbours`) that are both patients' names: places and the full names they
    make in either order, in the form of `normalise`."""
    for first, last in name_neighbours(words):
        one, other = words[first], words[last]
        if one in names and other in names:
            full = [normalise("full_name", f"{a} {b}") for a, b in ((one, other), (other, one))]
            yield first, last, full

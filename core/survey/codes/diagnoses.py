"""What says for certain that the patient has an illness, and what only may: a test, a risk, a carrier.

A set of categories (`takes_in`) with a `[told]` section leaves out what is told: a code of
resources/codelists/diagnoses.csv, or a term that names the illness with nothing beside it but words that are
known to change nothing. Whatever else stands in a term ('test', 'negative', 'partner', 'carrier', a word that
nobody listed) leaves it in the set: what is in doubt is not told. `Doubts` finds what takes a told illness
back in the other cells of its row (resources/doubts.toml).
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from core.survey.codes.categories import ToldWords
from core.survey.codes.term_words import normalise_term
from resources import ROOT

#: A question, 'not', 'more or less', or a minus that joins no words: '(-)', '+/-', 'infection -'.
_UNSURE = re.compile(r"[?¿‽!¬~≠±]|(?<!\w)[-−–](?=\s*(?:$|[)\]/]))|[-−–]/")


class Told:
    """Whether a term tells an illness for certain. Immutable, safe to share."""

    def __init__(self, words: ToldWords) -> None:
        self._say = re.compile(rf" (?:{'|'.join(words.say)})(?= )")
        beside = sorted(words.beside, key=lambda phrase: (-len(phrase), phrase))
        self._beside = re.compile(rf"(?: (?:{'|'.join(map(re.escape, beside))})(?= ))*[ |]*")
        self._as_written = {word.lower(): word for word in words.as_written}

    def tells(self, term: str) -> bool:
        """Whether the term names the illness, and nothing beside it leaves a doubt."""
        if _UNSURE.search(term) is not None:
            return False
        words = normalise_term(term.lower())
        if self._say.search(words) is None:
            return False
        if any(f" {small} " in words and written not in term for small, written in self._as_written.items()):
            return False
        rest = self._say.split(words)
        return all(self._beside.fullmatch(f"{part.rstrip()} ") is not None for part in rest)


class Doubts:
    """What in another cell of a row takes back that the patient has an illness. Immutable, safe to share."""

    def __init__(self, words: Iterable[str]) -> None:
        listed = sorted(set(words), key=lambda word: (-len(word), word))
        made = (re.escape(word.rstrip("*")) + (r"\w*" if word.endswith("*") else "") for word in listed)
        self._words = re.compile(rf" (?:{'|'.join(made) or '(?!)'}) ")

    def in_text(self, text: str) -> bool:
        """Whether a text holds a word or mark of doubt or denial, of a test, a carrier, or somebody else."""
        return (
            _UNSURE.search(text) is not None or self._words.search(normalise_term(text.lower())) is not None
        )


@cache
def doubt_words() -> tuple[str, ...]:
    """The words of resources/doubts.toml, without the people of the categories."""
    data = tomllib.loads((ROOT / "doubts.toml").read_text(encoding="utf-8"))
    return tuple(data["doubts"]["words"])


@cache
def diagnosis_codes() -> Mapping[str, Mapping[str, frozenset[str]]]:
    """By group of terminologies and set: the codes that tell an illness for certain."""
    made: dict[str, dict[str, set[str]]] = {}
    path = ROOT / "codelists" / "diagnoses.csv"
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            made.setdefault(row["terminology"], {}).setdefault(row["set"], set()).update(row["codes"].split())
    return {group: {name: frozenset(codes) for name, codes in sets.items()} for group, sets in made.items()}


def told_by_code(places: Sequence[tuple[str, str]], name: str) -> bool:
    """Whether a code that may stand at these (group, code) places tells an illness of a set for certain."""
    known = diagnosis_codes()
    return any(key in known.get(group, {}).get(name, ()) for group, key in places)

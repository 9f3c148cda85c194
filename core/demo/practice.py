"""The invented practice as a whole, and the answers to what is planted in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from core.demo.dice import Dice
from core.demo.events import Event, make_events
from core.demo.people import Person, make_people
from core.demo.words import load_codes, load_words
from core.model import Status

SEED = 20_260_112
PATIENTS = 10_000


@dataclass(frozen=True)
class Practice:
    """People, what was recorded of them, and (see the properties) the answers to what a survey must find."""

    people: tuple[Person, ...]
    events: tuple[Event, ...]
    seed: int = SEED

    @cached_property
    def same_person(self) -> Mapping[int, int]:
        """Record number -> the number of the person it is about (a repeated record is about its original)."""
        return {p.number: p.number if p.twin_record < 0 else p.twin_record for p in self.people}

    @cached_property
    def objections(self) -> Mapping[int, frozenset[str]]:
        """Person -> the objections that hold now, by the rule 'the latest wins, within a pair; ties keep the
        objection'. People without one are absent."""
        latest: dict[tuple[int, str], tuple[object, bool]] = {}
        for event in self.events:
            if event.concept.kind != "objection":
                continue
            key = (self.same_person[event.person], event.concept.meaning)
            when = (event.day, event.concept.made)  # on the same day the objection stands
            if key not in latest or when >= latest[key]:
                latest[key] = when
        held: dict[int, set[str]] = {}
        for (person, meaning), (_, made) in latest.items():
            if made:
                held.setdefault(person, set()).add(meaning)
        return {person: frozenset(meanings) for person, meanings in held.items()}

    @cached_property
    def status(self) -> Mapping[int, Status]:
        """Person -> registration status."""
        return {p.number: p.status for p in self.people if p.twin_record < 0}


@lru_cache(maxsize=4)
def make_practice(patients: int = PATIENTS, seed: int = SEED, events_each: float = 2.0) -> Practice:
    """The practice of this seed: the same people and events on every machine. At least 60 patients."""
    if patients < 60:
        raise ValueError("the invented practice needs at least 60 patients")
    words, codes, dice = load_words(), load_codes(), Dice(seed)
    people = make_people(patients, words, dice)
    return Practice(people, make_events(people, codes, words, dice, each=events_each), seed)

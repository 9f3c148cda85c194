"""Allergies and letters of the invented practice: two tables that only the demo has.

They are drawn from dice of their own, so that people, events and every other table stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.demo.dice import Dice, Wheel
from core.demo.events import Planted, families_of, filled_in, some_day
from core.demo.practice import Practice
from core.demo.words import load_papers, load_words

#: Added to the practice's seed, so that these dice fall otherwise than those for people and events.
_OTHER_DICE = 7_919


@dataclass(frozen=True)
class Allergy:
    """An allergy as it is recorded, once a person."""

    person: int
    day: date
    term: str
    snomed: str
    reaction: str


@dataclass(frozen=True)
class Letter:
    """A letter that came to the practice; `planted` are the identifiers in its text."""

    person: int
    day: date
    title: str
    sender: str
    text: str
    planted: tuple[Planted, ...] = ()


def make_papers(practice: Practice) -> tuple[tuple[Allergy, ...], tuple[Letter, ...]]:
    """One allergy for every 25 records and one letter for every 33, at least a dozen of each, by date.

    A third of the letters are to people who have an allergy, so that some patient has both."""
    papers, words, dice = load_papers(), load_words(), Dice(practice.seed + _OTHER_DICE)
    people = practice.people
    wheel = Wheel(papers.shares)
    allergies: list[Allergy] = []
    while len(allergies) < max(12, len(people) // 25):
        person = dice.pick(people)
        term, snomed, reaction = papers.allergies[wheel.spin(dice)]
        allergies.append(Allergy(person.number, some_day(person, dice), term, snomed, reaction))
    families, letters = families_of(people), []
    for number in range(max(12, len(people) // 33)):
        person = people[dice.pick(allergies).person] if number % 3 == 0 else dice.pick(people)
        naming = dice.happens(0.6)
        title, sender, template = dice.pick(papers.naming if naming else papers.plain)
        day = some_day(person, dice)
        text, planted = filled_in(template, person, families, words, dice, dice.pick(words.staff))
        letters.append(Letter(person.number, day, title, sender, text, planted))
    return tuple(sorted(allergies, key=lambda a: a.day)), tuple(sorted(letters, key=lambda a: a.day))

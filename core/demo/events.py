"""What was recorded of the invented people: problems, values, medicines, vaccinations, objections, notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from core.demo.dice import Dice, Wheel
from core.demo.people import TODAY, Person
from core.demo.words import Codes, Concept, Group, Words
from core.model import Status

FIRST_DAY = date(2025, 1, 2)
_DAYS = (TODAY - FIRST_DAY).days - 2

#: Shown first: what a reader meets on the first page, as in any practice, but closer together.
_OPENING = (
    "long_term", "depression", "long_term", "cancer", "objection", "hypertension", "hiv", "vaccination",
    "measurement", "alcohol", "short_term", "heart_disease", "measurement", "family_history", "smoking",
)  # fmt: skip


@dataclass(frozen=True)
class Planted:
    """An identifier written into a note or a value: what it is, whose, and its text as written."""

    kind: str  # name, phone, nhs_number, clinician, key_code
    whose: str  # own, relative, staff
    text: str


@dataclass(frozen=True)
class Event:
    """One recorded thing. `code_as` is the terminology its code is written in where there is one column."""

    number: int
    person: int
    day: date
    concept: Concept
    code_as: str  # snomed, read, ctv3
    value: str = ""
    note: str = ""
    clinician: str = ""
    planted: tuple[Planted, ...] = ()

    @property
    def code(self) -> str:
        return {"snomed": self.concept.snomed, "read": self.concept.read, "ctv3": self.concept.ctv3}[
            self.code_as
        ]


def make_events(
    people: Sequence[Person], codes: Codes, words: Words, dice: Dice, *, each: float
) -> tuple[Event, ...]:
    """About `each` events a person, by date; every concept occurs once at least, objections as listed."""
    everyone = len(people)
    clinical = [group for group in codes.groups if group.share]
    wheel = Wheel([group.share for group in clinical])
    families = families_of(people)
    made: list[Event] = []

    def record(person: Person, concept: Concept, day: date | None = None) -> None:
        made.append(_event(person, concept, day or some_day(person, dice), families, words, dice))

    for group in codes.groups:  # every concept once at least, in somebody whom it suits
        for concept in group.concepts:
            if group.id != "rare_disease":
                record(_somebody(people, group, dice), concept)
    rare = next(person for person in people if person.surname == "ELMORE")
    record(rare, codes.group("rare_disease").concepts[0])
    for person, day, concept in _objections(people, codes, dice):
        record(person, concept, day)
    for index, name in enumerate(_OPENING):
        group = codes.objections[0] if name == "objection" else codes.group(name)
        concept = group.concepts[0] if index % 2 else dice.pick(group.concepts)
        record(_somebody(people, group, dice), concept, FIRST_DAY)
    for _ in range(max(0, int(everyone * each) - len(made))):
        person = people[dice.below(everyone)]
        group = clinical[wheel.spin(dice)]
        tries = 0
        while not group.suits(person.sex, person.age()) and tries < 20:
            group = clinical[wheel.spin(dice)]
            tries += 1
        if group.suits(person.sex, person.age()):
            record(person, dice.pick(group.concepts))
    opening = {id(e): i for i, e in enumerate(made) if e.day == FIRST_DAY}
    made.sort(key=lambda e: (e.day, opening.get(id(e), 0)))
    made += _repeated(made)
    return tuple(replace(event, number=i) for i, event in enumerate(made))


def _repeated(made: Sequence[Event]) -> list[Event]:
    """Rows sent twice, as a re-run search does; they stand at the end."""
    return [made[i] for i in range(120, len(made), max(len(made) // 12, 400))]


def _somebody(people: Sequence[Person], group: Group, dice: Dice) -> Person:
    """A registered person with a whole NHS number whom the group suits."""
    start = dice.below(len(people))
    for step in range(len(people)):
        person = people[(start + step) % len(people)]
        if (
            person.status is Status.REGISTERED
            and person.nhs_state == "valid"
            and group.suits(person.sex, person.age())
        ):
            return person
    return people[start]


def some_day(person: Person, dice: Dice) -> date:
    """A day of the year the practice shows, in the person's life and time here."""
    first = max(FIRST_DAY + timedelta(days=1), person.born)
    last = min(person.died or TODAY, person.left or TODAY, TODAY - timedelta(days=1))
    if last <= first:
        return max(last, person.born)
    return first + timedelta(days=dice.between(0, (last - first).days))


def _objections(people: Sequence[Person], codes: Codes, dice: Dice) -> Iterator[tuple[Person, date, Concept]]:
    """Objections, and for some the withdrawal: later (it counts), earlier (it does not) or the same day."""
    made: dict[str, list[tuple[Person, date]]] = {}
    for group in codes.objections:
        wanted = max(2, group.patients * len(people) // 10_000)
        concept = group.concepts[0]
        if concept.made:
            for _ in range(wanted):
                person = _born_by_then(people, dice)
                day = FIRST_DAY + timedelta(days=dice.between(20, _DAYS - 60))
                made.setdefault(concept.meaning, []).append((person, day))
                yield person, day, concept
            continue
        for i, (person, day) in enumerate(made[concept.meaning][:wanted]):
            shift = (12, 12, -9, 12, 0, 12)[i % 6]
            yield person, day + timedelta(days=shift), concept


def _born_by_then(people: Sequence[Person], dice: Dice) -> Person:
    while True:
        person = people[dice.below(len(people))]
        if person.born < FIRST_DAY:
            return person


def families_of(people: Sequence[Person]) -> dict[int, list[Person]]:
    """Household -> its people."""
    families: dict[int, list[Person]] = {}
    for person in people:
        families.setdefault(person.household, []).append(person)
    return families


def _event(
    person: Person, concept: Concept, day: date, families: dict[int, list[Person]], words: Words, dice: Dice
) -> Event:
    clinician = dice.pick(words.staff)
    kinds = [
        k for k, code in (("snomed", concept.snomed), ("read", concept.read), ("ctv3", concept.ctv3)) if code
    ]
    chance = dice.share()
    code_as = (
        kinds[0] if chance < 0.74 or len(kinds) == 1 else kinds[1 + int(chance * 1000) % (len(kinds) - 1)]
    )
    value, planted = _value(person, concept, families, words, dice)
    note = ""
    if concept.kind in ("problem", "admin", "referral") and dice.happens(0.22):
        if dice.happens(0.45):
            template = dice.pick(words.naming_notes)
            note, more = filled_in(template, person, families, words, dice, clinician)
            planted += more
        else:
            note = dice.pick(words.plain_notes)
    return Event(-1, person.number, day, concept, code_as, value, note, clinician, planted)


def _value(
    person: Person, concept: Concept, families: dict[int, list[Person]], words: Words, dice: Dice
) -> tuple[str, tuple[Planted, ...]]:
    if concept.kind == "value":
        number = concept.low + (concept.high - concept.low) * (dice.share() + dice.share()) / 2
        return f"{number:.{concept.decimals}f}", ()
    if concept.term == "Alcohol units per week":
        return str(dice.between(15, 90)), ()
    if concept.kind != "identifying":
        return "", ()
    if concept.term == "Patient NHS number":
        return person.nhs_number, (
            Planted("nhs_number", "own", person.nhs_number),
        ) if person.nhs_number else ()
    if concept.term.startswith("Patient door"):
        code = f"{dice.between(1000, 9999)}C"
        return code, (Planted("key_code", "own", code),)
    relative = _relative(person, families, words, dice)
    return relative, (Planted("name", "relative", relative),)


def _relative(person: Person, families: dict[int, list[Person]], words: Words, dice: Dice) -> str:
    """Somebody of the household, or a relative who is not on the list."""
    others = [
        p for p in families[person.household] if p.number != person.number and p.forename != person.forename
    ]
    if others and dice.happens(0.7):
        return dice.pick(others).name
    return f"{dice.pick(words.women + words.men)} {person.surname.title()}"


def filled_in(
    template: str,
    person: Person,
    families: dict[int, list[Person]],
    words: Words,
    dice: Dice,
    clinician: str,
) -> tuple[str, tuple[Planted, ...]]:
    """A phrase with its {slots} filled in, and what identifies somebody in it."""
    surname, _, given = clinician.partition(", ")
    title = "Dr" if "(Dr)" in given else "Nurse" if "(Nurse)" in given else "Mr"
    text = {
        "own": person.name,
        "forename": person.forename,
        "surname": person.surname.title(),
        "phone": person.mobile or person.home_phone or f"0117 496 {dice.between(0, 999):04d}",
        "relative": _relative(person, families, words, dice),
        "relative_phone": f"07700 900{dice.between(0, 999):03d}",
        "clinician": f"{title} {surname.title()}",
        "nhs_number": person.nhs_number,
    }
    what = {
        "own": ("name", "own"),
        "forename": ("name", "own"),
        "surname": ("name", "own"),
        "phone": ("phone", "own"),
        "relative": ("name", "relative"),
        "relative_phone": ("phone", "relative"),
        "clinician": ("clinician", "staff"),
        "nhs_number": ("nhs_number", "own"),
    }
    planted = tuple(
        Planted(*what[slot], text[slot]) for slot in text if text[slot] and "{" + slot + "}" in template
    )
    return template.format(**text), planted

"""The people of the invented practice: households, twins, those who left or died, those put there on purpose.

Nobody here exists. NHS numbers are from the range reserved for tests (999 ...), telephone numbers from
Ofcom's ranges for drama, postcodes from sectors that are not in use, e-mail addresses at example.org.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypedDict

from core.demo.dice import Dice, Wheel
from core.demo.words import Place, Words
from core.model import Status

#: The day on which the invented exports were made.
TODAY = date(2026, 1, 12)

_MILLION = 1_000_000
_STEP = 381_281  # has no factor in common with a million: every test number comes once before any comes again


@dataclass(frozen=True)
class Person:
    """One registration record. `twin_record` is the number of the record that this one repeats, or -1."""

    number: int
    emis_number: str
    nhs_number: str  # ten digits; "" where missing; not a valid number where `nhs_state` says so
    nhs_state: str  # 'valid', 'missing', 'wrong check digit', 'too short'
    title: str
    forename: str
    middle: str
    surname: str
    sex: str  # F, M
    born: date
    house: str
    street: str
    town: str
    county: str
    postcode: str
    home_phone: str
    mobile: str
    email: str
    ethnicity: str
    status: Status
    registered: date
    left: date | None
    died: date | None
    household: int
    gp: str
    twin_record: int = -1

    @property
    def name(self) -> str:
        return f"{self.forename} {self.surname.title()}"

    @property
    def sensitive_on_spine(self) -> bool:
        """Has the national flag that hides where a person lives; shown by the EMIS bulk extract."""
        return self.number % 500 == 7

    def age(self, on: date = TODAY) -> int:
        return on.year - self.born.year - ((on.month, on.day) < (self.born.month, self.born.day))


def nhs_number(index: int) -> str:
    """A number from the 999 test range with a right check digit, another for every index up to 900,000.

    Check digit: NHS Data Dictionary, NHS NUMBER (modulus 11, weights 10 to 2)."""
    at = index
    while True:
        digits = f"999{(at * _STEP + 412_003) % _MILLION:06d}"
        check = -sum(int(d) * w for d, w in zip(digits, range(10, 1, -1), strict=True)) % 11
        if check < 10:
            return f"{digits}{check}"
        at += 900_001


def make_people(patients: int, words: Words, dice: Dice) -> tuple[Person, ...]:
    """`patients` different people, then the few records that repeat one of them (1 in 650)."""
    people: list[Person] = []
    for household, members in enumerate(_households(patients, words, dice)):
        people += (replace(person, household=household) for person in members)
    del people[patients:]
    people = [_numbered(person, index, dice) for index, person in enumerate(people)]
    repeats = [people[(i * 641 + 300) % patients] for i in range(patients // 650)]
    for repeat in repeats:
        people.append(
            replace(
                repeat,
                number=len(people),
                emis_number=_emis_number(len(people)),
                twin_record=repeat.number,
                mobile="",
            )
        )
    return tuple(people)


def _numbered(person: Person, index: int, dice: Dice) -> Person:
    number, state = nhs_number(index), "valid"
    chance = dice.share()
    if chance > 0.993 or (chance < 0.3 and person.status is Status.TEMPORARY):
        number, state = "", "missing"
    elif chance > 0.990:
        number, state = number[:9] + str((int(number[9]) + 1) % 10), "wrong check digit"
    elif chance > 0.989:
        number, state = number[:9], "too short"
    return replace(
        person,
        number=index,
        emis_number=_emis_number(index),
        nhs_number=number,
        nhs_state=state,
    )


def _emis_number(index: int) -> str:
    return str(10_000 + index * 7_919 % 90_000 if index < 90_000 else 100_000 + index)


def _households(patients: int, words: Words, dice: Dice) -> Iterator[list[Person]]:
    where = Wheel([place.share for place in words.places])
    made = 0
    for household in _planted(words, dice):
        made += len(household)
        yield household
    while made < patients:
        place = words.places[where.spin(dice)]
        household = _household(place, words, dice)
        made += len(household)
        yield household


class _Home(TypedDict):
    house: str
    street: str
    town: str
    county: str
    postcode: str
    home_phone: str


def _home(place: Place, words: Words, dice: Dice) -> _Home:
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    number = str(dice.between(1, 180))
    house = words.houses[dice.below(len(words.houses))] if dice.happens(0.12) else ""
    return {
        "house": house,
        "street": f"{number} {dice.pick(words.streets)}",
        "town": place.town,
        "county": words.practice["county"],
        "postcode": f"{place.district} {dice.pick(place.sectors)}{dice.pick(letters)}{dice.pick(letters)}",
        "home_phone": f"0117 496 {dice.between(0, 999):04d}" if dice.happens(0.55) else "",
    }


def _household(place: Place, words: Words, dice: Dice) -> list[Person]:
    """One to six people under one roof; now and then twins."""
    home = _home(place, words, dice)
    surname = dice.pick(words.surnames)
    chance = dice.share()
    if chance < 0.36:
        return [_adult(home, surname, dice.pick("FM"), dice.between(18, 97), words, dice)]
    age = dice.between(20, 78)
    first = _adult(home, surname, "F", age, words, dice)
    other = surname if dice.happens(0.8) else dice.pick(words.surnames)
    second = _adult(
        home, other, "M" if dice.happens(0.95) else "F", min(age + dice.between(-4, 6), 99), words, dice
    )
    members = [first, second]
    if chance > 0.58 and age < 58:
        oldest = max(0, min(age - 18, 22))
        for _ in range(dice.between(1, 3)):
            child = _child(home, surname, dice.pick("FM"), dice.between(0, oldest), words, dice)
            members.append(child)
            if dice.happens(0.02):
                members.append(_twin(child, words, dice))
    return members


def _born(age: int, dice: Dice) -> date:
    return TODAY - timedelta(days=int(age * 365.25) + dice.between(1, 364))


def _adult(home: _Home, surname: str, sex: str, age: int, words: Words, dice: Dice) -> Person:
    born = _born(age, dice)
    return _person(home, surname, sex, born, words, dice)


def _child(home: _Home, surname: str, sex: str, age: int, words: Words, dice: Dice) -> Person:
    born = _born(age, dice)
    if age == 0:  # many were born on a day when somebody else was seen
        born = TODAY - timedelta(days=dice.between(3, 360))
    return _person(home, surname, sex, born, words, dice)


def _twin(child: Person, words: Words, dice: Dice) -> Person:
    sex = child.sex if dice.happens(0.5) else dice.pick("FM")
    forename = dice.pick(words.women if sex == "F" else words.men)
    return replace(
        child,
        forename=forename,
        sex=sex,
        title=_title(sex, child.age(), dice),
        status=Status.REGISTERED,
        left=None,
        died=None,
    )


def _title(sex: str, age: int, dice: Dice) -> str:
    if age < 16:
        return "Miss" if sex == "F" else "Master"
    return dice.pick(("Mrs", "Ms", "Miss", "Mrs")) if sex == "F" else "Mr"


def _person(home: _Home, surname: str, sex: str, born: date, words: Words, dice: Dice) -> Person:
    forename = dice.pick(words.women if sex == "F" else words.men)
    middle = dice.pick(words.women if sex == "F" else words.men) if dice.happens(0.4) else ""
    age = TODAY.year - born.year
    registered = min(TODAY - timedelta(days=dice.between(30, 9_000)), TODAY)
    registered = max(registered, born + timedelta(days=2))
    status, left, died = Status.REGISTERED, None, None
    chance = dice.share()
    since = (TODAY - registered).days
    if chance < 0.03 + (0.08 if age > 75 else 0.0):
        status, died = Status.DIED, TODAY - timedelta(days=dice.between(0, min(since, 340)))
    elif chance > 0.92:
        status, left = Status.LEFT, TODAY - timedelta(days=dice.between(0, min(since, 340)))
    elif chance > 0.90 and age > 17:
        status = Status.TEMPORARY
        registered = TODAY - timedelta(days=dice.between(1, 90))
    adult = age > 15
    mobile = f"07700 900{dice.between(0, 999):03d}" if adult and dice.happens(0.72) else ""
    where = f"{dice.between(1, 999)}@{dice.pick(('', 'mail.', 'post.'))}example.org"
    email = f"{forename}.{surname}{where}".lower() if adult and dice.happens(0.4) else ""
    return Person(
        number=-1, emis_number="", nhs_number="", nhs_state="valid",
        title=_title(sex, age, dice), forename=forename, middle=middle, surname=surname, sex=sex, born=born,
        mobile=mobile, email=email, ethnicity=dice.pick(words.ethnicities), status=status,
        registered=registered, left=left, died=died, household=-1, gp=dice.pick(words.staff[:5]), **home,
    )  # fmt: skip


def _planted(words: Words, dice: Dice) -> Iterator[list[Person]]:
    """People whose data is awkward on purpose. They come first, so that small practices have them too."""
    bs6, small = words.places[0], words.places[-1]

    def living(place: Place, surname: str, sex: str, age: int) -> Person:
        home = _home(place, words, dice)
        person = _adult(home, surname, sex, age, words, dice)
        return replace(person, status=Status.REGISTERED, left=None, died=None)

    for surname, sex, age in (
        ("WHITE", "F", 44), ("MAY", "M", 67), ("PARKINSON", "M", 71),  # as in terms of ordinary codes
        ("BELL", "F", 38), ("DOWN", "M", 29), ("CROHN", "F", 52),
    ):  # fmt: skip
        person = living(bs6, surname, sex, age)
        spouse = replace(
            _adult(_home(bs6, words, dice), surname, "M" if sex == "F" else "F", age + 2, words, dice),
            house=person.house, street=person.street, town=person.town, postcode=person.postcode,
            home_phone=person.home_phone, status=Status.REGISTERED, left=None, died=None,
        )  # fmt: skip
        yield [person, spouse]
    yield [replace(living(bs6, "O'DOWD", "F", 33), forename="Anne-Marie")]  # an apostrophe, a hyphen
    yield [
        replace(living(bs6, "<b>TREGEAR</b>", "M", 41), forename="Jos\u00e9")
    ]  # HTML in a surname; an accent
    yield [
        replace(living(bs6, "VAN DER BERG", "M", 58), mobile="+44 7700 900461")
    ]  # formula-like to a spreadsheet
    yield [replace(living(bs6, "SMYTHE-JONES", "F", 26), forename="=1+1")]
    yield [replace(living(bs6, "DE SOUZA, JNR", "M", 36), house='The "Old" Forge')]  # a comma, quotes
    twins = living(bs6, "COMPTON", "F", 7)
    yield [twins, _twin(twins, words, dice)]
    yield [living(small, "ELMORE", "F", 19)]  # the rare disease
    yield [replace(living(bs6, "OLDMIXON", "F", 60), born=date(1924, 2, 29))]  # over 100, a leap day
    newborn = living(bs6, "REDCLIFFE", "M", 0)
    yield [replace(newborn, born=date(2025, 11, 12), registered=date(2025, 11, 14), mobile="", email="")]
    yield [replace(living(bs6, "HENSHALL", "M", 80), status=Status.DIED, died=date(2025, 12, 3))]
    yield [replace(living(bs6, "PORLOCK", "F", 31), status=Status.LEFT, left=date(2025, 10, 6))]
    yield [replace(living(bs6, "CURNOWE", "M", 24), status=Status.TEMPORARY, registered=date(2025, 12, 8))]

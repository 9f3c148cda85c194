"""What an action is: one thing that can be done to one value, and what it is told.

Each action is a small pure function on one text and its settings; some ask for facts of the row's patient and
for the row's day as well, and say so in `inputs`. None looks at the clock or the file, so the same always
gives the same result, in a window and in an export. Blank cells (null, or nothing but spaces) stay exactly as
they are under every action but `pseudonym`, which can give the row's patient a code all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.model import Kind, Role
from core.protection.look_ups import LookUps
from core.protection.pseudonyms import Pseudonyms
from core.survey.freetext import Names
from core.survey.results import KnownIdentifiers
from core.survey.row_facts import NO_DAY

#: The new text (None = absent) and '' or the name of what went wrong ('unreadable', 'holds:an address').
Outcome = tuple[str | None, str]
Run = Callable[[str], Outcome]

UNREADABLE = "unreadable"
#: Before what a cell holds that it should not, in words: 'holds:a telephone number'.
HOLDS = "holds"
SOMEBODY = "the name of somebody in this export"
#: Actions after which a cell is either as it was or blank.
KEEPING = frozenset(("keep", "keep_expected", "keep_unless_confidential"))
#: Actions that hold back cells with a name that only the export tells.
TESTING = frozenset(("keep_expected", "value_map"))
#: Notes with personal details removed as far as one can tell. Never a profile's rule: a person decides it.
SCRUB = "scrub"
BLANK: Outcome = (None, UNREADABLE)
#: What went wrong where a cell speaks of a family that the profile leaves out, whatever the action.
SPEAKS = "speaks"
#: What went wrong where it is not known whose row it is, and so none of the patient's facts.
NOBODY = "nobody"
#: Actions whose result hangs on the key: without it nothing of theirs can be made again.
KEYED = frozenset(("pseudonym", "surrogate", "date_shift"))


class Input(StrEnum):
    """What an action needs beside the cell and its settings."""

    PATIENT = "patient"  # facts of the row's patient, see `Person`
    ROW_DAY = "row_day"  # the day of the row's event


@dataclass(frozen=True)
class Person:
    """Facts of a row's patient. Days are counted from 1970-01-01, NO_DAY where one is not known.

    `index_day` is the day that the setting `index` names, `shift` the days to move dates by under the setting
    `days`; both only where the action asks for them. `identity` is `PatientFacts.identity`, never shown."""

    birth_day: int = NO_DAY
    index_day: int = NO_DAY
    shift: int = 0
    confidential: int = 0  # 1: nobody may learn where the patient is
    identity: str = field(default="", repr=False)


#: A text, the facts of its row's patient and the row's day (NO_DAY where none) -> what comes of it.
PersonRun = Callable[[str, Person, int], Outcome]
Days = npt.NDArray[np.int32]
#: The distinct texts of a block, each row's place among them (-1: none), each row's facts by name, and each
#: row's day -> the rows' cells, and which of them were done; the others are done one by one.
AtOnce = Callable[
    [pa.Array, npt.NDArray[np.int64], Mapping[str, Days], Days | None], tuple[pa.Array, npt.NDArray[np.bool_]]
]


@dataclass(frozen=True)
class Setting:
    """What an action is told of its field: its role, the decision's settings, and the keyed codes."""

    role: Role = Role.OTHER
    settings: Mapping[str, str] = field(default_factory=dict)
    pseudonyms: Pseudonyms | None = None
    names: Names | None = None  # of the row's patient, for notes
    telling: frozenset[str] = frozenset()  # names of the export's people that are no words
    look_ups: LookUps | None = None  # files that the practice supplies; None where they were not asked for
    person: Person | None = None  # the row's patient, None where it is not known whose row it is
    row_day: int = NO_DAY


@dataclass(frozen=True)
class SettingChoice:
    """One setting of an action, for a window to offer.

    `values` are (what is written, what people read); a setting without them is typed, and the action says
    what is wrong with it. `default` is what holds where nothing is said; "" means it must be said."""

    id: str
    label: str
    values: tuple[tuple[str, str], ...] = ()
    default: str = ""


@dataclass(frozen=True)
class Action:
    """One thing that can be done to a field.

    `label` is what people choose, `term` the technical word for a tooltip, `did` the sentence that
    explains a changed cell, `unreadable` the one for a value the action could not work with.
    `roles` are the roles it is made for (empty: any). `examples` are (value, result) pairs, tested.

    `inputs` says what it needs beside the cell. Such an action has `for_person` (its `prepare` is
    `alone(for_person)`), and `facts`: the entries of `Person` that decide the result, so that work is done
    once for each distinct cell and these. `at_once` does the common cells of a whole block. `says` has a
    sentence for every other thing that it can note, `warning` what people must know before they choose it.
    """

    id: str
    label: str
    term: str
    did: str
    prepare: Callable[[Setting], Run] | None = None
    unreadable: str = ""
    roles: frozenset[Role] = frozenset()
    kinds: frozenset[Kind] = frozenset(Kind)
    examples: tuple[tuple[str, str | None], ...] = ()
    example_setting: Setting = Setting()
    choices: tuple[SettingChoice, ...] = ()
    #: Raises UsageError where the settings hold what they must not of the people of one export.
    refuses: Callable[[Mapping[str, str], KnownIdentifiers | None], None] | None = None
    look_up: str = ""  # what it looks up in a file of the practice's: 'lsoa', 'imd_decile'
    inputs: frozenset[Input] = frozenset()
    facts: tuple[str, ...] = ()
    for_person: Callable[[Setting], PersonRun] | None = None
    at_once: Callable[[Setting], AtOnce] | None = None
    says: Mapping[str, str] = field(default_factory=dict)
    warning: str = ""

    def suits(self, kind: Kind, role: Role) -> bool:
        """Whether to offer the action for such a field."""
        return kind in self.kinds and (not self.roles or role in self.roles)


def alone(for_person: Callable[[Setting], PersonRun]) -> Callable[[Setting], Run]:
    """`prepare` of an action that asks for the patient: the setting says who, and on which day."""

    def prepare(setting: Setting) -> Run:
        run, person, day = for_person(setting), setting.person, setting.row_day
        return lambda text: (None, NOBODY) if person is None else run(text, person, day)

    return prepare


#: Roles that tell when somebody was born.
BIRTHS = frozenset((Role.DATE_OF_BIRTH, Role.YEAR_OF_BIRTH))
#: Roles of days.
DATES = frozenset(
    (
        Role.DATE_OF_BIRTH,
        Role.DATE_OF_DEATH,
        Role.REGISTERED_DATE,
        Role.LEFT_DATE,
        Role.EVENT_DATE,
        Role.OTHER_DATE,
    )
)

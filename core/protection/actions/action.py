"""What an action is: one thing that can be done to one value, and what it is told.

Each action is a small pure function on one text and its settings. None looks at the clock, the row
or the file, so the same value always gives the same result, in a window and in an export.
Blank cells (null, or nothing but spaces) stay exactly as they are under every action.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from core.model import Kind, Role
from core.protection.look_ups import LookUps
from core.protection.pseudonyms import Pseudonyms
from core.survey.freetext import Names

#: The new text (None = absent) and '' or the name of what went wrong ('unreadable', 'holds:an address').
Outcome = tuple[str | None, str]
Run = Callable[[str], Outcome]

UNREADABLE = "unreadable"
#: Before what a cell holds that it should not, in words: 'holds:a telephone number'.
HOLDS = "holds"
SOMEBODY = "the name of somebody in this export"
#: Actions after which a cell is either as it was or blank.
KEEPING = frozenset(("keep", "keep_expected"))
#: Notes with personal details removed as far as one can tell. Never a profile's rule: a person decides it.
SCRUB = "scrub"
BLANK: Outcome = (None, UNREADABLE)


@dataclass(frozen=True)
class Setting:
    """What an action is told of its field: its role, the decision's settings, and the keyed codes."""

    role: Role = Role.OTHER
    settings: Mapping[str, str] = field(default_factory=dict)
    pseudonyms: Pseudonyms | None = None
    names: Names | None = None  # of the row's patient, for notes
    telling: frozenset[str] = frozenset()  # names of the export's people that are no words
    look_ups: LookUps | None = None  # files that the practice supplies; None where they were not asked for


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
    look_up: str = ""  # what it looks up in a file of the practice's: 'lsoa', 'imd_decile'

    def suits(self, kind: Kind, role: Role) -> bool:
        """Whether to offer the action for such a field."""
        return kind in self.kinds and (not self.roles or role in self.roles)


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

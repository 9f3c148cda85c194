"""The nouns of one patient's page and of the queue. Frozen, no behaviour to speak of, in memory only.

What is printed of them (in an error, a log, a failing test) has no cell's text: such fields are not shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field

#: Families of what a practice holds of a patient, in the order of the page.
FAMILIES = (
    "demographics",
    "problems",
    "medicines",
    "allergies",
    "family_history",
    "vaccinations",
    "referrals",
    "values",
    "social_history",
    "consultations",
    "letters",
    "other",
)


@dataclass(frozen=True)
class Told:
    """One fact of who the patient is: its label, what the practice holds and what would leave (None: left
    out, with `why`)."""

    label: str
    raw: str = field(repr=False)
    out: str | None = field(repr=False)
    why: str = ""
    kind: str = "administrative"  # a value of core.model.Kind
    role: str = "other"  # of core.model.Role


@dataclass(frozen=True)
class Item:
    """One row of the patient's, as one line on both sides.

    `held` is what the practice holds in words, `out` what would leave of it, None where the row is left out
    for `why`. `fields` has every filled cell: (field, exact raw text, exact outgoing text or None)."""

    table: str
    row: int  # 0-based
    family: str
    day: int  # days since 1970-01-01, core.survey.results.NO_DAY where none
    held: str = field(repr=False)
    out: str | None = field(repr=False)
    why: str = ""
    reason_id: str = ""  # of `why`: 'category.hiv', 'decision.item.third_party', 'closure.medicine', ...
    fields: tuple[tuple[str, str, str | None], ...] = field(default=(), repr=False)
    changes: tuple[tuple[str, str], ...] = ()  # (field, why it is not as it was)
    marks: tuple[str, ...] = ()  # in words: 'Sensitive: mental health', 'About another person'
    restricted: bool = False  # a law restricts who may be told
    chain: tuple[str, ...] = ()  # why it goes with another row, or what goes with it
    when: str = field(default="", repr=False)  # its date, exactly as the practice holds it
    out_when: str | None = field(default=None, repr=False)  # the same as it would leave
    meaning: str = field(default="", repr=False)  # of its code number, by the export's own dictionary

    @property
    def leaves(self) -> bool:
        return self.out is not None

    @property
    def by_hand(self) -> bool:
        """Left out by a person's decision about this row, so that it can be kept again."""
        return self.reason_id.startswith("decision.item")


@dataclass(frozen=True)
class Section:
    """The items of one family, newest first."""

    family: str
    title: str
    items: tuple[Item, ...]

    @property
    def leaving(self) -> int:
        return sum(item.leaves for item in self.items)


@dataclass(frozen=True)
class Point:
    """One measurement. `second` is the lower number of a blood pressure."""

    day: int
    value: float
    second: float | None = None
    leaves: bool = True


@dataclass(frozen=True)
class Series:
    """Measurements of one sort over time, oldest first."""

    id: str  # 'blood_pressure', 'bmi', 'cholesterol', ...
    title: str
    unit: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class PatientRecord:
    """One patient on one page."""

    patient: int  # the survey's number
    code: str  # the patient's code under the plan: decisions go by it
    name: str = field(repr=False)  # as the practice holds it, '' where it holds none; for the screen only
    told: tuple[Told, ...] = field(repr=False)  # who the patient is
    sections: tuple[Section, ...]  # those that have items, in the order of FAMILIES
    series: tuple[Series, ...] = field(default=(), repr=False)
    left_out: str = ""  # why the whole patient is left out, '' where they leave
    left_out_id: str = ""
    needs_gp: str = ""  # why only a GP may see the record, '' where anybody may
    cut: int = 0  # older items that are not in the sections, and are to be found side by side
    notes: tuple[str, ...] = ()  # what the page does not show, in words

    @property
    def items(self) -> int:
        return sum(len(section.items) for section in self.sections)

    @property
    def leaving(self) -> int:
        return sum(section.leaving for section in self.sections)


@dataclass(frozen=True)
class QueueReason:
    """Why a patient should be looked at: an id of core.patients.queue.REASONS and one plain sentence."""

    id: str
    text: str


@dataclass(frozen=True)
class QueueEntry:
    """Somebody to look at, the most pressing reason first."""

    patient: int
    code: str
    reasons: tuple[QueueReason, ...]


@dataclass(frozen=True)
class Beyond:
    """Patients who would also be worth a look for a reason, but too many to look at one by one: a rule
    decides them better. `page` is where: a page id such as 'codes' or 'fields'."""

    reason: QueueReason
    patients: int
    page: str = "codes"


@dataclass(frozen=True)
class Queue:
    """Who needs a person's judgement, most pressing first. `patients` is how many would leave."""

    entries: tuple[QueueEntry, ...] = ()
    beyond: tuple[Beyond, ...] = ()
    patients: int = 0
    codes: frozenset[str] = field(default_factory=frozenset)  # of the entries


@dataclass(frozen=True)
class Found:
    """A patient that a search found: what tells them apart on the screen, in memory only.

    `for_gp`: somebody may have been found whose record only a GP opens. That is one line with no patient
    (-1), name or date, however many they are; `number` is the code where a code was sought, else ''."""

    patient: int
    name: str = field(repr=False)
    born: str = field(repr=False)  # as the export has it
    number: str = field(repr=False)  # NHS number 3-3-4, or the practice's own key
    for_gp: bool = False

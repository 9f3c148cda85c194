"""What the panes show of a row: its cells on both sides, its reasons, and which cells are flagged."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import IntFlag

from core.model import Kind, Reason, Role
from core.protection import is_formula_like
from core.protection.plan import FieldPlan
from core.survey.results import NO_PATIENT, Survey


class Flag(IntFlag):
    """What a cell is painted with."""

    NONE = 0
    DIRECT = 1  # its field names a patient
    QUASI = 2  # its field helps identify
    SENSITIVE = 4  # a code or term of a sensitive category, ordinary ones apart
    OBJECTION = 8  # records an objection or its withdrawal
    UNKNOWN = 16  # its field, or this code, is not understood
    HAZARD = 32  # a spreadsheet might run it as a formula


#: The flag of every cell of a field, by its kind.
KIND_FLAGS = {
    Kind.DIRECT_IDENTIFIER: Flag.DIRECT,
    Kind.QUASI_IDENTIFIER: Flag.QUASI,
    Kind.UNKNOWN: Flag.UNKNOWN,
}


@dataclass(frozen=True)
class PreviewRow:
    """One row on both sides. `raw` goes by the table's fields and `out` by the fields that leave.

    `changes` names the outgoing cells that are not as they were. `flags` has the raw cells flagged for
    what is in them (their field's own flag included); `sensitive` their category ids."""

    row: int
    raw: list[str | None]
    out: list[str | None] | None
    withheld: Reason | None
    changes: dict[str, Reason]
    flags: Mapping[str, Flag] = field(default_factory=dict)
    sensitive: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    categories: tuple[str, ...] = ()  # of the whole row
    objects: bool = False  # the patient has an objection that holds
    line: int | None = None  # the file's own line (a sheet's row) that the row starts on
    place: str = ""  # where in a message the row stands: 'entry[3].resource'
    #: Why a row goes with another, step by step to the one that started it; or what goes because of this one.
    chain: tuple[str, ...] = ()
    patient: int = NO_PATIENT  # the survey's number


@dataclass(frozen=True)
class Window:
    """Rows of one table with the names of the columns on both sides."""

    table: str
    raw_fields: tuple[str, ...]
    out_fields: tuple[str, ...]
    rows: list[PreviewRow]
    field_flags: Mapping[str, Flag]  # by raw field: what holds for all of its cells
    paths: Mapping[str, str] = field(default_factory=dict)  # by raw field of a message: its path in a row


@dataclass(frozen=True)
class Hit:
    """Where a text was found. `position` is the field's place in the raw table on both sides."""

    row: int
    side: str  # 'raw' or 'out'
    field: str
    position: int


def highlighted(survey: Survey, withheld: Collection[str] = ()) -> int:
    """The bits of the families that are highlighted: those that need care, and what the plan leaves out.

    Ordinary illness and background would flag every other row: they are counted and listed only."""
    return sum(
        1 << bit
        for bit, name in enumerate(survey.category_ids)
        if name in withheld or survey.lookup.category(name).strength != "ordinary"
    )


class Marks:
    """Finds which cells of a row are the flagged ones. `flagged`: the bits of the families to highlight."""

    def __init__(self, survey: Survey, table: str, fields: tuple[FieldPlan, ...], flagged: int) -> None:
        self.survey = survey
        self.flagged = flagged
        self.facts = survey.facts[table]
        self._named: dict[int, tuple[str, ...]] = {}
        self.of_field = {f.field: KIND_FLAGS[f.kind] for f in fields if f.kind in KIND_FLAGS}
        self.codes = [f.field for f in fields if f.role is Role.CODE]
        self.terms = [f.field for f in fields if f.role is Role.TERM]

    def categories(self, row: int) -> tuple[str, ...]:
        """The ids of the row's categories, worst first."""
        held = self.facts.categories_of(row)
        return self._names(held) if held else ()

    def objects(self, row: int) -> bool:
        """Whether the row's patient has an objection that holds."""
        patient = int(self.facts.patient[row])
        return patient != NO_PATIENT and bool(self.survey.patients.objections[patient])

    def of(
        self, row: int, cells: Mapping[str, str | None]
    ) -> tuple[dict[str, Flag], dict[str, tuple[str, ...]]]:
        flags = dict(self.of_field)
        sensitive: dict[str, tuple[str, ...]] = {}
        lookup = self.survey.lookup
        held = self.facts.categories_of(row) & self.flagged
        for name in (*self.codes, *self.terms):
            cell = cells[name]
            if not cell:
                continue
            is_code = name in self.codes
            bits = held and (lookup.bits_of_code(cell) if is_code else lookup.bits_of_term(cell)) & held
            if bits:
                sensitive[name] = self._names(bits)
                flags[name] = flags.get(name, Flag.NONE) | Flag.SENSITIVE
            if is_code and self.facts.is_objection(row) and lookup.objection_of_code(cell):
                flags[name] = flags.get(name, Flag.NONE) | Flag.OBJECTION
            if is_code and self.facts.is_unknown(row) and not lookup.understood(cell):
                flags[name] = flags.get(name, Flag.NONE) | Flag.UNKNOWN
        for name, cell in cells.items():
            if cell and is_formula_like(cell):
                flags[name] = flags.get(name, Flag.NONE) | Flag.HAZARD
        return flags, sensitive

    def _names(self, bits: int) -> tuple[str, ...]:
        found = self._named.get(bits)
        if found is None:
            ids = self.survey.category_ids
            found = self._named[bits] = tuple(name for bit, name in enumerate(ids) if bits >> bit & 1)
        return found

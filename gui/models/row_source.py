"""What the side-by-side page needs to know of an export: its columns, its rows by number, its flags.

The page works against `RowSource` alone. `gui.models.core_rows` answers it from the real survey, plan and
preview; tests answer it with invented rows. Everything here is plain data and safe to make on any thread.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntFlag
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:  # numpy is loaded with core, after the window is up
    import numpy as np
    import numpy.typing as npt

Rows: TypeAlias = "npt.NDArray[np.int64]"
Bools: TypeAlias = "npt.NDArray[np.bool_]"

ALL_ROWS = "all"
CHANGED = "changed"
LEFT_OUT = "left_out"
OBJECTED = "objection"
NOT_UNDERSTOOD = "unknown_code"
NOTES = "note"  # a personal detail was found in a note that leaves
CATEGORY = "category:"  # followed by the category's id
PATIENT = "patient:"  # followed by the survey's number of the patient
UNCOUNTED = -1  # rows have to be read to be counted: they are once somebody asks for them
NOBODY = -1  # the number of a row that names no patient, or whose patient must not be told


class Mark(IntFlag):
    """What a cell or a row is flagged with; each has a colour, a shape and a word."""

    NONE = 0
    SENSITIVE = 1
    OBJECTION = 2
    UNKNOWN = 4
    HAZARD = 8
    CHANGED = 16


MARK_WORDS: Mapping[Mark, str] = {
    Mark.SENSITIVE: "sensitive",
    Mark.OBJECTION: "objection",
    Mark.UNKNOWN: "not understood",
    Mark.HAZARD: "hidden data",
    Mark.CHANGED: "changed",
}

KIND_WORDS: Mapping[str, str] = {
    "direct_identifier": "names a patient",
    "quasi_identifier": "helps identify",
    "free_text": "free text",
    "coded_clinical": "clinical code",
    "clinical_value": "clinical value",
    "staff": "staff or organisation",
    "linking_key": "links records",
    "unknown": "not understood",
    "administrative": "ordinary",
}

ACTION_WORDS: Mapping[str, str] = {
    "keep": "as it is",
    "keep_expected": "as it is",
    "keep_unless_confidential": "unless confidential",
    "leave_out": "left out",
    "scrub": "details removed",
    "pseudonym": "coded",
    "surrogate": "coded",
    "digest": "older code",
    "year": "year only",
    "month": "month only",
    "quarter": "quarter only",
    "year_of_birth": "year only",
    "month_of_birth": "month only",
    "date_shift": "moved by days",
    "age_at_event": "age at the time",
    "days_since_index": "days since the first",
    "age_band": "age band",
    "postcode_district": "district only",
    "postcode_sector": "two letters off",
    "postcode_area": "area letters only",
    "lsoa": "neighbourhood",
    "imd_decile": "tenth of deprivation",
    "ethnicity_16": "one of 16 groups",
    "ethnicity_5": "one of 5 groups",
    "round_number": "rounded",
    "band_number": "in bands",
    "code_parent": "group only",
    "blank_term": "dictionary terms only",
    "value_map": "as you listed",
    "blank": "left blank",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a pane. `position` is the field's place in the raw table on both sides."""

    position: int
    name: str
    kind: str = "administrative"  # a value of core.model.Kind
    note: str = ""  # the second line of the header: what it is, or what was done
    action: str = "keep"
    why: str = ""  # why it is left out or changed, as the profile or a person decided
    rule: str = ""  # where that comes from
    path: str = ""  # in a message: where in its row the value stands
    pinned: bool = False  # says whose row it is: it stays in sight while the others scroll

    @property
    def kind_word(self) -> str:
        return KIND_WORDS.get(self.kind, self.kind)


@dataclass(frozen=True, slots=True)
class Shape:
    """A table's columns on both sides and how many rows it has."""

    rows: int
    raw: tuple[Column, ...]
    out: tuple[Column, ...]
    sheet: bool = False  # whether a row's line is its row of a spreadsheet


@dataclass(frozen=True, slots=True)
class Why:
    """One plain sentence and where the rule comes from."""

    text: str
    source: str = ""


NO_MARKS: Mapping[int, int] = {}
NO_WHYS: Mapping[int, Why] = {}
NO_TAGS: Mapping[int, str] = {}


@dataclass(slots=True)
class PageRow:
    """One row as both panes show it. Marks, tags and reasons go by the field's raw position.

    `raw` and `out` hold exact text, null as None; `out` goes by outgoing column, and is None where
    the row is withheld. `shown_*` is what is painted: the same text with control characters visible.
    """

    number: int  # 0-based in the table
    raw: Sequence[str | None]
    out: Sequence[str | None] | None
    withheld: Why | None = None
    marks: Mapping[int, int] = field(default_factory=lambda: NO_MARKS)  # Mark bits, of both sides
    changed: Mapping[int, Why] = field(default_factory=lambda: NO_WHYS)
    tags: Mapping[int, str] = field(default_factory=lambda: NO_TAGS)  # a short word for a flagged cell
    objects: bool = False  # the patient has an objection that holds
    line: int | None = None  # the file's own line that the row starts on
    place: str = ""  # where in a message the row stands
    chain: tuple[str, ...] = ()  # why it goes with another row, or what goes with it, a sentence each
    patient: int = NOBODY  # whose row it is
    withheld_by: str = ""  # the id of the reason why it stays: 'decision.item.third_party', 'category.cancer'
    shown_raw: list[str] = field(default_factory=list)
    shown_out: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FilterChoice:
    """One way to narrow the rows, with how many it leaves; UNCOUNTED where that takes reading them."""

    id: str
    label: str
    count: int
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """One lane of the overview strip: where in the table a flag is. `rows` has one entry a row."""

    id: str
    label: str
    rows: Bools


@dataclass(frozen=True, slots=True)
class Cell:
    """Something about one cell worth saying in the detail strip, category by category."""

    categories: tuple[str, ...] = ()  # ids
    titles: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()


class RowSource(Protocol):
    """Answers the side-by-side page. `rows`, `positions`, `patient_rows`, `lanes` and `find` run off the UI
    thread."""

    def tables(self) -> tuple[str, ...]: ...

    def shape(self, table: str) -> Shape: ...

    def rows(self, table: str, numbers: Rows) -> list[PageRow]:
        """The rows of these numbers (ascending), in that order."""
        ...

    def filters(self, table: str, on: tuple[str, ...] = ()) -> tuple[FilterChoice, ...]:
        """The choices worth offering, 'All rows' first, each with how many rows it leaves of those that the
        filters of other kinds leave which are on."""
        ...

    def positions(self, table: str, on: tuple[str, ...]) -> Rows | None:
        """The numbers of the rows that filters leave together (see gui.models.filters), ascending; None for
        all of them."""
        ...

    def patient_rows(self, patient: int) -> tuple[tuple[str, Rows], ...]:
        """The rows of one patient, by table."""
        ...

    def lanes(self, table: str) -> tuple[Lane, ...]: ...

    def flagged(self, table: str) -> Bools:
        """One entry a row: whether 'Next flag' stops there."""
        ...

    def find(
        self,
        table: str,
        text: str,
        side: str,
        start: int,
        backwards: bool,
        among: Rows | None,
        step: Callable[[int, int], None],
    ) -> tuple[int, str, int] | None:
        """The next (row, side, raw position) that holds `text`, in any case, from row `start` on.

        Row `start` itself is included; it goes to the end (or the start) of the table only. `side` is
        'raw', 'out' or 'either'; `step(done, total)` is called as it goes and may raise Cancelled."""
        ...

    def about(self, table: str, row: PageRow, position: int) -> Cell:
        """Why a cell is flagged, in sentences."""
        ...

    def published(self) -> object | None:
        """The table of counts (a pyarrow table of strings) where the profile publishes counts, else None."""
        ...


# -- exact text made visible -------------------------------------------------------------------------
_SPECIAL = re.compile("[\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_NAMED = {"\n": "⏎", "\r": "␍", "\t": "⇥"}
LONGEST_SHOWN = 2_000


def visible(text: str | None) -> str:
    """The text as a pane paints it: exact, but for control and invisible characters, which get a sign.

    A line break is ⏎, a carriage return ␍, a tab ⇥, any other the Unicode picture or its number. A very
    long cell is cut for painting only; copying gives the exact text.
    """
    if text is None:
        return ""
    if len(text) > LONGEST_SHOWN:
        text = text[:LONGEST_SHOWN] + "…"
    if text.isprintable():
        return text
    return _SPECIAL.sub(_sign, text)


def has_hidden_characters(text: str) -> bool:
    """Whether a cell holds a character nobody would see: control, zero-width or direction-changing."""
    return not text.isprintable() and any(c not in "\n\r\t" for c in _SPECIAL.findall(text))


def _sign(match: re.Match[str]) -> str:
    character = match.group()
    if character in _NAMED:
        return _NAMED[character]
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"‹U+{code:04X}›"


def finish(row: PageRow) -> PageRow:
    """Fill in what is painted; done on the thread that loads, never while painting."""
    row.shown_raw = [visible(cell) for cell in row.raw]
    row.shown_out = [] if row.out is None else [visible(cell) for cell in row.out]
    row.marks = {at: int(mark) for at, mark in row.marks.items()} if row.marks else NO_MARKS
    return row

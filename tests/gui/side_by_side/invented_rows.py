"""Invented rows for tests and benchmarks: any number of them, made when asked for. Nobody in here is real."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from gui.models.filters import kind_of
from gui.models.row_source import (
    ALL_ROWS,
    CATEGORY,
    CHANGED,
    LEFT_OUT,
    OBJECTED,
    PATIENT,
    Bools,
    Cell,
    Column,
    FilterChoice,
    Lane,
    Mark,
    PageRow,
    Rows,
    Shape,
    Why,
)

NAMES = ("THORNE", "OKAFOR", "PRICE", "LLOYD", "SINGH", "EVANS", "ROSSI", "BAPTISTE", "MORGAN", "KAUR")
TERMS = (
    "Type 2 diabetes mellitus",
    "Depressive disorder",
    "Asthma",
    "Malignant neoplasm of breast",
    "Dissent from secondary use of general practitioner patient identifiable data",
    "Chronic kidney disease stage 3A with proteinuria",
    "Human immunodeficiency virus infection",
    "Seasonal influenza vaccination given by pharmacist",
    "Peak flow rate normal",
    "Alcohol units consumed per week",
    "Body mass index 30+ - obesity",
    "Serum cholesterol level",
)
RAW = (
    ("NHS Number", "direct_identifier", "pseudonym"),
    ("Family Name", "direct_identifier", "leave_out"),
    ("Date of Birth", "quasi_identifier", "year"),
    ("Postcode", "quasi_identifier", "postcode_district"),
    ("Event Date", "administrative", "month"),
    ("Code Term", "coded_clinical", "keep"),
    ("Code", "coded_clinical", "keep"),
    ("Batch Ref", "unknown", "leave_out"),
)
NOTES = {
    "pseudonym": "coded",
    "year": "year only",
    "postcode_district": "district only",
    "month": "month only",
}
WORDS = {
    "direct_identifier": "names a patient",
    "quasi_identifier": "helps identify",
    "unknown": "not understood",
}
OBJECTS = Why("The patient objected (Type 1).", "Type 1 objection, NHS England guidance 2013")
NO_HIV = Why("Sexual health and HIV are not sent.", "profile: categories")
SENSITIVE = {1: "Mental health", 3: "Cancer", 6: "HIV"}


class InventedRows:
    """A `RowSource` of `count` rows in one table, 'events', and a short one, 'patients'."""

    def __init__(self, count: int, *, delay_s: float = 0.0, surname: str = "") -> None:
        self.count = count
        self.delay_s = delay_s
        self.surname = surname
        self.asked: list[tuple[int, int]] = []
        self._masks: dict[str, Bools] = {}
        self._shape = Shape(
            count,
            tuple(
                Column(
                    at,
                    name,
                    kind,
                    "left out"
                    if action == "leave_out"
                    else WORDS.get(kind, "clinical code" if "Code" in name else "ordinary"),
                    action,
                )
                for at, (name, kind, action) in enumerate(RAW)
            ),
            tuple(
                Column(at, name, kind, NOTES.get(action, "as it is"), action)
                for at, (name, kind, action) in enumerate(RAW)
                if action != "leave_out"
            ),
        )

    def tables(self) -> tuple[str, ...]:
        return ("events", "patients")

    def shape(self, table: str) -> Shape:
        return self._shape if table == "events" else Shape(5, self._shape.raw, self._shape.out)

    def rows(self, table: str, numbers: Rows) -> list[PageRow]:
        if self.delay_s:
            time.sleep(self.delay_s)
        self.asked.append((int(numbers[0]), int(numbers[-1])))
        made = [self.row(int(n)) for n in numbers]
        if table == "patients":
            for row in made:
                row.patient = row.number
        return made

    def row(self, n: int) -> PageRow:
        """One row; every fact follows from its number."""
        who = (n // 2) % 10
        term = n % 12
        surname = self.surname or NAMES[who]
        day = n % 28 + 1
        raw: list[str | None] = [
            f"999 {who:03d} {n % 10_000:04d}",
            surname,
            f"{day:02d}/03/19{who + 40}",
            f"BS{who} {n % 9}QN",
            f"{day:02d}-Nov-2025",
            TERMS[term],
            str(254_837_000 + term),
            None if n % 7 else "x\u200by",
        ]
        objects = who == 3
        marks: dict[int, Mark] = {}
        tags: dict[int, str] = {}
        if term in SENSITIVE:
            marks[5] = Mark.SENSITIVE
            tags[5] = SENSITIVE[term]
        if term == 4:
            marks[5] = Mark.OBJECTION
        if n % 50 == 20:
            marks[6] = Mark.UNKNOWN
        if n % 7 == 0:
            marks[7] = Mark.HAZARD
        withheld = OBJECTS if objects else NO_HIV if term == 6 else None
        out: list[str | None] | None = None
        changed: dict[int, Why] = {}
        if withheld is None:
            out = [
                f"P-7KQ2-M9XD-0RHE-{n % 10_000:04d}",
                f"19{who + 40}",
                f"BS{who}",
                "2025-11",
                raw[5],
                raw[6],
            ]
            changed = {
                0: Why("Replaced with a code that only the practice can trace back.", "profile: identifiers"),
                2: Why("Only the year is given.", "profile: dates"),
                3: Why("Only the first part of the postcode is given.", "profile: places"),
                4: Why("Only the month and year are given.", "profile: dates"),
            }
        by = "" if withheld is None else "objection.type1_dissent" if objects else "category.hiv"
        return PageRow(n, raw, out, withheld, marks, changed, tags, objects, patient=who, withheld_by=by)

    def mask(self, filter_id: str) -> Bools:
        found = self._masks.get(filter_id)
        if found is None:
            n = np.arange(300)  # every fact repeats after 300 rows
            who, term = (n // 2) % 10, n % 12
            left_out = (who == 3) | (term == 6)
            pattern = {
                **{f"{PATIENT}{p}": lambda p=p: who == p for p in range(10)},
                LEFT_OUT: lambda: left_out,
                CHANGED: lambda: ~left_out,
                OBJECTED: lambda: who == 3,
                "sensitive": lambda: np.isin(term, list(SENSITIVE)),
                "unknown": lambda: n % 50 == 20,
                CATEGORY + "mental_health": lambda: term == 1,
                CATEGORY + "cancer": lambda: term == 3,
                CATEGORY + "hiv": lambda: term == 6,
                CATEGORY + "nothing": lambda: term == 99,
            }[filter_id]()
            found = self._masks[filter_id] = np.resize(pattern, self.count)
        return found

    def filters(self, table: str, on: tuple[str, ...] = ()) -> tuple[FilterChoice, ...]:
        labels = (
            (CHANGED, "Changed"),
            (LEFT_OUT, "Left out"),
            (OBJECTED, "Has an objection"),
            (CATEGORY + "mental_health", "Mental health"),
            (CATEGORY + "cancer", "Cancer"),
            (CATEGORY + "hiv", "HIV and sexual health"),
        )
        patient = tuple((one, "This patient") for one in on if one.startswith(PATIENT))
        nothing = (CATEGORY + "nothing", "Gender reassignment")
        return (
            FilterChoice(ALL_ROWS, "All rows", self.count),
            *(
                FilterChoice(i, label, int(self._together((*self._others(i, on), i)).sum()))
                for i, label in (*patient, *labels, nothing)
            ),
        )

    @staticmethod
    def _others(filter_id: str, on: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(one for one in on if kind_of(one) != kind_of(filter_id))

    def _together(self, on: tuple[str, ...]) -> Bools:
        if len(on) == 1:
            return self.mask(on[0])
        whole = np.ones(self.count, dtype=np.bool_)
        for kind in {kind_of(one) for one in on}:
            either = np.zeros(self.count, dtype=np.bool_)
            for one in on:
                if kind_of(one) == kind:
                    either |= self.mask(one)
            whole &= either
        return whole

    def positions(self, table: str, on: tuple[str, ...]) -> Rows | None:
        return self._together(on).nonzero()[0] if on else None

    def patient_rows(self, patient: int) -> tuple[tuple[str, Rows], ...]:
        events = self.mask(f"{PATIENT}{patient}").nonzero()[0]
        return (("events", events), ("patients", np.arange(patient % 5, patient % 5 + 1)))

    def lanes(self, table: str) -> tuple[Lane, ...]:
        if table != "events":
            return ()
        return (
            Lane("left_out", "Left out", self.mask(LEFT_OUT)),
            Lane("sensitive", "Sensitive", self.mask("sensitive")),
            Lane("objection", "Objection", self.mask(OBJECTED)),
            Lane("unknown", "Not understood", self.mask("unknown")),
        )

    def flagged(self, table: str) -> Bools:
        if table != "events":
            return np.zeros(5, dtype=np.bool_)
        return self.mask("sensitive") | self.mask("unknown")

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
        allowed = None if among is None else set(among.tolist())
        order = range(start, -1, -1) if backwards else range(start, self.count)
        for number in order:
            if number % 256 == 0:
                step(number, self.count)
                time.sleep(self.delay_s)
            if allowed is not None and number not in allowed:
                continue
            row = self.row(number)
            cells = [] if side == "out" else [("raw", at, cell) for at, cell in enumerate(row.raw)]
            if side != "raw" and row.out is not None:
                cells += [("out", c.position, cell) for c, cell in zip(self._shape.out, row.out, strict=True)]
            for where, position, cell in cells:
                if cell and text.casefold() in cell.casefold():
                    return number, where, position
        return None

    def about(self, table: str, row: PageRow, position: int) -> Cell:
        tag = row.tags.get(position)
        if tag is None:
            return Cell()
        why = f"Flagged as {tag.lower()}: SNOMED CT {row.raw[6]} is in the built-in list. This profile sends it."  # noqa: E501
        return Cell((tag.lower().replace(" ", "_"),), (tag,), (why,))

    def published(self) -> object | None:
        return None

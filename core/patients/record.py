"""One patient on one page: every row of theirs in every table, by family, on both sides.

Cells come from `Preview.rows_at`, the function that fills the side-by-side panes, so that what is seen is
what leaves. Nothing is kept: a record lives as long as somebody holds it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.model import Kind, Role
from core.patients.codes import check_patient, patient_code
from core.patients.elsewhere import rows_of
from core.patients.families import WHO, TableFamily, plain, table_family, title_of
from core.patients.meanings import Meaning, meanings_of
from core.patients.measurements import Measures, Reading, make_series, measures_of
from core.patients.nouns import FAMILIES, Item, PatientRecord, Section
from core.patients.told import Teller
from core.preview import Mask, Preview, Rows
from core.preview_rows import PreviewRow, Window, highlighted
from core.protection import left_out_reason
from core.protection.plan import FieldPlan
from core.protection.pseudonyms import HoldsSecret
from core.reading import read_at

#: Items of one family on the page: the newest. A page of more cannot be looked at one by one.
MOST_ITEMS = 2_000
_LONGEST_LINE = 400
#: Reasons that hold for a whole patient, by how their ids begin (core.protection.row_reasons has the order).
_OF_PATIENTS = (
    "objection.",
    "status.",
    "recall.",
    "held_back.patient",
    "decision.patient",
    "cohort.",
    "sample.",
)
_NEVER_IN_LINE = WHO | {
    Role.EVENT_DATE,
    Role.EVENT_TIME,
    Role.OTHER_DATE,
    Role.ROW_KEY,
    Role.STAFF_CODE,
    Role.STAFF_NAME,
    Role.ORGANISATION,
}
_FIRST_IN_LINE = (Role.TERM, Role.VALUE, Role.UNIT, Role.NOTE, Role.OTHER, Role.FLAG, Role.CODE)


def read_record(
    preview: Preview, patient: int, *, key: HoldsSecret | None = None, most: int = MOST_ITEMS
) -> PatientRecord:
    """Everything the export holds of a patient, and what would leave of it. Reads the patient's rows only.

    The newest `most` items of each family; `cut` says how many more there are. `key` is not needed: the
    preview makes the plan's codes. Raises UsageError where the survey has no such patient, ReadError where
    the file changed."""
    check_patient(preview, patient)
    readers = [
        _TableReader(preview, name, rows)
        for name, facts in preview.survey.facts.items()
        if len(rows := rows_of(facts, patient))
    ]
    total = sum(len(reader.rows) for reader in readers)
    cut = 0 if total <= most else _cut(readers, most)
    teller = Teller()
    items: list[Item] = []
    readings: list[tuple[int, bool, Reading]] = []
    for reader in readers:
        found, measured = reader.read(teller)
        items += found
        readings += measured
    withheld = {reason for reader in readers for reason in reader.withheld()}
    left_out, left_out_id = _whole_patient(preview, withheld)
    by_family: dict[str, list[Item]] = {}
    for item in items:
        by_family.setdefault(item.family, []).append(item)
    sections = tuple(
        Section(name, title_of(name), tuple(sorted(by_family[name], key=lambda item: -item.day)))
        for name in FAMILIES
        if name in by_family
    )
    return PatientRecord(
        patient=patient,
        code=patient_code(preview, patient),
        name=teller.name,
        told=teller.told(),
        sections=sections,
        series=make_series(readings),
        left_out=left_out,
        left_out_id=left_out_id,
        cut=cut,
        notes=_notes(preview, cut),
    )


def _whole_patient(preview: Preview, withheld: set[int]) -> tuple[str, str]:
    """The reason under which a whole patient stays, by the reasons of all their rows (0: it leaves)."""
    if len(withheld) != 1 or 0 in withheld:
        return "", ""
    reason = preview.decisions.reasons[next(iter(withheld)) - 1]
    return (reason.text, reason.id) if reason.id.startswith(_OF_PATIENTS) else ("", "")


def _notes(preview: Preview, cut: int) -> tuple[str, ...]:
    """What the page does not show, in words."""
    notes = []
    if cut:
        notes.append(
            f"{cut:,} older {'entry is' if cut == 1 else 'entries are'} not shown here. "
            "They are on the Side by side page."
        )
    for name, facts in preview.survey.facts.items():
        nobody = int(np.count_nonzero(facts.patient < 0))
        if nobody and (facts.patient >= 0).any():
            notes.append(
                f"{nobody:,} {'row' if nobody == 1 else 'rows'} of {name} cannot be told whose they are, "
                "so they are on nobody's page. They are on the Side by side page."
            )
    return tuple(notes)


@dataclass
class _TableReader:
    """The patient's rows of one table."""

    preview: Preview
    table: str
    rows: Rows
    families: list[str] | None = None  # of each row, where they had to be told beforehand
    family: TableFamily = field(init=False)
    measures: Measures = field(init=False)
    fields: tuple[FieldPlan, ...] = field(init=False)

    def __post_init__(self) -> None:
        survey = self.preview.survey
        self.family = table_family(survey, self.table)
        values = self.family.values if not self.family.fixed else ()
        self.measures = measures_of(survey.findings[self.table], values)
        self.fields = self.preview.context.tables[self.table].fields
        self._meanings = meanings_of(survey)
        self._numbers = self._meanings.numbers(survey, self.table)
        self._facts = survey.facts[self.table]

    def withheld(self) -> set[int]:
        """The numbers of the reasons of all of the patient's rows, 0 for one that leaves."""
        return set(np.unique(self.preview.decisions.withheld[self.table][self.rows]).tolist())

    # -- families before the cells are worked out, for patients with very many rows ---------------
    def tell_families(self) -> list[str]:
        """The family of each row, read from the fields it hangs on."""
        if self.families is not None:
            return self.families
        if self.family.fixed:
            self.families = [self.family.fixed] * len(self.rows)
            return self.families
        table = self.preview.survey.export.table(self.table)
        units = [unit for _, unit, _ in self.measures.groups if unit >= 0]
        wanted = sorted({*self.family.needed, *units, *self._numbers})
        data = read_at(table, table.blocks(), self.rows, wanted, where=False).data
        columns = [data.column(str(at)).to_pylist() for at in wanted]
        rows = [dict(zip(wanted, cells, strict=True)) for cells in zip(*columns, strict=True)]
        meanings = self._means(rows)
        self.families = [
            self._family(int(number), cells, self._meaning(cells, meanings), None)
            for number, cells in zip(self.rows, rows, strict=True)
        ]
        return self.families

    def keep(self, kept: Mask) -> None:
        """Only these of the rows (true for each) are read."""
        if self.families is not None:
            self.families = [name for name, stays in zip(self.families, kept, strict=True) if stays]
        self.rows = self.rows[kept]

    # -- items -----------------------------------------------------------------------------------
    def read(self, teller: Teller) -> tuple[list[Item], list[tuple[int, bool, Reading]]]:
        """The items of the rows, and the measurements in them. `teller` is told who the patient is."""
        if not len(self.rows):
            return [], []
        window = self.preview.rows_at(self.table, self.rows)
        positions = [planned.position for planned in self.fields]
        cells = [dict(zip(positions, row.raw, strict=True)) for row in window.rows]
        meanings = self._means(cells)
        days = self._facts.day_at(self.rows).tolist()
        items, measured = [], []
        for row, own, day in zip(window.rows, cells, days, strict=True):
            meaning = self._meaning(own, meanings)
            readings = self.measures.of(own, meaning.words, meaning.code)
            family = self._family(row.row, own, meaning, readings)
            out = self._out(row)
            teller.take(self.fields, own, out, row, days_first=day, own_table=family == "demographics")
            for reading in readings:
                measured.append(
                    (day, bool(out is not None and (out.get(reading.position) or "").strip()), reading)
                )
            items.append(self._item(window, row, own, out, family, day, meaning))
        return items, measured

    def _out(self, row: PreviewRow) -> dict[int, str | None] | None:
        if row.out is None:
            return None
        leaving = (planned.position for planned in self.fields if planned.leaves)
        return dict(zip(leaving, row.out, strict=True))

    def _item(
        self,
        window: Window,
        row: PreviewRow,
        own: Mapping[int, str | None],
        out: Mapping[int, str | None] | None,
        family: str,
        day: int,
        meaning: Meaning,
    ) -> Item:
        filled = [p for p in self.fields if own.get(p.position) or (out is not None and out.get(p.position))]
        changes = [(name, reason.text) for name, reason in row.changes.items()]
        if out is not None:
            changes += [(p.field, left_out_reason(p).text) for p in filled if not p.leaves]
        date = next((p for p in self.fields if p.role is Role.EVENT_DATE and own.get(p.position)), None)
        return Item(
            table=self.table,
            row=row.row,
            family=family,
            day=day,
            held=self._line(own, family, meaning.words),
            out=None if out is None else self._line(out, family, self._known_outside(own, out, meaning)),
            why="" if row.withheld is None else row.withheld.text,
            reason_id="" if row.withheld is None else row.withheld.id,
            fields=tuple(
                (p.field, own.get(p.position) or "", None if out is None else out.get(p.position))
                for p in filled
            ),
            changes=tuple(changes),
            marks=self._marks(row, filled),
            restricted=self._restricted(row),
            chain=row.chain or self.preview.chain(self.table, row.row),
            when="" if date is None else own.get(date.position) or "",
            out_when=None if date is None or out is None else out.get(date.position),
            meaning=meaning.words,
        )

    def _line(self, cells: Mapping[int, str | None], family: str, meaning: str) -> str:
        """What cells say, in one line: words first, then values, notes and codes."""
        said: list[str] = [meaning] if meaning else []
        everything = family == "demographics" and bool(self.family.fixed)
        told = [
            p
            for p in self.fields
            if (cells.get(p.position) or "").strip()
            and (everything or p.role not in _NEVER_IN_LINE)
            and p.kind is not Kind.LINKING_KEY
        ]
        told = told or [p for p in self.fields if (cells.get(p.position) or "").strip()]
        if not everything:
            told.sort(key=lambda p: _FIRST_IN_LINE.index(p.role) if p.role in _FIRST_IN_LINE else 4)
        units = {value: unit for value, unit, _ in self.measures.groups if unit >= 0}
        beside = {units[p.position] for p in told if p.position in units}
        for planned in told:
            text = " ".join((cells.get(planned.position) or "").split())
            if planned.position in beside:
                continue
            unit = " ".join((cells.get(units.get(planned.position, -1)) or "").split())
            said.append(f"{text} {unit}" if unit else text)
        line = " · ".join(dict.fromkeys(said))
        return line if len(line) <= _LONGEST_LINE else f"{line[: _LONGEST_LINE - 1]}…"

    def _known_outside(
        self, own: Mapping[int, str | None], out: Mapping[int, str | None], meaning: Meaning
    ) -> str:
        """The meaning of a number that leaves as it is: whoever gets it can look it up."""
        same = any(own.get(at) and own.get(at) == out.get(at) for at in self._numbers)
        return meaning.words if same else ""

    def _marks(self, row: PreviewRow, filled: Sequence[FieldPlan]) -> tuple[str, ...]:
        survey = self.preview.survey
        shown = highlighted(survey, self.preview.plan.withhold_categories)
        marks = [
            f"Sensitive: {survey.lookup.category(name).title}"
            for name in row.categories
            if shown >> survey.category_ids.index(name) & 1
        ]
        if any(p.role is Role.THIRD_PARTY for p in filled):
            marks.append("About another person")
        if self._facts.is_objection(row.row):
            marks.append("An objection, or its withdrawal")
        if self._facts.is_unknown(row.row):
            marks.append("The code is not understood")
        elif self._facts.is_not_judged(row.row):
            marks.append("Nothing says what the code means")
        return tuple(marks)

    def _restricted(self, row: PreviewRow) -> bool:
        lookup = self.preview.survey.lookup
        return any(lookup.category(name).strength == "restricted" for name in row.categories)

    # -- what a row is ---------------------------------------------------------------------------
    def _family(
        self, row: int, cells: Mapping[int, str | None], meaning: Meaning, readings: Sequence[Reading] | None
    ) -> str:
        if self.family.fixed:
            return self.family.fixed
        if readings is None:
            readings = self.measures.of(cells, meaning.words, meaning.code)
        held = self._facts.categories_of(row)
        names = (
            [name for bit, name in enumerate(self.preview.survey.category_ids) if held >> bit & 1]
            if held
            else []
        )
        return self.family.of(cells, categories=names, measured=bool(readings), meaning=meaning.words)

    def _means(self, rows: Sequence[Mapping[int, str | None]]) -> dict[tuple[int, str], Meaning]:
        found: dict[tuple[int, str], Meaning] = {}
        for at in self._numbers:
            numbers = {number for cells in rows if (number := (cells.get(at) or "").strip())}
            heading = plain(self.fields[at].field)
            medicines = self.family.fixed == "medicines"
            for number, meaning in self._meanings.of(heading, numbers, medicines=medicines).items():
                found[at, number] = meaning
        return found

    def _meaning(self, cells: Mapping[int, str | None], known: Mapping[tuple[int, str], Meaning]) -> Meaning:
        for at in self._numbers:
            if (meaning := known.get((at, (cells.get(at) or "").strip()))) is not None:
                return meaning
        return Meaning()


def _cut(readers: Sequence[_TableReader], most: int) -> int:
    """Keep the newest rows of each family in every reader; answers how many go."""
    families = [np.array(reader.tell_families()) for reader in readers]
    days = [reader._facts.day_at(reader.rows) for reader in readers]
    kept = [np.ones(len(reader.rows), dtype=np.bool_) for reader in readers]
    for name in FAMILIES:
        own = [np.flatnonzero(told == name) for told in families]
        if sum(map(len, own)) <= most:
            continue
        of = np.concatenate([np.full(len(rows), at) for at, rows in enumerate(own)])
        rows = np.concatenate(own)
        when = np.concatenate([day[some] for day, some in zip(days, own, strict=True)])
        for at in np.argsort(-when.astype(np.int64), kind="stable")[most:].tolist():
            kept[of[at]][rows[at]] = False
    gone = sum(int((~mask).sum()) for mask in kept)
    for reader, mask in zip(readers, kept, strict=True):
        reader.keep(mask)
    return gone


__all__ = ["MOST_ITEMS", "read_record"]

"""One patient's rows of one table: the family of each, and each as an item of the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from core.model import Role
from core.patients.families import plain, table_family
from core.patients.line import Cells, line_of
from core.patients.meanings import Meaning, meanings_of
from core.patients.measurements import Reading, measures_of
from core.patients.nouns import Item
from core.patients.told import Teller
from core.preview import Mask, Preview, Rows
from core.preview_rows import PreviewRow, highlighted
from core.protection import left_out_reason
from core.protection.plan import FieldPlan
from core.reading import read_at

_Known = Mapping[tuple[int, str], Meaning]
AT_ONCE = 5_000  # rows


class TableReader:
    """The rows of one table that are a patient's. `rows` are their numbers, ascending."""

    def __init__(self, preview: Preview, table: str, rows: Rows) -> None:
        survey = preview.survey
        self.preview, self.table, self.rows = preview, table, rows
        self.fields: tuple[FieldPlan, ...] = preview.context.tables[table].fields
        self.family = table_family(survey, table)
        self.measures = measures_of(survey.findings[table], self.family.values)
        self.line = line_of(self.fields, self.family, self.measures)
        self._facts = survey.facts[table]
        self._lookup = survey.lookup
        self._meanings = meanings_of(survey)
        self._numbers = self._meanings.numbers(survey, table)
        self._shown = highlighted(survey, preview.plan.withhold_categories)
        self._families: list[str] | None = None
        self._names: dict[int, tuple[str, ...]] = {}  # categories by their bits

    @property
    def days(self) -> list[int]:
        """The day of each row, NO_DAY where it has none."""
        return [int(day) for day in self._facts.day_at(self.rows)]

    # -- families before the cells are worked out, for patients with very many rows ---------------
    def families(self) -> list[str]:
        """The family of each row. Reads only the fields that it hangs on."""
        if self._families is None:
            self._families = self._read_families()
        return self._families

    def _read_families(self) -> list[str]:
        if self.family.fixed:
            return [self.family.fixed] * len(self.rows)
        table = self.preview.survey.export.table(self.table)
        units = [unit for _, unit, _ in self.measures.groups if unit >= 0]
        wanted = sorted({*self.family.needed, *units, *self._numbers})
        if not wanted:
            return [self._family(int(row), {}, Meaning(), ()) for row in self.rows]
        data = read_at(table, table.blocks(), self.rows, wanted, where=False).data
        columns = [data.column(str(at)).to_pylist() for at in wanted]
        rows = [dict(zip(wanted, cells, strict=True)) for cells in zip(*columns, strict=True)]
        known = self._known(rows)
        found = []
        for row, cells in zip(self.rows.tolist(), rows, strict=True):
            meaning = self._meaning(cells, known)
            readings = self.measures.of(cells, meaning.words, meaning.code)
            found.append(self._family(row, cells, meaning, readings))
        return found

    def keep(self, kept: Mask) -> None:
        """Only these of the rows (true for each) are read."""
        if self._families is not None:
            self._families = [name for name, stays in zip(self._families, kept, strict=True) if stays]
        self.rows = self.rows[kept]

    # -- items -----------------------------------------------------------------------------------
    def read(self, teller: Teller) -> tuple[list[Item], list[tuple[int, bool, Reading]]]:
        """The items of the rows, and the measurements in them, each with its day and whether it would leave.
        `teller` is told who the patient is."""
        if not len(self.rows):
            return [], []
        window = self.preview.rows_at(self.table, self.rows)
        positions = [planned.position for planned in self.fields]
        leaving = [planned.position for planned in self.fields if planned.leaves]
        cells = [dict(zip(positions, row.raw, strict=True)) for row in window.rows]
        known = self._known(cells)
        items, measured = [], []
        for row, own, day in zip(window.rows, cells, self.days, strict=True):
            out = None if row.out is None else dict(zip(leaving, row.out, strict=True))
            meaning = self._meaning(own, known)
            readings = self.measures.of(own, meaning.words, meaning.code)
            family = self._family(row.row, own, meaning, readings)
            if not self.family.about_others:
                teller.take(self.fields, own, out, row, day=day, about_person=family == "demographics")
            for reading in readings:
                leaves = out is not None and bool((out.get(reading.position) or "").strip())
                measured.append((day, leaves, reading))
            items.append(self._item(row, own, out, family, day, meaning))
        return items, measured

    def _item(
        self, row: PreviewRow, own: Cells, out: Cells | None, family: str, day: int, meaning: Meaning
    ) -> Item:
        filled = [p for p in self.fields if own.get(p.position) or (out is not None and out.get(p.position))]
        changes = [(name, reason.text) for name, reason in row.changes.items()]
        if out is not None:
            changes += [(p.field, left_out_reason(p).text) for p in filled if not p.leaves]
        date = next((p for p in filled if p.role is Role.EVENT_DATE), None)
        known_outside = "" if out is None else self._known_outside(own, out, meaning)
        return Item(
            table=self.table,
            row=row.row,
            family=family,
            day=day,
            held=self.line.of(own, meaning.words),
            out=None if out is None else self.line.of(out, known_outside),
            why="" if row.withheld is None else row.withheld.text,
            reason_id="" if row.withheld is None else row.withheld.id,
            fields=tuple(
                (p.field, own.get(p.position) or "", None if out is None else out.get(p.position))
                for p in filled
            ),
            changes=tuple(changes),
            marks=self._marks(row, filled),
            restricted=self._is_restricted(row),
            chain=row.chain or self.preview.chain(self.table, row.row),
            when="" if date is None else own.get(date.position) or "",
            out_when=None if date is None or out is None else out.get(date.position),
            meaning=meaning.words,
        )

    def _known_outside(self, own: Cells, out: Cells, meaning: Meaning) -> str:
        """The meaning of a number that leaves as it is: whoever gets it can look it up."""
        same = any(own.get(at) and own.get(at) == out.get(at) for at in self._numbers)
        return meaning.words if same else ""

    def _is_restricted(self, row: PreviewRow) -> bool:
        """Whether a law restricts who may be told of the row. One that stays because of such a row would say
        so: it is restricted with it."""
        held = list(row.categories)
        closure = self.preview.decisions.closure
        if closure is not None and (steps := closure.chain(self.table, row.row)):
            first = steps[-1]
            held += self._categories(self.preview.survey.facts[first.table].categories_of(first.row))
        return any(self._lookup.category(name).strength == "restricted" for name in held)

    def _marks(self, row: PreviewRow, filled: Sequence[FieldPlan]) -> tuple[str, ...]:
        ids = self.preview.survey.category_ids
        marks = [
            f"Sensitive: {self._lookup.category(name).title}"
            for name in row.categories
            if self._shown >> ids.index(name) & 1
        ]
        if self.family.about_others or any(p.role is Role.THIRD_PARTY for p in filled):
            marks.append("About another person")
        if self._facts.is_objection(row.row):
            marks.append("An objection, or its withdrawal")
        if self._facts.is_unknown(row.row):
            marks.append("The code is not understood")
        elif self._facts.is_not_judged(row.row):
            marks.append("Nothing says what the code means")
        return tuple(marks)

    # -- what leaves, and nothing else ------------------------------------------------------------
    def leaving(self) -> Iterator[tuple[str, Cells, Cells]]:
        """Of every row that leaves its family, and its cells as they are and as they leave.

        The family is judged by the cells of which something leaves: one that is held back has no part in it,
        so that whoever is told the family cannot tell it from an empty one."""
        positions = [planned.position for planned in self.fields]
        leaving = [planned.position for planned in self.fields if planned.leaves]
        rows = self.rows[self.preview.decisions.withheld[self.table][self.rows] == 0]
        for start in range(0, len(rows), AT_ONCE):
            window = self.preview.rows_at(self.table, rows[start : start + AT_ONCE])
            cells = [dict(zip(positions, row.raw, strict=True)) for row in window.rows]
            known = self._known(cells)
            for row, own in zip(window.rows, cells, strict=True):
                if row.out is None:
                    continue
                out = dict(zip(leaving, row.out, strict=True))
                there = {at: own[at] for at in positions if (out.get(at) or "").strip()}
                meaning = self._meaning(there, known)
                categories = self._categories(self._bits(there, meaning))
                readings = self.measures.of(there, meaning.words, meaning.code)
                fixed = self.family.fixed
                yield (
                    fixed
                    or self.family.of(
                        there, categories=categories, measured=bool(readings), meaning=meaning.words
                    ),
                    own,
                    out,
                )

    def _bits(self, cells: Cells, meaning: Meaning) -> int:
        """The categories that these cells' own codes and terms are of."""
        bits = self._lookup.bits_of_code(meaning.code) | self._lookup.bits_of_term(meaning.words)
        for at in self.family.codes:
            bits |= self._lookup.bits_of_code((cells.get(at) or "").strip())
        for at in self.family.terms:
            bits |= self._lookup.bits_of_term((cells.get(at) or "").strip())
        return bits

    # -- what a row is ---------------------------------------------------------------------------
    def _family(self, row: int, cells: Cells, meaning: Meaning, readings: Sequence[Reading]) -> str:
        if self.family.fixed:
            return self.family.fixed
        names = self._categories(self._facts.categories_of(row))
        return self.family.of(cells, categories=names, measured=bool(readings), meaning=meaning.words)

    def _categories(self, held: int) -> tuple[str, ...]:
        if held not in self._names:
            ids = self.preview.survey.category_ids
            self._names[held] = tuple(name for bit, name in enumerate(ids) if held >> bit & 1)
        return self._names[held]

    def _known(self, rows: Sequence[Cells]) -> _Known:
        """What the export's dictionaries say of the numbers in these rows."""
        found: dict[tuple[int, str], Meaning] = {}
        for at in self._numbers:
            numbers = {number for cells in rows if (number := (cells.get(at) or "").strip())}
            heading = plain(self.fields[at].field)
            medicines = self.family.fixed == "medicines"
            for number, meaning in self._meanings.of(heading, numbers, medicines=medicines).items():
                found[at, number] = meaning
        return found

    def _meaning(self, cells: Cells, known: _Known) -> Meaning:
        for at in self._numbers:
            if (meaning := known.get((at, (cells.get(at) or "").strip()))) is not None:
                return meaning
        return Meaning()

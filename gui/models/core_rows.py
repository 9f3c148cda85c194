"""Answers the side-by-side page from the real survey, plan, row decisions and preview.

Rows, cells, reasons, filters and finding are `core.preview`'s; this turns them into what the panes paint.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gui.models import note_filter
from gui.models.restricted import SAID, WORDS, Guard, note_fields, restricted_bits
from gui.models.row_source import (
    ACTION_WORDS,
    ALL_ROWS,
    CATEGORY,
    CHANGED,
    KIND_WORDS,
    LEFT_OUT,
    NOT_UNDERSTOOD,
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
    has_hidden_characters,
)
from gui.models.sheets import is_sheet

if TYPE_CHECKING:
    from core.model import Reason
    from core.preview import Preview
    from core.preview_filters import Narrowing
    from core.preview_rows import PreviewRow
    from core.protection import Plan, Profile, RowDecisions
    from core.survey.results import Survey

#: The preview's flags that a pane paints on single cells, by bit (core.preview_rows.Flag).
_FLAGS = ((4, Mark.SENSITIVE), (8, Mark.OBJECTION), (16, Mark.UNKNOWN), (32, Mark.HAZARD))
_UNKNOWN = 16
SAME = "Every row of the patient whose row was chosen"


class CoreRows:
    """A `RowSource`. Cheap to make; arrays over all rows are made when first asked for, off the UI thread."""

    def __init__(
        self,
        survey: Survey,
        plan: Plan,
        rows: RowDecisions,
        preview: Preview,
        profile: Profile | None = None,
        *,
        restricted: bool = True,
        for_gp: frozenset[int] = frozenset(),
    ) -> None:
        """`restricted`: whether rows are shown whose detail a law restricts; `for_gp`: patients whose rows
        are not, because their record is for a GP and somebody else looks."""
        self._survey = survey
        self._plan = plan
        self._decided = rows
        self._preview = preview
        self._profile = profile
        self._lookup = survey.lookup
        notes = {} if restricted else {name: note_fields(plan.for_table(name)) for name in self.tables()}
        self._guard = Guard(preview, 0 if restricted else restricted_bits(survey.lookup), for_gp, notes)
        self._shapes: dict[str, Shape] = {}
        self._whys: dict[int, Why] = {}
        self._published: object | None = None
        self._offered: dict[str, tuple[FilterChoice, ...]] = {}  # by table: what has rows at all
        self._narrowings: dict[str, Narrowing] = {}

    # -- columns ---------------------------------------------------------------------------------
    def tables(self) -> tuple[str, ...]:
        return tuple(table.name for table in self._survey.export.tables)

    def shape(self, table: str) -> Shape:
        found = self._shapes.get(table)
        if found is None:
            raw: list[Column] = []
            out: list[Column] = []
            paths = {field.name: field.path for field in self._survey.export.table(table).fields}
            pinned = self._says_whose(table)
            for plan in self._plan.for_table(table):
                words = KIND_WORDS.get(str(plan.kind), str(plan.kind))
                sent = plan.leaves or self.publishes_counts  # in counts no field is sent, and none left out
                action = plan.action if sent is plan.leaves else "counted"
                raw.append(
                    Column(
                        plan.position,
                        plan.field,
                        str(plan.kind),
                        words if sent else "left out",
                        action,
                        plan.reason,
                        plan.source,
                        paths.get(plan.field, ""),
                        plan.position == pinned,
                    )
                )
                if plan.leaves:
                    done = ACTION_WORDS.get(plan.action, plan.action)
                    out.append(
                        Column(
                            plan.position,
                            plan.heading,
                            str(plan.kind),
                            done,
                            plan.action,
                            pinned=plan.position == pinned,
                        )
                    )
            rows = self._survey.facts[table].rows
            sheet = is_sheet(self._survey.export.table(table))
            found = self._shapes[table] = Shape(rows, tuple(raw), tuple(out), sheet)
        return found

    @cached_property
    def _positions(self) -> Mapping[str, Mapping[str, int]]:
        return {
            name: {column.name: column.position for column in self.shape(name).raw} for name in self.tables()
        }

    @cached_property
    def _pairs(self) -> Mapping[str, tuple[int, int] | None]:
        """Per table the code and its term where there is one of each: a flag on one is shown on both."""
        made: dict[str, tuple[int, int] | None] = {}
        for name in self.tables():
            of = {
                role: [f.position for f in self._plan.for_table(name) if str(f.role) == role]
                for role in ("code", "term")
            }
            one_each = len(of["code"]) == len(of["term"]) == 1
            made[name] = (of["code"][0], of["term"][0]) if one_each else None
        return made

    def _says_whose(self, table: str) -> int | None:
        """The field that says whose row it is: the NHS number, else the practice's own number."""
        plans = self._plan.for_table(table)
        for role in ("nhs_number", "patient_key"):
            found = next((f.position for f in plans if str(f.role) == role), None)
            if found is not None:
                return found
        return None

    def telling(self, table: str) -> int | None:
        """The field that says most of what leaves: the words of a clinical code, else the code itself."""
        plans = self._plan.for_table(table)
        for role in ("term", "code"):
            found = next((f.position for f in plans if f.leaves and str(f.role) == role), None)
            if found is not None:
                return found
        return None

    # -- rows ------------------------------------------------------------------------------------
    def rows(self, table: str, numbers: Rows) -> list[PageRow]:
        window = self._preview.rows_at(table, numbers)
        field_flags = {name: int(flag) for name, flag in window.field_flags.items()}
        return [self._page_row(table, row, field_flags) for row in window.rows]

    def _page_row(self, table: str, row: PreviewRow, field_flags: Mapping[str, int]) -> PageRow:
        at_of = self._positions[table]
        marks: dict[int, Mark] = {}
        for name, flag in row.flags.items():
            bits = int(flag)
            if field_flags.get(name, 0) & _UNKNOWN:
                bits &= ~_UNKNOWN  # said once, in the column's name
            found = Mark.NONE
            for bit, mark in _FLAGS:
                if bits & bit:
                    found |= mark
            if found:
                marks[at_of[name]] = found
        for at, cell in enumerate(row.raw):
            if cell and has_hidden_characters(cell):
                marks[at] = marks.get(at, Mark.NONE) | Mark.HAZARD
        tags = {at_of[name]: self._words(ids) for name, ids in row.sensitive.items()}
        pair = self._pairs[table]
        if pair is not None and marks:
            self._share(pair, marks, tags)
        made = PageRow(
            row.row,
            row.raw,
            row.out,
            None if row.withheld is None or row.withheld.id == "counted" else self._why(row.withheld),
            marks,
            {at_of[name]: self._why(why) for name, why in row.changes.items()},
            tags,
            row.objects,
            row.line,
            row.place,
            chain=row.chain,
            patient=row.patient,
            withheld_by="" if row.withheld is None else row.withheld.id,
        )
        return self._guard.covered(table, made)

    @staticmethod
    def _share(pair: tuple[int, int], marks: dict[int, Mark], tags: dict[int, str]) -> None:
        both = Mark.NONE
        for at in pair:
            both |= marks.get(at, Mark.NONE) & (Mark.SENSITIVE | Mark.OBJECTION)
        if both:
            tag = ", ".join(dict.fromkeys(tags[at] for at in pair if at in tags))
            for at in pair:
                marks[at] = marks.get(at, Mark.NONE) | both
                if tag:
                    tags[at] = tag

    def _why(self, reason: Reason) -> Why:
        found = self._whys.get(id(reason))
        if found is None or (found.text, found.source) != (reason.text, reason.source):
            if len(self._whys) > 10_000:
                self._whys.clear()
            found = self._whys[id(reason)] = Why(reason.text, reason.source)
        return found

    def _words(self, ids: tuple[str, ...]) -> str:
        known = [self._lookup.category(name) for name in ids]
        own = [c.title for c in known if not c.set]  # a published list says no more than its families do
        return ", ".join(own or [c.title for c in known])

    # -- filters and flags -----------------------------------------------------------------------
    def filters(self, table: str, on: tuple[str, ...] = ()) -> tuple[FilterChoice, ...]:
        narrowed = self._narrowed(table)
        offered = self._offered.get(table)
        if offered is None:
            counted = note_filter.counts(narrowed, self._worth_offering(bool(narrowed.notes)), ())
            always = (ALL_ROWS, CHANGED, LEFT_OUT)
            offered = self._offered[table] = tuple(c for c in counted if c.count or c.id in always)
        if not on and not narrowed.notes_read:
            return offered
        patient = tuple(FilterChoice(one, "This patient", 0, SAME) for one in on if one.startswith(PATIENT))
        asked = [offered[0], *patient, *offered[1:], *note_filter.still_on(offered, on)]
        return note_filter.counts(narrowed, asked, on)

    def _worth_offering(self, notes: bool) -> list[FilterChoice]:
        """Every way to narrow the rows, uncounted."""
        made = [FilterChoice(ALL_ROWS, "All rows", 0)]

        def offer(filter_id: str, label: str, why: str) -> None:
            made.append(FilterChoice(filter_id, label, 0, why))

        if not self.publishes_counts:
            offer(CHANGED, "Changed", "Rows that leave with at least one field changed")
            offer(LEFT_OUT, "Left out", "Rows that do not leave, the reason across each")
        offer(OBJECTED, "Has an objection", "Rows of patients who object, and rows that record an objection")
        if notes:
            made.append(note_filter.OFFERED)
        for category in self._survey.categories:
            known = self._lookup.category(category.id)
            if self._guard.bits >> self._survey.category_ids.index(category.id) & 1:
                continue  # counted on the page of codes
            offer(CATEGORY + category.id, known.title, known.description)
        offer(NOT_UNDERSTOOD, "Not understood", "Rows with a code that is not understood")
        return made

    def _narrowed(self, table: str) -> Narrowing:
        found = self._narrowings.get(table)
        if found is None:
            unseen = (lambda: self._guard.rows(table)) if self._guard else None
            found = self._narrowings[table] = self._preview.narrowing(table, unseen=unseen)
        return found

    def read_notes(self, table: str, step: Callable[[int, int], None]) -> None:
        """Read the notes of the table that leave, for the filter that finds something in them."""
        self._narrowed(table).read_notes(step)

    def note_of(self, table: str, row: PageRow) -> int | None:
        """The first note of a row in which something was found, or that may be it."""
        return note_filter.note_of(self._narrowed(table).notes, row)

    def positions(self, table: str, on: tuple[str, ...]) -> Rows | None:
        mask = self._narrowed(table).together(on)
        return None if mask is None else mask.nonzero()[0]

    def patient_rows(self, patient: int) -> tuple[tuple[str, Rows], ...]:
        from core.preview_filters import rows_of_patient

        return rows_of_patient(self._preview.survey, patient, self._guard.hides)

    @cached_property
    def _guarded(self) -> int:
        from core.preview_rows import highlighted

        return highlighted(self._survey, self._plan.withhold_categories)

    def lanes(self, table: str) -> tuple[Lane, ...]:
        facts = self._survey.facts[table]
        made = [
            Lane("sensitive", "Sensitive", facts.category_mask(self._guarded)),
            Lane("objection", "Objection", self._narrowed(table).mask(OBJECTED)),
            Lane("unknown", "Not understood", facts.unknown_code),
        ]
        if not self.publishes_counts:
            made.insert(0, Lane("left_out", "Left out", self._decided.withheld[table] != 0))
        return tuple(lane for lane in made if lane.rows.any())

    def flagged(self, table: str) -> Bools:
        """The preview's flags; of rows left out in a run for the same reason, the first only."""
        import numpy as np

        flagged = self._preview.flagged(table).copy()
        withheld = self._decided.withheld[table]
        if self.publishes_counts or not len(withheld):
            return flagged
        again = np.zeros(len(withheld), dtype=np.bool_)
        again[1:] = (withheld[1:] != 0) & (withheld[1:] == withheld[:-1])
        return flagged & ~again

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
        direction = -1 if backwards else 1
        while True:
            hit = self._preview.find(
                table,
                text,
                side="raw" if self.publishes_counts else side,
                start_row=start,
                direction=direction,
                among=among,
                step=step,
            )
            if hit is None or hit.side == "out" or not self._guard.hides_text(table, hit.row):
                break
            start = hit.row + direction  # finding a word would tell what the row says
            if not 0 <= start < self._survey.facts[table].rows:
                return None
        return None if hit is None else (hit.row, hit.side, hit.position)

    # -- words -----------------------------------------------------------------------------------
    def about(self, table: str, row: PageRow, position: int) -> Cell:
        marks = Mark(row.marks.get(position, 0))
        if not marks & (Mark.SENSITIVE | Mark.OBJECTION | Mark.UNKNOWN):
            return Cell()
        if why := self._guard.why(table, row.number) or (SAID if WORDS in row.raw else ""):
            return Cell(sentences=(why,))  # a note's row is covered already
        plans = {f.position: f for f in self._plan.for_table(table)}
        cells = {
            role: next((row.raw[at] for at, f in plans.items() if str(f.role) == role and row.raw[at]), "")
            for role in ("code", "term")
        }
        here = str(plans[position].role)
        if here in cells:
            cells[here] = row.raw[position] or ""
        bits = self._survey.facts[table].categories_of(row.number)
        ids = self._lookup.categories_of(bits) if marks & Mark.SENSITIVE else ()
        said = list(self._lookup.explain(cells["code"] or "", cells["term"] or ""))
        if ids and row.out is not None and not self.publishes_counts:
            said.append("This profile sends it.")
        return Cell(
            ids, tuple(self._lookup.category(i).title for i in ids), (" ".join(said),) if said else ()
        )

    @property
    def tier(self) -> str:
        """green, amber or red; red where a field that names patients is kept."""
        from core.protection import tier_of

        return "amber" if self._profile is None else tier_of(self._plan, self._profile)

    # -- counts ----------------------------------------------------------------------------------
    @property
    def publishes_counts(self) -> bool:
        return str(self._plan.purpose) == "counts"

    @property
    def counted_rows(self) -> int:
        return self._survey.rows

    def prepare(self) -> None:
        """Make what takes a while: the published table. Called off the UI thread."""
        if self.publishes_counts and self._profile is not None and self._published is None:
            from core.protection import published_table

            self._published = published_table(self._survey, self._plan, self._profile, self._decided)

    def published(self) -> Any:
        """The published table as far as it was prepared, else None."""
        return self._published

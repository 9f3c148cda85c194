"""A list that somebody made: codes in a column, with or without terms, categories and field names.

Where a column says a category for each code, and its words are those of Threshold's categories, the codes
feed those.
"""

from __future__ import annotations

from dataclasses import replace

from core.model import Progress
from core.survey.lists.building import Builder, Content
from core.survey.lists.candidates import ListCandidate, Sheet, day_in, shown
from core.survey.lists.code_columns import CodeColumns, categories_said, category_names, code_columns
from core.survey.lists.guarding import refuse_patients
from core.survey.lists.judging import Judge, place
from core.survey.lists.model import BY_PERSON
from core.survey.lists.readers import Seen

OWN = "own"


class PlainReader:
    """A plain table of codes."""

    id = "plain"
    title = "A list of codes of your own (CSV or workbook)"

    def recognise(self, candidate: ListCandidate) -> Seen | None:
        """By a column in which nearly all values are codes."""
        for sheet in candidate.sheets:
            columns = code_columns(sheet)
            if columns is not None:
                where = sheet.table.fields[columns.code].name
                if columns.by_heading:
                    return Seen(0.5, (f"its column '{where}' holds codes",))
                return Seen(0.3, (f"{columns.share:.0%} of the values of one column are codes",))
        return None

    def read(self, candidate: ListCandidate, judge: Judge, progress: Progress | None) -> Content:
        """See ListReader."""
        content = Content(
            shown(candidate.stem), date=day_in(candidate.stem), get_again="whoever made the list"
        )
        builder = Builder(judge)
        for sheet in candidate.sheets:
            columns = code_columns(sheet)
            if columns is not None:
                self._sheet(sheet, columns, builder)
        builder.into(content)
        for number, part in enumerate(content.parts):
            if part.id in category_names().values():
                content.parts[number] = replace(part, categories=(part.id,), how=BY_PERSON)
        return content

    def _sheet(self, sheet: Sheet, columns: CodeColumns, builder: Builder) -> None:
        taken = {columns.code, *(c for c in (columns.term, columns.category) if c is not None)}
        refuse_patients(sheet, taken)
        known, says = category_names(), categories_said(sheet, columns)
        first = [field.header for field in sheet.table.fields]
        if not columns.by_heading and not place(first[columns.code], columns.terminology).damaged:
            term = first[columns.term] if columns.term is not None else ""
            builder.add(OWN, "All its codes", first[columns.code], term, columns.terminology)
        for code, term, category in sheet.rows([columns.code, columns.term, columns.category]):
            part = known.get(category.strip().casefold(), OWN) if says else OWN
            builder.add(part, part if part != OWN else "All its codes", code, term, columns.terminology)

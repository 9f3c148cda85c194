"""Lists as OpenCodelists gives them out: `<organisation>-<name>.csv`, a column of codes and one of terms.

Headings old and new, in the order in which OpenCodelists itself tries them.
"""

from __future__ import annotations

import re

from core.model import Progress
from core.survey.lists.building import Builder, Content
from core.survey.lists.candidates import ListCandidate, Sheet, day_in, shown
from core.survey.lists.code_columns import OPENCODELISTS, CodeColumns, categories_said, code_columns
from core.survey.lists.guarding import refuse_patients
from core.survey.lists.judging import Judge
from core.survey.lists.readers import Seen

_NAME = re.compile(r"(?=.*-)[A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)+")
_VERSION = re.compile(r"-(?P<tag>[0-9a-f]{8}|20\d\d-\d\d-\d\d|v\d[\w.]*)$")
_FEW_COLUMNS = 6


class OpenCodelistsReader:
    """One list of OpenCodelists."""

    id = "opencodelists"
    title = "OpenCodelists (CSV)"

    def recognise(self, candidate: ListCandidate) -> Seen | None:
        """By its headings, and a name of words with hyphens."""
        found = _columns(candidate)
        if found is None:
            return None
        sheet, columns = found
        if not columns.by_heading or columns.heading not in OPENCODELISTS:
            return None
        if len(sheet.headings) > _FEW_COLUMNS or categories_said(sheet, columns):
            return None
        named = _NAME.fullmatch(candidate.stem) is not None
        says = f"its column '{sheet.table.fields[columns.code].name}' holds codes"
        evidence = (says, *(("its name is made as OpenCodelists makes them",) if named else ()))
        return Seen(0.85 if named else 0.65, evidence)

    def read(self, candidate: ListCandidate, judge: Judge, progress: Progress | None) -> Content:
        """See ListReader."""
        found = _columns(candidate)
        assert found is not None
        sheet, columns = found
        slug, version = name_and_version(candidate.stem)
        content = Content(shown(slug), version, day_in(candidate.stem), get_again="opencodelists.org")
        read_plain(sheet, columns, slug, judge, content)
        return content


def name_and_version(stem: str) -> tuple[str, str]:
    """The list's name and the version at its end, "" where it has none."""
    found = _VERSION.search(stem)
    return (stem[: found.start()], found["tag"]) if found else (stem, "")


def read_plain(sheet: Sheet, columns: CodeColumns, name: str, judge: Judge, content: Content) -> None:
    """A table of codes, all of one set. Raises ListError where it is a table of people."""
    refuse_patients(sheet, {columns.code} | ({columns.term} if columns.term is not None else set()))
    builder = Builder(judge)
    title = shown(name.replace("-", " ").replace("_", " "))
    for code, term in sheet.rows([columns.code, columns.term]):
        builder.add(name, title, code, term, columns.terminology)
    builder.into(content)


def _columns(candidate: ListCandidate) -> tuple[Sheet, CodeColumns] | None:
    if len(candidate.sheets) != 1:
        return None
    columns = code_columns(candidate.sheets[0])
    return None if columns is None else (candidate.sheets[0], columns)

"""What the Open page says of each table: what it was taken for and how sure, its rows, what was noticed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gui.formatting import counted, format_words, one_line
from gui.models.notices import STOPS, Notice, by_table

if TYPE_CHECKING:
    from core.model import Export, Recognised, Table
    from core.protection import Profile
    from core.survey.results import Survey

ALL = ""  # the name under which the list has what is about the export as a whole
COUNTING = "being counted"
SURE, PROBABLE = 0.85, 0.6
PLAIN = {
    "csv": "comma-separated",
    "tsv": "tab-separated",
    "psv": "separated by bars",
    "text": "one cell a line",
    "xlsx": "from a workbook",
    "xls": "from a workbook",
    "xlsb": "from a workbook",
    "ods": "from a workbook",
    "parquet": "from a Parquet file",
}
#: The heading of a plain file, by what cuts its lines.
CUT = {",": "Comma-separated file", "\t": "Tab-separated file", "|": "Bar-separated file",
       ";": "Semicolon-separated file", "": "Text file"}  # fmt: skip
BOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
HOW = {"|": "separated by bars", ";": "separated by semicolons"}


@dataclass(frozen=True)
class Sheet:
    """One table, or with the name ALL what is about the export as a whole."""

    name: str
    called: str  # the format's own name for the table, "" where it has none of its own
    fields: int
    rows: int | None
    taken_for: str
    evidence: tuple[str, ...]
    notices: tuple[Notice, ...]
    withheld: bool = False  # one row a patient, and nobody said yet how many their search showed

    @property
    def title(self) -> str:
        return one_line(self.called or self.name, 80) if self.name else "The export as a whole"

    @property
    def hidden(self) -> int:
        return sum(n.hidden for n in self.notices)

    @property
    def stops(self) -> int:
        """How many things stop the export until somebody has looked."""
        return sum(n.rank == STOPS for n in self.notices)

    @property
    def rows_words(self) -> str:
        if not self.name:
            return ""
        if self.withheld:
            return "counted"
        return COUNTING if self.rows is None else f"{self.rows:,}"

    @property
    def noticed_words(self) -> str:
        """'2 urgent, 12 more' or '3 hidden, 12 more'; '' where nothing was noticed."""
        first, word = (self.stops, "urgent") if self.stops else (self.hidden, "hidden")
        rest = len(self.notices) - first
        if first:
            return f"{first:,} {word}" + (f", {rest:,} more" if rest else "")
        return f"{rest:,} noticed" if rest else ""

    @property
    def facts(self) -> str:
        if not self.name:
            return "What was noticed of the files together, and not of one table"
        rows = "rows are being counted" if self.rows is None else counted(self.rows, "row")
        if self.withheld:
            rows = "rows counted, one a patient: how many shows once you said what your search showed"
        return f"{rows}, {counted(self.fields, 'field')}"


def sheets(
    export: Export, survey: Survey | None, *, told: bool = True, profile: Profile | None = None
) -> list[Sheet]:
    """A sheet for each table, in the export's order; before them one for the whole, if it has anything.

    Until a person has `told` how many patients their search showed, a table with one row a patient does not
    say how many it has: so that one number can check the other. A `profile` says which hidden data stops."""
    from core.reading.known import delimiter_of

    source = survey if survey is not None else export
    hazards = source.hazards
    if profile is not None:
        from core.protection import judged

        hazards = tuple(judged(hazard, profile) for hazard in hazards)
    names = called(export)
    of_tables, rest = by_table(hazards, source.problems, export.tables)
    found = [
        Sheet(
            table.name,
            names.get(table.name, ""),
            len(table.fields),
            survey.facts[table.name].rows if survey is not None and table.name in survey.facts else None,
            taken_for(export.recognised.get(table.name), table.format, delimiter_of(table)),
            evidence(export.recognised.get(table.name)),
            tuple(of_tables[table.name]),
            withheld=not told and survey is not None and _one_a_patient(survey, table.name),
        )
        for table in export.tables
    ]
    if rest:
        found.insert(0, Sheet(ALL, "", 0, None, "", (), tuple(rest)))
    return found


def _one_a_patient(survey: Survey, table: str) -> bool:
    """Whether each patient has one row of their own there, and there is more than one: the record of one
    patient is no list, and as many rows as patients may be somebody's ten medicines."""
    facts = survey.facts.get(table)
    if facts is None or not 1 < facts.rows == survey.patients.count:
        return False
    from numpy import unique

    return len(unique(facts.patient)) == facts.rows


def is_sheet(table: Table) -> bool:
    """Whether a table is a sheet of a workbook: its rows have numbers, and the file no lines."""
    from gui.reading import file_name

    return file_name(table).lower().endswith(BOOKS)


def called(export: Export | None) -> dict[str, str]:
    """The format's own name of each table that has one to itself ('Admin_Patient'), by the table's name."""
    own = {name: seen.table for name, seen in export.recognised.items() if seen.table} if export else {}
    times = Counter(own.values())
    return {name: words for name, words in own.items() if times[words] == 1}


def heading(export: Export) -> str:
    """What sort of files these are, in a few words."""
    from core.reading.known import delimiter_of

    kinds = {
        CUT.get(delimiter_of(table) or "", "Text file")
        if table.format in ("csv", "tsv", "text") and delimiter_of(table) is not None
        else _kind(export, table)
        for table in export.tables
    }
    return ", ".join(sorted(kinds)) or "No table found"


def _kind(export: Export, table: Table) -> str:
    """'EMIS bulk extract' for a table that was taken for one of its tables."""
    seen = export.recognised.get(table.name)
    if seen is None or table.format in PLAIN:
        return format_words(table.format)
    return seen.title.partition(":")[0]


def taken_for(seen: Recognised | None, format_name: str, delimiter: str | None = None) -> str:
    """'Taken for: EMIS list report - sure', or that it is a plain table of which nothing is known."""
    if format_name in PLAIN or seen is None or seen.format in PLAIN:
        how = HOW.get(delimiter or "", PLAIN.get(format_name, ""))
        return f"A plain table{f' ({how})' if how else ''}: nothing is known about where it comes from"
    title = seen.title or format_words(seen.format)
    return f"Taken for: {title} - {sureness(seen.confidence)}"


def sureness(confidence: float) -> str:
    if confidence >= SURE:
        return "sure"
    return "probably" if confidence >= PROBABLE else "perhaps"


def evidence(seen: Recognised | None) -> tuple[str, ...]:
    return () if seen is None else tuple(seen.evidence)

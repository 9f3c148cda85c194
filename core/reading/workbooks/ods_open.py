"""OpenDocument spreadsheets (ODS): their sheets' cells, and everything that hides in them."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from core.model import Hazard, Problem
from core.reading.choices import TableChoice
from core.reading.containers import some
from core.reading.held import HeldTable
from core.reading.source import Source
from core.reading.workbooks.containers_refusals import damaged
from core.reading.workbooks.containers_sheet import state_hazards
from core.reading.workbooks.containers_zip import Package, zip_hazards
from core.reading.workbooks.ods_cells import OdsSheet, read_content
from core.reading.workbooks.ods_hidden import content_hazards, package_hazards, sheet_hazards
from core.reading.workbooks.protected_ods import decrypted_parts
from core.reading.workbooks.workbook_table import filled_columns, full_sheet, sheet_table

_LAST_ROW = 1_048_576


def open_ods(
    source: Source, package: Package, choice: TableChoice, passwords: Sequence[str] = ()
) -> tuple[list[HeldTable], list[Hazard], list[Problem]]:
    """Its tables, hazards and problems. Raises ReadError where it is damaged, too large or hostile, no
    spreadsheet, or its password was not given."""
    where = package.where
    package = decrypted_parts(package, passwords)
    if "content.xml" not in package:
        raise damaged(where)
    package.refuse_entities(n for n in package.names if n != "content.xml")
    content = package.xml("content.xml")
    styles = package.xml("styles.xml") if "styles.xml" in package else b""
    read = read_content(content, styles, where)
    tables: list[HeldTable] = []
    problems: list[Problem] = []
    hazards = zip_hazards(package.data, package.archive, where)
    hazards += package_hazards(package) + content_hazards(where, content, read)
    for sheet in read.sheets:
        columns = _columns(sheet)
        table, noticed = sheet_table(source, sheet.name, "ods", columns, choice)
        problems += noticed
        hazards += state_hazards(
            sheet.name, "hidden" if sheet.hidden else "visible", has_cells=table is not None
        )
        hazards += sheet_hazards(sheet, filled_columns(columns))
        hazards += full_sheet(sheet.name, columns, _LAST_ROW)
        if sheet.long_numbers:
            what = (
                f"{some(len(sheet.long_numbers), 'number')} of 16 digits or more stored as numbers from here "
                "on; such programs keep only 15 digits, so codes among them may be damaged"
            )
            problems.append(Problem(sheet.name, sheet.long_numbers[0], what))
        if table is not None:
            tables.append(table)
    return tables, hazards, problems


def _columns(sheet: OdsSheet) -> list[pa.StringArray]:
    """The sheet's cells as columns, from its first row on."""
    width = max([0, *(max(row) + 1 for _, row in sheet.rows if row)])
    height = max([0, *(number + 1 for number, row in sheet.rows if row)])
    columns: list[list[str | None]] = [[None] * height for _ in range(width)]
    for number, row in sheet.rows:
        for column, text in row.items():
            columns[column][number] = text
    return [pa.array(c, pa.string()) for c in columns]

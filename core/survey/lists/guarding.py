"""A file of patients must not become a list: nothing of it may be kept."""

from __future__ import annotations

import pyarrow as pa

from core.model import Kind, Role
from core.survey.fields.classify import classify_table
from core.survey.lists.candidates import Sheet
from core.survey.lists.model import ListError

_SAMPLE = 2_000
_SURE = 0.6


def refuse_patients(sheet: Sheet, code_columns: set[int]) -> None:
    """Raises ListError where a column beside the codes names or numbers people."""
    block = next(iter(sheet.table.blocks()), None)
    if block is None:
        return
    data = sheet.table.read(block).data.slice(0, _SAMPLE)
    columns = [data.column(str(f.position)).cast(pa.string()) for f in sheet.table.fields]
    for finding in classify_table(sheet.name, sheet.table.fields, columns):
        if finding.position in code_columns or not finding.filled:
            continue
        heading = sheet.headings[finding.position]
        if finding.role is Role.ADDRESS and "addr" not in heading:
            continue  # long terms with commas look like addresses
        if finding.kind is Kind.DIRECT_IDENTIFIER and finding.confidence >= _SURE:
            raise ListError(
                f"{sheet.name} looks like records of patients, not like a list of codes: it has a column of "
                f"{str(finding.role).replace('_', ' ')}. It was not added. To look at it, open it as a file.",
                where=sheet.name,
                code="not_a_list",
            )

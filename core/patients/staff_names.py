"""Staff whose names stand in parts, as EMIS keeps them: title, forename and surname in fields of their own.

The survey knows the single cells; who has which forename is only in the rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from core.model import Role
from core.survey.results import Survey

#: Rows that are read of a table, and names that are kept: lists of staff are short.
MOST_ROWS, MOST_NAMES = 200_000, 20_000
_FORENAME = re.compile(r"given|forename|first", re.IGNORECASE)
_SURNAME = re.compile(r"surname|family|last", re.IGNORECASE)


def staff_in_parts(survey: Survey) -> frozenset[str]:
    """The names of staff that stand in two fields, each as 'Forename Surname'."""
    found: set[str] = set()
    for table, findings in survey.findings.items():
        headers = survey.export.table(table).fields
        staff = [f.position for f in findings if f.role is Role.STAFF_NAME]
        forenames = [at for at in staff if _FORENAME.search(headers[at].header)]
        for last in (at for at in staff if _SURNAME.search(headers[at].header)):
            if forenames:
                first = min(forenames, key=lambda at: abs(at - last))
                for name in _names(survey, table, first, last):
                    if len(found) >= MOST_NAMES:
                        return frozenset(found)
                    found.add(name)
    return frozenset(found)


def _names(survey: Survey, table: str, first: int, last: int) -> Iterator[str]:
    there = survey.export.table(table)
    for block in there.blocks():
        if block.first_row >= MOST_ROWS:
            return
        data = there.read(block, sorted((first, last))).data
        parts = [pc.utf8_trim_whitespace(data.column(str(at)).cast(pa.string())) for at in (first, last)]
        both = pc.and_(pc.not_equal(parts[0], ""), pc.not_equal(parts[1], ""))
        names = pc.binary_join_element_wise(*parts, " ").filter(pc.fill_null(both, False))
        yield from names.unique().to_pylist()

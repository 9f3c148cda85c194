"""Numbers that stand for the words of a list: SystmOne's picklists, read through the list's own table.

'ContactMethod 17' says nothing until SRMapping says what 17 is, and that can be 'Sexual health clinic'.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.model import Finding, Kind, Recognised, Role, Table
from core.survey.codes.code_reader import NO_ENTRIES, CodeReader, Dictionary, joined
from core.survey.columns import CodeField, Watched, distinct, plain_header
from core.survey.identifiers import hash64

_WORDS = {"SRMapping": "mapping", "SRConfiguredListOption": "configuredlistoption"}
_NEVER = frozenset((Kind.DIRECT_IDENTIFIER, Kind.LINKING_KEY, Kind.FREE_TEXT))
_NUMBERS = frozenset(
    (
        Role.VALUE, Role.AGE, Role.EVENT_DATE, Role.EVENT_TIME, Role.OTHER_DATE, Role.DATE_OF_BIRTH,
        Role.STAFF_CODE, Role.STAFF_NAME, Role.ROW_KEY,
    )
)  # fmt: skip
_FORMAT = "systmone-extract"


def is_picklist(seen: Recognised | None) -> bool:
    """Whether a table is one of SystmOne's lists of words."""
    return seen is not None and seen.format == _FORMAT and seen.table in _WORDS


def load_picklists(
    tables: Iterable[Table], recognised: Mapping[str, Recognised], reader: CodeReader
) -> Dictionary:
    """What the numbers of all picklists say, by the words beside them; of two entries for one both count."""
    hashes, parts = [], []
    for table in tables:
        seen = recognised.get(table.name)
        if seen is None or not is_picklist(seen):
            continue
        at = {plain_header(f.header): f.position for f in table.fields}
        number, words = at.get("rowidentifier"), at.get(_WORDS[seen.table])
        if number is None or words is None:
            continue
        for block in table.blocks():
            data = table.read(block, sorted((number, words))).data
            hashes.append(hash64(pc.utf8_trim_whitespace(data.column(str(number)))))
            cells = distinct(data.column(str(words)))
            parts.append(reader.terms(cells.values).spread(cells.indices))
    return joined(np.concatenate(hashes), parts) if hashes else NO_ENTRIES


def with_picklists(
    watched: Watched,
    findings: Sequence[Finding],
    sample: pa.RecordBatch,
    seen: Recognised | None,
    picklist: Dictionary,
) -> Watched:
    """The watched fields with those whose sampled values are all numbers of picklists."""
    if not len(picklist) or seen is None or seen.format != _FORMAT or is_picklist(seen):
        return watched
    taken = {f.position for f in watched.codes}
    found = [
        CodeField(f.position, None, is_id=True, space="picklist", coded=False)
        for f in findings
        if f.position not in taken
        and f.kind not in _NEVER
        and f.role not in _NUMBERS
        and f.position < sample.num_columns
        and _all_listed(sample.column(f.position), picklist)
    ]
    return replace(watched, codes=(*watched.codes, *found)) if found else watched


def _all_listed(column: pa.Array, picklist: Dictionary) -> bool:
    values = pc.utf8_trim_whitespace(pc.unique(column.drop_null()))
    values = values.filter(pc.not_equal(values, ""))
    if not len(values) or not pc.all(pc.match_substring_regex(values, "^[0-9]+$")).as_py():
        return False
    known, _ = picklist.find(hash64(values))
    return bool(known.all())

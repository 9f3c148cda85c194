"""Single rows that a person leaves out, named so that a plan holds nothing of what is in them.

A row's fingerprint is its number and a keyed code of all its cells: 'R128-7KQ2-M9XD-0RHE-5V2T'. The
number finds the row at once, and the code shows whether it is still the same row.
"""

from __future__ import annotations

import re

import pyarrow as pa

from core.model import PolicyError, RawBlock, Table, UsageError
from core.protection.pseudonyms import Pseudonyms
from core.reading import read_rows

_FINGERPRINT = re.compile(r"R(\d{1,12})-((?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4})")

#: Why a person may leave a row out. Nothing is typed, so that a plan never holds patient data.
ITEM_REASONS = {
    "serious_harm": "Left out by a person: it could cause serious harm.",
    "third_party": "Left out by a person: it is about somebody else.",
    "restricted_by_law": "Left out by a person: the law restricts its disclosure.",
    "patient_asked": "Left out by a person: the patient asked for it.",
    "clinical_judgement": "Left out by a person: clinical judgement.",
}


def check_reason(text: str) -> str:
    """The id of a reason, for what is read from files. Raises ValueError where there is no such reason."""
    if text not in ITEM_REASONS:
        raise ValueError(f"the reason is one of {', '.join(ITEM_REASONS)}")
    return text


def row_fingerprint(raw: RawBlock, row_in_block: int, pseudonyms: Pseudonyms) -> str:
    """The fingerprint of one row of a block that was read with all its fields."""
    cells = pa.Table.from_batches([raw.data.slice(row_in_block, 1)]).to_pylist()[0]
    message = "".join("~" if cell is None else f"{len(cell)}:{cell}" for cell in cells.values())
    code = pseudonyms.of("item", f"{raw.table}|{message}")
    return f"R{raw.first_row + row_in_block}{code[1:]}"


def check_fingerprint(text: str) -> int:
    """The row number of a fingerprint. Raises UsageError where the text is none."""
    found = _FINGERPRINT.fullmatch(text)
    if found is None:
        raise UsageError(
            "A row to leave out is named by its fingerprint. Copy it as Threshold shows it.", where="items"
        )
    return int(found[1])


def find_item(table: Table, fingerprint: str, pseudonyms: Pseudonyms) -> int:
    """The number of the row with this fingerprint. Raises PolicyError where it is not there any more."""
    row = check_fingerprint(fingerprint)
    raw = read_rows(table, row, row + 1)
    if raw.data.num_rows and row_fingerprint(raw, 0, pseudonyms) == fingerprint:
        return row
    raise PolicyError(
        f"Row {row + 1} was to be left out, and it is not in this file as it was. Look at it again.",
        where=table.name,
        code="decision_unmatched",
    )

"""The last step of every cell: what a file format cannot hold, and spreadsheet formulas made harmless.

These are changes like any other: made by `apply`, with a reason, and seen in the right-hand pane.
A writer never changes a cell.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.model import Reason

#: A workbook cell holds this many UTF-16 code units (Microsoft, Excel specifications and limits).
XLSX_CELL = 32_767

FORMULA = Reason(
    "format.formula",
    "An apostrophe was put in front, so that a spreadsheet shows the text and does not run it as a formula.",
    "OWASP, CSV injection",
)
TOO_LONG = Reason(
    "format.too_long",
    "Cut at 32,767 characters, the most that a workbook cell can hold.",
    "Microsoft, Excel specifications and limits",
)
CONTROL = Reason(
    "format.control",
    "Characters that a workbook cannot hold were taken out.",
    "W3C XML 1.0, section 2.2",
)

_FORMULA_STARTS = "=+-@\t\r"
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LINE_END = re.compile("\r\n?")
_NEEDS_XLSX = "[\x01-\x08\x0b-\x1f\\x{fffe}\\x{ffff}]"  # RE2; NUL is looked for by itself

_STARTS = np.zeros(256, dtype=np.bool_)
_STARTS[[ord(c) for c in _FORMULA_STARTS]] = True


def is_formula_like(text: str) -> bool:
    """Whether a spreadsheet might run the text: it starts with = + - @ tab or CR and is no plain number."""
    return text[:1] in _FORMULA_STARTS and bool(text) and not _NUMBER.fullmatch(text)


def fit(text: str, file_format: str) -> tuple[str, tuple[Reason, ...]]:
    """The text as `file_format` can hold it, and why it was changed (nothing where it was not)."""
    reasons: tuple[Reason, ...] = ()
    if file_format == "xlsx":
        plain = _NO_XML.sub("", _LINE_END.sub("\n", text))
        if plain != text:
            text, reasons = plain, (CONTROL,)
    if is_formula_like(text):
        text, reasons = "'" + text, (*reasons, FORMULA)
    if file_format == "xlsx" and len(text) * 2 > XLSX_CELL:
        units = text.encode("utf-16-le")
        if len(units) > 2 * XLSX_CELL:
            text = units[: 2 * XLSX_CELL].decode("utf-16-le", "ignore")
            reasons = (*reasons, TOO_LONG)
    return text, reasons


def suspects(column: pa.Array, file_format: str) -> npt.NDArray[np.intp]:
    """Positions whose cells `fit` might change: few or none in most columns, and quickly found.

    A superset: it looks at first bytes, lengths and control characters only."""
    found = _first_byte_suspects(column)
    if file_format == "xlsx":
        odd = pc.or_(
            pc.match_substring_regex(column, _NEEDS_XLSX),
            pc.or_(
                pc.greater(pc.binary_length(column), XLSX_CELL),
                pc.match_substring(column, "\0"),
            ),
        )
        more = np.flatnonzero(odd.fill_null(False).to_numpy(zero_copy_only=False))
        found = np.union1d(found, more)
    return found


def _first_byte_suspects(column: pa.Array) -> npt.NDArray[np.intp]:
    _, offsets_buffer, data_buffer = column.buffers()
    if len(column) == 0 or data_buffer is None or data_buffer.size == 0:
        return np.empty(0, dtype=np.intp)
    data = np.frombuffer(data_buffer, dtype=np.uint8)
    offsets = np.frombuffer(offsets_buffer, dtype=np.int32)[column.offset : column.offset + len(column) + 1]
    starts = offsets[:-1]
    # An empty cell at the very end would point one past the data.
    hit = _STARTS[data[np.minimum(starts, len(data) - 1)]]
    if not hit.any():
        return np.empty(0, dtype=np.intp)
    hit &= offsets[1:] > starts
    if column.null_count:
        hit &= column.is_valid().to_numpy(zero_copy_only=False)
    return np.flatnonzero(hit)

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

_STARTS = np.zeros(256, dtype=np.bool_)
_STARTS[[ord(c) for c in _FORMULA_STARTS]] = True
_MAYBE_NO_XML = np.zeros(256, dtype=np.bool_)
_MAYBE_NO_XML[[byte for byte in range(32) if byte not in b"\t\n"]] = True
_MAYBE_NO_XML[0xEF] = True  # the first byte of U+FFFE and U+FFFF, and of some ordinary characters


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
    _, offsets_buffer, data_buffer = column.buffers()
    if len(column) == 0 or data_buffer is None or data_buffer.size == 0:
        return np.empty(0, dtype=np.intp)
    data = np.frombuffer(data_buffer, dtype=np.uint8)
    offsets = np.frombuffer(offsets_buffer, dtype=np.int32)[column.offset : column.offset + len(column) + 1]
    hit = _starts_a_formula(data, offsets)
    if file_format == "xlsx":
        hit |= np.diff(offsets) > XLSX_CELL
        odd = np.flatnonzero(_MAYBE_NO_XML[data[offsets[0] : offsets[-1]]]) + offsets[0]
        if len(odd):
            hit[np.searchsorted(offsets, odd, side="right") - 1] = True
    if column.null_count and hit.any():
        hit &= column.is_valid().to_numpy(zero_copy_only=False)
    return np.flatnonzero(hit)


def fit_all(column: pa.Array, file_format: str) -> pa.Array:
    """The column as `file_format` can hold it: each cell as `fit` gives it; itself where nothing changes."""
    found = suspects(column, file_format)
    if not len(found):
        return column
    cells = column.take(pa.array(found)).to_pylist()
    fitted = [fit(old, file_format)[0] for old in cells]
    if fitted == cells:
        return column
    mask = np.zeros(len(column), dtype=np.bool_)
    mask[found] = True
    return pc.replace_with_mask(column, pa.array(mask), pa.array(fitted, pa.string()))


def _starts_a_formula(data: npt.NDArray[np.uint8], offsets: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    # An empty cell at the very end would point one past the data.
    hit = _STARTS[data[np.minimum(offsets[:-1], len(data) - 1)]]
    return np.asarray(hit & (offsets[1:] > offsets[:-1]), dtype=np.bool_)

"""Checks over whole Arrow columns, at array speed: for exact counts and for scanning what was written."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_SEP = r"[ \x{00a0}.,\x{2010}-\x{2015}-]{0,2}"
_NHS_SHAPE = rf"^\s*\(?\d{{3}}\)?{_SEP}\d{{3}}{_SEP}\d{{4}}(?:\.0+)?\s*$"


def nhs_masks(column: pa.Array) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Which values are shaped as NHS numbers (ten digits, 3-3-4), and which have a right check digit too."""
    plain = pc.fill_null(pc.match_substring_regex(column, r"^\d{10}$"), False)
    shape = plain.to_numpy(zero_copy_only=False)
    valid = np.zeros(len(column), dtype=np.bool_)
    if shape.any():
        valid[shape] = nhs_checks(column if shape.all() else column.filter(plain))
    if shape.all():
        return shape, valid
    others = np.flatnonzero(~shape)
    texts = column.take(pa.array(others))
    spread = pc.fill_null(pc.match_substring_regex(texts, _NHS_SHAPE), False)
    where = others[spread.to_numpy(zero_copy_only=False)]
    if len(where):
        whole = pc.replace_substring_regex(texts.filter(spread), r"\.0+\s*$", "")
        shape = shape.copy()
        shape[where] = True
        valid[where] = nhs_checks(pc.replace_substring_regex(whole, r"[^0-9]+", ""))
    return shape, valid


def nhs_checks(digits: pa.Array) -> npt.NDArray[np.bool_]:
    """`nhs_check` over a column of ten-digit texts (no nulls, every value ten ASCII digits)."""
    packed = pa.concat_arrays([digits.cast(pa.binary())]).cast(pa.binary(10)).buffers()[1]
    raw = np.frombuffer(packed, dtype=np.uint8, count=len(digits) * 10).reshape(len(digits), 10)
    cells = np.ascontiguousarray(raw.T)
    total = np.zeros(len(digits), np.int32)
    same = np.ones(len(digits), np.bool_)
    for place, weight in enumerate(range(10, 0, -1)):
        total += (cells[place] - np.uint8(48)) * np.uint8(weight)  # at most 90, so a byte holds it
        same &= cells[place] == cells[0]
    checked: npt.NDArray[np.bool_] = (total % 11 == 0) & ~same
    return checked

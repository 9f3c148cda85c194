"""Checks over whole Arrow columns, at array speed: for exact counts and for scanning what was written."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_SEP = r"[ \x{00a0}.,\x{2010}-\x{2015}-]{0,2}"
_NHS_SHAPE = rf"^\s*\(?\d{{3}}\)?{_SEP}\d{{3}}{_SEP}\d{{4}}(?:\.0+)?\s*$"
_WEIGHTS = np.array([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], dtype=np.int64)


def nhs_masks(column: pa.Array) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Which values are shaped as NHS numbers (ten digits, 3-3-4), and which have a right check digit too."""
    shaped = pc.fill_null(pc.match_substring_regex(column, _NHS_SHAPE), False)
    shape = shaped.to_numpy(zero_copy_only=False)
    valid = np.zeros(len(column), dtype=np.bool_)
    if shape.any():
        whole = pc.replace_substring_regex(column.filter(shaped), r"\.0+\s*$", "")
        digits = pc.replace_substring_regex(whole, r"[^0-9]+", "")
        valid[shape] = nhs_checks(digits)
    return shape, valid


def nhs_checks(digits: pa.Array) -> npt.NDArray[np.bool_]:
    """`nhs_check` over a column of ten-digit texts (no nulls, every value ten ASCII digits)."""
    packed = pa.concat_arrays([digits.cast(pa.binary())]).cast(pa.binary(10)).buffers()[1]
    raw = np.frombuffer(packed, dtype=np.uint8, count=len(digits) * 10).reshape(len(digits), 10)
    cells = raw.astype(np.int64) - 48
    placeholder = (cells == cells[:, :1]).all(axis=1)
    checked: npt.NDArray[np.bool_] = (cells @ _WEIGHTS % 11 == 0) & ~placeholder
    return checked


def matching(column: pa.Array, pattern: str) -> npt.NDArray[np.bool_]:
    """Which values match an RE2 pattern; null matches nothing."""
    found = pc.fill_null(pc.match_substring_regex(column, pattern), False)
    mask: npt.NDArray[np.bool_] = found.to_numpy(zero_copy_only=False)
    return mask

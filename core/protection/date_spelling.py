"""A date moved by some days, written as the cell wrote it: '03/11/2025 09:15' stays day first, with its time.

A spelling is kept where the old date, written back in it, gives the cell again to the character; else the new
date is written as ISO 8601. Columns in a common layout are done at once; both ways give the same text.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.survey.identifiers import NO_DAY, days_of, parse_date

#: Days that clinical systems write where they know none: no date to move, and none to move one to.
DEFAULT_DAYS = frozenset(
    (date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1), date(1, 1, 1), date(9999, 12, 31))
)

_EPOCH = date(1970, 1, 1)
_FIRST, _LAST = date(1800, 1, 1), date(2099, 12, 31)
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_NUMERIC = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_COMPACT = re.compile(r"\d{8}(?!\d)")
_NAMED = re.compile(r"(\d{1,2})([-/. ]?)([A-Za-z]{3,9})\2(\d{4}|\d{2})(?!\d)")
_TIME = re.compile(r"[T ,]\s*\d{1,2}[:.]\d{2}.*", re.DOTALL | re.IGNORECASE)
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

Days = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]


def moved(text: str, days: int) -> str | None:
    """The date in a text moved by `days`, in the text's own spelling where it can be; None where the text is
    no full date, stands for 'no date', or the date would."""
    old = parse_date(text)
    if old is None or old in DEFAULT_DAYS:
        return None
    try:
        new = old + timedelta(days=days)
    except OverflowError:
        return None
    if new in DEFAULT_DAYS or not _FIRST <= new <= _LAST:
        return None
    kept = _respelt(text, old, new)
    if kept is not None and parse_date(kept) == new:
        return kept
    time = _TIME.search(text)
    if time is not None and parse_date(new.isoformat() + time.group()) == new:
        return new.isoformat() + time.group()
    return new.isoformat()


def _respelt(text: str, old: date, new: date) -> str | None:
    """The new date in the spelling of the text, None where the old one in that spelling is not the text."""
    start = len(text) - len(text.lstrip())
    for pattern, spell in _SPELLINGS:
        found = pattern.match(text, start)
        if found is None:
            continue
        before, after = text[:start], text[found.end() :]
        if before + spell(found, old) + after == text:
            return before + spell(found, new) + after
    return None


def _as_iso(found: re.Match[str], day: date) -> str:
    month, number = str(day.month).rjust(len(found[3]), "0"), str(day.day).rjust(len(found[4]), "0")
    return f"{day.year:04d}{found[2]}{month}{found[2]}{number}"


def _as_numeric(found: re.Match[str], day: date) -> str:
    number, month = str(day.day).rjust(len(found[1]), "0"), str(day.month).rjust(len(found[3]), "0")
    return f"{number}{found[2]}{month}{found[2]}{_year(found[4], day)}"


def _as_compact(_: re.Match[str], day: date) -> str:
    return f"{day.year:04d}{day.month:02d}{day.day:02d}"


def _as_named(found: re.Match[str], day: date) -> str:
    name = _MONTHS[day.month - 1]
    name = name[:3] if len(found[3]) == 3 else name
    name = name.upper() if found[3].isupper() else name.lower() if found[3].islower() else name
    return f"{str(day.day).rjust(len(found[1]), '0')}{found[2]}{name}{found[2]}{_year(found[4], day)}"


def _year(written: str, day: date) -> str:
    return f"{day.year:04d}" if len(written) == 4 else f"{day.year % 100:02d}"


_SPELLINGS = ((_ISO, _as_iso), (_NUMERIC, _as_numeric), (_COMPACT, _as_compact), (_NAMED, _as_named))

# Layouts done at once: the format of the day, and its width. What follows it must be nothing or a time.
_LAYOUTS = (("%Y-%m-%d", 10), ("%d/%m/%Y", 10), ("%d-%b-%Y", 11), ("%Y%m%d", 8))
_AFTER = r"^(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?$"
_FIRST_DAY = (_FIRST - _EPOCH).days
_LAST_DAY = (_LAST - _EPOCH).days
_NO_MOVE = np.array(sorted((d - _EPOCH).days for d in DEFAULT_DAYS), dtype=np.int64)


@cache
def _written(layout: str) -> pa.Array:
    """Every day from 1800 to 2099 in a layout."""
    days = np.arange(_FIRST_DAY, _LAST_DAY + 1).astype("datetime64[D]")
    iso = pa.array(np.datetime_as_string(days).astype(object), pa.string())
    year, month, day = (pc.utf8_slice_codeunits(iso, *span) for span in ((0, 4), (5, 7), (8, 10)))
    if layout == "%d/%m/%Y":
        return pc.binary_join_element_wise(day, month, year, "/")
    if layout == "%Y%m%d":
        return pc.binary_join_element_wise(year, month, day, "")
    if layout == "%d-%b-%Y":
        names = pa.array([name[:3] for name in _MONTHS])
        number = pc.subtract(pc.cast(month, pa.int32()), 1)
        return pc.binary_join_element_wise(day, names.take(number), year, "-")
    return iso


def moved_at_once(distinct: pa.Array, places: npt.NDArray[np.int64], shift: Days) -> tuple[pa.Array, Mask]:
    """`moved` for every row: the row's text is `distinct[place]`, -1 for none, and `shift` its days.

    Gives the rows' cells and which of them it could do: texts in an uncommon layout are left to `moved`."""
    days = days_of(distinct).astype(np.int64)
    made = pa.nulls(len(places), pa.string())
    done = np.zeros(len(places), dtype=np.bool_)
    left = (days != NO_DAY) & ~np.isin(days, _NO_MOVE)
    for layout, width in _LAYOUTS:
        if not left.any():
            break
        fits, after = _in_layout(distinct, days, left, layout, width)
        if not fits.any():
            continue
        left &= ~fits
        rows = np.flatnonzero(np.append(fits, False)[places])
        new = days[places[rows]] + shift[rows]
        good = (new >= _FIRST_DAY) & (new <= _LAST_DAY) & ~np.isin(new, _NO_MOVE)
        rows, new = rows[good], new[good]
        cells = _written(layout).take(pa.array(new - _FIRST_DAY))
        if after is not None:
            cells = pc.binary_join_element_wise(cells, after.take(pa.array(places[rows])), "")
        if len(rows) == len(places):
            return cells, np.ones(len(places), dtype=np.bool_)
        done[rows] = True
        mask = np.zeros(len(places), dtype=np.bool_)
        mask[rows] = True
        made = pc.replace_with_mask(made, pa.array(mask), cells)
    return made, done


def _in_layout(
    distinct: pa.Array, days: npt.NDArray[np.int64], left: Mask, layout: str, width: int
) -> tuple[Mask, pa.Array | None]:
    """Which texts are their day in this layout and nothing else but a time; and what follows the day, None
    where nothing follows any."""
    wanted = _written(layout).take(pa.array(np.where(left, days - _FIRST_DAY, 0), mask=~left))
    if pc.all(pc.equal(distinct, wanted)).as_py() and left.all():
        return left.copy(), None
    same = pc.equal(pc.utf8_slice_codeunits(distinct, 0, width), wanted)
    after = pc.utf8_slice_codeunits(distinct, width)
    fits = pc.fill_null(pc.and_(same, pc.match_substring_regex(after, _AFTER)), False)
    mask: Mask = fits.to_numpy(zero_copy_only=False)
    return mask, after if pc.any(pc.and_(fits, pc.not_equal(after, ""))).as_py() else None

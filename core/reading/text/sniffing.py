"""Working out a file's dialect from its start."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice

from core.reading.text.dialect import DELIMITERS, Dialect
from core.reading.text.header import find_header
from core.reading.text.parsing import Oddities, cells_of, records_of

_RECORDS = 300
_QUOTED = re.compile(r'"(?:[^"]++|"")*+"')
_SEP_LINE = re.compile(r'"?sep=([,;|\t])"?\r?(?:\n|\Z)', re.IGNORECASE)


def sniff_dialect(text: str, delimiter: str | None = None, *, escape: bool = False) -> Dialect:
    """The dialect of a file that starts with `text`; a `delimiter` that a person chose is taken as it is.

    `escape`: the system that wrote it makes quotes plain with a backslash, though none may stand here yet."""
    cr_ends = ends_with_returns(text)
    declared = _SEP_LINE.match(text)
    if delimiter is None and declared:
        delimiter = declared[1]
    if delimiter is None:
        delimiter = _best_delimiter(text, cr_ends)
    plain = Dialect(delimiter, False, cr_ends)
    if '\\"' in text or escape:
        escaped = Dialect(delimiter, True, cr_ends)
        if _trouble(text, escaped) < _trouble(text, plain) + escape:
            return escaped
    return plain


def declares_delimiter(text: str) -> bool:
    """Whether the first line is a spreadsheet's `sep=;`."""
    return _SEP_LINE.match(text) is not None


def ends_with_returns(text: str) -> bool:
    """Whether the file's lines end in a lone carriage return."""
    outside = _QUOTED.sub("", text)
    feeds = outside.count("\n")
    lone = outside.count("\r") - outside.count("\r\n")
    return lone > 4 * feeds


def _best_delimiter(text: str, cr_ends: bool) -> str:
    best, best_score = "", 0.0
    for delimiter in DELIMITERS:
        if delimiter not in text:
            continue
        rows = [r for r in sample_records(text, Dialect(delimiter, False, cr_ends)) if r != [None]]
        score = _score(rows)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _score(rows: Sequence[Sequence[str | None]]) -> float:
    """How much a delimiter makes a table of the rows; 0 where it does not."""
    if not rows:
        return 0.0
    widths = Counter(len(r) for r in rows)
    wide = {w: n for w, n in widths.items() if w > 1}
    if not wide:
        return 0.0
    covered = sum(wide.values()) / len(rows)
    width, common = max(wide.items(), key=lambda item: (item[1], item[0]))
    same = common / len(rows)
    named = find_header(rows) is not None
    ragged = same < 0.5 and not named and not (covered > 0.9 and min(wide) >= 3)
    if covered < 0.5 or ragged:
        return 0.0
    return covered * (0.3 + 0.7 * same) * (1.5 if named else 1.0) * (1 + min(width, 20) / 20)


def _trouble(text: str, dialect: Dialect) -> int:
    seen = Oddities()
    for number, record in enumerate(islice(records_of(text, dialect), _RECORDS)):
        cells_of(record, dialect, number, seen)
    return len(seen.odd_quotes) + 2 * len(seen.stray_quotes)


def sample_records(text: str, dialect: Dialect, limit: int = _RECORDS) -> list[list[str | None]]:
    """The cells of the first records, blank lines included as [None]."""
    seen = Oddities()
    return [
        cells_of(record, dialect, number, seen)[0]
        for number, record in enumerate(islice(records_of(text, dialect), limit))
    ]

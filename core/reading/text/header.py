"""Where a table's field names are, if it has any.

A line of data taken for field names would send patients' values out as names of fields, so a line counts as
names only on evidence: words that field names are made of, and columns whose later values are dates or
numbers where the line has words. Files without names (Vision, Adastra, EMIS custom extracts) are noticed,
and reports that start with lines about themselves (EMIS: nine of them) are read from the right line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

from core.model import Field

EXTRA_CELLS = "(extra cells)"
Cells = Sequence[str | None]

_LINES_BEFORE = 30
_LOOK_AHEAD = 60
_DATA = re.compile(
    r"""[£$€]?[-+]?\d[\d,]*(\.\d*)?([eE][-+]?\d+)?%?      # a number
      | [\d][\d\s()+/.:,-]*                                # phone, spaced NHS number, date, time
      | \d{1,2}[-\s/.]?[A-Za-z]{3,9}[-\s/.,]+\d{2,4}.*     # 01-Jan-2020
      | \d+[A-Za-z]?\s+\S.*                                # 12 High Street
      | \S+@\S+\.\S+                                       # e-mail
      | [A-Za-z]{1,2}\d[A-Za-z\d]?\s*\d[A-Za-z]{2}         # postcode
      | [A-Za-z]\d{5}                                      # practice code
      | \{?[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-.*                # GUID
      | (true|false|yes|no|y|n|null|na|n/a|male|female)""",
    re.VERBOSE | re.IGNORECASE,
)
_DATE_INSIDE = re.compile(r"\b\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}\b")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


@lru_cache(maxsize=1)
def known_words() -> frozenset[str]:
    text = resources.files("resources.formats").joinpath("header_words.txt").read_text("utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def find_header(records: Sequence[Cells]) -> int | None:
    """Which of a table's first records holds its field names; None where none does.

    Records before it are lines about the table. Blank lines are records of one null cell."""
    filled = [[i for i, c in enumerate(r) if c is not None and c.strip()] for r in records]
    widths = Counter(len(r) for r, f in zip(records, filled, strict=True) if f)
    if not widths:
        return None
    # The table's width is the commonest, the wider one where two are as common.
    width = max(widths, key=lambda w: (widths[w], w))
    enough = 1 if width == 1 else max(2, round(0.6 * width))
    for index in range(min(len(records), _LINES_BEFORE)):
        if len(filled[index]) < enough:
            continue
        if width == 1 and any(filled[:index]):
            return None  # lines of text, not a list with lines about itself
        after = [r for r in records[index + 1 : index + 1 + _LOOK_AHEAD] if list(r) != list(records[index])]
        if _looks_like_names(records[index], after, width):
            return index
        if _says_when_it_ran(records[index]):
            continue  # of a narrow report it fills as many cells as a row does
        if _looks_like_data(records[index]) and len(filled[index]) >= 0.8 * width:
            return None  # a line about the report fills few of the table's columns
    return None


def _looks_like_names(cells: Cells, after: Sequence[Cells], width: int) -> bool:
    named = [(i, c) for i, c in enumerate(cells) if c is not None and c.strip()]
    data = sum(is_data(c) for _, c in named)
    if data > len(named) // 10:
        return False
    good = known = alike = contrasts = 0
    for i, cell in named:
        below = [r[i] for r in after if i < len(r)]
        values = [v for v in below if v is not None and v.strip()]
        if cell in values or (values and _same_shape(cell, values)):
            alike += 1
        is_known = _known(cell, width)
        contrast = bool(values) and sum(map(is_data, values)) >= 0.6 * len(values)
        known += is_known
        contrasts += contrast
        good += is_known or (contrast and len(cell) <= 80)
    if alike * 5 > len(named) + 2:
        return False
    return good * 2 >= len(named) or (known > 0 and contrasts > 0 and good * 3 >= len(named))


def _says_when_it_ran(cells: Cells) -> bool:
    """Whether a line is EMIS Web's 'Last Run ... Relative Date ...', which stands before field names."""
    words = [(c or "").strip().lower() for c in cells]
    return words[0] == "last run" and "relative date" in words


def _looks_like_data(cells: Cells) -> bool:
    return any(c is not None and is_data(c) for c in cells)


def is_data(cell: str) -> bool:
    """Whether a cell's text can hardly be the name of a field: a number, date, postcode, key, ..."""
    cell = cell.strip()
    return bool(_DATA.fullmatch(cell) or _DATE_INSIDE.search(cell)) or len(cell) > 200


def may_be_name(cell: str) -> bool:
    """Whether a cell of a table of several columns is made of words that field names are made of."""
    return _known(cell, 2)


def _known(cell: str, width: int) -> bool:
    words = [w.lower() for w in _WORD.findall(cell)]
    if (
        not words
        or len(words) > (8 if width > 1 else 4)
        or (cell.rstrip().endswith((".", ":")) and width == 1)
    ):
        return False
    hits = sum(w in known_words() for w in words)
    return hits == len(words) if width == 1 else hits * 2 >= len(words)


def _same_shape(cell: str, values: Sequence[str]) -> bool:
    """Whether the cell is built like most values below it, digits included (A81001, A81002)."""
    if not any(ch.isdigit() for ch in cell):
        return False
    shape = _shape(cell)
    return sum(_shape(v) == shape for v in values) * 2 > len(values)


def _shape(text: str) -> str:
    return re.sub(r"[A-Za-z]", "a", re.sub(r"\d", "9", text))


def make_fields(
    header: Cells | None, width: int, *, extra: bool = False, names: Sequence[str] = ()
) -> tuple[Field, ...]:
    """`width` fields with names unique in the table: `names` where a known layout gives them ("" for none),
    else from the line of names or, without one, by position."""
    taken: set[str] = set()
    fields = []
    for position in range(width):
        text = (header[position] or "") if header is not None and position < len(header) else ""
        known = names[position] if position < len(names) else ""
        plain = known or " ".join(text.split()) or f"(column {position + 1})"
        name, again = plain, 1
        while name in taken:
            again += 1
            name = f"{plain} ({again})"
        taken.add(name)
        fields.append(Field(position, name, text))
    if extra:
        fields.append(extra_field(fields))
    return tuple(fields)


def is_extra(name: str) -> bool:
    """Whether a field of this name holds what rows have beyond their table's fields."""
    return name.startswith(EXTRA_CELLS)


def extra_field(fields: Sequence[Field]) -> Field:
    """One more last field for what rows have beyond their table's width."""
    names = {f.name for f in fields}
    name, again = EXTRA_CELLS, 1
    while name in names:
        again += 1
        name = f"{EXTRA_CELLS} ({again})"
    return Field(len(fields), name, "")

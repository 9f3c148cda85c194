"""What the values of a column look like: one cheap look at each distinct value, then checks where they pay.

A column's distinct values are looked at in an even spread of at most LOOK values, weighted by how many
rows hold each. The winner's count for the evidence is of the values looked at, scaled only by their rows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

LOOK = 500
_CUT = 400  # characters of a value that are looked at

_ABSENT = frozenset(
    {"null", "none", "n/a", "na", "nan", "nil", "-", "--", ".", "?", "//", "unknown", "missing", "#n/a"}
    | {"(null)", "(blank)", "not known", "not stated", "not recorded"}
)
_LONGEST_ABSENT = max(len(word) for word in _ABSENT)

# One pattern, tried in this order; the name of the group that matched is the value's form.
_FORM = re.compile(
    r"""(?xi)
    (?P<guid>\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?)
    |(?P<dated>(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/. \\]\d{1,2}[-/. \\](?:\d{4}|\d{2})
        |\d{1,2}(?:st|nd|rd|th)?[-/ ,.]*[a-z]{3,9}\.?[-/ ,.]*\d{2,4})(?:[T ,]\s*\d{1,2}[:.]\d{2}.*)?)
    |(?P<clock>\d{1,2}[:.]\d{2}[:.]\d{2}(?:\.\d+)?|\d{1,2}:\d{2}\s*(?:[ap]m)?)
    |(?P<grouped>\(?\d{3}\)?[\s\u00a0\-.,]{1,2}\d{3}[\s\u00a0\-.,]{1,2}\d{4})
    |(?P<ten>\d{10}(?:\.0+)?)
    |(?P<eight>(?:18|19|20)\d{6}(?:T?\d{4,6})?)
    |(?P<whole>[-+]?\d+)
    |(?P<decimal>[-+<>=]*\s?\d*[.,]?\d+(?:e[-+]?\d+)?|[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?)
    |(?P<phone>(?:(?:t|tel|mob|h|m|w|home|work|mobile|telephone|phone)[:. ]+)?
        \+?[\d(][\d()/.\s\u00a0\-]{8,24}\d(?:\s*(?:x|ext)\.?\s*\d+)?)
    |(?P<email>[^\s@]+@[^\s@]+\.[a-z]+)
    |(?P<postcode>(?:[a-z]{1,2}\d[a-z\d]?|GIR)[\s\u00a0\-]{0,4}\d[abd-hjlnp-uw-z]{2})
    |(?P<outward>[a-z]{1,2}\d[a-z\d]?(?:\s\d)?)
    |(?P<nino>[a-z]{2}(?:\s?\d){6}\s?[a-d])
    |(?P<url>(?:https?://|www\.)\S+)
    |(?P<dotted>(?=[a-z]*[.\d])[a-z0-9.]{5}(?:00|\d\d)?)
    |(?P<letter>[a-z])
    |(?P<names>[^\W\d_](?:[^\W\d_]|['’`\-. ,()])*)
    |(?P<text>.+)
    """,
    re.DOTALL,
)


@dataclass
class Column:
    """The values of one column as `look` saw them. `seen` are distinct values, `weights` their rows."""

    rows: int
    filled: int
    distinct: int
    seen: list[str]
    weights: list[int]
    forms: Counter[str] = field(default_factory=Counter)  # form -> rows among those looked at
    by_form: dict[str, list[int]] = field(default_factory=dict)  # form -> positions in `seen`
    looked: int = 0  # rows behind the values looked at that are not a word for 'absent'
    words: float = 0.0  # words a value, by rows
    longest: int = 0
    sampled: bool = False  # True where only some of the distinct values were looked at

    def share(self, *forms: str) -> float:
        return sum(self.forms[form] for form in forms) / self.looked if self.looked else 0.0

    def count(self, test: Callable[[str], object], forms: Sequence[str]) -> int:
        """Rows (among those looked at) whose value has one of the forms and passes the test."""
        total = 0
        for form in forms:
            for position in self.by_form.get(form, ()):
                if test(self.seen[position]):
                    total += self.weights[position]
        return total

    def values(self, *forms: str) -> list[str]:
        wanted = forms or tuple(self.by_form)
        return [self.seen[position] for form in wanted for position in self.by_form.get(form, ())]

    @property
    def varied(self) -> float:
        """Distinct values a filled row: 1.0 where every value is different."""
        return self.distinct / self.filled if self.filled else 0.0


def look(column: pa.Array, at_most: int = LOOK) -> Column:
    """Looks at one column of strings (null = absent), at an even spread of its distinct values."""
    encoded = column if isinstance(column, pa.DictionaryArray) else column.dictionary_encode()
    rows = len(encoded)
    dictionary = encoded.dictionary
    size = len(dictionary)
    indices = encoded.indices
    if indices.null_count:
        indices = indices.drop_null()
    counts = np.bincount(np.asarray(indices), minlength=size) if size else np.zeros(0, np.int64)
    if size > at_most:
        wanted = np.linspace(0, size - 1, at_most).astype(np.int64)
        seen = dictionary.take(pa.array(wanted)).to_pylist()
        weights = counts[wanted].tolist()
    else:
        seen = dictionary.to_pylist()
        weights = counts.tolist()
    sampled = size > at_most
    found = Column(rows, int(counts.sum()), size, [], [], sampled=sampled)
    # The inner loop of sampling: 10,000 columns of 30 values each go through it.
    values, kept, by_form = found.seen, found.weights, found.by_form
    total_words = blank = blank_values = 0
    for raw, weight in zip(seen, weights, strict=True):
        value = raw[:_CUT].strip()
        if not value:
            if not raw.strip():
                blank += weight
                blank_values += 1
            continue
        form = _form_of(value)
        places = by_form.get(form)
        if places is None:
            by_form[form] = [len(values)]
        else:
            places.append(len(values))
        values.append(value)
        kept.append(weight)
        if form != "absent":
            found.looked += weight
            total_words += (value.count(" ") + 1) * weight
            if len(raw) > found.longest:
                found.longest = len(raw)
    if sampled:
        blank, blank_values = _blanks(dictionary, counts)
    found.filled -= blank
    found.distinct -= blank_values
    for form, where in by_form.items():
        if form != "absent":
            found.forms[form] = sum(kept[place] for place in where)
    if found.looked:
        found.words = total_words / found.looked
    return found


def _form_of(value: str) -> str:
    if len(value) <= _LONGEST_ABSENT and value.casefold() in _ABSENT:
        return "absent"
    match = _FORM.fullmatch(value)
    return (match.lastgroup or "text") if match else "text"


def _blanks(dictionary: pa.Array, counts: np.ndarray) -> tuple[int, int]:
    """Rows whose value is blank, and how many distinct values are."""
    blank = pc.equal(pc.utf8_trim_whitespace(dictionary), "").to_numpy(zero_copy_only=False)
    return int(counts[blank].sum()), int(blank.sum())

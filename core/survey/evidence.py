"""Evidence in plain words: why a field is taken for what it is. Counts and kinds, never a cell's text."""

from __future__ import annotations


def number(count: int) -> str:
    """A count as people write it: 12,345."""
    return f"{count:,}"


def heading_says(header: str, says: str) -> str:
    """Evidence from a heading: the file's own label, cut short where somebody put data there."""
    shown = " ".join(header.split())
    shown = shown if len(shown) <= 60 else shown[:57] + "..."
    return f"the heading says '{shown}': {says}"


def layout_says(says: str) -> str:
    """Evidence for a file without headings whose layout is known."""
    return f"files of this layout hold this here: {says}"


def values_are(count: int, filled: int, what: str, *, sampled: bool = False) -> str:
    """'9,998 of 10,000 values are NHS numbers with a correct check digit'; `sampled` where not all were
    looked at."""
    if filled == 1:
        return f"the one value fits: {what}" if count else f"the one value does not fit: {what}"
    values = "values looked at" if sampled else "values"
    if count == filled:
        return f"all {number(filled)} {values} are {what}"
    return f"{number(count)} of {number(filled)} {values} are {what}"


def some_values(count: int, filled: int, what: str) -> str:
    """For what turns up here and there: '12 of 10,000 values hold a telephone number'."""
    verb = "holds" if count == 1 else "hold"
    return f"{number(count)} of {number(filled)} values {verb} {what}"


def years_spread(first: int, last: int) -> str:
    return f"the years run from {first} to {last}, as births do"


def years_recent(first: int, last: int) -> str:
    return f"the years run from {first} to {last}" if first != last else f"all dates are of {first}"


def distinct_values(distinct: int, filled: int) -> str:
    if distinct == filled:
        return "every value is different"
    return f"{number(distinct)} different values in {number(filled)}"


def text_length(words: float, distinct: int, filled: int) -> str:
    return f"{words:.0f} words a value, {distinct_values(distinct, filled)}"


def junk(filled: int, what: str) -> str:
    return f"no value of {number(filled)} looks like {what}; the heading decides"


NO_HEADING = "there is no heading"
UNKNOWN_HEADING = "the heading is not one we know"
NOTHING_KNOWN = "neither the heading nor the values tell what this is"
EMPTY = "every value is empty in the rows looked at"
TWO_DIGIT_YEARS = "years have two digits: 1925 and 2025 are written alike"
MONTH_FIRST = "dates are written month first"
DEFAULT_DATES = "some dates are a system's way of saying 'not known'"
DAMAGED_NUMBERS = "some numbers were damaged by a spreadsheet and cannot be mended"
TERM_OF_CODE = "each code beside it always comes with the same words"
CLINICAL_WORDS = "the values are clinical words"
TERM_BESIDE_CODE = "short clinical words beside a code"
NO_CODES = "almost no value has the form of a code"
UNSURE_HEADING = "heading and values do not agree"

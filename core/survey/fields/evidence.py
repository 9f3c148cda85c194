"""Evidence: why a field is taken for what it is, kept as data and put into words in one place.

A judge gives `Evidence`: an id and what it is about (counts, kinds of thing, names of other fields), never a
cell's text. `sentence` makes the words people read; nothing else does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from core.model import Evidence

_HEADING_SHOWN = 60


def number(count: int) -> str:
    """A count as people write it: 12,345."""
    return f"{count:,}"


def heading_says(header: str, says: str) -> Evidence:
    """Evidence from a heading: the file's own label, cut short where somebody put data there."""
    return Evidence("heading_says", (_shown(header), says))


def _shown(header: str) -> str:
    shown = " ".join(header.split())
    return shown if len(shown) <= _HEADING_SHOWN else shown[: _HEADING_SHOWN - 3] + "..."


def layout_says(says: str) -> Evidence:
    """Evidence for a file without headings whose layout is known."""
    return Evidence("layout_says", (says,))


def values_are(count: int, filled: int, what: str, *, sampled: bool = False) -> Evidence:
    """'9,998 of 10,000 values are NHS numbers with a correct check digit'; `sampled` where not all were
    looked at."""
    return Evidence("values_are", (count, filled, what, int(sampled)))


def some_values(count: int, filled: int, what: str) -> Evidence:
    """For what turns up here and there: '12 of 10,000 values hold a telephone number'."""
    return Evidence("some_values", (count, filled, what))


def years_spread(first: int, last: int) -> Evidence:
    """Years that run as births do."""
    return Evidence("years_spread", (first, last))


def years_recent(first: int, last: int) -> Evidence:
    """Years that do not run as births do."""
    return Evidence("years_recent", (first, last))


def distinct_values(distinct: int, filled: int) -> Evidence:
    """How many values are different."""
    return Evidence("distinct_values", (distinct, filled))


def text_length(words: float, distinct: int, filled: int) -> Evidence:
    """How long values are and how much they vary, as typed text does."""
    return Evidence("text_length", (round(words, 1), distinct, filled))


def junk(filled: int, what: str) -> Evidence:
    """The heading promises what no value looks like."""
    return Evidence("junk", (filled, what))


def together(count: int, rows: int, one: str, other: str) -> Evidence:
    """The value is two other fields' of the same row, put together."""
    return Evidence("together", (count, rows, _shown(one), _shown(other)))


def repeats(count: int, rows: int, other: str) -> Evidence:
    """The value is another field's of the same row."""
    return Evidence("repeats", (count, rows, _shown(other)))


def holds(count: int, rows: int, other: str) -> Evidence:
    """The value has another field's of the same row inside it."""
    return Evidence("holds", (count, rows, _shown(other)))


def age_by(count: int, rows: int, other: str) -> Evidence:
    """The number is the age by the row's birth date."""
    return Evidence("age_by", (count, rows, _shown(other)))


def one_each(other: str) -> Evidence:
    """Each value of another field comes with one value of this."""
    return Evidence("one_each", (_shown(other),))


def one_a_patient(values: int, patients: int, rows: int) -> Evidence:
    """Every patient has one value and no two share one, while rows repeat."""
    return Evidence("one_a_patient", (values, patients, rows))


NO_HEADING = Evidence("no_heading")
UNKNOWN_HEADING = Evidence("unknown_heading")
NOTHING_KNOWN = Evidence("nothing_known")
EMPTY = Evidence("empty")
TWO_DIGIT_YEARS = Evidence("two_digit_years")
MONTH_FIRST = Evidence("month_first")
DEFAULT_DATES = Evidence("default_dates")
NUMBERED_DAYS = Evidence("numbered_days")
DAMAGED_NUMBERS = Evidence("damaged_numbers")
TERM_OF_CODE = Evidence("term_of_code")
CLINICAL_WORDS = Evidence("clinical_words")
TERM_BESIDE_CODE = Evidence("term_beside_code")
NO_CODES = Evidence("no_codes")
UNSURE_HEADING = Evidence("unsure_heading")
YEARS_ONLY = Evidence("years_only")
UNIT_BESIDE_VALUE = Evidence("unit_beside_value")
SAME_FOR_PATIENT = Evidence("same_for_patient")
SEVERAL_A_PATIENT = Evidence("several_a_patient")
PERSON_SAID = Evidence("person_said")
ANOTHER_SAID = Evidence("another_said")
EXTRA_CELLS = Evidence("extra_cells")

_PLAIN = {
    "no_heading": "there is no heading",
    "unknown_heading": "the heading is not one we know",
    "nothing_known": "neither the heading nor the values tell what this is",
    "empty": "every value is empty in the rows looked at",
    "two_digit_years": "years have two digits: 1925 and 2025 are written alike",
    "month_first": "dates are written month first",
    "default_dates": "some dates are a system's way of saying 'not known'",
    "numbered_days": "days written so are not read, so that no year or month can be made of them",
    "damaged_numbers": "some numbers were damaged by a spreadsheet and cannot be mended",
    "term_of_code": "each code beside it always comes with the same words",
    "clinical_words": "the values are clinical words",
    "term_beside_code": "short clinical words beside a code",
    "no_codes": "almost no value has the form of a code",
    "unsure_heading": "heading and values do not agree",
    "years_only": "the values are years",
    "unit_beside_value": "short words beside a value, written as units are",
    "same_for_patient": "it is the same in all rows of a patient, so it describes the patient",
    "several_a_patient": "patients have several of these dates, so they are of events",
    "person_said": "a person said that this field tells whose row it is",
    "another_said": "a person said that another field tells whose row it is",
    "extra_cells": "Rows of this table have more cells than it has field names; these are the others.",
}


def _values_are(count: int, filled: int, what: str, sampled: int) -> str:
    if filled == 1:
        return f"the one value fits: {what}" if count else f"the one value does not fit: {what}"
    values = "values looked at" if sampled else "values"
    if count == filled:
        return f"all {number(filled)} {values} are {what}"
    return f"{number(count)} of {number(filled)} {values} are {what}"


def _of(count: int, rows: int) -> str:
    return f"all {number(rows)} values" if count == rows else f"{number(count)} of {number(rows)} values"


def _some_values(count: int, filled: int, what: str) -> str:
    verb = "holds" if count == 1 else "hold"
    return f"{number(count)} of {number(filled)} values {verb} {what}"


def _years_recent(first: int, last: int) -> str:
    return f"the years run from {first} to {last}" if first != last else f"all dates are of {first}"


def _distinct_values(distinct: int, filled: int) -> str:
    if distinct == filled:
        return "every value is different"
    return f"{number(distinct)} different values in {number(filled)}"


_WORDS: dict[str, Callable[..., str]] = {
    "heading_says": lambda shown, says: f"the heading says '{shown}': {says}",
    "layout_says": lambda says: f"files of this layout hold this here: {says}",
    "values_are": _values_are,
    "some_values": _some_values,
    "years_spread": lambda first, last: f"the years run from {first} to {last}, as births do",
    "years_recent": _years_recent,
    "distinct_values": _distinct_values,
    "text_length": lambda words, distinct, filled: (
        f"{words:.0f} words a value, {_distinct_values(distinct, filled)}"
    ),
    "together": lambda count, rows, one, other: (
        f"{_of(count, rows)} are the row's '{one}' and '{other}' together"
    ),
    "repeats": lambda count, rows, other: f"{_of(count, rows)} repeat the row's '{other}'",
    "holds": lambda count, rows, other: f"{_of(count, rows)} have the row's '{other}' inside them",
    "age_by": lambda count, rows, other: f"{_of(count, rows)} are the age by the row's '{other}'",
    "one_each": lambda other: f"each '{other}' beside it comes with one name, for several patients",
    "one_a_patient": lambda values, patients, rows: (
        f"one value a patient: {number(values)} different values for {number(patients)} patients "
        f"in {number(rows)} rows"
    ),
    "junk": lambda filled, what: f"no value of {number(filled)} looks like {what}; the heading decides",
}


def sentence(reason: Evidence) -> str:
    """One piece of evidence in plain words."""
    plain = _PLAIN.get(reason.id)
    return plain if plain is not None else _WORDS[reason.id](*reason.of)


def sentences(reasons: Iterable[Evidence]) -> tuple[str, ...]:
    """The words of all of them, none twice."""
    return tuple(dict.fromkeys(sentence(reason) for reason in reasons))

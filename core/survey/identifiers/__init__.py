"""What identifies a person, recognised from text: the public face of the detectors.

Three sorts of function:

* shape and check of one cell (`nhs_digits`, `postcode`, `phone_number`, `parse_date`, ...);
* finders inside running text (`find_nhs_numbers`, ..., `find_strong`; `find_identifiers` for every sort in
  the table of detectors), and `find_in_column`, which runs a
  finder over an Arrow column behind a prefilter that never misses what the finder would find;
* one canonical form for matching (`normalise`) and its 64-bit hash (`hash64`), for columns too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from core.survey.hashing import hash64
from core.survey.identifiers.dates import (
    NO_DAY,
    days_of,
    has_two_digit_year,
    is_clock_time,
    is_default_date,
    month_first,
    parse_date,
)
from core.survey.identifiers.folding import ODD, folded, plain_digits
from core.survey.identifiers.names import full_name_key, plain_letters, single_names
from core.survey.identifiers.names_written import name_neighbours
from core.survey.identifiers.numbers import (
    is_guid,
    is_snomed_id,
    landline_without_zero,
    nhs_check,
    nhs_damaged,
    nhs_digits,
    ni_number,
    phone_number,
    unwrapped,
)
from core.survey.identifiers.places import (
    address_key,
    email_address,
    is_address_line,
    is_partial_postcode,
    outward_code,
    postcode,
)
from core.survey.identifiers.scan import find_identifiers
from core.survey.identifiers.text import (
    FINDERS,
    Found,
    Strong,
    find_dates,
    find_emails,
    find_nhs_numbers,
    find_ni_numbers,
    find_phones,
    find_postcodes,
    find_strong,
)

__all__ = [
    "FINDERS",
    "NO_DAY",
    "Found",
    "Strong",
    "days_of",
    "email_address",
    "find_dates",
    "find_emails",
    "find_identifiers",
    "find_in_column",
    "find_nhs_numbers",
    "find_ni_numbers",
    "find_phones",
    "find_postcodes",
    "find_strong",
    "has_two_digit_year",
    "hash64",
    "is_address_line",
    "is_clock_time",
    "is_default_date",
    "is_guid",
    "is_partial_postcode",
    "is_snomed_id",
    "month_first",
    "name_neighbours",
    "nhs_check",
    "nhs_damaged",
    "nhs_digits",
    "ni_number",
    "normalise",
    "normalise_column",
    "outward_code",
    "parse_date",
    "phone_number",
    "plain_letters",
    "postcode",
    "prefilter",
    "single_names",
    "unwrapped",
]

_NOT_ALNUM = re.compile(r"[\W_]+")


def _key(text: str) -> str:
    text = unwrapped(text)
    if text.endswith(".0") and text[:-2].isdigit():
        text = text[:-2]
    return _NOT_ALNUM.sub("", text.casefold())


def _email(text: str) -> str:
    text = plain_digits(text)
    return email_address(text) or text.strip().casefold()


def _postcode(text: str) -> str:
    return _NOT_ALNUM.sub("", plain_digits(text)).upper()


def _day(text: str) -> str:
    found = parse_date(text)
    return found.isoformat() if found else _key(text)


def _or_letters(find: Callable[[str], str | None]) -> Callable[[str], str]:
    """What `find` makes of a text, or of its letters and digits alone, or else those."""
    return lambda text: find(text) or find(_key(text)) or _key(text)


_FORMS: dict[str, Callable[[str], str]] = {
    "nhs_number": _or_letters(nhs_digits),
    "phone": _or_letters(lambda text: phone_number(text) or landline_without_zero(text)),
    "email": _email,
    "postcode": _postcode,
    "ni_number": _or_letters(ni_number),
    "surname": plain_letters,
    "forename": plain_letters,
    "full_name": full_name_key,
    "third_party": full_name_key,
    "staff_name": full_name_key,
    "address": address_key,
    "area": address_key,
    "date_of_birth": _day,
    "date_of_death": _day,
}


def normalise(kind: str, text: str) -> str:
    """The one form of an identifier that hashing and matching use. `kind` is a Role's value.

    nhs_number: ten digits. phone: national digits, or '+' and digits abroad. email: lower case.
    postcode: upper case, no blank. surname, forename: lower-case letters without accents. full_name:
    first and last name so, whatever the order written. address: lower-case letters and digits. Dates of
    birth and death: ISO. Anything else, and what does not parse: lower-case letters and digits, so that
    '{1AB-...}' equals '1ab-...' and nothing is lost. Idempotent, except that a full name once joined
    stays joined. "" where nothing is left.
    """
    return _FORMS.get(kind, _key)(text)


def normalise_column(kind: str, texts: pa.Array | Sequence[str | None]) -> pa.Array:
    """`normalise` over a column: same results, null for null. Distinct values are worked on once."""
    array = texts if isinstance(texts, pa.Array) else pa.array(texts, pa.string())
    encoded = array.dictionary_encode()
    form = _FORMS.get(kind, _key)
    fast = _FAST_FORMS.get(kind)
    distinct = encoded.dictionary
    done = (
        pa.array([form(text) for text in distinct.to_pylist()], pa.string())
        if fast is None
        else fast(distinct)
    )
    return done.take(encoded.indices)


def _fast(
    form: Callable[[str], str], plain: str, keep: str, *, upper: bool = False
) -> Callable[[pa.Array], pa.Array]:
    """A column form: Arrow does the values matching `plain` (keep only `keep`, fix case), `form` the rest."""

    def over(array: pa.Array) -> pa.Array:
        simple = pc.match_substring_regex(array, plain)
        changed = pc.replace_substring_regex(array, f"[^{keep}]+", "")
        changed = pc.ascii_upper(changed) if upper else pc.ascii_lower(changed)
        if pc.all(simple).as_py() is not False:
            return changed
        rest = pa.array([form(text) for text in array.filter(pc.invert(simple)).to_pylist()], pa.string())
        return pc.replace_with_mask(changed, pc.invert(simple), rest)

    return over


_ASCII_TEXT = r"^[ -~]*$"
_FAST_FORMS: dict[str, Callable[[pa.Array], pa.Array]] = {
    "nhs_number": _fast(_FORMS["nhs_number"], r"^\d{3}[ -]?\d{3}[ -]?\d{4}$", "0-9"),
    "postcode": _fast(_postcode, _ASCII_TEXT, "A-Za-z0-9", upper=True),
    "surname": _fast(plain_letters, _ASCII_TEXT, "A-Za-z"),
    "forename": _fast(plain_letters, _ASCII_TEXT, "A-Za-z"),
    "address": _fast(address_key, _ASCII_TEXT, "A-Za-z0-9"),
    "area": _fast(address_key, _ASCII_TEXT, "A-Za-z0-9"),
    "phone": _fast(_FORMS["phone"], r"^0[1235789]\d{2,4} ?\d{3} ?\d{3,4}$", "0-9"),
}


# Each pattern matches (at least) every text in which the finder of that kind finds something. RE2 syntax.
_SEPARATOR = (
    r"[ \t\n\x{00a0}\x{00ad}\x{2000}-\x{200b}\x{2010}-\x{2015}\x{202f}\x{205f}\x{2212}\x{3000}()._,/-]{0,4}"
)
_PREFILTERS = {
    "nhs_number": rf"[0-9](?:{_SEPARATOR}[0-9]){{9}}",
    "postcode": r"(?i)(?:[A-Z][0-9][A-Z0-9]?|GIR)[ \t\x{00a0}\n]{0,4}[0-9][A-Z]{2}",
    "email": r"@[A-Za-z0-9-]+\.",
    "phone": r"(?:\+|0)[ ]?\(?[1-9](?:[^A-Za-z]{0,4}[0-9]){5}",
    "ni_number": r"(?i)[A-Z]{2}[ -]?[0-9]{2}[ -]?[0-9]{2}[ -]?[0-9]{2}[ -]?[A-D]",
    "date": r"[0-9]",
}


def prefilter(kind: str, column: pa.Array) -> pa.BooleanArray:
    """Which texts of a column may hold an identifier of that kind: quick, and never false where
    `FINDERS[kind]` would find one."""
    may = pc.fill_null(pc.match_substring_regex(column, _PREFILTERS[kind]), False)
    odd = pc.fill_null(pc.match_substring_regex(column, ODD), False)
    if not pc.any(odd).as_py():
        return may
    plain = pa.array([folded(text) for text in column.filter(odd).to_pylist()], pa.string())
    return pc.replace_with_mask(may, odd, pc.match_substring_regex(plain, _PREFILTERS[kind]))


def find_in_column(kind: str, column: pa.Array) -> Iterator[tuple[int, Found]]:
    """Every hit of `FINDERS[kind]` in a column as (position, hit), in order."""
    where = pc.indices_nonzero(prefilter(kind, column))
    find = FINDERS[kind]
    for position, text in zip(where.to_pylist(), column.take(where).to_pylist(), strict=True):
        for hit in find(text):
            yield position, hit

"""What a cell of a role is expected to hold, so that anything else in it can be held back.

A field may be kept because it holds results, units, sexes or ethnic groups. One cell in it may still
hold 'seen with his wife, Mrs Quixley'. Fail closed goes for cells too: a cell that does not read as its
field's role is left blank, with a reason. Words are data: resources/expected/words.toml.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache

from core.model import Role
from core.survey.identifiers import nhs_check, nhs_digits
from core.survey.terminologies import recognise
from resources import ROOT

Test = Callable[[str], bool]

#: Numbers of a value: a sign of comparison, at most six digits before the point, an exponent.
_NUMBER = re.compile(
    r"[<>=~≤≥+-]{0,2}(?:0|[1-9]\d{0,5}|\d{1,3}(?:,\d{3})?)?(?:\.\d{1,9})?(?:[eE][+-]?\d{1,2})?%?"
)
#: A whole cell that is one number, with laboratory plus signs or an exponent.
_ONE_NUMBER = re.compile(r"[<>=~≤≥+-]{0,2}(?:0|[1-9]\d{0,5})(?:\.\d{1,9})?(?:[eE][+-]?\d{1,2}|\s?%|\+{1,4})?")
#: The same for whole columns (RE2): what nearly every cell of a value field looks like.
PLAIN_NUMBER = r"^[<>]?-?(?:0|[1-9][0-9]{0,5})(?:\.[0-9]{1,9})?$"
_DIGIT = re.compile(r"\d")
_PARTS = re.compile(r"[\s/();,:*^\[\]]+|(?<=\d)-(?=[\d.])|(?<=[^\W\d])-|(?<=\d)(?=[^\W\d])(?![eE][+-]?\d)")
_LETTERS_AND_DIGITS = re.compile(r"[^\W\d_]+|\d+")
_TIME = re.compile(
    r"T?(?:[01]?\d|2[0-4])(?:[:.]?[0-5]\d){1,2}(?:\.\d{1,9})?(?:\s?[ap]\.?m\.?)?(?:Z|[+-]\d\d:?\d\d)?",
    re.IGNORECASE,
)
_ETHNIC_LETTER = re.compile(r"[A-Z]\d?")

#: Two numbers are a blood pressure or a range; three are a date, a telephone number or an NHS number.
_MOST_NUMBERS = 2
_MOST_PARTS = 8


@cache
def _words() -> Mapping[str, frozenset[str]]:
    data = tomllib.loads((ROOT / "expected" / "words.toml").read_text(encoding="utf-8"))
    return {role: frozenset(entry["words"].split()) for role, entry in data.items()}


def _parts(text: str) -> list[str]:
    return [part for part in _PARTS.split(text.strip()) if part]


def is_value(text: str) -> bool:
    """Whether the text reads as a result: up to two plain numbers, result words and units.

    >>> is_value("120/80"), is_value("5.2 mmol/L"), is_value("ring 07700 900123"), is_value("01/02/1950")
    (True, True, False, False)
    """
    if _ONE_NUMBER.fullmatch(text.strip()):
        return True
    words, numbers, parts = _words(), 0, _parts(text)
    if len(parts) > _MOST_PARTS:
        return False
    for part in parts:
        if _DIGIT.search(part) and _NUMBER.fullmatch(part):
            numbers += 1
        elif not _is_mark(part) and not _known(part, words["value"], words["unit"]):
            return False
    return numbers <= _MOST_NUMBERS


def _is_mark(part: str) -> bool:
    return not part.strip("+-<>=~≤≥%.?&_±")


def _known(part: str, *lists: frozenset[str]) -> bool:
    word = part.strip("+-.<>=~≤≥?%&").lower()
    return not word or any(word in known for known in lists)


def is_unit(text: str) -> bool:
    """Whether the text reads as a unit of measure: known symbols and exponents, and nothing else."""
    units = _words()["unit"]
    if text.strip().lower() in units:
        return True
    parts = _parts(text)
    named = any(mark.isalpha() or mark == "%" for mark in text)
    return named and len(parts) <= _MOST_PARTS and all(_is_unit_part(part, units) for part in parts)


def _is_unit_part(part: str, units: frozenset[str]) -> bool:
    word = part.strip(".+-").lower()
    if not word or word in units or _is_mark(word):
        return True
    pieces = _LETTERS_AND_DIGITS.findall(word)
    return "".join(pieces) == word.replace(".", "") and all(
        piece in units or (piece.isdecimal() and len(piece) <= 2) for piece in pieces
    )


def is_sex(text: str) -> bool:
    """Whether the text is one of the known ways to record a sex or gender."""
    parts = [part for part in re.split(r"[\s/();,.-]+", text.lower()) if part]
    return 0 < len(parts) <= 4 and all(part in _words()["sex"] for part in parts)


def is_ethnicity(text: str) -> bool:
    """Whether the text is an ethnic group in words, a census letter or a clinical code."""
    plain = text.strip()
    if _ETHNIC_LETTER.fullmatch(plain):
        return True
    parts = [part for part in re.split(r"[\s/();,:.&'\"-]+", plain.lower()) if part]
    if parts and all(part in _words()["ethnicity"] for part in parts):
        return True
    digits = nhs_digits(plain)
    return not (digits and nhs_check(digits)) and " " not in plain and _is_code(plain)


def _is_code(text: str) -> bool:
    return bool(_DIGIT.search(text)) and recognise(text).understood


def is_time(text: str) -> bool:
    """Whether the text is a time of day and nothing else: '09:30', '0930', '9.30 am', '14:30:00Z'."""
    return _TIME.fullmatch(text.strip()) is not None


EXPECTED: Mapping[Role, Test] = {
    Role.EVENT_TIME: is_time,
    Role.VALUE: is_value,
    Role.UNIT: is_unit,
    Role.SEX: is_sex,
    Role.ETHNICITY: is_ethnicity,
}

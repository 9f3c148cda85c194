"""What a cell of a role is expected to hold, so that anything else in it can be held back.

A field may be kept because it holds results, units, sexes or ethnic groups. One cell in it may still
hold 'seen with his wife, Mrs Quixley'. Fail closed goes for cells too: a cell that does not read as its
field's role is left blank, with a reason. Words are data: resources/expected/words.toml.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache, lru_cache

from core.model import Role
from core.survey.codes.terminologies import Form, recognise
from core.survey.freetext.telling import holds_name
from core.survey.identifiers import (
    is_default_date,
    is_snomed_id,
    nhs_check,
    nhs_digits,
    outward_code,
    parse_date,
)
from core.survey.identifiers.disguised import is_disguised
from core.survey.identifiers.inside import found_inside
from core.survey.identifiers.mentions import names_somebody
from core.survey.identifiers.where import is_map_position
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
_TEN_WITH_EXPONENT = re.compile(r"(\d)\.(\d{9})[eE]\+?0?9")
_DIGIT = re.compile(r"\d")
_PARTS = re.compile(r"[\s/();,:*^\[\]]+|(?<=\d)-(?=[\d.])|(?<=[^\W\d])-|(?<=\d)(?=[^\W\d])(?![eE][+-]?\d)")
_MONTH_OF_YEAR = re.compile(
    r"(?:1[89]|20)\d\d\s?[-/]\s?(?:0[1-9]|1[0-2])|(?:0?[1-9]|1[0-2])\s?[-/]\s?(?:1[89]|20)\d\d"
)
_LETTERS_AND_DIGITS = re.compile(r"[^\W\d_]+|\d+")
_TIME = re.compile(
    r"T?(?:[01]?\d|2[0-4])(?:[:.]?[0-5]\d){1,2}(?:\.\d{1,9})?(?:\s?[ap]\.?m\.?)?(?:Z|[+-]\d\d:?\d\d)?",
    re.IGNORECASE,
)
#: Systems number their ethnic groups with up to three digits; only SNOMED CT has longer numbers for them.
_LONG_DIGITS = re.compile(r"[\d./-]{4,}")
_ETHNIC_LETTER = re.compile(r"[A-Z]\d?")

#: Two numbers are a blood pressure or a range; three are a date, a telephone number or an NHS number.
_MOST_NUMBERS = 2
_MOST_PARTS = 8
#: Distinct terms and codes whose answer is remembered, in memory only: panes, export and check ask the same.
_REMEMBERED = 100_000


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
        return not _is_spoilt_number(text.strip())
    words, numbers, parts = _words(), 0, _parts(text)
    if len(parts) > _MOST_PARTS:
        return False
    for part in parts:
        if _DIGIT.search(part) and _NUMBER.fullmatch(part):
            numbers += 1
        elif not _is_mark(part) and not _known(part, words["value"], words["unit"]):
            return False
    if numbers == _MOST_NUMBERS and (_MONTH_OF_YEAR.fullmatch(text.strip()) or is_map_position(text)):
        return False
    return numbers <= _MOST_NUMBERS


def _is_spoilt_number(text: str) -> bool:
    """An NHS number that a spreadsheet wrote with an exponent, with all of its digits: '9.990000018E+09'."""
    spoilt = _TEN_WITH_EXPONENT.fullmatch(text)
    return spoilt is not None and nhs_check(spoilt[1] + spoilt[2])


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
    if _LONG_DIGITS.fullmatch(plain) and not is_snomed_id(plain):
        return False  # 14031951 is a day, 447700900123 a telephone
    digits = nhs_digits(plain)
    return not (digits and nhs_check(digits)) and " " not in plain and _is_code(plain)


def _is_code(text: str) -> bool:
    return (_DIGIT.search(text) is not None or text.startswith("Xa")) and is_code(text)


def is_time(text: str) -> bool:
    """Whether the text is a time of day and nothing else: '09:30', '0930', '9.30 am', '14:30:00Z'."""
    return _TIME.fullmatch(text.strip()) is not None


@lru_cache(maxsize=_REMEMBERED)
def is_term(text: str) -> bool:
    """Whether the text is a description in words: a long number by itself describes nothing."""
    return _LONG_DIGITS.fullmatch(text.strip()) is None and is_description(text)


@lru_cache(maxsize=_REMEMBERED)
def is_description(text: str) -> bool:
    """Whether nothing in the text is an identifier, a person's name, a date, a path or a message, in clear or
    disguised."""
    return not found_inside(text) and not is_disguised(text)


#: What stands in a field of codes where there is no code.
_NO_CODE = frozenset(("null", "none", "nil", "nan", "n/a", "na", "-", "--", ".", "?", "#n/a", "(null)", "0"))
_DIGITS_ONLY = re.compile(r"\d{1,18}")
_ROUNDED = re.compile(r"\d(?:[.,]\d{1,17})?[Ee]\+?\d{1,2}|\d{1,18}\.0+")
#: What suppliers put before and after the letters and digits of their own codes.
_LOCAL = re.compile(
    r"\^?(?:[A-Z]{4}(?=EGTON))?(?:ESCT|EMISNQ|EMISHGT|EMISICD10\||EMIS|EGTON|FUNDHC|JHCC|RAFME)?(?P<own>[\w./]*?)"
    r"(?:N?EMIS|MGEMIS|HILLI|BRIDL|-SHHAPT|-KC60|-\d{1,2})?"
)
_LETTERS = re.compile(r"[A-Za-z]+")
_MOST_LETTERS = {"^": 2, "ESCT": 2}  # of an own code; else _OWN_LETTERS
_OWN_LETTERS = 4
_BORN = re.compile(r"[A-Za-z]{3,}[^A-Za-z0-9]?(?:19|20)\d\d")
_ALLOCATED = re.compile(r"(?:4|6|7|9[09])\d+|3[2-9]\d+")


_WORD_FIRST = re.compile(r"[A-WZ](?!yu)[a-z]{2}")


@lru_cache(maxsize=_REMEMBERED)
def is_code(text: str) -> bool:
    """Whether the text is a code: of a form that `recognise` understands, or a number that a supplier's own
    dictionary may explain. A word is none, nor a name in a supplier's own code, nor an NHS number."""
    plain = text.strip()
    if plain.casefold() in _NO_CODE:
        return True
    known = recognise(plain)
    if known.form is Form.LOCAL:
        return _is_local(known.text)
    if known.understood:
        beside = plain.replace(known.text, "", 1)
        return not _spells_a_name(known.text) and (not beside.strip("|= '\"") or is_description(beside))
    if _DIGITS_ONLY.fullmatch(plain):
        return not _numbers_somebody(plain)
    return _ROUNDED.fullmatch(plain) is not None


def _is_local(text: str) -> bool:
    """A supplier's own code has two to four letters and a number. '^ESCTQUIXLEY' is no code."""
    match = _LOCAL.fullmatch(text)
    own = match["own"] if match else text
    most = next((most for start, most in _MOST_LETTERS.items() if text.startswith(start)), _OWN_LETTERS)
    if any(len(run) > most for run in _LETTERS.findall(own)):
        return False
    return (_DIGIT.search(own) is not None or "-" in text) and _BORN.fullmatch(own) is None


def _spells_a_name(text: str) -> bool:
    """A word of five letters can pass for a code of Clinical Terms Version 3: 'Young', 'Yates'; the beginning
    of a name with a number for one of Read's: 'Smit1'. Of those, only 'Ayu44' and its like are codes."""
    if _WORD_FIRST.match(text):
        return True
    return text.isalpha() and text.istitle() and (text[0] == "Y" or names_somebody(text))


def _numbers_somebody(digits: str) -> bool:
    """An NHS number of an allocated range with a right check digit, a CHI number, or a telephone number."""
    if len(digits) in (10, 11) and digits[0] == "0":
        return True
    if len(digits) != 10 or not nhs_check(digits):
        return False
    return (
        _ALLOCATED.fullmatch(digits) is not None
        or parse_date(f"{digits[:2]}/{digits[2:4]}/19{digits[4:6]}") is not None
    )


def is_nhs_number(text: str) -> bool:
    """Whether the text is an NHS number and nothing else (no word before it), whatever its check digit."""
    return nhs_digits(text) is not None and not any(mark.isalpha() for mark in text)


_DATE_LIKE = re.compile(r"(?:1[89]|20)\d\d(?:-(?:0[1-9]|1[0-2]))?|0{1,4}[-/.]?0{0,2}[-/.]?0{0,4}", re.ASCII)


def is_date(text: str) -> bool:
    """Whether the text is a day, with or without its time, a month or a year, and nothing else."""
    plain = text.strip()
    return _DATE_LIKE.fullmatch(plain) is not None or is_default_date(plain) or parse_date(plain) is not None


def is_postcode(text: str) -> bool:
    """Whether the text is a postcode or its first part, and nothing else."""
    return outward_code(text) is not None


EXPECTED: Mapping[Role, Test] = {
    Role.CODE: is_code,
    Role.TERM: is_term,
    Role.NHS_NUMBER: is_nhs_number,
    Role.DATE_OF_BIRTH: is_date,
    Role.YEAR_OF_BIRTH: is_date,
    Role.DATE_OF_DEATH: is_date,
    Role.REGISTERED_DATE: is_date,
    Role.LEFT_DATE: is_date,
    Role.EVENT_DATE: is_date,
    Role.OTHER_DATE: is_date,
    Role.POSTCODE: is_postcode,
    Role.STATUS: is_description,
    Role.SOCIAL: is_description,
    Role.FLAG: is_description,
    Role.OTHER: is_description,
    Role.EVENT_TIME: is_time,
    Role.VALUE: is_value,
    Role.UNIT: is_unit,
    Role.SEX: is_sex,
    Role.ETHNICITY: is_ethnicity,
}

#: Roles whose cells are words without a list of their own, where a name that only the export knows can stand.
_OF_ANY_WORDS = frozenset((Role.CODE, Role.TERM, Role.STATUS, Role.SOCIAL, Role.FLAG, Role.OTHER))
_BESIDE_A_CODE = re.compile(r"[\s,;|]")


@cache
def may_hold_names(role: Role) -> bool:
    """Whether a cell that reads as this role may hold a name that no list has."""
    return role not in EXPECTED or role in _OF_ANY_WORDS


def holds_known_name(text: str, role: Role, telling: frozenset[str]) -> bool:
    """Whether a cell that reads as its role holds one of the names that only the export tells. A supplier's
    own code by itself ('RITA1618') is nobody's name."""
    if not telling or not may_hold_names(role):
        return False
    if role is Role.CODE and _BESIDE_A_CODE.search(text.strip()) is None:
        return False
    return holds_name(text, telling)


def test_of(role: Role) -> Test:
    """What a cell of a kept field must pass. Without a rule of its own: nothing of a person."""
    return EXPECTED.get(role, is_description)

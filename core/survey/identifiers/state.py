"""Numbers that the state, the courts and schools give to a person.

Whole-cell tests: a cell in, True or False out. A shape says what a text looks like; where a body publishes a
check digit, `..._checked` says whether it is right. Shapes of six to nine bare digits say next to nothing: in
running text they count beside their name only (see the table of detectors).
"""

from __future__ import annotations

import re

from core.survey.identifiers.folding import folded

_BLANK = re.compile(r"[\s/.-]+")
_NINE_DIGITS = re.compile(r"\d{9}")
_PASSPORT = re.compile(r"[A-Z]{2}\d{7}", re.IGNORECASE)
_SURNAME5 = r"(?:[A-Z]{5}|[A-Z]{4}9|[A-Z]{3}99|[A-Z]{2}999)"
_GB_LICENCE = re.compile(
    rf"{_SURNAME5} ?\d(?:0[1-9]|1[0-2]|5[1-9]|6[0-2])(?:0[1-9]|[12]\d|3[01])\d ?[A-Z][A-Z9][0-9A-Z][A-Z]{{2}}"
    r"(?: ?\d{2})?",
    re.IGNORECASE,
)
_NI_LICENCE = re.compile(r"\d{8}")
_PRISONER = re.compile(r"[A-Z]\d{4}[A-Z]{2}", re.IGNORECASE)
_PRISONER_OLD = re.compile(r"[A-Z]{2}\d{4,5}", re.IGNORECASE)
_PNC = re.compile(r"(?:19|20)?\d{2}/\d{1,7}[A-HJ-NP-RT-Z]", re.IGNORECASE)
_CRO = re.compile(r"\d{1,6}/\d{2}[A-Z]|SF\d{2}/\d{1,6}[A-Z]", re.IGNORECASE)
_HOME_OFFICE = re.compile(
    r"[A-Z]\d{7,8}(?:/\d{1,3})?|[A-Z]{2,3}/?\d{6,9}|GWF ?\d{9}|\d{4}[- ]\d{4}[- ]\d{4}[- ]\d{4}(?:/\d{2})?"
    r"|\d{2}/\d{2}/\d{5}|[A-Z]{3}\d{2}/\d{2}/\d{5}/[A-Z]",
    re.IGNORECASE,
)
_GWF = re.compile(r"GWF ?\d{9}", re.IGNORECASE)
_UPN = re.compile(r"[A-HJ-NP-RT-Z]\d{12}|[A-HJ-NP-RT-Z]\d{11}[A-HJ-NP-RT-Z]", re.IGNORECASE)
_TEN = re.compile(r"\d{5}[ -]?\d{5}|\d{3}[ -]?\d{3}[ -]?\d{4}")


def is_passport_number(text: str) -> bool:
    """True for the two letters and seven digits of travel documents and residence permits (ICAO 9303)."""
    return _PASSPORT.fullmatch(folded(text).strip()) is not None


def is_passport_digits(text: str) -> bool:
    """True for the nine digits of a British passport, which many numbers have.

    Source: HM Passport Office, 'Basic passport checks'."""
    return _NINE_DIGITS.fullmatch(folded(text).strip()) is not None


def is_gb_licence(text: str) -> bool:
    """True for a driver number of Great Britain: sixteen characters with or without blanks, and the two
    digits of the card's issue where they are printed beside it. Source: DVLA, driving licence numbers."""
    return _GB_LICENCE.fullmatch(folded(text).strip()) is not None


def is_ni_licence(text: str) -> bool:
    """True for the eight digits of a driver number of Northern Ireland (DVA): a shape that says little."""
    return _NI_LICENCE.fullmatch(folded(text).strip()) is not None


def is_prisoner_number(text: str) -> bool:
    """True for a prison number, 'A1234BC'. Source: HM Prison Service, NOMIS 'offender number'."""
    return _PRISONER.fullmatch(folded(text).strip()) is not None


def is_old_prisoner_number(text: str) -> bool:
    """True for a prison number of before 2010, 'AB1234': a shape that says little."""
    return _PRISONER_OLD.fullmatch(folded(text).strip()) is not None


def is_police_number(text: str) -> bool:
    """True for a Police National Computer id, '2003/0012345A', or a Criminal Records Office number."""
    text = folded(text).strip()
    return _PNC.fullmatch(text) is not None or _CRO.fullmatch(text) is not None


def is_home_office_number(text: str) -> bool:
    """True for the shapes of Home Office, visa, residence permit and asylum support references."""
    return _HOME_OFFICE.fullmatch(folded(text).strip()) is not None


def is_visa_number(text: str) -> bool:
    """True for a visa application's number, 'GWF' and nine digits."""
    return _GWF.fullmatch(folded(text).strip()) is not None


def is_pupil_number(text: str) -> bool:
    """True for the shape of a Unique Pupil Number, permanent or temporary (letter, digits, letter)."""
    return _UPN.fullmatch(folded(text).strip()) is not None


def pupil_number_checked(text: str) -> bool:
    """True where a pupil number's first letter is right. Source: DfE, 'Unique pupil numbers', by
    python-stdnum."""
    from stdnum.gb import upn  # loaded when first wanted: the program starts quicker

    return bool(upn.is_valid(folded(text).strip().upper()))


def is_learner_number(text: str) -> bool:
    """True for a Unique Learner Number: ten digits with a right check digit (weights 10 to 2, modulus 11,
    taken from 10). Source: Education and Skills Funding Agency, ULN specification."""
    digits = _BLANK.sub("", folded(text).strip())
    if _TEN.fullmatch(digits) is None or digits[0] == "0":
        return False
    rest = sum(int(d) * w for d, w in zip(digits[:9], range(10, 1, -1), strict=True)) % 11
    return rest != 0 and 10 - rest == int(digits[9])


def is_tax_reference(text: str) -> bool:
    """True for ten digits as in a Unique Taxpayer Reference, a trailing or leading 'K' allowed."""
    digits = _BLANK.sub("", folded(text)).upper().strip("K")
    return _TEN.fullmatch(digits) is not None


def tax_reference_checked(text: str) -> bool:
    """True where a taxpayer reference's first digit, its check digit, is right (python-stdnum)."""
    from stdnum.gb import utr

    return bool(utr.is_valid(_BLANK.sub("", folded(text))))

"""Numbers of money and things that belong to one person: accounts, cards, cars, implanted devices."""

from __future__ import annotations

import re

from core.survey.identifiers.folding import folded

_BLANK = re.compile(r"[\s-]+")
SORT_AND_ACCOUNT = r"\d\d[- ]\d\d[- ]\d\d(?:\s*[/,:;-]?\s*(?:a/?c|account)?\.?\s*(?:no\.?)?:?\s*)\d{8}"
_BANK = re.compile(SORT_AND_ACCOUNT, re.IGNORECASE)
_BANK_SOLID = re.compile(r"\d{6}[ /,-]\d{8}")
_IBAN = re.compile(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?", re.IGNORECASE)
_CARD = re.compile(r"(?:\d{4}([ -]?)\d{4}\1\d{4}\1\d{1,7}|3[47]\d\d([ -]?)\d{6}\2\d{5})")
_CARD_ISSUERS = re.compile(r"4|5[0-8]|2[2-7]|3[47]|6(?:011|[2-9])|35|30[0-5]|3[689]")

# Letters: I, Q and Z are kept back from most places (DVLA INF104).
_L, _AGE = "[A-HJ-PR-Y]", "[A-HJ-NPR-TV-Y]"
VEHICLE_NOW = rf"{_L}{_L}(?:0[1-9]|[12]\d|5[1-9]|[67]\d)[ -]?[A-HJ-PR-Z]{{3}}"
VEHICLE_PREFIX = rf"{_AGE}[1-9]\d{{0,2}}[ -]?{_L}{{3}}"
VEHICLE_SUFFIX = rf"{_L}{{3}}[ -]?[1-9]\d{{0,2}}{_AGE}"
_VEHICLE = re.compile(f"(?:{VEHICLE_NOW}|{VEHICLE_PREFIX}|{VEHICLE_SUFFIX})", re.IGNORECASE)
_VEHICLE_NOW = re.compile(VEHICLE_NOW, re.IGNORECASE)
VEHICLE_OTHER = (
    r"[A-Z]?(?:I[A-Z]|[A-Z]Z)[ -]?[1-9]\d{0,3}"  # Northern Ireland
    r"|[A-Z]{1,3}[ -]?[1-9]\d{0,3}|[1-9]\d{0,3}[ -]?[A-Z]{1,3}"  # before 1963, and cherished ones
    r"|Q\d{1,3}[ -]?[A-Z]{3}|\d{3}[DX]\d{3}"  # of unknown age; diplomatic
)
_VEHICLE_OTHER = re.compile(f"(?:{VEHICLE_OTHER})", re.IGNORECASE)

_DEVICE = re.compile(
    r"\(01\)\s?\d{14}(?:\s?\(\d{2,4}\)\s?[!-'*-~]{1,20}){1,5}"  # GS1, as printed for people
    r"|\(01\)\s?\d{14}"
    r"|\+[A-Z]\w{3}[!-~]{4,30}/\$\$?[!-~]{3,40}"  # HIBCC
    r"|=/[A-Z0-9]{10,16}(?:=[,;}>][!-~]{3,25}){1,6}",  # ICCBBA, for tissue and blood
    re.IGNORECASE,
)
_IMEI = re.compile(r"\d{2}[ -]?\d{6}[ -]?\d{6}[ -]?\d(?:/\d{2})?")
_VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}", re.IGNORECASE)


def is_sort_code_and_account(text: str) -> bool:
    """True for a bank's sort code followed by an account number (12-34-56 12345678)."""
    text = folded(text).strip()
    return _BANK.fullmatch(text) is not None or _BANK_SOLID.fullmatch(text) is not None


def is_iban(text: str) -> bool:
    """True for an international account number with right check digits (ISO 13616, by python-stdnum)."""
    text = folded(text).strip()
    if _IBAN.fullmatch(text) is None:
        return False
    from stdnum import iban  # loaded when first wanted: the program starts quicker

    return bool(iban.is_valid(text, check_country=False))


def is_card_number(text: str) -> bool:
    """True for the shape of a payment card number, 12 to 19 digits of a known issuer, solid or in groups."""
    text = folded(text).strip()
    return _CARD.fullmatch(text) is not None and _CARD_ISSUERS.match(_BLANK.sub("", text)) is not None


def card_checked(text: str) -> bool:
    """True where a card's last digit is right by Luhn's scheme (ISO/IEC 7812-1). One in ten is by chance."""
    digits = _BLANK.sub("", folded(text))
    if not 12 <= len(digits) <= 19 or not digits.isdigit() or len(set(digits)) < 2:
        return False
    return _luhn(digits)


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = ord(digit) - 48
        if place % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0


def is_plate(text: str) -> bool:
    """True for a number plate in the current, prefix or suffix style. Source: DVLA INF104."""
    return _VEHICLE.fullmatch(folded(text).strip()) is not None


def is_current_plate(text: str) -> bool:
    """True for a plate issued since September 2001, 'AB51 ABC': the most telling of the styles."""
    return _VEHICLE_NOW.fullmatch(folded(text).strip()) is not None


def is_other_plate(text: str) -> bool:
    """True for plates of Northern Ireland, of before 1963, of diplomats: shapes that many codes share."""
    return _VEHICLE_OTHER.fullmatch(folded(text).strip()) is not None


def is_device_identifier(text: str) -> bool:
    """True for a Unique Device Identifier as GS1, HIBCC or ICCBBA print it. Source: MHRA, IMDRF UDI guide."""
    return _DEVICE.fullmatch(folded(text).strip()) is not None


def is_imei(text: str) -> bool:
    """True for a mobile telephone's number (3GPP TS 23.003): fifteen digits, the last right by Luhn."""
    text = folded(text).strip()
    digits = _BLANK.sub("", text)[:15]
    return _IMEI.fullmatch(text) is not None and len(set(digits)) > 2 and _luhn(digits)


def is_chassis_number(text: str) -> bool:
    """True for a vehicle's seventeen-character identification number. Source: ISO 3779."""
    text = folded(text).strip()
    return _VIN.fullmatch(text) is not None and not text.isdigit() and not text.isalpha()

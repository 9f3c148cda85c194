"""Numbers that name a person: NHS, CHI and Health & Care numbers, National Insurance, telephone, licences.

Everything here is a pure function of one string. A shape test says what a text *looks like*; a check
digit raises confidence and never decides alone, because real exports hold test numbers, old-style
numbers and numbers a spreadsheet has damaged.
"""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

from core.survey.identifiers.folding import plain_digits

# Spaces that spreadsheets, PDFs and web pages put between digit groups, and every sort of dash.
SPACES = " \t\u00a0\u2000-\u200b\u202f\u205f\u3000"
DASHES = "\\-\u00ad\u2010-\u2015\u2212"
_SEP = f"[{SPACES}{DASHES}.,\n]"
# Between groups only: slashes also stand between the parts of a date.
_GROUP_SEP = f"[{SPACES}{DASHES}.,\n/_]"

_NHS_GROUPED = re.compile(rf"\(?(\d{{3}})\)?{_SEP}{{0,2}}(\d{{3}}){_SEP}{{0,2}}(\d{{4}})")
_NHS_PARTED = re.compile(rf"\d{{3}}{_GROUP_SEP}{{1,2}}\d{{3}}{_GROUP_SEP}{{1,2}}\d{{4}}")
_NHS_PADDED = re.compile(r"00+([1-9]\d{9})")
_NHS_SPREAD = re.compile(rf"\d(?:{_SEP}{{0,2}}\d){{9}}")
_NHS_FLOAT = re.compile(r"(\d{9,10})\.0+")
_NHS_DAMAGED = re.compile(r"\d(?:\.\d{1,6})?E\+?0?9", re.IGNORECASE)
_WRAPPING = re.compile(r"""^\s*(?:=\s*"|'|")?\s*(.*?)\s*"?\s*$""", re.DOTALL)
_NHS_LABEL = re.compile(r"^NHS\s*(?:no|num|number)?\s?[.:#]{0,2}\s*(?=\d)", re.IGNORECASE)
_UNSEEN = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF))
_NOT_DIGIT = re.compile(r"\D")
_NOT_ALNUM = re.compile(r"[\W_]")

_NINO = re.compile(
    r"(?!BG|GB|NK|KN|TN|NT|ZZ)[ABCEGHJ-PRSTW-Z][ABCEGHJ-NPRSTW-Z](?:\s?\d){6}\s?[A-D]", re.IGNORECASE
)
_PHONE_EXTENSION = re.compile(r"[\s,;]*(?:ext(?:ension)?|extn|x|#)\.?\s*\d{1,6}\s*$", re.IGNORECASE)
_PHONE_LABEL = re.compile(
    r"^\s*(?:(?:t|tel|telephone|phone|mob|mobile|home|work|h|m|w|fax)\b\s*(?:no|number)?[.:)\s]+)+", re.I
)
_PHONE_CHARS = re.compile(rf"\+?[\d(][\d()/.\s{DASHES}\u00a0]{{7,24}}\d")
_LANDLINE_WITHOUT_ZERO = re.compile(r"[12]\d{9}")
_UK_NATIONAL = re.compile(r"0[1235789]\d{8,9}")

_GUID = re.compile(r"\{?[0-9A-Fa-f]{8}-?(?:[0-9A-Fa-f]{4}-?){3}[0-9A-Fa-f]{12}\}?")
_PASSPORT = re.compile(r"[A-Za-z]{2}\d{7}")
_DRIVING = re.compile(
    r"(?=[A-Z]{2})[A-Z]{2,5}9{0,3}(?<=[A-Z9]{5})"  # five letters of the surname, padded with nines
    r"\d(?:0[1-9]|1[0-2]|5[1-9]|6[0-2])(?:0[1-9]|[12]\d|3[01])\d[A-Z][A-Z9][0-9A-Z][A-Z]{2}",
    re.IGNORECASE,
)
_VEHICLE = re.compile(
    r"(?:[A-HJ-PR-Y][A-HJ-PR-Y](?:0[1-9]|[12]\d|5[1-9]|6\d|7\d)[ -]?[A-HJ-PR-Z]{3}"
    r"|[A-HJ-NPR-TV-Y]\d{1,3} ?[A-HJ-PR-Y]{3}"
    r"|[A-HJ-PR-Y]{3} ?\d{1,3}[A-HJ-NPR-TV-Y])",
    re.IGNORECASE,
)
_ODS_PRACTICE = re.compile(r"(?:[A-HJ-NPVWY]\d{5}|[A-Z]\d[A-Z0-9]{4}|Y\d{5,6})", re.IGNORECASE)
_BANK = re.compile(r"\d\d[- ]\d\d[- ]\d\d\s*[/,]?\s*\d{8}")


def unwrapped(text: str) -> str:
    """The text without outer blanks and the ="..." or apostrophe that keeps digits as text in Excel."""
    match = _WRAPPING.match(text)
    return match.group(1) if match else text.strip()


def nhs_digits(text: str) -> str | None:
    """The ten digits of a text shaped like an NHS, CHI or Health & Care number, else None.

    Takes ten digits, 3-3-4 groups with blanks (no-break ones too), hyphens, dots or commas, and a number
    a spreadsheet made a float of. Other groupings and separators, nine digits that lost a leading zero and
    ten that were padded with zeros count only where the check digit is right. Sources: NHS Data
    Dictionary, NHS NUMBER; formats seen in EMIS reports.
    """
    if not text.isascii():
        text = text.translate(_UNSEEN)
    text = _NHS_LABEL.sub("", unwrapped(plain_digits(text)))
    match = _NHS_GROUPED.fullmatch(text)
    if match:
        return "".join(match.groups())
    match = _NHS_FLOAT.fullmatch(text)
    if match:
        return nhs_digits(match.group(1))
    if match := _NHS_PADDED.fullmatch(text):
        return match.group(1) if nhs_check(match.group(1)) else None
    if _NHS_SPREAD.fullmatch(text) or _NHS_PARTED.fullmatch(text):
        digits = _NOT_DIGIT.sub("", text)
        return digits if nhs_check(digits) else None
    if len(text) == 9 and text.isascii() and text.isdigit() and nhs_check("0" + text):
        return "0" + text
    return None


def nhs_damaged(text: str) -> bool:
    """True for what a spreadsheet makes of an NHS number, 9.43E+09. It cannot be mended."""
    return _NHS_DAMAGED.fullmatch(unwrapped(text)) is not None


def nhs_check(digits: str) -> bool:
    """True where the tenth digit is right by modulus 11 (weights 10 to 2). Ten equal digits never are."""
    if len(digits) != 10 or not (digits.isascii() and digits.isdigit()) or digits == digits[0] * 10:
        return False
    total = sum(int(d) * w for d, w in zip(digits[:9], range(10, 1, -1), strict=True))
    return (11 - total % 11) % 11 == int(digits[9])


def ni_number(text: str) -> str | None:
    """The nine characters of a National Insurance number, upper case without blanks, else None.

    Prefix rules: HMRC NIM39110 (D F I Q U V never lead, O never second, six pairs not used)."""
    text = plain_digits(text).strip().replace("\u00a0", " ").replace("-", " ")
    return re.sub(r"\s", "", text).upper() if _NINO.fullmatch(text) else None


@lru_cache(maxsize=20_000)
def phone_number(text: str) -> str | None:
    """A telephone number in one form, else None.

    UK numbers come back in national form, '07700900123', however written (+44, 0044, (0), blanks, a lost
    leading zero where the number starts 7 and was written as digits only); others as '+' and digits.
    Drama numbers (Ofcom's 07700 900xxx) count: fixtures and real exports both hold them.
    """
    text = _PHONE_LABEL.sub("", _PHONE_EXTENSION.sub("", unwrapped(plain_digits(text))))
    text = text[:-2] if text.endswith(".0") and text[:-2].isdigit() else text
    if not _PHONE_CHARS.fullmatch(text):
        return None
    international = text.startswith(("+", "00"))
    digits = _NOT_DIGIT.sub("", text.replace("(0)", ""))
    if digits.startswith("0044"):
        digits, international = "0" + digits[4:].lstrip("0"), False
    elif digits.startswith("44") and (international or len(digits) == 12):
        digits, international = "0" + digits[2:].lstrip("0"), False
    elif not international and len(digits) == 10 and digits[0] == "7" and text == digits:
        digits = "0" + digits
    if not international:
        return digits if _UK_NATIONAL.fullmatch(digits) else None
    return _foreign(digits[2:] if text.startswith("00") else digits)


def landline_without_zero(text: str) -> str | None:
    """A British landline number whose first zero a spreadsheet took, '2079460867', with it; else None.

    Only where a heading says that a column holds telephone numbers: the same ten digits may be an NHS
    number with a slip. Of ranges that Ofcom has given out, by phonenumbers."""
    digits = unwrapped(plain_digits(text)).removesuffix(".0")
    if _LANDLINE_WITHOUT_ZERO.fullmatch(digits) is None or nhs_check(digits):
        return None
    number = phonenumbers.PhoneNumber(country_code=44, national_number=int(digits))
    return "0" + digits if phonenumbers.is_valid_number_for_region(number, "GB") else None


def _foreign(digits: str) -> str | None:
    if not _PHONE_CHARS.fullmatch("+" + digits):
        return None  # too short to be taken for a number when it is met again in this form
    try:
        number = phonenumbers.parse("+" + digits, None)
    except phonenumbers.NumberParseException:
        return None
    return "+" + digits if phonenumbers.is_possible_number(number) else None


def is_guid(text: str) -> bool:
    """True for a GUID, with or without braces, either case."""
    return _GUID.fullmatch(text.strip()) is not None


def is_passport(text: str) -> bool:
    """True for the shape of a British passport number issued since 2015: two letters, seven digits."""
    return _PASSPORT.fullmatch(text.strip()) is not None


def is_driving_licence(text: str) -> bool:
    """True for the shape of a DVLA driver number (sixteen characters, with birth month and day inside)."""
    return _DRIVING.fullmatch(text.strip()) is not None


def is_vehicle_registration(text: str) -> bool:
    """True for the shape of a British number plate: current, prefix or suffix style."""
    return _VEHICLE.fullmatch(text.strip()) is not None


def is_bank_account(text: str) -> bool:
    """True for a sort code followed by an account number in one cell."""
    return _BANK.fullmatch(text.strip()) is not None


def is_ods_practice(text: str) -> bool:
    """True for the shape of an ODS practice code such as A83627 or Y01234."""
    return _ODS_PRACTICE.fullmatch(text.strip()) is not None


def verhoeff(digits: str) -> bool:
    """True where the last digit is right by Verhoeff's scheme, as in every SNOMED CT identifier."""
    check = 0
    for place, digit in enumerate(reversed(digits)):
        check = _D5[check][_PERMUTED[place % 8][ord(digit) - 48]]
    return check == 0


def is_snomed_id(text: str) -> bool:
    """True for an undamaged SNOMED CT identifier: 6 to 18 digits, a known partition, a right check digit.

    Source: SNOMED CT Technical Implementation Guide, SCTID representation."""
    return (
        6 <= len(text) <= 18
        and text.isascii()
        and text.isdigit()
        and text[0] != "0"
        and text[-3:-1] in {"00", "01", "10", "11"}
        and verhoeff(text)
    )


def _dihedral(a: int, b: int) -> int:
    """The product of two elements of the symmetry group of a pentagon, on which Verhoeff's scheme rests."""
    turn = (a + b) % 5 if a < 5 else (a - b) % 5
    return turn if (a < 5) == (b < 5) else turn + 5


_D5 = tuple(tuple(_dihedral(a, b) for b in range(10)) for a in range(10))


def _permutations() -> tuple[tuple[int, ...], ...]:
    first = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
    rows = [tuple(range(10))]
    for _ in range(7):
        rows.append(tuple(rows[-1][first[digit]] for digit in range(10)))
    return tuple(rows)


_PERMUTED = _permutations()

"""OpenPseudonymiser digests, to the byte, for recipients who still link by them.

    digest = upper-case hex of SHA-256( UTF-8( values joined in the order of their headings, blanks removed
             + salt ) )

Source: OpenPseudonymiser 0.9.7 (C# and Java libraries) and 2.0.2.1, as their own test vectors and a run of
both libraries show. The two libraries put the headings in different orders, so both are here by name.
A date of birth is not normalised: 29.11.1973 and 29/11/1973 give different digests.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

from core.model import UsageError

Library = Literal["csharp", "java"]

#: The published key with which an encrypted salt is read: anybody can, so it hides nothing.
_MODULUS = int.from_bytes(
    base64.b64decode(
        "kcVhdr4DaGLAE2BUEPQSYTJ8JRw9NGsms45r2CEYKcElP4BUGEQnN9R4A8CMM1YZCqu5VbXvPoLZ9i/G8AL6g5YuD7MRTI60Xf930y"
        "HjCRNX2NiYX/FrKZrA6+T/GHoh9LjuZXBX75kwj53/8yP4uppW5pWRi/diDmPNrH4qnxk="
    ),
    "big",
)
_EXPONENT = 65_537
ENCRYPTED_SALT_BYTES = 128

_BLANKS = str.maketrans("", "", "\r\n\t ")
#: The order of ASCII marks in Windows' tables (Excel sorts by it); hyphen and apostrophe stand apart.
_MARKS = ' !"#$%&()*,./:;?@[\\]^_`{|}~+<=>'
_IGNORED = "-'"
_JAVA_BLANKS = "".join(map(chr, range(33)))
_CENTURY_CSHARP = 2029  # the last year that .NET's two digits stand for


def digest(fields: Mapping[str, str], salt: str, library: Library) -> str:
    """The digest of some fields, by heading. Raises UsageError for an empty salt or headings that clash."""
    salt = salt.strip(_JAVA_BLANKS) if library == "java" else salt
    if not salt:
        raise UsageError(
            "The salt is empty, and digests without one can be looked up. Name a file that holds one.",
            where="salt",
        )
    joined = "".join(fields[name] for name in key_order(list(fields), library)).translate(_BLANKS)
    return hashlib.sha256((joined + salt).encode("utf-8", "surrogatepass")).hexdigest().upper()


def key_order(headings: Sequence[str], library: Library) -> tuple[str, ...]:
    """The headings in the order in which their values are joined.

    Java: a TreeMap of the headings with their case swapped, by UTF-16 code unit. C#: a SortedList under the
    culture en-GB, a word sort: see `_culture_key`. Raises UsageError where C# would refuse two headings
    because they count as equal."""
    if library == "java":
        return tuple(sorted(headings, key=lambda name: name.swapcase().encode("utf-16-be", "surrogatepass")))
    keys = {name: _culture_key(name) for name in headings}
    if len(set(keys.values())) < len(keys):
        raise UsageError("Two of the headings count as equal in the C# library, which refuses them.")
    return tuple(sorted(headings, key=keys.__getitem__))


def order_warning(headings: Sequence[str]) -> str:
    """What to say where the two libraries would join these fields in different orders; '' where not."""
    csharp, java = key_order(headings, "csharp"), key_order(headings, "java")
    if csharp == java:
        return ""
    return (
        "The two OpenPseudonymiser libraries put these headings in different orders, and so make different "
        f"digests: the desktop program (C#) {_told(csharp)}; Java {_told(java)}. Ask the recipient which one "
        "they use."
    )


def process_nhs_number(text: str, library: Library) -> str:
    """What the library makes of the field chosen as NHS number: its digits.

    C# looks at the low byte of each character only, so that a few letters pass; Java takes 0 to 9."""
    if library == "csharp":
        return "".join(c for c in text if 0x30 <= (ord(c) & 0xFF) <= 0x39)
    return "".join(c for c in text if "0" <= c <= "9")


def nhs_number_valid(text: str, library: Library) -> bool:
    """Whether the library calls the number valid: ten digits, modulus 11. It accepts ten equal digits."""
    digits = process_nhs_number(text, library)
    if len(digits) != 10 or not digits.isascii():
        return False
    check = 11 - sum(int(d) * weight for d, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return int(digits[9]) == (0 if check == 11 else check)


def round_down_date(text: str, library: Library, today: date | None = None) -> str:
    """A date as the first of January of its year, yyyy0101; anything else as it is.

    C# takes yyyyMMdd, dd/MM/yy, dd/MM/yyyy, dd.MM.yy and dd.MM.yyyy exactly, two digits standing for 1930 to
    2029. Java takes the same loosely (1/2/1979, blanks before, text behind), and two digits stand for the
    hundred years that began eighty years before `today`, the day of the run."""
    found = _date_csharp(text) if library == "csharp" else _date_java(text, today or date.today())
    return text if found is None else f"{found:04}0101"


def read_encrypted_salt(raw: bytes) -> str:
    """The salt in a file of 128 bytes: RSA with the published key and no padding. Raises UsageError."""
    number = int.from_bytes(raw, "big")
    if len(raw) != ENCRYPTED_SALT_BYTES or number >= _MODULUS:
        raise _no_salt()
    opened = pow(number, _EXPONENT, _MODULUS).to_bytes(ENCRYPTED_SALT_BYTES, "big").lstrip(b"\0")
    try:
        salt = opened.decode("utf-8")
    except UnicodeDecodeError:
        raise _no_salt() from None
    if not salt or any(unicodedata.category(c) == "Cc" for c in salt):
        raise _no_salt()
    return salt


def _no_salt() -> UsageError:
    return UsageError(
        "The file of the salt is not one that OpenPseudonymiser made. Ask the recipient for it again.",
        where="--salt-file",
        code="salt",
    )


def _culture_key(text: str) -> tuple[object, ...]:
    """Sorts as .NET's word sort under en-GB does (run on mono; `_`, `-`, digits and case are tested there).

    First the letters without case or accent, marks before digits before letters, as if hyphens and
    apostrophes were not there; then accents; then small letters before capitals; then hyphens and
    apostrophes, by where they stand."""
    plain = unicodedata.normalize("NFD", text)
    first: list[tuple[int, int | str]] = []
    accents: list[str] = []
    cases: list[int] = []
    minor: list[tuple[int, str]] = []
    for char in plain:
        if char in _IGNORED:
            minor.append((len(first), char))
        elif unicodedata.combining(char):
            if accents:
                accents[-1] += char
        elif unicodedata.category(char) in ("Cc", "Cf"):
            continue
        else:
            if char in _MARKS:
                first.append((0, _MARKS.index(char)))
            elif char.isdecimal():
                first.append((1, unicodedata.decimal(char)))
            else:
                first.append((2, char.casefold()))
            accents.append("")
            cases.append(1 if char.isupper() else 0)
    return tuple(first), tuple(accents), tuple(cases), tuple(minor)


def _date_csharp(text: str) -> int | None:
    for pattern in (r"(\d{4})(\d\d)(\d\d)", r"(\d\d)([/.])(\d\d)\2(\d\d|\d{4})"):
        found = re.fullmatch(pattern, text, re.ASCII)
        if found is None:
            continue
        if len(found.groups()) == 3:
            return _year(int(found[1]), found[2], found[3])
        year = int(found[4])
        if len(found[4]) == 2:
            year += 2000 if year <= _CENTURY_CSHARP % 100 else 1900
        return _year(year, found[3], found[1])
    return None


def _date_java(text: str, today: date) -> int | None:
    if found := re.match(r"\s*(\d{4})(\d\d)(\d+)", text, re.ASCII):
        return _year(int(found[1]), found[2], found[3])
    found = re.match(r"\s*(\d+)([/.])\s*(\d+)\2\s*(\d+)", text, re.ASCII)
    if found is None:
        return None
    year = int(found[4])
    if len(found[4]) == 2:
        start = today.year - 80
        year += start - start % 100
        if year < start:
            year += 100
    return _year(year, found[3], found[1])


def _year(year: int, month: str, day: str) -> int | None:
    try:
        return date(year, int(month), int(day)).year
    except (ValueError, OverflowError):
        return None


def _told(headings: Sequence[str]) -> str:
    return ", ".join(headings)

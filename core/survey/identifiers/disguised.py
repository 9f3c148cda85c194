"""Words written so that no look for names and numbers sees them: encoded, spread out, in other letters.

No description of a code is written like this. What it says is not asked: the person who decides cannot read
it at a glance either. Clinical terms of the United Kingdom are in Latin letters, with Greek ones among them.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata

from core.survey.identifiers.numbers import nhs_check

_SPREAD = re.compile(r"(?<![^\W_])(?:[^\W\d_][ .\-]){4,}[^\W\d_](?![^\W_])")
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2}){3}|[A-Za-z]%[2-7][0-9A-Fa-f][A-Za-z]")
_MIXED_TEN = re.compile(r"(?<![^\W_])(?=[0-9]*[OolI])[0-9OolI]{10}(?![^\W_])")
_AS_DIGITS = str.maketrans("OolI", "0011")
_FEWEST_DIGITS = 6
_BASE64 = re.compile(r"(?=.*[A-Z])(?=.*[a-z])[A-Za-z0-9+/]{11,}={0,2}")
_FEWEST_MARKS = 9
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_SCRIPTS = ("LATIN", "GREEK", "MICRO", "OHM", "MODIFIER", "FEMININE", "MASCULINE", "ANGSTROM", "KELVIN")


def is_disguised(text: str) -> bool:
    """Whether something in a text is encoded, spread out letter by letter, or in letters of another script.

    >>> [is_disguised(text) for text in ("Asthma", "T U F F N E L L", "%4a%6f%6e%65%73", "Interferon β")]
    [False, True, True, False]
    """
    if not text.isascii() and _in_other_marks(text):
        return True
    if _PERCENT.search(text) is not None or _is_spread(text):
        return True
    return _is_number(text) or _is_base64(text.strip())


def _is_spread(text: str) -> bool:
    """A word letter by letter, and no row of the alphabet ('Hepatitis A B C D E')."""
    found = _SPREAD.search(text)
    return found is not None and re.sub(r"[ .\-]", "", found.group()).lower() not in _ALPHABET


def _in_other_marks(text: str) -> bool:
    """Letters of another script, or marks that are not seen inside a word."""
    plain = text.strip().strip("\u200b\u200e\u200f\ufeff\u00ad")
    for mark in plain:
        if mark.isascii():
            continue
        if unicodedata.category(mark) == "Cf":
            return True
        if mark.isalpha() and not unicodedata.name(mark, "").startswith(_SCRIPTS):
            return True
    return False


def _is_number(text: str) -> bool:
    """An NHS number in which letters stand for noughts and ones."""
    for match in _MIXED_TEN.finditer(text):
        written = match.group()
        digits = written.translate(_AS_DIGITS)
        if sum(mark.isdigit() for mark in written) >= _FEWEST_DIGITS and nhs_check(digits):
            return True
    return False


def _is_base64(text: str) -> bool:
    """One word that decodes to readable text: a word of English hardly ever does."""
    if len(text) % 4 or _BASE64.fullmatch(text) is None:
        return False
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return len(found) >= _FEWEST_MARKS and all(0x20 <= byte < 0x7F for byte in found)

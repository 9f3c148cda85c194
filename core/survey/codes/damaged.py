"""What spreadsheets and exports do to a code, and what it may have been before.

Wrappings that lose nothing come off (`unwrap`). Everything else is damage: a spreadsheet keeps 15 digits of
an id, writes 416308001 as 4.16E+08 or as 416,308,001, and drops the dots of 3272. and the zero of 0396. What
a damaged code may have been is only ever suggested.

Sources: the public lists in which each of these was found; the widths of SNOMED CT ids, SNOMED CT Technical
Implementation Guide; a spreadsheet's 15 digits, Microsoft, 'Excel specifications and limits'.
"""

from __future__ import annotations

import re

from core.survey.identifiers.numbers import verhoeff

_FORMULA = re.compile(r'="?([^"]*)"?')
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_PREFIXES = re.compile(r"(?:sctid--|sct:|snomed:|https?://snomed\.info/(?:id|sct)/)", re.IGNORECASE)
_QUOTES = "'\"`´‘’“”"
_WHOLE_FLOAT = re.compile(r"(\d{6,})\.0+")
_EXPONENT = re.compile(r"(\d)(?:[.,](\d+))?[Ee]([+-]?)(\d{1,3})")
_GROUPED = re.compile(r"\d{1,3}(?:(?:,\d{3})+|(?:[ \u00a0\u2009\u202f']\d{3})+)(?:\.0+)?")
#: A spreadsheet keeps so many digits of a number.
_KEPT = 15


def unwrap(code: str) -> str:
    """The code without what spreadsheets and exports put around it: ="...", ', sctID--, #, .0, blanks that
    nobody sees. Nothing of the code itself is lost or changed."""
    text = code.strip()
    if text and (text[0] in "=sSh'\"`´‘’“”" or not text.isascii() or text[-1] in "#'\"0`´"):
        text = text.translate(_INVISIBLE).strip()
        if text.startswith("="):
            match = _FORMULA.fullmatch(text)
            text = match[1].strip() if match else text
        text = text.strip(_QUOTES).strip()
        match = _PREFIXES.match(text)
        text = (text[match.end() :] if match else text).removesuffix("#").strip()
        whole = _WHOLE_FLOAT.fullmatch(text)
        text = whole[1] if whole else text
    return text


def looks_like_read(text: str) -> bool:
    """13E2. and 13E2 are Read codes, though a spreadsheet takes them for numbers."""
    return len(text) <= 5 and "+" not in text and "," not in text and "." not in text.rstrip(".")


def scientific(text: str) -> str | None:
    """The digits of a number in scientific notation, as far as they were kept: those that were lost are
    zeros. None for any other text, and "" for a number that is no whole one."""
    match = _EXPONENT.fullmatch(text)
    if match is None or looks_like_read(text):
        return None
    first, more, sign, power = match[1], match[2] or "", match[3], int(match[4])
    if sign == "-" or power > 30 or len(more) > power:
        return ""
    return first + more.ljust(power, "0")


def kept_digits(text: str) -> int:
    """How many digits of a number in scientific notation were kept."""
    match = _EXPONENT.fullmatch(text)
    return 0 if match is None else 1 + len(match[2] or "")


def grouped(text: str) -> str | None:
    """The digits of a number with thousands marked, '416,308,001'; None for any other text."""
    if _GROUPED.fullmatch(text) is None:
        return None
    return "".join(c for c in text.partition(".")[0] if c.isdigit())


def rounded_away(digits: str) -> bool:
    """Whether the digits end as those of a number do whose last digits were lost: 472681000000000."""
    return len(digits) >= 11 and digits.endswith("000000")


def whole_ids(digits: str) -> tuple[str, ...]:
    """What a 16 to 18-digit id was before a spreadsheet kept only its first 15 digits.

    Of a concept only the partition 10 and the check digit are lost then, and both are known: of thousands of
    real ids that were cut all came back. Where the namespace is gone, more was lost than that."""
    lost = {16: "", 17: "0", 18: "10"}.get(len(digits))
    if lost is None or digits[_KEPT:].strip("0"):
        return ()
    whole = digits[:_KEPT] + lost
    if whole[-2:] != "10" or whole[-9] != "1":
        return ()
    return tuple(whole + digit for digit in "0123456789" if verhoeff(whole + digit))


def read_codes(digits: str) -> tuple[str, ...]:
    """What a number of one to four digits may have been as a Read code: 3272 was 3272. or, with a zero lost,
    03272. There is no telling which."""
    return digits.ljust(5, "."), ("0" + digits).ljust(5, ".")

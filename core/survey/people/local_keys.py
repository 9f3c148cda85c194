"""One spelling for the practice's own keys of patients.

Two tables of one export can write a key differently: a GUID with braces or in small letters, a number that
went through a spreadsheet. Left apart, an objection in one table would not reach its patient in the other.
Leading zeros are kept: '007' and '7' can be two people.
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

#: What a key that may be spelt in another way looks like: quoted, braced, a decimal, a GUID. RE2 and Python.
_ODD = r"""^[='"{]|["}]$|^\d+\.0+$|^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-"""
_ODD_KEY = re.compile(_ODD)
_QUOTED = re.compile(r"""(?:=\s*"|'|")?\s*(.*?)\s*"?""", re.DOTALL)
_GUID = re.compile(r"\{?([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\}?")
_WHOLE_GUID = r"^\{?[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?$"
_DECIMAL = re.compile(r"(\d+)\.0+")


def plain_key(text: str) -> str:
    """A key without outer blanks, a spreadsheet's quotes and '.0'; a GUID in capitals without braces."""
    text = text.strip()
    if _ODD_KEY.search(text) is None:
        return text
    if match := _QUOTED.fullmatch(text):
        text = match.group(1)
    if match := _GUID.fullmatch(text):
        return match.group(1).upper()
    if match := _DECIMAL.fullmatch(text):
        return match.group(1)
    return text


def plain_keys(column: pa.Array) -> pa.Array:
    """`plain_key` of each text, null for null; one by one only where a text looks odd and is no GUID."""
    trimmed = pc.utf8_trim_whitespace(column)
    guid = pc.fill_null(pc.match_substring_regex(trimmed, _WHOLE_GUID), False)
    if pc.any(guid).as_py():
        plain = pc.ascii_upper(pc.ascii_trim(trimmed, characters="{}"))
        if pc.all(guid).as_py():
            return plain
        trimmed = pc.if_else(guid, plain, trimmed)
    odd = pc.fill_null(pc.match_substring_regex(trimmed, _ODD), False)
    if not pc.any(odd).as_py():
        return trimmed
    mended = pa.array([plain_key(text) for text in trimmed.filter(odd).to_pylist()], pa.string())
    return pc.replace_with_mask(trimmed, odd, mended)

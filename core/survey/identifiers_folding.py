"""One plain spelling for what keyboards, spreadsheets and PDFs write in many ways, at the same length.

Full-width and other digits become 0-9, every sort of dash a hyphen, every sort of blank a space, typographic
apostrophes a plain one. No character is added or taken away, so that places in the folded text are places in
the text itself.
"""

from __future__ import annotations

import sys
import unicodedata
from functools import cache

_DASHES = "\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"
_BLANKS = (
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029"
    "\u202f\u205f\u2060\u3000\ufeff"
)
_QUOTES = "\u2018\u2019\u02bc\u0060\u00b4\uff07"


@cache
def _table() -> dict[int, str]:
    table = {ord(c): "-" for c in _DASHES}
    table.update({ord(c): " " for c in _BLANKS})
    table.update({ord(c): "'" for c in _QUOTES})
    table.update({0xFF01 + i: chr(0x21 + i) for i in range(94) if chr(0xFF01 + i) not in "\uff0d\uff07"})
    for point in range(0x80, sys.maxunicode + 1):
        if unicodedata.category(chr(point)) == "Nd":
            table[point] = str(unicodedata.decimal(chr(point)))
    return table


def folded(text: str) -> str:
    """The text with plain digits, dashes, blanks and apostrophes; as long as it was. Plain text as it is."""
    return text if text.isascii() else text.translate(_table())

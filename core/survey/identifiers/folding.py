"""One plain spelling for what keyboards, spreadsheets and PDFs write in many ways, at the same length.

Full-width and other digits become 0-9, every sort of dash a hyphen, every sort of blank a space, typographic
apostrophes a plain one. No character is added or taken away, so that places in the folded text are places in
the text itself.
"""

from __future__ import annotations

import re
import unicodedata

_DASHES = "\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"
_BLANKS = (
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029"
    "\u202f\u205f\u2060\u3000\ufeff"
)
_QUOTES = "\u2018\u2019\u02bc\u0060\u00b4\uff07"


#: Digits and letters of other widths and scripts (RE2 and `re` read it alike). Blanks, dashes and apostrophes
#: are known to the patterns as they are; these are not.
ODD = (
    "[\u0660-\u0669\u06f0-\u06f9\u07c0-\u07c9\u0966-\u096f\u09e6-\u09ef\u0a66-\u0a6f\u0ae6-\u0aef\u0e50-\u0e59"
    "\uff01-\uff5e\U0001d7ce-\U0001d7ff]"
)
_ODD = re.compile(ODD)


class _Table(dict[int, str]):
    """What each character becomes, worked out when first met: there are a million of them."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        if character in _DASHES:
            found = "-"
        elif character in _BLANKS:
            found = " "
        elif character in _QUOTES:
            found = "'"
        elif 0xFF01 <= point <= 0xFF5E:
            found = chr(point - 0xFEE0)
        elif (digit := unicodedata.decimal(character, -1)) >= 0:
            found = str(digit)
        else:
            found = character
        self[point] = found
        return found


_TABLE = _Table()


def folded(text: str) -> str:
    """The text with plain digits, dashes, blanks and apostrophes; as long as it was. Plain text as it is."""
    return text if text.isascii() else text.translate(_TABLE)


def plain_digits(text: str) -> str:
    """The text folded, if it has a digit or letter of another width or script; else the text itself."""
    return text if text.isascii() or _ODD.search(text) is None else folded(text)

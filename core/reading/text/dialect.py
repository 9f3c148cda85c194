"""How one delimited file writes its cells, and the grammar of a record.

The grammar, the same for the scanner that cuts blocks (on bytes) and for the exact parser (on text):

- A quote opens only as the first character of a field. The field closes at the next quote that is not
  doubled; after it must come a delimiter, a line end or the end of the file.
- Where something else follows and no line end lies between the two quotes, the field runs on to the next
  delimiter and keeps its text as the file has it, quotes included ("odd").
- Where the closing quote never comes, or the wrong thing follows it a line or more later, the opening quote
  was only a character, and the field is read as unquoted ("stray"). So an inch mark cannot swallow a file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

DELIMITERS = (",", "\t", "|", ";")


@dataclass(frozen=True)
class Dialect:
    """Delimiter, escapes and line ends. `delimiter` is one ASCII character, or "" where a line is one cell.

    `escape`: a backslash makes a quote, a delimiter or a backslash plain text. `cr_ends`: a lone carriage
    return ends a line. `quotes`: False where a quote is a character like any other (EMIS custom extracts)."""

    delimiter: str = ","
    escape: bool = False
    cr_ends: bool = False
    quotes: bool = True


def _parts(dialect: Dialect) -> dict[str, str]:
    ends = r"\r\n" if dialect.cr_ends else r"\n"
    cut = re.escape(dialect.delimiter) if dialect.delimiter else "(?!)"
    inside = re.escape(dialect.delimiter) if dialect.delimiter else ""
    if dialect.escape:
        content = r'(?:[^"\\]++|""|\\.)*+'
        one_line = rf'(?:[^"\\{ends}]++|""|\\[^{ends}])*+'
        plain = rf"(?:[^{inside}{ends}\\]++|\\[^{ends}]|\\)*+"
    else:
        content = r'(?:[^"]++|"")*+'
        one_line = rf'(?:[^"{ends}]++|"")*+'
        plain = rf"[^{inside}{ends}]*+"
    line_end = r"\r\n|[\r\n]|\Z" if dialect.cr_ends else r"\r?\n|\r?\Z"
    before_end = r"[\r\n]" if dialect.cr_ends else r"\r?\n"
    if not dialect.quotes:
        never = dict.fromkeys(("quoted", "quoted_before_end", "odd"), "(?!)")
        return {"cut": cut, "content": "", "plain": plain, "line_end": line_end, **never}
    return {
        "cut": cut,
        "content": content,
        "plain": plain,
        "line_end": line_end,
        "quoted": rf'"{content}"(?={cut}|{line_end})',
        "quoted_before_end": rf'"{content}"(?={cut}|{before_end})',
        "odd": rf'"{one_line}"{plain}',
    }


@lru_cache(maxsize=64)
def cell_pattern(dialect: Dialect) -> re.Pattern[str]:
    """One cell and what ended it; groups (quoted with its quotes)(odd)(plain)(end)."""
    p = _parts(dialect)
    return re.compile(
        rf"(?:({p['quoted']})|({p['odd']})|({p['plain']}))({p['cut']}|{p['line_end']})", re.DOTALL
    )


def _record(dialect: Dialect, final: bool) -> str:
    """One record with its line end. Empty at the end of the buffer.

    Group `odd` or `stray` (or their twins) is set where a cell holds a quote out of place, so that only the
    exact parser may read the record. `more` or `more2` (never when `final`) is set where an opening quote
    has no closing one before the buffer ends: whether it opened anything depends on what follows.
    """
    p = _parts(dialect)
    if not dialect.quotes:
        return rf"{p['plain']}(?:{p['cut']}{p['plain']})*(?:{p['line_end']})"
    quoted = p["quoted"] if final else p["quoted_before_end"]
    unclosed = p["content"] + r'\\?"?\r?\Z'

    def field(twin: str) -> str:
        # A group name may stand once in a pattern, so the fields after the first carry numbered twins.
        more = "" if final else f'|(?P<more{twin}>"{unclosed})'
        return f'(?:{quoted}|(?P<odd{twin}>{p["odd"]}){more}|(?P<stray{twin}>"{p["plain"]})|{p["plain"]})'

    return rf"{field('')}(?:{p['cut']}{field('2')})*(?:{p['line_end']})"


@lru_cache(maxsize=64)
def record_pattern(dialect: Dialect, final: bool) -> re.Pattern[bytes]:
    """One record over bytes; `final` says that nothing follows the buffer. For the groups see _record."""
    return re.compile(_record(dialect, final).encode("ascii"), re.DOTALL)


@lru_cache(maxsize=64)
def text_record_pattern(dialect: Dialect) -> re.Pattern[str]:
    """One record over the text of whole records."""
    return re.compile(_record(dialect, True), re.DOTALL)

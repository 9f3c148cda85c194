"""What hides in an Excel workbook of before 2007: in its records and in its other streams."""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence

import olefile

from core.model import Hazard
from core.reading.containers import found, some
from core.reading.workbooks.containers_book import people
from core.reading.workbooks.containers_sheet import says_something
from core.reading.workbooks.xls_records import Book

_STREAMS: tuple[tuple[str, str, str], ...] = (
    (r"^_sx_db_cur/", "pivot_cache", "copy of the rows of a pivot table"),
    (r"^_vba_project_cur/(?:.*/)?(?:dir|__srp_0|project)$|^_vba_project/", "macros", "macro part"),
    (r"^mbd[^/]*/\x01compobj$|^mbd[^/]*/(?:package|contents|workbook|worddocument)$", "embedded", "document"),
    (r"^(?:revision log|user names)$", "revisions", "record of changes"),
    (r"^ctls$|/\x03ocxname$", "controls", "control"),
    (r"^msodatastore/.*item$", "custom_xml", "part"),
    (r"^_(?:xml)?signatures", "signature", "signature"),
    (r"^thumbnail", "thumbnail", "picture of the first page"),
)
_KNOWN = re.compile(
    r"^(?:workbook|book|\x05(?:document)?summaryinformation|\x01compobj|\x01ole|mbd.*|msodatastore.*|_vba.*"
    r"|_sx_db_cur.*|ctls)$"
)


def compound_hazards(ole: olefile.OleFileIO, where: str, sheets: Collection[str]) -> list[Hazard]:
    """What the streams beside the workbook's own hold, and the file's properties."""
    seen: Counter[tuple[str, str]] = Counter()
    for path in ole.listdir():
        name = "/".join(path).lower()
        hits = told_by_name(name)
        seen.update(hits)
        if not hits and not _KNOWN.match(name):
            seen["unknown_parts", "part"] += 1
    hazards = [
        found(container, where, _many(number, what)) for (container, what), number in sorted(seen.items())
    ]
    hazards += _properties(ole, where, sheets)
    left = _left_over(ole)
    if left:
        hazards.append(found("left_over", where, some(left, "piece") + " of former contents"))
    return hazards


def told_by_name(path: str) -> list[tuple[str, str]]:
    """The containers, and words for each, that a stream belongs to by its path in small letters."""
    return [(container, what) for pattern, container, what in _STREAMS if re.search(pattern, path)]


def _properties(ole: olefile.OleFileIO, where: str, sheets: Collection[str]) -> Iterator[Hazard]:
    try:
        told = ole.get_metadata()
        custom = ole.exists("\x05DocumentSummaryInformation") and _sections(
            ole.openstream("\x05DocumentSummaryInformation").read(1 << 20)
        )
    except Exception:  # olefile raises what its parsing stumbles over
        yield found("document_properties", where, "properties that cannot be read")
        return
    names = [told.author, told.last_saved_by, told.manager, told.company]
    number = people([_as_text(n) for n in names])
    if number:
        yield found("author", where, some(number, "name") + " of people or organisations")
    said = sum(
        bool(_as_text(t).strip())
        for t in (told.title, told.subject, told.keywords, told.comments, told.category)
    )
    if said:
        yield found("document_properties", where, some(said, "property", "properties") + " with text")
    if told.thumbnail:
        yield found("thumbnail", where, "a picture of the first page")
    parts = told.titles_of_parts
    former = [p for p in parts if _as_text(p).strip("\0") not in sheets] if isinstance(parts, list) else []
    if former:
        yield found("former_sheets", where, some(len(former), "name") + " of sheets no longer there")
    if custom:
        yield found("custom_properties", where, "properties added by people or programs")


def _sections(data: bytes) -> bool:
    """Whether a property stream has a second section: the properties that people add."""
    return len(data) >= 28 and int.from_bytes(data[24:28], "little") > 1


def _as_text(value: object) -> str:
    if isinstance(value, bytes):
        return value.rstrip(b"\0").decode("cp1252", "replace")
    return value if isinstance(value, str) else ""


def _left_over(ole: olefile.OleFileIO) -> int:
    """Free places of the file that are not blank."""
    size = ole.sectorsize
    left = 0
    for number, following in enumerate(ole.fat):
        at = (number + 1) * size
        if following == olefile.FREESECT and at < ole._filesize:
            ole.fp.seek(at)
            left += bool(ole.fp.read(size).strip(b"\0\xff"))
    return left


def book_hazards(book: Book, where: str) -> list[Hazard]:
    """What the records before the first sheet hold."""
    kept = book.records
    hazards = []

    def tell(container: str, number: int, what: str) -> None:
        if number:
            hazards.append(found(container, where, _many(number, what)))

    names = [d for d in kept.get(0x18, []) if len(d) >= 14 and not d[0] & 0x20]
    tell("hidden_names", sum(d[0] & 1 for d in names), "hidden name")
    tell("defined_names", sum(_is_constant(d) for d in names if not d[0] & 1), "name with a value of its own")
    books = [d for d in kept.get(0x1AE, []) if len(d) >= 4 and d[2:4] not in (b"\1\4", b"\1\x3a")]
    tell("external_links", len(books), "link to another file")
    tell("external_links", len(kept.get(0x5A, [])), "row of copies of cells in other files")
    users = {_saver(d) for d in kept.get(0x5C, [])}
    tell("author", people(users), "name of a person who saved it")
    tell("author", sum(len(d) > 6 for d in kept.get(0x5B, [])), "name of a person who reserved it")
    tell("locked_workbook", sum(any(d) for d in kept.get(0x12, [])), "lock on its list of sheets")
    tell("pictures", sum(len(d) > 100 for d in kept.get(0xEB, [])), "store of pictures")
    tell("connections", len(kept.get(0x876, [])) + len(kept.get(0x803, [])), "connection")
    tell("format_texts", book.format_texts, "number format with words of its own")
    return hazards


def _saver(data: bytes) -> str:
    """Who saved the workbook: a text with its length before it, or, by some writers, bare."""
    length = int.from_bytes(data[:2], "little")
    if length <= len(data) - 3 and data[2:3] in (b"\0", b"\1"):
        wide = data[2] & 1
        return data[3 : 3 + length * (1 + wide)].decode("utf-16-le" if wide else "latin-1", "replace")
    return data.decode("latin-1").strip(" \0")


#: The first tokens of formulas that are a text, a number, a truth value or a list of such.
_CONSTANTS = (b"\x17", b"\x1e", b"\x1f", b"\x1d", b"\x20", b"\x60", b"\x40")


def _is_constant(name: bytes) -> bool:
    """Whether a name stands for a text or number instead of cells."""
    length, size = name[3], int.from_bytes(name[4:6], "little")
    start = 14 + 1 + length * (2 if len(name) > 14 and name[14] & 1 else 1)
    return size > 0 and name[start : start + 1] in (
        b"\x17",
        b"\x1e",
        b"\x1f",
        b"\x1d",
        b"\x20",
        b"\x60",
        b"\x40",
    )


def sheet_record_hazards(
    name: str, others: Sequence[tuple[int, bytes, int]], rows: Collection[int], columns: Collection[int]
) -> list[Hazard]:
    """What a sheet's records besides its cells hold. `rows` (0-based) and `columns` (1-based) are those with
    something in them."""
    seen: Counter[tuple[str, str]] = Counter()
    numbers = Counter(number for number, _, depth in others if depth == 1)
    nested = Counter(number for number, _, depth in others if depth > 1)
    filtered = 0x9B in numbers
    for number, data, depth in others:
        if number == 0x208 and len(data) >= 16 and depth == 1:
            row, (height,) = int.from_bytes(data[:2], "little"), struct.unpack_from("<H", data, 6)
            options = int.from_bytes(data[12:16], "little")
            if row in rows and (options & 0x20 or not height & 0x7FFF):
                grouped = options & 7
                kind = "collapsed_rows" if grouped else "filtered_rows" if filtered else "hidden_rows"
                seen[kind, _ROWS[kind]] += 1
        elif number == 0x7D and len(data) >= 10 and depth == 1:
            first, last, width, _, options = struct.unpack_from("<5H", data)
            if options & 1 or width < 128:
                kind = "collapsed_columns" if options & 0x700 else "hidden_columns"
                within = sum(first < c <= last + 1 for c in columns)
                seen[kind, _ROWS[kind]] += within
        elif number in _RECORDS:
            container, what, holds = _RECORDS[number]
            seen[container, what] += holds(data)
    notes = numbers[0x1C]
    texts = seen.pop(("shapes", "text box"), 0) - notes
    seen["shapes", "text box"] = max(0, texts)
    charts = sum(n for number, n in nested.items() if number in (0x203, 0x204, 0x100D))
    seen["chart_caches", "copy of a cell or text in a chart"] = charts
    return [found(c, name, _many(n, what)) for (c, what), n in seen.items() if n > 0]


_ROWS = {
    "hidden_rows": "hidden row",
    "filtered_rows": "row hidden by a filter",
    "collapsed_rows": "row hidden in a collapsed group",
    "hidden_columns": "hidden column",
    "collapsed_columns": "column hidden in a collapsed group",
}


def _always(data: bytes) -> bool:
    return True


def _heading(data: bytes) -> bool:
    if len(data) < 4:
        return False
    text = data[3:].decode("utf-16-le" if data[2] & 1 else "latin-1", "replace")
    return says_something(text)


_RECORDS: dict[int, tuple[str, str, Callable[[bytes], bool]]] = {
    0x12: ("locked_sheet", "lock; its cells are read all the same", any),
    0x1C: ("comments", "comment", _always),
    0x1B6: ("shapes", "text box", lambda d: len(d) >= 12 and d[10:12] != b"\0\0"),
    0x14: ("headers_footers", "page header with text", _heading),
    0x15: ("headers_footers", "page footer with text", _heading),
    0x1B8: ("hyperlinks", "link behind cells", _always),
    0x1BE: ("validation_texts", "data check", _always),
    0x1B1: ("conditional_texts", "condition of a format", lambda d: b"\x17" in d[12:]),
    0xAF: ("scenarios", "scenario", _always),
    0x4D: ("printer_settings", "set of printer settings", _always),
    0x9E: ("filter_values", "filter", lambda d: len(d) > 24),
    0x1AA: ("custom_views", "view of a single user", _always),
    0x1AD: ("query_tables", "query", _always),
    0xE9: ("pictures", "background picture", _always),
}


def _many(number: int, what: str) -> str:
    for word in (" of", " with", " in", " that", " behind", " to", " hidden", " who", ";"):
        first, found_, rest = what.partition(word)
        if found_ and first:
            return some(number, first, "copies" if first == "copy" else "") + found_ + rest
    return some(number, what)

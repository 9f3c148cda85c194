"""What a workbook file holds besides the cells on show, and whether it is safe to unpack at all.

Everything is read from the zip directory and the parts' own bytes, before any library unpacks the whole.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml import ElementTree as SafeTree

from core.model import Hazard, ReadError, Severity

#: What a workbook may unpack to. Past it the workbook is refused: cells are held in memory.
UNPACKED_LIMIT = 200 << 20
_RATIO_LIMIT = 200
_SMALL = 10 << 20
#: A stray cell in the last corner makes a sheet 17 thousand million cells wide and high.
CELL_LIMIT = 40_000_000

_REFERENCE = re.compile(rb'[<:]c\s(?:[^>]*?\s)?r="([A-Z]{1,3})(\d{1,7})"')
_REFERENCE_IN = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Z]{1,3})(\d{1,7})"')
_MAIN_TYPES = ("/officeDocument",)
_BREACH = (
    "In 2023 the Police Service of Northern Ireland published a spreadsheet with a hidden sheet that named "
    "every officer; hospitals have sent out patients the same way. What is hidden here is read as rows like "
    "any other."
)
_KEPT_OUT = "It is no row of a table, so it leaves with no release; the workbook itself must not be sent."


@dataclass(frozen=True)
class SheetPart:
    """One sheet of a workbook: its name, the zip entry with its cells, and whether a person can see it."""

    name: str
    entry: str
    state: str  # visible, hidden, veryHidden
    is_table: bool


@dataclass(frozen=True)
class Parts:
    """A workbook's own description of itself."""

    sheets: tuple[SheetPart, ...]
    leading_zeros: Mapping[int, str]  # style number -> number format that shows leading zeros
    hazards: tuple[Hazard, ...] = ()
    entries: frozenset[str] = field(default_factory=frozenset)


def open_zip(data: bytes, name: str) -> zipfile.ZipFile:
    """The workbook's zip, after looking at its directory only. Raises ReadError on what is no workbook, is
    damaged, or would unpack to more than the limit."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, OSError, NotImplementedError):
        raise damaged(name) from None
    names = set(archive.namelist())
    if "xl/workbook.bin" in names:
        raise _other(name, "an Excel binary workbook (.xlsb)")
    if "mimetype" in names and "content.xml" in names:
        raise _other(name, "an OpenDocument file")
    if any(n.startswith("word/") for n in names):
        raise _other(name, "a Word document")
    if any(n.startswith("ppt/") for n in names):
        raise _other(name, "a PowerPoint presentation")
    if "[Content_Types].xml" not in names or "_rels/.rels" not in names:
        raise ReadError(
            f"{name} is a zip archive. Unpack it first, then open the folder.", where=name, code="not_a_table"
        )
    if len(names) != len(archive.infolist()):
        raise damaged(name)  # two entries of one name: libraries would disagree on which one counts
    if any(info.flag_bits & 1 for info in archive.infolist()):
        raise password(name)
    unpacked = sum(info.file_size for info in archive.infolist())
    packed = sum(info.compress_size for info in archive.infolist())
    if unpacked > UNPACKED_LIMIT or (unpacked > _SMALL and unpacked > _RATIO_LIMIT * max(packed, 1)):
        raise too_big(name)
    return archive


def read_entry(archive: zipfile.ZipFile, entry: str, where: str) -> bytes:
    """One entry's bytes. A zip whose directory lies about sizes or contents raises ReadError."""
    pieces = []
    try:
        with archive.open(entry) as file:
            # In pieces: zipfile inflates as much as it is asked for before it looks at the size.
            while piece := file.read(1 << 20):
                pieces.append(piece)
    except (KeyError, zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, EOFError, RuntimeError):
        raise damaged(where) from None
    return b"".join(pieces)


def read_parts(archive: zipfile.ZipFile, where: str) -> Parts:
    """Sheets, number formats and hidden things of a workbook."""
    root = _xml(archive, "_rels/.rels", where)
    main = next(
        (r.get("Target", "") for r in root if (r.get("Type") or "").endswith(_MAIN_TYPES)), "xl/workbook.xml"
    ).lstrip("/")
    workbook = _xml(archive, main, where)
    targets = _relations(archive, main, where)
    sheets = []
    hazards: list[Hazard] = []
    for sheet in _all(workbook, "sheet"):
        relation = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), "")
        kind, entry = targets.get(relation, ("", ""))
        sheets.append(
            SheetPart(
                sheet.get("name", ""), entry, sheet.get("state", "visible"), kind.endswith("/worksheet")
            )
        )
        if not kind.endswith("/worksheet"):
            hazards.append(
                Hazard(sheet.get("name", ""), "a chart or macro sheet, not read", Severity.WARNS, _KEPT_OUT)
            )
    hazards += _named_ranges(workbook, where)
    hazards += _other_parts(archive, where)
    styles = next((e for kind, e in targets.values() if kind.endswith("/styles")), "")
    return Parts(
        tuple(sheets),
        _leading_zero_styles(_xml(archive, styles, where)) if styles in archive.namelist() else {},
        tuple(hazards),
        frozenset(archive.namelist()),
    )


def sheet_hazards(part: SheetPart, xml: bytes) -> list[Hazard]:
    """What of a sheet a person looking at it would not see."""
    found = []
    if part.state != "visible":
        very = "a very hidden sheet" if part.state == "veryHidden" else "a hidden sheet"
        found.append(Hazard(part.name, very, Severity.BLOCKS, _BREACH))
    rows = 0
    if b'hidden="' in xml or b'ht="0' in xml:
        rows = sum(_is_hidden(tag, b"ht") for tag in re.findall(rb"<(?:\w+:)?row\s([^>]*)>", xml))
    if rows:
        found.append(Hazard(part.name, some(rows, "hidden row"), Severity.BLOCKS, _BREACH))
    columns = 0
    for tag in re.findall(rb"<(?:\w+:)?col\s([^>]*)>", xml[: xml.find(b"sheetData") + 1]):
        span = re.search(rb'\bmin="(\d+)"', tag), re.search(rb'\bmax="(\d+)"', tag)
        if _is_hidden(tag, b"width") and span[0] and span[1]:
            columns += min(int(span[1][1]), 16_384) - int(span[0][1]) + 1
    if columns:
        found.append(Hazard(part.name, some(columns, "hidden column"), Severity.BLOCKS, _BREACH))
    return found


def comment_hazards(archive: zipfile.ZipFile, part: SheetPart, where: str) -> list[Hazard]:
    """Comments and notes pinned to a sheet's cells."""
    count = 0
    for kind, entry in _relations(archive, part.entry, where).values():
        if kind.endswith(("/comments", "/threadedComment")) and entry in archive.namelist():
            count += len(
                re.findall(rb"<(?:\w+:)?(?:threadedC|c)omment[\s>]", read_entry(archive, entry, where))
            )
    if not count:
        return []
    return [Hazard(part.name, some(count, "comment") + " on cells", Severity.WARNS, _KEPT_OUT)]


def extent(xml: bytes) -> tuple[int, int]:
    """The last row and column that hold a cell, 1-based, as the cells' own references tell."""
    rows = columns = at = 0
    for end in re.finditer(rb"</(?:\w+:)?row>", xml):
        row = xml[at : end.start()]
        at = end.end()
        last = _REFERENCE.match(row, max(row.rfind(b"<c "), row.rfind(b":c ")))
        found = [last.groups()] if last else _REFERENCE_IN.findall(row)
        if found:
            rows = max(rows, int(found[-1][1]))
            columns = max(columns, column_number(found[-1][0]))
    return rows, columns


def column_number(letters: bytes) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def some(count: int, what: str) -> str:
    """'1 hidden row', '2 hidden rows'."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def damaged(name: str) -> ReadError:
    return ReadError(
        f"{name} is damaged or is no real workbook. Open it in Excel, save it again as .xlsx, and open that.",
        where=name,
        code="damaged",
    )


def password(name: str) -> ReadError:
    return ReadError(
        f"{name} is protected by a password. Open it in Excel, take the password off (File, Info, Protect "
        "Workbook), save it on this computer and open that.",
        where=name,
        code="password",
    )


def too_big(name: str) -> ReadError:
    return ReadError(
        f"{name} is too large to open as a workbook (its contents unpack to more than "
        f"{UNPACKED_LIMIT >> 20} MB, or claim to). Save each sheet as CSV and open those: "
        "CSV files may be of any size.",
        where=name,
        code="too_big",
    )


def _other(name: str, what: str) -> ReadError:
    return ReadError(
        f"{name} is {what}. Save it as an Excel workbook (.xlsx) or as CSV and open that.",
        where=name,
        code="not_a_table",
    )


def _xml(archive: zipfile.ZipFile, entry: str, where: str) -> Element:
    try:
        tree: Element = SafeTree.fromstring(read_entry(archive, entry, where))
    except (ParseError, DefusedXmlException, ValueError):
        raise damaged(where) from None
    return tree


def _relations(archive: zipfile.ZipFile, part: str, where: str) -> dict[str, tuple[str, str]]:
    """Relation id -> (type, zip entry) of a part."""
    folder, name = posixpath.split(part)
    entry = posixpath.join(folder, "_rels", name + ".rels")
    if entry not in archive.namelist():
        return {}
    found = {}
    for relation in _xml(archive, entry, where):
        target = relation.get("Target", "")
        full = (
            target.lstrip("/")
            if target.startswith("/")
            else posixpath.normpath(posixpath.join(folder, target))
        )
        found[relation.get("Id", "")] = (relation.get("Type", ""), full)
    return found


def _all(tree: Element, tag: str) -> list[Element]:
    return [e for e in tree.iter() if isinstance(e.tag, str) and e.tag.rpartition("}")[2] == tag]


def _named_ranges(workbook: Element, where: str) -> list[Hazard]:
    hidden = [
        d
        for d in _all(workbook, "definedName")
        if d.get("hidden") in ("1", "true") and not (d.get("name") or "").startswith("_xlnm")
    ]
    if not hidden:
        return []
    return [
        Hazard(where, some(len(hidden), "hidden name") + " for ranges of cells", Severity.WARNS, _KEPT_OUT)
    ]


_PARTS = (
    ("/pivotCache/", "pivot tables keep {} copies of the rows they were made from"),
    ("/externalLinks/externalLink", "{} links to other workbooks, with copies of their cells"),
    ("/embeddings/", "{} embedded documents"),
    ("/media/", "{} pictures"),
    ("/vbaProject", "{} macro programs"),
    ("/connections", "{} lists of database connections"),
    ("customXml/item", "{} parts added by other programs"),
)


def _other_parts(archive: zipfile.ZipFile, where: str) -> list[Hazard]:
    found = []
    names = [n for n in archive.namelist() if "/_rels/" not in n and "Props" not in n]
    for marker, words in _PARTS:
        count = sum(marker in n for n in names)
        if count:
            found.append(Hazard(where, words.format(count), Severity.WARNS, _KEPT_OUT))
    return found


def _is_hidden(tag: bytes, size: bytes) -> bool:
    return bool(re.search(rb'\bhidden="(?:1|true)"|\b' + size + rb'="0(?:\.0*)?"', tag))


def _leading_zero_styles(styles: Element) -> dict[int, str]:
    """Styles that show a whole number with leading zeros or in groups, such as 0000000000 or 000 000 0000."""
    formats = {f.get("numFmtId"): f.get("formatCode", "") for f in _all(styles, "numFmt")}
    found = {}
    for table in _all(styles, "cellXfs"):
        for number, xf in enumerate(table):
            code = formats.get(xf.get("numFmtId"), "")
            plain = re.sub(r'\\(.)|"([^"]*)"', lambda m: m[1] or m[2] or "", code)
            if re.fullmatch(r"[0 /-]*0[0 /-]*", plain) and plain.count("0") > 1:
                found[number] = plain
    return found

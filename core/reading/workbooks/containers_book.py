"""What an Excel workbook (2007 and later) says of itself: its sheets, names, properties and shared texts."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from core.model import Hazard
from core.reading.containers import found, some
from core.reading.workbooks.containers_xml import between, count, tags, texts
from core.reading.workbooks.containers_zip import Package

#: What programs write where a person's name would stand.
_PROGRAMS = frozenset(
    [
        "openpyxl",
        "xlsxwriter",
        "unknown",
        "user",
        "admin",
        "phpspreadsheet",
        "excelize",
        "sheetjs",
        "epplus",
        "closedxml",
        "calamine",
        "xlwt",
        "rust_xlsxwriter",
        "writexl",
        "r",
        "none",
        "author",
        "creator",
        "excel",
        "administrator",
        "apache poi",
        "unknown creator",
        "libreoffice",
        "microsoft office user",
        "microsoft excel",
        "microsoft corporation",
        "windows user",
    ]
)
_TITLES = frozenset({"untitled spreadsheet", "untitled", "office 2007 xlsx document"})
_REFERENCE = re.compile(
    r"[(,=\s]*(?:(?:'(?:[^'\[\]]|'')+'|[\w.]+)!)?"
    r"(?:\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?|\$?[A-Z]{1,3}:\$?[A-Z]{1,3}|\$?\d+:\$?\d+|#REF!)[),\s]*"
)
_FORMULA_NAME = re.compile(
    r'"(?:[^"\w]|_)*[^\W_][^"]*"|\{|\[\d+\]|^=?\s*[-+]?\d[\d.,]*\s*$|^=?\s*(?:TRUE|FALSE)\s*$'
)


@dataclass(frozen=True)
class SheetPart:
    """One sheet of a workbook: its name, the part with its cells, and whether a person can see it."""

    name: str
    entry: str
    state: str  # visible, hidden, veryHidden
    is_table: bool


def main_part(package: Package, other: str = "xl/workbook.xml") -> str:
    """The part that describes the workbook."""
    kinds = package.relations("").values()
    return next((t for kind, t, _ in kinds if kind.endswith("/officeDocument")), other)


def read_sheets(package: Package, main: str, xml: bytes) -> tuple[SheetPart, ...]:
    """The workbook's sheets in order."""
    targets = package.relations(main)
    sheets = []
    for tag in tags(next(between(xml, "sheets"), b""), "sheet"):
        kind, entry, _ = targets.get(tag.get("id", ""), ("", "", False))
        sheets.append(
            SheetPart(tag.get("name", ""), entry, tag.get("state", "visible"), kind.endswith("/worksheet"))
        )
    return tuple(sheets)


def book_hazards(package: Package, xml: bytes, sheets: Sequence[SheetPart]) -> list[Hazard]:
    """What the workbook's own part and its properties tell of people, folders and former contents."""
    where = package.where
    hazards = [
        found("other_sheet", s.name, "a chart or macro sheet, not read") for s in sheets if not s.is_table
    ]
    hazards += names_hazards(where, list(_defined_names(xml)))
    if any(tag.get("url") for tag in tags(xml, "absPath")):
        hazards.append(found("folder_path", where, "the folder it was saved in"))
    if any(t.get("lockStructure") or t.get("lockWindows") for t in tags(xml, "workbookProtection")):
        hazards.append(found("locked_workbook", where, "its list of sheets is locked; all sheets are read"))
    views = count(xml, "customWorkbookView")
    if views:
        hazards.append(found("custom_views", where, some(views, "view") + " named by their users"))
    users = sum(bool(t.get("userName")) for t in tags(xml, "fileSharing"))
    known = {s.name for s in sheets} | {n for n, *_ in _defined_names(xml)}
    return hazards + properties_hazards(package, known, users)


def _defined_names(xml: bytes) -> Iterator[tuple[str, str, bool, str]]:
    """Name, formula, whether hidden, comment."""
    pattern = re.compile(rb"<(?:[\w.-]+:)?definedName\s[^<>]*(?<!/)>([^<]*)<")
    for match in pattern.finditer(xml):
        tag = next(tags(match[0], "definedName"), {})
        text = unescape(match[1].decode("utf-8", "replace"))
        yield tag.get("name", ""), text, tag.get("hidden") in ("1", "true"), tag.get("comment", "")


def names_hazards(where: str, names: Sequence[tuple[str, str, bool, str]]) -> list[Hazard]:
    """Names that are hidden, or that hold values instead of the places of cells."""
    own = [n for n in names if not n[0].lower().startswith(("_xlnm", "_xlfn", "_xlpm", "_xlcn"))]
    hidden = sum(is_hidden for _, _, is_hidden, _ in own)
    values = sum(
        bool(comment) or (not _REFERENCE.fullmatch(text) and bool(_FORMULA_NAME.search(text)))
        for _, text, is_hidden, comment in own
        if not is_hidden
    )
    hazards = []
    if hidden:
        hazards.append(found("hidden_names", where, some(hidden, "hidden name") + " for cells or values"))
    if values:
        hazards.append(found("defined_names", where, some(values, "name") + " with values of their own"))
    return hazards


def people(names: Collection[str]) -> int:
    """How many of the names are not those of programs."""
    return len({n.strip() for n in names if n.strip() and n.strip().lower() not in _PROGRAMS})


def properties_hazards(package: Package, known: Collection[str], users: int = 0) -> list[Hazard]:
    """What its document properties tell. `known` are the names of its sheets and ranges, `users` how many
    people it names elsewhere."""
    return list(_properties(package, known, users))


def _properties(package: Package, known: Collection[str], users: int) -> Iterator[Hazard]:
    where = package.where
    authors: list[str] = []
    said = 0
    for kind, part, outside in package.relations("").values():
        if outside or part not in package:
            continue
        if kind.endswith("core-properties"):
            xml = package.xml(part)
            authors += texts(xml, "creator", "lastModifiedBy")
            titles = texts(xml, *_SAID)
            said += sum(bool(t.strip()) and t.strip().lower() not in _TITLES for t in titles)
        elif kind.endswith("extended-properties"):
            xml = package.xml(part)
            authors += texts(xml, "Company", "Manager")
            if any(t.strip() for t in texts(xml, "HyperlinkBase")):
                yield found("folder_path", where, "the folder that its links start from")
            named = [t for part_ in between(xml, "TitlesOfParts") for t in texts(part_, "lpstr")]
            former = sum(t not in known and t.rpartition("!")[2] not in _built_in(known) for t in named)
            if former:
                yield found("former_sheets", where, some(former, "name") + " of sheets no longer there")
        elif kind.endswith("custom-properties"):
            names = [t.get("name", "") for t in tags(package.xml(part), "property")]
            labels = sum(n.startswith("MSIP_Label") for n in names)
            if labels:
                yield found("sensitivity_label", where, "a sensitivity label among its properties")
            if len(names) > labels:
                yield found("custom_properties", where, some(len(names) - labels, "property", "properties"))
    if people(authors) or users:
        yield found("author", where, some(people(authors) + users, "name") + " of people or organisations")
    if said:
        yield found("document_properties", where, some(said, "property", "properties") + " with text")


_SAID = ("title", "subject", "description", "keywords", "category", "contentStatus", "identifier")


def _built_in(known: Collection[str]) -> set[str]:
    return {n.removeprefix("_xlnm.") for n in known} | set(known)


def shared_hazards(where: str, xml: bytes, used: int | None) -> list[Hazard]:
    """Texts of the workbook's shared table that no cell shows; `used` is how many the cells show."""
    hazards = []
    total = count(xml, "si")
    if used is not None and total > used:
        what = some(total - used, "text") + " that no cell shows any more"
        hazards.append(found("orphan_strings", where, what))
    readings = count(xml, "rPh") if b"rPh" in xml else 0
    if readings:
        hazards.append(found("phonetic_texts", where, some(readings, "reading") + " of texts"))
    return hazards

"""What a sheet of an Excel workbook (2007 and later) holds that a person looking at it does not see."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from core.model import Hazard, Severity
from core.reading.containers import CONTAINERS, found, some
from core.reading.workbooks.containers_styles import Styles
from core.reading.workbooks.containers_xml import attributes, between, count, tags, texts

_DATA = re.compile(rb"<(?:[\w.-]+:)?sheetData(?:\s[^<>]*)?>")
_DATA_END = re.compile(rb"</(?:[\w.-]+:)?sheetData\s*>")
_HIDES = re.compile(rb'\s(?:hidden="(?:1|true)"|ht="0*(?:\.\d+)?")')
_ROW = re.compile(rb"<(?:[\w.-]+:)?row\s([^<>]*)>")
_ROW_END = re.compile(rb"</(?:[\w.-]+:)?row\s*>")
_CELL = re.compile(rb"<(?:[\w.-]+:)?c\s[^<>]*>")
_CELL_END = re.compile(rb"</(?:[\w.-]+:)?c\s*>")
_HOLDS = re.compile(rb"<(?:[\w.-]+:)?(?:v|is)(?:\s[^<>]*)?(?<!/)>")
_FORMULAS = (b"<f>", b"<f ", b":f>", b":f ")
_NO_VALUE = re.compile(
    rb"(?:</(?:[\w.-]+:)?f\s*>|<(?:[\w.-]+:)?f\s[^<>]*/>)\s*"
    rb"(?:<(?:[\w.-]+:)?v\s*/>|<(?:[\w.-]+:)?v></(?:[\w.-]+:)?v>)?\s*</(?:[\w.-]+:)?c\s*>"
)
_TEXT_OR_FAR = re.compile(r'"(?:[^"\w]|_)*[^\W_][^"]*"|\[\d+\]|://|\\\\')
_FIELD = re.compile(r'&"[^"]*"|&K[0-9A-Fa-f]{6}|&K\d\d[+-]\d{3}|&\d+|&[A-Za-z&]')
#: No cell or tag is longer; hostile ones must not make a search go over the whole sheet for each of them.
_LONGEST_CELL, _LONGEST_TAG = 128 << 10, 4 << 10
_PAGE_WORDS = {"page", "of", "sheet", "confidential"}


@dataclass(frozen=True)
class SheetParts:
    """A sheet's XML in three: before its cells, its cells, after them."""

    before: bytes
    cells: bytes
    after: bytes

    @property
    def around(self) -> bytes:
        return self.before + self.after


def split_sheet(xml: bytes) -> SheetParts:
    """Cuts a sheet's XML at its cells."""
    start = _DATA.search(xml)
    if start is None or start[0].endswith(b"/>"):
        return SheetParts(xml, b"", b"")
    end = None
    at = xml.rfind(b"sheetData")
    if at > start.end():
        end = _DATA_END.search(xml, max(start.end(), at - 64))
    stop = end.start() if end else len(xml)
    return SheetParts(xml[: start.end()], xml[start.end() : stop], xml[stop:])


def state_hazards(name: str, state: str, *, has_cells: bool) -> list[Hazard]:
    """A sheet that Excel does not show. `state` is visible, hidden or veryHidden."""
    if state not in ("hidden", "veryHidden"):
        return []
    container = "hidden_sheet" if state == "hidden" else "very_hidden_sheet"
    what = "a hidden sheet" if state == "hidden" else "a very hidden sheet"
    if has_cells:
        return [found(container, name, what)]
    return [Hazard(name, what + " without cells", Severity.WARNS, CONTAINERS[container].why, container)]


def sheet_hazards(
    name: str, sheet: SheetParts, styles: Styles, columns: Collection[int], *, filtered: bool = False
) -> list[Hazard]:
    """Everything out of sight in the sheet's own XML. `columns` are the numbers (1-based) of the columns with
    something in them; `filtered` says that a table on the sheet has a filter set."""
    filtered = filtered or count(sheet.after, "filterColumn") > 0
    hazards = _rows(name, sheet, filtered) + _columns(name, sheet.before, columns)
    hazards += _unseen_cells(name, sheet.cells, styles)
    hazards += _formulas(name, sheet.cells)
    hazards += list(_around(name, sheet, styles))
    return hazards


def _rows(name: str, sheet: SheetParts, filtered: bool) -> list[Hazard]:
    counts = dict.fromkeys(("hidden_rows", "collapsed_rows", "filtered_rows"), 0)
    cells, done, ends = sheet.cells, -1, True
    may_hide = any(mark in cells for mark in (b'hidden="', b' ht="0', b' ht=".'))
    for hit in _HIDES.finditer(cells) if may_hide else ():
        at = tag_start(cells, hit.start())
        row = _ROW.match(cells, max(at, 0))
        if row is None or row[0].endswith(b"/>") or at == done:
            continue
        done = at
        tag = attributes(row[1])
        if tag.get("hidden") not in ("1", "true") and not _is_nothing(tag.get("ht", "15")):
            continue
        end = _ROW_END.search(cells, row.end()) if ends else None
        ends = end is not None
        if end is not None and not _HOLDS.search(cells, row.end(), end.start()):
            continue
        if tag.get("outlineLevel", "0") != "0":
            counts["collapsed_rows"] += 1
        else:
            counts["filtered_rows" if filtered else "hidden_rows"] += 1
    words = {
        "hidden_rows": "hidden row",
        "collapsed_rows": "row hidden in a collapsed group",
        "filtered_rows": "row hidden by a filter",
    }
    hazards = [found(k, name, _some(n, words[k])) for k, n in counts.items() if n]
    form = next(tags(sheet.before, "sheetFormatPr"), {})
    if form.get("zeroHeight") in ("1", "true") and _HOLDS.search(cells):
        hazards.append(found("hidden_rows", name, "rows are hidden unless they say otherwise"))
    return hazards


def _some(number: int, what: str) -> str:
    first, _, rest = what.partition(" ") if not what.startswith("hidden") else (what, "", "")
    return f"{some(number, first)} {rest}".rstrip()


def _columns(name: str, before: bytes, columns: Collection[int]) -> list[Hazard]:
    counts = dict.fromkeys(("hidden_columns", "collapsed_columns"), 0)
    for tag in tags(before, "col"):
        if tag.get("hidden") not in ("1", "true") and not _is_nothing(tag.get("width", "9")):
            continue
        first, last = tag.get("min", ""), tag.get("max", "")
        if first.isdigit() and last.isdigit():
            within = sum(int(first) <= c <= int(last) for c in columns)
            grouped = tag.get("outlineLevel", "0") != "0"
            counts["collapsed_columns" if grouped else "hidden_columns"] += within
    words = {"hidden_columns": "hidden column", "collapsed_columns": "column hidden in a collapsed group"}
    return [found(k, name, _some(n, words[k])) for k, n in counts.items() if n]


def _is_nothing(size: str) -> bool:
    """Whether a height in points or a width in characters is too small to see."""
    try:
        return float(size) < 0.5
    except ValueError:
        return False


def tag_start(xml: bytes, at: int) -> int:
    """Where the tag that holds the byte starts, -1 where it is in none."""
    return xml.rfind(b"<", max(0, at - _LONGEST_TAG), at)


def styled_cells(cells: bytes, numbers: Collection[int]) -> int:
    """How many cells with something in them have one of these styles."""
    if not numbers:
        return 0
    marks = b"|".join(b"%d" % n for n in sorted(numbers))
    hits = 0
    for hit in re.finditer(rb'\ss="(?:' + marks + rb')"', cells):
        cell = _CELL.match(cells, max(tag_start(cells, hit.start()), 0))
        if cell is None or cell[0].endswith(b"/>"):
            continue
        end = _CELL_END.search(cells, cell.end(), cell.end() + _LONGEST_CELL)
        hits += end is None or _HOLDS.search(cells, cell.end(), end.start()) is not None
    return hits


def _unseen_cells(name: str, cells: bytes, styles: Styles) -> list[Hazard]:
    hazards = []
    for container, numbers, words in (
        ("white_text", styles.white, "in the colour of their background"),
        ("blank_format", styles.blank, "in a number format that shows nothing"),
        ("tiny_font", styles.tiny, "in a font too small to read"),
    ):
        number = styled_cells(cells, numbers)
        if number:
            hazards.append(found(container, name, f"{some(number, 'cell')} {words}"))
    return hazards


def _formulas(name: str, cells: bytes) -> list[Hazard]:
    if not any(tag in cells for tag in _FORMULAS):
        return []
    hazards = []
    far = sum(1 for text in texts(cells, "f") if _TEXT_OR_FAR.search(text))
    if far:
        what = (
            some(far, "formula") + " with text of their own or from other workbooks; their results are read"
        )
        hazards.append(found("formulas", name, what))
    empty = 0
    for hit in _NO_VALUE.finditer(cells):
        at = hit.start()
        for _ in range(4):
            at = max(cells.rfind(b"<", max(0, at - _LONGEST_CELL), at), 0)
            cell = _CELL.match(cells, at)
            if cell is not None:
                empty += attributes(cell[0]).get("t") != "str"
                break
    if empty:
        hazards.append(found("uncalculated", name, some(empty, "formula") + " without a value: empty here"))
    return hazards


def _around(name: str, sheet: SheetParts, styles: Styles) -> Iterator[Hazard]:
    around = sheet.around
    locks = [t for t in tags(around, "sheetProtection") if t.get("sheet") in ("1", "true")]
    if locks:
        yield found("locked_sheet", name, "the sheet is locked; its cells are read all the same")
    values = count(around, "filter", "customFilter", "dateGroupItem")
    if values:
        yield found("filter_values", name, some(values, "value") + " kept in a filter")
    heads = sum(says_something(t) for t in texts(around, *HEADERS))
    if heads:
        yield found("headers_footers", name, some(heads, "page header or footer") + " with text")
    lists = sum(1 for t in texts(around, "formula1", "formula2", "f") if t.lstrip().startswith('"'))
    notes = sum(
        1
        for t in tags(around, "dataValidation")
        if any(t.get(k, "").strip() for k in ("prompt", "promptTitle", "error", "errorTitle"))
    )
    if lists or notes:
        yield found("validation_texts", name, some(lists + notes, "list or message") + " of data checks")
    rules = list(tags(around, "cfRule"))
    said = sum(bool(t.get("text")) for t in rules) + sum(
        1 for part in between(around, "cfRule") for t in texts(part, "formula", "f") if '"' in t
    )
    if said:
        yield found("conditional_texts", name, some(said, "text") + " in conditional formats")
    hiding = sum(t.get("dxfId", "").isdigit() and int(t["dxfId"]) in styles.hiding_conditions for t in rules)
    if hiding:
        yield found("conditional_hiding", name, some(hiding, "conditional format") + " hiding its cells")
    links = count(around, "hyperlink")
    if links:
        yield found("hyperlinks", name, some(links, "link") + " behind cells")
    scenarios = count(around, "scenario")
    if scenarios:
        yield found("scenarios", name, some(scenarios, "scenario") + " with other values")
    views = count(around, "customSheetView")
    if views:
        yield found("custom_views", name, some(views, "view") + " of single users")
    if b"rPh" in sheet.cells:
        yield found("phonetic_texts", name, some(count(sheet.cells, "rPh"), "reading") + " of texts")
    pages = count(around, "webPublishItem")
    if pages:
        yield found("folder_path", name, some(pages, "folder") + " it was published to")


HEADERS = ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter")


def says_something(header: str) -> bool:
    """Whether a page header or footer has words besides its page number, date and file name."""
    words = re.findall(r"\w+", _FIELD.sub(" ", header))
    return any(w.lower() not in _PAGE_WORDS and not w.isdigit() for w in words) or bool(
        re.search(r"\d{3}", _FIELD.sub(" ", header))
    )

"""The cells of an OpenDocument spreadsheet, read from the start of its content to the end, once.

Rows and cells say how often they repeat. Repeated emptiness is skipped; repeated contents are counted before
they are unfolded, so that a sheet that claims thousands of millions of them is refused at once.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from core.reading.workbooks.cells import EXACT, number_text
from core.reading.workbooks.containers_refusals import bomb, damaged, too_wide
from core.reading.workbooks.ods_styles import OdsStyles

MOST_CELLS = 40_000_000
_SPARSE, _THINNEST = 4_000_000, 30
_MOST_TEXT = 400 << 20
_ROWS, _COLUMNS = 1_048_576, 16_384
#: What is kept until it ends; everything else is dropped at once.
_UNITS = frozenset(("table-row", "style"))
_PLAIN = frozenset(("table-cell", "covered-table-cell", "p", "s", "span"))
_MOST_INSIDE = 500_000
_CHANGES = frozenset(("insertion", "deletion", "movement", "cell-content-change", "rejection"))
_TIME = re.compile(r"(-?)PT(\d+)H(\d+)M(\d+)(?:[.,](\d+))?S")
_DIGITS = re.compile(r"\d[\d /-]*")


@dataclass
class OdsSheet:
    """A sheet: its rows with something in them (number, 0-based; texts by column) and what was noticed."""

    name: str
    hidden: bool = False
    locked: bool = False
    rows: list[tuple[int, dict[int, str]]] = field(default_factory=list)
    hidden_columns: list[tuple[int, int, str]] = field(default_factory=list)  # first, past last, container
    seen: Counter[str] = field(default_factory=Counter)  # container -> how many
    long_numbers: list[int] = field(default_factory=list)


@dataclass
class OdsContent:
    """The sheets of a spreadsheet and what stands outside them."""

    sheets: list[OdsSheet] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)


def read_content(xml: bytes, styles: bytes, where: str) -> OdsContent:
    """Reads styles.xml and content.xml. Raises ReadError where they are damaged, nest too deep or unfold to
    too much."""
    walker = _Walker(where)
    try:
        for part in (styles, xml):
            events = etree.iterparse(
                io.BytesIO(part), ("start", "end"), resolve_entities=False, no_network=True,
                remove_comments=True, remove_pis=True, load_dtd=False, huge_tree=False,
            )  # fmt: skip
            for event, element in events if part else ():
                walker.take(event, element)
    except etree.XMLSyntaxError as error:
        deep = "depth" in str(error).lower()
        raise (bomb(where, "its parts nest without end") if deep else damaged(where)) from None
    return walker.content


class _Walker:
    """Follows the elements as they open and close; drops each row when it was read."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.content = OdsContent()
        self.styles = OdsStyles()
        self.sheet: OdsSheet | None = None
        self.row = self.column_at = self.width = self.cells = self.letters = 0
        self.places = self.unfolded = 0  # places for cells in this sheet, and in those before it
        self.groups: list[bool] = []  # of rows: whether each open group is collapsed
        self.column_groups: list[bool] = []
        self.tables = 0  # how many tables are open; a chart or a cell may hold one inside
        self.changes = 0
        self.tags: dict[object, str] = {}
        self.units = self.inside = 0  # open elements that are looked at as a whole, and what stands in them

    def take(self, event: str, element: Any) -> None:
        if event == "start" and self.units:
            self.inside += 1
            if self.inside > _MOST_INSIDE:
                raise too_wide(self.where)
        tag = self.tags.get(element.tag)
        if tag is None:
            tag = self.tags[element.tag] = _local(element)
        if self.units and tag in _PLAIN:
            return  # by far the most; they are looked at when their row ends
        if event == "start":
            self.units += tag in _UNITS
            self._start(tag, element)
            return
        self.units -= tag in _UNITS
        self._end(tag, element)
        if not self.units:  # nothing that is still to be looked at as a whole
            self.inside = 0
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]

    def _start(self, tag: str, element: Any) -> None:
        if tag == "tracked-changes":
            self.changes += 1
        elif tag == "table" and not self.changes:
            self.tables += 1
            if self.tables == 1:
                hidden = self.styles.hides_table(_get(element, "style-name"))
                self.sheet = OdsSheet(_get(element, "name"), hidden, _get(element, "protected") == "true")
                self.content.sheets.append(self.sheet)
                self.row = self.column_at = self.width = 0
                self.unfolded += self.places
                self.places = 0
                self.groups, self.column_groups = [], []
        elif tag == "table-row-group":
            self.groups.append(_get(element, "display") == "false")
        elif tag == "table-column-group":
            self.column_groups.append(_get(element, "display") == "false")

    def _end(self, tag: str, element: Any) -> None:
        if tag == "tracked-changes":
            self.changes -= 1
        elif self.changes:
            self.content.seen["revisions"] += tag in _CHANGES
        elif tag == "table":
            self.tables -= 1
            if self.tables == 0:
                self.sheet = None
        elif tag == "table-row-group" and self.groups:
            self.groups.pop()
        elif tag == "table-column-group" and self.column_groups:
            self.column_groups.pop()
        elif tag == "style" and self.sheet is None:
            self.styles.add(element)
        elif self.sheet is not None and self.tables == 1:
            if tag == "table-column":
                self._column(element)
            elif tag == "table-row":
                self._row(element)

    def _column(self, element: Any) -> None:
        assert self.sheet is not None
        repeated = _repeated(element, "number-columns-repeated")
        kind = _get(element, "visibility")
        collapsed = any(self.column_groups)
        if kind in ("collapse", "filter") or collapsed or self.styles.is_flat(_get(element, "style-name")):
            container = "collapsed_columns" if collapsed else "hidden_columns"
            self.sheet.hidden_columns.append((self.column_at, self.column_at + repeated, container))
        self.column_at += repeated

    def _row(self, element: Any) -> None:
        assert self.sheet is not None
        repeated = _repeated(element, "number-rows-repeated")
        texts: dict[int, str] = {}
        at = size = 0
        for cell in element:
            tag = self.tags.get(cell.tag) or _local(cell)
            if tag not in ("table-cell", "covered-table-cell"):
                continue
            times = _repeated(cell, "number-columns-repeated")
            text = self._cell(cell, at, times * repeated)
            if text:
                if at + times > _COLUMNS:
                    raise too_wide(self.where)
                size += times
                self.letters += len(text) * times * repeated
                if size > _COLUMNS or self.letters > _MOST_TEXT:
                    raise too_wide(self.where)
                texts.update(dict.fromkeys(range(at, at + times), text))
            at += times
        if texts:
            self._keep(element, texts, repeated)
        self.row += repeated

    def _keep(self, element: Any, texts: dict[int, str], repeated: int) -> None:
        assert self.sheet is not None
        sheet = self.sheet
        self.cells += len(texts) * repeated
        if self.row + repeated > _ROWS or self.cells > MOST_CELLS:
            raise too_wide(self.where)
        self.width = max(self.width, max(texts) + 1)
        self.places = (self.row + repeated) * self.width
        if self.unfolded + self.places > min(MOST_CELLS, max(_SPARSE, _THINNEST * self.cells)):
            raise too_wide(self.where)
        sheet.rows += [(self.row + n, texts) for n in range(repeated)]
        kind = _get(element, "visibility")
        if any(self.groups):
            sheet.seen["collapsed_rows"] += repeated
        elif kind == "filter":
            sheet.seen["filtered_rows"] += repeated
        elif kind == "collapse" or self.styles.is_flat(_get(element, "style-name")):
            sheet.seen["hidden_rows"] += repeated

    def _cell(self, cell: Any, column: int, times: int) -> str:
        """The text of a cell; counts what else it carries."""
        assert self.sheet is not None
        seen = self.sheet.seen
        plain = len(cell) == 0 or (len(cell) == 1 and len(cell[0]) == 0)
        for child in cell.iter() if not plain else ():
            tag = _local(child)
            if tag == "annotation":
                seen["comments"] += 1
            elif tag == "a":
                seen["hyperlinks"] += 1
            elif tag == "ruby-text":
                seen["phonetic_texts"] += 1
        formula = _get(cell, "formula")
        if formula and (re.search(r'"[^"\w]*[^\W_]', formula) or "://" in formula or "'file:" in formula):
            seen["formulas"] += 1
        shown_text = _shown(cell)
        text = self._value(cell, shown_text)
        if formula and not text and not _get(cell, "value-type"):
            seen["uncalculated"] += 1
        if text:
            for container in self.styles.hides_cell(_get(cell, "style-name")):
                seen[container] += min(times, _ROWS)
            if not shown_text and _get(cell, "value-type") in ("float", "string", "date"):
                seen["blank_format"] += min(times, _ROWS)
        return text

    def _value(self, cell: Any, shown_text: str) -> str:
        kind = _get(cell, "value-type")
        if kind in ("float", "percentage", "currency"):
            return self._number(_get(cell, "value"), shown_text)
        if kind == "date":
            day, _, moment = _get(cell, "date-value").partition("T")
            moment = moment.partition(".")[0].partition(",")[0]
            return f"{day} {moment}" if moment and moment != "00:00:00" else day
        if kind == "time":
            match = _TIME.fullmatch(_get(cell, "time-value"))
            if match is None:
                return _get(cell, "time-value") or shown_text
            return f"{match[1]}{int(match[2]):02d}:{int(match[3]):02d}:{int(match[4]):02d}"
        if kind == "boolean":
            return _get(cell, "boolean-value").upper() or shown_text
        return _get(cell, "string-value") or shown_text

    def _number(self, stored: str, shown_text: str) -> str:
        try:
            number = float(stored)
        except ValueError:
            return shown_text or stored
        if abs(number) >= EXACT and number == number:
            assert self.sheet is not None
            self.sheet.long_numbers.append(self.row + 1)
            return stored if re.fullmatch(r"-?\d+", stored) else number_text(number)
        digits = re.sub(r"\D", "", shown_text)
        whole = number >= 0 and number.is_integer() and _DIGITS.fullmatch(shown_text)
        if whole and digits.lstrip("0") == str(int(number)).lstrip("0"):
            return shown_text  # with its leading zeros and in its groups: 000 123 4567
        return number_text(number)


def _shown(cell: Any) -> str:
    """What the cell shows: its own paragraphs, not those of comments and drawings on it."""
    paragraphs = [
        _paragraph(child)
        for child in cell
        if isinstance(child.tag, str) and child.tag.rpartition("}")[2] in ("p", "h")
    ]
    return "\n".join(paragraphs)


def _paragraph(element: Any) -> str:
    pieces = [element.text or ""]
    for child in element:
        tag = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
        if tag == "s":
            count = _get(child, "c") or "1"
            pieces.append(" " * min(int(count) if count.isdigit() else 1, 32_767))
        elif tag == "tab":
            pieces.append("\t")
        elif tag == "line-break":
            pieces.append("\n")
        elif tag not in ("annotation", "annotation-end", "ruby-text", "frame", "note", ""):
            pieces.append(_paragraph(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _get(element: Any, name: str) -> str:
    """An attribute by its local name."""
    for key, value in element.items():
        if key.endswith(name) and (key == name or key[-len(name) - 1] == "}"):
            return str(value)
    return ""


def _repeated(element: Any, name: str) -> int:
    text = _get(element, name)
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else 1

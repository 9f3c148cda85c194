"""Excel workbooks made part by part, so that anything can be planted anywhere in them."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

#: What must be found wherever it is, and repeated in no message.
CANARY = "Zacharias Quillfeather"

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = {
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "xl/worksheets/sheet1.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml",
}
#: A patient list of three rows, as strings inside the cells.
ROWS = [
    ["NHS number", "Surname", "Date of birth"],
    ["9990000018", "White", "1961-02-03"],
    ["9990000026", "May", "1962-02-03"],
    ["9990000034", "Parkinson", "1963-02-03"],
]


def cell(reference: str, text: str, more: str = "") -> str:
    return f'<c r="{reference}" t="inlineStr"{more}><is><t>{escape(text)}</t></is></c>'


def row(number: int, texts: list[str], more: str = "", style: str = "") -> str:
    cells = "".join(cell(f"{chr(65 + n)}{number}", text, style) for n, text in enumerate(texts))
    return f'<row r="{number}"{more}>{cells}</row>'


@dataclass
class Book:
    """A workbook in the making; each text is XML put in at its place."""

    book: str = ""  # inside the workbook's own part, before its sheets
    book_after: str = ""
    sheet_state: str = ""  # more attributes of the second sheet in the list, which is only there with them
    before: str = ""  # in the sheet, before its cells
    rows: str = ""  # after the list's own rows
    after: str = ""
    more_sheets: str = ""  # in the list of sheets
    parts: dict[str, bytes | str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    #: part that leads -> (kind, part or address)
    relations: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    comment: bytes = b""

    def part(
        self, name: str, kind: str, content: bytes | str, leads: str = "xl/workbook.xml", type_: str = ""
    ) -> None:
        """Adds a part, with a relation of the kind that leads to it."""
        self.parts[name] = content
        self.relations.setdefault(leads, []).append((kind, "/" + name))
        if type_:
            self.types[name] = type_

    def on_sheet(self, name: str, kind: str, content: bytes | str, type_: str = "") -> None:
        self.part(name, kind, content, "xl/worksheets/sheet1.xml", type_)

    def build(self) -> bytes:
        """The workbook's bytes."""
        parts: dict[str, bytes | str] = {}
        relations = {"": [("officeDocument", "xl/workbook.xml")]}
        relations["xl/workbook.xml"] = [("worksheet", "/xl/worksheets/sheet1.xml")]
        sheets = '<sheet name="List" sheetId="1" r:id="rId1"/>'
        if self.sheet_state:
            relations["xl/workbook.xml"].append(("worksheet", "/xl/worksheets/sheet2.xml"))
            sheets += f'<sheet name="Away" sheetId="2" {self.sheet_state} r:id="rId2"/>'
            parts["xl/worksheets/sheet2.xml"] = sheet(
                row(1, ["Surname", "Forenames"]) + row(2, [CANARY, "x"])
            )
        for part, more in self.relations.items():
            relations.setdefault(part, []).extend(more)
        parts["xl/workbook.xml"] = (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}">{self.book}'
            f"<sheets>{sheets}{self.more_sheets}</sheets>{self.book_after}</workbook>"
        )
        listed = "".join(row(n, texts) for n, texts in enumerate(ROWS, start=1))
        parts["xl/worksheets/sheet1.xml"] = sheet(listed + self.rows, self.before, self.after)
        parts.update(self.parts)
        for part, found in relations.items():
            folder, _, name = part.rpartition("/")
            where = f"{folder}/_rels/{name}.rels".lstrip("/")
            parts[where] = (
                f'<Relationships xmlns="{_PACKAGE}/relationships">'
                + "".join(
                    f'<Relationship Id="rId{n}" Type="{_kind(kind)}" Target="{target}"'
                    + (' TargetMode="External"' if "://" in target else "")
                    + "/>"
                    for n, (kind, target) in enumerate(found, start=1)
                )
                + "</Relationships>"
            )
        types = {p: t for p, t in {**_TYPES, **self.types}.items() if p in parts}
        parts["[Content_Types].xml"] = (
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            + "".join(
                f'<Override PartName="/{p}" ContentType="{t}"/>' for p, t in types.items() if p in parts
            )
            + "</Types>"
        )
        return zipped(parts, self.comment)


def sheet(rows: str, before: str = "", after: str = "") -> str:
    """A worksheet's XML."""
    cells = f"<sheetData>{rows}</sheetData>"
    return f'<worksheet xmlns="{_MAIN}" xmlns:r="{_REL}">{before}{cells}{after}</worksheet>'


def zipped(parts: dict[str, bytes | str], comment: bytes = b"") -> bytes:
    """A zip file of the parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        archive.comment = comment
    return out.getvalue()


def _kind(kind: str) -> str:
    base = _PACKAGE + "/relationships/metadata" if kind == "core-properties" else _REL
    return kind if "://" in kind else f"{base}/{kind}"

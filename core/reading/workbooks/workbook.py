"""Workbooks of Excel 2007 and later and of LibreOffice: each sheet with data is a table, hidden or not; what
is hidden is told."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence

from core.model import Hazard, Problem, ReadError, Recognised
from core.reading.choices import TableChoice
from core.reading.held import HeldTable
from core.reading.readers import Candidate, ReadFile
from core.reading.refusals import ZIP
from core.reading.source import Source, SourceStream
from core.reading.suppliers import title_of
from core.reading.workbooks.containers_zip import Package, refuse_other_documents
from core.reading.workbooks.ods_open import open_ods
from core.reading.workbooks.workbook_xlsx import open_xlsx
from core.reading.workbooks.xlsb_open import open_xlsb

TITLES = {
    "xlsx": "an Excel workbook",
    "xlsb": "an Excel binary workbook",
    "xls": "an Excel workbook of before 2007",
    "ods": "an OpenDocument spreadsheet",
}
_OPENDOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument."
_LONGEST_DIRECTORY = 8 << 20
_END, _END_SIZE, _LONGEST_COMMENT = b"PK\x05\x06", 22, 1 << 16


class WorkbookReader:
    """Excel workbooks of 2007 and later, and OpenDocument spreadsheets."""

    id = "workbook"
    title = ""

    def recognise(self, candidate: Candidate) -> Recognised | None:
        """By the names in its zip directory."""
        if not candidate.head.startswith(ZIP):
            return None
        names = _names(candidate.source)
        kind = _kind(names, candidate.head)
        if kind is None:
            return Recognised("zip", "a zip archive", 0.2, ("its first bytes",), self.id)
        return Recognised(kind, TITLES[kind], 0.9, ("the parts in it",), self.id)

    def open(self, candidate: Candidate, choice: TableChoice) -> ReadFile:
        """See Reader. Refuses what is protected, damaged, too large or no workbook."""
        source = candidate.source
        return open_package(source, source.read_at(0, source.size), choice, candidate.passwords)


def open_package(
    source: Source, data: bytes, choice: TableChoice, passwords: Sequence[str] = (), reader: str = "workbook"
) -> ReadFile:
    """The tables of a workbook that is a zip file. `source` is the file on disk that they stand or fall with,
    `data` its bytes, decrypted where it was encrypted."""
    package = Package(data, source.name)
    kind = _kind(package.names, data[:128])
    if kind is None:
        raise ReadError(
            f"{source.name} is a zip archive. Unpack it first, then open the folder.",
            where=source.name,
            code="not_a_table",
        )
    if kind == "ods":
        return as_read(source, reader, kind, *open_ods(source, package, choice, passwords))
    refuse_other_documents(package)
    opener = open_xlsb if kind == "xlsb" else open_xlsx
    return as_read(source, reader, kind, *opener(source, package, choice))


def as_read(
    source: Source,
    reader: str,
    kind: str,
    tables: list[HeldTable],
    hazards: list[Hazard],
    problems: list[Problem],
) -> ReadFile:
    """What was opened, as a reader gives it back. Raises ReadError where no sheet has anything in it."""
    if not tables:
        raise ReadError(
            f"{source.name} has no sheet with anything in it. Check that the export finished.",
            where=source.name,
            code="empty",
        )
    seen = tuple(
        Recognised(
            t.format,
            TITLES[kind] if t.format == kind else title_of(t.format),
            0.9,
            (f"a sheet of {TITLES[kind]}",),
            reader,
        )
        for t in tables
    )
    return ReadFile(tuple(tables), seen, tuple(hazards), tuple(problems))


def _kind(names: frozenset[str], head: bytes) -> str | None:
    if head[30:].startswith(_OPENDOCUMENT) or {"mimetype", "content.xml"} <= names:
        return "ods"
    if "[Content_Types].xml" not in names:
        return None
    if any(n.lower().endswith("workbook.bin") for n in names):
        return "xlsb"
    return "xlsx" if "_rels/.rels" in names else None


def _names(source: Source) -> frozenset[str]:
    """The names in a zip file's directory; none where it is damaged or huge."""
    tail = source.read_at(max(0, source.size - _LONGEST_COMMENT - _END_SIZE), _LONGEST_COMMENT + _END_SIZE)
    at = tail.rfind(_END)
    if at < 0 or int.from_bytes(tail[at + 12 : at + 16], "little") > _LONGEST_DIRECTORY:
        return frozenset()
    try:
        with zipfile.ZipFile(SourceStream(source)) as archive:
            return frozenset(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return frozenset()

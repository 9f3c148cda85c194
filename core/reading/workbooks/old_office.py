"""Excel workbooks of before 2007, and those with a password: both are compound files."""

from __future__ import annotations

from core.model import ReadError, Recognised
from core.reading.choices import TableChoice
from core.reading.readers import Candidate, ReadFile
from core.reading.refusals import OLE
from core.reading.source import Source
from core.reading.workbooks.containers_refusals import too_big
from core.reading.workbooks.containers_zip import UNPACKED_LIMIT
from core.reading.workbooks.workbook import TITLES, as_read, open_package
from core.reading.workbooks.xls_compound import open_compound

_OTHERS = (
    ("WordDocument", "a Word document of before 2007"),
    ("PowerPoint Document", "a PowerPoint presentation of before 2007"),
    ("__properties_version1.0", "an Outlook message"),
    ("VisioDocument", "a Visio drawing"),
)


class OldOfficeReader:
    """Compound files."""

    id = "ole"
    title = ""

    def recognise(self, candidate: Candidate) -> Recognised | None:
        """By the first eight bytes."""
        if not candidate.head.startswith(OLE):
            return None
        return Recognised("xls", TITLES["xls"], 0.9, ("its first bytes",), self.id)

    def open(self, candidate: Candidate, choice: TableChoice) -> ReadFile:
        """See Reader. Refuses what is damaged, no workbook, or has a password that was not given."""
        source = candidate.source
        if source.size > UNPACKED_LIMIT:
            raise too_big(source.name, UNPACKED_LIMIT)
        # What decrypts takes a tenth of a second to load, at every start if it were loaded above.
        from core.reading.workbooks.protected_office import decrypted_package
        from core.reading.workbooks.xls_open import open_xls

        data = source.read_at(0, source.size)
        with open_compound(data, source.name) as ole:
            if ole.exists("EncryptedPackage"):
                plain = decrypted_package(data, source.name, candidate.passwords)
                return open_package(source, plain, choice, (), self.id)
            stream = next((s for s in ("Workbook", "Book") if ole.exists(s)), "")
            if not stream:
                raise _other(source, next((w for s, w in _OTHERS if ole.exists(s)), ""))
            opened = open_xls(source, data, ole, stream, candidate.passwords, choice)
            return as_read(source, self.id, "xls", *opened)


def _other(source: Source, what: str) -> ReadError:
    return ReadError(
        f"{source.name} is {what or 'an Office document of before 2007, but no workbook'}. "
        "Save or export it as CSV or as an Excel workbook (.xlsx) and open that.",
        where=source.name,
        code="not_a_table",
    )

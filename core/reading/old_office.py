"""Office files of before 2007 and workbooks with a password: refused, with what to do."""

from __future__ import annotations

from core.model import Recognised
from core.reading.choices import TableChoice
from core.reading.readers import Candidate, ReadFile
from core.reading.refusals import OLE, refuse_ole


class OldOfficeReader:
    """OLE compound files."""

    id = "ole"

    def recognise(self, candidate: Candidate) -> Recognised | None:
        """By the first eight bytes."""
        if not candidate.head.startswith(OLE):
            return None
        return Recognised("ole", "an Office document of before 2007", 0.9, ("its first bytes",), self.id)

    def open(self, candidate: Candidate, choice: TableChoice) -> ReadFile:
        """See Reader."""
        raise refuse_ole(candidate.source)

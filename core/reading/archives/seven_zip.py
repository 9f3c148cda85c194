"""7-Zip archives, told by their first bytes."""

from __future__ import annotations

from core.model import Recognised
from core.reading.archives.safety import Budget, Members
from core.reading.readers import Candidate

_SIGNATURE = b"7z\xbc\xaf\x27\x1c"


class SevenZipContainer:
    """7-Zip archives."""

    id = "7z"

    def recognise(self, candidate: Candidate) -> Recognised | None:
        """By the first bytes."""
        if not candidate.head.startswith(_SIGNATURE):
            return None
        return Recognised("7z", "a 7-Zip archive", 0.9, ("its first bytes",), self.id)

    def open(self, candidate: Candidate, budget: Budget) -> Members:
        """See Container."""
        # The library takes a tenth of a second to load, at every start if it were loaded above.
        from core.reading.archives.seven_zip_members import read_members

        return read_members(candidate, budget)

"""Delimited text as one reader among others, and the last resort."""

from __future__ import annotations

from core.model import Recognised
from core.reading.choices import TableChoice
from core.reading.readers import Candidate, ReadFile
from core.reading.suppliers import title_of
from core.reading.text.opening import open_delimited

_PLAIN = {"csv": "comma-separated text", "tsv": "tab-separated text", "text": "plain text"}


class DelimitedReader:
    """Text cut into cells by commas, tabs, bars or semicolons."""

    id = "delimited"
    title = "Plain text: lines cut into cells"

    def recognise(self, candidate: Candidate) -> Recognised | None:
        """Any file, with little confidence; opening refuses what is no text."""
        return Recognised("csv", _PLAIN["csv"], 0.1, ("no other reader knows it",), self.id)

    def open(self, candidate: Candidate, choice: TableChoice) -> ReadFile:
        """See Reader."""
        opened = open_delimited(candidate.source, candidate.source.stem, choice)
        table = opened.table
        plain = _PLAIN.get(table.format)
        seen = opened.recognised or Recognised(
            table.format,
            plain or title_of(table.format),
            0.5 if plain else 0.9,
            ("its delimiter and lines",) if plain else ("its field names",),
            self.id,
        )
        return ReadFile((table,), (seen,), opened.hazards, opened.problems)

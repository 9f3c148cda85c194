"""RF2 files as Arrow batches: tab-separated, no quotes, one header line, millions of lines.

Source: SNOMED CT Release File Specification, chapters 4 and 5. Terms may hold any quote mark, so none opens
or closes anything.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from core.model import Progress
from core.reading.source import Source, SourceStream
from core.survey.lists.candidates import MOST_ROWS, ListCandidate, too_long
from core.survey.lists.model import ListError

_BLOCK = 8 << 20
_ID = r"^[1-9][0-9]{5,17}$"


def header_of(candidate: ListCandidate) -> tuple[str, ...]:
    """The names in the first line, in small letters."""
    return tuple(name.strip().lower() for name in candidate.first_line.split("\t"))


class Rf2Rows:
    """The rows of one RF2 file; `bad` counts the lines that do not have all of their cells."""

    def __init__(self, source: Source, header: Sequence[str], progress: Progress | None) -> None:
        self._source = source
        self._header = list(header)
        self._progress = progress
        self.rows = 0
        self.bad = 0

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The columns asked for, as bytes: whatever is in a term, no line is lost over it."""
        stream = io.BufferedReader(SourceStream(self._source), _BLOCK)
        try:
            reader = arrow_csv.open_csv(
                stream,
                read_options=arrow_csv.ReadOptions(
                    column_names=self._header, skip_rows=1, block_size=_BLOCK, use_threads=False
                ),
                parse_options=arrow_csv.ParseOptions(
                    delimiter="\t", quote_char=False, double_quote=False, invalid_row_handler=self._skip
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types={name: pa.binary() for name in self._header},
                    include_columns=list(columns),
                    strings_can_be_null=False,
                    check_utf8=False,
                ),
            )
            for batch in reader:
                self.rows += batch.num_rows
                if self.rows > MOST_ROWS:
                    raise too_long(self._source.name)
                if self._progress is not None:
                    self._progress(stream.tell(), self._source.size, "Reading the list")
                yield batch
        except pa.ArrowInvalid:
            raise self._damaged() from None

    def _skip(self, row: arrow_csv.InvalidRow) -> str:
        self.bad += 1
        return "skip"

    def _damaged(self) -> ListError:
        return ListError(
            f"{self._source.name} is not a whole RF2 file: it has no lines, or they break off. Download the "
            "release again.",
            where=self._source.name,
            code="damaged",
        )


def ids(column: pa.Array) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Ids as numbers, 0 where one is damaged, and which are whole by their form (not their check digit)."""
    text = column.cast(pa.string(), safe=False)
    try:
        whole = pc.match_substring_regex(text, _ID)
    except pa.ArrowInvalid:  # bytes that are no text
        text = pa.array([_ascii(value) for value in column.to_pylist()], pa.string())
        whole = pc.match_substring_regex(text, _ID)
    numbers = pc.if_else(whole, text, "0").cast(pa.int64())
    return numbers.to_numpy(zero_copy_only=False), whole.to_numpy(zero_copy_only=False)


def _ascii(value: bytes | None) -> str:
    return (value or b"").decode("ascii", "replace")


def is_one(column: pa.Array) -> npt.NDArray[np.bool_]:
    """Where the cell is '1'."""
    found: npt.NDArray[np.bool_] = pc.equal(column, pa.scalar(b"1", pa.binary())).to_numpy(
        zero_copy_only=False
    )
    return found

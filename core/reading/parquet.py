"""Parquet files: row groups read as they are asked for, every cell as exact text.

What else a file holds, notes and bytes that may be pictures, is told as hazards. A file is refused where its
own description, a row group or few bytes that stand for very many would take too much memory.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa

from core.model import Block, Field, Hazard, Problem, RawBlock, ReadError, Recognised, Severity
from core.reading.archives.checkpoints import damaged
from core.reading.choices import TableChoice
from core.reading.parquet_text import is_bytes, is_text, plain_type, text_bytes, texts
from core.reading.readers import Candidate, ReadFile
from core.reading.source import Source, SourceStream
from core.reading.text.header import make_fields

if TYPE_CHECKING:
    import pyarrow.parquet as pq

_MAGIC, _ENCRYPTED = b"PAR1", b"PARE"
ROWS_A_BLOCK = 50_000
#: A row group is unpacked whole. Past this it is refused.
GROUP_LIMIT = 512 << 20
_CELLS_LIMIT = 200_000_000
_FOOTER_LIMIT = 32 << 20
_FIELD_LIMIT = 20_000
#: What every writer puts into a file about its columns and types, and nothing else.
_SCHEMA_KEYS = frozenset({b"ARROW:schema", b"org.apache.spark.version", b"parquet.avro.schema"})


class ParquetReader:
    """Parquet files."""

    id = "parquet"
    title = ""

    def recognise(self, candidate: Candidate) -> Recognised | None:
        """By the first and last bytes; 'PARENT' starts with the mark of an encrypted one."""
        source, head = candidate.source, candidate.head
        if not head.startswith((_MAGIC, _ENCRYPTED)):
            return None
        ends = source.size >= 12 and source.read_at(source.size - 4, 4) == head[:4]
        if not ends and (head.startswith(_ENCRYPTED) or head[4:5] >= b" " or head[4:5] in b"\t\r\n"):
            return None
        return Recognised("parquet", "a Parquet file", 0.95, ("its first bytes",), self.id)

    def open(self, candidate: Candidate, choice: TableChoice) -> ReadFile:
        """One table. Raises ReadError on what is damaged, encrypted or too large to read."""
        source, where = candidate.source, candidate.source.name
        _footer(source)
        file = _file(source)
        schema = _schema(file, where)
        leaves = file.metadata.num_columns
        if leaves > _FIELD_LIMIT:
            raise _too_big(where, f"it has {leaves:,} columns")
        for group in range(file.metadata.num_row_groups):
            rows, unpacked = _group_size(file, group)
            if unpacked > GROUP_LIMIT or rows * leaves > _CELLS_LIMIT:
                raise _too_big(where, "its rows come in groups that take too much memory")
        table = ParquetTable(source, source.stem, make_fields(schema.names, len(schema)), schema)
        if not len(schema):
            raise ReadError(
                f"{where} has no columns. Make the export again and check that it finished.",
                where=where,
                code="empty",
            )
        seen = Recognised("parquet", "a Parquet file", 0.95, ("its first bytes",), self.id)
        hazards = _hazards(where, schema, file)
        return ReadFile((table,), (seen,), tuple(hazards), tuple(_problems(where, schema)))


@dataclass
class ParquetTable:
    """The rows of a Parquet file. Only the group of the rows that were asked for last is held."""

    source: Source
    name: str
    fields: tuple[Field, ...]
    schema: pa.Schema
    format: str = "parquet"
    _last: tuple[int, tuple[int, ...], pa.Table] | None = field(default=None, repr=False)
    _file: pq.ParquetFile | None = field(default=None, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def blocks(self) -> Iterator[Block]:
        """Every block in order; see core.model.Table. A block is a row group or a part of a large one; its
        handle is (row group, first row in it)."""
        metadata = self._opened().metadata
        index = first = 0
        for group in range(metadata.num_row_groups):
            rows = metadata.row_group(group).num_rows
            for at in range(0, rows, ROWS_A_BLOCK):
                count = min(ROWS_A_BLOCK, rows - at)
                yield Block(index, first, count, (group, at))
                index, first = index + 1, first + count

    def read(self, block: Block, columns: Sequence[int] | None = None) -> RawBlock:
        """The block's cells; see core.model.Table."""
        self.source.check()
        wanted = tuple(range(len(self.fields))) if columns is None else tuple(columns)
        if not wanted:
            return RawBlock(self.name, block.first_row, pa.RecordBatch.from_arrays([], names=[]))
        group, at = cast(tuple[int, int], block.handle)
        with self._lock:
            data = self._group(group, wanted)
            part = data.slice(at, block.rows)
        if part.num_rows != block.rows:
            raise damaged(self.source.name, "a Parquet file")
        try:
            columns_of_part = [part.column(n).combine_chunks() for n in range(part.num_columns)]
            if sum(map(text_bytes, columns_of_part)) > GROUP_LIMIT:
                raise _too_big(self.source.name, "few bytes in it stand for very many")
            arrays = [texts(column) for column in columns_of_part]
        except (pa.ArrowException, ValueError, OverflowError, ArithmeticError, TypeError, MemoryError):
            raise damaged(self.source.name, "a Parquet file") from None
        place = {column: n for n, column in enumerate(sorted(set(wanted)))}
        batch = pa.RecordBatch.from_arrays([arrays[place[c]] for c in wanted], [str(c) for c in wanted])
        return RawBlock(self.name, block.first_row, batch)

    def renamed(self, name: str) -> ParquetTable:
        """The same table under another name."""
        return ParquetTable(self.source, name, self.fields, self.schema, self.format)

    def _group(self, group: int, wanted: tuple[int, ...]) -> pa.Table:
        """The columns of a row group, in file order; the lock is held."""
        key = tuple(sorted(set(wanted)))
        if self._last is not None and self._last[:2] == (group, key):
            return self._last[2]
        self._last = None
        try:
            # Columns are taken by their leaves: two columns may have one name, or one a dot in it.
            leaves = _leaves(self.schema)
            indices = [leaf for column in key for leaf in leaves[column]]
            reader = self._opened().reader
            data = reader.read_row_group(group, column_indices=indices, use_threads=False)
        except (pa.ArrowException, OSError, ValueError, TypeError, MemoryError):
            self.source.check()
            raise damaged(self.source.name, "a Parquet file") from None
        if data.num_columns != len(key):
            raise damaged(self.source.name, "a Parquet file")
        self._last = (group, key, data)
        return data

    def _opened(self) -> pq.ParquetFile:
        if self._file is None:
            _footer(self.source)
            self._file = _file(self.source)
        return self._file

    def __getstate__(self) -> dict[str, Any]:
        return {n: getattr(self, n) for n in ("source", "name", "fields", "schema", "format")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._last = self._file = None
        self._lock = threading.Lock()


def _storage(kind: pa.DataType) -> pa.DataType:
    return kind.storage_type if isinstance(kind, pa.BaseExtensionType) else kind


def _leaves(schema: pa.Schema) -> list[list[int]]:
    """The positions of each column's leaves in the file."""
    found, at = [], 0
    for column in schema:
        count = _count(_storage(column.type))
        found.append(list(range(at, at + count)))
        at += count
    return found


def _count(kind: pa.DataType) -> int:
    if pa.types.is_dictionary(kind):
        return _count(kind.value_type)
    if pa.types.is_nested(kind):
        return sum(_count(_storage(kind.field(n).type)) for n in range(kind.num_fields))
    return 1


def _footer(source: Source) -> int:
    """The length of the footer, which is read whole before anything else. Raises ReadError."""
    where = source.name
    if source.read_at(0, 4) == _ENCRYPTED:
        raise _encrypted(where)
    tail = source.read_at(max(0, source.size - 8), 8)
    if source.size < 12 or tail[4:] not in (_MAGIC, _ENCRYPTED):
        raise damaged(where, "a Parquet file")
    if tail[4:] == _ENCRYPTED:
        raise _encrypted(where)
    length = int.from_bytes(tail[:4], "little")
    if length > source.size - 12:
        raise damaged(where, "a Parquet file")
    if length > _FOOTER_LIMIT:
        raise _too_big(where, f"its description takes {length >> 20:,} MB")
    return length


def _file(source: Source) -> pq.ParquetFile:
    """The file, columns of text kept as distinct values: a short file may stand for very many long ones."""
    import pyarrow.parquet as pq  # slow to load, and most files are of other sorts

    limits = {
        "thrift_string_size_limit": _FOOTER_LIMIT,
        "thrift_container_size_limit": 1_000_000,
        "page_checksum_verification": True,
    }
    try:
        plain = pq.ParquetFile(pa.PythonFile(SourceStream(source), mode="r"), **limits)
        names = [f.name for f in plain.schema_arrow if is_text(f.type)]
        return pq.ParquetFile(
            pa.PythonFile(SourceStream(source), mode="r"),
            metadata=plain.metadata,
            read_dictionary=names,
            **limits,
        )
    except (pa.ArrowException, OSError, ValueError, TypeError):
        raise damaged(source.name, "a Parquet file") from None


def _schema(file: pq.ParquetFile, where: str) -> pa.Schema:
    try:
        schema = file.schema_arrow
    except (pa.ArrowException, OSError, ValueError, TypeError):
        raise damaged(where, "a Parquet file") from None
    if sum(map(len, _leaves(schema))) != file.metadata.num_columns:
        raise ReadError(
            f"{where} has columns of a sort that Threshold does not know. Export it as CSV and open that.",
            where=where,
            code="not_a_table",
        )
    return schema


def _group_size(file: pq.ParquetFile, group: int) -> tuple[int, int]:
    """(rows, unpacked bytes) of a row group, as the file says."""
    row_group = file.metadata.row_group(group)
    return int(row_group.num_rows), int(row_group.total_byte_size)


def _hazards(where: str, schema: pa.Schema, file: pq.ParquetFile) -> Iterator[Hazard]:
    told = dict(file.metadata.metadata or {})
    inner = sum(bool(set(f.metadata or {}) - {b"PARQUET:field_id"}) for f in schema)
    others = [key for key in told if key not in _SCHEMA_KEYS]
    if others or inner:
        pandas = b"pandas" in others
        what = f"{len(others) + inner} notes of the program that made the file" + (
            ", with the index of a pandas table" if pandas else ""
        )
        yield Hazard(
            where,
            what,
            Severity.WARNS,
            "Notes can hold values of rows, names of files and folders. They are no rows, so they leave with "
            "no release; the file itself must not be sent.",
            "parquet_metadata",
        )
    binary = sum(is_bytes(plain_type(f.type)) for f in schema)
    if binary:
        yield Hazard(
            where,
            f"{binary:,} columns of bytes, which may be pictures or documents",
            Severity.WARNS,
            "Bytes that are no text are shown as hexadecimal digits, in which no name can be found.",
            "parquet_binary",
        )


def _problems(where: str, schema: pa.Schema) -> Iterator[Problem]:
    nested = sum(pa.types.is_nested(f.type) for f in schema)
    if nested:
        what = f"{nested:,} columns hold lists or structures; they are shown as JSON"
        yield Problem(where, None, what)


def _encrypted(where: str) -> ReadError:
    return ReadError(
        f"{where} is an encrypted Parquet file. Decrypt it with the program that made it, or export the data "
        "as CSV.",
        where=where,
        code="password",
    )


def _too_big(where: str, why: str) -> ReadError:
    return ReadError(
        f"{where} is too large to open as Parquet: {why}. Export it as CSV, which may be of any size, and "
        "open that.",
        where=where,
        code="too_big",
    )

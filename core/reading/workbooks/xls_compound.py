"""The compound file that an old workbook is: its streams, and one made anew around a decrypted stream."""

from __future__ import annotations

import io
import struct

import olefile

from core.reading.workbooks.containers_refusals import damaged

_SECTOR, _ENTRIES, _IN_HEADER = 512, 128, 109
_FREE, _LAST, _TABLE, _LIST = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC


def open_compound(data: bytes, name: str) -> olefile.OleFileIO:
    """The compound file. Raises ReadError where it is damaged."""
    try:
        return olefile.OleFileIO(io.BytesIO(data))
    except Exception:  # olefile raises what its parsing stumbles over
        raise damaged(name) from None


def stream_of(ole: olefile.OleFileIO, stream: str, name: str) -> bytes:
    """One stream's bytes. Raises ReadError where they are damaged."""
    try:
        found: bytes = ole.openstream(stream).read()
    except Exception:
        raise damaged(name) from None
    return found


def compound_of(stream: bytes) -> bytes:
    """A compound file with nothing but a workbook's stream, in memory: the sectors of the stream, the folder,
    the table of sectors and, where that is long, the list of that table's own sectors."""
    stream = stream.ljust(4096, b"\0")  # shorter ones would have to stand in a table of small ones
    sectors = -(-len(stream) // _SECTOR)
    tables = lists = 0
    while (needed := -(-(sectors + 1 + tables + lists) // _ENTRIES)) > tables:
        tables = needed
        lists = max(0, -(-(tables - _IN_HEADER) // (_ENTRIES - 1)))
    chain = [*range(1, sectors), _LAST, _LAST, *[_TABLE] * tables, *[_LIST] * lists]
    chain += [_FREE] * (tables * _ENTRIES - len(chain))
    first = sectors + 1 + tables
    header = struct.pack(
        "<8s16sHHHHH6s9I",
        olefile.MAGIC, b"", 0x3E, 3, 0xFFFE, 9, 6, b"",
        0, tables, sectors, 0, 4096, _LAST, 0, first if lists else _LAST, lists,
    )  # fmt: skip
    own = [sectors + 1 + n for n in range(tables)]
    header += struct.pack("<109I", *own[:_IN_HEADER], *[_FREE] * (_IN_HEADER - tables))
    rest = own[_IN_HEADER:]
    pieces = []
    for n in range(lists):
        part = rest[n * (_ENTRIES - 1) : (n + 1) * (_ENTRIES - 1)]
        part += [_FREE] * (_ENTRIES - 1 - len(part))
        pieces.append(struct.pack("<128I", *part, first + n + 1 if n + 1 < lists else _LAST))
    folder = _entry("Root Entry", 5, 1, _LAST, 0) + _entry("Workbook", 2, _FREE, 0, len(stream))
    return b"".join(
        (
            header,
            stream.ljust(sectors * _SECTOR, b"\0"),
            folder.ljust(_SECTOR, b"\0"),
            struct.pack(f"<{len(chain)}I", *chain),
            *pieces,
        )
    )


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBBIII16sIQQIQ",
        text, len(text), kind, 1, _FREE, _FREE, child, b"", 0, 0, 0, start, size,
    )  # fmt: skip

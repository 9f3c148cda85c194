"""The members of 7-Zip archives: packed together, so they are held in memory, up to a limit."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zlib
from collections.abc import Sequence
from typing import IO, cast

import py7zr
from py7zr import archiveinfo
from py7zr.exceptions import ArchiveError, PasswordRequired
from py7zr.io import Py7zIO, WriterFactory

from core.model import Hazard
from core.reading.archives.checkpoints import bomb, damaged, unpack_first
from core.reading.archives.safety import (
    RATIO_FLOOR,
    RATIO_LIMIT,
    Budget,
    Members,
    check_names,
    encrypted_hazard,
    extra_hazard,
    needs_password,
    refuse_volumes,
    unsafe,
    wrong_password,
)
from core.reading.readers import Candidate
from core.reading.source import HeldSource, Source, SourceStream

_SIGNATURE = b"7z\xbc\xaf\x27\x1c"
_ENCODED_HEADER = b"\x17"
_MOST_HEADER = 4 << 20
#: A packer's memory for unpacking is what it names as its dictionary.
_MOST_DICTIONARY = 128 << 20
_LZMA, _LZMA2, _PPMD = b"\x03\x01\x01", b"\x21", b"\x03\x04\x01"
_WRONG = (
    ArchiveError, lzma.LZMAError, zlib.error, struct.error, OSError, EOFError, ValueError, TypeError,
    KeyError, IndexError, AttributeError, AssertionError, RuntimeError, NotImplementedError, ArithmeticError,
    MemoryError,
)  # fmt: skip


def read_members(candidate: Candidate, budget: Budget) -> Members:
    """The members of a 7-Zip archive, held in memory. Raises ReadError on what is damaged, unsafe or too
    large."""
    source, where = candidate.source, candidate.source.name
    if re.search(r"\.7z\.\d{3}$", where.lower()):
        raise refuse_volumes(where)
    after = _check_start(source)
    passwords: Sequence[str | None] = (None, *candidate.passwords)
    locked = False
    for password in passwords:
        try:
            members, encrypted = _read(source, password, budget)
        except PasswordRequired:
            locked = True
            continue
        except _WRONG:
            if password is None and not locked:
                raise damaged(where, "a 7-Zip archive") from None
            continue
        return Members(members, tuple(_hazards(where, encrypted, after)))
    raise wrong_password(where) if candidate.passwords else needs_password(where)


def _check_start(source: Source) -> int:
    """Refuses a header that would take much memory before it is unpacked; gives the bytes after its end."""
    where = source.name
    start = source.read_at(0, 32)
    if len(start) < 32 or zlib.crc32(start[12:32]) != struct.unpack_from("<I", start, 8)[0]:
        raise damaged(where, "a 7-Zip archive")
    offset, size, _ = struct.unpack_from("<QQI", start, 12)
    if 32 + offset + size > source.size:
        raise damaged(where, "a 7-Zip archive")
    if size > _MOST_HEADER:
        raise unpack_first(where, "holds more files than Threshold reads inside an archive")
    if size:
        header = io.BytesIO(source.read_at(32 + offset, size))
        if header.read(1) == _ENCODED_HEADER:
            try:
                streams = archiveinfo.HeaderStreamsInfo.retrieve(header)
                folders = streams.unpackinfo.folders
                unpacked = sum(sum(folder.unpacksizes) for folder in folders)
            except _WRONG:
                raise damaged(where, "a 7-Zip archive") from None
            if unpacked > 4 * _MOST_HEADER:
                raise bomb(where, "its list of files would unpack to more than any export has")
            _check_folders(where, folders)
    return int(source.size - 32 - offset - size)


def _check_folders(where: str, folders: Sequence[archiveinfo.Folder]) -> None:
    for folder in folders:
        for coder in folder.coders:
            properties = coder.get("properties") or b""
            method = coder["method"]
            need = 0
            if method in (_LZMA, _PPMD) and len(properties) >= 5:
                need = struct.unpack_from("<I", properties, 1)[0]
            elif method == _LZMA2 and properties:
                bits = properties[0] & 63
                need = 0xFFFFFFFF if bits >= 40 else (2 | bits & 1) << (bits // 2 + 11)
            if need > _MOST_DICTIONARY:
                raise unpack_first(where, f"takes more than {_MOST_DICTIONARY >> 20} MB of memory to unpack")


def _read(source: Source, password: str | None, budget: Budget) -> tuple[tuple[Source, ...], bool]:
    where = source.name
    with py7zr.SevenZipFile(cast(IO[bytes], SourceStream(source)), password=password) as archive:
        infos = archive.files
        encrypted = bool(archive.needs_password())
        if encrypted and password is None:
            raise PasswordRequired("")
        names = [str(info.filename) for info in infos]
        check_names(where, names, names)
        if any(info.is_symlink or info.is_junction or info.is_socket for info in infos):
            raise unsafe(where, "it holds links or devices in place of files")
        files = [info for info in infos if not info.is_directory]
        streams = archive.header.main_streams
        if streams is not None:
            _check_folders(where, streams.unpackinfo.folders)
            total = sum(int(info.uncompressed) for info in files)
            packed = sum(streams.packinfo.packsizes)
            if total > RATIO_FLOOR and total > RATIO_LIMIT * packed:
                raise bomb(where, f"it would unpack to more than {RATIO_LIMIT} times its size")
            if total > sum(sum(f.unpacksizes) for f in streams.unpackinfo.folders):
                raise damaged(where, "a 7-Zip archive")
            budget.fits(where, total)
        held = _Held({str(i.filename): int(i.uncompressed) for i in files}, where)
        archive.extract(targets=None, factory=held)
        sources = []
        for info in files:
            name = str(info.filename)
            data = held.data(name)
            crc = getattr(info, "crc32", None)
            if len(data) != int(info.uncompressed) or (crc is not None and zlib.crc32(data) != crc):
                raise ValueError(name)
            sources.append(HeldSource(source, name.replace("\\", "/"), data))
    for info in files:
        budget.count(where, int(info.uncompressed), int(info.uncompressed))
        budget.hold(where, int(info.uncompressed))
    return tuple(sources), encrypted


class _Member(Py7zIO):
    """One member in memory; more than its declared size is refused."""

    def __init__(self, limit: int, where: str) -> None:
        self._buffer, self._limit, self._where = io.BytesIO(), limit, where

    def write(self, s: bytes | bytearray) -> int:
        if self._buffer.tell() + len(s) > self._limit:
            raise bomb(self._where, "it unpacks to more than it says")
        return self._buffer.write(s)

    def read(self, size: int | None = None) -> bytes:
        return self._buffer.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._buffer.seek(offset, whence)

    def flush(self) -> None:
        pass

    def size(self) -> int:
        return self._buffer.getbuffer().nbytes

    def value(self) -> bytes:
        return self._buffer.getvalue()


class _Held(WriterFactory):
    def __init__(self, sizes: dict[str, int], where: str) -> None:
        self._sizes, self._where = sizes, where
        self._members: dict[str, _Member] = {}

    def create(self, filename: str) -> Py7zIO:
        member = _Member(self._sizes.get(filename, 0), self._where)
        self._members[filename] = member
        return member

    def data(self, name: str) -> bytes:
        member = self._members.get(name)
        return member.value() if member is not None else b""


def _hazards(where: str, encrypted: bool, after: int) -> list[Hazard]:
    found = []
    if encrypted:
        found.append(encrypted_hazard(where))
    if after:
        found.append(extra_hazard(where, after))
    return found
